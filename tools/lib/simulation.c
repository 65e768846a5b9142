#include "tools/lib/simulation.h"

#include <stdlib.h>
#include <string.h>

#include "layers/link/ethernet.h"
#include "layers/net/ip.h"
#include "sim/filter.h"
#include "tools/lib/simulation_build.h"

#define PROGRESS_EVENTS 100000
#define LIMIT_EVENTS 1024 /* how often the trace's size is looked at */

static const enum fault_kind fault_kinds[] = {
    [LAB_DROP] = FAULT_KIND_DROP,
    [LAB_DELAY] = FAULT_KIND_DELAY,
    [LAB_DUPLICATE] = FAULT_KIND_DUPLICATE,
    [LAB_CORRUPT] = FAULT_KIND_CORRUPT,
};

static uint32_t count_frames_chosen(const struct lab *lab)
{
    uint32_t count = 0;

    for (size_t i = 0; i < lab->fault_count; i++)
        count += lab->faults[i].frame != 0;
    return count;
}

static bool open_world(struct simulation *s, const struct simulation_options *options)
{
    struct world_config config = {
        .seed = s->lab->seed,
        .node_limit = (uint32_t)s->lab->node_count,
        .link_limit = (uint32_t)s->lab->link_count,
        .fault_limit = (uint32_t)s->lab->fault_count,
        .intervention_limit = options->intervention_count + count_frames_chosen(s->lab),
        .until = options->until_given ? options->until : min_i64(s->lab->until, s->lab->stop),
        .frame_check = ethernet_frame_check,
        .mark_congestion = ip_mark_congestion,
    };

    s->world = world_new(&config);
    if (s->world == NULL)
        return false;
    if (options->untraced)
        return true;
    s->traced = trace_open(&s->trace);
    if (s->traced)
        world_observe(s->world, &s->trace);
    return s->traced;
}

static void add_fault(struct simulation *s, const struct lab_fault *from, struct filter **filter)
{
    struct fault *fault = world_add_fault(s->world);
    char error[FILTER_ERROR_BYTES];

    /* The lab's reader has compiled the text once: it is a good one. */
    *filter = filter_compile(from->filter, FILTER_ETHERNET, error, sizeof(error), NULL);
    fault->filter = *filter;
    fault->kind = fault_kinds[from->action];
    fault->from = from->from == LAB_NONE ? NODE_NONE : (uint16_t)from->from;
    fault->to = from->to == LAB_NONE ? NODE_NONE : (uint16_t)from->to;
    fault->link = from->link == LAB_NONE ? LINK_NONE : (uint16_t)from->link;
    fault->nth_count = (unsigned)from->nth_count;
    memcpy(fault->nth, from->nth, sizeof(fault->nth));
    fault->every = from->nth_count > 0 ? 0 : from->every;
    fault->by = from->by;
    fault->damage.bit = from->has_swap ? -1 : from->bit;
    fault->damage.swap_a = from->swap[0];
    fault->damage.swap_b = from->swap[1];
}

static bool add_faults(struct simulation *s)
{
    s->filters = calloc(s->lab->fault_count + 1, sizeof(*s->filters));
    if (s->filters == NULL)
        return false;
    for (size_t i = 0; i < s->lab->fault_count; i++)
        if (s->lab->faults[i].frame == 0)
            add_fault(s, &s->lab->faults[i], &s->filters[i]);
    return true;
}

/* Those that the lab keeps, then those of this run. */
static void add_interventions(struct simulation *s, const struct simulation_options *options)
{
    for (size_t i = 0; i < s->lab->fault_count; i++) {
        const struct lab_fault *from = &s->lab->faults[i];

        if (from->frame != 0)
            *world_add_intervention(s->world) = (struct intervention){
                .kind = fault_kinds[from->action], .frame = from->frame, .by = from->by,
                .bit = from->bit
            };
    }
    for (uint32_t i = 0; i < options->intervention_count; i++)
        *world_add_intervention(s->world) = options->interventions[i];
}

static bool add_checks(struct simulation *s)
{
    s->checks = calloc(s->lab->check_count + 1, sizeof(*s->checks));
    if (s->checks == NULL)
        return false;
    for (size_t i = 0; i < s->lab->check_count; i++) {
        const struct lab_check *check = &s->lab->checks[i];
        char why[200];
        size_t column;

        s->checks[i].of = check->points;
        s->checks[i].broken = !expression_parse(check->expression, s->lab,
                                                &s->checks[i].expression, why, sizeof(why),
                                                &column);
    }
    return true;
}

bool simulation_open(struct simulation *s, const struct lab *lab,
                     const struct simulation_options *options)
{
    memset(s, 0, sizeof(*s));
    s->lab = lab;
    s->deeds = options->deeds;
    s->keeps_history = options->keep_history && !options->untraced;
    s->trace_limit = options->trace_limit != 0 ? options->trace_limit : SIMULATION_TRACE_MAX;
    s->event_limit = options->event_limit != 0 ? options->event_limit : UINT64_MAX;
    if (!open_world(s, options) || !add_faults(s) || !add_checks(s)) {
        simulation_close(s);
        return false;
    }
    simulation_add_nodes(s);
    simulation_add_links(s);
    simulation_introduce(s);
    add_interventions(s, options);
    simulation_add_script(s);
    return true;
}

struct expression_scene simulation_scene(struct simulation *s, uint32_t frame)
{
    return (struct expression_scene){ .world = s->world,
                                      .trace = s->traced ? &s->trace : NULL,
                                      .facts = &s->facts,
                                      .frame = frame,
                                      .deeds = &s->deeds };
}

/* Looks whether check number I holds now. */
static void try_check(struct simulation *s, size_t i)
{
    struct check_result *check = &s->checks[i];
    struct expression_scene scene = simulation_scene(s, 0);
    int64_t value;

    check->broken = !expression_evaluate_in(&check->expression, &scene, &value);
    if (check->broken || value == 0)
        return;
    check->held = true;
    check->at = s->world->now;
    check->points = check->of;
}

/* Checks with a time limit may hold at any moment until then. */
static void try_checks_within(struct simulation *s)
{
    for (size_t i = 0; i < s->lab->check_count; i++) {
        vtime within = s->lab->checks[i].within;

        if (within != VTIME_NEVER && !s->checks[i].held && s->world->now <= within)
            try_check(s, i);
    }
}

static bool trace_is_full(const struct simulation *s)
{
    return s->traced && s->world->event_count % LIMIT_EVENTS == 0 &&
           trace_size(&s->trace) > s->trace_limit;
}

static void begin(struct simulation *s)
{
    if (!s->world->started)
        world_start(s->world);
    if (s->keeps_history && s->history.world == NULL)
        history_open(&s->history, s->world);
}

static bool step(struct simulation *s)
{
    return s->keeps_history ? history_step(&s->history) : world_step(s->world);
}

void simulation_run(struct simulation *s, void (*progress)(vtime now, vtime until))
{
    bool timed = false;

    for (size_t i = 0; i < s->lab->check_count; i++)
        timed = timed || s->lab->checks[i].within != VTIME_NEVER;
    begin(s);
    if (timed)
        try_checks_within(s);
    while (!s->overflowed && step(s)) {
        s->overflowed = trace_is_full(s) || s->world->event_count > s->event_limit;
        if (timed)
            try_checks_within(s);
        if (progress != NULL && s->world->event_count % PROGRESS_EVENTS == 0)
            progress(s->world->now, s->world->until);
    }
    for (size_t i = 0; i < s->lab->check_count; i++)
        if (s->lab->checks[i].within == VTIME_NEVER)
            try_check(s, i);
}

int64_t simulation_points(const struct simulation *s, int64_t *of)
{
    int64_t points = 0;

    *of = 0;
    for (size_t i = 0; i < s->lab->check_count; i++) {
        points += s->checks[i].points;
        *of += s->checks[i].of;
    }
    return points;
}

bool simulation_checks_hold(const struct simulation *s)
{
    for (size_t i = 0; i < s->lab->check_count; i++)
        if (!s->checks[i].held)
            return false;
    return true;
}

void simulation_close(struct simulation *s)
{
    history_close(&s->history);
    frame_facts_close(&s->facts);
    world_free(s->world);
    if (s->traced)
        trace_close(&s->trace);
    if (s->filters != NULL)
        for (size_t i = 0; i < s->lab->fault_count; i++)
            filter_free(s->filters[i]);
    free(s->filters);
    free(s->checks);
    memset(s, 0, sizeof(*s));
}
