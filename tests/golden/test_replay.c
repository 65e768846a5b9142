/*
 * The output of `rung replay`, letter by letter, over a capture that
 * it writes with the capture writer: tests/golden/replay/NAME.txt holds
 * what is printed, then "--- STATUS", then what is complained of. To
 * make the files anew, run with RUNG_GOLDEN_UPDATE=1 and read the difference.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/capture_writer.h"
#include "tests/support/expect.h"
#include "tests/support/golden.h"
#include "tests/support/suite.h"
#include "tools/lib/replay.h"

enum { TEXT_SIZE = 16384, FRAME_LEN = 60 };

static bool write_stdio(void *ctx, const void *bytes, size_t len)
{
    return fwrite(bytes, 1, len, ctx) == len;
}

/* An ARP message between the hosts 10.0.0.FROM and 10.0.0.TO. */
static void make_arp(uint8_t frame[FRAME_LEN], uint8_t operation, uint8_t from, uint8_t to)
{
    const uint8_t bytes[] = { 2, 0, 0, 0, 0, to, 2, 0, 0, 0, 0, from, 8, 6, 0, 1, 8, 0, 6, 4, 0,
                              operation, 2, 0, 0, 0, 0, from, 10, 0, 0, from, 0, 0, 0, 0, 0, 0,
                              10, 0, 0, to };
    memset(frame, 0, FRAME_LEN);
    memcpy(frame, bytes, sizeof bytes);
    if (operation == 1)
        memset(frame, 0xff, 6);
    else
        memcpy(frame + 32, bytes, 6);
}

/* A UDP datagram of four bytes to port 9, without a UDP checksum. */
static void make_udp(uint8_t frame[FRAME_LEN], uint8_t from, uint8_t to)
{
    const uint8_t bytes[] = { 2, 0, 0, 0, 0, to, 2, 0, 0, 0, 0, from, 8, 0, 0x45, 0, 0, 32, 3, 9,
                              0, 0, 64, 17, 0, 0, 10, 0, 0, from, 10, 0, 0, to, 0xc0, 0, 0, 9, 0,
                              12, 0, 0, 'r', 'u', 'n', 'g' };
    uint32_t sum = 0;
    memset(frame, 0, FRAME_LEN);
    memcpy(frame, bytes, sizeof bytes);
    for (size_t i = 14; i < 34; i += 2)
        sum += (uint32_t)(frame[i] << 8 | frame[i + 1]);
    sum = ~((sum & 0xffff) + (sum >> 16));
    frame[24] = (uint8_t)(sum >> 8);
    frame[25] = (uint8_t)sum;
}

/* A question, its answer, a datagram, two lost ones, a damaged one; then, if
 * there is a third host, one from it. */
static FILE *write_capture(enum capture_format format, uint8_t third)
{
    static const char *const lost[] = { "why: to try again\033[2J", "lost: the wire lost it" };
    FILE *file = tmpfile();
    uint8_t frame[FRAME_LEN];
    struct capture_record record = { .frame = { frame, sizeof frame } };
    struct capture_writer w;

    capture_write_header(&w, (struct byte_sink){ write_stdio, file }, format, NULL);
    capture_write_interface(&w, "wire", NULL);
    make_arp(frame, 1, 1, 2);
    capture_write_frame(&w, &record);
    record.at = 40 * MS;
    make_arp(frame, 2, 2, 1);
    capture_write_frame(&w, &record);
    record.at = 60 * MS + 1;
    make_udp(frame, 1, 2);
    capture_write_frame(&w, &record);
    record.at = 61 * SECONDS;
    record.comments = lost;
    record.comment_count = ARRAY_LEN(lost);
    capture_write_frame(&w, &record);
    make_udp(frame, 2, 1);
    capture_write_frame(&w, &record);
    record.comment_count = 0;
    frame[24] ^= 0xff; /* the header checksum no longer holds */
    capture_write_frame(&w, &record);
    make_udp(frame, third, 1);
    if (third != 0)
        capture_write_frame(&w, &record);
    rewind(file);
    return file;
}

static void read_text(FILE *file, char *text)
{
    rewind(file);
    text[fread(text, 1, TEXT_SIZE - 1, file)] = '\0';
    fclose(file);
}

/* What replay says about IN, which it closes. */
static void replay_text(const struct replay_options *options, FILE *in, char *text)
{
    FILE *out = tmpfile(), *err = tmpfile();
    int status = replay_capture(options, in, out, err);
    size_t len;
    fclose(in);
    read_text(out, text);
    len = strlen(text);
    len += (size_t)snprintf(text + len, TEXT_SIZE - len, "--- %d\n", status);
    char complaint[TEXT_SIZE];
    read_text(err, complaint);
    snprintf(text + len, TEXT_SIZE - len, "%s", complaint);
}

static void expect_replay(const char *name, const struct replay_options *options, FILE *in)
{
    static char got[TEXT_SIZE];
    char recording[80];

    replay_text(options, in, got);
    snprintf(recording, sizeof recording, "replay/%s.txt", name);
    expect_golden(recording, got);
}

static struct replay_options plain(void)
{
    return (struct replay_options){ .name = "x.pcap", .filter = "", .width = 80, .ascii = true };
}

static void test_two_hosts_get_two_columns(void)
{
    struct replay_options options = plain();
    expect_replay("two-hosts", &options, write_capture(CAPTURE_PCAP, 0));
    expect_replay("two-hosts-lost", &options, write_capture(CAPTURE_PCAPNG, 0));
}

static void test_narrow_terminal_gets_short_facts(void)
{
    struct replay_options options = plain();
    options.width = 60;
    expect_replay("narrow", &options, write_capture(CAPTURE_PCAPNG, 0));
}

static void test_utf8_draws_lines(void)
{
    struct replay_options options = plain();
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL) {
        skip_test("there is no locale C.UTF-8");
        return;
    }
    options.ascii = false;
    expect_replay("utf-8", &options, write_capture(CAPTURE_PCAPNG, 0));
}

static void test_three_hosts_are_named_in_each_line(void)
{
    struct replay_options options = plain();
    expect_replay("three-hosts", &options, write_capture(CAPTURE_PCAPNG, 3));
}

static void test_comments_are_shown_without_control_characters(void)
{
    struct replay_options options = plain();
    options.comments = true;
    expect_replay("comments", &options, write_capture(CAPTURE_PCAPNG, 0));
}

static void test_filter_and_count_choose(void)
{
    struct replay_options options = plain();
    options.filter = "udp and host 10.0.0.2";
    options.count = 2;
    expect_replay("filter", &options, write_capture(CAPTURE_PCAP, 3));
    options.filter = "tcp";
    expect_replay("filter-none", &options, write_capture(CAPTURE_PCAP, 3));
    options.filter = "tcp and prt 80";
    expect_replay("filter-wrong", &options, write_capture(CAPTURE_PCAP, 3));
}

/* The first LEN bytes of IN. */
static FILE *cut(FILE *in, size_t len)
{
    static char bytes[4096];
    FILE *out = tmpfile();
    fwrite(bytes, 1, min_size(len, fread(bytes, 1, sizeof bytes, in)), out);
    fclose(in);
    rewind(out);
    return out;
}

static void test_cut_file_shows_what_there_is_and_then_fails(void)
{
    struct replay_options options = plain();
    expect_replay("cut", &options, cut(write_capture(CAPTURE_PCAP, 0), 24 + 2 * 76 + 50));
    expect_replay("empty", &options, cut(write_capture(CAPTURE_PCAP, 0), 0));
    expect_replay("no-frames", &options, cut(write_capture(CAPTURE_PCAP, 0), 24));
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_two_hosts_get_two_columns),
        TEST(test_narrow_terminal_gets_short_facts),
        TEST(test_utf8_draws_lines),
        TEST(test_three_hosts_are_named_in_each_line),
        TEST(test_comments_are_shown_without_control_characters),
        TEST(test_filter_and_count_choose),
        TEST(test_cut_file_shows_what_there_is_and_then_fails),
    };
    return run_tests("golden_replay", tests, ARRAY_LEN(tests));
}
