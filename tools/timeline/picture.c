#include "tools/timeline/picture.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/ladder_words.h"
#include "tools/lib/vtime_text.h"

/* One row an item, until the ladder can be drawn from any row. */
struct picture {
    const struct run_view *view;
    int width;
    struct vtime_scale scale;
    uint32_t count;
    uint32_t *records;
    char **words;
};

static void describe(struct picture *p, struct tcp_view *tcp, uint32_t index,
                     const struct record *record, char *out, size_t size)
{
    struct ladder_facts facts;
    struct ladder_note note;

    if (record->kind == RECORD_TX) {
        const struct trace_frame *frame = trace_frame(p->view->trace, record->frame);

        ladder_facts(p->view, tcp, record->frame, &facts);
        snprintf(out, size, "%" PRIu32 "  %s > %s  %s", record->frame,
                 run_frame_from(p->view, frame)->node->name,
                 run_frame_to(p->view, frame)->node->name, facts.full);
    } else if (record->kind == RECORD_RX) {
        snprintf(out, size, "%" PRIu32 "  arrives at %s", record->frame,
                 run_node(p->view, record->node)->name);
    } else {
        ladder_note(p->view, tcp, index, 0, &note);
        snprintf(out, size, "%s: %s",
                 record->node == NODE_NONE ? "" : run_node(p->view, record->node)->name, note.text);
    }
}

struct picture *picture_open(const struct run_view *view, int width)
{
    struct picture *p = calloc(1, sizeof(*p));
    struct tcp_view *tcp = tcp_view_open(false);
    uint32_t records = view->trace->records.count;
    char text[2 * LADDER_TEXT_SIZE];

    p->view = view;
    p->width = width;
    p->records = calloc(records + 1, sizeof(*p->records));
    p->words = calloc(records + 1, sizeof(*p->words));
    for (uint32_t i = 0; i < records; i++) {
        const struct record *record = trace_record(view->trace, i);

        if (!ladder_shows(view, record, &(struct ladder_options){ 0 }))
            continue;
        describe(p, tcp, i, record, text, sizeof(text));
        p->words[p->count] = strdup(text);
        p->records[p->count++] = i;
        p->scale = vtime_scale_for(trace_time(view->trace, record));
    }
    tcp_view_close(tcp);
    return p;
}

void picture_close(struct picture *p)
{
    if (p == NULL)
        return;
    for (uint32_t i = 0; i < p->count; i++)
        free(p->words[i]);
    free(p->words);
    free(p->records);
    free(p);
}

int picture_header(const struct picture *p, struct canvas *canvas, int x, int y, int rows)
{
    (void)p, (void)canvas, (void)x, (void)y, (void)rows;
    return 0;
}

int64_t picture_rows(const struct picture *p)
{
    return p->count;
}

void picture_draw(const struct picture *p, struct canvas *canvas, int x, int y, int64_t row,
                  int count)
{
    for (int i = 0; i < count && row + i < p->count; i++) {
        char time[VTIME_TEXT_SIZE];

        if (row + i < 0)
            continue;
        vtime_format(p->scale,
                     trace_time(p->view->trace, trace_record(p->view->trace, p->records[row + i])),
                     time, sizeof(time));
        canvas_text(canvas, x, y + i, time, p->width, MEANING_TIME);
        canvas_text(canvas, x + 12, y + i, p->words[row + i], p->width - 12, MEANING_TCP);
    }
}

uint32_t picture_items(const struct picture *p)
{
    return p->count;
}

uint32_t picture_record(const struct picture *p, uint32_t item)
{
    return p->records[item];
}

int64_t picture_row(const struct picture *p, uint32_t item)
{
    (void)p;
    return item;
}

uint32_t picture_find(const struct picture *p, uint32_t record)
{
    uint32_t found = PICTURE_NONE;

    for (uint32_t i = 0; i < p->count && p->records[i] <= record; i++)
        found = i;
    return found;
}

uint32_t picture_find_row(const struct picture *p, int64_t row)
{
    return row < p->count ? (uint32_t)max_i64(row, 0) : PICTURE_NONE;
}

void picture_words(const struct picture *p, uint32_t item, char *out, size_t size)
{
    snprintf(out, size, "%s", p->words[item]);
}
