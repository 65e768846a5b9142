#include "layers/app/tcp_framing.h"

#include <string.h>

#include "layers/rule.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

static unsigned told;
static uint32_t last_length;
static char last[TCP_FRAMING_KEPT + 1];

static void tell(void *ctx, uint32_t length, struct span start)
{
    (void)ctx;
    told++;
    last_length = length;
    memcpy(last, start.at, start.len);
    last[start.len] = '\0';
}

static void take(struct tcp_framing *framing, const char *bytes, size_t len)
{
    tcp_framing_take(framing, (struct span){ (const uint8_t *)bytes, len }, tell, NULL);
}

static void test_lines_end_at_newlines(void)
{
    struct tcp_framing f = { .kind = TCP_FRAMING_LINES };

    told = 0;
    take(&f, "one\ntw", 6);
    EXPECT_EQ(told, 1);
    EXPECT_STR(last, "one");
    EXPECT_EQ(tcp_framing_pending(&f), 2);
    take(&f, "o\n\n", 3);
    EXPECT_EQ(told, 3);
    EXPECT_EQ(last_length, 0);
}

static void test_lengths_are_read_byte_by_byte(void)
{
    static const char stream[] = "\0\0\0\3abc\0\0\0\0\0\0\0\1x";
    struct tcp_framing f = { .kind = TCP_FRAMING_LENGTHS };

    told = 0;
    for (size_t i = 0; i < sizeof(stream) - 1; i++)
        take(&f, stream + i, 1);
    EXPECT_EQ(told, 3);
    EXPECT_STR(last, "x");
    EXPECT_EQ(tcp_framing_pending(&f), 0);
}

static void test_only_the_start_of_a_long_message_is_kept(void)
{
    struct tcp_framing f = { .kind = TCP_FRAMING_LINES };

    told = 0;
    take(&f, "abcdefghijklmnopqrstuvwxyz\n", 27);
    EXPECT_EQ(last_length, 26);
    EXPECT_STR(last, "abcdefghijklmnop");
}

static void test_text_of_a_record_shows_its_beginning(void)
{
    static const struct {
        const char *text, *shown;
    } rows[] = {
        { "one", " \"one\"" },           { "GET /\n", " \"GET /\\n\"" },
        { "12 45 78", " \"12 45 78\"" }, { "hello world", " \"hello w...\"" },
        { "abcdefgh", "" },              { "\x01\x02", "" },
        { "", "" },                      { "caf\xc3\xa9", "" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct span text = { (const uint8_t *)rows[i].text, strlen(rows[i].text) };
        char out[40];

        sentence_format("{a:text}", rule_text(text), 0, out, sizeof out);
        EXPECT_STR_ROW(rows[i].text, out, rows[i].shown);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_lines_end_at_newlines),
        TEST(test_lengths_are_read_byte_by_byte),
        TEST(test_only_the_start_of_a_long_message_is_kept),
        TEST(test_text_of_a_record_shows_its_beginning),
    };

    return run_tests("tcp-framing", tests, ARRAY_LEN(tests));
}
