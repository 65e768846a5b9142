/*
 * gates.h - the exercise that the timeline is in: which gate is next.
 *
 *   run   |------[page]------[question]- - - - - - - -|
 *           seen        seen          | not in the session's view (session_limit)
 *                       next gate ----+
 *
 * What is asked and what is right is exercise.h's, what it is worth attempt.h's;
 * here is how far somebody has come, and that it is kept from day to day
 * (progress.h). Knows no screen.
 */
#ifndef RUNG_TIMELINE_GATES_H
#define RUNG_TIMELINE_GATES_H

#include "tools/lib/progress.h"

struct gates_options {
    const char *lab;              /* its name, as of lab_path_name */
    const char *student;          /* or NULL */
    const char *const *overrides; /* of the variant, then others */
    size_t override_count;
    bool keeps; /* progress is read from the state folder, and kept there */
    bool fresh; /* what was done before is forgotten */
};

struct gates {
    struct exercise *exercise;
    struct attempt *attempt;
    struct submission_head head;
    char path[PROGRESS_PATH_SIZE]; /* of the progress; "": it is not kept */
    enum progress_found found;
    bool *read;  /* by gate: a page, and somebody has gone on behind it */
    size_t next; /* the first gate that is not settled; gate_count: none */
};

/* LAB asks, shows or sets something. */
bool gates_wanted(const struct lab *lab);

/* LAB and what OPTIONS point to must outlive it. NULL: WHY says why. */
struct gates *gates_open(const struct lab *lab, const struct gates_options *options, char *why,
                         size_t size);
void gates_close(struct gates *gates);

/* Something is still hidden: a gate is not settled. */
bool gates_hide(const struct gates *gates);

/* So many events may be seen; UINT32_MAX: all. */
uint32_t gates_shown(const struct gates *gates);

/* The page or question of GATE was read, answered or passed. */
bool gates_is_settled(const struct gates *gates, size_t gate);

/* Somebody goes on behind the page GATE; of a question nothing happens. */
void gates_read(struct gates *gates, size_t gate);

/* Something was done to the attempt: finds the next gate, keeps the progress.
 * False: errno says why it cannot be kept. */
bool gates_changed(struct gates *gates);

/* The place of GATE, a question, among those that are asked, from 1; and how many are. */
size_t gates_place(const struct gates *gates, size_t gate, size_t *count);

#endif
