#include "tools/lib/ladder_layout.h"

#include <stdlib.h>
#include <string.h>

#include "tools/lib/ladder_words.h"

enum {
    ARROW_ROOM_MIN = 42, /* columns between nodes for facts on the arrow */
    PAIR_ROOM_MIN = 24,  /* the same where there are two nodes only */
    MARGIN_WANTED = 46,  /* room for most facts in full */
    MARGIN_MIN = 24,     /* room for facts in short */
    SPACING_WANTED = 10,
    SPACING_MIN = 6,
    SPACING_MAX = 18,
    SPACING_BARE = 7, /* where no column is drawn */
    FOLD_TIMES = 20,  /* this many times the usual silence folds */
};

void ladder_silences_take(struct ladder_silences *silences, const struct run_view *view,
                          const struct ladder_options *options, uint32_t records)
{
    const struct trace *trace = view->trace;
    uint32_t left = trace->records.count - silences->taken;
    uint32_t end = silences->taken + (records < left ? records : left);

    for (; silences->taken < end; silences->taken++) {
        struct record record = trace_read(trace, silences->taken);
        vtime gap;
        unsigned size = 0;

        if (!ladder_shows(view, &record, options))
            continue;
        gap = trace_time(trace, &record) - silences->last;
        silences->last += gap;
        if (gap == 0)
            continue;
        while (size < 62 && gap >> (size + 1) != 0)
            size++;
        silences->count[size]++;
        silences->total++;
    }
}

static vtime fold_limit(const struct ladder_silences *silences)
{
    uint64_t below = 0;
    unsigned size = 0;

    while (size < 40 && (below += silences->count[size]) * 2 < silences->total)
        size++;
    return min_i64(1 * SECONDS, ((vtime)2 << size) * FOLD_TIMES);
}

static int digits_of(uint64_t value)
{
    int digits = 1;

    for (; value >= 10; value /= 10)
        digits++;
    return digits;
}

static void lay_gutter(struct ladder_layout *layout, const struct run_view *view, vtime last)
{
    char text[VTIME_TEXT_SIZE];

    layout->scale = vtime_scale_for(last);
    layout->time_width = (int)vtime_format(layout->scale, last, text, sizeof(text));
    layout->number_width = digits_of(view->trace->frames.count);
    if (layout->number_width < 2)
        layout->number_width = 2;
    /* Frames that a hub floods share a row and a number: "4-6". */
    if (layout->shape != LADDER_ON_ARROWS && layout->count > 2)
        layout->number_width = layout->number_width * 2;
    layout->gutter = layout->time_width + 2 + layout->number_width + 2;
}

static bool lay_on_arrows(struct ladder_layout *layout)
{
    int room = layout->width - layout->gutter - 2;

    if (layout->count == 0)
        return false;
    layout->spacing = layout->count == 1 ? room : room / (int)(layout->count - 1);
    return layout->spacing >= (layout->count <= 2 ? PAIR_ROOM_MIN : ARROW_ROOM_MIN);
}

static bool lay_in_margin(struct ladder_layout *layout)
{
    int gaps = (int)layout->count - 1;
    int room = layout->width - layout->gutter - 4;

    layout->spacing = (room - MARGIN_WANTED) / gaps;
    if (layout->spacing > SPACING_MAX)
        layout->spacing = SPACING_MAX;
    if (layout->spacing < SPACING_WANTED)
        layout->spacing = SPACING_WANTED;
    if (room - layout->spacing * gaps < MARGIN_MIN)
        layout->spacing = (room - MARGIN_MIN) / gaps;
    return layout->spacing >= SPACING_MIN;
}

/* Half of a node's name may stand to the left of its column. */
static int left_half(const struct ladder_layout *layout, const struct run_view *view)
{
    int half;

    if (layout->shape == LADDER_ON_ARROWS)
        return 0;
    half = canvas_text_width(run_node(view, layout->nodes[0])->name) / 2;
    return half < 2 ? half : 2;
}

static void lay_columns(struct ladder_layout *layout, const struct run_view *view)
{
    int x = layout->gutter + left_half(layout, view);
    bool narrow = layout->shape == LADDER_IN_MARGIN && layout->spacing > SPACING_BARE;

    for (unsigned i = 0; i < layout->count; i++) {
        layout->bare[i] = view->nodes[layout->nodes[i]].passes;
        if (i > 0)
            x +=
                narrow && (layout->bare[i - 1] || layout->bare[i]) ? SPACING_BARE : layout->spacing;
        layout->x[i] = x;
    }
    layout->margin = layout->width;
    if (layout->shape == LADDER_IN_MARGIN)
        layout->margin = layout->x[layout->count - 1] + 3;
    for (unsigned i = 0; i < layout->count; i++)
        layout->column_of[layout->nodes[i]] = (int8_t)i;
}

/* The width at which lay_on_arrows or lay_in_margin is content. */
static int narrowest(struct ladder_layout *layout, const struct run_view *view, vtime last)
{
    int gaps = (int)layout->count - 1;

    layout->shape = layout->count <= 2 ? LADDER_ON_ARROWS : LADDER_IN_MARGIN;
    lay_gutter(layout, view, last);
    if (gaps <= 1)
        return layout->count == 0 ? 0 : layout->gutter + PAIR_ROOM_MIN + 2;
    return layout->gutter + gaps * SPACING_MIN + MARGIN_MIN + 4;
}

static void choose_shape(struct ladder_layout *layout, const struct run_view *view, vtime last)
{
    layout->narrowest = narrowest(layout, view, last);
    layout->shape = LADDER_ON_ARROWS;
    lay_gutter(layout, view, last);
    if (lay_on_arrows(layout))
        return;
    layout->shape = LADDER_IN_MARGIN;
    lay_gutter(layout, view, last);
    if (layout->count >= 2 && lay_in_margin(layout))
        return;
    layout->shape = LADDER_LIST;
    layout->count = 0;
    lay_gutter(layout, view, last);
}

static int clamp_width(int width)
{
    if (width <= 0)
        return LADDER_WIDTH_DEFAULT;
    if (width < LADDER_WIDTH_MIN)
        return LADDER_WIDTH_MIN;
    return width > LADDER_WIDTH_MAX ? LADDER_WIDTH_MAX : width;
}

bool ladder_layout_open(struct ladder_layout *layout, const struct run_view *view,
                        const struct ladder_options *options,
                        const struct ladder_silences *silences)
{
    size_t nodes = (size_t)view->world->node_count + 1;
    uint16_t *order = calloc(nodes, sizeof(order[0]));
    struct ladder_silences found = { .total = 0 };

    memset(layout, 0, sizeof(*layout));
    if (silences == NULL) {
        ladder_silences_take(&found, view, options, UINT32_MAX);
        silences = &found;
    }
    layout->column_of = malloc(nodes);
    if (order == NULL || layout->column_of == NULL) {
        free(order);
        ladder_layout_close(layout);
        return false;
    }
    memset(layout->column_of, -1, nodes);
    layout->width = clamp_width(options->width);
    layout->count = run_node_order(view, order);
    if (layout->count > LADDER_COLUMNS_MAX)
        layout->count = 0;
    memcpy(layout->nodes, order, layout->count * sizeof(order[0]));
    layout->fold = fold_limit(silences);
    choose_shape(layout, view, max_i64(silences->last, options->last));
    if (layout->shape != LADDER_LIST)
        lay_columns(layout, view);
    free(order);
    return true;
}

void ladder_layout_close(struct ladder_layout *layout)
{
    free(layout->column_of);
    layout->column_of = NULL;
}
