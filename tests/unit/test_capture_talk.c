#include "tools/lib/capture_talk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/state.h"
#include "layers/wire/bytes.h"
#include "tests/support/capture_file.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

enum { A = 0x0a000001, B = 0x0a000002 };

static struct capture_file file;
static struct capture_talk talk;
static char why[TALK_WHY_SIZE];
static vtime now;

/* Both ends count from just below 2^32, as -8 says. */
#define BASE UINT32_C(0xfffffff8)

static void segment_at(vtime at, ipv4 from, unsigned flags, uint32_t seq, uint32_t ack, size_t len,
                       uint16_t window)
{
    struct tcp_header h = { .source_port = from == A ? 49152 : 80,
                            .destination_port = from == A ? 80 : 49152,
                            .sequence = BASE + seq,
                            .acknowledgment = (flags & TCP_ACK) != 0 ? BASE + ack : 0,
                            .flags = (uint8_t)flags,
                            .window = window };

    now = at;
    capture_file_tcp(&file, at, from, from == A ? B : A, &h, len);
}

/* 1 ms after the one before. */
static void segment(ipv4 from, unsigned flags, uint32_t seq, uint32_t ack, size_t len)
{
    segment_at(now + MS, from, flags, seq, ack, len, 10000);
}

static void begin(void)
{
    now = 0;
    capture_file_begin(&file, CAPTURE_PCAP);
}

static void shake_hands(void)
{
    begin();
    segment(A, TCP_SYN, 0, 0, 0);
    segment(B, TCP_SYN | TCP_ACK, 0, 1, 0);
    segment(A, TCP_ACK, 1, 1, 0);
}

static bool open_stream(int stream)
{
    struct capture_talk_choice choice = { .filter = "",
                                          .by_stream = stream >= 0,
                                          .stream = stream < 0 ? 0 : (uint32_t)stream };

    return capture_talk_open(&talk, capture_file_source(&file), &choice, why);
}

/* The deeds of SIDE: "listens writes 0+100(h30) closes(h30,fin)". */
static const char *deeds(unsigned side, enum talk_grain grain)
{
    static char out[1000];
    size_t used = 0;
    uint32_t count;
    struct talk_deed *all = capture_talk_deeds(&talk, side, grain, &count);

    ASSERT(all != NULL);
    out[0] = '\0';
    for (uint32_t i = 0; i < count && used < sizeof(out); i++) {
        const struct talk_deed *d = &all[i];

        used += (size_t)snprintf(out + used, sizeof(out) - used, "%s%s", i > 0 ? ", " : "",
                                 talk_deed_name(d->kind));
        if (d->kind == TALK_WRITES)
            used += (size_t)snprintf(out + used, sizeof(out) - used, " %u+%u", (unsigned)d->offset,
                                     (unsigned)d->len);
        if (d->kind == TALK_READS)
            used += (size_t)snprintf(out + used, sizeof(out) - used, " %u", (unsigned)d->len);
        if (d->heard > 0 || d->heard_fin)
            used += (size_t)snprintf(out + used, sizeof(out) - used, " (%u%s)", (unsigned)d->heard,
                                     d->heard_fin ? " fin" : "");
    }
    free(all);
    return out;
}

static void test_request_and_answer_give_writes_after_what_was_heard(void)
{
    shake_hands();
    segment(A, TCP_ACK | TCP_PSH, 1, 1, 30);
    segment(B, TCP_ACK, 1, 31, 0);
    segment(B, TCP_ACK, 1, 31, 1000);
    segment(B, TCP_ACK | TCP_PSH, 1001, 31, 500);
    segment(A, TCP_ACK, 31, 1501, 0);
    segment(B, TCP_ACK | TCP_FIN, 1501, 31, 0);
    segment(A, TCP_ACK, 31, 1502, 0);
    segment(A, TCP_ACK | TCP_FIN, 31, 1502, 0);
    segment(B, TCP_ACK, 1502, 32, 0);

    ASSERT(open_stream(-1));
    EXPECT(talk.whole_handshake);
    EXPECT_STR(deeds(TALK_CLIENT, TALK_BY_WRITE), "connects, writes 0+30, closes (1500 fin)");
    EXPECT_STR(deeds(TALK_SERVER, TALK_BY_WRITE), "listens, writes 0+1500 (30), closes (30)");
    EXPECT_STR(deeds(TALK_SERVER, TALK_BY_SEGMENT),
               "listens, writes 0+1000 (30), writes 1000+500 (30), closes (30)");
    EXPECT_STR(state_name(talk.end[TALK_CLIENT].state), "CLOSED");
    EXPECT_STR(state_name(talk.end[TALK_SERVER].state), "TIME-WAIT");
    EXPECT_EQ(talk.end[TALK_SERVER].text, 1500);
    EXPECT_EQ(talk.end[TALK_CLIENT].iss, BASE);
    capture_talk_close(&talk);
}

static void test_retransmission_is_no_second_write(void)
{
    shake_hands();
    segment(A, TCP_ACK | TCP_PSH, 1, 1, 30);
    segment_at(now + 200 * MS, A, TCP_ACK | TCP_PSH, 1, 1, 30, 10000);
    segment(B, TCP_ACK, 1, 31, 0);

    ASSERT(open_stream(-1));
    EXPECT_STR(deeds(TALK_CLIENT, TALK_BY_SEGMENT), "connects, writes 0+30");
    EXPECT(!talk.segments[3].resent);
    EXPECT(talk.segments[4].resent);
    capture_talk_close(&talk);
}

static void test_segment_sent_again_and_not_acknowledged_before_was_lost(void)
{
    shake_hands();
    segment(A, TCP_ACK | TCP_PSH, 1, 1, 30); /* lost */
    segment_at(now + 200 * MS, A, TCP_ACK | TCP_PSH, 1, 1, 30, 10000);
    segment(B, TCP_ACK, 1, 31, 0);
    segment(A, TCP_ACK | TCP_PSH, 31, 1, 30); /* late: its ACK crosses the second copy */
    segment_at(now + 200 * MS, A, TCP_ACK | TCP_PSH, 31, 1, 30, 10000);
    segment_at(now + MS / 2, B, TCP_ACK, 1, 61, 0, 10000);

    ASSERT(open_stream(-1));
    EXPECT_EQ(talk.end[TALK_SERVER].rtt, MS);
    EXPECT(talk.segments[3].lost);
    EXPECT(!talk.segments[4].lost);
    EXPECT(!talk.segments[6].lost);
    EXPECT_EQ(talk.lost, 1);
    capture_talk_close(&talk);
}

static void test_text_that_the_capture_lost_is_written_all_the_same(void)
{
    shake_hands();
    segment(A, TCP_ACK, 1, 1, 100);
    segment(A, TCP_ACK, 201, 1, 100); /* 101 to 200 are missing */
    segment(B, TCP_ACK, 1, 301, 0);
    segment(B, TCP_ACK, 1, 401, 0); /* and so are 301 to 400 */

    ASSERT(open_stream(-1));
    EXPECT_EQ(talk.end[TALK_CLIENT].text, 400);
    EXPECT_EQ(talk.end[TALK_CLIENT].seen, 300);
    EXPECT_STR(deeds(TALK_CLIENT, TALK_BY_SEGMENT),
               "connects, writes 0+100, writes 100+200, writes 300+100");
    capture_talk_close(&talk);
}

static void test_text_that_is_missing_is_written_when_its_ack_shows_it(void)
{
    shake_hands();
    segment(A, TCP_ACK | TCP_PSH, 1, 1, 30);
    segment(B, TCP_ACK, 1, 61, 0); /* 31 to 60 were not captured; the server answers them */
    segment(B, TCP_ACK | TCP_PSH, 1, 61, 500);
    segment(A, TCP_ACK | TCP_PSH, 61, 501, 30);

    ASSERT(open_stream(-1));
    EXPECT_STR(deeds(TALK_CLIENT, TALK_BY_SEGMENT),
               "connects, writes 0+30, writes 30+30, writes 60+30 (500)");
    EXPECT_STR(deeds(TALK_SERVER, TALK_BY_SEGMENT), "listens, writes 0+500 (60)");
    capture_talk_close(&talk);
}

static void test_questions_to_a_closed_window_show_that_more_is_written(void)
{
    begin();
    segment_at(MS, A, TCP_SYN, 0, 0, 0, 1000);
    segment(B, TCP_SYN | TCP_ACK, 0, 1, 0);
    segment_at(now + MS, A, TCP_ACK, 1, 1, 0, 1000);
    segment(B, TCP_ACK | TCP_PSH, 1, 1, 1000);
    segment_at(now + MS, A, TCP_ACK, 1, 1001, 0, 0);
    segment_at(now + SECONDS, B, TCP_ACK, 1000, 1, 0, 10000);
    segment_at(now + MS, A, TCP_ACK, 1, 1001, 0, 0);

    ASSERT(open_stream(-1));
    EXPECT_STR(deeds(TALK_SERVER, TALK_BY_SEGMENT), "listens, writes 0+1000, writes 1000+1");
    EXPECT_EQ(talk.end[TALK_SERVER].text, 1000);
    capture_talk_close(&talk);
}

static void test_data_after_the_peers_fin_make_a_half_close(void)
{
    shake_hands();
    segment(A, TCP_ACK | TCP_FIN, 1, 1, 0);
    segment(B, TCP_ACK, 1, 2, 700);
    segment(A, TCP_ACK, 2, 701, 0);
    segment(B, TCP_ACK | TCP_FIN, 701, 2, 0);
    segment(A, TCP_ACK, 2, 702, 0);

    ASSERT(open_stream(-1));
    EXPECT_STR(deeds(TALK_CLIENT, TALK_BY_WRITE), "connects, shuts");
    EXPECT_STR(deeds(TALK_SERVER, TALK_BY_WRITE), "listens, writes 0+700 (0 fin), closes (0 fin)");
    capture_talk_close(&talk);
}

static void test_reset_of_a_syn_is_a_refusal(void)
{
    begin();
    segment(A, TCP_SYN, 0, 0, 0);
    segment_at(now + MS, B, TCP_RST | TCP_ACK, -BASE, 1, 0, 0);

    ASSERT(open_stream(-1));
    EXPECT_STR(deeds(TALK_SERVER, TALK_BY_WRITE), "refuses");
    EXPECT_STR(deeds(TALK_CLIENT, TALK_BY_WRITE), "connects");
    EXPECT_STR(state_name(talk.end[TALK_CLIENT].state), "CLOSED");
    capture_talk_close(&talk);
}

static void test_reset_in_the_middle_is_an_abort_unless_text_met_a_closed_program(void)
{
    shake_hands();
    segment(A, TCP_ACK, 1, 1, 10);
    segment(A, TCP_RST | TCP_ACK, 11, 1, 0);
    ASSERT(open_stream(-1));
    EXPECT_STR(deeds(TALK_CLIENT, TALK_BY_WRITE), "connects, writes 0+10, aborts");
    capture_talk_close(&talk);

    shake_hands();
    segment(B, TCP_ACK | TCP_FIN, 1, 1, 0);
    segment(A, TCP_ACK, 1, 2, 10);
    segment(B, TCP_RST, 2, 0, 0);
    ASSERT(open_stream(-1));
    EXPECT_STR(deeds(TALK_SERVER, TALK_BY_WRITE), "listens, closes");
    capture_talk_close(&talk);
}

/* It may carry a reason, which is no text of the connection. */
static void test_reset_with_text_writes_nothing(void)
{
    shake_hands();
    segment(A, TCP_ACK | TCP_PSH, 1, 1, 30);
    segment(B, TCP_ACK | TCP_RST, 1, 31, 20);

    ASSERT(open_stream(-1));
    EXPECT_STR(deeds(TALK_SERVER, TALK_BY_WRITE), "listens, aborts (30)");
    EXPECT_EQ(talk.end[TALK_SERVER].text, 0);
    capture_talk_close(&talk);
}

static void test_reset_with_senseless_numbers_is_a_stray(void)
{
    shake_hands();
    segment(B, TCP_RST, 500000, 0, 0);
    segment(A, TCP_ACK, 1, 1, 10);

    ASSERT(open_stream(-1));
    EXPECT_EQ(talk.stray, 1);
    EXPECT(talk.segments[3].stray);
    EXPECT_STR(state_name(talk.end[TALK_SERVER].state), "ESTABLISHED");
    capture_talk_close(&talk);
}

static void test_window_that_closes_shows_a_program_that_stops_reading(void)
{
    shake_hands();
    for (uint32_t i = 0; i < 12; i++) {
        segment(A, TCP_ACK, 1 + 1000 * i, 1, 1000);
        segment_at(now + MS, B, TCP_ACK, 1, 1001 + 1000 * i, 0,
                   i < 2 ? 10000 : (uint16_t)(9000 - 1000 * (i - 2)));
    }
    segment_at(now + 100 * MS, B, TCP_ACK, 1, 12001, 0, 3000);
    segment_at(now + 100 * MS, B, TCP_ACK, 1, 12001, 0, 10000);

    ASSERT(open_stream(-1));
    EXPECT_STR(deeds(TALK_SERVER, TALK_BY_WRITE),
               "listens, stops (2000), reads 3000 (12000), reads on (12000)");
    capture_talk_close(&talk);
}

static void test_connection_is_chosen_by_number_or_by_its_handshake(void)
{
    begin();
    segment(A, TCP_ACK, 1, 1, 10);      /* stream 0: in its middle */
    segment(A, TCP_SYN, 1000000, 0, 0); /* stream 1, whole */
    segment(B, TCP_SYN | TCP_ACK, 0, 1000001, 0);
    segment(A, TCP_ACK, 1000001, 1, 0);
    segment(A, TCP_ACK, 1000001, 1, 25);

    ASSERT(open_stream(-1));
    EXPECT_EQ(talk.stream, 1);
    EXPECT_EQ(talk.connections, 2);
    EXPECT_EQ(talk.end[TALK_CLIENT].text, 25);
    capture_talk_close(&talk);
    ASSERT(open_stream(0));
    EXPECT(talk.join.joined && !talk.whole_handshake);
    EXPECT_EQ(talk.end[TALK_CLIENT].text, 10);
    capture_talk_close(&talk);
    EXPECT(!open_stream(2));
    EXPECT_STR(why, "there is no stream 2: its 2 TCP connections are numbered from 0 to 1");
}

static void test_capture_without_tcp_says_so(void)
{
    begin();
    EXPECT(!open_stream(-1));
    EXPECT_STR(why, "there is no TCP connection in it");
}

static void test_text_is_read_from_what_came_first_and_zeros_fill_gaps(void)
{
    static const uint8_t zeros[300];
    uint8_t text[300];

    shake_hands();
    segment(A, TCP_ACK, 101, 1, 100);
    segment(A, TCP_ACK, 1, 1, 50);
    ASSERT(open_stream(-1));
    memset(text, 1, sizeof(text));
    memset(talk.bytes, 7, talk.bytes_used);
    capture_talk_text(&talk, TALK_CLIENT, 0, text, 250);
    EXPECT(text[0] == 7 && text[49] == 7 && text[50] == 0 && text[99] == 0);
    EXPECT(text[100] == 7 && text[199] == 7);
    EXPECT(memcmp(text + 200, zeros, 50) == 0);
    EXPECT_EQ(text[250], 1);
    capture_talk_close(&talk);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_request_and_answer_give_writes_after_what_was_heard),
        TEST(test_retransmission_is_no_second_write),
        TEST(test_segment_sent_again_and_not_acknowledged_before_was_lost),
        TEST(test_text_that_the_capture_lost_is_written_all_the_same),
        TEST(test_text_that_is_missing_is_written_when_its_ack_shows_it),
        TEST(test_questions_to_a_closed_window_show_that_more_is_written),
        TEST(test_data_after_the_peers_fin_make_a_half_close),
        TEST(test_reset_of_a_syn_is_a_refusal),
        TEST(test_reset_in_the_middle_is_an_abort_unless_text_met_a_closed_program),
        TEST(test_reset_with_text_writes_nothing),
        TEST(test_reset_with_senseless_numbers_is_a_stray),
        TEST(test_window_that_closes_shows_a_program_that_stops_reading),
        TEST(test_connection_is_chosen_by_number_or_by_its_handshake),
        TEST(test_capture_without_tcp_says_so),
        TEST(test_text_is_read_from_what_came_first_and_zeros_fill_gaps),
    };

    return run_tests("capture_talk", tests, ARRAY_LEN(tests));
}
