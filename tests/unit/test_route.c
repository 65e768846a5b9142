/*
 * The routing table: the order in which routes are tried (RFC 1122 3.3.1,
 * RFC 1812 5.2.4.3).
 */
#include "layers/net/route.h"

#include <stdio.h>

#include "layers/net/ip.h"
#include "tests/support/net.h"
#include "tests/support/suite.h"

static const char *const lans[] = { "10.0.0.254/24", "192.0.2.1/24", "10.1.0.1/16" };

struct fixture {
    struct net net;
    struct host *r;
};

static void open(struct fixture *f)
{
    net_open(&f->net, 1);
    f->r = net_router(&f->net, "r", lans, ARRAY_LEN(lans));
}

static void add(struct fixture *f, const char *network, uint8_t prefix_len, const char *gateway)
{
    EXPECT(route_add(f->r, net_ip(network), prefix_len, net_ip(gateway), NULL));
}

static ipv4 gateway_to(struct fixture *f, const char *destination)
{
    const struct route *route = route_find(f->r, net_ip(destination));

    return route == NULL ? IPV4_BROADCAST : route->gateway;
}

static void add_all(struct fixture *f)
{
    add(f, "0.0.0.0", 0, "192.0.2.254");
    add(f, "172.16.0.0", 12, "10.0.0.1");
    add(f, "172.16.5.0", 24, "10.0.0.2");
    add(f, "172.16.5.9", 32, "10.0.0.3");
    add(f, "10.0.0.9", 32, "192.0.2.7");
}

static void test_destination_takes_first_of_the_order(void)
{
    static const struct {
        const char *label, *destination, *gateway;
    } rows[] = {
        { "own network directly", "10.0.0.7", "0.0.0.0" },
        { "own network even before a host route", "10.0.0.9", "0.0.0.0" },
        { "second own network", "192.0.2.200", "0.0.0.0" },
        { "third, wider", "10.1.77.3", "0.0.0.0" },
        { "host route before prefix", "172.16.5.9", "10.0.0.3" },
        { "longest prefix", "172.16.5.8", "10.0.0.2" },
        { "shorter prefix", "172.31.255.255", "10.0.0.1" },
        { "outside of it: default", "172.32.0.0", "192.0.2.254" },
        { "default", "8.8.8.8", "192.0.2.254" },
    };
    struct fixture f;

    open(&f);
    add_all(&f);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        EXPECT_EQ_ROW(rows[i].label, gateway_to(&f, rows[i].destination),
                      net_ip(rows[i].gateway));
    net_close(&f.net);
}

static void test_order_of_adding_does_not_matter(void)
{
    struct fixture f;

    open(&f);
    add(&f, "172.16.5.9", 32, "10.0.0.3");
    add(&f, "0.0.0.0", 0, "192.0.2.254");
    add(&f, "172.16.5.0", 24, "10.0.0.2");
    EXPECT_EQ(gateway_to(&f, "172.16.5.9"), net_ip("10.0.0.3"));
    EXPECT_EQ(gateway_to(&f, "172.16.5.1"), net_ip("10.0.0.2"));
    EXPECT_EQ(gateway_to(&f, "1.1.1.1"), net_ip("192.0.2.254"));
    net_close(&f.net);
}

static void test_own_network_added_later_still_goes_first(void)
{
    struct fixture f;

    open(&f);
    add(&f, "172.16.5.9", 32, "10.0.0.3");
    EXPECT(route_add(f.r, net_ip("172.16.5.0"), 24, 0, &f.r->interfaces[1]));
    EXPECT_EQ(gateway_to(&f, "172.16.5.9"), 0);
    net_close(&f.net);
}

static void test_no_route_finds_nothing(void)
{
    struct fixture f;

    open(&f);
    EXPECT(route_find(f.r, net_ip("8.8.8.8")) == NULL);
    EXPECT_EQ(ip_source_for(f.r, net_ip("8.8.8.8")), 0);
    net_close(&f.net);
}

static void test_gateway_on_no_network_is_refused(void)
{
    struct fixture f;

    open(&f);
    EXPECT(!route_add(f.r, 0, 0, net_ip("198.51.100.1"), NULL));
    EXPECT(!route_add(f.r, net_ip("172.16.0.0"), 33, net_ip("10.0.0.1"), NULL));
    EXPECT(!route_add(f.r, net_ip("172.16.0.0"), 12, 0, NULL));
    net_close(&f.net);
}

static void test_own_address_as_gateway_is_refused(void)
{
    struct fixture f;

    open(&f);
    EXPECT(!route_add(f.r, 0, 0, net_ip("10.0.0.254"), NULL));
    net_close(&f.net);
}

static void test_interface_follows_from_the_gateway(void)
{
    struct fixture f;
    const struct route *route;

    open(&f);
    add(&f, "0.0.0.0", 0, "192.0.2.254");
    route = route_find(f.r, net_ip("8.8.8.8"));
    EXPECT(route != NULL && route->interface == &f.r->interfaces[1]);
    EXPECT_EQ(ip_source_for(f.r, net_ip("8.8.8.8")), net_ip("192.0.2.1"));
    EXPECT_EQ(ip_source_for(f.r, net_ip("10.0.0.3")), net_ip("10.0.0.254"));
    net_close(&f.net);
}

static void test_host_bits_of_a_network_are_ignored(void)
{
    struct fixture f;

    open(&f);
    add(&f, "172.16.5.77", 24, "10.0.0.2");
    EXPECT_EQ(gateway_to(&f, "172.16.5.1"), net_ip("10.0.0.2"));
    net_close(&f.net);
}

static void test_same_network_again_replaces_the_gateway(void)
{
    struct fixture f;
    unsigned count = 0;

    open(&f);
    add(&f, "172.16.0.0", 12, "10.0.0.1");
    add(&f, "172.16.0.0", 12, "192.0.2.9");
    EXPECT_EQ(gateway_to(&f, "172.16.0.1"), net_ip("192.0.2.9"));
    while (route_at(f.r, count) != NULL)
        count++;
    EXPECT_EQ(count, ARRAY_LEN(lans) + 1);
    net_close(&f.net);
}

static void test_full_table_refuses_the_next(void)
{
    struct fixture f;
    unsigned added = 0;

    open(&f);
    while (added < 2 * ROUTES_MAX &&
           route_add(f.r, net_ip("172.16.0.0") + added * 256, 24, net_ip("10.0.0.1"), NULL))
        added++;
    EXPECT_EQ(added, ROUTES_MAX - ARRAY_LEN(lans));
    EXPECT_EQ(gateway_to(&f, "172.16.0.1"), net_ip("10.0.0.1"));
    EXPECT(route_at(f.r, ROUTES_MAX - 1) != NULL);
    EXPECT(route_at(f.r, ROUTES_MAX) == NULL);
    net_close(&f.net);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_destination_takes_first_of_the_order),
        TEST(test_order_of_adding_does_not_matter),
        TEST(test_own_network_added_later_still_goes_first),
        TEST(test_no_route_finds_nothing),
        TEST(test_gateway_on_no_network_is_refused),
        TEST(test_own_address_as_gateway_is_refused),
        TEST(test_interface_follows_from_the_gateway),
        TEST(test_host_bits_of_a_network_are_ignored),
        TEST(test_same_network_again_replaces_the_gateway),
        TEST(test_full_table_refuses_the_next),
    };

    return run_tests("route", tests, ARRAY_LEN(tests));
}
