/*
 * RFC 9293 3.6 and 3.6.1, RFC 1337, RFC 6191: closing, half-closed connections,
 * and TIME-WAIT.
 */
#include "tests/support/req.h"
#include "tests/support/suite.h"
#include "tests/support/tcp_peer.h"

static struct tcp_peer p;

static const vtime two_msl = 60 * SECONDS; /* by default */

/* ---- 3.6: the figures ---- */

static void test_figure_12_who_closes_first(void)
{
    REQ("MUST-12");
    REQ("MUST-13");
    peer_established(&p);
    tcp_shutdown(p.tcb);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 1); /* line 2 */
    EXPECT_STATE(&p, FIN_WAIT_1);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 2);
    EXPECT_STATE(&p, FIN_WAIT_2);
    peer_send(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 2);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 2, .ack = 2); /* line 5 */
    EXPECT_STATE(&p, TIME_WAIT);
    EXPECT_EQ(p.app.ended, 0);
    peer_run(&p, two_msl - 10 * MS);
    EXPECT_STATE(&p, TIME_WAIT);
    peer_run(&p, 10 * MS);
    EXPECT_STATE(&p, CLOSED);
    EXPECT_RULE(p.app.ended_by, RULE_TCP_ENDED_CLOSED);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_CLOSE);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_TIME_WAIT_OVER);
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

static void test_figure_12_who_closes_second(void)
{
    REQ("MUST-12");
    peer_established(&p);
    peer_send(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 1);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 2); /* line 3 */
    EXPECT_STATE(&p, CLOSE_WAIT);
    EXPECT_EQ(p.app.readable, 1);
    EXPECT(tcp_at_end(p.tcb));
    tcp_shutdown(p.tcb);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 2); /* line 4 */
    EXPECT_STATE(&p, LAST_ACK);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_CLOSE_WAIT_CLOSE);
    peer_send(&p, .flags = TCP_ACK, .seq = 2, .ack = 2);
    EXPECT_STATE(&p, CLOSED);
    EXPECT_RULE(p.app.ended_by, RULE_TCP_ENDED_CLOSED);
    peer_close(&p);
}

static void test_figure_13_both_close_at_once(void)
{
    peer_established(&p);
    tcp_shutdown(p.tcb);
    peer_post(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 1);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 1);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 2, .ack = 2); /* line 3 */
    EXPECT_STATE(&p, CLOSING);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_SIMULTANEOUS_CLOSE);
    peer_send(&p, .flags = TCP_ACK, .seq = 2, .ack = 2);
    EXPECT_STATE(&p, TIME_WAIT);
    peer_run(&p, two_msl);
    EXPECT_STATE(&p, CLOSED);
    peer_close(&p);
}

/* "Informed whether it closed normally or was aborted". */
static void test_application_learns_of_an_abort_as_such(void)
{
    REQ("MUST-12");
    peer_established(&p);
    peer_send(&p, .flags = TCP_RST | TCP_ACK, .seq = 1, .ack = 1);
    EXPECT_RULE(p.app.ended_by, RULE_TCP_ENDED_RESET);
    EXPECT_EQ(p.app.readable, 0); /* no end of the stream */
    peer_close(&p);
}

/* Figure 5, note 2: FIN-WAIT-1 to TIME-WAIT by one segment. */
static void test_fin_with_the_ack_of_ours_leads_straight_to_time_wait(void)
{
    peer_fin_wait_1(&p);
    peer_send(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 2);
    EXPECT_STATE(&p, TIME_WAIT);
    EXPECT_RULE_COUNT(&p.net, &p.a->node, RULE_TCP_FIN_ACKED, 1);
    EXPECT_RULE_COUNT(&p.net, &p.a->node, RULE_TCP_BOTH_CLOSED, 1);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 2, .ack = 2);
    peer_close(&p);
}

/* ---- What is buffered goes before the FIN ---- */

static void test_fin_follows_the_last_byte(void)
{
    peer_open(&p);
    p.win = 2000;
    p.syn.win = 2000;
    peer_established(&p);
    EXPECT_EQ(peer_host_sends(&p, 3000), 3000);
    tcp_shutdown(p.tcb);
    EXPECT_STATE(&p, FIN_WAIT_1);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 1000);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1001, .ack = 1, .len = 1000);
    EXPECT_SILENCE(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 2001);
    EXPECT_SEGMENT(&p, .flags = TCP_FIN | TCP_PSH | TCP_ACK, .seq = 2001, .ack = 1, .len = 1000);
    EXPECT_STATE(&p, FIN_WAIT_1);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 3001); /* all but the FIN */
    EXPECT_STATE(&p, FIN_WAIT_1);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 3002);
    EXPECT_STATE(&p, FIN_WAIT_2);
    peer_close(&p);
}

/* 3.10.4: queued until all SENDs have been segmentized, then LAST-ACK. */
static void test_close_wait_stays_until_the_fin_goes(void)
{
    peer_open(&p);
    p.win = p.syn.win = 1000;
    peer_close_wait(&p);
    EXPECT_EQ(peer_host_sends(&p, 1500), 1500);
    tcp_shutdown(p.tcb);
    peer_run(&p, 5 * MS);
    EXPECT_STATE(&p, CLOSE_WAIT);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 2, .len = 1000);
    peer_send(&p, .flags = TCP_ACK, .seq = 2, .ack = 1001);
    EXPECT_SEGMENT(&p, .flags = TCP_FIN | TCP_PSH | TCP_ACK, .seq = 1001, .ack = 2, .len = 500);
    EXPECT_STATE(&p, LAST_ACK);
    peer_close(&p);
}

static void test_fin_is_retransmitted_until_it_is_acknowledged(void)
{
    peer_fin_wait_1(&p);
    peer_run(&p, 1 * SECONDS);
    EXPECT_SEGMENT(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 1);
    peer_run(&p, 2 * SECONDS);
    EXPECT_SEGMENT(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 1);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 2);
    EXPECT_STATE(&p, FIN_WAIT_2);
    peer_close(&p);
}

/* A FIN takes no room: it may go into a closed window. */
static void test_fin_goes_into_a_closed_window(void)
{
    peer_established(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .win = WIN_ZERO);
    tcp_shutdown(p.tcb);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 1);
    peer_close(&p);
}

/* ---- Half-closed: 3.6.1 ---- */

static void test_who_has_closed_still_receives(void)
{
    peer_fin_wait_2(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 2, .text = "late");
    EXPECT_EQ(p.app.readable, 1);
    EXPECT_EQ(tcp_available(p.tcb), 4);
    peer_run(&p, 500 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 2, .ack = 5);
    peer_close(&p);
    peer_fin_wait_1(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .text = "late");
    EXPECT_EQ(tcp_available(p.tcb), 4);
    EXPECT_STATE(&p, FIN_WAIT_1);
    peer_close(&p);
}

static void test_whose_peer_has_closed_still_sends(void)
{
    peer_close_wait(&p);
    EXPECT_EQ(peer_host_sends(&p, 3), 3);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_PSH | TCP_ACK, .seq = 1, .ack = 2, .text = "abc");
    peer_send(&p, .flags = TCP_ACK, .seq = 2, .ack = 4);
    EXPECT_STATE(&p, CLOSE_WAIT);
    peer_close(&p);
}

static void test_close_with_unread_text_resets(void)
{
    REQ("MAY-1");
    REQ("SHLD-3");
    peer_established(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .text = "unread");
    tcp_close(p.tcb);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_RST, .seq = 1);
    EXPECT_STATE(&p, CLOSED);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_CLOSED_UNREAD);
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

/* The peer has closed in peace, and there is nobody left to tell. */
static void test_close_with_unread_text_leaves_time_wait(void)
{
    REQ("MUST-13");
    peer_fin_wait_2(&p);
    peer_send(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 2, .text = "unread");
    peer_skip(&p);
    EXPECT_STATE(&p, TIME_WAIT);
    tcp_close(p.tcb);
    peer_run(&p, 5 * MS);
    EXPECT_SILENCE(&p);
    EXPECT_STATE(&p, TIME_WAIT);
    peer_close(&p);
}

static void test_text_after_close_resets(void)
{
    REQ("MAY-1");
    REQ("SHLD-3");
    peer_established(&p);
    tcp_close(p.tcb);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 1);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 2, .text = "late");
    EXPECT_SEGMENT(&p, .flags = TCP_RST, .seq = 2);
    EXPECT_STATE(&p, CLOSED);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_DATA_AFTER_CLOSE);
    EXPECT_EQ(p.app.readable, 0);
    peer_close(&p);
}

/* Without text nothing is lost. */
static void test_fin_after_close_is_a_clean_end(void)
{
    REQ("SHLD-3");
    peer_established(&p);
    tcp_close(p.tcb);
    peer_run(&p, 5 * MS);
    peer_send(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 2);
    EXPECT_STATE(&p, TIME_WAIT);
    EXPECT_NOT_SAW(&p.net, &p.a->node, RULE_TCP_DATA_AFTER_CLOSE);
    peer_close(&p);
}

/* "fin-wait-2": nobody waits for the rest, so it is not waited for without end. */
static void test_fin_wait_2_of_a_closed_connection_ends_after_a_time(void)
{
    peer_open(&p);
    p.net.config.tcp.fin_wait_2 = 60 * SECONDS;
    peer_established(&p);
    tcp_close(p.tcb);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 2);
    EXPECT_STATE(&p, FIN_WAIT_2);
    peer_run(&p, 59 * SECONDS);
    EXPECT_STATE(&p, FIN_WAIT_2);
    peer_run(&p, 1 * SECONDS);
    EXPECT_STATE(&p, CLOSED);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_ENDED_FIN_WAIT_2);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_GAVE_UP);
    peer_close(&p);
}

static void test_fin_wait_2_of_one_who_reads_lasts(void)
{
    peer_open(&p);
    p.net.config.tcp.fin_wait_2 = 60 * SECONDS;
    peer_fin_wait_2(&p);
    peer_run(&p, 10 * HOURS);
    EXPECT_STATE(&p, FIN_WAIT_2);
    tcp_close(p.tcb);
    peer_run(&p, 60 * SECONDS);
    EXPECT_STATE(&p, CLOSED);
    EXPECT_EQ(p.app.ended, 0);
    peer_close(&p);
}

/* ---- TIME-WAIT ---- */

static void test_peers_fin_again_begins_the_wait_anew(void)
{
    REQ("MUST-13");
    peer_time_wait(&p);
    peer_run(&p, 40 * SECONDS);
    peer_send(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 2);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 2, .ack = 2);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_TIME_WAIT_FIN);
    peer_run(&p, two_msl - 100 * MS);
    EXPECT_STATE(&p, TIME_WAIT);
    peer_run(&p, 100 * MS);
    EXPECT_STATE(&p, CLOSED);
    peer_close(&p);
}

static void test_what_is_not_the_peers_fin_leaves_the_wait_alone(void)
{
    peer_time_wait(&p);
    peer_run(&p, 40 * SECONDS);
    peer_send(&p, .flags = TCP_FIN | TCP_ACK, .seq = 200000, .ack = 2);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 2);
    EXPECT_NOT_SAW(&p.net, &p.a->node, RULE_TCP_TIME_WAIT_FIN);
    peer_run(&p, 20 * SECONDS);
    EXPECT_STATE(&p, CLOSED);
    peer_close(&p);
}

/* RFC 1337, fix (F1): hazards H1 to H3 begin with a RST that ends TIME-WAIT. */
static void test_rst_does_not_end_time_wait(void)
{
    REQ("MUST-13");
    peer_time_wait(&p);
    peer_send(&p, .flags = TCP_RST, .seq = 2);
    peer_send(&p, .flags = TCP_RST | TCP_ACK, .seq = 2, .ack = 2);
    EXPECT_RULE_COUNT(&p.net, &p.a->node, RULE_TCP_TIME_WAIT_RST, 2);
    EXPECT_STATE(&p, TIME_WAIT);
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

/* ---- MAY-2, SHLD-4: a new incarnation out of TIME-WAIT ---- */

/* TIME-WAIT of a connection that came from a listener, which listens still.
 * TIMESTAMPS: it had them, and the last was 1000. */
static void begin_time_wait_at_listener(bool timestamps)
{
    peer_open(&p);
    p.net.config.tcp.timestamps = 1;
    p.syn.has_ts = timestamps;
    p.syn.tsval = 1000;
    peer_listen(&p);
    peer_send(&p, .flags = TCP_SYN, .mss = 1000, .has_ts = timestamps, .tsval = 1000);
    peer_watch(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .has_ts = timestamps, .tsval = 1000);
    EXPECT(tcp_accept(p.listener) == p.tcb);
    tcp_shutdown(p.tcb);
    peer_send(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 2, .has_ts = timestamps,
              .tsval = 1000);
    EXPECT_STATE(&p, TIME_WAIT);
    peer_skip(&p);
    net_mark(&p.net);
    p.app = (struct peer_app){ 0 };
}

static void test_newer_syn_opens_again_out_of_time_wait(void)
{
    /* The FIN had number 1. */
    static const struct {
        const char *label;
        bool had, has;
        uint32_t seq, tsval;
        bool opens;
    } rows[] = {
        { "no timestamps, number above", false, false, 2, 0, true },
        { "no timestamps, the FIN's number", false, false, 1, 0, false },
        { "no timestamps, number below", false, false, (uint32_t)-9, 0, false },
        { "timestamps, larger one", true, true, (uint32_t)-9, 1001, true },
        { "timestamps, the same and number above", true, true, 2, 1000, true },
        { "timestamps, the same and the FIN's number", true, true, 1, 1000, false },
        { "timestamps, smaller one", true, true, 100000, 999, false },
        { "no timestamps any more, number above", true, false, 2, 0, true },
        { "no timestamps any more, number below", true, false, 1, 0, false },
        { "timestamps for the first time", false, true, (uint32_t)-9, 5, true },
    };

    REQ("MAY-2");
    REQ("SHLD-4");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        begin_time_wait_at_listener(rows[i].had);
        peer_send(&p, .flags = TCP_SYN, .seq = rows[i].seq, .has_ts = rows[i].has,
                  .tsval = rows[i].tsval);
        EXPECT_EQ_ROW(rows[i].label, net_count_rule(&p.net, &p.a->node, RULE_TCP_LISTEN_SYN),
                      rows[i].opens);
        if (rows[i].opens)
            EXPECT_ROW(rows[i].label,
                       peer_read(&p) != NULL && p.last.flags == (TCP_SYN | TCP_ACK));
        peer_close(&p);
    }
}

/* (1) of MAY-2; the ISN setting of these tests is the same each time. */
static void test_isn_of_the_next_incarnation_is_above_the_last(void)
{
    seq32 last_number = PEER_HOST_ISS + 1; /* the FIN's */

    REQ("MAY-2");
    begin_time_wait_at_listener(false);
    peer_send(&p, .flags = TCP_SYN, .seq = 2);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 3);
    EXPECT(seq_gt(p.host_iss, last_number));
    peer_send(&p, .flags = TCP_ACK, .seq = 3, .ack = 1);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_TIME_WAIT_REUSED);
    EXPECT_STATE(&p, CLOSED); /* the former one */
    EXPECT_RULE(p.app.ended_by, RULE_TCP_ENDED_CLOSED);
    peer_watch(&p);
    EXPECT_STATE(&p, ESTABLISHED);
    EXPECT_EQ(p.app.acceptable, 1);
    peer_close(&p);
}

/* (2) of MAY-2. */
static void test_old_duplicate_syn_returns_to_time_wait(void)
{
    REQ("MAY-2");
    begin_time_wait_at_listener(false);
    peer_send(&p, .flags = TCP_SYN, .seq = 1000);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1001);
    peer_send(&p, .flags = TCP_RST, .seq = 1001); /* the peer knows nothing of it */
    EXPECT_STATE(&p, TIME_WAIT);
    EXPECT_EQ(p.app.ended, 0);
    p.host_iss = PEER_HOST_ISS;
    peer_send(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 2);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 2, .ack = 2);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_TIME_WAIT_FIN);
    peer_run(&p, two_msl);
    EXPECT_STATE(&p, CLOSED);
    peer_close(&p);
}

/* TIME-WAIT runs out before anybody knows. */
static void test_time_wait_that_stepped_aside_ends_in_its_time(void)
{
    begin_time_wait_at_listener(false);
    peer_run(&p, two_msl - 1 * SECONDS);
    peer_send(&p, .flags = TCP_SYN, .seq = 1000);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1001);
    peer_run(&p, 900 * MS);
    EXPECT_STATE(&p, TIME_WAIT);
    peer_run(&p, 100 * MS);
    EXPECT_STATE(&p, CLOSED);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_TIME_WAIT_OVER);
    peer_send(&p, .flags = TCP_ACK, .seq = 1001, .ack = 1);
    peer_watch(&p);
    EXPECT_STATE(&p, ESTABLISHED);
    peer_close(&p);
}

/* Nobody listens: the connection stays. */
static void test_syn_without_listener_leaves_time_wait(void)
{
    peer_time_wait(&p);
    peer_send(&p, .flags = TCP_SYN, .seq = 100);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 2, .ack = 2);
    EXPECT_STATE(&p, TIME_WAIT);
    peer_close(&p);
}

/* 3.10.1: "connection already exists". Only the peer may cut the wait short. */
static void test_own_open_does_not_end_time_wait(void)
{
    struct tcp_endpoint here = { 0, PEER_HOST_PORT }, there = { net_ip("10.0.0.9"), PEER_PORT };
    struct tcb *again;

    REQ("MUST-13");
    peer_time_wait(&p);
    again = tcp_open(p.a, here, NULL, NULL);
    EXPECT(!tcp_connect(again, there));
    peer_run(&p, 10 * MS);
    EXPECT_SILENCE(&p);
    EXPECT_STATE(&p, TIME_WAIT);
    peer_run(&p, two_msl);
    EXPECT(tcp_connect(again, there));
    peer_run(&p, 10 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN, .seq = 0);
    peer_close(&p);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_figure_12_who_closes_first),
        TEST(test_figure_12_who_closes_second),
        TEST(test_figure_13_both_close_at_once),
        TEST(test_application_learns_of_an_abort_as_such),
        TEST(test_fin_with_the_ack_of_ours_leads_straight_to_time_wait),
        TEST(test_fin_follows_the_last_byte),
        TEST(test_close_wait_stays_until_the_fin_goes),
        TEST(test_fin_is_retransmitted_until_it_is_acknowledged),
        TEST(test_fin_goes_into_a_closed_window),
        TEST(test_who_has_closed_still_receives),
        TEST(test_whose_peer_has_closed_still_sends),
        TEST(test_close_with_unread_text_resets),
        TEST(test_close_with_unread_text_leaves_time_wait),
        TEST(test_text_after_close_resets),
        TEST(test_fin_after_close_is_a_clean_end),
        TEST(test_fin_wait_2_of_a_closed_connection_ends_after_a_time),
        TEST(test_fin_wait_2_of_one_who_reads_lasts),
        TEST(test_peers_fin_again_begins_the_wait_anew),
        TEST(test_what_is_not_the_peers_fin_leaves_the_wait_alone),
        TEST(test_rst_does_not_end_time_wait),
        TEST(test_newer_syn_opens_again_out_of_time_wait),
        TEST(test_isn_of_the_next_incarnation_is_above_the_last),
        TEST(test_old_duplicate_syn_returns_to_time_wait),
        TEST(test_time_wait_that_stepped_aside_ends_in_its_time),
        TEST(test_syn_without_listener_leaves_time_wait),
        TEST(test_own_open_does_not_end_time_wait),
    };

    return run_tests("tcp_closing", tests, ARRAY_LEN(tests));
}
