#include "tests/support/expect.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/names.h"
#include "layers/rule.h"
#include "layers/state.h"
#include "sim/capture_reader.h"
#include "tests/support/fake_run.h"
#include "tools/lib/run_capture.h"

/* A file in memory, and what reading it back gives. */
struct file {
    uint8_t bytes[65536];
    size_t len, read_at;
    size_t limit; /* where the disk is full */
    struct capture_reader reader;
    uint8_t *buffer;
};

static bool file_write(void *ctx, const void *bytes, size_t len)
{
    struct file *file = ctx;

    if (file->len + len > file->limit)
        return false;
    memcpy(file->bytes + file->len, bytes, len);
    file->len += len;
    return true;
}

static size_t file_read(void *ctx, void *bytes, size_t len)
{
    struct file *file = ctx;
    size_t taken = min_size(len, file->len - file->read_at);

    memcpy(bytes, file->bytes + file->read_at, taken);
    file->read_at += taken;
    return taken;
}

struct sample {
    struct fake_run run;
    uint16_t a, r1, b, lan, wan;
    struct file *file;
};

static void make_run(struct sample *s)
{
    struct fake_run *run = &s->run;
    uint32_t frame;

    fake_run_open(run, "A router");
    s->a = fake_run_node(run, "a", 1);
    s->r1 = fake_run_node(run, "r1", 2);
    s->b = fake_run_node(run, "b", 1);
    fake_run_address(run, s->a, 0, NULL, "10.0.0.1", 24);
    fake_run_address(run, s->r1, 0, "lan", "10.0.0.254", 24);
    fake_run_address(run, s->r1, 1, "wan", "10.0.1.254", 24);
    s->lan = fake_run_link(run, "lan", s->a, 0, s->r1, 0);
    s->wan = fake_run_link(run, "wan", s->r1, 1, s->b, 0);
    fake_run_at(run, 1000);
    fake_run_why(run, s->a, 0, RULE_UDP_CUT, 0);
    frame = fake_run_udp(run, s->lan, 0, 100); /* 1: forwarded as 2 */
    fake_run_at(run, 2001);
    fake_run_rx(run, frame);
    fake_run_why(run, s->r1, frame, RULE_IP_TRUNCATED, 0);
    frame = fake_run_udp(run, s->wan, 0, 100); /* 2: damaged, refused */
    fake_run_fate(run, frame, RULE_LINK_CORRUPT, 8, 0);
    fake_run_at(run, 3000);
    fake_run_rx(run, frame);
    fake_run_drop(run, s->b, frame, RULE_IP_BAD_CHECKSUM);
    fake_run_at(run, 4000);
    frame = fake_run_udp(run, s->wan, 1, 50); /* 3: lost at once */
    fake_run_lost(run, frame, RULE_LINK_LOSS, 0);
    fake_run_at(run, 5000);
    frame = fake_run_udp(run, s->wan, 1, 51); /* 4: cut later */
    fake_run_at(run, 6000);
    fake_run_lost(run, frame, RULE_LINK_CUT, 0);
}

static void open_sample(struct sample *s)
{
    make_run(s);
    s->file = calloc(1, sizeof(*s->file));
    ASSERT(s->file != NULL);
    s->file->buffer = malloc(CAPTURE_BUFFER_BYTES);
    ASSERT(s->file->buffer != NULL);
}

static void close_sample(struct sample *s)
{
    free(s->file->buffer);
    free(s->file);
    fake_run_close(&s->run);
}

static bool save(struct sample *s, enum capture_format format, uint16_t at, size_t limit)
{
    struct run_capture_options options = { .format = format, .at = at };

    s->file->len = s->file->read_at = 0;
    s->file->limit = limit;
    return run_capture_write(&s->run.view, &options, (struct byte_sink){ file_write, s->file });
}

static void capture(struct sample *s, enum capture_format format, uint16_t at)
{
    EXPECT(save(s, format, at, sizeof(s->file->bytes)));
    capture_reader_init(&s->file->reader, (struct byte_source){ file_read, s->file },
                        s->file->buffer);
}

/* What the next frame of the file should be. */
struct expected {
    vtime at;
    uint32_t frame;
    const char *interface; /* NULL: pcap has none */
    enum capture_direction direction;
    const char *comments[3];
};

static void expect_comments(const char *label, const struct capture_frame *got,
                            const char *const *want)
{
    for (size_t i = 0; i < 3; i++) {
        struct span comment = capture_frame_comment(got, i);
        char text[1024];

        snprintf(text, sizeof(text), "%.*s", (int)comment.len,
                 comment.at == NULL ? "" : (const char *)comment.at);
        EXPECT_STR_ROW(label, text, want[i] == NULL ? "" : want[i]);
    }
}

static void expect_frames(struct sample *s, const struct expected *want, size_t count)
{
    struct capture_frame got;

    for (size_t i = 0; i < count; i++) {
        struct span bytes = trace_frame_bytes(&s->run.trace, want[i].frame);
        char label[32], name[64];

        snprintf(label, sizeof(label), "packet %zu", i + 1);
        if (!EXPECT_EQ_ROW(label, capture_read(&s->file->reader, &got), CAPTURE_GOT_FRAME))
            return;
        EXPECT_EQ_ROW(label, got.time_ns, want[i].at);
        EXPECT_EQ_ROW(label, got.bytes.len, bytes.len);
        EXPECT_EQ_ROW(label, got.direction, want[i].direction);
        snprintf(name, sizeof(name), "%.*s", (int)got.name.len,
                 got.name.at == NULL ? "" : (const char *)got.name.at);
        EXPECT_STR_ROW(label, name, want[i].interface == NULL ? "" : want[i].interface);
        expect_comments(label, &got, want[i].comments);
        if (want[i].direction == CAPTURE_INBOUND && want[i].frame == 2)
            continue;
        EXPECT_BYTES_ROW(label, got.bytes.at, bytes.at, bytes.len);
    }
    EXPECT_EQ(capture_read(&s->file->reader, &got), CAPTURE_AT_END);
}

static void test_pcap_has_each_frame_once_in_order(void)
{
    static const struct expected want[] = {
        { .at = 1000, .frame = 1 },
        { .at = 2001, .frame = 2 },
        { .at = 4000, .frame = 3 },
        { .at = 5000, .frame = 4 },
    };
    struct sample s;

    open_sample(&s);
    capture(&s, CAPTURE_PCAP, NODE_NONE);
    expect_frames(&s, want, ARRAY_LEN(want));
    close_sample(&s);
}

static void test_pcap_at_a_host_has_what_it_sent_and_received(void)
{
    static const struct expected want_a[] = { { .at = 1000, .frame = 1 } };
    static const struct expected want_r1[] = {
        { .at = 2001, .frame = 1 },
        { .at = 2001, .frame = 2 },
    };
    static const struct expected want_b[] = {
        { .at = 4000, .frame = 3 },
        { .at = 5000, .frame = 4 },
    };
    struct capture_frame got;
    struct sample s;

    open_sample(&s);
    capture(&s, CAPTURE_PCAP, s.a);
    expect_frames(&s, want_a, ARRAY_LEN(want_a));
    capture(&s, CAPTURE_PCAP, s.r1);
    expect_frames(&s, want_r1, ARRAY_LEN(want_r1));
    capture(&s, CAPTURE_PCAP, s.b);
    EXPECT_EQ(capture_read(&s.file->reader, &got), CAPTURE_GOT_FRAME);
    EXPECT_EQ(got.time_ns, 3000);
    expect_frames(&s, want_b, ARRAY_LEN(want_b));
    close_sample(&s);
}

static void test_damage_is_in_what_arrived_not_in_what_was_sent(void)
{
    struct capture_frame got;
    struct sample s;
    uint8_t want[1600];
    struct span sent;

    open_sample(&s);
    sent = trace_frame_bytes(&s.run.trace, 2);
    memcpy(want, sent.at, sent.len);
    want[1] ^= 0x80; /* bit 8: the first of the second byte */
    capture(&s, CAPTURE_PCAP, s.b);
    EXPECT_EQ(capture_read(&s.file->reader, &got), CAPTURE_GOT_FRAME);
    EXPECT_BYTES(got.bytes.at, want, sent.len);
    capture(&s, CAPTURE_PCAP, s.r1);
    EXPECT_EQ(capture_read(&s.file->reader, &got), CAPTURE_GOT_FRAME);
    EXPECT_EQ(capture_read(&s.file->reader, &got), CAPTURE_GOT_FRAME);
    EXPECT_BYTES(got.bytes.at, sent.at, sent.len);
    close_sample(&s);
}

static void test_pcapng_has_vantage_points_and_reasons(void)
{
    static const struct expected want[] = {
        { 1000, 1, "a", CAPTURE_OUTBOUND,
          { "why: the UDP length reaches past the end of the IP datagram (RFC 768, Fields)" } },
        { 2001, 1, "r1.lan", CAPTURE_INBOUND,
          { "why: fewer bytes than the 20 of the smallest IPv4 header (RFC 1812, 5.2.2)" } },
        { 2001, 2, "r1.wan", CAPTURE_OUTBOUND,
          { "why: fewer bytes than the 20 of the smallest IPv4 header (RFC 1812, 5.2.2)",
            "wire: the wire flips bit 8 of the frame" } },
        { 3000, 2, "b", CAPTURE_INBOUND,
          { "dropped: the IP header checksum is wrong (RFC 1122, 3.2.1.2)" } },
        { 4000, 3, "b", CAPTURE_OUTBOUND, { "lost: the wire lost the frame (loss by chance)" } },
        { 5000, 4, "b", CAPTURE_OUTBOUND,
          { "lost: the wire went down while the frame was on it" } },
    };
    struct sample s;

    open_sample(&s);
    capture(&s, CAPTURE_PCAPNG, NODE_NONE);
    expect_frames(&s, want, ARRAY_LEN(want));
    EXPECT_EQ(s.file->reader.interface_count, 4);
    capture(&s, CAPTURE_PCAPNG, s.b);
    expect_frames(&s, want + 3, 3);
    EXPECT_EQ(s.file->reader.interface_count, 1);
    close_sample(&s);
}

static void test_flooded_copies_share_their_reason(void)
{
    static const struct expected want[] = {
        { 0, 1, "s1.1", CAPTURE_OUTBOUND,
          { "why: the UDP length is less than 8 (RFC 768, Fields)" } },
        { 0, 2, "s1.2", CAPTURE_OUTBOUND,
          { "why: the UDP length is less than 8 (RFC 768, Fields)" } },
        { 0, 3, "s1.1", CAPTURE_OUTBOUND, { "" } },
    };
    struct sample s;
    uint16_t hub, x, y, one, two;

    open_sample(&s);
    fake_run_close(&s.run);
    fake_run_open(&s.run, NULL);
    hub = fake_run_node(&s.run, "s1", 2);
    x = fake_run_node(&s.run, "x", 1);
    y = fake_run_node(&s.run, "y", 1);
    one = fake_run_link(&s.run, "one", hub, 0, x, 0);
    two = fake_run_link(&s.run, "two", hub, 1, y, 0);
    fake_run_at(&s.run, 0);
    fake_run_why(&s.run, hub, 0, RULE_UDP_BAD_LENGTH, 0);
    fake_run_udp(&s.run, one, 0, 100);
    fake_run_udp(&s.run, two, 0, 100);
    fake_run_udp(&s.run, one, 0, 101);
    capture(&s, CAPTURE_PCAPNG, NODE_NONE);
    expect_frames(&s, want, ARRAY_LEN(want));
    close_sample(&s);
}

static void test_states_of_tcp_are_reasons_too(void)
{
    static const struct expected want[] = {
        { 0, 1, "a", CAPTURE_OUTBOUND,
          { "SYN-SENT: active OPEN: a SYN with the initial sequence number goes out "
            "(RFC 9293, 3.10.1)" } },
        { 1000, 1, "b", CAPTURE_INBOUND,
          { "CLOSED: a RST answers our SYN: connection refused (RFC 9293, 3.10.7.3)" } },
    };
    struct record state = { .kind = RECORD_STATE, .what = MACHINE_TCP };
    struct sample s;
    uint16_t a, b, wire;

    open_sample(&s);
    fake_run_close(&s.run);
    fake_run_open(&s.run, NULL);
    a = fake_run_node(&s.run, "a", 1);
    b = fake_run_node(&s.run, "b", 1);
    wire = fake_run_link(&s.run, "wire", a, 0, b, 0);
    fake_run_at(&s.run, 0);
    state.node = a;
    state.rule = RULE_TCP_ACTIVE_OPEN;
    state.b = STATE_TCP_SYN_SENT;
    fake_run_record(&s.run, &state);
    state.frame = fake_run_udp(&s.run, wire, 0, 100);
    fake_run_at(&s.run, 1000);
    fake_run_rx(&s.run, state.frame);
    state.node = b;
    state.rule = RULE_TCP_REFUSED;
    state.b = STATE_TCP_CLOSED;
    fake_run_record(&s.run, &state);
    state.what = MACHINE_LINK;
    fake_run_record(&s.run, &state);
    capture(&s, CAPTURE_PCAPNG, NODE_NONE);
    expect_frames(&s, want, ARRAY_LEN(want));
    close_sample(&s);
}

static void test_full_disk_stops_it_wherever_it_strikes(void)
{
    struct sample s;
    size_t whole;

    open_sample(&s);
    EXPECT(save(&s, CAPTURE_PCAPNG, NODE_NONE, sizeof(s.file->bytes)));
    whole = s.file->len;
    for (size_t limit = 0; limit < whole; limit += 7)
        EXPECT(!save(&s, CAPTURE_PCAPNG, NODE_NONE, limit));
    EXPECT(save(&s, CAPTURE_PCAPNG, NODE_NONE, whole));
    close_sample(&s);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_pcap_has_each_frame_once_in_order),
        TEST(test_pcap_at_a_host_has_what_it_sent_and_received),
        TEST(test_damage_is_in_what_arrived_not_in_what_was_sent),
        TEST(test_pcapng_has_vantage_points_and_reasons),
        TEST(test_flooded_copies_share_their_reason),
        TEST(test_states_of_tcp_are_reasons_too),
        TEST(test_full_disk_stops_it_wherever_it_strikes),
    };

    return run_tests("run_capture", tests, ARRAY_LEN(tests));
}
