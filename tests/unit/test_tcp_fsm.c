/*
 * The table of states as a table; test_fsm_figure.c holds it against the RFC.
 */
#include "layers/tcp/tcp_fsm.h"

#include "tests/support/expect.h"
#include "tests/support/suite.h"

static void test_each_row_is_found_and_none_is_there_twice(void)
{
    const struct tcp_arrow *arrow;

    for (size_t i = 0; (arrow = tcp_arrow_at(i)) != NULL; i++)
        EXPECT_ROW(arrow->cause, tcp_arrow_find(arrow->from, arrow->event) == arrow);
}

static void test_rows_are_complete(void)
{
    const struct tcp_arrow *arrow;
    size_t count = 0;

    for (; (arrow = tcp_arrow_at(count)) != NULL; count++) {
        EXPECT_ROW(arrow->cause, arrow->rule != RULE_NONE);
        EXPECT_ROW(arrow->cause, arrow->from != arrow->to);
        EXPECT_ROW(arrow->cause, arrow->event < TCP_EVENTS && arrow->cause[0] != '\0');
    }
    EXPECT(count >= 20);
    EXPECT(tcp_arrow_at(count + 1000) == NULL);
}

static void test_event_that_a_state_does_not_know_has_no_arrow(void)
{
    EXPECT(tcp_arrow_find(STATE_TCP_CLOSED, TCP_RCV_SYN) == NULL);
    EXPECT(tcp_arrow_find(STATE_TCP_TIME_WAIT, TCP_RCV_RST) == NULL); /* RFC 1337 */
    EXPECT(tcp_arrow_find(STATE_TCP_FIN_WAIT_2, TCP_CLOSE) == NULL);
}

static void test_sets_of_states_hold_whom_they_name(void)
{
    static const struct {
        const char *label;
        int state;
        bool synchronized, sends, receives;
    } rows[] = {
        { "CLOSED", STATE_TCP_CLOSED, false, false, false },
        { "LISTEN", STATE_TCP_LISTEN, false, false, false },
        { "SYN-SENT", STATE_TCP_SYN_SENT, false, true, false },
        { "SYN-RECEIVED", STATE_TCP_SYN_RECEIVED, false, true, false },
        { "ESTABLISHED", STATE_TCP_ESTABLISHED, true, true, true },
        { "FIN-WAIT-1", STATE_TCP_FIN_WAIT_1, true, false, true },
        { "FIN-WAIT-2", STATE_TCP_FIN_WAIT_2, true, false, true },
        { "CLOSE-WAIT", STATE_TCP_CLOSE_WAIT, true, true, false },
        { "CLOSING", STATE_TCP_CLOSING, true, false, false },
        { "LAST-ACK", STATE_TCP_LAST_ACK, true, false, false },
        { "TIME-WAIT", STATE_TCP_TIME_WAIT, true, false, false },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        EXPECT_EQ_ROW(rows[i].label, tcp_is_synchronized(rows[i].state), rows[i].synchronized);
        EXPECT_EQ_ROW(rows[i].label, tcp_may_send(rows[i].state), rows[i].sends);
        EXPECT_EQ_ROW(rows[i].label, tcp_may_receive(rows[i].state), rows[i].receives);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_each_row_is_found_and_none_is_there_twice),
        TEST(test_rows_are_complete),
        TEST(test_event_that_a_state_does_not_know_has_no_arrow),
        TEST(test_sets_of_states_hold_whom_they_name),
    };

    return run_tests("tcp-fsm", tests, ARRAY_LEN(tests));
}
