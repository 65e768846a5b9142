/*
 * simulation.h - a lab, built and run.
 *
 *   lab --simulation_open--> world + trace + script + checks --run--> end
 *
 * Node number i of the world is lab->nodes[i], link number i lab->links[i].
 * The world is a pure function of (lab, interventions); the lab must outlive
 * the simulation. Several simulations may live side by side.
 *
 * With keep_history the run can be walked about in once it has ended:
 * world_seek(&s->history, n) takes the world to event n <= events.count.
 */
#ifndef RUNG_TOOLS_SIMULATION_H
#define RUNG_TOOLS_SIMULATION_H

#include "sim/history.h"
#include "sim/trace.h"
#include "sim/world.h"
#include "tools/lib/expression.h"
#include "tools/lib/lab.h"

struct filter;

struct check_result {
    struct expression expression;
    bool held;   /* at some moment up to `within`, or at the end */
    bool broken; /* it could not be computed (division by zero) */
    vtime at;    /* when it first held */
    int64_t points, of;
};

struct simulation {
    const struct lab *lab;
    struct world *world;
    struct trace trace;
    struct filter **filters; /* of lab->faults, NULL for a frame by its number */
    struct check_result *checks;
    bool traced;
    bool keeps_history;
    struct history history; /* from the start of a run that keeps one */
    size_t trace_limit;     /* bytes */
    uint64_t event_limit;
    struct frame_facts facts; /* of the trace; followed as far as somebody asked */
    struct deed_counts deeds; /* what the checks know of */
    bool overflowed; /* stopped early: the trace, or the events, outgrew their limit */
};

struct simulation_options {
    const struct intervention *interventions;
    uint32_t intervention_count;
    bool until_given; /* else the lab says when to stop */
    vtime until;
    bool untraced;
    bool keep_history; /* not of an untraced run */
    size_t trace_limit; /* bytes; 0: SIMULATION_TRACE_MAX */
    uint64_t event_limit; /* 0: as many as there are */
    struct deed_counts deeds; /* what a student has done, for `deeds` in checks */
};

/* A lab that never ends (a storm between two hubs) must not eat the machine. */
#define SIMULATION_TRACE_MAX ((size_t)3 << 30)

/* Hooks by which a lab's commands, filters and conditions are checked while
 * it is read. Constant; pass to lab_load. */
extern const struct lab_hooks simulation_hooks;

/* Builds LAB's world, observed, with its script armed; not a step done yet.
 * False if there is no memory. */
bool simulation_open(struct simulation *s, const struct lab *lab,
                     const struct simulation_options *options);

/* Starts the nodes, if that is still to do, and runs to the end, or until the
 * trace or the events outgrow their limit. PROGRESS (or NULL) is called now and then with
 * the time reached. */
void simulation_run(struct simulation *s, void (*progress)(vtime now, vtime until));

/* What an expression can ask of the run, as it is now; FRAME is "frame.", or 0. */
struct expression_scene simulation_scene(struct simulation *s, uint32_t frame);

/* Whether the time of script entry INDEX (lab->commands) has come or been set. */
bool simulation_entry_started(const struct simulation *s, size_t index);

/* Points earned and possible, after the run. */
int64_t simulation_points(const struct simulation *s, int64_t *of);
bool simulation_checks_hold(const struct simulation *s);

void simulation_close(struct simulation *s);

#endif
