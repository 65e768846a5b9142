/*
 * Path MTU discovery (RFC 1191): what lowers the estimate, what does not,
 * and how it is forgotten.
 */
#include "layers/net/path_mtu.h"

#include <string.h>

#include "layers/net/icmp.h"
#include "layers/net/ip.h"
#include "layers/net/route.h"
#include "layers/wire/bytes.h"
#include "tests/support/net.h"
#include "tests/support/suite.h"

#define FAR "192.0.2.7"

struct fixture {
    struct net net;
    struct net_desk desk;
    struct host *a;
};

static void open(struct fixture *f)
{
    net_open(&f->net, 1);
    f->desk = net_desk(&f->net, true);
    f->a = f->desk.a;
    net_gateway(f->a, "10.0.0.254");
}

/* "Fragmentation needed" about a datagram of LEN bytes to FAR. */
static void refuse(struct fixture *f, uint16_t next_hop_mtu, uint16_t len)
{
    struct ipv4_header quoted = { .total_length = len, .ttl = 60, .protocol = 17 };
    struct ipv4_header h = { .protocol = IP_PROTOCOL_ICMP, .destination = net_ip("10.0.0.1") };
    struct icmp_message m = { .type = ICMP_UNREACHABLE,
                              .code = ICMP_UNREACHABLE_FRAGMENTATION_NEEDED,
                              .rest = next_hop_mtu };
    uint8_t bytes[36] = { 0 };

    quoted.source = net_ip("10.0.0.1");
    quoted.destination = net_ip(FAR);
    icmp_message_emit(&m, bytes);
    ipv4_header_emit(&quoted, bytes + ICMP_HEADER_LEN);
    put_be16(bytes + ICMP_CHECKSUM_AT, icmp_checksum((struct span){ bytes, sizeof(bytes) }));
    net_mark(&f->net);
    tester_send_ipv4(f->desk.t, &h, (struct span){ bytes, sizeof(bytes) });
    net_run_for(&f->net, 5 * MS);
}

static uint16_t estimate(struct fixture *f)
{
    return path_mtu(f->a, net_ip(FAR));
}

/* RFC 1191 7, table 7-1. */
static void test_plateau_below_a_length(void)
{
    static const struct {
        uint32_t len;
        uint16_t plateau;
    } rows[] = {
        { 65536, 65535 }, { 65535, 32000 }, { 32000, 17914 }, { 17915, 17914 }, { 9000, 8166 },
        { 8166, 4352 },   { 4352, 2002 },   { 2002, 1492 },   { 1500, 1492 },   { 1492, 1006 },
        { 1006, 508 },    { 508, 296 },     { 296, 68 },      { 69, 68 },       { 68, 68 },
        { 0, 68 },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        EXPECT_EQ(path_mtu_plateau_below(rows[i].len), rows[i].plateau);
}

/* RFC 1191 6.2: until told otherwise, the first hop's. */
static void test_nothing_learnt_is_the_first_hops_mtu(void)
{
    struct fixture f;

    open(&f);
    EXPECT_EQ(estimate(&f), 1500);
    f.a->interfaces[0].mtu = 1400;
    EXPECT_EQ(estimate(&f), 1400);
    EXPECT_EQ(path_mtu(f.a, net_ip("127.0.0.1")), 65535);
    net_close(&f.net);
}

/* RFC 1191 3. */
static void test_message_with_mtu_lowers_the_estimate(void)
{
    struct fixture f;
    const struct record *value;

    open(&f);
    refuse(&f, 1400, 1500);
    EXPECT_EQ(estimate(&f), 1400);
    EXPECT_EQ(path_mtu(f.a, net_ip("192.0.2.8")), 1500); /* another path */
    value = net_last(&f.net, &f.a->node, RECORD_VALUE, VARIABLE_IP_PATH_MTU);
    if (EXPECT(value != NULL)) {
        EXPECT_EQ(value->a, 1500);
        EXPECT_EQ(value->b, 1400);
        EXPECT_EQ(value->subject, net_ip(FAR));
    }
    refuse(&f, 1006, 1400);
    EXPECT_EQ(estimate(&f), 1006);
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_PATH_MTU_LOWERED, 1);
    net_close(&f.net);
}

static void test_smaller_first_hop_still_counts(void)
{
    struct fixture f;

    open(&f);
    refuse(&f, 1400, 1500);
    f.a->interfaces[0].mtu = 1000;
    EXPECT_EQ(estimate(&f), 1000);
    net_close(&f.net);
}

/* RFC 1191 3: a message never raises it. */
static void test_message_with_larger_mtu_raises_nothing(void)
{
    struct fixture f;

    open(&f);
    refuse(&f, 1006, 1500);
    refuse(&f, 1400, 1500);
    EXPECT_EQ(estimate(&f), 1006);
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_PATH_MTU_NOT_RAISED, 1);
    net_close(&f.net);
}

/* RFC 1191 3: never below 68. */
static void test_estimate_never_goes_below_68(void)
{
    struct fixture f;

    open(&f);
    refuse(&f, 20, 1500);
    EXPECT_EQ(estimate(&f), 68);
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_PATH_MTU_FLOOR, 1);
    net_close(&f.net);
}

static void test_mtu_that_the_datagram_fits_is_not_believed(void)
{
    struct fixture f;

    open(&f);
    refuse(&f, 1400, 1400);
    EXPECT_EQ(estimate(&f), 1500);
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_PATH_MTU_IMPLAUSIBLE, 1);
    net_close(&f.net);
}

/* RFC 1191 5: an old router says 0; its length may be too long by a header
 * where it is not less than the estimate. */
static void test_old_router_is_searched_by_plateaus(void)
{
    static const uint16_t lens[] = { 1500, 1006, 508 }, estimates[] = { 1006, 508, 296 };
    struct fixture f;

    open(&f);
    for (size_t i = 0; i < ARRAY_LEN(lens); i++) {
        refuse(&f, 0, lens[i]);
        EXPECT_EQ(estimate(&f), estimates[i]);
        EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_PATH_MTU_PLATEAU, 1);
    }
    net_close(&f.net);
}

static void test_old_router_refusing_less_than_the_estimate_is_believed(void)
{
    struct ipv4_header quoted = { .total_length = 1499 };
    struct fixture f;

    EXPECT_EQ(path_mtu_refused_len(&quoted, 1500), 1499);
    quoted.total_length = 1500;
    EXPECT_EQ(path_mtu_refused_len(&quoted, 1500), 1480);
    open(&f);
    refuse(&f, 0, 1499);
    EXPECT_EQ(estimate(&f), 1492);
    net_close(&f.net);
}

/* RFC 1191 6.3: forgotten 10 minutes after the last lowering. */
static void test_estimate_ages(void)
{
    struct fixture f;

    open(&f);
    refuse(&f, 1400, 1500);
    net_run_for(&f.net, 9 * MINUTES);
    refuse(&f, 1300, 1400);
    net_run_for(&f.net, 9 * MINUTES);
    EXPECT_EQ(estimate(&f), 1300);
    net_run_for(&f.net, 2 * MINUTES);
    EXPECT_EQ(estimate(&f), 1500);
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_PATH_MTU_AGED, 1);
    net_close(&f.net);
}

/* A learnt path MTU is no reason for a world to go on. */
static void test_ageing_keeps_no_world_alive(void)
{
    struct fixture f;

    open(&f);
    refuse(&f, 1400, 1500);
    net_run(&f.net);
    EXPECT(f.net.world->now < 10 * MINUTES);
    EXPECT_EQ(estimate(&f), 1400);
    net_close(&f.net);
}

/* RFC 1191 6.3: "including setting it to infinity". */
static void test_timeout_of_zero_never_forgets(void)
{
    struct fixture f;

    open(&f);
    f.a->config.ip.path_mtu_timeout = 0;
    refuse(&f, 1400, 1500);
    net_run_for(&f.net, 50 * HOURS);
    EXPECT_EQ(estimate(&f), 1400);
    net_close(&f.net);
}

static void test_full_table_forgets_the_eldest(void)
{
    struct fixture f;

    open(&f);
    for (ipv4 i = 0; i <= PATH_MTUS_MAX; i++) {
        if (i == PATH_MTUS_MAX) /* the first is no more the eldest */
            path_mtu_lower(f.a, net_ip(FAR), 1000, 1400);
        path_mtu_lower(f.a, net_ip(FAR) + i, 1400, 1500);
    }
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_PATH_MTU_TABLE_FULL, 1);
    EXPECT_EQ(estimate(&f), 1000);
    EXPECT_EQ(path_mtu(f.a, net_ip(FAR) + 1), 1500);
    EXPECT_EQ(path_mtu(f.a, net_ip(FAR) + 2), 1400);
    EXPECT_EQ(path_mtu(f.a, net_ip(FAR) + PATH_MTUS_MAX), 1400);
    net_close(&f.net);
}

static bool send_echo(struct fixture *f, uint16_t datagram_len, bool dont_fragment)
{
    struct icmp_echo echo = { .destination = net_ip(FAR), .dont_fragment = dont_fragment };

    echo.len = (uint16_t)(datagram_len - IPV4_HEADER_MIN - ICMP_HEADER_LEN);
    return icmp_send_echo(f->a, &echo);
}

/* RFC 1191 6.2: the send function fails, and says so. */
static void test_longer_datagram_with_df_is_refused_at_home(void)
{
    struct fixture f;

    open(&f);
    refuse(&f, 1400, 1500);
    net_mark(&f.net);
    EXPECT(!send_echo(&f, 1401, true));
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_IP_DF_TOO_LONG, 1);
    EXPECT(send_echo(&f, 1400, true));
    EXPECT(send_echo(&f, 1401, false));
    net_run_for(&f.net, 10 * MS);
    net_close(&f.net);
}

/*
 *   a --1500-- r1 --1200-- r2 --800-- b
 *
 * The whole of it: a's datagrams come back twice, then pass.
 */
static void test_path_of_two_routers_is_discovered(void)
{
    static const char *const r1_lans[] = { "10.0.0.254/24", "10.0.1.1/24" };
    static const char *const r2_lans[] = { "10.0.1.2/24", "10.0.2.254/24" };
    struct net net;
    struct host *a, *b, *r1, *r2;
    struct icmp_echo echo = { .len = 1472, .dont_fragment = true };
    ipv4 far = net_ip("10.0.2.9");

    net_open(&net, 1);
    a = net_host(&net, "a", "10.0.0.9/24");
    r1 = net_router(&net, "r1", r1_lans, 2);
    r2 = net_router(&net, "r2", r2_lans, 2);
    b = net_host(&net, "b", "10.0.2.9/24");
    net_gateway(a, "10.0.0.254");
    net_gateway(b, "10.0.2.254");
    net_gateway(r1, "10.0.1.2");
    net_gateway(r2, "10.0.1.1");
    net_wire(&net, net_port(a, 0), net_port(r1, 0), 1 * MS);
    link_set_mtu(net_wire(&net, net_port(r1, 1), net_port(r2, 0), 1 * MS), 1200);
    link_set_mtu(net_wire(&net, net_port(r2, 1), net_port(b, 0), 1 * MS), 800);
    net_start(&net);
    echo.destination = far;
    EXPECT(icmp_send_echo(a, &echo));
    net_run(&net);
    EXPECT_EQ(path_mtu(a, far), 1200);
    EXPECT(!icmp_send_echo(a, &echo));
    echo.len = 1172;
    EXPECT(icmp_send_echo(a, &echo));
    net_run(&net);
    EXPECT_EQ(path_mtu(a, far), 800);
    echo.len = 772;
    net_mark(&net);
    EXPECT(icmp_send_echo(a, &echo));
    net_run(&net);
    EXPECT_RULE_COUNT(&net, &b->node, RULE_ICMP_ECHO_ANSWERED, 1);
    EXPECT_NOT_SAW(&net, NULL, RULE_IP_FRAGMENTED);
    net_close(&net);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_plateau_below_a_length),
        TEST(test_nothing_learnt_is_the_first_hops_mtu),
        TEST(test_message_with_mtu_lowers_the_estimate),
        TEST(test_smaller_first_hop_still_counts),
        TEST(test_message_with_larger_mtu_raises_nothing),
        TEST(test_estimate_never_goes_below_68),
        TEST(test_mtu_that_the_datagram_fits_is_not_believed),
        TEST(test_old_router_is_searched_by_plateaus),
        TEST(test_old_router_refusing_less_than_the_estimate_is_believed),
        TEST(test_estimate_ages),
        TEST(test_ageing_keeps_no_world_alive),
        TEST(test_timeout_of_zero_never_forgets),
        TEST(test_full_table_forgets_the_eldest),
        TEST(test_longer_datagram_with_df_is_refused_at_home),
        TEST(test_path_of_two_routers_is_discovered),
    };

    return run_tests("path_mtu", tests, ARRAY_LEN(tests));
}
