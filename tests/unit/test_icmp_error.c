/*
 * ICMP errors: sent, not sent, received (RFC 1122 3.2.2, RFC 1812 4.3.2).
 */
#include "tests/unit/fixture_icmp.h"

/* ---- Errors that are sent ---- */

/* RFC 1812 4.3.2.3: as much as fits into 576 bytes; RFC 1122 3.2.2: the
 * quotation is unchanged. */
static void test_error_quotes_the_datagram(void)
{
    static const struct {
        size_t sent, quoted;
    } rows[] = { { 0, 0 }, { 4, 4 }, { 8, 8 }, { 500, 500 }, { 528, 528 }, { 1400, 528 } };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        struct ipv4_header h, quoted;
        struct icmp_message m;
        struct span data, transport_data;
        uint8_t sent[1400];

        open(&f);
        memset(sent, 0x77, sizeof(sent));
        f.h.protocol = PROTOCOL_NONE;
        f.h.identification = 4711;
        f.h.tos = 0x28;
        send(&f, (struct span){ sent, rows[i].sent });
        if (read_message(&f, &h, &m, &data)) {
            EXPECT_EQ(m.type, ICMP_UNREACHABLE);
            EXPECT_EQ(m.code, ICMP_UNREACHABLE_PROTOCOL);
            EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_ICMP_ERROR_SENT, 1);
            EXPECT_EQ(m.rest, 0);
            EXPECT_EQ(h.tos, 0); /* RFC 1122 3.2.2: normal */
            EXPECT(h.total_length <= 576);
            ipv4_header_parse(&quoted, data, &transport_data);
            EXPECT_EQ(quoted.identification, 4711);
            EXPECT_EQ(quoted.ttl, 64);
            EXPECT_EQ(quoted.tos, 0x28);
            if (EXPECT_EQ(transport_data.len, rows[i].quoted))
                EXPECT_BYTES(transport_data.at, sent, transport_data.len);
        }
        net_close(&f.net);
    }
}

/* RFC 1122 3.2.2: when an error must not be sent. Each datagram would earn
 * "protocol unreachable", or "parameter problem" for a bad option. */
static void test_errors_are_not_sent_about_these(void)
{
    static const uint8_t bad_option[] = { 7, 0, 0, 0 };
    static const uint8_t error[8] = { ICMP_UNREACHABLE };
    static const struct {
        const char *label, *destination;
        uint8_t protocol;
        uint16_t offset;
        bool broadcast_frame, options;
        unsigned rule;
    } rows[] = {
        { "an ICMP error", "10.0.0.1", IP_PROTOCOL_ICMP, 0, false, true,
          RULE_ICMP_QUIET_ABOUT_ERROR },
        { "limited broadcast", "255.255.255.255", PROTOCOL_NONE, 0, false, false,
          RULE_ICMP_QUIET_ABOUT_BROADCAST },
        { "directed broadcast", "10.0.0.255", PROTOCOL_NONE, 0, false, false,
          RULE_ICMP_QUIET_ABOUT_BROADCAST },
        { "a later fragment", "10.0.0.1", PROTOCOL_NONE, 8, false, true,
          RULE_ICMP_QUIET_ABOUT_FRAGMENT },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;

        open(&f);
        f.h.destination = net_ip(rows[i].destination);
        f.h.protocol = rows[i].protocol;
        f.h.fragment_offset = rows[i].offset;
        if (rows[i].options)
            f.h.options = (struct span){ bad_option, sizeof(bad_option) };
        send(&f, (struct span){ error, sizeof(error) });
        EXPECT_EQ_ROW(rows[i].label, net_count_rule(&f.net, &f.a->node, rows[i].rule), 1);
        EXPECT_EQ_ROW(rows[i].label, tester_count(f.desk.t), 0);
        net_close(&f.net);
    }
}

/* The remaining two silences, which IP's own checks let nothing through to. */
static void test_errors_are_not_sent_to_these(void)
{
    static const struct {
        const char *source;
        bool group;
        unsigned rule;
    } rows[] = {
        { "10.0.0.9", true, RULE_ICMP_QUIET_ABOUT_GROUP_FRAME },
        { "0.0.0.0", false, RULE_ICMP_QUIET_TO_SOURCE },
        { "127.0.0.1", false, RULE_ICMP_QUIET_TO_SOURCE },
        { "255.255.255.255", false, RULE_ICMP_QUIET_TO_SOURCE },
        { "10.0.0.255", false, RULE_ICMP_QUIET_TO_SOURCE },
        { "224.0.0.1", false, RULE_ICMP_QUIET_TO_SOURCE },
        { "240.0.0.1", false, RULE_ICMP_QUIET_TO_SOURCE },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        struct packet *p;
        struct ipv4_header h = { .total_length = 28, .ttl = 3, .protocol = PROTOCOL_NONE };

        open(&f);
        p = packet_new(f.net.world, 28);
        memset(packet_bytes(p), 0, 28);
        h.source = net_ip(rows[i].source);
        h.destination = net_ip("10.0.0.77");
        ipv4_header_emit(&h, packet_bytes(p));
        packet_mark(p, PACKET_NETWORK);
        p->to_group = rows[i].group;
        icmp_send_error(f.a, p, ICMP_UNREACHABLE, ICMP_UNREACHABLE_PROTOCOL, 0);
        packet_free(f.net.world, p);
        net_run_for(&f.net, 10 * MS);
        EXPECT_EQ_ROW(rows[i].source, net_count_rule(&f.net, &f.a->node, rows[i].rule), 1);
        EXPECT_EQ_ROW(rows[i].source, tester_count(f.desk.t), 0);
        net_close(&f.net);
    }
}

/* An error is not sent about a packet whose header was never sound. */
static void test_errors_are_not_sent_about_a_broken_header(void)
{
    struct fixture f;
    struct packet *p;

    open(&f);
    p = packet_new(f.net.world, 28);
    memset(packet_bytes(p), 0x45, 28);
    packet_mark(p, PACKET_NETWORK);
    icmp_send_error(f.a, p, ICMP_UNREACHABLE, ICMP_UNREACHABLE_PROTOCOL, 0);
    packet_free(f.net.world, p);
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_ICMP_QUIET_NO_HEADER, 1);
    net_close(&f.net);
}

/* ICMP queries may be complained about: only errors may not. */
static void test_error_about_an_echo_request_is_sent(void)
{
    static const uint8_t bad_option[] = { 7, 0, 0, 0 };
    struct fixture f;
    struct ipv4_header h;
    struct icmp_message m;
    struct span data;

    open(&f);
    f.h.options = (struct span){ bad_option, sizeof(bad_option) };
    send_echo(&f, 8);
    if (read_message(&f, &h, &m, &data))
        EXPECT_EQ(m.type, ICMP_PARAMETER_PROBLEM);
    net_close(&f.net);
}

/* A host complains to itself too: loopback is then a single host. */
static void test_error_about_a_datagram_to_loopback_stays_within(void)
{
    struct fixture f;
    struct ip_send to_self = { .destination = net_ip("127.0.0.1"), .protocol = PROTOCOL_NONE };
    struct packet *p;

    open(&f);
    p = packet_new(f.net.world, 8);
    memset(packet_bytes(p), 0, 8);
    packet_stamp(p, 1, 0);
    EXPECT(ip_output(f.a, p, &to_self));
    net_run(&f.net);
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_ICMP_ERROR_SENT, 1);
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_ICMP_ERROR_RECEIVED, 1);
    EXPECT_EQ(net_count_sent(&f.net, &f.a->node), 0);
    net_close(&f.net);
}

static void test_errors_switched_off_are_not_sent(void)
{
    struct fixture f;

    open(&f);
    f.a->config.icmp.errors = 0;
    f.h.protocol = PROTOCOL_NONE;
    send(&f, (struct span){ (const uint8_t *)"12345678", 8 });
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_ICMP_QUIET_SWITCHED_OFF, 1);
    EXPECT_EQ(tester_count(f.desk.t), 0);
    net_close(&f.net);
}

/* RFC 1812 4.3.2.8: a bucket of 3, one more each 100 ms. */
static void test_errors_are_rate_limited(void)
{
    struct fixture f;
    unsigned answered = 0;

    open(&f);
    f.a->config.icmp.error_rate = 10;
    f.a->config.icmp.error_burst = 3;
    f.h.protocol = PROTOCOL_NONE;
    for (unsigned i = 0; i < 8; i++) { /* 80 ms */
        send(&f, (struct span){ (const uint8_t *)"12345678", 8 });
        answered += tester_count(f.desk.t);
    }
    EXPECT_EQ(answered, 3);
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_ICMP_RATE_LIMITED, 1);
    net_run_for(&f.net, 100 * MS);
    send(&f, (struct span){ (const uint8_t *)"12345678", 8 });
    EXPECT_EQ(tester_count(f.desk.t), 1);
    send(&f, (struct span){ (const uint8_t *)"12345678", 8 });
    EXPECT_EQ(tester_count(f.desk.t), 0);
    net_run_for(&f.net, 10 * SECONDS); /* the bucket holds no more than 3 */
    for (unsigned i = 0, more = 0; i < 5; i++) {
        send(&f, (struct span){ (const uint8_t *)"12345678", 8 });
        more += tester_count(f.desk.t);
        EXPECT_EQ(more, i < 3 ? i + 1 : 3);
    }
    net_close(&f.net);
}

static void test_error_rate_of_zero_is_no_limit(void)
{
    struct fixture f;

    open(&f);
    f.a->config.icmp.error_rate = 0;
    f.a->config.icmp.error_burst = 1;
    f.h.protocol = PROTOCOL_NONE;
    for (unsigned i = 0; i < 20; i++) {
        send(&f, (struct span){ (const uint8_t *)"12345678", 8 });
        EXPECT_EQ(tester_count(f.desk.t), 1);
    }
    net_close(&f.net);
}

/* ---- Errors that arrive ---- */

/* Tells a of a datagram that PROTOCOL sent, as M, quoting LEN bytes. */
static void send_report(struct fixture *f, const struct icmp_message *m, uint8_t protocol,
                        const char *source, uint16_t offset, size_t len)
{
    struct ipv4_header quoted = { .total_length = 1028, .ttl = 60, .protocol = protocol };
    struct icmp_message asked = { .type = ICMP_ECHO_REQUEST,
                                  .rest = icmp_rest_echo(0x1234, 55) };
    uint8_t bytes[64] = { 0 };

    quoted.source = net_ip(source);
    quoted.destination = net_ip("192.0.2.7");
    quoted.fragment_offset = offset;
    ipv4_header_emit(&quoted, bytes);
    icmp_message_emit(&asked, bytes + IPV4_HEADER_MIN);
    send_message(f, m, bytes, len);
}

/* RFC 1122 3.2.2.1, 3.2.2.4, 3.2.2.5: passed to the transport. */
static void test_errors_reach_the_transport_that_sent(void)
{
    static const struct {
        uint8_t type, code;
        uint32_t rest;
        uint16_t mtu;
    } rows[] = {
        { ICMP_UNREACHABLE, 0, 0, 0 },     { ICMP_UNREACHABLE, 1, 0, 0 },
        { ICMP_UNREACHABLE, 3, 0, 0 },     { ICMP_UNREACHABLE, 4, 576, 576 },
        { ICMP_UNREACHABLE, 5, 0, 0 },     { ICMP_UNREACHABLE, 13, 0, 0 },
        { ICMP_TIME_EXCEEDED, 0, 0, 0 },   { ICMP_TIME_EXCEEDED, 1, 0, 0 },
        { ICMP_PARAMETER_PROBLEM, 0, 20u << 24, 0 },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        struct icmp_message m = { .type = rows[i].type, .code = rows[i].code,
                                  .rest = rows[i].rest };

        open(&f);
        net_gateway(f.a, "10.0.0.254");
        send_report(&f, &m, PROTOCOL_TEST, "10.0.0.1", 0, 28);
        EXPECT_EQ(heard.errors, 1);
        EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_ICMP_ERROR_RECEIVED, 1);
        EXPECT_EQ(heard.report.type, rows[i].type);
        EXPECT_EQ(heard.report.code, rows[i].code);
        EXPECT_EQ(heard.report.next_hop_mtu, rows[i].mtu);
        EXPECT_EQ(heard.report.from, net_ip("10.0.0.9"));
        EXPECT_EQ(heard.report.quoted.destination, net_ip("192.0.2.7"));
        EXPECT_EQ(heard.report.quoted_transport.len, 8);
        EXPECT(heard.report.identity != 0);
        net_close(&f.net);
    }
}

static void test_error_about_an_echo_reaches_its_listener(void)
{
    struct fixture f;
    struct icmp_message m = { .type = ICMP_TIME_EXCEEDED };

    open(&f);
    send_report(&f, &m, IP_PROTOCOL_ICMP, "10.0.0.1", 0, 28);
    EXPECT_EQ(heard.echo_errors, 1);
    EXPECT_EQ(heard.sequence, 55);
    EXPECT_EQ(heard.report.from, net_ip("10.0.0.9"));
    net_close(&f.net);
}

static void test_unusable_quotations_are_dropped(void)
{
    static const struct {
        const char *label;
        uint8_t protocol;
        const char *source;
        uint16_t offset;
        size_t len;
        unsigned rule;
    } rows[] = {
        { "7 bytes behind the header (RFC 1122 3.2.2)", PROTOCOL_TEST, "10.0.0.1", 0, 27,
          RULE_ICMP_QUOTE_UNUSABLE },
        { "header only", PROTOCOL_TEST, "10.0.0.1", 0, 20, RULE_ICMP_QUOTE_UNUSABLE },
        { "less than a header", PROTOCOL_TEST, "10.0.0.1", 0, 12, RULE_ICMP_QUOTE_UNUSABLE },
        { "nothing", PROTOCOL_TEST, "10.0.0.1", 0, 0, RULE_ICMP_QUOTE_UNUSABLE },
        { "somebody else's datagram", PROTOCOL_TEST, "10.0.0.3", 0, 28,
          RULE_ICMP_QUOTE_NOT_OURS },
        { "a later fragment (RFC 1122 3.2.2)", PROTOCOL_TEST, "10.0.0.1", 8, 28,
          RULE_ICMP_QUOTE_LATER_FRAGMENT },
        { "a protocol that nobody speaks", PROTOCOL_NONE, "10.0.0.1", 0, 28,
          RULE_ICMP_NOBODY_TO_TELL },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        struct icmp_message m = { .type = ICMP_UNREACHABLE };

        open(&f);
        send_report(&f, &m, rows[i].protocol, rows[i].source, rows[i].offset, rows[i].len);
        EXPECT_EQ_ROW(rows[i].label, net_count_rule(&f.net, &f.a->node, rows[i].rule), 1);
        EXPECT_EQ_ROW(rows[i].label, heard.errors, 0);
        EXPECT_EQ_ROW(rows[i].label, tester_count(f.desk.t), 0);
        net_close(&f.net);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_error_quotes_the_datagram),
        TEST(test_errors_are_not_sent_about_these),
        TEST(test_errors_are_not_sent_to_these),
        TEST(test_errors_are_not_sent_about_a_broken_header),
        TEST(test_error_about_an_echo_request_is_sent),
        TEST(test_error_about_a_datagram_to_loopback_stays_within),
        TEST(test_errors_switched_off_are_not_sent),
        TEST(test_errors_are_rate_limited),
        TEST(test_error_rate_of_zero_is_no_limit),
        TEST(test_errors_reach_the_transport_that_sent),
        TEST(test_error_about_an_echo_reaches_its_listener),
        TEST(test_unusable_quotations_are_dropped),
    };

    return run_tests("icmp_error", tests, ARRAY_LEN(tests));
}
