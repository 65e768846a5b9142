#include "layers/tcp/tcp_runs.h"

#include <string.h>

/* Index of the first run that ends at or after SEQ. */
static uint32_t first_reaching(const struct tcp_runs *runs, seq32 seq)
{
    uint32_t low = 0, high = runs->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (seq_lt(runs->at[middle].right, seq))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void make_room(struct tcp_runs *runs, struct tcp_memory *memory)
{
    struct tcp_runs old = *runs;
    size_t wanted = old.capacity == 0 ? 8 : (size_t)old.capacity * 2;

    if (runs->count < runs->capacity)
        return;
    runs->at = tcp_memory_get(memory, wanted * sizeof(struct tcp_run), &runs->room);
    runs->capacity = (uint32_t)(runs->room / sizeof(struct tcp_run));
    if (old.count > 0)
        memcpy(runs->at, old.at, old.count * sizeof(struct tcp_run));
    tcp_memory_put(memory, old.at, old.room);
}

static void remember(struct tcp_runs *runs, struct tcp_run run, seq32 seq)
{
    unsigned kept = 0;
    seq32 older[TCP_RUNS_RECENT];

    for (unsigned i = 0; i < runs->recent_count && kept < TCP_RUNS_RECENT - 1; i++)
        if (!seq_in(runs->recent[i], run.left, run.right - run.left))
            older[kept++] = runs->recent[i];
    runs->recent[0] = seq;
    memcpy(runs->recent + 1, older, kept * sizeof(older[0]));
    runs->recent_count = kept + 1;
}

bool tcp_runs_add(struct tcp_runs *runs, struct tcp_memory *memory, seq32 left, seq32 right)
{
    struct tcp_run joined = { left, right };
    uint32_t from = first_reaching(runs, left), to = from;

    for (; to < runs->count && seq_le(runs->at[to].left, right); to++) {
        const struct tcp_run *run = &runs->at[to];

        joined.left = seq_min(joined.left, run->left);
        joined.right = seq_max(joined.right, run->right);
    }
    if (to == from) {
        if (runs->count == TCP_RUNS_MAX)
            return false;
        make_room(runs, memory);
    }
    if (to != from + 1)
        memmove(&runs->at[from + 1], &runs->at[to], (runs->count - to) * sizeof(runs->at[0]));
    runs->count = runs->count - (to - from) + 1;
    runs->at[from] = joined;
    remember(runs, joined, left);
    return true;
}

seq32 tcp_runs_take(struct tcp_runs *runs, seq32 next)
{
    while (runs->count > 0 && seq_le(runs->at[0].left, next)) {
        next = seq_max(next, runs->at[0].right);
        runs->count--;
        memmove(&runs->at[0], &runs->at[1], runs->count * sizeof(runs->at[0]));
    }
    return next;
}

const struct tcp_run *tcp_runs_find(const struct tcp_runs *runs, seq32 seq)
{
    return tcp_runs_overlap(runs, seq, seq + 1);
}

const struct tcp_run *tcp_runs_overlap(const struct tcp_runs *runs, seq32 left, seq32 right)
{
    uint32_t i = first_reaching(runs, left + 1);

    if (i == runs->count || seq_ge(runs->at[i].left, right))
        return NULL;
    return &runs->at[i];
}

/* Adds RUN to the COUNT that are there, if it is not one of them. */
static unsigned add_once(struct tcp_run *out, unsigned count, const struct tcp_run *run)
{
    for (unsigned i = 0; i < count; i++)
        if (out[i].left == run->left)
            return count;
    out[count] = *run;
    return count + 1;
}

unsigned tcp_runs_recent(const struct tcp_runs *runs, struct tcp_run *out, unsigned most)
{
    unsigned count = 0;

    for (unsigned i = 0; i < runs->recent_count && count < most; i++) {
        const struct tcp_run *run = tcp_runs_find(runs, runs->recent[i]);

        if (run != NULL)
            count = add_once(out, count, run);
    }
    /* Runs that have joined leave room for older ones, which are forgotten. */
    for (uint32_t i = runs->count; i > 0 && count < most; i--)
        count = add_once(out, count, &runs->at[i - 1]);
    return count;
}

void tcp_runs_release(struct tcp_runs *runs, struct tcp_memory *memory)
{
    tcp_memory_put(memory, runs->at, runs->room);
    memset(runs, 0, sizeof(*runs));
}
