/*
 * Words beside a column, and commands to a wire between its columns.
 *
 *   > udp send b:9 20B              |     what happens at a node stands on
 *   |                  gets 20 bytes *    the inner side of its column ...
 *   |       > wire: set loss 40%    |
 *   *       |       |   a: gets 20 bytes  ... or, with its name, in the margin
 *
 * Arrows in flight are there before the words: these end in front of them,
 * or let them pass and take a later row. Only where neither will do, words
 * stand on an arrow.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tools/lib/ladder_core.h"
#include "tools/lib/run_join.h"
#include "tools/lib/text.h"

enum {
    WORDS_MIN = 12,  /* columns into which words are broken at least */
    WORDS_GOOD = 20, /* and for the sake of an arrow */
    MOVES_MAX = 6,   /* rows that words give way to arrows */
};

/* Where the words of COLUMN stand: in the margin, or on its inner side. */
struct place {
    int x;                  /* the column's own cell */
    int low;                /* first cell for words */
    int room;               /* cells */
    bool left;              /* they end at the column */
    int said_x, said_width; /* where they stand, once they do */
};

static struct place words_place(const struct ladder *l, int column)
{
    const struct ladder_layout *layout = &l->layout;
    struct place place = { .x = layout->x[column], .left = false, .said_width = 0 };

    if (layout->shape == LADDER_IN_MARGIN) {
        place.low = layout->margin;
        place.room = layout->width - layout->margin;
        return place;
    }
    place.room = (int)max_i64(layout->spacing - 4, WORDS_MIN);
    place.left = column > 0 && column + 1 == (int)layout->count;
    place.low = place.left ? place.x - 2 - place.room + 1 : place.x + 2;
    return place;
}

/* Cells of PLACE in ROW in front of the first arrow that flies there. */
static int room_in_row(const struct ladder *l, const struct place *place, int64_t row)
{
    int low = place->low, high = place->low + place->room - 1;
    int room = ladder_flights_room(&l->flights, row, low, high, place->left);

    return room == place->room ? room : room - 1;
}

/* Takes a row from NUMBER on for the beginning of *TEXT, which it draws and
 * goes behind. MOVES counts how often all the words gave way. */
static int64_t put_line(struct ladder *l, struct place *place, int64_t number, const char **text,
                        enum meaning meaning, unsigned *moves)
{
    int enough = (int)min_i64(canvas_text_width(*text), WORDS_GOOD);

    for (;; number++) {
        struct ladder_spans spans = { .count = 0 };
        int room = room_in_row(l, place, number), width, x;
        char line[2 * LADDER_TEXT_SIZE];
        size_t len;

        if (room < enough && *moves < MOVES_MAX && room_in_row(l, place, number + 1) > room) {
            ++*moves;
            continue;
        }
        len = canvas_text_break(*text, room < enough ? place->room : room);
        snprintf(line, sizeof(line), "%.*s", (int)len, *text);
        width = canvas_text_width(line);
        x = place->left ? place->low + place->room - width : place->low;
        ladder_spans_add(&spans, place->x, place->x);
        ladder_spans_add(&spans, x, x + width - 1);
        if (!ladder_rows_are_free(&l->rows, number, &spans))
            continue;
        ladder_rows_take(&l->rows, number, &spans);
        canvas_text(&l->rows.canvas, x, ladder_rows_y(&l->rows, number), line, width, meaning);
        if (place->said_width == 0)
            place->said_x = x;
        place->said_width = (int)max_i64(place->said_width, width);
        *text += len + strspn(*text + len, " ");
        return number;
    }
}

/* The row of the first line; LAST is that of the last. */
static int64_t put_words(struct ladder *l, struct place *place, int64_t number, const char *text,
                         enum meaning meaning, uint32_t mark, int64_t *last)
{
    int64_t first = -1;
    unsigned moves = 0;

    number = max_i64(number, l->rows.base); /* what is done is done */
    do {
        number = put_line(l, place, number, &text, meaning, &moves);
        if (first < 0)
            first = number;
        *last = number++;
    } while (*text != '\0');
    if (mark != 0)
        canvas_put(&l->rows.canvas, place->x, ladder_rows_y(&l->rows, first), mark, meaning);
    return first;
}

/* Of record INDEX were the words in PLACE, from ROW on. */
static void mark_words(const struct ladder *l, uint32_t index, int64_t row,
                       const struct place *place)
{
    ladder_put_mark(l, &(struct ladder_mark){ index, row, place->said_x, place->said_width, NULL });
}

int64_t ladder_place_words(struct ladder *l, int column, int64_t number, const char *text,
                           enum meaning meaning, uint32_t mark)
{
    struct place place = words_place(l, column);

    return put_words(l, &place, number, text, meaning, mark, &l->last_row[column]);
}

int64_t ladder_clear_row(const struct ladder *l, int64_t number, int low, int high)
{
    int64_t row = number;

    while (row < number + MOVES_MAX &&
           ladder_flights_room(&l->flights, row, low, high, false) < high - low + 1)
        row++;
    return row < number + MOVES_MAX ? row : number;
}

/* ---- Commands to a wire ---- */

/* The middle between the columns, or of the wider side of what flies there. */
static int middle(const struct ladder *l, int left, int right, int64_t row, int width)
{
    int low = l->layout.x[left] + 1, high = l->layout.x[right] - 1;
    int before = ladder_flights_room(&l->flights, row, low, high, false);
    int behind = ladder_flights_room(&l->flights, row, low, high, true);
    int room = (int)max_i64(before, behind);

    if (room < width + 2)
        return (low + high + 2 - width) / 2;
    return (behind > before ? high - room + 1 : low) + (room + 1 - width) / 2;
}

/* Between the columns LEFT and RIGHT; false if TEXT does not fit there. */
static bool put_between(struct ladder *l, uint32_t index, int left, int right, const char *text,
                        enum meaning meaning)
{
    int64_t row = max_i64(l->last_row[left], l->last_row[right]);
    int width = canvas_text_width(text), x;

    row = max_i64(row, l->rows.base);
    if (width + 4 > l->layout.x[right] - l->layout.x[left])
        return false;
    for (;; row++) {
        struct ladder_spans spans = { .count = 0 };

        x = middle(l, left, right, row, width);
        ladder_spans_add(&spans, x - 1, x + width);
        if (!ladder_rows_are_free(&l->rows, row, &spans))
            continue;
        ladder_rows_take(&l->rows, row, &spans);
        break;
    }
    canvas_text(&l->rows.canvas, x, ladder_rows_y(&l->rows, row), text, width, meaning);
    ladder_put_mark(l, &(struct ladder_mark){ index, row, x, width, NULL });
    l->last_row[left] = l->last_row[right] = row;
    return true;
}

static void put_beside(struct ladder *l, uint32_t index, int left, int right, const char *text,
                       enum meaning meaning)
{
    struct place place = words_place(l, left);
    int64_t row = max_i64(l->last_row[left], l->last_row[right]), last;

    if (l->layout.shape == LADDER_IN_MARGIN)
        place.x = (l->layout.x[left] + l->layout.x[right] + 1) / 2;
    row = put_words(l, &place, row, text, meaning, LADDER_COMMAND_MARK, &last);
    mark_words(l, index, row, &place);
    l->last_row[left] = l->last_row[right] = last;
}

static void place_link_command(struct ladder *l, uint32_t index, const struct ladder_note *note)
{
    const struct link *link = l->view->world->links[note->link];
    int left = ladder_column(l, link->ends[0]->node->id);
    int right = ladder_column(l, link->ends[1]->node->id);
    char text[LADDER_TEXT_SIZE + 64];

    if (left < 0 || (right >= 0 && right < left)) {
        int other = left;

        left = right;
        right = other;
    }
    if (left < 0)
        return;
    if (right < 0)
        right = left;
    snprintf(text, sizeof(text), "▷ %s: %s", link->name, note->text);
    if (l->layout.shape == LADDER_ON_ARROWS &&
        put_between(l, index, left, right, text, note->meaning))
        return;
    put_beside(l, index, left, right,
               text + (l->layout.shape == LADDER_ON_ARROWS ? strlen("▷ ") : 0), note->meaning);
}

/* ---- Notes ---- */

/* Which frames, where that is not the one that has just arrived; in the
 * margin also whose words these are. */
static void name_note(const struct ladder *l, int column, const struct record *record,
                      const struct ladder_note *note, char *out, size_t size)
{
    const char *name = run_node(l->view, record->node)->name;
    bool margin = l->layout.shape == LADDER_IN_MARGIN;
    char before[256], frame[32] = "";

    if (record->kind == RECORD_LOST && record->frame != 0 && !note->shared &&
        record->frame != l->received[column])
        snprintf(frame, sizeof(frame), _("frame %" PRIu32 ": "), record->frame);
    snprintf(before, sizeof(before), "%s%s%s%s",
             margin && note->mark == LADDER_COMMAND_MARK ? "▷ " : "", margin ? name : "",
             margin ? ": " : "", frame);
    ladder_note_line(note, l->options->ascii, words_place(l, column).room, before, out, size);
}

/* What is told of a node that frames pass, too. */
static bool is_of_frame(const struct record *record)
{
    return record->kind == RECORD_LOST || record->kind == RECORD_FATE || record->kind == RECORD_TX;
}

static void place_note(struct ladder *l, uint32_t index, const struct record *record)
{
    int column = record->node == NODE_NONE ? 0 : ladder_column(l, record->node);
    struct ladder_note note;
    char text[2 * LADDER_TEXT_SIZE];
    struct place place;
    int64_t row;

    ladder_note(l->view, l->tcp, index, l->options->why, &note);
    if (note.link != LINK_NONE) {
        place_link_command(l, index, &note);
        return;
    }
    if (column < 0 || (l->layout.bare[column] && !is_of_frame(record)))
        return;
    name_note(l, column, record, &note, text, sizeof(text));
    place = words_place(l, column);
    row = put_words(l, &place, l->last_row[column], text, note.meaning, note.mark,
                    &l->last_row[column]);
    mark_words(l, index, row, &place);
}

void ladder_place_note(struct ladder *l, uint32_t index)
{
    struct record record = trace_read(l->view->trace, index);
    uint32_t first = run_join_first(l->view->joins, record.frame);
    struct ladder_arrow *arrow = ladder_flights_find(&l->flights, first);

    if (record.kind == RECORD_LOST && run_loss_place(&record) == RUN_LOST_ON_WIRE) {
        if (arrow != NULL)
            ladder_place_cut(l, arrow, index);
        return;
    }
    if (record.kind == RECORD_FATE && first != record.frame && arrow != NULL)
        arrow->copies += run_fate_duplicates(&record);
    l->rows.canvas.owner = is_of_frame(&record) ? first : 0;
    place_note(l, index, &record);
    l->rows.canvas.owner = 0;
}
