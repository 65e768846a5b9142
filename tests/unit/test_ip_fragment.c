/*
 * Cutting datagrams: the arithmetic (RFC 791 3.2), the copied flag of options
 * (3.1), and what a host puts on the wire.
 */
#include "layers/net/ip_fragment.h"

#include <string.h>

#include "layers/net/ip.h"
#include "tests/support/net.h"
#include "tests/support/suite.h"

enum { PROTOCOL_TEST = 253 };

/* ---- Arithmetic ---- */

static void test_sizes_are_cut_at_multiples_of_eight(void)
{
    static const struct {
        const char *label;
        uint32_t len;
        size_t header_len;
        uint16_t mtu;
        struct ip_cut cuts[4];
    } rows[] = {
        { "textbook: 3500 bytes, MTU 1420", 3500, 20, 1420,
          { { 0, 1400, true }, { 1400, 1400, true }, { 2800, 700, false } } },
        { "4000-byte datagram, MTU 1500", 3980, 20, 1500,
          { { 0, 1480, true }, { 1480, 1480, true }, { 2960, 1020, false } } },
        { "fits exactly", 1480, 20, 1500, { { 0, 1480, false } } },
        { "one byte too many", 1481, 20, 1500, { { 0, 1480, true }, { 1480, 1, false } } },
        { "room that is no multiple of 8", 100, 20, 73,
          { { 0, 48, true }, { 48, 52, false } } },
        { "last one may be longer than the others", 52, 20, 67,
          { { 0, 40, true }, { 40, 12, false } } },
        { "least MTU and longest header: 8 bytes each", 20, 60, 68,
          { { 0, 8, true }, { 8, 8, true }, { 16, 4, false } } },
        { "no data", 0, 20, 68, { { 0, 0, false } } },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct ip_cut cut = { .more = true };
        uint32_t first = 0;

        for (unsigned n = 0; cut.more && n < 4; n++, first += cut.len) {
            const struct ip_cut *want = &rows[i].cuts[n];

            EXPECT_ROW(rows[i].label, ip_fragment_cut(first, rows[i].len, rows[i].header_len,
                                                      rows[i].mtu, &cut));
            EXPECT_EQ_ROW(rows[i].label, cut.first, want->first);
            EXPECT_EQ_ROW(rows[i].label, cut.len, want->len);
            EXPECT_EQ_ROW(rows[i].label, cut.more, want->more);
        }
        EXPECT_EQ_ROW(rows[i].label, first, rows[i].len);
    }
}

static void test_mtu_without_room_for_eight_bytes_cuts_nothing(void)
{
    struct ip_cut cut;

    EXPECT(!ip_fragment_cut(0, 100, 20, 27, &cut));
    EXPECT(ip_fragment_cut(0, 100, 20, 28, &cut));
    EXPECT_EQ(cut.len, 8);
    EXPECT(!ip_fragment_cut(0, 100, 60, 67, &cut));
}

static void test_options_without_copied_flag_stay_behind(void)
{
    static const struct {
        const char *label;
        uint8_t options[12];
        size_t len;
        uint8_t later[12];
        size_t later_len;
    } rows[] = {
        { "none", { 0 }, 0, { 0 }, 0 },
        { "record route stays", { 7, 7, 4, 0, 0, 0, 0, 0 }, 8, { 0 }, 0 },
        { "timestamp stays", { 68, 8, 5, 0, 0, 0, 0, 0 }, 8, { 0 }, 0 },
        { "loose route goes along", { 131, 7, 4, 1, 2, 3, 4, 0 }, 8,
          { 131, 7, 4, 1, 2, 3, 4, 0 }, 8 },
        { "stream id goes, record route stays", { 7, 3, 4, 136, 4, 9, 9, 0 }, 8,
          { 136, 4, 9, 9 }, 4 },
        { "unknown with copied flag goes, padding is made", { 1, 0x9e, 3, 5 }, 4,
          { 0x9e, 3, 5, 0 }, 4 },
        { "no-operation stays", { 1, 1, 1, 1 }, 4, { 0 }, 0 },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint8_t out[IPV4_OPTIONS_MAX];
        size_t len = ip_fragment_options((struct span){ rows[i].options, rows[i].len }, out);

        if (EXPECT_EQ_ROW(rows[i].label, len, rows[i].later_len))
            EXPECT_BYTES_ROW(rows[i].label, out, rows[i].later, len);
    }
}

/* ---- A host that sends ---- */

struct fixture {
    struct net net;
    struct net_desk desk;
};

static void open(struct fixture *f, uint16_t mtu)
{
    net_open(&f->net, 1);
    f->net.config.ip.first_id = 777;
    f->desk = net_desk(&f->net, true);
    f->desk.a->interfaces[0].mtu = mtu;
}

static uint8_t pattern(size_t i)
{
    return (uint8_t)(i * 7 + (i >> 8));
}

static bool send_with(struct fixture *f, size_t len, struct ip_send *send)
{
    struct packet *p = packet_new(f->net.world, len);

    for (size_t i = 0; i < len; i++)
        packet_bytes(p)[i] = pattern(i);
    packet_stamp(p, 1, 0);
    send->destination = net_ip("10.0.0.9");
    send->protocol = PROTOCOL_TEST;
    net_mark(&f->net);
    return ip_output(f->desk.a, p, send);
}

struct expected {
    uint16_t offset; /* as in the header: units of 8 */
    uint16_t len;    /* of data */
    bool more;
};

static void expect_fragments(struct fixture *f, const struct expected *want, unsigned count)
{
    net_run_for(&f->net, 20 * MS);
    EXPECT_EQ(tester_count(f->desk.t), count);
    for (unsigned i = 0; i < count; i++) {
        struct ipv4_header h;
        struct span payload;

        if (!tester_read_ipv4(tester_frame(f->desk.t, i), &h, &payload))
            return;
        EXPECT_EQ(h.identification, 777);
        EXPECT_EQ(h.fragment_offset / 8, want[i].offset);
        EXPECT_EQ(h.more_fragments, want[i].more);
        EXPECT_EQ(h.dont_fragment, 0);
        EXPECT_EQ(h.protocol, PROTOCOL_TEST);
        EXPECT_EQ(payload.len, want[i].len);
        for (size_t n = 0; n < payload.len; n++)
            if (!EXPECT_EQ(payload.at[n], pattern(h.fragment_offset + n)))
                return;
    }
}

/* The textbook's table: MF 1 1 0, DF 0, offsets 0, 175, 350. */
static void test_long_datagram_gives_the_textbook_table(void)
{
    static const struct expected want[] = {
        { 0, 1400, true }, { 175, 1400, true }, { 350, 708, false },
    };
    struct fixture f;
    struct ip_send send = { 0 };

    open(&f, 1420);
    EXPECT(send_with(&f, 3508, &send));
    expect_fragments(&f, want, 3);
    EXPECT_RULE_COUNT(&f.net, &f.desk.a->node, RULE_IP_FRAGMENTED, 1);
    EXPECT_RULE_COUNT(&f.net, &f.desk.a->node, RULE_IP_FRAGMENT, 3);
    EXPECT_EQ(f.desk.a->counters.fragments_out, 3);
    EXPECT_EQ(f.desk.a->counters.ip_out, 1);
    net_close(&f.net);
}

static void test_datagram_as_long_as_the_mtu_stays_whole(void)
{
    static const struct expected want[] = { { 0, 1400, false } };
    struct fixture f;
    struct ip_send send = { 0 };

    open(&f, 1420);
    EXPECT(send_with(&f, 1400, &send));
    expect_fragments(&f, want, 1);
    EXPECT_NOT_SAW(&f.net, NULL, RULE_IP_FRAGMENTED);
    net_close(&f.net);
}

static void test_one_byte_more_makes_two(void)
{
    static const struct expected want[] = { { 0, 1400, true }, { 175, 1, false } };
    struct fixture f;
    struct ip_send send = { 0 };

    open(&f, 1420);
    EXPECT(send_with(&f, 1401, &send));
    expect_fragments(&f, want, 2);
    net_close(&f.net);
}

/* RFC 791 3.1: the first fragment has all options, the others the copied. */
static void test_later_fragments_have_shorter_headers(void)
{
    static const uint8_t options[] = { 7, 7, 4, 0, 0, 0, 0, 1, 131, 3, 4, 0 };
    static const struct expected want[] = {
        { 0, 64, true }, { 8, 72, true }, { 17, 8, false },
    };
    struct fixture f;
    struct ip_send send = { .options = { options, sizeof(options) } };
    struct ipv4_header h;

    open(&f, 100);
    EXPECT(send_with(&f, 144, &send));
    expect_fragments(&f, want, 3);
    EXPECT_EQ(net_last_rule(&f.net, NULL, RULE_IP_FRAGMENT_OPTIONS)->b, 4);
    if (tester_read_ipv4(tester_frame(f.desk.t, 0), &h, NULL)) {
        EXPECT_EQ(h.options.len, 12);
        EXPECT_BYTES(h.options.at, options, sizeof(options));
    }
    if (tester_read_ipv4(tester_frame(f.desk.t, 1), &h, NULL)) {
        EXPECT_EQ(h.options.len, 4);
        EXPECT_BYTES(h.options.at, options + 8, 4);
    }
    net_close(&f.net);
}

static void test_dont_fragment_refuses_locally(void)
{
    struct fixture f;
    struct ip_send send = { .dont_fragment = true };

    open(&f, 1420);
    EXPECT(!send_with(&f, 1401, &send));
    net_run_for(&f.net, 20 * MS);
    EXPECT_RULE_COUNT(&f.net, &f.desk.a->node, RULE_IP_DF_TOO_LONG, 1);
    EXPECT_EQ(tester_count(f.desk.t), 0);
    EXPECT(send_with(&f, 1400, &send));
    net_run_for(&f.net, 20 * MS);
    EXPECT_EQ(tester_count(f.desk.t), 1);
    net_close(&f.net);
}

static void test_longest_datagram_goes_and_one_more_byte_does_not(void)
{
    struct fixture f;
    struct ip_send send = { 0 };

    open(&f, 1500);
    EXPECT(!send_with(&f, 65516, &send));
    EXPECT_RULE_COUNT(&f.net, &f.desk.a->node, RULE_IP_TOO_LONG, 1);
    EXPECT(send_with(&f, 65515, &send));
    EXPECT_RULE_COUNT(&f.net, &f.desk.a->node, RULE_IP_FRAGMENT, 45);
    net_run_for(&f.net, 100 * MS);
    net_close(&f.net);
}

static void test_mtu_without_room_for_data_drops(void)
{
    struct fixture f;
    struct ip_send send = { 0 };

    open(&f, 27);
    send_with(&f, 100, &send);
    EXPECT_RULE_COUNT(&f.net, &f.desk.a->node, RULE_IP_MTU_TOO_SMALL, 1);
    net_close(&f.net);
}

static void test_no_packet_buffer_left_drops_the_rest(void)
{
    struct fixture f;
    struct ip_send send = { 0 };
    struct pool *frames;

    open(&f, 1420);
    send_with(&f, 8, &send); /* ARP is done */
    net_run_for(&f.net, 10 * MS);
    frames = &f.net.world->packets[PACKET_FRAME];
    frames->limit = frames->live + 1;
    send_with(&f, 3508, &send);
    EXPECT_RULE_COUNT(&f.net, &f.desk.a->node, RULE_IP_FRAGMENT, 1);
    EXPECT_RULE_COUNT(&f.net, &f.desk.a->node, RULE_IP_NO_MEMORY, 1);
    net_close(&f.net);
}

/* Each fragment has luck of its own, and the same in every run. */
static void test_fragments_have_identities_of_their_own(void)
{
    uint64_t seen[2][3];

    for (unsigned run = 0; run < 2; run++) {
        struct fixture f;
        struct ip_send send = { 0 };
        unsigned count, n = 0;

        open(&f, 1420);
        send_with(&f, 3508, &send);
        net_run_for(&f.net, 20 * MS);
        count = f.net.trace.frames.count;
        for (uint32_t i = 1; i <= count; i++)
            if (trace_frame(&f.net.trace, i)->len > 100 && n < 3)
                seen[run][n++] = trace_frame(&f.net.trace, i)->identity;
        EXPECT_EQ(n, 3);
        net_close(&f.net);
    }
    EXPECT(memcmp(seen[0], seen[1], sizeof(seen[0])) == 0);
    EXPECT(seen[0][0] != seen[0][1] && seen[0][1] != seen[0][2] && seen[0][0] != seen[0][2]);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_sizes_are_cut_at_multiples_of_eight),
        TEST(test_mtu_without_room_for_eight_bytes_cuts_nothing),
        TEST(test_options_without_copied_flag_stay_behind),
        TEST(test_long_datagram_gives_the_textbook_table),
        TEST(test_datagram_as_long_as_the_mtu_stays_whole),
        TEST(test_one_byte_more_makes_two),
        TEST(test_later_fragments_have_shorter_headers),
        TEST(test_dont_fragment_refuses_locally),
        TEST(test_longest_datagram_goes_and_one_more_byte_does_not),
        TEST(test_mtu_without_room_for_data_drops),
        TEST(test_no_packet_buffer_left_drops_the_rest),
        TEST(test_fragments_have_identities_of_their_own),
    };

    return run_tests("ip_fragment", tests, ARRAY_LEN(tests));
}
