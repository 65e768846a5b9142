/*
 * Putting fragments together: RFC 791 3.2, RFC 815, RFC 1122 3.3.2.
 */
#include "tests/unit/fixture_reassembly.h"

/* ---- Complete ---- */

static void test_fragments_in_order_make_the_datagram(void)
{
    struct fixture f;

    open(&f);
    send(&f, 0, 80, true);
    send(&f, 80, 80, true);
    EXPECT_EQ(caught.count, 0);
    send(&f, 160, 33, false);
    expect_caught(193);
    expect_nothing_held(&f);
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_REASSEMBLY_KEPT, 3);
    EXPECT_EQ(net_last_rule(&f.net, &f.a->node, RULE_REASSEMBLY_COMPLETE)->a, 193);
    EXPECT_EQ(f.a->counters.fragments_in, 3);
    EXPECT_EQ(f.a->counters.reassembled, 1);
    net_close(&f.net);
}

static void test_any_order_makes_the_same_datagram(void)
{
    static const unsigned orders[6][3] = {
        { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
    };

    for (unsigned i = 0; i < 6; i++) {
        struct fixture f;

        open(&f);
        for (unsigned n = 0; n < 3; n++)
            send(&f, orders[i][n] * 80, 80, orders[i][n] < 2);
        expect_caught(240);
        expect_nothing_held(&f);
        net_close(&f.net);
    }
}

static void test_whole_datagram_needs_no_reassembly(void)
{
    struct fixture f;

    open(&f);
    send(&f, 0, 80, false);
    expect_caught(80);
    EXPECT_NOT_SAW(&f.net, NULL, RULE_REASSEMBLY_STARTED);
    net_close(&f.net);
}

static void test_duplicates_are_dropped_as_such(void)
{
    struct fixture f;

    open(&f);
    send(&f, 0, 80, true);
    send(&f, 0, 80, true);
    send(&f, 8, 16, true);
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_REASSEMBLY_DUPLICATE, 2);
    send(&f, 80, 8, false);
    expect_caught(88);
    net_close(&f.net);
}

static void test_duplicate_of_the_last_one_is_dropped(void)
{
    struct fixture f;

    open(&f);
    send(&f, 80, 8, false);
    send(&f, 80, 8, false);
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_REASSEMBLY_DUPLICATE, 1);
    send(&f, 0, 80, true);
    expect_caught(88);
    net_close(&f.net);
}

/* RFC 1122 3.3.2: retransmissions that were cut differently. */
static void test_equal_overlaps_are_used_where_new(void)
{
    static const struct {
        const char *label;
        struct {
            unsigned first, len;
            bool more;
        } sent[4];
        unsigned count;
    } rows[] = {
        { "tail over the next head", { { 0, 48, true }, { 32, 64, true }, { 96, 8, false } }, 3 },
        { "head under the tail", { { 32, 64, true }, { 0, 48, true }, { 96, 8, false } }, 3 },
        { "covers one", { { 16, 16, true }, { 0, 96, true }, { 96, 8, false } }, 3 },
        { "covers two, with gaps",
          { { 8, 8, true }, { 32, 8, true }, { 0, 96, true }, { 96, 8, false } }, 4 },
        { "bridges two", { { 0, 32, true }, { 64, 40, false }, { 16, 64, true } }, 3 },
        { "from the middle to the end", { { 0, 64, true }, { 48, 56, false } }, 2 },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;

        open(&f);
        for (unsigned n = 0; n < rows[i].count; n++)
            send(&f, rows[i].sent[n].first, rows[i].sent[n].len, rows[i].sent[n].more);
        EXPECT_EQ_ROW(rows[i].label, caught.count, 1);
        expect_caught(104);
        EXPECT_SAW(&f.net, &f.a->node, RULE_REASSEMBLY_OVERLAP);
        expect_nothing_held(&f);
        net_close(&f.net);
    }
}

static void test_longest_datagram_is_reassembled(void)
{
    struct fixture f;
    unsigned first;

    open(&f);
    for (first = 0; first + 1480 < 65515; first += 1480)
        send(&f, first, 1480, true);
    send(&f, first, 65515 - first, false);
    expect_caught(65515);
    EXPECT_EQ(caught.ip.total_length, 65535);
    net_close(&f.net);
}

static void test_options_of_the_first_fragment_are_kept(void)
{
    static const uint8_t options[] = { 7, 7, 4, 0, 0, 0, 0, 0 };
    struct fixture f;
    struct ipv4_header h;
    uint8_t data[16] = { 1, 2, 3 };

    open(&f);
    memset(&h, 0, sizeof(h));
    h.protocol = PROTOCOL_TEST;
    h.destination = net_ip("10.0.0.1");
    h.fragment_offset = 16;
    tester_send_ipv4(f.desk.t, &h, (struct span){ data, 4 });
    h.fragment_offset = 0;
    h.more_fragments = true;
    h.options = (struct span){ options, sizeof(options) };
    tester_send_ipv4(f.desk.t, &h, (struct span){ data, 16 });
    net_run_for(&f.net, 5 * MS);
    EXPECT_EQ(caught.count, 1);
    EXPECT_EQ(caught.ip.options.len, 8);
    EXPECT_EQ(caught.ip.total_length, 28 + 20);
    net_close(&f.net);
}

/* ---- Which fragments belong together (RFC 791 3.2) ---- */

static void test_each_part_of_the_key_separates(void)
{
    struct fixture f;
    struct reassembly_view view;

    open(&f);
    send(&f, 0, 80, true);
    f.id++;
    send(&f, 80, 8, false);
    f.id--;
    f.source = "10.0.0.8";
    send(&f, 80, 8, false);
    f.source = "10.0.0.9";
    f.destination = "10.0.0.255";
    send(&f, 80, 8, false);
    f.destination = "10.0.0.1";
    f.protocol = OTHER_PROTOCOL;
    send(&f, 80, 8, false);
    EXPECT_EQ(caught.count, 0);
    EXPECT(reassembly_entry(f.a, 4, &view));
    EXPECT(!reassembly_entry(f.a, 5, &view));
    EXPECT_EQ(view.fragments, 1);
    EXPECT_EQ(view.received, 80);
    EXPECT_EQ(view.total, 0);
    f.protocol = PROTOCOL_TEST;
    send(&f, 80, 8, false);
    expect_caught(88);
    net_close(&f.net);
}

static void test_holes_are_told(void)
{
    struct fixture f;
    const struct record *hole;

    open(&f);
    send(&f, 160, 80, true);
    hole = net_last_rule(&f.net, &f.a->node, RULE_REASSEMBLY_HOLE);
    if (EXPECT(hole != NULL)) {
        EXPECT_EQ(hole->a, 0);
        EXPECT_EQ(hole->b, 159);
    }
    EXPECT_EQ(net_last_rule(&f.net, &f.a->node, RULE_REASSEMBLY_OPEN_END)->a, 240);
    net_mark(&f.net);
    send(&f, 320, 5, false);
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_REASSEMBLY_HOLE, 2);
    EXPECT_NOT_SAW(&f.net, NULL, RULE_REASSEMBLY_OPEN_END);
    hole = net_last_rule(&f.net, &f.a->node, RULE_REASSEMBLY_HOLE);
    EXPECT_EQ(hole->a, 240);
    EXPECT_EQ(hole->b, 319);
    net_close(&f.net);
}

static void test_fragments_held_are_watched(void)
{
    struct fixture f;
    const struct record *value;

    open(&f);
    send(&f, 0, 80, true);
    value = net_last(&f.net, &f.a->node, RECORD_VALUE, VARIABLE_IP_FRAGMENTS_HELD);
    if (EXPECT(value != NULL))
        EXPECT_EQ(value->b, 1);
    send(&f, 80, 8, false);
    value = net_last(&f.net, &f.a->node, RECORD_VALUE, VARIABLE_IP_FRAGMENTS_HELD);
    EXPECT_EQ(value->b, 0);
    net_close(&f.net);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_fragments_in_order_make_the_datagram),
        TEST(test_any_order_makes_the_same_datagram),
        TEST(test_whole_datagram_needs_no_reassembly),
        TEST(test_duplicates_are_dropped_as_such),
        TEST(test_duplicate_of_the_last_one_is_dropped),
        TEST(test_equal_overlaps_are_used_where_new),
        TEST(test_longest_datagram_is_reassembled),
        TEST(test_options_of_the_first_fragment_are_kept),
        TEST(test_each_part_of_the_key_separates),
        TEST(test_holes_are_told),
        TEST(test_fragments_held_are_watched),
    };

    return run_tests("reassembly", tests, ARRAY_LEN(tests));
}
