/*
 * What commands do: each of them in a small world. Those of UDP and TCP are
 * in test_udp_app.c and test_tcp_app.c.
 */
#include "layers/link/arp.h"
#include "tests/support/command_net.h"
#include "tests/support/suite.h"

static struct net net;
static struct net_pair pair;

static void begin(void)
{
    net_open(&net, 1);
    pair = net_pair(&net, 1 * MS);
}

static bool at_a(const char *text)
{
    return net_tell(&net, pair.a, text);
}

static bool at_b(const char *text)
{
    return net_tell(&net, pair.b, text);
}

static bool at_wire(const char *text)
{
    return net_command(&net, COMMAND_ON_LINK, NULL, pair.wire, text);
}

/* ---- Hosts ---- */

static void test_ping_asks_and_is_answered(void)
{
    begin();
    EXPECT(at_a("ping b count 3 every 10ms size 10B"));
    net_run(&net);
    EXPECT_EQ(net_told(&net, pair.a, APP_PING_ANSWERED), 3);
    EXPECT_EQ(net_last_told(&net, pair.a, APP_PING_SENT)->b, 10);
    EXPECT_EQ(trace_time(&net.trace, net_last_told(&net, pair.a, APP_PING_SENT)), 20 * MS);
    net_close(&net);
}

static void test_traceroute_reaches_a_neighbour(void)
{
    begin();
    EXPECT(at_a("traceroute b probes 2"));
    net_run(&net);
    EXPECT_EQ(net_told(&net, pair.a, APP_TRACEROUTE_HOP), 2);
    EXPECT_EQ(net_told(&net, pair.a, APP_TRACEROUTE_DONE), 1);
    net_close(&net);
}

static void test_arp_flush_makes_the_next_message_ask_again(void)
{
    struct arp_view view;

    begin();
    EXPECT(at_a("ping b"));
    net_run(&net);
    EXPECT(arp_entry(&pair.a->interfaces[0], 0, &view));
    EXPECT(at_a("arp flush"));
    EXPECT(!arp_entry(&pair.a->interfaces[0], 0, &view));
    EXPECT_SAW(&net, &pair.a->node, RULE_COMMAND_FLUSH);
    net_close(&net);
}

static void test_arp_announce_broadcasts_the_own_address(void)
{
    struct net_desk desk;
    struct arp_message m;

    net_open(&net, 1);
    desk = net_desk(&net, false);
    EXPECT(net_tell(&net, desk.a, "arp announce"));
    net_run_for(&net, 10 * MS);
    EXPECT_EQ(tester_count(desk.t), 1);
    if (tester_read_arp(tester_last(desk.t), NULL, &m)) {
        EXPECT_EQ(m.sender_ip, net_ip("10.0.0.1"));
        EXPECT_EQ(m.target_ip, net_ip("10.0.0.1"));
    }
    net_close(&net);
}

static void expect_setting(const char *want)
{
    const struct record *record = net_last_rule(&net, &pair.a->node, RULE_COMMAND_SETTING);
    char sentence[200];

    if (!EXPECT(record != NULL))
        return;
    rule_sentence(record->rule, record->a, record->b, sentence, sizeof(sentence));
    EXPECT_STR(sentence, want);
}

static void test_set_changes_the_setting_of_that_host_only(void)
{
    begin();
    EXPECT(at_a("set udp.checksum off"));
    EXPECT_EQ(pair.a->config.udp.checksum, 0);
    EXPECT_EQ(pair.b->config.udp.checksum, 1);
    EXPECT(at_a("set arp.timeout 5s"));
    EXPECT_EQ(pair.a->config.arp.timeout, 5 * SECONDS);
    expect_setting("a setting changes from 1min to 5s");
    EXPECT(at_a("set tcp.delayed-ack off"));
    expect_setting("a setting changes from 200ms to off");
    EXPECT(at_a("set tcp.rcvbuf 1234B"));
    expect_setting("a setting changes from 64KiB to 1234B");
    EXPECT(at_a("set tcp.cc cubic"));
    expect_setting("a setting changes from newreno to cubic");
    EXPECT(at_a("set tcp.backlog 1234"));
    expect_setting("a setting changes from 128 to 1234");
    net_close(&net);
}

/* ---- Links and switches ---- */

static void test_down_and_up_cut_and_mend_the_wire(void)
{
    begin();
    EXPECT(at_wire("down"));
    EXPECT(!pair.wire->up);
    EXPECT(at_wire("up"));
    EXPECT(pair.wire->up);
    net_close(&net);
}

static void test_set_changes_both_directions_of_a_link(void)
{
    const struct direction_config *d;

    begin();
    EXPECT(at_wire("set rate 10Mbit"));
    EXPECT(at_wire("set delay 20ms"));
    EXPECT(at_wire("set jitter 5ms"));
    EXPECT(at_wire("set queue 7 packets"));
    EXPECT(at_wire("set loss 5%"));
    EXPECT(at_wire("set duplicate 1%"));
    EXPECT(at_wire("set corrupt 2%"));
    EXPECT(at_wire("set reorder 3%"));
    EXPECT(at_wire("set burst-loss enter 1% leave 30%"));
    EXPECT(at_wire("set ecn on"));
    for (unsigned end = 0; end < 2; end++) {
        d = &pair.wire->direction[end].config;
        EXPECT_EQ(d->rate, 10000000);
        EXPECT_EQ(d->delay, 20 * MS);
        EXPECT_EQ(d->chances.jitter, 5 * MS);
        EXPECT_EQ(d->queue, 7);
        EXPECT_EQ(d->chances.loss, 50000);
        EXPECT_EQ(d->chances.duplicate, 10000);
        EXPECT_EQ(d->chances.corrupt, 20000);
        EXPECT_EQ(d->chances.reorder, 30000);
        EXPECT_EQ(d->chances.reorder_by, 20 * MS);
        EXPECT_EQ(d->chances.burst_enter, 10000);
        EXPECT_EQ(d->chances.burst_leave, 300000);
        EXPECT_EQ(d->chances.burst_loss, 1000000);
        EXPECT(d->ecn);
    }
    net_close(&net);
}

static void test_set_toward_changes_one_direction(void)
{
    begin();
    EXPECT(at_wire("set loss 100% toward b"));
    EXPECT(at_wire("set delay 9ms toward a"));
    EXPECT(at_wire("set reorder 1% by 2ms toward a"));
    EXPECT_EQ(link_from(net_port(pair.a, 0))->config.chances.loss, 1000000);
    EXPECT_EQ(link_from(net_port(pair.b, 0))->config.chances.loss, 0);
    EXPECT_EQ(link_from(net_port(pair.a, 0))->config.delay, 1 * MS);
    EXPECT_EQ(link_from(net_port(pair.b, 0))->config.delay, 9 * MS);
    EXPECT_EQ(link_from(net_port(pair.b, 0))->config.chances.reorder_by, 2 * MS);
    EXPECT_EQ(link_from(net_port(pair.a, 0))->config.chances.reorder, 0);
    net_close(&net);
}

static void test_each_change_of_a_link_says_what_it_was(void)
{
    static const struct {
        const char *text;
        rule_id rule;
        int64_t old, new;
    } rows[] = {
        { "set rate 1Mbit", RULE_COMMAND_RATE, 0, 1000000 },
        { "set delay 2ms", RULE_COMMAND_DELAY, 1 * MS, 2 * MS },
        { "set jitter 3ms", RULE_COMMAND_JITTER, 0, 3 * MS },
        { "set queue 5 packets", RULE_COMMAND_QUEUE, LINK_DEFAULT_QUEUE, 5 },
        { "set loss 5%", RULE_COMMAND_LOSS, 0, 50000 },
        { "set loss 6%", RULE_COMMAND_LOSS, 50000, 60000 },
        { "set burst-loss enter 1% leave 2%", RULE_COMMAND_BURST_LOSS, 0, 10000 },
        { "set burst-loss off", RULE_COMMAND_BURST_LOSS, 10000, 0 },
        { "set reorder 1%", RULE_COMMAND_REORDER, 0, 10000 },
        { "set duplicate 1%", RULE_COMMAND_DUPLICATE, 0, 10000 },
        { "set corrupt 1%", RULE_COMMAND_CORRUPT, 0, 10000 },
        { "set ecn on", RULE_COMMAND_ECN, 0, 1 },
        { "set mtu 1000", RULE_COMMAND_MTU, 1500, 1000 },
        { "set fcs off", RULE_COMMAND_FCS, 1, 0 },
    };

    begin();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct record *why;

        EXPECT_ROW(rows[i].text, at_wire(rows[i].text));
        why = net_last_rule(&net, NULL, rows[i].rule);
        if (!EXPECT_ROW(rows[i].text, why != NULL))
            continue;
        EXPECT_EQ_ROW(rows[i].text, why->a, rows[i].old);
        EXPECT_EQ_ROW(rows[i].text, why->b, rows[i].new);
    }
    net_close(&net);
}

static void test_burst_loss_off_ends_a_burst(void)
{
    begin();
    pair.wire->direction[0].in_burst = true;
    EXPECT(at_wire("set burst-loss enter 1% leave 2%"));
    EXPECT(pair.wire->direction[0].in_burst);
    EXPECT(at_wire("set burst-loss off"));
    EXPECT(!pair.wire->direction[0].in_burst);
    net_close(&net);
}

static void test_set_mtu_reaches_the_hosts(void)
{
    begin();
    EXPECT(at_wire("set mtu 1000"));
    EXPECT_EQ(pair.wire->mtu, 1000);
    EXPECT_EQ(pair.a->interfaces[0].mtu, 1000);
    EXPECT(at_a("ping b size 1000B"));
    net_run(&net);
    EXPECT_SAW(&net, &pair.a->node, RULE_IP_FRAGMENTED);
    EXPECT_EQ(net_told(&net, pair.a, APP_PING_ANSWERED), 1);
    EXPECT(at_wire("set fcs off"));
    EXPECT(!pair.wire->frame_check);
    net_close(&net);
}

static void test_flush_empties_the_table_of_a_switch(void)
{
    struct switch_view view;
    struct node *s;

    net_open(&net, 1);
    s = net_switch(&net, "s", 2);
    pair.a = net_host(&net, "a", "10.0.0.1/24");
    pair.b = net_host(&net, "b", "10.0.0.2/24");
    net_wire(&net, net_port(pair.a, 0), &s->ports[0], 1 * MS);
    net_wire(&net, net_port(pair.b, 0), &s->ports[1], 1 * MS);
    net_start(&net);
    EXPECT(at_a("ping b"));
    net_run(&net);
    EXPECT(switch_entry(s, 1, &view));
    EXPECT(net_command(&net, COMMAND_ON_SWITCH, s, NULL, "flush"));
    EXPECT(!switch_entry(s, 0, &view));
    EXPECT(at_a("ping b"));
    net_run(&net);
    EXPECT(switch_entry(s, 1, &view));
    EXPECT_EQ(net_told(&net, pair.a, APP_PING_ANSWERED), 2);
    net_close(&net);
}

static void test_command_of_another_kind_of_node_has_no_meaning(void)
{
    begin();
    EXPECT(!net_command(&net, COMMAND_ON_SWITCH, &pair.a->node, NULL, "flush"));
    EXPECT_RULE_COUNT(&net, &pair.a->node, RULE_COMMAND_NOT_HERE, 1);
    EXPECT(!net_command(&net, COMMAND_ON_LINK, &pair.a->node, NULL, "down"));
    EXPECT_RULE_COUNT(&net, &pair.a->node, RULE_COMMAND_NOT_HERE, 2);
    EXPECT(!net_command(&net, COMMAND_ON_HOST, NULL, pair.wire, "ping b"));
    EXPECT_RULE_COUNT(&net, &pair.a->node, RULE_COMMAND_NOT_HERE, 3);
    net_close(&net);
}

/* Applications and commands live in the arena: going back takes them back. */
static void test_going_back_and_forth_gives_the_same_run(void)
{
    struct history history;
    uint64_t hash;
    uint32_t end;

    begin();
    EXPECT(at_b("udp echo 7"));
    EXPECT(at_a("udp send b:7 3kB count 5 every 3ms"));
    EXPECT(at_a("ping b count 3 every 2ms"));
    EXPECT(at_a("traceroute b"));
    history_open(&history, net.world);
    while (history_step(&history))
        continue;
    end = net.world->event_count;
    hash = world_state_hash(net.world);
    for (uint32_t n = 0; n < end; n += 7) {
        EXPECT(world_seek(&history, n));
        EXPECT(world_seek(&history, end));
        EXPECT(world_state_hash(net.world) == hash);
    }
    EXPECT(!net.trace.diverged);
    history_close(&history);
    net_close(&net);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_ping_asks_and_is_answered),
        TEST(test_traceroute_reaches_a_neighbour),
        TEST(test_arp_flush_makes_the_next_message_ask_again),
        TEST(test_arp_announce_broadcasts_the_own_address),
        TEST(test_set_changes_the_setting_of_that_host_only),
        TEST(test_down_and_up_cut_and_mend_the_wire),
        TEST(test_set_changes_both_directions_of_a_link),
        TEST(test_set_toward_changes_one_direction),
        TEST(test_each_change_of_a_link_says_what_it_was),
        TEST(test_burst_loss_off_ends_a_burst),
        TEST(test_set_mtu_reaches_the_hosts),
        TEST(test_flush_empties_the_table_of_a_switch),
        TEST(test_command_of_another_kind_of_node_has_no_meaning),
        TEST(test_going_back_and_forth_gives_the_same_run),
    };

    return run_tests("command run", tests, ARRAY_LEN(tests));
}
