#include "tools/lib/conversations.h"

#include <string.h>

#include "layers/wire/arp_message.h"
#include "layers/wire/bytes.h"
#include "layers/wire/ethernet_header.h"
#include "layers/wire/ipv4_header.h"
#include "sim/capture_link.h"
#include "sim/vtime.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

#define HOST_A 0x0a000001u
#define HOST_B 0x0a000002u

static const struct mac mac_a = { { 2, 0, 0, 0, 0, 1 } }, mac_b = { { 2, 0, 0, 0, 0, 2 } };
static int64_t now;

/* A frame of ETHERTYPE with LEN bytes of PAYLOAD from A to B, or back. */
static void count_frame(struct conversations *all, bool back, uint16_t type, const void *payload,
                        size_t len)
{
    uint8_t bytes[256] = { 0 };
    const struct ethernet_header ethernet = { .source = back ? mac_b : mac_a,
                                              .destination = back ? mac_a : mac_b,
                                              .ethertype = type };
    size_t at = ethernet_header_emit(&ethernet, bytes);
    struct capture_frame frame = { .number = 1,
                                   .time_ns = now += MS,
                                   .has_time = true,
                                   .linktype = LINKTYPE_ETHERNET,
                                   .original_len = at + len,
                                   .bytes = { bytes, at + len } };

    memcpy(bytes + at, payload, len);
    conversations_take(all, &frame);
}

static void count_ip(struct conversations *all, bool back, uint8_t protocol, uint32_t ports)
{
    uint8_t packet[28] = { 0 };
    const struct ipv4_header ip = { .total_length = sizeof(packet),
                                    .ttl = 64,
                                    .protocol = protocol,
                                    .source = back ? HOST_B : HOST_A,
                                    .destination = back ? HOST_A : HOST_B };

    ipv4_header_emit(&ip, packet);
    put_be32(packet + IPV4_HEADER_MIN, ports);
    count_frame(all, back, ETHERTYPE_IPV4, packet, sizeof(packet));
}

static void expect_ends(const struct conversations *all, enum conversation_kind kind,
                        const char *from, const char *to)
{
    char text[80];

    if (!EXPECT_EQ_ROW(conversation_kind_name(kind), all->tables[kind].count, 1))
        return;
    conversation_format_end(kind, &all->tables[kind].slots[0]->key, 0, text, sizeof(text));
    EXPECT_STR(text, from);
    conversation_format_end(kind, &all->tables[kind].slots[0]->key, 1, text, sizeof(text));
    EXPECT_STR(text, to);
}

static void test_both_directions_are_one_conversation_of_each_kind(void)
{
    const struct arp_message arp = { .opcode = ARP_REQUEST,
                                     .sender_ip = HOST_A,
                                     .target_ip = HOST_B };
    uint8_t message[ARP_MESSAGE_LEN];
    const struct conversation *udp;
    struct conversations all;

    arp_message_emit(&arp, message);
    EXPECT(conversations_open(&all));
    count_ip(&all, false, IP_PROTOCOL_UDP, 4000u << 16 | 53);
    count_ip(&all, true, IP_PROTOCOL_UDP, 53u << 16 | 4000);
    count_ip(&all, true, IP_PROTOCOL_UDP, 53u << 16 | 4000);
    count_ip(&all, false, IP_PROTOCOL_ICMP, 0);
    count_ip(&all, false, 99, 0);
    count_frame(&all, false, ETHERTYPE_ARP, message, sizeof(message));
    count_frame(&all, false, 0x88b5, "x", 1);
    EXPECT_EQ(all.count, 5);
    expect_ends(&all, TALK_UDP, "10.0.0.1:4000", "10.0.0.2:53");
    expect_ends(&all, TALK_ICMP, "10.0.0.1", "10.0.0.2");
    expect_ends(&all, TALK_IP, "10.0.0.1", "10.0.0.2");
    expect_ends(&all, TALK_ARP, "10.0.0.1", "10.0.0.2");
    expect_ends(&all, TALK_ETHERNET, "02:00:00:00:00:01", "02:00:00:00:00:02");
    udp = flow_table_flow(&all.tables[TALK_UDP], 0);
    EXPECT_EQ(udp->frames[0], 1);
    EXPECT_EQ(udp->frames[1], 2);
    EXPECT_EQ(udp->bytes[1], 2 * 42);
    EXPECT_EQ(udp->last_ns - udp->first_ns, 2 * MS);
    conversations_close(&all);
}

static void test_more_conversations_than_fit_are_counted_together(void)
{
    struct conversations all;

    EXPECT(conversations_open(&all));
    for (uint32_t i = 0; i < CONVERSATIONS_MAX + 5; i++)
        count_ip(&all, false, IP_PROTOCOL_UDP, i);
    EXPECT_EQ(all.count, CONVERSATIONS_MAX);
    EXPECT_EQ(all.rest.frames[0], 5);
    conversations_close(&all);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_both_directions_are_one_conversation_of_each_kind),
        TEST(test_more_conversations_than_fit_are_counted_together),
    };
    return run_tests("conversations", tests, ARRAY_LEN(tests));
}
