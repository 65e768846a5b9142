#include "tools/timeline/walk.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/lib/capture_run.h"
#include "tools/lib/gunzip.h"
#include "tools/lib/run_curves.h"
#include "tools/lib/text.h"

/*
 * Nobody simulated it, so there is no world to be taken anywhere: its clock
 * is set, and what hosts were thinking is inferred anew (capture_run.h).
 */
struct walk_capture {
    struct walk walk;
    struct capture_run *run;
    struct run_curves *curves;
};

static struct walk_capture *capture_of(struct walk *walk)
{
    return (struct walk_capture *)(void *)walk;
}

static void go(struct walk *walk, uint32_t events)
{
    struct world *world = capture_run_world(capture_of(walk)->run);

    world->event_count = events;
    world->now = events == 0 ? 0 : trace_event(walk->view.trace, events)->at;
}

static void close_walk(struct walk *walk)
{
    run_curves_free(capture_of(walk)->curves);
    capture_run_close(capture_of(walk)->run);
    free(walk);
}

static size_t read_file(void *ctx, void *bytes, size_t len)
{
    return fread(bytes, 1, len, ctx);
}

static bool load(struct walk_capture *w, FILE *in, const struct session_options *options,
                 char *error, size_t size)
{
    const char *slash = strrchr(options->path, '/');
    struct capture_run_options how = { .source = { read_file, in },
                                       .filter = options->filter != NULL ? options->filter : "",
                                       .title = slash != NULL ? slash + 1 : options->path,
                                       .progress = options->progress };
    struct stat about;

    if (fstat(fileno(in), &about) == 0 && S_ISREG(about.st_mode))
        how.size = (uint64_t)about.st_size;
    w->run = capture_run_open(&how, error, size);
    if (w->run == NULL)
        return false;
    if (!ferror(in) && capture_run_view(w->run)->trace->frames.count > 0)
        return true;
    if (ferror(in))
        snprintf(error, size, _("cannot be read: %s"), strerror(errno));
    else if (capture_run_trouble(w->run)[0] != '\0')
        snprintf(error, size, "%s", capture_run_trouble(w->run));
    else
        snprintf(error, size, "%s",
                 capture_run_frames(w->run) == 0 ? _("the capture holds no frames")
                                                 : _("no frame matches the filter"));
    capture_run_close(w->run);
    return false;
}

static void show(struct walk_capture *w)
{
    struct walk *walk = &w->walk;
    const struct trace *trace;

    walk->view = *capture_run_view(w->run);
    trace = walk->view.trace;
    w->curves = run_curves_of(trace);
    walk->view.curves = w->curves;
    walk->go = go;
    walk->close = close_walk;
    walk->title = walk->view.title;
    walk->about = capture_run_about(w->run);
    walk->trouble = capture_run_trouble(w->run);
    walk->run = (struct session_run){ .view = &walk->view,
                                      .whole = &walk->view,
                                      .hash = trace_hash(trace),
                                      .end = trace_event(trace, trace->events.count)->at,
                                      .events = trace->events.count,
                                      .records = trace->records.count,
                                      .frames = trace->frames.count };
}

struct walk *walk_capture_open(const struct session_options *options, char *error, size_t size)
{
    struct walk_capture *w = calloc(1, sizeof(*w));
    FILE *in = fopen(options->path, "rb");
    bool loaded = false;

    if (in != NULL)
        in = gunzip_open(in);
    if (w == NULL)
        snprintf(error, size, "%s", _("out of memory"));
    else if (in == NULL)
        snprintf(error, size, _("cannot be opened: %s"), strerror(errno));
    else
        loaded = load(w, in, options, error, size);
    if (in != NULL)
        fclose(in);
    if (loaded) {
        show(w);
        return &w->walk;
    }
    free(w);
    return NULL;
}
