/*
 * Settings that other stacks have, and that scripts and labs may ask for.
 */
#include "tests/support/suite.h"
#include "tests/support/tcp_peer.h"

static void test_first_segments_are_acknowledged_at_once_where_quick_acks_are_set(void)
{
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.quick_acks = 2;
    p.reads = true;
    peer_accepted(&p);
    for (uint32_t i = 0; i < 2; i++) {
        peer_send(&p, .flags = TCP_ACK, .seq = 1 + 10 * i, .ack = 1, .len = 10);
        EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 11 + 10 * i);
    }
    EXPECT_EQ(net_count_rule(&p.net, &p.a->node, RULE_TCP_ACK_QUICK), 2);
    peer_send(&p, .flags = TCP_ACK, .seq = 21, .ack = 1, .len = 10);
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

static void test_rto_stays_above_the_rtt_by_the_clock_granularity(void)
{
    struct tcp_peer p = { 0 };
    struct tcp_status status;

    peer_open(&p);
    p.net.config.tcp.min_rto = 100 * MS;
    p.net.config.tcp.clock_granularity = 200 * MS;
    peer_established(&p);
    for (uint32_t i = 0; i < 30; i++) {
        peer_host_sends(&p, 10);
        peer_run(&p, 5 * MS);
        peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 11 + 10 * i);
    }
    tcp_status(p.tcb, &status);
    EXPECT(4 * status.rttvar < 200 * MS);
    EXPECT_EQ(status.rto, status.srtt + 200 * MS);
    peer_close(&p);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_first_segments_are_acknowledged_at_once_where_quick_acks_are_set),
        TEST(test_rto_stays_above_the_rtt_by_the_clock_granularity),
    };

    return run_tests("tcp_settings", tests, ARRAY_LEN(tests));
}
