/* The values that checks ask of TCP, in runs of whole labs. */
#include "tools/lib/expression.h"

#include "tests/support/expect.h"
#include "tests/support/lab_run.h"
#include "tests/support/suite.h"

#define NETWORK                                   \
    "title: t\n"                                  \
    "hosts:\n"                                    \
    "  a: { ip: 10.0.0.1/24 }\n"                  \
    "  b: { ip: 10.0.0.2/24 }\n"                  \
    "links:\n"                                    \
    "  wire: { ends: [a, b], delay: 1ms }\n"      \
    "script:\n"                                   \
    "  - { at: 0s, b: listen 80 }\n"              \
    "  - { at: 0s, b: listen 81 backlog 3 as none }\n" \
    "  - { at: 10ms, a: connect b:80 from 5000 }\n"

static void expect_all(const char *text, const char *const *conditions, size_t count)
{
    struct lab_run run;

    if (!lab_run_open(&run, text, NULL, 0))
        return;
    simulation_run(&run.simulation, NULL);
    for (size_t i = 0; i < count; i++) {
        struct expression expression;
        char why[200] = "";
        size_t column = 0;
        int64_t value = -1;

        EXPECT_ROW(conditions[i], expression_parse(conditions[i], run.lab, &expression, why,
                                                   sizeof(why), &column));
        EXPECT_STR_ROW(conditions[i], why, "");
        EXPECT_ROW(conditions[i], expression_evaluate(&expression, run.simulation.world,
                                                      &run.simulation.trace, &value));
        EXPECT_EQ_ROW(conditions[i], value, 1);
    }
    lab_run_close(&run);
}

static void test_values_of_an_open_connection(void)
{
    static const char *const conditions[] = {
        "a.tcp.state == ESTABLISHED",   "b.tcp.80.state == ESTABLISHED",
        "a.tcp.5000.delivered == 0",    "a.tcp.sent == 5000",
        "a.tcp.acked == 5kB",           "b.tcp.delivered == 5000",
        "b.tcp.80.delivered == 5000",   "b.tcp.81.delivered == 0",
        "a.tcp.connections == 1",       "b.tcp.connections == 1",
        "b.tcp.listeners == 2",         "b.tcp.81.listeners == 1",
        "b.tcp.accept-queue == 0",      "b.tcp.syn-queue == 0",
        "a.tcp.mss == 1460",            "a.tcp.in-flight == 0",
        "a.tcp.cwnd >= 1460",           "a.tcp.rto >= 200ms",
        "a.tcp.srtt >= 2ms",            "a.tcp.send-queue == 0",
        "b.tcp.receive-queue == 0",     "a.tcp.retransmissions == 0",
        "a.tcp.timeouts == 0",          "a.tcp.send-window > 0",
        "b.tcp.receive-window > 0",     "a.tcp.ssthresh > 0",
        "a.tcp.retransmitted == 0",     "a.tcp.fast-retransmits == 0",
        "a.tcp.duplicate-acks == 0",
    };

    expect_all(NETWORK "  - { when: a ESTABLISHED, a: send 5kB }\n", conditions,
               ARRAY_LEN(conditions));
}

static void test_totals_outlive_their_connections(void)
{
    static const char *const conditions[] = {
        "a.tcp.state == CLOSED",   "b.tcp.state == CLOSED",     "b.tcp.delivered == 5000",
        "a.tcp.sent == 5000",      "a.tcp.connections == 0",    "b.tcp.listeners == 2",
        "a.tcp.acked == 5000",
    };

    expect_all(NETWORK "  - { when: a ESTABLISHED, a: send 5kB }\n"
                       "  - { after: 10ms, a: close }\n"
                       "  - { when: b CLOSE-WAIT, b: close }\n",
               conditions, ARRAY_LEN(conditions));
}

static void test_port_chooses_among_connections(void)
{
    static const char *const conditions[] = {
        "b.tcp.5000.delivered == 1000", "b.tcp.5001.delivered == 300",
        "b.tcp.delivered == 1300",      "a.tcp.connections == 2",
        "a.tcp.5001.sent == 300",
    };

    expect_all(NETWORK "  - { at: 20ms, a: connect b:80 from 5001 }\n"
                       "  - { at: 50ms, a: on 5000 send 1kB }\n"
                       "  - { at: 50ms, a: on 5001 send 300B }\n",
               conditions, ARRAY_LEN(conditions));
}

static void test_what_waits_at_a_listener_is_counted(void)
{
    static const char *const conditions[] = {
        "b.tcp.connections == 2", "b.tcp.81.accept-queue == 1", "b.tcp.accept-queue == 1",
    };

    expect_all(NETWORK "  - { at: 20ms, a: connect b:81 }\n", conditions, ARRAY_LEN(conditions));
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_values_of_an_open_connection),
        TEST(test_totals_outlive_their_connections),
        TEST(test_port_chooses_among_connections),
        TEST(test_what_waits_at_a_listener_is_counted),
    };

    return run_tests("value-tcp", tests, ARRAY_LEN(tests));
}
