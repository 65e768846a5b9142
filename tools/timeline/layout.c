#include "tools/timeline/layout.h"

enum {
    BESIDE_WIDTH = 120, /* from here on panes stand beside */
    PANE_SIDE_WIDTH = 50,
    PANE_ROWS = 13,   /* a pane beside is at least so high */
    TALL = 33,        /* so many rows have room for a pane below two futures, too */
    BARS = 3,         /* header, says, footer */
    HEADER_PART = 4,  /* tenths of a ladder that its names and addresses take at most */
    SUMMARY_ROWS = 7, /* of two futures */
};

static int ladder_count(const struct ui *ui)
{
    return ui->has_other ? SESSION_SIDES : 1;
}

/* Columns of the screen for all ladders, so that they are no mere lists. */
static int wanted_width(const struct ui *ui)
{
    const struct picture *picture = ui->pictures[SESSION_ORIGINAL];
    int width = picture != NULL ? picture_narrowest(picture) : 0;

    return width > 0 ? ladder_count(ui) * (width + LADDER_GUTTER) : 0;
}

/* Divides BOX among the two futures, or gives it to the one that is shown. */
static void place_ladders(const struct ui *ui, struct box box, struct layout *layout)
{
    if (ladder_count(ui) == 1 || box.width / SESSION_SIDES < LADDER_GUTTER + LADDER_WIDTH_MIN) {
        layout->ladders[ui->side] = box;
        return;
    }
    for (int side = 0; side < SESSION_SIDES; side++) {
        struct box half = box;

        half.width = box.width / 2;
        half.x = box.x + side * (box.width - half.width);
        layout->ladders[side] = half;
    }
}

/* Takes the summary of two futures off the foot of BOX. */
static void place_summary(const struct ui *ui, struct box *box, struct layout *layout)
{
    if (!ui->has_other)
        return;
    layout->summary = *box;
    layout->summary.height = SUMMARY_ROWS;
    layout->summary.y = box->y + box->height - SUMMARY_ROWS;
    box->height -= SUMMARY_ROWS;
}

static void place_beside(const struct ui *ui, struct box body, struct layout *layout)
{
    struct box ladder = body, pane = body;

    ladder.width = body.width * 21 / 40;
    if (ladder_count(ui) > 1 || ladder.width < wanted_width(ui))
        ladder.width = body.width - PANE_SIDE_WIDTH;
    pane.x = ladder.width + 1;
    pane.width = body.width - pane.x;
    layout->beside = true;
    layout->pane_count = body.height / PANE_ROWS;
    if (layout->pane_count > UI_SLOTS_MAX)
        layout->pane_count = UI_SLOTS_MAX;
    if (layout->pane_count > ui_pane_count())
        layout->pane_count = ui_pane_count();
    for (int i = 0; i < layout->pane_count; i++) {
        int from = body.height * i / layout->pane_count;
        int to = body.height * (i + 1) / layout->pane_count;

        layout->panes[i] = (struct box){ pane.x, body.y + from, pane.width, to - from };
    }
    if (layout->pane_count == 0)
        ladder.width = body.width;
    place_summary(ui, &ladder, layout);
    place_ladders(ui, ladder, layout);
}

static void place_below(const struct ui *ui, struct box body, struct layout *layout)
{
    struct box ladder = body;

    bool summary = ui->has_other && (ui->focus == 0 || body.height >= TALL);

    if (ui_pane_count() > 0 && (!summary || body.height >= TALL)) {
        struct box pane = body;

        pane.height = summary ? PANE_ROWS : body.height * 2 / 5;
        pane.y = body.y + body.height - pane.height;
        ladder.height -= pane.height;
        layout->panes[0] = pane;
        layout->pane_count = 1;
    }
    if (summary)
        place_summary(ui, &ladder, layout);
    place_ladders(ui, ladder, layout);
}

/* Panes stand beside where that leaves room for columns, or there is none for
 * them at all. */
static bool stand_beside(const struct ui *ui, int width)
{
    int wanted = wanted_width(ui);

    return width >= BESIDE_WIDTH && (wanted <= width - PANE_SIDE_WIDTH || wanted > width);
}

struct layout layout_of(const struct ui *ui)
{
    struct layout layout = { .says = ui->height - 2, .footer = ui->height - 1 };
    struct box body = { 0, 1, ui->width, ui->height - BARS };

    layout.too_small = ui->width < UI_WIDTH_MIN || ui->height < UI_HEIGHT_MIN;
    if (layout.too_small)
        return layout;
    if (ui->maximised && ui->focus > 0) {
        layout.panes[0] = body;
        layout.pane_count = 1;
    } else if (ui->maximised) {
        place_ladders(ui, body, &layout);
    } else if (stand_beside(ui, ui->width)) {
        place_beside(ui, body, &layout);
    } else {
        place_below(ui, body, &layout);
    }
    return layout;
}

int layout_ladder_width(const struct ui *ui, enum session_side side)
{
    struct layout layout = layout_of(ui);
    int width = layout.ladders[side].width - LADDER_GUTTER;

    return width > 0 ? width : 0;
}

int layout_header_rows(const struct ui *ui, enum session_side side, int height)
{
    int title = ladder_count(ui) > 1 ? 1 : 0;
    int most = (height - title) * HEADER_PART / 10;

    return title + picture_header(ui->pictures[side], NULL, 0, 0, most > 0 ? most : 0);
}

int layout_ladder_rows(const struct ui *ui)
{
    struct layout layout = layout_of(ui);
    int rows = layout.ladders[ui->side].height;

    if (rows <= 0)
        rows = ui->height - BARS;
    return rows - layout_header_rows(ui, ui->side, rows);
}
