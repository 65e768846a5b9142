#include "tests/support/expect.h"
#include "tests/support/suite.h"

#include <string.h>

#include "layers/host.h"
#include "layers/tcp/tcp.h"
#include "tools/lib/run_plot.h"
#include "tools/timeline/session.h"

static struct session *session;
static const struct session_run *run;
static struct run_plot plot;
static struct tcp_status status;

/* The sender's end of the lab's connection, at the end of its run. */
static void begin(const char *lab)
{
    struct session_options options = { .path = lab };
    char error[200];

    session = session_open(&options, error, sizeof(error));
    ASSERT(session != NULL);
    run = session_run(session, SESSION_ORIGINAL);
    tcp_status(tcp_find(host_of(run->view->world->nodes[0]), 0, 0), &status);
}

static int64_t last_of(enum plot_curve curve)
{
    return plot.buckets[curve][PLOT_BUCKETS - 1].last;
}

static void test_curves_end_where_the_connection_ends(void)
{
    begin("labs/slow-start/lab.yaml");
    EXPECT(run_plot_open(&plot, run->view, 0, status.number, 0, run->end, PLOT_BUCKETS));
    EXPECT(plot.any);
    EXPECT_EQ(last_of(PLOT_CWND), status.cwnd);
    EXPECT_EQ(last_of(PLOT_SRTT), status.srtt);
    EXPECT_EQ(last_of(PLOT_FLIGHT), status.in_flight);
    EXPECT_EQ(last_of(PLOT_SENT), status.snd.nxt - status.iss);
    EXPECT_EQ(last_of(PLOT_ACKED), status.snd.una - status.iss);
    EXPECT(plot.highest[PLOT_FLIGHT] > 0);
    EXPECT(plot.highest[PLOT_FLIGHT] <= plot.highest[PLOT_CWND]);
    run_plot_close(&plot);
    session_close(session);
}

/* The ISS is 0 there: the first value of SND.UNA is no sign of it. */
static void test_numbers_count_from_the_iss_even_if_it_is_zero(void)
{
    begin("labs/fast-recovery/lab.yaml");
    EXPECT_EQ(status.iss, 0);
    EXPECT(run_plot_open(&plot, run->view, 0, status.number, 0, run->end, PLOT_BUCKETS));
    EXPECT_EQ(last_of(PLOT_SENT), status.snd.nxt);
    EXPECT_EQ(last_of(PLOT_ACKED), status.snd.una);
    run_plot_close(&plot);
    session_close(session);
}

static void test_a_part_begins_with_the_values_from_before(void)
{
    struct run_plot part;

    begin("labs/slow-start/lab.yaml");
    EXPECT(run_plot_open(&plot, run->view, 0, status.number, 0, run->end, PLOT_BUCKETS));
    EXPECT(run_plot_open(&part, run->view, 0, status.number, run->end / 2, run->end, PLOT_BUCKETS));
    EXPECT(part.buckets[PLOT_CWND][0].known);
    EXPECT_EQ(part.buckets[PLOT_CWND][0].low, plot.buckets[PLOT_CWND][PLOT_BUCKETS / 2 - 1].last);
    EXPECT_EQ(part.buckets[PLOT_CWND][PLOT_BUCKETS - 1].last, last_of(PLOT_CWND));
    run_plot_close(&part);
    run_plot_close(&plot);
    session_close(session);
}

static void test_a_connection_that_never_was_has_no_curves(void)
{
    begin("labs/handshake/lab.yaml");
    EXPECT(run_plot_open(&plot, run->view, 0, 99, 0, run->end, PLOT_BUCKETS));
    EXPECT(!plot.any);
    EXPECT(!run_plot_span(&plot, PLOT_CWND, 0, PLOT_BUCKETS).known);
    run_plot_close(&plot);
    session_close(session);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_curves_end_where_the_connection_ends),
        TEST(test_numbers_count_from_the_iss_even_if_it_is_zero),
        TEST(test_a_part_begins_with_the_values_from_before),
        TEST(test_a_connection_that_never_was_has_no_curves),
    };

    return run_tests("run_plot", tests, ARRAY_LEN(tests));
}
