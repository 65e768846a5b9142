/*
 * Habits of other stacks where the RFCs leave room, each by its setting.
 */
#include "tests/support/suite.h"
#include "tests/support/tcp_peer.h"

static void test_second_segment_is_acknowledged_at_once_where_small_ones_count(void)
{
    for (int small = 0; small < 2; small++) {
        struct tcp_peer p = { 0 };

        peer_open(&p);
        p.net.config.tcp.ack_small = small;
        p.reads = true;
        peer_established(&p);
        peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 10);
        EXPECT_SILENCE(&p);
        peer_send(&p, .flags = TCP_ACK, .seq = 11, .ack = 1, .len = 10);
        if (small)
            EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 21);
        else
            EXPECT_SILENCE(&p);
        peer_close(&p);
    }
}

static void test_reading_a_little_of_a_large_buffer_sends_nothing_where_a_quarter_must_be_free(void)
{
    for (int64_t updates = TCP_UPDATE_SEGMENTS; updates <= TCP_UPDATE_QUARTER; updates++) {
        struct tcp_peer p = { 0 };

        peer_open(&p);
        p.net.config.tcp.window_updates = updates;
        peer_established(&p);
        for (uint32_t i = 0; i < 20; i++)
            peer_send(&p, .flags = TCP_ACK, .seq = 1 + 1000 * i, .ack = 1, .len = 1000);
        peer_skip(&p);
        tcp_receive(p.tcb, NULL, 3000);
        peer_run(&p, 5 * MS);
        if (updates == TCP_UPDATE_SEGMENTS)
            EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 20001);
        else
            EXPECT_SILENCE(&p);
        tcp_receive(p.tcb, NULL, 17000);
        peer_run(&p, 5 * MS);
        EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 20001, .win = 65535);
        EXPECT_SILENCE(&p);
        peer_close(&p);
    }
}

static void test_byte_beyond_16_bits_is_taken_where_the_whole_buffer_counts(void)
{
    for (int whole = 0; whole < 2; whole++) {
        struct tcp_peer p = { 0 };

        peer_open(&p);
        p.net.config.tcp.whole_buffer = whole;
        p.syn.sack_ok = true;
        peer_established(&p);
        peer_send(&p, .flags = TCP_ACK, .seq = 65536, .ack = 1, .len = 1);
        if (whole)
            EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .sack = { { 65536, 65537 } });
        else
            EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1);
        EXPECT_EQ(p.last.sacks, whole);
        peer_send(&p, .flags = TCP_RST, .seq = 65536);
        if (whole)
            EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1);
        else
            EXPECT_SILENCE(&p);
        peer_close(&p);
    }
}

static void test_window_is_filled_to_its_last_byte_where_the_whole_buffer_counts(void)
{
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.whole_buffer = 1;
    p.net.config.tcp.rcvbuf = 65536;
    peer_established(&p);
    for (uint32_t i = 0; i < 66; i++)
        peer_send(&p, .flags = TCP_ACK, .seq = 1 + 1000 * i, .ack = 1, .len = 1000);
    EXPECT_EQ(tcp_available(p.tcb), 65536);
    peer_skip(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 65537, .ack = 1, .len = 1);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 65537);
    EXPECT_EQ(p.last.win, 0);
    EXPECT_EQ(tcp_available(p.tcb), 65536);
    peer_close(&p);
}

static void test_fin_of_a_syn_is_forgotten_where_listeners_keep_nothing(void)
{
    for (int keep = 0; keep < 2; keep++) {
        struct tcp_peer p = { 0 };

        peer_open(&p);
        p.net.config.tcp.keep_syn_text = keep;
        peer_listen(&p);
        peer_send(&p, .flags = TCP_SYN | TCP_FIN, .len = 5);
        EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .ack = 1);
        peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1);
        peer_watch(&p);
        if (keep)
            EXPECT_STATE(&p, CLOSE_WAIT);
        else
            EXPECT_STATE(&p, ESTABLISHED);
        EXPECT_EQ(tcp_available(p.tcb), keep ? 5 : 0);
        peer_close(&p);
    }
}

static void test_rto_has_its_slack_on_top(void)
{
    struct tcp_peer p = { 0 };
    struct tcp_status status;

    peer_open(&p);
    p.net.config.tcp.min_rto = 30 * MS;
    p.net.config.tcp.rto_slack = 200 * MS;
    peer_established(&p);
    tcp_status(p.tcb, &status);
    EXPECT_EQ(status.rto, status.srtt + 4 * status.rttvar + 200 * MS);
    peer_close(&p);
}

static void test_closed_window_is_probed_no_sooner_than_min_persist_says(void)
{
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.min_persist = 5 * SECONDS;
    peer_established(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .win = WIN_ZERO);
    peer_host_sends(&p, 10);
    peer_run(&p, 5 * SECONDS - MS);
    EXPECT_SILENCE(&p);
    peer_run(&p, 10 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 1);
    peer_close(&p);
}

static void test_syn_ack_without_timestamps_is_no_sample_where_that_is_set(void)
{
    for (int measure = 0; measure < 2; measure++) {
        struct tcp_peer p = { 0 };
        struct tcp_status status;

        peer_open(&p);
        p.net.config.tcp.measure_syn_ack = measure;
        peer_accepted(&p);
        tcp_status(p.tcb, &status);
        EXPECT_EQ(status.srtt > 0, measure);
        peer_close(&p);
    }
}

static void test_close_with_unread_data_sends_a_fin_where_it_does_not_reset(void)
{
    for (int reset = 0; reset < 2; reset++) {
        struct tcp_peer p = { 0 };

        peer_open(&p);
        p.net.config.tcp.reset_unread = reset;
        peer_established(&p);
        peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 10);
        tcp_close(p.tcb);
        peer_run(&p, 5 * MS);
        if (reset)
            EXPECT_SEGMENT(&p, .flags = TCP_RST, .seq = 1);
        else
            EXPECT_SEGMENT(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 11);
        peer_close(&p);
    }
}

static void test_stray_ack_in_time_wait_is_answered_where_strays_are(void)
{
    for (int answer = 0; answer < 2; answer++) {
        struct tcp_peer p = { 0 };

        peer_open(&p);
        p.net.config.tcp.answer_strays = answer;
        peer_time_wait(&p);
        peer_skip(&p);
        peer_send(&p, .flags = TCP_ACK, .seq = 2, .ack = 2);
        EXPECT_SILENCE(&p);
        peer_send(&p, .flags = TCP_ACK, .seq = 2, .ack = 1);
        if (answer)
            EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 2, .ack = 2);
        EXPECT_SILENCE(&p);
        peer_close(&p);
    }
}

static void test_crossed_syn_ack_is_acknowledged_where_strays_are(void)
{
    for (int answer = 0; answer < 2; answer++) {
        struct tcp_peer p = { 0 };

        peer_open(&p);
        p.net.config.tcp.answer_strays = answer;
        peer_syn_received_active(&p);
        peer_skip(&p);
        peer_send(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1);
        EXPECT_STATE(&p, ESTABLISHED);
        if (answer)
            EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1);
        EXPECT_SILENCE(&p);
        peer_close(&p);
    }
}

static void test_last_timeout_resets_the_peer_where_that_is_set(void)
{
    for (int reset = 0; reset < 2; reset++) {
        struct tcp_peer p = { 0 };

        peer_open(&p);
        p.net.config.tcp.retries = 2;
        p.net.config.tcp.reset_at_r2 = reset;
        peer_established(&p);
        peer_host_sends(&p, 10);
        peer_run(&p, 20 * SECONDS);
        for (unsigned i = 0; i < 3; i++)
            EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH, .seq = 1, .ack = 1, .len = 10);
        if (reset)
            EXPECT_SEGMENT(&p, .flags = TCP_RST, .seq = 11);
        EXPECT_SILENCE(&p);
        EXPECT_EQ(p.app.ended_by, RULE_TCP_ENDED_TIMEOUT);
        peer_close(&p);
    }
}

static void test_segment_without_timestamp_is_read_where_they_are_not_needed(void)
{
    for (int need = 0; need < 2; need++) {
        struct tcp_peer p = { 0 };

        peer_open(&p);
        p.net.config.tcp.timestamps = 1;
        p.net.config.tcp.need_timestamps = need;
        p.syn.has_ts = true;
        p.syn.tsval = 77;
        peer_established(&p);
        peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 10);
        EXPECT_EQ(tcp_available(p.tcb), need ? 0 : 10);
        peer_close(&p);
    }
}

static void test_insecure_syn_is_answered_in_sequence_where_resets_have_an_ack(void)
{
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.insecure_syn = p.net.config.tcp.reset_with_ack = 1;
    peer_established(&p);
    peer_send(&p, .flags = TCP_SYN, .seq = 2);
    EXPECT_STATE(&p, CLOSED);
    EXPECT_SEGMENT(&p, .flags = TCP_RST | TCP_ACK, .seq = 1, .ack = 1);
    peer_close(&p);
}

static void test_reset_of_a_connection_with_timestamps_has_one(void)
{
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.timestamps = 1;
    p.syn.has_ts = true;
    p.syn.tsval = 77;
    peer_established(&p);
    tcp_abort(p.tcb);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_RST, .seq = 1);
    EXPECT(p.last.has_ts);
    EXPECT_EQ(p.last.tsecr, 0); /* there is no ACK to go with it */
    peer_close(&p);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_second_segment_is_acknowledged_at_once_where_small_ones_count),
        TEST(test_reading_a_little_of_a_large_buffer_sends_nothing_where_a_quarter_must_be_free),
        TEST(test_byte_beyond_16_bits_is_taken_where_the_whole_buffer_counts),
        TEST(test_window_is_filled_to_its_last_byte_where_the_whole_buffer_counts),
        TEST(test_fin_of_a_syn_is_forgotten_where_listeners_keep_nothing),
        TEST(test_rto_has_its_slack_on_top),
        TEST(test_closed_window_is_probed_no_sooner_than_min_persist_says),
        TEST(test_syn_ack_without_timestamps_is_no_sample_where_that_is_set),
        TEST(test_close_with_unread_data_sends_a_fin_where_it_does_not_reset),
        TEST(test_stray_ack_in_time_wait_is_answered_where_strays_are),
        TEST(test_crossed_syn_ack_is_acknowledged_where_strays_are),
        TEST(test_last_timeout_resets_the_peer_where_that_is_set),
        TEST(test_segment_without_timestamp_is_read_where_they_are_not_needed),
        TEST(test_insecure_syn_is_answered_in_sequence_where_resets_have_an_ack),
        TEST(test_reset_of_a_connection_with_timestamps_has_one),
    };

    return run_tests("tcp_habits", tests, ARRAY_LEN(tests));
}
