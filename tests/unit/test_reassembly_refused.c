/*
 * Fragments that do not become a datagram: bad ones, contradictions (RFC 1858
 * 4), and the limits of time and memory (RFC 1122 3.3.2).
 */
#include "tests/unit/fixture_reassembly.h"

/* ---- Refused ---- */

static void test_bad_fragments_are_dropped_alone(void)
{
    static const struct {
        const char *label;
        unsigned first;
        size_t len;
        bool more;
        unsigned rule;
    } rows[] = {
        { "not a multiple of 8 (RFC 791 3.2)", 80, 81, true, RULE_REASSEMBLY_NOT_EIGHTS },
        { "no data (RFC 791 3.2)", 80, 0, true, RULE_REASSEMBLY_EMPTY },
        { "ends past 65535 (RFC 791 3.1)", 65528, 8, false, RULE_REASSEMBLY_TOO_LONG },
        { "with its header past 65535", 65512, 8, false, RULE_REASSEMBLY_TOO_LONG },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;

        open(&f);
        send(&f, 0, 80, true);
        send(&f, rows[i].first, rows[i].len, rows[i].more);
        EXPECT_EQ_ROW(rows[i].label, net_count_rule(&f.net, &f.a->node, rows[i].rule), 1);
        send(&f, 80, 8, false);
        expect_caught(88);
        net_close(&f.net);
    }
}

static void test_contradictions_condemn_the_datagram(void)
{
    static const struct {
        const char *label;
        struct {
            unsigned first, len;
            bool more;
            uint8_t spoil;
        } sent[2];
        unsigned rule;
    } rows[] = {
        { "same place, other bytes (RFC 1858 4)", { { 0, 80, true, 0 }, { 0, 80, true, 1 } },
          RULE_REASSEMBLY_CONFLICT },
        { "partly over, later (RFC 1858 4.1)", { { 0, 80, true, 0 }, { 72, 80, true, 1 } },
          RULE_REASSEMBLY_CONFLICT },
        { "partly over, earlier (RFC 1858 4.1)", { { 72, 80, true, 1 }, { 0, 80, true, 0 } },
          RULE_REASSEMBLY_CONFLICT },
        { "two ends, longer", { { 80, 8, false, 0 }, { 80, 16, false, 0 } },
          RULE_REASSEMBLY_TWO_ENDS },
        { "two ends, shorter", { { 80, 16, false, 0 }, { 80, 8, false, 0 } },
          RULE_REASSEMBLY_TWO_ENDS },
        { "more behind the end", { { 80, 8, false, 0 }, { 160, 8, true, 0 } },
          RULE_REASSEMBLY_PAST_END },
        { "more at the end", { { 80, 8, false, 0 }, { 80, 8, true, 0 } },
          RULE_REASSEMBLY_PAST_END },
        { "end before what is here", { { 160, 8, true, 0 }, { 80, 8, false, 0 } },
          RULE_REASSEMBLY_PAST_END },
        { "end where more was to come", { { 80, 8, true, 0 }, { 80, 8, false, 0 } },
          RULE_REASSEMBLY_PAST_END },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;

        open(&f);
        for (unsigned n = 0; n < 2; n++)
            send_spoilt(&f, rows[i].sent[n].first, rows[i].sent[n].len, rows[i].sent[n].more,
                        rows[i].sent[n].spoil);
        /* Both are lost for it, and so is what still comes. */
        EXPECT_EQ_ROW(rows[i].label, net_count_rule(&f.net, &f.a->node, rows[i].rule), 2);
        EXPECT_EQ_ROW(rows[i].label, world_live_packets(f.net.world), 0);
        send(&f, 0, 800, true);
        send(&f, 800, 8, false);
        EXPECT_EQ_ROW(rows[i].label,
                      net_count_rule(&f.net, &f.a->node, RULE_REASSEMBLY_POISONED), 2);
        EXPECT_EQ_ROW(rows[i].label, caught.count, 0);
        net_close(&f.net);
    }
}

static void test_condemned_identification_is_free_after_the_timeout(void)
{
    struct fixture f;

    open(&f);
    send(&f, 0, 80, true);
    send_spoilt(&f, 0, 80, true, 1);
    net_run_for(&f.net, 61 * SECONDS);
    EXPECT_EQ(tester_count(f.desk.t), 0);
    send(&f, 0, 80, true);
    send(&f, 80, 8, false);
    expect_caught(88);
    net_close(&f.net);
}

/* A world in which only a condemned datagram is left has ended. */
static void test_condemned_datagram_keeps_no_world_alive(void)
{
    struct fixture f;

    open(&f);
    send(&f, 0, 80, true);
    send_spoilt(&f, 0, 80, true, 1);
    net_run(&f.net);
    EXPECT(f.net.world->now < 60 * SECONDS);
    net_close(&f.net);
}

/* ---- Time ---- */

/* RFC 1122 3.3.2: time exceeded, code 1, with the first fragment quoted. */
static void test_timeout_with_fragment_zero_tells_the_sender(void)
{
    struct fixture f;
    struct ipv4_header h, quoted;
    struct icmp_message m;
    struct span payload, quote, data;

    open(&f);
    send(&f, 80, 8, false);
    send(&f, 0, 40, true);
    net_run_for(&f.net, 59 * SECONDS);
    EXPECT_EQ(tester_count(f.desk.t), 0);
    net_run_for(&f.net, 2 * SECONDS);
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_REASSEMBLY_TIMEOUT, 2);
    if (tester_read_ipv4(tester_last(f.desk.t), &h, &payload) &&
        EXPECT_RULE(icmp_message_parse(&m, payload, &quote), RULE_NONE)) {
        EXPECT_EQ(m.type, ICMP_TIME_EXCEEDED);
        EXPECT_EQ(m.code, ICMP_EXCEEDED_REASSEMBLY);
        EXPECT_RULE(ipv4_header_parse(&quoted, quote, &data), RULE_NONE);
        EXPECT_EQ(quoted.identification, 42);
        EXPECT_EQ(quoted.fragment_offset, 0);
        EXPECT_EQ(data.len, 40);
    }
    expect_nothing_held(&f);
    net_close(&f.net);
}

/* RFC 792, "Time Exceeded Message": fragment zero is quoted, but dropped, as
 * all of them are, before that. */
static void test_timeout_drops_all_fragments_before_it_tells(void)
{
    struct fixture f;
    const struct record *lost, *told;

    open(&f);
    send(&f, 0, 40, true);
    send(&f, 80, 8, false);
    net_mark(&f.net);
    net_run_for(&f.net, 61 * SECONDS);
    lost = net_last(&f.net, &f.a->node, RECORD_LOST, 0);
    told = net_last_rule(&f.net, &f.a->node, RULE_ICMP_ERROR_SENT);
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_REASSEMBLY_TIMEOUT, 2);
    if (EXPECT(lost != NULL) && EXPECT(told != NULL)) {
        EXPECT_EQ(lost->b, 48); /* what had come, not what is left of it */
        EXPECT_EQ(told->a, icmp_type_and_code(ICMP_TIME_EXCEEDED, ICMP_EXCEEDED_REASSEMBLY));
        EXPECT(lost < told); /* both in the trace, in its order */
    }
    net_close(&f.net);
}

static void test_timeout_without_fragment_zero_is_silent(void)
{
    struct fixture f;

    open(&f);
    send(&f, 80, 8, false);
    net_run_for(&f.net, 61 * SECONDS);
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_REASSEMBLY_TIMEOUT, 1);
    EXPECT_EQ(tester_count(f.desk.t), 0);
    EXPECT_NOT_SAW(&f.net, NULL, RULE_ICMP_QUIET_ABOUT_FRAGMENT); /* not even tried */
    net_close(&f.net);
}

/* RFC 1122 3.3.2: a fixed time from the first fragment, not from the last. */
static void test_later_fragments_do_not_extend_the_time(void)
{
    struct fixture f;

    open(&f);
    send(&f, 0, 80, true);
    net_run_for(&f.net, 50 * SECONDS);
    send(&f, 80, 80, true);
    net_run_for(&f.net, 15 * SECONDS);
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_REASSEMBLY_TIMEOUT, 2);
    net_close(&f.net);
}

/* ---- Limits ---- */

static void test_full_memory_evicts_the_oldest(void)
{
    struct fixture f;
    struct reassembly_view view;

    open_config(&f, 2500);
    for (f.id = 1; f.id <= 3; f.id++) {
        send(&f, 0, 800, true);
        net_run_for(&f.net, 1 * SECONDS);
    }
    EXPECT_NOT_SAW(&f.net, NULL, RULE_REASSEMBLY_EVICTED);
    send(&f, 0, 800, true);
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_REASSEMBLY_EVICTED, 1);
    EXPECT_EQ(net_last_rule(&f.net, &f.a->node, RULE_REASSEMBLY_EVICTED)->a, 1);
    EXPECT(reassembly_entry(f.a, 2, &view));
    EXPECT_EQ(view.id, 2);
    EXPECT(!reassembly_entry(f.a, 3, &view));
    net_close(&f.net);
}

static void test_datagram_larger_than_memory_is_given_up(void)
{
    struct fixture f;

    open_config(&f, 1000);
    send(&f, 0, 800, true);
    send(&f, 800, 800, true);
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_REASSEMBLY_TOO_BIG, 2);
    expect_nothing_held(&f);
    net_close(&f.net);
}

static void test_too_many_datagrams_evict_the_oldest(void)
{
    struct fixture f;
    struct reassembly_view view;

    open(&f);
    for (f.id = 1; f.id <= REASSEMBLY_DATAGRAMS_MAX + 3; f.id++)
        send(&f, 8, 8, true);
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_REASSEMBLY_EVICTED, 3);
    EXPECT(reassembly_entry(f.a, REASSEMBLY_DATAGRAMS_MAX - 1, &view));
    EXPECT_EQ(view.id, 4);
    EXPECT(!reassembly_entry(f.a, REASSEMBLY_DATAGRAMS_MAX, &view));
    net_close(&f.net);
}

static void test_no_packet_buffer_left_drops_the_datagram(void)
{
    struct fixture f;
    struct pool *frames;

    open(&f);
    send(&f, 0, 800, true);
    frames = &f.net.world->packets[PACKET_FRAME];
    frames->limit = frames->live + 1; /* the fragment itself, no more */
    send(&f, 800, 696, false);    /* also of that size */
    EXPECT_EQ(caught.count, 0);
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_IP_NO_MEMORY, 2);
    expect_nothing_held(&f);
    net_close(&f.net);
}

/* ---- Congestion marks (RFC 3168 5.3) ---- */

static void test_congestion_mark_of_one_fragment_survives(void)
{
    struct fixture f;

    open(&f);
    f.tos = IPV4_ECN_ECT0;
    send(&f, 0, 80, true);
    f.tos = IPV4_ECN_CE;
    send(&f, 80, 8, false);
    expect_caught(88);
    EXPECT_EQ(caught.ip.tos & IPV4_ECN_MASK, IPV4_ECN_CE);
    net_close(&f.net);
}

static void test_congestion_mark_beside_incapable_fragment_drops(void)
{
    struct fixture f;

    open(&f);
    send(&f, 0, 80, true);
    f.tos = IPV4_ECN_CE;
    send(&f, 80, 8, false);
    EXPECT_EQ(caught.count, 0);
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_REASSEMBLY_ECN_MIXED, 2);
    net_close(&f.net);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_bad_fragments_are_dropped_alone),
        TEST(test_contradictions_condemn_the_datagram),
        TEST(test_condemned_identification_is_free_after_the_timeout),
        TEST(test_condemned_datagram_keeps_no_world_alive),
        TEST(test_timeout_with_fragment_zero_tells_the_sender),
        TEST(test_timeout_drops_all_fragments_before_it_tells),
        TEST(test_timeout_without_fragment_zero_is_silent),
        TEST(test_later_fragments_do_not_extend_the_time),
        TEST(test_full_memory_evicts_the_oldest),
        TEST(test_datagram_larger_than_memory_is_given_up),
        TEST(test_too_many_datagrams_evict_the_oldest),
        TEST(test_no_packet_buffer_left_drops_the_datagram),
        TEST(test_congestion_mark_of_one_fragment_survives),
        TEST(test_congestion_mark_beside_incapable_fragment_drops),
    };

    return run_tests("reassembly_refused", tests, ARRAY_LEN(tests));
}
