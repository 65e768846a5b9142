/*
 * The manual page of the lab format names every key that the reader knows,
 * and every command as it is written.
 */
#include "tests/support/expect.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <string.h>

#include "layers/bugs.h"
#include "layers/command.h"
#include "tools/lib/lab_keys.h"

static char manual[65536];

static void read_manual(void)
{
    FILE *file = fopen("tools/man/rung-lab.5", "r");
    size_t len = 0, kept = 0;

    if (file != NULL) {
        len = fread(manual, 1, sizeof(manual) - 1, file);
        fclose(file);
    }
    /* roff writes a hyphen that a person can copy as \-, a quote as \(dq. */
    for (size_t i = 0; i < len; i++)
        if (strncmp(manual + i, "\\(dq", 4) == 0) {
            manual[kept++] = '"';
            i += 3;
        } else if (manual[i] != '\\') {
            manual[kept++] = manual[i];
        }
    manual[kept] = '\0';
}

static bool is_key_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

static bool manual_names(const char *key)
{
    size_t len = strlen(key);

    for (const char *at = strstr(manual, key); at != NULL; at = strstr(at + 1, key))
        if (at > manual && !is_key_byte(at[-1]) && !is_key_byte(at[len]))
            return true;
    return false;
}

static void test_each_key_of_a_lab_is_in_the_manual(void)
{
    for (size_t i = 0; lab_key_groups[i] != NULL; i++)
        for (const struct lab_key *key = lab_key_groups[i]->keys; key->name != NULL; key++)
            /* NAME stands for any host or link. */
            if (strcmp(key->name, "NAME") != 0)
                EXPECT_ROW(key->name, manual_names(key->name));
}

static void expect_settings(const struct config_section *section)
{
    for (const struct config_key *key = section->keys; key->name != NULL; key++)
        EXPECT_ROW(key->name, manual_names(key->name));
}

static void test_each_setting_of_a_host_is_in_the_manual(void)
{
    for (size_t i = 0; lab_section(i) != NULL; i++) {
        EXPECT_ROW(lab_section(i)->name, manual_names(lab_section(i)->name));
        expect_settings(lab_section(i));
    }
    expect_settings(&lab_switch_section);
}

static void test_each_bug_is_in_the_manual(void)
{
    const struct bug_help *bug;

    for (size_t i = 0; (bug = bug_at(i)) != NULL; i++)
        EXPECT_ROW(bug->name, manual_names(bug->name));
}

/* Whether SYNTAX is all of a line, set in bold. */
static bool manual_shows(const char *syntax)
{
    char line[200];

    snprintf(line, sizeof line, "\n.B %s\n", syntax);
    return strstr(manual, line) != NULL;
}

static void test_each_command_is_in_the_manual_as_it_is_written(void)
{
    const struct command_help *help;
    size_t looked = 0;

    for (; (help = command_at(looked)) != NULL; looked++)
        EXPECT_ROW(help->syntax, manual_shows(help->syntax));
    EXPECT(looked > 25);
}

static void test_command_without_its_options_is_not_in_the_manual(void)
{
    EXPECT(!manual_shows("ping HOST"));
    EXPECT(!manual_shows("udp sand HOST:PORT"));
}

static void test_invented_key_is_not_in_the_manual(void)
{
    EXPECT(!manual_names("dely"));
    EXPECT(!manual_names("retry"));
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_each_key_of_a_lab_is_in_the_manual),
        TEST(test_each_setting_of_a_host_is_in_the_manual),
        TEST(test_each_bug_is_in_the_manual),
        TEST(test_each_command_is_in_the_manual_as_it_is_written),
        TEST(test_command_without_its_options_is_not_in_the_manual),
        TEST(test_invented_key_is_not_in_the_manual),
    };

    read_manual();
    return run_tests("manual", tests, ARRAY_LEN(tests));
}
