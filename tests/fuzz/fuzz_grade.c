#include <stdlib.h>
#include <string.h>

#include "tools/lib/grade.h"

/*
 * Any bytes as what a student hands in: grading ends, whatever the deeds are,
 * and gives no more points than there are; all three ways of printing print it;
 * what is a submission is worth the same once more.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char LAB[] =
    "defaults: { arp: { known: on } }\n"
    "hosts: { a: { ip: 10.0.0.1/24 }, b: { ip: 10.0.0.2/24 } }\n"
    "links: { wire: { ends: [a, b], delay: 20ms } }\n"
    "until: 10s\n"
    "script: [{ at: 0s, a: ping b }]\n"
    "vary: [{ set: links.wire.delay, to: 10ms..20ms step 1ms }]\n"
    "questions:\n"
    "  - { question: n, after: { frame: icmp }, ask: w, answer: frame.number, hints: [one, two] }\n"
    "  - { question: c, after: end, ask: w, kind: choices, choices: [{ text: x, right: yes },\n"
    "      { text: y, say: no }] }\n"
    "  - { question: t, after: end, ask: w, kind: text }\n"
    "  - { question: e, after: end, ask: w, answer: end.time }\n"
    "tasks: [{ task: lose, ask: w, checks: [{ check: deeds.drop == 1 }] }]\n";

static const struct lab *open_lab(void)
{
    struct diagnostics d;
    struct lab *lab;

    diagnostics_init(&d);
    lab_parse(LAB, strlen(LAB), "lab", NULL, &simulation_hooks, &lab, &d);
    ASSERT(lab != NULL);
    diagnostics_free(&d);
    return lab;
}

static char *print(const struct grade *g)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    ASSERT(out != NULL);
    grade_print(g, out);
    grade_print_csv(g, out);
    grade_print_json(g, out);
    fclose(out);
    return text;
}

/* DATA, handed in twice, graded and printed. */
static char *graded(const struct lab *lab, const uint8_t *data, size_t size)
{
    const struct grade_options options = { .events = 2000 };
    char why[EXERCISE_WHY_SIZE], *text;
    struct grade *g = grade_open(lab, "t", &options, why, sizeof(why));

    ASSERT(g != NULL);
    grade_add(g, "one", (const char *)data, size);
    grade_add(g, "two", (const char *)data, size);
    grade_finish(g);
    ASSERT(g->count == 2);
    ASSERT(g->rows[0].points.got >= 0);
    ASSERT(g->rows[0].points.got + g->rows[0].points.pending <= g->rows[0].points.of);
    ASSERT(g->rows[0].points.got == g->rows[1].points.got);
    text = print(g);
    grade_close(g);
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct lab *lab; /* read once, for all inputs */
    char *first, *second;

    lab = lab != NULL ? lab : open_lab();
    first = graded(lab, data, size);
    if (strstr(first, "\"status\":\"unreadable\"") == NULL) {
        second = graded(lab, data, size);
        ASSERT(strcmp(first, second) == 0);
        free(second);
    }
    free(first);
    return 0;
}
