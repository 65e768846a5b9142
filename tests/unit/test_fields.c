/*
 * layers/wire/field.h: every bit of every struct member is flipped, and
 * exactly the bit that the field's row names must move in what is emitted.
 */
#include "layers/wire/field.h"

#include <string.h>

#include "layers/wire/arp_message.h"
#include "layers/wire/dissect.h"
#include "layers/wire/ethernet_header.h"
#include "layers/wire/icmp_message.h"
#include "layers/wire/ipv4_header.h"
#include "layers/wire/tcp_header.h"
#include "layers/wire/udp_header.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

enum { BYTES_MAX = DHCP_HEADER_LEN, NO_BIT = -1 };

/* A member (or some bits of one) and the field that shows it. */
struct member {
    const char *field;
    size_t offset;
    size_t size;
    uint64_t mask; /* its bits, the first of the field being the highest */
};

#define MEMBER(name, type, member, mask) \
    { name, offsetof(struct type, member), sizeof(((struct type *)0)->member), mask }

union any_header {
    struct ethernet_header ethernet;
    struct vlan_tag vlan;
    struct arp_message arp;
    struct ipv4_header ipv4;
    struct icmp_message icmp;
    struct udp_header udp;
    struct tcp_header tcp;
    struct ipv6_header ipv6;
    struct dns_header dns;
    struct dhcp_header dhcp;
};

static size_t emit(enum layer_kind kind, const union any_header *h, uint8_t *out)
{
    memset(out, 0, BYTES_MAX);
    switch (kind) {
    case LAYER_ETHERNET:
        return ethernet_header_emit(&h->ethernet, out);
    case LAYER_VLAN:
        return vlan_tag_emit(&h->vlan, out);
    case LAYER_ARP:
        return arp_message_emit(&h->arp, out);
    case LAYER_IPV4:
        return ipv4_header_emit(&h->ipv4, out);
    case LAYER_ICMP:
        return icmp_message_emit(&h->icmp, out);
    case LAYER_UDP:
        return udp_header_emit(&h->udp, out);
    case LAYER_TCP:
        return tcp_header_emit(&h->tcp, out);
    case LAYER_IPV6:
        return ipv6_header_emit(&h->ipv6, out);
    case LAYER_ICMPV6:
        return icmp_message_emit(&h->icmp, out);
    case LAYER_DNS:
        return dns_header_emit(&h->dns, out);
    case LAYER_DHCP:
        return dhcp_header_emit(&h->dhcp, out);
    default:
        return 0;
    }
}

static void flip(union any_header *h, const struct member *m, uint64_t bits)
{
    uint8_t *at = (uint8_t *)h + m->offset;
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    struct mac mac;

    switch (m->size) {
    case sizeof(uint8_t): /* bool too: 0 or 1 */
        memcpy(&u8, at, 1);
        u8 ^= (uint8_t)bits;
        memcpy(at, &u8, 1);
        break;
    case sizeof(uint16_t):
        memcpy(&u16, at, 2);
        u16 ^= (uint16_t)bits;
        memcpy(at, &u16, 2);
        break;
    case sizeof(uint32_t):
        memcpy(&u32, at, 4);
        u32 ^= (uint32_t)bits;
        memcpy(at, &u32, 4);
        break;
    case sizeof(struct mac):
        memcpy(&mac, at, sizeof(mac));
        mac = mac_from_int64(mac_to_int64(mac) ^ (int64_t)bits);
        memcpy(at, &mac, sizeof(mac));
        break;
    default:
        EXPECT_ROW(m->field, false);
    }
}

/* The IP header checksum moves with everything: its bits are looked away
 * from, except where it is itself the field. */
static bool is_computed(enum layer_kind kind, int bit)
{
    return kind == LAYER_IPV4 && bit >= 80 && bit < 96;
}

/* The one bit in which A and B differ; NO_BIT if not exactly one does. */
static int moved_bit(enum layer_kind kind, const uint8_t *a, const uint8_t *b)
{
    int moved = NO_BIT;

    for (int bit = 0; bit < BYTES_MAX * 8; bit++) {
        int mask = 0x80 >> bit % 8;

        if (is_computed(kind, bit) || ((a[bit / 8] ^ b[bit / 8]) & mask) == 0)
            continue;
        if (moved != NO_BIT)
            return NO_BIT;
        moved = bit;
    }
    return moved;
}

static void check_member(enum layer_kind kind, const union any_header *base,
                         const struct member *m)
{
    const struct field *f = field_find(m->field);
    int bit;

    EXPECT_ROW(m->field, f != NULL);
    if (f == NULL)
        return;
    bit = f->bit;
    for (int shift = 63; shift >= 0; shift--) {
        uint64_t one = m->mask & UINT64_C(1) << shift;
        uint8_t before[BYTES_MAX], after[BYTES_MAX];
        union any_header h = *base;

        if (one == 0)
            continue;
        emit(kind, &h, before);
        flip(&h, m, one);
        emit(kind, &h, after);
        EXPECT_EQ_ROW(m->field, moved_bit(kind, before, after), bit);
        bit++;
    }
    EXPECT_EQ_ROW(m->field, bit, f->bit + f->bits);
}

static void check_members(enum layer_kind kind, const union any_header *base,
                          const struct member *members, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check_member(kind, base, &members[i]);
}

#define ALL_16 0xffff
#define ALL_32 0xffffffff
#define ALL_48 UINT64_C(0xffffffffffff)

static void test_each_ethernet_bit_moves_its_field(void)
{
    static const struct member members[] = {
        MEMBER("eth.dst", ethernet_header, destination, ALL_48),
        MEMBER("eth.src", ethernet_header, source, ALL_48),
        MEMBER("eth.type", ethernet_header, ethertype, ALL_16),
    };
    union any_header base = { .ethernet = { .ethertype = 0x0800 } };

    check_members(LAYER_ETHERNET, &base, members, ARRAY_LEN(members));
    EXPECT_EQ(ARRAY_LEN(members), ethernet_field_count);
}

static void test_each_tag_bit_moves_its_field(void)
{
    static const struct member members[] = {
        MEMBER("vlan.priority", vlan_tag, tci, 0xe000),
        MEMBER("vlan.dei", vlan_tag, tci, 0x1000),
        MEMBER("vlan.id", vlan_tag, tci, 0x0fff),
        MEMBER("vlan.etype", vlan_tag, ethertype, ALL_16),
    };
    union any_header base = { .vlan = { 0xa00a, 0x0800 } };

    check_members(LAYER_VLAN, &base, members, ARRAY_LEN(members));
    EXPECT_EQ(ARRAY_LEN(members), vlan_field_count);
}

static void test_each_arp_bit_moves_its_field(void)
{
    static const struct member members[] = {
        MEMBER("arp.opcode", arp_message, opcode, ALL_16),
        MEMBER("arp.src.hw_mac", arp_message, sender_mac, ALL_48),
        MEMBER("arp.src.proto_ipv4", arp_message, sender_ip, ALL_32),
        MEMBER("arp.dst.hw_mac", arp_message, target_mac, ALL_48),
        MEMBER("arp.dst.proto_ipv4", arp_message, target_ip, ALL_32),
    };
    union any_header base = { .arp = { .opcode = 1 } };

    check_members(LAYER_ARP, &base, members, ARRAY_LEN(members));
    EXPECT_EQ(ARRAY_LEN(members) + 4, arp_field_count); /* and four constants */
}

static void test_each_ipv4_bit_moves_its_field(void)
{
    static const struct member members[] = {
        MEMBER("ip.dsfield.dscp", ipv4_header, tos, 0xfc),
        MEMBER("ip.dsfield.ecn", ipv4_header, tos, 0x03),
        MEMBER("ip.len", ipv4_header, total_length, ALL_16),
        MEMBER("ip.id", ipv4_header, identification, ALL_16),
        MEMBER("ip.flags.rb", ipv4_header, reserved_flag, 1),
        MEMBER("ip.flags.df", ipv4_header, dont_fragment, 1),
        MEMBER("ip.flags.mf", ipv4_header, more_fragments, 1),
        MEMBER("ip.frag_offset", ipv4_header, fragment_offset, 0xfff8),
        MEMBER("ip.ttl", ipv4_header, ttl, 0xff),
        MEMBER("ip.proto", ipv4_header, protocol, 0xff),
        MEMBER("ip.src", ipv4_header, source, ALL_32),
        MEMBER("ip.dst", ipv4_header, destination, ALL_32),
    };
    union any_header base = { .ipv4 = { .total_length = 28, .ttl = 64 } };

    check_members(LAYER_IPV4, &base, members, ARRAY_LEN(members));
    EXPECT_EQ(ARRAY_LEN(members) + 3, ipv4_field_count); /* version, IHL, checksum */
}

static void test_each_icmp_bit_moves_its_field(void)
{
    static const struct member members[] = {
        MEMBER("icmp.type", icmp_message, type, 0xff),
        MEMBER("icmp.code", icmp_message, code, 0xff),
        MEMBER("icmp.checksum", icmp_message, checksum, ALL_16),
        MEMBER("icmp.ident", icmp_message, rest, 0xffff0000),
        MEMBER("icmp.seq", icmp_message, rest, 0x0000ffff),
    };
    union any_header base = { .icmp = { .type = 8 } };

    check_members(LAYER_ICMP, &base, members, ARRAY_LEN(members));
    EXPECT_EQ(ARRAY_LEN(members), icmp_field_count);
}

static void test_each_udp_bit_moves_its_field(void)
{
    static const struct member members[] = {
        MEMBER("udp.srcport", udp_header, source_port, ALL_16),
        MEMBER("udp.dstport", udp_header, destination_port, ALL_16),
        MEMBER("udp.length", udp_header, length, ALL_16),
        MEMBER("udp.checksum", udp_header, checksum, ALL_16),
    };
    union any_header base = { .udp = { .length = 8 } };

    check_members(LAYER_UDP, &base, members, ARRAY_LEN(members));
    EXPECT_EQ(ARRAY_LEN(members), udp_field_count);
}

static void test_each_tcp_bit_moves_its_field(void)
{
    static const struct member members[] = {
        MEMBER("tcp.srcport", tcp_header, source_port, ALL_16),
        MEMBER("tcp.dstport", tcp_header, destination_port, ALL_16),
        MEMBER("tcp.seq_raw", tcp_header, sequence, ALL_32),
        MEMBER("tcp.ack_raw", tcp_header, acknowledgment, ALL_32),
        MEMBER("tcp.flags.res", tcp_header, reserved, 0x0f),
        MEMBER("tcp.flags.cwr", tcp_header, flags, TCP_CWR),
        MEMBER("tcp.flags.ece", tcp_header, flags, TCP_ECE),
        MEMBER("tcp.flags.urg", tcp_header, flags, TCP_URG),
        MEMBER("tcp.flags.ack", tcp_header, flags, TCP_ACK),
        MEMBER("tcp.flags.push", tcp_header, flags, TCP_PSH),
        MEMBER("tcp.flags.reset", tcp_header, flags, TCP_RST),
        MEMBER("tcp.flags.syn", tcp_header, flags, TCP_SYN),
        MEMBER("tcp.flags.fin", tcp_header, flags, TCP_FIN),
        MEMBER("tcp.window_size_value", tcp_header, window, ALL_16),
        MEMBER("tcp.checksum", tcp_header, checksum, ALL_16),
        MEMBER("tcp.urgent_pointer", tcp_header, urgent_pointer, ALL_16),
    };
    union any_header base = { .tcp = { .window = 1000 } };

    check_members(LAYER_TCP, &base, members, ARRAY_LEN(members));
    EXPECT_EQ(ARRAY_LEN(members) + 1, tcp_field_count); /* the data offset */
}

static void test_each_ipv6_bit_moves_its_field(void)
{
    static const struct member members[] = {
        MEMBER("ipv6.tclass", ipv6_header, traffic_class, 0xff),
        MEMBER("ipv6.flow", ipv6_header, flow_label, 0xfffff),
        MEMBER("ipv6.plen", ipv6_header, payload_length, ALL_16),
        MEMBER("ipv6.nxt", ipv6_header, next_header, 0xff),
        MEMBER("ipv6.hlim", ipv6_header, hop_limit, 0xff),
    };
    union any_header base = { .ipv6 = { .hop_limit = 64 } };

    check_members(LAYER_IPV6, &base, members, ARRAY_LEN(members));
    EXPECT_EQ(ARRAY_LEN(members) + 1, ipv6_field_count); /* the version */
}

static void test_each_icmpv6_bit_moves_its_field(void)
{
    static const struct member members[] = {
        MEMBER("icmpv6.type", icmp_message, type, 0xff),
        MEMBER("icmpv6.code", icmp_message, code, 0xff),
        MEMBER("icmpv6.checksum", icmp_message, checksum, ALL_16),
        MEMBER("icmpv6.echo.identifier", icmp_message, rest, 0xffff0000),
        MEMBER("icmpv6.echo.sequence_number", icmp_message, rest, 0x0000ffff),
    };
    union any_header base = { .icmp = { .type = 128 } };

    check_members(LAYER_ICMPV6, &base, members, ARRAY_LEN(members));
    EXPECT_EQ(ARRAY_LEN(members), icmpv6_field_count);
}

static void test_each_dns_bit_moves_its_field(void)
{
    static const struct member members[] = {
        MEMBER("dns.id", dns_header, id, ALL_16),
        MEMBER("dns.flags.response", dns_header, response, 1),
        MEMBER("dns.flags.opcode", dns_header, opcode, 0xf),
        MEMBER("dns.flags.authoritative", dns_header, authoritative, 1),
        MEMBER("dns.flags.truncated", dns_header, truncated, 1),
        MEMBER("dns.flags.recdesired", dns_header, recursion_desired, 1),
        MEMBER("dns.flags.recavail", dns_header, recursion_available, 1),
        MEMBER("dns.flags.z", dns_header, z, 4),
        MEMBER("dns.flags.authenticated", dns_header, z, 2),
        MEMBER("dns.flags.checkdisable", dns_header, z, 1),
        MEMBER("dns.flags.rcode", dns_header, rcode, 0xf),
        MEMBER("dns.count.queries", dns_header, count[0], ALL_16),
        MEMBER("dns.count.answers", dns_header, count[1], ALL_16),
        MEMBER("dns.count.auth_rr", dns_header, count[2], ALL_16),
        MEMBER("dns.count.add_rr", dns_header, count[3], ALL_16),
    };
    union any_header base = { .dns = { .id = 7 } };

    check_members(LAYER_DNS, &base, members, ARRAY_LEN(members));
    EXPECT_EQ(ARRAY_LEN(members), dns_field_count);
}

static void test_each_dhcp_bit_moves_its_field(void)
{
    static const struct member members[] = {
        MEMBER("dhcp.type", dhcp_header, op, 0xff),
        MEMBER("dhcp.hw.type", dhcp_header, htype, 0xff),
        MEMBER("dhcp.hw.len", dhcp_header, hlen, 0xff),
        MEMBER("dhcp.hops", dhcp_header, hops, 0xff),
        MEMBER("dhcp.id", dhcp_header, xid, ALL_32),
        MEMBER("dhcp.secs", dhcp_header, secs, ALL_16),
        MEMBER("dhcp.flags", dhcp_header, flags, ALL_16),
        MEMBER("dhcp.ip.client", dhcp_header, ciaddr, ALL_32),
        MEMBER("dhcp.ip.your", dhcp_header, yiaddr, ALL_32),
        MEMBER("dhcp.ip.server", dhcp_header, siaddr, ALL_32),
        MEMBER("dhcp.ip.relay", dhcp_header, giaddr, ALL_32),
        MEMBER("dhcp.hw.mac_addr", dhcp_header, chaddr, ALL_48),
    };
    union any_header base = { .dhcp = { .op = 1 } };

    check_members(LAYER_DHCP, &base, members, ARRAY_LEN(members));
    EXPECT_EQ(ARRAY_LEN(members), dhcp_field_count);
}

static uint64_t read_named(const char *name, const uint8_t *bytes, size_t len)
{
    const struct field *f = field_find(name);
    uint64_t value = UINT64_MAX;

    EXPECT_ROW(name, f != NULL && field_read(f, (struct span){ bytes, len }, &value));
    return value;
}

/* What no struct member holds: constants, lengths, the computed checksum. */
static void test_fields_without_a_member_read_what_is_emitted(void)
{
    const uint8_t options[12] = { 1 };
    struct ipv4_header ip = { .options = { options, 8 } };
    struct tcp_header tcp = { .options = { options, 12 } };
    struct arp_message arp = { .opcode = 2 };
    struct ipv6_header ipv6 = { .hop_limit = 1 };
    const uint8_t record[5] = { 22, 3, 3, 1, 4 };
    const uint8_t fragment[8] = { 17, 0, 0x05, 0xa9, 0, 0, 0, 42 };
    uint8_t out[BYTES_MAX];
    size_t len = ipv4_header_emit(&ip, out);

    EXPECT_EQ(read_named("ip.version", out, len), 4);
    EXPECT_EQ(read_named("ip.hdr_len", out, len), 7);
    EXPECT_EQ(read_named("ip.checksum", out, len), out[10] << 8 | out[11]);
    len = tcp_header_emit(&tcp, out);
    EXPECT_EQ(read_named("tcp.hdr_len", out, len), 8);
    len = arp_message_emit(&arp, out);
    EXPECT_EQ(read_named("arp.hw.type", out, len), 1);
    EXPECT_EQ(read_named("arp.proto.type", out, len), 0x0800);
    EXPECT_EQ(read_named("arp.hw.size", out, len), 6);
    EXPECT_EQ(read_named("arp.proto.size", out, len), 4);
    EXPECT_EQ(read_named("arp.opcode", out, len), 2);
    len = ipv6_header_emit(&ipv6, out);
    EXPECT_EQ(read_named("ipv6.version", out, len), 6);
    EXPECT_EQ(read_named("tls.record.version", record, sizeof(record)), 0x0303);
    EXPECT_EQ(read_named("tls.record.length", record, sizeof(record)), 260);
    EXPECT_EQ(read_named("ipv6.fraghdr.offset", fragment, sizeof(fragment)), 181);
    EXPECT_EQ(read_named("ipv6.fraghdr.more", fragment, sizeof(fragment)), 1);
    EXPECT_EQ(read_named("ipv6.fraghdr.ident", fragment, sizeof(fragment)), 42);
}

static void check_tiles(const char *label, const struct field *rows, size_t count,
                        unsigned header_bits)
{
    unsigned next = 0;

    for (size_t i = 0; i < count; i++) {
        EXPECT_EQ_ROW(rows[i].name, rows[i].bit, next);
        EXPECT_ROW(rows[i].name, rows[i].label[0] != '\0' && rows[i].help[0] != '\0');
        EXPECT_ROW(rows[i].name, field_find(rows[i].name) == &rows[i]);
        next += rows[i].bits;
    }
    EXPECT_EQ_ROW(label, next, header_bits);
}

static void test_tables_cover_their_headers_without_gap_or_overlap(void)
{
    check_tiles("ethernet", ethernet_fields, ethernet_field_count, 14 * 8);
    check_tiles("vlan", vlan_fields, vlan_field_count, 4 * 8);
    check_tiles("arp", arp_fields, arp_field_count, 28 * 8);
    check_tiles("ipv4", ipv4_fields, ipv4_field_count, 20 * 8);
    check_tiles("ipv6", ipv6_fields, ipv6_field_count, 8 * 8); /* without the addresses */
    check_tiles("fragment", ipv6_fragment_fields, ipv6_fragment_field_count, 8 * 8);
    check_tiles("icmpv6", icmpv6_fields, icmpv6_field_count, 8 * 8);
    check_tiles("dns", dns_fields, dns_field_count, 12 * 8);
    check_tiles("icmp", icmp_fields, icmp_field_count, 8 * 8);
    check_tiles("udp", udp_fields, udp_field_count, 8 * 8);
    check_tiles("tcp", tcp_fields, tcp_field_count, 20 * 8);
}

static void test_reading_past_the_end_is_refused(void)
{
    const uint8_t bytes[2] = { 0x45, 0xff };
    uint64_t value = 7;

    EXPECT(field_read(field_find("ip.dsfield.ecn"), (struct span){ bytes, 2 }, &value));
    EXPECT_EQ(value, 3);
    EXPECT(!field_read(field_find("ip.len"), (struct span){ bytes, 2 }, &value));
    EXPECT(!field_read(field_find("ip.version"), (struct span){ NULL, 0 }, &value));
    EXPECT_EQ(value, 3);
    EXPECT(field_find("ip.nonsense") == NULL);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_each_ethernet_bit_moves_its_field),
        TEST(test_each_tag_bit_moves_its_field),
        TEST(test_each_arp_bit_moves_its_field),
        TEST(test_each_ipv4_bit_moves_its_field),
        TEST(test_each_icmp_bit_moves_its_field),
        TEST(test_each_udp_bit_moves_its_field),
        TEST(test_each_tcp_bit_moves_its_field),
        TEST(test_each_ipv6_bit_moves_its_field),
        TEST(test_each_icmpv6_bit_moves_its_field),
        TEST(test_each_dns_bit_moves_its_field),
        TEST(test_each_dhcp_bit_moves_its_field),
        TEST(test_fields_without_a_member_read_what_is_emitted),
        TEST(test_tables_cover_their_headers_without_gap_or_overlap),
        TEST(test_reading_past_the_end_is_refused),
    };
    return run_tests("fields", tests, ARRAY_LEN(tests));
}
