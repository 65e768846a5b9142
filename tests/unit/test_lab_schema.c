/*
 * The schema and the reader agree: what the reader takes fits, what it calls an
 * unknown key does not.
 */
#include "tools/lib/lab_schema.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/schema_check.h"
#include "tests/support/suite.h"
#include "tools/lib/lab_path.h"

static json_t *schema;

static void read_schema(void)
{
    char *text = NULL;
    size_t size = 0;
    json_error_t error;
    FILE *out = open_memstream(&text, &size);

    ASSERT(out != NULL);
    lab_schema_write(out);
    fclose(out);
    schema = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
    if (schema == NULL)
        fprintf(stderr, "line %d: %s\n", error.line, error.text);
    ASSERT(schema != NULL);
    free(text);
}

static bool text_fits(const char *text, size_t len, char *why, size_t size)
{
    struct lab_memory *memory = lab_memory_new();
    struct diagnostics d;
    struct source source;
    struct yaml_node *root;
    bool fit;

    diagnostics_init(&d);
    source_init(&source, "t", text, len);
    root = yaml_tree_parse(&source, memory, &d);
    snprintf(why, size, "no tree");
    fit = root != NULL && schema_fits(schema, root, why, size);
    diagnostics_free(&d);
    source_free(&source);
    lab_memory_free(memory);
    return fit;
}

static char *read_file(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, 1 << 20);

    ASSERT(file != NULL && text != NULL);
    *len = fread(text, 1, (1 << 20) - 1, file);
    fclose(file);
    return text;
}

static bool lab_fits(void *context, const char *name, const char *path)
{
    char why[200];
    size_t len;
    char *text = read_file(path, &len);

    if (!EXPECT_ROW(name, text_fits(text, len, why, sizeof why)))
        fprintf(stderr, "%s: %s\n", name, why);
    free(text);
    ++*(size_t *)context;
    return true;
}

static void test_each_bundled_lab_fits(void)
{
    size_t looked = 0;

    lab_bundled(lab_fits, &looked);
    EXPECT(looked > 30);
}

static void expect_broken(const char *folder, const char *name)
{
    char path[1000], why[200];
    char *text;
    size_t len;

    snprintf(path, sizeof path, "%s/%s.yaml", folder, name);
    text = read_file(path, &len);
    EXPECT_ROW(name, !text_fits(text, len, why, sizeof why));
    free(text);
}

/* A setting's reader says "unknown key", too. A key that YAML itself refuses
 * is not in the tree. */
static void test_each_unknown_key_of_the_broken_labs_does_not_fit(void)
{
    const char *folder = "tests/golden/labs-broken";
    DIR *dir = opendir(folder);
    struct dirent *entry;
    size_t looked = 0;

    ASSERT(dir != NULL);
    while ((entry = readdir(dir)) != NULL) {
        char path[1000], *text;
        size_t len, name = strcspn(entry->d_name, ".");

        if (strcmp(entry->d_name + name, ".expected") != 0)
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        text = read_file(path, &len);
        entry->d_name[name] = '\0';
        if (strstr(text, "unknown key") != NULL) {
            expect_broken(folder, entry->d_name);
            looked++;
        }
        free(text);
    }
    closedir(dir);
    EXPECT(looked > 10);
}

static void test_value_of_the_wrong_form_does_not_fit(void)
{
    static const struct {
        const char *text;
        bool fits;
    } rows[] = {
        { "links: { w: { ends: [a, b], delay: 20ms } }", true },
        { "links: { w: { ends: [a, b], delay: 20 } }", false },
        { "links: { w: { ends: [a, b], delay: 20sec } }", false },
        { "links: { w: { ends: a b } }", false },
        { "links: { w: { loss: 1.5% } }", true },
        { "links: { w: { loss: 1.5 } }", false },
        { "links: { w: { queue: 50 packets, rate: 10Mbit/s } }", true },
        { "hosts: { a: { tcp: { cc: cubic, mss: 1000, sack: off } } }", true },
        { "hosts: { a: { tcp: { cc: cubik } } }", false },
        { "hosts: { a: { tcp: { sack: maybe } } }", false },
        { "hosts: { a: { tcp: { window-scale: auto } } }", true },
        { "hosts: { a: { tcp: { window-scale: 99 } } }", false },
        { "hosts: { a: { bugs: [no-karn] } }", true },
        { "hosts: { a: { bugs: [no-carn] } }", false },
        { "hosts: { a: { ip: { address: 10.0.0.1/24, first-id: 1 } } }", true },
        { "hosts: { a: { ip: { adress: 10.0.0.1/24 } } }", false },
        { "defaults: { arp: { known: on } }", true },
        { "script: [{ at: 10ms, a: close }]", true },
        { "questions: [{ question: a, before: end, kind: number }]", true },
        { "questions: [{ question: a, before: { frame: tcp, nth: 2 } }]", true },
        { "questions: [{ question: a, before: { fram: tcp } }]", false },
        { "questions: [{ question: a, kind: numbers }]", false },
        { "questions: [{ question: a, hints: One }]", false },
        { "tasks: [{ task: a, checks: [{ check: deeds == 1, points: 1 }] }]", true },
        { "tasks: [{ task: a, checks: [{ chek: deeds == 1 }] }]", false },
        { "switches: { s1: { ageing: 5min }, s2: }", true },
    };
    char why[200];

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        EXPECT_EQ_ROW(rows[i].text, text_fits(rows[i].text, strlen(rows[i].text), why, sizeof why),
                      rows[i].fits);
}

/* Else a new key could hold whatever one likes. */
static void test_each_key_that_holds_a_list_or_a_map_has_its_shape(void)
{
    for (size_t i = 0; lab_key_groups[i] != NULL; i++)
        for (const struct lab_key *key = lab_key_groups[i]->keys; key->name != NULL; key++)
            if (strchr("[{", key->example[0]) != NULL)
                EXPECT_ROW(key->name, lab_schema_knows(lab_key_groups[i], key));
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_each_bundled_lab_fits),
        TEST(test_each_unknown_key_of_the_broken_labs_does_not_fit),
        TEST(test_value_of_the_wrong_form_does_not_fit),
        TEST(test_each_key_that_holds_a_list_or_a_map_has_its_shape),
    };
    int status;

    read_schema();
    status = run_tests("lab_schema", tests, ARRAY_LEN(tests));
    json_decref(schema);
    return status;
}
