/*
 * rung(1) tells of each key of the timeline and each command that can be typed,
 * in the words of the tables.
 */
#include "tests/support/expect.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <string.h>

#include "tools/timeline/key.h"
#include "tools/timeline/order.h"

static char manual[100000];

/* As a person reads it: roff writes "-" as \-, "\" as \e, "'" as \(aq. */
static void read_manual(void)
{
    static char text[sizeof(manual)];
    FILE *file = fopen("tools/man/rung.1", "r");
    size_t len = 0, kept = 0;

    if (file != NULL) {
        len = fread(text, 1, sizeof(text) - 1, file);
        fclose(file);
    }
    for (size_t i = 0; i < len; i++) {
        if (text[i] != '\\') {
            manual[kept++] = text[i];
        } else if (strncmp(text + i, "\\(aq", 4) == 0) {
            manual[kept++] = '\'';
            i += 3;
        } else if (text[++i] != '&') {
            manual[kept++] = text[i];
            if (text[i] == 'e')
                manual[kept - 1] = '\\';
        }
    }
}

/* The entry NAME with TEXT below it. */
static bool tells(const char *name, const char *argument, const char *text)
{
    char entry[500];

    snprintf(entry, sizeof(entry), "\n.TP\n.B %s%s%s\n%s\n", name, argument[0] != '\0' ? " " : "",
             argument, text);
    return strstr(manual, entry) != NULL;
}

static void test_each_key_is_in_the_manual(void)
{
    const struct key_help *key;

    for (size_t i = 0; (key = key_at(i)) != NULL; i++)
        EXPECT_ROW(key->name, tells(key->name, "", key->help));
}

static void test_each_command_is_in_the_manual(void)
{
    const struct order_help *order;

    for (size_t i = 0; (order = order_at(i)) != NULL; i++)
        EXPECT_ROW(order->name, tells(order->name, order->argument, order->help));
}

static void test_an_invented_key_is_not(void)
{
    EXPECT(!tells("F13", "", "to the moon"));
    EXPECT(!tells("Right", "", "to the moon"));
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_each_key_is_in_the_manual),
        TEST(test_each_command_is_in_the_manual),
        TEST(test_an_invented_key_is_not),
    };

    read_manual();
    return run_tests("manual_keys", tests, ARRAY_LEN(tests));
}
