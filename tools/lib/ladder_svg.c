#include "tools/lib/ladder_svg.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/ladder_svg_parts.h"
#include "tools/lib/text.h"

enum {
    COLUMNS_ALONE = 80,         /* cells between two columns, if there are no more */
    COLUMNS_WITH_REASONS = 120, /* and if many words stand beside them */
    COLUMNS_APART = 62,         /* between those of a few, whose arrows carry facts */
    COLUMNS_FEW = 4,
    COLUMNS_NEAR = 18, /* between those of many, with a margin for the facts */
    MARGIN = 60,
    GUTTER = 24, /* time and number */
};

static const char style[] =
    "text { font: 13px 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: #222; }\n"
    "line, path { stroke: #222; stroke-width: 1.3; fill: none; }\n"
    ".paper { fill: #fff; fill-opacity: 0.85; }\n"
    ".title { font-size: 18px; font-weight: bold; }\n"
    ".node { font-weight: bold; font-size: 15px; }\n"
    ".time, .detail, .idle, .why { fill: #555; }\n"
    ".why, .idle { font-style: italic; }\n"
    ".app, .state { font-weight: bold; }\n"
    "text.state { fill: #00602f; }\n"
    "line.column { stroke: #888; stroke-width: 1.6; }\n"
    "line.idle { stroke: #888; stroke-width: 1.6; stroke-dasharray: 1.6 4; }\n"
    "text.arp { fill: #7a5200; } line.arp { stroke: #7a5200; stroke-dasharray: 4 3; }\n"
    "text.ip { fill: #005f73; } line.ip { stroke: #005f73; stroke-dasharray: 14 3; }\n"
    "text.icmp { fill: #6a3d9a; } line.icmp { stroke: #6a3d9a; stroke-dasharray: 8 3 2 3; }\n"
    "text.udp { fill: #a33c00; } line.udp { stroke: #a33c00; stroke-dasharray: 9 3; }\n"
    "text.tcp { fill: #00508f; } line.tcp { stroke: #00508f; }\n"
    "text.lost, text.fate { fill: #b00020; }\n"
    "line.cross { stroke: #b00020; stroke-width: 2.2; }\n"
    ".sign-state { fill: #00602f; stroke: none; }\n"
    ".sign-app { fill: #222; stroke: none; }\n"
    ".sign-told { fill: #fff; stroke: #222; stroke-width: 1.3; }\n"
    ".sign-why { fill: #fff; stroke: #555; stroke-width: 1.3; }\n";

/* ---- Opening ---- */

static int width_for(const struct run_view *view, bool reasons)
{
    uint16_t *order = calloc((size_t)view->world->node_count + 1, sizeof(order[0]));
    int columns, apart;

    if (order == NULL)
        return 0;
    columns = (int)run_node_order(view, order);
    free(order);
    apart = columns > 2 ? COLUMNS_APART : reasons ? COLUMNS_WITH_REASONS : COLUMNS_ALONE;
    if (columns <= COLUMNS_FEW)
        return GUTTER + (int)max_i64(columns - 1, 1) * apart;
    return (int)min_i64(GUTTER + (int64_t)(columns - 1) * COLUMNS_NEAR + MARGIN, LADDER_WIDTH_MAX);
}

static void refuse(int64_t rows, char *why)
{
    snprintf(why, LADDER_SVG_WHY_SIZE,
             _("a drawing of this run would have %" PRId64 " rows, and more than %d cannot be "
               "looked at; draw its beginning, as in --until 2s, or print it with --text"),
             rows, LADDER_SVG_ROWS_MAX);
}

/* The last row that has columns in it; the words of the end come behind. */
static bool find_end(struct ladder_svg *s)
{
    s->rows = ladder_book_rows(s->book);
    s->end = 0;
    while (s->end < s->rows && s->column_count > 0) {
        canvas_clear(&s->row, 0, 1);
        if (!ladder_book_row(s->book, s->end, &s->row, 0, 0))
            return false;
        if (canvas_cell(&s->row, s->columns[0].x, 0)->character == CANVAS_EMPTY)
            break;
        s->end++;
    }
    return true;
}

static bool find_fates(struct ladder_svg *s)
{
    const struct trace *trace = s->view->trace;

    s->fates = calloc((size_t)trace->frames.count + 1, sizeof(s->fates[0]));
    for (uint32_t i = 0; s->fates != NULL && i < trace->records.count; i++) {
        struct record record = trace_read(trace, i);

        if (record.kind != RECORD_FATE && ladder_befalls_flight(&record) &&
            s->fates[record.frame] == 0)
            s->fates[record.frame] = i;
    }
    return s->fates != NULL;
}

static bool open_book(struct ladder_svg *s)
{
    s->book = ladder_book_open(s->view, &s->options);
    if (s->book == NULL)
        return false;
    s->width = ladder_book_width(s->book);
    s->column_count = ladder_book_columns(s->book, s->columns, LADDER_COLUMNS_MAX);
    return canvas_open(&s->row, s->width, 1) && canvas_own(&s->row) && find_fates(s);
}

struct ladder_svg *ladder_svg_open(const struct run_view *view,
                                   const struct ladder_options *options, char *why)
{
    struct ladder_svg *s = calloc(1, sizeof(*s));

    snprintf(why, LADDER_SVG_WHY_SIZE, "%s", _("out of memory"));
    if (s == NULL)
        return NULL;
    s->view = view;
    s->options = *options;
    if (s->options.width == 0)
        s->options.width = width_for(view, options->why != 0);
    if (view->trace->frames.count > LADDER_SVG_ROWS_MAX)
        refuse(view->trace->frames.count, why);
    else if (open_book(s) && ladder_book_rows(s->book) > LADDER_SVG_ROWS_MAX)
        refuse(ladder_book_rows(s->book), why);
    else if (s->fates != NULL && find_end(s))
        return s;
    ladder_svg_close(s);
    return NULL;
}

void ladder_svg_close(struct ladder_svg *s)
{
    if (s == NULL)
        return;
    ladder_book_close(s->book);
    canvas_close(&s->row);
    free(s->fates);
    free(s);
}

/* ---- Writing ---- */

static void put_arrow_heads(FILE *out)
{
    static const char *const colours[][2] = {
        { "arp", "#7a5200" }, { "ip", "#005f73" },  { "icmp", "#6a3d9a" },
        { "udp", "#a33c00" }, { "tcp", "#00508f" }, { "other", "#222" },
    };

    fputs("<defs>\n", out);
    for (size_t i = 0; i < ARRAY_LEN(colours); i++)
        fprintf(out,
                "<marker id=\"head-%s\" markerUnits=\"userSpaceOnUse\" markerWidth=\"12\" "
                "markerHeight=\"10\" refX=\"11\" refY=\"5\" orient=\"auto\">"
                "<path d=\"M0 0L12 5L0 10Z\" style=\"fill:%s;stroke:none\"/></marker>\n",
                colours[i][0], colours[i][1]);
    fputs("</defs>\n", out);
}

static void put_title(const struct ladder_svg *s, FILE *out)
{
    if (s->top > 0)
        svg_text(out, "title", SVG_MARGIN, SVG_MARGIN + 16 * SVG_PX, SVG_START, 0, s->view->title);
}

static void put_page(const struct ladder_svg *s, FILE *out)
{
    char about[200];

    snprintf(about, sizeof(about),
             _("A ladder diagram of %u nodes and %" PRIu32 " frames; time runs down. rung run "
               "--narrate tells the same in sentences."),
             s->column_count, s->view->trace->frames.count);
    svg_begin(out, &(struct svg_page){ ladder_svg_x(s->width) + SVG_MARGIN,
                                       ladder_svg_y(s, s->rows + LADDER_SVG_KEY_ROWS),
                                       s->view->title, about, style });
}

bool ladder_svg_write(struct ladder_svg *s, FILE *out)
{
    struct canvas header;
    bool done;

    if (!canvas_open(&header, s->width, LADDER_SVG_HEADER_MAX)) {
        errno = ENOMEM;
        return false;
    }
    s->top = s->view->title != NULL && s->view->title[0] != '\0' ? TITLE_HEIGHT : 0;
    s->header = ladder_book_header(s->book, &header, 0, 0);
    put_page(s, out);
    put_arrow_heads(out);
    put_title(s, out);
    done = ladder_svg_columns(s, out) && ladder_svg_arrows(s, out);
    ladder_svg_header(s, &header, out);
    done = done && ladder_svg_rows(s, out);
    ladder_svg_key(s, out);
    svg_end(out);
    canvas_close(&header);
    if (!done)
        errno = ENOMEM;
    return done && fflush(out) == 0 && !ferror(out);
}
