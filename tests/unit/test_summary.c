/* layers/wire/dissect.h and summary.h: frames taken apart and put in words. */
#include "layers/wire/summary.h"

#include <stdlib.h>
#include <string.h>

#include "layers/wire/bytes.h"
#include "layers/wire/checksum.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

enum { FRAME_MAX = 2048, A = 0x0a000001, B = 0x0a000002 };

/* A frame under construction: each put_ adds at the end. */
struct frame {
    uint8_t bytes[FRAME_MAX];
    size_t len;
};

static const struct mac mac_a = { { 2, 0, 0, 0, 0, 1 } };
static const struct mac mac_b = { { 2, 0, 0, 0, 0, 2 } };

static void put_ethernet(struct frame *f, uint16_t ethertype)
{
    struct ethernet_header h = { .destination = mac_b, .source = mac_a, .ethertype = ethertype };

    f->len += ethernet_header_emit(&h, f->bytes + f->len);
}

static void put_bytes(struct frame *f, const void *bytes, size_t len)
{
    memcpy(f->bytes + f->len, bytes, len);
    f->len += len;
}

static void put_zeros(struct frame *f, size_t len)
{
    memset(f->bytes + f->len, 0, len);
    f->len += len;
}

static void put_arp(struct frame *f, uint16_t opcode, ipv4 sender, ipv4 target)
{
    struct arp_message m = { opcode, mac_b, sender, MAC_NONE, target };

    f->len += arp_message_emit(&m, f->bytes + f->len);
}

static struct ipv4_header ip_header(uint8_t protocol, size_t data_len)
{
    return (struct ipv4_header){ .total_length = (uint16_t)(20 + data_len),
                                 .identification = 777, .ttl = 64, .protocol = protocol,
                                 .source = A, .destination = B };
}

static void put_ip(struct frame *f, const struct ipv4_header *h)
{
    f->len += ipv4_header_emit(h, f->bytes + f->len);
}

static void put_udp(struct frame *f, uint16_t data_len)
{
    struct udp_header h = { 49152, 9, (uint16_t)(8 + data_len), 0 };
    uint8_t *at = f->bytes + f->len;

    f->len += udp_header_emit(&h, at);
    put_zeros(f, data_len);
    put_be16(at + UDP_CHECKSUM_AT, udp_checksum(A, B, (struct span){ at, 8u + data_len }));
}

static void put_icmp_head(struct frame *f, uint8_t type, uint8_t code, uint32_t rest)
{
    struct icmp_message m = { type, code, 0, rest };

    f->len += icmp_message_emit(&m, f->bytes + f->len);
}

static void close_icmp(struct frame *f, size_t start)
{
    struct span message = { f->bytes + start, f->len - start };

    put_be16(f->bytes + start + ICMP_CHECKSUM_AT, icmp_checksum(message));
}

static void expect_lines(const struct frame *f, size_t wire_len, enum layer_kind start,
                         const char *want, const char *want_short)
{
    struct dissection d;
    char out[SUMMARY_SIZE];

    dissect(&d, (struct span){ f->bytes, f->len }, wire_len, start);
    EXPECT_EQ_ROW(want, summary_format(&d, out, sizeof(out)), strlen(want));
    EXPECT_STR_ROW(want, out, want);
    summary_format_short(&d, out, sizeof(out));
    EXPECT_STR_ROW(want, out, want_short);
}

static void expect_frame(const struct frame *f, const char *want, const char *want_short)
{
    expect_lines(f, f->len, LAYER_ETHERNET, want, want_short);
}

static void test_arp_says_who_asks_and_who_answers(void)
{
    static const struct {
        uint16_t opcode;
        ipv4 sender, target;
        const char *want, *want_short;
    } rows[] = {
        { ARP_REQUEST, A, B, "ARP who-has 10.0.0.2 tell 10.0.0.1", "ARP who-has .2" },
        { ARP_REPLY, B, A, "ARP 10.0.0.2 is-at 02:00:00:00:00:02", "ARP .2 is-at ..02" },
        { ARP_REQUEST, A, A, "ARP announcement 10.0.0.1", "ARP announce .1" },
        { ARP_REPLY, A, A, "ARP announcement 10.0.0.1", "ARP announce .1" },
        { ARP_REQUEST, 0, B, "ARP probe 10.0.0.2", "ARP probe .2" },
        { 9, A, B, "ARP opcode 9 from 10.0.0.1", "ARP opcode 9" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct frame f = { .len = 0 };

        put_ethernet(&f, ETHERTYPE_ARP);
        put_arp(&f, rows[i].opcode, rows[i].sender, rows[i].target);
        put_zeros(&f, 18);
        expect_frame(&f, rows[i].want, rows[i].want_short);
    }
}

static void make_udp(struct frame *f, uint16_t data_len, uint8_t ttl)
{
    struct ipv4_header ip = ip_header(IP_PROTOCOL_UDP, 8u + data_len);

    ip.ttl = ttl;
    f->len = 0;
    put_ethernet(f, ETHERTYPE_IPV4);
    put_ip(f, &ip);
    put_udp(f, data_len);
}

static void test_udp_says_ports_and_length(void)
{
    struct frame f;

    make_udp(&f, 12, 64);
    put_zeros(&f, 6); /* padding to 60 bytes is not data */
    expect_frame(&f, "UDP 49152 > 9 len=12", "UDP 49152>9 12B");
}

static void test_udp_with_a_wrong_checksum_says_so(void)
{
    struct frame f;

    make_udp(&f, 12, 64);
    f.bytes[f.len - 1] ^= 1;
    expect_frame(&f, "UDP 49152 > 9 len=12 [bad UDP checksum]", "UDP 49152>9 bad");
}

static void test_cut_capture_is_told_and_not_blamed(void)
{
    struct frame f;

    make_udp(&f, 1000, 64);
    f.len = 54;
    expect_lines(&f, 1042, LAYER_ETHERNET, "UDP 49152 > 9 len=1000 [54 of 1042 bytes]",
                 "UDP 49152>9 1000B");
}

static void test_cut_datagram_of_a_whole_frame_is_blamed(void)
{
    struct frame f;

    make_udp(&f, 1000, 64);
    f.len = 54;
    expect_frame(&f, "UDP 49152 > 9 len=1000 [IP datagram cut short]", "UDP 49152>9 bad");
}

static void test_raw_ip_needs_no_ethernet(void)
{
    struct ipv4_header ip = ip_header(IP_PROTOCOL_UDP, 8);
    struct frame f = { .len = 0 };

    put_ip(&f, &ip);
    put_udp(&f, 0);
    expect_lines(&f, f.len, LAYER_IPV4, "UDP 49152 > 9 len=0", "UDP 49152>9 0B");
}

static void test_fragments_say_where_they_belong(void)
{
    static const struct {
        uint16_t offset;
        bool more;
        uint16_t data_len;
        const char *want, *want_short;
    } rows[] = {
        { 0, true, 1400, "IP frag id=777 MF=1 offset=0 len=1400", "frag 777 MF=1 off=0" },
        { 1400, true, 1400, "IP frag id=777 MF=1 offset=175 len=1400", "frag 777 MF=1 off=175" },
        { 2800, false, 1180, "IP frag id=777 MF=0 offset=350 len=1180", "frag 777 MF=0 off=350" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct ipv4_header ip = ip_header(IP_PROTOCOL_UDP, rows[i].data_len);
        struct frame f = { .len = 0 };

        ip.fragment_offset = rows[i].offset;
        ip.more_fragments = rows[i].more;
        put_ethernet(&f, ETHERTYPE_IPV4);
        put_ip(&f, &ip);
        put_bytes(&f, ((const uint8_t[]){ 0xc0, 0, 0, 9, 0x0d, 0xb4, 1, 1 }), 8);
        put_zeros(&f, rows[i].data_len - 8u);
        expect_frame(&f, rows[i].want, rows[i].want_short);
    }
}

static void test_small_time_to_live_is_worth_a_word(void)
{
    struct frame f;

    make_udp(&f, 12, 16);
    expect_frame(&f, "UDP 49152 > 9 len=12 ttl=16", "UDP 49152>9 12B ttl=16");
    make_udp(&f, 12, 17);
    expect_frame(&f, "UDP 49152 > 9 len=12", "UDP 49152>9 12B");
}

static void test_echo_says_identifier_sequence_and_length(void)
{
    struct ipv4_header ip = ip_header(IP_PROTOCOL_ICMP, 8 + 56);
    struct frame f = { .len = 0 };

    put_ethernet(&f, ETHERTYPE_IPV4);
    put_ip(&f, &ip);
    put_icmp_head(&f, ICMP_ECHO_REQUEST, 0, icmp_rest_echo(1, 1));
    put_zeros(&f, 56);
    close_icmp(&f, 34);
    expect_frame(&f, "ICMP echo request id=1 seq=1 len=56", "ICMP echo request seq=1");
    f.bytes[34 + 60] ^= 0x10;
    expect_frame(&f, "ICMP echo request id=1 seq=1 len=56 [bad ICMP checksum]",
                 "ICMP echo request seq=1 bad");
}

/* An error of TYPE, CODE about the first 28 bytes of a datagram of PROTOCOL
 * to 10.0.0.2, whose first eight are ports 49152 > 9. */
static void expect_error(uint8_t type, uint8_t code, uint32_t rest, uint8_t protocol,
                         const char *want, const char *want_short)
{
    struct ipv4_header ip = ip_header(IP_PROTOCOL_ICMP, 8 + 28);
    struct ipv4_header culprit = ip_header(protocol, 1000);
    struct frame f = { .len = 0 };

    put_ethernet(&f, ETHERTYPE_IPV4);
    put_ip(&f, &ip);
    put_icmp_head(&f, type, code, rest);
    put_ip(&f, &culprit);
    put_bytes(&f, ((const uint8_t[]){ 0xc0, 0, 0, 9, 0x03, 0xe8, 1, 1 }), 8);
    close_icmp(&f, 34);
    expect_frame(&f, want, want_short);
}

static void test_errors_name_the_culprit(void)
{
    expect_error(3, 3, 0, 17, "ICMP unreachable: port 9 of 10.0.0.2", "ICMP unreachable: port 9");
    expect_error(3, 3, 0, 6, "ICMP unreachable: port 9 of 10.0.0.2", "ICMP unreachable: port 9");
    expect_error(3, 2, 0, 99, "ICMP unreachable: protocol 99 of 10.0.0.2",
                 "ICMP unreachable: protocol");
    expect_error(3, 1, 0, 17, "ICMP unreachable: host 10.0.0.2", "ICMP unreachable: host");
    expect_error(3, 0, 0, 17, "ICMP unreachable: net of 10.0.0.2", "ICMP unreachable: net");
    expect_error(3, 4, 576, 17,
                 "ICMP unreachable: fragmentation needed, next-hop MTU 576, 10.0.0.2",
                 "ICMP unreachable: MTU 576");
    expect_error(3, 13, 0, 17,
                 "ICMP unreachable: administratively prohibited, 10.0.0.2",
                 "ICMP unreachable: administratively prohibited");
    expect_error(3, 77, 0, 17, "ICMP unreachable: code 77, 10.0.0.2", "ICMP unreachable: code 77");
    expect_error(11, 0, 0, 17, "ICMP time exceeded in transit", "ICMP time exceeded");
    expect_error(11, 1, 0, 17, "ICMP time exceeded in reassembly", "ICMP time exceeded");
    expect_error(11, 9, 0, 17, "ICMP time exceeded code 9", "ICMP time exceeded");
    expect_error(12, 0, icmp_rest_pointer(20), 17, "ICMP parameter problem at byte 20",
                 "ICMP parameter problem");
    expect_error(12, 1, 0, 17, "ICMP parameter problem option missing", "ICMP parameter problem");
    expect_error(5, 1, 0x0a0000fe, 17, "ICMP redirect for host 10.0.0.2 to gateway 10.0.0.254",
                 "ICMP redirect");
    expect_error(4, 0, 0, 17, "ICMP source quench", "ICMP source quench");
    expect_error(13, 0, icmp_rest_echo(3, 4), 17, "ICMP timestamp request id=3 seq=4",
                 "ICMP timestamp request");
    expect_error(42, 1, 0, 17, "ICMP type 42 code 1", "ICMP type 42 code 1");
}

static void put_tcp(struct frame *f, uint8_t flags, struct span options, size_t data_len)
{
    struct tcp_header h = { 49152, 80, 0, 1, 0, flags, 65535, 0, 0, options };
    size_t len = tcp_header_length(&h) + data_len;
    struct ipv4_header ip = ip_header(IP_PROTOCOL_TCP, len);
    uint8_t *at;

    put_ethernet(f, ETHERTYPE_IPV4);
    put_ip(f, &ip);
    at = f->bytes + f->len;
    f->len += tcp_header_emit(&h, at);
    put_zeros(f, data_len);
    put_be16(at + TCP_CHECKSUM_AT, tcp_checksum(A, B, (struct span){ at, len }));
}

static void test_tcp_says_flags_numbers_and_options(void)
{
    const uint8_t mss[] = { 2, 4, 5, 180 };
    const uint8_t all[] = { 2, 4, 5, 180, 4, 2, 3, 3, 7, 34, 2, 1 };
    const uint8_t sack[] = { 5, 10, 0, 0, 0, 1, 0, 0, 0, 9 };
    struct frame f = { .len = 0 };

    put_tcp(&f, TCP_SYN | TCP_ACK, (struct span){ mss, 4 }, 0);
    expect_frame(&f, "TCP 49152 > 80 [S.] seq=0 ack=1 win=65535 mss=1460", "TCP 49152>80 S.");
    f.len = 0;
    put_tcp(&f, TCP_SYN, (struct span){ all, sizeof(all) }, 0);
    expect_frame(&f, "TCP 49152 > 80 [S] seq=0 win=65535 mss=1460 sackOK wscale=7 fast-open",
                 "TCP 49152>80 S");
    f.len = 0;
    put_tcp(&f, TCP_PSH | TCP_ACK, (struct span){ sack, sizeof(sack) }, 100);
    expect_frame(&f, "TCP 49152 > 80 [P.] seq=0 ack=1 win=65535 sack=1-9 len=100",
                 "TCP 49152>80 P. 100B");
    f.len = 0;
    put_tcp(&f, 0, (struct span){ NULL, 0 }, 0);
    expect_frame(&f, "TCP 49152 > 80 [none] seq=0 win=65535", "TCP 49152>80 none");
    f.len = 0;
    put_tcp(&f, 0xff, (struct span){ (const uint8_t[]){ 2, 0, 0, 0 }, 4 }, 0);
    expect_frame(&f, "TCP 49152 > 80 [FSRP.UEW] seq=0 ack=1 win=65535 [bad TCP option length]",
                 "TCP 49152>80 FSRP.UEW bad");
}

static void test_other_frames_are_named_with_their_length(void)
{
    static const struct {
        uint16_t ethertype;
        uint8_t data[8];
        const char *want, *want_short;
    } rows[] = {
        { 0x86dd, { 0x60, 0, 0, 0, 0, 6, 89, 64 }, "IPv6 :: > :: OSPF, 6 bytes",
          "IPv6 OSPF 6B" },
        { 0x88cc, { 2 }, "LLDP, 60 bytes", "LLDP 60B" },
        { 38, { 0x42, 0x42, 3 }, "STP, 60 bytes", "STP 60B" },
        { 46, { 0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0 }, "CDP, 60 bytes", "CDP 60B" },
        { 46, { 0xaa, 0xaa, 3, 0, 0, 0, 0x88, 0xcc }, "LLDP, 60 bytes", "LLDP 60B" },
        { 46, { 0xaa, 0xaa, 3, 1, 2, 3, 4, 5 }, "SNAP, 60 bytes", "SNAP 60B" },
        { 46, { 0xff, 0xff }, "IPX, 60 bytes", "IPX 60B" },
        { 46, { 0x12, 0x34 }, "LLC, 60 bytes", "LLC 60B" },
        { 0x1234, { 1 }, "Ethernet, 60 bytes", "Ethernet 60B" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct frame f = { .len = 0 };

        put_ethernet(&f, rows[i].ethertype);
        put_bytes(&f, rows[i].data, 8);
        put_zeros(&f, 38);
        expect_frame(&f, rows[i].want, rows[i].want_short);
    }
}

static void test_other_protocols_of_ip_are_named(void)
{
    static const struct {
        uint8_t protocol;
        const char *want, *want_short;
    } rows[] = {
        { 89, "IP 10.0.0.1 > 10.0.0.2 OSPF, 44 bytes", "IP OSPF 44B" },
        { 200, "IP 10.0.0.1 > 10.0.0.2 protocol 200, 44 bytes", "IP protocol 200 44B" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct ipv4_header ip = ip_header(rows[i].protocol, 44);
        struct frame f = { .len = 0 };

        put_ethernet(&f, ETHERTYPE_IPV4);
        put_ip(&f, &ip);
        put_zeros(&f, 44);
        expect_frame(&f, rows[i].want, rows[i].want_short);
    }
}

static void test_tags_are_told_from_the_outside_in(void)
{
    struct ethernet_header h = { mac_b, mac_a, ETHERTYPE_VLAN, true, 0xa064 };
    struct frame f = { .len = 0 };

    f.len += ethernet_header_emit(&h, f.bytes);
    put_bytes(&f, ((const uint8_t[]){ 0x00, 0x0a, 0x08, 0x06 }), 4);
    put_arp(&f, ARP_REQUEST, A, B);
    expect_frame(&f, "vlan 100 vlan 10 ARP who-has 10.0.0.2 tell 10.0.0.1",
                 "v100 v10 ARP who-has .2");
}

static void test_layers_say_where_their_bytes_are(void)
{
    struct dissection d;
    const struct layer *udp;
    struct frame f;

    make_udp(&f, 4, 64);
    put_zeros(&f, 14);
    dissect(&d, (struct span){ f.bytes, f.len }, f.len, LAYER_ETHERNET);
    EXPECT_EQ(d.count, 4);
    EXPECT_EQ(d.layers[0].kind, LAYER_ETHERNET);
    EXPECT(d.layers[1].kind == LAYER_IPV4 && d.layers[1].offset == 14);
    EXPECT_EQ(d.layers[1].header_len, 20);
    udp = dissection_find(&d, LAYER_UDP);
    EXPECT(udp == &d.layers[2] && udp->offset == 34 && udp->header_len == 8);
    EXPECT(d.layers[3].kind == LAYER_DATA && d.layers[3].offset == 42);
    EXPECT_EQ(d.layers[3].payload.len, 4);
    EXPECT_EQ(d.padding_len, 14);
    EXPECT_RULE(d.refused, RULE_NONE);
    EXPECT(dissection_find(&d, LAYER_TCP) == NULL);
    EXPECT_STR(layer_kind_name(LAYER_IPV4), "ip");
}

static void test_quoted_layers_are_marked_and_not_blamed(void)
{
    struct ipv4_header ip = ip_header(IP_PROTOCOL_ICMP, 8 + 28);
    struct ipv4_header culprit = ip_header(IP_PROTOCOL_UDP, 1000);
    struct dissection d;
    struct frame f = { .len = 0 };

    put_ip(&f, &ip);
    put_icmp_head(&f, 3, 3, 0);
    put_ip(&f, &culprit);
    f.bytes[28 + 8] = 1; /* the TTL it had when it died: checksum now wrong */
    put_bytes(&f, ((const uint8_t[]){ 0xc0, 0, 0, 9, 0x03, 0xe8, 1, 1 }), 8);
    close_icmp(&f, 20);
    dissect(&d, (struct span){ f.bytes, f.len }, f.len, LAYER_IPV4);
    EXPECT_EQ(d.count, 4);
    EXPECT(!d.layers[1].quoted && d.layers[2].quoted && d.layers[3].quoted);
    EXPECT_RULE(d.layers[2].refused, RULE_IP_BAD_CHECKSUM);
    EXPECT(d.layers[3].cut && d.layers[3].parsed);
    EXPECT_RULE(d.layers[3].refused, RULE_NONE);
    EXPECT_RULE(d.refused, RULE_NONE);
    EXPECT(dissection_find(&d, LAYER_IPV4) == &d.layers[0]);
}

static void test_broken_headers_are_refused_with_their_rule(void)
{
    static const struct {
        const char *label;
        size_t at;
        uint8_t value;
        rule_id rule;
    } rows[] = {
        { "IP header length 4 words", 14, 0x44, RULE_IP_BAD_HEADER_LENGTH },
        { "IP checksum", 24, 0xff, RULE_IP_BAD_CHECKSUM },
        { "UDP length 3", 39, 3, RULE_UDP_BAD_LENGTH },
        { "UDP length 200", 39, 200, RULE_UDP_CUT },
        { "UDP checksum", 40, 0x55, RULE_UDP_BAD_CHECKSUM },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct dissection d;
        struct frame f;

        make_udp(&f, 18, 64);
        f.bytes[rows[i].at] = rows[i].value;
        dissect(&d, (struct span){ f.bytes, f.len }, f.len, LAYER_ETHERNET);
        EXPECT_RULE_ROW(rows[i].label, d.refused, rows[i].rule);
    }
}

/* A header split over two fragments is nobody's fault, and its data unknown. */
static void test_header_in_two_fragments_is_cut_and_not_blamed(void)
{
    struct ipv4_header ip = ip_header(IP_PROTOCOL_TCP, 24);
    struct tcp_header h = { .source_port = 49152, .destination_port = 80, .flags = TCP_SYN };
    struct frame f = { .len = 0 };

    ip.more_fragments = true;
    put_ethernet(&f, ETHERTYPE_IPV4);
    put_ip(&f, &ip);
    f.len += tcp_header_emit(&h, f.bytes + f.len);
    f.bytes[34 + 12] = 0xa0;
    put_zeros(&f, 4);
    expect_frame(&f, "IP frag id=777 MF=1 offset=0 len=24", "frag 777 MF=1 off=0");
}

/* The longest line that can be: everything at its widest, faults and all. */
static void test_longest_line_has_room(void)
{
    const uint8_t options[40] = { 2, 4, 255, 255, 3, 3, 255, 4, 2, 4, 2, 4, 2, 5, 10,
                                  255, 255, 255, 255, 255, 255, 255, 255, 2, 4, 1, 1, 2, 9 };
    struct tcp_header h = { 65535, 65535, UINT32_MAX, UINT32_MAX, 0xf, 0xff, 65535, 0, 0,
                            { options, 40 } };
    struct ethernet_header ethernet = { mac_b, mac_a, ETHERTYPE_VLAN, true, 4095 };
    struct ipv4_header ip = { .total_length = 65535, .identification = 65535,
                              .protocol = IP_PROTOCOL_TCP,
                              .source = UINT32_MAX, .destination = UINT32_MAX,
                              .options = { (const uint8_t[]){ 7, 3, 0, 0 }, 4 } };
    struct frame f = { .len = 0 };
    struct dissection d;
    char out[SUMMARY_SIZE];

    f.len += ethernet_header_emit(&ethernet, f.bytes);
    put_bytes(&f, ((const uint8_t[]){ 0xf, 0xff, 0x81, 0, 0xf, 0xff, 8, 0 }), 8);
    put_ip(&f, &ip);
    f.len += tcp_header_emit(&h, f.bytes + f.len);
    dissect(&d, (struct span){ f.bytes, f.len }, UINT32_MAX, LAYER_ETHERNET);
    EXPECT(summary_format(&d, out, sizeof(out)) < sizeof(out));
    EXPECT(strstr(out, "vlan 4095 vlan 4095 vlan 4095 TCP 65535 > 65535 [") == out);
    EXPECT(strstr(out, "mss=65535 wscale=255 sackOK sack=4294967295-4294967295 len=") != NULL);
    EXPECT(strstr(out, "of 4294967295 bytes]") != NULL);
}

/* All that dissect and both summaries promise, for any bytes at all. */
static void check_promises(const uint8_t *bytes, size_t len, size_t wire_len,
                           enum layer_kind start)
{
    uint8_t *copy = malloc(len + 1);
    char out[SUMMARY_SIZE + 1];
    struct dissection d;
    size_t line_len;

    memcpy(copy + 1, bytes, len);
    dissect(&d, (struct span){ copy + 1, len }, wire_len, start);
    EXPECT(d.count >= 1 && d.count <= DISSECTION_LAYERS_MAX);
    for (size_t i = 0; i < d.count; i++)
        EXPECT(d.layers[i].offset + d.layers[i].header_len <= len);
    line_len = summary_format(&d, out, sizeof(out));
    EXPECT(line_len < SUMMARY_SIZE);
    for (size_t i = 0; i < line_len; i++)
        EXPECT(out[i] >= ' ' && out[i] <= '~');
    EXPECT(summary_format_short(&d, out, sizeof(out)) < SUMMARY_SIZE);
    free(copy);
}

static void test_every_truncation_is_survived(void)
{
    struct frame f;

    make_udp(&f, 12, 64);
    for (size_t len = 0; len <= f.len; len++) {
        check_promises(f.bytes, len, len, LAYER_ETHERNET);
        check_promises(f.bytes, len, f.len, LAYER_ETHERNET);
    }
}

static void test_mutated_frames_are_survived(void)
{
    uint64_t state = 7;

    for (int round = 0; round < 3000; round++) {
        struct frame f = { .len = 0 };
        struct ipv4_header ip = ip_header(IP_PROTOCOL_ICMP, 8 + 60);

        put_ethernet(&f, ETHERTYPE_IPV4);
        put_ip(&f, &ip);
        put_icmp_head(&f, 3, 3, 0);
        put_ip(&f, &ip);
        put_zeros(&f, 40);
        for (int edit = 0; edit < 6; edit++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            f.bytes[(state >> 33) % f.len] = (uint8_t)(state >> 24);
        }
        check_promises(f.bytes, f.len, f.len, LAYER_ETHERNET);
        check_promises(f.bytes, f.len, f.len + 9, LAYER_IPV4);
    }
}

static void test_short_room_is_terminated_and_the_length_told(void)
{
    struct dissection d;
    struct frame f;
    char out[8] = "#######";

    make_udp(&f, 12, 64);
    dissect(&d, (struct span){ f.bytes, f.len }, f.len, LAYER_ETHERNET);
    EXPECT_EQ(summary_format(&d, out, 6), strlen("UDP 49152 > 9 len=12"));
    EXPECT_STR(out, "UDP 4");
    EXPECT_EQ(out[6], '#');
    EXPECT_EQ(summary_format(&d, NULL, 0), 20);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_arp_says_who_asks_and_who_answers),
        TEST(test_udp_says_ports_and_length),
        TEST(test_udp_with_a_wrong_checksum_says_so),
        TEST(test_cut_capture_is_told_and_not_blamed),
        TEST(test_cut_datagram_of_a_whole_frame_is_blamed),
        TEST(test_raw_ip_needs_no_ethernet),
        TEST(test_fragments_say_where_they_belong),
        TEST(test_small_time_to_live_is_worth_a_word),
        TEST(test_echo_says_identifier_sequence_and_length),
        TEST(test_errors_name_the_culprit),
        TEST(test_tcp_says_flags_numbers_and_options),
        TEST(test_other_frames_are_named_with_their_length),
        TEST(test_other_protocols_of_ip_are_named),
        TEST(test_tags_are_told_from_the_outside_in),
        TEST(test_layers_say_where_their_bytes_are),
        TEST(test_quoted_layers_are_marked_and_not_blamed),
        TEST(test_broken_headers_are_refused_with_their_rule),
        TEST(test_header_in_two_fragments_is_cut_and_not_blamed),
        TEST(test_longest_line_has_room),
        TEST(test_every_truncation_is_survived),
        TEST(test_mutated_frames_are_survived),
        TEST(test_short_room_is_terminated_and_the_length_told),
    };
    return run_tests("summary", tests, ARRAY_LEN(tests));
}
