/* layers/wire/ipv6_header.h, and frames of IPv6 taken apart. */
#include "layers/wire/ipv6_header.h"

#include <arpa/inet.h>
#include <string.h>

#include "layers/wire/summary.h"
#include "tests/support/expect.h"
#include "tests/support/made_frame.h"
#include "tests/support/suite.h"

static void expect_text(const char *address, const char *want)
{
    struct ipv6 parsed;
    char out[IPV6_TEXT_SIZE];

    EXPECT_EQ_ROW(address, inet_pton(AF_INET6, address, parsed.at), 1);
    EXPECT_EQ_ROW(address, ipv6_format(&parsed, out, sizeof(out)), strlen(want));
    EXPECT_STR_ROW(address, out, want);
}

static void test_address_is_written_in_its_canonical_form(void)
{
    expect_text("::", "::");
    expect_text("::1", "::1");
    expect_text("1::", "1::");
    expect_text("FE80:0:0:0:00A1:0:0:1", "fe80::a1:0:0:1");      /* the first of two runs */
    expect_text("2001:db8:0:0:1:0:0:0", "2001:db8:0:0:1::");     /* the longer one */
    expect_text("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"); /* one group is no run */
    expect_text("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8");
    expect_text("::ffff:10.0.0.1", "::ffff:10.0.0.1");
}

static void test_short_room_is_terminated_and_the_length_told(void)
{
    char out[5];

    EXPECT_EQ(ipv6_format(&made_v6.from6, out, sizeof(out)), 7);
    EXPECT_STR(out, "fe80");
}

static void test_header_that_is_emitted_is_read(void)
{
    const struct ipv6_header h = { 0xa5, 0xfedcb, 4, 17, 63, made_v6.from6, made_v6.to6 };
    uint8_t bytes[IPV6_HEADER_LEN + 9] = { 0 };
    struct ipv6_header back;
    struct span payload;

    EXPECT_EQ(ipv6_header_emit(&h, bytes), IPV6_HEADER_LEN);
    EXPECT_RULE(ipv6_header_parse(&back, (struct span){ bytes, sizeof(bytes) }, &payload),
                RULE_NONE);
    EXPECT_EQ(back.traffic_class, 0xa5);
    EXPECT_EQ(back.flow_label, 0xfedcb);
    EXPECT_EQ(back.next_header, 17);
    EXPECT_EQ(back.hop_limit, 63);
    EXPECT_BYTES(back.source.at, made_v6.from6.at, IPV6_LEN);
    EXPECT_BYTES(back.destination.at, made_v6.to6.at, IPV6_LEN);
    EXPECT(payload.at == bytes + IPV6_HEADER_LEN && payload.len == 4);
}

static void test_broken_headers_are_refused_with_their_rule(void)
{
    struct ipv6_header h = { .payload_length = 5 }, back;
    uint8_t bytes[IPV6_HEADER_LEN + 4] = { 0 };
    struct span in = { bytes, sizeof(bytes) }, payload;

    ipv6_header_emit(&h, bytes);
    EXPECT_RULE(ipv6_header_parse(&back, in, &payload), RULE_IPV6_CUT);
    EXPECT_EQ(payload.len, 4);
    bytes[0] = 0x40;
    EXPECT_RULE(ipv6_header_parse(&back, in, &payload), RULE_IPV6_BAD_VERSION);
    EXPECT_EQ(payload.len, 0);
    in.len = IPV6_HEADER_LEN - 1;
    EXPECT_RULE(ipv6_header_parse(&back, in, &payload), RULE_IPV6_TRUNCATED);
}

static void test_extension_headers_end_where_their_length_says(void)
{
    const uint8_t bytes[24] = { 17, 1, [2] = 0x05, [3] = 0x71, [7] = 9 };
    struct span in = { bytes, sizeof(bytes) }, payload;
    struct ipv6_extension e;

    EXPECT_RULE(ipv6_extension_parse(&e, IPV6_HOP_BY_HOP, in, &payload), RULE_NONE);
    EXPECT_EQ(payload.len, 8);
    EXPECT_RULE(ipv6_extension_parse(&e, IP_PROTOCOL_AH, in, &payload), RULE_NONE);
    EXPECT_EQ(payload.len, 12);
    EXPECT_RULE(ipv6_extension_parse(&e, IPV6_FRAGMENT, in, &payload), RULE_NONE);
    EXPECT_EQ(payload.len, 16);
    EXPECT_EQ(e.fragment_offset, 0x570);
    EXPECT(e.more_fragments);
    EXPECT_EQ(e.identification, 9);
    in.len = 15;
    EXPECT_RULE(ipv6_extension_parse(&e, IPV6_HOP_BY_HOP, in, &payload), RULE_IPV6_EXTENSION_CUT);
    EXPECT_EQ(payload.len, 0);
}

static void expect_line(const struct made *made, const char *want, const char *want_short)
{
    char out[SUMMARY_SIZE];
    struct dissection d;

    dissect(&d, made_span(made), made->len, LAYER_ETHERNET);
    EXPECT_EQ_ROW(want, summary_format(&d, out, sizeof(out)), strlen(want));
    EXPECT_STR_ROW(want, out, want);
    summary_format_short(&d, out, sizeof(out));
    EXPECT_STR_ROW(want, out, want_short);
}

static void test_neighbours_say_who_is_sought_and_who_is_there(void)
{
    struct made made = { .len = 0 };

    made_put(&made, made_v6.to6.at, IPV6_LEN);
    made_icmpv6(&made, 135, 0, 0, &made_v6);
    made_ip(&made, IP_PROTOCOL_ICMPV6, &made_v6);
    made_ethernet(&made, ETHERTYPE_IPV6);
    expect_line(&made, "ICMPv6 neighbour solicitation: who-has fe80::2", "ICMPv6 who-has fe80::2");
    made.len = 0;
    made_put(&made, made_v6.from6.at, IPV6_LEN);
    made_put(&made, ((const uint8_t[]){ 2, 1, 2, 0, 0, 0, 0, 1 }), 8);
    made_icmpv6(&made, 136, 0, 0, &made_v6);
    made_ip(&made, IP_PROTOCOL_ICMPV6, &made_v6);
    made_ethernet(&made, ETHERTYPE_IPV6);
    expect_line(&made, "ICMPv6 neighbour advertisement: fe80::1 is-at 02:00:00:00:00:01",
                "ICMPv6 here is fe80::1");
}

static void test_echo_behind_a_hop_by_hop_header_is_found(void)
{
    struct made made = { .len = 0 };

    made_put(&made, "abcd", 4);
    made_icmpv6(&made, 128, 0, 7 << 16 | 3, &made_v6);
    made_front(&made, ((const uint8_t[]){ IP_PROTOCOL_ICMPV6, 0, 5, 2, 0, 0, 1, 0 }), 8);
    made_ip(&made, IPV6_HOP_BY_HOP, &made_v6);
    made_ethernet(&made, ETHERTYPE_IPV6);
    expect_line(&made, "ICMPv6 echo request id=7 seq=3 len=4", "ICMPv6 echo request seq=3");
    made.bytes[made.len - 1] ^= 1;
    expect_line(&made, "ICMPv6 echo request id=7 seq=3 len=4 [bad ICMP checksum]",
                "ICMPv6 echo request seq=3 bad");
}

static void test_error_names_whom_the_culprit_was_for(void)
{
    struct made made = { .len = 0 };

    made_put(&made, "12345678", 8);
    made_ip(&made, IP_PROTOCOL_UDP, &made_v6);
    made_icmpv6(&made, 2, 0, 1280, &made_v6);
    made_ip(&made, IP_PROTOCOL_ICMPV6, &made_v6);
    made_ethernet(&made, ETHERTYPE_IPV6);
    expect_line(&made, "ICMPv6 packet too big, next-hop MTU 1280, fe80::2",
                "ICMPv6 packet too big");
}

static void test_fragments_say_where_they_belong(void)
{
    const uint8_t header[] = { IP_PROTOCOL_UDP, 0, 0x05, 0xa8, 0, 0, 0, 42 };
    struct made made = { .len = 0 };

    made_put(&made, "0123456789", 10);
    made_front(&made, header, sizeof(header));
    made_ip(&made, IPV6_FRAGMENT, &made_v6);
    made_ethernet(&made, ETHERTYPE_IPV6);
    expect_line(&made, "IPv6 frag id=0x2a MF=0 offset=181 len=10", "frag 0x2a MF=0 off=181");
}

static void test_ports_inside_are_told_as_in_ipv4(void)
{
    struct made made = { .len = 0 };

    made_put(&made, "hello", 5);
    made_udp(&made, 49152, 9, &made_v6);
    made_ip(&made, IP_PROTOCOL_UDP, &made_v6);
    made_ethernet(&made, ETHERTYPE_IPV6);
    expect_line(&made, "UDP 49152 > 9 len=5", "UDP 49152>9 5B");
    made.bytes[made.len - 1] ^= 1;
    expect_line(&made, "UDP 49152 > 9 len=5 [bad UDP checksum]", "UDP 49152>9 bad");
    made.len = 0;
    made_tcp(&made, 49152, 80, &made_v6);
    made_ip(&made, IP_PROTOCOL_TCP, &made_v6);
    made_ethernet(&made, ETHERTYPE_IPV6);
    expect_line(&made, "TCP 49152 > 80 [P.] seq=1 ack=1 win=1000", "TCP 49152>80 P.");
}

static void test_other_protocols_are_named_with_their_length(void)
{
    struct made made = { .len = 0 };

    made_put(&made, "12345", 5);
    made_ip(&made, 89, &made_v6);
    made_ethernet(&made, ETHERTYPE_IPV6);
    expect_line(&made, "IPv6 fe80::1 > fe80::2 OSPF, 5 bytes", "IPv6 OSPF 5B");
    made.len = 0;
    made_ip(&made, IPV6_NOTHING, &made_v6);
    made_ethernet(&made, ETHERTYPE_IPV6);
    expect_line(&made, "IPv6 fe80::1 > fe80::2 nothing, 0 bytes", "IPv6 nothing 0B");
}

/* Each announces another: no end, if one believed it. */
static void test_endless_extension_headers_are_given_up(void)
{
    struct made made = { .len = 0 };
    struct dissection d;

    for (int i = 0; i < 100; i++)
        made_front(&made, ((const uint8_t[]){ IPV6_DESTINATION, 0, 1, 4, 0, 0, 0, 0 }), 8);
    made_ip(&made, IPV6_DESTINATION, &made_v6);
    made_ethernet(&made, ETHERTYPE_IPV6);
    dissect(&d, made_span(&made), made.len, LAYER_ETHERNET);
    EXPECT(d.count < DISSECTION_LAYERS_MAX);
    EXPECT_EQ(d.layers[d.count - 1].kind, LAYER_DATA);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_address_is_written_in_its_canonical_form),
        TEST(test_short_room_is_terminated_and_the_length_told),
        TEST(test_header_that_is_emitted_is_read),
        TEST(test_broken_headers_are_refused_with_their_rule),
        TEST(test_extension_headers_end_where_their_length_says),
        TEST(test_neighbours_say_who_is_sought_and_who_is_there),
        TEST(test_echo_behind_a_hop_by_hop_header_is_found),
        TEST(test_error_names_whom_the_culprit_was_for),
        TEST(test_fragments_say_where_they_belong),
        TEST(test_ports_inside_are_told_as_in_ipv4),
        TEST(test_other_protocols_are_named_with_their_length),
        TEST(test_endless_extension_headers_are_given_up),
    };

    return run_tests("ipv6_header", tests, ARRAY_LEN(tests));
}
