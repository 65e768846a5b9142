/*
 * cmd_bench.c - `rung bench`: what a simulated frame or segment costs here,
 * walking about in a run, and reading a long capture.
 */
#include "tools/rung/rung.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "layers/units.h"
#include "tools/lib/bench.h"
#include "tools/lib/bench_replay.h"
#include "tools/lib/bench_tcp.h"
#include "tools/lib/bench_timeline.h"
#include "tools/lib/options.h"
#include "tools/lib/text.h"
#include "tools/timeline/bench_screen.h"

#define BENCH_REPEATS 3 /* the best counts: others were disturbed */

/* ---- UDP ---- */

static double best_of(const struct bench_row *row, struct bench_result *best)
{
    double best_ns = 0;

    for (int i = 0; i < BENCH_REPEATS; i++) {
        struct bench_result result;
        double ns;

        if (!bench_udp(row, &result)) {
            complain(_("the bench's own world went wrong: datagrams are missing"));
            exit(EXIT_INTERNAL);
        }
        ns = result.cpu_ns / (double)result.frames;
        if (i == 0 || ns < best_ns) {
            best_ns = ns;
            *best = result;
        }
    }
    return best_ns;
}

static void print_row(const struct bench_row *row)
{
    struct bench_result result;
    double ns = best_of(row, &result);
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    printf("%6u  %-8s  %-5s  %9" PRIu64 "  %12.0f  %8.0f  %11.0f  %8.1f  %8.1f\n", row->hosts,
           row->through_switch ? "switch" : "one link", row->traced ? "on" : "off", result.frames,
           1e9 / ns, ns, result.cpu_ns / (double)result.datagrams,
           (double)result.world_bytes / 1048576.0, (double)usage.ru_maxrss / 1024.0);
    fflush(stdout);
}

static void bench_frames(uint64_t datagrams)
{
    static const struct {
        unsigned hosts;
        bool through_switch;
    } shapes[] = { { 2, false }, { 2, true }, { 100, true }, { 10000, true } };

    puts(_("UDP, 1,400 bytes of data, real bytes and checksums; CPU time of this process"));
    puts(_(" hosts  through   trace     frames    frames/CPU s  ns/frame  ns/datagram  world MiB"
           "  peak MiB"));
    for (unsigned traced = 0; traced < 2; traced++)
        for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
            struct bench_row row = { shapes[i].hosts, shapes[i].through_switch, traced == 1,
                                     datagrams };

            print_row(&row);
        }
}

/* ---- TCP ---- */

#define MB UINT64_C(1000000)
#define KIB INT64_C(1024)

static const struct bench_tcp_row tcp_rows[] = {
    { "one flow, 256 KiB buffers", 1, 200 * MB, 256 * KIB, 0, 10000, false },
    { "window of 64 KiB", 1, 200 * MB, 64 * KIB, 0, 10000, false },
    { "window of 4 MiB", 1, 200 * MB, 4096 * KIB, 0, 10000, false },
    { "1% loss", 1, 50 * MB, 256 * KIB, 10000, 10000, false },
    { "10 flows", 10, 200 * MB, 256 * KIB, 0, 10000, false },
    { "100 flows", 100, 200 * MB, 64 * KIB, 0, 10000, false },
    { "1,000 flows", 1000, 200 * MB, 64 * KIB, 0, 50000, false },
    { "1,000 flows, full queue", 1000, 200 * MB, 64 * KIB, 0, 1000, false },
    { "one flow", 1, 20 * MB, 256 * KIB, 0, 10000, true },
    { "1% loss", 1, 20 * MB, 256 * KIB, 10000, 10000, true },
    { "100 flows", 100, 20 * MB, 64 * KIB, 0, 10000, true },
};

static double best_of_tcp(const struct bench_tcp_row *row, struct bench_tcp_result *best)
{
    for (int i = 0; i < BENCH_REPEATS; i++) {
        struct bench_tcp_result result;

        if (!bench_tcp(row, &result)) {
            complain(_("the bench's own world went wrong: bytes are missing"));
            exit(EXIT_INTERNAL);
        }
        if (i == 0 || result.cpu_ns < best->cpu_ns)
            *best = result;
    }
    return best->cpu_ns / (double)best->segments;
}

static void print_tcp_row(const struct bench_tcp_row *row)
{
    struct bench_tcp_result result;
    double ns = best_of_tcp(row, &result);
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    printf("%-26s  %-5s  %8" PRIu64 "  %6" PRIu64 "  %14.0f  %10.0f  %7.3f  %9.1f  %8.1f\n",
           row->name, row->traced ? "on" : "off", result.segments, result.retransmissions, 1e9 / ns,
           ns, result.seconds, (double)result.world_bytes / 1048576.0,
           (double)usage.ru_maxrss / 1024.0);
    fflush(stdout);
}

/* ONLY: the row that is run, counted from 1; 0: all. */
static void bench_segments(int64_t only)
{
    puts(_("TCP, 10 Gbit/s and 1 ms each way, real bytes and checksums; segments: data and ACKs"));
    puts(_("                            trace  segments  resent  segments/CPU s  ns/segment"
           "  virt. s  world MiB  peak MiB"));
    for (size_t i = 0; i < ARRAY_LEN(tcp_rows); i++)
        if (only == 0 || only == (int64_t)i + 1)
            print_tcp_row(&tcp_rows[i]);
}

/* ---- The timeline ---- */

static void print_move(const char *name, const struct bench_timing *timing)
{
    printf("  %-38s  %6u  %9.3f  %9.3f\n", name, timing->count, timing->median_ns / 1e6,
           timing->worst_ns / 1e6);
}

static void print_memory(const struct bench_timeline_result *result)
{
    double frames = (double)result->frames;

    printf(_("  besides a frame's own %.0f bytes: %.0f of what is known of it, %.0f of snapshots\n"
             "  (%u of them, %.0f MiB in all; the world takes %.1f MiB)\n"),
           (double)result->frame_bytes / frames, (double)result->trace_bytes / frames,
           (double)result->history_bytes / frames, result->snapshots,
           (double)result->history_bytes / 1048576.0, (double)result->world_bytes / 1048576.0);
}

static void print_timeline(const struct bench_timeline_row *row)
{
    struct bench_timeline_result result;

    if (!bench_timeline(row, &result)) {
        complain(_("the bench's own run went wrong: a step led astray"));
        exit(EXIT_INTERNAL);
    }
    printf(_("\nTCP, flows: %u; frames: %u, events: %u, records: %u\n"), row->flows, result.frames,
           result.events, result.records);
    printf("  %-38s  %6s  %9s  %9s\n", "", _("times"), _("median ms"), _("worst ms"));
    print_move(_("open: read, run to the end"),
               &(struct bench_timing){ 1, result.open_ns, result.open_ns });
    print_move(_("a frame back, anywhere"), &result.moves[BENCH_BACK]);
    print_move(_("a frame forward, anywhere"), &result.moves[BENCH_FORWARD]);
    print_move(_("a frame back, on and on from the end"), &result.moves[BENCH_BACK_LONG]);
    print_move(_("to a moment anywhere"), &result.moves[BENCH_JUMP]);
    print_memory(&result);
    fflush(stdout);
}

/* All that a screen can show, and which of that is the slowest. */
static void print_drawings(const struct bench_screen_result *result)
{
    const struct bench_drawing *slowest = &result->drawings[0];

    printf(_("\n  drawn anew, over the whole screen\n"));
    for (unsigned i = 0; i < result->drawing_count; i++) {
        const struct bench_drawing *drawing = &result->drawings[i];

        print_move(drawing->name, &drawing->timing);
        if (drawing->timing.worst_ns > slowest->timing.worst_ns)
            slowest = drawing;
    }
    print_move(_("the ladder, with a filter"), &result->moves[SCREEN_DRAW_FILTERED]);
    printf(_("  the worst of these panes and lists: %s, %.3f ms\n"), slowest->name,
           slowest->timing.worst_ns / 1e6);
}

/* What a person at the screen waits for. */
static void print_screens(const struct bench_timeline_row *row)
{
    struct bench_screen_result result;
    double frames;

    if (!bench_screen(row, &result)) {
        complain(_("the bench's own session went wrong: a key led astray"));
        exit(EXIT_INTERNAL);
    }
    frames = (double)result.frames;
    printf(_("\nThe same, at a screen of 160x50 with the panes why, window and plot\n"));
    print_move(_("open: read, run to the end"),
               &(struct bench_timing){ 1, result.run_ns, result.run_ns });
    print_move(_("lay out the ladder, draw the first screen"),
               &(struct bench_timing){ 1, result.layout_ns, result.layout_ns });
    print_move(_("Right: a line on"), &result.moves[SCREEN_STEP]);
    print_move(_("Left: a line back"), &result.moves[SCREEN_BACK]);
    print_move(_(":go TIME"), &result.moves[SCREEN_JUMP]);
    print_move(_("draw the screen after each"), &result.moves[SCREEN_DRAW]);
    print_drawings(&result);
    printf(_("  besides a frame's own %.0f bytes: %.0f of what is known of it,\n"
             "  %.0f of the ladder, %.1f of the curves\n"),
           (double)result.frame_bytes / frames, (double)result.trace_bytes / frames,
           (double)result.book_bytes / frames, (double)result.curve_bytes / frames);
    fflush(stdout);
}

static const unsigned walk_flows[] = { 1, 100 };

/* ONLY: as of bench_segments. */
static void bench_walks(uint32_t frames, int64_t only)
{
    puts(_("The timeline: going about in a run that is over; CPU time of this process"));
    for (size_t i = 0; i < ARRAY_LEN(walk_flows); i++) {
        struct bench_timeline_row row = { walk_flows[i], frames };

        if (only != 0 && only != (int64_t)i + 1)
            continue;
        print_timeline(&row);
        print_screens(&row);
    }
}

/* ---- Captures ---- */

static void bench_capture(uint32_t frames)
{
    struct bench_replay_row row = { frames, 4000 };
    struct bench_replay_result result, best = { 0 };

    for (int i = 0; i < BENCH_REPEATS; i++) {
        if (!bench_replay(&row, &result)) {
            complain(_("the bench's own capture was not read as it was written"));
            exit(EXIT_INTERNAL);
        }
        if (i == 0)
            best = result;
        best.cpu_ns = result.cpu_ns < best.cpu_ns ? result.cpu_ns : best.cpu_ns;
    }
    puts(_("rung replay --summary: a capture read and analysed; CPU time of this process"));
    puts(_("    frames  connections  sent again  file MiB  frames/CPU s  ns/frame  bytes/frame"));
    printf("%10" PRIu64 "  %11" PRIu32 "  %10" PRIu64 "  %8.1f  %12.0f  %8.0f  %11.1f\n",
           best.frames, best.connections, best.resent, (double)best.bytes / 1048576.0,
           (double)best.frames / best.cpu_ns * 1e9, best.cpu_ns / (double)best.frames,
           (double)best.grown_bytes / (double)best.frames);
}

/* ---- Options ---- */

struct bench_choice {
    bool tcp, udp, timeline, replay;
    int64_t datagrams, row, frames;
};

static void print_help(void)
{
    puts(_("rung bench                    what a frame and a segment cost\n"
           "rung bench --udp              only frames: 2 to 10,000 hosts\n"
           "rung bench --tcp              only segments: 1 to 1,000 flows, losses, windows\n"
           "rung bench --tcp --row 4      only one line of that table\n"
           "rung bench --datagrams 1000000\n"
           "rung bench timeline           stepping and jumping in a run of a million frames\n"
           "rung bench timeline --frames 100000 --row 2\n"
           "rung bench replay             reading a capture of a million frames\n\n"
           "A datagram is one frame on one link, two through a switch. The best of three\n"
           "runs counts. Peak memory is of the whole process so far."));
}

/* 0, or how it ends. */
static int read_option(int option, struct bench_choice *choice)
{
    char why[UNIT_WHY_SIZE];

    if (option == 'n') {
        if (unit_parse_count(optarg, 20000, 100000000, &choice->datagrams, why, sizeof(why)))
            return 0;
        complain("--datagrams: %s", why);
    } else if (option == 'r') {
        if (unit_parse_count(optarg, 1, ARRAY_LEN(tcp_rows), &choice->row, why, sizeof(why)))
            return 0;
        complain("--row: %s", why);
    } else if (option == 'f') {
        if (unit_parse_count(optarg, 10000, 10000000, &choice->frames, why, sizeof(why)))
            return 0;
        complain("--frames: %s", why);
    } else if (option == 't' || option == 'u') {
        choice->tcp |= option == 't';
        choice->udp |= option == 'u';
        return 0;
    }
    return EXIT_USAGE;
}

static void bench(const struct bench_choice *choice)
{
    if (choice->timeline)
        bench_walks((uint32_t)choice->frames, choice->row);
    if (choice->replay)
        bench_capture((uint32_t)choice->frames);
    if (choice->tcp || !(choice->udp || choice->timeline || choice->replay))
        bench_segments(choice->row);
    if (choice->udp || !(choice->tcp || choice->timeline || choice->replay))
        bench_frames((uint64_t)choice->datagrams);
}

int cmd_bench(int argc, char **argv)
{
    static const struct option options[] = { { "help", no_argument, NULL, 'h' },
                                             { "datagrams", required_argument, NULL, 'n' },
                                             { "row", required_argument, NULL, 'r' },
                                             { "tcp", no_argument, NULL, 't' },
                                             { "udp", no_argument, NULL, 'u' },
                                             { "frames", required_argument, NULL, 'f' },
                                             { 0 } };
    struct bench_choice choice = { .datagrams = 200000, .frames = 1000000 };
    int option;

    options_begin();
    while ((option = options_next(argc, argv, ":hn:", options)) != -1) {
        if (option == 'h') {
            print_help();
            return close_output(EXIT_DONE);
        }
        if (read_option(option, &choice) != 0)
            return EXIT_USAGE;
    }
    if (optind < argc && strcmp(argv[optind], "timeline") == 0) {
        choice.timeline = true;
        optind++;
    } else if (optind < argc && strcmp(argv[optind], "replay") == 0) {
        choice.replay = true;
        optind++;
    }
    if (!options_no_more(argc, argv))
        return EXIT_USAGE;
    bench(&choice);
    return close_output(EXIT_DONE);
}
