#include <stdlib.h>
#include <string.h>

#include "layers/rule.h"
#include "layers/state.h"
#include "sim/filter.h"
#include "tools/lib/exercise_parts.h"
#include "tools/lib/run_view.h"

/* Moments of a lab, found in a run that is over. */

static const struct exercise_moment NEVER = { .comes = false };

static uint32_t before(uint32_t event)
{
    return event > 0 ? event - 1 : 0;
}

/* The moment that record INDEX is. */
static struct exercise_moment at_record(const struct trace *trace, uint32_t index)
{
    struct record record = trace_read(trace, index);

    return (struct exercise_moment){ .comes = true,
                                     .event = record.event,
                                     .before = before(record.event),
                                     .record = index,
                                     .frame = record.frame };
}

/* When EVENT events have happened: after the last record of it. */
static struct exercise_moment at_event(const struct trace *trace, uint32_t event, uint32_t shown)
{
    return (struct exercise_moment){
        .comes = true, .event = event, .before = shown, .record = trace_event_end(trace, event)
    };
}

/* ---- Frames ---- */

static bool is_on(const struct world *world, const struct trace_frame *frame,
                  const struct lab_moment *moment)
{
    const struct link *link = world->links[frame->link];
    size_t from = link->ends[frame->end]->node->id, to = link->ends[1 - frame->end]->node->id;

    return (moment->link == LAB_NONE || moment->link == frame->link) &&
           (moment->from == LAB_NONE || moment->from == from) &&
           (moment->to == LAB_NONE || moment->to == to);
}

static struct exercise_moment find_frame(const struct simulation *s,
                                         const struct lab_moment *moment)
{
    struct exercise_moment found = NEVER;
    char error[FILTER_ERROR_BYTES];
    struct filter *filter =
        filter_compile(moment->text, FILTER_ETHERNET, error, sizeof(error), NULL);
    uint32_t left = moment->nth;

    for (uint32_t i = 1; filter != NULL && i <= s->trace.frames.count && !found.comes; i++) {
        const struct trace_frame *frame = trace_frame(&s->trace, i);

        if (!is_on(s->world, frame, moment) ||
            !filter_matches(filter, trace_frame_bytes(&s->trace, i),
                            run_frame_length(&s->trace, i)) ||
            --left > 0)
            continue;
        found = at_record(&s->trace, frame->record);
        found.frame = i;
    }
    filter_free(filter);
    return found;
}

/* ---- Records ---- */

static struct exercise_moment find_record(const struct simulation *s,
                                          const struct lab_moment *moment)
{
    bool is_state = moment->kind == LAB_MOMENT_STATE;
    rule_id rule = is_state ? RULE_NONE : rule_find(moment->text);
    int state = is_state ? state_find(moment->text) : STATE_NONE;
    uint32_t left = moment->nth;

    for (uint32_t i = 0; i < s->trace.records.count; i++) {
        struct record record = trace_read(&s->trace, i);
        bool is_it =
            is_state ? record.kind == RECORD_STATE && record.b == state : record.rule == rule;

        if (is_it && (moment->node == LAB_NONE || moment->node == record.node) && --left == 0)
            return at_record(&s->trace, i);
    }
    return NEVER;
}

/* ---- Conditions: the run is walked ---- */

static struct exercise_moment find_condition(struct simulation *s, const struct lab_moment *moment)
{
    struct expression_scene scene = simulation_scene(s, 0);
    struct expression expression;
    char why[EXERCISE_WHY_SIZE];
    size_t column;

    if (!expression_parse(moment->text, s->lab, &expression, why, sizeof(why), &column))
        return NEVER;
    for (uint32_t event = 0; event <= s->trace.events.count; event++) {
        struct exercise_moment found;
        int64_t value;

        world_seek(&s->history, event);
        if (!expression_evaluate_in(&expression, &scene, &value) || value == 0)
            continue;
        found = at_event(&s->trace, event, before(event));
        found.record = trace_event_begin(&s->trace, event);
        return found;
    }
    return NEVER;
}

struct exercise_moment exercise_resolve(struct exercise *e, const struct lab_moment *moment)
{
    const struct trace *trace = &e->simulation.trace;
    uint32_t events = trace->events.count;

    switch (moment->kind) {
    case LAB_MOMENT_START: return (struct exercise_moment){ .comes = true };
    case LAB_MOMENT_END: return at_event(trace, events, before(events));
    case LAB_MOMENT_TIME:
        return at_event(trace, trace_events_until(trace, moment->time),
                        trace_events_until(trace, moment->time - 1));
    case LAB_MOMENT_FRAME: return find_frame(&e->simulation, moment);
    case LAB_MOMENT_STATE:
    case LAB_MOMENT_RULE: return find_record(&e->simulation, moment);
    case LAB_MOMENT_HOLDS: return find_condition(&e->simulation, moment);
    case LAB_MOMENT_NONE: break;
    }
    return NEVER;
}

/* A frame's is when it was sent, as frame.time has it. */
static vtime time_of(const struct trace *trace, const struct lab_moment *moment,
                     const struct exercise_moment *found)
{
    if (moment->kind == LAB_MOMENT_TIME)
        return moment->time;
    if (moment->kind == LAB_MOMENT_FRAME)
        return trace_frame(trace, found->frame)->sent;
    return found->event > 0 ? trace_event(trace, found->event)->at : 0;
}

bool exercise_name_moments(struct exercise *e)
{
    const struct lab *lab = e->lab;

    e->moments = calloc(lab->moment_count + 1, sizeof(*e->moments));
    for (size_t i = 0; e->moments != NULL && i < lab->moment_count; i++) {
        const struct lab_moment *moment = &lab->moments[i].moment;
        struct exercise_moment found = exercise_resolve(e, moment);

        if (found.comes)
            e->moments[i] = (struct expression_moment){
                .comes = true,
                .event = found.event,
                .frame = found.frame,
                .time = time_of(&e->simulation.trace, moment, &found),
            };
    }
    return e->moments != NULL;
}

int exercise_moment_compare(const struct exercise_moment *a, const struct exercise_moment *b)
{
    if (a->event != b->event)
        return a->event < b->event ? -1 : 1;
    return a->record < b->record ? -1 : a->record > b->record;
}
