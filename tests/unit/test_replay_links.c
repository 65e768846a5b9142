/*
 * Captures by every link, in every file that there is: replay says the same of the same
 * packet, and a tcpdump filter finds it. The files are made here, byte by byte.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "layers/wire/ipv4_header.h"
#include "tests/support/expect.h"
#include "tests/support/made_frame.h"
#include "tests/support/suite.h"
#include "tools/lib/replay.h"

enum { TEXT_SIZE = 16384 };

/* A file being made, in the byte order of BIG. */
struct making {
    FILE *out;
    bool big;
};

static struct making begin(bool big)
{
    struct making m = { tmpfile(), big };

    ASSERT(m.out != NULL);
    return m;
}

static void put(struct making *m, const void *bytes, size_t len)
{
    ASSERT(fwrite(bytes, 1, len, m->out) == len);
}

static void put_number(struct making *m, uint32_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++) {
        uint8_t byte = (uint8_t)(value >> 8 * (m->big ? size - 1 - i : i));

        put(m, &byte, 1);
    }
}

static void put_pcap(struct making *m, uint32_t magic, uint32_t linktype)
{
    put_number(m, magic, 4);
    put_number(m, 2, 2);
    put_number(m, 4, 2);
    put_number(m, 0, 4);
    put_number(m, 0, 4);
    put_number(m, 65535, 4);
    put_number(m, linktype, 4);
}

/* A record of KEPT bytes of FRAME. */
static void put_record(struct making *m, uint32_t seconds, const struct made *frame, size_t kept)
{
    put_number(m, seconds, 4);
    put_number(m, 500, 4);
    put_number(m, (uint32_t)kept, 4);
    put_number(m, (uint32_t)frame->len, 4);
    put(m, frame->bytes, kept);
}

/* A query to DNS, in IP. */
static void query(struct made *made, const struct made_ends *ends)
{
    made->len = 0;
    made_put(made, "\0\x07\x01\0\0\1\0\0\0\0\0\0", 12);
    made_name(made, "a.example");
    made_put(made, "\0\1\0\1", 4);
    made_udp(made, 49152, 53, ends);
    made_ip(made, IP_PROTOCOL_UDP, ends);
}

static char text[TEXT_SIZE];

/* What replay prints of IN, which it closes, of frames that FILTER chooses. */
static int replay(struct making *m, const char *filter)
{
    struct replay_options options = {
        .name = "x", .filter = filter, .width = 160, .ascii = true, .comments = true
    };
    FILE *out = tmpfile(), *err = tmpfile();
    int status;
    size_t len;

    rewind(m->out);
    status = replay_capture(&options, m->out, out, err);
    fclose(m->out);
    rewind(out);
    len = fread(text, 1, TEXT_SIZE - 1, out);
    rewind(err);
    len += fread(text + len, 1, TEXT_SIZE - 1 - len, err);
    text[len] = '\0';
    fclose(out);
    fclose(err);
    return status;
}

/* ---- Links ---- */

static const struct row {
    const char *label;
    uint32_t linktype;
    const char *header;
    size_t header_len;
    bool ipv6;
} rows[] = {
    { "Ethernet", 1, "\2\0\0\0\0\2\2\0\0\0\0\1\x08\0", 14, false },
    { "Ethernet, IPv6", 1, "\2\0\0\0\0\2\2\0\0\0\0\1\x86\xdd", 14, true },
    { "loopback, little", 0, "\2\0\0\0", 4, false },
    { "loopback, big", 0, "\0\0\0\2", 4, false },
    { "loopback, IPv6 of Linux", 0, "\x0a\0\0\0", 4, true },
    { "loopback, IPv6 of macOS", 0, "\x1e\0\0\0", 4, true },
    { "loopback, IPv6 of macOS, big", 0, "\0\0\0\x1e", 4, true },
    { "loop", 108, "\0\0\0\2", 4, false },
    { "raw 12", 12, "", 0, false },
    { "raw 12, IPv6", 12, "", 0, true },
    { "raw 14", 14, "", 0, false },
    { "raw 101", 101, "", 0, false },
    { "raw 101, IPv6", 101, "", 0, true },
    { "IPv4", 228, "", 0, false },
    { "IPv6", 229, "", 0, true },
    { "cooked", 113, "\0\0\0\1\0\6\2\0\0\0\0\1\0\0\x08\0", 16, false },
    { "cooked, IPv6", 113, "\0\0\0\1\0\6\2\0\0\0\0\1\0\0\x86\xdd", 16, true },
    { "cooked 2", 276, "\x08\0\0\0\0\0\0\2\0\1\0\6\2\0\0\0\0\1\0\0", 20, false },
    { "cooked 2, IPv6", 276, "\x86\xdd\0\0\0\0\0\2\0\1\0\6\2\0\0\0\0\1\0\0", 20, true },
};

static void make(struct made *made, const struct row *row)
{
    query(made, row->ipv6 ? &made_v6 : &made_v4);
    made_front(made, row->header, row->header_len);
}

static const uint32_t magics[] = { 0xa1b2c3d4, 0xa1b23c4d };

static void test_packet_reads_the_same_by_every_link(void)
{
    for (size_t i = 0; i < ARRAY_LEN(rows) * 4; i++) {
        const struct row *row = &rows[i / 4];
        struct making m = begin(i % 2 == 1);
        struct made made;

        make(&made, row);
        put_pcap(&m, magics[i / 2 % 2], row->linktype);
        put_record(&m, 1, &made, made.len);
        EXPECT_EQ_ROW(row->label, replay(&m, ""), 0);
        EXPECT_ROW(row->label, strstr(text, "DNS query A a.example id=0x0007") != NULL);
        EXPECT_ROW(row->label, strstr(text, row->ipv6 ? "fe80::1" : "10.0.0.1") != NULL);
    }
}

static void test_filter_finds_it_by_every_link(void)
{
    for (size_t i = 0; i < ARRAY_LEN(rows) * 2; i++) {
        const struct row *row = &rows[i / 2];
        struct making m = begin(i % 2 == 1), other = begin(i % 2 == 1);
        struct made made;

        make(&made, row);
        put_pcap(&m, magics[0], row->linktype);
        put_record(&m, 1, &made, made.len);
        EXPECT_EQ_ROW(row->label, replay(&m, "udp port 53"), 0);
        EXPECT_ROW(row->label, strstr(text, "DNS query A a.example") != NULL);
        put_pcap(&other, magics[0], row->linktype);
        put_record(&other, 1, &made, made.len);
        replay(&other, "tcp or udp port 54");
        EXPECT_ROW(row->label, strstr(text, "none of the 1 frames matches") != NULL);
    }
}

static void test_tags_are_told_and_can_be_filtered(void)
{
    struct making m = begin(false);
    struct made made;

    query(&made, &made_v4);
    made_front(&made, "\2\0\0\0\0\2\2\0\0\0\0\1\x88\xa8\0\5\x81\0\0\7\x08\0", 22);
    put_pcap(&m, magics[0], 1);
    put_record(&m, 1, &made, made.len);
    EXPECT_EQ(replay(&m, "vlan 5 and vlan 7 and udp port 53"), 0);
    EXPECT(strstr(text, "vlan 5 vlan 7 DNS query A a.example") != NULL);
}

static void test_checksums_left_to_the_network_card_are_told_of_once(void)
{
    static const char label[] = "[bad UDP checksum]";
    struct making m = begin(false);
    struct made made;
    const char *first;

    make(&made, &rows[0]);
    made.bytes[14 + 20 + 6] ^= 1;
    put_pcap(&m, magics[0], 1);
    for (uint32_t i = 1; i <= 3; i++)
        put_record(&m, i, &made, made.len);
    EXPECT_EQ(replay(&m, ""), 0);
    first = strstr(text, label);
    EXPECT(first != NULL && strstr(first + 1, label) == NULL);
    EXPECT(strstr(text, "(checksum offload)") != NULL);
}

static void test_cut_frame_says_how_much_is_here(void)
{
    struct making m = begin(false);
    struct made made;

    make(&made, &rows[0]);
    put_pcap(&m, magics[0], 1);
    put_record(&m, 1, &made, 14 + 20 + 8 + 12 + 3);
    put_record(&m, 2, &made, 14 + 20 + 4);
    put_record(&m, 3, &made, 9);
    put_record(&m, 4, &made, 0);
    EXPECT_EQ(replay(&m, ""), 0);
    EXPECT(strstr(text, "DNS query (cut off) id=0x0007 [not all of it] [57 of 69 bytes]") != NULL);
    EXPECT(strstr(text, "[38 of 69 bytes]") != NULL);
    EXPECT(strstr(text, "[9 of 69 bytes]") != NULL);
    EXPECT(strstr(text, "[0 of 69 bytes]") != NULL);
}

/* ---- pcapng ---- */

static void put_section(struct making *m)
{
    put_number(m, 0x0a0d0d0a, 4);
    put_number(m, 28, 4);
    put_number(m, 0x1a2b3c4d, 4);
    put_number(m, 1, 2);
    put_number(m, 0, 2);
    put_number(m, UINT32_MAX, 4);
    put_number(m, UINT32_MAX, 4);
    put_number(m, 28, 4);
}

/* An interface whose clock has 10^RESOLUTION ticks a second. */
static void put_interface(struct making *m, uint32_t linktype, const char name[4],
                          uint8_t resolution)
{
    const uint8_t padded[4] = { resolution };

    put_number(m, 1, 4);
    put_number(m, 40, 4);
    put_number(m, linktype, 2);
    put_number(m, 0, 2);
    put_number(m, 0, 4);
    put_number(m, 2, 2);
    put_number(m, 4, 2);
    put(m, name, 4);
    put_number(m, 9, 2);
    put_number(m, 1, 2);
    put(m, padded, 4);
    put_number(m, 0, 4);
    put_number(m, 40, 4);
}

/* FRAME, of INTERFACE, at TICKS, with a comment of eight characters. */
static void put_enhanced(struct making *m, uint32_t interface, uint32_t ticks,
                         const struct made *frame, const char comment[8])
{
    uint32_t padding = -(uint32_t)frame->len & 3;
    uint32_t len = 32 + (uint32_t)frame->len + padding + 16;

    put_number(m, 6, 4);
    put_number(m, len, 4);
    put_number(m, interface, 4);
    put_number(m, 0, 4);
    put_number(m, ticks, 4);
    put_number(m, (uint32_t)frame->len, 4);
    put_number(m, (uint32_t)frame->len, 4);
    put(m, frame->bytes, frame->len);
    put(m, "\0\0\0", padding);
    put_number(m, 1, 2);
    put_number(m, 8, 2);
    put(m, comment, 8);
    put_number(m, 0, 4);
    put_number(m, len, 4);
}

static void put_simple(struct making *m, const struct made *frame)
{
    uint32_t padding = -(uint32_t)frame->len & 3, len = 16 + (uint32_t)frame->len + padding;

    put_number(m, 3, 4);
    put_number(m, len, 4);
    put_number(m, (uint32_t)frame->len, 4);
    put(m, frame->bytes, frame->len);
    put(m, "\0\0\0", padding);
    put_number(m, len, 4);
}

/* Two sections, the second of the other byte order and with other links. */
static void make_sections(struct making *m, bool big)
{
    struct made made;

    m->big = big;
    put_section(m);
    put_interface(m, 1, "eth0", 6);
    put_interface(m, 276, "any0", 9);
    make(&made, &rows[0]);
    put_enhanced(m, 0, 2000000, &made, "from one");
    make(&made, &rows[17]);
    put_enhanced(m, 1, 2500000000, &made, "from two");
    m->big = !big;
    put_section(m);
    put_interface(m, 101, "tun0", 3);
    make(&made, &rows[11]);
    put_enhanced(m, 0, 2750, &made, "other me");
    put_simple(m, &made);
}

static void test_sections_and_interfaces_may_differ_in_all(void)
{
    for (int big = 0; big < 2; big++) {
        struct making m = begin(false);
        const char *at = text;
        unsigned lines = 0;

        make_sections(&m, big == 1);
        EXPECT_EQ(replay(&m, "udp port 53"), 0);
        while ((at = strstr(at, "DNS query A a.example")) != NULL) {
            lines++;
            at++;
        }
        EXPECT_EQ(lines, 4);
        EXPECT(strstr(text, "0.000000  eth0") != NULL);
        EXPECT(strstr(text, "0.500000  any0") != NULL);
        EXPECT(strstr(text, "0.750000  tun0") != NULL);
        EXPECT(strstr(text, "-  tun0") != NULL); /* a simple packet has no time */
        EXPECT(strstr(text, "from two\n") != NULL && strstr(text, "other me\n") != NULL);
    }
}

/* ---- A pipe ---- */

static void write_slowly(int fd, FILE *in)
{
    int byte;

    while ((byte = fgetc(in)) != EOF) {
        char c = (char)byte;

        if (write(fd, &c, 1) != 1)
            break;
    }
    close(fd);
    _exit(0);
}

static void test_pipe_that_gives_a_byte_at_a_time_is_read(void)
{
    struct making m = begin(false), pipe_in;
    struct made made;
    int ends[2];

    make(&made, &rows[0]);
    put_pcap(&m, magics[0], 1);
    put_record(&m, 1, &made, made.len);
    rewind(m.out);
    ASSERT(pipe(ends) == 0);
    if (fork() == 0)
        write_slowly(ends[1], m.out);
    fclose(m.out);
    close(ends[1]);
    pipe_in = (struct making){ fdopen(ends[0], "rb"), false };
    EXPECT_EQ(replay(&pipe_in, "udp"), 0);
    EXPECT(strstr(text, "DNS query A a.example id=0x0007") != NULL);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_packet_reads_the_same_by_every_link),
        TEST(test_filter_finds_it_by_every_link),
        TEST(test_tags_are_told_and_can_be_filtered),
        TEST(test_checksums_left_to_the_network_card_are_told_of_once),
        TEST(test_cut_frame_says_how_much_is_here),
        TEST(test_sections_and_interfaces_may_differ_in_all),
        TEST(test_pipe_that_gives_a_byte_at_a_time_is_read),
    };

    return run_tests("replay_links", tests, ARRAY_LEN(tests));
}
