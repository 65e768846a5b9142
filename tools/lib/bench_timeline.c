#include "tools/lib/bench_timeline.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/hash.h"
#include "tools/lib/bench.h"
#include "tools/lib/simulation.h"

enum {
    MSS = 500,         /* short, so that a million frames fit into a laptop */
    PLACES = 50,       /* where to jump to, and to step from */
    STEPS = 10,        /* from each of them, each way */
    STEPS_LONG = 1000, /* back from the end */
    SAMPLES_MAX = 10000,
};

struct walk {
    struct lab *lab;
    struct simulation simulation;
    uint32_t events;
    bool astray;
    uint32_t counts[BENCH_MOVES];
    double samples[BENCH_MOVES][SAMPLES_MAX];
};

/* ---- The lab ---- */

/* Two segments of data have one ACK. */
char *bench_timeline_lab(const struct bench_timeline_row *row)
{
    uint64_t bytes = (uint64_t)row->frames * 2 / 3 * MSS / row->flows;
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    ASSERT(out != NULL);
    fprintf(out,
            "hosts:\n"
            "  a: { ip: 10.0.0.1/24, tcp: { mss: %d } }\n"
            "  b: { ip: 10.0.0.2/24 }\n"
            "links:\n"
            "  wire: { ends: [a, b], rate: 1Gbit, delay: 1ms, loss: 0.1%%, queue: 10000 packets }\n"
            "script:\n"
            "  - { at: 0s, b: listen 80 backlog 1000 }\n",
            MSS);
    for (unsigned i = 0; i < row->flows; i++)
        fprintf(out,
                "  - { at: %uus, a: connect b:80 }\n"
                "  - { at: %uus, a: send %" PRIu64 "B }\n",
                1000 + i * 100, 1000 + i * 100, bytes);
    fclose(out);
    return text;
}

static bool walk_open(struct walk *walk, const struct bench_timeline_row *row)
{
    struct simulation_options options = { .keep_history = true };
    char *text = bench_timeline_lab(row);
    struct diagnostics d;
    bool good;

    diagnostics_init(&d);
    good = lab_parse(text, strlen(text), "bench", NULL, &simulation_hooks, &walk->lab, &d);
    diagnostics_print(&d, stderr);
    diagnostics_free(&d);
    free(text);
    if (!good || !simulation_open(&walk->simulation, walk->lab, &options))
        return false;
    simulation_run(&walk->simulation, NULL);
    walk->events = walk->simulation.world->event_count;
    return !walk->simulation.overflowed && walk->simulation.trace.frames.count >= row->frames;
}

static void walk_close(struct walk *walk)
{
    if (walk->simulation.lab != NULL)
        simulation_close(&walk->simulation);
    lab_free(walk->lab);
    free(walk);
}

/* ---- Moving about ---- */

/* To EVENT, as a MOVE whose time counts. */
static void go(struct walk *walk, enum bench_move move, uint32_t event)
{
    double begun = bench_cpu_ns();
    bool good = world_seek(&walk->simulation.history, event);

    if (walk->counts[move] < SAMPLES_MAX)
        walk->samples[move][walk->counts[move]++] = bench_cpu_ns() - begun;
    walk->astray |= !good || walk->simulation.world->event_count != event;
}

/* The number of the frame that was sent last. */
static uint32_t frame_now(const struct walk *walk)
{
    return walk->simulation.world->frame_count;
}

static void step_back(struct walk *walk, enum bench_move move)
{
    uint32_t frame = frame_now(walk);

    if (frame > 1)
        go(walk, move, trace_frame(&walk->simulation.trace, frame - 1)->event);
}

static void step_forward(struct walk *walk)
{
    uint32_t frame = frame_now(walk);

    if (frame < walk->simulation.trace.frames.count)
        go(walk, BENCH_FORWARD, trace_frame(&walk->simulation.trace, frame + 1)->event);
}

static void walk_about(struct walk *walk)
{
    uint64_t hash = trace_hash(&walk->simulation.trace);

    for (unsigned i = 0; i < STEPS_LONG; i++)
        step_back(walk, BENCH_BACK_LONG);
    for (unsigned place = 0; place < PLACES; place++) {
        go(walk, BENCH_JUMP, (uint32_t)(hash_mix(place) % ((uint64_t)walk->events + 1)));
        for (unsigned i = 0; i < STEPS; i++)
            step_back(walk, BENCH_BACK);
        for (unsigned i = 0; i < STEPS; i++)
            step_forward(walk);
    }
    walk->astray |= !world_seek(&walk->simulation.history, walk->events);
    walk->astray |= trace_hash(&walk->simulation.trace) != hash;
}

/* ---- Figures ---- */

static int compare_samples(const void *left, const void *right)
{
    const double *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

struct bench_timing bench_timing_of(double *samples, uint32_t count)
{
    if (count == 0)
        return (struct bench_timing){ 0, 0, 0 };
    qsort(samples, count, sizeof(*samples), compare_samples);
    return (struct bench_timing){ count, samples[count / 2], samples[count - 1] };
}

static void sum_up(struct walk *walk, struct bench_timeline_result *result)
{
    const struct simulation *s = &walk->simulation;

    for (unsigned move = 0; move < BENCH_MOVES; move++)
        result->moves[move] = bench_timing_of(walk->samples[move], walk->counts[move]);
    result->frames = s->trace.frames.count;
    result->events = s->trace.events.count;
    result->records = s->trace.records.count;
    result->frame_bytes = s->trace.bytes.used;
    result->trace_bytes = trace_size(&s->trace) - s->trace.bytes.used;
    result->history_bytes = history_size(&s->history);
    result->world_bytes = s->world->arena.used;
    result->snapshots = s->history.count + s->history.near_count;
}

bool bench_timeline(const struct bench_timeline_row *row, struct bench_timeline_result *result)
{
    struct walk *walk = calloc(1, sizeof(*walk));
    double begun = bench_cpu_ns();
    bool good;

    memset(result, 0, sizeof(*result));
    if (walk == NULL)
        return false;
    good = walk_open(walk, row);
    result->open_ns = bench_cpu_ns() - begun;
    if (good) {
        walk_about(walk);
        sum_up(walk, result);
        good = !walk->astray;
    }
    walk_close(walk);
    return good;
}
