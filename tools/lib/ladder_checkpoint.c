#include "tools/lib/ladder_checkpoint.h"

#include <stdlib.h>
#include <string.h>

enum { PARKED = 0x80 };

static unsigned arrivals(const struct ladder *l)
{
    unsigned count = 0;

    for (unsigned i = 0; i < l->layout.count; i++)
        count += l->received[i] != 0;
    return count;
}

size_t ladder_checkpoint_size(const struct ladder *l)
{
    return (l->flights.live + arrivals(l)) * sizeof(struct ladder_kept);
}

/* Room for COUNT more. */
static bool reserve(struct ladder_store *store, size_t count)
{
    size_t wanted = store->capacity == 0 ? 256 : store->capacity;
    struct ladder_kept *more;

    if (store->capacity - store->count >= count)
        return true;
    while (wanted - store->count < count)
        wanted += wanted / 2;
    more = realloc(store->at, wanted * sizeof(*more));
    if (more == NULL)
        return false;
    store->at = more;
    store->capacity = wanted;
    return true;
}

static struct ladder_kept keep_arrow(const struct ladder *l, const struct ladder_arrow *arrow)
{
    ASSERT(arrow->copies < PARKED);
    return (struct ladder_kept){
        .frame = arrow->frame,
        .rows = (uint32_t)min_i64(l->rows.base - arrow->start, UINT32_MAX),
        .bend = (uint16_t)arrow->bend,
        .meaning = (uint8_t)arrow->meaning,
        .copies = (uint8_t)(arrow->copies | (arrow->parked ? PARKED : 0)),
    };
}

bool ladder_checkpoint_take(const struct ladder *l, uint32_t next, struct ladder_store *store,
                            struct ladder_checkpoint *checkpoint)
{
    const struct ladder_flights *flights = &l->flights;

    if (!reserve(store, flights->live + LADDER_COLUMNS_MAX))
        return false;
    *checkpoint = (struct ladder_checkpoint){
        .row = l->rows.base,
        .now = l->now,
        .first = store->count,
        .arrows = (uint32_t)flights->live,
        .arrivals = arrivals(l),
        .record = next,
        .frame = trace_frames_before(l->view->trace, next) + 1,
        .begun = l->begun,
        .timed = l->timed,
    };
    for (size_t i = flights->first; i < flights->count; i++)
        if (!flights->at[i].gone)
            store->at[store->count++] = keep_arrow(l, &flights->at[i]);
    for (unsigned i = 0; i < l->layout.count; i++)
        if (l->received[i] != 0)
            store->at[store->count++] = (struct ladder_kept){ .frame = l->received[i], .rows = i };
    return true;
}

static void restore_arrow(struct ladder *l, const struct ladder_kept *kept)
{
    struct ladder_arrow arrow;

    if (!ladder_lay_arrow(l, kept->frame, &arrow))
        return;
    arrow.start = l->rows.base - kept->rows;
    arrow.bend = kept->bend;
    arrow.meaning = (enum meaning)kept->meaning;
    arrow.copies = kept->copies & ~(unsigned)PARKED;
    arrow.parked = (kept->copies & PARKED) != 0;
    if (!ladder_flights_add(&l->flights, &arrow))
        l->no_memory = true;
}

void ladder_checkpoint_restore(struct ladder *l, const struct ladder_store *store,
                               const struct ladder_checkpoint *checkpoint)
{
    const struct ladder_kept *kept = store->at + checkpoint->first;

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
    for (uint32_t i = 0; i < checkpoint->arrows; i++)
        restore_arrow(l, kept++);
    for (uint32_t i = 0; i < checkpoint->arrivals; i++, kept++)
        l->received[kept->rows] = kept->frame;
}
