/*
 * Urgent data: RFC 9293 3.8.5, RFC 6093.
 */
#include "tests/rfc/fixture_tcp.h"

static size_t send_urgent(struct tcp_peer *p, size_t len)
{
    static uint8_t bytes[8192];

    return tcp_send(p->tcb, (struct span){ bytes, len }, TCP_SEND_URGENT);
}

/* ---- Sending ---- */

static void test_pointer_points_behind_the_last_urgent_byte(void)
{
    REQ("MUST-30");
    REQ("MUST-62");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    send_urgent(&p, 5);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH | TCP_URG, .seq = 1, .ack = 1, .len = 5, .up = 5);
    peer_close(&p);
}

static void test_urgent_data_of_many_segments_is_announced_by_the_first(void)
{
    REQ("MUST-31");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    send_urgent(&p, 2500);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_URG, .seq = 1, .ack = 1, .len = 1000, .up = 2500);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_URG, .seq = 1001, .ack = 1, .len = 1000, .up = 1500);
    ack_to(&p, 2);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH | TCP_URG, .seq = 2001, .ack = 1, .len = 500,
                   .up = 500);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 2501);
    peer_host_sends(&p, 10);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH, .seq = 2501, .ack = 1, .len = 10);
    peer_close(&p);
}

static void test_urgency_is_told_to_a_closed_window_by_the_probe(void)
{
    REQ("MUST-30");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .win = WIN_ZERO);
    send_urgent(&p, 5);
    peer_run(&p, 1100 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_URG, .seq = 1, .ack = 1, .len = 1, .up = 5);
    peer_close(&p);
}

/* ---- Receiving ---- */

static void test_application_is_told_and_knows_how_much_is_left(void)
{
    REQ("MUST-32");
    REQ("MUST-33");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    peer_send(&p, .flags = TCP_ACK | TCP_URG, .seq = 1, .ack = 1, .text = "hello, you", .up = 5);
    EXPECT_EQ(p.app.urgent, 1);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_URGENT);
    EXPECT_EQ(tcp_urgent_left(p.tcb), 5);
    tcp_receive(p.tcb, NULL, 3);
    EXPECT_EQ(tcp_urgent_left(p.tcb), 2);
    tcp_receive(p.tcb, NULL, 2);
    EXPECT_EQ(tcp_urgent_left(p.tcb), 0);
    EXPECT_EQ(tcp_available(p.tcb), 5);
    peer_close(&p);
}

static void test_pointer_ahead_of_the_text_counts_what_is_yet_to_come(void)
{
    REQ("MUST-31");
    REQ("MUST-33");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    peer_send(&p, .flags = TCP_ACK | TCP_URG, .seq = 1, .ack = 1, .text = "x", .up = 60000);
    EXPECT_EQ(p.app.urgent, 1);
    EXPECT_EQ(tcp_urgent_left(p.tcb), 60000);
    peer_close(&p);
}

static void test_pointer_that_advances_is_told_again(void)
{
    REQ("MUST-32");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    peer_send(&p, .flags = TCP_ACK | TCP_URG, .seq = 1, .ack = 1, .text = "abc", .up = 3);
    peer_send(&p, .flags = TCP_ACK | TCP_URG, .seq = 4, .ack = 1, .text = "def", .up = 3);
    EXPECT_EQ(p.app.urgent, 2);
    EXPECT_EQ(tcp_urgent_left(p.tcb), 6);
    peer_close(&p);
}

static void test_pointer_that_stays_or_recedes_is_not_told_again(void)
{
    REQ("MUST-32");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    peer_send(&p, .flags = TCP_ACK | TCP_URG, .seq = 1, .ack = 1, .text = "abc", .up = 10);
    peer_send(&p, .flags = TCP_ACK | TCP_URG, .seq = 4, .ack = 1, .text = "def", .up = 7);
    peer_send(&p, .flags = TCP_ACK | TCP_URG, .seq = 7, .ack = 1, .text = "ghi", .up = 1);
    EXPECT_EQ(p.app.urgent, 1);
    EXPECT_EQ(tcp_urgent_left(p.tcb), 10);
    peer_close(&p);
}

static void test_pointer_without_its_bit_means_nothing(void)
{
    struct tcp_peer p = { 0 };

    peer_established(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .text = "abc", .up = 3);
    EXPECT_EQ(p.app.urgent, 0);
    EXPECT_EQ(tcp_urgent_left(p.tcb), 0);
    peer_close(&p);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_pointer_points_behind_the_last_urgent_byte),
        TEST(test_urgent_data_of_many_segments_is_announced_by_the_first),
        TEST(test_urgency_is_told_to_a_closed_window_by_the_probe),
        TEST(test_application_is_told_and_knows_how_much_is_left),
        TEST(test_pointer_ahead_of_the_text_counts_what_is_yet_to_come),
        TEST(test_pointer_that_advances_is_told_again),
        TEST(test_pointer_that_stays_or_recedes_is_not_told_again),
        TEST(test_pointer_without_its_bit_means_nothing),
    };

    return run_tests("tcp-urgent", tests, ARRAY_LEN(tests));
}
