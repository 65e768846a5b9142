/*
 * fixture_exercise.h - for the tests of exercises: a lab with a handshake, to which
 * questions are added, opened; and a table of answers with their verdicts.
 */
#ifndef RUNG_TESTS_UNIT_FIXTURE_EXERCISE_H
#define RUNG_TESTS_UNIT_FIXTURE_EXERCISE_H

#include <stdio.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/handshake_text.h"
#include "tests/support/suite.h"
#include "tools/lib/exercise.h"

struct opened {
    struct lab *lab;
    struct exercise *e;
};

static inline struct opened open_lab(const char *parts)
{
    static char text[10000];
    struct opened o;
    struct diagnostics d;
    char why[EXERCISE_WHY_SIZE];

    snprintf(text, sizeof(text), "%s%s", HANDSHAKE_TEXT("3B"), parts);
    diagnostics_init(&d);
    lab_parse(text, strlen(text), "t", NULL, &simulation_hooks, &o.lab, &d);
    diagnostics_print(&d, stdout);
    diagnostics_free(&d);
    ASSERT(o.lab != NULL);
    o.e = exercise_open(o.lab, NULL, why, sizeof(why));
    ASSERT(o.e != NULL);
    return o;
}

static inline void close_lab(struct opened *o)
{
    exercise_close(o->e);
    lab_free(o->lab);
}

struct judged {
    const char *text;
    enum exercise_verdict verdict;
    const char *said; /* the lab's words, or ours where it is unreadable */
};

static inline void expect_judged(const char *question, const struct judged *rows, size_t count)
{
    char parts[900];
    struct opened o;

    snprintf(parts, sizeof(parts), "questions: [{ question: q, ask: w, %s }]\n", question);
    o = open_lab(parts);
    for (size_t i = 0; i < count; i++) {
        struct exercise_judgement j;

        exercise_judge(o.e, 0, rows[i].text, &j);
        EXPECT_EQ_ROW(rows[i].text, j.verdict, rows[i].verdict);
        EXPECT_STR_ROW(rows[i].text, j.say != NULL ? j.say : j.why, rows[i].said);
    }
    close_lab(&o);
}

#endif
