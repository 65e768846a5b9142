/* tools/lib/frame_facts.h, and what expressions ask of it. */
#include "tools/lib/frame_facts.h"

#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/lab_file.h"
#include "tests/support/suite.h"
#include "tools/lib/expression.h"

/* TEXT about frame NUMBER of the run FILE, once it is over. */
static bool ask(struct lab_file *file, const char *text, uint32_t number, int64_t *value)
{
    struct expression_scene scene = simulation_scene(&file->run.simulation, number);
    struct expression expression;
    char why[200] = "";
    size_t column;

    EXPECT_ROW(text, expression_parse(text, file->run.lab, &expression, why, sizeof(why), &column));
    return expression_evaluate_in(&expression, &scene, value);
}

static void test_frame_of_a_handshake_tells_its_fields(void)
{
    static const struct {
        uint32_t frame;
        const char *text;
        int64_t value;
    } rows[] = {
        { 1, "frame.number", 1 },
        { 1, "frame.time", 10 * MS },
        { 1, "frame.tcp.seq", 0 },
        { 1, "frame.tcp.seq_raw", 100 },
        { 1, "frame.tcp.options.mss_val", 1000 },
        { 1, "frame.tcp.flags", 2 },
        { 1, "frame.tcp.dstport", 80 },
        { 1, "frame.eth.src", 0x020000000001 },
        { 1, "frame.ip.src", 0x0a000001 },
        { 1, "frame.ip.hdr_len", 20 },
        { 1, "frame.tcp.hdr_len", 24 },
        { 2, "frame.tcp.seq", 0 },
        { 2, "frame.tcp.ack", 1 },
        { 2, "frame.tcp.ack_raw", 101 },
        { 2, "frame.tcp.seq_raw", 300 },
        { 2, "frame.tcp.flags", 18 },
        { 2, "frame.tcp.window_size", 65535 },
        { 3, "frame.tcp.seq + frame.tcp.ack", 2 },
        { 3, "frame.tcp.len", 0 },
        { 1, "frame.len - frame.ip.len", 60 - 44 },
        { 2, "end.time", 70 * MS },
        { 2, "frame.tcp.ack_raw - 1 == 100", 1 },
    };
    struct lab_file file;
    int64_t value;

    if (!lab_file_open(&file, "handshake"))
        return;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        value = -1;
        EXPECT_ROW(rows[i].text, ask(&file, rows[i].text, rows[i].frame, &value));
        EXPECT_EQ_ROW(rows[i].text, value, rows[i].value);
    }
    EXPECT(ask(&file, "end.time == 3 * 20ms + 10ms", 0, &value) && value == 1);
    lab_file_close(&file);
}

static void test_frame_without_the_field_fails_the_answer(void)
{
    static const struct {
        uint32_t frame;
        const char *text;
    } rows[] = {
        { 0, "frame.number" },
        { 4, "frame.number" },
        { UINT32_MAX, "frame.ip.ttl" },
        { 1, "frame.tcp.ack" }, /* a SYN: no ACK flag */
        { 1, "frame.udp.srcport" },
        { 1, "frame.arp.opcode + 1" },
        { 3, "frame.tcp.options.mss_val" },
        { 1, "frame.vlan.id" },
    };
    struct lab_file file;

    if (!lab_file_open(&file, "handshake"))
        return;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t value;

        EXPECT_ROW(rows[i].text, !ask(&file, rows[i].text, rows[i].frame, &value));
    }
    lab_file_close(&file);
}

static void test_words_of_the_ladder_are_counted(void)
{
    static const struct {
        const char *text;
        int64_t value;
    } rows[] = {
        { "count(retransmission)", 1 },
        { "count(a.retransmission)", 1 },
        { "count(b.retransmission)", 0 },
        { "count(duplicate-ack)", 4 },
        { "count(a.duplicate-ack)", 0 },
        { "count(b.duplicate-ack)", 4 },
        { "count(zero-window) + count(keep-alive)", 0 },
        { "a.tcp.duplicate-acks == count(duplicate-ack)", 1 },
        { "deeds + deeds.drop", 0 },
    };
    struct lab_file file;
    struct expression expression;
    char why[200];
    size_t column;
    int64_t value;

    if (!lab_file_open(&file, "fast-retransmit"))
        return;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        EXPECT_ROW(rows[i].text, ask(&file, rows[i].text, 0, &value));
        EXPECT_EQ_ROW(rows[i].text, value, rows[i].value);
    }
    /* Who has followed nothing yet gets the same. */
    EXPECT(expression_parse("count(duplicate-ack)", file.run.lab, &expression, why, sizeof(why),
                            &column));
    EXPECT(expression_evaluate(&expression, file.run.simulation.world, &file.run.simulation.trace,
                               &value));
    EXPECT_EQ(value, 4);
    lab_file_close(&file);
}

static void test_forwarded_retransmission_counts_once(void)
{
    static const char text[] = "defaults: { arp: { known: on }, tcp: { sack: off } }\n"
                               "hosts:\n"
                               "  a: { ip: 10.0.0.1/24 }\n"
                               "  b: { ip: 10.0.0.2/24 }\n"
                               "switches: { s: {} }\n"
                               "links:\n"
                               "  x: { ends: [a, s], delay: 1ms }\n"
                               "  y: { ends: [s, b], delay: 1ms }\n"
                               "script:\n"
                               "  - { at: 0s, b: listen 80 }\n"
                               "  - { at: 1ms, a: connect b:80 }\n"
                               "faults: [{ drop: tcp, from: a, nth: 1 }]\n";
    struct lab_file file;
    int64_t value;

    if (!lab_file_open_text(&file, text))
        return;
    EXPECT(ask(&file, "count(retransmission)", 0, &value));
    EXPECT_EQ(value, 1);
    EXPECT(ask(&file, "x.carried - y.carried", 0, &value));
    EXPECT_EQ(value, 1); /* it was on both wires */
    lab_file_close(&file);
}

static void test_each_name_is_found_and_explained(void)
{
    const char *name, *help;
    size_t count = 0;

    for (; (name = frame_fact_name(count, &help)) != NULL; count++) {
        struct frame_fact fact;

        EXPECT_ROW(name, frame_fact_find(name, strlen(name), &fact));
        EXPECT_ROW(name, help[0] != '\0');
    }
    EXPECT(count > 60);
    for (count = 0; (name = frame_mark_name(count)) != NULL; count++)
        EXPECT_ROW(name, frame_mark_find(name) != 0);
    EXPECT_EQ(frame_mark_find("nonsense"), 0);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_frame_of_a_handshake_tells_its_fields),
        TEST(test_frame_without_the_field_fails_the_answer),
        TEST(test_words_of_the_ladder_are_counted),
        TEST(test_forwarded_retransmission_counts_once),
        TEST(test_each_name_is_found_and_explained),
    };

    return run_tests("frame-facts", tests, ARRAY_LEN(tests));
}
