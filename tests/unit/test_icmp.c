/*
 * ICMP without its errors: echo asked and answered, and the types that are
 * not (RFC 792, RFC 1122 3.2.2.6, RFC 1812 4.3).
 */
#include "tests/unit/fixture_icmp.h"

/* ---- Echo ---- */

/* RFC 792, RFC 1122 3.2.2.6: same identifier, number and data. */
static void test_echo_request_is_answered(void)
{
    static const size_t lens[] = { 0, 1, 2, 31, 56, 1472 };

    for (size_t i = 0; i < ARRAY_LEN(lens); i++) {
        struct fixture f;
        struct ipv4_header h;
        struct icmp_message m;
        struct span data;

        open(&f);
        f.h.tos = 0x48; /* RFC 1812 4.3.2.5: the reply has the same */
        send_echo(&f, lens[i]);
        if (read_message(&f, &h, &m, &data)) {
            EXPECT_EQ(m.type, ICMP_ECHO_REPLY);
            EXPECT_EQ(m.code, 0);
            EXPECT_EQ(m.rest, 0xbeef0007);
            EXPECT_EQ(h.source, net_ip("10.0.0.1"));
            EXPECT_EQ(h.destination, net_ip("10.0.0.9"));
            EXPECT_EQ(h.tos, 0x48);
            EXPECT_EQ(h.ttl, 64); /* RFC 1812 4.3.2.2: not the request's */
            if (EXPECT_EQ(data.len, lens[i]))
                for (size_t n = 0; n < data.len; n++)
                    EXPECT_EQ(data.at[n], (uint8_t)(n * 5));
        }
        net_close(&f.net);
    }
}

/* RFC 1812 4.3.3.6: reassembled before, cut again after. */
static void test_fragmented_echo_request_is_answered_whole(void)
{
    struct net net;
    struct net_pair pair;
    struct icmp_listener *listener;
    struct icmp_echo echo = { .destination = net_ip("10.0.0.2"), .id = 5, .sequence = 9,
                              .len = 4000 };

    memset(&heard, 0, sizeof(heard));
    net_open(&net, 1);
    pair = net_pair(&net, 1 * MS);
    listener = world_alloc(net.world, sizeof(*listener));
    listener->id = 5;
    listener->reply = hear_reply;
    icmp_listen(pair.a, listener);
    EXPECT(icmp_send_echo(pair.a, &echo));
    net_run(&net);
    EXPECT_EQ(heard.replies, 1);
    EXPECT_EQ(heard.len, 4000);
    EXPECT_EQ(heard.sequence, 9);
    EXPECT_EQ(heard.ttl, 64);
    EXPECT_EQ(heard.from, net_ip("10.0.0.2"));
    EXPECT_EQ(pair.b->counters.reassembled, 1);
    EXPECT_EQ(pair.a->counters.reassembled, 1);
    net_close(&net);
}

/* RFC 1122 3.2.2.6: may be silently discarded; here it is. */
static void test_echo_request_to_everybody_is_not_answered(void)
{
    static const char *const destinations[] = { "255.255.255.255", "10.0.0.255" };

    for (size_t i = 0; i < ARRAY_LEN(destinations); i++) {
        struct fixture f;

        open(&f);
        f.h.destination = net_ip(destinations[i]);
        f.desk.t->peer = MAC_BROADCAST;
        send_echo(&f, 8);
        EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_ICMP_ECHO_BROADCAST, 1);
        EXPECT_EQ(tester_count(f.desk.t), 0);
        net_close(&f.net);
    }
}

/* RFC 1812 4.3.3.6: an option to ignore them. */
static void test_echo_request_with_echo_off_is_not_answered(void)
{
    struct fixture f;

    open(&f);
    f.a->config.icmp.echo = 0;
    send_echo(&f, 8);
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_ICMP_ECHO_OFF, 1);
    EXPECT_EQ(tester_count(f.desk.t), 0);
    net_close(&f.net);
}

static void test_message_with_bad_checksum_is_dropped(void)
{
    struct fixture f;
    uint8_t bytes[16] = { ICMP_ECHO_REQUEST, 0, 0x12, 0x34 };

    open(&f);
    send(&f, (struct span){ bytes, sizeof(bytes) });
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_ICMP_BAD_CHECKSUM, 1);
    EXPECT_EQ(tester_count(f.desk.t), 0);
    net_close(&f.net);
}

static void test_message_shorter_than_its_header_is_dropped(void)
{
    struct fixture f;
    uint8_t bytes[7] = { ICMP_ECHO_REQUEST };

    open(&f);
    send(&f, (struct span){ bytes, sizeof(bytes) });
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_ICMP_TRUNCATED, 1);
    net_close(&f.net);
}

/* RFC 1122 3.2.2.6: recorded on the way back too; a source route turned. */
static void test_options_of_an_echo_request_come_back(void)
{
    static const uint8_t sent[] = {
        7, 11, 8, 192, 0, 2, 1, 0, 0, 0, 0,                /* record route */
        131, 11, 12, 10, 0, 0, 77, 10, 0, 0, 78,           /* G1, G2 >> */
        1, 1,
    };
    static const uint8_t want[] = {
        7, 11, 12, 192, 0, 2, 1, 10, 0, 0, 1,
        131, 11, 4, 10, 0, 0, 77, 10, 0, 0, 9,             /* >> G1, S */
        0, 0,
    };
    struct fixture f;
    struct ipv4_header h;
    struct icmp_message m;
    struct span data;

    open(&f);
    f.h.options = (struct span){ sent, sizeof(sent) };
    send_echo(&f, 8);
    if (read_message(&f, &h, &m, &data)) {
        EXPECT_EQ(m.type, ICMP_ECHO_REPLY);
        EXPECT_EQ(h.destination, net_ip("10.0.0.78")); /* G2 */
        if (EXPECT_EQ(h.options.len, sizeof(want)))
            EXPECT_BYTES(h.options.at, want, sizeof(want));
    }
    net_close(&f.net);
}

/* Case (B) of RFC 1122 3.2.1.8 (c): the recorded route includes the source. */
static void test_recorded_source_is_left_out_of_the_way_back(void)
{
    static const uint8_t sent[] = { 131, 11, 12, 10, 0, 0, 9, 10, 0, 0, 78, 0 };
    static const uint8_t want[] = { 131, 7, 4, 10, 0, 0, 9, 0 };
    struct fixture f;
    struct ipv4_header h;
    struct icmp_message m;
    struct span data;

    open(&f);
    f.h.options = (struct span){ sent, sizeof(sent) };
    send_echo(&f, 8);
    if (read_message(&f, &h, &m, &data)) {
        EXPECT_EQ(h.destination, net_ip("10.0.0.78"));
        if (EXPECT_EQ(h.options.len, sizeof(want)))
            EXPECT_BYTES(h.options.at, want, sizeof(want));
    }
    net_close(&f.net);
}

/* ---- Asking ---- */

static void test_echo_request_goes_out_and_its_reply_is_heard(void)
{
    struct fixture f;
    struct icmp_echo echo = { .destination = net_ip("10.0.0.9"), .id = 0x1234, .sequence = 77,
                              .len = 56, .ttl = 9, .dont_fragment = true };
    struct ipv4_header h;
    struct icmp_message m, reply = { .rest = icmp_rest_echo(0x1234, 77) };
    struct span data;

    open(&f);
    EXPECT(icmp_send_echo(f.a, &echo));
    net_run_for(&f.net, 10 * MS);
    if (read_message(&f, &h, &m, &data)) {
        EXPECT_EQ(m.type, ICMP_ECHO_REQUEST);
        EXPECT_EQ(icmp_identifier(&m), 0x1234);
        EXPECT_EQ(icmp_sequence(&m), 77);
        EXPECT_EQ(data.len, 56);
        EXPECT_EQ(h.ttl, 9);
        EXPECT_EQ(h.dont_fragment, 1);
    }
    send_message(&f, &reply, data.at, 56);
    EXPECT_EQ(heard.replies, 1);
    EXPECT_EQ(heard.sequence, 77);
    EXPECT_EQ(heard.len, 56);
    EXPECT_EQ(heard.from, net_ip("10.0.0.9"));
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_ICMP_ECHO_MATCHED, 1);
    net_close(&f.net);
}

static void test_reply_that_nobody_asked_for_is_dropped(void)
{
    struct fixture f;
    struct icmp_message reply = { .rest = icmp_rest_echo(0x1234, 1) };

    open(&f);
    icmp_unlisten(f.a, f.listener);
    send_message(&f, &reply, "", 0);
    EXPECT_EQ(heard.replies, 0);
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_ICMP_ECHO_UNEXPECTED, 1);
    net_close(&f.net);
}

static void test_echo_to_loopback_is_answered_within(void)
{
    struct fixture f;
    struct icmp_echo echo = { .destination = net_ip("127.0.0.1"), .id = 0x1234, .len = 8 };

    open(&f);
    EXPECT(icmp_send_echo(f.a, &echo));
    net_run(&f.net);
    EXPECT_EQ(heard.replies, 1);
    EXPECT_EQ(net_count_sent(&f.net, &f.a->node), 0);
    net_close(&f.net);
}

/* A reply has luck of its own, not that of the request. */
static void test_reply_has_another_identity_than_its_request(void)
{
    struct fixture f;
    const struct trace_frame *request, *reply;

    open(&f);
    send_echo(&f, 8); /* ARP is done */
    send_echo(&f, 8);
    reply = trace_frame(&f.net.trace, f.net.trace.frames.count);
    request = trace_frame(&f.net.trace, f.net.trace.frames.count - 1);
    EXPECT_EQ(reply->len, request->len);
    EXPECT(reply->identity != request->identity);
    net_close(&f.net);
}

/* The same request sent twice has two identities, the same in each run. */
static void test_second_sending_has_another_identity(void)
{
    uint64_t seen[2][2];

    for (unsigned run = 0; run < 2; run++) {
        struct fixture f;
        struct icmp_echo echo = { .destination = net_ip("10.0.0.9"), .id = 1, .len = 500 };
        unsigned n = 0;

        open(&f);
        icmp_send_echo(f.a, &echo);
        icmp_send_echo(f.a, &echo);
        net_run_for(&f.net, 10 * MS);
        for (uint32_t i = 1; i <= f.net.trace.frames.count && n < 2; i++)
            if (trace_frame(&f.net.trace, i)->len > 500)
                seen[run][n++] = trace_frame(&f.net.trace, i)->identity;
        EXPECT_EQ(n, 2);
        net_close(&f.net);
    }
    EXPECT(seen[0][0] != seen[0][1]);
    EXPECT(memcmp(seen[0], seen[1], sizeof(seen[0])) == 0);
}

/* ---- Types that are not answered ---- */

static void test_other_types_end_in_silence_with_a_reason(void)
{
    static const struct {
        const char *label;
        uint8_t type;
        unsigned rule;
    } rows[] = {
        { "source quench (RFC 6633 3)", 4, RULE_ICMP_SOURCE_QUENCH_IGNORED },
        { "redirect (RFC 1122 3.2.2.2)", 5, RULE_ICMP_REDIRECT_IGNORED },
        { "timestamp (RFC 1122 3.2.2.8)", 13, RULE_ICMP_TIMESTAMP_IGNORED },
        { "timestamp reply (RFC 1122 3.2.2.8)", 14, RULE_ICMP_TIMESTAMP_IGNORED },
        { "information request (RFC 1122 3.2.2.7)", 15, RULE_ICMP_INFORMATION_IGNORED },
        { "information reply (RFC 1122 3.2.2.7)", 16, RULE_ICMP_INFORMATION_IGNORED },
        { "mask request (RFC 1122 3.2.2.9)", 17, RULE_ICMP_MASK_IGNORED },
        { "mask reply (RFC 1122 3.2.2.9)", 18, RULE_ICMP_MASK_IGNORED },
        { "type 1 (RFC 1122 3.2.2)", 1, RULE_ICMP_UNKNOWN_TYPE },
        { "router advertisement (RFC 1122 3.2.2)", 9, RULE_ICMP_UNKNOWN_TYPE },
        { "type 255 (RFC 1122 3.2.2)", 255, RULE_ICMP_UNKNOWN_TYPE },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        struct icmp_message m = { .type = rows[i].type };

        open(&f);
        send_message(&f, &m, "12345678901234567890123456789", 28);
        EXPECT_EQ_ROW(rows[i].label, net_count_rule(&f.net, &f.a->node, rows[i].rule), 1);
        EXPECT_EQ_ROW(rows[i].label, tester_count(f.desk.t), 0);
        net_close(&f.net);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_echo_request_is_answered),
        TEST(test_fragmented_echo_request_is_answered_whole),
        TEST(test_echo_request_to_everybody_is_not_answered),
        TEST(test_echo_request_with_echo_off_is_not_answered),
        TEST(test_message_with_bad_checksum_is_dropped),
        TEST(test_message_shorter_than_its_header_is_dropped),
        TEST(test_options_of_an_echo_request_come_back),
        TEST(test_recorded_source_is_left_out_of_the_way_back),
        TEST(test_echo_request_goes_out_and_its_reply_is_heard),
        TEST(test_reply_that_nobody_asked_for_is_dropped),
        TEST(test_echo_to_loopback_is_answered_within),
        TEST(test_reply_has_another_identity_than_its_request),
        TEST(test_second_sending_has_another_identity),
        TEST(test_other_types_end_in_silence_with_a_reason),
    };

    return run_tests("icmp", tests, ARRAY_LEN(tests));
}
