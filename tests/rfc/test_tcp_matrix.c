/*
 * SEGMENT ARRIVES, RFC 9293 3.10.7, as one table: each kind of segment in each
 * state, at each place of its number to the receive window. What must become
 * of it was taken from the text of the RFC, with RFC 5961 (3.2, 4.2) and the
 * first fix of RFC 1337, which this TCP follows.
 *
 * All ACKs acknowledge SND.NXT, so that they acknowledge our SYN or FIN where
 * one is out. What other ACK numbers do is the second table.
 */
#include <stdio.h>
#include <string.h>

#include "tests/support/req.h"
#include "tests/support/suite.h"
#include "tests/support/tcp_peer.h"

enum sent {
    NOTHING,
    ACK,         /* <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK> */
    ACK_AFTER,   /* the same when RCV.NXT has gone over the FIN, or is the first */
    SYN_ACK,     /* <SEQ=ISS><ACK=SEG.SEQ+1><CTL=SYN,ACK> */
    SYN_ACK_OLD, /* the same with the RCV.NXT that is known */
    RST,         /* <SEQ=SEG.ACK><CTL=RST> */
    RST_ZERO,    /* <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK> */
};

struct outcome {
    const char *name;
    int state; /* after; SAME: as before */
    enum sent sent;
    rule_id rule;      /* that the trace shows */
    const char *told;  /* e: established, a: acceptable, r: readable, x: ended */
    rule_id ended_by;
};

enum { SAME = STATE_NONE, TWELFTH = STATE_COUNT /* SYN-RECEIVED from SYN-SENT */ };

/* OUTCOME(name, state after, what is sent, rule, what the application hears, why it ended) */
#define OUTCOMES(OUTCOME) \
    OUTCOME(NOBODY, SAME, RST, RULE_TCP_NO_CONNECTION, "", RULE_NONE) \
    OUTCOME(NOBODY_0, SAME, RST_ZERO, RULE_TCP_NO_CONNECTION, "", RULE_NONE) \
    OUTCOME(NO_ANSWER, SAME, NOTHING, RULE_TCP_RST_TO_NOBODY, "", RULE_NONE) \
    OUTCOME(BAD_ACK, SAME, RST, RULE_TCP_LISTEN_ACK, "", RULE_NONE) \
    OUTCOME(STRAY_RST, SAME, NOTHING, RULE_TCP_LISTEN_RST, "", RULE_NONE) \
    OUTCOME(STRAY, SAME, NOTHING, RULE_TCP_LISTEN_OTHER, "", RULE_NONE) \
    OUTCOME(ASKED, STATE_TCP_SYN_RECEIVED, SYN_ACK, RULE_TCP_LISTEN_SYN, "", RULE_NONE) \
    OUTCOME(NO_SYN, SAME, NOTHING, RULE_TCP_SYN_SENT_OTHER, "", RULE_NONE) \
    OUTCOME(BLIND, SAME, NOTHING, RULE_TCP_SYN_SENT_BLIND_RST, "", RULE_NONE) \
    OUTCOME(REFUSED, STATE_TCP_CLOSED, NOTHING, RULE_TCP_REFUSED, "x", RULE_TCP_ENDED_REFUSED) \
    OUTCOME(CROSSED, STATE_TCP_SYN_RECEIVED, SYN_ACK, RULE_TCP_SIMULTANEOUS_OPEN, "", RULE_NONE) \
    OUTCOME(ANSWERED, STATE_TCP_ESTABLISHED, ACK_AFTER, RULE_TCP_OPEN_ANSWERED, "e", RULE_NONE) \
    OUTCOME(BAD, SAME, ACK, RULE_TCP_UNACCEPTABLE, "", RULE_NONE) \
    OUTCOME(BAD_RST, SAME, NOTHING, RULE_TCP_RST_OUTSIDE, "", RULE_NONE) \
    OUTCOME(NO_ACK, SAME, NOTHING, RULE_TCP_NO_ACK_BIT, "", RULE_NONE) \
    OUTCOME(C_RST, SAME, ACK, RULE_TCP_CHALLENGE_RST, "", RULE_NONE) \
    OUTCOME(C_SYN, SAME, ACK, RULE_TCP_CHALLENGE_SYN, "", RULE_NONE) \
    OUTCOME(AGAIN, SAME, SYN_ACK_OLD, RULE_TCP_SYN_AGAIN, "", RULE_NONE) \
    OUTCOME(UNDONE, STATE_TCP_CLOSED, NOTHING, RULE_TCP_BACK_TO_LISTEN, "", RULE_NONE) \
    OUTCOME(TAKEN, STATE_TCP_ESTABLISHED, NOTHING, RULE_TCP_SYN_ACKED, "a", RULE_NONE) \
    OUTCOME(TAKEN_E, STATE_TCP_ESTABLISHED, ACK, RULE_TCP_SYN_ACKED, "a", RULE_NONE) \
    OUTCOME(TAKEN_F, STATE_TCP_CLOSE_WAIT, ACK_AFTER, RULE_TCP_PEER_CLOSED, "a", RULE_NONE) \
    OUTCOME(OPEN, STATE_TCP_ESTABLISHED, NOTHING, RULE_TCP_SYN_ACKED, "e", RULE_NONE) \
    OUTCOME(OPEN_R, STATE_TCP_ESTABLISHED, NOTHING, RULE_TCP_SYN_ACKED, "er", RULE_NONE) \
    OUTCOME(OPEN_E, STATE_TCP_ESTABLISHED, ACK, RULE_TCP_SYN_ACKED, "e", RULE_NONE) \
    OUTCOME(OPEN_F, STATE_TCP_CLOSE_WAIT, ACK_AFTER, RULE_TCP_PEER_CLOSED, "er", RULE_NONE) \
    OUTCOME(QUIET, SAME, NOTHING, RULE_NONE, "", RULE_NONE) \
    OUTCOME(TEXT, SAME, NOTHING, RULE_TCP_ACK_DELAYED, "r", RULE_NONE) \
    OUTCOME(EARLY, SAME, ACK, RULE_TCP_OUT_OF_ORDER, "", RULE_NONE) \
    OUTCOME(EARLY_F, SAME, ACK, RULE_NONE, "", RULE_NONE) \
    OUTCOME(FIN_IN, STATE_TCP_CLOSE_WAIT, ACK_AFTER, RULE_TCP_PEER_CLOSED, "r", RULE_NONE) \
    OUTCOME(RESET, STATE_TCP_CLOSED, NOTHING, RULE_TCP_RESET, "x", RULE_TCP_ENDED_RESET) \
    OUTCOME(ACKED, STATE_TCP_FIN_WAIT_2, NOTHING, RULE_TCP_FIN_ACKED, "", RULE_NONE) \
    OUTCOME(ACKED_R, STATE_TCP_FIN_WAIT_2, NOTHING, RULE_TCP_FIN_ACKED, "r", RULE_NONE) \
    OUTCOME(ACKED_E, STATE_TCP_FIN_WAIT_2, ACK, RULE_TCP_FIN_ACKED, "", RULE_NONE) \
    OUTCOME(BOTH, STATE_TCP_TIME_WAIT, ACK_AFTER, RULE_TCP_BOTH_CLOSED, "r", RULE_NONE) \
    OUTCOME(FIN_2, SAME, ACK, RULE_TCP_FIN_AGAIN, "", RULE_NONE) \
    OUTCOME(WAITS, STATE_TCP_TIME_WAIT, NOTHING, RULE_TCP_CLOSING_ACKED, "", RULE_NONE) \
    OUTCOME(WAITS_F, STATE_TCP_TIME_WAIT, ACK, RULE_TCP_CLOSING_ACKED, "", RULE_NONE) \
    OUTCOME(RESET_C, STATE_TCP_CLOSED, NOTHING, RULE_TCP_RESET_CLOSING, "x", RULE_TCP_ENDED_RESET) \
    OUTCOME(LAST, STATE_TCP_CLOSED, NOTHING, RULE_TCP_LAST_ACKED, "x", RULE_TCP_ENDED_CLOSED) \
    OUTCOME(OLD_FIN, SAME, ACK, RULE_TCP_TIME_WAIT_FIN, "", RULE_NONE) \
    OUTCOME(IGNORED, SAME, NOTHING, RULE_TCP_TIME_WAIT_RST, "", RULE_NONE)

enum outcome_number {
#define OUTCOME(name, state, sent, rule, told, ended) name,
    OUTCOMES(OUTCOME)
#undef OUTCOME
};

static const struct outcome outcomes[] = {
#define OUTCOME(name, state, sent, rule, told, ended) \
    { #name, state, sent, rule, told, ended },
    OUTCOMES(OUTCOME)
#undef OUTCOME
};

/* The segments. */
enum { COLUMNS = 5, TEXT_LEN = 3 };

static const struct kind {
    const char *name;
    uint8_t flags;
    uint32_t text;
} kinds[] = {
    { "ACK", TCP_ACK, 0 },
    { "FIN", TCP_FIN, 0 },
    { "FIN-ACK", TCP_FIN | TCP_ACK, 0 },
    { "RST", TCP_RST, 0 },
    { "RST-ACK", TCP_RST | TCP_ACK, 0 },
    { "SYN", TCP_SYN, 0 },
    { "SYN-ACK", TCP_SYN | TCP_ACK, 0 },
    { "SYN-FIN", TCP_SYN | TCP_FIN, 0 },
    { "data", TCP_ACK, TEXT_LEN },
    { "none", 0, 0 },
};

static const char *const columns[COLUMNS] = { "left of the window", "at its left edge", "inside",
                                              "at its last number", "right of it" };

/* Left of the window, at its left edge, inside, at its last number, right of it. */
#define ALL(x) { x, x, x, x, x }
#define MID(out, in) { out, in, in, in, out }

/* In the order of `kinds`. */
static const struct row {
    int state;
    enum outcome_number cells[ARRAY_LEN(kinds)][COLUMNS];
} rows[] = {
    /* 3.10.7.1 to .3: no window is known yet, so that all columns are equal. */
    { STATE_TCP_CLOSED,
      { ALL(NOBODY), ALL(NOBODY_0), ALL(NOBODY), ALL(NO_ANSWER), ALL(NO_ANSWER), ALL(NOBODY_0),
        ALL(NOBODY), ALL(NOBODY_0), ALL(NOBODY), ALL(NOBODY_0) } },
    { STATE_TCP_LISTEN,
      { ALL(BAD_ACK), ALL(STRAY), ALL(BAD_ACK), ALL(STRAY_RST), ALL(STRAY_RST), ALL(ASKED),
        ALL(BAD_ACK), ALL(ASKED), ALL(BAD_ACK), ALL(STRAY) } },
    { STATE_TCP_SYN_SENT,
      { ALL(NO_SYN), ALL(NO_SYN), ALL(NO_SYN), ALL(BLIND), ALL(REFUSED), ALL(CROSSED),
        ALL(ANSWERED), ALL(CROSSED), ALL(NO_SYN), ALL(NO_SYN) } },
    /* 3.10.7.4. A SYN left of the window of SYN-RECEIVED is the peer's SYN again:
     * the acknowledgment that is due goes as SYN,ACK, for the first was lost. */
    { STATE_TCP_SYN_RECEIVED,
      { MID(BAD, TAKEN),
        MID(BAD, NO_ACK),
        { BAD, TAKEN_F, TAKEN_E, TAKEN_E, BAD },
        { BAD_RST, UNDONE, C_RST, C_RST, BAD_RST },
        { BAD_RST, UNDONE, C_RST, C_RST, BAD_RST },
        { AGAIN, UNDONE, UNDONE, UNDONE, BAD },
        MID(BAD, UNDONE),
        MID(BAD, UNDONE),
        { BAD, TAKEN, TAKEN_E, TAKEN_E, BAD },
        MID(BAD, NO_ACK) } },
    /* From SYN-SENT. The peer's SYN,ACK repeats its SYN: 3.5, Figure 8, line 6. */
    { TWELFTH,
      { MID(BAD, OPEN),
        MID(BAD, NO_ACK),
        { BAD, OPEN_F, OPEN_E, OPEN_E, BAD },
        { BAD_RST, REFUSED, C_RST, C_RST, BAD_RST },
        { BAD_RST, REFUSED, C_RST, C_RST, BAD_RST },
        { AGAIN, C_SYN, C_SYN, C_SYN, BAD },
        { OPEN, C_SYN, C_SYN, C_SYN, BAD },
        MID(BAD, C_SYN),
        { BAD, OPEN_R, OPEN_E, OPEN_E, BAD },
        MID(BAD, NO_ACK) } },
    { STATE_TCP_ESTABLISHED,
      { MID(BAD, QUIET),
        MID(BAD, NO_ACK),
        { BAD, FIN_IN, EARLY_F, EARLY_F, BAD },
        { BAD_RST, RESET, C_RST, C_RST, BAD_RST },
        { BAD_RST, RESET, C_RST, C_RST, BAD_RST },
        MID(BAD, C_SYN),
        MID(BAD, C_SYN),
        MID(BAD, C_SYN),
        { BAD, TEXT, EARLY, EARLY, BAD },
        MID(BAD, NO_ACK) } },
    { STATE_TCP_FIN_WAIT_1,
      { MID(BAD, ACKED),
        MID(BAD, NO_ACK),
        { BAD, BOTH, ACKED_E, ACKED_E, BAD },
        { BAD_RST, RESET, C_RST, C_RST, BAD_RST },
        { BAD_RST, RESET, C_RST, C_RST, BAD_RST },
        MID(BAD, C_SYN),
        MID(BAD, C_SYN),
        MID(BAD, C_SYN),
        { BAD, ACKED_R, ACKED_E, ACKED_E, BAD },
        MID(BAD, NO_ACK) } },
    { STATE_TCP_FIN_WAIT_2,
      { MID(BAD, QUIET),
        MID(BAD, NO_ACK),
        { BAD, BOTH, EARLY_F, EARLY_F, BAD },
        { BAD_RST, RESET, C_RST, C_RST, BAD_RST },
        { BAD_RST, RESET, C_RST, C_RST, BAD_RST },
        MID(BAD, C_SYN),
        MID(BAD, C_SYN),
        MID(BAD, C_SYN),
        { BAD, TEXT, EARLY, EARLY, BAD },
        MID(BAD, NO_ACK) } },
    /* From here on the peer's FIN has come: text is ignored (seventh step), and
     * another FIN is acknowledged and changes nothing (eighth). */
    { STATE_TCP_CLOSE_WAIT,
      { MID(BAD, QUIET),
        MID(BAD, NO_ACK),
        MID(BAD, FIN_2),
        { BAD_RST, RESET, C_RST, C_RST, BAD_RST },
        { BAD_RST, RESET, C_RST, C_RST, BAD_RST },
        MID(BAD, C_SYN),
        MID(BAD, C_SYN),
        MID(BAD, C_SYN),
        MID(BAD, QUIET),
        MID(BAD, NO_ACK) } },
    { STATE_TCP_CLOSING,
      { MID(BAD, WAITS),
        MID(BAD, NO_ACK),
        MID(BAD, WAITS_F),
        { BAD_RST, RESET_C, C_RST, C_RST, BAD_RST },
        { BAD_RST, RESET_C, C_RST, C_RST, BAD_RST },
        MID(BAD, C_SYN),
        MID(BAD, C_SYN),
        MID(BAD, C_SYN),
        MID(BAD, WAITS),
        MID(BAD, NO_ACK) } },
    { STATE_TCP_LAST_ACK,
      { MID(BAD, LAST),
        MID(BAD, NO_ACK),
        MID(BAD, LAST),
        { BAD_RST, RESET_C, C_RST, C_RST, BAD_RST },
        { BAD_RST, RESET_C, C_RST, C_RST, BAD_RST },
        MID(BAD, C_SYN),
        MID(BAD, C_SYN),
        MID(BAD, C_SYN),
        MID(BAD, LAST),
        MID(BAD, NO_ACK) } },
    /* RFC 1337: no RST ends TIME-WAIT. Left of the window is the peer's FIN again. */
    { STATE_TCP_TIME_WAIT,
      { MID(BAD, QUIET),
        MID(BAD, NO_ACK),
        { OLD_FIN, OLD_FIN, OLD_FIN, OLD_FIN, BAD },
        MID(BAD_RST, IGNORED),
        MID(BAD_RST, IGNORED),
        MID(BAD, C_SYN),
        MID(BAD, C_SYN),
        MID(BAD, C_SYN),
        MID(BAD, QUIET),
        MID(BAD, NO_ACK) } },
};

/* ---- One cell ---- */

/* Relative numbers of the connection before the segment. */
struct numbers {
    uint32_t snd_nxt, rcv_nxt;
};

static struct numbers numbers_in(int state)
{
    bool fin_sent = state == STATE_TCP_FIN_WAIT_1 || state == STATE_TCP_FIN_WAIT_2 ||
                    state == STATE_TCP_CLOSING || state == STATE_TCP_LAST_ACK ||
                    state == STATE_TCP_TIME_WAIT;
    bool fin_came = state == STATE_TCP_CLOSE_WAIT || state == STATE_TCP_CLOSING ||
                    state == STATE_TCP_LAST_ACK || state == STATE_TCP_TIME_WAIT;

    return (struct numbers){ fin_sent ? 2 : 1, fin_came ? 2 : 1 };
}

static uint32_t length_of(const struct kind *kind)
{
    return kind->text + ((kind->flags & TCP_SYN) != 0) + ((kind->flags & TCP_FIN) != 0);
}

/* Left of the window means all of it: an ACK by one, the others by their
 * length. The window ends where it was said to; nobody knows where if nothing
 * was said. */
static uint32_t number_in_column(const struct tcp_peer *p, const struct kind *kind,
                                 uint32_t rcv_nxt, unsigned column)
{
    uint32_t edge = p->edge != 0 ? p->edge : rcv_nxt + UINT16_MAX;
    uint32_t len = length_of(kind);

    switch (column) {
    case 0: return rcv_nxt - (len > 0 ? len : 1);
    case 1: return rcv_nxt;
    case 2: return rcv_nxt + 1000;
    case 3: return edge - 1;
    default: return len > 0 ? edge : edge + 1; /* at the very edge: see below */
    }
}

static void expect_sent(struct tcp_peer *p, const char *label, enum sent sent,
                        const struct peer_segment *segment, struct numbers n)
{
    struct kind kind = { "", segment->flags, segment->len };

    switch (sent) {
    case NOTHING:
        break;
    case ACK:
        EXPECT_SEGMENT_ROW(label, p, .flags = TCP_ACK, .seq = n.snd_nxt, .ack = n.rcv_nxt);
        break;
    case ACK_AFTER:
        EXPECT_SEGMENT_ROW(label, p, .flags = TCP_ACK, .seq = n.snd_nxt, .ack = segment->seq + 1);
        break;
    case SYN_ACK:
        EXPECT_SEGMENT_ROW(label, p, .flags = TCP_SYN | TCP_ACK, .seq = 0,
                           .ack = segment->seq + 1);
        break;
    case SYN_ACK_OLD:
        EXPECT_SEGMENT_ROW(label, p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = n.rcv_nxt);
        break;
    case RST:
        EXPECT_SEGMENT_ROW(label, p, .flags = TCP_RST, .seq = segment->ack);
        break;
    case RST_ZERO:
        EXPECT_SEGMENT_ROW(label, p, .flags = TCP_RST | TCP_ACK, .seq = peer_absolute(p, 0),
                           .ack = segment->seq + length_of(&kind));
        break;
    }
    EXPECT_SILENCE_ROW(label, p);
}

static void expect_told(const struct tcp_peer *p, const char *label, const struct outcome *want)
{
    char told[64];

    snprintf(told, sizeof(told), "%.*s%.*s%.*s%.*s", (int)p->app.established, "eeee",
             (int)p->app.acceptable, "aaaa", (int)p->app.readable, "rrrr", (int)p->app.ended,
             "xxxx");
    EXPECT_STR_ROW(label, told, want->told);
    EXPECT_RULE_ROW(label, p->app.ended_by, want->ended_by);
}

static void enter(struct tcp_peer *p, int state)
{
    memset(p, 0, sizeof(*p));
    if (state == TWELFTH)
        peer_syn_received_active(p);
    else
        peer_enter(p, state);
}

static int simple(int state)
{
    return state == TWELFTH ? STATE_TCP_SYN_RECEIVED : state;
}

static void expect_outcome(struct tcp_peer *p, const char *label, int before,
                           const struct outcome *want, const struct peer_segment *segment)
{
    int after = want->state == SAME ? simple(before) : want->state;

    /* LISTEN itself is never left: a new connection is. */
    if (before == STATE_TCP_LISTEN) {
        EXPECT_STR_ROW(label, state_name(peer_state(p)), "LISTEN");
        if (after != STATE_TCP_LISTEN)
            peer_watch(p);
    }
    EXPECT_STR_ROW(label, state_name(peer_state(p)), state_name(after));
    expect_sent(p, label, want->sent, segment, numbers_in(before));
    expect_told(p, label, want);
    if (want->rule != RULE_NONE)
        EXPECT_ROW(label, net_count_rule(&p->net, &p->a->node, want->rule) > 0);
}

static void try_cell(const struct row *row, size_t kind, unsigned column)
{
    const struct outcome *want = &outcomes[row->cells[kind][column]];
    struct numbers n = numbers_in(row->state);
    struct peer_segment segment = {
        .flags = kinds[kind].flags,
        .ack = n.snd_nxt,
        .len = kinds[kind].text,
    };
    struct tcp_peer p;
    char label[120];

    snprintf(label, sizeof(label), "%s%s: %s %s: %s", state_name(simple(row->state)),
             row->state == TWELFTH ? " (active)" : "", kinds[kind].name, columns[column],
             want->name);
    enter(&p, row->state);
    segment.seq = number_in_column(&p, &kinds[kind], n.rcv_nxt, column);
    peer_send_segment(&p, segment);
    expect_outcome(&p, label, row->state, want, &segment);
    peer_close(&p);
}

static void test_each_segment_in_each_state_at_each_place(void)
{
    EXPECT_EQ(ARRAY_LEN(rows), 12);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        for (size_t kind = 0; kind < ARRAY_LEN(kinds); kind++)
            for (unsigned column = 0; column < COLUMNS; column++)
                try_cell(&rows[i], kind, column);
}

/* Who has filled the window acknowledges with the number at its edge. Table 6
 * keeps that out, and both ends may wait for ever; appendix A.2 tells of it and
 * leaves the cure to the implementer. */
static void test_ack_at_the_very_edge_of_the_window_is_read(void)
{
    struct tcp_peer p = { 0 };

    peer_established(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = p.edge, .ack = 1);
    EXPECT_SILENCE(&p);
    EXPECT_NOT_SAW(&p.net, &p.a->node, RULE_TCP_UNACCEPTABLE);
    peer_send(&p, .flags = TCP_ACK, .seq = p.edge + 1, .ack = 1);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_UNACCEPTABLE);
    peer_close(&p);
}

/* ---- The fifth step: ACK numbers ---- */

/* A pure ACK at RCV.NXT that acknowledges: too long ago (before SND.UNA -
 * MAX.SND.WND), nothing new (SND.UNA), all that is out, more than was sent. */
enum { TOO_OLD, NOTHING_NEW, EVERYTHING, UNSENT, ACK_COLUMNS };

#define ACK_OUTCOMES(OUTCOME) \
    OUTCOME(GOOD, SAME, NOTHING, RULE_NONE, "", RULE_NONE) \
    OUTCOME(C_ACK, SAME, ACK, RULE_TCP_CHALLENGE_ACK, "", RULE_NONE) \
    OUTCOME(AHEAD, SAME, ACK, RULE_TCP_ACK_OF_UNSENT, "", RULE_NONE) \
    OUTCOME(SYN_BAD, SAME, RST, RULE_TCP_SYN_RECEIVED_BAD_ACK, "", RULE_NONE) \
    OUTCOME(SENT_BAD, SAME, RST, RULE_TCP_SYN_SENT_BAD_ACK, "", RULE_NONE)

enum {
#define OUTCOME(name, state, sent, rule, told, ended) name,
    ACK_OUTCOMES(OUTCOME)
#undef OUTCOME
    FROM_ABOVE = 100
};

static const struct outcome ack_outcomes[] = {
#define OUTCOME(name, state, sent, rule, told, ended) \
    { #name, state, sent, rule, told, ended },
    ACK_OUTCOMES(OUTCOME)
#undef OUTCOME
};

#define ABOVE(name) (FROM_ABOVE + name)

static const struct ack_row {
    int state;
    uint32_t una; /* relative */
    int cells[ACK_COLUMNS];
} ack_rows[] = {
    { STATE_TCP_SYN_SENT, 0, { SENT_BAD, SENT_BAD, ABOVE(NO_SYN), SENT_BAD } },
    { STATE_TCP_SYN_RECEIVED, 0, { SYN_BAD, SYN_BAD, ABOVE(TAKEN), SYN_BAD } },
    { TWELFTH, 0, { SYN_BAD, SYN_BAD, ABOVE(OPEN), SYN_BAD } },
    { STATE_TCP_ESTABLISHED, 1, { C_ACK, GOOD, GOOD, AHEAD } },
    { STATE_TCP_FIN_WAIT_1, 1, { C_ACK, GOOD, ABOVE(ACKED), AHEAD } },
    { STATE_TCP_FIN_WAIT_2, 2, { C_ACK, GOOD, GOOD, AHEAD } },
    { STATE_TCP_CLOSE_WAIT, 1, { C_ACK, GOOD, GOOD, AHEAD } },
    { STATE_TCP_CLOSING, 1, { C_ACK, GOOD, ABOVE(WAITS), AHEAD } },
    { STATE_TCP_LAST_ACK, 1, { C_ACK, GOOD, ABOVE(LAST), AHEAD } },
    { STATE_TCP_TIME_WAIT, 2, { C_ACK, GOOD, GOOD, AHEAD } },
};

static void try_ack(const struct ack_row *row, unsigned column)
{
    static const char *const names[] = { "too old", "nothing new", "everything", "unsent" };
    int cell = row->cells[column];
    const struct outcome *want = cell >= FROM_ABOVE ? &outcomes[cell - FROM_ABOVE]
                                                    : &ack_outcomes[cell];
    struct numbers n = numbers_in(row->state);
    const uint32_t acks[] = { row->una - UINT16_MAX - 1, row->una, n.snd_nxt, n.snd_nxt + 1 };
    struct peer_segment segment = { .flags = TCP_ACK, .seq = n.rcv_nxt, .ack = acks[column] };
    struct tcp_peer p;
    char label[120];

    snprintf(label, sizeof(label), "%s: ACK of %s: %s", state_name(simple(row->state)),
             names[column], want->name);
    enter(&p, row->state);
    peer_send_segment(&p, segment);
    expect_outcome(&p, label, row->state, want, &segment);
    peer_close(&p);
}

static void test_each_acknowledgment_in_each_state(void)
{
    REQ("MAY-12");
    for (size_t i = 0; i < ARRAY_LEN(ack_rows); i++)
        for (unsigned column = 0; column < ACK_COLUMNS; column++)
            try_ack(&ack_rows[i], column);
}

/* The oldest ACK that RFC 5961 5.2 lets pass: SND.UNA - MAX.SND.WND. */
static void test_oldest_acceptable_ack_carries_text(void)
{
    struct tcp_peer p = { 0 };

    REQ("MAY-12");
    peer_established(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1 - (uint32_t)UINT16_MAX, .text = "x");
    EXPECT_EQ(p.app.readable, 1);
    peer_send(&p, .flags = TCP_ACK, .seq = 2, .ack = 0 - (uint32_t)UINT16_MAX, .text = "y");
    EXPECT_EQ(p.app.readable, 1);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 2);
    peer_close(&p);
}

/* ---- RCV.WND = 0 ---- */

/* ESTABLISHED; the buffer of 1000 bytes is full, and a has 3 bytes out. */
static void begin_closed_window(struct tcp_peer *p)
{
    memset(p, 0, sizeof(*p));
    peer_open(p);
    p->net.config.tcp.rcvbuf = 1000;
    peer_established(p);
    peer_send(p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 1000);
    EXPECT_EQ(peer_host_sends(p, 3), 3);
    peer_run(p, 5 * MS);
    peer_skip(p);
    EXPECT_EQ(p->edge, 1001);
    net_mark(&p->net);
    p->app = (struct peer_app){ 0 };
}

static void test_closed_window_lets_acks_resets_and_urgency_in(void)
{
    static const struct {
        const char *label;
        uint8_t flags;
        uint32_t seq, text;
        int state;
        bool acks;    /* the ACK counts, although nothing else does */
        bool answer;  /* <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK> */
        unsigned urgent;
    } closed[] = {
        { "ACK", TCP_ACK, 1001, 0, STATE_TCP_ESTABLISHED, true, false, 0 },
        { "ACK beyond", TCP_ACK, 1002, 0, STATE_TCP_ESTABLISHED, false, true, 0 },
        { "text", TCP_ACK, 1001, 3, STATE_TCP_ESTABLISHED, true, true, 0 },
        { "text beyond", TCP_ACK, 1002, 3, STATE_TCP_ESTABLISHED, false, true, 0 },
        { "urgent", TCP_URG | TCP_ACK, 1001, 0, STATE_TCP_ESTABLISHED, true, false, 1 },
        { "urgent text", TCP_URG | TCP_ACK, 1001, 3, STATE_TCP_ESTABLISHED, true, true, 1 },
        { "FIN", TCP_FIN | TCP_ACK, 1001, 0, STATE_TCP_ESTABLISHED, true, true, 0 },
        { "RST", TCP_RST, 1001, 0, STATE_TCP_CLOSED, false, false, 0 },
        { "RST with text", TCP_RST, 1001, 5, STATE_TCP_CLOSED, false, false, 0 },
        { "RST beyond", TCP_RST, 1002, 0, STATE_TCP_ESTABLISHED, false, false, 0 },
        { "SYN", TCP_SYN, 1001, 0, STATE_TCP_ESTABLISHED, false, true, 0 },
    };

    REQ("MUST-66");
    for (size_t i = 0; i < ARRAY_LEN(closed); i++) {
        const char *label = closed[i].label;
        struct tcp_peer p;
        struct tcp_status status = { 0 };

        begin_closed_window(&p);
        peer_send(&p, .flags = closed[i].flags, .seq = closed[i].seq, .ack = 4,
                  .len = closed[i].text, .up = 100);
        EXPECT_STR_ROW(label, state_name(peer_state(&p)), state_name(closed[i].state));
        if (peer_state(&p) == STATE_TCP_ESTABLISHED)
            tcp_status(p.tcb, &status);
        EXPECT_EQ_ROW(label, status.bytes_acked, closed[i].acks ? 3 : 0);
        EXPECT_EQ_ROW(label, p.app.urgent, closed[i].urgent);
        EXPECT_EQ_ROW(label, p.app.readable, 0);
        if (closed[i].answer)
            EXPECT_SEGMENT_ROW(label, &p, .flags = TCP_ACK, .seq = 4, .ack = 1001,
                               .win = WIN_ZERO);
        EXPECT_SILENCE_ROW(label, &p);
        peer_close(&p);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_each_segment_in_each_state_at_each_place),
        TEST(test_ack_at_the_very_edge_of_the_window_is_read),
        TEST(test_each_acknowledgment_in_each_state),
        TEST(test_closed_window_lets_acks_resets_and_urgency_in),
        TEST(test_oldest_acceptable_ack_carries_text),
    };

    return run_tests("tcp_matrix", tests, ARRAY_LEN(tests));
}
