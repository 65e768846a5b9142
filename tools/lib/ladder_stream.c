#include "tools/lib/ladder_stream.h"

#include <stdlib.h>

#include "tools/lib/ladder_core.h"
#include "tools/lib/run_prefix.h"
#include "tools/lib/text.h"

struct ladder_stream {
    struct ladder_options options;
    const struct run_view *whole;
    struct canvas_print how;
    FILE *out;
    uint32_t next; /* record that was not shown yet */
    bool quiet;    /* what comes was shown before */
    bool ended;    /* the last words are said */
    size_t most;   /* rows of a part; 0: any number */
    size_t rows;   /* of this part, so far */
    char **kept;   /* the last most/2 of them, as a ring */
    char *header;  /* what stands over the columns of each part */
    bool headed;
};

/* ---- Rows ---- */

static size_t half(const struct ladder_stream *s)
{
    return s->most / 2;
}

/* The row as text, the caller's to free; NULL: no memory. */
static char *row_text(const struct ladder_stream *s, const struct canvas *canvas, int y)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    if (out == NULL)
        return NULL;
    canvas_print_row(canvas, y, s->how, out);
    fclose(out);
    return text;
}

static bool take_row(void *context, const struct ladder *l, int y)
{
    struct ladder_stream *s = context;
    size_t row;
    char **place;

    if (s->quiet)
        return true;
    if (!s->headed)
        fputs(s->header, s->out);
    s->headed = true;
    row = s->rows++;
    if (s->most == 0 || row < half(s)) {
        canvas_print_row(&l->rows.canvas, y, s->how, s->out);
        return !ferror(s->out);
    }
    place = &s->kept[row % half(s)];
    free(*place);
    *place = row_text(s, &l->rows.canvas, y);
    return *place != NULL;
}

/* Prints the rows that were kept back, and what was left out before them. */
static void end_part(struct ladder_stream *s)
{
    size_t first = s->rows > s->most ? s->rows - half(s) : half(s);

    if (s->most == 0)
        return;
    if (first > half(s))
        fprintf(s->out, _("      ... %zu rows are left out here ...\n"), first - half(s));
    for (size_t row = first; row < s->rows; row++) {
        char **place = &s->kept[row % half(s)];

        fputs(*place, s->out);
        free(*place);
        *place = NULL;
    }
    for (size_t i = 0; i < half(s); i++) {
        free(s->kept[i]);
        s->kept[i] = NULL;
    }
    s->rows = 0;
}

/* ---- The whole ---- */

struct ladder_stream *ladder_stream_open(const struct run_view *view,
                                         const struct ladder_options *options, size_t most,
                                         FILE *out)
{
    struct ladder_stream *s = calloc(1, sizeof(*s));

    if (s == NULL)
        return NULL;
    s->options = *options;
    s->how = (struct canvas_print){ options->ascii, options->colour };
    s->whole = view;
    s->out = out;
    s->most = most / 2 * 2;
    s->kept = calloc(most / 2 + 1, sizeof(*s->kept));
    if (s->kept != NULL)
        return s;
    ladder_stream_close(s);
    return NULL;
}

/* What stands over the columns, drawn into a text. */
static bool draw_header(struct ladder_stream *s, struct ladder *l)
{
    FILE *out = s->out;
    size_t len = 0;

    free(s->header);
    s->header = NULL;
    s->out = open_memstream(&s->header, &len);
    if (s->out != NULL) {
        s->headed = true; /* these rows need none themselves */
        ladder_draw_title(l);
        ladder_draw_header(l);
        fclose(s->out);
    }
    s->out = out;
    s->headed = false;
    s->rows = 0;
    return s->header != NULL;
}

/* Takes the records in front of UNTIL, and gives their rows away. */
static void take(struct ladder *l, uint32_t *next, uint32_t until)
{
    for (; *next < until && !l->no_memory && !l->stopped; (*next)++) {
        ladder_tally_add(&l->tally, l->view->trace, *next);
        ladder_take(l, *next);
    }
    ladder_finish(l);
}

/* A ladder of its own for each part: that of what is known by its end. */
static void draw_part(struct ladder_stream *s, struct ladder *l)
{
    uint32_t next = 0, seen = s->next;

    ladder_choose_forms(l);
    s->quiet = true;
    take(l, &next, seen);
    s->quiet = false;
    l->timed = false; /* if this moment goes on, its time stands here again */
    take(l, &s->next, l->view->trace->records.count);
    if (!s->ended && l->view->trace->events.count == s->whole->trace->events.count) {
        ladder_tally_draw(l);
        s->ended = true;
    }
    end_part(s);
}

bool ladder_stream_to(struct ladder_stream *s, uint32_t events)
{
    const struct ladder_sink sink = { .row = take_row, .context = s };
    struct run_prefix known;
    struct ladder l;
    bool done = false;

    s->headed = false;
    run_prefix_take(&known, s->whole, events);
    if (known.trace.records.count <= s->next &&
        (s->ended || known.trace.events.count < s->whole->trace->events.count))
        return true;
    known.view.title = s->next > 0 ? NULL : known.view.title;
    s->quiet = false;
    if (ladder_open(&l, &known.view, &s->options, NULL, &sink) && draw_header(s, &l)) {
        draw_part(s, &l);
        done = !l.no_memory && fflush(s->out) == 0 && !ferror(s->out);
    }
    ladder_close(&l);
    return done;
}

bool ladder_stream_said(const struct ladder_stream *s)
{
    return s->headed;
}

void ladder_stream_close(struct ladder_stream *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; s->kept != NULL && i < half(s); i++)
        free(s->kept[i]);
    free(s->kept);
    free(s->header);
    free(s);
}
