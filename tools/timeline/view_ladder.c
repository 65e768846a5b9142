#include "tools/timeline/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tools/lib/ladder_words.h"
#include "tools/lib/text.h"
#include "tools/lib/vtime_text.h"
#include "tools/timeline/obey.h"

enum { CURSOR_AT = 60 }; /* percent of the height above the cursor */

/* ---- Where ---- */

/* The record that stands for the cursor's moment on SIDE. */
static uint32_t record_here(const struct ui *ui, enum session_side side)
{
    if (side == ui->side)
        return ui->cursors[side].record;
    return record_at(session_run(ui->session, side), ui->moment.now, ui->cursors[ui->side].record);
}

static uint32_t item_here(const struct ui *ui, enum session_side side)
{
    uint32_t record = record_here(ui, side);

    return record == MOMENT_BEFORE ? PICTURE_NONE : picture_find(ui->pictures[side], record);
}

int64_t view_cursor_row(const struct ui *ui, enum session_side side)
{
    uint32_t item = item_here(ui, side);

    return item == PICTURE_NONE ? -1 : picture_row(ui->pictures[side], item);
}

/* The cursor stands at the same height in both futures: they scroll in step. */
int64_t view_top_row(const struct ui *ui, enum session_side side, int height)
{
    int64_t above = (int64_t)height * CURSOR_AT / 100;
    int64_t row = view_cursor_row(ui, ui->side), top = row - above;
    int64_t last = picture_rows(ui->pictures[ui->side]) - height;

    if (top > last)
        top = last;
    if (top < 0)
        top = 0;
    return side == ui->side ? top : view_cursor_row(ui, side) - (row - top);
}

/* ---- Marks ---- */

static void mark_matches(const struct ui *ui, struct picture *picture, struct box box, int64_t top,
                         struct canvas *canvas)
{
    for (int y = 0; y < box.height; y++) {
        if (top + y < 0 || !ui_matches(ui, picture, top + y))
            continue;
        canvas_put(canvas, box.x + 1, box.y + y, '*', MEANING_KEY);
        canvas_emphasise(canvas, box.x + 1, box.y + y, box.width - 1, EMPHASIS_MARKED);
    }
}

/* The first row in which the futures differ. */
static void mark_difference(const struct ui *ui, enum session_side side, struct box box,
                            int64_t top, struct canvas *canvas)
{
    struct picture *picture = ui->pictures[side];
    uint32_t item;
    int64_t row;

    if (!ui->has_other || !ui->differs)
        return;
    item = picture_find(picture, ui->difference);
    if (item == PICTURE_NONE)
        item = 0;
    else if (picture_record(picture, item) < ui->difference)
        item++; /* the first that shows it */
    if (item >= picture_items(picture))
        return;
    row = picture_row(picture, item);
    if (row < top || row >= top + box.height)
        return;
    canvas_put(canvas, box.x + 1, box.y + (int)(row - top), '!', MEANING_CHANGED);
    canvas_emphasise(canvas, box.x + 1, box.y + (int)(row - top), 1, EMPHASIS_MARKED);
}

/* What has not happened yet is pale, or not there at all. */
static void dim_future(const struct ui *ui, struct box box, int64_t from, struct canvas *canvas)
{
    for (int64_t y = from > 0 ? from : 0; y < box.height; y++) {
        if (ui->future_hidden)
            view_clear(canvas, (struct box){ box.x, box.y + (int)y, box.width, 1 });
        else
            canvas_emphasise(canvas, box.x, box.y + (int)y, box.width, EMPHASIS_FUTURE);
    }
}

/* The mark in the gutter; the words that the cursor is on stand out, or if it
 * is between two items, none do. Where those words are. */
static struct spot draw_cursor(const struct ui *ui, enum session_side side, struct box box, int y,
                               struct canvas *canvas)
{
    bool mine = side == ui->side;
    uint32_t item = item_here(ui, side);
    int x = 0, width;

    if (y < 0 || y >= box.height)
        return (struct spot){ box.x, box.y };
    canvas_put(canvas, box.x, box.y + y, mine ? 0x25b6 : ui->ascii ? ')' : 0x25b7, MEANING_KEY);
    if (!mine || picture_record(ui->pictures[side], item) != record_here(ui, side))
        return (struct spot){ box.x, box.y + y };
    width = picture_place(ui->pictures[side], item, &x);
    if (x + width > box.width - LADDER_GUTTER)
        width = box.width - LADDER_GUTTER - x;
    canvas_emphasise(canvas, box.x + LADDER_GUTTER + x, box.y + y, width, EMPHASIS_SELECTED);
    return (struct spot){ box.x + LADDER_GUTTER + x, box.y + y };
}

/* ---- The ladder ---- */

static void draw_side_title(const struct ui *ui, enum session_side side, struct box box,
                            struct canvas *canvas)
{
    view_rule(canvas, box, side == SESSION_ORIGINAL ? _("the original") : _("what if"),
              ui->focus == 0 && side == ui->side);
}

/* The rows of the ladder's own in BOX, below title and header, which are drawn
 * if there is a CANVAS. */
static struct box rows_box(const struct ui *ui, enum session_side side, struct box box,
                           struct canvas *canvas)
{
    int header = layout_header_rows(ui, side, box.height), title = ui->has_other ? 1 : 0;

    if (canvas != NULL && title > 0)
        draw_side_title(ui, side, box, canvas);
    if (canvas != NULL)
        picture_header(ui->pictures[side], canvas, box.x + LADDER_GUTTER, box.y + title,
                       header - title);
    box.y += header;
    box.height -= header;
    return box;
}

struct spot view_ladder(const struct ui *ui, enum session_side side, struct box box,
                        struct canvas *canvas)
{
    struct picture *picture = ui->pictures[side];
    int64_t top;
    int y;

    box = rows_box(ui, side, box, canvas);
    top = view_top_row(ui, side, box.height);
    y = (int)(view_cursor_row(ui, side) - top);
    picture_draw(picture, canvas, box.x + LADDER_GUTTER, box.y + (top < 0 ? (int)-top : 0),
                 box.width - LADDER_GUTTER, top < 0 ? 0 : top,
                 box.height + (top < 0 ? (int)top : 0));
    dim_future(ui, box, y + 1, canvas);
    if (ui->search[0] != '\0')
        mark_matches(ui, picture, box, top, canvas);
    mark_difference(ui, side, box, top, canvas);
    return draw_cursor(ui, side, box, y, canvas);
}

bool view_row_at(const struct ui *ui, int x, int y, enum session_side *side, int64_t *row)
{
    struct layout layout = layout_of(ui);

    for (int i = 0; i < SESSION_SIDES; i++) {
        struct box box = layout.ladders[i];

        if (box.width == 0 || ui->pictures[i] == NULL || x < box.x || x >= box.x + box.width)
            continue;
        *side = (enum session_side)i;
        box = rows_box(ui, *side, box, NULL);
        *row = view_top_row(ui, *side, box.height) + (y - box.y);
        return y >= box.y && y < box.y + box.height && *row >= 0;
    }
    return false;
}

/* ---- What is under the cursor, in words ---- */

void view_words(const struct ui *ui, char *out, size_t size)
{
    char time[VTIME_TEXT_SIZE];
    size_t used;

    moment_time(ui->moment.now, time, sizeof(time));
    used = (size_t)snprintf(out, size, "%s  ", time);
    moment_words(&ui->moment, ui->moment.record, out + used, size - used);
}

/* ---- Two futures, compared ---- */

struct summary_row {
    const char *label;
    char one[FUTURE_STATES_SIZE], other[FUTURE_STATES_SIZE];
};

static void draw_summary_row(struct canvas *canvas, struct box box, int y,
                             const struct summary_row *row)
{
    int label = 14, width = (box.width - label) / 2;
    bool differs = strcmp(row->one, row->other) != 0;

    if (y >= box.height)
        return;
    view_text(canvas, box.x + 1, box.y + y, label - 1, MEANING_LABEL, row->label);
    view_text(canvas, box.x + label, box.y + y, width - 3, MEANING_VALUE, row->one);
    view_text(canvas, box.x + label + width, box.y + y, width - 1,
              differs ? MEANING_CHANGED : MEANING_VALUE, row->other);
    if (differs)
        canvas_put(canvas, box.x + label + width - 2, box.y + y, '!', MEANING_CHANGED);
}

void view_summary(const struct ui *ui, struct box box, struct canvas *canvas)
{
    const struct future_facts *a = &ui->facts[SESSION_ORIGINAL], *b = &ui->facts[SESSION_OTHER];
    struct summary_row rows[] = {
        { .label = "" },
        { .label = _("ends at") },
        { .label = _("frames") },
        { .label = _("sent again") },
        { .label = _("in the end") },
        { .label = _("hash") },
    };

    view_rule(canvas, box, _("what became different"), false);
    snprintf(rows[0].one, sizeof(rows[0].one), "%s", _("the original"));
    snprintf(rows[0].other, sizeof(rows[0].other), "%s", _("what if"));
    vtime_format_plain(a->end, rows[1].one, sizeof(rows[1].one));
    vtime_format_plain(b->end, rows[1].other, sizeof(rows[1].other));
    snprintf(rows[2].one, sizeof(rows[2].one), _("%" PRIu32 ", %" PRIu32 " lost"), a->frames,
             a->lost);
    snprintf(rows[2].other, sizeof(rows[2].other), _("%" PRIu32 ", %" PRIu32 " lost"), b->frames,
             b->lost);
    snprintf(rows[3].one, sizeof(rows[3].one), "%" PRId64, a->retransmissions);
    snprintf(rows[3].other, sizeof(rows[3].other), "%" PRId64, b->retransmissions);
    snprintf(rows[4].one, sizeof(rows[4].one), "%s", a->states);
    snprintf(rows[4].other, sizeof(rows[4].other), "%s", b->states);
    snprintf(rows[5].one, sizeof(rows[5].one), _("%016" PRIx64 ", unchanged"), a->hash);
    snprintf(rows[5].other, sizeof(rows[5].other), "%016" PRIx64, b->hash);
    for (int i = 0, y = 1; i < (int)ARRAY_LEN(rows); i++)
        if (rows[i].one[0] != '\0' || rows[i].other[0] != '\0') /* no connection: no state */
            draw_summary_row(canvas, box, y++, &rows[i]);
}
