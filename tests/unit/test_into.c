#include "tools/lib/into.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/state.h"
#include "tests/support/capture_file.h"
#include "tests/support/expect.h"
#include "tests/support/lab_run.h"
#include "tests/support/suite.h"
#include "tools/lib/into_parts.h"

enum { A = 0x0a000001, B = 0x0a000002 };

/* Both ends count from just below 2^32. */
#define BASE_A UINT32_C(0xfffffff0)
#define BASE_B UINT32_C(0xffffff00)

static struct capture_file file;
static struct capture_talk talk;
static struct into into;
static char why[TALK_WHY_SIZE];
static vtime now;

static void segment_with(ipv4 from, unsigned flags, uint32_t seq, uint32_t ack, size_t len,
                         struct span options)
{
    struct tcp_header h = { .source_port = from == A ? 49152 : 80,
                            .destination_port = from == A ? 80 : 49152,
                            .sequence = (from == A ? BASE_A : BASE_B) + seq,
                            .acknowledgment =
                                (flags & TCP_ACK) != 0 ? (from == A ? BASE_B : BASE_A) + ack : 0,
                            .flags = (uint8_t)flags,
                            .window = 10000,
                            .options = options };

    now += 10 * MS;
    capture_file_tcp(&file, now, from, from == A ? B : A, &h, len);
}

/* 10 ms after the one before. */
static void segment(ipv4 from, unsigned flags, uint32_t seq, uint32_t ack, size_t len)
{
    segment_with(from, flags, seq, ack, len, (struct span){ NULL, 0 });
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

static bool feed_to(unsigned as, enum into_times times, const struct lab *lab, size_t node)
{
    const struct capture_talk_choice choice = { .filter = "" };
    struct into_options options = {
        .talk = &talk, .as = as, .times = times, .lab = lab, .node = node
    };

    ASSERT(capture_talk_open(&talk, capture_file_source(&file), &choice, why));
    if (into_open(&into, &options, why))
        return true;
    capture_talk_close(&talk);
    return false;
}

static bool feed(unsigned as)
{
    return feed_to(as, INTO_ANSWERS, NULL, 0);
}

static void finish(void)
{
    into_close(&into);
    capture_talk_close(&talk);
}

static void write_whole_talk(void)
{
    shake_hands();
    segment(A, TCP_ACK | TCP_PSH, 1, 1, 30);
    segment(B, TCP_ACK | TCP_PSH, 1, 31, 500);
    segment(A, TCP_ACK | TCP_FIN, 31, 501, 0);
    segment(B, TCP_ACK, 501, 32, 0);
    segment(B, TCP_ACK | TCP_FIN, 501, 32, 0);
    segment(A, TCP_ACK, 32, 502, 0);
}

static void test_whole_connection_is_answered_as_it_was_from_either_side(void)
{
    write_whole_talk();
    ASSERT(feed(TALK_CLIENT));
    EXPECT(into.agree);
    EXPECT_STR(state_name(into.simulated_state), "CLOSED");
    EXPECT_EQ(into.tally.real, 4);
    EXPECT_EQ(into.tally.same, 4);
    EXPECT_EQ(into.tally.missing + into.tally.extra + into.tally.different, 0);
    finish();
    ASSERT(feed(TALK_SERVER));
    EXPECT(into.agree);
    EXPECT_STR(state_name(into.simulated_state), "TIME-WAIT");
    EXPECT_EQ(into.tally.real, 5);
    EXPECT_EQ(into.tally.same, 5);
    EXPECT_EQ(into.tally.missing + into.tally.extra + into.tally.different, 0);
    finish();
}

static void test_program_sends_the_very_bytes_of_the_capture(void)
{
    struct span bytes;

    write_whole_talk();
    ASSERT(capture_talk_open(&talk, capture_file_source(&file),
                             &(struct capture_talk_choice){ .filter = "" }, why));
    memset(talk.bytes, 'x', talk.bytes_used);
    ASSERT(into_open(&into, &(struct into_options){ .talk = &talk, .as = TALK_CLIENT }, why));
    ASSERT(into.answer_count[1] >= 2);
    EXPECT_EQ(into.answers[1][1].len, 500);
    bytes = trace_frame_bytes(&into.simulation.trace, into.answers[1][1].frame);
    EXPECT(bytes.len > 500 && bytes.at[bytes.len - 1] == 'x' && bytes.at[bytes.len - 500] == 'x');
    finish();
}

static void test_host_that_says_something_else_is_found_out(void)
{
    shake_hands();
    segment(A, TCP_ACK | TCP_PSH, 1, 1, 30);
    segment(B, TCP_ACK, 1, 21, 0); /* no host acknowledges part of a segment that fits */
    ASSERT(feed(TALK_CLIENT));
    EXPECT_EQ(into.tally.different, 1);
    ASSERT(into.first_difference < into.row_count);
    EXPECT_EQ(into.rows[into.first_difference].differs & INTO_OTHER, INTO_ACK);
    into_explain(&into, &into.rows[into.first_difference], why, sizeof(why));
    EXPECT_STR(why, "other ack: 31, not 21");
    finish();
}

/* Its buffer takes half of the text, and the capture does not send the rest again. */
static void test_other_final_state_is_no_agreement(void)
{
    static const char lab_text[] = "hosts:\n"
                                   "  a: { ip: 10.0.0.1/24 }\n"
                                   "  b: { ip: 10.0.0.2/24, tcp: { rcvbuf: 50B } }\n"
                                   "links:\n  w: { ends: [a, b] }\n"
                                   "script:\n  - { at: 0s, b: listen 80 }\n";
    struct lab_run run;

    shake_hands();
    segment(A, TCP_ACK | TCP_FIN, 1, 1, 100);
    segment(B, TCP_ACK, 1, 102, 0);
    ASSERT(lab_run_open(&run, lab_text, NULL, 0));
    ASSERT(feed_to(TALK_CLIENT, INTO_ANSWERS, run.lab, 1));
    EXPECT(!into.agree);
    EXPECT_STR(state_name(into.real_state), "CLOSE-WAIT");
    EXPECT_STR(state_name(into.simulated_state), "ESTABLISHED");
    finish();
    lab_run_close(&run);
}

static void write_end_of_talk(void)
{
    begin();
    segment(B, TCP_ACK | TCP_PSH, 501, 31, 200);
    segment(A, TCP_ACK | TCP_PSH, 31, 501, 30); /* it crosses the server's text */
    segment(A, TCP_ACK, 61, 701, 0);
    segment(B, TCP_ACK | TCP_FIN, 701, 61, 0);
    segment(A, TCP_ACK, 61, 702, 0);
    segment(A, TCP_ACK | TCP_FIN, 61, 702, 0);
    segment(B, TCP_ACK, 702, 62, 0);
}

static void test_connection_that_begins_before_the_capture_is_joined_from_either_side(void)
{
    write_end_of_talk();
    ASSERT(feed(TALK_CLIENT));
    EXPECT(into.agree);
    EXPECT_STR(state_name(into.simulated_state), "TIME-WAIT");
    EXPECT_EQ(into.tally.real, 3);
    EXPECT_EQ(into.tally.same, 3);
    EXPECT_EQ(into.tally.missing + into.tally.extra + into.tally.different, 0);
    EXPECT_EQ(into.tally.before, 2); /* SYN and ACK */
    EXPECT_EQ(into.before, 1);       /* SYN,ACK */
    EXPECT_EQ(into.rows[1].differs, INTO_BEFORE);
    finish();
    ASSERT(feed(TALK_SERVER));
    EXPECT(into.agree);
    EXPECT_STR(state_name(into.simulated_state), "CLOSED");
    EXPECT_EQ(into.tally.real, 4);
    EXPECT_EQ(into.tally.same, 4);
    EXPECT_EQ(into.tally.missing + into.tally.extra + into.tally.different, 0);
    EXPECT_EQ(into.tally.before, 1);
    finish();
}

static void test_reset_without_any_number_is_refused_with_a_reason(void)
{
    begin();
    segment(B, TCP_RST | TCP_ACK, 1, 1, 0);
    EXPECT(!feed(TALK_CLIENT));
    EXPECT(strstr(why, "the client's SYN of stream 0 is not in the capture") == why);
}

static void test_peer_that_says_nothing_is_refused_with_a_reason(void)
{
    begin();
    segment(A, TCP_SYN, 0, 0, 0);
    segment(A, TCP_SYN, 0, 0, 0);
    EXPECT(!feed(TALK_CLIENT));
    EXPECT(strstr(why, "the server of stream 0 says nothing") == why);
}

static void test_text_that_the_capture_lacks_is_made_up(void)
{
    shake_hands();
    segment(A, TCP_ACK, 1, 1, 100);
    segment(B, TCP_ACK, 1, 101, 0);
    segment(A, TCP_ACK, 201, 1, 100); /* 101 to 200 were not captured */
    segment(B, TCP_ACK, 1, 301, 0);
    segment(A, TCP_ACK | TCP_FIN, 301, 1, 0);
    segment(B, TCP_ACK, 1, 302, 0);
    ASSERT(feed(TALK_CLIENT));
    EXPECT_EQ(into.tally.made_up, 1);
    EXPECT(into.agree);
    EXPECT_STR(state_name(into.simulated_state), "CLOSE-WAIT");
    EXPECT_EQ(into.tally.given_up, 0);
    finish();
}

/* Else the simulated host would not take it: both have agreed on timestamps. */
static void test_text_that_is_made_up_carries_timestamps_where_all_does(void)
{
    static const uint8_t stamps[] = { 1, 1, 8, 10, 0, 0, 1, 0, 0, 0, 1, 0 };
    static const uint8_t first[] = { 1, 1, 8, 10, 0, 0, 1, 0, 0, 0, 0, 0 };
    const struct span all = { stamps, sizeof(stamps) };

    begin();
    segment_with(A, TCP_SYN, 0, 0, 0, (struct span){ first, sizeof(first) });
    segment_with(B, TCP_SYN | TCP_ACK, 0, 1, 0, all);
    segment_with(A, TCP_ACK, 1, 1, 0, all);
    segment_with(A, TCP_ACK, 1, 1, 100, all);
    segment_with(B, TCP_ACK, 1, 101, 0, all);
    segment_with(A, TCP_ACK, 201, 1, 100, all); /* 101 to 200 were not captured */
    segment_with(B, TCP_ACK, 1, 301, 0, all);
    ASSERT(feed(TALK_CLIENT));
    EXPECT_EQ(into.tally.made_up, 1);
    EXPECT_EQ(into.tally.same, 3);
    EXPECT_EQ(into.tally.different + into.tally.missing, 0);
    finish();
}

static void test_segment_lost_behind_the_capture_point_is_not_fed(void)
{
    shake_hands();
    segment(A, TCP_ACK, 1, 1, 100); /* lost */
    now += 300 * MS;
    segment(A, TCP_ACK, 1, 1, 100);
    segment(B, TCP_ACK, 1, 101, 0);
    ASSERT(feed(TALK_CLIENT));
    EXPECT_EQ(into.tally.lost, 1);
    EXPECT_EQ(into.tally.fed, 3);
    EXPECT_EQ(into.tally.same, 2);
    finish();
}

static void test_syn_offers_no_more_than_the_real_peer_took(void)
{
    static const uint8_t offers[] = { 2, 4, 5, 180, 4, 2, 1, 1, 3, 3, 7, 1 };
    static const uint8_t taken[] = { 2, 4, 5, 180 };

    begin();
    segment_with(A, TCP_SYN, 0, 0, 0, (struct span){ offers, sizeof(offers) });
    segment_with(B, TCP_SYN | TCP_ACK, 0, 1, 0, (struct span){ taken, sizeof(taken) });
    segment(A, TCP_ACK, 1, 1, 0);
    segment(A, TCP_ACK, 1, 1, 10);
    segment(B, TCP_ACK, 1, 11, 0);
    ASSERT(feed(TALK_CLIENT));
    EXPECT(!into.run->fed_scaled);
    EXPECT(!into.run->feeder->scaled);
    EXPECT_EQ(into.tally.same, 2);
    finish();
}

static void test_window_keeps_its_bytes_where_less_scaling_is_agreed_on_now(void)
{
    static const uint8_t offers[] = { 2, 4, 5, 180, 1, 3, 3, 2 };
    static const char lab_text[] = "hosts:\n"
                                   "  a: { ip: 10.0.0.1/24 }\n"
                                   "  b: { ip: 10.0.0.2/24, tcp: { window-scale: off } }\n"
                                   "links:\n  w: { ends: [a, b] }\n"
                                   "script:\n  - { at: 0s, b: listen 80 }\n";
    struct lab_run run;
    struct tcp_header h;
    struct span bytes, payload;

    begin();
    segment_with(A, TCP_SYN, 0, 0, 0, (struct span){ offers, sizeof(offers) });
    segment_with(B, TCP_SYN | TCP_ACK, 0, 1, 0, (struct span){ offers, sizeof(offers) });
    segment(A, TCP_ACK, 1, 1, 0); /* 10000 << 2 */
    ASSERT(lab_run_open(&run, lab_text, NULL, 0));
    ASSERT(feed_to(TALK_CLIENT, INTO_ANSWERS, run.lab, 1));
    EXPECT(!into.run->feeder->scaled);
    bytes = trace_frame_bytes(&into.simulation.trace, into.run->feeder->fed[1].frame);
    ASSERT(bytes.len >= 54);
    bytes.at += 34;
    bytes.len -= 34;
    tcp_header_parse(&h, bytes, &payload);
    EXPECT_EQ(h.window, 40000);
    finish();
    lab_run_close(&run);
}

static void test_kept_times_are_those_of_the_capture(void)
{
    write_whole_talk();
    ASSERT(feed_to(TALK_CLIENT, INTO_KEPT, NULL, 0));
    for (uint32_t i = 0; i < into.run->frame_count; i++)
        EXPECT_EQ(into.run->feeder->fed[i].said.at, into.run->frames[i].s.at);
    EXPECT(into.agree);
    finish();
}

static void test_slow_host_is_waited_for(void)
{
    static const char lab_text[] =
        "hosts:\n"
        "  a: { ip: 10.0.0.1/24 }\n"
        "  b: { ip: 10.0.0.2/24, tcp: { delayed-ack: 400ms, ack-every: 9 } }\n"
        "links:\n  w: { ends: [a, b] }\n"
        "script:\n  - { at: 0s, b: listen 80 }\n";
    struct lab_run run;

    shake_hands();
    segment(A, TCP_ACK, 1, 1, 100);
    segment(B, TCP_ACK, 1, 101, 0);
    segment(A, TCP_ACK, 101, 1, 100);
    segment(B, TCP_ACK, 1, 201, 0);
    ASSERT(lab_run_open(&run, lab_text, NULL, 0));
    ASSERT(feed_to(TALK_CLIENT, INTO_ANSWERS, run.lab, 1));
    EXPECT_EQ(into.tally.same, 3);
    EXPECT_EQ(into.tally.other_time, 2);
    EXPECT(into.run->feeder->fed[3].said.at >= 400 * MS);
    finish();
    lab_run_close(&run);
}

static void test_host_is_chosen_by_name_then_by_port_then_by_its_part(void)
{
    static const char lab_text[] = "hosts:\n"
                                   "  a: { ip: 10.0.0.1/24 }\n"
                                   "  b: { ip: 10.0.0.2/24 }\n"
                                   "  c: { ip: 10.0.0.3/24 }\n"
                                   "switches: { s: {} }\n"
                                   "links:\n  u: { ends: [a, s] }\n  v: { ends: [b, s] }\n"
                                   "  w: { ends: [c, s] }\n"
                                   "script:\n"
                                   "  - { at: 0s, b: listen 81 }\n"
                                   "  - { at: 0s, c: listen 80 }\n"
                                   "  - { at: 1s, b: connect c:80 }\n";
    struct lab_run run;

    shake_hands();
    ASSERT(capture_talk_open(&talk, capture_file_source(&file),
                             &(struct capture_talk_choice){ .filter = "" }, why));
    ASSERT(lab_run_open(&run, lab_text, NULL, 0));
    EXPECT_EQ(into_choose_host(run.lab, &talk, TALK_CLIENT, "", why), 2);
    EXPECT_EQ(into_choose_host(run.lab, &talk, TALK_SERVER, "", why), 1);
    EXPECT_EQ(into_choose_host(run.lab, &talk, TALK_CLIENT, "a", why), 0);
    EXPECT_EQ(into_choose_host(run.lab, &talk, TALK_CLIENT, "s", why), LAB_NONE);
    EXPECT_STR(why, "the lab has no host \"s\"; it has a, b, c");
    lab_run_close(&run);
    capture_talk_close(&talk);
}

static void test_run_with_history_goes_back_and_forth_alike(void)
{
    uint64_t hash;
    uint32_t events;

    write_whole_talk();
    ASSERT(capture_talk_open(&talk, capture_file_source(&file),
                             &(struct capture_talk_choice){ .filter = "" }, why));
    ASSERT(into_open(
        &into, &(struct into_options){ .talk = &talk, .as = TALK_CLIENT, .keep_history = true },
        why));
    events = into.simulation.trace.events.count;
    hash = world_state_hash(into.simulation.world);
    EXPECT(events > 10);
    for (uint32_t n = events; n-- > 0;)
        EXPECT(world_seek(&into.simulation.history, n));
    EXPECT(world_seek(&into.simulation.history, events));
    EXPECT(!into.simulation.trace.diverged);
    EXPECT(world_state_hash(into.simulation.world) == hash);
    finish();
}

static void test_report_says_who_is_who_and_how_it_ended(void)
{
    static const struct into_print_options how = { .width = 80, .ascii = true, .file = "it.pcap" };
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    shake_hands();
    ASSERT(out != NULL && feed(TALK_CLIENT));
    into_print(&into, &how, out);
    fclose(out);
    EXPECT_STR(
        text,
        "it.pcap, stream 0: 10.0.0.1:49152 is the client, and fed; 10.0.0.2:80 was the server\n"
        "Simulated: a host with the options of the real server's SYN, as 10.0.0.2:80\n"
        "Times: a segment waits until the peer is as far as it was\n"
        "\n"
        "       time real server                        simulated server\n"
        "   0.000000 --> SYN seq=0 len=0 win=10000\n"
        "   0.010000 SYN,ACK seq=0 ack=1 len=0        = SYN,ACK seq=0 ack=1 len=0\n"
        "   0.020000 --> ACK ack=1 win=10000\n"
        "\n"
        "Fed: 2 segments of the client\n"
        "Answers: 1 real, 1 simulated: 1 the same, 0 others, 0 only real, 0 only simulated\n"
        "End: the real server was in ESTABLISHED (inferred), the simulated one is in "
        "ESTABLISHED: the same\n");
    free(text);
    finish();
}

static void test_report_of_a_joined_talk_says_what_is_assumed(void)
{
    static const struct into_print_options how = { .width = 80, .ascii = true, .file = "it.pcap" };
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    begin();
    segment(A, TCP_ACK | TCP_PSH, 1, 1, 30);
    segment(B, TCP_ACK, 1, 31, 0);
    ASSERT(out != NULL && feed(TALK_CLIENT));
    into_print(&into, &how, out);
    fclose(out);
    EXPECT_STR(
        text,
        "it.pcap, stream 0: 10.0.0.1:49152 is the client, and fed; 10.0.0.2:80 was the server\n"
        "Simulated: a host with the options that the real server shows, as 10.0.0.2:80\n"
        "Times: a segment waits until the peer is as far as it was\n"
        "Joined within the connection: window scale unknown, taken as none\n"
        "  no timestamps, for no segment carries them; SACK taken as not permitted, for it is not "
        "used\n"
        "  MSS taken as 1460 (client) and 1460 (server), by the longest segments\n"
        "  what was sent before: taken as nothing\n"
        "  congestion windows taken as those of a new connection\n"
        "\n"
        "       time real server                        simulated server\n"
        "  -1.000000 --> SYN seq=0 len=0 win=10000  (not in the capture: inferred)\n"
        "  -0.990000 (not in the capture)               SYN,ACK seq=0 ack=1 len=0\n"
        "  -0.990000 --> ACK ack=1 win=10000  (not in the capture: inferred)\n"
        "   0.000000 --> PSH,ACK seq=1 ack=1 len=30 win=10000\n"
        "   0.010000 ACK ack=31 win=10000             ~ ACK ack=31 win=9970\n"
        "            ^ the first difference: other window: 9970, not 10000\n"
        "\n"
        "Fed: 3 segments of the client\n"
        "  2 are of before the capture: inferred, and their answers not compared\n"
        "Answers: 1 real, 1 simulated: 1 the same (1 with another window), 0 others, 0 only real, "
        "0 only simulated\n"
        "End: the real server was in ESTABLISHED (inferred), the simulated one is in "
        "ESTABLISHED: the same\n");
    free(text);
    finish();
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_whole_connection_is_answered_as_it_was_from_either_side),
        TEST(test_program_sends_the_very_bytes_of_the_capture),
        TEST(test_host_that_says_something_else_is_found_out),
        TEST(test_other_final_state_is_no_agreement),
        TEST(test_connection_that_begins_before_the_capture_is_joined_from_either_side),
        TEST(test_reset_without_any_number_is_refused_with_a_reason),
        TEST(test_peer_that_says_nothing_is_refused_with_a_reason),
        TEST(test_text_that_the_capture_lacks_is_made_up),
        TEST(test_text_that_is_made_up_carries_timestamps_where_all_does),
        TEST(test_segment_lost_behind_the_capture_point_is_not_fed),
        TEST(test_syn_offers_no_more_than_the_real_peer_took),
        TEST(test_window_keeps_its_bytes_where_less_scaling_is_agreed_on_now),
        TEST(test_kept_times_are_those_of_the_capture),
        TEST(test_slow_host_is_waited_for),
        TEST(test_host_is_chosen_by_name_then_by_port_then_by_its_part),
        TEST(test_run_with_history_goes_back_and_forth_alike),
        TEST(test_report_says_who_is_who_and_how_it_ended),
        TEST(test_report_of_a_joined_talk_says_what_is_assumed),
    };

    return run_tests("into", tests, ARRAY_LEN(tests));
}
