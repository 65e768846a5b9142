/*
 * Reassembly against what the unit tests leave out (RFC 791 3.1 and 3.2, RFC
 * 792 "Time Exceeded Message").
 */
#include "tests/unit/fixture_reassembly.h"

enum { FULL = 1400, DATA = 65512 }; /* DATA and 20 bytes of header fit, 28 do not */

static uint8_t all[DATA];

/* Sends fragment zero of DATA bytes with LEN bytes of options. */
static void send_zero(struct fixture *f, size_t options_len)
{
    static const uint8_t options[40] = { 1, 1, 1, 0 };
    struct ipv4_header h;

    memset(&h, 0, sizeof(h));
    h.identification = f->id;
    h.protocol = f->protocol;
    h.source = net_ip(f->source);
    h.destination = net_ip(f->destination);
    h.more_fragments = true;
    h.options = (struct span){ options, options_len };
    tester_send_ipv4(f->desk.t, &h, (struct span){ all, FULL });
    net_run_for(&f->net, 1 * MS);
}

static void send_rest(struct fixture *f)
{
    for (unsigned first = FULL; first < DATA; first += FULL)
        send(f, first, (size_t)min_i64(FULL, DATA - first), first + FULL < DATA);
}

/* Each fragment fits into 65535 bytes, but the whole of them would not. */
static void test_long_header_of_fragment_zero_makes_the_datagram_too_long(void)
{
    for (unsigned zero_is_last = 0; zero_is_last < 2; zero_is_last++) {
        struct fixture f;

        open(&f);
        if (zero_is_last == 0)
            send_zero(&f, 40);
        send_rest(&f);
        if (zero_is_last == 1)
            send_zero(&f, 40);
        EXPECT_SAW(&f.net, &f.a->node, RULE_REASSEMBLY_TOO_LONG);
        EXPECT_EQ(net_last_rule(&f.net, &f.a->node, RULE_REASSEMBLY_TOO_LONG)->a, DATA + 60);
        EXPECT_EQ(caught.count, 0);
        EXPECT_EQ(f.a->counters.reassembled, 0);
        EXPECT_EQ(tester_count(f.desk.t), 0);
        net_close(&f.net);
    }
}

static void test_shorter_header_of_fragment_zero_lets_the_datagram_fit(void)
{
    struct fixture f;

    open(&f);
    send_zero(&f, 0);
    send_rest(&f);
    EXPECT_EQ(caught.count, 1);
    EXPECT_EQ(caught.ip.total_length, DATA + 20);
    net_close(&f.net);
}

/* "If fragment zero is not available then no time exceeded need be sent at
 * all": and the reader is told why there is none. */
static void test_timeout_without_fragment_zero_says_why_it_is_silent(void)
{
    struct fixture f;

    open(&f);
    send(&f, 8, 16, true);
    net_run_for(&f.net, 61 * SECONDS);
    EXPECT_SAW(&f.net, &f.a->node, RULE_REASSEMBLY_TIMEOUT);
    EXPECT_SAW(&f.net, &f.a->node, RULE_ICMP_QUIET_NO_FRAGMENT_ZERO);
    EXPECT_EQ(tester_count(f.desk.t), 0);
    net_close(&f.net);
}

/* What was condemned has been told of already. */
static void test_timeout_of_a_condemned_datagram_says_nothing_more(void)
{
    struct fixture f;

    open(&f);
    send(&f, 8, 16, true);
    send_spoilt(&f, 8, 16, true, 1);
    EXPECT_SAW(&f.net, &f.a->node, RULE_REASSEMBLY_CONFLICT);
    net_mark(&f.net);
    net_run_for(&f.net, 61 * SECONDS);
    EXPECT_NOT_SAW(&f.net, &f.a->node, RULE_ICMP_QUIET_NO_FRAGMENT_ZERO);
    expect_nothing_held(&f);
    net_close(&f.net);
}

/* RFC 791 3.2 makes nothing of the flag at the destination. */
static void test_fragment_with_dont_fragment_set_is_reassembled(void)
{
    struct fixture f;
    struct ipv4_header h;
    uint8_t data[24];

    open(&f);
    memset(&h, 0, sizeof(h));
    h.identification = f.id;
    h.protocol = f.protocol;
    h.destination = net_ip(f.destination);
    h.dont_fragment = true;
    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = pattern(i);
    h.more_fragments = true;
    tester_send_ipv4(f.desk.t, &h, (struct span){ data, 16 });
    h.more_fragments = false;
    h.fragment_offset = 16;
    tester_send_ipv4(f.desk.t, &h, (struct span){ data + 16, 8 });
    net_run_for(&f.net, 10 * MS);
    expect_caught(24);
    expect_nothing_held(&f);
    net_close(&f.net);
}

/* RFC 791 3.2: the buffer identifier is free as soon as the datagram is up. */
static void test_identification_is_free_after_completion(void)
{
    struct fixture f;

    open(&f);
    send(&f, 0, 16, true);
    send(&f, 16, 8, false);
    expect_caught(24);
    send_spoilt(&f, 16, 16, false, 1);
    send_spoilt(&f, 0, 16, true, 1);
    EXPECT_EQ(caught.count, 2);
    EXPECT_EQ(caught.len, 32);
    EXPECT_EQ(caught.bytes[0], (uint8_t)(pattern(0) + 1));
    expect_nothing_held(&f);
    net_close(&f.net);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_long_header_of_fragment_zero_makes_the_datagram_too_long),
        TEST(test_shorter_header_of_fragment_zero_lets_the_datagram_fit),
        TEST(test_timeout_without_fragment_zero_says_why_it_is_silent),
        TEST(test_timeout_of_a_condemned_datagram_says_nothing_more),
        TEST(test_fragment_with_dont_fragment_set_is_reassembled),
        TEST(test_identification_is_free_after_completion),
    };

    return run_tests("reassembly_conformance", tests, ARRAY_LEN(tests));
}
