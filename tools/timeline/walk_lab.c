#include "tools/timeline/walk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/units.h"
#include "sim/fault.h"
#include "sim/history.h"
#include "tools/lib/run_curves.h"
#include "tools/lib/simulation.h"
#include "tools/lib/text.h"

#define PROGRESS_EVENTS 100000
#define STOPS_EVENTS 5000 /* as often a person who has had enough is asked */

struct walk_lab {
    struct walk walk;
    struct lab *lab;
    struct simulation simulation;
    struct history history;
    bool has_history;
    struct run_curves *curves;
    const char **commands; /* texts of the script */
};

static struct walk_lab *lab_of(struct walk *walk)
{
    return (struct walk_lab *)(void *)walk;
}

static void go(struct walk *walk, uint32_t events)
{
    world_seek(&lab_of(walk)->history, events);
}

static void close_walk(struct walk *walk)
{
    struct walk_lab *l = lab_of(walk);

    run_view_close(&walk->view);
    if (l->has_history)
        history_close(&l->history);
    if (l->simulation.world != NULL)
        simulation_close(&l->simulation);
    lab_free(l->lab);
    run_curves_free(l->curves);
    free(l->commands);
    free(l);
}

void walk_first_error(struct diagnostics *d, char *error, size_t size)
{
    char *all = NULL;
    size_t len;
    const char *what, *mark = ": error: ";
    FILE *out = open_memstream(&all, &len);

    if (out == NULL)
        return;
    diagnostics_print(d, out);
    fclose(out);
    what = strstr(all, mark);
    what = what != NULL ? what + strlen(mark) : all;
    snprintf(error, size, "%.*s", (int)strcspn(what, "\n"), what);
    free(all);
}

/* Reads the file with --until as what it says itself by KEY, so that it is saved
 * with it. False: there is none, or that is no sound lab. */
static bool load_until(struct walk_lab *l, const struct session_options *options, const char *key,
                       const char **all, size_t count)
{
    struct lab_overrides overrides = { all, count + 1 }; /* there is room for one more */
    char value[80], time[64];
    struct diagnostics d;
    bool sound;

    if (!options->until_given)
        return false;
    unit_format_time(options->until, time, sizeof(time));
    snprintf(value, sizeof(value), "%s=%s", key, time);
    all[count] = value;
    diagnostics_init(&d);
    sound = lab_load(options->path, &overrides, &simulation_hooks, &l->lab, &d);
    diagnostics_free(&d);
    return sound;
}

/* Reads the file, or TEXT, in which the options stand already. */
static bool read_lab(struct walk_lab *l, const struct session_options *options,
                     const struct walk_text *text, struct diagnostics *d)
{
    const char **all = calloc(options->override_count + 2, sizeof(*all));
    struct lab_overrides overrides = { all, options->override_count };
    char seed[40];
    bool sound;

    if (text->text != NULL || all == NULL) {
        free(all);
        return text->text != NULL &&
               lab_parse(text->text, text->len, options->path, NULL, &simulation_hooks, &l->lab, d);
    }
    for (size_t i = 0; i < options->override_count; i++)
        all[i] = options->overrides[i];
    if (options->seed_given) {
        snprintf(seed, sizeof(seed), "seed=%" PRIu64, options->seed);
        all[overrides.count++] = seed;
    }
    /* No script goes on behind `until`; then the run is one that is cut short. */
    sound = load_until(l, options, "until", all, overrides.count) ||
            load_until(l, options, "stop", all, overrides.count) ||
            lab_load(options->path, &overrides, &simulation_hooks, &l->lab, d);
    free(all);
    return sound;
}

/* Errors of a file go to standard error, as those of `rung check`; those of a
 * text that a student's deeds have made into ERROR. */
static bool load(struct walk_lab *l, const struct session_options *options,
                 const struct walk_text *text, char *error, size_t size)
{
    struct diagnostics d;
    bool sound;

    diagnostics_init(&d);
    sound = read_lab(l, options, text, &d);
    snprintf(error, size, "%s", "");
    if (!sound && text->text != NULL)
        walk_first_error(&d, error, size);
    else if (!sound)
        diagnostics_print(&d, stderr);
    diagnostics_free(&d);
    return sound;
}

/* Tells how far the run is. False: it is to stop, and ERROR says so. */
static bool tell(const struct world *world, const struct session_options *options, char *error,
                 size_t size)
{
    if (options->progress != NULL && world->event_count % PROGRESS_EVENTS == 0)
        options->progress(world->now, world->until);
    if (options->stops == NULL || world->event_count % STOPS_EVENTS != 0 ||
        !options->stops(world->now))
        return true;
    snprintf(error, size, "%s", _("stopped: nothing was changed"));
    return false;
}

/* To the end, or until the trace is full, keeping snapshots. False: no memory, or
 * it was stopped. */
static bool run(struct walk_lab *l, const struct session_options *options, char *error,
                size_t size)
{
    struct world *world = l->simulation.world;

    while (trace_size(&l->simulation.trace) < l->simulation.trace_limit &&
           history_step(&l->history)) {
        if (!run_curves_follow(l->curves, &l->simulation.trace) ||
            !tell(world, options, error, size))
            return false;
    }
    run_curves_finish(l->curves);
    return true;
}

/* False: it has no end, or no memory is left, and ERROR says so. */
static bool run_to_end(struct walk_lab *l, const struct session_options *options, char *error,
                       size_t size)
{
    struct world *world = l->simulation.world;
    char at[64];

    if (!run(l, options, error, size))
        return false;
    if (!world->stuck && trace_size(&l->simulation.trace) < l->simulation.trace_limit)
        return true;
    unit_format_time(world->now, at, sizeof(at));
    snprintf(error, size,
             world->stuck ? _("stopped at %s: things happen without end and no time passes (a "
                              "loop over wires without delay?); give the wires a delay")
                          : _("stopped at %s: the run does not end (a loop of hubs or "
                              "switches?); look at its beginning with --until"),
             at);
    return false;
}

static bool compute(struct walk_lab *l, const struct session_options *options,
                    const struct walk_text *text, char *error, size_t size)
{
    struct simulation_options how = { .interventions = text->interventions,
                                      .intervention_count = text->intervention_count,
                                      .until_given = options->until_given,
                                      .until = options->until };

    snprintf(error, size, "%s", _("out of memory"));
    l->curves = run_curves_new();
    if (l->curves == NULL || !simulation_open(&l->simulation, l->lab, &how))
        return false;
    world_start(l->simulation.world);
    history_open(&l->history, l->simulation.world);
    l->has_history = true;
    return run_to_end(l, options, error, size);
}

/* Which frames a person has named that were never sent. */
static bool frames_exist(const struct walk_lab *l, const struct walk_text *text, char *error,
                         size_t size)
{
    for (uint32_t i = 0; i < text->intervention_count; i++) {
        if (text->interventions[i].frame <= l->simulation.world->frame_count)
            continue;
        snprintf(error, size, _("frame %u was never sent: this run has %u frames"),
                 text->interventions[i].frame, l->simulation.world->frame_count);
        return false;
    }
    return true;
}

static bool show(struct walk_lab *l)
{
    struct walk *walk = &l->walk;
    const struct trace *trace = &l->simulation.trace;

    l->commands = calloc(l->lab->command_count + 1, sizeof(*l->commands));
    if (l->commands == NULL ||
        !run_view_open(&walk->view, l->simulation.world, trace, l->lab->title))
        return false;
    for (size_t i = 0; i < l->lab->command_count; i++)
        l->commands[i] = l->lab->commands[i].text;
    walk->view.curves = l->curves;
    walk->view.commands = l->commands;
    walk->view.command_count = (uint32_t)l->lab->command_count;
    walk->title = l->lab->title;
    walk->about = l->lab->about;
    walk->run = (struct session_run){ .lab = l->lab,
                                      .view = &walk->view,
                                      .whole = &walk->view,
                                      .hash = trace_hash(trace),
                                      .end = l->simulation.world->now,
                                      .events = trace->events.count,
                                      .records = trace->records.count,
                                      .frames = trace->frames.count };
    return true;
}

struct walk *walk_lab_open(const struct session_options *options, const struct walk_text *text,
                           char *error, size_t size)
{
    struct walk_lab *l = calloc(1, sizeof(*l));
    bool sound;

    snprintf(error, size, "%s", _("out of memory"));
    if (l == NULL)
        return NULL;
    l->walk.go = go;
    l->walk.close = close_walk;
    sound = load(l, options, text, error, size) && compute(l, options, text, error, size) &&
            frames_exist(l, text, error, size);
    if (sound && !show(l)) {
        snprintf(error, size, "%s", _("out of memory"));
        sound = false;
    }
    if (sound)
        return &l->walk;
    close_walk(&l->walk);
    return NULL;
}

struct span walk_lab_source(const struct walk *walk)
{
    const struct walk_lab *l = (const struct walk_lab *)(const void *)walk;

    return (struct span){ (const uint8_t *)l->lab->source->text, l->lab->source->len };
}
