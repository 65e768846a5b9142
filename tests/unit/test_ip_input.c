/*
 * What a host or router makes of a datagram that arrives: RFC 791 3.1,
 * RFC 1122 3.2.1, RFC 1812 5.2.2 and 5.3.7. Each case sends bytes from a
 * tester and looks for the one reason that must be given.
 */
#include <string.h>

#include "layers/net/ip.h"
#include "layers/rule.h"
#include "layers/wire/bytes.h"
#include "layers/wire/checksum.h"
#include "layers/wire/icmp_message.h"
#include "tests/support/net.h"
#include "tests/support/suite.h"

enum { PROTOCOL_UNKNOWN = 253, DATA_LEN = 32 };

struct fixture {
    struct net net;
    struct net_desk desk;
    uint8_t data[DATA_LEN];
};

static void open(struct fixture *f)
{
    net_open(&f->net, 1);
    f->desk = net_desk(&f->net, true);
    memset(f->data, 0x5a, sizeof(f->data));
}

static struct ipv4_header header(const char *source, const char *destination)
{
    struct ipv4_header h;

    memset(&h, 0, sizeof(h));
    h.identification = 7;
    h.protocol = PROTOCOL_UNKNOWN;
    h.source = net_ip(source);
    h.destination = net_ip(destination);
    return h;
}

static void send(struct fixture *f, const struct ipv4_header *h)
{
    net_mark(&f->net);
    tester_send_ipv4(f->desk.t, h, (struct span){ f->data, sizeof(f->data) });
    net_run_for(&f->net, 10 * MS);
}

/* Sends a datagram whose header was spoilt: byte AT becomes VALUE, and the
 * checksum right again if MEND. */
static void send_spoilt(struct fixture *f, unsigned at, uint8_t value, bool mend, size_t len)
{
    struct ipv4_header h = header("10.0.0.9", "10.0.0.1");
    uint8_t bytes[IPV4_HEADER_MIN + DATA_LEN] = { 0 };

    h.ttl = 64;
    h.total_length = sizeof(bytes);
    ipv4_header_emit(&h, bytes);
    bytes[at] = value;
    if (mend) {
        size_t header_len = (size_t)(bytes[0] & 0xf) * 4;

        put_be16(bytes + IPV4_CHECKSUM_AT, 0);
        put_be16(bytes + IPV4_CHECKSUM_AT, checksum((struct span){ bytes, header_len }));
    }
    net_mark(&f->net);
    tester_send_data(f->desk.t, f->desk.t->peer, ETHERTYPE_IPV4, (struct span){ bytes, len });
    net_run_for(&f->net, 10 * MS);
}

static void test_header_that_does_not_add_up_is_dropped_silently(void)
{
    static const struct {
        const char *label;
        unsigned at;
        uint8_t value;
        bool mend;
        size_t len;
        unsigned rule;
    } rows[] = {
        { "version 5 (RFC 1122 3.2.1.1)", 0, 0x55, true, 52, RULE_IP_BAD_VERSION },
        { "version 6 (RFC 1122 3.2.1.1)", 0, 0x65, true, 52, RULE_IP_BAD_VERSION },
        { "header length 4 words (RFC 791 3.1)", 0, 0x44, true, 52, RULE_IP_BAD_HEADER_LENGTH },
        { "header length 0 (RFC 791 3.1)", 0, 0x40, false, 52, RULE_IP_BAD_HEADER_LENGTH },
        { "header longer than datagram (RFC 1812 5.2.2)", 3, 19, true, 52,
          RULE_IP_BAD_TOTAL_LENGTH },
        { "total length past the frame (RFC 1812 5.2.2)", 3, 200, true, 52,
          RULE_IP_DATAGRAM_CUT },
        { "checksum (RFC 1122 3.2.1.2)", 11, 0xff, false, 52, RULE_IP_BAD_CHECKSUM },
        { "flipped destination (RFC 1122 3.2.1.2)", 19, 2, false, 52, RULE_IP_BAD_CHECKSUM },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;

        open(&f);
        send_spoilt(&f, rows[i].at, rows[i].value, rows[i].mend, rows[i].len);
        EXPECT_EQ_ROW(rows[i].label, net_count_rule(&f.net, &f.desk.a->node, rows[i].rule), 1);
        EXPECT_EQ_ROW(rows[i].label, tester_count(f.desk.t), 0);
        net_close(&f.net);
    }
}

static void test_bad_source_is_dropped_silently(void)
{
    static const struct {
        const char *source;
        unsigned rule;
    } rows[] = {
        { "0.0.0.0", RULE_IP_SOURCE_ZERO },               /* RFC 1122 3.2.1.3 (a) */
        { "0.1.2.3", RULE_IP_SOURCE_ZERO },               /* (b) */
        { "255.255.255.255", RULE_IP_SOURCE_BROADCAST },  /* (c) */
        { "10.0.0.255", RULE_IP_SOURCE_BROADCAST },       /* (d), (e) */
        { "127.0.0.1", RULE_IP_SOURCE_LOOPBACK },         /* (g) */
        { "224.0.0.5", RULE_IP_SOURCE_MULTICAST },        /* RFC 1122 3.2.1.3 */
        { "240.0.0.1", RULE_IP_SOURCE_CLASS_E },          /* RFC 1812 5.3.7 */
        { "10.0.0.1", RULE_IP_SOURCE_OWN },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        struct ipv4_header h = header("10.0.0.9", "10.0.0.1");

        open(&f);
        h.source = net_ip(rows[i].source);
        f.desk.t->address = h.source; /* what it fills in for a zero one */
        send(&f, &h);
        EXPECT_EQ_ROW(rows[i].source, net_count_rule(&f.net, &f.desk.a->node, rows[i].rule), 1);
        EXPECT_EQ_ROW(rows[i].source, tester_count(f.desk.t), 0);
        net_close(&f.net);
    }
}

static void test_destination_decides_who_gets_it(void)
{
    static const struct {
        const char *destination;
        unsigned rule;
    } rows[] = {
        { "10.0.0.1", RULE_IP_FOR_US },                     /* RFC 1122 3.2.1.3 (1) */
        { "255.255.255.255", RULE_IP_FOR_ALL },             /* RFC 1122 3.3.6 */
        { "10.0.0.255", RULE_IP_FOR_ALL },                  /* RFC 1122 3.3.6 */
        { "10.0.0.0", RULE_IP_FOR_ALL },                    /* 4.2BSD, RFC 1122 3.3.6 */
        { "0.0.0.0", RULE_IP_FOR_ALL },                     /* 4.2BSD, RFC 1122 3.3.6 */
        { "10.0.0.2", RULE_IP_NOT_OURS },                   /* RFC 1122 3.2.1.3 */
        { "10.0.1.255", RULE_IP_NOT_OURS },                 /* another network's */
        { "0.0.0.7", RULE_IP_DESTINATION_ZERO },            /* RFC 1122 3.2.1.3 (b) */
        { "127.0.0.1", RULE_IP_DESTINATION_LOOPBACK },      /* RFC 1122 3.2.1.3 (g) */
        { "224.0.0.5", RULE_IP_DESTINATION_MULTICAST },     /* not a member */
        { "250.0.0.1", RULE_IP_DESTINATION_CLASS_E },       /* RFC 1812 5.3.7 */
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        struct ipv4_header h = header("10.0.0.9", rows[i].destination);

        open(&f);
        send(&f, &h);
        EXPECT_EQ_ROW(rows[i].destination,
                      net_count_rule(&f.net, &f.desk.a->node, rows[i].rule), 1);
        net_close(&f.net);
    }
}

/* RFC 1122 3.3.6: unicast inside a link-layer broadcast. */
static void test_unicast_in_broadcast_frame_is_dropped(void)
{
    struct fixture f;
    struct ipv4_header h = header("10.0.0.9", "10.0.0.1");

    open(&f);
    f.desk.t->peer = MAC_BROADCAST;
    send(&f, &h);
    EXPECT_RULE_COUNT(&f.net, &f.desk.a->node, RULE_IP_UNICAST_IN_BROADCAST, 1);
    EXPECT_EQ(tester_count(f.desk.t), 0);
    h.destination = net_ip("10.0.0.255");
    send(&f, &h);
    EXPECT_RULE_COUNT(&f.net, &f.desk.a->node, RULE_IP_FOR_ALL, 1);
    net_close(&f.net);
}

/* RFC 1122 3.2.2.1: code 2. */
static void test_unknown_protocol_is_reported(void)
{
    struct fixture f;
    struct ipv4_header h = header("10.0.0.9", "10.0.0.1");
    struct icmp_message m;
    struct span payload, quote;

    open(&f);
    send(&f, &h);
    EXPECT_RULE_COUNT(&f.net, &f.desk.a->node, RULE_IP_PROTOCOL_UNREACHABLE, 1);
    if (tester_read_ipv4(tester_last(f.desk.t), &h, &payload) &&
        EXPECT_RULE(icmp_message_parse(&m, payload, &quote), RULE_NONE)) {
        EXPECT_EQ(m.type, ICMP_UNREACHABLE);
        EXPECT_EQ(m.code, ICMP_UNREACHABLE_PROTOCOL);
        EXPECT_EQ(h.destination, net_ip("10.0.0.9"));
    }
    net_close(&f.net);
}

/* RFC 1122 3.2.1.7: a host must not discard for a small TTL. */
static void test_ttl_of_one_is_received(void)
{
    struct fixture f;
    struct ipv4_header h = header("10.0.0.9", "10.0.0.1");

    open(&f);
    h.ttl = 1;
    send(&f, &h);
    EXPECT_RULE_COUNT(&f.net, &f.desk.a->node, RULE_IP_FOR_US, 1);
    EXPECT_EQ(tester_count(f.desk.t), 1);
    net_close(&f.net);
}

/* RFC 1812 4.2.2.3: reserved bits are no reason to drop. */
static void test_reserved_flag_is_ignored(void)
{
    struct fixture f;
    struct ipv4_header h = header("10.0.0.9", "10.0.0.1");

    open(&f);
    h.reserved_flag = true;
    send(&f, &h);
    EXPECT_RULE_COUNT(&f.net, &f.desk.a->node, RULE_IP_FOR_US, 1);
    net_close(&f.net);
}

/* Ethernet's padding is no part of the datagram (RFC 894). */
static void test_padding_of_a_short_frame_is_cut_off(void)
{
    struct fixture f;
    struct ipv4_header h = header("10.0.0.9", "10.0.0.1");
    const struct record *record;

    open(&f);
    h.protocol = IP_PROTOCOL_ICMP;
    net_mark(&f.net);
    tester_send_ipv4(f.desk.t, &h, (struct span){ f.data, 3 });
    net_run_for(&f.net, 10 * MS);
    record = net_last_rule(&f.net, &f.desk.a->node, RULE_IP_HEADER_OFF);
    if (EXPECT(record != NULL))
        EXPECT_EQ(record->b, rule_parts(23, 3, 20));
    record = net_last_rule(&f.net, &f.desk.a->node, RULE_IP_PADDING_OFF);
    if (EXPECT(record != NULL))
        EXPECT_EQ(record->b, 46 - 23);
    EXPECT_RULE_COUNT(&f.net, &f.desk.a->node, RULE_ICMP_TRUNCATED, 1);
    net_close(&f.net);
}

/* ---- Options ---- */

static void send_options(struct fixture *f, const uint8_t *options, size_t len)
{
    struct ipv4_header h = header("10.0.0.9", "10.0.0.1");

    h.options = (struct span){ options, len };
    send(f, &h);
}

static void expect_pointer(struct fixture *f, const char *label, int pointer)
{
    struct ipv4_header h;
    struct icmp_message m;
    struct span payload, quote;

    if (!tester_read_ipv4(tester_last(f->desk.t), &h, &payload) ||
        !EXPECT_RULE_ROW(label, icmp_message_parse(&m, payload, &quote), RULE_NONE))
        return;
    EXPECT_EQ_ROW(label, m.type, ICMP_PARAMETER_PROBLEM);
    EXPECT_EQ_ROW(label, m.code, 0);
    EXPECT_EQ_ROW(label, icmp_pointer(&m), pointer);
}

/* RFC 1122 3.2.2.5 and RFC 792: the pointer points at the bad byte. */
static void test_bad_option_is_pointed_at(void)
{
    static const struct {
        const char *label;
        uint8_t options[12];
        size_t len;
        unsigned rule;
        int pointer;
    } rows[] = {
        { "length 0", { 7, 0, 4, 0 }, 4, RULE_IP_OPTION_BAD_LENGTH, 21 },
        { "length 1 of an unknown one", { 0x9e, 1, 0, 0 }, 4, RULE_IP_OPTION_BAD_LENGTH, 21 },
        { "past the header", { 1, 7, 39, 4 }, 4, RULE_IP_OPTION_CUT, 22 },
        { "no length at all", { 1, 1, 1, 7 }, 4, RULE_IP_OPTION_CUT, 23 },
        { "pointer below 4", { 7, 7, 3, 0, 0, 0, 0, 0 }, 8, RULE_IP_OPTION_BAD_POINTER, 22 },
        { "timestamp pointer below 5", { 68, 8, 4, 0, 0, 0, 0, 0 }, 8,
          RULE_IP_OPTION_BAD_POINTER, 22 },
        { "half a slot in a source route", { 131, 7, 6, 0, 0, 0, 0, 0 }, 8,
          RULE_IP_OPTION_NO_ROOM, 22 },
        { "two source routes", { 131, 3, 4, 137, 3, 4, 0, 0 }, 8, RULE_IP_TWO_SOURCE_ROUTES,
          23 },
        { "half a slot for a timestamp", { 68, 7, 5, 0, 0, 0, 0, 0 }, 8,
          RULE_IP_OPTION_NO_ROOM, 22 },
        { "overflow count of 15", { 68, 4, 5, 0xf0 }, 4, RULE_IP_OPTION_OVERFLOW, 22 },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;

        open(&f);
        send_options(&f, rows[i].options, rows[i].len);
        EXPECT_EQ_ROW(rows[i].label, net_count_rule(&f.net, &f.desk.a->node, rows[i].rule), 1);
        expect_pointer(&f, rows[i].label, rows[i].pointer);
        net_close(&f.net);
    }
}

/* RFC 1122 3.2.1.8: what is not understood is silently ignored. */
static void test_unknown_option_is_ignored(void)
{
    static const uint8_t options[] = { 0x9e, 4, 1, 2, 1, 148, 4, 0, 0, 136, 4, 0, 9, 0, 7, 7 };
    struct fixture f;

    open(&f);
    send_options(&f, options, sizeof(options));
    EXPECT_RULE_COUNT(&f.net, &f.desk.a->node, RULE_IP_PROTOCOL_UNREACHABLE, 1);
    net_close(&f.net);
}

/* RFC 1122 3.3.5: a host does not go on with a source route, and says so. */
static void test_source_route_through_a_host_fails(void)
{
    static const uint8_t options[] = { 131, 7, 4, 10, 0, 0, 77, 0 };
    struct fixture f;
    struct ipv4_header h;
    struct icmp_message m;
    struct span payload, quote;

    open(&f);
    send_options(&f, options, sizeof(options));
    EXPECT_RULE_COUNT(&f.net, &f.desk.a->node, RULE_IP_SOURCE_ROUTE_REFUSED, 1);
    if (tester_read_ipv4(tester_last(f.desk.t), &h, &payload) &&
        EXPECT_RULE(icmp_message_parse(&m, payload, &quote), RULE_NONE)) {
        EXPECT_EQ(m.type, ICMP_UNREACHABLE);
        EXPECT_EQ(m.code, ICMP_UNREACHABLE_SOURCE_ROUTE_FAILED);
    }
    net_close(&f.net);
}

/* RFC 1122 3.2.1.8 (c): the end of a source route is an ordinary arrival. */
static void test_completed_source_route_is_received(void)
{
    static const uint8_t options[] = { 131, 7, 8, 10, 0, 0, 77, 0 };
    struct fixture f;

    open(&f);
    send_options(&f, options, sizeof(options));
    EXPECT_RULE_COUNT(&f.net, &f.desk.a->node, RULE_IP_PROTOCOL_UNREACHABLE, 1);
    net_close(&f.net);
}

/* RFC 1812 5.2.2: routers tell of a datagram that was cut on its way. */
static void test_router_points_at_the_length_of_a_cut_datagram(void)
{
    static const char *const lans[] = { "10.0.0.254/24", "10.0.1.254/24" };
    struct net net;
    struct tester *t;
    struct host *r;
    struct ipv4_header h = header("10.0.0.9", "10.0.1.1");
    struct icmp_message m;
    struct span payload, quote;
    uint8_t data[64] = { 0 };

    net_open(&net, 1);
    r = net_router(&net, "r", lans, 2);
    t = net_tester(&net, "t", "10.0.0.9");
    t->answers_arp = true;
    t->peer = r->interfaces[0].mac;
    net_wire(&net, net_port(r, 0), &t->node.ports[0], 1 * MS);
    net_start(&net);
    h.total_length = 500;
    tester_send_ipv4(t, &h, (struct span){ data, sizeof(data) });
    net_run_for(&net, 10 * MS);
    EXPECT_RULE_COUNT(&net, &r->node, RULE_IP_DATAGRAM_CUT, 1);
    if (tester_read_ipv4(tester_last(t), &h, &payload) &&
        EXPECT_RULE(icmp_message_parse(&m, payload, &quote), RULE_NONE)) {
        EXPECT_EQ(m.type, ICMP_PARAMETER_PROBLEM);
        EXPECT_EQ(icmp_pointer(&m), 2);
    }
    net_close(&net);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_header_that_does_not_add_up_is_dropped_silently),
        TEST(test_bad_source_is_dropped_silently),
        TEST(test_destination_decides_who_gets_it),
        TEST(test_unicast_in_broadcast_frame_is_dropped),
        TEST(test_unknown_protocol_is_reported),
        TEST(test_ttl_of_one_is_received),
        TEST(test_reserved_flag_is_ignored),
        TEST(test_padding_of_a_short_frame_is_cut_off),
        TEST(test_bad_option_is_pointed_at),
        TEST(test_unknown_option_is_ignored),
        TEST(test_source_route_through_a_host_fails),
        TEST(test_completed_source_route_is_received),
        TEST(test_router_points_at_the_length_of_a_cut_datagram),
    };

    return run_tests("ip_input", tests, ARRAY_LEN(tests));
}
