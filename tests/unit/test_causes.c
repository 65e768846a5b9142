/*
 * A cause stands in the trace before what it brings about: first a packet is
 * dropped, then somebody is told of it.
 */
#include <string.h>

#include "layers/names.h"
#include "layers/net/ip.h"
#include "layers/rule.h"
#include "tests/support/command_net.h"
#include "tests/support/suite.h"

enum { NOWHERE = INT32_MAX };

static struct net net;
static struct net_pair pair;

static void begin(void)
{
    net_open(&net, 1);
    pair = net_pair(&net, 1 * MS);
}

/* The place of HOST's first record of KIND about WHAT, a rule or an event of
 * an application. */
static uint32_t place_of(const struct host *host, enum record_kind kind, unsigned what)
{
    for (uint32_t i = net.mark; i < net.trace.records.count; i++) {
        const struct record *record = trace_record(&net.trace, i);

        if (record->node != host->node.id || record->kind != kind)
            continue;
        if ((kind == RECORD_APP ? record->what : record->rule) == what)
            return i;
    }
    return NOWHERE;
}

/* HOST dropped a packet for RULE and told of it then by ICMP. */
static void expect_told_after(const struct host *host, unsigned rule)
{
    uint32_t lost = place_of(host, RECORD_LOST, rule);
    uint32_t told = place_of(host, RECORD_WHY, host_rule(host, RULE_ICMP_ERROR_SENT,
                                                         RULE_ICMP_ERROR_SENT_ROUTER));
    const char *name = rule_get((rule_id)rule)->name;

    EXPECT_ROW(name, lost != NOWHERE);
    EXPECT_ROW(name, told != NOWHERE);
    EXPECT_ROW(name, lost < told);
}

static void test_closed_port_is_the_cause_of_the_error(void)
{
    begin();
    EXPECT(net_tell(&net, pair.a, "udp send b:99 10B"));
    net_run(&net);
    expect_told_after(pair.b, RULE_UDP_NO_SOCKET);
    net_close(&net);
}

/* Only what happens is said: nothing goes back. */
static void test_closed_port_without_errors_says_that_it_is_silent(void)
{
    char sentence[200];

    begin();
    pair.b->config.icmp.errors = 0;
    EXPECT(net_tell(&net, pair.a, "udp send b:99 10B"));
    net_run(&net);
    rule_sentence(RULE_UDP_NO_SOCKET, 99, 0, sentence, sizeof(sentence));
    EXPECT_STR(sentence, "nobody listens on UDP port 99");
    EXPECT_RULE_COUNT(&net, &pair.b->node, RULE_ICMP_QUIET_SWITCHED_OFF, 1);
    EXPECT(place_of(pair.b, RECORD_LOST, RULE_UDP_NO_SOCKET) <
           place_of(pair.b, RECORD_WHY, RULE_ICMP_QUIET_SWITCHED_OFF));
    net_close(&net);
}

static void test_unknown_protocol_is_the_cause_of_the_error(void)
{
    struct ip_send send = { .destination = net_ip("10.0.0.2"), .protocol = 253 };
    struct packet *p;

    begin();
    p = packet_new(net.world, 8);
    memset(packet_bytes(p), 0, 8);
    packet_stamp(p, 1, 0);
    EXPECT(ip_output(pair.a, p, &send));
    net_run(&net);
    expect_told_after(pair.b, RULE_IP_PROTOCOL_UNREACHABLE);
    net_close(&net);
}

static void test_silence_of_arp_is_the_cause_of_unreachable(void)
{
    const struct record *lost;
    uint32_t at;

    begin();
    pair.b->interfaces[0].address = net_ip("10.0.0.3");
    EXPECT(net_tell(&net, pair.a, "ping b"));
    net_run(&net);
    at = place_of(pair.a, RECORD_LOST, RULE_IP_HOST_UNREACHABLE);
    if (EXPECT(at != NOWHERE)) {
        lost = trace_record(&net.trace, at);
        EXPECT_EQ(lost->a, net_ip("10.0.0.2"));
        EXPECT(place_of(pair.a, RECORD_WHY, RULE_ARP_UNREACHABLE) < at);
        EXPECT(at < place_of(pair.a, RECORD_APP, APP_PING_FAILED));
        EXPECT(place_of(pair.a, RECORD_APP, APP_PING_FAILED) != NOWHERE);
    }
    net_close(&net);
}

/* The gateway is silent: then both addresses are named. */
static void test_silent_gateway_is_named_with_the_destination(void)
{
    const struct record *lost;

    begin();
    net_gateway(pair.a, "10.0.0.77");
    EXPECT(net_tell(&net, pair.a, "ping 192.0.2.1"));
    net_run(&net);
    lost = net_last_rule(&net, &pair.a->node, RULE_IP_GATEWAY_UNREACHABLE);
    if (EXPECT(lost != NULL)) {
        EXPECT_EQ(lost->a, net_ip("10.0.0.77"));
        EXPECT_EQ(lost->b, net_ip("192.0.2.1"));
    }
    EXPECT_RULE_COUNT(&net, &pair.a->node, RULE_IP_HOST_UNREACHABLE, 0);
    net_close(&net);
}

/* a --- r --- t: what a router refuses. */
static void expect_router_refuses(const char *command, unsigned rule)
{
    static const char *const lans[] = { "10.0.0.254/24", "192.0.2.254/24" };
    struct host *a, *r;

    net_open(&net, 1);
    a = net_host(&net, "a", "10.0.0.1/24");
    r = net_router(&net, "r", lans, 2);
    net_gateway(a, "10.0.0.254");
    net_wire(&net, net_port(a, 0), net_port(r, 0), 1 * MS);
    r->interfaces[1].mtu = 576;
    net_start(&net);
    EXPECT(net_tell(&net, a, command));
    net_run(&net);
    expect_told_after(r, rule);
    net_close(&net);
}

static void test_router_drops_before_it_tells(void)
{
    expect_router_refuses("ping 192.0.2.1 ttl 1", RULE_IP_TTL_EXPIRED);
    expect_router_refuses("ping 203.0.113.1", RULE_IP_NET_UNREACHABLE);
    expect_router_refuses("ping 192.0.2.1 size 1000B df", RULE_IP_DF_SET);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_closed_port_is_the_cause_of_the_error),
        TEST(test_closed_port_without_errors_says_that_it_is_silent),
        TEST(test_unknown_protocol_is_the_cause_of_the_error),
        TEST(test_silence_of_arp_is_the_cause_of_unreachable),
        TEST(test_silent_gateway_is_named_with_the_destination),
        TEST(test_router_drops_before_it_tells),
    };

    return run_tests("causes", tests, ARRAY_LEN(tests));
}
