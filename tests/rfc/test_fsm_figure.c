/*
 * TCP's table of states against RFC 9293, Figure 5, which is typed here once
 * more, from the RFC's text: every arrow of the figure is an arrow of the
 * table and the reverse, with the same cause and the same answer.
 *
 * How a cause is worded is the table's affair. Compared are the words of the
 * figure: calls of the user, and control bits.
 */
#include <ctype.h>
#include <string.h>

#include "layers/rule.h"
#include "layers/state.h"
#include "layers/tcp/tcp_fsm.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tests/support/tcp_peer.h"
#include "tools/lib/fsm.h"

#define ROW(from, to, cause, sent) \
    { #from " to " #to, STATE_TCP_##from, STATE_TCP_##to, cause, sent }

static const struct figure_arrow {
    const char *label;
    int from, to;
    const char *cause;
    const char *sent; /* "snd SYN,ACK"; "" for "x", "create TCB", "delete TCB" */
} figure[] = {
    ROW(CLOSED, SYN_SENT, "active OPEN", "SYN"),
    ROW(CLOSED, LISTEN, "passive OPEN", ""),
    ROW(LISTEN, CLOSED, "CLOSE", ""),
    ROW(LISTEN, SYN_RECEIVED, "rcv SYN", "SYN,ACK"),
    ROW(LISTEN, SYN_SENT, "SEND", "SYN"),
    ROW(SYN_SENT, CLOSED, "CLOSE", ""),
    ROW(SYN_SENT, SYN_RECEIVED, "rcv SYN", "SYN,ACK"),
    ROW(SYN_SENT, ESTABLISHED, "rcv SYN,ACK", "ACK"),
    ROW(SYN_RECEIVED, ESTABLISHED, "rcv ACK of SYN", ""),
    ROW(SYN_RECEIVED, LISTEN, "rcv RST", ""),
    ROW(SYN_RECEIVED, FIN_WAIT_1, "CLOSE", "FIN"),
    ROW(ESTABLISHED, FIN_WAIT_1, "CLOSE", "FIN"),
    ROW(ESTABLISHED, CLOSE_WAIT, "rcv FIN", "ACK"),
    ROW(FIN_WAIT_1, FIN_WAIT_2, "rcv ACK of FIN", ""),
    ROW(FIN_WAIT_1, CLOSING, "rcv FIN", "ACK"),
    ROW(FIN_WAIT_2, TIME_WAIT, "rcv FIN", "ACK"),
    ROW(CLOSING, TIME_WAIT, "rcv ACK of FIN", ""),
    ROW(CLOSE_WAIT, LAST_ACK, "CLOSE", "FIN"),
    ROW(LAST_ACK, CLOSED, "rcv ACK of FIN", ""),
    ROW(TIME_WAIT, CLOSED, "Timeout=2MSL", ""),
};

/* WORD in TEXT; "SYN" is not in "SYN-RECEIVED", "MSL" is in "2MSL". */
static bool has_word(const char *text, const char *word)
{
    size_t len = strlen(word);

    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word)) {
        char before = at > text ? at[-1] : ' ', after = at[len];

        if (!isalpha((unsigned char)before) && before != '-' &&
            !isalnum((unsigned char)after) && after != '-')
            return true;
    }
    return false;
}

static void expect_words(const char *label, const char *got, const char *want)
{
    static const char *const words[] = { "SEND", "CLOSE", "SYN", "ACK", "FIN", "RST", "MSL" };
    /* Said of a listener's connection, too, when a reset brings it back. */
    static const char *const opens[] = { "active", "passive", "OPEN" };

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (has_word(got, words[i]) != has_word(want, words[i]))
            EXPECT_STR_ROW(label, got, want);
    for (size_t i = 0; i < ARRAY_LEN(opens); i++)
        if (has_word(want, opens[i]) && !has_word(got, opens[i]))
            EXPECT_STR_ROW(label, got, want);
}

static void test_each_arrow_of_the_figure_is_in_the_table_once(void)
{
    for (size_t i = 0; i < ARRAY_LEN(figure); i++) {
        const struct tcp_arrow *arrow;
        unsigned found = 0;

        for (size_t j = 0; (arrow = tcp_arrow_at(j)) != NULL; j++) {
            if (!arrow->in_figure || arrow->from != figure[i].from || arrow->to != figure[i].to)
                continue;
            expect_words(figure[i].label, arrow->cause, figure[i].cause);
            expect_words(figure[i].label, arrow->action, figure[i].sent);
            found++;
        }
        EXPECT_EQ_ROW(figure[i].label, found, 1);
    }
}

static void test_no_other_arrow_of_the_table_is_called_the_figures(void)
{
    const struct tcp_arrow *arrow;
    size_t in_figure = 0;

    for (size_t i = 0; (arrow = tcp_arrow_at(i)) != NULL; i++)
        in_figure += arrow->in_figure;
    EXPECT_EQ(in_figure, ARRAY_LEN(figure));
}

/*
 * Note 2 below the figure: it "omits a transition from FIN-WAIT-1 to TIME-WAIT".
 * 3.10.7.4 reaches TIME-WAIT in two steps of one segment: the fifth enters
 * FIN-WAIT-2 for the ACK, the eighth TIME-WAIT for the FIN. So does the table,
 * which has no third arrow, and so does TCP.
 */
static void test_arrow_that_the_figure_omits_is_two_arrows_of_one_segment(void)
{
    static const int path[] = { STATE_TCP_FIN_WAIT_1, STATE_TCP_FIN_WAIT_2, STATE_TCP_TIME_WAIT };
    const struct tcp_arrow *arrow;
    struct tcp_peer p = { 0 };
    unsigned taken = 0;
    uint32_t event = 0;

    for (size_t i = 0; (arrow = tcp_arrow_at(i)) != NULL; i++)
        EXPECT_ROW(arrow->cause,
                   arrow->from != STATE_TCP_FIN_WAIT_1 || arrow->to != STATE_TCP_TIME_WAIT);
    peer_fin_wait_1(&p);
    peer_send(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 2);
    for (uint32_t i = p.net.mark; i < p.net.trace.records.count; i++) {
        const struct record *record = trace_record(&p.net.trace, i);

        if (record->kind != RECORD_STATE || record->what != MACHINE_TCP || taken == 2)
            continue;
        EXPECT_EQ(record->a, path[taken]);
        EXPECT_EQ(record->b, path[taken + 1]);
        EXPECT(taken == 0 || record->event == event);
        event = record->event;
        taken++;
    }
    EXPECT_EQ(taken, 2);
    EXPECT_STATE(&p, TIME_WAIT);
    peer_close(&p);
}

static bool is_tcp_state(int state)
{
    return state >= STATE_TCP_LISTEN && state <= STATE_TCP_CLOSED;
}

static void test_each_arrow_joins_states_for_a_reason(void)
{
    const struct tcp_arrow *arrow;

    for (size_t i = 0; (arrow = tcp_arrow_at(i)) != NULL; i++) {
        EXPECT_ROW(arrow->cause, is_tcp_state(arrow->from) && is_tcp_state(arrow->to));
        EXPECT_ROW(state_name(arrow->from), arrow->cause[0] != '\0');
        EXPECT_ROW(arrow->cause, arrow->rule < RULE_COUNT);
    }
}

/* `rung rules --fsm`: if not, shorten cause or action, or make room for it in
 * tools/lib/fsm_draw.c. */
static void test_each_arrow_of_the_figure_is_drawn_with_its_label(void)
{
    const struct tcp_arrow *arrow;
    struct canvas canvas;

    if (!EXPECT(canvas_open(&canvas, FSM_COLUMNS, FSM_ROWS)))
        return;
    for (size_t i = 0; (arrow = tcp_arrow_at(i)) != NULL; i++)
        if (arrow->in_figure)
            EXPECT_ROW(arrow->cause, fsm_draw_arrow(&canvas, arrow));
    canvas_close(&canvas);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_each_arrow_of_the_figure_is_in_the_table_once),
        TEST(test_no_other_arrow_of_the_table_is_called_the_figures),
        TEST(test_arrow_that_the_figure_omits_is_two_arrows_of_one_segment),
        TEST(test_each_arrow_joins_states_for_a_reason),
        TEST(test_each_arrow_of_the_figure_is_drawn_with_its_label),
    };

    return run_tests("fsm_figure", tests, ARRAY_LEN(tests));
}
