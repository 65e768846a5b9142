#include "tools/lib/capture_run.h"

#include <stdio.h>
#include <string.h>

#include "layers/rule.h"
#include "layers/state.h"
#include "layers/wire/arp_message.h"
#include "layers/wire/ethernet_header.h"
#include "tests/support/capture_file.h"
#include "tests/support/expect.h"
#include "tests/support/made_frame.h"
#include "tests/support/suite.h"
#include "tools/lib/ladder_words.h"
#include "tools/lib/run_connection.h"
#include "tools/lib/tcp_view.h"

enum { A = 0x0a000001, B = 0x0a000002 };

static struct capture_file file;
static char error[300];

static struct capture_run *open_filtered(const char *filter)
{
    struct capture_run_options options = { .source = capture_file_source(&file),
                                           .filter = filter,
                                           .title = "test" };

    return capture_run_open(&options, error, sizeof(error));
}

static struct capture_run *open_file(void)
{
    struct capture_run *run = open_filtered("");

    ASSERT(run != NULL);
    return run;
}

static void segment(vtime at, ipv4 from, ipv4 to, unsigned flags, uint32_t seq, uint32_t ack,
                    size_t len)
{
    struct tcp_header h = { .source_port = from == A ? 49152 : 80,
                            .destination_port = from == A ? 80 : 49152,
                            .sequence = seq,
                            .acknowledgment = ack,
                            .flags = (uint8_t)flags,
                            .window = 1000 };

    capture_file_tcp(&file, at, from, to, &h, len);
}

static void write_handshake(void)
{
    capture_file_begin(&file, CAPTURE_PCAP);
    segment(5 * SECONDS, A, B, TCP_SYN, 100, 0, 0);
    segment(5 * SECONDS + 20 * MS, B, A, TCP_SYN | TCP_ACK, 500, 101, 0);
    segment(5 * SECONDS + 21 * MS, A, B, TCP_ACK, 101, 501, 0);
    segment(5 * SECONDS + 22 * MS, A, B, TCP_ACK | TCP_PSH, 101, 501, 30);
}

static struct record nth(const struct run_view *view, enum record_kind kind, unsigned n)
{
    for (uint32_t i = 0; i < view->trace->records.count; i++) {
        struct record record = trace_read(view->trace, i);

        if (record.kind == kind && n-- == 0)
            return record;
    }
    return (struct record){ .kind = RECORD_KINDS };
}

static void test_each_frame_becomes_one_event_between_two_addresses(void)
{
    struct capture_run *run;
    const struct run_view *view;
    struct record sent, got;

    write_handshake();
    run = open_file();
    view = capture_run_view(run);
    EXPECT_EQ(view->trace->frames.count, 4);
    EXPECT_EQ(view->trace->events.count, 4);
    EXPECT_EQ(view->world->node_count, 2);
    EXPECT_EQ(view->world->link_count, 1);
    EXPECT_STR(view->world->nodes[0]->name, "10.0.0.1");
    EXPECT_STR(view->world->nodes[1]->name, "10.0.0.2");
    sent = nth(view, RECORD_TX, 1);
    got = nth(view, RECORD_RX, 1);
    EXPECT_EQ(sent.node, 1);
    EXPECT_EQ(got.node, 0);
    EXPECT_EQ(trace_time(view->trace, &sent), 20 * MS);
    EXPECT_EQ(trace_time(view->trace, &got), 20 * MS);
    EXPECT(run_frame_from(view, trace_frame(view->trace, 2))->node == view->world->nodes[1]);
    EXPECT_STR(capture_run_trouble(run), "");
    EXPECT(view->capture == run);
    capture_run_close(run);
}

static void test_states_stand_at_the_frames_that_imply_them(void)
{
    static const struct {
        uint32_t frame, node;
        int to;
    } rows[] = {
        { 1, 0, STATE_TCP_SYN_SENT },     { 2, 1, STATE_TCP_LISTEN },
        { 2, 1, STATE_TCP_SYN_RECEIVED }, { 3, 0, STATE_TCP_ESTABLISHED },
        { 3, 1, STATE_TCP_ESTABLISHED },
    };
    struct capture_run *run;
    char name[RUN_CONNECTION_NAME_SIZE];

    write_handshake();
    run = open_file();
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct record record = nth(capture_run_view(run), RECORD_STATE, i);

        EXPECT_EQ(record.frame, rows[i].frame);
        EXPECT_EQ(record.node, rows[i].node);
        EXPECT_EQ(record.b, rows[i].to);
        EXPECT(run_connection_of(capture_run_view(run), &record));
    }
    EXPECT_EQ(nth(capture_run_view(run), RECORD_STATE, ARRAY_LEN(rows)).kind, RECORD_KINDS);
    EXPECT(run_connection_name(capture_run_view(run), capture_run_view(run)->world->nodes[1], 1,
                               name, sizeof(name)));
    EXPECT_STR(name, "10.0.0.2:80-10.0.0.1:49152");
    capture_run_close(run);
}

static void test_connection_is_known_again_at_every_event(void)
{
    struct capture_run *run;
    struct tcp_inferred end[2];

    write_handshake();
    run = open_file();
    EXPECT(!capture_run_connection(run, 0, 0, 1, end));
    EXPECT(capture_run_connection(run, 1, 0, 1, end));
    EXPECT_EQ(end[0].state, STATE_TCP_SYN_SENT);
    EXPECT_EQ(end[1].state, STATE_TCP_CLOSED);
    EXPECT(capture_run_connection(run, 4, 1, 1, end));
    EXPECT_EQ(end[0].state, STATE_TCP_ESTABLISHED);
    EXPECT_EQ(end[0].iss, 500);
    EXPECT_EQ(tcp_infer_flight(&end[1]), 30);
    EXPECT(!capture_run_connection(run, 4, 0, 2, end));
    EXPECT(!capture_run_connection(run, 4, 9, 1, end));
    capture_run_close(run);
}

static void test_long_connection_is_the_same_from_a_saved_state(void)
{
    enum { FRAMES = 3000 };
    struct capture_run *run;
    struct tcp_inferred end[2];

    write_handshake();
    for (uint32_t i = 0; i < FRAMES; i++)
        segment(6 * SECONDS + i * MS, A, B, TCP_ACK, 131 + i, 501, 1);
    run = open_file();
    for (uint32_t i = 0; i < FRAMES; i += 97) {
        EXPECT(capture_run_connection(run, i + 5, 0, 1, end));
        EXPECT_EQ(end[0].nxt, 132 + i);
    }
    capture_run_close(run);
}

static void test_frame_with_lost_comment_is_lost_and_does_not_arrive(void)
{
    static const uint8_t frame[60] = { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0xb5 };
    struct capture_run *run;
    struct record lost;

    capture_file_begin(&file, CAPTURE_PCAPNG);
    capture_file_frame(&file, 0, (struct span){ frame, sizeof(frame) }, "lost: by chance");
    run = open_file();
    lost = nth(capture_run_view(run), RECORD_LOST, 0);
    EXPECT_EQ(lost.frame, 1);
    EXPECT_RULE(lost.rule, RULE_CAPTURE_LOST);
    EXPECT(run_loss_place(&lost) == RUN_LOST_ON_WIRE);
    EXPECT_EQ(nth(capture_run_view(run), RECORD_RX, 0).kind, RECORD_KINDS);
    EXPECT_STR(capture_run_view(run)->world->nodes[0]->name, "02:00:00:00:00:01");
    capture_run_close(run);
}

static void test_broken_tail_leaves_what_came_before_and_names_the_frame(void)
{
    struct capture_run *run;

    write_handshake();
    file.len -= 3;
    run = open_file();
    EXPECT_EQ(capture_run_view(run)->trace->frames.count, 3);
    EXPECT(strncmp(capture_run_trouble(run), "frame 4 (at byte ", 17) == 0);
    capture_run_close(run);
    file.len = 10;
    run = open_file();
    EXPECT_EQ(capture_run_view(run)->trace->frames.count, 0);
    EXPECT(capture_run_trouble(run)[0] != '\0');
    capture_run_close(run);
}

static void test_filter_chooses_frames_and_keeps_their_numbers(void)
{
    struct capture_run *run;

    write_handshake();
    run = open_filtered("tcp[tcpflags] & tcp-syn == 0");
    EXPECT_EQ(capture_run_view(run)->trace->frames.count, 2);
    EXPECT_EQ(capture_run_file_number(run, 1), 3);
    EXPECT_EQ(capture_run_frames(run), 4);
    capture_run_close(run);
    EXPECT(open_filtered("tcp port port") == NULL);
    EXPECT(strncmp(error, "the filter, column ", 19) == 0);
}

static void test_truncated_frame_keeps_its_length_on_the_wire(void)
{
    static const uint8_t frame[40] = { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0xb5 };
    struct capture_record record = { .frame = { frame, sizeof(frame) }, .original_len = 1514 };
    struct capture_run *run;

    capture_file_begin(&file, CAPTURE_PCAP);
    ASSERT(capture_write_frame(&file.writer, &record));
    run = open_file();
    EXPECT_EQ(run_frame_length(capture_run_view(run)->trace, 1), 1514);
    EXPECT_EQ(trace_frame_bytes(capture_run_view(run)->trace, 1).len, 40);
    capture_run_close(run);
}

static void test_host_that_talks_to_itself_has_two_nodes(void)
{
    struct tcp_header syn = { .source_port = 5000, .destination_port = 80, .flags = TCP_SYN };
    struct tcp_header answer = {
        .source_port = 80, .destination_port = 5000, .flags = TCP_RST | TCP_ACK, .acknowledgment = 1
    };
    struct capture_run *run;

    capture_file_begin(&file, CAPTURE_PCAP);
    capture_file_tcp(&file, 0, A, A, &syn, 0);
    capture_file_tcp(&file, 0, A, A, &answer, 0);
    run = open_file();
    EXPECT_EQ(capture_run_view(run)->world->node_count, 2);
    EXPECT_EQ(nth(capture_run_view(run), RECORD_TX, 0).node, 0);
    EXPECT_EQ(nth(capture_run_view(run), RECORD_TX, 1).node, 1);
    EXPECT_STR(capture_run_view(run)->world->nodes[1]->name, "10.0.0.1'");
    capture_run_close(run);
}

static void test_more_hosts_than_nodes_share_one(void)
{
    struct tcp_header syn = { .source_port = 5000, .destination_port = 80, .flags = TCP_SYN };
    struct capture_run *run;
    struct record last;

    capture_file_begin(&file, CAPTURE_PCAP);
    for (ipv4 i = 0; i < 200; i++)
        capture_file_tcp(&file, 0, A + 2 * i, A + 2 * i + 1, &syn, 0);
    run = open_file();
    EXPECT_EQ(capture_run_view(run)->world->node_count, CAPTURE_NODES_MAX);
    last = nth(capture_run_view(run), RECORD_TX, 199);
    EXPECT_STR(run_node(capture_run_view(run), last.node)->name, "others");
    EXPECT(strstr(capture_run_about(run), "others") != NULL);
    capture_run_close(run);
}

static void test_times_that_go_back_stand_still(void)
{
    struct capture_run *run;

    capture_file_begin(&file, CAPTURE_PCAP);
    segment(9 * SECONDS, A, B, TCP_SYN, 100, 0, 0);
    segment(10 * SECONDS, A, B, TCP_SYN, 100, 0, 0);
    segment(4 * SECONDS, A, B, TCP_SYN, 100, 0, 0);
    run = open_file();
    EXPECT_EQ(trace_frame(capture_run_view(run)->trace, 3)->sent, 1 * SECONDS);
    EXPECT(strstr(capture_run_about(run), "go back") != NULL);
    capture_run_close(run);
}

static void test_frame_without_ethernet_gets_a_header_that_is_told_of(void)
{
    struct capture_run *run;

    write_handshake();
    EXPECT(!capture_run_header_made_up(run = open_file(), 1));
    capture_run_close(run);
    file.bytes[20] = 101; /* the link type: raw IP, of frames that are none */
    run = open_file();
    EXPECT(capture_run_header_made_up(run, 1));
    EXPECT(strstr(capture_run_about(run), "made up") != NULL);
    capture_run_close(run);
}

static void arp_frame(vtime at, uint16_t opcode, ipv4 sender, ipv4 target)
{
    struct arp_message message = { opcode, { { 2, 0, 0, 0, 0, 1 } }, sender, MAC_NONE, target };
    uint8_t bytes[ARP_MESSAGE_LEN];
    struct made made = { .len = 0 };

    made_put(&made, bytes, arp_message_emit(&message, bytes));
    made_ethernet(&made, ETHERTYPE_ARP);
    capture_file_frame(&file, at, made_span(&made), NULL);
}

static void test_answer_knows_its_question_also_behind_a_filter(void)
{
    struct tcp_view *tcp = tcp_view_open(TCP_VIEW_CAPTURE);
    struct capture_thread thread;
    struct ladder_facts facts;
    struct capture_run *run;

    write_handshake();
    arp_frame(6 * SECONDS, ARP_REQUEST, A, B);
    arp_frame(7 * SECONDS, ARP_REPLY, B, A);
    run = open_filtered("arp"); /* numbered as they were chosen */
    ASSERT(run != NULL);
    capture_run_thread(run, 1, &thread);
    EXPECT_EQ(thread.kind, THREAD_NONE);
    capture_run_thread(run, 2, &thread);
    EXPECT_EQ(thread.kind, THREAD_ANSWER);
    EXPECT_EQ(thread.frame, 1);
    ladder_facts(capture_run_view(run), tcp, 2, &facts);
    EXPECT_STR(facts.full, "ARP 10.0.0.2 is-at 02:00:00:00:00:01 (answers #1)");
    ladder_facts_in_short(capture_run_view(run), tcp, 2, 0, &facts);
    EXPECT_STR(facts.brief, "ARP .2 is-at ..01 (#1)");
    tcp_view_close(tcp);
    capture_run_close(run);
}

/* ---- Bit by bit ---- */

static struct capture_run *open_part(const char *filter, uint64_t part)
{
    struct capture_run_options options = { .source = capture_file_source(&file),
                                           .filter = filter,
                                           .title = "test",
                                           .size = file.len,
                                           .part = part };
    struct capture_run *run = capture_run_open(&options, error, sizeof(error));

    ASSERT(run != NULL);
    return run;
}

/* A handshake and data; then a third host, that changes all columns. */
static void write_two_stories(void)
{
    write_handshake();
    for (uint32_t i = 0; i < 40; i++)
        segment(6 * SECONDS + i * MS, A, B, TCP_ACK, 131 + 10 * i, 501, 10);
    arp_frame(7 * SECONDS, ARP_REQUEST, A, 0x0a000003);
    arp_frame(8 * SECONDS, ARP_REPLY, 0x0a000003, A);
    segment(9 * SECONDS, B, A, TCP_SYN, 900, 0, 0);
}

static void expect_same_run(const struct capture_run *run, const struct capture_run *want)
{
    const struct run_view *a = capture_run_view(run), *b = capture_run_view(want);

    EXPECT_EQ(trace_hash(a->trace), trace_hash(b->trace));
    EXPECT_EQ(a->trace->frames.count, b->trace->frames.count);
    EXPECT_EQ(capture_run_frames(run), capture_run_frames(want));
    EXPECT_EQ(a->world->node_count, b->world->node_count);
    EXPECT_EQ(a->world->link_count, b->world->link_count);
    EXPECT_EQ(a->several_connections, b->several_connections);
    EXPECT_EQ(a->goes_on, b->goes_on);
    EXPECT_STR(capture_run_about(run), capture_run_about(want));
    EXPECT_STR(capture_run_trouble(run), capture_run_trouble(want));
}

static void test_part_stays_as_it_was_while_the_rest_is_read(void)
{
    const struct run_view *part;
    struct capture_run *run;
    uint64_t done = 0, of = 0;

    write_two_stories();
    run = open_part("", 10);
    EXPECT(!capture_run_is_whole(run));
    part = capture_run_view(run);
    while (!capture_run_is_whole(run)) {
        EXPECT(capture_run_view(run) == part && part->goes_on);
        EXPECT_EQ(part->trace->frames.count, 10);
        EXPECT_EQ(part->world->node_count, 2);
        EXPECT_EQ(nth(part, RECORD_TX, 9).frame, 10);
        EXPECT_EQ(nth(part, RECORD_TX, 10).kind, RECORD_KINDS);
        capture_run_done(run, &done, &of);
        EXPECT(done < of);
        EXPECT(capture_run_go_on(run, 3));
    }
    capture_run_done(run, &done, &of);
    EXPECT(done == of && of == file.len);
    EXPECT(capture_run_view(run) != part);
    EXPECT_EQ(part->trace->frames.count, 10); /* somebody may still look at it */
    capture_run_close(run);
}

static void test_capture_read_bit_by_bit_is_the_one_read_at_once(void)
{
    struct capture_run *run, *want;

    write_two_stories();
    file.len -= 3; /* and its tail is broken */
    want = open_file();
    for (uint64_t part = 1; part < 50; part += 4) {
        run = open_part("", part);
        while (!capture_run_is_whole(run))
            ASSERT(capture_run_go_on(run, part % 7 + 1));
        EXPECT(capture_run_go_on(run, 1)); /* there is no more */
        expect_same_run(run, want);
        capture_run_close(run);
    }
    capture_run_close(want);
}

/* The bytes of a frame are either in the file or, with a header that it has not got
 * there, with the run. */
static void test_frames_that_stay_in_the_file_are_those_that_are_copied(void)
{
    struct capture_run_options options = { .filter = "", .title = "test" };
    struct capture_run *run, *copied;

    write_two_stories();
    copied = open_file();
    options.source = capture_file_source(&file);
    options.file = (struct span){ file.bytes, file.len };
    run = capture_run_open(&options, error, sizeof(error));
    ASSERT(run != NULL);
    expect_same_run(run, copied);
    EXPECT_EQ(capture_run_trace(run)->bytes.used, 0);
    for (uint32_t i = 1; i <= capture_run_trace(run)->frames.count; i++) {
        struct span a = trace_frame_bytes(capture_run_trace(run), i);
        struct span b = trace_frame_bytes(capture_run_trace(copied), i);

        EXPECT(a.at >= file.bytes && a.at < file.bytes + file.len);
        EXPECT(a.len == b.len && memcmp(a.at, b.at, a.len) == 0);
    }
    capture_run_close(run);
    capture_run_close(copied);
    file.bytes[20] = 101; /* raw IP, see above */
    options.source = capture_file_source(&file);
    run = capture_run_open(&options, error, sizeof(error));
    ASSERT(run != NULL);
    EXPECT(trace_frame_bytes(capture_run_trace(run), 1).at == capture_run_trace(run)->bytes.base);
    capture_run_close(run);
}

static void test_part_has_a_frame_if_the_filter_chooses_any(void)
{
    struct capture_run *run;

    write_two_stories();
    run = open_part("arp", 9); /* the first one is frame 45 */
    EXPECT(capture_run_view(run)->trace->frames.count == 1 && !capture_run_is_whole(run));
    capture_run_close(run); /* with the rest unread */
    run = open_part("udp", 10);
    EXPECT(capture_run_view(run)->trace->frames.count == 0 && capture_run_is_whole(run));
    capture_run_close(run);
}

static void test_segment_knows_what_it_acknowledges_also_behind_a_filter(void)
{
    struct capture_since since;
    struct capture_run *run;

    write_handshake();
    arp_frame(6 * SECONDS, ARP_REQUEST, A, B);
    run = open_filtered("tcp");
    ASSERT(run != NULL);
    capture_run_since(run, 1, &since);
    EXPECT_EQ(since.kind, SINCE_NOTHING);
    capture_run_since(run, 2, &since);
    EXPECT_EQ(since.kind, SINCE_ACKED);
    EXPECT_EQ(since.frame, 1);
    EXPECT_EQ(since.ns, trace_frame(capture_run_view(run)->trace, 2)->sent);
    capture_run_close(run);
}

static void test_break_of_a_rule_is_told_in_the_ladder(void)
{
    char words[LADDER_TEXT_SIZE];
    struct capture_run *run;

    write_handshake();
    arp_frame(6 * SECONDS, ARP_REQUEST, B, B);
    run = open_filtered("arp");
    ASSERT(run != NULL);
    EXPECT(ladder_break(capture_run_view(run), 1, 0, words, sizeof(words)));
    EXPECT(words[0] == '!' && strstr(words, "10.0.0.2") != NULL);
    EXPECT(strstr(words, "(RFC ") != NULL);
    EXPECT(!ladder_break(capture_run_view(run), 1, 1, words, sizeof(words)));
    capture_run_close(run);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_each_frame_becomes_one_event_between_two_addresses),
        TEST(test_states_stand_at_the_frames_that_imply_them),
        TEST(test_connection_is_known_again_at_every_event),
        TEST(test_long_connection_is_the_same_from_a_saved_state),
        TEST(test_frame_with_lost_comment_is_lost_and_does_not_arrive),
        TEST(test_broken_tail_leaves_what_came_before_and_names_the_frame),
        TEST(test_filter_chooses_frames_and_keeps_their_numbers),
        TEST(test_truncated_frame_keeps_its_length_on_the_wire),
        TEST(test_host_that_talks_to_itself_has_two_nodes),
        TEST(test_more_hosts_than_nodes_share_one),
        TEST(test_times_that_go_back_stand_still),
        TEST(test_frame_without_ethernet_gets_a_header_that_is_told_of),
        TEST(test_answer_knows_its_question_also_behind_a_filter),
        TEST(test_part_stays_as_it_was_while_the_rest_is_read),
        TEST(test_capture_read_bit_by_bit_is_the_one_read_at_once),
        TEST(test_frames_that_stay_in_the_file_are_those_that_are_copied),
        TEST(test_part_has_a_frame_if_the_filter_chooses_any),
        TEST(test_segment_knows_what_it_acknowledges_also_behind_a_filter),
        TEST(test_break_of_a_rule_is_told_in_the_ladder),
    };

    return run_tests("capture_run", tests, ARRAY_LEN(tests));
}
