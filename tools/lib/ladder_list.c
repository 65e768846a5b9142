/*
 * The shape without columns, for many nodes or a narrow terminal:
 *
 *   0.000 ms  1  a > s1  ARP who-has 10.0.0.2 tell 10.0.0.1
 *   0.512 ms  2  s1 > b  ARP who-has 10.0.0.2 tell 10.0.0.1
 *                        x the wire lost the frame (loss by chance)
 *   0.812 ms     b: ARP 10.0.0.1 REACHABLE
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "layers/wire/text.h"
#include "tools/lib/ladder_core.h"
#include "tools/lib/run_join.h"

enum { LIST_ROOM_MIN = 12 };

/* Where words that are to stand at X begin: not so far right that none fit. */
static int words_x(const struct ladder *l, int x)
{
    return (int)min_i64(x, max_i64(l->layout.width - LIST_ROOM_MIN, l->layout.gutter));
}

/* The next row, all of it. */
static int64_t take_row(struct ladder *l)
{
    struct ladder_spans spans = { .count = 0 };

    ladder_spans_add(&spans, 0, l->layout.width - 1);
    return ladder_rows_find(&l->rows, l->rows.base, &spans);
}

/* TEXT, of record INDEX, in rows of its own from column X on. */
static void put_words(struct ladder *l, uint32_t index, int x, const char *text,
                      enum meaning meaning)
{
    int64_t first = l->rows.base + l->rows.count;
    int width = 0;

    int room = (int)max_i64(l->layout.width - x, LIST_ROOM_MIN);

    while (*text != '\0') {
        char line[2 * LADDER_TEXT_SIZE];
        size_t len = canvas_text_break(text, room);
        int64_t row = take_row(l);

        len = min_size(len, sizeof(line) - 1);
        memcpy(line, text, len);
        line[len] = '\0';
        width = (int)max_i64(width, canvas_text(&l->rows.canvas, x, ladder_rows_y(&l->rows, row),
                                                line, room, meaning));
        for (text += len; *text == ' ';)
            text++;
    }
    ladder_put_mark(l, &(struct ladder_mark){ index, first, x, width, NULL });
}

void ladder_list_note(struct ladder *l, uint32_t index)
{
    struct record record = trace_read(l->view->trace, index);
    struct ladder_note note;
    char text[2 * LADDER_TEXT_SIZE], before[256], frame[32] = "", mark[8] = "";
    const char *name = record.node == NODE_NONE ? "" : run_node(l->view, record.node)->name;

    if (record.node != NODE_NONE &&
        (l->view->nodes[record.node].hidden ||
         (l->view->nodes[record.node].passes && record.kind != RECORD_LOST &&
          record.kind != RECORD_FATE && record.kind != RECORD_TX)))
        return;
    ladder_note(l->view, l->tcp, index, l->options->why, &note);
    if (note.link != LINK_NONE)
        name = l->view->world->links[note.link]->name;
    if (record.kind == RECORD_LOST && record.frame != 0 && !note.shared)
        snprintf(frame, sizeof(frame), "frame %" PRIu32 ": ", record.frame);
    if (record.kind == RECORD_LOST)
        snprintf(mark, sizeof(mark), "%c ", (char)note.mark);
    snprintf(before, sizeof(before), "%s%s: %s%s", note.mark == LADDER_COMMAND_MARK ? "▷ " : "",
             name, mark, frame);
    ladder_note_line(&note, l->options->ascii, l->layout.width - l->layout.gutter, before, text,
                     sizeof(text));
    l->rows.canvas.owner = record.kind == RECORD_LOST ? record.frame : 0;
    put_words(l, index, l->layout.gutter, text, note.meaning);
    l->rows.canvas.owner = 0;
}

static void list_befalls(struct ladder *l, uint32_t index, int x)
{
    struct ladder_note note;
    char text[LADDER_TEXT_SIZE + 2];

    ladder_note(l->view, l->tcp, index, 0, &note);
    snprintf(text, sizeof(text), "%c %s", (char)note.mark, note.text);
    put_words(l, index, x, text, note.meaning);
}

void ladder_list_sending(struct ladder *l, const struct ladder_sending *sending)
{
    const struct trace_frame *frame = trace_frame(l->view->trace, sending->frame);
    const struct node *from = run_frame_from(l->view, frame)->node;
    uint32_t last = run_join_last(l->view->joins, sending->frame);
    const struct node *to = run_frame_to(l->view, trace_frame(l->view->trace, last))->node;
    struct ladder_facts facts;
    char ends[256], number[16], words[LADDER_TEXT_SIZE];
    struct text text = text_begin(ends, sizeof(ends));
    int x = l->layout.gutter, y;

    ladder_facts(l->view, l->tcp, sending->frame, &facts);
    if (l->view->nodes[from->id].hidden || l->view->nodes[to->id].hidden)
        return;
    text_put(&text, from->name);
    text_put(&text, " > ");
    text_put(&text, to->name);
    text = text_begin(number, sizeof(number));
    text_number(&text, sending->frame);
    y = l->rows.count;
    x += canvas_text_width(ends) + 2;
    l->rows.canvas.owner = sending->frame;
    if (words_x(l, x) < x) /* long names have a row for themselves */
        take_row(l);
    x = words_x(l, x);
    ladder_facts_add_since(&facts);
    put_words(l, sending->tx, x, facts.full, facts.meaning);
    canvas_text(&l->rows.canvas, l->layout.gutter, y, ends, l->layout.width, MEANING_NODE);
    canvas_text(&l->rows.canvas, l->layout.gutter - 2 - (int)strlen(number), y, number,
                (int)strlen(number), MEANING_NUMBER);
    for (uint32_t i = 0; ladder_break(l->view, sending->frame, i, words, sizeof(words)); i++)
        put_words(l, sending->tx, x, words, MEANING_WHY);
    for (unsigned i = 0; i < sending->fate_count; i++)
        list_befalls(l, sending->fates[i], x);
    if (sending->is_lost)
        list_befalls(l, sending->lost, x);
    l->rows.canvas.owner = 0;
}
