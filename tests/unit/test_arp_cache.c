/*
 * The life of an ARP entry: asked for, believed, old, polled, gone.
 */
#include "tests/support/arp_desk.h"
#include "tests/support/suite.h"

static vtime since(const struct arp_desk *d, vtime start)
{
    return d->net.world->now - start;
}

/* The number of state changes of the cache for REASON. */
static unsigned changes(const struct arp_desk *d, rule_id reason)
{
    return net_count_rule(&d->net, &d->a->node, reason);
}

/* RFC 1122 2.3.2.1: requests at most once a second, then it gives up. */
static void test_unanswered_question_is_asked_three_times_and_fails(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_datagram(&d, T_IP, 60, 1);
    net_run_until(&d.net, 2999 * MS);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_INCOMPLETE);
    net_run_until(&d.net, 3001 * MS);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 3);
    EXPECT_EQ(d.t->first->at, 1 * MS);
    EXPECT_EQ(d.t->first->next->at, 1001 * MS);
    EXPECT_EQ(d.t->last->at, 2001 * MS);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_FAILED);
    EXPECT_SAW(&d.net, &d.a->node, RULE_ARP_UNREACHABLE);
    EXPECT_EQ(changes(&d, RULE_ARP_ENTRY_FAILED), 1);
    arp_desk_close(&d);
}

static void five_tries(struct arp_config *config)
{
    config->tries = 5;
    config->retry_interval = 2 * SECONDS;
}

static void test_tries_and_interval_are_settings(void)
{
    struct arp_desk d;

    arp_desk_open(&d, five_tries);
    arp_desk_datagram(&d, T_IP, 60, 1);
    net_run_until(&d.net, 9999 * MS);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 5);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_INCOMPLETE);
    net_run_until(&d.net, 10001 * MS);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_FAILED);
    arp_desk_close(&d);
}

/* RFC 1812 3.3.2: unreachable is reported only when asking proved fruitless;
 * each waiting packet comes back to IP and is lost there with a reason. */
static void test_failure_gives_each_waiting_packet_back_to_ip(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    for (uint16_t i = 0; i < 3; i++)
        arp_desk_datagram(&d, T_IP, 60, i);
    EXPECT_EQ(net_count(&d.net, &d.a->node, RECORD_LOST, 0), 0);
    net_run_until(&d.net, 3001 * MS);
    EXPECT_EQ(net_count(&d.net, &d.a->node, RECORD_LOST, 0), 3);
    EXPECT_EQ(world_live_packets(d.net.world), 0);
    arp_desk_close(&d);
}

/* RFC 1122 2.3.2.1 MUST: a dead host is not asked for again and again. */
static void test_packet_to_failed_entry_fails_without_a_question(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_datagram(&d, T_IP, 60, 1);
    net_run_until(&d.net, 3001 * MS);
    tester_clear(d.t);
    net_mark(&d.net);
    arp_desk_datagram(&d, T_IP, 60, 2);
    EXPECT_EQ(tester_count(d.t), 0);
    EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ARP_STILL_UNREACHABLE, 1);
    EXPECT_EQ(net_count(&d.net, &d.a->node, RECORD_LOST, 0), 1);
    arp_desk_close(&d);
}

static void test_failed_entry_is_forgotten_and_asked_for_again(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_datagram(&d, T_IP, 60, 1);
    net_run_until(&d.net, 5999 * MS);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_FAILED);
    net_run_until(&d.net, 6001 * MS);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_NONE);
    EXPECT_EQ(changes(&d, RULE_ARP_ENTRY_FORGOTTEN), 1);
    tester_clear(d.t);
    arp_desk_datagram(&d, T_IP, 60, 2);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 1);
    arp_desk_close(&d);
}

/* RFC 826 Packet Reception: a host that comes up is in the table at once. */
static void test_message_from_a_failed_host_revives_its_entry(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_datagram(&d, T_IP, 60, 1);
    net_run_until(&d.net, 3001 * MS);
    arp_desk_say(&d, ARP_REQUEST, T_IP, T_IP, MAC_BROADCAST);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_REACHABLE);
    arp_desk_close(&d);
}

/* RFC 1122 2.3.2.1: an answer to the second request is as good. */
static void test_late_answer_resolves_and_stops_asking(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_datagram(&d, T_IP, 60, 1);
    net_run_until(&d.net, 1500 * MS);
    arp_desk_say(&d, ARP_REPLY, T_IP, A_IP, d.eth->mac);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_IPV4), 1);
    net_run_for(&d.net, 10 * SECONDS);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 2);
    arp_desk_close(&d);
}

/* RFC 1122 2.3.2.1 MUST flush out-of-date entries; (1) timeout of a minute. */
static void test_confirmed_entry_is_stale_after_the_timeout(void)
{
    struct arp_view view;
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_resolve(&d);
    arp_desk_entry(&d, T_IP, &view);
    net_run_until(&d.net, view.confirmed + 60 * SECONDS - 1);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_REACHABLE);
    net_run_for(&d.net, 2);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_STALE);
    EXPECT_EQ(changes(&d, RULE_ARP_ENTRY_AGED), 1);
    arp_desk_close(&d);
}

static void short_timeout(struct arp_config *config)
{
    config->timeout = 5 * SECONDS;
}

/* RFC 1122 2.3.2.1 SHOULD: the timeout can be configured. */
static void test_timeout_is_a_setting(void)
{
    struct arp_desk d;

    arp_desk_open(&d, short_timeout);
    arp_desk_resolve(&d);
    net_run_for(&d.net, 5 * SECONDS + 10 * MS);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_STALE);
    net_run_for(&d.net, 5 * SECONDS + 10 * MS);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_NONE);
    arp_desk_close(&d);
}

/* RFC 1122 2.3.2.1 (1): periodically, even if the entry is in use. */
static void test_entry_in_use_ages_too(void)
{
    struct arp_desk d;

    arp_desk_open(&d, short_timeout);
    arp_desk_resolve(&d);
    for (uint16_t i = 0; i < 10; i++) {
        arp_desk_datagram(&d, T_IP, 60, i);
        net_run_for(&d.net, 510 * MS);
    }
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_STALE);
    arp_desk_close(&d);
}

/* RFC 1122 2.3.2.1: observing an ARP broadcast restarts the timeout. */
static void test_passing_broadcast_restarts_the_timeout(void)
{
    struct arp_desk d;

    arp_desk_open(&d, short_timeout);
    arp_desk_resolve(&d);
    net_run_for(&d.net, 4 * SECONDS);
    arp_desk_say(&d, ARP_REQUEST, T_IP, OTHER_IP, MAC_BROADCAST);
    net_run_for(&d.net, 4 * SECONDS);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_REACHABLE);
    net_run_for(&d.net, 1 * SECONDS);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_STALE);
    arp_desk_close(&d);
}

/* RFC 1122 2.3.2.1 (2): a stale entry is used, and polled by unicast. */
static void test_stale_entry_is_used_and_polled_by_unicast(void)
{
    struct ethernet_header h;
    struct arp_message m;
    struct arp_desk d;

    arp_desk_open(&d, short_timeout);
    arp_desk_resolve(&d);
    net_run_for(&d.net, 6 * SECONDS);
    arp_desk_datagram(&d, T_IP, 60, 9);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_IPV4), 1);
    if (EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 1) &&
        tester_read_arp(tester_frame(d.t, 1), &h, &m)) {
        EXPECT(mac_equal(h.destination, d.t->mac));
        EXPECT_EQ(m.opcode, ARP_REQUEST);
    }
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_PROBE);
    EXPECT_SAW(&d.net, &d.a->node, RULE_ARP_POLLS);
    EXPECT_SAW(&d.net, &d.a->node, RULE_ARP_ENTRY_POLLED);
    arp_desk_close(&d);
}

static void test_answered_poll_makes_the_entry_reachable(void)
{
    struct arp_desk d;

    arp_desk_open(&d, short_timeout);
    arp_desk_resolve(&d);
    net_run_for(&d.net, 6 * SECONDS);
    arp_desk_datagram(&d, T_IP, 60, 9);
    arp_desk_say(&d, ARP_REPLY, T_IP, A_IP, d.eth->mac);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_REACHABLE);
    net_run_for(&d.net, 4 * SECONDS);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 1);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_REACHABLE);
    arp_desk_close(&d);
}

/* An entry that is used just before it would be forgotten has its two polls. */
static void test_poll_begun_late_is_not_cut_short(void)
{
    struct arp_desk d;

    arp_desk_open(&d, short_timeout);
    arp_desk_resolve(&d);
    net_run_until(&d.net, 9500 * MS); /* stale since 5 s, forgotten at 10 s */
    arp_desk_datagram(&d, T_IP, 60, 9);
    net_run_until(&d.net, 11400 * MS);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_PROBE);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 2);
    EXPECT_NOT_SAW(&d.net, &d.a->node, RULE_ARP_ENTRY_FORGOTTEN);
    arp_desk_close(&d);
}

/* RFC 1122 2.3.2.1 (2): no reply to N successive polls, N is 2: deleted. */
static void test_two_unanswered_polls_delete_the_entry(void)
{
    struct arp_desk d;
    vtime start;

    arp_desk_open(&d, short_timeout);
    arp_desk_resolve(&d);
    net_run_for(&d.net, 6 * SECONDS);
    start = d.net.world->now;
    arp_desk_datagram(&d, T_IP, 60, 9);
    net_run_until(&d.net, start + 1500 * MS);
    arp_desk_datagram(&d, T_IP, 60, 10); /* still goes to the old address */
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_IPV4), 2);
    net_run_until(&d.net, start + 1999 * MS);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_PROBE);
    net_run_until(&d.net, start + 2001 * MS);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_NONE);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 2);
    EXPECT_EQ(changes(&d, RULE_ARP_ENTRY_POLL_FAILED), 1);
    EXPECT_EQ(since(&d, start), 2001 * MS);
    arp_desk_close(&d);
}

/* The next packet then asks everybody: a host that has moved is found. */
static void test_packet_after_failed_polls_asks_by_broadcast(void)
{
    struct ethernet_header h;
    struct arp_message m;
    struct arp_desk d;

    arp_desk_open(&d, short_timeout);
    arp_desk_resolve(&d);
    net_run_for(&d.net, 6 * SECONDS);
    arp_desk_datagram(&d, T_IP, 60, 9);
    net_run_for(&d.net, 3 * SECONDS);
    tester_clear(d.t);
    arp_desk_datagram(&d, T_IP, 60, 10);
    if (tester_read_arp(tester_frame(d.t, 0), &h, &m))
        EXPECT(mac_is_broadcast(h.destination));
    arp_desk_close(&d);
}

/* ---- Flush ---- */

static void test_flush_forgets_every_entry(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_resolve(&d);
    arp_desk_say_as(&d, ARP_REQUEST, OTHER_MAC, OTHER_IP, A_IP, MAC_BROADCAST);
    EXPECT_EQ(arp_desk_entries(&d), 2);
    arp_flush(d.eth);
    EXPECT_EQ(arp_desk_entries(&d), 0);
    EXPECT_EQ(changes(&d, RULE_ARP_ENTRY_FLUSHED), 2);
    tester_clear(d.t);
    net_run_for(&d.net, 1 * SECONDS); /* no request a second: RFC 1122 2.3.2.1 */
    arp_desk_datagram(&d, T_IP, 60, 2);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 1);
    arp_desk_close(&d);
}

static void test_flush_drops_what_waits_and_stops_asking(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_datagram(&d, T_IP, 60, 1);
    arp_desk_datagram(&d, T_IP, 60, 2);
    arp_flush(d.eth);
    EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ARP_FLUSHED, 2);
    EXPECT_EQ(world_live_packets(d.net.world), 0);
    net_run_for(&d.net, 5 * SECONDS);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 1);
    arp_desk_close(&d);
}

static void test_flush_of_an_empty_cache_does_nothing(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_flush(d.eth);
    EXPECT_EQ(arp_desk_entries(&d), 0);
    arp_desk_close(&d);
}

/* ---- The limit of the table ---- */

static void table_of_two(struct arp_config *config)
{
    config->table = 2;
}

static void test_full_table_evicts_the_entry_confirmed_longest_ago(void)
{
    struct arp_desk d;

    arp_desk_open(&d, table_of_two);
    arp_desk_say(&d, ARP_REQUEST, "10.0.0.21", A_IP, MAC_BROADCAST);
    arp_desk_say(&d, ARP_REQUEST, "10.0.0.22", A_IP, MAC_BROADCAST);
    arp_desk_say(&d, ARP_REQUEST, "10.0.0.21", A_IP, MAC_BROADCAST);
    arp_desk_say(&d, ARP_REQUEST, "10.0.0.23", A_IP, MAC_BROADCAST);
    EXPECT_EQ(arp_desk_entries(&d), 2);
    EXPECT_EQ(arp_desk_state(&d, "10.0.0.21"), STATE_ARP_REACHABLE);
    EXPECT_EQ(arp_desk_state(&d, "10.0.0.22"), STATE_NONE);
    EXPECT_EQ(arp_desk_state(&d, "10.0.0.23"), STATE_ARP_REACHABLE);
    EXPECT_EQ(changes(&d, RULE_ARP_ENTRY_EVICTED), 1);
    arp_desk_close(&d);
}

/* RFC 1122 2.3.2.1 MUST: no flood, not even by forgetting whom one asked. */
static void test_full_table_of_questions_takes_no_more(void)
{
    struct arp_desk d;

    arp_desk_open(&d, table_of_two);
    arp_desk_datagram(&d, "10.0.0.21", 60, 1);
    arp_desk_datagram(&d, "10.0.0.22", 60, 2);
    arp_desk_datagram(&d, "10.0.0.23", 60, 3);
    EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ARP_TABLE_FULL, 1);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 2);
    arp_desk_say(&d, ARP_REQUEST, T_IP, A_IP, MAC_BROADCAST);
    EXPECT_SAW(&d.net, &d.a->node, RULE_ARP_NOT_ADDED);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 3); /* answered all the same */
    arp_desk_close(&d);
}

static void test_entry_asked_for_just_now_is_not_evicted(void)
{
    struct arp_desk d;

    arp_desk_open(&d, table_of_two);
    arp_desk_resolve(&d);
    arp_desk_datagram(&d, "10.0.0.21", 60, 1);
    arp_desk_datagram(&d, "10.0.0.22", 60, 2);
    EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ARP_TABLE_FULL, 1);
    net_run_for(&d.net, 1 * SECONDS);
    arp_desk_datagram(&d, "10.0.0.22", 60, 3);
    EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ARP_TABLE_FULL, 1);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_NONE);
    arp_desk_close(&d);
}

static void table_of_many(struct arp_config *config)
{
    config->table = 200;
}

/* The table grows to its limit and no further, and loses none on the way. */
static void test_hundreds_of_askers_fill_the_table_to_its_limit(void)
{
    struct arp_desk d;
    struct arp_view view;
    char text[IPV4_TEXT_SIZE];

    arp_desk_open(&d, table_of_many);
    for (ipv4 i = 0; i < 300; i++) {
        ipv4_format(net_ip("10.0.1.0") + i, text, sizeof(text));
        arp_desk_say(&d, ARP_REQUEST, text, A_IP, MAC_BROADCAST);
    }
    EXPECT_EQ(arp_desk_entries(&d), 200);
    for (unsigned i = 0; i < 200; i++) {
        EXPECT(arp_entry(d.eth, i, &view));
        EXPECT_EQ(view.address, net_ip("10.0.1.0") + 100 + i);
    }
    arp_flush(d.eth);
    EXPECT_EQ(arp_desk_entries(&d), 0);
    arp_desk_close(&d);
}

/* The same run twice gives the same trace, ageing and all. */
static void test_same_run_twice_gives_the_same_hash(void)
{
    uint64_t hash[2];

    for (int run = 0; run < 2; run++) {
        struct arp_desk d;

        arp_desk_open(&d, short_timeout);
        arp_desk_resolve(&d);
        net_run_for(&d.net, 6 * SECONDS);
        arp_desk_datagram(&d, T_IP, 60, 9);
        arp_desk_datagram(&d, OTHER_IP, 60, 10);
        net_run_for(&d.net, 30 * SECONDS);
        hash[run] = trace_hash(&d.net.trace);
        arp_desk_close(&d);
    }
    EXPECT_EQ(hash[0], hash[1]);
}

static void test_address_set_by_hand_needs_no_question(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    EXPECT(arp_set(d.eth, net_ip(T_IP), d.t->mac));
    EXPECT_EQ(changes(&d, RULE_ARP_ENTRY_SET), 1);
    arp_desk_datagram(&d, T_IP, 60, 1);
    net_run_until(&d.net, 10 * MS);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 0);
    EXPECT_EQ(tester_count(d.t), 1);
    arp_desk_close(&d);
}

static void test_address_known_from_the_start_is_never_forgotten(void)
{
    struct arp_desk d;

    arp_desk_open(&d, short_timeout);
    arp_know(d.eth, net_ip(T_IP), d.t->mac);
    EXPECT_EQ(changes(&d, RULE_ARP_ENTRY_SET), 0);
    net_run_until(&d.net, 100 * SECONDS);
    arp_desk_datagram(&d, T_IP, 60, 1);
    net_run_for(&d.net, 10 * MS);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 0);
    EXPECT_EQ(tester_count(d.t), 1);
    arp_desk_close(&d);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_address_set_by_hand_needs_no_question),
        TEST(test_address_known_from_the_start_is_never_forgotten),
        TEST(test_unanswered_question_is_asked_three_times_and_fails),
        TEST(test_tries_and_interval_are_settings),
        TEST(test_failure_gives_each_waiting_packet_back_to_ip),
        TEST(test_packet_to_failed_entry_fails_without_a_question),
        TEST(test_failed_entry_is_forgotten_and_asked_for_again),
        TEST(test_message_from_a_failed_host_revives_its_entry),
        TEST(test_late_answer_resolves_and_stops_asking),
        TEST(test_confirmed_entry_is_stale_after_the_timeout),
        TEST(test_timeout_is_a_setting),
        TEST(test_entry_in_use_ages_too),
        TEST(test_passing_broadcast_restarts_the_timeout),
        TEST(test_stale_entry_is_used_and_polled_by_unicast),
        TEST(test_answered_poll_makes_the_entry_reachable),
        TEST(test_poll_begun_late_is_not_cut_short),
        TEST(test_two_unanswered_polls_delete_the_entry),
        TEST(test_packet_after_failed_polls_asks_by_broadcast),
        TEST(test_flush_forgets_every_entry),
        TEST(test_flush_drops_what_waits_and_stops_asking),
        TEST(test_flush_of_an_empty_cache_does_nothing),
        TEST(test_full_table_evicts_the_entry_confirmed_longest_ago),
        TEST(test_full_table_of_questions_takes_no_more),
        TEST(test_entry_asked_for_just_now_is_not_evicted),
        TEST(test_hundreds_of_askers_fill_the_table_to_its_limit),
        TEST(test_same_run_twice_gives_the_same_hash),
    };
    return run_tests("arp_cache", tests, ARRAY_LEN(tests));
}
