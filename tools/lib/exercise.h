/*
 * exercise.h - a lab with its questions: when they are asked, what is right.
 *
 *   lab (of one variant) --exercise_open--> run to its end
 *        moments   --> events, records and frames of this run
 *        answers   --> values, computed in the world at their moments
 *        gates     --> pages and questions in the order of the run
 *
 *   exercise_judge(e, 0, "1001", &j)  --> right | mistake 2 | wrong | unreadable
 *
 * The one place that knows what is asked and what is right: the quiz, the
 * timeline's gates, grading, worksheets and `rung check` stand on it. It knows
 * no terminal and keeps no score (attempt.h does). All of it is a pure function
 * of the lab; what a student does to the run (task.h) does not change it.
 *
 *     struct exercise *e = exercise_open(lab, NULL, why, sizeof(why));
 *     for (size_t i = 0; i < e->gate_count; i++)
 *         ... show events up to e->gates[i].shown, then ask ...
 *     exercise_close(e);
 */
#ifndef RUNG_TOOLS_EXERCISE_H
#define RUNG_TOOLS_EXERCISE_H

#include "tools/lib/answer.h"
#include "tools/lib/simulation.h"

#define EXERCISE_WHY_SIZE 200
#define EXERCISE_ANSWER_SIZE 100

/* Where a moment of the lab lies in this run. */
struct exercise_moment {
    bool comes;      /* else it never does, and the rest is 0 */
    uint32_t event;  /* so many events have happened then */
    uint32_t before; /* and so many at most while it is still to come */
    uint32_t record; /* index of what it is; orders moments within an event */
    uint32_t frame;  /* the frame it is about; 0: none */
};

struct exercise_mistake {
    bool computed; /* else its expression fails in this run: nobody can make it */
    enum value_type type;
    int64_t value;
};

struct exercise_question {
    const struct lab_question *asked; /* kind, texts, points ...; values stand in the texts */
    struct exercise_moment gate;      /* asked there; "frame." is its frame */
    struct exercise_moment evaluated; /* answers hold there */
    bool is_void;                     /* cannot be asked in this run */
    char why[EXERCISE_WHY_SIZE];      /* then: for what reason */
    bool has_gap;                     /* then: because of a value in its text */
    enum value_type type;             /* NUMBER, STATE, FIELD: of these: */
    int64_t right;
    int64_t within; /* so far off is near enough; 0: the lab does not say */
    struct exercise_mistake mistakes[LAB_MISTAKES_MAX];
    bool chosen[LAB_MISTAKES_MAX];                    /* CHOICE, CHOICES: these are right */
    struct exercise_moment happens[LAB_MISTAKES_MAX]; /* ORDER: each item */
    uint8_t shown[LAB_MISTAKES_MAX]; /* which choice or item stands at place i */
};

/* One thing to be shown or asked. */
struct exercise_gate {
    bool is_page;
    size_t index;   /* into lab->pages, or exercise->questions */
    uint32_t shown; /* what happens after so many events is not to be seen before
                       the question is answered, or the page read */
    struct exercise_moment moment;
};

/* A value of a text that this run does not have: "(?)" stands there. */
struct exercise_gap {
    const char *text; /* as the lab has it */
    size_t at, len;   /* in it, with its braces */
};

struct lab_memory;

struct exercise {
    const struct lab *lab;
    const struct lab_page *pages; /* the lab's, with values in their texts */
    const struct lab_task *tasks;
    struct simulation simulation;        /* run to its end, with history */
    uint64_t hash;                       /* of the run */
    struct exercise_question *questions; /* as many as the lab has, in its order */
    struct exercise_gate *gates;         /* in the order of the run; none that is void */
    size_t gate_count;
    struct expression_moment *moments; /* those of the lab that have a name */
    struct exercise_gap *gaps;
    size_t gap_count, gap_room;
    struct lab_memory *texts; /* those with values in them */
};

struct exercise_options {
    const char *student; /* whose choices stand in an order of their own; NULL: nobody's */
    size_t trace_limit; /* bytes of trace; 0: SIMULATION_TRACE_MAX */
    void (*progress)(vtime now, vtime until);
};

/* Runs LAB, which must outlive the exercise. OPTIONS may be NULL. NULL, and WHY
 * (SIZE bytes) says so, if there is no memory or the run does not end. */
struct exercise *exercise_open(const struct lab *lab, const struct exercise_options *options,
                               char *why, size_t size);
void exercise_close(struct exercise *e);

/* Shows choices and items as STUDENT ("": anybody) gets them: for who keeps an
 * exercise open for several. */
void exercise_shuffle(struct exercise *e, const char *student);

/* The question called NAME, or LAB_NONE. */
size_t exercise_find(const struct exercise *e, const char *name);

/* Where MOMENT lies in the run of E; FALSE frames and so on give comes == false. */
struct exercise_moment exercise_resolve(struct exercise *e, const struct lab_moment *moment);

/* ---- Judging ---- */

enum exercise_verdict {
    EXERCISE_RIGHT,
    EXERCISE_MISTAKE, /* wrong, and the lab has something to say to it */
    EXERCISE_WRONG,
    EXERCISE_UNREADABLE, /* no answer at all: does not count as a try */
    EXERCISE_PENDING,    /* a text: a teacher will read it */
};

struct exercise_judgement {
    enum exercise_verdict verdict;
    size_t mistake;              /* MISTAKE: which of its mistakes, or of its choices */
    const char *say;             /* MISTAKE: the lab's words; else NULL */
    char why[EXERCISE_WHY_SIZE]; /* UNREADABLE: what to write instead */
};

/*
 * Judges what a student has typed as the answer to question INDEX, which is not
 * void. Values are typed as answer.h says; of choices one writes their numbers
 * from 1, or letters from a ("2", "a, c"), as they are shown to this student, or
 * their texts, semicolons or commas between; of items their numbers as they are
 * shown, in the order in which they happen ("2 3 1").
 * A time is right as it is rounded, too, and what lies within `within` of the
 * lab; but what a mistake of the lab comes nearer to is that mistake.
 */
void exercise_judge(const struct exercise *e, size_t index, const char *text,
                    struct exercise_judgement *judgement);

/* The right answer as one would type it; "" for a text. As snprintf. */
size_t exercise_right_text(const struct exercise *e, size_t index, char *out, size_t size);

/* What else is taken for the right answer: "80.03 ms to 80.18 ms; rounded: 80 ms".
 * Returns its length; 0: nothing else is. */
size_t exercise_span_text(const struct exercise *e, size_t index, char *out, size_t size);

/* How mistake NUMBER of the question would be typed; "" if it was not computed. */
size_t exercise_mistake_text(const struct exercise *e, size_t index, size_t number, char *out,
                             size_t size);

/* What is to be typed: "a number such as 1460", "one number from 1 to 3". */
size_t exercise_wanted(const struct exercise *e, size_t index, char *out, size_t size);

#endif
