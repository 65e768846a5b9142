/*
 * capture_run_read.c - from the file into the run, at once or bit by bit.
 *
 *   file     |=== part ===|~~~~~~~~~~~~~~~~~~~~|
 *   opened                ^ a world of the hosts so far; what is shown
 *   go_on                  ---->                 the trace alone grows
 *   whole                                      ^ a world of all hosts
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/capture_run_parts.h"
#include "tools/lib/run_prefix.h"
#include "tools/lib/text.h"

enum {
    PROGRESS_FRAMES = 8192,
    WORLD_RESERVE = 1 << 26,
};

static const struct node_ops capture_ops = { .kind = CAPTURE_NODE_KIND };

/* ---- The world that it must have been ---- */

static void add_wires(const struct capture_run *run, struct world *world)
{
    const struct capture_wire *wires = run->wires.items;
    char name[2 * CAPTURE_HOST_NAME_SIZE + 8];

    for (uint32_t i = 0; i < run->wires.count; i++) {
        struct node *a = world->nodes[wires[i].node[0]];
        struct node *b = world->nodes[wires[i].node[1]];

        snprintf(name, sizeof(name), "%s - %s", a->name, b->name);
        link_new(world, name, &a->ports[wires[i].port[0]], &b->ports[wires[i].port[1]]);
    }
}

static struct world *make_world(struct capture_run *run)
{
    const struct world_config config = { .node_limit = run->host_count,
                                         .link_limit = run->wires.count,
                                         .until = VTIME_MAX,
                                         .reserve = WORLD_RESERVE };
    struct world *world = world_new(&config);

    if (world == NULL)
        return NULL;
    for (unsigned i = 0; i < run->host_count; i++)
        world_add_node(world, ARENA_NEW(&world->arena, struct node), &capture_ops,
                       run->hosts[i].name, run->hosts[i].ports);
    add_wires(run, world);
    return world;
}

/* The connections of all hosts so far; the hosts get more. False: no memory. */
static bool copy_ends(const struct capture_run *run, struct run_view *view)
{
    for (unsigned i = 0; i < run->host_count; i++) {
        const struct capture_end_host *host = &run->hosts[i];

        if (host->end_count == 0)
            continue;
        view->nodes[i].ends = malloc(host->end_count * sizeof(*host->ends));
        if (view->nodes[i].ends == NULL)
            return false;
        memcpy(view->nodes[i].ends, host->ends, host->end_count * sizeof(*host->ends));
        view->nodes[i].ends_count = host->end_count;
    }
    return true;
}

/* What has been read, as TRACE has it. False: no memory. */
static bool show(struct capture_run *run, struct capture_shown *shown, const struct trace *trace)
{
    shown->world = make_world(run);
    if (shown->world == NULL)
        return false;
    shown->is_open = run_view_begin(&shown->view, shown->world, trace, run->title);
    if (!shown->is_open || !copy_ends(run, &shown->view))
        return false;
    run_gist_follow(&run->gist, trace, trace->records.count);
    run_view_judge(&shown->view, &run->gist);
    shown->view.shared_ports = run_has_shared_ports(&shown->view);
    shown->view.capture = run;
    return true;
}

static void add_about(struct capture_run *run, bool when, const char *sentence)
{
    size_t used = strlen(run->about);

    if (when)
        snprintf(run->about + used, sizeof(run->about) - used, "%s%s", used > 0 ? " " : "",
                 sentence);
}

static void say_about(struct capture_run *run)
{
    run->about[0] = '\0';
    add_about(run, true,
              _("A capture: frames are shown at the time at which they were seen; states of the "
                "hosts are inferred."));
    add_about(run, run->made_up,
              _("Its frames have no Ethernet header: the one shown is made up."));
    add_about(run, run->folded, _("Hosts that have no column of their own are \"others\"."));
    add_about(run, run->went_back, _("Times that go back are those of the frame before."));
    add_about(run, run->trace.frames.count < run->frames,
              _("Frames are numbered as the filter chose them."));
}

/* ---- Reading ---- */

static void note_trouble(struct capture_run *run, const struct capture_reader *reader)
{
    char place[80];

    if (run->trace.frames.count == CAPTURE_FRAMES_MAX) {
        snprintf(run->trouble, sizeof(run->trouble), _("only the first %d frames were read"),
                 CAPTURE_FRAMES_MAX);
        return;
    }
    if (reader->error == CAPTURE_NO_ERROR)
        return;
    capture_error_place(reader, place, sizeof(place));
    snprintf(run->trouble, sizeof(run->trouble), "%s%s%s", place, place[0] != '\0' ? ": " : "",
             _(capture_error_sentence(reader->error)));
}

/* The next frame, if one more is wanted. */
static bool next_frame(struct capture_run *run, struct capture_frame *captured)
{
    const struct capture_run_options *options = &run->reading.options;
    uint32_t count = run->trace.frames.count;

    return count < CAPTURE_FRAMES_MAX && (options->count == 0 || count < options->count) &&
           capture_read(run->reading.reader, captured) == CAPTURE_GOT_FRAME;
}

static void end_reading(struct capture_run *run)
{
    struct capture_reading *reading = &run->reading;

    capture_filter_close(&reading->filter);
    free(reading->memory);
    free(reading->reader);
    reading->memory = NULL;
    reading->reader = NULL;
}

static bool finish(struct capture_run *run)
{
    run->frames = run->reading.reader->frames;
    note_trouble(run, run->reading.reader);
    capture_watch_finish(run->watch);
    end_reading(run);
    say_about(run);
    run->is_read = show(run, &run->whole, &run->trace);
    return run->is_read;
}

/* The part that is shown does not grow; where its records are found may have changed. */
static void keep_part(struct capture_run *run)
{
    if (run->part.is_open)
        run_prefix_cut(&run->part_trace, &run->trace, run->part_trace.events.count);
    run_gist_follow(&run->gist, &run->trace, run->trace.records.count);
}

bool capture_run_go_on(struct capture_run *run, uint64_t frames)
{
    struct capture_frame captured;

    if (run->reading.reader == NULL) /* all is read, or the end of it found no memory */
        return run->is_read;
    for (uint64_t i = 0; i < frames; i++) {
        if (!next_frame(run, &captured)) {
            bool finished = finish(run);

            keep_part(run);
            return finished;
        }
        if (capture_filter_matches(&run->reading.filter, &captured) &&
            !capture_run_take(run, &captured))
            return false;
    }
    keep_part(run);
    return true;
}

/* Reads what is to be read at first, and shows it. */
static bool read_part(struct capture_run *run)
{
    const struct capture_run_options *options = &run->reading.options;
    const struct capture_reader *reader = run->reading.reader;

    while (!run->is_read &&
           (options->part == 0 || reader->frames < options->part || run->trace.frames.count == 0)) {
        uint64_t more = PROGRESS_FRAMES;

        if (options->part > 0)
            more = min_size(more, options->part > reader->frames ? options->part - reader->frames
                                                                 : options->part);
        if (!capture_run_go_on(run, more))
            return false;
        if (options->progress != NULL && !run->is_read)
            options->progress((vtime)reader->offset, (vtime)options->size);
    }
    if (run->is_read)
        return true;
    run->frames = reader->frames;
    say_about(run);
    run_prefix_cut(&run->part_trace, &run->trace, run->trace.events.count);
    if (!show(run, &run->part, &run->part_trace))
        return false;
    run->part.view.goes_on = true;
    return true;
}

static bool fill(struct capture_run *run)
{
    struct capture_reading *reading = &run->reading;

    memset(run->wire_of, 0xff, sizeof(run->wire_of)); /* LINK_NONE */
    run->trace_is_open = trace_open(&run->trace);
    if (run->trace_is_open)
        trace_lend(&run->trace, reading->options.file);
    run->watch = capture_watch_open();
    run->threads = capture_threads_open();
    reading->reader = malloc(sizeof(*reading->reader));
    reading->memory = malloc(REPLAY_HEADER_ROOM + CAPTURE_BUFFER_BYTES);
    if (!run->trace_is_open || run->watch == NULL || run->threads == NULL ||
        reading->reader == NULL || reading->memory == NULL)
        return false;
    capture_reader_init(reading->reader, reading->options.source,
                        reading->memory + REPLAY_HEADER_ROOM);
    return read_part(run);
}

struct capture_run *capture_run_open(const struct capture_run_options *options, char *error,
                                     size_t size)
{
    struct capture_run *run;
    struct capture_filter filter;
    char why[FILTER_ERROR_BYTES];
    size_t column;

    if (!capture_filter_open(&filter, options->filter, why, &column)) {
        snprintf(error, size, _("the filter, column %zu: %s"), column + 1, why);
        return NULL;
    }
    snprintf(error, size, "%s", _("out of memory"));
    run = calloc(1, sizeof(*run));
    if (run == NULL) {
        capture_filter_close(&filter);
        return NULL;
    }
    run->reading.options = *options;
    run->reading.filter = filter;
    snprintf(run->title, sizeof(run->title), "%s", options->title);
    if (fill(run))
        return run;
    capture_run_close(run);
    return NULL;
}

/* ---- Closing ---- */

static void close_shown(struct capture_shown *shown)
{
    if (shown->is_open)
        run_view_close(&shown->view);
    world_free(shown->world);
}

void capture_run_close(struct capture_run *run)
{
    if (run == NULL)
        return;
    end_reading(run);
    close_shown(&run->part);
    close_shown(&run->whole);
    capture_watch_close(run->watch);
    capture_threads_close(run->threads);
    if (run->trace_is_open)
        trace_close(&run->trace);
    for (unsigned i = 0; i < run->host_count; i++) {
        free(run->hosts[i].ends);
        free(run->hosts[i].connections);
    }
    free(run->wires.items);
    free(run->facts.items);
    free(run->connections.items);
    free(run->saved.items);
    free(run->table);
    free(run);
}

/* ---- Questions ---- */

bool capture_run_is_whole(const struct capture_run *run)
{
    return run->is_read;
}

void capture_run_done(const struct capture_run *run, uint64_t *bytes, uint64_t *of)
{
    *of = run->reading.options.size;
    *bytes = *of;
    if (run->reading.reader != NULL)
        *bytes = min_size(run->reading.reader->offset, *of);
}

const struct trace *capture_run_trace(const struct capture_run *run)
{
    return &run->trace;
}

const struct run_view *capture_run_view(const struct capture_run *run)
{
    return run->is_read ? &run->whole.view : &run->part.view;
}

void capture_run_go(struct capture_run *run, uint32_t events)
{
    struct world *worlds[] = { run->part.world, run->whole.world };

    for (size_t i = 0; i < ARRAY_LEN(worlds); i++) {
        if (worlds[i] == NULL)
            continue;
        worlds[i]->event_count = events;
        worlds[i]->now = events == 0 ? 0 : trace_event(&run->trace, events)->at;
    }
}
