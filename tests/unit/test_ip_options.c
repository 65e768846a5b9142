/*
 * Options on their way through a router (RFC 791 3.1, RFC 1812 5.3.13); what
 * hosts make of them is in test_ip_input.c and test_icmp.c.
 */
#include "tests/unit/fixture_router.h"

/* ---- Options ---- */

static void send_options(struct fixture *f, const uint8_t *options, size_t len)
{
    f->h.options = (struct span){ options, len };
    send(f, 8);
}

static void expect_options(struct fixture *f, const uint8_t *want, size_t len)
{
    struct ipv4_header h;

    if (tester_read_ipv4(tester_last(f->u), &h, NULL) && EXPECT_EQ(h.options.len, len))
        EXPECT_BYTES(h.options.at, want, len);
}

/* RFC 1812 5.3.13.5 and 4.2.2.2: the address of the way out. */
static void test_record_route_gets_the_outgoing_address(void)
{
    static const uint8_t sent[] = { 7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
    static const uint8_t want[] = { 7, 11, 8, 10, 0, 1, 254, 0, 0, 0, 0, 0 };
    struct fixture f;

    open(&f);
    send_options(&f, sent, sizeof(sent));
    expect_options(&f, want, sizeof(want));
    EXPECT_RULE_COUNT(&f.net, &f.r->node, RULE_IP_ROUTE_RECORDED, 1);
    net_close(&f.net);
}

/* RFC 791 3.1: a full one is passed on as it is. */
static void test_full_record_route_is_left_alone(void)
{
    static const uint8_t sent[] = { 7, 7, 8, 1, 2, 3, 4, 0 };
    struct fixture f;

    open(&f);
    send_options(&f, sent, sizeof(sent));
    expect_options(&f, sent, sizeof(sent));
    net_close(&f.net);
}

/* RFC 791 3.1: half a slot is an error. */
static void test_half_full_record_route_is_a_parameter_problem(void)
{
    static const uint8_t sent[] = { 7, 6, 4, 0, 0, 0, 0, 0 };
    struct fixture f;

    open(&f);
    send_options(&f, sent, sizeof(sent));
    expect_lost(&f, RULE_IP_OPTION_NO_ROOM);
    expect_error(&f, ICMP_PARAMETER_PROBLEM, 0, icmp_rest_pointer(22));
    net_close(&f.net);
}

/* RFC 1812 5.3.13.6: the three kinds of timestamp. Time 0x80000001 is 1 ms
 * of a clock that is not universal time. */
static void test_timestamps_are_written(void)
{
    static const struct {
        const char *label;
        uint8_t sent[12], want[12];
        unsigned rule;
    } rows[] = {
        { "time only", { 68, 12, 5, 0 }, { 68, 12, 9, 0, 0x80, 0, 0, 1 },
          RULE_IP_TIME_STAMPED },
        { "with address", { 68, 12, 5, 1 }, { 68, 12, 13, 1, 10, 0, 1, 254, 0x80, 0, 0, 1 },
          RULE_IP_TIME_STAMPED },
        { "asked of this router", { 68, 12, 5, 3, 10, 0, 0, 254 },
          { 68, 12, 13, 3, 10, 0, 0, 254, 0x80, 0, 0, 1 }, RULE_IP_TIME_STAMPED },
        { "asked of another", { 68, 12, 5, 3, 10, 0, 0, 77 }, { 68, 12, 5, 3, 10, 0, 0, 77 },
          RULE_NONE },
        { "full: counted", { 68, 12, 13, 0x21, 1, 2, 3, 4, 5, 6, 7, 8 },
          { 68, 12, 13, 0x31, 1, 2, 3, 4, 5, 6, 7, 8 }, RULE_IP_STAMPS_FULL },
        { "all asked for are there", { 68, 12, 13, 3, 1, 2, 3, 4, 5, 6, 7, 8 },
          { 68, 12, 13, 3, 1, 2, 3, 4, 5, 6, 7, 8 }, RULE_NONE },
        { "unknown flag: left alone", { 68, 12, 5, 2 }, { 68, 12, 5, 2 }, RULE_NONE },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        struct ipv4_header h;

        open(&f);
        send_options(&f, rows[i].sent, 12);
        if (tester_read_ipv4(tester_last(f.u), &h, NULL))
            EXPECT_BYTES_ROW(rows[i].label, h.options.at, rows[i].want, 12);
        EXPECT_EQ_ROW(rows[i].label, net_count_rule(&f.net, &f.r->node, RULE_IP_TIME_STAMPED),
                      rows[i].rule == RULE_IP_TIME_STAMPED);
        EXPECT_EQ_ROW(rows[i].label, net_count_rule(&f.net, &f.r->node, RULE_IP_STAMPS_FULL),
                      rows[i].rule == RULE_IP_STAMPS_FULL);
        net_close(&f.net);
    }
}

/* RFC 1812 5.3.13.1 and 5.3.13.3. */
static void test_other_options_pass_unchanged(void)
{
    static const uint8_t sent[] = { 0x9e, 4, 1, 2, 136, 4, 0, 9, 148, 4, 0, 0 };
    struct fixture f;

    open(&f);
    send_options(&f, sent, sizeof(sent));
    expect_options(&f, sent, sizeof(sent));
    net_close(&f.net);
}

/* RFC 791 3.1, RFC 1812 5.3.13.4 and 4.2.2.2. */
static void test_loose_source_route_is_followed(void)
{
    static const uint8_t sent[] = { 131, 7, 4, 10, 0, 1, 9, 0 };
    static const uint8_t want[] = { 131, 7, 8, 10, 0, 1, 254, 0 };
    struct fixture f;
    struct ipv4_header h;

    open(&f);
    f.h.destination = net_ip("10.0.0.254");
    send_options(&f, sent, sizeof(sent));
    expect_options(&f, want, sizeof(want));
    if (tester_read_ipv4(tester_last(f.u), &h, NULL)) {
        EXPECT_EQ(h.destination, net_ip("10.0.1.9"));
        EXPECT_EQ(h.source, net_ip("10.0.0.9"));
        EXPECT_EQ(h.ttl, 9);
    }
    net_close(&f.net);
}

/* RFC 1812 5.2.3: steps that lead to the router itself are all taken. */
static void test_source_route_to_the_router_itself_is_walked_through(void)
{
    static const uint8_t sent[] = { 137, 11, 4, 10, 0, 1, 254, 10, 0, 1, 9, 0 };
    struct fixture f;
    struct ipv4_header h;

    open(&f);
    f.h.destination = net_ip("10.0.0.254");
    send_options(&f, sent, sizeof(sent));
    if (tester_read_ipv4(tester_last(f.u), &h, NULL)) {
        EXPECT_EQ(h.destination, net_ip("10.0.1.9"));
        EXPECT_EQ(h.options.at[2], 12);
    }
    EXPECT_RULE_COUNT(&f.net, &f.r->node, RULE_IP_SOURCE_ROUTED, 2);
    net_close(&f.net);
}

/* RFC 1812 5.2.4.3: code 5. */
static void test_strict_route_over_another_gateway_fails(void)
{
    static const uint8_t sent[] = { 137, 7, 4, 192, 0, 2, 1, 0 };
    struct fixture f;

    open(&f);
    EXPECT(route_add(f.r, net_ip("192.0.2.0"), 24, net_ip("10.0.1.9"), NULL));
    f.h.destination = net_ip("10.0.0.254");
    send_options(&f, sent, sizeof(sent));
    expect_lost(&f, RULE_IP_STRICT_ROUTE_FAILED);
    expect_error(&f, ICMP_UNREACHABLE, ICMP_UNREACHABLE_SOURCE_ROUTE_FAILED, 0);
    net_close(&f.net);
}

/* RFC 1812 5.2.7.1: code 5, where there is no way to the next step. */
static void test_source_route_to_nowhere_fails(void)
{
    static const uint8_t sent[] = { 131, 7, 4, 192, 0, 2, 1, 0 };
    struct fixture f;

    open(&f);
    f.h.destination = net_ip("10.0.0.254");
    send_options(&f, sent, sizeof(sent));
    expect_lost(&f, RULE_IP_NET_UNREACHABLE);
    expect_error(&f, ICMP_UNREACHABLE, ICMP_UNREACHABLE_SOURCE_ROUTE_FAILED, 0);
    net_close(&f.net);
}

/* RFC 1812 5.2.2: the pointer points at the destination address. */
static void test_strict_route_through_a_router_not_in_it_is_refused(void)
{
    static const uint8_t sent[] = { 137, 7, 4, 192, 0, 2, 1, 0 };
    struct fixture f;

    open(&f);
    send_options(&f, sent, sizeof(sent));
    expect_lost(&f, RULE_IP_STRICT_ROUTE_LOST);
    expect_error(&f, ICMP_PARAMETER_PROBLEM, 0, icmp_rest_pointer(16));
    net_close(&f.net);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_record_route_gets_the_outgoing_address),
        TEST(test_full_record_route_is_left_alone),
        TEST(test_half_full_record_route_is_a_parameter_problem),
        TEST(test_timestamps_are_written),
        TEST(test_other_options_pass_unchanged),
        TEST(test_loose_source_route_is_followed),
        TEST(test_source_route_to_the_router_itself_is_walked_through),
        TEST(test_strict_route_over_another_gateway_fails),
        TEST(test_source_route_to_nowhere_fails),
        TEST(test_strict_route_through_a_router_not_in_it_is_refused),
    };

    return run_tests("ip_options", tests, ARRAY_LEN(tests));
}
