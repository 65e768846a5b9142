/*
 * A listener's two queues (RFC 4987 2.2 tells of the first): their limits, and
 * what becomes of one too many.
 */
#include "tests/support/suite.h"
#include "tests/support/tcp_peer.h"

static struct tcp_peer p;

enum { FIRST = 5001 }; /* the clients' ports */

static void begin(unsigned backlog, unsigned syn_backlog, int full)
{
    struct tcp_endpoint here = { 0, PEER_HOST_PORT };

    peer_open(&p);
    p.net.config.tcp.syn_backlog = syn_backlog;
    p.net.config.tcp.backlog_full = full;
    peer_closed(&p);
    p.listener = tcp_open(p.a, here, &peer_events, &p);
    EXPECT(tcp_listen(p.listener, backlog));
}

static void send_syn(unsigned client)
{
    peer_send(&p, .flags = TCP_SYN, .from = (uint16_t)(FIRST + client));
}

static void send_ack(unsigned client)
{
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .from = (uint16_t)(FIRST + client));
}

static void expect_syn_ack(unsigned client)
{
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1,
                   .to = (uint16_t)(FIRST + client));
}

static void connect_client(unsigned client)
{
    send_syn(client);
    expect_syn_ack(client);
    send_ack(client);
}

static void expect_queues(unsigned syn, unsigned accept)
{
    struct tcp_status status;

    tcp_status(p.listener, &status);
    EXPECT_EQ(status.syn_queue, syn);
    EXPECT_EQ(status.accept_queue, accept);
}

static uint16_t accepted_port(void)
{
    struct tcb *t = tcp_accept(p.listener);
    struct tcp_status status;

    if (!EXPECT(t != NULL))
        return 0;
    tcp_status(t, &status);
    return status.remote.port;
}

/* ---- Order ---- */

static void test_connections_are_accepted_in_the_order_of_their_handshakes(void)
{
    begin(5, 5, TCP_FULL_DROP);
    for (unsigned client = 0; client < 3; client++) {
        send_syn(client);
        expect_syn_ack(client);
    }
    expect_queues(3, 0);
    send_ack(2);
    send_ack(0);
    send_ack(1);
    expect_queues(0, 3);
    EXPECT_EQ(p.app.acceptable, 3);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_ACCEPT_QUEUED);
    EXPECT_EQ(accepted_port(), FIRST + 2);
    EXPECT_EQ(accepted_port(), FIRST + 0);
    EXPECT_EQ(accepted_port(), FIRST + 1);
    EXPECT(tcp_accept(p.listener) == NULL);
    EXPECT_RULE_COUNT(&p.net, &p.a->node, RULE_TCP_ACCEPTED, 3);
    peer_close(&p);
}

static void test_text_that_came_before_accept_is_told_after_it(void)
{
    begin(5, 5, TCP_FULL_DROP);
    connect_client(0);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .text = "early", .from = FIRST);
    EXPECT_EQ(p.app.readable, 0);
    peer_watch(&p);
    EXPECT(tcp_accept(p.listener) == p.tcb);
    tcp_set_application(p.tcb, &peer_events, &p);
    EXPECT_EQ(p.app.readable, 1);
    EXPECT_EQ(tcp_available(p.tcb), 5);
    peer_close(&p);
}

static void test_fin_that_came_before_accept_is_told_after_it(void)
{
    begin(5, 5, TCP_FULL_DROP);
    connect_client(0);
    peer_send(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 1, .from = FIRST);
    peer_watch(&p);
    EXPECT_STATE(&p, CLOSE_WAIT);
    EXPECT(tcp_accept(p.listener) == p.tcb);
    tcp_set_application(p.tcb, &peer_events, &p);
    EXPECT_EQ(p.app.readable, 1);
    EXPECT(tcp_at_end(p.tcb));
    peer_close(&p);
}

/* ---- The SYN queue is full ---- */

static void test_syn_queue_full_drops_the_syn(void)
{
    begin(5, 2, TCP_FULL_DROP);
    for (unsigned client = 0; client < 2; client++) {
        send_syn(client);
        expect_syn_ack(client);
    }
    send_syn(2);
    EXPECT_SILENCE(&p);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_SYN_QUEUE_FULL);
    send_ack(0); /* now there is room */
    send_syn(2);
    expect_syn_ack(2);
    expect_queues(2, 1);
    peer_close(&p);
}

static void test_syn_queue_full_resets_if_told_so(void)
{
    begin(5, 1, TCP_FULL_RESET);
    send_syn(0);
    expect_syn_ack(0);
    send_syn(1);
    EXPECT_SEGMENT(&p, .flags = TCP_RST | TCP_ACK, .seq = peer_absolute(&p, 0), .ack = 1,
                   .to = FIRST + 1);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_SYN_QUEUE_FULL);
    peer_close(&p);
}

static void test_half_open_connection_leaves_room_when_it_is_reset(void)
{
    begin(5, 1, TCP_FULL_DROP);
    send_syn(0);
    expect_syn_ack(0);
    peer_send(&p, .flags = TCP_RST, .seq = 1, .from = FIRST);
    expect_queues(0, 0);
    connect_client(1);
    EXPECT_EQ(accepted_port(), FIRST + 1);
    peer_close(&p);
}

static void test_half_open_connection_leaves_room_when_it_times_out(void)
{
    begin(5, 1, TCP_FULL_DROP);
    send_syn(0);
    expect_syn_ack(0);
    peer_run(&p, 600 * SECONDS);
    expect_queues(0, 0);
    EXPECT_EQ(p.app.ended, 0); /* nobody was ever told that it was there */
    peer_skip(&p);
    connect_client(1);
    EXPECT_EQ(accepted_port(), FIRST + 1);
    peer_close(&p);
}

/* ---- The accept queue is full ---- */

static void test_accept_queue_full_drops_the_syn(void)
{
    begin(1, 5, TCP_FULL_DROP);
    connect_client(0);
    send_syn(1);
    EXPECT_SILENCE(&p);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_ACCEPT_QUEUE_FULL_SYN);
    EXPECT_EQ(accepted_port(), FIRST);
    connect_client(1);
    EXPECT_EQ(accepted_port(), FIRST + 1);
    peer_close(&p);
}

static void test_accept_queue_full_resets_if_told_so(void)
{
    begin(1, 5, TCP_FULL_RESET);
    connect_client(0);
    send_syn(1);
    EXPECT_SEGMENT(&p, .flags = TCP_RST | TCP_ACK, .seq = peer_absolute(&p, 0), .ack = 1,
                   .to = FIRST + 1);
    peer_close(&p);
}

/* Both SYNs found room, but only one of the two that became open. */
static void begin_one_too_many(int full)
{
    begin(1, 5, full);
    send_syn(0);
    send_syn(1);
    expect_syn_ack(0);
    expect_syn_ack(1);
    send_ack(0);
    send_ack(1);
}

static void test_ack_that_finds_no_room_is_passed_over(void)
{
    begin_one_too_many(TCP_FULL_DROP);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_ACCEPT_QUEUE_FULL);
    expect_queues(1, 1);
    EXPECT_SILENCE(&p);
    EXPECT_EQ(accepted_port(), FIRST);
    peer_run(&p, 1 * SECONDS);
    expect_syn_ack(1); /* again, so that the ACK comes again */
    send_ack(1);
    EXPECT_EQ(accepted_port(), FIRST + 1);
    peer_close(&p);
}

/* The client believes that it is connected, and sends. */
static void test_text_that_finds_no_room_is_not_lost(void)
{
    begin_one_too_many(TCP_FULL_DROP);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .text = "hello", .from = FIRST + 1);
    expect_queues(1, 1);
    EXPECT_EQ(accepted_port(), FIRST);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .text = "hello", .from = FIRST + 1);
    peer_watch(&p);
    EXPECT(tcp_accept(p.listener) == p.tcb);
    EXPECT_EQ(tcp_available(p.tcb), 5);
    peer_close(&p);
}

static void test_connection_that_is_reset_while_it_waits_leaves_room(void)
{
    begin(2, 5, TCP_FULL_DROP);
    for (unsigned client = 0; client < 2; client++)
        connect_client(client);
    peer_send(&p, .flags = TCP_RST, .seq = 1, .from = FIRST);
    expect_queues(0, 1);
    EXPECT_EQ(p.app.ended, 0);
    connect_client(2);
    EXPECT_EQ(accepted_port(), FIRST + 1);
    EXPECT_EQ(accepted_port(), FIRST + 2);
    peer_close(&p);
}

/* ---- The listener goes ---- */

static void test_close_of_the_listener_resets_who_was_not_accepted(void)
{
    begin(5, 5, TCP_FULL_DROP);
    connect_client(0);
    EXPECT_EQ(accepted_port(), FIRST);
    peer_watch(&p); /* stays */
    connect_client(1);
    send_syn(2);
    expect_syn_ack(2);
    tcp_close(p.listener);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_RST, .seq = 1, .to = FIRST + 1);
    EXPECT_SEGMENT(&p, .flags = TCP_RST, .seq = 1, .to = FIRST + 2);
    EXPECT_SILENCE(&p);
    EXPECT_RULE_COUNT(&p.net, &p.a->node, RULE_TCP_LISTENER_GONE, 2);
    EXPECT_STATE(&p, ESTABLISHED);
    EXPECT_EQ(p.app.ended, 0);
    send_syn(3);
    EXPECT_SEGMENT(&p, .flags = TCP_RST | TCP_ACK, .seq = peer_absolute(&p, 0), .ack = 1);
    peer_close(&p);
}

static void test_abort_of_the_listener_does_the_same(void)
{
    begin(5, 5, TCP_FULL_DROP);
    connect_client(0);
    tcp_abort(p.listener);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_RST, .seq = 1, .to = FIRST);
    EXPECT(tcp_at(p.a, 0) == NULL);
    peer_close(&p);
}

/* ---- The host is full ---- */

static void test_host_that_is_full_does_not_answer(void)
{
    static const struct tcp_endpoint any;

    begin(5, 5, TCP_FULL_DROP);
    while (tcp_open(p.a, any, NULL, NULL) != NULL)
        continue;
    send_syn(0);
    EXPECT_SILENCE(&p);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_HOST_FULL);
    expect_queues(0, 0);
    peer_close(&p);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_connections_are_accepted_in_the_order_of_their_handshakes),
        TEST(test_text_that_came_before_accept_is_told_after_it),
        TEST(test_fin_that_came_before_accept_is_told_after_it),
        TEST(test_syn_queue_full_drops_the_syn),
        TEST(test_syn_queue_full_resets_if_told_so),
        TEST(test_half_open_connection_leaves_room_when_it_is_reset),
        TEST(test_half_open_connection_leaves_room_when_it_times_out),
        TEST(test_accept_queue_full_drops_the_syn),
        TEST(test_accept_queue_full_resets_if_told_so),
        TEST(test_ack_that_finds_no_room_is_passed_over),
        TEST(test_text_that_finds_no_room_is_not_lost),
        TEST(test_connection_that_is_reset_while_it_waits_leaves_room),
        TEST(test_close_of_the_listener_resets_who_was_not_accepted),
        TEST(test_abort_of_the_listener_does_the_same),
        TEST(test_host_that_is_full_does_not_answer),
    };

    return run_tests("tcp_listener", tests, ARRAY_LEN(tests));
}
