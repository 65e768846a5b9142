/*
 * What stands above the rows of time: the title, and over each column the
 * node's name and addresses.
 */
#include "tools/lib/ladder_core.h"

enum { HEADER_ROWS = 8 };

/* Where a label of WIDTH columns stands at column I. */
static int label_x(const struct ladder_layout *layout, unsigned i, int width)
{
    int x = layout->x[i] - width / 2;

    if (layout->shape == LADDER_ON_ARROWS && i == 0)
        x = layout->x[i];
    else if (layout->shape == LADDER_ON_ARROWS && i + 1 == layout->count)
        x = layout->x[i] - width + 1;
    if (x + width > layout->width)
        x = layout->width - width;
    return x < 0 ? 0 : x;
}

/* Puts LABEL into the first line of the header, from Y on, with room for it. */
static int put_label(struct ladder *l, unsigned column, int y, const char *label,
                     enum meaning meaning)
{
    int width = canvas_text_width(label);
    int x = label_x(&l->layout, column, width);
    struct ladder_spans spans = { .count = 0 };

    ladder_spans_add(&spans, x - 1, x + width);
    while (y + 1 < HEADER_ROWS && !ladder_rows_are_free(&l->rows, y, &spans))
        y++;
    ladder_rows_take(&l->rows, y, &spans);
    canvas_text(&l->rows.canvas, x, y, label, width, meaning);
    return y + 1;
}

/* The address of port number PORT below what stands over the column, to *Y. False:
 * the node has no such port. */
static bool put_address(struct ladder *l, unsigned column, unsigned port, int *y)
{
    const struct node *node = run_node(l->view, l->layout.nodes[column]);
    char address[64];

    if (port >= node->port_count)
        return false;
    if (!l->layout.bare[column] && *y < HEADER_ROWS &&
        run_address_format(l->view, node->id, port, address, sizeof(address)) > 0)
        *y = put_label(l, column, *y, address, MEANING_DETAIL);
    return true;
}

/* First each node's first address, so that none of them is the last to find room. */
static void put_addresses(struct ladder *l, int from)
{
    int y[LADDER_COLUMNS_MAX];
    bool more = true;

    for (unsigned i = 0; i < l->layout.count; i++)
        y[i] = from;
    for (unsigned port = 0; more; port++) {
        more = false;
        for (unsigned i = 0; i < l->layout.count; i++)
            more |= put_address(l, i, port, &y[i]);
    }
}

void ladder_draw_title(struct ladder *l)
{
    if (l->view->title == NULL || l->view->title[0] == '\0')
        return;
    canvas_text(&l->rows.canvas, 0, 0, l->view->title, l->layout.width, MEANING_TITLE);
    ladder_put_row(l, 0);
    ladder_put_row(l, 0);
}

void ladder_draw_header(struct ladder *l)
{
    int names = 1;

    for (unsigned i = 0; i < l->layout.count; i++)
        if (!l->layout.bare[i])
            names =
                (int)max_i64(names, put_label(l, i, 0, run_node(l->view, l->layout.nodes[i])->name,
                                              MEANING_NODE));
    put_addresses(l, names);
    for (int y = 0; y < l->rows.count; y++)
        ladder_put_row(l, y);
    ladder_rows_advance(&l->rows);
    l->rows.base = 0;
}
