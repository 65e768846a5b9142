#include "tools/timeline/bench_screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/hash.h"
#include "tools/lib/bench.h"
#include "tools/lib/run_curves.h"
#include "tools/timeline/obey.h"
#include "tools/timeline/view.h"

enum {
    WIDTH = 160,
    HEIGHT = 50,
    PLACES = 50, /* where to jump to, and to step from */
    STEPS = 10,  /* from each of them, each way */
    SAMPLES_MAX = PLACES * (2 * STEPS + 1) + 2,
    FILTERED = 1000, /* places behind these are others than those before */
};

struct bench {
    struct session *session;
    struct ui ui;
    struct bench_drawings *drawings;
    bool astray;
    uint32_t counts[SCREEN_MOVES];
    double samples[SCREEN_MOVES][SAMPLES_MAX];
};

/* ---- Opening ---- */

/* The session reads a file: TEXT goes into one that is gone when this is over. */
static struct session *open_text(const char *text)
{
    char path[] = "/tmp/rung-bench-XXXXXX", error[500];
    struct session_options options = { .path = path };
    struct session *session = NULL;
    int file = mkstemp(path);
    FILE *out = file < 0 ? NULL : fdopen(file, "w");

    if (out == NULL)
        return NULL;
    if (fputs(text, out) >= 0 && fclose(out) == 0)
        session = session_open(&options, error, sizeof(error));
    unlink(path);
    return session;
}

static void draw(struct bench *bench)
{
    struct canvas canvas;

    if (!canvas_open(&canvas, WIDTH, HEIGHT)) {
        bench->astray = true;
        return;
    }
    view(&bench->ui, &canvas);
    canvas_close(&canvas);
}

static void open_screen(struct bench *bench)
{
    static const char *const names[] = { "why", "window", "plot" };

    if (!ui_attach(&bench->ui, bench->session)) {
        bench->astray = true;
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(names) && i < UI_SLOTS_MAX; i++)
        bench->ui.shown[i] = (int)(pane_find(names[i]) - panes);
    ui_press(&bench->ui, (struct press){ K_RESIZE, WIDTH, HEIGHT });
    draw(bench);
}

/* ---- Keys ---- */

static void sample(struct bench *bench, enum screen_move move, double ns)
{
    if (bench->counts[move] < SAMPLES_MAX)
        bench->samples[move][bench->counts[move]++] = ns;
}

/* What took the time since BEGUN was MOVE; the screen follows. */
static void measure(struct bench *bench, enum screen_move move, double begun)
{
    double moved = bench_cpu_ns();

    sample(bench, move, moved - begun);
    draw(bench);
    sample(bench, SCREEN_DRAW, bench_cpu_ns() - moved);
}

static void measure_all(struct bench *bench)
{
    bench->astray |= !bench_drawings_sample(bench->drawings, &bench->ui);
}

static void press(struct bench *bench, enum screen_move move, int key)
{
    uint32_t before = bench->ui.moment.record;
    double begun = bench_cpu_ns();

    ui_press(&bench->ui, (struct press){ key, 0, 0 });
    measure(bench, move, begun);
    bench->astray |= bench->ui.moment.record == before;
}

static void obey(struct bench *bench, enum verb verb, const char *argument)
{
    struct order order = { .verb = verb };

    snprintf(order.argument, sizeof(order.argument), "%s", argument);
    ui_obey(&bench->ui, &order);
    bench->astray |= bench->ui.message.is_error;
}

/* Somewhere between the second and the second last tenth of the run, so that
 * there is a way to step. */
static void go(struct bench *bench, unsigned place)
{
    vtime end = session_run(bench->session, SESSION_ORIGINAL)->end;
    vtime to = end / 10 + (vtime)(hash_mix(place) % (uint64_t)(end / 10 * 8));
    char time[30];

    snprintf(time, sizeof(time), "%lldus", (long long)(to / 1000));
    obey(bench, ORDER_GO, time);
}

static void walk_about(struct bench *bench)
{
    for (unsigned place = 0; place < PLACES; place++) {
        double begun = bench_cpu_ns();

        go(bench, place);
        measure(bench, SCREEN_JUMP, begun);
        measure_all(bench);
        for (unsigned i = 0; i < STEPS; i++)
            press(bench, SCREEN_BACK, K_LEFT);
        measure_all(bench);
        for (unsigned i = 0; i < STEPS; i++)
            press(bench, SCREEN_STEP, K_RIGHT);
    }
}

/* The first and the last page are made in other ways than those between. */
static void go_to_the_ends(struct bench *bench)
{
    press(bench, SCREEN_JUMP, K_END);
    measure_all(bench);
    press(bench, SCREEN_JUMP, K_HOME);
    measure_all(bench);
}

/* The ladder with the frames of one host only. */
static void walk_filtered(struct bench *bench)
{
    obey(bench, ORDER_FILTER, "src host 10.0.0.2");
    for (unsigned place = 0; place < PLACES; place++) {
        double begun;

        go(bench, FILTERED + place);
        begun = bench_cpu_ns();
        draw(bench);
        sample(bench, SCREEN_DRAW_FILTERED, bench_cpu_ns() - begun);
    }
}

/* ---- Figures ---- */

static void sum_up(struct bench *bench, struct bench_screen_result *result)
{
    const struct session_run *run = session_run(bench->session, SESSION_ORIGINAL);
    const struct trace *trace = run->view->trace;

    for (unsigned move = 0; move < SCREEN_MOVES; move++)
        result->moves[move] = bench_timing_of(bench->samples[move], bench->counts[move]);
    result->drawing_count = bench_drawings_count();
    ASSERT(result->drawing_count <= BENCH_DRAWINGS_MAX);
    for (unsigned i = 0; i < result->drawing_count; i++)
        result->drawings[i] = bench_drawings_get(bench->drawings, i);
    result->frames = run->frames;
    result->frame_bytes = trace->bytes.used;
    result->trace_bytes = trace_size(trace) - trace->bytes.used;
    result->curve_bytes = run_curves_size(run->view->curves);
    result->book_bytes = picture_size(bench->ui.pictures[SESSION_ORIGINAL]);
}

static void run_bench(struct bench *bench, struct bench_screen_result *result)
{
    double begun = bench_cpu_ns();

    open_screen(bench);
    result->layout_ns = bench_cpu_ns() - begun;
    if (!bench->astray)
        walk_about(bench);
    if (!bench->astray)
        go_to_the_ends(bench);
    if (!bench->astray)
        sum_up(bench, result); /* before a filter makes another ladder */
    if (!bench->astray)
        walk_filtered(bench);
    result->moves[SCREEN_DRAW_FILTERED] =
        bench_timing_of(bench->samples[SCREEN_DRAW_FILTERED], bench->counts[SCREEN_DRAW_FILTERED]);
}

bool bench_screen(const struct bench_timeline_row *row, struct bench_screen_result *result)
{
    struct bench *bench = calloc(1, sizeof(*bench));
    char *text = bench_timeline_lab(row);
    double begun = bench_cpu_ns();
    bool good = false;

    memset(result, 0, sizeof(*result));
    if (bench != NULL && ui_open(&bench->ui, WIDTH, HEIGHT)) {
        bench->drawings = bench_drawings_new();
        bench->astray = bench->drawings == NULL;
        bench->session = open_text(text);
        result->run_ns = bench_cpu_ns() - begun;
        if (bench->session != NULL)
            run_bench(bench, result);
        good = bench->session != NULL && !bench->astray;
        ui_close(&bench->ui);
        session_close(bench->session);
        bench_drawings_free(bench->drawings);
    }
    free(bench);
    free(text);
    return good;
}
