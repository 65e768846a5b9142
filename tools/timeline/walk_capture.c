#include "tools/timeline/walk.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/lib/capture_run.h"
#include "tools/lib/gunzip.h"
#include "tools/lib/mapped_file.h"
#include "tools/lib/run_curves.h"
#include "tools/lib/text.h"

/*
 * Nobody simulated it, so there is no world to be taken anywhere: its clock
 * is set, and what hosts were thinking is inferred anew (capture_run.h). A long one
 * is shown in part while the rest is read.
 */
struct walk_capture {
    struct walk walk;
    struct run_view part_view; /* of what was read first */
    FILE *in;                  /* until all is read */
    struct mapped_file mapped; /* the same, if it is a file as it is */
    struct capture_run *run;
    struct run_curves *curves; /* of what is read */
};

static struct walk_capture *capture_of(struct walk *walk)
{
    return (struct walk_capture *)(void *)walk;
}

static void go(struct walk *walk, uint32_t events)
{
    capture_run_go(capture_of(walk)->run, events);
}

static void close_walk(struct walk *walk)
{
    struct walk_capture *w = capture_of(walk);

    run_curves_free(w->curves);
    capture_run_close(w->run);
    mapped_file_close(&w->mapped);
    if (w->in != NULL)
        fclose(w->in);
    free(w);
}

static size_t read_file(void *ctx, void *bytes, size_t len)
{
    return fread(bytes, 1, len, ctx);
}

static struct session_run run_of(const struct run_view *view)
{
    const struct trace *trace = view->trace;
    uint32_t events = trace->events.count;

    return (struct session_run){ .view = view,
                                 .whole = view,
                                 .end = events > 0 ? trace_event(trace, events)->at : 0,
                                 .events = events,
                                 .records = trace->records.count,
                                 .frames = trace->frames.count };
}

/* All is read. */
static void show_whole(struct walk_capture *w)
{
    struct walk *walk = &w->walk;

    run_curves_finish(w->curves);
    walk->view = *capture_run_view(w->run);
    walk->view.curves = w->curves;
    walk->run = run_of(&walk->view);
    walk->run.hash = trace_hash(walk->view.trace);
    walk->title = walk->view.title;
    walk->trouble = capture_run_trouble(w->run);
    walk->is_reading = false;
    fclose(w->in);
    w->in = NULL;
}

static bool read_on(struct walk *walk, uint32_t frames)
{
    struct walk_capture *w = capture_of(walk);

    if (!capture_run_go_on(w->run, frames) ||
        !run_curves_follow(w->curves, capture_run_trace(w->run)))
        return false;
    if (capture_run_is_whole(w->run))
        show_whole(w);
    return true;
}

static struct session_reading reading(const struct walk *walk)
{
    const struct walk_capture *w = (const struct walk_capture *)(const void *)walk;
    struct session_reading reading = { .frames = capture_run_trace(w->run)->frames.count };

    capture_run_done(w->run, &reading.bytes, &reading.of);
    return reading;
}

/* Only a part is read. */
static void show_part(struct walk_capture *w)
{
    struct walk *walk = &w->walk;

    w->part_view = *capture_run_view(w->run);
    walk->part = run_of(&w->part_view);
    walk->part.part = true;
    walk->title = w->part_view.title;
    walk->is_reading = true;
    walk->read_on = read_on;
    walk->reading = reading;
}

/* Why there is nothing to be shown; "": there is. */
static void find_trouble(const struct walk_capture *w, char *error, size_t size)
{
    snprintf(error, size, "%s", "");
    if (ferror(w->in))
        snprintf(error, size, _("cannot be read: %s"), strerror(errno));
    else if (capture_run_trace(w->run)->frames.count > 0)
        return;
    else if (capture_run_trouble(w->run)[0] != '\0')
        snprintf(error, size, "%s", capture_run_trouble(w->run));
    else
        snprintf(error, size, "%s",
                 capture_run_frames(w->run) == 0 ? _("the capture holds no frames")
                                                 : _("no frame matches the filter"));
}

static struct byte_source source_of(struct walk_capture *w)
{
    return w->mapped.bytes.at != NULL ? mapped_file_source(&w->mapped)
                                      : (struct byte_source){ read_file, w->in };
}

static bool load(struct walk_capture *w, const struct session_options *options, char *error,
                 size_t size)
{
    const char *slash = strrchr(options->path, '/');
    struct capture_run_options how = { .source = source_of(w),
                                       .file = w->mapped.bytes,
                                       .filter = options->filter != NULL ? options->filter : "",
                                       .part = options->part,
                                       .title = slash != NULL ? slash + 1 : options->path,
                                       .progress = options->progress };
    struct stat about;

    if (fstat(fileno(w->in), &about) == 0 && S_ISREG(about.st_mode))
        how.size = (uint64_t)about.st_size;
    w->run = capture_run_open(&how, error, size);
    if (w->run == NULL)
        return false;
    find_trouble(w, error, size);
    if (error[0] != '\0')
        return false;
    snprintf(error, size, "%s", _("out of memory"));
    w->curves = run_curves_new();
    if (w->curves == NULL || !run_curves_follow(w->curves, capture_run_trace(w->run)))
        return false;
    if (capture_run_is_whole(w->run))
        show_whole(w);
    else
        show_part(w);
    return true;
}

struct walk *walk_capture_open(const struct session_options *options, char *error, size_t size)
{
    struct walk_capture *w = calloc(1, sizeof(*w));
    FILE *in;

    if (w == NULL) {
        snprintf(error, size, "%s", _("out of memory"));
        return NULL;
    }
    in = fopen(options->path, "rb");
    w->in = in == NULL ? NULL : gunzip_open(in);
    if (w->in != NULL && w->in == in) /* as it is */
        (void)mapped_file_open(&w->mapped, in);
    if (w->in == NULL)
        snprintf(error, size, _("cannot be opened: %s"), strerror(errno));
    if (w->in == NULL || !load(w, options, error, size)) {
        close_walk(&w->walk);
        return NULL;
    }
    w->walk.go = go;
    w->walk.close = close_walk;
    w->walk.about = capture_run_about(w->run);
    return &w->walk;
}
