/*
 * Frames into and out of a host: lengths, padding, check, addresses, types.
 */
#include <string.h>

#include "layers/link/ethernet.h"
#include "layers/wire/fcs.h"
#include "sim/fault.h"
#include "tests/support/arp_desk.h"
#include "tests/support/suite.h"

#define UNKNOWN_TYPE 0x88b5 /* IEEE: for local experiments */

/* Sends LEN bytes of frame: to DESTINATION, from T, of type ETHERTYPE. */
static void send_frame(struct arp_desk *d, const char *destination, uint16_t ethertype,
                       size_t len)
{
    uint8_t frame[2000] = { 0 };

    mac_put(frame, net_mac(destination));
    mac_put(frame + 6, d->t->mac);
    frame[12] = (uint8_t)(ethertype >> 8);
    frame[13] = (uint8_t)ethertype;
    tester_send(d->t, (struct span){ frame, len });
    net_run_for(&d->net, 5 * MS);
}

#define A_MAC "02:00:00:00:00:01"

/* A request for a, behind an 802.1Q tag with TCI. */
static void send_tagged_request(struct arp_desk *d, uint16_t tci)
{
    struct arp_message m = { ARP_REQUEST, d->t->mac, net_ip(T_IP), MAC_NONE, net_ip(A_IP) };
    struct ethernet_header h = { MAC_BROADCAST, d->t->mac, ETHERTYPE_ARP, true, tci };
    uint8_t frame[64] = { 0 };
    size_t len = ethernet_header_emit(&h, frame);

    arp_message_emit(&m, frame + len);
    tester_send(d->t, (struct span){ frame, sizeof(frame) });
    net_run_for(&d->net, 5 * MS);
}

/* ---- In: lengths ---- */

struct length_row {
    const char *label;
    size_t len; /* without FCS */
    uint16_t ethertype;
    rule_id rule;
};

/* IEEE 802.3: 64 to 1518 bytes with FCS, 1522 with a tag. */
static void test_frame_outside_the_lengths_is_dropped(void)
{
    static const struct length_row rows[] = {
        { "one byte", 1, 0, RULE_ETHERNET_TOO_SHORT },
        { "no header", 13, UNKNOWN_TYPE, RULE_ETHERNET_TOO_SHORT },
        { "header only", 14, UNKNOWN_TYPE, RULE_ETHERNET_TOO_SHORT },
        { "63 with FCS", 59, UNKNOWN_TYPE, RULE_ETHERNET_TOO_SHORT },
        { "64 with FCS", 60, UNKNOWN_TYPE, RULE_ETHERNET_UNKNOWN_TYPE },
        { "1518 with FCS", 1514, UNKNOWN_TYPE, RULE_ETHERNET_UNKNOWN_TYPE },
        { "1519 with FCS", 1515, UNKNOWN_TYPE, RULE_ETHERNET_TOO_LONG },
        { "1522 with FCS, no tag", 1518, UNKNOWN_TYPE, RULE_ETHERNET_TOO_LONG },
        { "1522 with FCS and tag", 1518, ETHERTYPE_VLAN, RULE_ETHERNET_LENGTH_FIELD },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arp_desk d;

        arp_desk_open(&d, NULL);
        send_frame(&d, A_MAC, rows[i].ethertype, rows[i].len);
        EXPECT_EQ_ROW(rows[i].label, net_count(&d.net, &d.a->node, RECORD_LOST, 0), 1);
        EXPECT_EQ_ROW(rows[i].label, net_count_rule(&d.net, &d.a->node, rows[i].rule), 1);
        arp_desk_close(&d);
    }
}

/* 1523 bytes with a tag do not even fit on the wire; a larger MTU is an
 * agreement of both ends. */
static void test_long_frame_on_a_jumbo_wire_is_taken(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    link_set_mtu(d.eth->port->link, 1600);
    send_frame(&d, A_MAC, UNKNOWN_TYPE, 1614);
    EXPECT_SAW(&d.net, &d.a->node, RULE_ETHERNET_UNKNOWN_TYPE);
    net_mark(&d.net);
    send_frame(&d, A_MAC, UNKNOWN_TYPE, 1615);
    EXPECT_SAW(&d.net, &d.a->node, RULE_ETHERNET_TOO_LONG);
    arp_desk_close(&d);
}

static void test_dropped_short_frame_tells_its_length(void)
{
    const struct record *record;
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    send_frame(&d, A_MAC, UNKNOWN_TYPE, 40);
    record = net_last_rule(&d.net, &d.a->node, RULE_ETHERNET_TOO_SHORT);
    if (EXPECT(record != NULL))
        EXPECT_EQ(record->a, 44);
    arp_desk_close(&d);
}

/* ---- In: addresses ---- */

/* IEEE 802.3: a station ignores what is for another; that is no loss. */
static void test_frame_for_another_is_ignored_and_not_lost(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    send_frame(&d, "02:00:00:00:00:99", ETHERTYPE_ARP, 60);
    EXPECT_SAW(&d.net, &d.a->node, RULE_ETHERNET_NOT_FOR_US);
    EXPECT_EQ(net_count(&d.net, &d.a->node, RECORD_LOST, 0), 0);
    EXPECT_NOT_SAW(&d.net, &d.a->node, RULE_ETHERNET_HEADER_OFF);
    arp_desk_close(&d);
}

/* RFC 1122 3.3.7: of the groups only all hosts, 224.0.0.1. */
static void test_multicast_of_another_group_is_ignored(void)
{
    static const char *const groups[] = {
        "01:00:5e:00:00:05", "01:00:5e:00:01:01", "33:33:00:00:00:01", "01:80:c2:00:00:0e",
    };

    for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
        struct arp_desk d;

        arp_desk_open(&d, NULL);
        send_frame(&d, groups[i], UNKNOWN_TYPE, 60);
        EXPECT_EQ_ROW(groups[i], net_count_rule(&d.net, NULL, RULE_ETHERNET_OTHER_GROUP), 1);
        EXPECT_EQ_ROW(groups[i], net_count(&d.net, &d.a->node, RECORD_LOST, 0), 0);
        arp_desk_close(&d);
    }
}

static void test_broadcast_and_all_hosts_are_taken(void)
{
    static const char *const groups[] = { "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01" };

    for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
        struct arp_desk d;

        arp_desk_open(&d, NULL);
        send_frame(&d, groups[i], UNKNOWN_TYPE, 60);
        EXPECT_EQ_ROW(groups[i], net_count_rule(&d.net, NULL, RULE_ETHERNET_UNKNOWN_TYPE), 1);
        arp_desk_close(&d);
    }
}

/* IEEE 802.3: a source address is never a group's. */
static void test_frame_from_a_group_is_dropped(void)
{
    uint8_t frame[60] = { 0 };
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    mac_put(frame, d.eth->mac);
    mac_put(frame + 6, net_mac("03:00:00:00:00:01"));
    frame[12] = 0x08;
    tester_send(d.t, (struct span){ frame, sizeof(frame) });
    net_run_for(&d.net, 5 * MS);
    EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ETHERNET_GROUP_SOURCE, 1);
    arp_desk_close(&d);
}

/* A layer that is told of group frames: what IP needs for RFC 1122 3.2.2. */
static bool heard_group[2];
static unsigned heard;

static void listener_input(struct interface *interface, struct packet *p)
{
    if (heard < ARRAY_LEN(heard_group))
        heard_group[heard++] = p->to_group;
    EXPECT_EQ(p->layer[PACKET_NETWORK], p->head);
    EXPECT_EQ(p->layer[PACKET_LINK] + ETHERNET_HEADER_LEN, p->head);
    packet_free(interface->host->node.world, p);
}

static void test_listener_of_a_type_gets_the_data_and_learns_of_groups(void)
{
    static const struct network_ops listener = { "listener", UNKNOWN_TYPE, listener_input };
    struct arp_desk d;

    heard = 0;
    arp_desk_open(&d, NULL);
    host_add_network(d.a, &listener);
    send_frame(&d, A_MAC, UNKNOWN_TYPE, 60);
    send_frame(&d, "ff:ff:ff:ff:ff:ff", UNKNOWN_TYPE, 60);
    EXPECT_EQ(heard, 2);
    EXPECT(!heard_group[0]);
    EXPECT(heard_group[1]);
    EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ETHERNET_HEADER_OFF, 2);
    arp_desk_close(&d);
}

/* ---- In: types ---- */

/* RFC 1122 2.3.3: a type of 1500 or less is the length of an 802.3 frame. */
static void test_length_field_frame_is_dropped(void)
{
    static const uint16_t lengths[] = { 0, 46, 1500, 1535 };

    for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
        struct arp_desk d;

        arp_desk_open(&d, NULL);
        send_frame(&d, A_MAC, lengths[i], 60);
        EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ETHERNET_LENGTH_FIELD, 1);
        arp_desk_close(&d);
    }
}

static void test_unknown_type_is_dropped_and_named(void)
{
    static const uint16_t types[] = { 1536, ETHERTYPE_IPV6, ETHERTYPE_QINQ, 0xffff };

    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        const struct record *record;
        struct arp_desk d;

        arp_desk_open(&d, NULL);
        send_frame(&d, A_MAC, types[i], 60);
        record = net_last_rule(&d.net, &d.a->node, RULE_ETHERNET_UNKNOWN_TYPE);
        if (EXPECT(record != NULL))
            EXPECT_EQ(record->a, types[i]);
        arp_desk_close(&d);
    }
}

/* A host takes any tag off, of priority only (VLAN 0) or of a VLAN. */
static void test_tagged_frame_is_understood_and_its_tag_ignored(void)
{
    static const uint16_t tags[] = { 0x0000, 0xe000, 0x0001, 0x6fff };

    for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
        const struct record *record;
        struct arp_desk d;

        arp_desk_open(&d, NULL);
        send_tagged_request(&d, tags[i]);
        EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 1);
        record = net_last_rule(&d.net, &d.a->node, RULE_VLAN_TAG_IGNORED);
        if (EXPECT(record != NULL)) {
            EXPECT_EQ(record->a, tags[i] & 0x0fff);
            EXPECT_EQ(record->b, tags[i] >> 13);
        }
        arp_desk_close(&d);
    }
}

/* ---- In: the frame check ---- */

static void flip_bit_of_everything(struct net *net, int64_t bit)
{
    struct fault *fault = world_add_fault(net->world);

    fault->kind = FAULT_KIND_CORRUPT;
    fault->from = NODE_NONE;
    fault->to = NODE_NONE;
    fault->link = LINK_NONE;
    fault->damage.bit = bit;
}

/* Wherever the bit is, header, data or padding, the CRC finds it. */
static void test_damaged_frame_dies_of_its_fcs(void)
{
    static const int64_t bits[] = { 0, 50, 110, 14 * 8, 59 * 8 + 7 };

    for (size_t i = 0; i < ARRAY_LEN(bits); i++) {
        struct arp_desk d;

        arp_desk_open(&d, NULL);
        flip_bit_of_everything(&d.net, bits[i]);
        arp_desk_say(&d, ARP_REQUEST, T_IP, A_IP, d.eth->mac);
        EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ETHERNET_BAD_FCS, 1);
        EXPECT_EQ(tester_count(d.t), 0);
        arp_desk_close(&d);
    }
}

/* fcs: off, and the damage is somebody else's to notice. */
static void test_damaged_frame_on_a_wire_without_fcs_goes_up(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    d.eth->port->link->frame_check = false;
    flip_bit_of_everything(&d.net, (14 + 6) * 8); /* ARP's opcode: 0x8001 */
    arp_desk_say(&d, ARP_REQUEST, T_IP, A_IP, d.eth->mac);
    EXPECT_NOT_SAW(&d.net, &d.a->node, RULE_ETHERNET_BAD_FCS);
    EXPECT_SAW(&d.net, &d.a->node, RULE_ETHERNET_FCS_NOT_CHECKED);
    EXPECT_SAW(&d.net, &d.a->node, RULE_ARP_UNKNOWN_OPCODE);
    arp_desk_close(&d);
}

/* A check that fits the bytes is believed, whatever happened to them. */
static void test_frame_damaged_back_to_itself_is_sound(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    flip_bit_of_everything(&d.net, 200);
    flip_bit_of_everything(&d.net, 200);
    arp_desk_say(&d, ARP_REQUEST, T_IP, A_IP, d.eth->mac);
    EXPECT_NOT_SAW(&d.net, &d.a->node, RULE_ETHERNET_BAD_FCS);
    EXPECT_SAW(&d.net, &d.a->node, RULE_ARP_ANSWERS);
    arp_desk_close(&d);
}

static void test_frame_check_is_the_fcs_of_the_wire_format(void)
{
    static const uint8_t digits[] = "123456789";
    struct span frame = { digits, 9 };

    EXPECT_EQ(ethernet_frame_check(frame), 0xcbf43926);
    EXPECT_EQ(ethernet_frame_check(frame), fcs(frame));
}

/* ---- Out ---- */

struct padding_row {
    size_t data; /* bytes */
    size_t frame;
    bool padded;
};

/* RFC 894 Frame Format: at least 46 bytes of data, padded with zeros. */
static void test_short_data_is_padded_to_sixty(void)
{
    static const struct padding_row rows[] = {
        { 20, 60, true }, { 45, 60, true }, { 46, 60, false }, { 47, 61, false },
        { 1500, 1514, false },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arp_desk d;

        arp_desk_open(&d, NULL);
        arp_desk_datagram(&d, "255.255.255.255", rows[i].data, 1);
        if (EXPECT_EQ(tester_count(d.t), 1))
            EXPECT_EQ(tester_frame(d.t, 0)->len, rows[i].frame);
        EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ETHERNET_PADDED, rows[i].padded ? 1 : 0);
        EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ETHERNET_HEADER_ON, 1);
        arp_desk_close(&d);
    }
}

/* RFC 894 Frame Format: at most 1500 bytes of data. */
static void test_too_long_data_is_dropped_before_the_wire(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_datagram(&d, "255.255.255.255", 1501, 1);
    EXPECT_EQ(tester_count(d.t), 0);
    EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ETHERNET_DATA_TOO_LONG, 1);
    EXPECT_EQ(net_count_sent(&d.net, &d.a->node), 0);
    arp_desk_close(&d);
}

/* The rest of a large packet, at the very end of its buffer, is padded too. */
static void test_packet_at_the_end_of_its_buffer_is_padded(void)
{
    static const uint8_t zeros[26] = { 0 };
    struct packet *p;
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    p = packet_new(d.net.world, PACKET_FRAME_BYTES - PACKET_HEADROOM);
    memset(packet_bytes(p), 0xab, p->len);
    packet_pull(p, p->len - 20);
    ethernet_device.send(d.eth, p, MAC_BROADCAST, UNKNOWN_TYPE);
    net_run_for(&d.net, 5 * MS);
    if (EXPECT_EQ(tester_count(d.t), 1)) {
        EXPECT_EQ(tester_frame(d.t, 0)->len, 60);
        EXPECT_EQ(tester_frame(d.t, 0)->bytes[33], 0xab);
        EXPECT_BYTES(tester_frame(d.t, 0)->bytes + 34, zeros, sizeof(zeros));
    }
    arp_desk_close(&d);
}

/* What a router sends on is a new frame, with a check of its own. */
static void test_packet_that_came_damaged_leaves_under_a_new_check(void)
{
    struct packet *p;
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    p = packet_new(d.net.world, 60);
    memset(packet_bytes(p), 0, 60);
    p->damaged = true;
    p->to_group = true;
    ethernet_device.send(d.eth, p, d.t->mac, UNKNOWN_TYPE);
    net_run_for(&d.net, 5 * MS);
    if (EXPECT_EQ(tester_count(d.t), 1))
        EXPECT(!tester_frame(d.t, 0)->damaged);
    arp_desk_close(&d);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_frame_outside_the_lengths_is_dropped),
        TEST(test_long_frame_on_a_jumbo_wire_is_taken),
        TEST(test_dropped_short_frame_tells_its_length),
        TEST(test_frame_for_another_is_ignored_and_not_lost),
        TEST(test_multicast_of_another_group_is_ignored),
        TEST(test_broadcast_and_all_hosts_are_taken),
        TEST(test_frame_from_a_group_is_dropped),
        TEST(test_listener_of_a_type_gets_the_data_and_learns_of_groups),
        TEST(test_length_field_frame_is_dropped),
        TEST(test_unknown_type_is_dropped_and_named),
        TEST(test_tagged_frame_is_understood_and_its_tag_ignored),
        TEST(test_damaged_frame_dies_of_its_fcs),
        TEST(test_damaged_frame_on_a_wire_without_fcs_goes_up),
        TEST(test_frame_damaged_back_to_itself_is_sound),
        TEST(test_frame_check_is_the_fcs_of_the_wire_format),
        TEST(test_short_data_is_padded_to_sixty),
        TEST(test_too_long_data_is_dropped_before_the_wire),
        TEST(test_packet_at_the_end_of_its_buffer_is_padded),
        TEST(test_packet_that_came_damaged_leaves_under_a_new_check),
    };
    return run_tests("ethernet", tests, ARRAY_LEN(tests));
}
