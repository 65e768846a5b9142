/*
 * pane_plot.c - curves of the connection looked at, over the run: windows,
 * round-trip times, sequence numbers.
 *
 *   12000 |            .··'      cwnd: dots   ssthresh: dashes
 *         |       .··'  - - -    flight: shaded
 *       0 |░░░░░░░░░░░░│░░░░░    │ the cursor's moment
 *         0 ms             1.2 s
 */
#include <inttypes.h>
#include <stdio.h>

#include "tools/lib/run_connection.h"
#include "tools/lib/text.h"
#include "tools/timeline/pane.h"
#include "tools/timeline/plot_cache.h"

enum {
    LABELS = 9,
    LEGEND_ROWS = 1,
    AXIS_ROWS = 1,
    DOTS_X = 2,
    DOTS_Y = 4,
    BRAILLE = 0x2800,
    PAGES = 3,
    LEAST_HEIGHT = 4
};

/* How a curve is drawn, so that no colour is needed to tell them apart. */
enum pen { PEN_NONE, PEN_AREA, PEN_DOTS, PEN_DASHES };

struct line {
    enum plot_curve curve;
    enum pen pen;
    enum meaning meaning;
};

static const struct page {
    const char *title;
    bool is_time;
    struct line lines[3];
} pages[PAGES] = {
    { N_("bytes"),
      false,
      { { PLOT_FLIGHT, PEN_AREA, MEANING_FLIGHT },
        { PLOT_SSTHRESH, PEN_DASHES, MEANING_CURVE_2 },
        { PLOT_CWND, PEN_DOTS, MEANING_CURVE_1 } } },
    { N_("time"),
      true,
      { { PLOT_RTO, PEN_DASHES, MEANING_CURVE_2 },
        { PLOT_SRTT, PEN_DOTS, MEANING_CURVE_1 },
        { PLOT_SRTT, PEN_NONE, MEANING_CURVE_1 } } },
    { N_("sequence numbers"),
      false,
      { { PLOT_ACKED, PEN_AREA, MEANING_ACKED },
        { PLOT_SENT, PEN_DOTS, MEANING_CURVE_1 },
        { PLOT_SENT, PEN_NONE, MEANING_CURVE_1 } } },
};

struct chart {
    bool seen; /* of a capture: what is not there is unknown */
    struct sheet *sheet;
    const struct run_plot *plot;
    const struct page *page;
    int x, y, width, height;   /* cells of the drawing */
    int64_t top;               /* value at the upper edge */
    struct curve_heights here; /* at the cursor's moment */
};

/* A bucket for each dot. */
static int buckets_for(int width)
{
    return (int)min_i64((int64_t)width * DOTS_X, PLOT_BUCKETS);
}

/* ---- The cache ---- */

static bool is_of(const struct plot_kept *kept, const struct moment *moment, vtime from, vtime to,
                  int buckets)
{
    return kept->open && kept->view == moment->view && kept->node == moment->node &&
           kept->subject == moment->subject && kept->plot.from == from && kept->plot.to == to &&
           kept->plot.count == buckets;
}

static void forget(struct plot_kept *kept)
{
    if (kept->open)
        run_plot_close(&kept->plot);
    kept->open = false;
}

const struct run_plot *plot_cache_get(struct plot_cache *cache, const struct moment *moment,
                                      vtime from, vtime to, int buckets)
{
    struct plot_kept *kept = &cache->kept[cache->next];

    for (unsigned i = 0; i < PLOTS_KEPT; i++)
        if (is_of(&cache->kept[i], moment, from, to, buckets))
            return &cache->kept[i].plot;
    forget(kept);
    cache->next = (cache->next + 1) % PLOTS_KEPT;
    kept->open =
        run_plot_open(&kept->plot, moment->view, moment->node, moment->subject, from, to, buckets);
    kept->view = moment->view;
    kept->node = moment->node;
    kept->subject = moment->subject;
    return kept->open ? &kept->plot : NULL;
}

void plot_cache_close(struct plot_cache *cache)
{
    for (unsigned i = 0; i < PLOTS_KEPT; i++)
        forget(&cache->kept[i]);
    cache->next = 0;
}

/* ---- Drawing ---- */

/* Rows of dots above the lower edge that VALUE is high. */
static int dots_of(const struct chart *chart, int64_t value)
{
    int most = chart->height * DOTS_Y - 1;
    double part = (double)value / (double)chart->top;

    return value >= chart->top ? most : (int)(part * most);
}

static struct plot_bucket bucket_of(const struct chart *chart, enum plot_curve curve, int dot,
                                    int dots)
{
    int a = (int)((int64_t)dot * chart->plot->count / dots);
    int b = (int)(((int64_t)dot + 1) * chart->plot->count / dots) - 1;

    return run_plot_span(chart->plot, curve, a, b < a ? a : b);
}

/* Sets the dot at (DX, UP), counted in dots from the lower left. */
static void draw_dot(const struct chart *chart, int dx, int up, enum meaning meaning)
{
    static const uint8_t bits[DOTS_Y][DOTS_X] = {
        { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 }
    };
    int down = chart->height * DOTS_Y - 1 - up;
    int x = chart->x + dx / DOTS_X, y = chart->y + down / DOTS_Y;
    const struct cell *cell = canvas_cell(&chart->sheet->canvas, x, y);
    uint32_t dots = bits[down % DOTS_Y][dx % DOTS_X];

    if (cell == NULL)
        return;
    if (cell->character >= BRAILLE && cell->character < BRAILLE + 256)
        dots |= cell->character - BRAILLE;
    canvas_put(&chart->sheet->canvas, x, y, BRAILLE + dots, meaning);
}

static void draw_dots(const struct chart *chart, const struct line *line)
{
    int dots = chart->width * DOTS_X;

    for (int dx = 0; dx < dots; dx++) {
        struct plot_bucket bucket = bucket_of(chart, line->curve, dx, dots);

        if (!bucket.known)
            continue;
        for (int up = dots_of(chart, bucket.low); up <= dots_of(chart, bucket.high); up++)
            draw_dot(chart, dx, up, line->meaning);
    }
}

static void draw_area(const struct chart *chart, const struct line *line)
{
    for (int column = 0; column < chart->width; column++) {
        struct plot_bucket bucket = bucket_of(chart, line->curve, column, chart->width);
        int rows = bucket.known ? dots_of(chart, bucket.high) / DOTS_Y + 1 : 0;

        for (int row = 0; row < rows && bucket.high > 0; row++)
            canvas_put(&chart->sheet->canvas, chart->x + column, chart->y + chart->height - 1 - row,
                       0x2591, line->meaning);
    }
}

static void draw_dashes(const struct chart *chart, const struct line *line)
{
    for (int column = 0; column < chart->width; column++) {
        struct plot_bucket bucket = bucket_of(chart, line->curve, column, chart->width);

        if (bucket.known)
            canvas_put(&chart->sheet->canvas, chart->x + column,
                       chart->y + chart->height - 1 - dots_of(chart, bucket.last) / DOTS_Y, '-',
                       line->meaning);
    }
}

static void draw_line(const struct chart *chart, const struct line *line)
{
    switch (line->pen) {
    case PEN_NONE: return;
    case PEN_AREA: draw_area(chart, line); return;
    case PEN_DOTS: draw_dots(chart, line); return;
    case PEN_DASHES: draw_dashes(chart, line); return;
    }
}

/* A line through the cursor's moment, where nothing else is. */
static void draw_now(const struct chart *chart, vtime now)
{
    double part = (double)(now - chart->plot->from) / (double)(chart->plot->to - chart->plot->from);
    int column = (int)(part * chart->width);

    if (now < chart->plot->from || now > chart->plot->to)
        return;
    if (column >= chart->width)
        column = chart->width - 1;
    for (int row = 0; row < chart->height; row++)
        canvas_put(&chart->sheet->canvas, chart->x + column, chart->y + row, 0x2502, MEANING_KEY);
}

static void format_value(const struct page *page, int64_t value, char *out, size_t size)
{
    if (page->is_time)
        moment_time(value, out, size);
    else
        snprintf(out, size, "%" PRId64, value);
}

static void draw_axes(const struct chart *chart, const char *whose)
{
    char top[32], from[40], to[40];
    int y = chart->y + chart->height;

    format_value(chart->page, chart->top, top, sizeof(top));
    moment_time(chart->plot->from, from, sizeof(from));
    moment_time(chart->plot->to, to, sizeof(to));
    sheet_text(chart->sheet, 0, chart->y, MEANING_DETAIL, top);
    sheet_text(chart->sheet, 0, chart->y + chart->height - 1, MEANING_DETAIL, "0");
    canvas_column(&chart->sheet->canvas, chart->x - 1, chart->y, chart->height, 0x2502,
                  MEANING_BORDER);
    sheet_text(chart->sheet, chart->x, y, MEANING_TIME, from);
    sheet_text(chart->sheet, chart->x + (chart->width - canvas_text_width(whose)) / 2, y,
               MEANING_NODE, whose);
    sheet_text(chart->sheet, chart->x + chart->width - canvas_text_width(to), y, MEANING_TIME, to);
}

/* The name of each curve, how it is drawn, and its value at this moment. */
static void write_legend(const struct chart *chart)
{
    static const char *const pens[] = { "", "░", "⣀", "-" };
    int x = 0;

    for (size_t i = 0; i < ARRAY_LEN(chart->page->lines); i++) {
        const struct line *line = &chart->page->lines[i];
        char value[40] = "?";

        if (line->pen == PEN_NONE)
            continue;
        if ((chart->here.known >> line->curve & 1) != 0)
            format_value(chart->page, chart->here.at[line->curve], value, sizeof(value));
        else if ((line->curve == PLOT_SSTHRESH || line->curve == PLOT_CWND) && !chart->seen)
            snprintf(value, sizeof(value), "%s", _("not set"));
        x += sheet_text(chart->sheet, x, 0, line->meaning, pens[line->pen]);
        x += sheet_say(chart->sheet, x, 0, MEANING_LABEL, " %s %s  ", plot_curve_name(line->curve),
                       value);
    }
}

static void draw(struct chart *chart, const char *whose, vtime now)
{
    chart->top = 1;
    for (size_t i = 0; i < ARRAY_LEN(chart->page->lines); i++) {
        const struct line *line = &chart->page->lines[i];

        if (line->pen != PEN_NONE)
            chart->top = max_i64(chart->top, chart->plot->highest[line->curve]);
    }
    draw_axes(chart, whose);
    for (size_t i = 0; i < ARRAY_LEN(chart->page->lines); i++)
        draw_line(chart, &chart->page->lines[i]);
    draw_now(chart, now);
    write_legend(chart);
}

/* The part of the run that is shown: all of it, or so much around the cursor. */
static void choose_part(const struct moment *moment, const struct pane_state *state, vtime *from,
                        vtime *to)
{
    const struct trace *trace = moment->view->trace;
    vtime end = trace->events.count > 0 ? trace_event(trace, trace->events.count)->at : 0;
    vtime length = max_i64(1, end >> (state->zoom < 40 ? state->zoom : 40));

    *from = 0;
    if (state->zoom > 0)
        *from = max_i64(0, moment->now - moment->now % max_i64(1, length / 2) - length / 2);
    *to = *from + length;
}

void pane_plot_write(const struct moment *moment, const struct pane_state *state,
                     struct sheet *sheet)
{
    struct plot_cache own = { .next = 0 };
    struct plot_cache *cache = moment->plot != NULL ? moment->plot : &own;
    struct chart chart = { .sheet = sheet,
                           .page = &pages[(unsigned)state->mode % PAGES],
                           .seen = moment->view->capture != NULL,
                           .x = LABELS,
                           .y = LEGEND_ROWS,
                           .width = sheet->width - LABELS,
                           .height = sheet->height - LEGEND_ROWS - AXIS_ROWS };
    char whose[RUN_CONNECTION_NAME_SIZE];
    vtime from, to;

    moment_connection_name(moment, whose, sizeof(whose));
    if (moment->subject == 0 || chart.width < LABELS) {
        sheet_wrap(sheet, 0, 0, MEANING_PLAIN, _("no connection here yet"));
        return;
    }
    if (chart.height < LEAST_HEIGHT)
        chart.height = LEAST_HEIGHT;
    choose_part(moment, state, &from, &to);
    chart.plot = plot_cache_get(cache, moment, from, to, buckets_for(chart.width));
    if (chart.plot != NULL && chart.plot->any &&
        run_plot_heights(moment->view, moment->node, moment->subject, moment->event, &chart.here))
        draw(&chart, whose, moment->now);
    else
        sheet_wrap(sheet, 0, 0, MEANING_PLAIN, _("this connection has nothing to plot yet"));
    plot_cache_close(&own);
}

bool pane_plot_key(const struct moment *moment, struct pane_state *state, int key)
{
    (void)moment;
    if (key == '\n') {
        state->mode = (state->mode + 1) % PAGES;
        return true;
    }
    if (key == ']' && state->zoom < 30) {
        state->zoom++;
        return true;
    }
    if (key == '[' && state->zoom > 0) {
        state->zoom--;
        return true;
    }
    return false;
}
