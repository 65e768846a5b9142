#include "tests/support/expect.h"
#include "tests/support/suite.h"

#include <string.h>

#include "tools/timeline/key.h"
#include "tools/timeline/order.h"

static struct order order;
static char why[300];
static size_t column;

static bool reads(const char *text)
{
    why[0] = '\0';
    return order_read(text, &order, why, sizeof(why), &column);
}

static void test_each_key_of_the_table_says_a_command_that_is_one(void)
{
    const struct key_help *key;

    for (size_t i = 0; (key = key_at(i)) != NULL; i++) {
        EXPECT_ROW(key->command, reads(key->command));
        EXPECT_ROW(key->command, order.verb != ORDER_NONE);
    }
}

static void test_no_key_stands_in_the_table_twice(void)
{
    const struct key_help *key;

    for (size_t i = 0; (key = key_at(i)) != NULL; i++) {
        EXPECT_ROW(key->name, key_find(key->key) == key);
        EXPECT_ROW(key->name, key->also == 0 || key_find(key->also) == key);
    }
}

static void test_a_beginning_that_is_one_commands_alone_is_enough(void)
{
    EXPECT(reads("dup 5"));
    EXPECT_EQ(order.verb, ORDER_DUPLICATE);
    EXPECT_STR(order.argument, "5");
    EXPECT(reads("  q"));
    EXPECT_EQ(order.verb, ORDER_QUIT);
    EXPECT(!reads("s")); /* step, save, search ... */
    EXPECT(reads("step"));
    EXPECT_EQ(order.verb, ORDER_STEP);
}

static void test_a_wrong_command_is_refused_where_it_is_wrong(void)
{
    EXPECT(!reads("  serach SYN"));
    EXPECT_EQ(column, 2);
    EXPECT(strstr(why, "did you mean \"search\"?") != NULL);
    EXPECT(!reads("undo 3"));
    EXPECT_EQ(column, 5);
    EXPECT(!reads("go"));
    EXPECT(strstr(why, "go what?") != NULL);
}

static void test_a_name_and_a_colon_tell_a_host_something(void)
{
    EXPECT(reads("a: udp send b:9 3B"));
    EXPECT_EQ(order.verb, ORDER_TELL);
    EXPECT_STR(order.target, "a");
    EXPECT_STR(order.argument, "udp send b:9 3B");
    EXPECT(!reads("aa b: c")); /* the colon is not the first word's */
}

static void test_keys_are_read_by_name_and_else_letter_by_letter(void)
{
    static const int keys[] = { K_RIGHT, K_TAB, 'g', 'o', ' ', '1', 'd', K_NONE };
    struct key_text text = { .at = "Right  Tab go Space 1d" };

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        EXPECT_EQ(key_read(&text), keys[i]);
}

static void test_quoted_words_are_typed_and_commas_stand_between_keys(void)
{
    static const int keys[] = { K_RIGHT, K_RIGHT, ',', ':',     'T',  'a', 'b',   ' ',
                                '"',     'x',     ',', K_ENTER, '\'', ' ', K_NONE };
    struct key_text text = { .at = "Right,Right , \":Tab \\\"x,\" \"\",Enter ' \" \"" };

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        EXPECT_EQ_ROW("key", key_read(&text), keys[i]);
}

static void test_a_word_like_a_keys_name_that_is_none_is_refused(void)
{
    EXPECT(key_check("Right,Tab d \"Foo x\" ACK a.tcp.state 10.0.0.1,5", why, sizeof(why)));
    EXPECT(!key_check("d Rihgt", why, sizeof(why)));
    EXPECT(strstr(why, "no key is called \"Rihgt\", did you mean \"Right\"?") != NULL);
    EXPECT(!key_check("Foo,d", why, sizeof(why)));
    EXPECT(!key_check("d \"Foo", why, sizeof(why)));
    EXPECT(strstr(why, "is missing") != NULL);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_each_key_of_the_table_says_a_command_that_is_one),
        TEST(test_no_key_stands_in_the_table_twice),
        TEST(test_a_beginning_that_is_one_commands_alone_is_enough),
        TEST(test_a_wrong_command_is_refused_where_it_is_wrong),
        TEST(test_a_name_and_a_colon_tell_a_host_something),
        TEST(test_keys_are_read_by_name_and_else_letter_by_letter),
        TEST(test_quoted_words_are_typed_and_commas_stand_between_keys),
        TEST(test_a_word_like_a_keys_name_that_is_none_is_refused),
    };

    return run_tests("order", tests, ARRAY_LEN(tests));
}
