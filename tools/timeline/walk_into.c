#include "tools/timeline/walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/state.h"
#include "tools/lib/into.h"
#include "tools/lib/run_curves.h"
#include "tools/lib/text.h"

enum { TITLE_SIZE = 200, ABOUT_SIZE = 600, WHY_SIZE = 120 };

/* The run of the host that answers; what the real one had said stands in its text. */
struct walk_into {
    struct walk walk;
    struct into *into; /* the caller's */
    struct run_curves *curves;
    char title[TITLE_SIZE], about[ABOUT_SIZE];
};

static struct walk_into *into_of(struct walk *walk)
{
    return (struct walk_into *)(void *)walk;
}

static void go(struct walk *walk, uint32_t events)
{
    world_seek(&into_of(walk)->into->simulation.history, events);
}

static void close_walk(struct walk *walk)
{
    run_view_close(&walk->view);
    run_curves_free(into_of(walk)->curves);
    free(walk);
}

/* How it went beside the real one. */
static void write_about(struct walk_into *w)
{
    const struct into *into = w->into;
    const struct into_tally *t = &into->tally;
    char why[WHY_SIZE] = "", first[WHY_SIZE + 80] = "";

    if (into->first_difference < into->row_count) {
        const struct into_row *row = &into->rows[into->first_difference];

        into_explain(into, row, why, sizeof(why));
        snprintf(first, sizeof(first), _("First difference at %.6f s: %s. "), (double)row->at / 1e9,
                 why);
    }
    snprintf(w->about, sizeof(w->about),
             _("One side of a captured connection is replayed; the other is simulated and answers "
               "live. %u of the real host's %u answers are the same. %sAt the end the real host "
               "was in %s, the simulated one is in %s."),
             t->same, t->real, first, state_name(into->real_state),
             state_name(into->simulated_state));
}

static bool show(struct walk_into *w, const char *path)
{
    struct walk *walk = &w->walk;
    struct simulation *s = &w->into->simulation;
    const char *slash = strrchr(path, '/');

    if (!run_view_open(&walk->view, s->world, &s->trace, w->into->lab->title))
        return false;
    w->curves = run_curves_of(&s->trace);
    walk->view.curves = w->curves;
    snprintf(w->title, sizeof(w->title), _("%s, replayed into %s"),
             slash != NULL ? slash + 1 : path, s->world->nodes[1]->name);
    write_about(w);
    walk->title = w->title;
    walk->about = w->about;
    walk->go = go;
    walk->close = close_walk;
    walk->run = (struct session_run){ .lab = w->into->lab,
                                      .view = &walk->view,
                                      .whole = &walk->view,
                                      .hash = trace_hash(&s->trace),
                                      .end = s->world->now,
                                      .events = s->trace.events.count,
                                      .records = s->trace.records.count,
                                      .frames = s->trace.frames.count };
    return true;
}

struct walk *walk_into_open(const struct session_options *options, char *error, size_t size)
{
    struct walk_into *w = calloc(1, sizeof(*w));

    if (w != NULL) {
        w->into = options->into;
        if (show(w, options->path))
            return &w->walk;
    }
    free(w);
    snprintf(error, size, "%s", _("out of memory"));
    return NULL;
}
