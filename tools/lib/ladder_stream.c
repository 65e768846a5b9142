#include "tools/lib/ladder_stream.h"

#include <stdlib.h>

#include "tools/lib/ladder_core.h"
#include "tools/lib/run_prefix.h"
#include "tools/lib/text.h"

struct ladder_stream {
    struct ladder ladder;
    struct ladder_options options;
    struct ladder_sink sink;
    struct run_prefix known;
    const struct run_view *whole;
    struct canvas_print how;
    FILE *out;
    uint32_t next; /* record */
    bool ended;    /* the last words are said */
    size_t most;   /* rows of a part; 0: any number */
    size_t rows;   /* of this part, so far */
    char **kept;   /* the last most/2 of them, as a ring */
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
    size_t row = s->rows++;
    char **place;

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
    s->sink = (struct ladder_sink){ .row = take_row, .context = s };
    s->how = (struct canvas_print){ options->ascii, options->colour };
    s->whole = view;
    s->out = out;
    s->kept = calloc(most / 2 + 1, sizeof(*s->kept));
    if (s->kept == NULL || !ladder_open(&s->ladder, view, &s->options, &s->sink)) {
        ladder_stream_close(s);
        return NULL;
    }
    ladder_draw_title(&s->ladder);
    ladder_draw_header(&s->ladder);
    ladder_choose_forms(&s->ladder);
    s->most = most / 2 * 2;
    s->rows = 0;
    return s;
}

bool ladder_stream_to(struct ladder_stream *s, uint32_t events)
{
    struct ladder *l = &s->ladder;
    uint32_t count;

    run_prefix_take(&s->known, s->whole, events);
    count = s->known.trace.records.count;
    l->view = &s->known.view;
    if (s->next < count)
        l->timed = false; /* if this moment goes on, its time stands here again */
    for (; s->next < count && !l->no_memory && !l->stopped; s->next++) {
        ladder_tally_add(&l->tally, &s->known.trace, s->next);
        ladder_take(l, s->next);
    }
    ladder_finish(l);
    if (!s->ended && s->known.trace.events.count == s->whole->trace->events.count) {
        ladder_tally_draw(l);
        s->ended = true;
    }
    end_part(s);
    return !l->no_memory && fflush(s->out) == 0 && !ferror(s->out);
}

void ladder_stream_close(struct ladder_stream *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; s->kept != NULL && i < half(s); i++)
        free(s->kept[i]);
    free(s->kept);
    ladder_close(&s->ladder);
    free(s);
}
