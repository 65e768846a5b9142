/*
 * The applications of UDP, started by their commands.
 */
#include "layers/application.h"
#include "layers/udp/udp.h"
#include "tests/support/command_net.h"
#include "tests/support/inbox.h"
#include "tests/support/suite.h"

static struct net net;
static struct net_pair pair;

static void begin(void)
{
    net_open(&net, 1);
    pair = net_pair(&net, 1 * MS);
}

static bool at_a(const char *text)
{
    return net_tell(&net, pair.a, text);
}

static bool at_b(const char *text)
{
    return net_tell(&net, pair.b, text);
}

static void test_udp_send_reaches_udp_bind(void)
{
    begin();
    EXPECT(at_b("udp bind 9"));
    EXPECT(at_a("udp send b:9 100B count 3 every 10ms"));
    net_run(&net);
    EXPECT_EQ(net_told(&net, pair.b, APP_UDP_RECEIVED), 3);
    EXPECT_EQ(net_last_told(&net, pair.b, APP_UDP_RECEIVED)->a, 100);
    EXPECT_EQ(net_last_told(&net, pair.b, APP_UDP_RECEIVED)->subject, 9);
    EXPECT_EQ(net_told(&net, pair.a, APP_UDP_SENT), 3);
    EXPECT_EQ(trace_time(&net.trace, net_last_told(&net, pair.a, APP_UDP_SENT)), 20 * MS);
    EXPECT_EQ(net_last_told(&net, pair.a, APP_UDP_SENT)->subject, 49152);
    net_close(&net);
}

static void test_udp_send_text_carries_the_text(void)
{
    struct inbox inbox;

    begin();
    EXPECT(inbox_open(&inbox, pair.b, 9) != NULL);
    EXPECT(at_a("udp send b:9 \"hello, world\" from 5000"));
    net_run(&net);
    EXPECT_EQ(inbox.len, 12);
    EXPECT_BYTES(inbox.bytes, "hello, world", 12);
    EXPECT_EQ(inbox.from.port, 5000);
    EXPECT(at_a("udp send b:9 \"\""));
    net_run(&net);
    EXPECT_EQ(inbox.count, 2);
    EXPECT_EQ(inbox.len, 0);
    net_close(&net);
}

static void test_udp_send_size_carries_a_pattern_that_moves(void)
{
    struct inbox inbox;

    begin();
    EXPECT(inbox_open(&inbox, pair.b, 9) != NULL);
    EXPECT(at_a("udp send b:9 4B"));
    net_run(&net);
    EXPECT_BYTES(inbox.bytes, "!\"#$", 4);
    EXPECT(at_a("udp send b:9 100B count 2"));
    net_run(&net);
    EXPECT_EQ(inbox.count, 3);
    EXPECT_EQ(inbox.bytes[0], '"');
    EXPECT_EQ(inbox.bytes[92], '~');
    EXPECT_EQ(inbox.bytes[93], '!');
    net_close(&net);
}

static void test_udp_send_from_an_open_port_uses_it(void)
{
    begin();
    EXPECT(at_b("udp echo 7"));
    EXPECT(at_a("udp bind 5000"));
    EXPECT(at_a("udp send b:7 10B from 5000"));
    EXPECT(at_a("udp send b:7 20B from 5000"));
    net_run(&net);
    EXPECT(udp_socket_at(pair.a, 1) == NULL);
    EXPECT_EQ(net_told(&net, pair.b, APP_UDP_RECEIVED), 2);
    EXPECT_EQ(net_told(&net, pair.a, APP_UDP_RECEIVED), 2);
    EXPECT_EQ(net_last_told(&net, pair.a, APP_UDP_RECEIVED)->subject, 5000);
    net_close(&net);
}

static void test_udp_send_to_a_closed_port_is_told_of_it(void)
{
    begin();
    EXPECT(at_a("udp send b:9 10B"));
    net_run(&net);
    EXPECT_EQ(net_last_told(&net, pair.a, APP_UDP_ERROR)->a, 0x0303); /* port unreachable */
    EXPECT_EQ(net_last_told(&net, pair.a, APP_UDP_ERROR)->b, net_ip("10.0.0.2"));
    net_close(&net);
}

static void test_udp_send_without_route_is_not_sent(void)
{
    begin();
    EXPECT(at_a("udp send 192.0.2.1:9 10B"));
    EXPECT_EQ(net_told(&net, pair.a, APP_UDP_NOT_SENT), 1);
    net_close(&net);
}

static void test_udp_bind_of_a_taken_port_fails(void)
{
    begin();
    EXPECT(at_b("udp bind 9"));
    EXPECT(!at_b("udp echo 9"));
    EXPECT_SAW(&net, &pair.b->node, RULE_APP_PORT_TAKEN);
    net_close(&net);
}

static void test_udp_close_ends_the_port_and_who_sends_from_it(void)
{
    begin();
    EXPECT(at_b("udp bind 9"));
    EXPECT(at_a("udp send b:9 10B count 100 every 10ms from 5000"));
    net_run_for(&net, 25 * MS);
    EXPECT(at_a("udp close 5000"));
    EXPECT(!at_a("udp close 5000"));
    EXPECT_SAW(&net, &pair.a->node, RULE_APP_NO_SOCKET);
    net_run(&net);
    EXPECT_EQ(net_told(&net, pair.b, APP_UDP_RECEIVED), 3);
    EXPECT_EQ(net_told(&net, pair.a, APP_UDP_CLOSED), 1);
    EXPECT_EQ(net_last_rule(&net, &pair.a->node, RULE_APP_PORT_CLOSED)->b, 97);
    EXPECT(at_a("udp bind 5000"));
    net_close(&net);
}

static void test_two_echo_services_do_not_talk_for_ever(void)
{
    begin();
    EXPECT(at_a("udp echo 7"));
    EXPECT(at_b("udp echo 7"));
    EXPECT(at_a("udp send b:7 10B from 7"));
    net_run_for(&net, 1 * SECONDS);
    EXPECT_SAW(&net, &pair.b->node, RULE_APP_ECHO_LOOP);
    EXPECT_EQ(net_told(&net, pair.a, APP_UDP_RECEIVED), 0);
    EXPECT(at_a("udp echo 8"));
    EXPECT(at_a("udp send a:8 10B from 7"));
    net_run_for(&net, 1 * SECONDS);
    EXPECT_SAW(&net, &pair.a->node, RULE_APP_ECHO_LOOP);
    EXPECT(at_a("udp send a:8 10B"));
    net_run_for(&net, 1 * SECONDS);
    EXPECT_EQ(net_told(&net, pair.a, APP_UDP_RECEIVED), 3); /* 8 twice, the sender once */
    net_close(&net);
}

static void test_echo_to_source_port_zero_is_not_sent(void)
{
    struct udp_shot shot = { .source_port = 0, .destination_port = 7,
                             .data = { (const uint8_t *)"x", 1 } };
    struct net_desk desk;

    net_open(&net, 1);
    desk = net_desk(&net, true);
    EXPECT(net_tell(&net, desk.a, "udp echo 7"));
    shot.destination = net_ip("10.0.0.1");
    tester_send_udp(desk.t, &shot);
    net_run_for(&net, 10 * MS);
    EXPECT_SAW(&net, &desk.a->node, RULE_APP_ECHO_NO_PORT);
    EXPECT_EQ(tester_count(desk.t), 0);
    net_close(&net);
}

/* RFC 1122 4.1.3.5: the answer comes from where the question went. */
static void test_echo_answers_from_the_address_that_was_asked(void)
{
    static const char *const addresses[] = { "10.0.0.1/24", "10.1.0.1/24" };
    struct udp_shot shot = { .source_port = 5000, .destination_port = 7 };
    struct ipv4_header ip;
    struct host *two;
    struct tester *t;

    net_open(&net, 1);
    two = net_router(&net, "two", addresses, 2);
    t = net_tester(&net, "t", "10.0.0.9");
    t->answers_arp = true;
    t->peer = two->interfaces[0].mac;
    net_wire(&net, net_port(two, 0), &t->node.ports[0], 1 * MS);
    net_start(&net);
    EXPECT(net_tell(&net, two, "udp echo 7"));
    shot.destination = net_ip("10.1.0.1");
    tester_send_udp(t, &shot);
    net_run_for(&net, 10 * MS);
    if (tester_read_ipv4(tester_last(t), &ip, NULL))
        EXPECT_EQ(ip.source, net_ip("10.1.0.1"));
    net_close(&net);
}

static void test_read_off_fills_the_queue_and_read_on_empties_it(void)
{
    begin();
    EXPECT(at_b("udp bind 9"));
    EXPECT(at_b("udp bind 10"));
    EXPECT(at_b("set udp.queue 3"));
    EXPECT(at_b("on 9 read off"));
    EXPECT(at_a("ping b")); /* ARP lets only some messages wait */
    net_run(&net);
    EXPECT(at_a("udp send b:9 10B count 5"));
    net_run(&net);
    EXPECT_EQ(net_told(&net, pair.b, APP_UDP_RECEIVED), 0);
    EXPECT_RULE_COUNT(&net, &pair.b->node, RULE_UDP_QUEUE_FULL, 2);
    EXPECT(at_b("on 9 read one"));
    EXPECT_EQ(net_told(&net, pair.b, APP_UDP_RECEIVED), 1);
    EXPECT(at_b("on 9 read on"));
    EXPECT_EQ(net_told(&net, pair.b, APP_UDP_RECEIVED), 3);
    EXPECT(!at_b("on 9 read one"));
    EXPECT_SAW(&net, &pair.b->node, RULE_APP_NOTHING_TO_READ);
    EXPECT_EQ(net_last_rule(&net, &pair.b->node, RULE_COMMAND_READING)->b, 2);
    EXPECT_SAW(&net, &pair.b->node, RULE_COMMAND_NOT_READING);
    net_close(&net);
}

static void test_read_without_a_port_means_the_newest(void)
{
    begin();
    EXPECT(!at_b("read one"));
    EXPECT_SAW(&net, &pair.b->node, RULE_APP_NOTHING_OPEN);
    EXPECT(at_b("udp bind 9"));
    EXPECT(at_b("udp bind 10"));
    EXPECT(at_b("read off"));
    EXPECT(udp_find(pair.b, 9)->reading);
    EXPECT(!udp_find(pair.b, 10)->reading);
    EXPECT(!at_b("on 11 read off"));
    EXPECT_SAW(&net, &pair.b->node, RULE_APP_NO_SOCKET);
    net_close(&net);
}

static void test_sources_take_over_the_memory_of_ended_ones(void)
{
    unsigned applications = 0;

    begin();
    EXPECT(at_b("udp bind 9"));
    for (unsigned i = 0; i < 20; i++) {
        EXPECT(at_a("udp send b:9 10B from 5000"));
        net_run(&net);
    }
    for (struct application *a = pair.a->applications; a != NULL; a = a->next)
        applications++;
    EXPECT_EQ(applications, 2); /* the port, and one source */
    EXPECT_EQ(net_told(&net, pair.b, APP_UDP_RECEIVED), 20);
    net_close(&net);
}

static void test_stopping_all_closes_ports_and_ends_sending(void)
{
    begin();
    EXPECT(at_a("udp send b:9 10B count 100 every 1s"));
    EXPECT(at_a("udp echo 7"));
    net_run_for(&net, 1500 * MS);
    application_stop_all(pair.a);
    EXPECT(udp_newest(pair.a) == NULL);
    net_run(&net);
    EXPECT_EQ(net_told(&net, pair.a, APP_UDP_SENT), 2);
    net_close(&net);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_udp_send_reaches_udp_bind),
        TEST(test_udp_send_text_carries_the_text),
        TEST(test_udp_send_size_carries_a_pattern_that_moves),
        TEST(test_udp_send_from_an_open_port_uses_it),
        TEST(test_udp_send_to_a_closed_port_is_told_of_it),
        TEST(test_udp_send_without_route_is_not_sent),
        TEST(test_udp_bind_of_a_taken_port_fails),
        TEST(test_udp_close_ends_the_port_and_who_sends_from_it),
        TEST(test_two_echo_services_do_not_talk_for_ever),
        TEST(test_echo_to_source_port_zero_is_not_sent),
        TEST(test_echo_answers_from_the_address_that_was_asked),
        TEST(test_read_off_fills_the_queue_and_read_on_empties_it),
        TEST(test_read_without_a_port_means_the_newest),
        TEST(test_sources_take_over_the_memory_of_ended_ones),
        TEST(test_stopping_all_closes_ports_and_ends_sending),
    };

    return run_tests("udp applications", tests, ARRAY_LEN(tests));
}
