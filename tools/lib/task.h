/*
 * task.h - a lab's run as a student has changed it, judged by a task's checks.
 *
 *   lab + deeds --task_run--> which checks hold, points, hash of that run
 *
 * The deeds are lines of text (deed.h); the same deeds always give the same
 * run, so that a teacher re-runs what was handed in instead of trusting it.
 */
#ifndef RUNG_TOOLS_TASK_H
#define RUNG_TOOLS_TASK_H

#include "tools/lib/deed.h"

struct task_check {
    bool held;
    int64_t points, of;
};

struct task_result {
    uint64_t hash;             /* of the run */
    struct task_check *checks; /* as many as the task has, in its order */
    size_t count;
    int64_t points, of;
};

struct simulation;

/* A run that does not end must not hold up whoever grades three hundred; and who
 * wants to see it. */
struct task_limits {
    size_t trace;    /* bytes; 0: SIMULATION_TRACE_MAX */
    uint64_t events; /* 0: any number */
    /* Is shown the run once it is judged, and has made a result; or NULL. */
    void (*look)(void *context, const struct simulation *s);
    void *context;
};

/*
 * Runs LAB with COUNT (at most DEEDS_MAX) DEEDS that are not switched off and
 * judges it by task number TASK. LIMITS may be NULL. False: WHY says why these
 * deeds make no run (a frame that was never sent, a command too late, a run
 * without end); nothing is to be freed then. Else task_result_free.
 */
bool task_run(const struct lab *lab, size_t task, const struct deed *deeds, size_t count,
              const struct task_limits *limits, struct task_result *result, char *why, size_t size);
void task_result_free(struct task_result *result);

/* Reads the solution of task number TASK into DEEDS (LAB_SOLUTION_MAX of them);
 * returns how many. A lab read without hooks may hold lines that are none: they
 * are left out. */
size_t task_solution(const struct lab *lab, size_t task, struct deed *deeds);

#endif
