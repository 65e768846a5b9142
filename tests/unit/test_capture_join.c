/*
 * Connections whose beginning is not in the capture: what is put in front of them.
 */
#include <stdio.h>
#include <string.h>

#include "layers/state.h"
#include "layers/wire/bytes.h"
#include "layers/wire/tcp_option.h"
#include "tests/support/capture_file.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/lib/capture_talk.h"

enum { A = 0x0a000001, B = 0x0a000002 };

/* Both ends count from just below 2^32. */
#define BASE_A UINT32_C(0xfffffff0)
#define BASE_B UINT32_C(0xffffff00)

static struct capture_file file;
static struct capture_talk talk;
static char why[TALK_WHY_SIZE];
static vtime now;

/* Of the segments that follow. */
static uint8_t options[TCP_OPTIONS_MAX];
static size_t options_len;
static uint16_t window;

static void begin(void)
{
    now = 0;
    options_len = 0;
    window = 10000;
    capture_file_begin(&file, CAPTURE_PCAP);
}

/* 10 ms after the one before. */
static void segment(ipv4 from, unsigned flags, uint32_t seq, uint32_t ack, size_t len)
{
    struct tcp_header h = { .source_port = from == A ? 49152 : 80,
                            .destination_port = from == A ? 80 : 49152,
                            .sequence = (from == A ? BASE_A : BASE_B) + seq,
                            .acknowledgment =
                                (flags & TCP_ACK) != 0 ? (from == A ? BASE_B : BASE_A) + ack : 0,
                            .flags = (uint8_t)flags,
                            .window = window,
                            .options = { options, options_len } };

    now += 10 * MS;
    capture_file_tcp(&file, now, from, from == A ? B : A, &h, len);
}

static bool open_talk(void)
{
    const struct capture_talk_choice choice = { .filter = "" };

    return capture_talk_open(&talk, capture_file_source(&file), &choice, why);
}

/* The segments in front, "> SYN 0; < SYN 0 ack 1; > 1+100 ack 1 lost": numbers from each ISN. */
static const char *front(void)
{
    static char out[2000];
    size_t used = 0;

    out[0] = '\0';
    for (uint32_t i = 0; i < talk.before && used < sizeof(out); i++) {
        const struct talk_segment *s = &talk.segments[i];

        EXPECT(s->made_up && s->frame == 0);
        used += (size_t)snprintf(
            out + used, sizeof(out) - used, "%s%s%s%s %u", i > 0 ? "; " : "",
            s->side == TALK_CLIENT ? ">" : "<", (s->flags & TCP_SYN) != 0 ? " SYN" : "",
            (s->flags & TCP_FIN) != 0 ? " FIN" : "", s->seq - talk.end[s->side].iss);
        if (s->len > 0)
            used += (size_t)snprintf(out + used, sizeof(out) - used, "+%u", s->len);
        if ((s->flags & TCP_ACK) != 0)
            used += (size_t)snprintf(out + used, sizeof(out) - used, " ack %u",
                                     s->ack - talk.end[!s->side].iss);
        if (s->lost)
            used += (size_t)snprintf(out + used, sizeof(out) - used, " lost");
    }
    return out;
}

static void test_talk_that_begins_with_text_gets_a_handshake_in_front(void)
{
    begin();
    segment(A, TCP_ACK | TCP_PSH, 5000, 7000, 30);
    segment(B, TCP_ACK, 7000, 5030, 0);
    segment(B, TCP_ACK | TCP_FIN, 7000, 5030, 500);
    segment(A, TCP_ACK, 5030, 7501, 0);
    ASSERT(open_talk());
    EXPECT(talk.join.joined && !talk.join.half && !talk.whole_handshake);
    EXPECT_STR(front(), "> SYN 0; < SYN 0 ack 1; > 1 ack 1");
    EXPECT_EQ(talk.end[TALK_CLIENT].iss, BASE_A + 4999);
    EXPECT_EQ(talk.end[TALK_SERVER].iss, BASE_B + 6999);
    EXPECT_EQ(talk.end[TALK_CLIENT].text, 30);
    EXPECT_EQ(talk.end[TALK_SERVER].text, 500);
    EXPECT_EQ(talk.count, 7);
    EXPECT_EQ(talk.segments[3].at, SECONDS);
    EXPECT_EQ(talk.segments[3].frame, 1);
    EXPECT_STR(state_name(talk.end[TALK_CLIENT].state), "CLOSE-WAIT");
    EXPECT_STR(state_name(talk.end[TALK_SERVER].state), "FIN-WAIT-2");
    EXPECT_EQ(talk.end[TALK_SERVER].rtt, 10 * MS);
    capture_talk_close(&talk);
}

static void test_talk_whose_syn_was_seen_gets_nothing_in_front(void)
{
    begin();
    segment(A, TCP_SYN, 0, 0, 0);
    segment(B, TCP_SYN | TCP_ACK, 0, 1, 0);
    segment(A, TCP_ACK, 1, 1, 0);
    ASSERT(open_talk());
    EXPECT(!talk.join.joined && talk.before == 0 && talk.count == 3);
    EXPECT_EQ(capture_talk_assumed(&talk, 0, why, sizeof(why)), 0);
    capture_talk_close(&talk);
}

static void test_syn_ack_comes_first_only_the_syn_is_made_up(void)
{
    static const uint8_t agreed[] = { 2, 4, 5, 180, 4, 2, 1, 3, 3, 7, 0, 0 };

    begin();
    memcpy(options, agreed, sizeof(agreed));
    options_len = sizeof(agreed);
    segment(B, TCP_SYN | TCP_ACK, 0, 1, 0);
    options_len = 0;
    segment(A, TCP_ACK, 1, 1, 0);
    ASSERT(open_talk());
    EXPECT(talk.join.joined && talk.join.half);
    EXPECT_STR(front(), "> SYN 0");
    EXPECT_EQ(talk.end[TALK_CLIENT].address.port, 49152);
    EXPECT(talk.end[TALK_CLIENT].sack && talk.end[TALK_SERVER].sack);
    EXPECT_EQ(talk.end[TALK_CLIENT].scale, 0);
    EXPECT_EQ(talk.end[TALK_SERVER].scale, 7);
    EXPECT_EQ(talk.end[TALK_SERVER].mss, 1460);
    EXPECT_STR(state_name(talk.end[TALK_SERVER].state), "ESTABLISHED");
    capture_talk_close(&talk);
}

static void test_text_under_way_is_put_a_round_trip_before_its_ack(void)
{
    begin();
    segment(B, TCP_ACK, 3001, 1, 1000);
    segment(A, TCP_ACK, 1, 1001, 0); /* of what passed before */
    segment(A, TCP_ACK, 1, 3001, 0);
    segment(A, TCP_ACK, 1, 4001, 0);
    ASSERT(open_talk());
    EXPECT_STR(front(), "> SYN 0; < SYN 0 ack 1; > 1 ack 1; < 1+1000 ack 1; < 1001+1000 ack 1");
    EXPECT_EQ(talk.join.sent[TALK_SERVER], 2000);
    EXPECT_EQ(talk.end[TALK_SERVER].text, 3000);
    EXPECT_EQ(talk.end[TALK_CLIENT].rtt, 30 * MS);
    EXPECT_EQ(talk.segments[3].at, SECONDS + 20 * MS - 30 * MS);
    EXPECT(talk.segments[3].at <= talk.segments[4].at && talk.segments[4].at < SECONDS);
    capture_talk_close(&talk);
}

static void test_text_under_way_that_is_never_acknowledged_was_lost(void)
{
    begin();
    segment(A, TCP_ACK, 1, 1, 0);
    segment(B, TCP_ACK, 2001, 1, 1000);
    segment(A, TCP_ACK, 1, 1, 0);
    segment(B, TCP_ACK, 3001, 1, 1000);
    segment(A, TCP_ACK, 1, 1, 0);
    segment(B, TCP_ACK, 1, 1, 1000); /* again */
    segment(A, TCP_ACK, 1, 1001, 0);
    ASSERT(open_talk());
    EXPECT_STR(front(), "> SYN 0; < SYN 0 ack 1; > 1 ack 1; < 1+1000 ack 1 lost; "
                        "< 1001+1000 ack 1 lost");
    EXPECT_EQ(talk.end[TALK_SERVER].text, 4000);
    capture_talk_close(&talk);
}

static void test_keep_alive_comes_first_its_byte_is_of_before(void)
{
    begin();
    segment(B, TCP_ACK, 1, 101, 0); /* an ACK of more than the keep-alive says */
    segment(A, TCP_ACK, 100, 1, 0);
    segment(B, TCP_ACK, 1, 101, 0);
    ASSERT(open_talk());
    EXPECT_STR(front(), "> SYN 0; < SYN 0 ack 1; > 1 ack 1; > 1+1 ack 1; < 1 ack 2");
    EXPECT_EQ(talk.join.sent[TALK_CLIENT], 1);
    EXPECT_EQ(talk.segments[6].seq, BASE_A + 100);
    EXPECT(!talk.segments[6].stray);
    capture_talk_close(&talk);
}

static void test_keep_alive_and_its_answer_alone_show_no_fin(void)
{
    begin();
    segment(A, TCP_ACK, 100, 1, 0);
    segment(B, TCP_ACK, 1, 101, 0);
    ASSERT(open_talk());
    EXPECT_STR(front(), "> SYN 0; < SYN 0 ack 1; > 1 ack 1; > 1+1 ack 1; < 1 ack 2");
    EXPECT_EQ(talk.end[TALK_CLIENT].text, 1);
    capture_talk_close(&talk);
}

static void test_fin_that_comes_again_was_sent_before(void)
{
    begin();
    segment(B, TCP_ACK, 1, 102, 0);
    segment(A, TCP_ACK | TCP_FIN, 101, 1, 0);
    segment(B, TCP_ACK, 1, 102, 0);
    segment(B, TCP_ACK | TCP_FIN, 1, 102, 0);
    segment(A, TCP_ACK, 102, 2, 0);
    ASSERT(open_talk());
    EXPECT_STR(front(), "> SYN 0; < SYN 0 ack 1; > 1 ack 1; > FIN 1 ack 1; < 1 ack 2");
    EXPECT_STR(state_name(talk.end[TALK_CLIENT].state), "TIME-WAIT");
    EXPECT_STR(state_name(talk.end[TALK_SERVER].state), "CLOSED");
    capture_talk_close(&talk);
}

static void test_window_scale_is_the_least_in_which_all_fits(void)
{
    begin();
    window = 100;
    segment(A, TCP_ACK, 1, 1, 0);
    segment(B, TCP_ACK, 1, 1, 1400);
    ASSERT(open_talk());
    EXPECT_EQ(talk.join.scale[TALK_CLIENT], 4); /* 100 * 16 */
    EXPECT_EQ(talk.join.scale[TALK_SERVER], 0);
    EXPECT_EQ(talk.end[TALK_CLIENT].window_most, 1600);
    EXPECT(capture_talk_assumed(&talk, 0, why, sizeof(why)) > 0);
    EXPECT(strstr(why, "window scale unknown, taken as 4 (client) and 0 (server)") == why);
    capture_talk_close(&talk);
}

static void test_windows_that_suffice_are_taken_without_scale(void)
{
    begin();
    segment(A, TCP_ACK, 1, 1, 0);
    segment(B, TCP_ACK, 1, 1, 1400);
    ASSERT(open_talk());
    EXPECT_EQ(talk.join.scale[TALK_CLIENT], -1);
    EXPECT(capture_talk_assumed(&talk, 0, why, sizeof(why)) > 0);
    EXPECT_STR(why, "window scale unknown, taken as none");
    capture_talk_close(&talk);
}

static void test_options_of_segments_show_those_of_the_syns(void)
{
    begin();
    options_len = 12 + 12;
    options[0] = options[1] = options[12] = options[13] = TCP_OPTION_NOP;
    options[2] = TCP_OPTION_TIMESTAMPS;
    options[3] = 10;
    put_be32(options + 4, 777);
    put_be32(options + 8, 555);
    options[14] = TCP_OPTION_SACK;
    options[15] = 10;
    put_be32(options + 16, BASE_B + 1401);
    put_be32(options + 20, BASE_B + 2801);
    segment(A, TCP_ACK, 1, 1, 0);
    options_len = 0;
    segment(B, TCP_ACK, 1, 1, 1400);
    ASSERT(open_talk());
    EXPECT(talk.join.timestamps && talk.join.sack);
    EXPECT(talk.end[0].timestamps && talk.end[1].timestamps);
    EXPECT(talk.end[0].sack && talk.end[1].sack);
    EXPECT_EQ(talk.end[TALK_CLIENT].mss, 1412); /* the option's 12 bytes are of the segment */
    EXPECT_EQ(get_be32(talk.segments[0].options + talk.segments[0].options_len - 8), 777);
    EXPECT_EQ(get_be32(talk.segments[1].options + talk.segments[1].options_len - 8), 555);
    capture_talk_close(&talk);
}

static void test_text_before_the_first_window_had_room(void)
{
    begin();
    segment(B, TCP_ACK, 1, 1, 1000);
    segment(B, TCP_ACK, 1001, 1, 500);
    window = 0;
    segment(A, TCP_ACK, 1, 1501, 0);
    ASSERT(open_talk());
    EXPECT_EQ(talk.segments[0].window, 1500);
    capture_talk_close(&talk);
}

static void test_more_under_way_than_ten_segments_shows_a_congestion_window(void)
{
    begin();
    window = 65535;
    segment(A, TCP_ACK, 1, 1, 0);
    for (uint32_t i = 0; i < 14; i++)
        segment(B, TCP_ACK, 1 + i * 1000, 1, 1000);
    segment(A, TCP_ACK, 1, 14001, 0);
    ASSERT(open_talk());
    EXPECT_EQ(talk.join.window[TALK_SERVER], 14);
    EXPECT_EQ(talk.join.window[TALK_CLIENT], 0);
    capture_talk_close(&talk);
}

static void test_resets_alone_show_no_numbers(void)
{
    begin();
    segment(B, TCP_RST | TCP_ACK, 1, 1, 0);
    ASSERT(open_talk());
    EXPECT(!talk.join.joined && talk.before == 0);
    capture_talk_close(&talk);
}

static void test_ack_from_another_world_makes_nothing_up(void)
{
    begin();
    segment(A, TCP_ACK, 1, 1, 100);
    segment(B, TCP_ACK, 1, 0x40000000, 0);
    ASSERT(open_talk());
    EXPECT_STR(front(), "> SYN 0; < SYN 0 ack 1; > 1 ack 1");
    capture_talk_close(&talk);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_talk_that_begins_with_text_gets_a_handshake_in_front),
        TEST(test_talk_whose_syn_was_seen_gets_nothing_in_front),
        TEST(test_syn_ack_comes_first_only_the_syn_is_made_up),
        TEST(test_text_under_way_is_put_a_round_trip_before_its_ack),
        TEST(test_text_under_way_that_is_never_acknowledged_was_lost),
        TEST(test_keep_alive_comes_first_its_byte_is_of_before),
        TEST(test_keep_alive_and_its_answer_alone_show_no_fin),
        TEST(test_fin_that_comes_again_was_sent_before),
        TEST(test_window_scale_is_the_least_in_which_all_fits),
        TEST(test_windows_that_suffice_are_taken_without_scale),
        TEST(test_options_of_segments_show_those_of_the_syns),
        TEST(test_text_before_the_first_window_had_room),
        TEST(test_more_under_way_than_ten_segments_shows_a_congestion_window),
        TEST(test_resets_alone_show_no_numbers),
        TEST(test_ack_from_another_world_makes_nothing_up),
    };

    return run_tests("capture_join", tests, ARRAY_LEN(tests));
}
