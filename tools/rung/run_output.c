#include "tools/rung/run_output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tools/lib/json_trace.h"
#include "tools/lib/ladder.h"
#include "tools/lib/narrate.h"
#include "tools/lib/output_file.h"
#include "tools/lib/run_capture.h"
#include "tools/lib/text.h"
#include "tools/rung/run_drawings.h"
#include "tools/rung/rung.h"

/* ---- What can be done ---- */

unsigned run_output_on_stdout(const struct run_options *o)
{
    unsigned count = o->json != NULL && strcmp(o->json, "-") == 0;

    count += o->svg != NULL && strcmp(o->svg, "-") == 0;
    count += o->plot != NULL && strcmp(o->plot, "-") == 0;
    for (size_t i = 0; i < o->capture_count; i++)
        count += strcmp(o->captures[i], "-") == 0;
    return count;
}

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);

    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

bool capture_is_ng(const char *path)
{
    return ends_with(path, ".pcapng");
}

bool capture_name_fits(const char *path)
{
    if (ends_with(path, ".pcap") || capture_is_ng(path) || strcmp(path, "-") == 0)
        return true;
    complain(_("-w %s: write a name that ends in .pcap or .pcapng"), path);
    return false;
}

bool run_output_fits(const struct run_options *o)
{
    if (run_output_on_stdout(o) + o->text + o->narrate > 1) {
        complain(_("standard output is asked for twice: write one of these to a file"));
        return false;
    }
    if (o->of != NULL && o->plot == NULL) {
        complain(_("--of %s says what --plot FILE draws: write both"), o->of);
        return false;
    }
    for (size_t i = 0; i < o->capture_count; i++) {
        const char *path = o->captures[i];

        if (capture_is_ng(path) && o->at != NULL) {
            complain(_("-w %s --at: a .pcapng shows every vantage point already"), path);
            return false;
        }
        if (!capture_name_fits(path))
            return false;
    }
    return true;
}

/* ---- Files ---- */

bool run_output_file(const char *path, bool (*write)(struct output_file *, const void *),
                     const void *context)
{
    struct output_file file;

    if (!output_open(&file, path)) {
        complain("%s: %s", path, strerror(errno));
        return false;
    }
    if (!write(&file, context)) {
        /* A reader of standard output that went away is no error. */
        bool quiet = strcmp(path, "-") == 0 && errno == EPIPE;

        if (!quiet)
            complain("%s: %s", path, strerror(errno));
        output_abandon(&file);
        return quiet;
    }
    if (!output_commit(&file)) {
        complain("%s: %s", path, strerror(errno));
        return false;
    }
    return true;
}

struct capture_order {
    const struct run_view *view;
    struct run_capture_options options;
};

static bool write_capture(struct output_file *file, const void *context)
{
    const struct capture_order *order = context;

    return run_capture_write(order->view, &order->options, output_sink(file));
}

static bool write_json(struct output_file *file, const void *context)
{
    return json_trace_write(context, file->stream);
}

static bool write_captures(const struct run_options *o, const struct run_view *view, uint16_t at)
{
    struct capture_order order = { view, { .at = at } };

    for (size_t i = 0; i < o->capture_count; i++) {
        order.options.format = capture_is_ng(o->captures[i]) ? CAPTURE_PCAPNG : CAPTURE_PCAP;
        if (!run_output_file(o->captures[i], write_capture, &order))
            return false;
    }
    return true;
}

int run_output_files(const struct run_options *o, const struct run_view *view, uint16_t at)
{
    if ((o->json != NULL && !run_output_file(o->json, write_json, view)) ||
        !write_captures(o, view, at))
        return EXIT_UNREADABLE;
    return run_drawings(o, view);
}

/* ---- The ladder ---- */

int output_width(void)
{
    struct winsize size;
    const char *columns = getenv("COLUMNS");

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return columns != NULL ? atoi(columns) : 0;
}

bool run_output_ladder(const struct run_options *o, const struct run_view *view)
{
    struct ladder_options options = {
        .width = o->width != 0 ? o->width : output_width(),
        .ascii = o->ascii || !colour_locale_is_utf8(),
        .colour = colour_wanted(o->colour, stdout),
        .why = o->why,
        .absolute = o->absolute,
    };
    struct narrate_options sentences = { .why = o->why, .absolute = o->absolute };
    bool told =
        o->narrate ? narrate(view, &sentences, stdout) : ladder_print(view, &options, stdout);

    return told || errno == EPIPE;
}
