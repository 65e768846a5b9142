#include "tools/lib/plot_svg.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "layers/names.h"
#include "layers/rule.h"
#include "layers/tcp/cc.h"
#include "tools/lib/run_connection.h"
#include "tools/lib/run_plot.h"
#include "tools/lib/svg.h"
#include "tools/lib/text.h"
#include "tools/lib/vtime_text.h"

enum {
    LEFT = 96 * SVG_PX,
    WIDTH = 760 * SVG_PX, /* of a chart */
    RIGHT = 28 * SVG_PX,
    TOP = 92 * SVG_PX,
    HEIGHT = 190 * SVG_PX, /* of a chart */
    APART = 62 * SVG_PX,
    BOTTOM = 84 * SVG_PX,
    LINES = 3, /* of a chart, at most */
    CHARTS = 3,
    TICKS = 5, /* at most, but for the one at 0 */
    MARKS_MAX = 400,
    SAMPLE = 34 * SVG_PX,
    LETTER = 78, /* of the style's font */
};

static const char style[] =
    "text { font: 13px 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: #222; }\n"
    "line, path { fill: none; stroke: #222; stroke-width: 1; }\n"
    ".title { font-size: 18px; font-weight: bold; }\n"
    ".detail { fill: #555; }\n"
    ".grid { stroke: #ddd; }\n"
    ".axis { stroke: #444; stroke-width: 1.2; }\n"
    ".area { fill: #d9d9d9; stroke: #8a8a8a; }\n"
    ".solid { stroke: #00508f; stroke-width: 1.8; }\n"
    ".dashed { stroke: #a33c00; stroke-width: 1.8; stroke-dasharray: 7 4; }\n"
    ".timeout { stroke: #b00020; stroke-dasharray: 2 3; }\n"
    ".repair { stroke: #6a3d9a; stroke-dasharray: 6 3; }\n"
    ".sign-timeout { fill: #b00020; stroke: none; }\n"
    ".sign-repair { fill: #fff; stroke: #6a3d9a; stroke-width: 1.5; }\n";

struct line {
    enum plot_curve curve;
    const char *class; /* NULL: there are no more */
    const char *help;
};

static const struct chart {
    const char *name;
    bool is_time;
    struct line lines[LINES];
} charts[CHARTS] = {
    { N_("windows, bytes"),
      false,
      { { PLOT_FLIGHT, "area", N_("in flight") },
        { PLOT_SSTHRESH, "dashed", N_("ssthresh") },
        { PLOT_CWND, "solid", N_("cwnd") } } },
    { N_("round trips"),
      true,
      { { PLOT_RTO, "dashed", N_("RTO, without back-off") }, { PLOT_SRTT, "solid", N_("SRTT") } } },
    { N_("sequence numbers"),
      false,
      { { PLOT_ACKED, "dashed", N_("SND.UNA: acknowledged") },
        { PLOT_SENT, "solid", N_("SND.NXT: sent") } } },
};

/* A chart that is being drawn. */
struct frame {
    FILE *out;
    const struct run_plot *plot;
    const struct chart *chart;
    int64_t y;   /* upper edge */
    int64_t top; /* value there */
};

/* ---- Places ---- */

static int64_t x_of(const struct run_plot *plot, vtime at)
{
    double part = (double)(at - plot->from) / (double)(plot->to - plot->from);

    return LEFT + (int64_t)(part * WIDTH);
}

static int64_t x_of_bucket(int bucket)
{
    return LEFT + (int64_t)WIDTH * bucket / (PLOT_BUCKETS - 1);
}

static int64_t y_of(const struct frame *f, int64_t value)
{
    return f->y + HEIGHT - (int64_t)((double)value / (double)f->top * HEIGHT);
}

/* 1, 2 or 5 times a power of ten, of which at most TICKS fit into RANGE. */
static int64_t step_for(int64_t range)
{
    static const int factors[] = { 2, 5, 10 };
    int64_t power = 1;

    if (range <= TICKS)
        return 1;
    for (;; power *= 10)
        for (size_t i = 0; i < ARRAY_LEN(factors); i++)
            if (range / (power * factors[i]) <= TICKS)
                return power * factors[i];
}

/* Without congestion control the window is as high as can be: no curve. */
static bool is_drawn(const struct run_plot *plot, const struct line *line)
{
    return line->class != NULL &&
           (line->curve != PLOT_CWND || plot->highest[PLOT_CWND] < CC_WINDOW_MAX);
}

/* ---- Axes ---- */

static void format_value(const struct chart *chart, int64_t value, char *out, size_t size)
{
    if (value == 0 || !chart->is_time)
        snprintf(out, size, "%" PRId64, value);
    else
        vtime_format_plain(value, out, size);
}

static void put_values(const struct frame *f)
{
    int64_t step = step_for(f->top);

    for (int64_t value = 0; value <= f->top; value += step) {
        int64_t y = y_of(f, value);
        char text[VTIME_TEXT_SIZE];

        format_value(f->chart, value, text, sizeof(text));
        svg_line(f->out, value == 0 ? "axis" : "grid", LEFT, y, LEFT + WIDTH, y, NULL);
        svg_text(f->out, "detail", LEFT - 8 * SVG_PX, y + 4 * SVG_PX, SVG_END, 0, text);
    }
}

static void put_times(const struct frame *f, bool labelled)
{
    int64_t step = step_for(f->plot->to - f->plot->from);
    int64_t at = (f->plot->from + step - 1) / step * step;

    for (; at <= f->plot->to; at += step) {
        int64_t x = x_of(f->plot, at);
        char text[VTIME_TEXT_SIZE];

        vtime_format_plain(at, text, sizeof(text));
        svg_line(f->out, "grid", x, f->y, x, f->y + HEIGHT, NULL);
        if (labelled)
            svg_text(f->out, "detail", x, f->y + HEIGHT + 18 * SVG_PX, SVG_MIDDLE, 0, text);
    }
    svg_line(f->out, "axis", LEFT, f->y, LEFT, f->y + HEIGHT, NULL);
}

/* ---- Curves ---- */

/* From the value BEFORE over all that the bucket has seen to its last. */
static void put_bucket(const struct frame *f, const struct plot_bucket *bucket, int64_t before,
                       int64_t x)
{
    const int64_t values[] = { bucket->low, bucket->high, bucket->last };

    svg_path_to(f->out, x, y_of(f, before));
    for (size_t i = 0; i < ARRAY_LEN(values); i++)
        if (values[i] != before) {
            svg_path_to(f->out, x, y_of(f, values[i]));
            before = values[i];
        }
}

/* A value holds until another is known: stairs. */
static void put_curve(const struct frame *f, const struct line *line)
{
    const struct plot_bucket *buckets = f->plot->buckets[line->curve];
    bool area = strcmp(line->class, "area") == 0;
    int first = 0;
    int64_t before;

    while (first < PLOT_BUCKETS && !buckets[first].known)
        first++;
    if (first == PLOT_BUCKETS)
        return;
    svg_path_begin(f->out, line->class);
    svg_path_move(f->out, x_of_bucket(first), area ? f->y + HEIGHT : y_of(f, buckets[first].low));
    before = buckets[first].low;
    for (int i = first; i < PLOT_BUCKETS; i++) {
        if (buckets[i].low != before || buckets[i].high != before || i + 1 == PLOT_BUCKETS)
            put_bucket(f, &buckets[i], before, x_of_bucket(i));
        before = buckets[i].last;
    }
    if (area)
        svg_path_to(f->out, x_of_bucket(PLOT_BUCKETS - 1), f->y + HEIGHT);
    svg_path_end(f->out);
}

/* Why a curve cannot be seen. */
static const char *unknown(const struct run_plot *plot, const struct line *line)
{
    if (!is_drawn(plot, line) || line->curve == PLOT_SSTHRESH)
        return _(" (as high as can be)");
    return line->curve == PLOT_RTO ? _(" (as it began)") : _(" (not known)");
}

/* What each stroke is, in a line over the chart. */
static void put_legend(const struct frame *f)
{
    int64_t x = LEFT, y = f->y - 14 * SVG_PX;

    svg_text(f->out, "label", x, y + 4 * SVG_PX, SVG_START, 0, _(f->chart->name));
    x += ((int64_t)strlen(_(f->chart->name)) + 3) * LETTER;
    for (size_t i = 0; i < LINES && f->chart->lines[i].class != NULL; i++) {
        const struct line *line = &f->chart->lines[i];
        bool known =
            is_drawn(f->plot, line) && f->plot->buckets[line->curve][PLOT_BUCKETS - 1].known;
        char text[80];

        snprintf(text, sizeof(text), "%s%s", _(line->help), known ? "" : unknown(f->plot, line));
        if (strcmp(line->class, "area") == 0)
            svg_box(f->out, line->class, x, y - 5 * SVG_PX, SAMPLE, 10 * SVG_PX);
        else
            svg_line(f->out, line->class, x, y, x + SAMPLE, y, NULL);
        svg_text(f->out, "detail", x + SAMPLE + 6 * SVG_PX, y + 4 * SVG_PX, SVG_START, 0, text);
        x += SAMPLE + ((int64_t)strlen(text) + 3) * LETTER;
    }
}

static void put_chart(FILE *out, const struct run_plot *plot, unsigned number)
{
    struct frame f = { .out = out, .plot = plot, .chart = &charts[number], .top = 1 };

    f.y = TOP + number * (int64_t)(HEIGHT + APART);
    for (size_t i = 0; i < LINES; i++)
        if (is_drawn(plot, &f.chart->lines[i]))
            f.top = max_i64(f.top, plot->highest[f.chart->lines[i].curve]);
    f.top += f.top / 20;
    put_values(&f);
    put_times(&f, number + 1 == CHARTS);
    for (size_t i = 0; i < LINES; i++)
        if (is_drawn(plot, &f.chart->lines[i]))
            put_curve(&f, &f.chart->lines[i]);
    put_legend(&f);
}

/* ---- What the sender took for lost ---- */

enum mark { MARK_NONE, MARK_TIMEOUT, MARK_REPAIR };

static enum mark mark_of(const struct record *record)
{
    if (record->kind == RECORD_TIMER && record->what == TIMER_TCP_RETRANSMISSION &&
        record->b == TIMER_FIRED)
        return MARK_TIMEOUT;
    if (record->kind == RECORD_WHY &&
        (record->rule == RULE_TCP_FAST_RETRANSMIT || record->rule == RULE_TCP_RECOVERY_BEGINS))
        return MARK_REPAIR;
    return MARK_NONE;
}

/* A triangle that points down, or a diamond. */
static void put_sign(FILE *out, enum mark mark, int64_t x, int64_t y)
{
    const int64_t r = 5 * SVG_PX;

    svg_path_begin(out, mark == MARK_TIMEOUT ? "sign-timeout" : "sign-repair");
    svg_path_move(out, x, y + r);
    svg_path_to(out, x - r, mark == MARK_TIMEOUT ? y - r : y);
    if (mark == MARK_REPAIR)
        svg_path_to(out, x, y - r);
    svg_path_to(out, x + r, mark == MARK_TIMEOUT ? y - r : y);
    svg_path_to(out, x, y + r);
    svg_path_end(out);
}

/* Through the charts, but not through the words between them. */
static void put_mark(FILE *out, enum mark mark, int64_t x)
{
    for (int64_t chart = 0; chart < CHARTS; chart++) {
        int64_t y = TOP + chart * (HEIGHT + APART);

        svg_line(out, mark == MARK_TIMEOUT ? "timeout" : "repair", x, y, x, y + HEIGHT, NULL);
    }
    put_sign(out, mark, x, TOP - 2 * SVG_PX);
}

static void put_marks(FILE *out, const struct run_view *view, const struct plot_svg_end *end,
                      const struct run_plot *plot)
{
    static const char *const names[] = { "", N_("a timeout"), N_("a fast retransmit") };
    int64_t x = LEFT, y = TOP + CHARTS * (int64_t)(HEIGHT + APART) + 4 * SVG_PX;
    unsigned count[3] = { 0 };

    for (uint32_t i = 0; i < view->trace->records.count; i++) {
        struct record record = trace_read(view->trace, i);
        enum mark mark = mark_of(&record);

        if (mark != MARK_NONE && record.node == end->node && record.subject == end->subject &&
            count[mark]++ < MARKS_MAX)
            put_mark(out, mark, x_of(plot, trace_time(view->trace, &record)));
    }
    for (enum mark mark = MARK_TIMEOUT; mark <= MARK_REPAIR; mark++) {
        if (count[mark] == 0)
            continue;
        put_sign(out, mark, x + 5 * SVG_PX, y - 4 * SVG_PX);
        svg_text(out, "detail", x + 16 * SVG_PX, y, SVG_START, 0, _(names[mark]));
        x += ((int64_t)strlen(_(names[mark])) + 5) * LETTER;
    }
}

/* ---- All of it ---- */

/* From the first to the last value that is drawn: what TIME-WAIT adds is empty. */
static void find_part(const struct run_view *view, const struct plot_svg_end *end, vtime *from,
                      vtime *to)
{
    bool any = false;

    *from = *to = 0;
    for (uint32_t i = 0; i < view->trace->records.count; i++) {
        struct record record = trace_read(view->trace, i);

        if (record.node != end->node || record.subject != end->subject ||
            (record.kind != RECORD_VALUE && mark_of(&record) == MARK_NONE) ||
            !run_connection_of(view, &record))
            continue;
        *to = trace_time(view->trace, &record);
        if (!any)
            *from = *to;
        any = true;
    }
    *to = max_i64(*to, *from + MS);
}

static void begin(FILE *out, const struct run_view *view, const struct plot_svg_end *end)
{
    char name[RUN_CONNECTION_NAME_SIZE], title[160];

    run_connection_name(view, run_node(view, end->node), end->subject, name, sizeof(name));
    snprintf(title, sizeof(title), _("What %s sends, from %s"), name,
             run_node(view, end->node)->name);
    svg_begin(out,
              &(struct svg_page){ LEFT + WIDTH + RIGHT,
                                  TOP + CHARTS * (int64_t)(HEIGHT + APART) - APART + BOTTOM, title,
                                  _("Curves over time: windows, round-trip times, sequence "
                                    "numbers."),
                                  style });
    svg_text(out, "title", 16 * SVG_PX, 30 * SVG_PX, SVG_START, 0, title);
    if (view->title != NULL)
        svg_text(out, "detail", 16 * SVG_PX, 50 * SVG_PX, SVG_START, 0, view->title);
}

bool plot_svg_write(const struct run_view *view, const struct plot_svg_end *end, FILE *out)
{
    struct run_plot plot;
    vtime from, to;

    find_part(view, end, &from, &to);
    if (!run_plot_open(&plot, view, end->node, end->subject, from, to,
                       PLOT_BUCKETS)) {
        errno = ENOMEM;
        return false;
    }
    begin(out, view, end);
    for (unsigned i = 0; i < CHARTS; i++)
        put_chart(out, &plot, i);
    put_marks(out, view, end, &plot);
    svg_end(out);
    run_plot_close(&plot);
    return fflush(out) == 0 && !ferror(out);
}
