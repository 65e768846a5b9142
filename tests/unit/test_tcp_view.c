/* tools/lib/tcp_view.h: segments made by hand, as a reader sees them. */
#include "tools/lib/tcp_view.h"

#include <stdlib.h>
#include <string.h>

#include "layers/wire/bytes.h"
#include "layers/wire/summary.h"
#include "layers/wire/tcp_option.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

enum { A = 0x0a000001, B = 0x0a000002, IP_LEN = 20, FRONT = 64 };

#define ISS_A UINT32_C(0xfffffff0) /* the numbers wrap in every test */
#define ISS_B UINT32_C(0xffffff00)

static struct tcp_view *view;
static uint8_t bytes[4096];
static uint16_t port_a = 5000;
static uint64_t identity;
static int64_t now;   /* the segments' */
static uint16_t vlan; /* their tag; 0: they have no Ethernet header either */
static bool ipv6;     /* not in IPv4 */
static char full[SUMMARY_SIZE], closer[SUMMARY_SIZE], marked[SUMMARY_SIZE], brief[SUMMARY_SIZE];

static void begin_as(unsigned how)
{
    view = tcp_view_open(how);
    ASSERT(view != NULL);
    identity = 0;
    now = 0;
    port_a = 5000;
    vlan = 0;
    ipv6 = false;
}

static void begin(void)
{
    begin_as(0);
}

static void end(void)
{
    tcp_view_close(view);
}

/* Puts IP in front of the LEN bytes of the segment; returns its length. */
static size_t put_ipv4(bool a, size_t len)
{
    struct ipv4_header ip = { .ttl = 64, .protocol = 6, .source = a ? A : B,
                              .destination = a ? B : A };
    struct span segment = { bytes + FRONT, len };

    ip.total_length = (uint16_t)(IP_LEN + len);
    put_be16(bytes + FRONT + TCP_CHECKSUM_AT, tcp_checksum(ip.source, ip.destination, segment));
    return ipv4_header_emit(&ip, bytes + FRONT - IP_LEN);
}

static size_t put_ipv6(bool a, size_t len)
{
    struct ipv6_header ip = { .hop_limit = 64, .next_header = 6, .source = { { 0x20, 1 } },
                              .destination = { { 0x20, 1 } } };

    ip.payload_length = (uint16_t)len;
    ip.source.at[IPV6_LEN - 1] = a ? 1 : 2;
    ip.destination.at[IPV6_LEN - 1] = a ? 2 : 1;
    return ipv6_header_emit(&ip, bytes + FRONT - IPV6_HEADER_LEN);
}

static void take_apart(struct dissection *d, bool a, size_t len)
{
    size_t ip_len = ipv6 ? put_ipv6(a, len) : put_ipv4(a, len);
    struct ethernet_header ethernet = { .ethertype = ETHERTYPE_VLAN };
    struct vlan_tag tag = { vlan, ipv6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4 };
    uint8_t *at = bytes + FRONT - ip_len;

    if (vlan != 0) {
        at -= vlan_tag_emit(&tag, at - VLAN_TAG_LEN);
        at -= ethernet_header_emit(&ethernet, at - ETHERNET_HEADER_LEN);
    }
    len += (size_t)(bytes + FRONT - at);
    dissect(d, (struct span){ at, len }, len,
            vlan != 0 ? LAYER_ETHERNET : ipv6 ? LAYER_IPV6 : LAYER_IPV4);
}

/* The line of a segment from A or B; numbers relative to the ISS. */
static const char *line(char from, uint8_t flags, uint32_t seq, uint32_t ack, uint16_t window,
                        size_t len, struct span options)
{
    bool a = from == 'a';
    struct tcp_header h = {
        .source_port = a ? port_a : 80, .destination_port = a ? 80 : port_a,
        .sequence = (a ? ISS_A : ISS_B) + seq,
        .acknowledgment = (flags & TCP_ACK) != 0 ? (a ? ISS_B : ISS_A) + ack : 0,
        .flags = flags, .window = window, .options = options,
    };
    struct tcp_segment segment;
    struct dissection d;
    size_t header_len;

    memset(bytes, 0, sizeof(bytes));
    header_len = tcp_header_emit(&h, bytes + FRONT);
    take_apart(&d, a, header_len + len);
    ASSERT(tcp_view_take(view, &d, (struct tcp_sight){ .time_ns = now, .identity = identity },
                         &segment));
    tcp_view_format(view, &d, &segment, TCP_IN_FULL, full, sizeof(full));
    tcp_view_format(view, &d, &segment, TCP_CLOSER, closer, sizeof(closer));
    tcp_view_format(view, &d, &segment, TCP_AS_MARKED, marked, sizeof(marked));
    tcp_view_format(view, &d, &segment, TCP_IN_SHORT, brief, sizeof(brief));
    return full;
}

static const struct span NONE = { NULL, 0 };

#define SEGMENT(from, flags, seq, ack, window, len) \
    line(from, flags, seq, ack, window, len, NONE)

static const uint8_t SYN_OPTIONS[] = { 2, 4, 5, 180, 3, 3, 2, 0 }; /* mss 1460, wscale 2 */

static void open_connection(struct span options)
{
    EXPECT(strstr(line('a', TCP_SYN, 0, 0, 65535, 0, options), "SYN seq=0 win=65535") != NULL);
    EXPECT(strstr(line('b', TCP_SYN | TCP_ACK, 0, 1, 8000, 0, options), "SYN ACK seq=0 ack=1") !=
           NULL);
    line('a', TCP_ACK, 1, 1, 1000, 0, NONE);
}

static void test_numbers_count_from_each_sides_first(void)
{
    struct span options = { SYN_OPTIONS, sizeof(SYN_OPTIONS) };

    begin();
    EXPECT_STR(line('a', TCP_SYN, 0, 0, 65535, 0, options),
               "SYN seq=0 win=65535 mss=1460 wscale=2");
    EXPECT_STR(brief, "SYN 0");
    EXPECT_STR(line('b', TCP_SYN | TCP_ACK, 0, 1, 8000, 0, options),
               "SYN ACK seq=0 ack=1 win=8000 mss=1460 wscale=2");
    EXPECT_STR(SEGMENT('a', TCP_ACK, 1, 1, 1000, 0), "ACK seq=1 ack=1 win=4000");
    EXPECT_STR(brief, "ACK 1");
    EXPECT_STR(SEGMENT('a', TCP_PSH | TCP_ACK, 1, 1, 1000, 1460), "PSH ACK seq=1 ack=1 len=1460");
    EXPECT_STR(brief, "ACK 1 1460B");
    EXPECT_STR(SEGMENT('b', TCP_ACK, 1, 1461, 2000, 0), "ACK seq=1 ack=1461 win=8000");
    EXPECT_STR(SEGMENT('a', TCP_FIN | TCP_ACK, 1461, 1, 1000, 0), "FIN ACK seq=1461 ack=1");
    EXPECT_STR(SEGMENT('b', TCP_RST, 1, 0, 0, 0), "RST seq=1");
    end();
}

static void test_window_is_scaled_only_if_both_offer_it(void)
{
    begin();
    line('a', TCP_SYN, 0, 0, 65535, 0, (struct span){ SYN_OPTIONS, sizeof(SYN_OPTIONS) });
    SEGMENT('b', TCP_SYN | TCP_ACK, 0, 1, 8000, 0);
    EXPECT_STR(SEGMENT('a', TCP_ACK, 1, 1, 1000, 0), "ACK seq=1 ack=1 win=1000");
    end();
}

static void test_refusal_has_no_number_of_its_own(void)
{
    begin();
    SEGMENT('a', TCP_SYN, 0, 0, 65535, 0);
    EXPECT_STR(SEGMENT('b', TCP_RST | TCP_ACK, 0 - ISS_B, 1, 0, 0), "RST ACK seq=0 ack=1");
    SEGMENT('b', TCP_SYN, 0, 0, 65535, 0); /* who is refused can refuse, too */
    EXPECT_STR(SEGMENT('a', TCP_RST | TCP_ACK, 0 - ISS_A, 1, 0, 0), "RST ACK seq=0 ack=1");
    end();
}

static void test_connection_met_in_its_midst_counts_from_one(void)
{
    begin();
    EXPECT_STR(SEGMENT('a', TCP_ACK, 5000, 7000, 100, 10), "ACK seq=1 ack=1 win=100 len=10");
    EXPECT_STR(SEGMENT('b', TCP_ACK, 7000, 5010, 100, 0), "ACK seq=1 ack=11 win=100");
    end();
}

static void test_what_was_sent_before_is_a_retransmission(void)
{
    begin();
    open_connection(NONE);
    SEGMENT('a', TCP_ACK, 1, 1, 1000, 100);
    SEGMENT('a', TCP_ACK, 101, 1, 1000, 100);
    EXPECT_STR(SEGMENT('a', TCP_ACK, 1, 1, 1000, 100), "ACK seq=1 ack=1 len=100 retransmission");
    EXPECT_STR(brief, "ACK 1 100B again");
    EXPECT_STR(SEGMENT('a', TCP_ACK, 101, 1, 1000, 200),
               "ACK seq=101 ack=1 len=200 retransmission");
    EXPECT_STR(SEGMENT('a', TCP_ACK, 301, 1, 1000, 100), "ACK seq=301 ack=1 len=100");
    end();
}

static void test_syn_and_fin_can_be_sent_again(void)
{
    begin();
    SEGMENT('a', TCP_SYN, 0, 0, 65535, 0);
    EXPECT_STR(SEGMENT('a', TCP_SYN, 0, 0, 65535, 0), "SYN seq=0 win=65535 retransmission");
    SEGMENT('b', TCP_SYN | TCP_ACK, 0, 1, 8000, 0);
    SEGMENT('a', TCP_FIN | TCP_ACK, 1, 1, 1000, 0);
    EXPECT_STR(SEGMENT('a', TCP_FIN | TCP_ACK, 1, 1, 1000, 0),
               "FIN ACK seq=1 ack=1 retransmission");
    end();
}

static void test_simultaneous_open_repeats_nothing(void)
{
    begin();
    SEGMENT('a', TCP_SYN, 0, 0, 65535, 0);
    SEGMENT('b', TCP_SYN, 0, 0, 65535, 0);
    EXPECT_STR(SEGMENT('a', TCP_SYN | TCP_ACK, 0, 1, 65535, 0), "SYN ACK seq=0 ack=1 win=65535");
    EXPECT_STR(SEGMENT('b', TCP_SYN | TCP_ACK, 0, 1, 65535, 0), "SYN ACK seq=0 ack=1 win=65535");
    end();
}

static void test_what_fills_a_gap_is_out_of_order(void)
{
    begin();
    open_connection(NONE);
    SEGMENT('a', TCP_ACK, 101, 1, 1000, 100);
    EXPECT_STR(SEGMENT('a', TCP_ACK, 1, 1, 1000, 60), "ACK seq=1 ack=1 len=60 out of order");
    EXPECT_STR(SEGMENT('a', TCP_ACK, 61, 1, 1000, 40), "ACK seq=61 ack=1 len=40 out of order");
    EXPECT_STR(SEGMENT('a', TCP_ACK, 61, 1, 1000, 40), "ACK seq=61 ack=1 len=40 retransmission");
    end();
}

static void test_forwarded_segment_is_no_retransmission(void)
{
    begin();
    open_connection(NONE);
    identity = 17;
    SEGMENT('a', TCP_ACK, 1, 1, 1000, 100);
    EXPECT_STR(SEGMENT('a', TCP_ACK, 1, 1, 1000, 100), "ACK seq=1 ack=1 len=100");
    identity = 18;
    SEGMENT('a', TCP_ACK, 1, 1, 1000, 100);
    EXPECT_STR(SEGMENT('a', TCP_ACK, 1, 1, 1000, 100), "ACK seq=1 ack=1 len=100 retransmission");
    end();
}

static void test_duplicate_acks_are_numbered(void)
{
    begin();
    open_connection(NONE);
    SEGMENT('a', TCP_ACK, 1, 1, 1000, 100);
    SEGMENT('b', TCP_ACK, 1, 101, 8000, 0);
    EXPECT_STR(SEGMENT('b', TCP_ACK, 1, 101, 8000, 0), "ACK seq=1 ack=101 win=8000");
    SEGMENT('a', TCP_ACK, 201, 1, 1000, 100);
    EXPECT_STR(SEGMENT('b', TCP_ACK, 1, 101, 8000, 0), "ACK seq=1 ack=101 win=8000 dup ACK 1");
    EXPECT_STR(SEGMENT('b', TCP_ACK, 1, 101, 8000, 0), "ACK seq=1 ack=101 win=8000 dup ACK 2");
    EXPECT_STR(brief, "ACK 101 dup 2");
    SEGMENT('b', TCP_ACK, 1, 301, 8000, 0);
    SEGMENT('a', TCP_ACK, 301, 1, 1000, 100);
    EXPECT_STR(SEGMENT('b', TCP_ACK, 1, 301, 8000, 0), "ACK seq=1 ack=301 win=8000 dup ACK 1");
    end();
}

static void test_window_shuts_is_probed_and_opens(void)
{
    begin();
    open_connection(NONE);
    SEGMENT('a', TCP_ACK, 1, 1, 1000, 100);
    EXPECT_STR(SEGMENT('b', TCP_ACK, 1, 101, 0, 0), "ACK seq=1 ack=101 win=0 zero window");
    EXPECT_STR(SEGMENT('a', TCP_ACK, 101, 1, 1000, 1),
               "ACK seq=101 ack=1 len=1 zero window probe");
    EXPECT_STR(SEGMENT('b', TCP_ACK, 1, 101, 0, 0),
               "ACK seq=1 ack=101 win=0 zero window probe ACK");
    EXPECT_STR(brief, "ACK 101 win=0 probe ACK");
    EXPECT_STR(SEGMENT('a', TCP_ACK, 101, 1, 1000, 1),
               "ACK seq=101 ack=1 len=1 zero window probe");
    EXPECT_STR(SEGMENT('b', TCP_ACK, 1, 101, 4000, 0), "ACK seq=1 ack=101 win=4000 window update");
    end();
}

static void test_probe_after_a_lost_window_update_is_still_a_probe(void)
{
    begin();
    open_connection(NONE);
    SEGMENT('a', TCP_ACK, 1, 1, 1000, 100);
    SEGMENT('b', TCP_ACK, 1, 101, 0, 0);
    SEGMENT('a', TCP_ACK, 101, 1, 1000, 1);
    SEGMENT('b', TCP_ACK, 1, 101, 4000, 0);
    EXPECT_STR(SEGMENT('a', TCP_ACK, 101, 1, 1000, 1),
               "ACK seq=101 ack=1 len=1 zero window probe");
    EXPECT_STR(SEGMENT('b', TCP_ACK, 1, 102, 3999, 0), "ACK seq=1 ack=102 win=3999");
    SEGMENT('a', TCP_ACK, 102, 1, 1000, 100);
    EXPECT_STR(SEGMENT('a', TCP_ACK, 101, 1, 1000, 1), "ACK seq=101 ack=1 len=1 retransmission");
    end();
}

static void test_segment_after_the_window_opened_is_no_probe(void)
{
    begin();
    open_connection(NONE);
    SEGMENT('a', TCP_ACK, 1, 1, 1000, 100);
    SEGMENT('b', TCP_ACK, 1, 101, 0, 0);
    SEGMENT('a', TCP_ACK, 101, 1, 1000, 1);
    SEGMENT('b', TCP_ACK, 1, 101, 4000, 0);
    EXPECT_STR(SEGMENT('a', TCP_ACK, 101, 1, 1000, 100), "ACK seq=101 ack=1 len=100");
    SEGMENT('a', TCP_ACK, 201, 1, 1000, 100);
    EXPECT_STR(SEGMENT('b', TCP_ACK, 1, 101, 4000, 0), "ACK seq=1 ack=101 win=4000 dup ACK 1");
    end();
}

static void test_keep_alive_asks_with_an_old_number(void)
{
    begin();
    open_connection(NONE);
    SEGMENT('a', TCP_ACK, 1, 1, 1000, 100);
    SEGMENT('b', TCP_ACK, 1, 101, 8000, 0);
    EXPECT_STR(SEGMENT('a', TCP_ACK, 100, 1, 1000, 0), "ACK seq=100 ack=1 win=1000 keep-alive");
    EXPECT_STR(SEGMENT('b', TCP_ACK, 1, 101, 8000, 0), "ACK seq=1 ack=101 win=8000");
    EXPECT_STR(SEGMENT('a', TCP_ACK, 101, 1, 1000, 1), "ACK seq=101 ack=1 len=1");
    end();
}

static void test_sack_blocks_are_relative(void)
{
    uint8_t options[20] = { 1, 1, 5, 18 };

    begin();
    open_connection(NONE);
    SEGMENT('a', TCP_ACK, 1, 1, 1000, 100);
    put_be32(options + 4, ISS_A + 201);
    put_be32(options + 8, ISS_A + 301);
    put_be32(options + 12, ISS_A + 401);
    put_be32(options + 16, ISS_A + 501);
    EXPECT_STR(line('b', TCP_ACK, 1, 101, 8000, 0, (struct span){ options, sizeof options }),
               "ACK seq=1 ack=101 win=8000 sack=201-301,401-501");
    EXPECT_STR(brief, "ACK 101 sack 201-301");
    EXPECT_STR(line('b', TCP_ACK, 1, 301, 8000, 0, (struct span){ options, sizeof options }),
               "ACK seq=1 ack=301 win=8000 dsack=201-301,401-501");
    EXPECT_STR(brief, "ACK 301 dsack 201-301");
    end();
}

static void test_line_gives_up_names_then_windows_then_words(void)
{
    struct span options = { SYN_OPTIONS, sizeof(SYN_OPTIONS) };

    begin();
    line('a', TCP_SYN, 0, 0, 65535, 0, options);
    EXPECT_STR(line('a', TCP_SYN, 0, 0, 65535, 0, options),
               "SYN seq=0 win=65535 mss=1460 wscale=2 retransmission");
    EXPECT_STR(closer, "SYN 0 win=65535 mss=1460 wscale=2 retransmission");
    EXPECT_STR(marked, "SYN 0 retransmission");
    EXPECT_STR(brief, "SYN 0 again");
    options = (struct span){ (const uint8_t[]){ 34, 4, 7, 7 }, 4 };
    EXPECT_STR(line('b', TCP_SYN, 0, 0, 100, 0, options), "SYN seq=0 win=100 fast-open=cookie");
    end();
}

static void test_ports_are_named_where_there_are_several(void)
{
    begin();
    EXPECT_STR(SEGMENT('a', TCP_SYN, 0, 0, 65535, 0), "SYN seq=0 win=65535");
    port_a = 5001;
    EXPECT_STR(SEGMENT('a', TCP_SYN, 0, 0, 65535, 0), "5001>80 SYN seq=0 win=65535");
    EXPECT_STR(brief, "5001>80 SYN 0");
    tcp_view_restart(view);
    EXPECT(tcp_view_has_several(view));
    EXPECT_STR(SEGMENT('a', TCP_SYN, 0, 0, 65535, 0), "5001>80 SYN seq=0 win=65535");
    end();
}

static void test_syn_with_another_number_begins_anew(void)
{
    begin();
    open_connection(NONE);
    SEGMENT('a', TCP_ACK, 1, 1, 1000, 100);
    EXPECT_STR(SEGMENT('a', TCP_SYN, 70000, 0, 65535, 0), "SYN seq=0 win=65535");
    EXPECT_STR(SEGMENT('b', TCP_SYN | TCP_ACK, 90000, 70001, 65535, 0),
               "SYN ACK seq=0 ack=1 win=65535");
    end();
}

static void test_syn_of_a_later_connection_is_no_copy_of_the_first(void)
{
    begin();
    identity = 17;
    SEGMENT('a', TCP_SYN, 0, 0, 65535, 0);
    EXPECT_STR(SEGMENT('a', TCP_SYN, 70000, 0, 65535, 0), "SYN seq=0 win=65535");
    identity = 18;
    EXPECT_STR(SEGMENT('a', TCP_SYN, 70000, 0, 65535, 0), "SYN seq=0 win=65535 retransmission");
    EXPECT_STR(SEGMENT('b', TCP_SYN | TCP_ACK, 0, 1, 8000, 0),
               "SYN ACK seq=0 ack=-69999 win=8000");
    EXPECT_STR(brief, "SYN ACK 0 ack -69999");
    EXPECT_STR(SEGMENT('a', TCP_RST, 1, 0, 0, 0), "RST seq=-69999");
    end();
}

static void test_probe_that_is_taken_counts_as_sent(void)
{
    begin();
    open_connection(NONE);
    SEGMENT('a', TCP_ACK, 1, 1, 1000, 100);
    SEGMENT('b', TCP_ACK, 1, 101, 0, 0);
    SEGMENT('a', TCP_ACK, 101, 1, 1000, 1);
    SEGMENT('b', TCP_ACK, 1, 102, 4000, 0);
    EXPECT_STR(SEGMENT('a', TCP_ACK, 102, 1, 1000, 100), "ACK seq=102 ack=1 len=100");
    EXPECT_STR(SEGMENT('a', TCP_ACK, 101, 1, 1000, 101),
               "ACK seq=101 ack=1 len=101 retransmission");
    end();
}

static void test_absolute_numbers_are_those_sent(void)
{
    view = tcp_view_open(TCP_VIEW_ABSOLUTE);
    ASSERT(view != NULL);
    EXPECT_STR(SEGMENT('a', TCP_SYN, 0, 0, 65535, 0), "SYN seq=4294967280 win=65535");
    EXPECT_STR(SEGMENT('b', TCP_SYN | TCP_ACK, 0, 1, 8000, 0),
               "SYN ACK seq=4294967040 ack=4294967281 win=8000");
    end();
}

static void test_segment_on_a_vlan_says_its_tag(void)
{
    begin();
    vlan = 10;
    EXPECT_STR(SEGMENT('a', TCP_SYN, 0, 0, 65535, 0), "vlan 10 SYN seq=0 win=65535");
    EXPECT_STR(brief, "v10 SYN 0");
    end();
}

static void test_segment_in_ipv6_counts_from_each_sides_first(void)
{
    begin();
    ipv6 = true;
    EXPECT(strstr(SEGMENT('a', TCP_SYN, 0, 0, 65535, 0), "SYN seq=0 win=65535") == full);
    EXPECT(strstr(SEGMENT('b', TCP_SYN | TCP_ACK, 0, 1, 8000, 0), "SYN ACK seq=0 ack=1") == full);
    EXPECT(strstr(SEGMENT('a', TCP_ACK, 1, 1, 1000, 100), "ACK seq=1 ack=1 win=1000 len=100") ==
           full);
    EXPECT(strstr(SEGMENT('b', TCP_ACK, 1, 101, 8000, 0), "ACK seq=1 ack=101 win=8000") == full);
    EXPECT(strstr(SEGMENT('a', TCP_ACK, 1, 1, 1000, 100), "retransmission") != NULL);
    EXPECT(!tcp_view_has_several(view));
    end();
}

static void test_captured_segments_are_told_as_wireshark_would(void)
{
    begin_as(TCP_VIEW_CAPTURE);
    open_connection(NONE);
    SEGMENT('a', TCP_ACK, 1, 1, 1000, 100);
    EXPECT_STR(SEGMENT('a', TCP_ACK, 201, 1, 1000, 100),
               "ACK seq=201 ack=1 len=100 previous segment not captured");
    EXPECT_STR(brief, "ACK 201 100B after gap");
    SEGMENT('b', TCP_ACK, 1, 101, 8000, 0);
    SEGMENT('b', TCP_ACK, 1, 101, 8000, 0);
    EXPECT_STR(SEGMENT('b', TCP_ACK, 1, 101, 8000, 0), "ACK seq=1 ack=101 win=8000 dup ACK 2");
    now = 10 * 1000 * 1000;
    EXPECT_STR(SEGMENT('a', TCP_ACK, 101, 1, 1000, 100),
               "ACK seq=101 ack=1 len=100 fast retransmission");
    EXPECT_STR(SEGMENT('b', TCP_ACK, 1, 501, 200, 0),
               "ACK seq=1 ack=501 win=200 ACKed unseen segment");
    EXPECT_STR(SEGMENT('a', TCP_ACK, 101, 1, 1000, 100),
               "ACK seq=101 ack=1 len=100 spurious retransmission");
    EXPECT_STR(SEGMENT('a', TCP_ACK, 501, 1, 1000, 0),
               "ACK seq=501 ack=1 win=1000 previous segment not captured");
    EXPECT_STR(SEGMENT('a', TCP_SYN, 70000, 0, 65535, 0), "SYN seq=0 win=65535 ports reused");
    end();
}

static void test_captured_keep_alive_is_answered_and_window_filled(void)
{
    struct span options = { SYN_OPTIONS, sizeof(SYN_OPTIONS) };

    begin_as(TCP_VIEW_CAPTURE);
    open_connection(options);
    SEGMENT('a', TCP_ACK, 1, 1, 1000, 100);
    SEGMENT('b', TCP_ACK, 1, 101, 50, 0);
    EXPECT_STR(SEGMENT('a', TCP_ACK, 100, 1, 1000, 0), "ACK seq=100 ack=1 win=4000 keep-alive");
    EXPECT_STR(SEGMENT('b', TCP_ACK, 1, 101, 50, 0), "ACK seq=1 ack=101 win=200 keep-alive ACK");
    EXPECT_STR(brief, "ACK 101 alive");
    EXPECT_STR(SEGMENT('a', TCP_ACK, 101, 1, 1000, 200), "ACK seq=101 ack=1 len=200 window full");
    EXPECT_STR(SEGMENT('a', TCP_ACK, 101, 1, 1000, 200),
               "ACK seq=101 ack=1 len=200 retransmission, window full");
    EXPECT_STR(brief, "ACK 101 200B again, win full");
    end();
}

static void test_captured_copy_is_no_retransmission(void)
{
    begin_as(TCP_VIEW_CAPTURE);
    open_connection(NONE);
    identity = 17;
    SEGMENT('a', TCP_ACK, 1, 1, 1000, 100);
    EXPECT_STR(SEGMENT('a', TCP_ACK, 1, 1, 1000, 100), "ACK seq=1 ack=1 len=100 copy");
    EXPECT_STR(brief, "ACK 1 100B copy");
    identity = 18;
    EXPECT_STR(SEGMENT('a', TCP_ACK, 1, 1, 1000, 100), "ACK seq=1 ack=1 len=100 retransmission");
    EXPECT_STR(SEGMENT('a', TCP_ACK, 1, 1, 1000, 100), "ACK seq=1 ack=1 len=100 copy");
    end();
}

/* ... and what is taken while it recalls changes nothing of what it knows. */
static void test_recalled_segments_are_said_as_the_first_time(void)
{
    size_t place;

    begin_as(TCP_VIEW_CAPTURE);
    open_connection(NONE);
    tcp_view_note(view);
    SEGMENT('a', TCP_ACK, 1, 1, 1000, 100);
    place = tcp_view_place(view);
    SEGMENT('a', TCP_ACK, 201, 1, 1000, 100);
    SEGMENT('a', TCP_ACK, 1, 1, 1000, 100);
    EXPECT(tcp_view_note_no_more(view));
    for (int time = 0; time < 2; time++) {
        tcp_view_recall(view, place);
        EXPECT_STR(SEGMENT('a', TCP_ACK, 201, 1, 1000, 100),
                   "ACK seq=201 ack=1 len=100 previous segment not captured");
        EXPECT_STR(SEGMENT('a', TCP_ACK, 1, 1, 1000, 100),
                   "ACK seq=1 ack=1 len=100 out of order");
    }
    end();
}

/* Shows a segment of 104 bytes from A in two fragments. */
static void show_in_fragments(uint32_t seq)
{
    struct tcp_header h = { .source_port = port_a, .destination_port = 80,
                            .sequence = ISS_A + seq, .acknowledgment = ISS_B + 1,
                            .flags = TCP_ACK, .window = 1000 };

    for (unsigned piece = 0; piece < 2; piece++) {
        struct ipv4_header ip = { .ttl = 64, .protocol = 6, .source = A, .destination = B,
                                  .identification = 7, .total_length = piece == 0 ? 84 : 80,
                                  .more_fragments = piece == 0,
                                  .fragment_offset = piece == 0 ? 0 : 64 };
        struct tcp_segment segment;
        struct dissection d;

        memset(bytes, 0, sizeof(bytes));
        if (piece == 0)
            tcp_header_emit(&h, bytes + IP_LEN);
        ipv4_header_emit(&ip, bytes);
        dissect(&d, (struct span){ bytes, ip.total_length }, ip.total_length, LAYER_IPV4);
        EXPECT(!tcp_view_take(view, &d, (struct tcp_sight){ .time_ns = now }, &segment));
    }
}

/* And again, from the notes. */
static void test_segment_in_fragments_is_followed(void)
{
    begin_as(TCP_VIEW_CAPTURE);
    open_connection(NONE);
    tcp_view_note(view);
    for (int time = 0; time < 2; time++) {
        show_in_fragments(1);
        EXPECT_STR(SEGMENT('a', TCP_ACK, 105, 1, 1000, 10), "ACK seq=105 ack=1 len=10");
        EXPECT_STR(SEGMENT('a', TCP_ACK, 116, 1, 1000, 10),
                   "ACK seq=116 ack=1 len=10 previous segment not captured");
        EXPECT(time > 0 || tcp_view_note_no_more(view));
        tcp_view_recall(view, 0);
    }
    end();
}

static void test_very_many_connections_take_no_more_memory(void)
{
    begin();
    for (unsigned i = 0; i < 20000; i++) {
        port_a = (uint16_t)(1024 + i);
        SEGMENT('a', TCP_SYN, i, 0, 65535, 0);
    }
    EXPECT(strstr(SEGMENT('a', TCP_ACK, 20000, 1, 100, 0), "ACK seq=1 ack=1 win=100") != NULL);
    end();
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_numbers_count_from_each_sides_first),
        TEST(test_window_is_scaled_only_if_both_offer_it),
        TEST(test_refusal_has_no_number_of_its_own),
        TEST(test_connection_met_in_its_midst_counts_from_one),
        TEST(test_what_was_sent_before_is_a_retransmission),
        TEST(test_syn_and_fin_can_be_sent_again),
        TEST(test_simultaneous_open_repeats_nothing),
        TEST(test_what_fills_a_gap_is_out_of_order),
        TEST(test_forwarded_segment_is_no_retransmission),
        TEST(test_duplicate_acks_are_numbered),
        TEST(test_window_shuts_is_probed_and_opens),
        TEST(test_probe_after_a_lost_window_update_is_still_a_probe),
        TEST(test_segment_after_the_window_opened_is_no_probe),
        TEST(test_keep_alive_asks_with_an_old_number),
        TEST(test_sack_blocks_are_relative),
        TEST(test_line_gives_up_names_then_windows_then_words),
        TEST(test_ports_are_named_where_there_are_several),
        TEST(test_syn_with_another_number_begins_anew),
        TEST(test_syn_of_a_later_connection_is_no_copy_of_the_first),
        TEST(test_probe_that_is_taken_counts_as_sent),
        TEST(test_absolute_numbers_are_those_sent),
        TEST(test_segment_on_a_vlan_says_its_tag),
        TEST(test_segment_in_ipv6_counts_from_each_sides_first),
        TEST(test_captured_segments_are_told_as_wireshark_would),
        TEST(test_captured_keep_alive_is_answered_and_window_filled),
        TEST(test_captured_copy_is_no_retransmission),
        TEST(test_recalled_segments_are_said_as_the_first_time),
        TEST(test_segment_in_fragments_is_followed),
        TEST(test_very_many_connections_take_no_more_memory),
    };

    return run_tests("tcp-view", tests, ARRAY_LEN(tests));
}
