#include "sim/trace.h"

#include "sim/trace_fold.h"

#include <string.h>

#define TRACE_RESERVE ((size_t)64 << 30)
#define BYTES_RESERVE ((size_t)256 << 30)
#define WINDOWS_SPARE ((size_t)1 << 20) /* no arena may be smaller */

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

static bool records_open(struct trace_records *records)
{
    if (!arena_open(&records->folded, TRACE_RESERVE) ||
        !arena_open(&records->blocks, TRACE_RESERVE) ||
        !arena_open(&records->unfolded, BYTES_RESERVE) ||
        !arena_open(&records->windows,
                    (1 + TRACE_LOOKS) * sizeof(struct trace_window) + WINDOWS_SPARE) ||
        records->unfolded.reserved < TRACE_PLAIN * sizeof(struct record))
        return false;
    records->open = ARENA_NEW(&records->windows, struct trace_window);
    records->looks = ARENA_NEW(&records->windows, struct trace_looks);
    for (unsigned i = 0; i < TRACE_LOOKS; i++) {
        records->looks->at[i] = ARENA_NEW(&records->windows, struct trace_window);
        records->looks->at[i]->block = UINT32_MAX;
    }
    records->again = ARENA_NEW(&records->windows, struct record);
    records->plain = TRACE_PLAIN;
    return true;
}

static void records_close(struct trace_records *records)
{
    arena_close(&records->folded);
    arena_close(&records->blocks);
    arena_close(&records->unfolded);
    arena_close(&records->windows);
}

/* Where record INDEX stands unfolded, if it does. */
static struct record *place_of(const struct trace_records *records, uint32_t index)
{
    return (struct record *)(void *)records->unfolded.base + index;
}

/* Blocks are counted from the end of the plain records. */
static uint32_t block_of(const struct trace_records *records, uint32_t index)
{
    return (index - records->plain) / TRACE_BLOCK;
}

static struct trace_block *block_at(const struct trace_records *records, uint32_t block)
{
    return (struct trace_block *)(void *)records->blocks.base + block;
}

/* The window that makes way for WINDOW, which is to be looked through. */
static struct trace_window *take_turns(struct trace_looks *looks, struct trace_window *window)
{
    struct trace_window *old = looks->at[looks->next];

    looks->at[looks->next] = window;
    looks->next = (looks->next + 1) % TRACE_LOOKS;
    return old;
}

/* The open block is full: its records go to the others. Whoever follows the
 * run has not read the last of them yet. */
static void records_fold(struct trace_records *records)
{
    uint32_t next = records->open->block + 1;
    struct trace_block *block = block_at(records, records->open->block);
    struct arena *folded = &records->folded;

    ASSERT(folded->reserved - folded->used >= (size_t)TRACE_BLOCK * FOLD_RECORD_MAX);
    block->offset = folded->used;
    folded->used += trace_fold(records->open->records, TRACE_BLOCK, folded->base + folded->used);
    records->open = take_turns(records->looks, records->open);
    records->open->block = next;
    records->blocks.used = next * sizeof(struct trace_block);
    ASSERT(records->blocks.reserved - records->blocks.used >= sizeof(struct trace_block));
}

/* A window that shows BLOCK. */
static const struct trace_window *records_look(const struct trace_records *records, uint32_t block)
{
    struct trace_looks *looks = records->looks;
    struct trace_window *window;

    if (block == records->open->block)
        return records->open;
    for (unsigned i = 0; i < TRACE_LOOKS; i++)
        if (looks->at[i]->block == block)
            return looks->at[i];
    window = looks->at[looks->next];
    take_turns(looks, window);
    trace_unfold(records->folded.base + block_at(records, block)->offset, TRACE_BLOCK,
                 window->records);
    window->block = block;
    return window;
}

/* Brings what is known of BLOCK to its place among the unfolded records. */
static void records_unfold(const struct trace_records *records, uint32_t block)
{
    struct trace_block *known = block_at(records, block);
    const struct trace_window *window = records_look(records, block);
    uint32_t first = records->plain + block * TRACE_BLOCK;
    uint32_t count = records->count - first < TRACE_BLOCK ? records->count - first : TRACE_BLOCK;
    struct record *place = place_of(records, first);

    ASSERT(((size_t)first + count) * sizeof(*place) <= records->unfolded.reserved);
    for (uint32_t i = known->unfolded; i < count; i++)
        place[i] = window->records[i];
    known->unfolded = count;
}

bool trace_open(struct trace *trace)
{
    memset(trace, 0, sizeof(*trace));
    if (column_open(&trace->events, sizeof(struct trace_event)) &&
        column_open(&trace->frames, sizeof(struct trace_frame)) &&
        column_open(&trace->unsent, sizeof(struct trace_unsent)) && records_open(&trace->records) &&
        arena_open(&trace->bytes, BYTES_RESERVE))
        return true;
    trace_close(trace);
    return false;
}

void trace_close(struct trace *trace)
{
    arena_close(&trace->events.store);
    records_close(&trace->records);
    arena_close(&trace->frames.store);
    arena_close(&trace->unsent.store);
    arena_close(&trace->bytes);
}

void trace_fold_behind(struct trace *trace, uint32_t plain)
{
    ASSERT(trace->records.count == 0 && plain % TRACE_BLOCK == 0);
    trace->records.plain = plain;
}

void trace_lend(struct trace *trace, struct span bytes)
{
    ASSERT(trace->frames.count == 0);
    trace->lent = bytes;
}

size_t trace_size(const struct trace *trace)
{
    const struct trace_records *records = &trace->records;

    return trace->events.store.used +
           min_size(records->count, records->plain) * sizeof(struct record) + records->folded.used +
           records->blocks.used + trace->frames.store.used + trace->unsent.store.used +
           trace->bytes.used;
}

/* ---- The running hash ---- */

static inline uint64_t spread(uint64_t word, uint64_t factor)
{
    return (word ^ (word >> 29)) * factor;
}

/*
 * Each word has a factor of its own, so that equal words in other places
 * differ; all products are made at once, and one multiplication chains them.
 */
static inline uint64_t hash_record(uint64_t hash, const struct record *record)
{
    uint64_t about = record->subject | (uint64_t)record->node << 32 | (uint64_t)record->rule << 48;
    uint64_t which = record->what | (uint64_t)record->port << 16 | (uint64_t)record->kind << 32;

    hash ^= spread(record->event | (uint64_t)record->frame << 32, 0xc2b2ae3d27d4eb4fu) ^
            spread(about, 0x165667b19e3779f9u) ^ spread((uint64_t)record->a, 0xd6e8feb86659fd93u) ^
            spread((uint64_t)record->b, 0xff51afd7ed558ccdu) ^ spread(which, 0xc4ceb9fe1a85ec53u);
    hash *= 0x9e3779b97f4a7c15u;
    return hash ^ (hash >> 32);
}

/*
 * Records are hashed HASH_LAG at a time: a processor has to wait for a load of
 * what was written just now in pieces, and a record is.
 */
#define HASH_LAG 16

_Static_assert(TRACE_BLOCK % HASH_LAG == 0, "what is not hashed yet lies in one block");

/* Where record INDEX stands, which is not folded. */
static struct record *standing(const struct trace_records *records, uint32_t index)
{
    return index < records->plain ? place_of(records, index)
                                  : &records->open->records[index % TRACE_BLOCK];
}

uint64_t trace_hash(const struct trace *trace)
{
    const struct record *record = standing(&trace->records, trace->hashed_to);
    uint64_t hash = trace->hashed;

    for (uint32_t i = trace->hashed_to; i < trace->records.at; i++)
        hash = hash_record(hash, record++);
    return hash;
}

struct trace_position trace_position(const struct trace *trace)
{
    return (struct trace_position){ trace->events.at, trace->records.at, trace->frames.at,
                                    trace->unsent.at, trace_hash(trace) };
}

void trace_go(struct trace *trace, struct trace_position position)
{
    ASSERT(position.records <= trace->records.count);
    trace->events.at = position.events;
    trace->records.at = position.records;
    trace->frames.at = position.frames;
    trace->unsent.at = position.unsent;
    trace->hashed = position.hash;
    trace->hashed_to = position.records;
}

const struct trace_event *trace_event(const struct trace *trace, uint32_t number)
{
    ASSERT(number >= 1 && number <= trace->events.count);
    return column_entry(&trace->events, number - 1);
}

const struct record *trace_record(const struct trace *trace, uint32_t index)
{
    const struct trace_records *records = &trace->records;
    uint32_t block = block_of(records, index);

    ASSERT(index < records->count);
    if (index >= records->plain && index % TRACE_BLOCK >= block_at(records, block)->unfolded)
        records_unfold(records, block);
    return place_of(records, index);
}

struct record trace_read(const struct trace *trace, uint32_t index)
{
    const struct trace_records *records = &trace->records;

    ASSERT(index < records->count);
    if (index < records->plain)
        return *place_of(records, index);
    return records_look(records, block_of(records, index))->records[index % TRACE_BLOCK];
}

const struct trace_frame *trace_frame(const struct trace *trace, uint32_t number)
{
    ASSERT(number >= 1 && number <= trace->frames.count);
    return column_entry(&trace->frames, number - 1);
}

struct span trace_frame_bytes(const struct trace *trace, uint32_t number)
{
    const struct trace_frame *frame = trace_frame(trace, number);

    if (frame->offset < trace->lent.len)
        return (struct span){ trace->lent.at + frame->offset, frame->len };
    return (struct span){ trace->bytes.base + (frame->offset - trace->lent.len), frame->len };
}

const struct trace_unsent *trace_unsent(const struct trace *trace, uint32_t number)
{
    ASSERT(number >= 1 && number <= trace->unsent.count);
    return column_entry(&trace->unsent, number - 1);
}

vtime trace_time(const struct trace *trace, const struct record *record)
{
    return record->event == 0 ? 0 : trace_event(trace, record->event)->at;
}

uint32_t trace_events_until(const struct trace *trace, vtime time)
{
    uint32_t low = 0, high = trace->events.count;

    while (low < high) {
        uint32_t middle = low + (high - low + 1) / 2;

        if (trace_event(trace, middle)->at <= time)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

uint32_t trace_event_begin(const struct trace *trace, uint32_t event)
{
    return event == 0 ? 0 : trace_event(trace, event)->first_record;
}

uint32_t trace_event_end(const struct trace *trace, uint32_t event)
{
    return event < trace->events.count ? trace_event(trace, event + 1)->first_record
                                       : trace->records.count;
}

uint32_t trace_frames_before(const struct trace *trace, uint32_t record)
{
    uint32_t low = 0, high = trace->frames.count;

    while (low < high) {
        uint32_t middle = low + (high - low + 1) / 2;

        if (trace_frame(trace, middle)->record < record)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
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

/* The first run stays, what the second did is only compared. */
static void compare_with_first_run(struct trace *trace, const struct record *record)
{
    struct record old = trace_read(trace, trace->records.at);

    if (memcmp(&old, record, sizeof(old)) != 0)
        diverge(trace);
    trace->hashed = hash_record(trace->hashed, record);
    trace->hashed_to = ++trace->records.at;
}

struct record *trace_next(struct trace *trace)
{
    struct trace_records *records = &trace->records;

    return records->at < records->count ? records->again : standing(records, records->at);
}

/* Those that were added last are complete and at rest. */
static void work_up(struct trace *trace)
{
    struct trace_records *records = &trace->records;

    trace->hashed = trace_hash(trace);
    trace->hashed_to = records->at;
    if (records->count % TRACE_BLOCK == 0 && records->count > records->plain)
        records_fold(records);
}

void trace_add_next(struct trace *trace)
{
    struct trace_records *records = &trace->records;

    if (records->at < records->count) {
        compare_with_first_run(trace, records->again);
        return;
    }
    ASSERT(records->count < UINT32_MAX);
    records->at = ++records->count;
    if (records->count % HASH_LAG == 0)
        work_up(trace);
}

void trace_add(struct trace *trace, const struct record *record)
{
    *trace_next(trace) = *record;
    trace_add_next(trace);
}

static bool holds_same(const struct trace *trace, uint32_t number, struct span bytes)
{
    struct span old = trace_frame_bytes(trace, number);

    return old.len == bytes.len && memcmp(old.at, bytes.at, bytes.len) == 0;
}

/* Where BYTES stand from now on, as a frame's offset tells it. */
static uint64_t keep_bytes(struct trace *trace, struct span bytes)
{
    uintptr_t lent = (uintptr_t)trace->lent.at, at = (uintptr_t)bytes.at;
    uint64_t offset = trace->lent.len + trace->bytes.used;

    if (at >= lent && at - lent < trace->lent.len)
        return at - lent;
    memcpy(arena_alloc(&trace->bytes, bytes.len), bytes.at, bytes.len);
    return offset;
}

void trace_add_frame(struct trace *trace, const struct trace_frame *frame, struct span bytes,
                     uint32_t like)
{
    bool fresh;
    struct trace_frame *entry = column_next(&trace->frames, &fresh);

    if (!fresh) {
        if (!holds_same(trace, trace->frames.at, bytes))
            diverge(trace);
        return;
    }
    *entry = *frame;
    entry->record = trace->records.at;
    if (like != 0 && holds_same(trace, like, bytes)) {
        entry->offset = trace_frame(trace, like)->offset;
        return;
    }
    entry->offset = keep_bytes(trace, bytes);
}

uint32_t trace_add_unsent(struct trace *trace, uint64_t identity, struct span bytes)
{
    size_t kept = min_size(bytes.len, TRACE_UNSENT_BYTES);
    bool fresh;
    struct trace_unsent *entry = column_next(&trace->unsent, &fresh);

    if (!fresh) {
        if (entry->identity != identity || entry->len != bytes.len ||
            memcmp(entry->bytes, bytes.at, kept) != 0)
            diverge(trace);
        return trace->unsent.at;
    }
    entry->identity = identity;
    entry->len = (uint32_t)bytes.len;
    memcpy(entry->bytes, bytes.at, kept);
    return trace->unsent.at;
}
