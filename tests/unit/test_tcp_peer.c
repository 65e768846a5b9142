/*
 * The fixture that TCP's requirements are tested with: it reaches every state,
 * and it sees what differs.
 */
#include "tests/support/suite.h"
#include "tests/support/tcp_peer.h"

static void test_each_state_is_reached(void)
{
    for (int state = STATE_TCP_LISTEN; state <= STATE_TCP_CLOSED; state++) {
        struct tcp_peer p = { 0 };

        peer_enter(&p, state);
        EXPECT_EQ_ROW(state_name(state), peer_state(&p), state);
        EXPECT_SILENCE_ROW(state_name(state), &p);
        peer_close(&p);
    }
}

static void test_syn_received_is_reached_from_both_sides(void)
{
    struct tcp_peer p = { 0 };

    peer_syn_received_active(&p);
    peer_send(&p, .flags = TCP_SYN | TCP_ACK, .ack = 1);
    EXPECT_STATE(&p, ESTABLISHED);
    EXPECT_EQ(p.app.established, 1);
    peer_close(&p);
    peer_accepted(&p);
    EXPECT_EQ(p.app.established, 0);
    peer_close(&p);
}

static void test_text_is_sent_and_read(void)
{
    struct tcp_peer p = { 0 };

    peer_established(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .text = "hello");
    EXPECT_EQ(p.app.readable, 1);
    EXPECT_SILENCE(&p); /* the ACK waits */
    EXPECT_EQ(peer_host_sends(&p, 3), 3);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH, .seq = 1, .ack = 6, .text = "abc");
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

static void test_options_are_sent_and_read(void)
{
    struct tcp_peer p;

    peer_open(&p);
    p.net.config.tcp.timestamps = 1;
    p.syn.has_scale = p.syn.sack_ok = p.syn.has_ts = true;
    p.syn.tsval = 77;
    peer_listen(&p);
    peer_send(&p, .flags = TCP_SYN, .mss = 900, .has_scale = true, .scale = 2, .sack_ok = true,
              .has_ts = true, .tsval = 77);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1, .mss = 1460,
                   .has_scale = true, .scale = 1, .sack_ok = true, .has_ts = true, .tsecr = 77);
    peer_close(&p);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_each_state_is_reached),
        TEST(test_syn_received_is_reached_from_both_sides),
        TEST(test_text_is_sent_and_read),
        TEST(test_options_are_sent_and_read),
    };

    return run_tests("tcp_peer", tests, ARRAY_LEN(tests));
}
