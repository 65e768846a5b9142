#include "tools/lib/cwnd_estimate.h"

#include <stdlib.h>

#include "layers/names.h"
#include "layers/wire/tcp_header.h"
#include "tests/support/capture_file.h"
#include "tests/support/expect.h"
#include "tests/support/lab_run.h"
#include "tests/support/suite.h"
#include "tools/lib/capture_analysis.h"
#include "tools/lib/run_view.h"

enum { MSS = 1000 };

/* How far the estimates lie from what the run's own cwnd was then. */
struct error {
    unsigned count, close, above; /* close: below by less than two segments; above: by any */
    uint32_t largest;             /* that was estimated */
    int64_t worst;                /* below */
};

/* cwnd of node A just before AT. */
static int64_t cwnd_before(const struct trace *trace, vtime at)
{
    int64_t cwnd = 0;

    for (uint32_t i = 0; i < trace->records.count; i++) {
        struct record record = trace_read(trace, i);

        if (trace_event(trace, record.event)->at >= at)
            break;
        if (record.kind == RECORD_VALUE && record.what == VARIABLE_TCP_CWND && record.node == 0)
            cwnd = record.b;
    }
    return cwnd;
}

static void compare(struct error *error, const struct cwnd_estimate *estimate,
                    const struct trace *trace)
{
    int64_t below = cwnd_before(trace, estimate->ack_ns) - (int64_t)estimate->last;

    error->count++;
    error->close += below >= 0 && below < 2 * MSS;
    error->above += below < 0;
    error->worst = below > error->worst ? below : error->worst;
    error->largest = estimate->largest;
}

/* The capture of the lab TEXT at node AT, its estimates held against the trace. */
static struct error measure(const char *text, uint16_t at)
{
    static struct capture_file file;
    static struct capture_reader reader;
    uint8_t *buffer = malloc(CAPTURE_BUFFER_BYTES);
    struct error error = { 0 };
    struct capture_analysis all;
    struct capture_frame captured;
    struct capture_facts facts;
    struct run_view view;
    struct lab_run run;

    ASSERT(buffer != NULL);
    if (!lab_run_open(&run, text, NULL, 0))
        return error;
    simulation_run(&run.simulation, NULL);
    EXPECT(run_view_open(&view, run.simulation.world, &run.simulation.trace, NULL));
    EXPECT(capture_file_of_run(&file, &view, at));
    EXPECT(capture_analysis_open(&all));
    capture_reader_init(&reader, capture_file_source(&file), buffer);
    while (capture_read(&reader, &captured) == CAPTURE_GOT_FRAME)
        if (capture_analysis_take(&all, &captured, &facts) && facts.cwnd != 0)
            compare(&error, &capture_analysis_flow(&all, facts.stream)->cwnd[facts.sender],
                    &run.simulation.trace);
    capture_analysis_close(&all);
    run_view_close(&view);
    lab_run_close(&run);
    free(buffer);
    return error;
}

#define LAB(cc, loss)                                                                              \
    "title: t\n"                                                                                   \
    "seed: 3\n"                                                                                    \
    "defaults: { tcp: { mss: 1000, rcvbuf: 400kB, sndbuf: 400kB, cc: " cc " } }\n"                 \
    "hosts:\n"                                                                                     \
    "  a: { ip: 10.0.0.1/24, gateway: 10.0.0.254 }\n"                                              \
    "  b: { ip: 10.0.1.2/24, gateway: 10.0.1.254 }\n"                                              \
    "routers:\n"                                                                                   \
    "  r1: { interfaces: { lan: 10.0.0.254/24, wan: 10.0.1.254/24 } }\n"                           \
    "links:\n"                                                                                     \
    "  fast: { ends: [a, r1.lan], rate: 10Gbit, delay: 10us, queue: 1000 packets }\n"              \
    "  slow: { ends: [r1.wan, b], rate: 100Mbit, delay: 20ms, queue: 1000 packets" loss " }\n"     \
    "script:\n"                                                                                    \
    "  - { at: 0s, b: listen 80 }\n"                                                               \
    "  - { at: 1ms, a: connect b:80 }\n"

static void print_error(const char *what, const struct error *e)
{
    printf("    %s: %u estimates, %u within two segments below, %u above, worst %lld bytes below\n",
           what, e->count, e->close, e->above, (long long)e->worst);
}

#define SENDS "  - { when: a ESTABLISHED, a: send 300kB }\n"
/* Half a segment every 100 ms, each acknowledged by then: never held up by cwnd. */
#define TALKS "  - { when: a ESTABLISHED, a: send 500B count 40 every 100ms }\n"

static void test_flight_at_the_sender_follows_cwnd_within_two_segments(void)
{
    static const char *const labs[] = { LAB("newreno", "") SENDS,
                                        LAB("newreno", ", loss: 3%") SENDS,
                                        LAB("cubic", ", loss: 3%") SENDS };
    static const char *const names[] = { "no loss", "newreno, 3%", "cubic, 3%" };

    for (size_t i = 0; i < ARRAY_LEN(labs); i++) {
        struct error e = measure(labs[i], 0);

        print_error(names[i], &e);
        EXPECT_ROW(names[i], e.count >= 20);
        EXPECT_EQ_ROW(names[i], e.above, 0);
        EXPECT_ROW(names[i], e.close * 100 >= e.count * 95);
    }
}

static void test_far_from_the_sender_nothing_is_estimated(void)
{
    struct error e = measure(LAB("newreno", "") SENDS, 1);

    EXPECT_EQ(e.count, 0);
}

static void test_sender_that_waits_for_its_program_is_not_estimated(void)
{
    struct error e = measure(LAB("newreno", "") TALKS, 0);

    EXPECT_EQ(e.count, 0);
}

static void test_flight_that_grows_no_more_is_held_by_the_send_buffer(void)
{
    struct error e = measure(LAB("newreno", "") "  - { at: 0s, a: set tcp.sndbuf 30kB }\n"
                                                "  - { when: a ESTABLISHED, a: send 300kB }\n",
                             0);

    print_error("send buffer", &e);
    EXPECT_EQ(e.above, 0);
    EXPECT(e.count > 0 && e.count < 75); /* of 150 ACKs */
}

static void test_sender_that_waits_for_the_peers_window_is_not_estimated(void)
{
    struct error e = measure(LAB("newreno", "") "  - { at: 0s, b: set tcp.rcvbuf 4kB }\n" SENDS, 0);

    EXPECT_EQ(e.above, 0);
    EXPECT(e.largest < 4000);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_flight_at_the_sender_follows_cwnd_within_two_segments),
        TEST(test_far_from_the_sender_nothing_is_estimated),
        TEST(test_sender_that_waits_for_its_program_is_not_estimated),
        TEST(test_flight_that_grows_no_more_is_held_by_the_send_buffer),
        TEST(test_sender_that_waits_for_the_peers_window_is_not_estimated),
    };
    return run_tests("cwnd_estimate", tests, ARRAY_LEN(tests));
}
