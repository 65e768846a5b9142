/*
 * What the ladder says of TCP segments, against tshark's word, over the real
 * captures of ../shared/pcaps, where both are: stream, relative sequence and
 * acknowledgment numbers and window for each segment that both take apart, and
 * tcp.analysis flags.
 *
 * Not compared: segments in IPv6 or in more than one fragment, and those
 * quoted by ICMP, which Rung shows but does not follow. RUNG_TSHARK_TELL=1
 * lists every difference, RUNG_PCAPS says where the captures are.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/lib/capture_run.h"
#include "tools/lib/tcp_view.h"

enum { PATH_SIZE = 1000, LINE_SIZE = 4000, FLAGS = 6 };

static const struct {
    const char *name;
    unsigned mark;
} flags[FLAGS] = {
    { "retransmission", TCP_MARK_RETRANSMISSION }, { "out of order", TCP_MARK_OUT_OF_ORDER },
    { "keep-alive", TCP_MARK_KEEP_ALIVE },         { "zero window", TCP_MARK_ZERO_WINDOW },
    { "window update", TCP_MARK_WINDOW_UPDATE },   { "duplicate ACK", TCP_MARK_DUPLICATE_ACK },
};

static const char FIELDS[] =
    " -e frame.number -e tcp.stream -e tcp.seq -e tcp.ack -e tcp.window_size -e tcp.flags.ack"
    " -e tcp.analysis.retransmission -e tcp.analysis.out_of_order -e tcp.analysis.keep_alive"
    " -e tcp.analysis.zero_window -e tcp.analysis.window_update -e tcp.analysis.duplicate_ack";

/*
 * Where Rung has reason to say something else: of these frames numbers are not
 * compared.
 *
 *   RST,ACK with the number 0 is said with it, not with one relative to where
 *   its sender may have begun elsewhere (RFC 9293 3.10.7.1); tshark says 1
 *   a window is scaled once both have offered it (RFC 7323 2.2); of the FIN
 *   that goes before any answer nobody knows
 *   a SYN in two fragments is no segment for Rung, which does not reassemble
 */
static const struct {
    const char *file;
    uint32_t frame;
} excused[] = {
    { "tcp-handshake-teardown/fin-retransmitted-then-reset.pcap", 2 },
    { "ip-fragments/tcp-syn-with-data-then-reset.pcap", 5 },
};

static bool is_excused(const char *name, uint32_t frame, const struct tcp_header *h)
{
    if ((h->flags & (TCP_RST | TCP_ACK)) == (TCP_RST | TCP_ACK) && h->sequence == 0)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(excused); i++)
        if (excused[i].frame == frame && strcmp(excused[i].file, name) == 0)
            return true;
    return false;
}

enum { STREAMS_MAX = 4096 };

struct sums {
    unsigned segments, streams, sequences, acks, windows; /* all, and those that differ */
    unsigned excused;
    unsigned numbers[STREAMS_MAX], stream_count; /* tshark's, in the order of ours */
    unsigned both[FLAGS], tshark[FLAGS], ours[FLAGS];
    bool tells;
};

static const char *captures(void)
{
    const char *given = getenv("RUNG_PCAPS");

    return given != NULL ? given : "../shared/pcaps";
}

static size_t read_file(void *ctx, void *bytes, size_t len)
{
    return fread(bytes, 1, len, ctx);
}

static struct capture_run *open_run(const char *path)
{
    FILE *in = fopen(path, "rb");
    struct capture_run_options options = { .source = { read_file, in },
                                           .filter = "",
                                           .title = path };
    struct capture_run *run = NULL;
    char error[300];

    if (in == NULL)
        return NULL;
    run = capture_run_open(&options, error, sizeof(error));
    fclose(in);
    return run;
}

static bool differs(const struct sums *sums, const char *name, uint32_t frame, const char *what,
                    uint64_t ours, uint64_t theirs)
{
    if (ours == theirs)
        return false;
    if (sums->tells)
        printf("%s frame %" PRIu32 ": %s %" PRIu64 ", tshark %" PRIu64 "\n", name, frame, what,
               ours, theirs);
    return true;
}

/* tshark counts streams in IPv6, too. */
static unsigned rank(struct sums *sums, const char *stream)
{
    unsigned number = (unsigned)strtoul(stream, NULL, 10), i = 0;

    while (i < sums->stream_count && sums->numbers[i] != number)
        i++;
    if (i == sums->stream_count) {
        ASSERT(i < STREAMS_MAX);
        sums->numbers[sums->stream_count++] = number;
    }
    return i;
}

/* The numbers of one segment. */
static void compare_numbers(struct sums *sums, const char *name, uint32_t frame,
                            const struct tcp_segment *segment, char *const *cells)
{
    const struct tcp_header *h = segment->header;

    if (is_excused(name, frame, h)) {
        sums->excused++;
        return;
    }
    sums->sequences +=
        differs(sums, name, frame, "seq", h->sequence - segment->base, strtoul(cells[2], NULL, 10));
    if ((h->flags & TCP_ACK) != 0)
        sums->acks += differs(sums, name, frame, "ack", h->acknowledgment - segment->acked_base,
                              strtoul(cells[3], NULL, 10));
    sums->windows +=
        differs(sums, name, frame, "window", segment->window, strtoul(cells[4], NULL, 10));
}

/* One line of tshark's, and what we say of that frame. */
static void compare(struct sums *sums, const char *name, char *line, const struct capture_run *run,
                    struct tcp_view *tcp)
{
    char *cells[6 + FLAGS], *rest = line;
    const struct trace *trace = capture_run_view(run)->trace;
    struct tcp_segment segment;
    struct dissection d;
    uint32_t frame, stream;

    for (size_t i = 0; i < ARRAY_LEN(cells); i++)
        cells[i] = rest != NULL ? strsep(&rest, "\t\n") : line + strlen(line);
    frame = (uint32_t)strtoul(cells[0], NULL, 10);
    if (frame == 0 || frame > trace->frames.count)
        return;
    run_dissect(trace, frame, &d);
    if (!tcp_view_take(tcp, &d, 0, trace_frame(trace, frame)->identity, &segment) ||
        cells[2][0] == '\0' || !capture_run_stream(run, frame, &stream))
        return;
    sums->segments++;
    sums->streams += differs(sums, name, frame, "stream", stream, rank(sums, cells[1]));
    compare_numbers(sums, name, frame, &segment, cells);
    for (size_t i = 0; i < FLAGS; i++) {
        bool theirs = cells[6 + i][0] != '\0', ours = (segment.marks & flags[i].mark) != 0;

        sums->both[i] += theirs && ours;
        sums->tshark[i] += theirs && !ours;
        sums->ours[i] += ours && !theirs;
        differs(sums, name, frame, flags[i].name, ours, theirs);
    }
}

static void compare_file(struct sums *sums, const char *name)
{
    char path[PATH_SIZE + LINE_SIZE], command[2 * sizeof(path)], line[LINE_SIZE];
    struct tcp_view *tcp = tcp_view_open(false);
    struct capture_run *run;
    FILE *tshark;

    sums->stream_count = 0;
    snprintf(path, sizeof(path), "%s/%s", captures(), name);
    snprintf(command, sizeof(command),
             "tshark -n -r '%s' -Y 'tcp && ip && !icmp && ip.flags.mf == 0 && ip.frag_offset == 0'"
             " -T fields%s 2> /dev/null",
             path, FIELDS);
    run = open_run(path);
    tshark = popen(command, "r");
    ASSERT(tcp != NULL && tshark != NULL);
    while (run != NULL && fgets(line, sizeof(line), tshark) != NULL)
        compare(sums, name, line, run, tcp);
    pclose(tshark);
    capture_run_close(run);
    tcp_view_close(tcp);
}

static void tell(const struct sums *sums)
{
    printf("\n%u segments; differ: stream %u, seq %u, ack %u, window %u; excused %u\n",
           sums->segments, sums->streams, sums->sequences, sums->acks, sums->windows,
           sums->excused);
    for (size_t i = 0; i < FLAGS; i++)
        printf("%-15s both %5u, tshark alone %4u, Rung alone %4u\n", flags[i].name, sums->both[i],
               sums->tshark[i], sums->ours[i]);
}

static void test_segments_are_told_as_tshark_tells_them(void)
{
    static struct sums sums;
    bool tells = getenv("RUNG_TSHARK_TELL") != NULL;
    char path[PATH_SIZE], line[LINE_SIZE];
    FILE *index;

    snprintf(path, sizeof(path), "%s/INDEX.tsv", captures());
    sums.tells = tells;
    index = fopen(path, "r");
    if (index == NULL || system("tshark -v > /dev/null 2>&1") != 0) {
        skip_test(index == NULL ? "no captures" : "no tshark");
        if (index != NULL)
            fclose(index);
        return;
    }
    while (fgets(line, sizeof(line), index) != NULL) {
        line[strcspn(line, "\t\n")] = '\0';
        if (strcmp(line, "file") != 0)
            compare_file(&sums, line);
    }
    fclose(index);
    tell(&sums);
    EXPECT(sums.segments > 1000);
    EXPECT(sums.excused < 20);
    EXPECT_EQ(sums.streams, 0);
    EXPECT_EQ(sums.sequences, 0);
    EXPECT_EQ(sums.acks, 0);
    EXPECT_EQ(sums.windows, 0);
}

int main(void)
{
    static const struct test tests[] = { TEST(test_segments_are_told_as_tshark_tells_them) };

    return run_tests("tshark", tests, ARRAY_LEN(tests));
}
