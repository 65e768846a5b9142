#include "tools/lib/ladder_flights.h"

#include <stdlib.h>
#include <string.h>

#define FALLING 0x2572 /* from upper left to lower right */
#define RISING 0x2571
#define CROSSING 0x2573
#define LEVEL 0x2500

bool ladder_flights_open(struct ladder_flights *flights, int width)
{
    memset(flights, 0, sizeof(*flights));
    flights->width = width;
    flights->parked = calloc((size_t)width * 2, sizeof(flights->parked[0]));
    return flights->parked != NULL;
}

void ladder_flights_close(struct ladder_flights *flights)
{
    free(flights->at);
    free(flights->ended);
    free(flights->parked);
    memset(flights, 0, sizeof(*flights));
}

void ladder_flights_clear(struct ladder_flights *flights)
{
    flights->first = flights->count = flights->leaning = flights->live = 0;
    flights->ended_count = 0;
    memset(flights->parked, 0, (size_t)flights->width * 2 * sizeof(flights->parked[0]));
}

static uint32_t *parking(struct ladder_flights *flights, const struct ladder_arrow *arrow)
{
    size_t side = arrow->direction > 0 ? (size_t)flights->width : 0;

    return &flights->parked[side + (size_t)ladder_arrow_x(arrow, arrow->limit)];
}

static bool grow(struct ladder_arrow **at, size_t count, size_t *capacity)
{
    struct ladder_arrow *more;
    size_t wanted = *capacity == 0 ? 64 : *capacity * 2;

    if (count < *capacity)
        return true;
    more = realloc(*at, wanted * sizeof(**at));
    if (more == NULL)
        return false;
    *at = more;
    *capacity = wanted;
    return true;
}

/* Closes the gap of those that are gone, once they are the most. */
static void compact(struct ladder_flights *flights)
{
    size_t kept = 0;

    if (flights->count < flights->capacity || flights->live * 2 > flights->count)
        return;
    for (size_t i = flights->first; i < flights->count; i++)
        if (!flights->at[i].gone)
            flights->at[kept++] = flights->at[i];
    flights->first = flights->leaning = 0;
    flights->count = kept;
}

bool ladder_flights_add(struct ladder_flights *flights, const struct ladder_arrow *arrow)
{
    compact(flights);
    if (!grow(&flights->at, flights->count, &flights->capacity))
        return false;
    flights->at[flights->count++] = *arrow;
    flights->live++;
    if (arrow->parked)
        ++*parking(flights, arrow);
    return true;
}

struct ladder_arrow *ladder_flights_find(const struct ladder_flights *flights, uint32_t frame)
{
    size_t low = flights->first, high = flights->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (flights->at[middle].frame < frame)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == flights->count || flights->at[low].frame != frame || flights->at[low].gone)
        return NULL;
    return &flights->at[low];
}

bool ladder_flights_add_ended(struct ladder_flights *flights, const struct ladder_arrow *arrow)
{
    if (!grow(&flights->ended, flights->ended_count, &flights->ended_capacity))
        return false;
    flights->ended[flights->ended_count++] = *arrow;
    return true;
}

bool ladder_flights_end(struct ladder_flights *flights, struct ladder_arrow *arrow, int64_t end)
{
    struct ladder_arrow ended = *arrow;

    ended.end = end;
    if (!ladder_flights_add_ended(flights, &ended))
        return false;
    arrow->copies--;
    if (arrow->copies > 0)
        return true;
    if (arrow->parked)
        --*parking(flights, arrow);
    arrow->gone = true;
    flights->live--;
    while (flights->first < flights->count && flights->at[flights->first].gone)
        flights->first++;
    return true;
}

int ladder_arrow_offset(const struct ladder_arrow *arrow, int64_t number)
{
    int64_t offset = arrow->bend + (number - arrow->start);

    return (int)min_i64(offset, arrow->limit);
}

/* What is still free of the cells LOW to HIGH. */
struct gap {
    int low, high;
    bool backwards;
};

static void narrow(struct gap *gap, int x)
{
    if (x < gap->low || x > gap->high)
        return;
    if (gap->backwards)
        gap->low = x + 1;
    else
        gap->high = x - 1;
}

/* Beyond this row an arrow has parked. Rows of one moment are not quite in
 * the order of frames, hence the allowance. */
static int64_t oldest_leaning(const struct ladder_flights *flights, int64_t number)
{
    return number - flights->width - LADDER_ROWS_MAX;
}

int ladder_flights_room(const struct ladder_flights *flights, int64_t number, int low, int high,
                        bool backwards)
{
    struct gap gap = { low, high, backwards };

    for (int x = low < 0 ? 0 : low; x <= high && x < flights->width; x++)
        if (flights->parked[x] > 0 || flights->parked[flights->width + x] > 0)
            narrow(&gap, x);
    for (size_t i = flights->count; i > flights->leaning; i--) {
        const struct ladder_arrow *arrow = &flights->at[i - 1];

        if (arrow->start < oldest_leaning(flights, number))
            break;
        if (!arrow->gone && arrow->start <= number)
            narrow(&gap, ladder_arrow_x(arrow, ladder_arrow_offset(arrow, number)));
    }
    for (size_t i = 0; i < flights->ended_count; i++) {
        const struct ladder_arrow *arrow = &flights->ended[i];

        if (number >= arrow->start && number <= arrow->end && arrow->start < arrow->end)
            narrow(&gap, ladder_arrow_x(arrow, ladder_arrow_offset(arrow, number)));
    }
    return gap.high - gap.low + 1;
}

/* Crosses what flies the other way and level lines, never words. */
static void draw_lean(struct canvas *canvas, int x, int y, int direction, enum meaning meaning)
{
    uint32_t lean = direction > 0 ? FALLING : RISING;
    const struct cell *cell = canvas_cell(canvas, x, y);

    if (cell == NULL)
        return;
    if (cell->character == (direction > 0 ? RISING : FALLING))
        canvas_put(canvas, x, y, CROSSING, meaning);
    else if (cell->character == CANVAS_EMPTY || cell->character == LEVEL)
        canvas_put(canvas, x, y, lean, meaning);
}

static void draw_arrow(struct ladder_rows *rows, const struct ladder_arrow *arrow, int64_t number)
{
    int offset = ladder_arrow_offset(arrow, number);

    rows->canvas.owner = arrow->frame;
    draw_lean(&rows->canvas, ladder_arrow_x(arrow, offset), ladder_rows_y(rows, number),
              arrow->direction, arrow->meaning);
    rows->canvas.owner = 0;
}

static void draw_parked(const struct ladder_flights *flights, struct ladder_rows *rows,
                        int64_t number)
{
    for (int x = 0; x < flights->width; x++) {
        if (flights->parked[x] > 0)
            draw_lean(&rows->canvas, x, ladder_rows_y(rows, number), -1, MEANING_OTHER);
        if (flights->parked[flights->width + x] > 0)
            draw_lean(&rows->canvas, x, ladder_rows_y(rows, number), 1, MEANING_OTHER);
    }
}

void ladder_flights_draw(struct ladder_flights *flights, struct ladder_rows *rows, int64_t number)
{
    int64_t oldest = oldest_leaning(flights, number);

    if (!ladder_rows_are_blind(rows))
        draw_parked(flights, rows, number);
    while (flights->leaning < flights->count &&
           (flights->at[flights->leaning].gone || flights->at[flights->leaning].parked))
        flights->leaning++;
    for (size_t i = flights->count; i > flights->leaning; i--) {
        struct ladder_arrow *arrow = &flights->at[i - 1];

        if (arrow->start < oldest)
            break;
        if (arrow->gone || arrow->parked || arrow->start > number)
            continue;
        draw_arrow(rows, arrow, number);
        if (ladder_arrow_offset(arrow, number) < arrow->limit)
            continue;
        arrow->parked = true;
        ++*parking(flights, arrow);
    }
    for (size_t i = 0; i < flights->ended_count; i++) {
        const struct ladder_arrow *arrow = &flights->ended[i];

        if (number >= arrow->start && number <= arrow->end && arrow->start < arrow->end)
            draw_arrow(rows, arrow, number);
    }
}

void ladder_flights_advance(struct ladder_flights *flights)
{
    flights->ended_count = 0;
}
