#include "tests/support/expect.h"
#include "tests/support/suite.h"

#include <string.h>

#include "layers/names.h"
#include "layers/rule.h"
#include "tests/support/fake_run.h"
#include "tools/lib/run_message.h"

enum { CHECKSUM_AT = 40, DATA_AT = 42, FLAGS_AT = 20 };

struct wire {
    struct fake_run run;
    uint16_t a, b, wire;
};

static void open_wire(struct wire *w)
{
    fake_run_open(&w->run, NULL);
    w->a = fake_run_node(&w->run, "a", 1);
    w->b = fake_run_node(&w->run, "b", 1);
    w->wire = fake_run_link(&w->run, "wire", w->a, 0, w->b, 0);
    fake_run_at(&w->run, 0);
}

/* A datagram from a to port 9 of b, without UDP checksum, that holds TEXT. */
static uint32_t send_text(struct wire *w, const char *text, bool fragment)
{
    uint32_t model = fake_run_udp(&w->run, w->wire, 1, strlen(text));
    struct span bytes = trace_frame_bytes(&w->run.trace, model);
    uint8_t copy[1600];

    ASSERT(bytes.len <= sizeof(copy));
    memcpy(copy, bytes.at, bytes.len);
    memset(copy + CHECKSUM_AT, 0, 2);
    memcpy(copy + DATA_AT, text, strlen(text));
    if (fragment)
        copy[FLAGS_AT] |= 0x20;
    return fake_run_tx(&w->run, w->wire, 0, (struct span){ copy, bytes.len });
}

static uint32_t app(struct wire *w, uint16_t what, uint32_t frame, uint32_t port, size_t len)
{
    struct record record = { .kind = RECORD_APP, .what = what, .frame = frame, .subject = port,
                             .node = what == APP_UDP_SENT ? w->a : w->b, .a = (int64_t)len };

    fake_run_record(&w->run, &record);
    return w->run.trace.records.count - 1;
}

static void expect_quote(const struct wire *w, uint32_t record, const char *want, bool goes_on)
{
    struct run_quote quote;

    run_message_quote(&w->run.view, record, &quote);
    EXPECT_STR_ROW(want, quote.text, want);
    EXPECT_EQ_ROW(want, quote.goes_on, goes_on);
}

static void test_text_received_is_quoted_up_to_sixteen_bytes(void)
{
    static const struct {
        const char *text, *want;
        bool goes_on;
    } rows[] = {
        { "", "", false },
        { "x", "x", false },
        { "hi \"all\"", "hi \"all\"", false },
        { "sixteen bytes ok", "sixteen bytes ok", false },
        { "seventeen bytes ok", "seventeen bytes ", true },
        { "a tab \t is none", "", false },
        { "a\xc3\xa4", "", false },
        { "sixteen bytes ok\t", "sixteen bytes ok", true },
        { "!\"#$%&'()*+,-./012", "", false },
        { "|}~!\"", "", false },
        { "abc", "abc", false },
        { "abcd", "", false }, /* the price: it looks made up */
    };
    struct wire w;

    open_wire(&w);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint32_t frame = send_text(&w, rows[i].text, false);

        expect_quote(&w, app(&w, APP_UDP_RECEIVED, frame, 9, strlen(rows[i].text)), rows[i].want,
                     rows[i].goes_on);
    }
    fake_run_close(&w.run);
}

static void test_message_of_another_length_port_or_none_is_not_quoted(void)
{
    struct wire w;
    uint32_t frame;

    open_wire(&w);
    frame = send_text(&w, "for b", false);
    expect_quote(&w, app(&w, APP_UDP_RECEIVED, frame, 9, 6), "", false);
    expect_quote(&w, app(&w, APP_UDP_RECEIVED, frame, 8, 5), "", false);
    expect_quote(&w, app(&w, APP_UDP_RECEIVED, 0, 9, 5), "", false);
    expect_quote(&w, app(&w, APP_UDP_BOUND, frame, 9, 5), "", false);
    frame = fake_run_arp(&w.run, w.wire, 0, false);
    expect_quote(&w, app(&w, APP_UDP_RECEIVED, frame, 9, 5), "", false);
    frame = send_text(&w, "for b", true);
    expect_quote(&w, app(&w, APP_UDP_RECEIVED, frame, 9, 5), "", false);
    fake_run_close(&w.run);
}

static void test_damaged_message_is_quoted_as_it_arrived(void)
{
    struct wire w;
    uint32_t frame;
    uint8_t room[RUN_FRAME_MAX];
    struct span sent;

    open_wire(&w);
    frame = send_text(&w, "Pay 0010 euro to Ann", false);
    fake_run_fate(&w.run, frame, RULE_FAULT_SWAP, DATA_AT + 4, DATA_AT + 6);
    fake_run_fate(&w.run, frame, RULE_FAULT_CORRUPT, (DATA_AT + 9) * 8 + 2, 0);
    sent = trace_frame_bytes(&w.run.trace, frame);
    fake_run_at(&w.run, 1);
    expect_quote(&w, app(&w, APP_UDP_RECEIVED, frame, 9, 20), "Pay 1000 Euro to", true);
    EXPECT_EQ(run_frame_arrived(&w.run.view, frame, room).len, sent.len);
    EXPECT(memcmp(sent.at + DATA_AT, "Pay 0010 euro to Ann", 20) == 0);
    EXPECT(memcmp(room + DATA_AT, "Pay 1000 Euro to Ann", 20) == 0);
    fake_run_close(&w.run);
}

static void test_sent_message_is_quoted_if_its_frame_goes_at_once(void)
{
    struct wire w;
    uint32_t record;

    open_wire(&w);
    record = app(&w, APP_UDP_SENT, 0, 49152, 5);
    send_text(&w, "first", false);
    expect_quote(&w, record, "first", false);
    record = app(&w, APP_UDP_SENT, 0, 49152, 6);
    app(&w, APP_UDP_SENT, 0, 49152, 6);
    send_text(&w, "second", false);
    expect_quote(&w, record, "", false);
    record = app(&w, APP_UDP_SENT, 0, 49152, 5);
    fake_run_at(&w.run, 1);
    send_text(&w, "third", false);
    expect_quote(&w, record, "", false);
    fake_run_close(&w.run);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_text_received_is_quoted_up_to_sixteen_bytes),
        TEST(test_message_of_another_length_port_or_none_is_not_quoted),
        TEST(test_damaged_message_is_quoted_as_it_arrived),
        TEST(test_sent_message_is_quoted_if_its_frame_goes_at_once),
    };

    return run_tests("run_message", tests, ARRAY_LEN(tests));
}
