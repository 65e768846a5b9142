/*
 * IPv4 against what the unit tests leave out: what is for somebody else, where
 * a source route may lead (RFC 1812 5.3.7), times to live of zero.
 */
#include "layers/wire/bytes.h"
#include "layers/wire/checksum.h"
#include "tests/support/inbox.h"
#include "tests/unit/fixture_router.h"

static struct net net;
static struct net_desk desk;

static void begin(void)
{
    net_open(&net, 1);
    desk = net_desk(&net, true);
}

static struct ipv4_header header(const char *destination)
{
    struct ipv4_header h;

    memset(&h, 0, sizeof(h));
    h.protocol = PROTOCOL_TEST;
    h.destination = net_ip(destination);
    return h;
}

/* ---- RFC 1122 3.2.1.3: silently discards what is not for it ---- */

static void test_bad_option_of_somebody_elses_datagram_is_not_complained_of(void)
{
    static const uint8_t bad[4] = { 7, 1, 4, 0 };
    static const uint8_t data[20];
    struct ipv4_header h = header("10.0.0.77");

    begin();
    desk.t->peer = MAC_BROADCAST;
    h.options = (struct span){ bad, sizeof(bad) };
    tester_send_ipv4(desk.t, &h, (struct span){ data, sizeof(data) });
    net_run_for(&net, 10 * MS);
    EXPECT_EQ(tester_count(desk.t), 0);
    EXPECT_SAW(&net, &desk.a->node, RULE_IP_UNICAST_IN_BROADCAST);
    desk.t->peer = desk.a->interfaces[0].mac;
    tester_send_ipv4(desk.t, &h, (struct span){ data, sizeof(data) });
    net_run_for(&net, 10 * MS);
    EXPECT_EQ(tester_count(desk.t), 0);
    EXPECT_SAW(&net, &desk.a->node, RULE_IP_NOT_OURS);
    net_close(&net);
}

/* ---- RFC 1812 5.3.7: a source route leads to no Martian ---- */

static void send_routed(struct fixture *f, const char *next, bool strict)
{
    uint8_t options[8] = { strict ? 137 : 131, 7, 4 };

    put_be32(options + 3, net_ip(next));
    f->h.destination = net_ip("10.0.0.254");
    f->h.options = (struct span){ options, sizeof(options) };
    send(f, 40);
}

static void test_source_route_to_a_martian_is_refused(void)
{
    static const struct { const char *next; unsigned rule; } rows[] = {
        { "255.255.255.255", RULE_IP_LIMITED_NOT_FORWARDED },
        { "127.0.0.1", RULE_IP_DESTINATION_LOOPBACK },
        { "224.0.0.1", RULE_IP_DESTINATION_MULTICAST },
        { "224.0.0.5", RULE_IP_DESTINATION_MULTICAST },
        { "240.0.0.1", RULE_IP_DESTINATION_CLASS_E },
        { "0.1.2.3", RULE_IP_DESTINATION_ZERO },
        { "0.0.0.0", RULE_IP_DESTINATION_OLD_BROADCAST },
        { "10.0.1.0", RULE_IP_DESTINATION_OLD_BROADCAST },
    };

    for (size_t i = 0; i < 2 * ARRAY_LEN(rows); i++) {
        const char *next = rows[i / 2].next;
        struct fixture f;

        open(&f);
        net_gateway(f.r, "10.0.1.9");
        send_routed(&f, next, i % 2 == 1);
        EXPECT_EQ_ROW(next, net_count_rule(&f.net, &f.r->node, rows[i / 2].rule), 1);
        EXPECT_EQ_ROW(next, net_count_rule(&f.net, &f.r->node, RULE_IP_SOURCE_ROUTED), 0);
        EXPECT_EQ_ROW(next, tester_count(f.t) + tester_count(f.u), 0);
        net_close(&f.net);
    }
}

/* It is no Martian, but a destination like another. */
static void test_source_route_to_a_directed_broadcast_is_followed(void)
{
    struct fixture f;

    open(&f);
    send_routed(&f, "10.0.1.255", false);
    EXPECT_EQ(tester_count(f.u), 1);
    net_close(&f.net);
}

/* ---- RFC 1122 3.2.1.7, RFC 1812 5.3.1: a time to live of zero ---- */

/* Sends 20 bytes to DESTINATION with TTL 0, which tester_send_ipv4 has for
 * "as usual". */
static void send_ttl_zero(struct tester *t, const char *destination)
{
    struct ipv4_header h = header(destination);
    uint8_t bytes[40] = { 0 };

    h.source = t->address;
    h.total_length = sizeof(bytes);
    ipv4_header_emit(&h, bytes);
    tester_send_data(t, t->peer, ETHERTYPE_IPV4, (struct span){ bytes, sizeof(bytes) });
}

/* "MUST NOT discard a datagram just because it was received with TTL less
 * than 2." */
static void test_ttl_of_zero_is_received(void)
{
    begin();
    send_ttl_zero(desk.t, "10.0.0.1");
    net_run_for(&net, 10 * MS);
    EXPECT_SAW(&net, &desk.a->node, RULE_IP_FOR_US);
    net_close(&net);
}

static void test_ttl_of_zero_is_not_forwarded(void)
{
    struct fixture f;
    const struct record *record;

    open(&f);
    send_ttl_zero(f.t, "10.0.1.9");
    net_run_for(&f.net, 20 * MS);
    record = net_last_rule(&f.net, &f.r->node, RULE_IP_TTL_EXPIRED);
    if (EXPECT(record != NULL))
        EXPECT_EQ(record->a, 0);
    expect_error(&f, ICMP_TIME_EXCEEDED, ICMP_EXCEEDED_IN_TRANSIT, 0);
    net_close(&f.net);
}

/* ---- RFC 1122 3.2.1.3 (g): loopback addresses live inside a host ---- */

static void test_closed_port_is_told_to_a_sender_with_a_loopback_address(void)
{
    static const struct { const char *label, *from, *to; } rows[] = {
        { "loopback to own", "127.0.0.1", "10.0.0.1" },
        { "own to loopback", "10.0.0.1", "127.0.0.1" },
        { "loopback to loopback", "127.0.0.1", "127.0.0.2" },
    };
    static struct inbox inbox;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        begin();
        EXPECT(inbox_open_at(&inbox, desk.a, rows[i].from, 5000) != NULL);
        EXPECT(udp_send(inbox.socket, endpoint(rows[i].to, 99), bytes_of("x")));
        net_run_for(&net, 10 * MS);
        EXPECT_EQ_ROW(rows[i].label, inbox.errors, 1);
        EXPECT_EQ_ROW(rows[i].label, inbox.code, ICMP_UNREACHABLE_PORT);
        EXPECT_EQ_ROW(rows[i].label, tester_count(desk.t), 0);
        net_close(&net);
    }
}

/* ---- Routers have requirements of their own ---- */

static void test_router_gives_the_reasons_of_routers(void)
{
    struct fixture f;

    open(&f);
    net_gateway(f.r, "10.0.1.9");
    send(&f, 40);
    EXPECT_SAW(&f.net, &f.r->node, RULE_ROUTE_ON_LINK_ROUTER);
    f.h.destination = net_ip("192.0.2.1");
    send(&f, 40);
    EXPECT_SAW(&f.net, &f.r->node, RULE_ROUTE_DEFAULT_ROUTER);
    f.h.destination = net_ip("10.0.0.254");
    send(&f, 40);
    EXPECT_SAW(&f.net, &f.r->node, RULE_IP_FOR_US_ROUTER);
    EXPECT_SAW(&f.net, &f.r->node, RULE_ICMP_ERROR_SENT_ROUTER);
    EXPECT_SAW(&f.net, &f.r->node, RULE_IP_SOURCE_CHOSEN_ROUTER);
    EXPECT_NOT_SAW(&f.net, &f.r->node, RULE_ICMP_ERROR_SENT);
    EXPECT_NOT_SAW(&f.net, &f.r->node, RULE_IP_FOR_US);
    net_close(&f.net);
}

/* Where both documents mean the same, the reader is told the same. */
static void test_twin_rules_differ_in_their_citation_only(void)
{
    static const struct { unsigned of_hosts, of_routers; } rows[] = {
        { RULE_ROUTE_ON_LINK, RULE_ROUTE_ON_LINK_ROUTER },
        { RULE_ROUTE_DEFAULT, RULE_ROUTE_DEFAULT_ROUTER },
        { RULE_IP_DIRECTED_BROADCAST, RULE_IP_DIRECTED_BROADCAST_ROUTER },
        { RULE_ICMP_ERROR_SENT, RULE_ICMP_ERROR_SENT_ROUTER },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct rule *of_hosts = rule_get((rule_id)rows[i].of_hosts);
        const struct rule *of_routers = rule_get((rule_id)rows[i].of_routers);

        EXPECT_STR_ROW(of_hosts->name, of_routers->sentence, of_hosts->sentence);
        EXPECT_EQ_ROW(of_hosts->name, of_hosts->rfc, 1122);
        EXPECT_EQ_ROW(of_hosts->name, of_routers->rfc, 1812);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_bad_option_of_somebody_elses_datagram_is_not_complained_of),
        TEST(test_source_route_to_a_martian_is_refused),
        TEST(test_source_route_to_a_directed_broadcast_is_followed),
        TEST(test_ttl_of_zero_is_received),
        TEST(test_ttl_of_zero_is_not_forwarded),
        TEST(test_closed_port_is_told_to_a_sender_with_a_loopback_address),
        TEST(test_router_gives_the_reasons_of_routers),
        TEST(test_twin_rules_differ_in_their_citation_only),
    };

    return run_tests("ip_conformance", tests, ARRAY_LEN(tests));
}
