#include "sim/capture_reader.h"

#include <stdio.h>
#include <string.h>

#include "sim/capture_link.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

/* Bytes that are written, then read; a file that one can cut and patch. */
static struct {
    uint8_t bytes[16384];
    size_t len, at;
} file;

static uint8_t buffer[CAPTURE_BUFFER_BYTES];
static struct capture_reader reader;
static struct capture_frame got;

static bool write_file(void *ctx, const void *bytes, size_t len)
{
    (void)ctx;
    ASSERT(file.len + len <= sizeof file.bytes);
    memcpy(file.bytes + file.len, bytes, len);
    file.len += len;
    return true;
}

/* Gives few bytes at a time, as a pipe may. */
static size_t read_file(void *ctx, void *bytes, size_t len)
{
    (void)ctx;
    len = min_size(min_size(len, 7), file.len - file.at);
    memcpy(bytes, file.bytes + file.at, len);
    file.at += len;
    return len;
}

static void begin_reading(void)
{
    file.at = 0;
    capture_reader_init(&reader, (struct byte_source){ read_file, NULL }, buffer);
}

static void put(const char *bytes, size_t len) { write_file(NULL, bytes, len); }

/* The byte order of the file that is being written. */
static bool big_endian;

static void put32(uint32_t value)
{
    uint8_t b[4];
    for (unsigned i = 0; i < 4; i++)
        b[i] = (uint8_t)(value >> (big_endian ? 24 - 8 * i : 8 * i));
    write_file(NULL, b, 4);
}

static void put16(uint32_t value)
{
    uint8_t b[2] = { (uint8_t)value, (uint8_t)(value >> 8) };
    uint8_t swapped[2] = { b[1], b[0] };
    write_file(NULL, big_endian ? swapped : b, 2);
}

static void begin_file(bool big)
{
    big_endian = big;
    file.len = 0;
}

static void put_pcap_header(uint32_t magic, uint32_t major, uint32_t minor, uint32_t linktype)
{
    put32(magic);
    put16(major);
    put16(minor);
    put32(0);
    put32(0);
    put32(65535);
    put32(linktype);
}

static void put_pcap_record(uint32_t seconds, uint32_t fraction, uint32_t first, uint32_t second)
{
    put32(seconds);
    put32(fraction);
    put32(first);
    put32(second);
}

/* The numbers of a header, as the next frame must show them. */
static void expect_frame(const char *label, int64_t time_ns, size_t len, size_t original_len)
{
    if (!EXPECT_EQ_ROW(label, capture_read(&reader, &got), CAPTURE_GOT_FRAME))
        return;
    EXPECT_EQ_ROW(label, got.time_ns, time_ns);
    EXPECT_EQ_ROW(label, got.bytes.len, len);
    EXPECT_EQ_ROW(label, got.original_len, original_len);
}

static void test_pcap_of_every_kind_is_read(void)
{
    static const struct {
        const char *label;
        uint32_t magic, major, minor;
        uint32_t captured, original; /* in the order of the file */
        size_t len, original_len;
        int64_t time_ns;
    } rows[] = {
        { "microseconds", 0xa1b2c3d4, 2, 4, 2, 60, 2, 60, 7000005000 },
        { "nanoseconds", 0xa1b23c4d, 2, 4, 2, 60, 2, 60, 7000000005 },
        { "patched", 0xa1b2cd34, 2, 4, 2, 60, 2, 60, 7000005000 },
        { "2.3, lengths swapped", 0xa1b2c3d4, 2, 3, 60, 2, 2, 60, 7000005000 },
        { "2.3, lengths not swapped", 0xa1b2c3d4, 2, 3, 2, 60, 2, 60, 7000005000 },
        { "2.2", 0xa1b2c3d4, 2, 2, 60, 2, 2, 60, 7000005000 },
        { "543.0", 0xa1b2c3d4, 543, 0, 60, 2, 2, 60, 7000005000 },
    };
    for (size_t i = 0; i < 2 * ARRAY_LEN(rows); i++) {
        const char *label = rows[i / 2].label;
        begin_file(i % 2 == 1);
        put_pcap_header(rows[i / 2].magic, rows[i / 2].major, rows[i / 2].minor, 113);
        put_pcap_record(7, 5, rows[i / 2].captured, rows[i / 2].original);
        if (rows[i / 2].magic == 0xa1b2cd34)
            put("patched!", 8);
        put("hi", 2);
        begin_reading();
        expect_frame(label, rows[i / 2].time_ns, rows[i / 2].len, rows[i / 2].original_len);
        EXPECT_EQ_ROW(label, got.linktype, LINKTYPE_LINUX_SLL);
        EXPECT_EQ_ROW(label, got.number, 1);
        EXPECT_BYTES_ROW(label, got.bytes.at, "hi", 2);
        EXPECT_EQ_ROW(label, capture_read(&reader, &got), CAPTURE_AT_END);
        EXPECT_EQ_ROW(label, capture_read(&reader, &got), CAPTURE_AT_END);
    }
}

static void begin_block(uint32_t type, uint32_t len)
{
    put32(type);
    put32(len);
}

static void put_section(uint32_t mark)
{
    begin_block(0x0a0d0d0a, 28);
    put32(mark);
    put16(1);
    put16(0);
    put32(UINT32_MAX);
    put32(UINT32_MAX);
    put32(28);
}

/* An interface with a clock of RESOLUTION that began at OFFSET_S. */
static void put_interface(uint32_t linktype, uint32_t snaplen, const char name[4],
                          char resolution, uint32_t offset_s)
{
    begin_block(1, 52);
    put16(linktype);
    put16(0);
    put32(snaplen);
    put16(2);
    put16(4);
    put(name, 4);
    put16(9);
    put16(1);
    put((const char[4]){ resolution }, 4);
    put16(14);
    put16(8);
    put32(big_endian ? 0 : offset_s);
    put32(big_endian ? offset_s : 0);
    put32(0);
    put32(52);
}

static void put_enhanced(uint32_t interface, uint64_t time, const char data[4])
{
    begin_block(6, 32 + 4 + 8 + 8 + 4);
    put32(interface);
    put32((uint32_t)(time >> 32));
    put32((uint32_t)time);
    put32(3);
    put32(1000);
    put(data, 4);
    put16(1);
    put16(3);
    put("why", 4);
    put16(2);
    put16(4);
    put32(2);
    put32(0);
    put32(56);
}

static void put_simple(uint32_t original, const char data[4])
{
    begin_block(3, 20);
    put32(original);
    put(data, 4);
    put32(20);
}

static void put_obsolete(uint32_t interface, uint32_t time, const char data[4])
{
    begin_block(2, 36);
    put16(interface);
    put16(9);
    put32(0);
    put32(time);
    put32(4);
    put32(4);
    put(data, 4);
    put32(36);
}

static void put_unknown(void)
{
    begin_block(0x0bad, 16);
    put32(1);
    put32(16);
}

static void put_small_pcapng(bool big)
{
    begin_file(big);
    put_section(0x1a2b3c4d);
    put_unknown();
    put_interface(1, 2, "eth0", 9, 10);
    put_interface(101, 0, "tun0", (char)0x8a, 0);
    put_enhanced(0, 5, "abc");
    put_enhanced(1, 1024 + 512, "def");
    put_simple(9, "ghij");
    put_obsolete(1, 2048, "klmn");
    put_section(0x1a2b3c4d);
    put_interface(113, 0, "any0", 6, 0);
    put_enhanced(0, 5, "opq");
}

static void test_pcapng_blocks_of_every_kind_are_read(void)
{
    for (int big = 0; big < 2; big++) {
        const char *label = big ? "big-endian" : "little-endian";
        put_small_pcapng(big);
        begin_reading();
        expect_frame(label, 10000000005, 3, 1000);
        EXPECT_EQ_ROW(label, got.direction, CAPTURE_OUTBOUND);
        EXPECT_EQ_ROW(label, got.comment.len, 3);
        EXPECT_BYTES_ROW(label, got.comment.at, "why", 3);
        EXPECT_BYTES_ROW(label, got.name.at, "eth0", 4);
        EXPECT_ROW(label, capture_frame_comment(&got, 1).at == NULL);
        expect_frame(label, 1500000000, 3, 1000);
        EXPECT_EQ_ROW(label, got.linktype, LINKTYPE_RAW);
        expect_frame(label, 0, 2, 9); /* the snaplen of interface 0 is 2 */
        EXPECT_ROW(label, !got.has_time);
        expect_frame(label, 2000000000, 4, 4);
        EXPECT_EQ_ROW(label, got.interface, 1);
        expect_frame(label, 5000, 3, 1000);
        EXPECT_EQ_ROW(label, got.linktype, LINKTYPE_LINUX_SLL);
        EXPECT_EQ_ROW(label, got.number, 5);
        EXPECT_EQ_ROW(label, capture_read(&reader, &got), CAPTURE_AT_END);
    }
}

static uint64_t read_all(void)
{
    begin_reading();
    while (capture_read(&reader, &got) == CAPTURE_GOT_FRAME)
        continue;
    return reader.frames;
}

/* Every prefix of a file is broken, but those that end between records. */
static void expect_prefixes_break(const char *label, const size_t *ends, size_t count)
{
    size_t whole = file.len;
    for (file.len = 0; file.len < whole; file.len++) {
        bool clean = false;
        uint64_t frames = read_all();
        for (size_t i = 0; i < count; i++)
            clean = clean || ends[i] == file.len;
        EXPECT_EQ_ROW(label, reader.error == CAPTURE_NO_ERROR, clean);
        EXPECT_ROW(label, frames <= 5);
        EXPECT_EQ_ROW(label, capture_read(&reader, &got), clean ? CAPTURE_AT_END : CAPTURE_BROKEN);
    }
}

static void test_cut_pcap_is_broken_at_each_byte(void)
{
    static const size_t ends[] = { 24, 42 };
    begin_file(false);
    put_pcap_header(0xa1b2c3d4, 2, 4, 1);
    put_pcap_record(1, 2, 2, 2);
    put("hi", 2);
    put_pcap_record(1, 3, 3, 3);
    put("you", 3);
    expect_prefixes_break("pcap", ends, ARRAY_LEN(ends));
}

static void test_cut_pcapng_is_broken_at_each_byte(void)
{
    static const size_t ends[] = { 28, 44, 96, 148, 204, 260, 280, 316, 344, 396 };
    put_small_pcapng(false);
    expect_prefixes_break("pcapng", ends, ARRAY_LEN(ends));
    put_small_pcapng(true);
    expect_prefixes_break("pcapng-be", ends, ARRAY_LEN(ends));
}

static void put_le32(size_t at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        file.bytes[at + i] = (uint8_t)(value >> 8 * i);
}

static void test_damaged_number_is_named_with_its_place(void)
{
    static const struct {
        const char *label;
        size_t at;
        uint32_t value;
        enum capture_error error;
        const char *place;
    } rows[] = {
        { "byte-order mark", 8, 7, CAPTURE_BAD_BYTE_ORDER, "" },
        { "version", 12, 2, CAPTURE_UNKNOWN_VERSION, "" },
        { "section too short", 4, 24, CAPTURE_BLOCK_TOO_SHORT, "" },
        { "section's end", 24, 24, CAPTURE_LENGTHS_DIFFER, "" },
        { "length odd", 32, 17, CAPTURE_BAD_BLOCK_LENGTH, "at byte 28" },
        { "length small", 32, 8, CAPTURE_BAD_BLOCK_LENGTH, "at byte 28" },
        { "length huge", 32, 0x7ffffff0, CAPTURE_BAD_BLOCK_LENGTH, "at byte 28" },
        { "interface too short", 48, 16, CAPTURE_BLOCK_TOO_SHORT, "at byte 44" },
        { "option too long", 60, 0xffff0002, CAPTURE_BAD_OPTION, "at byte 44" },
        { "clock", 72, 99, CAPTURE_BAD_CLOCK, "at byte 44" },
        { "unknown interface", 156, 2, CAPTURE_NO_INTERFACE, "frame 1 (at byte 148)" },
        { "frame too long", 168, 262145, CAPTURE_FRAME_TOO_LONG, "frame 1 (at byte 148)" },
        { "frame past its block", 168, 25, CAPTURE_BLOCK_TOO_SHORT, "frame 1 (at byte 148)" },
        { "no section", 0, 7, CAPTURE_NOT_A_CAPTURE, "" },
        { "second frame", 208, 0xfffffff8, CAPTURE_BAD_BLOCK_LENGTH, "frame 2 (at byte 204)" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char place[80];
        put_small_pcapng(false);
        put_le32(rows[i].at, rows[i].value);
        read_all();
        capture_error_place(&reader, place, sizeof place);
        EXPECT_EQ_ROW(rows[i].label, reader.error, rows[i].error);
        EXPECT_STR_ROW(rows[i].label, place, rows[i].place);
    }
}

static void test_what_is_no_capture_is_named(void)
{
    static const struct {
        const char *bytes;
        enum capture_error error;
    } rows[] = {
        { "", CAPTURE_EMPTY },
        { "abc", CAPTURE_NOT_A_CAPTURE },
        { "# pcap\n", CAPTURE_NOT_A_CAPTURE },
        { "\x1f\x8b\x08 gzip", CAPTURE_GZIPPED },
        { "\x28\xb5\x2f\xfd zstd", CAPTURE_COMPRESSED },
        { "BZh9", CAPTURE_COMPRESSED },
        { "\xd4\xc3\xb2\xa1", CAPTURE_CUT_HEADER },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        begin_file(false);
        put(rows[i].bytes, strlen(rows[i].bytes));
        EXPECT_EQ_ROW(rows[i].bytes, read_all(), 0);
        EXPECT_EQ_ROW(rows[i].bytes, reader.error, rows[i].error);
    }
    for (int error = 0; error < CAPTURE_ERRORS; error++)
        EXPECT(strlen(capture_error_sentence((enum capture_error)error)) > 10);
}

static void test_pcap_record_that_claims_too_much_is_refused(void)
{
    begin_file(false);
    put_pcap_header(0xa1b2c3d4, 2, 4, 1);
    put_pcap_record(1, 2, CAPTURE_FRAME_LIMIT + 1, 2);
    EXPECT_EQ(read_all(), 0);
    EXPECT_EQ(reader.error, CAPTURE_FRAME_TOO_LONG);
    begin_file(false);
    put_pcap_header(0xa1b2c3d4, 2, 5, 1);
    EXPECT_EQ(read_all(), 0);
    EXPECT_EQ(reader.error, CAPTURE_UNKNOWN_VERSION);
}

static void test_time_outside_64_bits_is_no_time(void)
{
    static const struct {
        const char *label;
        char resolution;
        uint64_t time;
        bool has_time;
        int64_t time_ns;
    } rows[] = {
        { "seconds, the last", 0, 9223372035, true, 9223372035000000000 },
        { "seconds, one more", 0, 9223372036, false, 0 },
        { "seconds, all bits", 0, UINT64_MAX, false, 0 },
        { "picoseconds", 12, 1234567890123, true, 1234567890 },
        { "10^-19 s, all bits", 19, UINT64_MAX, true, 1844674407 },
        { "2^-63 s, all bits", (char)(0x80 | 63), UINT64_MAX, true, 1999999999 },
        { "2^-34 s", (char)(0x80 | 34), ((uint64_t)1 << 34) - 1, true, 999999999 },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        begin_file(false);
        put_section(0x1a2b3c4d);
        put_interface(1, 0, "eth0", rows[i].resolution, 0);
        put_enhanced(0, rows[i].time, "abc");
        EXPECT_EQ_ROW(rows[i].label, read_all(), 1);
        begin_reading();
        capture_read(&reader, &got);
        EXPECT_EQ_ROW(rows[i].label, got.has_time, rows[i].has_time);
        if (rows[i].has_time)
            EXPECT_EQ_ROW(rows[i].label, got.time_ns, rows[i].time_ns);
    }
}

static void test_too_many_interfaces_are_refused(void)
{
    begin_file(false);
    put_section(0x1a2b3c4d);
    for (int i = 0; i < CAPTURE_INTERFACE_LIMIT; i++)
        put_interface(1, 0, "eth0", 9, 0);
    EXPECT_EQ(read_all(), 0);
    EXPECT_EQ(reader.error, CAPTURE_NO_ERROR);
    EXPECT_EQ(reader.interface_count, CAPTURE_INTERFACE_LIMIT);
    put_interface(1, 0, "eth0", 9, 0);
    read_all();
    EXPECT_EQ(reader.error, CAPTURE_TOO_MANY_INTERFACES);
}

static void write_with_writer(enum capture_format format)
{
    static const char *const comments[] = { "one", "two" };
    struct capture_record record = { .at = 12345678901, .frame = { (const uint8_t *)"frame", 5 },
                                     .direction = CAPTURE_INBOUND, .comments = comments,
                                     .comment_count = 2, .original_len = 77 };
    const struct capture_host host = { 0x0a000001, "a" };
    struct capture_writer w;
    begin_file(false);
    capture_write_header(&w, (struct byte_sink){ write_file, NULL }, format, NULL);
    capture_write_hosts(&w, &host, 1);
    capture_write_interface(&w, "zero", "none");
    capture_write_interface(&w, "one", NULL);
    record.interface = 1;
    EXPECT(capture_write_frame(&w, &record));
    record.at += 1;
    EXPECT(capture_write_frame(&w, &record));
    EXPECT_EQ(w.bytes, file.len);
}

static void test_what_the_writer_wrote_is_read_back(void)
{
    write_with_writer(CAPTURE_PCAP);
    begin_reading();
    expect_frame("pcap", 12345678901, 5, 77);
    EXPECT_BYTES(got.bytes.at, "frame", 5);
    expect_frame("pcap", 12345678902, 5, 77);
    EXPECT_EQ(capture_read(&reader, &got), CAPTURE_AT_END);

    write_with_writer(CAPTURE_PCAPNG);
    begin_reading();
    expect_frame("pcapng", 12345678901, 5, 77);
    EXPECT_EQ(got.interface, 1);
    EXPECT_EQ(got.direction, CAPTURE_INBOUND);
    EXPECT_BYTES(got.name.at, "one", 3);
    EXPECT_BYTES(capture_frame_comment(&got, 1).at, "two", 3);
    expect_frame("pcapng", 12345678902, 5, 77);
    EXPECT_EQ(capture_read(&reader, &got), CAPTURE_AT_END);
}

static void test_payload_is_found_behind_each_link_header(void)
{
    static const struct {
        const char *label;
        uint32_t linktype;
        const char *bytes;
        size_t len;
        bool found;
        uint16_t ethertype;
        size_t payload_at;
    } rows[] = {
        { "ethernet", 1, "ddddddssssss\x08\x06p", 15, true, 0x0806, 14 },
        { "ethernet, tagged twice", 1, "ddddddssssss\x88\xa8tt\x81\0tt\x08\0p", 23, true, 0x0800,
          22 },
        { "ethernet, tag cut", 1, "ddddddssssss\x81\0tt", 16, true, 0x8100, 14 },
        { "ethernet, 802.3", 1, "ddddddssssss\0\x26p", 15, false, 0, 0 },
        { "ethernet, short", 1, "ddddddssssss\x08", 13, false, 0, 0 },
        { "raw IPv4", 101, "\x45", 1, true, 0x0800, 0 },
        { "raw IPv6, old number", 12, "\x60", 1, true, 0x86dd, 0 },
        { "raw, neither", 14, "\x25", 1, false, 0, 0 },
        { "raw, empty", 228, "", 0, false, 0, 0 },
        { "cooked", 113, "tthhllaaaaaaaa\x08\0p", 17, true, 0x0800, 16 },
        { "cooked, short", 113, "tthhllaaaaaaaa\x08", 15, false, 0, 0 },
        { "cooked v2", 276, "\x08\x06rriiiihhtlaaaaaaaap", 21, true, 0x0806, 20 },
        { "null, little-endian", 0, "\x02\0\0\0p", 5, true, 0x0800, 4 },
        { "null, big-endian IPv6", 0, "\0\0\0\x1ep", 5, true, 0x86dd, 4 },
        { "loop", 108, "\0\0\0\x02", 4, true, 0x0800, 4 },
        { "loop, short", 108, "\0\0\0", 3, false, 0, 0 },
        { "unknown", 147, "\x45", 1, false, 0, 0 },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct span frame = { (const uint8_t *)rows[i].bytes, rows[i].len }, payload;
        uint16_t ethertype;
        bool found = capture_payload(rows[i].linktype, frame, &ethertype, &payload);
        EXPECT_EQ_ROW(rows[i].label, found, rows[i].found);
        if (!found || !rows[i].found)
            continue;
        EXPECT_EQ_ROW(rows[i].label, ethertype, rows[i].ethertype);
        EXPECT_EQ_ROW(rows[i].label, payload.at - frame.at, rows[i].payload_at);
        EXPECT_EQ_ROW(rows[i].label, payload.len, rows[i].len - rows[i].payload_at);
    }
}

static size_t read_stdio(void *ctx, void *bytes, size_t len) { return fread(bytes, 1, len, ctx); }

/* What one line of the index of shared captures says of a file. */
static void expect_count(const char *name, uint64_t packets)
{
    char path[512];
    FILE *in;
    snprintf(path, sizeof path, "../shared/pcaps/%s", name);
    in = fopen(path, "rb");
    if (!EXPECT_ROW(name, in != NULL))
        return;
    capture_reader_init(&reader, (struct byte_source){ read_stdio, in }, buffer);
    while (capture_read(&reader, &got) == CAPTURE_GOT_FRAME)
        continue;
    EXPECT_EQ_ROW(name, reader.frames, packets);
    if (strstr(name, "cut-in") != NULL)
        EXPECT_EQ_ROW(name, reader.error, CAPTURE_CUT_RECORD);
    else if (strstr(name, "not-a-capture") != NULL)
        EXPECT_EQ_ROW(name, reader.error, CAPTURE_NOT_A_CAPTURE);
    else if (strstr(name, "invalid-version") != NULL)
        EXPECT_EQ_ROW(name, reader.error, CAPTURE_UNKNOWN_VERSION);
    else
        EXPECT_EQ_ROW(name, reader.error, CAPTURE_NO_ERROR);
    fclose(in);
}

static void test_shared_captures_hold_the_frames_of_their_index(void)
{
    FILE *index = fopen("../shared/pcaps/INDEX.tsv", "r");
    char line[2048], name[256];
    unsigned long packets;
    size_t rows = 0;
    if (index == NULL) {
        skip_test("../shared/pcaps is not there");
        return;
    }
    while (fgets(line, sizeof line, index) != NULL) {
        if (sscanf(line, "%255s %*s %lu", name, &packets) != 2 || strstr(name, ".gz") != NULL)
            continue;
        expect_count(name, packets);
        rows++;
    }
    fclose(index);
    EXPECT(rows > 0);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_pcap_of_every_kind_is_read),
        TEST(test_pcapng_blocks_of_every_kind_are_read),
        TEST(test_cut_pcap_is_broken_at_each_byte),
        TEST(test_cut_pcapng_is_broken_at_each_byte),
        TEST(test_damaged_number_is_named_with_its_place),
        TEST(test_what_is_no_capture_is_named),
        TEST(test_pcap_record_that_claims_too_much_is_refused),
        TEST(test_time_outside_64_bits_is_no_time),
        TEST(test_too_many_interfaces_are_refused),
        TEST(test_what_the_writer_wrote_is_read_back),
        TEST(test_payload_is_found_behind_each_link_header),
        TEST(test_shared_captures_hold_the_frames_of_their_index),
    };
    return run_tests("capture_reader", tests, ARRAY_LEN(tests));
}
