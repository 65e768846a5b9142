/*
 * submission.h - what a student hands in: an attempt (attempt.h) as a file.
 *
 *   rung: submission/1
 *   lab: handshake                      its name; the grader has the lab
 *   lab-hash: 0b1f62e0c43a9d57          of its text
 *   student: anna                       '' if nobody in particular
 *   variant: [links.wire.delay=15ms]    what differs from the lab's text
 *   run: 7d0f5c1be2a94386               hash of that run
 *   answers:
 *     - { question: ack, acts: [{ try: '0' }, hint, { try: '1' }] }
 *   tasks:
 *     - { task: doubt, run: 55a3e86d01f7c2b9, deeds: [drop 3] }
 *
 * Which of the stack's bugs a variant has is what a student has to find out: of a
 * path with `bugs` in it, a hash stands for the value.
 *
 * It says what was done, never what it is worth: whoever grades it does the
 * same acts to the same lab again. It names no file, and is bounded in all that
 * it holds. Progress (progress.h) is kept in the same form.
 *
 *     attempt --submission_write--> text --submission_parse--> submission
 *             <-------------------submission_replay-----------------
 */
#ifndef RUNG_TOOLS_SUBMISSION_H
#define RUNG_TOOLS_SUBMISSION_H

#include <stdio.h>

#include "tools/lib/attempt.h"

enum {
    SUBMISSION_BYTES_MAX = 1024 * 1024,
    SUBMISSION_OVERRIDES_MAX = LAB_VARY_MAX * LAB_VARY_PATHS_MAX,
    SUBMISSION_OVERRIDE_MAX = 1000, /* bytes of one */
    SUBMISSION_NAME_MAX = 255,      /* bytes of a lab's name */
};

struct submission_act {
    enum attempt_act_kind kind;
    struct mark mark;
    const char *text; /* of a try; else "" */
};

struct submission_answer {
    const char *question;
    struct mark mark;
    struct submission_act *acts;
    size_t act_count;
};

struct submission_deed {
    const char *text; /* as deed_parse reads it */
    struct mark mark;
};

struct submission_task {
    const char *task;
    struct mark mark;
    uint64_t run; /* hash of the run with the deeds, as the student's Rung saw it */
    struct mark run_mark;
    struct submission_deed *deeds;
    size_t deed_count;
};

/* All texts are UTF-8 from the file: print them by utf8_print_clean. */
struct submission {
    const char *lab;
    uint64_t lab_hash;
    struct mark lab_hash_mark;
    const char *student; /* "" or an ID that variant_student_is_good */
    struct mark student_mark;
    const char **overrides; /* as submission_override writes them: of the variant, then others */
    size_t override_count;
    struct mark variant_mark;
    uint64_t run;
    struct mark run_mark;
    struct submission_answer *answers;
    size_t answer_count;
    struct submission_task *tasks;
    size_t task_count;
    struct lab_memory *memory; /* where all of it lives */
    struct source source;      /* where the marks point to */
};

/* What an attempt does not know of itself. */
struct submission_head {
    const char *lab;     /* its name: lab_path_name */
    const char *student; /* or NULL */
    const char *const *overrides;
    size_t override_count;
};

/* Writes OVERRIDE, "PATH=VALUE" as for --set, as a submission says it; what is
 * written so already stays. As snprintf. */
size_t submission_override(const char *override, char *out, size_t size);

/* What `lab-hash` of LAB is: equal texts have it. */
uint64_t submission_lab_hash(const struct lab *lab);

/* Writes ATTEMPT. Questions and tasks to which nothing was done are left out;
 * so are deeds that are switched off. */
void submission_write(const struct attempt *attempt, const struct submission_head *head, FILE *out);

/* Reads the LEN bytes at TEXT, which errors call NAME. NULL, and errors in D, if
 * it is no submission; else the caller's to free. TEXT may be freed at once,
 * NAME must live as long. */
struct submission *submission_parse(const char *text, size_t len, const char *name,
                                    struct diagnostics *d);

/* The same of the file at PATH, which must be a plain one: a pipe may never
 * end. PATH must outlive the result. */
struct submission *submission_load(const char *path, struct diagnostics *d);

void submission_free(struct submission *s);

/*
 * Does all that S tells of to A, which is fresh and of the same lab. What
 * cannot be done (no such question, a try after the right one, deeds that make
 * no run) is left out and told in D, at its place. True: nothing was.
 * LIMITS may be NULL.
 */
bool submission_replay(const struct submission *s, struct attempt *a,
                       const struct task_limits *limits, struct diagnostics *d);

/* The two parts of it. */
bool submission_replay_answers(const struct submission *s, struct attempt *a,
                               struct diagnostics *d);
bool submission_replay_tasks(const struct submission *s, struct attempt *a,
                             const struct task_limits *limits, struct diagnostics *d);

#endif
