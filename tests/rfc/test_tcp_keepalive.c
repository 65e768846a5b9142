/*
 * Keep-alives: RFC 9293 3.8.4.
 */
#include "tests/rfc/fixture_tcp.h"
#include "tests/support/command_net.h"

static void begin(struct tcp_peer *p, vtime idle)
{
    peer_open(p);
    p->net.config.tcp.keepalive_interval = 5 * SECONDS;
    p->net.config.tcp.keepalive_probes = 3;
    peer_established(p);
    tcp_set_keepalive(p->tcb, idle);
}

static void expect_keepalive(struct tcp_peer *p)
{
    EXPECT_SEGMENT(p, .flags = TCP_ACK, .seq = 0, .ack = 1, .len = 0);
}

static void test_without_being_asked_for_none_goes(void)
{
    REQ("MUST-25");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    peer_run(&p, 10 * HOURS);
    EXPECT_SILENCE(&p);
    EXPECT_STATE(&p, ESTABLISHED);
    peer_close(&p);
}

static void test_idle_connection_is_asked_and_an_answer_satisfies(void)
{
    REQ("MAY-5");
    REQ("MUST-26");
    REQ("MUST-27");
    REQ("SHLD-12");
    struct tcp_peer p = { 0 };

    begin(&p, 60 * SECONDS);
    peer_run(&p, 59 * SECONDS);
    EXPECT_SILENCE(&p);
    peer_run(&p, 2 * SECONDS);
    expect_keepalive(&p);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_KEEPALIVE_PROBE);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1);
    peer_run(&p, 59 * SECONDS);
    EXPECT_SILENCE(&p);
    peer_run(&p, 1 * SECONDS);
    expect_keepalive(&p);
    peer_close(&p);
}

static void test_whatever_is_heard_begins_the_wait_anew(void)
{
    REQ("MUST-26");
    struct tcp_peer p = { 0 };

    begin(&p, 60 * SECONDS);
    p.a->config.tcp.delayed_ack = 0;
    peer_run(&p, 50 * SECONDS);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .text = "x");
    peer_skip(&p);
    peer_run(&p, 50 * SECONDS);
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

static void test_none_goes_while_data_is_unacknowledged(void)
{
    REQ("MUST-26");
    struct tcp_peer p = { 0 };

    begin(&p, 10 * SECONDS);
    send_segments(&p, 1);
    peer_run(&p, 100 * SECONDS);
    while (peer_read(&p) != NULL)
        EXPECT_EQ(p.last.seq, 1); /* retransmissions, nothing else */
    peer_close(&p);
}

/* Not even one more, where the first of them has gone before the data. */
static void test_data_sent_after_a_probe_silences_the_others(void)
{
    REQ("MUST-26");
    struct tcp_peer p = { 0 };

    begin(&p, 10 * SECONDS);
    peer_run(&p, 11 * SECONDS);
    expect_keepalive(&p);
    send_segments(&p, 1);
    peer_run(&p, 100 * SECONDS);
    while (peer_read(&p) != NULL)
        EXPECT_EQ(p.last.seq, 1);
    EXPECT_STATE(&p, ESTABLISHED);
    peer_close(&p);
}

static void test_one_without_an_answer_is_no_death(void)
{
    REQ("MUST-29");
    struct tcp_peer p = { 0 };

    begin(&p, 10 * SECONDS);
    peer_run(&p, 21 * SECONDS);
    for (unsigned i = 0; i < 3; i++)
        expect_keepalive(&p);
    EXPECT_STATE(&p, ESTABLISHED);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1);
    peer_run(&p, 9 * SECONDS);
    EXPECT_STATE(&p, ESTABLISHED);
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

static void test_all_without_an_answer_end_the_connection(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 10 * SECONDS);
    peer_run(&p, 26 * SECONDS);
    for (unsigned i = 0; i < 3; i++)
        expect_keepalive(&p);
    EXPECT_SEGMENT(&p, .flags = TCP_RST, .seq = 1);
    EXPECT_STATE(&p, CLOSED);
    EXPECT_RULE(p.app.ended_by, RULE_TCP_ENDED_KEEPALIVE);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_KEEPALIVE_FAILED);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_GAVE_UP_RESET);
    peer_close(&p);
}

static void test_turned_off_for_a_connection_none_goes(void)
{
    REQ("MUST-24");
    struct tcp_peer p = { 0 };

    begin(&p, 10 * SECONDS);
    peer_run(&p, 5 * SECONDS);
    tcp_set_keepalive(p.tcb, 0);
    peer_run(&p, 1 * HOURS);
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

/* "keepalive: on", and nothing more. */
static void test_turned_on_without_a_time_means_two_hours(void)
{
    REQ("MUST-28");
    struct tcp_peer p = { 0 };

    peer_closed(&p);
    EXPECT(net_tell(&p.net, p.a, "set tcp.keepalive on"));
    peer_established(&p);
    peer_run(&p, 119 * MINUTES);
    EXPECT_SILENCE(&p);
    peer_run(&p, 2 * MINUTES);
    expect_keepalive(&p);
    peer_close(&p);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_without_being_asked_for_none_goes),
        TEST(test_idle_connection_is_asked_and_an_answer_satisfies),
        TEST(test_whatever_is_heard_begins_the_wait_anew),
        TEST(test_none_goes_while_data_is_unacknowledged),
        TEST(test_data_sent_after_a_probe_silences_the_others),
        TEST(test_one_without_an_answer_is_no_death),
        TEST(test_all_without_an_answer_end_the_connection),
        TEST(test_turned_off_for_a_connection_none_goes),
        TEST(test_turned_on_without_a_time_means_two_hours),
    };

    return run_tests("tcp-keepalive", tests, ARRAY_LEN(tests));
}
