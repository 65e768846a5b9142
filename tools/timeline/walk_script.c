#include "tools/timeline/walk.h"

#include <stdio.h>
#include <stdlib.h>

#include "tools/lib/pkt_run.h"
#include "tools/lib/run_curves.h"
#include "tools/lib/text.h"

/*
 * The runner of scripts keeps what it knows outside the world's arena, so a
 * snapshot cannot take it back: a second run, up to the moment, shows that
 * moment. The first one, to the end, keeps the trace.
 */
struct walk_script {
    struct walk walk;
    struct pkt_script *script;
    enum pkt_profile profile;
    struct pkt_run whole;
    struct pkt_run now; /* up to the moment */
    bool is_there;      /* `now` is open */
    struct run_view whole_view;
    struct run_curves *curves;
};

static struct walk_script *script_of(struct walk *walk)
{
    return (struct walk_script *)(void *)walk;
}

static void leave(struct walk_script *s)
{
    if (s->is_there)
        pkt_run_close(&s->now);
    s->is_there = false;
    s->walk.view.world = s->whole.world.world;
}

static void go(struct walk *walk, uint32_t events)
{
    struct walk_script *s = script_of(walk);

    leave(s);
    if (events >= walk->run.events)
        return;
    s->is_there = pkt_run_to(&s->now, s->script, s->profile, events);
    /* Where memory is short the world stays at its end. */
    if (s->is_there)
        walk->view.world = s->now.world.world;
}

static void close_walk(struct walk *walk)
{
    struct walk_script *s = script_of(walk);

    leave(s);
    run_view_close(&walk->view);
    run_curves_free(s->curves);
    if (s->whole.world.world != NULL)
        pkt_run_close(&s->whole);
    pkt_script_free(s->script);
    free(s);
}

static bool load(struct walk_script *s, const struct session_options *options, char *error,
                 size_t size)
{
    struct diagnostics d;

    diagnostics_init(&d);
    s->script = pkt_script_load(options->path, options->defines, &d);
    diagnostics_print(&d, stderr);
    diagnostics_free(&d);
    snprintf(error, size, "%s", "");
    return s->script != NULL;
}

static bool show(struct walk_script *s)
{
    struct walk *walk = &s->walk;
    const struct trace *trace = &s->whole.world.trace;

    if (!run_view_open(&walk->view, s->whole.world.world, trace, s->script->purpose))
        return false;
    s->curves = run_curves_of(trace);
    walk->view.curves = s->curves;
    walk->view.commands = s->whole.said;
    walk->view.command_count = (uint32_t)s->script->event_count;
    s->whole_view = walk->view;
    walk->title = s->script->purpose[0] != '\0' ? s->script->purpose : s->script->name;
    walk->about = "";
    walk->run = (struct session_run){ .view = &walk->view,
                                      .whole = &s->whole_view,
                                      .hash = trace_hash(trace),
                                      .end = s->whole.world.world->now,
                                      .events = trace->events.count,
                                      .records = trace->records.count,
                                      .frames = trace->frames.count };
    return true;
}

struct walk *walk_script_open(const struct session_options *options, char *error, size_t size)
{
    struct walk_script *s = calloc(1, sizeof(*s));

    snprintf(error, size, "%s", _("out of memory"));
    if (s == NULL)
        return NULL;
    s->walk.go = go;
    s->walk.close = close_walk;
    s->profile = options->profile == NULL ? PKT_PROFILES : pkt_profile_find(options->profile);
    if (load(s, options, error, size)) {
        snprintf(error, size, "%s", _("out of memory"));
        if (pkt_run(&s->whole, s->script, s->profile) && show(s))
            return &s->walk;
    }
    close_walk(&s->walk);
    return NULL;
}
