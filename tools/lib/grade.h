/*
 * grade.h - the submissions of a class, done again and judged.
 *
 *   lab + submissions --grade_add--> a row each --grade_finish--> sorted, compared
 *        anna   12 of 14: ack 1 of 3 (1 wrong try, 1 hint)
 *        bert    9 of 14
 *            forged: it is the variant of carl, not that of bert
 *
 * Nothing that a submission says of itself is believed: its acts are done to
 * the lab as the student's ID gives it, and points are what comes out. What it
 * claims besides (variant, hash of the run) is compared with that and with the
 * rest of the class. Points are always those of the acts; what is wrong is said
 * beside them, and a teacher decides.
 *
 * A submission can neither stall nor crash this: what it overrides is never run
 * (of a lab that has been changed since: unless `vary` of today's has it), and the
 * runs of its tasks end after a number of events, whatever the clock says, so that
 * the same files always get the same grades. It can name no file.
 *
 *     struct grade *g = grade_open(lab, "handshake", NULL, why, sizeof(why));
 *     grade_add_file(g, "anna.yaml");  ...
 *     grade_finish(g);
 *     grade_print(g, stdout);
 *     grade_close(g);
 */
#ifndef RUNG_TOOLS_GRADE_H
#define RUNG_TOOLS_GRADE_H

#include <stdio.h>

#include "tools/lib/attempt.h"

/* A student's run may have so many events more than ten times the lab's own. */
enum { GRADE_EVENTS_SPARE = 20000, GRADE_TRACE_MAX = 64 * 1024 * 1024 };

/* From what counts most; each has a name, grade_remark_name. */
enum grade_remark_kind {
    /* Wrong with the submission: */
    GRADE_UNREADABLE,    /* no submission */
    GRADE_OTHER_LAB,     /* of another lab; not done again */
    GRADE_OTHER_VARIANT, /* of another student's lab, or one changed by hand */
    GRADE_OTHER_RUN,     /* the hash of the run is not this run's */
    GRADE_TASK_RUN,      /* nor that of a task */
    GRADE_ACTS,          /* acts that Rung would not have taken */
    GRADE_OTHER_VERSION, /* the lab has been changed since, or before */
    /* Of note: */
    GRADE_DUPLICATE,  /* another one is the same student's */
    GRADE_NO_STUDENT, /* nobody's */
    GRADE_REDRAWN,    /* the changed lab deals its variants anew */
    GRADE_RENAMED,    /* the lab was called otherwise */
    GRADE_SAME_ACTS,  /* as another student's, where that is odd */
    GRADE_ANSWERS_OF, /* wrong answers that are right for another student */
    /* Why there are not all points: */
    GRADE_QUESTION,
    GRADE_TASK,
    GRADE_TEXT, /* what a teacher has to read */
};
#define GRADE_REMARK_KINDS (GRADE_TEXT + 1)

struct grade_remark {
    enum grade_remark_kind kind;
    char *text; /* one line; from a stranger: print by utf8_print_clean */
};

/* What becomes of a submission; what grade_status_name prints. */
enum grade_status {
    GRADE_STATUS_GRADED,
    GRADE_STATUS_OTHER_VERSION,
    GRADE_STATUS_FORGED,
    GRADE_STATUS_OTHER_LAB,
    GRADE_STATUS_UNREADABLE,
};
#define GRADE_STATUSES (GRADE_STATUS_UNREADABLE + 1)

struct grade_trace; /* what grade_compare.c remembers of a submission */

struct grade_row {
    char *file, *student; /* student: "" if unknown */
    enum grade_status status;
    bool counts; /* else a better one of this student does */
    struct attempt_points points;
    struct attempt_points *parts; /* of each question, then of each task; all 0: not asked */
    struct grade_remark *remarks; /* by kind */
    size_t remark_count, remark_room;
    struct grade_trace *trace;
};

struct grade_variant;

struct grade {
    const struct lab *lab;
    char *name;        /* of the lab */
    uint64_t lab_hash; /* of its text */
    int64_t of;        /* points, if every question is asked */
    struct grade_row *rows;
    size_t count, room;
    bool unreadable;      /* a file could not be opened at all */
    uint64_t event_limit; /* of a task's run; 0: as above */
    /* What the lab is to those who have handed in, opened or remembered. */
    struct grade_variant *variants;
    size_t variant_count, variant_room, opened;
    uint64_t uses;
};

struct grade_options {
    uint64_t events; /* of a task's run, at most; 0: 10 times the lab's and GRADE_EVENTS_SPARE */
};

/* LAB, called NAME, must outlive the result and have been read with hooks.
 * OPTIONS may be NULL. NULL, and WHY says so, if its own run does not end. */
struct grade *grade_open(const struct lab *lab, const char *name,
                         const struct grade_options *options, char *why, size_t size);
void grade_close(struct grade *g);

/* Grades the LEN bytes at TEXT, called FILE in what is printed. */
void grade_add(struct grade *g, const char *file, const char *text, size_t len);
/* The same of a plain file; if it cannot be read its row says so. */
void grade_add_file(struct grade *g, const char *path);

/* Sorts rows by student, then file (those without a student last), compares
 * them, and chooses which of a student's counts. Once, after the last. */
void grade_finish(struct grade *g);

/* All are graded, and none has anything wrong with it. */
bool grade_is_clean(const struct grade *g);

const char *grade_remark_name(enum grade_remark_kind kind);
const char *grade_status_name(enum grade_status status);

/* ---- Printing ---- */

/* For people: a line each, what is wrong and what to read below it, a summary. */
void grade_print(const struct grade *g, FILE *out);
/* A line of names, then one a student: those that count. */
void grade_print_csv(const struct grade *g, FILE *out);
/* One object, all submissions. */
void grade_print_json(const struct grade *g, FILE *out);

#endif
