/*
 * ICMP against what the unit tests leave out: errors of routers (RFC 1812
 * 3.3.2, 4.3.2.5), and echo (RFC 1122 3.2.2.6, RFC 1812 4.3.3.6).
 */
#include "layers/wire/bytes.h"
#include "tests/support/inbox.h"
#include "tests/unit/fixture_router.h"

/* ---- RFC 1812 3.3.2: one of those that waited is answered ---- */

static void test_dead_next_hop_is_told_once_for_all_that_waited(void)
{
    struct fixture f;

    open(&f);
    f.u->answers_arp = false;
    for (unsigned i = 0; i < 3; i++)
        send(&f, 40);
    net_mark(&f.net);
    net_run_for(&f.net, 5 * SECONDS);
    EXPECT_RULE_COUNT(&f.net, &f.r->node, RULE_IP_HOST_UNREACHABLE, 3);
    EXPECT_RULE_COUNT(&f.net, &f.r->node, RULE_ICMP_QUIET_ONE_TOLD, 2);
    EXPECT_EQ(f.r->counters.ip_dropped, 3);
    tester_clear(f.u);
    expect_error(&f, ICMP_UNREACHABLE, ICMP_UNREACHABLE_HOST, 0);
    net_close(&f.net);
}

/* The first to wait may be one about which nothing must be said. */
static void test_next_hop_is_told_for_the_first_that_may_be_answered(void)
{
    struct fixture f;

    open(&f);
    f.u->answers_arp = false;
    f.h.fragment_offset = 8;
    send(&f, 40);
    f.h.fragment_offset = 0;
    send(&f, 40);
    net_mark(&f.net);
    net_run_for(&f.net, 5 * SECONDS);
    EXPECT_RULE_COUNT(&f.net, &f.r->node, RULE_IP_HOST_UNREACHABLE, 2);
    EXPECT_RULE_COUNT(&f.net, &f.r->node, RULE_ICMP_QUIET_ABOUT_FRAGMENT, 1);
    tester_clear(f.u);
    expect_error(&f, ICMP_UNREACHABLE, ICMP_UNREACHABLE_HOST, 0);
    net_close(&f.net);
}

/* A gateway that is dead is host unreachable, too (layers/net/README.md). */
static void test_dead_gateway_is_host_unreachable(void)
{
    struct fixture f;

    open(&f);
    f.u->answers_arp = false;
    net_gateway(f.r, "10.0.1.9");
    f.h.destination = net_ip("192.0.2.1");
    send(&f, 40);
    net_run_for(&f.net, 5 * SECONDS);
    EXPECT_RULE_COUNT(&f.net, &f.r->node, RULE_IP_GATEWAY_UNREACHABLE, 1);
    tester_clear(f.u);
    expect_error(&f, ICMP_UNREACHABLE, ICMP_UNREACHABLE_HOST, 0);
    net_close(&f.net);
}

/* RFC 1122 4.1.3.3: each application hears of its own datagram. */
static void test_each_own_datagram_that_waited_is_told_to_its_application(void)
{
    static struct inbox first, second;
    struct net net;
    struct net_desk desk;

    net_open(&net, 1);
    desk = net_desk(&net, false);
    EXPECT(inbox_open(&first, desk.a, 1) != NULL);
    EXPECT(inbox_open(&second, desk.a, 2) != NULL);
    EXPECT(udp_send(first.socket, endpoint("10.0.0.77", 9), bytes_of("x")));
    EXPECT(udp_send(second.socket, endpoint("10.0.0.77", 9), bytes_of("x")));
    net_run_for(&net, 5 * SECONDS);
    EXPECT_EQ(first.errors, 1);
    EXPECT_EQ(second.errors, 1);
    net_close(&net);
}

/* ---- RFC 1812 4.3.2.5: precedence 6, the type of service as it came ---- */

static void test_error_of_a_router_keeps_the_type_of_service(void)
{
    static const struct { const char *label; uint8_t sent, want; } rows[] = {
        { "normal", 0x00, 0xc0 },
        { "low delay", 0x10, 0xd0 },
        { "all of it", 0x1c, 0xdc },
        { "another precedence", 0xb8, 0xd8 },
        { "ECN is the sender's affair", 0x03, 0xc0 },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        struct ipv4_header h;

        open(&f);
        f.h.tos = rows[i].sent;
        f.h.ttl = 1;
        send(&f, 40);
        if (EXPECT_EQ_ROW(rows[i].label, tester_count(f.t), 1) &&
            tester_read_ipv4(tester_last(f.t), &h, NULL))
            EXPECT_EQ_ROW(rows[i].label, h.tos, rows[i].want);
        net_close(&f.net);
    }
}

/* ---- At a host ---- */

static struct net net;
static struct net_desk desk;

static void begin(void)
{
    net_open(&net, 1);
    desk = net_desk(&net, true);
}

static bool send_and_read(struct ipv4_header *h, struct span payload, struct ipv4_header *got,
                          struct icmp_message *m, struct span *data)
{
    struct span message;

    h->destination = net_ip("10.0.0.1");
    tester_clear(desk.t);
    tester_send_ipv4(desk.t, h, payload);
    net_run_for(&net, 10 * MS);
    return EXPECT_EQ(tester_count(desk.t), 1) &&
           tester_read_ipv4(tester_last(desk.t), got, &message) &&
           EXPECT(icmp_checksum_ok(message)) &&
           EXPECT_RULE(icmp_message_parse(m, message, data), RULE_NONE);
}

/* RFC 1122 3.2.2 SHOULD: errors of hosts have normal TOS bits. */
static void test_error_of_a_host_has_no_type_of_service(void)
{
    static const uint8_t data[30];
    struct ipv4_header h = { .protocol = PROTOCOL_TEST, .tos = 0x50 }, got;
    struct icmp_message m;
    struct span quote;

    begin();
    if (send_and_read(&h, (struct span){ data, sizeof(data) }, &got, &m, &quote))
        EXPECT_EQ(got.tos, 0);
    net_close(&net);
}

/* RFC 792: "Internet Header + 64 bits": the header with all its options. */
static void test_error_quotes_the_options_too(void)
{
    static const uint8_t options[8] = { 0x9e, 4, 1, 2, 1, 1, 1, 0 };
    static const uint8_t data[8] = { 9, 8, 7, 6, 5, 4, 3, 2 };
    struct ipv4_header h = { .protocol = PROTOCOL_TEST,
                             .options = { options, sizeof(options) } };
    struct ipv4_header got, quoted;
    struct icmp_message m;
    struct span quote, rest;

    begin();
    if (send_and_read(&h, (struct span){ data, sizeof(data) }, &got, &m, &quote) &&
        EXPECT_RULE(ipv4_header_parse(&quoted, quote, &rest), RULE_NONE)) {
        EXPECT_EQ(quote.len, 36);
        EXPECT_EQ(quoted.options.len, 8);
        EXPECT_BYTES(quoted.options.at, options, 8);
        EXPECT_BYTES(rest.at, data, 8);
    }
    net_close(&net);
}

/* RFC 1122 3.2.2.6: all data come back, of whatever length; 1812 4.3.2.5 has
 * the TOS of the request for the reply. */
static void test_echo_of_odd_length_comes_back_with_its_tos(void)
{
    uint8_t request[ICMP_HEADER_LEN + 33] = { ICMP_ECHO_REQUEST, 0, 0, 0, 1, 2, 3, 4 };
    struct ipv4_header h = { .protocol = IP_PROTOCOL_ICMP, .tos = 0x50 }, got;
    struct icmp_message m;
    struct span data;

    for (size_t i = 0; i < 33; i++)
        request[ICMP_HEADER_LEN + i] = (uint8_t)(0xa0 + i);
    put_be16(request + ICMP_CHECKSUM_AT,
             icmp_checksum((struct span){ request, sizeof(request) }));
    begin();
    if (send_and_read(&h, (struct span){ request, sizeof(request) }, &got, &m, &data)) {
        EXPECT_EQ(m.type, ICMP_ECHO_REPLY);
        EXPECT_EQ(m.rest, 0x01020304);
        EXPECT_EQ(data.len, 33);
        EXPECT_BYTES(data.at, request + ICMP_HEADER_LEN, 33);
        EXPECT_EQ(got.tos, 0x50);
    }
    net_close(&net);
}

/* An error about a datagram with options, quoted as it was sent: the ports
 * stand behind them. */
static void test_quoted_options_do_not_hide_the_ports(void)
{
    static const uint8_t options[4] = { 1, 1, 1, 0 };
    static struct inbox inbox;
    struct ipv4_header quoted = { .total_length = 32, .ttl = 64, .protocol = IP_PROTOCOL_UDP,
                                  .source = net_ip("10.0.0.1"),
                                  .destination = net_ip("10.0.0.9"),
                                  .options = { options, sizeof(options) } };
    struct ipv4_header h = { .protocol = IP_PROTOCOL_ICMP };
    uint8_t bytes[ICMP_HEADER_LEN + 32] = { ICMP_UNREACHABLE, ICMP_UNREACHABLE_PORT };
    uint8_t *udp = bytes + ICMP_HEADER_LEN + 24;

    begin();
    EXPECT(inbox_open(&inbox, desk.a, 9) != NULL);
    ipv4_header_emit(&quoted, bytes + ICMP_HEADER_LEN);
    put_be16(udp, 9);
    put_be16(udp + 2, 77);
    put_be16(udp + 4, 8);
    put_be16(bytes + ICMP_CHECKSUM_AT, icmp_checksum((struct span){ bytes, sizeof(bytes) }));
    h.destination = net_ip("10.0.0.1");
    tester_send_ipv4(desk.t, &h, (struct span){ bytes, sizeof(bytes) });
    net_run_for(&net, 10 * MS);
    EXPECT_EQ(inbox.errors, 1);
    EXPECT_EQ(inbox.error_to.port, 77);
    net_close(&net);
}

/* RFC 1812 4.3.3.6 gives routers the switch; hosts must answer. */
static void test_echo_off_is_the_right_of_routers_only(void)
{
    static const uint8_t request[8] = { ICMP_ECHO_REQUEST, 0, 0xf7, 0xff };
    struct ipv4_header h = { .protocol = IP_PROTOCOL_ICMP };
    struct fixture f;

    begin();
    desk.a->config.icmp.echo = 0;
    h.destination = net_ip("10.0.0.1");
    tester_send_ipv4(desk.t, &h, (struct span){ request, sizeof(request) });
    net_run_for(&net, 10 * MS);
    EXPECT_SAW(&net, &desk.a->node, RULE_ICMP_ECHO_OFF);
    EXPECT_EQ(rule_get(RULE_ICMP_ECHO_OFF)->rfc, 1122);
    net_close(&net);
    open(&f);
    f.r->config.icmp.echo = 0;
    h.destination = net_ip("10.0.0.254");
    tester_send_ipv4(f.t, &h, (struct span){ request, sizeof(request) });
    net_run_for(&f.net, 10 * MS);
    EXPECT_SAW(&f.net, &f.r->node, RULE_ICMP_ECHO_OFF_ROUTER);
    EXPECT_EQ(rule_get(RULE_ICMP_ECHO_OFF_ROUTER)->rfc, 1812);
    net_close(&f.net);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_dead_next_hop_is_told_once_for_all_that_waited),
        TEST(test_next_hop_is_told_for_the_first_that_may_be_answered),
        TEST(test_dead_gateway_is_host_unreachable),
        TEST(test_each_own_datagram_that_waited_is_told_to_its_application),
        TEST(test_error_of_a_router_keeps_the_type_of_service),
        TEST(test_error_of_a_host_has_no_type_of_service),
        TEST(test_error_quotes_the_options_too),
        TEST(test_echo_of_odd_length_comes_back_with_its_tos),
        TEST(test_quoted_options_do_not_hide_the_ports),
        TEST(test_echo_off_is_the_right_of_routers_only),
    };

    return run_tests("icmp_conformance", tests, ARRAY_LEN(tests));
}
