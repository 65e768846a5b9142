/*
 * The picture of TCP's states to the character (tests/golden/fsm/NAME.txt),
 * of tables of our own, so that a change of TCP's wording changes nothing
 * here. RUNG_GOLDEN_UPDATE=1 writes the files anew; look at the pictures.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/rule.h"
#include "layers/state.h"
#include "tests/support/expect.h"
#include "tests/support/golden.h"
#include "tests/support/suite.h"
#include "tools/lib/fsm.h"

#define ARROW(from, to, in_figure, cause, action) \
    { STATE_TCP_##from, STATE_TCP_##to, 0, RULE_NONE, in_figure, cause, action }

/* Every arrow of the figure, nearly in its words. */
static const struct tcp_arrow whole[] = {
    ARROW(CLOSED, LISTEN, true, "passive OPEN", "create TCB"),
    ARROW(CLOSED, SYN_SENT, true, "active OPEN", "snd SYN"),
    ARROW(LISTEN, CLOSED, true, "CLOSE", "delete TCB"),
    ARROW(LISTEN, SYN_RECEIVED, true, "rcv SYN", "snd SYN,ACK"),
    ARROW(LISTEN, SYN_SENT, true, "SEND", "snd SYN"),
    ARROW(SYN_SENT, CLOSED, true, "CLOSE", "delete TCB"),
    ARROW(SYN_SENT, SYN_RECEIVED, true, "rcv SYN", "snd SYN,ACK"),
    ARROW(SYN_SENT, ESTABLISHED, true, "rcv SYN,ACK", "snd ACK"),
    ARROW(SYN_RECEIVED, ESTABLISHED, true, "rcv ACK of SYN", ""),
    ARROW(SYN_RECEIVED, LISTEN, true, "rcv RST", ""),
    ARROW(SYN_RECEIVED, FIN_WAIT_1, true, "CLOSE", "snd FIN"),
    ARROW(SYN_RECEIVED, CLOSED, false, "rcv RST after an active OPEN", "delete TCB"),
    ARROW(ESTABLISHED, FIN_WAIT_1, true, "CLOSE", "snd FIN"),
    ARROW(ESTABLISHED, CLOSE_WAIT, true, "rcv FIN", "snd ACK"),
    ARROW(FIN_WAIT_1, FIN_WAIT_2, true, "rcv ACK of FIN", ""),
    ARROW(FIN_WAIT_1, CLOSING, true, "rcv FIN", "snd ACK"),
    ARROW(FIN_WAIT_1, TIME_WAIT, false, "rcv FIN, ACK of FIN", "snd ACK"),
    ARROW(FIN_WAIT_2, TIME_WAIT, true, "rcv FIN", "snd ACK"),
    ARROW(CLOSING, TIME_WAIT, true, "rcv ACK of FIN", ""),
    ARROW(CLOSE_WAIT, LAST_ACK, true, "CLOSE", "snd FIN"),
    ARROW(LAST_ACK, CLOSED, true, "rcv ACK of FIN", ""),
    ARROW(TIME_WAIT, CLOSED, true, "Timeout=2MSL", "delete TCB"),
};

/* Long words; arrows that are missing, or that the figure does not have. */
static const struct tcp_arrow odd[] = {
    ARROW(LISTEN, SYN_RECEIVED, true, "a SYN comes to us", "a SYN and an ACK"),
    ARROW(SYN_RECEIVED, ESTABLISHED, true, "their ACK of our SYN comes from far away", ""),
    ARROW(SYN_SENT, ESTABLISHED, true, "the SYN and the ACK come", "an ACK at last"),
    ARROW(FIN_WAIT_1, FIN_WAIT_2, true, "too many words for the little room that is here", ""),
    ARROW(LISTEN, TIME_WAIT, true, "called the figure's, which has none", ""),
};

static const struct tcp_arrow *whole_at(size_t index)
{
    return index < ARRAY_LEN(whole) ? &whole[index] : NULL;
}

static const struct tcp_arrow *odd_at(size_t index)
{
    return index < ARRAY_LEN(odd) ? &odd[index] : NULL;
}

static void expect_picture(const char *name, fsm_table *table, bool ascii)
{
    char recording[80], *got = NULL;
    size_t len;
    FILE *out = open_memstream(&got, &len);

    EXPECT(fsm_print(table, ascii, out));
    fclose(out);
    snprintf(recording, sizeof(recording), "fsm/%s.txt", name);
    expect_golden(recording, got);
    free(got);
}

static void test_whole_figure_is_drawn(void)
{
    expect_picture("whole", whole_at, false);
    expect_picture("whole-ascii", whole_at, true);
}

static void test_other_tables_are_drawn_as_far_as_can_be(void)
{
    expect_picture("odd", odd_at, false);
}

static void test_label_without_room_is_told(void)
{
    struct canvas canvas;

    if (!EXPECT(canvas_open(&canvas, FSM_COLUMNS, FSM_ROWS)))
        return;
    EXPECT(fsm_draw_arrow(&canvas, &odd[0]));
    EXPECT(fsm_draw_arrow(&canvas, &odd[1]));
    EXPECT(fsm_draw_arrow(&canvas, &odd[2]));
    EXPECT(!fsm_draw_arrow(&canvas, &odd[3]));
    EXPECT(!fsm_draw_arrow(&canvas, &odd[4]));
    canvas_close(&canvas);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_whole_figure_is_drawn),
        TEST(test_other_tables_are_drawn_as_far_as_can_be),
        TEST(test_label_without_room_is_told),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return run_tests("fsm", tests, ARRAY_LEN(tests));
}
