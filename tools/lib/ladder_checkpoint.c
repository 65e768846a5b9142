#include "tools/lib/ladder_checkpoint.h"

#include <string.h>

#include "sim/varint.h"
#include "tools/lib/grow.h"

enum { PARKED = 0x80, ENTRY_BYTES = 4, ENTRY_BYTES_MAX = 3 * VARINT_MAX + 3 };

static unsigned arrivals(const struct ladder *l)
{
    unsigned count = 0;

    for (unsigned i = 0; i < l->layout.count; i++)
        count += l->received[i] != 0;
    return count;
}

size_t ladder_checkpoint_size(const struct ladder *l)
{
    return (l->flights.live + arrivals(l)) * ENTRY_BYTES;
}

/* ---- Entries ---- */

struct entry {
    uint32_t frame;
    uint32_t rows; /* since its start; of an arrival: the column */
    uint16_t bend;
    uint8_t meaning;
    uint8_t copies; /* and in the top bit: it has parked */
};

/*
 * Most arrows are of the frame behind the one before, begin a few rows below
 * it, and lean about as early: one byte, 1 r r r b b b b, says so. Others
 * have the differences in full behind a byte 0, or 1 if they look otherwise.
 */
enum { SHORT = 0x80, SHORT_ROWS = 8, SHORT_BENDS = 16 };

static bool looks_otherwise(const struct entry *before, const struct entry *entry)
{
    return entry->meaning != before->meaning || entry->copies != before->copies;
}

static uint8_t *put(uint8_t *out, const struct entry *before, const struct entry *entry)
{
    uint32_t below = before->rows - entry->rows;
    unsigned later = (unsigned)entry->bend - before->bend + SHORT_BENDS / 2;
    bool otherwise = looks_otherwise(before, entry);

    if (entry->frame == before->frame + 1 && below < SHORT_ROWS && later < SHORT_BENDS &&
        !otherwise) {
        *out++ = (uint8_t)(SHORT | below * SHORT_BENDS | later);
        return out;
    }
    *out++ = otherwise;
    out = varint_put(out, varint_fold((uint64_t)entry->frame - before->frame));
    out = varint_put(out, varint_fold((uint64_t)entry->rows - before->rows));
    out = varint_put(out, varint_fold((uint64_t)entry->bend - before->bend));
    if (otherwise) {
        *out++ = entry->meaning;
        *out++ = entry->copies;
    }
    return out;
}

/* Makes the entry in hand into the one that is written at IN. */
static const uint8_t *get(const uint8_t *in, struct entry *entry)
{
    unsigned head = *in++;
    uint64_t frames, rows, bend;

    if (head & SHORT) {
        entry->frame++;
        entry->rows -= (head & ~(unsigned)SHORT) / SHORT_BENDS;
        entry->bend = (uint16_t)(entry->bend + head % SHORT_BENDS - SHORT_BENDS / 2);
        return in;
    }
    in = varint_get(varint_get(varint_get(in, &frames), &rows), &bend);
    entry->frame += (uint32_t)varint_unfold(frames);
    entry->rows += (uint32_t)varint_unfold(rows);
    entry->bend = (uint16_t)(entry->bend + varint_unfold(bend));
    if (head != 0) {
        entry->meaning = *in++;
        entry->copies = *in++;
    }
    return in;
}

static struct entry entry_of(const struct ladder *l, const struct ladder_arrow *arrow)
{
    ASSERT(arrow->copies < PARKED);
    return (struct entry){
        .frame = arrow->frame,
        .rows = (uint32_t)min_i64(l->rows.base - arrow->start, UINT32_MAX),
        .bend = (uint16_t)arrow->bend,
        .meaning = (uint8_t)arrow->meaning,
        .copies = (uint8_t)(arrow->copies | (arrow->parked ? PARKED : 0)),
    };
}

static void write_entries(const struct ladder *l, struct ladder_store *store)
{
    const struct ladder_flights *flights = &l->flights;
    struct entry before = { .frame = 0 };
    uint8_t *out = store->at + store->used;

    for (size_t i = flights->first; i < flights->count; i++) {
        struct entry entry;

        if (flights->at[i].gone)
            continue;
        entry = entry_of(l, &flights->at[i]);
        out = put(out, &before, &entry);
        before = entry;
    }
    for (unsigned i = 0; i < l->layout.count; i++) {
        struct entry entry = { .frame = l->received[i], .rows = i };

        if (entry.frame == 0)
            continue;
        out = put(out, &before, &entry);
        before = entry;
    }
    store->used = (size_t)(out - store->at);
}

/* ---- Checkpoints ---- */

bool ladder_checkpoint_take(const struct ladder *l, uint32_t next, struct ladder_store *store,
                            struct ladder_checkpoint *checkpoint)
{
    size_t entries = l->flights.live + arrivals(l);

    if (!grow(&store->at, store->used + entries * ENTRY_BYTES_MAX, &store->capacity, 1))
        return false;
    *checkpoint = (struct ladder_checkpoint){
        .row = l->rows.base,
        .now = l->now,
        .first = store->used,
        .arrows = (uint32_t)l->flights.live,
        .arrivals = arrivals(l),
        .record = next,
        .noted = tcp_view_place(l->tcp),
        .begun = l->begun,
        .timed = l->timed,
    };
    write_entries(l, store);
    return true;
}

static void restore_arrow(struct ladder *l, const struct entry *entry)
{
    struct ladder_arrow arrow;

    if (!ladder_lay_arrow(l, entry->frame, &arrow))
        return;
    arrow.start = l->rows.base - entry->rows;
    arrow.bend = entry->bend;
    arrow.meaning = (enum meaning)entry->meaning;
    arrow.copies = entry->copies & ~(unsigned)PARKED;
    arrow.parked = (entry->copies & PARKED) != 0;
    if (!ladder_flights_add(&l->flights, &arrow))
        l->no_memory = true;
}

void ladder_checkpoint_restore(struct ladder *l, const struct ladder_store *store,
                               const struct ladder_checkpoint *checkpoint)
{
    const uint8_t *in = store->at + checkpoint->first;
    struct entry entry = { .frame = 0 };

    tcp_view_recall(l->tcp, checkpoint->noted);
    ladder_rows_advance(&l->rows);
    l->rows.base = checkpoint->row;
    l->now = checkpoint->now;
    l->begun = checkpoint->begun;
    l->timed = checkpoint->timed;
    l->stopped = false;
    memset(&l->sending, 0, sizeof(l->sending));
    memset(&l->flood, 0, sizeof(l->flood));
    memset(l->received, 0, sizeof(l->received));
    /* Rows that are done are as good as any: what comes now stands below. */
    memset(l->last_row, 0, sizeof(l->last_row));
    l->last_sending = 0;
    ladder_flights_clear(&l->flights);
    for (uint32_t i = 0; i < checkpoint->arrows; i++) {
        in = get(in, &entry);
        restore_arrow(l, &entry);
    }
    for (uint32_t i = 0; i < checkpoint->arrivals; i++) {
        in = get(in, &entry);
        l->received[entry.rows] = entry.frame;
    }
}
