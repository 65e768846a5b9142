#include "tests/support/expect.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/names.h"
#include "layers/state.h"
#include "tools/timeline/why_not.h"

static struct tcp_status status;
static struct why_not why;

static void begin(int state, enum tcp_limit limit)
{
    memset(&status, 0, sizeof(status));
    for (size_t i = 0; i < TCP_STATUS_TIMERS; i++)
        status.timers[i].due = VTIME_NEVER;
    status.state = state;
    status.limit = limit;
    status.cwnd = 4000;
    status.mss = 1000;
    status.send_window = 9000;
    status.in_flight = 4000;
    status.snd.una = 1;
    status.snd.nxt = 4001;
    status.snd.end = 6001;
}

static bool section_exists(int rfc, const char *section)
{
    char line[400], want[64];
    FILE *file = fopen("tests/rfc/sections.tsv", "r");
    bool found = false;

    EXPECT(file != NULL);
    snprintf(want, sizeof(want), "%d\t%s\t", rfc, section);
    while (file != NULL && !found && fgets(line, sizeof(line), file) != NULL)
        found = strncmp(line, want, strlen(want)) == 0;
    if (file != NULL)
        fclose(file);
    return found;
}

static void test_full_congestion_window_names_its_numbers_and_the_timer(void)
{
    begin(STATE_TCP_ESTABLISHED, TCP_LIMIT_CWND);
    status.timers[0].name = TIMER_TCP_RETRANSMISSION;
    status.timers[0].due = 1200 * MS;
    why_not_sending(&status, 1000 * MS, &why);
    EXPECT_STR(why.reason,
               "the congestion window is full: 4000 bytes in flight, cwnd is 4000; 2000 wait");
    EXPECT_STR(why.ends, "an ACK; or the retransmission timer, in 200 ms");
}

static void test_closed_window_is_told_from_a_full_one(void)
{
    begin(STATE_TCP_ESTABLISHED, TCP_LIMIT_PEER_WINDOW);
    why_not_sending(&status, 0, &why);
    EXPECT(strstr(why.reason, "the peer's window is full: 4000 of 9000") != NULL);
    status.send_window = 0;
    why_not_sending(&status, 0, &why);
    EXPECT(strstr(why.reason, "closed") != NULL);
    EXPECT_STR(why.section, "3.8.6.1");
}

static void test_nothing_to_send_says_whether_all_has_arrived(void)
{
    begin(STATE_TCP_ESTABLISHED, TCP_LIMIT_NOTHING_TO_SEND);
    status.snd.end = status.snd.nxt;
    why_not_sending(&status, 0, &why);
    EXPECT(strstr(why.reason, "not acknowledged yet: 4000 bytes") != NULL);
    status.in_flight = 0;
    why_not_sending(&status, 0, &why);
    EXPECT(strstr(why.reason, "all is sent and acknowledged") != NULL);
}

/* A FIN has a number, but is no byte. */
static void test_fin_that_waits_is_not_called_a_byte(void)
{
    begin(STATE_TCP_FIN_WAIT_1, TCP_LIMIT_NOTHING_TO_SEND);
    status.closing = true;
    status.snd.una = status.snd.end = 4001;
    status.snd.nxt = 4002;
    status.in_flight = 1;
    why_not_sending(&status, 0, &why);
    EXPECT_STR(why.reason,
               "the application has closed and all is sent; not acknowledged yet: the FIN");
    status.snd.una = 4000;
    status.in_flight = 2;
    why_not_sending(&status, 0, &why);
    EXPECT(strstr(why.reason, "yet: 1 byte and the FIN") != NULL);
    EXPECT_STR(why.ends, "the ACK");
}

static void test_time_wait_waits_for_its_timer_only(void)
{
    begin(STATE_TCP_TIME_WAIT, TCP_LIMIT_NOTHING_TO_SEND);
    status.timers[3].name = TIMER_TCP_TIME_WAIT;
    status.timers[3].due = 60 * SECONDS;
    why_not_sending(&status, 0, &why);
    EXPECT_STR(why.ends, "nothing: the 2 MSL timer ends it in 1 min");
}

static void test_every_answer_has_words_and_a_section_that_exists(void)
{
    for (int state = STATE_TCP_LISTEN; state <= STATE_TCP_CLOSED; state++)
        for (int limit = 0; limit <= TCP_LIMIT_CORK; limit++) {
            begin(state, (enum tcp_limit)limit);
            why_not_sending(&status, 0, &why);
            EXPECT_ROW(state_name(state), why.reason[0] != '\0');
            if (why.rfc != 0)
                EXPECT_ROW(why.section, section_exists(why.rfc, why.section));
            EXPECT(strcmp(why_not_limit_name((enum tcp_limit)limit), "?") != 0);
        }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_full_congestion_window_names_its_numbers_and_the_timer),
        TEST(test_closed_window_is_told_from_a_full_one),
        TEST(test_nothing_to_send_says_whether_all_has_arrived),
        TEST(test_fin_that_waits_is_not_called_a_byte),
        TEST(test_time_wait_waits_for_its_timer_only),
        TEST(test_every_answer_has_words_and_a_section_that_exists),
    };

    return run_tests("why_not", tests, ARRAY_LEN(tests));
}
