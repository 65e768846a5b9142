/*
 * tools/lib/tcp_analysis.h against Wireshark, over each TCP segment of the captures
 * in ../shared/pcaps (or $RUNG_PCAPS), and of two of our own in tcp-analysis/own/, in
 * which random ends send whatever comes to their minds: where tshark 4.0 is installed,
 * against what it says now; else against what it said,
 * tests/golden/tcp-analysis/expected.txt:
 *
 *   NAME SEGMENTS HASH         hash: of frame, stream, relative numbers, window, RTT and the
 *                              frame that it is of
 *   FRAME:FLAGS[/NUMBER] ...   flags in hexadecimal, number of the duplicate ACK
 *
 * To write that file anew, run with RUNG_GOLDEN_UPDATE=1. Frames on which the two
 * differ would stand below, each with the reason; any other difference fails.
 *
 * The ladder (tools/lib/tcp_view.h) is held against the same: of each segment that it
 * takes apart it must say all that was found, and the same numbers.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/hash.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/lib/capture_analysis.h"
#include "tools/lib/replay_parts.h"
#include "tools/lib/tcp_view.h"

#define OWN "tests/golden/tcp-analysis"
#define EXPECTED OWN "/expected.txt"

enum { PATH_SIZE = 1024, LINE_SIZE = 4096, COLUMN_MAX = 96 };

struct row {
    uint64_t frame;
    uint32_t stream, sequence, acknowledgment, window, duplicate;
    unsigned flags;
    uint64_t acked; /* frame, or 0 */
    int64_t rtt_ns; /* since then */
};

struct rows {
    struct row *at;
    size_t count, room;
};

/* Where Rung differs, and why: nowhere. */
static const struct difference {
    const char *capture;
    uint64_t frame;
    unsigned ours, theirs;
} differences[] = { { NULL, 0, 0, 0 } };

static char folder[PATH_SIZE];

static bool find_folder(void)
{
    const char *given = getenv("RUNG_PCAPS"), *source = getenv("RUNG_SOURCE");

    if (given != NULL)
        snprintf(folder, sizeof(folder), "%s", given);
    else
        snprintf(folder, sizeof(folder), "%s/../shared/pcaps", source != NULL ? source : ".");
    return access(folder, R_OK) == 0;
}

/* Captures of our own lie beside the expectations. */
static bool is_own(const char *name)
{
    return strncmp(name, "own/", 4) == 0;
}

static const char *folder_of(const char *name)
{
    return is_own(name) ? OWN : folder;
}

static struct row *add_row(struct rows *rows)
{
    if (rows->count == rows->room) {
        rows->room = rows->room == 0 ? 1024 : rows->room * 2;
        rows->at = realloc(rows->at, rows->room * sizeof(*rows->at));
        ASSERT(rows->at != NULL);
    }
    rows->at[rows->count] = (struct row){ 0 };
    return &rows->at[rows->count++];
}

/* ---- Ours ---- */

static size_t read_stream(void *ctx, void *bytes, size_t len)
{
    return fread(bytes, 1, len, ctx);
}

static FILE *open_capture(const char *name)
{
    char text[PATH_SIZE * 2];
    size_t len = strlen(name);
    bool packed = len > 3 && strcmp(name + len - 3, ".gz") == 0;

    snprintf(text, sizeof(text), packed ? "gzip -dc '%s/%s'" : "cat '%s/%s'", folder_of(name),
             name);
    return popen(text, "r");
}

static uint64_t timed, own_timed, own_agreed; /* segments that give an RTT */
static uint64_t followed, unfollowed; /* by the ladder */

/* A RST,ACK with the number 0 has no place in the stream of its sender, which may have
 * begun elsewhere (RFC 9293 3.10.7.1): the ladder says 0. Where the analysis says
 * otherwise is no difference. */
static bool has_no_number(const struct tcp_header *h)
{
    return (h->flags & (TCP_RST | TCP_ACK)) == (TCP_RST | TCP_ACK) && h->sequence == 0;
}

/* FACTS: what the analysis has found; NULL: no segment. Each frame as if it were the
 * first of its kind: what is seen once more is told once, which is no matter of this test. */
static void compare_ladder(const char *name, struct tcp_view *view,
                           const struct capture_frame *frame, const struct capture_facts *facts)
{
    struct tcp_segment segment;
    struct dissection d;
    char label[PATH_SIZE + 64];

    replay_dissect(&d, frame);
    if (!tcp_view_take(view, &d, (struct tcp_sight){ .time_ns = frame->time_ns }, &segment)) {
        unfollowed += facts != NULL;
        return;
    }
    if (facts == NULL)
        return;
    followed++;
    snprintf(label, sizeof(label), "frame %" PRIu64 " in the ladder, %s", frame->number, name);
    EXPECT_EQ_ROW(label, segment.marks, facts->tcp.flags);
    EXPECT_EQ_ROW(label, segment.duplicates, facts->tcp.duplicate);
    EXPECT_EQ_ROW(label, segment.window, facts->tcp.window);
    if (!has_no_number(segment.header))
        EXPECT_EQ_ROW(label, segment.header->sequence - segment.base, facts->tcp.sequence);
    if ((segment.header->flags & TCP_ACK) != 0)
        EXPECT_EQ_ROW(label, segment.header->acknowledgment - segment.acked_base,
                      facts->tcp.acknowledgment);
}

static void analyse(const char *name, struct rows *rows)
{
    static uint8_t memory[REPLAY_HEADER_ROOM + CAPTURE_BUFFER_BYTES];
    static struct capture_reader reader;
    struct tcp_view *view = tcp_view_open(TCP_VIEW_CAPTURE);
    struct capture_analysis all;
    struct capture_facts facts;
    struct capture_frame frame;
    FILE *in = open_capture(name);

    ASSERT(in != NULL && view != NULL && capture_analysis_open(&all));
    capture_reader_init(&reader, (struct byte_source){ read_stream, in },
                        memory + REPLAY_HEADER_ROOM);
    while (capture_read(&reader, &frame) == CAPTURE_GOT_FRAME) {
        bool found = capture_analysis_take(&all, &frame, &facts);

        timed += found && !is_own(name) && facts.tcp.acked_frame != 0;
        if (found)
            *add_row(rows) = (struct row){ frame.number,       facts.stream,
                                           facts.tcp.sequence, facts.tcp.acknowledgment,
                                           facts.tcp.window,   facts.tcp.duplicate,
                                           facts.tcp.flags,    facts.tcp.acked_frame,
                                           facts.tcp.rtt_ns };
        compare_ladder(name, view, &frame, found ? &facts : NULL);
    }
    tcp_view_close(view);
    capture_analysis_close(&all);
    pclose(in);
}

/* ---- Wireshark's ---- */

static bool has_tshark(void)
{
    FILE *in = popen("tshark --version 2>/dev/null", "r");
    char line[128] = "";
    bool good = in != NULL && fgets(line, sizeof(line), in) != NULL;

    if (in != NULL)
        pclose(in);
    return good && strstr(line, " 4.0.") != NULL;
}

/* The next column of *TEXT, which is cut off. */
static const char *next_column(char **text)
{
    char *column = *text, *end = column + strcspn(column, "\t\n");

    *text = *end == '\0' ? end : end + 1;
    *end = '\0';
    return column;
}

/* "-0.000123000", with all nine digits. */
static int64_t read_seconds(const char *text)
{
    bool before = *text == '-';
    char *end;
    int64_t ns = strtoll(text + before, &end, 10) * SECONDS;

    if (*end == '.')
        ns += strtoll(end + 1, NULL, 10);
    return before ? -ns : ns;
}

static void read_tshark_line(char *line, struct rows *rows)
{
    struct row row = { .frame = strtoull(next_column(&line), NULL, 10) };
    const char *stream = next_column(&line);

    row.stream = (uint32_t)strtoul(stream, NULL, 10);
    row.sequence = (uint32_t)strtoul(next_column(&line), NULL, 10);
    row.acknowledgment = (uint32_t)strtoul(next_column(&line), NULL, 10);
    row.window = (uint32_t)strtoul(next_column(&line), NULL, 10);
    row.duplicate = (uint32_t)strtoul(next_column(&line), NULL, 10);
    row.acked = strtoull(next_column(&line), NULL, 10);
    row.rtt_ns = read_seconds(next_column(&line));
    for (unsigned i = 0; i < TCP_FLAG_COUNT; i++)
        if (next_column(&line)[0] != '\0')
            row.flags |= 1u << i;
    /* The two are retransmissions beside. */
    if ((row.flags & (TCP_IS_FAST_RETRANSMISSION | TCP_IS_SPURIOUS)) != 0)
        row.flags &= ~(unsigned)TCP_IS_RETRANSMISSION;
    if (stream[0] != '\0') /* else: quoted, or too short to have ports */
        *add_row(rows) = row;
}

static void ask_tshark(const char *name, struct rows *rows)
{
    char text[LINE_SIZE];
    size_t len = (size_t)snprintf(
        text, sizeof(text),
        "tshark -n -r '%s/%s' -Y tcp -T fields -E separator=/t -E occurrence=f -e frame.number"
        " -e tcp.stream -e tcp.seq -e tcp.ack -e tcp.window_size"
        " -e tcp.analysis.duplicate_ack_num -e tcp.analysis.acks_frame"
        " -e tcp.analysis.ack_rtt",
        folder_of(name), name);
    FILE *in;

    for (unsigned i = 0; i < TCP_FLAG_COUNT; i++)
        len += (size_t)snprintf(text + len, sizeof(text) - len, " -e tcp.analysis.%s",
                                tcp_flag_name(i));
    snprintf(text + len, sizeof(text) - len, " 2>/dev/null");
    in = popen(text, "r");
    ASSERT(in != NULL);
    while (fgets(text, sizeof(text), in) != NULL)
        read_tshark_line(text, rows);
    pclose(in);
}

/* ---- Comparing ---- */

static uint64_t hash_rows(const struct rows *rows)
{
    uint64_t hash = 0;

    for (size_t i = 0; i < rows->count; i++) {
        const struct row *r = &rows->at[i];

        hash = hash_add(hash, r->frame << 32 | r->stream);
        hash = hash_add(hash, (uint64_t)r->sequence << 32 | r->acknowledgment);
        hash = hash_add(hash, r->window);
        hash = hash_add(hash, r->acked);
        hash = hash_add(hash, (uint64_t)r->rtt_ns);
    }
    return hash;
}

static uint64_t flagged[TCP_FLAG_COUNT], agreed[TCP_FLAG_COUNT];

static void count_flags(unsigned ours, unsigned theirs)
{
    for (unsigned i = 0; i < TCP_FLAG_COUNT; i++) {
        flagged[i] += theirs >> i & 1;
        agreed[i] += (theirs & ours) >> i & 1;
    }
}

static void compare_flags(const char *name, const struct row *ours, const struct row *theirs)
{
    char label[PATH_SIZE];

    count_flags(ours->flags, theirs->flags);
    if (ours->flags == theirs->flags && ours->duplicate == theirs->duplicate)
        return;
    for (size_t i = 0; i < ARRAY_LEN(differences); i++)
        if (differences[i].capture != NULL && strcmp(differences[i].capture, name) == 0 &&
            differences[i].frame == ours->frame &&
            (ours->flags & ~theirs->flags) == differences[i].ours &&
            (theirs->flags & ~ours->flags) == differences[i].theirs)
            return;
    snprintf(label, sizeof(label), "%s, frame %" PRIu64, name, ours->frame);
    EXPECT_EQ_ROW(label, ours->flags, theirs->flags);
    EXPECT_EQ_ROW(label, ours->duplicate, theirs->duplicate);
}

static void compare_rows(const char *name, const struct rows *ours, const struct rows *theirs)
{
    char label[PATH_SIZE];

    EXPECT_EQ_ROW(name, ours->count, theirs->count);
    for (size_t i = 0; i < ours->count && i < theirs->count; i++) {
        const struct row *a = &ours->at[i], *b = &theirs->at[i];

        snprintf(label, sizeof(label), "%s, frame %" PRIu64, name, a->frame);
        if (!EXPECT_EQ_ROW(label, a->frame, b->frame) ||
            !EXPECT_EQ_ROW(label, a->stream, b->stream) ||
            !EXPECT_EQ_ROW(label, a->sequence, b->sequence) ||
            !EXPECT_EQ_ROW(label, a->acknowledgment, b->acknowledgment) ||
            !EXPECT_EQ_ROW(label, a->window, b->window) ||
            !EXPECT_EQ_ROW(label, a->acked, b->acked) ||
            !EXPECT_EQ_ROW(label, a->rtt_ns, b->rtt_ns))
            return;
        compare_flags(name, a, b);
    }
}

static void write_expected(FILE *out, const char *name, const struct rows *rows)
{
    int column = 0;

    fprintf(out, "%s %zu %016" PRIx64 "\n", name, rows->count, hash_rows(rows));
    for (size_t i = 0; i < rows->count; i++) {
        char text[64];
        int len =
            snprintf(text, sizeof(text), "%" PRIu64 ":%x", rows->at[i].frame, rows->at[i].flags);

        if (rows->at[i].flags == 0)
            continue;
        if (rows->at[i].duplicate != 0)
            len += snprintf(text + len, sizeof(text) - (size_t)len, "/%u", rows->at[i].duplicate);
        column = column + len >= COLUMN_MAX
                     ? fprintf(out, "\n%s", text) - 1
                     : column + fprintf(out, column > 0 ? " %s" : "%s", text);
    }
    fputs(column > 0 ? "\n\n" : "\n", out);
}

/* The flags of the line of FRAME in the stored words; words are in order. */
static void read_stored(FILE *in, struct rows *theirs)
{
    char line[LINE_SIZE];
    size_t at = 0;

    while (fgets(line, sizeof(line), in) != NULL && line[0] != '\n')
        for (char *word = strtok(line, " \n"); word != NULL; word = strtok(NULL, " \n")) {
            uint64_t frame = strtoull(word, &word, 10);

            while (at < theirs->count && theirs->at[at].frame < frame)
                at++;
            if (!EXPECT(at < theirs->count && theirs->at[at].frame == frame && *word == ':'))
                return;
            theirs->at[at].flags = (unsigned)strtoul(word + 1, &word, 16);
            theirs->at[at].duplicate = *word == '/' ? (uint32_t)strtoul(word + 1, NULL, 10) : 0;
        }
}

/* The numbers of OURS, the flags that are stored. */
static void compare_stored(FILE *in, const char *name, const struct rows *ours, size_t count,
                           uint64_t hash)
{
    struct rows theirs = { .count = ours->count };

    theirs.at = malloc((ours->count + 1) * sizeof(*theirs.at));
    ASSERT(theirs.at != NULL);
    memcpy(theirs.at, ours->at, ours->count * sizeof(*theirs.at));
    for (size_t i = 0; i < theirs.count; i++)
        theirs.at[i].flags = theirs.at[i].duplicate = 0;
    EXPECT_EQ_ROW(name, ours->count, count);
    EXPECT_EQ_ROW(name, hash_rows(ours), hash);
    read_stored(in, &theirs);
    compare_rows(name, ours, &theirs);
    free(theirs.at);
}

/* Random ends send overlapping pieces of all sizes, and which of them an ACK is counted
 * from is anybody's guess: there it is counted how often the two agree. */
static void settle_own(struct rows *ours, struct rows *theirs)
{
    for (size_t i = 0; i < ours->count && i < theirs->count; i++) {
        own_timed += theirs->at[i].acked != 0;
        own_agreed += theirs->at[i].acked != 0 && theirs->at[i].acked == ours->at[i].acked &&
                      theirs->at[i].rtt_ns == ours->at[i].rtt_ns;
    }
    for (size_t i = 0; i < ours->count; i++)
        ours->at[i].acked = 0, ours->at[i].rtt_ns = 0;
    for (size_t i = 0; i < theirs->count; i++)
        theirs->at[i].acked = 0, theirs->at[i].rtt_ns = 0;
}

static void compare_capture(FILE *in, FILE *out, const char *name, size_t count, uint64_t hash,
                            bool live)
{
    struct rows ours = { 0 }, theirs = { 0 };

    analyse(name, &ours);
    if (live)
        ask_tshark(name, &theirs);
    if (is_own(name))
        settle_own(&ours, &theirs);
    if (live)
        compare_rows(name, &ours, &theirs);
    if (out != NULL)
        write_expected(out, name, &theirs);
    else
        compare_stored(in, name, &ours, count, hash);
    free(ours.at);
    free(theirs.at);
}

static void print_agreement(void)
{
    for (unsigned i = 0; i < TCP_FLAG_COUNT; i++) {
        printf("  %-24s %6" PRIu64 " of %6" PRIu64 "\n", tcp_flag_name(i), agreed[i], flagged[i]);
        EXPECT_ROW(tcp_flag_name(i), flagged[i] > 0);
    }
}

/* All captures that the expectations name. */
static void compare_all(bool there, bool live, FILE *out)
{
    char line[LINE_SIZE], name[PATH_SIZE];
    FILE *in = fopen(EXPECTED, "r");
    size_t captures = 0, count;
    uint64_t hash;

    if (!EXPECT(in != NULL))
        return;
    memset(flagged, 0, sizeof(flagged));
    memset(agreed, 0, sizeof(agreed));
    while (fgets(line, sizeof(line), in) != NULL)
        if (sscanf(line, "%1023s %zu %" SCNx64, name, &count, &hash) == 3 &&
            (there || is_own(name))) {
            compare_capture(in, out, name, count, hash, live);
            captures++;
        }
    EXPECT(captures > 0);
    print_agreement();
    printf("  RTT: %" PRIu64 " segments; in own captures %" PRIu64 " of %" PRIu64 " alike\n", timed,
           own_agreed, own_timed);
    EXPECT(own_agreed * 100 >= own_timed * 99);
    printf("  the ladder: %" PRIu64 " segments; %" PRIu64 " that it does not take apart\n",
           followed, unfollowed);
    EXPECT(followed > 50 * unfollowed);
    fclose(in);
}

static void test_every_segment_is_read_as_tshark_reads_it(void)
{
    const char *update = getenv("RUNG_GOLDEN_UPDATE");
    bool there = find_folder(), live = has_tshark();
    FILE *out = NULL;

    if (!there)
        puts("the captures of ../shared/pcaps are not here: only our own are compared");
    if (!live)
        puts("tshark 4.0 is not installed: compared with what it said once");
    if (there && live && update != NULL)
        out = fopen(EXPECTED ".new", "w");
    compare_all(there, live, out);
    if (out != NULL) {
        fclose(out);
        rename(EXPECTED ".new", EXPECTED);
    }
}

int main(void)
{
    static const struct test tests[] = { TEST(test_every_segment_is_read_as_tshark_reads_it) };

    return run_tests("tcp_analysis", tests, ARRAY_LEN(tests));
}
