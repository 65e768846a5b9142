/*
 * A rule that no test names is a reason that nobody has ever checked.
 *
 * Each rule must stand by name in some test under tests/unit, tests/rfc or
 * tests/prop. That it is named does not prove that it is tested well; that it
 * is not named proves that it is not tested.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/rule.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

static bool named[RULE_COUNT];

static bool is_name_char(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Marks the rules whose RULE_NAME stands in TEXT. */
static void find_names(const char *text)
{
    for (const char *at = text; (at = strstr(at, "RULE_")) != NULL;) {
        char name[64];
        size_t len = 0;

        at += strlen("RULE_");
        while (is_name_char(at[len]) && len < sizeof(name) - 1)
            len++;
        memcpy(name, at, len);
        name[len] = '\0';
        named[rule_find(name)] = true;
    }
}

static void read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = malloc(1 << 20);
    size_t len;

    if (file == NULL || !EXPECT(text != NULL))
        return;
    len = fread(text, 1, (1 << 20) - 1, file);
    text[len] = '\0';
    fclose(file);
    find_names(text);
    free(text);
}

static void read_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    char path[512];

    if (!EXPECT_ROW(folder, dir != NULL))
        return;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        size_t len = strlen(entry->d_name);

        if (len < 2 || strcmp(entry->d_name + len - 2, ".c") != 0)
            continue;
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        read_file(path);
    }
    closedir(dir);
}

static void test_every_rule_is_named_by_a_test(void)
{
    read_folder("tests/unit");
    read_folder("tests/rfc");
    read_folder("tests/prop");
    for (rule_id id = 1; id < RULE_COUNT; id++)
        EXPECT_ROW(rule_get(id)->name, named[id]);
}

int main(void)
{
    static const struct test tests[] = { TEST(test_every_rule_is_named_by_a_test) };

    return run_tests("rules_tested", tests, ARRAY_LEN(tests));
}
