#include "tools/lib/replay.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/lib/capture_analysis.h"
#include "tools/lib/capture_filter.h"
#include "tools/lib/diagnostic.h"
#include "tools/lib/replay_parts.h"
#include "tools/lib/replay_progress.h"
#include "tools/lib/text.h"

enum {
    NAME_WIDTH = 15, /* "255.255.255.255" */
    NAME_WIDTH_MAX = 25,
    LINE_REST = 50, /* number, time, arrow, and few words of facts */
    NUMBER_WIDTH = 6
};

struct replay {
    const struct replay_options *options;
    FILE *in, *out, *err;
    uint8_t *memory; /* REPLAY_HEADER_ROOM, then the reader's buffer */
    struct capture_reader reader;
    struct capture_filter filter;
    uint64_t shown;
    struct replay_layout layout;
    struct tcp_view *tcp;
    struct capture_threads *threads;   /* NULL: nobody asks for them */
    struct capture_analysis *analysis; /* NULL: nobody asks what a segment acknowledges */
    struct replay_breaks *breaks;      /* NULL: nobody asks for them */
    struct replay_progress progress;
    char why[REPLAY_WHY_SIZE]; /* it cannot be shown; "": errno tells */
};

static size_t read_file(void *ctx, void *bytes, size_t len)
{
    return (fread_unlocked)(bytes, 1, len, ctx);
}

static void complain_of_filter(struct replay *replay, size_t column, const char *error)
{
    const char *text = replay->options->filter;
    struct diagnostics diagnostics;
    struct source source;
    diagnostics_init(&diagnostics);
    source_init(&source, _("filter"), text, strlen(text));
    diagnostic_error(&diagnostics, (struct mark){ &source, 1, (uint32_t)column + 1, 1 }, "%s",
                     error);
    diagnostics_print(&diagnostics, replay->err);
    diagnostics_free(&diagnostics);
    source_free(&source);
}

static bool open_filter(struct replay *replay)
{
    char error[FILTER_ERROR_BYTES];
    size_t column;

    if (capture_filter_open(&replay->filter, replay->options->filter, error, &column))
        return true;
    complain_of_filter(replay, column, error);
    return false;
}

/* What the first frame tells about all lines. */
static void begin_layout(struct replay *replay, const struct capture_frame *captured)
{
    struct replay_layout *layout = &replay->layout;
    layout->started = true;
    layout->start_ns = captured->time_ns;
    layout->interfaces = replay->reader.interface_count > 1;
    layout->nanoseconds = replay->reader.interfaces[captured->interface].units_per_second > 1000000;
}

bool replay_next(struct replay *replay, struct capture_frame *captured)
{
    uint64_t count = replay->options->count;
    if (count > 0 && replay->shown == count)
        return false;
    while (capture_read(&replay->reader, captured) == CAPTURE_GOT_FRAME) {
        if (captured->number % REPLAY_PROGRESS_FRAMES == 0)
            replay_progress_at(&replay->progress, captured->number, replay->reader.offset);
        if (!replay->layout.started && captured->has_time)
            begin_layout(replay, captured);
        if (!capture_filter_matches(&replay->filter, captured))
            continue;
        replay->shown++;
        return true;
    }
    replay_progress_end(&replay->progress);
    return false;
}

static void add_since(struct replay_frame *frame, const struct tcp_facts *facts)
{
    struct capture_since since = capture_since_of(facts);

    frame->resends = since.kind == SINCE_SENT;
    capture_since_format(&since, false, frame->since, sizeof(frame->since));
    capture_since_format(&since, true, frame->since_short, sizeof(frame->since_short));
}

/* Takes "[bad TCP checksum]" from the end of LINE, if nothing else is wrong. */
static bool drop_checksum(char *line)
{
    char *problems = line + summary_problems_at(line);
    bool alone = strncmp(problems, " [bad ", 6) == 0 && strstr(problems, " checksum]") != NULL &&
                 strchr(problems + 1, '[') == strrchr(problems, '[');

    if (alone)
        *problems = '\0';
    return alone;
}

/* That a checksum is wrong which offload explains is said once, at the note. */
static void drop_explained(const struct replay *replay, uint64_t number, struct replay_frame *frame)
{
    static const char bad[] = " bad";
    size_t len = strlen(frame->short_facts), end = sizeof(bad) - 1;

    if (strstr(frame->facts, " checksum]") == NULL ||
        !replay_breaks_excuse(replay->breaks, number, frame->from) || !drop_checksum(frame->facts))
        return;
    drop_checksum(frame->closer[0]);
    drop_checksum(frame->closer[1]);
    if (len > end && strcmp(frame->short_facts + len - end, bad) == 0)
        frame->short_facts[len - end] = '\0';
}

/* The next frame to show. False at the end, of whatever kind. */
static bool next_frame(struct replay *replay, struct capture_frame *captured,
                       struct replay_frame *frame)
{
    struct capture_facts facts;
    bool found;

    if (!replay_next(replay, captured))
        return false;
    replay_breaks_take(replay->breaks, captured); /* its bytes are still those of the file */
    found = replay->analysis != NULL && capture_analysis_take(replay->analysis, captured, &facts);
    replay_understand(frame, captured, replay->options->quiz ? NULL : replay->tcp);
    if (replay->threads != NULL && !replay->options->quiz)
        replay_add_thread(frame, captured, replay->threads);
    if (found)
        add_since(frame, &facts.tcp);
    drop_explained(replay, captured->number, frame);
    return true;
}

static void begin_reading(struct replay *replay)
{
    capture_reader_init(&replay->reader, (struct byte_source){ read_file, replay->in },
                        replay->memory + REPLAY_HEADER_ROOM);
    replay->shown = 0;
    tcp_view_restart(replay->tcp);
    capture_threads_close(replay->threads);
    replay->threads = capture_threads_open();
}

/* Notes HOST as one of the two, and returns whether it is one of two still. */
static bool note_host(struct replay_layout *layout, int *known, const char *host)
{
    for (int i = 0; i < *known; i++)
        if (strcmp(layout->hosts[i], host) == 0)
            return true;
    if (*known == 2)
        return false;
    snprintf(layout->hosts[(*known)++], REPLAY_HOST_SIZE, "%s", host);
    return true;
}

/* Names that are too long for a narrow line are shortened in it. */
static void widen(const struct replay_layout *layout, int *width, const char *name)
{
    int len = (int)strlen(name), most = (layout->width - LINE_REST) / 2;

    if (most > NAME_WIDTH_MAX)
        most = NAME_WIDTH_MAX;
    if (most < NAME_WIDTH)
        most = NAME_WIDTH;
    if (len > *width)
        *width = len < most ? len : most;
}

/*
 * A first look at all that will be shown: are there just two hosts, how long
 * are the names? Only where one can go back to where the reading began.
 */
static void look_ahead(struct replay *replay)
{
    struct replay_layout *layout = &replay->layout;
    struct capture_frame captured;
    struct replay_frame frame;
    long start = ftell(replay->in);
    bool two = true;
    int known = 0;

    layout->from_width = layout->to_width = NAME_WIDTH;
    if (start < 0 || fseek(replay->in, start, SEEK_SET) != 0)
        return;
    layout->from_width = layout->to_width = 1;
    layout->names_known = true;
    begin_reading(replay);
    while (next_frame(replay, &captured, &frame)) {
        widen(layout, &layout->from_width, frame.from);
        widen(layout, &layout->to_width, frame.to);
        if (frame.from[0] != '\0')
            two = note_host(layout, &known, frame.from) && two;
        if (frame.to[0] != '\0' && !frame.to_group)
            two = note_host(layout, &known, frame.to) && two;
    }
    layout->two_hosts = two && known == 2;
    replay_breaks_looked_ahead(replay->breaks);
    clearerr(replay->in);
    fseek(replay->in, start, SEEK_SET);
}

struct replay_breaks *replay_look_through(struct replay *replay)
{
    struct capture_frame captured;
    long start = ftell(replay->in);

    if (replay->breaks == NULL || start < 0 || fseek(replay->in, start, SEEK_SET) != 0)
        return replay->breaks;
    begin_reading(replay);
    while (replay_next(replay, &captured))
        replay_breaks_take(replay->breaks, &captured);
    replay_breaks_looked_ahead(replay->breaks);
    clearerr(replay->in);
    fseek(replay->in, start, SEEK_SET);
    begin_reading(replay);
    return replay->breaks;
}

static void begin_analysis(struct replay *replay)
{
    if (replay->options->quiz)
        return;
    replay->analysis = calloc(1, sizeof(*replay->analysis));
    ASSERT(replay->analysis != NULL && capture_analysis_open(replay->analysis));
}

static void end_analysis(struct replay *replay)
{
    if (replay->analysis != NULL)
        capture_analysis_close(replay->analysis);
    free(replay->analysis);
}

/* False when the output takes no more. */
static bool show_ladder(struct replay *replay)
{
    struct capture_frame captured;
    struct replay_frame frame;

    look_ahead(replay);
    begin_reading(replay);
    begin_analysis(replay);
    if (isatty(fileno(replay->out)) == 1) /* the ladder tells how far it is */
        replay->progress.out = NULL;
    while (next_frame(replay, &captured, &frame)) {
        if (replay->shown == 1)
            replay_print_heading(&replay->layout, replay->out);
        replay_print_frame(&replay->layout, &frame, &captured, replay->out);
        replay_print_breaks(replay->breaks, &replay->layout, captured.number, replay->out);
        if (ferror(replay->out))
            return false;
    }
    replay_breaks_end(replay->breaks);
    replay_print_breaks(replay->breaks, &replay->layout, 0, replay->out);
    return fflush(replay->out) == 0;
}

static bool write_capture(struct replay *replay)
{
    enum replay_written written = replay_write(replay, replay->options);

    if (written == REPLAY_OTHER_LINK)
        snprintf(replay->why, sizeof(replay->why),
                 _("frame %" PRIu64 " came by another link than the first, and a pcap holds one "
                   "kind: write to a name that ends in .pcapng"),
                 replay->reader.frames);
    return written == REPLAY_WRITTEN;
}

static bool show_all(struct replay *replay)
{
    if (replay->options->form == REPLAY_LADDER)
        return show_ladder(replay);
    if (replay->options->form == REPLAY_SVG)
        return replay_svg(replay->in, replay->options, replay->why);
    begin_reading(replay);
    if (replay->options->form == REPLAY_SUMMARY)
        return replay_summary(replay, replay->options, replay->out);
    if (replay->options->form == REPLAY_WRITE)
        return write_capture(replay);
    return replay_json(replay, replay->options, replay->out);
}

static int tell_end(struct replay *replay)
{
    const struct capture_reader *reader = &replay->reader;
    const char *name = replay->options->name;
    char place[80];

    if (replay->options->form == REPLAY_SVG) /* read by itself */
        return REPLAY_DONE;
    if (ferror(replay->in)) {
        fprintf(replay->err, _("%s: error: cannot be read: %s\n"), name, strerror(errno));
        return REPLAY_UNREADABLE;
    }
    if (reader->error != CAPTURE_NO_ERROR) {
        capture_error_place(reader, place, sizeof place);
        fprintf(replay->err, _("%s: error: %s%s%s\n"), name, place, place[0] != '\0' ? ": " : "",
                _(capture_error_sentence(reader->error)));
        return REPLAY_UNREADABLE;
    }
    if (replay->shown == 0 && reader->frames == 0)
        fprintf(replay->err, _("%s: the capture holds no frames\n"), name);
    else if (replay->shown == 0)
        fprintf(replay->err, _("%s: none of the %" PRIu64 " frames matches the filter\n"), name,
                reader->frames);
    return REPLAY_DONE;
}

/* A reader of ours that has gone (`| head`) has seen enough. */
static int tell_write_error(struct replay *replay)
{
    replay_progress_end(&replay->progress);
    if (replay->why[0] != '\0') {
        fprintf(replay->err, _("%s: error: %s\n"), replay->options->name, replay->why);
        return REPLAY_UNREADABLE;
    }
    if (errno == EPIPE)
        return REPLAY_DONE;
    fprintf(replay->err, _("%s: error: the output cannot be written: %s\n"), replay->options->name,
            strerror(errno));
    return REPLAY_UNREADABLE;
}

int replay_capture(const struct replay_options *options, FILE *in, FILE *out, FILE *err)
{
    struct replay *replay = calloc(1, sizeof *replay);
    int status = REPLAY_USAGE;

    ASSERT(replay != NULL);
    replay->options = options;
    replay->in = in;
    replay->out = out;
    replay->err = err;
    replay->layout.width = options->width;
    replay->layout.ascii = options->ascii;
    replay->layout.comments = options->comments;
    replay->layout.number_width = NUMBER_WIDTH;
    replay->memory = malloc(REPLAY_HEADER_ROOM + CAPTURE_BUFFER_BYTES);
    replay->tcp = tcp_view_open(TCP_VIEW_CAPTURE | (options->absolute ? TCP_VIEW_ABSOLUTE : 0));
    ASSERT(replay->memory != NULL && replay->tcp != NULL);
    if (options->progress)
        replay->progress = (struct replay_progress){ .out = err, .size = options->size };
    if (!options->quiz && (options->form == REPLAY_LADDER || options->form == REPLAY_JSON))
        replay->breaks = replay_breaks_open();
    if (open_filter(replay))
        status = show_all(replay) ? tell_end(replay) : tell_write_error(replay);
    capture_filter_close(&replay->filter);
    replay_breaks_close(replay->breaks);
    tcp_view_close(replay->tcp);
    capture_threads_close(replay->threads);
    end_analysis(replay);
    free(replay->memory);
    free(replay);
    return status;
}
