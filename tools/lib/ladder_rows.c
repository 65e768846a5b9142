#include "tools/lib/ladder_rows.h"

#include <stdlib.h>
#include <string.h>

bool ladder_rows_open(struct ladder_rows *rows, int width)
{
    memset(rows, 0, sizeof(*rows));
    rows->taken = calloc((size_t)width * LADDER_ROWS_MAX, sizeof(rows->taken[0]));
    if (rows->taken != NULL && canvas_open(&rows->canvas, width, LADDER_ROWS_MAX))
        return true;
    ladder_rows_close(rows);
    return false;
}

void ladder_rows_close(struct ladder_rows *rows)
{
    free(rows->taken);
    rows->taken = NULL;
    canvas_close(&rows->canvas);
}

void ladder_rows_set_blind(struct ladder_rows *rows, bool blind)
{
    rows->canvas.height = blind ? 0 : LADDER_ROWS_MAX; /* what is outside is clipped */
}

void ladder_spans_add(struct ladder_spans *spans, int a, int b)
{
    ASSERT(spans->count < LADDER_SPANS_MAX);
    spans->at[spans->count++] = a < b ? (struct ladder_span){ a, b } : (struct ladder_span){ b, a };
}

static bool *taken_at(const struct ladder_rows *rows, int y, int x)
{
    return &rows->taken[(size_t)y * (size_t)rows->canvas.width + (size_t)x];
}

/* SPAN without what lies outside the canvas. */
static struct ladder_span clip(const struct ladder_rows *rows, struct ladder_span span)
{
    if (span.low < 0)
        span.low = 0;
    if (span.high >= rows->canvas.width)
        span.high = rows->canvas.width - 1;
    return span;
}

bool ladder_rows_are_free(const struct ladder_rows *rows, int64_t number,
                          const struct ladder_spans *spans)
{
    int y = ladder_rows_y(rows, number);

    if (y < 0)
        return false;
    if (y >= rows->count)
        return true;
    for (unsigned i = 0; i < spans->count; i++) {
        struct ladder_span span = clip(rows, spans->at[i]);

        for (int x = span.low; x <= span.high; x++)
            if (*taken_at(rows, y, x))
                return false;
    }
    return true;
}

void ladder_rows_take(struct ladder_rows *rows, int64_t number, const struct ladder_spans *spans)
{
    int y = ladder_rows_y(rows, number);

    ASSERT(y >= 0 && y < LADDER_ROWS_MAX);
    if (rows->count <= y)
        rows->count = y + 1;
    for (unsigned i = 0; i < spans->count; i++) {
        struct ladder_span span = clip(rows, spans->at[i]);

        if (span.low <= span.high)
            memset(taken_at(rows, y, span.low), true, (size_t)(span.high - span.low + 1));
    }
}

int64_t ladder_rows_find(struct ladder_rows *rows, int64_t number, const struct ladder_spans *spans)
{
    if (number < rows->base)
        number = rows->base;
    while (!ladder_rows_are_free(rows, number, spans))
        number++;
    ladder_rows_take(rows, number, spans);
    return number;
}

void ladder_rows_advance(struct ladder_rows *rows)
{
    memset(rows->taken, 0, (size_t)rows->canvas.width * (size_t)rows->count);
    rows->base += rows->count;
    rows->count = 0;
}
