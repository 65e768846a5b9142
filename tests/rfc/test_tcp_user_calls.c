/*
 * RFC 9293 3.10.1 to 3.10.6: each call of the user in each state; and 3.9.1,
 * what the calls can say.
 */
#include <string.h>

#include "tests/support/req.h"
#include "tests/support/suite.h"
#include "tests/support/tcp_peer.h"

static struct tcp_peer p;

static const struct tcp_endpoint elsewhere = { 0x0a000008, 7 };

/* ---- 3.10: the calls by state ---- */

/* What a call sends: nothing, SYN, FIN,ACK, RST, or text. */
static const struct row {
    int state;
    bool opens;         /* active OPEN, to somewhere else */
    size_t takes;       /* SEND of 3 bytes */
    const char *send;
    bool at_end;        /* RECEIVE: "connection closing" */
    int closed;         /* state after CLOSE */
    const char *close;
    const char *abort;
} rows[] = {
    { STATE_TCP_LISTEN, true, 0, "", false, STATE_TCP_CLOSED, "", "" },
    { STATE_TCP_SYN_SENT, false, 3, "", false, STATE_TCP_CLOSED, "", "" },
    { STATE_TCP_SYN_RECEIVED, false, 3, "", false, STATE_TCP_FIN_WAIT_1, "FIN", "RST" },
    { STATE_TCP_ESTABLISHED, false, 3, "text", false, STATE_TCP_FIN_WAIT_1, "FIN", "RST" },
    { STATE_TCP_FIN_WAIT_1, false, 0, "", false, STATE_TCP_FIN_WAIT_1, "", "RST" },
    { STATE_TCP_FIN_WAIT_2, false, 0, "", false, STATE_TCP_FIN_WAIT_2, "", "RST" },
    { STATE_TCP_CLOSE_WAIT, false, 3, "text", true, STATE_TCP_LAST_ACK, "FIN", "RST" },
    { STATE_TCP_CLOSING, false, 0, "", true, STATE_TCP_CLOSING, "", "" },
    { STATE_TCP_LAST_ACK, false, 0, "", true, STATE_TCP_LAST_ACK, "", "" },
    { STATE_TCP_TIME_WAIT, false, 0, "", true, STATE_TCP_TIME_WAIT, "", "" },
};

/* The user's connection, so that SYN-RECEIVED is the one that it opened. */
static void enter(const struct row *row)
{
    if (row->state == STATE_TCP_SYN_RECEIVED)
        peer_syn_received_active(&p);
    else
        peer_enter(&p, row->state);
}

static void expect_sent(const struct row *row, const char *want)
{
    const char *label = state_name(row->state);
    uint32_t snd_nxt = row->state == STATE_TCP_FIN_WAIT_1 || row->state == STATE_TCP_FIN_WAIT_2
                           ? 2
                           : 1;
    uint32_t rcv_nxt = row->at_end ? 2 : 1;

    peer_run(&p, 5 * MS);
    if (strcmp(want, "FIN") == 0)
        EXPECT_SEGMENT_ROW(label, &p, .flags = TCP_FIN | TCP_ACK, .seq = snd_nxt, .ack = rcv_nxt);
    else if (strcmp(want, "RST") == 0)
        EXPECT_SEGMENT_ROW(label, &p, .flags = TCP_RST, .seq = snd_nxt);
    else if (strcmp(want, "text") == 0)
        EXPECT_SEGMENT_ROW(label, &p, .flags = TCP_PSH | TCP_ACK, .seq = snd_nxt, .ack = rcv_nxt,
                           .text = "abc");
    EXPECT_SILENCE_ROW(label, &p);
}

static void test_open_in_each_state(void)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *label = state_name(rows[i].state);

        enter(&rows[i]);
        EXPECT_ROW(label, !tcp_listen(p.tcb, 0));
        EXPECT_EQ_ROW(label, tcp_connect(p.tcb, elsewhere), rows[i].opens);
        EXPECT_EQ_ROW(label, peer_state(&p),
                      rows[i].opens ? STATE_TCP_SYN_SENT : rows[i].state);
        tcp_abort(p.tcb);
        peer_close(&p);
    }
}

static void test_send_in_each_state(void)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        enter(&rows[i]);
        EXPECT_EQ_ROW(state_name(rows[i].state), peer_host_sends(&p, 3), rows[i].takes);
        expect_sent(&rows[i], rows[i].send);
        peer_close(&p);
    }
}

static void test_receive_in_each_state(void)
{
    uint8_t byte;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        enter(&rows[i]);
        EXPECT_EQ_ROW(state_name(rows[i].state), tcp_receive(p.tcb, &byte, 1), 0);
        EXPECT_EQ_ROW(state_name(rows[i].state), tcp_at_end(p.tcb), rows[i].at_end);
        peer_close(&p);
    }
}

static void test_close_in_each_state(void)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        enter(&rows[i]);
        tcp_close(p.tcb);
        EXPECT_STR_ROW(state_name(rows[i].state), state_name(peer_state(&p)),
                       state_name(rows[i].closed));
        expect_sent(&rows[i], rows[i].close);
        EXPECT_EQ_ROW(state_name(rows[i].state), p.app.ended, 0); /* it has been given away */
        peer_close(&p);
    }
}

static void test_shutdown_in_each_state(void)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        enter(&rows[i]);
        tcp_shutdown(p.tcb);
        if (rows[i].closed != STATE_TCP_CLOSED)
            tcp_shutdown(p.tcb); /* no second FIN */
        EXPECT_STR_ROW(state_name(rows[i].state), state_name(peer_state(&p)),
                       state_name(rows[i].closed));
        expect_sent(&rows[i], rows[i].close);
        peer_close(&p);
    }
}

static void test_abort_in_each_state(void)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        enter(&rows[i]);
        tcp_abort(p.tcb);
        EXPECT_STR_ROW(state_name(rows[i].state), state_name(peer_state(&p)), "CLOSED");
        expect_sent(&rows[i], rows[i].abort);
        EXPECT_EQ_ROW(state_name(rows[i].state), p.app.ended, 0);
        peer_close(&p);
    }
}

static void test_calls_tell_their_reasons(void)
{
    static const struct {
        int state;
        rule_id abort, close;
    } reasons[] = {
        { STATE_TCP_LISTEN, RULE_TCP_LISTEN_ABORT, RULE_TCP_LISTEN_CLOSE },
        { STATE_TCP_SYN_SENT, RULE_TCP_SYN_SENT_ABORT, RULE_TCP_SYN_SENT_CLOSE },
        { STATE_TCP_ESTABLISHED, RULE_TCP_ABORT, RULE_TCP_CLOSE },
        { STATE_TCP_CLOSE_WAIT, RULE_TCP_ABORTED_BY_USER, RULE_TCP_CLOSE_WAIT_CLOSE },
        { STATE_TCP_TIME_WAIT, RULE_TCP_CLOSING_ABORT, RULE_NONE },
    };

    for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
        peer_enter(&p, reasons[i].state);
        tcp_abort(p.tcb);
        EXPECT_SAW(&p.net, &p.a->node, reasons[i].abort);
        peer_close(&p);
        if (reasons[i].close == RULE_NONE)
            continue;
        peer_enter(&p, reasons[i].state);
        tcp_close(p.tcb);
        EXPECT_SAW(&p.net, &p.a->node, reasons[i].close);
        peer_close(&p);
    }
}

/* CLOSED: each call is an error, or ends what was only opened. */
static void test_calls_on_what_was_not_opened_yet(void)
{
    static const struct tcp_endpoint any;
    struct tcb *t;

    peer_closed(&p);
    t = tcp_open(p.a, any, &peer_events, &p);
    EXPECT_EQ(tcp_send(t, (struct span){ (const uint8_t *)"x", 1 }, 0), 0);
    EXPECT_EQ(tcp_receive(t, NULL, 1), 0);
    tcp_shutdown(t);
    EXPECT(!tcp_listen(t, 0)); /* no port */
    tcp_close(t);
    t = tcp_open(p.a, any, &peer_events, &p);
    tcp_abort(t);
    EXPECT(tcp_at(p.a, 0) == NULL);
    EXPECT_EQ(p.app.ended, 0);
    peer_run(&p, 5 * MS);
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

/* 3.10.2: queued, and sent once ESTABLISHED. */
static void test_what_is_sent_too_early_goes_once_established(void)
{
    peer_syn_sent(&p);
    EXPECT_EQ(peer_host_sends(&p, 3), 3);
    peer_send(&p, .flags = TCP_SYN | TCP_ACK, .ack = 1);
    EXPECT_SEGMENT(&p, .flags = TCP_PSH | TCP_ACK, .seq = 1, .ack = 1, .text = "abc");
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

/* 3.10.4: in SYN-RECEIVED with data to send, CLOSE waits for ESTABLISHED. */
static void test_close_in_syn_received_waits_for_what_is_to_be_sent(void)
{
    peer_syn_received_active(&p);
    EXPECT_EQ(peer_host_sends(&p, 3), 3);
    tcp_shutdown(p.tcb);
    EXPECT_STATE(&p, SYN_RECEIVED);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1);
    EXPECT_SEGMENT(&p, .flags = TCP_FIN | TCP_PSH | TCP_ACK, .seq = 1, .ack = 1, .text = "abc");
    EXPECT_STATE(&p, FIN_WAIT_1);
    peer_close(&p);
}

/* The FIN goes before our SYN is acknowledged; one ACK may count for both. */
static void test_fin_of_syn_received_is_acknowledged_with_the_syn(void)
{
    peer_syn_received_active(&p);
    tcp_shutdown(p.tcb);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 1);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_SYN_RECEIVED_CLOSE);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 2);
    EXPECT_STATE(&p, FIN_WAIT_2);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 2, .text = "still");
    EXPECT_EQ(tcp_available(p.tcb), 5);
    peer_close(&p);
}

static void test_status_tells_what_the_rfc_lists(void)
{
    struct tcp_status status;

    peer_established(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .text = "four", .win = 4000);
    EXPECT_EQ(peer_host_sends(&p, 3), 3);
    tcp_status(p.tcb, &status);
    EXPECT_EQ(status.local.address, net_ip("10.0.0.1"));
    EXPECT_EQ(status.local.port, PEER_HOST_PORT);
    EXPECT_EQ(status.remote.address, net_ip("10.0.0.9"));
    EXPECT_EQ(status.remote.port, PEER_PORT);
    EXPECT_EQ(status.send_window, 4000);
    EXPECT_EQ(status.receive_window, UINT16_MAX - 4);
    EXPECT_EQ(status.send_queued, 3);
    EXPECT_EQ(status.receive_queued, 4);
    EXPECT_STR(state_name(status.state), "ESTABLISHED");
    EXPECT_EQ(status.rto, 1 * SECONDS);
    peer_close(&p);
}

/* ---- 3.9.1.1: OPEN ---- */

static void test_open_tells_whether_it_is_active_or_passive(void)
{
    struct tcp_endpoint here = { 0, PEER_HOST_PORT };
    struct tcb *t;

    peer_closed(&p);
    t = tcp_open(p.a, here, NULL, NULL);
    EXPECT(tcp_listen(t, 0));
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_PASSIVE_OPEN);
    tcp_close(t);
    EXPECT(tcp_connect(tcp_open(p.a, here, NULL, NULL), elsewhere));
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_ACTIVE_OPEN);
    peer_close(&p);
}

static void test_open_to_no_single_host_is_an_error(void)
{
    static const char *const bad[] = { "0.0.0.0", "10.0.0.255", "255.255.255.255", "224.0.0.1",
                                       "239.255.255.255" };
    static const struct tcp_endpoint any;

    REQ("MUST-46");
    peer_closed(&p);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct tcb *t = tcp_open(p.a, any, NULL, NULL);

        EXPECT_ROW(bad[i], !tcp_connect(t, (struct tcp_endpoint){ net_ip(bad[i]), 80 }));
        tcp_close(t);
    }
    peer_run(&p, 10 * MS);
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

static void test_open_from_a_foreign_address_is_an_error(void)
{
    REQ("MUST-43");
    peer_closed(&p);
    EXPECT(tcp_open(p.a, (struct tcp_endpoint){ net_ip("10.0.0.7"), 80 }, NULL, NULL) == NULL);
    EXPECT(tcp_open(p.a, (struct tcp_endpoint){ net_ip("10.0.0.1"), 80 }, NULL, NULL) != NULL);
    peer_close(&p);
}

/* A host with two addresses; the tester t is behind the first, u the second. */
static void begin_multihomed(struct tester **u)
{
    static const char *const addresses[] = { "10.0.0.1/24", "10.0.1.1/24" };

    peer_open(&p);
    p.a = net_router(&p.net, "a", addresses, 2);
    p.t = net_tester(&p.net, "t", "10.0.0.9");
    *u = net_tester(&p.net, "u", "10.0.1.9");
    p.t->answers_arp = (*u)->answers_arp = true;
    p.t->peer = p.a->interfaces[0].mac;
    (*u)->peer = p.a->interfaces[1].mac;
    net_wire(&p.net, net_port(p.a, 0), &p.t->node.ports[0], 1 * MS);
    net_wire(&p.net, net_port(p.a, 1), &(*u)->node.ports[0], 1 * MS);
    net_start(&p.net);
    p.host_iss = PEER_HOST_ISS;
}

static void test_ip_chooses_the_address_of_an_active_open(void)
{
    static const struct tcp_endpoint any;
    struct tcp_status status;
    struct tester *u;
    struct tcb *t;

    REQ("MUST-44");
    begin_multihomed(&u);
    t = tcp_open(p.a, any, NULL, NULL);
    EXPECT(tcp_connect(t, (struct tcp_endpoint){ net_ip("10.0.1.9"), 80 }));
    tcp_status(t, &status);
    EXPECT_EQ(status.local.address, net_ip("10.0.1.1"));
    EXPECT(status.local.port >= TCP_EPHEMERAL_FIRST);
    tcp_abort(t);
    net_abandon(&p.net);
    memset(&p, 0, sizeof(p));
}

static void test_chosen_address_is_kept_though_another_would_do(void)
{
    struct tcp_endpoint here = { net_ip("10.0.1.1"), 80 }, there = { net_ip("10.0.0.9"), 5000 };
    struct tester *u;
    struct tcb *t;

    REQ("MUST-43");
    REQ("MUST-45");
    begin_multihomed(&u);
    t = tcp_open(p.a, here, &peer_events, &p);
    EXPECT(tcp_connect(t, there));
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN, .seq = 0);
    EXPECT_EQ(p.last.source, here.address);
    peer_send(&p, .flags = TCP_SYN | TCP_ACK, .ack = 1, .destination = here.address);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1);
    EXPECT_EQ(p.last.source, here.address);
    p.tcb = t;
    EXPECT_EQ(peer_host_sends(&p, 3), 3);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_PSH | TCP_ACK, .seq = 1, .ack = 1, .text = "abc");
    EXPECT_EQ(p.last.source, here.address);
    tcp_abort(t);
    peer_close(&p);
}

/* The address that the SYN came to is bound, and answers come from it. */
static void test_passive_open_binds_the_address_that_was_called(void)
{
    struct tcp_endpoint any = { 0, PEER_HOST_PORT };
    struct tester *u;

    REQ("MUST-43");
    REQ("MUST-45");
    begin_multihomed(&u);
    EXPECT(tcp_listen(tcp_open(p.a, any, &peer_events, &p), 0));
    peer_send(&p, .flags = TCP_SYN, .destination = net_ip("10.0.1.1"));
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1);
    EXPECT_EQ(p.last.source, net_ip("10.0.1.1"));
    net_abandon(&p.net);
    memset(&p, 0, sizeof(p));
}

static void test_listener_with_an_address_hears_only_that(void)
{
    struct tcp_endpoint at_0 = { net_ip("10.0.0.1"), PEER_HOST_PORT };
    struct tcp_endpoint at_1 = { net_ip("10.0.1.1"), PEER_HOST_PORT };
    struct tcb *first, *second;
    struct tester *u;

    REQ("MUST-43");
    begin_multihomed(&u);
    first = tcp_open(p.a, at_0, &peer_events, &p);
    EXPECT(tcp_listen(first, 0));
    peer_send(&p, .flags = TCP_SYN, .destination = at_1.address);
    EXPECT_SEGMENT(&p, .flags = TCP_RST | TCP_ACK, .seq = peer_absolute(&p, 0), .ack = 1);
    second = tcp_open(p.a, at_1, &peer_events, &p);
    EXPECT(tcp_listen(second, 0)); /* two of them, on different addresses */
    peer_send(&p, .flags = TCP_SYN, .destination = at_1.address);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .destination = at_1.address);
    EXPECT(tcp_accept(first) == NULL);
    EXPECT(tcp_accept(second) != NULL);
    net_abandon(&p.net);
    memset(&p, 0, sizeof(p));
}

static void test_second_passive_open_is_an_error_and_changes_nothing(void)
{
    struct tcp_endpoint here = { 0, PEER_HOST_PORT };
    struct tcb *second;

    REQ("MUST-41");
    peer_syn_received(&p);
    second = tcp_open(p.a, here, NULL, NULL);
    EXPECT(!tcp_listen(second, 1));
    tcp_close(second);
    EXPECT_STATE(&p, SYN_RECEIVED);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1);
    EXPECT_STATE(&p, ESTABLISHED);
    EXPECT(tcp_accept(p.listener) == p.tcb);
    peer_close(&p);
}

static void test_listen_while_the_port_is_half_open(void)
{
    struct tcp_endpoint here = { 0, PEER_HOST_PORT };

    REQ("MUST-42");
    REQ("MUST-41");
    peer_syn_sent(&p);
    EXPECT(tcp_listen(tcp_open(p.a, here, &peer_events, &p), 0));
    EXPECT_STATE(&p, SYN_SENT);
    peer_send(&p, .flags = TCP_SYN, .from = 5001);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1);
    peer_send(&p, .flags = TCP_SYN | TCP_ACK, .ack = 1); /* of the first one */
    EXPECT_STATE(&p, ESTABLISHED);
    peer_close(&p);
    peer_syn_received_active(&p);
    EXPECT(tcp_listen(tcp_open(p.a, here, NULL, NULL), 0));
    peer_close(&p);
}

/* 3.10.1, LISTEN: passive becomes active, and its half-open ones are reset. */
static void test_active_open_of_a_listener_ends_the_listening(void)
{
    peer_syn_received(&p);
    EXPECT(tcp_connect(p.listener, (struct tcp_endpoint){ net_ip("10.0.0.9"), 7 }));
    peer_run(&p, 10 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_RST, .seq = 1);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN, .seq = 0, .from = PEER_HOST_PORT, .to = 7);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_LISTEN_SEND);
    peer_send(&p, .flags = TCP_SYN);
    EXPECT_SEGMENT(&p, .flags = TCP_RST | TCP_ACK, .seq = peer_absolute(&p, 0), .ack = 1);
    peer_close(&p);
}

static void test_opening_the_same_connection_twice_is_an_error(void)
{
    struct tcp_endpoint here = { 0, PEER_HOST_PORT }, there = { net_ip("10.0.0.9"), PEER_PORT };
    struct tcb *second;

    peer_established(&p);
    second = tcp_open(p.a, here, NULL, NULL);
    EXPECT(!tcp_connect(second, there));
    EXPECT(tcp_connect(second, elsewhere));
    peer_run(&p, 10 * MS);
    EXPECT_STATE(&p, ESTABLISHED);
    tcp_abort(second);
    peer_close(&p);
}

static void test_ephemeral_ports_differ(void)
{
    static const struct tcp_endpoint any;
    struct tcp_status first, second;
    struct tcb *a, *b;

    peer_closed(&p);
    a = tcp_open(p.a, any, NULL, NULL);
    b = tcp_open(p.a, any, NULL, NULL);
    EXPECT(tcp_connect(a, elsewhere) && tcp_connect(b, elsewhere));
    tcp_status(a, &first);
    tcp_status(b, &second);
    EXPECT(first.local.port >= TCP_EPHEMERAL_FIRST && second.local.port >= TCP_EPHEMERAL_FIRST);
    EXPECT(first.local.port != second.local.port);
    tcp_abort(a);
    tcp_abort(b);
    peer_close(&p);
}

/* ---- 3.9.1.9: the Differentiated Services field ---- */

static void test_tos_is_the_users_and_may_change(void)
{
    REQ("MUST-48");
    REQ("SHLD-21");
    REQ("SHLD-22");
    peer_established(&p);
    tcp_set_tos(p.tcb, 0xb8);
    EXPECT_EQ(peer_host_sends(&p, 1), 1);
    peer_run(&p, 5 * MS);
    EXPECT(peer_read(&p) != NULL);
    EXPECT_EQ(p.last.tos, 0xb8);
    tcp_set_tos(p.tcb, 0x20);
    peer_send(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 2);
    EXPECT(peer_read(&p) != NULL);
    EXPECT_EQ(p.last.tos, 0x20);
    peer_close(&p);
}

static void test_tos_of_a_listener_is_that_of_its_connections(void)
{
    REQ("MUST-48");
    peer_listen(&p);
    tcp_set_tos(p.listener, 0x48);
    peer_send(&p, .flags = TCP_SYN, .tos = 0xb8);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1);
    EXPECT_EQ(p.last.tos, 0x48);
    peer_close(&p);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_open_in_each_state),
        TEST(test_send_in_each_state),
        TEST(test_receive_in_each_state),
        TEST(test_close_in_each_state),
        TEST(test_shutdown_in_each_state),
        TEST(test_abort_in_each_state),
        TEST(test_calls_tell_their_reasons),
        TEST(test_calls_on_what_was_not_opened_yet),
        TEST(test_what_is_sent_too_early_goes_once_established),
        TEST(test_close_in_syn_received_waits_for_what_is_to_be_sent),
        TEST(test_fin_of_syn_received_is_acknowledged_with_the_syn),
        TEST(test_status_tells_what_the_rfc_lists),
        TEST(test_open_tells_whether_it_is_active_or_passive),
        TEST(test_open_to_no_single_host_is_an_error),
        TEST(test_open_from_a_foreign_address_is_an_error),
        TEST(test_ip_chooses_the_address_of_an_active_open),
        TEST(test_chosen_address_is_kept_though_another_would_do),
        TEST(test_passive_open_binds_the_address_that_was_called),
        TEST(test_listener_with_an_address_hears_only_that),
        TEST(test_second_passive_open_is_an_error_and_changes_nothing),
        TEST(test_listen_while_the_port_is_half_open),
        TEST(test_active_open_of_a_listener_ends_the_listening),
        TEST(test_opening_the_same_connection_twice_is_an_error),
        TEST(test_ephemeral_ports_differ),
        TEST(test_tos_is_the_users_and_may_change),
        TEST(test_tos_of_a_listener_is_that_of_its_connections),
    };

    return run_tests("tcp_user_calls", tests, ARRAY_LEN(tests));
}
