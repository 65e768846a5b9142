/*
 * Each decision of congestion control gives its reason, about its connection,
 * in these words.
 */
#include <stdio.h>
#include <string.h>

#include "tests/support/net.h"
#include "tests/unit/fixture_cc.h"

enum { CONNECTION = 7 };

/* How each reason comes about. */

static void nothing(struct sender *s) { (void)s; }
static void acknowledge(struct sender *s) { sender_ack(s, MSS); }
static void acknowledge_two(struct sender *s) { sender_ack(s, 2 * MSS); }
static void acknowledge_window(struct sender *s) { sender_ack(s, s->cc.cwnd); }
static void half_full(struct sender *s) { sender_ack_as(s, MSS, 2 * MSS, false); }
static void lose(struct sender *s) { sender_lose(s, s->cc.cwnd); }
static void mark(struct sender *s) { sender_mark(s, s->cc.cwnd); }
static void time_out(struct sender *s) { sender_time_out(s, s->cc.cwnd, false); }
static void shrink_segments(struct sender *s) { cc_mss_changed(&s->cc, MSS / 2); }

static void time_out_twice(struct sender *s)
{
    time_out(s);
    sender_time_out(s, s->cc.cwnd, true);
}

static void recover(struct sender *s)
{
    lose(s);
    sender_recover(s, s->cc.cwnd);
}

static void recover_with_little_left(struct sender *s)
{
    lose(s);
    sender_recover(s, 3 * MSS);
}

static void go_idle(struct sender *s)
{
    s->cc.cwnd = 64 * MSS;
    s->cc.ops->idle(&s->cc);
}

static void lose_with_the_fault(struct sender *s)
{
    s->cc.bug_not_halved = true;
    lose(s);
}

static void lose_and_acknowledge(struct sender *s)
{
    recover(s);
    acknowledge(s);
}

static void lose_and_go_on(struct sender *s)
{
    lose_and_acknowledge(s);
    s->now += 100 * MS;
    acknowledge(s);
}

static void go_past_w_max(struct sender *s)
{
    lose_and_acknowledge(s);
    s->cc.cwnd = s->cc.cubic.w_max;
    s->cc.cubic.elapsed = s->cc.cubic.k * US + SECONDS;
    acknowledge(s);
}

static void lose_twice(struct sender *s)
{
    lose(s);
    lose(s);
}

static void listen_to_delay(struct sender *s)
{
    s->cc.hystart.on = true;
    acknowledge_two(s);
}

static void raise_alarm(struct sender *s)
{
    s->cc.hystart.on = true;
    for (unsigned i = 0; i < 10; i++)
        acknowledge(s);
    s->rtt = 130 * MS;
    while (!s->cc.hystart.in_css)
        acknowledge(s);
}

static void grow_in_css(struct sender *s)
{
    raise_alarm(s);
    acknowledge(s);
}

static void lower_delay(struct sender *s)
{
    raise_alarm(s);
    s->rtt = 110 * MS;
    while (s->cc.hystart.in_css)
        acknowledge(s);
}

static void keep_delay(struct sender *s)
{
    raise_alarm(s);
    while (cc_in_slow_start(&s->cc))
        acknowledge(s);
}

struct row {
    unsigned rule;
    const struct cc_ops *ops;
    uint32_t segments; /* cwnd */
    bool avoidance;
    void (*happen)(struct sender *s);
    const char *sentence;
};

/* The reasons of all but CUBIC. */
static const struct row common[] = {
    { RULE_CC_NONE, &cc_none, 10, false, nothing,
      "no congestion control: only the receiver's window limits what is in flight" },
    { RULE_CC_NONE_CONGESTION, &cc_none, 10, false, lose,
      "the network is congested, and without congestion control nothing follows: as much may go "
      "out as before (1073741824 bytes are in flight)" },
    { RULE_CC_SLOW_START, &cc_reno, 10, false, acknowledge_two,
      "slow start: 2000 bytes were acknowledged, so cwnd grows by as much, but by one segment at "
      "most: 11000 bytes now" },
    { RULE_CC_AVOIDANCE_COUNT, &cc_reno, 10, true, acknowledge_two,
      "congestion avoidance: 2000 of 10000 bytes are acknowledged; when the whole window is, cwnd "
      "grows by a segment" },
    { RULE_CC_AVOIDANCE, &cc_reno, 10, true, acknowledge_window,
      "congestion avoidance: a whole window was acknowledged, so cwnd grows by one segment (1000 "
      "bytes): 11000 bytes now" },
    { RULE_CC_NOT_LIMITED, &cc_reno, 10, true, half_full,
      "cwnd stays 10000 bytes: it is not what held data back (2000 bytes were in flight), so "
      "nobody knows whether the network would bear more" },
    { RULE_CC_HALVED, &cc_reno, 20, true, lose,
      "a segment is lost, but others arrive: ssthresh and cwnd become half of what is in flight "
      "(20000 bytes), at least two segments: 10000 bytes" },
    { RULE_CC_TAHOE_LOSS, &cc_tahoe, 20, true, lose,
      "a segment is lost: ssthresh becomes half of what is in flight, at least two segments "
      "(10000 bytes), and Tahoe starts again from one (1000 bytes)" },
    { RULE_CC_DEFLATED, &cc_reno, 20, true, recover,
      "fast recovery is over: cwnd goes down to ssthresh, 10000 bytes (10000 bytes are in "
      "flight)" },
    { RULE_CC_RECOVERED, &cc_newreno, 20, true, recover,
      "all that was in flight at the loss has arrived: cwnd becomes ssthresh, 10000 bytes (10000 "
      "bytes are in flight)" },
    { RULE_CC_RECOVERED_LOW, &cc_newreno, 20, true, recover_with_little_left,
      "all that was in flight at the loss has arrived, and little is in flight: cwnd becomes that "
      "and a segment, 4000 bytes; ssthresh (10000 bytes) at once would be a burst" },
    { RULE_CC_TIMEOUT, &cc_reno, 20, true, time_out,
      "nothing was acknowledged in time: cwnd becomes one segment, 1000 bytes; slow start leads "
      "back to ssthresh, 10000 bytes" },
    { RULE_CC_TIMEOUT_AGAIN, &cc_reno, 20, true, time_out_twice,
      "the retransmission was not acknowledged in time either: cwnd stays one segment, 1000 "
      "bytes, and ssthresh stays 10000 bytes" },
    { RULE_CC_MARKED, &cc_reno, 20, true, mark,
      "a router marked a packet instead of dropping it: the same as for a loss, cwnd is halved to "
      "10000 bytes; ssthresh is 10000 bytes" },
    { RULE_CC_RESTART, &cc_reno, 10, true, go_idle,
      "nothing was sent for a whole timeout: what 64000 bytes of cwnd said of the network is out "
      "of date, 10000 bytes are the start" },
    { RULE_CC_MSS_CHANGED, &cc_reno, 10, true, shrink_segments,
      "segments are smaller now, 500 bytes, so cwnd shrinks by the same ratio: 5000 bytes, as "
      "many segments as before" },
    { RULE_CC_BUG_NOT_HALVED, &cc_reno, 20, true, lose_with_the_fault,
      "a fault of this host: the network is congested, and cwnd stays 20000 bytes" },
};

static const struct row cubic[] = {
    { RULE_CC_CUBIC_STAGE, &cc_cubic, 1000, true, lose_and_acknowledge,
      "CUBIC sets out for W_max, 1000000 bytes, where it met congestion last: its curve gets "
      "there in K = 9.085602 s" },
    { RULE_CC_CUBIC_STAGE_NO_GOAL, &cc_cubic, 10, true, acknowledge,
      "CUBIC knows no window that was too large: K = 0, and its curve begins flat, from W_max = "
      "cwnd = 10000 bytes" },
    { RULE_CC_CUBIC_RENO_FRIENDLY, &cc_cubic, 10, true, acknowledge,
      "CUBIC's curve is only at 10000 bytes by now; Reno would be ahead of it, so cwnd does as "
      "Reno: 10100 bytes" },
    { RULE_CC_CUBIC_CONCAVE, &cc_cubic, 1000, true, lose_and_go_on,
      "CUBIC is below W_max and slows down toward it: 719378 bytes in one RTT from now, 700027 "
      "bytes so far" },
    { RULE_CC_CUBIC_CONVEX, &cc_cubic, 1000, true, go_past_w_max,
      "CUBIC is past W_max and probes, faster and faster: 1000532 bytes in one RTT from now, "
      "1000000 bytes so far" },
    { RULE_CC_CUBIC_NOT_LIMITED, &cc_cubic, 10, true, half_full,
      "cwnd stays 10000 bytes, and CUBIC's clock stands still: only 2000 bytes were in flight, by "
      "the application's or the receiver's choice" },
    { RULE_CC_CUBIC_FAST_CONVERGENCE, &cc_cubic, 20, true, lose_twice,
      "cwnd, 14000 bytes, has not reached W_max again: others have come; W_max is reduced to 11900 "
      "bytes to let them in" },
    { RULE_CC_CUBIC_LOSS, &cc_cubic, 20, true, lose,
      "a segment is lost: ssthresh and cwnd become beta times what is in flight (20000 bytes), at "
      "least two segments: 14000 bytes" },
    { RULE_CC_CUBIC_TIMEOUT, &cc_cubic, 20, true, time_out,
      "CUBIC sets ssthresh to beta times what is in flight (20000 bytes), at least two segments: "
      "14000 bytes; W_max is forgotten" },
    { RULE_CC_CUBIC_MARKED, &cc_cubic, 20, true, mark,
      "a router marked a packet instead of dropping it: cwnd becomes beta times what is in flight "
      "(20000 bytes), at least one segment: 14000 bytes" },
};

static const struct row hystart[] = {
    { RULE_CC_HYSTART_GROWTH, &cc_reno, 10, false, listen_to_delay,
      "slow start: 2000 bytes were acknowledged, so cwnd grows by as much, but by eight segments "
      "at most: 12000 bytes now" },
    { RULE_CC_HYSTART_CSS, &cc_reno, 10, false, raise_alarm,
      "this round's smallest RTT is 130 ms, the last one's was 100 ms: a queue is filling; "
      "conservative slow start begins" },
    { RULE_CC_HYSTART_CSS_GROWTH, &cc_reno, 10, false, grow_in_css,
      "conservative slow start: 1000 bytes were acknowledged, and cwnd grows by a quarter of "
      "that: 28250 bytes now" },
    { RULE_CC_HYSTART_RESUME, &cc_reno, 10, false, lower_delay,
      "this round's smallest RTT, 110 ms, is below the 130 ms that raised the alarm: it was a "
      "false one, slow start goes on" },
    { RULE_CC_HYSTART_DONE, &cc_reno, 10, false, keep_delay,
      "the delay has stayed high for 5 rounds: slow start is over without a loss, ssthresh = cwnd "
      "= 73250 bytes" },
};

/* Lets ROW happen on a host that is watched, and reads what it says of it. */
static void check_row(const struct row *row)
{
    struct net net;
    struct host *a;
    struct sender s;
    const struct record *record;
    char sentence[300] = "";

    net_open(&net, 1);
    a = net_host(&net, "a", "10.0.0.1/24");
    net_start(&net);
    s = sender_new(row->ops, row->segments);
    s.cc.node = &a->node;
    s.cc.subject = CONNECTION;
    if (row->avoidance)
        s.cc.ssthresh = s.cc.cwnd;
    if (row->ops->established != NULL)
        row->ops->established(&s.cc);
    row->happen(&s);
    record = net_last_rule(&net, &a->node, row->rule);
    if (EXPECT_ROW(rule_get((rule_id)row->rule)->name, record != NULL)) {
        rule_sentence((rule_id)row->rule, record->a, record->b, sentence, sizeof(sentence));
        EXPECT_EQ_ROW(rule_get((rule_id)row->rule)->name, record->kind, RECORD_WHY);
        EXPECT_EQ_ROW(rule_get((rule_id)row->rule)->name, record->subject, CONNECTION);
        EXPECT_STR_ROW(rule_get((rule_id)row->rule)->name, sentence, row->sentence);
    }
    net_close(&net);
}

static void test_common_decisions_give_their_reasons(void)
{
    for (size_t i = 0; i < ARRAY_LEN(common); i++)
        check_row(&common[i]);
}

static void test_cubic_gives_its_reasons(void)
{
    for (size_t i = 0; i < ARRAY_LEN(cubic); i++)
        check_row(&cubic[i]);
}

static void test_hystart_gives_its_reasons(void)
{
    for (size_t i = 0; i < ARRAY_LEN(hystart); i++)
        check_row(&hystart[i]);
}

/* Without a node, or without a trace, nobody is told, and nothing breaks. */
static void test_nobody_is_told_without_a_trace(void)
{
    struct sender s = sender_new(&cc_reno, 10);

    for (size_t i = 0; i < ARRAY_LEN(common); i++)
        common[i].happen(&s);
    EXPECT(s.cc.cwnd >= s.cc.mss);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_common_decisions_give_their_reasons),
        TEST(test_cubic_gives_its_reasons),
        TEST(test_hystart_gives_its_reasons),
        TEST(test_nobody_is_told_without_a_trace),
    };

    return run_tests("cc_reasons", tests, ARRAY_LEN(tests));
}
