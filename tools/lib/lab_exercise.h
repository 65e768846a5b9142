/*
 * lab_exercise.h - what a lab asks of those who run it, as lab.h's structs.
 *
 *   vary:       which values differ from student to student     variant.h
 *   pages:      texts, each shown at a moment of the run
 *   questions:  asked at a moment, answered by the run itself   exercise.h
 *   tasks:      things to be done to the run
 *
 * All of it is optional, and none of it has any influence on the run: a lab
 * without it has the same hash. As in lab.h everything here has been checked,
 * is owned by the lab and lives as long; included by lab.h.
 */
#ifndef RUNG_TOOLS_LAB_EXERCISE_H
#define RUNG_TOOLS_LAB_EXERCISE_H

#include "sim/vtime.h"
#include "tools/lib/diagnostic.h"

enum {
    LAB_POINTS_MAX = 1000,      /* of a check or a question */
    LAB_VARY_MAX = 50,          /* entries of vary */
    LAB_VARY_PATHS_MAX = 20,    /* paths that one entry sets */
    LAB_VARY_VALUES_MAX = 2000, /* values that one entry chooses among */
    LAB_MOMENTS_MAX = 100, /* that have a name */
    LAB_PAGES_MAX = 200,
    LAB_QUESTIONS_MAX = 200,
    LAB_TASKS_MAX = 50,
    LAB_MISTAKES_MAX = 20, /* of one question; hints, choices and items, too */
    LAB_SOLUTION_MAX = 50, /* deeds of a solution */
    LAB_TITLE_MAX = 40,    /* bytes in the name of a page, question or task */
};

struct lab_check; /* lab.h */

/* ---- Values in texts (lab_text.h) ---- */

/* What of the run may be looked at by a value that stands in a text: not what
 * the student, who reads it at a gate, is still to see. */
struct lab_seen {
    bool frame;        /* the gate's frame */
    bool end;          /* the end of the run */
    const char *field; /* or of the frame all of its header but this field; or NULL */
};

/* A text that has values in it, to say where what is wrong with them stands. */
struct lab_text_place {
    const char *text; /* the very one that a question, a page or a task has */
    struct mark mark;
    struct lab_text_place *next;
};

/* ---- Moments of a run ---- */

enum lab_moment_kind {
    LAB_MOMENT_NONE,  /* not given */
    LAB_MOMENT_START, /* nothing has happened yet */
    LAB_MOMENT_END,   /* everything has */
    LAB_MOMENT_TIME,  /* all that happens up to `time`, inclusive */
    LAB_MOMENT_FRAME, /* the nth frame that `text`, a filter, chooses is put on a wire */
    LAB_MOMENT_STATE, /* `node` comes to the state `text` for the nth time */
    LAB_MOMENT_RULE,  /* the rule `text` of the book is followed (or breaks a packet) */
    LAB_MOMENT_HOLDS, /* first event after which the condition `text` is true */
};

struct lab_moment {
    enum lab_moment_kind kind;
    struct mark mark; /* of the whole */
    const char *text; /* or "" */
    struct mark text_mark;
    vtime time;
    size_t node;           /* STATE; RULE: or LAB_NONE for any */
    size_t from, to, link; /* FRAME: as of struct lab_fault */
    uint32_t nth;          /* FRAME, STATE, RULE: from 1 */
};

/* One that has a name, for `before: NAME` and for answers: NAME.time. */
struct lab_named_moment {
    const char *name;
    struct lab_moment moment;
};

/* `before: MOMENT` shows all up to the event before it, `after:` (of pages
 * also `at:`) that one, too. */
struct lab_gate {
    bool before;
    struct lab_moment moment;
};

/* ---- What differs from student to student ---- */

/* One of the values for all of the paths: `PATH=VALUE` as for --set. */
struct lab_vary {
    struct mark mark;
    const char **paths;
    size_t path_count;
    const char **values; /* each fit to stand behind the "=" */
    size_t value_count;
};

/* ---- Texts ---- */

struct lab_page {
    const char *name;
    struct mark mark;
    struct lab_gate gate;
    const char *text; /* short Markdown; like all texts below with values in it */
};

/* ---- Questions ---- */

enum lab_question_kind {
    LAB_ASK_NUMBER,  /* also a time, a size, an address: what the answer's type is */
    LAB_ASK_STATE,   /* the name of a state */
    LAB_ASK_FIELD,   /* a field of the gate's frame; `answer` is "frame.FIELD" */
    LAB_ASK_CHOICE,  /* one of `choices` */
    LAB_ASK_CHOICES, /* all that are right of them */
    LAB_ASK_ORDER,   /* `items` in the order in which they happen */
    LAB_ASK_TEXT,    /* for a teacher to read */
};
#define LAB_ASK_KINDS (LAB_ASK_TEXT + 1)

/* An expression (expression.h), with what is said to whoever answers it. */
struct lab_mistake {
    const char *answer;
    struct mark mark;
    const char *say;
};

struct lab_choice {
    const char *text;
    struct mark mark;
    const char *right; /* a condition; "1" and "0" for yes and no */
    struct mark right_mark;
    const char *say; /* to whoever chose it, or left it out; or NULL */
    bool keep; /* it stands where the lab has it ("Nobody", at the end) */
};

struct lab_item {
    const char *text;
    struct mark mark;
    struct lab_moment moment;
};

struct lab_question {
    const char *name; /* letters, digits, '-'; unique in the lab */
    struct mark mark;
    struct lab_gate gate;
    const char *ask;
    enum lab_question_kind kind;
    const char *answer; /* an expression: NUMBER, STATE, FIELD; else NULL */
    struct mark answer_mark;
    const char *within;         /* NUMBER: how far off is near enough, "1ms", "1%"; or NULL */
    struct mark within_mark;
    const char *field;          /* FIELD: "tcp.ack"; else NULL */
    struct lab_moment evaluate; /* kind NONE: at the gate's moment */
    struct lab_mistake *mistakes;
    size_t mistake_count;
    struct lab_choice *choices;
    size_t choice_count;
    bool ordered; /* choices are shown as the lab has them: "shuffle: no" */
    struct lab_item *items;
    size_t item_count;
    const char **hints;
    size_t hint_count;
    const char *explain; /* or NULL */
    int64_t points;      /* default 2 */
    int64_t penalty;     /* of each wrong try and each hint asked for; default 1 */
};

/* ---- Tasks ---- */

struct lab_solution {
    const char *text; /* a deed: "drop 7", "at 50ms a: close" */
    struct mark mark;
};

struct lab_task {
    const char *name; /* as of a question, and no question has it */
    struct mark mark;
    const char *ask;
    struct lab_check *checks; /* of the run as the student has changed it */
    size_t check_count;
    struct lab_solution *solution;
    size_t solution_count;
    const char **hints;
    size_t hint_count;
};

/* "number", "state" ...: as a lab names it. */
const char *lab_question_kind_name(enum lab_question_kind kind);

#endif
