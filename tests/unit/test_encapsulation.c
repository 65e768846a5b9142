/*
 * What the layers of two hosts say of one message: each header that goes on
 * at a comes off at b, with the lengths before and after.
 */
#include "layers/rule.h"
#include "tests/support/command_net.h"
#include "tests/support/suite.h"

struct step {
    unsigned rule;
    const char *sentence;
};

static struct net net;
static struct net_pair pair;

/* The addresses are known, so that ARP says one sentence only. */
static void begin(void)
{
    net_open(&net, 1);
    net.config.ip.first_id = 7;
    pair = net_pair(&net, 1 * MS);
    EXPECT(net_tell(&net, pair.b, "udp bind 9"));
    EXPECT(net_tell(&net, pair.a, "udp send b:9 1B from 5000"));
    net_run_for(&net, 10 * MS);
    net_mark(&net);
}

/* The reasons that NODE gave since then are STEPS and no others. */
static void expect_steps(const struct node *node, const struct step *steps, size_t count)
{
    size_t at = 0;

    for (uint32_t i = net.mark; i < net.trace.records.count; i++) {
        const struct record *record = trace_record(&net.trace, i);
        char sentence[400];

        if (record->kind != RECORD_WHY || record->node != node->id)
            continue;
        rule_sentence(record->rule, record->a, record->b, sentence, sizeof(sentence));
        if (!EXPECT_ROW(sentence, at < count))
            return;
        EXPECT_RULE_ROW(sentence, record->rule, steps[at].rule);
        if (steps[at].sentence != NULL)
            EXPECT_STR(sentence, steps[at].sentence);
        at++;
    }
    EXPECT_EQ(at, count);
}

static void test_message_gets_three_headers_and_loses_them(void)
{
    static const struct step down[] = {
        { RULE_UDP_HEADER_ON, NULL },
        { RULE_ROUTE_ON_LINK, NULL },
        { RULE_IP_HEADER_ON, "the IP header (20 bytes) goes on: 30 -> 50 bytes, "
                             "identification 8, time to live 64" },
        { RULE_ARP_KNOWN, NULL },
        { RULE_ETHERNET_HEADER_ON, "the Ethernet header (14 bytes) goes on: 50 -> 64 bytes, "
                                   "type 0x0800 (IPv4), to 02:00:00:00:00:02" },
    };
    static const struct step up[] = {
        { RULE_ETHERNET_HEADER_OFF, "the Ethernet header (14 bytes) comes off: 64 -> 50 bytes, "
                                    "for type 0x0800 (IPv4)" },
        { RULE_IP_FOR_US, NULL },
        { RULE_IP_HEADER_OFF, "the IP header (20 bytes) comes off: 50 -> 30 bytes, "
                              "for protocol 17 (UDP)" },
        { RULE_UDP_CHECKSUM_VERIFIED, NULL },
        { RULE_UDP_HEADER_OFF, "the UDP header (8 bytes) comes off: 30 -> 22 bytes, "
                               "for port 9, which is open here" },
    };

    begin();
    EXPECT(net_tell(&net, pair.a, "udp send b:9 22B from 5000"));
    net_run_for(&net, 10 * MS);
    expect_steps(&pair.a->node, down, ARRAY_LEN(down));
    expect_steps(&pair.b->node, up, ARRAY_LEN(up));
    net_close(&net);
}

static void test_padding_goes_on_and_comes_off(void)
{
    static const struct step down[] = {
        { RULE_UDP_HEADER_ON, NULL },      { RULE_ROUTE_ON_LINK, NULL },
        { RULE_IP_HEADER_ON, NULL },       { RULE_ARP_KNOWN, NULL },
        { RULE_ETHERNET_HEADER_ON, NULL },
        { RULE_ETHERNET_PADDED, "16 bytes of zeros are added: 44 -> 60 bytes, "
                                "the least that a frame has before its FCS (4 bytes)" },
    };
    static const struct step up[] = {
        { RULE_ETHERNET_HEADER_OFF, "the Ethernet header (14 bytes) comes off: 60 -> 46 bytes, "
                                    "for type 0x0800 (IPv4)" },
        { RULE_IP_PADDING_OFF, "the padding (16 bytes) comes off: "
                               "the total length says 30 bytes" },
        { RULE_IP_FOR_US, NULL },
        { RULE_IP_HEADER_OFF, "the IP header (20 bytes) comes off: 30 -> 10 bytes, "
                              "for protocol 17 (UDP)" },
        { RULE_UDP_CHECKSUM_VERIFIED, NULL },
        { RULE_UDP_HEADER_OFF, NULL },
    };

    begin();
    EXPECT(net_tell(&net, pair.a, "udp send b:9 \"hi\" from 5000"));
    net_run_for(&net, 10 * MS);
    expect_steps(&pair.a->node, down, ARRAY_LEN(down));
    expect_steps(&pair.b->node, up, ARRAY_LEN(up));
    net_close(&net);
}

static void test_echo_request_has_its_header_too(void)
{
    const struct record *record;
    char sentence[400];

    begin();
    EXPECT(net_tell(&net, pair.a, "ping b size 32B"));
    net_run_for(&net, 10 * MS);
    record = net_last_rule(&net, &pair.a->node, RULE_ICMP_ECHO_SENT);
    if (EXPECT(record != NULL)) {
        rule_sentence(record->rule, record->a, record->b, sentence, sizeof(sentence));
        EXPECT_STR(sentence, "the ICMP header (8 bytes) goes on: 32 -> 40 bytes, "
                             "an echo request, identifier 1, number 1");
    }
    record = net_last_rule(&net, &pair.a->node, RULE_ICMP_ECHO_MATCHED);
    if (EXPECT(record != NULL)) {
        rule_sentence(record->rule, record->a, record->b, sentence, sizeof(sentence));
        EXPECT_STR(sentence, "the ICMP header (8 bytes) comes off: 40 -> 32 bytes, "
                             "the reply to identifier 1, number 1");
    }
    net_close(&net);
}

/* RFC 791 3.2: the field counts units of 8 bytes. */
static void test_fragment_tells_its_offset_field(void)
{
    const struct record *record;
    char sentence[400];

    begin();
    pair.a->interfaces[0].mtu = 1420;
    EXPECT(net_tell(&net, pair.a, "udp send b:9 2000B from 5000"));
    net_run_for(&net, 10 * MS);
    record = net_last_rule(&net, &pair.a->node, RULE_IP_FRAGMENT);
    if (EXPECT(record != NULL)) {
        rule_sentence(record->rule, record->a, record->b, sentence, sizeof(sentence));
        EXPECT_STR(sentence, "a fragment: IP header (20 bytes) and 608 bytes of data, "
                             "offset 175 (1400 bytes / 8), more fragments 0");
    }
    net_close(&net);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_message_gets_three_headers_and_loses_them),
        TEST(test_padding_goes_on_and_comes_off),
        TEST(test_echo_request_has_its_header_too),
        TEST(test_fragment_tells_its_offset_field),
    };

    return run_tests("encapsulation", tests, ARRAY_LEN(tests));
}
