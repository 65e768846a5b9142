#include <dirent.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/golden.h"
#include "tests/support/suite.h"
#include "tools/lib/lab.h"
#include "tools/lib/simulation.h"
#include "tools/lib/yaml_tree.h"

/*
 * Each lab in labs-broken/ with the exact errors that a person sees, which
 * stand beside it: x.yaml, x.expected. RUNG_GOLDEN_UPDATE=1 rewrites those;
 * read what changed before it is committed.
 */

enum { PATH_SIZE = 300, LABS_LEAST = 110, TEN_MEGABYTES = 10 * 1000 * 1000 };

static char *read_file(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, 1 << 20);

    ASSERT(text != NULL);
    *len = file != NULL ? fread(text, 1, (1 << 20) - 1, file) : 0;
    if (file != NULL)
        fclose(file);
    return text;
}

/* What a person sees of the errors in TEXT; "" if it is a good lab. */
static char *errors_in(const char *text, size_t len, const char *name)
{
    struct diagnostics d;
    struct lab *lab;
    char *shown = NULL;
    size_t size = 0;

    diagnostics_init(&d);
    lab_parse(text, len, name, NULL, &simulation_hooks, &lab, &d);
    FILE *out = open_memstream(&shown, &size);
    ASSERT(out != NULL);
    diagnostics_print(&d, out);
    fclose(out);
    diagnostics_free(&d);
    lab_free(lab);
    return shown;
}

static void compare(const char *name, const char *shown)
{
    char recording[PATH_SIZE];

    snprintf(recording, sizeof recording, "labs-broken/%s.expected", name);
    expect_golden(recording, shown);
}

static int is_lab(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');

    return dot != NULL && strcmp(dot, ".yaml") == 0;
}

static void check_lab(const char *file_name)
{
    char path[GOLDEN_PATH_SIZE], name[PATH_SIZE];
    size_t len;

    snprintf(name, sizeof name, "labs-broken/%s", file_name);
    golden_path(name, path);
    char *text = read_file(path, &len);
    char *shown = errors_in(text, len, file_name);
    snprintf(name, sizeof name, "%.*s", (int)(strlen(file_name) - strlen(".yaml")), file_name);
    EXPECT_ROW(name, shown[0] != '\0');
    compare(name, shown);
    free(shown);
    free(text);
}

static void test_broken_labs_give_their_exact_errors(void)
{
    struct dirent **entries;
    char path[GOLDEN_PATH_SIZE];

    golden_path("labs-broken", path);
    int count = scandir(path, &entries, is_lab, alphasort);
    EXPECT(count >= LABS_LEAST);
    for (int i = 0; i < count; i++) {
        check_lab(entries[i]->d_name);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

/* Too large to commit: made here. */
static void check_made(const char *name, const char *piece, size_t bytes)
{
    size_t piece_len = strlen(piece), len = 0;
    char *text = malloc(bytes + piece_len);

    ASSERT(text != NULL);
    for (; len < bytes; len += piece_len)
        memcpy(text + len, piece, piece_len);
    char *shown = errors_in(text, len, "made.yaml");
    compare(name, shown);
    free(shown);
    free(text);
}

static void test_ten_megabytes_of_nesting_are_one_error(void)
{
    check_made("made-nested-lists", "[", TEN_MEGABYTES);
    check_made("made-nested-maps", "{a: ", TEN_MEGABYTES);
    check_made("made-nested-dashes", "- ", TEN_MEGABYTES);
    check_made("made-nested-lines", "- \n", TEN_MEGABYTES);
    check_made("made-key-without-end", "x", TEN_MEGABYTES);
}

static void test_too_large_a_file_is_one_error(void)
{
    check_made("made-too-large", "# a comment that says nothing\n", YAML_BYTES_MAX + 1);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_broken_labs_give_their_exact_errors),
        TEST(test_ten_megabytes_of_nesting_are_one_error),
        TEST(test_too_large_a_file_is_one_error),
    };

    setlocale(LC_CTYPE, "C.UTF-8");
    return run_tests("labs-broken", tests, ARRAY_LEN(tests));
}
