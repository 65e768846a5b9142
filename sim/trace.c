#include "sim/trace.h"

#include "sim/hash.h"

#include <string.h>

#define TRACE_RESERVE ((size_t)64 << 30)
#define BYTES_RESERVE ((size_t)256 << 30)

_Static_assert(sizeof(struct record) == 40, "records are compared and hashed as bytes");

static bool column_open(struct trace_column *column, size_t size)
{
    memset(column, 0, sizeof(*column));
    column->size = size;
    return arena_open(&column->store, TRACE_RESERVE);
}

static void *column_entry(const struct trace_column *column, uint32_t index)
{
    return column->store.base + (size_t)index * column->size;
}

/* The next entry: fresh, or one that an earlier run of it left. */
static void *column_next(struct trace_column *column, bool *fresh)
{
    *fresh = column->at == column->count;
    if (*fresh) {
        ASSERT(column->count < UINT32_MAX);
        ASSERT(((size_t)column->count + 1) * column->size <= column->store.reserved);
        column->count++;
        column->store.used = (size_t)column->count * column->size;
    }
    return column_entry(column, column->at++);
}

bool trace_open(struct trace *trace)
{
    memset(trace, 0, sizeof(*trace));
    if (column_open(&trace->events, sizeof(struct trace_event)) &&
        column_open(&trace->records, sizeof(struct record)) &&
        column_open(&trace->frames, sizeof(struct trace_frame)) &&
        arena_open(&trace->bytes, BYTES_RESERVE))
        return true;
    trace_close(trace);
    return false;
}

void trace_close(struct trace *trace)
{
    arena_close(&trace->events.store);
    arena_close(&trace->records.store);
    arena_close(&trace->frames.store);
    arena_close(&trace->bytes);
}

size_t trace_size(const struct trace *trace)
{
    return trace->events.store.used + trace->records.store.used + trace->frames.store.used +
           trace->bytes.used;
}

struct trace_position trace_position(const struct trace *trace)
{
    return (struct trace_position){ trace->events.at, trace->records.at, trace->frames.at,
                                    trace->hash };
}

void trace_go(struct trace *trace, struct trace_position position)
{
    ASSERT(position.records <= trace->records.count);
    trace->events.at = position.events;
    trace->records.at = position.records;
    trace->frames.at = position.frames;
    trace->hash = position.hash;
}

const struct trace_event *trace_event(const struct trace *trace, uint32_t number)
{
    ASSERT(number >= 1 && number <= trace->events.count);
    return column_entry(&trace->events, number - 1);
}

const struct record *trace_record(const struct trace *trace, uint32_t index)
{
    ASSERT(index < trace->records.count);
    return column_entry(&trace->records, index);
}

const struct trace_frame *trace_frame(const struct trace *trace, uint32_t number)
{
    ASSERT(number >= 1 && number <= trace->frames.count);
    return column_entry(&trace->frames, number - 1);
}

struct span trace_frame_bytes(const struct trace *trace, uint32_t number)
{
    const struct trace_frame *frame = trace_frame(trace, number);

    return (struct span){ trace->bytes.base + frame->offset, frame->len };
}

vtime trace_time(const struct trace *trace, const struct record *record)
{
    return record->event == 0 ? 0 : trace_event(trace, record->event)->at;
}

static void diverge(struct trace *trace)
{
    if (trace->diverged)
        return;
    trace->diverged = true;
    trace->diverged_at = trace->records.at;
}

void trace_begin_event(struct trace *trace, vtime at, uint32_t cause)
{
    bool fresh;
    struct trace_event *event = column_next(&trace->events, &fresh);

    if (!fresh && (event->at != at || event->cause != cause))
        diverge(trace);
    event->at = at;
    event->cause = cause;
    event->first_record = trace->records.at;
}

void trace_add(struct trace *trace, const struct record *record)
{
    bool fresh;
    struct record *entry = column_next(&trace->records, &fresh);
    uint64_t words[sizeof(*record) / 8];

    if (fresh)
        *entry = *record;
    else if (memcmp(entry, record, sizeof(*record)) != 0)
        diverge(trace);
    memcpy(words, record, sizeof(words));
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        trace->hash = (trace->hash ^ words[i]) * 0x9e3779b97f4a7c15u;
    trace->hash ^= trace->hash >> 32;
}

void trace_add_frame(struct trace *trace, const struct trace_frame *frame, struct span bytes)
{
    bool fresh;
    struct trace_frame *entry = column_next(&trace->frames, &fresh);

    if (!fresh) {
        struct span old = { trace->bytes.base + entry->offset, entry->len };

        if (old.len != bytes.len || memcmp(old.at, bytes.at, bytes.len) != 0)
            diverge(trace);
        return;
    }
    *entry = *frame;
    entry->record = trace->records.at;
    entry->offset = trace->bytes.used;
    memcpy(arena_alloc(&trace->bytes, bytes.len), bytes.at, bytes.len);
}
