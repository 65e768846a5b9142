/*
 * ARP messages that are not believed, each with the rule that says why.
 */
#include <string.h>

#include "tests/support/arp_desk.h"
#include "tests/support/suite.h"

struct refused_row {
    const char *label;
    size_t at; /* offset in the message */
    uint8_t value;
    rule_id rule;
};

/* RFC 826 Packet Reception: the questions about type and length. */
static void test_foreign_message_is_refused_with_its_rule(void)
{
    static const struct refused_row rows[] = {
        { "hardware type IEEE 802", 1, 6, RULE_ARP_BAD_HARDWARE_TYPE },
        { "hardware type 0", 1, 0, RULE_ARP_BAD_HARDWARE_TYPE },
        { "protocol type IPv6", 2, 0x86, RULE_ARP_BAD_PROTOCOL_TYPE },
        { "hardware length 5", 4, 5, RULE_ARP_BAD_HARDWARE_LENGTH },
        { "hardware length 255", 4, 255, RULE_ARP_BAD_HARDWARE_LENGTH },
        { "protocol length 0", 5, 0, RULE_ARP_BAD_PROTOCOL_LENGTH },
        { "protocol length 16", 5, 16, RULE_ARP_BAD_PROTOCOL_LENGTH },
        { "sender MAC is a group", 8, 0x01, RULE_ARP_GROUP_SENDER },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arp_message m = { ARP_REQUEST, MAC_NONE, net_ip(T_IP), MAC_NONE, net_ip(A_IP) };
        uint8_t bytes[ARP_MESSAGE_LEN];
        struct arp_desk d;

        arp_desk_open(&d, NULL);
        m.sender_mac = d.t->mac;
        arp_message_emit(&m, bytes);
        bytes[rows[i].at] = rows[i].value;
        tester_send_data(d.t, MAC_BROADCAST, ETHERTYPE_ARP, (struct span){ bytes, sizeof(bytes) });
        net_run_for(&d.net, 5 * MS);
        EXPECT_EQ_ROW(rows[i].label, tester_count(d.t), 0);
        EXPECT_EQ_ROW(rows[i].label, arp_desk_entries(&d), 0);
        EXPECT_EQ_ROW(rows[i].label, net_count_rule(&d.net, &d.a->node, rows[i].rule), 1);
        arp_desk_close(&d);
    }
}

/* RFC 1812 3.3.2 MUST NOT believe a broadcast or multicast link address. */
static void test_broadcast_sender_mac_is_not_believed(void)
{
    struct arp_view view;
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_resolve(&d);
    arp_desk_say_as(&d, ARP_REPLY, "ff:ff:ff:ff:ff:ff", T_IP, A_IP, d.eth->mac);
    if (EXPECT(arp_desk_entry(&d, T_IP, &view)))
        EXPECT(mac_equal(view.mac, d.t->mac));
    EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ARP_GROUP_SENDER, 1);
    arp_desk_close(&d);
}

/* RFC 1122 3.2.1.3: addresses that no host has are not learnt. */
static void test_sender_ip_of_no_host_is_not_learnt(void)
{
    static const char *const senders[] = {
        "255.255.255.255", "10.0.0.255", "224.0.0.5", "127.0.0.1", "240.0.0.1", "0.1.2.3",
    };

    for (size_t i = 0; i < ARRAY_LEN(senders); i++) {
        struct arp_desk d;

        arp_desk_open(&d, NULL);
        arp_desk_say(&d, ARP_REQUEST, senders[i], A_IP, MAC_BROADCAST);
        EXPECT_EQ_ROW(senders[i], tester_count(d.t), 0);
        EXPECT_EQ_ROW(senders[i], arp_desk_entries(&d), 0);
        EXPECT_SAW(&d.net, &d.a->node, RULE_ARP_BAD_SENDER);
        arp_desk_close(&d);
    }
}

/* A frame that a broken switch sends back teaches nothing. */
static void test_own_message_coming_back_is_dropped(void)
{
    struct arp_desk d;
    char mac[MAC_TEXT_SIZE];

    arp_desk_open(&d, NULL);
    mac_format(d.eth->mac, mac, sizeof(mac));
    arp_desk_say_as(&d, ARP_REQUEST, mac, A_IP, T_IP, MAC_BROADCAST);
    EXPECT_EQ(tester_count(d.t), 0);
    EXPECT_EQ(arp_desk_entries(&d), 0);
    EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ARP_OWN_MESSAGE, 1);
    arp_desk_close(&d);
}

/* RFC 894 Frame Format: what follows the 28 bytes is padding, of any content. */
static void test_padding_of_a_request_is_ignored(void)
{
    struct arp_message m = { ARP_REQUEST, MAC_NONE, net_ip(T_IP), MAC_NONE, net_ip(A_IP) };
    uint8_t bytes[200];
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    m.sender_mac = d.t->mac;
    memset(bytes, 0xee, sizeof(bytes));
    arp_message_emit(&m, bytes);
    tester_send_data(d.t, MAC_BROADCAST, ETHERTYPE_ARP, (struct span){ bytes, sizeof(bytes) });
    net_run_for(&d.net, 5 * MS);
    EXPECT_EQ(tester_count(d.t), 1);
    EXPECT_EQ(tester_frame(d.t, 0)->len, 60);
    EXPECT_EQ(tester_frame(d.t, 0)->bytes[59], 0);
    arp_desk_close(&d);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_foreign_message_is_refused_with_its_rule),
        TEST(test_broadcast_sender_mac_is_not_believed),
        TEST(test_sender_ip_of_no_host_is_not_learnt),
        TEST(test_own_message_coming_back_is_dropped),
        TEST(test_padding_of_a_request_is_ignored),
    };
    return run_tests("arp_refused", tests, ARRAY_LEN(tests));
}
