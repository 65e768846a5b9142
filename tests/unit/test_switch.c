/*
 * A switch learns, forwards, floods, filters, forgets.
 */
#include <string.h>

#include "layers/config.h"
#include "sim/fault.h"
#include "tests/support/star.h"
#include "tests/support/suite.h"

static unsigned entries(const struct star *s)
{
    struct switch_view view;
    unsigned count = 0;

    while (switch_entry(s->middle, count, &view))
        count++;
    return count;
}

/* The port behind which MAC lives, or -1. */
static int port_of(const struct star *s, struct mac mac)
{
    struct switch_view view;

    for (unsigned i = 0; switch_entry(s->middle, i, &view); i++)
        if (mac_equal(view.mac, mac))
            return (int)view.port;
    return -1;
}

static void test_unknown_destination_is_flooded(void)
{
    struct star s;

    star_open(&s, 4, false);
    star_send(&s, 1, s.t[0]->mac, 100);
    EXPECT_EQ(star_heard(&s), 0xd);
    EXPECT_SAW(&s.net, s.middle, RULE_SWITCH_FLOODS_UNKNOWN);
    star_close(&s);
}

static void test_source_is_learnt_with_its_port(void)
{
    const struct record *record;
    struct star s;

    star_open(&s, 4, false);
    star_send(&s, 2, MAC_BROADCAST, 100);
    EXPECT_EQ(entries(&s), 1);
    EXPECT_EQ(port_of(&s, s.t[2]->mac), 2);
    record = net_last_rule(&s.net, s.middle, RULE_SWITCH_LEARNS);
    if (EXPECT(record != NULL)) {
        EXPECT_EQ(record->a, mac_to_int64(s.t[2]->mac));
        EXPECT_EQ(record->b, 3);
    }
    star_close(&s);
}

static void test_known_destination_gets_the_frame_alone(void)
{
    struct star s;

    star_open(&s, 4, false);
    star_send(&s, 0, MAC_BROADCAST, 100);
    star_heard(&s);
    star_send(&s, 3, s.t[0]->mac, 100);
    EXPECT_EQ(star_heard(&s), 0x1);
    EXPECT_SAW(&s.net, s.middle, RULE_SWITCH_FORWARDS);
    star_send(&s, 0, s.t[3]->mac, 100);
    EXPECT_EQ(star_heard(&s), 0x8);
    star_close(&s);
}

static void test_group_destination_is_flooded_even_when_all_is_known(void)
{
    static const char *const groups[] = { "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01" };
    struct star s;

    star_open(&s, 3, false);
    for (unsigned i = 0; i < 3; i++)
        star_send(&s, i, MAC_BROADCAST, 100);
    star_heard(&s);
    for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
        star_send(&s, 0, net_mac(groups[i]), 100);
        EXPECT_EQ_ROW(groups[i], star_heard(&s), 0x6);
    }
    EXPECT_RULE_COUNT(&s.net, s.middle, RULE_SWITCH_FLOODS_GROUP, 5);
    star_close(&s);
}

/* Both live behind one port, say on a hub there: heard there already. */
static void test_destination_behind_the_same_port_is_filtered(void)
{
    struct mac other = net_mac("02:00:00:00:aa:aa");
    struct star s;

    star_open(&s, 3, false);
    star_send_as(&s, 0, other, MAC_BROADCAST, 100);
    star_heard(&s);
    star_send(&s, 0, other, 100);
    EXPECT_EQ(star_heard(&s), 0);
    EXPECT_RULE_COUNT(&s.net, s.middle, RULE_SWITCH_FILTERS, 1);
    EXPECT_EQ(net_count(&s.net, s.middle, RECORD_LOST, 0), 0);
    star_close(&s);
}

static void test_address_that_moves_is_found_at_its_new_port(void)
{
    struct mac rover = net_mac("02:00:00:00:aa:aa");
    struct star s;

    star_open(&s, 3, false);
    star_send_as(&s, 0, rover, MAC_BROADCAST, 100);
    star_send_as(&s, 2, rover, MAC_BROADCAST, 100);
    EXPECT_EQ(entries(&s), 1);
    EXPECT_EQ(port_of(&s, rover), 2);
    EXPECT_RULE_COUNT(&s.net, s.middle, RULE_SWITCH_MOVED, 1);
    star_heard(&s);
    star_send(&s, 1, rover, 100);
    EXPECT_EQ(star_heard(&s), 0x4);
    star_close(&s);
}

static void test_group_source_is_not_learnt(void)
{
    struct star s;

    star_open(&s, 3, false);
    star_send_as(&s, 0, net_mac("03:00:00:00:00:01"), MAC_BROADCAST, 100);
    EXPECT_EQ(entries(&s), 0);
    star_close(&s);
}

/* IEEE 802.1D: 01:80:c2:00:00:00 to 0f stay on their wire. */
static void test_reserved_group_is_not_passed_on(void)
{
    struct star s;

    star_open(&s, 3, false);
    star_send(&s, 0, net_mac("01:80:c2:00:00:00"), 100);
    star_send(&s, 0, net_mac("01:80:c2:00:00:0f"), 100);
    EXPECT_EQ(star_heard(&s), 0);
    EXPECT_RULE_COUNT(&s.net, s.middle, RULE_SWITCH_RESERVED_GROUP, 2);
    star_send(&s, 0, net_mac("01:80:c2:00:00:10"), 100);
    EXPECT_EQ(star_heard(&s), 0x6);
    star_close(&s);
}

/* ---- Ageing ---- */

static void test_address_is_forgotten_after_five_minutes(void)
{
    struct star s;

    star_open(&s, 3, false);
    star_send(&s, 0, MAC_BROADCAST, 100); /* seen at 1 ms */
    net_run_until(&s.net, 300 * SECONDS + 999 * US);
    EXPECT_EQ(entries(&s), 1);
    net_run_until(&s.net, 300 * SECONDS + 1001 * US);
    EXPECT_EQ(entries(&s), 0);
    EXPECT_RULE_COUNT(&s.net, s.middle, RULE_SWITCH_FORGETS, 1);
    star_heard(&s);
    star_send(&s, 1, s.t[0]->mac, 100);
    EXPECT_EQ(star_heard(&s), 0x5);
    star_close(&s);
}

static void test_address_that_is_heard_again_is_kept(void)
{
    struct star s;

    star_open(&s, 3, false);
    star_send(&s, 0, MAC_BROADCAST, 100);
    star_send(&s, 1, MAC_BROADCAST, 100);
    net_run_until(&s.net, 200 * SECONDS);
    star_send(&s, 0, MAC_BROADCAST, 100);
    net_run_until(&s.net, 400 * SECONDS);
    EXPECT_EQ(port_of(&s, s.t[0]->mac), 0);
    EXPECT_EQ(port_of(&s, s.t[1]->mac), -1);
    net_run_until(&s.net, 501 * SECONDS);
    EXPECT_EQ(entries(&s), 0);
    star_close(&s);
}

static void test_ageing_time_is_a_setting(void)
{
    struct star s;

    star_prepare(&s);
    s.net.switch_config.ageing = 2 * SECONDS;
    star_around(&s, 3, false);
    star_send(&s, 0, MAC_BROADCAST, 100);
    net_run_until(&s.net, 3 * SECONDS);
    EXPECT_EQ(entries(&s), 0);
    star_close(&s);
}

/* Being sent to does not keep an address alive: only what it sends does. */
static void test_address_that_only_receives_is_forgotten(void)
{
    struct star s;

    star_prepare(&s);
    s.net.switch_config.ageing = 2 * SECONDS;
    star_around(&s, 3, false);
    star_send(&s, 0, MAC_BROADCAST, 100);
    for (int i = 0; i < 4; i++) {
        star_send(&s, 1, s.t[0]->mac, 100);
        net_run_for(&s.net, 600 * MS);
    }
    EXPECT_EQ(port_of(&s, s.t[0]->mac), -1);
    EXPECT_EQ(port_of(&s, s.t[1]->mac), 1);
    star_close(&s);
}

static void test_wire_down_forgets_who_lived_there(void)
{
    struct star s;

    star_open(&s, 3, false);
    star_send(&s, 0, MAC_BROADCAST, 100);
    star_send(&s, 1, MAC_BROADCAST, 100);
    link_set_up(s.wire[0], false);
    EXPECT_EQ(port_of(&s, s.t[0]->mac), -1);
    EXPECT_EQ(port_of(&s, s.t[1]->mac), 1);
    EXPECT_RULE_COUNT(&s.net, s.middle, RULE_SWITCH_PORT_DOWN, 1);
    star_heard(&s);
    star_send(&s, 1, s.t[0]->mac, 100);
    EXPECT_EQ(star_heard(&s), 0x4);
    star_close(&s);
}

/* ---- The limit of the table ---- */

/* What an attacker is after: a full table makes a hub of the switch. */
static void test_full_table_learns_no_more_and_floods(void)
{
    struct star s;

    star_prepare(&s);
    s.net.switch_config.table = 2;
    star_around(&s, 4, false);
    for (unsigned i = 0; i < 3; i++)
        star_send(&s, i, MAC_BROADCAST, 100);
    EXPECT_EQ(entries(&s), 2);
    EXPECT_EQ(port_of(&s, s.t[2]->mac), -1);
    EXPECT_RULE_COUNT(&s.net, s.middle, RULE_SWITCH_TABLE_FULL, 1);
    star_heard(&s);
    star_send(&s, 0, s.t[2]->mac, 100);
    EXPECT_EQ(star_heard(&s), 0xe);
    star_send(&s, 3, s.t[0]->mac, 100); /* the old ones still hold */
    EXPECT_EQ(star_heard(&s), 0x1);
    star_close(&s);
}

static void test_place_of_a_forgotten_address_is_free_again(void)
{
    struct star s;

    star_prepare(&s);
    s.net.switch_config.table = 1;
    s.net.switch_config.ageing = 1 * SECONDS;
    star_around(&s, 3, false);
    star_send(&s, 0, MAC_BROADCAST, 100);
    net_run_until(&s.net, 2 * SECONDS);
    star_send(&s, 1, MAC_BROADCAST, 100);
    EXPECT_EQ(port_of(&s, s.t[1]->mac), 1);
    star_close(&s);
}

/* The buckets grow a few times; nothing is lost, all is forgotten in the end. */
static void test_thousand_addresses_are_all_found_and_all_forgotten(void)
{
    struct star s;

    star_open(&s, 3, false);
    for (int64_t i = 0; i < 1000; i++)
        star_send_as(&s, (unsigned)(i % 3), mac_from_int64(0x020000100000 + i), MAC_BROADCAST, 60);
    EXPECT_EQ(entries(&s), 1000);
    for (int64_t i = 0; i < 1000; i++)
        EXPECT_EQ(port_of(&s, mac_from_int64(0x020000100000 + i)), i % 3);
    net_run_until(&s.net, 310 * SECONDS);
    EXPECT_EQ(entries(&s), 0);
    star_close(&s);
}

/* ---- Sound frames only ---- */

static void damage_what_leaves(struct star *s, unsigned tester)
{
    struct fault *fault = world_add_fault(s->net.world);

    fault->kind = FAULT_KIND_CORRUPT;
    fault->from = s->t[tester]->node.id;
    fault->to = NODE_NONE;
    fault->link = LINK_NONE;
    fault->damage.bit = 300;
}

static void test_damaged_frame_dies_and_teaches_nothing(void)
{
    struct star s;

    star_open(&s, 3, false);
    damage_what_leaves(&s, 0);
    star_send(&s, 0, MAC_BROADCAST, 100);
    EXPECT_EQ(star_heard(&s), 0);
    EXPECT_EQ(entries(&s), 0);
    EXPECT_RULE_COUNT(&s.net, s.middle, RULE_ETHERNET_BAD_FCS, 1);
    star_close(&s);
}

/* Without a check on the wire in, it goes on, under a new and right check. */
static void test_damaged_frame_from_a_wire_without_fcs_goes_on_as_sound(void)
{
    struct star s;

    star_open(&s, 3, false);
    s.wire[0]->frame_check = false;
    damage_what_leaves(&s, 0);
    star_send(&s, 0, MAC_BROADCAST, 100);
    if (EXPECT(tester_last(s.t[1]) != NULL))
        EXPECT(!tester_last(s.t[1])->damaged);
    EXPECT_EQ(star_heard(&s), 0x6);
    star_close(&s);
}

static void test_frame_outside_the_lengths_is_not_passed_on(void)
{
    struct star s;

    star_open(&s, 3, false);
    star_send(&s, 0, MAC_BROADCAST, 59);
    star_send(&s, 0, MAC_BROADCAST, 1515);
    EXPECT_EQ(star_heard(&s), 0);
    EXPECT_RULE_COUNT(&s.net, s.middle, RULE_ETHERNET_TOO_SHORT, 1);
    EXPECT_RULE_COUNT(&s.net, s.middle, RULE_ETHERNET_TOO_LONG, 1);
    star_close(&s);
}

static void test_tag_is_carried_through_unchanged(void)
{
    static const uint8_t tag[] = { 0x81, 0x00, 0xa0, 0x2a, 0x08, 0x00 };
    uint8_t frame[1518] = { 0 };
    struct star s;

    star_open(&s, 2, false);
    mac_put(frame, MAC_BROADCAST);
    mac_put(frame + MAC_LEN, s.t[0]->mac);
    memcpy(frame + 12, tag, sizeof(tag));
    tester_send(s.t[0], (struct span){ frame, sizeof(frame) });
    net_run_for(&s.net, 5 * MS);
    if (EXPECT(tester_last(s.t[1]) != NULL) && EXPECT_EQ(tester_last(s.t[1])->len, 1518))
        EXPECT_BYTES(tester_last(s.t[1])->bytes, frame, sizeof(frame));
    star_close(&s);
}

/* ---- The rest ---- */

static void test_out_of_packet_memory_is_told_and_survived(void)
{
    struct star s;
    uint32_t limit;

    star_open(&s, 4, false);
    limit = s.net.world->packets[PACKET_SMALL].limit;
    s.net.world->packets[PACKET_SMALL].limit = 2;
    star_send(&s, 0, MAC_BROADCAST, 100);
    s.net.world->packets[PACKET_SMALL].limit = limit;
    EXPECT_RULE_COUNT(&s.net, s.middle, RULE_LINK_NO_BUFFER, 1);
    EXPECT_EQ(star_heard(&s), 0xa);
    star_close(&s);
}

static void test_node_is_switch_knows_its_kind(void)
{
    struct star s;

    star_open(&s, 2, false);
    EXPECT(node_is_switch(s.middle));
    EXPECT(!node_is_switch(&s.t[0]->node));
    EXPECT_STR(s.middle->ops->kind, "switch");
    EXPECT_STR(switch_config_keys[0].name, "ageing");
    star_close(&s);
}

/* Back and forth in time, the table comes out the same. */
static void test_seeking_back_and_forth_keeps_the_table(void)
{
    struct history history;
    struct star s;
    uint64_t hash;

    star_open(&s, 3, false);
    for (unsigned i = 0; i < 3; i++)
        tester_send_data(s.t[i], s.t[(i + 1) % 3]->mac, 0x88b5, (struct span){ NULL, 0 });
    history_open(&history, s.net.world);
    while (history_step(&history))
        continue;
    EXPECT_EQ(entries(&s), 3);
    hash = world_state_hash(s.net.world);
    EXPECT(world_seek(&history, 1));
    EXPECT_EQ(entries(&s), 1);
    EXPECT(world_seek(&history, s.net.trace.events.count));
    EXPECT_EQ(entries(&s), 3);
    EXPECT_EQ((int64_t)world_state_hash(s.net.world), (int64_t)hash);
    history_close(&history);
    star_close(&s);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_unknown_destination_is_flooded),
        TEST(test_source_is_learnt_with_its_port),
        TEST(test_known_destination_gets_the_frame_alone),
        TEST(test_group_destination_is_flooded_even_when_all_is_known),
        TEST(test_destination_behind_the_same_port_is_filtered),
        TEST(test_address_that_moves_is_found_at_its_new_port),
        TEST(test_group_source_is_not_learnt),
        TEST(test_reserved_group_is_not_passed_on),
        TEST(test_address_is_forgotten_after_five_minutes),
        TEST(test_address_that_is_heard_again_is_kept),
        TEST(test_ageing_time_is_a_setting),
        TEST(test_address_that_only_receives_is_forgotten),
        TEST(test_wire_down_forgets_who_lived_there),
        TEST(test_full_table_learns_no_more_and_floods),
        TEST(test_place_of_a_forgotten_address_is_free_again),
        TEST(test_thousand_addresses_are_all_found_and_all_forgotten),
        TEST(test_damaged_frame_dies_and_teaches_nothing),
        TEST(test_damaged_frame_from_a_wire_without_fcs_goes_on_as_sound),
        TEST(test_frame_outside_the_lengths_is_not_passed_on),
        TEST(test_tag_is_carried_through_unchanged),
        TEST(test_out_of_packet_memory_is_told_and_survived),
        TEST(test_node_is_switch_knows_its_kind),
        TEST(test_seeking_back_and_forth_keeps_the_table),
    };
    return run_tests("switch", tests, ARRAY_LEN(tests));
}
