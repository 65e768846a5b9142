#include "tools/lib/expression.h"

#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/lab_run.h"
#include "tests/support/suite.h"

static const char *const text = "title: t\n"
                                "hosts:\n"
                                "  a: { ip: 10.0.0.1/24 }\n"
                                "  b: { ip: 10.0.0.2/24 }\n"
                                "links:\n"
                                "  wire: { ends: [a, b], delay: 1ms }\n"
                                "script:\n"
                                "  - { at: 0s, b: udp bind 9 }\n"
                                "  - { at: 0s, a: udp send b:9 100B count 3 }\n";

static void test_right_expressions_have_their_value(void)
{
    static const struct {
        const char *text;
        int64_t value;
    } rows[] = {
        { "1 + 2 * 3", 7 },
        { "(1 + 2) * 3", 9 },
        { "10 - 2 - 3", 5 },
        { "10-2-3", 5 },
        { "3-1 == 2", 1 },
        { "0 and 1/0", 0 },
        { "2 or 1/0", 1 },
        { "1 == 1 and (0 or 3)", 1 },
        { "0 and 1/0 or 1 and 2", 1 },
        { "0 and 1/0 and 1/0 or 0", 0 },
        { "(1 or 1/0) + 4", 5 },
        { "9223372036854775807", INT64_MAX },
        { "7 / 2 + 7 % 2", 4 },
        { "-3 + 5", 2 },
        { "8kB == 8000 and 0xfF == 255", 1 },
        { "2KiB", 2048 },
        { "20ms == 20000us", 1 },
        { "1 < 2 and 2 < 3", 1 },
        { "1 > 2 or not 1 > 2", 1 },
        { "not 1 == 1", 0 },
        { "b.udp.messages == count(UDP_RECEIVED) and count(b.udp-received) == 3", 1 },
        { "b.udp.delivered == 3 * 100B", 1 },
        { "a.udp.sent - b.udp.received", 0 },
        { "wire.carried", 5 },
        { "wire.lost == 0", 1 },
        { "count(rx) == count(tx)", 1 },
        { "count(a.tx)", 4 },
        { "count(lost) + count(tcp-received) + count(a.udp-received)", 0 },
        { "time > 0s and time < 1s", 1 },
        { "a.tcp.state == CLOSED", 1 },
        { "FIN-WAIT-2 == TIME-WAIT or a.tcp.80.cwnd > 0", 0 },
        { "a.tcp.delivered + b.tcp.in-flight + b.tcp.connections + a.tcp.listeners", 0 },
    };
    struct lab_run run;

    if (!lab_run_open(&run, text, NULL, 0))
        return;
    simulation_run(&run.simulation, NULL);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct expression expression;
        char why[200] = "";
        size_t column = 0;
        int64_t value = -1;

        if (!expression_parse(rows[i].text, run.lab, &expression, why, sizeof(why), &column)) {
            EXPECT_STR_ROW(rows[i].text, why, "");
            continue;
        }
        EXPECT_ROW(rows[i].text, expression_evaluate(&expression, run.simulation.world,
                                                     &run.simulation.trace, &value));
        EXPECT_EQ_ROW(rows[i].text, value, rows[i].value);
    }
    lab_run_close(&run);
}

static void test_expression_has_the_type_of_its_value(void)
{
    static const struct {
        const char *text;
        enum value_type type;
    } rows[] = {
        { "3", VALUE_NUMBER },
        { "20ms", VALUE_TIME },
        { "8kB", VALUE_BYTES },
        { "ESTABLISHED", VALUE_STATE },
        { "a.tcp.state", VALUE_STATE },
        { "a.tcp.80.state", VALUE_STATE },
        { "a.tcp.cwnd", VALUE_BYTES },
        { "a.tcp.rto", VALUE_TIME },
        { "a.tcp.timeouts", VALUE_NUMBER },
        { "wire.bytes", VALUE_BYTES },
        { "wire.lost", VALUE_NUMBER },
        { "time", VALUE_TIME },
        { "end.time - time", VALUE_TIME },
        { "count(tx)", VALUE_NUMBER },
        { "count(retransmission) * 20ms", VALUE_TIME },
        { "2 * a.tcp.cwnd", VALUE_BYTES },
        { "a.tcp.cwnd + 1", VALUE_BYTES },
        { "1 + a.tcp.cwnd", VALUE_BYTES },
        { "a.tcp.cwnd / 2", VALUE_BYTES },
        { "a.tcp.cwnd / a.tcp.mss", VALUE_NUMBER },
        { "a.tcp.cwnd % a.tcp.mss", VALUE_BYTES },
        { "a.tcp.cwnd * a.tcp.mss", VALUE_NUMBER },
        { "a.tcp.cwnd + a.tcp.rto", VALUE_NUMBER },
        { "a.tcp.cwnd == 3", VALUE_TRUTH },
        { "not 3", VALUE_TRUTH },
        { "1 and wire.lost or 2", VALUE_TRUTH },
        { "-20ms", VALUE_TIME },
        { "frame.tcp.ack - 1", VALUE_NUMBER },
        { "frame.tcp.len", VALUE_BYTES },
        { "frame.ip.src", VALUE_IPV4 },
        { "frame.eth.dst", VALUE_MAC },
        { "frame.arp.src.proto_ipv4", VALUE_IPV4 },
        { "frame.time", VALUE_TIME },
        { "deeds + deeds.drop", VALUE_NUMBER },
    };
    struct lab_run run;

    if (!lab_run_open(&run, text, NULL, 0))
        return;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct expression expression;
        char why[200] = "";
        size_t column = 0;

        EXPECT_ROW(rows[i].text, expression_parse(rows[i].text, run.lab, &expression, why,
                                                  sizeof(why), &column));
        EXPECT_EQ_ROW(rows[i].text, expression_type(&expression), rows[i].type);
    }
    lab_run_close(&run);
}

static const struct {
    const char *text, *why;
    size_t column;
} wrong[] = {
    { "", "the expression ends too early", 0 },
    { "5sec", "unknown unit \"sec\" for a time: write 5s", 0 },
    { "5bytes", "unknown unit \"bytes\" for a size: write 5B", 0 },
    { "5x", "not a number: write 3, 8kB or 20ms", 0 },
    { "0x", "not a hexadecimal number: write 0x0806", 0 },
    { "0x8000000000000000", "not a hexadecimal number: write 0x0806", 0 },
    { "9223372036854775806ns",
      "\"9223372036854775806ns\" is too large for a time: write at most 640511h", 0 },
    { "9223372036854775806B",
      "\"9223372036854775806B\" is too large for a size: write at most 8388608GiB", 0 },
    { "1 + a.udp.received-1", "to subtract, put blanks around the \"-\"", 6 },
    { "a.udp.received-b.udp.received", "to subtract, put blanks around the \"-\"", 2 },
    { "wire.lost-1", "to subtract, put blanks around the \"-\"", 5 },
    { "time-1s", "to subtract, put blanks around the \"-\"", 0 },
    { "1 +", "the expression ends too early", 3 },
    { "(1", "expected )", 2 },
    { "b.udp.mesages == 3", "unknown value \"udp.mesages\", did you mean \"udp.messages\"?",
      2 },
    { "c.udp.messages", "no host, switch or link has this name", 0 },
    { "1 = 1", "a comparison is written ==", 2 },
    { "a.tcp.cwmd", "unknown value \"tcp.cwmd\", did you mean \"tcp.cwnd\"?", 2 },
    { "a.tcp.cwnd-1", "to subtract, put blanks around the \"-\"", 2 },
    { "a.tcp.70000.cwnd", "unknown value \"tcp.70000.cwnd\": rung help values lists them all",
      2 },
    { "a.tcp.state == ESTABLISHD",
      "unknown state \"ESTABLISHD\", did you mean \"ESTABLISHED\"?", 15 },
    { "a", "which value of it? write for example a.udp.received", 1 },
    { "1 2", "expected an operator such as ==, and, or +", 2 },
    { "count(nonsense)",
      "count what? write tx, rx, lost, why, retransmission, a rule's name as `rung rules` "
      "lists them, or what an application does, as `rung help values` does", 6 },
    { "wire.queue", "unknown value \"queue\": rung help values lists them all", 5 },
    { "9223372036854775808",
      "9223372036854775808 is out of range: write a number from 0 to 9223372036854775807", 0 },
    { "1 + frame.tcp.akc", "a frame has no \"tcp.akc\", did you mean \"tcp.ack\"?", 10 },
    { "frame.nonsense", "a frame has no \"nonsense\": rung help values lists what it has", 6 },
    { "frame", "which field of the frame? write for example frame.tcp.ack", 5 },
    { "frame.tcp.ack-1", "to subtract, put blanks around the \"-\"", 6 },
    { "deeds.dorp", "which deeds? write drop, delay, duplicate, corrupt or command", 6 },
    { "end.tim", "no host, switch or link has this name", 0 },
    { "end.time - 50", "50 what? write 50ms", 11 },
    { "2 * 3 < time", "2 what? write 2ms", 0 },
    { "0 < time and -(7) != time", "7 what? write 7ms", 15 },
    { "SYN-RCVD == a.tcp.state", "no host, switch or link is called so; the state is SYN-RECEIVED",
      0 },
    { "a.cwnd", "unknown value \"cwnd\", did you mean \"tcp.cwnd\"?", 2 },
    { "wire.overflo", "unknown value \"overflo\", did you mean \"overflow\"?", 5 },
};

static void test_wrong_expressions_say_what_and_where(void)
{
    struct lab_run run;

    if (!lab_run_open(&run, text, NULL, 0))
        return;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct expression expression;
        char why[200] = "";
        size_t column = 99;

        EXPECT_ROW(wrong[i].text, !expression_parse(wrong[i].text, run.lab, &expression, why,
                                                   sizeof(why), &column));
        EXPECT_STR_ROW(wrong[i].text, why, wrong[i].why);
        EXPECT_EQ_ROW(wrong[i].text, column, wrong[i].column);
    }
    lab_run_close(&run);
}

static void test_division_by_zero_and_overflow_fail_the_evaluation(void)
{
    static const char *const rows[] = { "1 / (1 - 1)", "1 % 0", "1 and 1/0", "0 or 1/0",
                                        "9223372036854775807 + 1",
                                        "4611686018427387904 * 2" };
    struct lab_run run;

    if (!lab_run_open(&run, text, NULL, 0))
        return;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct expression expression;
        char why[200];
        size_t column;
        int64_t value;

        if (!EXPECT_ROW(rows[i], expression_parse(rows[i], run.lab, &expression, why, sizeof(why),
                                                  &column)))
            continue;
        EXPECT_ROW(rows[i], !expression_evaluate(&expression, run.simulation.world, NULL, &value));
    }
    lab_run_close(&run);
}

static void test_deep_or_long_text_is_refused(void)
{
    char deep[2000];
    struct expression expression;
    struct lab_run run;
    char why[200];
    size_t column;

    if (!lab_run_open(&run, text, NULL, 0))
        return;
    memset(deep, '(', 900);
    deep[900] = '\0';
    EXPECT(!expression_parse(deep, run.lab, &expression, why, sizeof(why), &column));
    EXPECT_STR(why, "too many parentheses");
    memset(deep, '-', 1999);
    deep[1999] = '\0';
    EXPECT(!expression_parse(deep, run.lab, &expression, why, sizeof(why), &column));
    EXPECT_STR(why, "the expression is too long: write several checks");
    lab_run_close(&run);
}

static void test_last_comparison_is_kept_for_the_reader(void)
{
    struct expression expression;
    struct lab_run run;
    char why[200];
    size_t column;
    int64_t value;

    if (!lab_run_open(&run, text, NULL, 0))
        return;
    EXPECT(expression_parse("1 == 1 and 2 + 3 > 4 * 5", run.lab, &expression, why, sizeof(why),
                            &column));
    EXPECT(!expression.compared);
    EXPECT(expression_evaluate(&expression, run.simulation.world, NULL, &value));
    EXPECT_EQ(value, 0);
    EXPECT(expression.compared);
    EXPECT_EQ(expression.left, 5);
    EXPECT_EQ(expression.right, 20);
    lab_run_close(&run);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_right_expressions_have_their_value),
        TEST(test_expression_has_the_type_of_its_value),
        TEST(test_wrong_expressions_say_what_and_where),
        TEST(test_division_by_zero_and_overflow_fail_the_evaluation),
        TEST(test_deep_or_long_text_is_refused),
        TEST(test_last_comparison_is_kept_for_the_reader),
    };

    return run_tests("expression", tests, ARRAY_LEN(tests));
}
