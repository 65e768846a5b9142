/* Layout changes blanks only, is the same when done twice, and refuses the rest. */
#include "tools/lib/lab_format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/hash.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/lib/lab_path.h"

static char *format(const char *text)
{
    struct diagnostics d;
    char *made;

    diagnostics_init(&d);
    made = lab_format(text, strlen(text), "t", &d);
    EXPECT((made == NULL) == (d.total > 0));
    diagnostics_free(&d);
    return made;
}

static void expect_layout(const char *text, const char *wanted)
{
    char *made = format(text), *again;

    if (!EXPECT_ROW(text, made != NULL))
        return;
    EXPECT_STR(made, wanted);
    again = format(made);
    EXPECT_STR(again, made);
    free(again);
    free(made);
}

static void test_levels_braces_and_parts_are_laid_out(void)
{
    expect_layout("\n\n# head  \ntitle: T  \nhosts:\n    a: {ip: 10.0.0.1/24,mtu: 1500}\n"
                  "    # of b\n    b:\n        ip: 10.0.0.2/24   # here\n\n\n\nscript:\n"
                  "- {at: 0s,   b: [a,b]}\n-   at: 1s\n    a: close\n\n\n# the end\n\n",
                  "# head\ntitle: T\n\nhosts:\n  a: { ip: 10.0.0.1/24, mtu: 1500 }\n"
                  "  # of b\n  b:\n    ip: 10.0.0.2/24   # here\n\nscript:\n"
                  "  - { at: 0s,   b: [a, b] }\n  - at: 1s\n    a: close\n\n# the end\n");
}

static void test_texts_keep_their_words_and_lines(void)
{
    expect_layout("about: |\n     One\n       two {a,b}\n\n     three\n"
                  "questions:\n- ask: What is b's {a,b}\n     that goes on?\n"
                  "  say: \"two,three\n      {x,y} #no\"\n",
                  "about: |\n  One\n    two {a,b}\n\n  three\n\n"
                  "questions:\n  - ask: What is b's {a,b}\n       that goes on?\n"
                  "    say: \"two,three\n        {x,y} #no\"\n");
}

static void test_line_ends_of_another_system_go(void)
{
    expect_layout("title: T\r\nhosts:\r\n  a: {}\r\n", "title: T\n\nhosts:\n  a: {}\n");
}

static void test_what_is_no_yaml_is_refused(void)
{
    EXPECT(format("title: [a\n") == NULL);
    EXPECT(format("a: 1\na: 2\n") == NULL);
    EXPECT(format("") == NULL);
}

/* ---- All labs ---- */

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, 1 << 20);

    ASSERT(file != NULL && text != NULL);
    EXPECT(fread(text, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    return text;
}

static bool is_laid_out(void *context, const char *name, const char *path)
{
    char *text = read_file(path), *made = format(text);

    if (EXPECT_ROW(name, made != NULL))
        EXPECT_ROW(name, strcmp(made, text) == 0);
    free(made);
    free(text);
    ++*(size_t *)context;
    return true;
}

static void test_each_bundled_lab_is_laid_out(void)
{
    size_t looked = 0;

    lab_bundled(is_laid_out, &looked);
    EXPECT(looked > 30);
}

/* Blanks put in and taken out where they may mean something or nothing. What is
 * still YAML is laid out, or refused; done twice it is the same. */
static void mutate(uint64_t *luck, char *text, size_t room)
{
    size_t len = strlen(text);

    for (int i = 0; i < 4 && len + 2 < room; i++) {
        size_t at = (size_t)(hash_mix(++*luck) % len);

        if (text[at] == ' ' && hash_mix(++*luck) % 2 == 0)
            memmove(text + at, text + at + 1, len-- - at);
        else if (text[at] == ' ' || text[at] == '\n' || strchr("{},:", text[at]) != NULL)
            memmove(text + at + 1, text + at, ++len - at);
    }
}

static void print_difference(const char *made, const char *again)
{
    size_t at = 0;

    while (again != NULL && made[at] != '\0' && made[at] == again[at])
        at++;
    at = at > 60 ? at - 60 : 0;
    fprintf(stderr, "once: %.120s\nagain: %.120s\n", made + at, again != NULL ? again + at : "-");
}

static void expect_stable(const char *name, const char *text, unsigned *laid_out)
{
    struct diagnostics d;
    char *made, *again;

    diagnostics_init(&d);
    made = lab_format(text, strlen(text), name, &d);
    diagnostics_free(&d);
    if (made == NULL)
        return;
    again = format(made);
    if (!EXPECT_ROW(name, again != NULL && strcmp(again, made) == 0))
        print_difference(made, again);
    free(again);
    free(made);
    ++*laid_out;
}

static bool look_at_mutations(void *context, const char *name, const char *path)
{
    enum { ROOM = 1 << 20, ROUNDS = 20 };
    char *text = read_file(path), *changed = malloc(ROOM);
    uint64_t luck = 1;

    ASSERT(changed != NULL);
    for (unsigned i = 0; i < ROUNDS; i++) {
        strcpy(changed, text);
        mutate(&luck, changed, ROOM);
        expect_stable(name, changed, context);
    }
    free(changed);
    free(text);
    return true;
}

static void test_mutated_labs_are_laid_out_for_good_or_refused(void)
{
    unsigned laid_out = 0;

    lab_bundled(look_at_mutations, &laid_out);
    EXPECT(laid_out > 200);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_levels_braces_and_parts_are_laid_out),
        TEST(test_texts_keep_their_words_and_lines),
        TEST(test_line_ends_of_another_system_go),
        TEST(test_what_is_no_yaml_is_refused),
        TEST(test_each_bundled_lab_is_laid_out),
        TEST(test_mutated_labs_are_laid_out_for_good_or_refused),
    };

    return run_tests("lab_format", tests, ARRAY_LEN(tests));
}
