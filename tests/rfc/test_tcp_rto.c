/*
 * The retransmission timer (RFC 9293 3.8.1, RFC 6298) and when a connection is
 * given up (RFC 9293 3.8.3, RFC 5482).
 */
#include "tests/rfc/fixture_tcp.h"

/* Reads the next segment, which must be number 0; when it was sent. */
static vtime sent_at(struct tcp_peer *p)
{
    EXPECT_SEGMENT(p, .flags = TCP_ACK | TCP_PSH, .seq = 1, .ack = 1, .len = SEGMENT);
    return p->last.at;
}

/* ---- Measuring: RFC 6298 2, 3 ---- */

static void test_round_trip_of_a_segment_sent_once_is_a_sample(void)
{
    REQ("MUST-18");
    struct tcp_peer p = { 0 };
    vtime before, srtt;

    peer_established(&p);
    srtt = status_of(&p).srtt;
    EXPECT(srtt > 0); /* of the SYN */
    before = p.net.world->now;
    peer_host_sends(&p, SEGMENT);
    peer_run(&p, 399 * MS);
    ack_to(&p, 1);
    EXPECT_EQ(p.tcb->rtt.latest, before + 400 * MS - before);
    EXPECT_EQ(status_of(&p).srtt, srtt + (400 * MS - srtt) / 8);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_RTT_SAMPLE);
    peer_close(&p);
}

static void test_first_round_trip_sets_srtt_and_half_of_it_as_rttvar(void)
{
    REQ("MUST-18");
    struct tcp_peer p = { 0 };

    peer_syn_received(&p);
    peer_run(&p, 400 * MS);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_RTT_FIRST);
    EXPECT_EQ(status_of(&p).rttvar, status_of(&p).srtt / 2);
    EXPECT_EQ(status_of(&p).rto, 3 * status_of(&p).srtt);
    peer_close(&p);
}

static void test_ack_of_a_segment_sent_twice_is_no_sample(void)
{
    REQ("MUST-18");
    struct tcp_peer p = { 0 };
    vtime srtt;

    peer_established(&p);
    srtt = status_of(&p).srtt;
    send_segments(&p, 1);
    peer_run(&p, 1 * SECONDS);
    ack_to(&p, 1);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_KARN);
    EXPECT_EQ(status_of(&p).srtt, srtt);
    peer_close(&p);
}

/* The second half of Karn's algorithm: RFC 6298 5, the note behind (5.7). */
static void test_back_off_stays_until_a_new_segment_is_measured(void)
{
    REQ("MUST-18");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    send_segments(&p, 1);
    peer_run(&p, 1 * SECONDS);
    ack_to(&p, 1);
    EXPECT_EQ(status_of(&p).rto, 2 * SECONDS);
    send_segments(&p, 1);
    ack_to(&p, 2);
    EXPECT_EQ(status_of(&p).rto, 1 * SECONDS);
    peer_close(&p);
}

static void test_rto_is_never_below_a_second_unless_set(void)
{
    struct tcp_peer p = { 0 };

    peer_established(&p); /* RFC 6298 (2.4) */
    EXPECT(status_of(&p).srtt < 100 * MS);
    EXPECT_EQ(status_of(&p).rto, 1 * SECONDS);
    p.a->config.tcp.min_rto = 300 * MS;
    send_segments(&p, 1);
    ack_to(&p, 1);
    EXPECT_EQ(status_of(&p).rto, 300 * MS);
    peer_close(&p);
}

/* ---- The timer: RFC 6298 5 ---- */

static void test_timer_starts_with_data_and_stops_when_all_is_acknowledged(void)
{
    REQ("MUST-18");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    EXPECT(!tcp_timer_runs(p.tcb, TCP_REXMT));
    send_segments(&p, 2);
    EXPECT(tcp_timer_runs(p.tcb, TCP_REXMT)); /* (5.1) */
    ack_to(&p, 1);
    EXPECT(tcp_timer_runs(p.tcb, TCP_REXMT));
    ack_to(&p, 2);
    EXPECT(!tcp_timer_runs(p.tcb, TCP_REXMT)); /* (5.2) */
    peer_close(&p);
}

static void test_more_data_does_not_restart_the_timer(void)
{
    struct tcp_peer p = { 0 };
    vtime first;

    peer_established(&p);
    send_segments(&p, 1);
    first = sent_at(&p);
    peer_run(&p, 500 * MS);
    send_segments(&p, 1);
    peer_skip(&p);
    peer_run(&p, 1 * SECONDS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = SEGMENT);
    EXPECT_EQ(p.last.at - first, 1 * SECONDS);
    peer_close(&p);
}

static void test_ack_of_new_data_restarts_the_timer(void)
{
    struct tcp_peer p = { 0 };
    vtime heard;

    peer_established(&p);
    send_segments(&p, 2);
    peer_run(&p, 500 * MS);
    peer_skip(&p);
    heard = p.net.world->now + 1 * MS;
    ack_to(&p, 1); /* (5.3) */
    peer_run(&p, 1500 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH, .seq = 1001, .ack = 1, .len = SEGMENT);
    EXPECT_EQ(p.last.at - heard, 1 * SECONDS + 1 * MS);
    peer_close(&p);
}

static void test_only_the_oldest_segment_goes_again_and_the_wait_doubles(void)
{
    REQ("MUST-18");
    static const int after[] = { 1, 3, 7, 15, 31, 63, 123, 183 }; /* 60 s at most */
    struct tcp_peer p = { 0 };
    vtime first;

    peer_established(&p);
    send_segments(&p, 3);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = SEGMENT);
    first = p.last.at;
    peer_skip(&p);
    peer_run(&p, 200 * SECONDS);
    for (size_t i = 0; i < ARRAY_LEN(after); i++) { /* (5.4) to (5.6), (2.5) */
        EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = SEGMENT);
        EXPECT_EQ(p.last.at - first, after[i] * SECONDS);
    }
    EXPECT_SILENCE(&p);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_TIMEOUT);
    peer_close(&p);
}

/* What could not be sent for want of memory is as if the network had lost it. */
static void test_segment_without_memory_goes_at_the_timeout(void)
{
    struct tcp_peer p = { 0 };
    uint32_t limit;

    peer_established(&p);
    limit = p.net.world->packets[PACKET_FRAME].limit;
    p.net.world->packets[PACKET_FRAME].limit = 0;
    p.net.world->packets[PACKET_DATAGRAM].limit = 0;
    send_segments(&p, 1);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_NO_MEMORY);
    EXPECT_SILENCE(&p);
    p.net.world->packets[PACKET_FRAME].limit = limit;
    p.net.world->packets[PACKET_DATAGRAM].limit = limit;
    peer_run(&p, 1 * SECONDS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH, .seq = 1, .ack = 1, .len = SEGMENT);
    peer_close(&p);
}

/* (5.7), and RFC 5681 3.1: one segment to begin with. */
static void test_after_a_lost_syn_data_begins_with_three_seconds(void)
{
    struct tcp_peer p = { 0 };

    peer_syn_sent(&p);
    peer_run(&p, 1 * SECONDS);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN, .seq = 0);
    peer_send(&p, .flags = TCP_SYN | TCP_ACK, .ack = 1, .mss = 1000);
    EXPECT_STATE(&p, ESTABLISHED);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_SYN_WAS_LOST);
    EXPECT_EQ(status_of(&p).rto, 3 * SECONDS);
    EXPECT_EQ(cwnd_of(&p), SEGMENT);
    peer_close(&p);
}

static void test_after_a_lost_syn_ack_data_begins_with_three_seconds(void)
{
    struct tcp_peer p = { 0 };

    peer_syn_received(&p);
    peer_run(&p, 1 * SECONDS);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1);
    EXPECT_STATE(&p, ESTABLISHED);
    EXPECT_EQ(status_of(&p).rto, 3 * SECONDS);
    EXPECT_EQ(cwnd_of(&p), SEGMENT);
    peer_close(&p);
}

/* ---- Giving up: RFC 9293 3.8.3 ---- */

static void test_after_three_timeouts_the_application_is_told(void)
{
    REQ("MUST-20");
    REQ("SHLD-9");
    REQ("SHLD-10");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    send_segments(&p, 1);
    peer_run(&p, 4 * SECONDS); /* two timeouts */
    EXPECT_EQ(p.app.soft_errors, 0);
    peer_run(&p, 4 * SECONDS);
    EXPECT_EQ(p.app.soft_errors, 1);
    EXPECT_EQ(p.app.soft_error, -1); /* nothing that ICMP would have told */
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_R1);
    peer_run(&p, 60 * SECONDS);
    EXPECT_EQ(p.app.soft_errors, 1); /* once is enough */
    peer_close(&p);
}

static void test_after_r2_the_connection_is_closed(void)
{
    REQ("MUST-20");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    p.a->config.tcp.retries = 4;
    send_segments(&p, 1);
    peer_run(&p, 30 * SECONDS);
    EXPECT_STATE(&p, ESTABLISHED);
    peer_run(&p, 2 * SECONDS); /* 1 + 2 + 4 + 8 + 16 */
    EXPECT_STATE(&p, CLOSED);
    EXPECT_RULE(p.app.ended_by, RULE_TCP_ENDED_TIMEOUT);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_R2);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_GAVE_UP);
    peer_close(&p);
}

static void test_an_ack_begins_the_count_anew(void)
{
    REQ("MUST-20");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    p.a->config.tcp.retries = 3;
    send_segments(&p, 2);
    peer_run(&p, 10 * SECONDS);
    ack_to(&p, 1);
    peer_run(&p, 20 * SECONDS);
    EXPECT_STATE(&p, ESTABLISHED);
    peer_close(&p);
}

static void test_r2_is_more_than_a_hundred_seconds_by_default(void)
{
    REQ("SHLD-11");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    send_segments(&p, 1);
    peer_run(&p, 100 * SECONDS);
    EXPECT_STATE(&p, ESTABLISHED);
    peer_run(&p, 1 * HOURS);
    EXPECT_STATE(&p, CLOSED);
    EXPECT_RULE(p.app.ended_by, RULE_TCP_ENDED_TIMEOUT);
    peer_close(&p);
}

static void test_syn_is_tried_for_three_minutes(void)
{
    REQ("MUST-22");
    REQ("MUST-23");
    struct tcp_peer p = { 0 };
    unsigned syns = 0;

    peer_syn_sent(&p);
    peer_run(&p, 179 * SECONDS);
    EXPECT_STATE(&p, SYN_SENT);
    while (peer_read(&p) != NULL)
        syns += p.last.flags == TCP_SYN;
    EXPECT_EQ(syns, 7); /* after 1, 3, 7, 15, 31, 63, 123 s */
    peer_run(&p, 60 * SECONDS);
    EXPECT_STATE(&p, CLOSED);
    EXPECT_RULE(p.app.ended_by, RULE_TCP_ENDED_TIMEOUT);
    peer_close(&p);
}

static void test_syn_ack_is_tried_for_three_minutes(void)
{
    REQ("MUST-22");
    REQ("MUST-23");
    struct tcp_peer p = { 0 };

    peer_syn_received(&p);
    peer_run(&p, 179 * SECONDS);
    EXPECT_STATE(&p, SYN_RECEIVED);
    peer_run(&p, 60 * SECONDS);
    EXPECT_STATE(&p, CLOSED);
    peer_close(&p);
}

/* ---- The user timeout: RFC 9293 3.9.1.1, RFC 5482 ---- */

static void test_user_timeout_ends_a_connection_that_waits_too_long(void)
{
    REQ("MUST-21");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    tcp_set_user_timeout(p.tcb, 5 * SECONDS);
    peer_run(&p, 100 * SECONDS); /* nothing waits */
    EXPECT_STATE(&p, ESTABLISHED);
    send_segments(&p, 1);
    peer_skip(&p);
    peer_run(&p, 4900 * MS);
    EXPECT_STATE(&p, ESTABLISHED);
    peer_skip(&p);
    peer_run(&p, 200 * MS);
    EXPECT_STATE(&p, CLOSED);
    EXPECT_RULE(p.app.ended_by, RULE_TCP_ENDED_USER_TIMEOUT);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_USER_TIMEOUT);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_GAVE_UP_RESET);
    EXPECT_SEGMENT(&p, .flags = TCP_RST, .seq = 1001);
    peer_close(&p);
}

static void test_user_timeout_counts_from_the_last_progress(void)
{
    REQ("MUST-21");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    tcp_set_user_timeout(p.tcb, 5 * SECONDS);
    send_segments(&p, 2);
    peer_run(&p, 4 * SECONDS);
    ack_to(&p, 1);
    peer_run(&p, 4 * SECONDS);
    EXPECT_STATE(&p, ESTABLISHED);
    peer_run(&p, 2 * SECONDS);
    EXPECT_STATE(&p, CLOSED);
    peer_close(&p);
}

static void test_user_timeout_longer_than_r2_keeps_the_connection(void)
{
    REQ("MUST-21");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    p.a->config.tcp.retries = 3;
    tcp_set_user_timeout(p.tcb, 100 * SECONDS);
    send_segments(&p, 1);
    peer_run(&p, 90 * SECONDS);
    EXPECT_STATE(&p, ESTABLISHED);
    peer_run(&p, 20 * SECONDS);
    EXPECT_RULE(p.app.ended_by, RULE_TCP_ENDED_USER_TIMEOUT);
    peer_close(&p);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_round_trip_of_a_segment_sent_once_is_a_sample),
        TEST(test_first_round_trip_sets_srtt_and_half_of_it_as_rttvar),
        TEST(test_ack_of_a_segment_sent_twice_is_no_sample),
        TEST(test_back_off_stays_until_a_new_segment_is_measured),
        TEST(test_rto_is_never_below_a_second_unless_set),
        TEST(test_timer_starts_with_data_and_stops_when_all_is_acknowledged),
        TEST(test_more_data_does_not_restart_the_timer),
        TEST(test_ack_of_new_data_restarts_the_timer),
        TEST(test_only_the_oldest_segment_goes_again_and_the_wait_doubles),
        TEST(test_segment_without_memory_goes_at_the_timeout),
        TEST(test_after_a_lost_syn_data_begins_with_three_seconds),
        TEST(test_after_a_lost_syn_ack_data_begins_with_three_seconds),
        TEST(test_after_three_timeouts_the_application_is_told),
        TEST(test_after_r2_the_connection_is_closed),
        TEST(test_an_ack_begins_the_count_anew),
        TEST(test_r2_is_more_than_a_hundred_seconds_by_default),
        TEST(test_syn_is_tried_for_three_minutes),
        TEST(test_syn_ack_is_tried_for_three_minutes),
        TEST(test_user_timeout_ends_a_connection_that_waits_too_long),
        TEST(test_user_timeout_counts_from_the_last_progress),
        TEST(test_user_timeout_longer_than_r2_keeps_the_connection),
    };

    return run_tests("tcp-rto", tests, ARRAY_LEN(tests));
}
