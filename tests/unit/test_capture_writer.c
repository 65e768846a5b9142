#include "sim/capture_writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"

/* A sink that fills memory, and refuses once LIMIT bytes are there. */
struct memory {
    uint8_t bytes[65536];
    size_t len, limit;
};

static bool write_memory(void *ctx, const void *bytes, size_t len)
{
    struct memory *memory = ctx;
    if (memory->len + len > memory->limit)
        return false;
    memcpy(memory->bytes + memory->len, bytes, len);
    memory->len += len;
    return true;
}

static struct memory memory;

static struct byte_sink new_sink(size_t limit)
{
    memory.len = 0;
    memory.limit = limit;
    return (struct byte_sink){ write_memory, &memory };
}

static const uint8_t frame[61] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 8, 0 };

static void test_pcap_header_is_nanosecond_ethernet(void)
{
    static const uint8_t want[24] = { 0x4d, 0x3c, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0,
                                      0,    0,    0,    0,    0, 0, 4, 0, 1, 0, 0, 0 };
    struct capture_writer w;
    EXPECT(capture_write_header(&w, new_sink(sizeof memory.bytes), CAPTURE_PCAP, NULL));
    EXPECT_EQ(memory.len, sizeof want);
    EXPECT_BYTES(memory.bytes, want, sizeof want);
}

static void test_pcap_record_holds_time_and_both_lengths(void)
{
    static const uint8_t want[16] = { 3, 0, 0, 0, 4, 0, 0, 0, 61, 0, 0, 0, 0xee, 5, 0, 0 };
    struct capture_record record = { .at = 3 * SECONDS + 4, .frame = { frame, sizeof frame },
                                     .original_len = 1518 };
    struct capture_writer w;
    capture_write_header(&w, new_sink(sizeof memory.bytes), CAPTURE_PCAP, NULL);
    EXPECT(capture_write_interface(&w, "a", NULL));
    EXPECT(capture_write_frame(&w, &record));
    EXPECT_EQ(memory.len, 24 + 16 + sizeof frame);
    EXPECT_BYTES(memory.bytes + 24, want, sizeof want);
    EXPECT_BYTES(memory.bytes + 40, frame, sizeof frame);
    EXPECT_EQ(w.bytes, memory.len);
}

static bool write_everything(struct byte_sink sink, struct capture_writer *w)
{
    static const char *const comments[] = { "why: a reason", "", "lost: the wire lost the frame" };
    const struct capture_about about = { "rung", "simulated", "The first loss" };
    const struct capture_host hosts[] = { { 0x0a000001, "a" }, { 0x0a000002, "bob" } };
    struct capture_record record = { .at = 5, .frame = { frame, sizeof frame },
                                     .direction = CAPTURE_OUTBOUND, .comments = comments,
                                     .comment_count = ARRAY_LEN(comments) };
    bool held = capture_write_header(w, sink, CAPTURE_PCAPNG, &about);
    held = capture_write_hosts(w, hosts, ARRAY_LEN(hosts)) && held;
    held = capture_write_interface(w, "a.wire", "a, toward the wire") && held;
    held = capture_write_interface(w, "wire", NULL) && held;
    held = capture_write_frame(w, &record) && held;
    record.interface = 1;
    record.direction = CAPTURE_NO_DIRECTION;
    record.comment_count = 0;
    return capture_write_frame(w, &record) && held;
}

static uint32_t get32(size_t at)
{
    const uint8_t *b = memory.bytes + at;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static void test_pcapng_blocks_chain_and_carry_their_length_twice(void)
{
    static const uint32_t want[] = { 0x0a0d0d0a, 4, 1, 1, 6, 6 };
    struct capture_writer w;
    size_t at = 0, count = 0;
    EXPECT(write_everything(new_sink(sizeof memory.bytes), &w));
    for (; at + 12 <= memory.len && count < ARRAY_LEN(want); count++) {
        uint32_t len = get32(at + 4);
        EXPECT_EQ(get32(at), want[count]);
        if (!EXPECT(len % 4 == 0 && len >= 12 && at + len <= memory.len))
            return;
        EXPECT_EQ(get32(at + len - 4), len);
        at += len;
    }
    EXPECT_EQ(count, ARRAY_LEN(want));
    EXPECT_EQ(at, memory.len);
    EXPECT_EQ(w.interfaces, 2);
}

static void test_refusing_sink_stops_everything(void)
{
    struct capture_writer w;
    size_t whole;
    write_everything(new_sink(sizeof memory.bytes), &w);
    whole = memory.len;
    for (size_t limit = 0; limit < whole; limit++) {
        EXPECT(!write_everything(new_sink(limit), &w));
        EXPECT(w.failed);
    }
    EXPECT(write_everything(new_sink(whole), &w));
}

static void test_long_comment_is_cut_at_its_limit(void)
{
    static char text[CAPTURE_COMMENT_LIMIT + 100];
    const char *comments[] = { text };
    struct capture_record record = { .frame = { frame, sizeof frame }, .comments = comments,
                                     .comment_count = 1 };
    struct capture_writer w;
    uint64_t before;
    memset(text, 'x', sizeof text - 1);
    capture_write_header(&w, new_sink(sizeof memory.bytes), CAPTURE_PCAPNG, NULL);
    capture_write_interface(&w, "a", NULL);
    before = w.bytes;
    EXPECT(capture_write_frame(&w, &record));
    /* 32 of the block, 64 of the frame, 4 + 32767 + 1 of the comment, 4 at its end. */
    EXPECT_EQ(w.bytes - before, 32 + 64 + 4 + CAPTURE_COMMENT_LIMIT + 1 + 4);
}

/* What `tshark` says to what we wrote; its own reading must be clean. */
static void test_tshark_reads_what_was_written(void)
{
    char path[] = "/tmp/rung-capture-XXXXXX", command[256], got[512] = "";
    struct capture_writer w;
    FILE *file;
    int fd;
    if (system("command -v tshark >/dev/null 2>&1") != 0) {
        skip_test("tshark is not installed");
        return;
    }
    write_everything(new_sink(sizeof memory.bytes), &w);
    fd = mkstemp(path);
    file = fdopen(fd, "wb");
    fwrite(memory.bytes, 1, memory.len, file);
    fclose(file);
    snprintf(command, sizeof command,
             "tshark -n -r %s -T fields -E separator=, -e frame.time_epoch -e "
             "frame.interface_name -e frame.packet_flags_direction -e frame.comment 2>/dev/null",
             path);
    file = popen(command, "r");
    got[fread(got, 1, sizeof got - 1, file)] = '\0';
    EXPECT_EQ(pclose(file), 0);
    remove(path);
    EXPECT_STR(got, "0.000000005,a.wire,0x00000002,why: a reason,lost: the wire lost the frame\n"
                    "0.000000005,wire,,\n");
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_pcap_header_is_nanosecond_ethernet),
        TEST(test_pcap_record_holds_time_and_both_lengths),
        TEST(test_pcapng_blocks_chain_and_carry_their_length_twice),
        TEST(test_refusing_sink_stops_everything),
        TEST(test_long_comment_is_cut_at_its_limit),
        TEST(test_tshark_reads_what_was_written),
    };
    return run_tests("capture_writer", tests, ARRAY_LEN(tests));
}
