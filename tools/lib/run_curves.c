#include "tools/lib/run_curves.h"

#include <stdlib.h>
#include <string.h>

#include "layers/names.h"
#include "layers/tcp/cc.h"
#include "sim/hash.h"
#include "tools/lib/grow.h"

struct run_curves {
    uint32_t taken; /* records of the trace */
    struct curve_end *ends;
    size_t count, room;
    uint32_t *slots;   /* 1 + index of an end, by its hash; 0: free */
    size_t slot_count; /* a power of two, at least twice as many as ends */
    size_t last;       /* index of the end that was found last */
};

/* ---- Ends ---- */

static bool is_of(const struct curve_end *end, uint16_t node, uint32_t subject)
{
    return end->node == node && end->subject == subject;
}

/* Where it is entered, or would be. */
static uint32_t *slot_of(const struct run_curves *curves, uint16_t node, uint32_t subject)
{
    uint32_t i = (uint32_t)hash_mix(subject | (uint64_t)node << 32);

    for (;; i++) {
        uint32_t *slot = &curves->slots[i & (curves->slot_count - 1)];

        if (*slot == 0 || is_of(&curves->ends[*slot - 1], node, subject))
            return slot;
    }
}

static bool make_slots(struct run_curves *curves, size_t count)
{
    uint32_t *slots = calloc(count, sizeof(*slots));

    if (slots == NULL)
        return false;
    free(curves->slots);
    curves->slots = slots;
    curves->slot_count = count;
    for (size_t i = 0; i < curves->count; i++)
        *slot_of(curves, curves->ends[i].node, curves->ends[i].subject) = (uint32_t)i + 1;
    return true;
}

/* NULL: no memory. */
static struct curve_end *add_end(struct run_curves *curves, uint16_t node, uint32_t subject)
{
    struct curve_end *end;

    if (!grow(&curves->ends, curves->count + 1, &curves->room, sizeof(*end)) ||
        (curves->count >= curves->slot_count / 2 && !make_slots(curves, curves->slot_count * 2)))
        return NULL;
    end = &curves->ends[curves->count];
    if (!curve_end_open(end, node, subject))
        return NULL;
    *slot_of(curves, node, subject) = (uint32_t)++curves->count;
    return end;
}

/* The end that RECORD is about, made if it is new; NULL: no memory. */
static struct curve_end *end_of(struct run_curves *curves, const struct record *record)
{
    uint32_t slot;

    if (curves->count > 0 && is_of(&curves->ends[curves->last], record->node, record->subject))
        return &curves->ends[curves->last];
    slot = *slot_of(curves, record->node, record->subject);
    if (slot == 0)
        return add_end(curves, record->node, record->subject);
    curves->last = slot - 1;
    return &curves->ends[curves->last];
}

/* ---- The whole ---- */

struct run_curves *run_curves_new(void)
{
    struct run_curves *curves = calloc(1, sizeof(*curves));

    if (curves == NULL || !make_slots(curves, 16)) {
        free(curves);
        return NULL;
    }
    return curves;
}

void run_curves_free(struct run_curves *curves)
{
    if (curves == NULL)
        return;
    for (size_t i = 0; i < curves->count; i++)
        curve_end_close(&curves->ends[i]);
    free(curves->ends);
    free(curves->slots);
    free(curves);
}

static bool take(struct run_curves *curves, enum curve_variable variable,
                 const struct record *record)
{
    struct curve_end *end = end_of(curves, record);

    return end != NULL && curve_end_add(end, variable, record->b, record->event);
}

static bool take_record(struct run_curves *curves, const struct record *record)
{
    switch (record->what) {
    case VARIABLE_TCP_SND_UNA: return take(curves, CURVE_SND_UNA, record);
    case VARIABLE_TCP_SND_NXT: return take(curves, CURVE_SND_NXT, record);
    case VARIABLE_TCP_CWND: return take(curves, CURVE_CWND, record);
    case VARIABLE_TCP_SSTHRESH: /* at first as high as can be */
        return record->b >= CC_WINDOW_MAX || take(curves, CURVE_SSTHRESH, record);
    case VARIABLE_TCP_SRTT: return take(curves, CURVE_SRTT, record);
    case VARIABLE_TCP_RTO: return take(curves, CURVE_RTO, record);
    default: return true;
    }
}

bool run_curves_follow(struct run_curves *curves, const struct trace *trace)
{
    for (; curves->taken < trace->records.count; curves->taken++) {
        struct record record = trace_read(trace, curves->taken);

        if (record.kind == RECORD_VALUE && !take_record(curves, &record))
            return false;
    }
    return true;
}

void run_curves_finish(struct run_curves *curves)
{
    for (size_t i = 0; i < curves->count; i++)
        curve_end_trim(&curves->ends[i]);
}

struct run_curves *run_curves_of(const struct trace *trace)
{
    struct run_curves *curves = run_curves_new();

    if (curves == NULL || !run_curves_follow(curves, trace)) {
        run_curves_free(curves);
        return NULL;
    }
    run_curves_finish(curves);
    return curves;
}

size_t run_curves_size(const struct run_curves *curves)
{
    size_t size = sizeof(*curves) + curves->room * sizeof(*curves->ends) +
                  curves->slot_count * sizeof(*curves->slots);

    for (size_t i = 0; i < curves->count; i++)
        size += curve_end_size(&curves->ends[i]);
    return size;
}

const struct curve_end *run_curves_end(const struct run_curves *curves, uint16_t node,
                                       uint32_t subject)
{
    uint32_t slot = *slot_of(curves, node, subject);

    return slot == 0 ? NULL : &curves->ends[slot - 1];
}
