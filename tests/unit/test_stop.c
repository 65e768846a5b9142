#include "tests/support/expect.h"
#include "tests/support/suite.h"

#include <string.h>

#include "layers/state.h"
#include "tools/timeline/stop.h"

static struct session *session;
static struct stop_list stops;
static char why[300];
static size_t column;

static bool open_with(const char *text)
{
    struct session_options options = { .path = "labs/teardown/lab.yaml" };

    session = session_open(&options, why, sizeof(why));
    memset(&stops, 0, sizeof(stops));
    return EXPECT(session != NULL) && stop_add(&stops, session, text, why, sizeof(why), &column);
}

static void close_all(void)
{
    stop_clear(&stops);
    session_close(session);
}

static const struct trace *trace(void)
{
    return session_run(session, SESSION_ORIGINAL)->view->trace;
}

static bool find(uint32_t event, uint32_t record, bool back, struct stop_hit *hit)
{
    return stop_find(&stops, session, SESSION_ORIGINAL, event, record, back, hit);
}

/* The number of the frame that HIT is. */
static uint32_t frame_of(const struct stop_hit *hit)
{
    struct record record = trace_read(trace(), hit->record);

    EXPECT_EQ(record.kind, RECORD_TX);
    return record.frame;
}

static void test_a_filter_stops_at_each_frame_it_matches_in_both_directions(void)
{
    struct stop_hit first, second, again;

    if (!EXPECT(open_with("tcp[tcpflags] & tcp-fin != 0")))
        return;
    EXPECT(find(0, MOMENT_BEFORE, false, &first));
    EXPECT(find(first.event, first.record, false, &second));
    EXPECT(frame_of(&second) > frame_of(&first));
    EXPECT(!find(second.event, second.record, false, &again));
    EXPECT(find(second.event, second.record, true, &again));
    EXPECT_EQ(again.record, first.record);
    EXPECT(!find(first.event, first.record, true, &again));
    close_all();
}

static void test_a_condition_stops_where_it_becomes_true_in_both_directions(void)
{
    struct stop_hit hit, again;
    uint32_t end;

    if (!EXPECT(open_with("a.tcp.state == FIN-WAIT-2")))
        return;
    EXPECT(find(0, MOMENT_BEFORE, false, &hit));
    struct record record = trace_read(trace(), hit.record);
    EXPECT_EQ(record.kind, RECORD_STATE);
    EXPECT_EQ(record.b, STATE_TCP_FIN_WAIT_2);
    EXPECT_EQ(record.event, hit.event);
    EXPECT(!find(hit.event, hit.record, false, &again));
    end = session_run(session, SESSION_ORIGINAL)->events;
    EXPECT(find(end, UINT32_MAX - 1, true, &again));
    EXPECT_EQ(again.event, hit.event);
    EXPECT(!find(hit.event, hit.record, true, &again));
    close_all();
}

static void test_of_several_the_nearest_stops(void)
{
    struct stop_hit hit;

    if (!EXPECT(open_with("time >= 1ms")))
        return;
    EXPECT(stop_add(&stops, session, "tcp", why, sizeof(why), &column));
    EXPECT(find(0, MOMENT_BEFORE, false, &hit));
    EXPECT(hit.stop == stops.at[0] || frame_of(&hit) == 1);
    stop_remove(&stops, 0);
    EXPECT(find(0, MOMENT_BEFORE, false, &hit));
    EXPECT_EQ(frame_of(&hit), 1);
    close_all();
}

static void test_a_bad_one_says_what_is_wrong_and_where(void)
{
    EXPECT(!open_with("a.tcp.state == FIN-WAIT-9"));
    EXPECT_EQ(column, 15);
    EXPECT(strstr(why, "unknown state \"FIN-WAIT-9\", did you mean \"FIN-WAIT-1\"?") != NULL);
    close_all();
    EXPECT(!open_with("tcp portt 80"));
    EXPECT_EQ(column, 4);
    close_all();
    EXPECT(!open_with("tcp[tcpflags & 3"));
    EXPECT(strstr(why, "a ] is missing") != NULL);
    EXPECT_EQ(column, strlen("tcp[tcpflags & 3"));
    close_all();
    EXPECT(!open_with("hello"));
    EXPECT(strstr(why, "neither a filter") != NULL);
    EXPECT_EQ(column, 0);
    close_all();
    EXPECT(!open_with("a.tcp.cwmd > 3"));
    EXPECT(why[0] != '\0');
    close_all();
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_a_filter_stops_at_each_frame_it_matches_in_both_directions),
        TEST(test_a_condition_stops_where_it_becomes_true_in_both_directions),
        TEST(test_of_several_the_nearest_stops),
        TEST(test_a_bad_one_says_what_is_wrong_and_where),
    };

    return run_tests("stop", tests, ARRAY_LEN(tests));
}
