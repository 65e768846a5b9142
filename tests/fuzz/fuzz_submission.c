#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/submission.h"

/*
 * Any bytes as a submission to one small lab: reading ends, and errors point
 * into the text; what can be done is done, and what was done, written and read
 * again, is the same.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char LAB[] =
    "defaults: { arp: { known: on } }\n"
    "hosts: { a: { ip: 10.0.0.1/24 }, b: { ip: 10.0.0.2/24 } }\n"
    "links: { wire: { ends: [a, b], delay: 20ms } }\n"
    "until: 10s\n"
    "script: [{ at: 0s, a: ping b }]\n"
    "questions:\n"
    "  - { question: n, after: { frame: icmp }, ask: w, answer: frame.number, hints: [one, two] }\n"
    "  - { question: c, after: end, ask: w, kind: choices, choices: [{ text: x, right: yes },\n"
    "      { text: y, say: no }] }\n"
    "  - { question: t, after: end, ask: w, kind: text }\n"
    "tasks: [{ task: lose, ask: w, checks: [{ check: deeds.drop == 1 }] }]\n";

static char *write_again(const struct attempt *a, const struct submission *s)
{
    const struct submission_head head = { s->lab, s->student, s->overrides, s->override_count };
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    ASSERT(out != NULL);
    submission_write(a, &head, out);
    fclose(out);
    return text;
}

/* Does S to a fresh attempt at E, and returns it written. */
static char *done(const struct submission *s, const struct exercise *e, struct diagnostics *d)
{
    const struct task_limits limits = { .trace = 1 << 16 };
    struct attempt *a = attempt_open(e);
    char *text;

    ASSERT(a != NULL);
    submission_replay(s, a, &limits, d);
    ASSERT(attempt_points(a).got <= attempt_points(a).of);
    text = write_again(a, s);
    attempt_close(a);
    return text;
}

static void hand_in(const struct submission *s, const struct exercise *e, struct diagnostics *d)
{
    char *text = done(s, e, d), *second;
    struct diagnostics own;
    struct submission *again;

    diagnostics_init(&own);
    again = submission_parse(text, strlen(text), "again", &own);
    ASSERT(again != NULL);
    second = done(again, e, &own);
    ASSERT(own.total == 0);
    ASSERT(strcmp(text, second) == 0);
    submission_free(again);
    diagnostics_free(&own);
    free(text);
    free(second);
}

static struct exercise *open_lab(void)
{
    struct diagnostics d;
    struct lab *lab;
    char why[EXERCISE_WHY_SIZE];

    diagnostics_init(&d);
    lab_parse(LAB, strlen(LAB), "lab", NULL, &simulation_hooks, &lab, &d);
    ASSERT(lab != NULL);
    diagnostics_free(&d);
    return exercise_open(lab, NULL, why, sizeof(why));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct exercise *e; /* opened once, for all inputs */
    struct diagnostics d;
    struct submission *s;
    FILE *null = fopen("/dev/null", "w");

    e = e != NULL ? e : open_lab();
    ASSERT(e != NULL && null != NULL);
    diagnostics_init(&d);
    s = submission_parse((const char *)data, size, "fuzz", &d);
    ASSERT((s == NULL) == (d.total > 0));
    if (s != NULL)
        hand_in(s, e, &d);
    diagnostics_print(&d, null);
    fclose(null);
    submission_free(s);
    diagnostics_free(&d);
    return 0;
}
