/* What the ladder says of labs that really ran, searched for what must stand there. */
#include "tools/lib/ladder.h"

#include <stdlib.h>
#include <string.h>

#include "layers/rule.h"
#include "tests/support/expect.h"
#include "tests/support/ladder_text.h"
#include "tests/support/suite.h"

#define PAIR                                                                             \
    "title: t\n"                                                                         \
    "defaults: { arp: { known: on }, tcp: { mss: 1000, sack: off, window-scale: off } }\n" \
    "hosts: { a: { ip: 10.0.0.1/24 }, b: { ip: 10.0.0.2/24 } }\n"

static unsigned lines_with(const char *text, const char *what)
{
    unsigned count = 0;

    for (; (text = strstr(text, what)) != NULL; text += strlen(what))
        count++;
    return count;
}

static void expect_lines(const char *lab, struct ladder_options options,
                         const char *const *wanted, size_t count)
{
    char *text;

    options.ascii = true;
    text = ladder_text_of_lab(lab, &options);
    for (size_t i = 0; i < count; i++)
        EXPECT_ROW(wanted[i], strstr(text, wanted[i]) != NULL);
    free(text);
}

static void test_lost_before_a_downed_wire_tells_which_segment(void)
{
    static const char lab[] = PAIR
        "links: { wire: { ends: [a, b], delay: 1ms } }\n"
        "until: 1s\n"
        "script:\n"
        "  - { at: 0s, b: listen 80 }\n"
        "  - { at: 10ms, a: connect b:80 }\n"
        "  - { at: 50ms, wire: down }\n"
        "  - { at: 60ms, a: send 2kB }\n"
        "  - { at: 70ms, b: abort }\n"
        "  - { at: 80ms, a: ping b size 8B }\n";
    static const char *const wanted[] = {
        "x the wire is down: ACK seq=1 ack=1 len=1000 ",
        "x the wire is down: PSH ACK seq=1001 ack=1 len=1000 ",
        " the wire is down: RST seq=1 x",
        "x the wire is down: ICMP echo request",
    };

    expect_lines(lab, (struct ladder_options){ .width = 80 }, wanted, ARRAY_LEN(wanted));
}

static void test_full_queue_takes_one_row_a_loss_and_tells_which_segment(void)
{
    static const char lab[] = PAIR
        "links: { wire: { ends: [a, b], rate: 1Mbit, delay: 1ms, queue: 1 packets } }\n"
        "until: 100ms\n"
        "script:\n"
        "  - { at: 0s, b: listen 80 }\n"
        "  - { at: 10ms, a: connect b:80 }\n"
        "  - { at: 50ms, a: send 4kB }\n";
    static const char *const narrow[] = { "x queue full (1): ACK 2001 1000B ",
                                          "x queue full (1): ACK 3001 1000B " };
    static const char *const wide[] = {
        "x the queue in front of the wire was full (1 frame waiting): ACK seq=2001 ack=1 len=1000 ",
    };

    expect_lines(lab, (struct ladder_options){ .width = 80 }, narrow, ARRAY_LEN(narrow));
    expect_lines(lab, (struct ladder_options){ .width = 180 }, wide, ARRAY_LEN(wide));
}

static void test_why_of_some_layers_leaves_out_the_reasons_of_others(void)
{
    static const char lab[] = PAIR
        "links: { wire: { ends: [a, b], delay: 1ms } }\n"
        "script:\n"
        "  - { at: 0s, b: listen 80 }\n"
        "  - { at: 10ms, a: connect b:80 }\n"
        "  - { at: 20ms, a: send 1kB }\n"
        "  - { at: 30ms, b: listen 80 }\n"; /* a refusal: it is always told */
    static const struct {
        const char *layers;
        bool tcp, ip, link;
    } rows[] = {
        { "all", true, true, true },   { "tcp", true, false, false },
        { "ip", false, true, false },  { "ip,tcp", true, true, false },
        { "link", false, false, true }, { "none", false, false, false },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct ladder_options options = { .width = 200, .ascii = true };
        const char *layers = strcmp(rows[i].layers, "all") == 0 ? NULL : rows[i].layers;
        char why[200], *text;

        if (strcmp(rows[i].layers, "none") != 0)
            EXPECT(ladder_parse_why(layers, &options.why, why, sizeof(why)));
        text = ladder_text_of_lab(lab, &options);
        EXPECT_EQ_ROW(rows[i].layers, lines_with(text, "(RFC 9293") > 0, rows[i].tcp);
        EXPECT_EQ_ROW(rows[i].layers, lines_with(text, "tcp.cwnd: ") > 0, rows[i].tcp);
        EXPECT_EQ_ROW(rows[i].layers, lines_with(text, "(RFC 791") > 0, rows[i].ip);
        EXPECT_EQ_ROW(rows[i].layers, lines_with(text, "the Ethernet header") > 0, rows[i].link);
        EXPECT_EQ_ROW(rows[i].layers, lines_with(text, "is listened to already"), 1);
        free(text);
    }
}

static void test_windows_are_bytes_or_as_high_as_can_be(void)
{
    static const char lab[] = PAIR
        "links: { wire: { ends: [a, b], delay: 1ms } }\n"
        "script:\n"
        "  - { at: 0s, b: listen 80 }\n"
        "  - { at: 1ms, a: set tcp.delayed-ack off }\n"
        "  - { at: 10ms, a: connect b:80 }\n"
        "  - { at: 20ms, a: send 20kB }\n";
    static const char *const wanted[] = {
        " tcp.cwnd: 10000 bytes ", " tcp.ssthresh: as high as can be ",
        " tcp.cwnd: 11000 bytes, was 10000 bytes ", " a setting changes from 200ms to off ",
    };

    expect_lines(lab, (struct ladder_options){ .width = 120, .why = LADDER_WHY_ALL }, wanted,
                 ARRAY_LEN(wanted));
}

static void test_why_gives_the_reason_of_each_state(void)
{
    static const char lab[] = PAIR
        "links: { wire: { ends: [a, b], delay: 1ms } }\n"
        "script:\n"
        "  - { at: 0s, b: listen 80 }\n"
        "  - { at: 10ms, a: connect b:81 from 5000 }\n"
        "  - { at: 20ms, a: connect b:80 from 5001 }\n"
        "  - { at: 30ms, a: abort }\n";
    static const char refused[] =
        "* 5000>81 CLOSED: a RST answers our SYN: connection refused (RFC 9293, 3.10.7.3)";
    static const char *const wanted[] = {
        refused,
        "80 LISTEN: passive OPEN: waits for others to connect (RFC 9293, 3.10.1) *",
        "80>5001 CLOSED: the peer has reset the connection: nothing that is on its way arrives "
        "any more (RFC 9293, 3.10.7.4) *",
    };
    unsigned ip = LADDER_WHY(RULE_OF_IP);
    char *text;

    expect_lines(lab, (struct ladder_options){ .width = 180, .why = LADDER_WHY(RULE_OF_TCP) },
                 wanted, ARRAY_LEN(wanted));
    text = ladder_text_of_lab(lab, &(struct ladder_options){ .width = 180, .why = ip,
                                                             .ascii = true });
    EXPECT(strstr(text, "* 5000>81 CLOSED ") != NULL);
    free(text);
}

static void test_no_answer_for_long_is_not_told_as_icmp(void)
{
    static const char lab[] = PAIR
        "links: { wire: { ends: [a, b], delay: 1ms } }\n"
        "until: 10s\n"
        "script:\n"
        "  - { at: 0s, wire: down }\n"
        "  - { at: 0s, a: connect b:80 }\n";
    static const char *const wanted[] = { "* is told that no answer comes; TCP goes on trying " };
    struct ladder_options options = { .width = 80, .ascii = true };
    char *text = ladder_text_of_lab(lab, &options);

    expect_lines(lab, options, wanted, ARRAY_LEN(wanted));
    EXPECT(strstr(text, "ICMP") == NULL);
    free(text);
}

static void test_turning_points_of_tcp_are_named_unasked(void)
{
    static const char losses[] = PAIR
        "links: { wire: { ends: [a, b], delay: 20ms } }\n"
        "script:\n"
        "  - { at: 0s, b: listen 80 }\n"
        "  - { at: 10ms, a: connect b:80 }\n"
        "  - { at: 100ms, a: send 8kB }\n"
        "  - { at: 1s, a: send 10B count 2 }\n"
        "  - { at: 2s, a: send 10B }\n"
        "faults: [{ drop: \"tcp and greater 200\", from: a, nth: [2, 4] },\n"
        "         { delay: \"tcp and greater 60\", from: a, nth: 13, by: 2s }]\n";
    static const char *const wanted[] = {
        "* 3 duplicate ACKs: fast retransmit ", "* a partial ACK: the next hole ",
        "* the recovery is over ", "* Nagle: waits for an ACK ",
        "* measures nothing by this ACK (Karn) ",
    };
    char *text = ladder_text_of_lab(losses, &(struct ladder_options){ .width = 80, .ascii = true });

    expect_lines(losses, (struct ladder_options){ .width = 80 }, wanted, ARRAY_LEN(wanted));
    EXPECT_EQ(lines_with(text, "fast retransmit"), 1);
    EXPECT_EQ(lines_with(text, "Karn"), 1); /* not of the ACKs of the recovery */
    EXPECT_EQ(lines_with(text, "(RFC"), 0);
    free(text);
}

static void test_accept_that_does_nothing_is_told_unasked(void)
{
    static const char lab[] = PAIR
        "links: { wire: { ends: [a, b], delay: 1ms } }\n"
        "script:\n"
        "  - { at: 0s, b: listen 80 }\n"
        "  - { at: 10ms, b: accept }\n";
    static const char *const wanted[] = { "the server on port 80 takes all that come" };

    expect_lines(lab, (struct ladder_options){ .width = 130 }, wanted, ARRAY_LEN(wanted));
}

/* A list so narrow that hardly any room is left beside two names. */
static void test_words_of_a_narrow_list_are_broken_and_not_cut(void)
{
    static const char lab[] =
        "title: t\n"
        "hosts: { reader: { ip: 10.0.0.1/24 }, writer: { ip: 10.0.0.2/24 } }\n"
        "links: { wire: { ends: [reader, writer], delay: 1ms } }\n"
        "script: [ { at: 0s, reader: udp send writer:9 \"x\" } ]\n"
        "faults: [ { drop: arp, on: wire, nth: 1 } ]\n";
    static const char cause[] = "xthelab'sfaultsdropthisframe";

    for (int width = LADDER_WIDTH_MIN; width < 42; width++) { /* from there on: columns */
        char *text = ladder_text_of_lab(lab, (struct ladder_options[]){ { .width = width } });
        size_t kept = 0;

        for (const char *at = text; *at != '\0'; at++)
            if (*at != ' ' && *at != '\n')
                text[kept++] = *at;
        text[kept] = '\0';
        EXPECT(strstr(text, cause) != NULL);
        EXPECT(strstr(text, "1reader>writerARPwho-has") != NULL);
        free(text);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_words_of_a_narrow_list_are_broken_and_not_cut),
        TEST(test_lost_before_a_downed_wire_tells_which_segment),
        TEST(test_full_queue_takes_one_row_a_loss_and_tells_which_segment),
        TEST(test_accept_that_does_nothing_is_told_unasked),
        TEST(test_windows_are_bytes_or_as_high_as_can_be),
        TEST(test_why_gives_the_reason_of_each_state),
        TEST(test_turning_points_of_tcp_are_named_unasked),
        TEST(test_no_answer_for_long_is_not_told_as_icmp),
        TEST(test_why_of_some_layers_leaves_out_the_reasons_of_others),
    };

    return run_tests("ladder-lab", tests, ARRAY_LEN(tests));
}
