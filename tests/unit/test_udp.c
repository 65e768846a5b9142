/*
 * Sockets: binding, finding, queueing, sending, and what their luck hangs on.
 * What RFCs require of the datagrams stands in rfc/test_udp_conformance.c.
 */
#include <string.h>

#include "layers/wire/bytes.h"
#include "tests/support/inbox.h"
#include "tests/support/suite.h"

static struct net net;
static struct net_pair pair;
static struct inbox at_a, at_b;

/* Hosts a and b on a wire of 1 ms, port 5000 open on a and 9 on b. */
static void begin(void)
{
    net_open(&net, 1);
    pair = net_pair(&net, 1 * MS);
    EXPECT(inbox_open(&at_a, pair.a, 5000) != NULL);
    EXPECT(inbox_open(&at_b, pair.b, 9) != NULL);
}

static bool send_to_b(const char *text)
{
    return udp_send(at_a.socket, endpoint("10.0.0.2", 9), bytes_of(text));
}

static void send_and_settle(const char *text)
{
    EXPECT(send_to_b(text));
    net_run_for(&net, 20 * MS);
}

/* ---- Binding ---- */

static void test_bind_taken_port_is_refused(void)
{
    begin();
    EXPECT(udp_bind(pair.b, IPV4_ANY, 9, NULL, NULL) == NULL);
    EXPECT(udp_bind(pair.b, IPV4_ANY, 10, NULL, NULL) != NULL);
    net_close(&net);
}

static void test_bind_foreign_address_is_refused(void)
{
    begin();
    EXPECT(udp_bind(pair.b, net_ip("10.0.0.1"), 10, NULL, NULL) == NULL);
    EXPECT(udp_bind(pair.b, net_ip("10.0.0.255"), 10, NULL, NULL) == NULL);
    EXPECT(udp_bind(pair.b, net_ip("10.0.0.2"), 10, NULL, NULL) != NULL);
    net_close(&net);
}

static void test_bind_port_zero_gives_ephemeral_ports_in_order(void)
{
    begin();
    EXPECT(udp_bind(pair.b, IPV4_ANY, 49153, NULL, NULL) != NULL);
    EXPECT_EQ(udp_bind(pair.b, IPV4_ANY, 0, NULL, NULL)->port, 49152);
    EXPECT_EQ(udp_bind(pair.b, IPV4_ANY, 0, NULL, NULL)->port, 49154);
    net_close(&net);
}

static void test_ephemeral_ports_begin_again_behind_65535(void)
{
    uint16_t last = 0;

    begin();
    for (unsigned i = 0; i < 65536 - UDP_EPHEMERAL_FIRST; i++) {
        struct udp_socket *socket = udp_bind(pair.b, IPV4_ANY, 0, NULL, NULL);

        last = socket->port;
        udp_close(socket);
    }
    EXPECT_EQ(last, 65535);
    EXPECT_EQ(udp_bind(pair.b, IPV4_ANY, 0, NULL, NULL)->port, 49152);
    net_close(&net);
}

static void test_sockets_beyond_the_limit_are_refused(void)
{
    unsigned count = 1; /* port 9 */

    begin();
    while (udp_bind(pair.b, IPV4_ANY, 0, NULL, NULL) != NULL)
        count++;
    EXPECT_EQ(count, UDP_SOCKETS_MAX);
    udp_close(udp_newest(pair.b));
    EXPECT(udp_bind(pair.b, IPV4_ANY, 0, NULL, NULL) != NULL);
    net_close(&net);
}

static void test_each_of_many_sockets_is_found(void)
{
    unsigned found = 0;

    begin();
    for (uint16_t port = 1000; port < 1900; port++)
        EXPECT(udp_bind(pair.b, IPV4_ANY, port, NULL, NULL) != NULL);
    for (uint16_t port = 1000; port < 1900; port++) {
        struct udp_socket *socket = udp_lookup(pair.b, net_ip("10.0.0.2"), port);

        found += socket != NULL && socket->port == port;
    }
    EXPECT_EQ(found, 900);
    EXPECT(udp_lookup(pair.b, net_ip("10.0.0.2"), 1900) == NULL);
    EXPECT_EQ(udp_socket_at(pair.b, 0)->port, 9);
    EXPECT_EQ(udp_socket_at(pair.b, 900)->port, 1899);
    EXPECT(udp_socket_at(pair.b, 901) == NULL);
    net_close(&net);
}

static void test_closed_sockets_are_found_no_more(void)
{
    struct udp_socket *first, *second, *third;

    begin();
    first = udp_bind(pair.b, IPV4_ANY, 100, NULL, NULL);
    second = udp_bind(pair.b, IPV4_ANY, 101, NULL, NULL);
    third = udp_bind(pair.b, IPV4_ANY, 102, NULL, NULL);
    udp_close(second);
    EXPECT(udp_find(pair.b, 101) == NULL);
    EXPECT(udp_find(pair.b, 100) == first);
    EXPECT(udp_newest(pair.b) == third);
    udp_close(third);
    EXPECT(udp_newest(pair.b) == first);
    udp_close(first);
    udp_close(at_b.socket);
    EXPECT(udp_newest(pair.b) == NULL);
    EXPECT(udp_socket_at(pair.b, 0) == NULL);
    EXPECT(udp_bind(pair.b, IPV4_ANY, 101, NULL, NULL) != NULL);
    net_close(&net);
}

static void test_specific_address_goes_before_any(void)
{
    struct inbox specific;

    begin();
    EXPECT(inbox_open_at(&specific, pair.b, "10.0.0.2", 9) != NULL);
    EXPECT(inbox_open_at(&specific, pair.b, "10.0.0.2", 9) == NULL);
    udp_close(udp_newest(pair.b));
    EXPECT(inbox_open_at(&specific, pair.b, "10.0.0.2", 9) != NULL);
    send_and_settle("x");
    EXPECT_EQ(specific.count, 1);
    EXPECT_EQ(at_b.count, 0);
    EXPECT(udp_send(at_a.socket, endpoint("10.0.0.255", 9), bytes_of("all")));
    net_run_for(&net, 20 * MS);
    EXPECT_EQ(specific.count, 1);
    EXPECT_EQ(at_b.count, 1);
    net_close(&net);
}

/* ---- The queue ---- */

static void test_reader_who_stopped_finds_messages_in_order(void)
{
    begin();
    udp_set_reading(at_b.socket, false);
    send_and_settle("a");
    send_and_settle("bb");
    send_and_settle("ccc");
    EXPECT_EQ(at_b.count, 0);
    EXPECT_EQ(at_b.socket->queue.count, 3);
    EXPECT_RULE_COUNT(&net, &pair.b->node, RULE_UDP_QUEUED, 3);
    udp_set_reading(at_b.socket, true);
    EXPECT_EQ(at_b.count, 3);
    for (unsigned i = 0; i < 3; i++)
        EXPECT_EQ(at_b.lens[i], i + 1);
    EXPECT_EQ(at_b.from.port, 5000);
    EXPECT_EQ(at_b.from.address, net_ip("10.0.0.1"));
    net_close(&net);
}

static void test_full_queue_drops_the_next_message(void)
{
    begin();
    pair.b->config.udp.queue = 2;
    udp_set_reading(at_b.socket, false);
    for (unsigned i = 0; i < 5; i++)
        send_and_settle("x");
    EXPECT_EQ(at_b.socket->queue.count, 2);
    EXPECT_EQ(at_b.socket->messages_lost, 3);
    EXPECT_EQ(pair.b->counters.udp_dropped, 3);
    EXPECT_RULE_COUNT(&net, &pair.b->node, RULE_UDP_QUEUE_FULL, 3);
    EXPECT_EQ(net_last_rule(&net, &pair.b->node, RULE_UDP_QUEUE_FULL)->a, 2);
    udp_set_reading(at_b.socket, true);
    EXPECT_EQ(at_b.count, 2);
    net_close(&net);
}

static void test_read_one_takes_the_oldest(void)
{
    begin();
    EXPECT(!udp_read_one(at_b.socket));
    udp_set_reading(at_b.socket, false);
    send_and_settle("a");
    send_and_settle("bb");
    EXPECT(udp_read_one(at_b.socket));
    EXPECT_EQ(at_b.count, 1);
    EXPECT_EQ(at_b.len, 1);
    EXPECT(udp_read_one(at_b.socket));
    EXPECT(!udp_read_one(at_b.socket));
    net_close(&net);
}

static void test_close_drops_what_waits(void)
{
    begin();
    udp_set_reading(at_b.socket, false);
    send_and_settle("a");
    send_and_settle("b");
    udp_close(at_b.socket);
    EXPECT_RULE_COUNT(&net, &pair.b->node, RULE_UDP_CLOSED_UNREAD, 2);
    net_close(&net);
}

static void test_close_inside_the_callback_ends_the_socket(void)
{
    begin();
    at_b.closes = true;
    udp_set_reading(at_b.socket, false);
    send_and_settle("a");
    send_and_settle("b");
    udp_set_reading(at_b.socket, true);
    EXPECT_EQ(at_b.count, 1);
    EXPECT(udp_find(pair.b, 9) == NULL);
    EXPECT_RULE_COUNT(&net, &pair.b->node, RULE_UDP_CLOSED_UNREAD, 1);
    EXPECT(inbox_open(&at_b, pair.b, 9) != NULL);
    send_and_settle("c");
    EXPECT_EQ(at_b.count, 1);
    net_close(&net);
}

static void test_stop_inside_the_callback_leaves_the_rest(void)
{
    begin();
    at_b.stops = true;
    udp_set_reading(at_b.socket, false);
    send_and_settle("a");
    send_and_settle("b");
    udp_set_reading(at_b.socket, true);
    EXPECT_EQ(at_b.count, 1);
    EXPECT_EQ(at_b.socket->queue.count, 1);
    udp_close(at_b.socket);
    net_close(&net);
}

static void test_queue_and_delivered_bytes_are_watched(void)
{
    begin();
    net_mark(&net);
    send_and_settle("four");
    EXPECT_SAW(&net, &pair.a->node, RULE_UDP_HEADER_ON);
    EXPECT_EQ(net_count(&net, &pair.b->node, RECORD_VALUE, VARIABLE_UDP_DELIVERED), 1);
    EXPECT_EQ(net_last(&net, &pair.b->node, RECORD_VALUE, VARIABLE_UDP_DELIVERED)->b, 4);
    EXPECT_EQ(net_last(&net, &pair.b->node, RECORD_VALUE, VARIABLE_UDP_DELIVERED)->subject, 9);
    udp_set_reading(at_b.socket, false);
    send_and_settle("x");
    EXPECT_EQ(net_last(&net, &pair.b->node, RECORD_VALUE, VARIABLE_UDP_QUEUED)->b, 1);
    udp_close(at_b.socket);
    EXPECT(pair.b->node.watches == NULL);
    net_close(&net);
}

static void test_socket_without_events_counts(void)
{
    struct udp_socket *sink;

    begin();
    sink = udp_bind(pair.b, IPV4_ANY, 10, NULL, NULL);
    EXPECT(udp_send(at_a.socket, endpoint("10.0.0.2", 10), bytes_of("abc")));
    net_run_for(&net, 20 * MS);
    EXPECT_EQ(sink->messages_received, 1);
    EXPECT_EQ(sink->bytes_received, 3);
    net_close(&net);
}

/* ---- Sending ---- */

static void test_largest_message_arrives_whole(void)
{
    static uint8_t big[UDP_PAYLOAD_MAX + 1];

    begin();
    for (size_t i = 0; i < sizeof(big); i++)
        big[i] = (uint8_t)(i * 7 + i / 256);
    send_and_settle("now the address is known: ARP lets few fragments wait");
    EXPECT(udp_send(at_a.socket, endpoint("10.0.0.2", 9), (struct span){ big, 65507 }));
    net_run_for(&net, 100 * MS);
    EXPECT_EQ(at_b.count, 2);
    EXPECT_EQ(at_b.len, 65507);
    EXPECT_BYTES(at_b.bytes, big, 65507);
    EXPECT_EQ(at_b.from.port, 5000);
    EXPECT(!udp_send(at_a.socket, endpoint("10.0.0.2", 9), (struct span){ big, 65508 }));
    EXPECT_EQ(net_last_rule(&net, &pair.a->node, RULE_UDP_TOO_LONG)->a, 65508);
    net_close(&net);
}

static void test_largest_message_waits_in_the_queue(void)
{
    static uint8_t big[UDP_PAYLOAD_MAX] = { 1, 2, 3 };

    begin();
    send_and_settle("now the address is known");
    udp_set_reading(at_b.socket, false);
    EXPECT(udp_send(at_a.socket, endpoint("10.0.0.2", 9), (struct span){ big, sizeof(big) }));
    net_run_for(&net, 100 * MS);
    EXPECT(udp_read_one(at_b.socket));
    EXPECT_BYTES(at_b.bytes, big, sizeof(big));
    EXPECT_EQ(at_b.from.port, 5000);
    EXPECT_EQ(at_b.from.address, net_ip("10.0.0.1"));
    net_close(&net);
}

static void test_send_without_route_fails_with_the_reason(void)
{
    begin();
    EXPECT(!udp_send(at_a.socket, endpoint("192.0.2.1", 9), bytes_of("x")));
    EXPECT_SAW(&net, &pair.a->node, RULE_IP_NO_ROUTE);
    net_close(&net);
}

static void test_send_without_buffers_fails_with_the_reason(void)
{
    struct pool *small;
    uint32_t limit;

    begin();
    small = &net.world->packets[PACKET_SMALL];
    limit = small->limit;
    small->limit = small->live;
    EXPECT(!send_to_b("x"));
    EXPECT_SAW(&net, &pair.a->node, RULE_UDP_NO_MEMORY);
    small->limit = limit;
    EXPECT(send_to_b("x"));
    net_close(&net);
}

static void test_send_too_long_with_dont_fragment_fails(void)
{
    static const uint8_t data[1473];

    begin();
    at_a.socket->dont_fragment = true;
    EXPECT(udp_send(at_a.socket, endpoint("10.0.0.2", 9), (struct span){ data, 1472 }));
    EXPECT(!udp_send(at_a.socket, endpoint("10.0.0.2", 9), (struct span){ data, 1473 }));
    EXPECT_SAW(&net, &pair.a->node, RULE_IP_DF_TOO_LONG);
    net_close(&net);
}

static void test_message_to_oneself_arrives_without_a_wire(void)
{
    struct inbox self;
    unsigned sent;

    begin();
    EXPECT(inbox_open(&self, pair.a, 7) != NULL);
    sent = net_count_sent(&net, &pair.a->node);
    EXPECT(udp_send(at_a.socket, endpoint("10.0.0.1", 7), bytes_of("me")));
    EXPECT(udp_send(at_a.socket, endpoint("127.0.0.1", 7), bytes_of("me too")));
    EXPECT_EQ(self.count, 0);
    net_run_for(&net, 1 * MS);
    EXPECT_EQ(self.count, 2);
    EXPECT_EQ(net_count_sent(&net, &pair.a->node), sent);
    EXPECT(udp_send(at_a.socket, endpoint("127.0.0.1", 8), bytes_of("nobody")));
    net_run_for(&net, 1 * MS);
    EXPECT_EQ(at_a.errors, 1);
    net_close(&net);
}

static void test_broadcast_reaches_everybody_but_the_sender(void)
{
    struct host *hosts[3];
    struct inbox boxes[3];
    struct node *hub;

    net_open(&net, 1);
    hub = net_hub(&net, "hub", 3);
    hosts[0] = net_host(&net, "a", "10.0.0.1/24");
    hosts[1] = net_host(&net, "b", "10.0.0.2/24");
    hosts[2] = net_host(&net, "c", "10.0.0.3/24");
    for (unsigned i = 0; i < 3; i++)
        net_wire(&net, net_port(hosts[i], 0), &hub->ports[i], 1 * MS);
    net_start(&net);
    for (unsigned i = 0; i < 3; i++)
        EXPECT(inbox_open(&boxes[i], hosts[i], 9) != NULL);
    EXPECT(udp_send(boxes[0].socket, endpoint("255.255.255.255", 9), bytes_of("x")));
    EXPECT(udp_send(boxes[0].socket, endpoint("10.0.0.255", 9), bytes_of("y")));
    net_run_for(&net, 20 * MS);
    EXPECT_EQ(boxes[0].count, 0);
    EXPECT_EQ(boxes[1].count, 2);
    EXPECT_EQ(boxes[2].count, 2);
    EXPECT_EQ(boxes[1].from.address, net_ip("10.0.0.1"));
    net_close(&net);
}

/* ---- ICMP errors ---- */

static void test_port_unreachable_is_reported_to_the_sender(void)
{
    begin();
    EXPECT(udp_send(at_a.socket, endpoint("10.0.0.2", 10), bytes_of("x")));
    net_run_for(&net, 20 * MS);
    EXPECT_EQ(at_a.errors, 1);
    EXPECT_EQ(at_a.type, 3);
    EXPECT_EQ(at_a.code, 3);
    EXPECT_EQ(at_a.error_to.port, 10);
    EXPECT_EQ(at_a.error_from, net_ip("10.0.0.2"));
    net_close(&net);
}

static void test_host_that_answers_no_arp_is_reported_unreachable(void)
{
    begin();
    EXPECT(udp_send(at_a.socket, endpoint("10.0.0.99", 10), bytes_of("x")));
    net_run_for(&net, 20 * SECONDS);
    EXPECT_EQ(at_a.errors, 1);
    EXPECT_EQ(at_a.type, 3);
    EXPECT_EQ(at_a.code, 1);
    net_close(&net);
}

static void test_close_inside_the_error_callback_ends_the_socket(void)
{
    begin();
    at_a.closes = true;
    EXPECT(udp_send(at_a.socket, endpoint("10.0.0.2", 10), bytes_of("x")));
    net_run_for(&net, 20 * MS);
    EXPECT_EQ(at_a.errors, 1);
    EXPECT(udp_find(pair.a, 5000) == NULL);
    net_close(&net);
}

/* Our ICMP filters such reports; another one, of a student, may not. */
static void test_report_of_foreign_or_cut_quotation_is_ignored(void)
{
    static const uint8_t ports[8] = { 0x13, 0x88, 0, 9, 0, 8, 0, 0 };
    struct icmp_report report;

    begin();
    memset(&report, 0, sizeof(report));
    report.type = 3;
    report.quoted.source = net_ip("10.0.0.2");
    report.quoted_transport = (struct span){ ports, 8 };
    udp_transport.error(pair.a, &report);
    EXPECT_SAW(&net, &pair.a->node, RULE_UDP_ERROR_NOT_OURS);
    report.quoted.source = net_ip("10.0.0.1");
    report.quoted_transport.len = 7;
    udp_transport.error(pair.a, &report);
    EXPECT_SAW(&net, &pair.a->node, RULE_UDP_ERROR_CUT);
    EXPECT_EQ(at_a.errors, 0);
    report.quoted_transport.len = 8;
    udp_transport.error(pair.a, &report);
    EXPECT_EQ(at_a.errors, 1);
    net_close(&net);
}

/* ---- Identity: what luck hangs on ---- */

/* The identity of the last frame that NODE sent. */
static uint64_t last_identity(const struct node *node)
{
    const struct record *tx = net_last(&net, node, RECORD_TX, 0);

    return trace_frame(&net.trace, tx->frame)->identity;
}

/* Second message from 5000 to 9, perhaps after some others. */
static uint64_t identity_of_second(bool others)
{
    struct inbox box;
    uint64_t identity;

    begin();
    EXPECT(inbox_open(&box, pair.a, 6000) != NULL);
    send_and_settle("one");
    for (unsigned i = 0; others && i < 5; i++) {
        EXPECT(udp_send(box.socket, endpoint("10.0.0.2", 9), bytes_of("other")));
        net_run_for(&net, 7 * MS);
    }
    send_and_settle("two");
    identity = last_identity(&pair.a->node);
    net_close(&net);
    return identity;
}

static void test_identity_does_not_depend_on_other_sockets(void)
{
    EXPECT(identity_of_second(false) == identity_of_second(true));
}

static void test_identity_differs_from_message_to_message(void)
{
    uint64_t first, second, third;

    begin();
    send_and_settle("same");
    first = last_identity(&pair.a->node);
    send_and_settle("same");
    second = last_identity(&pair.a->node);
    EXPECT(udp_send(at_a.socket, endpoint("10.0.0.2", 10), bytes_of("same")));
    third = last_identity(&pair.a->node);
    EXPECT(first != second && second != third && first != third);
    net_close(&net);
}

/* The answer to the second question, with the first one lost or not. */
static uint64_t identity_of_second_answer(bool first_is_lost)
{
    uint64_t identity;

    begin();
    send_and_settle("to learn the address");
    at_b.answers = 1;
    link_set_up(pair.wire, !first_is_lost);
    send_to_b("first");
    net_run_for(&net, 20 * MS);
    link_set_up(pair.wire, true);
    send_and_settle("second");
    identity = last_identity(&pair.b->node);
    EXPECT_EQ(at_a.count, first_is_lost ? 1 : 2);
    net_close(&net);
    return identity;
}

static void test_identity_of_an_answer_hangs_on_its_question_only(void)
{
    EXPECT(identity_of_second_answer(false) == identity_of_second_answer(true));
}

static void test_identities_of_two_answers_to_one_question_differ(void)
{
    const struct record *tx;
    uint64_t last;

    begin();
    at_b.answers = 2;
    send_and_settle("question");
    EXPECT_EQ(at_a.count, 2);
    last = last_identity(&pair.b->node);
    tx = net_last(&net, &pair.b->node, RECORD_TX, 0);
    EXPECT(trace_frame(&net.trace, tx->frame - 1)->identity != last);
    net_close(&net);
}

/* ---- Settings ---- */

static void test_defaults_lie_within_their_limits(void)
{
    struct udp_config config;

    udp_config_defaults(&config);
    for (const struct config_key *key = udp_config_keys; key->name != NULL; key++) {
        int64_t value;

        memcpy(&value, (char *)&config + key->offset, sizeof(value));
        EXPECT_ROW(key->name, value >= key->min && value <= key->max);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_bind_taken_port_is_refused),
        TEST(test_bind_foreign_address_is_refused),
        TEST(test_bind_port_zero_gives_ephemeral_ports_in_order),
        TEST(test_ephemeral_ports_begin_again_behind_65535),
        TEST(test_sockets_beyond_the_limit_are_refused),
        TEST(test_each_of_many_sockets_is_found),
        TEST(test_closed_sockets_are_found_no_more),
        TEST(test_specific_address_goes_before_any),
        TEST(test_reader_who_stopped_finds_messages_in_order),
        TEST(test_full_queue_drops_the_next_message),
        TEST(test_read_one_takes_the_oldest),
        TEST(test_close_drops_what_waits),
        TEST(test_close_inside_the_callback_ends_the_socket),
        TEST(test_stop_inside_the_callback_leaves_the_rest),
        TEST(test_queue_and_delivered_bytes_are_watched),
        TEST(test_socket_without_events_counts),
        TEST(test_largest_message_arrives_whole),
        TEST(test_largest_message_waits_in_the_queue),
        TEST(test_send_without_route_fails_with_the_reason),
        TEST(test_send_without_buffers_fails_with_the_reason),
        TEST(test_send_too_long_with_dont_fragment_fails),
        TEST(test_message_to_oneself_arrives_without_a_wire),
        TEST(test_broadcast_reaches_everybody_but_the_sender),
        TEST(test_port_unreachable_is_reported_to_the_sender),
        TEST(test_host_that_answers_no_arp_is_reported_unreachable),
        TEST(test_close_inside_the_error_callback_ends_the_socket),
        TEST(test_report_of_foreign_or_cut_quotation_is_ignored),
        TEST(test_identity_does_not_depend_on_other_sockets),
        TEST(test_identity_differs_from_message_to_message),
        TEST(test_identity_of_an_answer_hangs_on_its_question_only),
        TEST(test_identities_of_two_answers_to_one_question_differ),
        TEST(test_defaults_lie_within_their_limits),
    };

    return run_tests("udp", tests, ARRAY_LEN(tests));
}
