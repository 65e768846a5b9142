#include "tools/lib/lab_keys.h"

#include <string.h>

#include "layers/units.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

static const struct config_key *key_of(const struct config_section *section, const char *name)
{
    const struct config_key *key = section->keys;

    while (key->name != NULL && strcmp(key->name, name) != 0)
        key++;
    ASSERT(key->name != NULL);
    return key;
}

static void test_default_is_told_as_a_lab_writes_it(void)
{
    static const struct {
        const char *section, *key, *text;
    } rows[] = {
        { "arp", "timeout", "1min" },        { "arp", "tries", "3" },
        { "ip", "first-id", "-1" },          { "ip", "reassembly-memory", "1MiB" },
        { "ip", "dont-fragment", "off" },    { "icmp", "error-burst", "10" },
        { "udp", "checksum", "on" },         { "udp", "queue", "64" },
        { "tcp", "mss", "auto" },            { "tcp", "window-scale", "auto" },
        { "tcp", "keepalive", "off" },       { "tcp", "delayed-ack", "200ms" },
        { "tcp", "isn", "auto" },            { "tcp", "initial-ssthresh", "auto" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct config_section *section = lab_section_find(rows[i].section);
        const struct config_key *key = key_of(section, rows[i].key);
        char text[40];

        unit_format_setting(key, lab_setting_default(section, key), text, sizeof text);
        EXPECT_STR_ROW(rows[i].key, text, rows[i].text);
    }
}

static void test_switch_has_defaults_of_its_own(void)
{
    EXPECT_EQ(lab_setting_default(&lab_switch_section, key_of(&lab_switch_section, "ageing")),
              5 * MINUTES);
}

/* A default that a lab could not write would make the help useless. */
static void test_each_default_can_be_written_in_a_lab(void)
{
    const struct config_section *section;
    char text[40], why[UNIT_WHY_SIZE];
    size_t looked = 0;

    for (size_t i = 0; (section = lab_section(i)) != NULL; i++) {
        for (const struct config_key *key = section->keys; key->name != NULL; key++) {
            int64_t value = lab_setting_default(section, key), again = -7;
            unit_format_setting(key, value, text, sizeof text);
            EXPECT_ROW(key->name, unit_parse_setting(key, text, &again, why, sizeof why));
            EXPECT_EQ_ROW(key->name, again, value);
            looked++;
        }
    }
    EXPECT(looked > 15);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_default_is_told_as_a_lab_writes_it),
        TEST(test_switch_has_defaults_of_its_own),
        TEST(test_each_default_can_be_written_in_a_lab),
    };

    return run_tests("lab-keys", tests, ARRAY_LEN(tests));
}
