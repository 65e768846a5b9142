/*
 *   a 10.0.0.1 --- r1 --- r2 --- b 10.2.0.1
 */
#include "layers/app/traceroute.h"

#include "layers/application.h"
#include "layers/net/icmp.h"
#include "layers/net/route.h"
#include "layers/rule.h"
#include "layers/udp/udp.h"
#include "tests/support/net.h"
#include "tests/support/suite.h"

static struct net net;
static struct host *a, *r1, *r2, *b;

static void add_route(struct host *host, const char *network, const char *gateway)
{
    EXPECT(route_add(host, net_ip(network), 24, net_ip(gateway), NULL));
}

static void begin(void)
{
    static const char *const first[] = { "10.0.0.254/24", "10.1.0.1/24" };
    static const char *const second[] = { "10.1.0.2/24", "10.2.0.254/24" };

    net_open(&net, 1);
    a = net_host(&net, "a", "10.0.0.1/24");
    r1 = net_router(&net, "r1", first, 2);
    r2 = net_router(&net, "r2", second, 2);
    b = net_host(&net, "b", "10.2.0.1/24");
    net_gateway(a, "10.0.0.254");
    net_gateway(b, "10.2.0.254");
    add_route(r1, "10.2.0.0", "10.1.0.2");
    add_route(r2, "10.0.0.0", "10.1.0.1");
    net_wire(&net, net_port(a, 0), net_port(r1, 0), 1 * MS);
    net_wire(&net, net_port(r1, 1), net_port(r2, 0), 1 * MS);
    net_wire(&net, net_port(r2, 1), net_port(b, 0), 1 * MS);
    net_start(&net);
}

static void trace(const char *address, unsigned probes)
{
    net_mark(&net);
    EXPECT(traceroute_start(a, net_ip(address), probes));
    net_run(&net);
}

static unsigned told(enum app_event what)
{
    return net_count(&net, &a->node, RECORD_APP, what);
}

/* The INDEX-th application record of WHAT, from 0. */
static const struct record *record_of(enum app_event what, unsigned index)
{
    static const struct record none;

    for (uint32_t i = net.mark; i < net.trace.records.count; i++) {
        const struct record *record = trace_record(&net.trace, i);

        if (record->kind == RECORD_APP && record->what == what && index-- == 0)
            return record;
    }
    expect_true(false, "the record is there", NULL, __FILE__, __LINE__);
    return &none;
}

static void expect_hop(unsigned index, unsigned hop, const char *address)
{
    int64_t parts = record_of(APP_TRACEROUTE_HOP, index)->a;

    EXPECT_EQ_ROW(address, rule_part(parts, 1), net_ip(address));
    EXPECT_EQ_ROW(address, rule_part(parts, 2), hop);
}

static void test_way_through_two_routers_is_found(void)
{
    begin();
    trace("10.2.0.1", 1);
    EXPECT_EQ(told(APP_TRACEROUTE_HOP), 3);
    expect_hop(0, 1, "10.0.0.254");
    expect_hop(1, 2, "10.1.0.2");
    expect_hop(2, 3, "10.2.0.1");
    EXPECT_EQ(record_of(APP_TRACEROUTE_DONE, 0)->a, 3);
    EXPECT_EQ(told(APP_TRACEROUTE_SILENT), 0);
    net_close(&net);
}

static void test_probes_have_rising_ports_and_times(void)
{
    begin();
    trace("10.2.0.1", 1); /* so that ARP takes no time below */
    trace("10.2.0.1", 1);
    for (unsigned i = 0; i < 3; i++) {
        EXPECT_EQ(record_of(APP_TRACEROUTE_PROBE, i)->a, i + 1);
        EXPECT_EQ(record_of(APP_TRACEROUTE_PROBE, i)->b, 33434 + i);
        EXPECT_EQ(record_of(APP_TRACEROUTE_HOP, i)->b, 2 * MS * (i + 1));
    }
    net_close(&net);
}

static void test_three_probes_ask_each_hop_three_times(void)
{
    begin();
    trace("10.2.0.1", 3);
    EXPECT_EQ(told(APP_TRACEROUTE_HOP), 9);
    expect_hop(2, 1, "10.0.0.254");
    expect_hop(3, 2, "10.1.0.2");
    expect_hop(8, 3, "10.2.0.1");
    EXPECT_EQ(told(APP_TRACEROUTE_DONE), 1);
    EXPECT_EQ(record_of(APP_TRACEROUTE_DONE, 0)->a, 3);
    net_close(&net);
}

static void test_silent_router_is_passed_over(void)
{
    begin();
    r1->config.icmp.errors = 0;
    trace("10.2.0.1", 1);
    EXPECT_EQ(told(APP_TRACEROUTE_SILENT), 1);
    EXPECT_EQ(record_of(APP_TRACEROUTE_SILENT, 0)->a, 1);
    EXPECT_EQ(trace_time(&net.trace, record_of(APP_TRACEROUTE_SILENT, 0)), TRACEROUTE_WAIT);
    expect_hop(0, 2, "10.1.0.2");
    EXPECT_EQ(told(APP_TRACEROUTE_DONE), 1);
    net_close(&net);
}

static void test_nobody_answers_gives_up_after_thirty_hops(void)
{
    begin();
    r1->config.icmp.errors = r2->config.icmp.errors = b->config.icmp.errors = 0;
    trace("10.2.0.1", 1);
    EXPECT_EQ(told(APP_TRACEROUTE_SILENT), 30);
    EXPECT_EQ(record_of(APP_TRACEROUTE_GAVE_UP, 0)->a, 30);
    EXPECT_EQ(told(APP_TRACEROUTE_DONE), 0);
    net_close(&net);
}

static void test_unreachable_network_ends_it(void)
{
    begin();
    trace("192.0.2.1", 1);
    EXPECT_EQ(told(APP_TRACEROUTE_FAILED), 1);
    EXPECT_EQ(record_of(APP_TRACEROUTE_FAILED, 0)->b,
              icmp_type_and_code(ICMP_UNREACHABLE, ICMP_UNREACHABLE_NET));
    EXPECT_EQ(told(APP_TRACEROUTE_DONE), 0);
    EXPECT_EQ(told(APP_TRACEROUTE_GAVE_UP), 1);
    net_close(&net);
}

static void test_no_route_ends_it_at_once(void)
{
    net_open(&net, 1);
    a = net_host(&net, "a", "10.0.0.1/24");
    b = net_host(&net, "b", "10.0.0.2/24");
    net_wire(&net, net_port(a, 0), net_port(b, 0), 1 * MS);
    net_start(&net);
    trace("192.0.2.1", 1);
    EXPECT_EQ(told(APP_TRACEROUTE_NOT_SENT), 1);
    EXPECT_EQ(told(APP_TRACEROUTE_GAVE_UP), 1);
    net_close(&net);
}

/* The answer to probe 1 comes while probe 2 is under way. */
static void test_late_answer_is_not_taken_for_that_of_the_next_probe(void)
{
    net_open(&net, 1);
    a = net_host(&net, "a", "10.0.0.1/24");
    b = net_host(&net, "b", "10.0.0.2/24");
    a->config.arp.retry_interval = 100 * SECONDS;
    net_wire(&net, net_port(a, 0), net_port(b, 0), 3 * SECONDS);
    net_start(&net);
    trace("10.0.0.2", 1);
    EXPECT_EQ(told(APP_TRACEROUTE_SILENT), 30);
    EXPECT_EQ(told(APP_TRACEROUTE_HOP), 0);
    net_close(&net);
}

static void test_neighbour_is_one_hop_away(void)
{
    begin();
    trace("10.0.0.254", 1);
    EXPECT_EQ(told(APP_TRACEROUTE_HOP), 1);
    EXPECT_EQ(record_of(APP_TRACEROUTE_DONE, 0)->a, 1);
    net_close(&net);
}

static void test_port_is_closed_at_the_end(void)
{
    begin();
    trace("10.2.0.1", 1);
    EXPECT(udp_newest(a) == NULL);
    trace("10.2.0.1", 1);
    EXPECT_EQ(told(APP_TRACEROUTE_DONE), 1);
    EXPECT(a->applications->next == NULL);
    net_close(&net);
}

static void test_stopped_traceroute_probes_no_more(void)
{
    begin();
    EXPECT(traceroute_start(a, net_ip("10.2.0.1"), 1));
    net_run_for(&net, 1 * MS);
    application_stop_all(a);
    net_run(&net);
    EXPECT_EQ(told(APP_TRACEROUTE_PROBE), 1);
    EXPECT_EQ(told(APP_TRACEROUTE_HOP), 0);
    EXPECT(udp_newest(a) == NULL);
    net_close(&net);
}

static void test_no_socket_left_is_refused(void)
{
    begin();
    while (udp_bind(a, IPV4_ANY, 0, NULL, NULL) != NULL)
        continue;
    EXPECT(!traceroute_start(a, net_ip("10.2.0.1"), 1));
    net_close(&net);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_way_through_two_routers_is_found),
        TEST(test_probes_have_rising_ports_and_times),
        TEST(test_three_probes_ask_each_hop_three_times),
        TEST(test_silent_router_is_passed_over),
        TEST(test_nobody_answers_gives_up_after_thirty_hops),
        TEST(test_unreachable_network_ends_it),
        TEST(test_no_route_ends_it_at_once),
        TEST(test_late_answer_is_not_taken_for_that_of_the_next_probe),
        TEST(test_neighbour_is_one_hop_away),
        TEST(test_port_is_closed_at_the_end),
        TEST(test_stopped_traceroute_probes_no_more),
        TEST(test_no_socket_left_is_refused),
    };

    return run_tests("traceroute", tests, ARRAY_LEN(tests));
}
