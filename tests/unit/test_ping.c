#include "layers/app/ping.h"

#include <string.h>

#include "layers/application.h"
#include "layers/net/icmp.h"
#include "tests/support/net.h"
#include "tests/support/suite.h"

static struct net net;
static struct net_pair pair;

static void begin(vtime delay)
{
    net_open(&net, 1);
    pair = net_pair(&net, delay);
}

static void ping(const char *address, uint32_t count, vtime interval)
{
    struct ping_order order = { .destination = net_ip(address), .count = count, .size = 56,
                                .interval = interval };

    net_mark(&net);
    ping_start(pair.a, &order);
}

static unsigned told(enum app_event what)
{
    return net_count(&net, &pair.a->node, RECORD_APP, what);
}

static const struct record *last(enum app_event what)
{
    const struct record *record = net_last(&net, &pair.a->node, RECORD_APP, what);
    static const struct record none;

    return EXPECT(record != NULL) ? record : &none;
}

static void test_answer_tells_the_round_trip_time(void)
{
    begin(10 * MS);
    ping("10.0.0.2", 1, SECONDS);
    net_run(&net);
    EXPECT_EQ(told(APP_PING_SENT), 1);
    EXPECT_EQ(last(APP_PING_SENT)->a, 1);
    EXPECT_EQ(last(APP_PING_SENT)->b, 56);
    EXPECT_EQ(last(APP_PING_ANSWERED)->a, 1);
    EXPECT_EQ(last(APP_PING_ANSWERED)->b, 40 * MS); /* ARP's round trip, then its own */
    EXPECT_EQ(last(APP_PING_DONE)->a, 1);
    EXPECT_EQ(last(APP_PING_DONE)->b, 1);
    EXPECT_EQ(told(APP_PING_LOST), 0);
    net_close(&net);
}

static void test_count_of_three_asks_once_an_interval(void)
{
    begin(10 * MS);
    ping("10.0.0.2", 3, 2 * SECONDS);
    net_run(&net);
    EXPECT_EQ(told(APP_PING_SENT), 3);
    EXPECT_EQ(told(APP_PING_ANSWERED), 3);
    EXPECT_EQ(last(APP_PING_ANSWERED)->a, 3);
    EXPECT_EQ(last(APP_PING_ANSWERED)->b, 20 * MS);
    EXPECT_EQ(trace_time(&net.trace, last(APP_PING_SENT)), 4 * SECONDS);
    EXPECT_EQ(told(APP_PING_DONE), 1);
    net_close(&net);
}

static void test_silence_counts_as_lost_after_the_wait(void)
{
    begin(10 * MS);
    pair.b->config.icmp.echo = 0;
    ping("10.0.0.2", 2, SECONDS);
    net_run(&net);
    EXPECT_EQ(told(APP_PING_LOST), 2);
    EXPECT_EQ(trace_time(&net.trace, last(APP_PING_LOST)), SECONDS + PING_WAIT);
    EXPECT_EQ(last(APP_PING_DONE)->a, 2);
    EXPECT_EQ(last(APP_PING_DONE)->b, 0);
    net_close(&net);
}

static void test_one_lost_among_answered_ones_is_named(void)
{
    begin(10 * MS);
    ping("10.0.0.2", 3, SECONDS);
    net_run_for(&net, 500 * MS);
    link_set_up(pair.wire, false);
    net_run_for(&net, 1000 * MS);
    link_set_up(pair.wire, true);
    net_run(&net);
    EXPECT_EQ(told(APP_PING_ANSWERED), 2);
    EXPECT_EQ(told(APP_PING_LOST), 1);
    EXPECT_EQ(last(APP_PING_LOST)->a, 2);
    net_close(&net);
}

static void test_nobody_there_is_unreachable_before_it_is_lost(void)
{
    begin(10 * MS);
    ping("10.0.0.99", 1, SECONDS);
    net_run(&net);
    EXPECT_EQ(told(APP_PING_LOST), 0);
    EXPECT_EQ(last(APP_PING_FAILED)->b,
              icmp_type_and_code(ICMP_UNREACHABLE, ICMP_UNREACHABLE_HOST));
    net_close(&net);
}

static void test_no_route_is_not_sent(void)
{
    begin(10 * MS);
    ping("192.0.2.1", 2, SECONDS);
    net_run(&net);
    EXPECT_EQ(told(APP_PING_NOT_SENT), 2);
    EXPECT_EQ(told(APP_PING_DONE), 1);
    net_close(&net);
}

static void test_too_large_for_dont_fragment_is_not_sent(void)
{
    struct ping_order order = { .destination = net_ip("10.0.0.2"), .count = 1, .size = 1473,
                                .dont_fragment = true };

    begin(10 * MS);
    ping_start(pair.a, &order);
    net_run(&net);
    EXPECT_EQ(told(APP_PING_NOT_SENT), 1);
    order.size = 1472;
    ping_start(pair.a, &order);
    net_run(&net);
    EXPECT_EQ(told(APP_PING_ANSWERED), 1);
    net_close(&net);
}

static void test_short_life_tells_where_it_ended(void)
{
    static const char *const addresses[] = { "10.0.0.254/24", "10.1.0.254/24" };
    struct ping_order order = { .count = 1, .size = 0, .ttl = 1 };
    struct host *a, *router;

    net_open(&net, 1);
    a = pair.a = net_host(&net, "a", "10.0.0.1/24");
    router = net_router(&net, "r", addresses, 2);
    net_gateway(a, "10.0.0.254");
    net_wire(&net, net_port(a, 0), net_port(router, 0), 1 * MS);
    net_start(&net);
    order.destination = net_ip("10.1.0.1");
    ping_start(a, &order);
    net_run(&net);
    EXPECT_EQ(last(APP_PING_EXPIRED)->b, net_ip("10.0.0.254"));
    EXPECT_EQ(told(APP_PING_LOST), 0);
    net_close(&net);
}

static void test_second_answer_to_one_request_is_told_as_such(void)
{
    begin(10 * MS);
    ping("10.0.0.2", 1, SECONDS);
    net_run(&net);
    link_from(net_port(pair.b, 0))->config.chances.duplicate = 1000000;
    ping("10.0.0.2", 2, SECONDS);
    net_run(&net);
    EXPECT_EQ(told(APP_PING_ANSWERED), 2);
    EXPECT_EQ(told(APP_PING_AGAIN), 2);
    EXPECT_EQ(last(APP_PING_DONE)->b, 2);
    net_close(&net);
}

static void test_answer_after_the_wait_is_late(void)
{
    begin(1400 * MS); /* ARP and echo together take 5.6 s */
    pair.a->config.arp.retry_interval = 10 * SECONDS;
    ping("10.0.0.2", 1, SECONDS);
    net_run(&net);
    EXPECT_EQ(told(APP_PING_ANSWERED), 0);
    EXPECT_EQ(told(APP_PING_LOST), 1);
    EXPECT_EQ(last(APP_PING_LATE)->b, 5600 * MS);
    net_close(&net);
}

static void test_too_many_outstanding_give_up_the_oldest(void)
{
    begin(1 * SECONDS);
    ping("10.0.0.2", 1, SECONDS);
    net_run(&net);
    ping("10.0.0.2", PING_OUTSTANDING + 100, 1 * MS);
    net_run(&net);
    EXPECT_EQ(told(APP_PING_SENT), PING_OUTSTANDING + 100);
    EXPECT_EQ(told(APP_PING_LOST), 101);
    EXPECT_EQ(told(APP_PING_ANSWERED), PING_OUTSTANDING - 1);
    EXPECT_EQ(told(APP_PING_AGAIN), 0);
    EXPECT_EQ(told(APP_PING_LATE), 1); /* 101; of the first 100 nothing is known any more */
    EXPECT_EQ(told(APP_PING_DONE), 1);
    net_close(&net);
}

static void test_ping_to_oneself_is_answered_at_once(void)
{
    begin(10 * MS);
    ping("10.0.0.1", 2, SECONDS);
    net_run(&net);
    EXPECT_EQ(told(APP_PING_ANSWERED), 2);
    EXPECT_EQ(last(APP_PING_ANSWERED)->b, 0);
    net_close(&net);
}

static void test_next_ping_takes_over_the_memory_of_the_last(void)
{
    begin(10 * MS);
    ping("10.0.0.2", 1, SECONDS);
    net_run(&net);
    EXPECT_EQ(last(APP_PING_DONE)->subject, 1);
    ping("10.0.0.2", 1, SECONDS);
    net_run(&net);
    EXPECT_EQ(last(APP_PING_DONE)->subject, 2);
    EXPECT_EQ(told(APP_PING_ANSWERED), 1);
    EXPECT(pair.a->applications != NULL && pair.a->applications->next == NULL);
    net_close(&net);
}

static void test_two_pings_at_once_do_not_mix(void)
{
    begin(10 * MS);
    ping("10.0.0.2", 2, SECONDS);
    ping("10.0.0.1", 3, SECONDS);
    net_run(&net);
    EXPECT_EQ(told(APP_PING_ANSWERED), 5);
    EXPECT_EQ(told(APP_PING_DONE), 2);
    net_close(&net);
}

static void test_stopped_ping_asks_no_more(void)
{
    begin(10 * MS);
    ping("10.0.0.2", 100, SECONDS);
    net_run_for(&net, 2500 * MS);
    application_stop_all(pair.a);
    net_run(&net);
    EXPECT_EQ(told(APP_PING_SENT), 3);
    EXPECT(net.world->now < 3 * SECONDS);
    net_close(&net);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_answer_tells_the_round_trip_time),
        TEST(test_count_of_three_asks_once_an_interval),
        TEST(test_silence_counts_as_lost_after_the_wait),
        TEST(test_one_lost_among_answered_ones_is_named),
        TEST(test_nobody_there_is_unreachable_before_it_is_lost),
        TEST(test_no_route_is_not_sent),
        TEST(test_too_large_for_dont_fragment_is_not_sent),
        TEST(test_short_life_tells_where_it_ended),
        TEST(test_second_answer_to_one_request_is_told_as_such),
        TEST(test_answer_after_the_wait_is_late),
        TEST(test_too_many_outstanding_give_up_the_oldest),
        TEST(test_ping_to_oneself_is_answered_at_once),
        TEST(test_next_ping_takes_over_the_memory_of_the_last),
        TEST(test_two_pings_at_once_do_not_mix),
        TEST(test_stopped_ping_asks_no_more),
    };

    return run_tests("ping", tests, ARRAY_LEN(tests));
}
