#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/quiz.h"
#include "tools/lib/quiz_answers.h"

/*
 * Any bytes as what a student types, and as a file of answers: the dialogue ends,
 * every question is settled where the lines settle it, and nothing that a terminal
 * would obey is repeated to it. A first byte that is odd: in sentences; its second
 * bit: what follows is a file of answers.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LINES_MAX = 400 }; /* bytes; more of them only cost time */

static const char LAB[] =
    "defaults: { arp: { known: on } }\n"
    "hosts: { a: { ip: 10.0.0.1/24 }, b: { ip: 10.0.0.2/24 } }\n"
    "links: { wire: { ends: [a, b], delay: 20ms } }\n"
    "until: 10s\n"
    "script: [{ at: 0s, a: ping b }]\n"
    "pages: [{ page: p, at: start, text: \"# Head\\n- *one* [two](x)\" }]\n"
    "questions:\n"
    "  - { question: n, before: { frame: icmp }, ask: w, answer: frame.number, hints: [h] }\n"
    "  - { question: f, before: { frame: icmp }, ask: w, kind: field, field: ip.ttl }\n"
    "  - { question: c, before: end, ask: w, kind: choices,\n"
    "      choices: [{ text: x, right: yes }, { text: y, say: no }] }\n"
    "  - { question: o, before: end, ask: w, kind: order,\n"
    "      items: [{ text: x, frame: icmp }, { text: y, frame: icmp, nth: 2 }] }\n"
    "  - { question: t, after: end, ask: w, kind: text }\n"
    "tasks: [{ task: lose, ask: w, checks: [{ check: deeds.drop == 1 }] }]\n";

struct lines {
    const char *at, *end;
};

static enum quiz_read next_line(void *context, const char *name, char *line, size_t size)
{
    struct lines *lines = context;
    size_t room = (size_t)(lines->end - lines->at), len;
    const char *stop;

    (void)name;
    line[0] = '\0';
    if (room == 0)
        return QUIZ_READ_END;
    stop = memchr(lines->at, '\n', room);
    len = stop != NULL ? (size_t)(stop - lines->at) : room;
    if (len < size) {
        memcpy(line, lines->at, len);
        line[len] = '\0';
    }
    lines->at += len + (stop != NULL);
    return len < size ? QUIZ_READ_LINE : QUIZ_READ_TOO_LONG;
}

static void check_words(const char *said)
{
    for (; *said != '\0'; said++)
        ASSERT(*said == '\n' || (unsigned char)*said >= 0x20);
}

static void hold(struct exercise *e, struct quiz_input input, bool narrate)
{
    struct quiz_options options = { .input = input, .narrate = narrate, .most = 20 };
    struct attempt *a = attempt_open(e);
    enum quiz_end end;
    char *said = NULL;
    size_t len;

    ASSERT(a != NULL);
    options.out = open_memstream(&said, &len);
    ASSERT(options.out != NULL);
    end = quiz_run(e, a, &options);
    fclose(options.out);
    ASSERT(end != QUIZ_FAILED);
    for (size_t i = 0; i < e->lab->question_count; i++)
        ASSERT(end != QUIZ_DONE || attempt_is_settled(a, i));
    ASSERT(attempt_points(a).got <= attempt_points(a).of);
    check_words(said);
    free(said);
    attempt_close(a);
}

static void hold_with_answers(struct exercise *e, const char *text, size_t len, bool narrate)
{
    struct quiz_input input = { .read = quiz_answers_read, .echo = true, .end_settles = true };
    struct diagnostics d;
    FILE *null = fopen("/dev/null", "w");

    ASSERT(null != NULL);
    diagnostics_init(&d);
    input.context = quiz_answers_parse(text, len, "fuzz", e->lab, &d);
    ASSERT((input.context == NULL) == (d.total > 0));
    if (input.context != NULL)
        hold(e, input, narrate);
    quiz_answers_free(input.context);
    diagnostics_print(&d, null);
    diagnostics_free(&d);
    fclose(null);
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
    const char *text = (const char *)data + 1;
    struct lines lines;

    e = e != NULL ? e : open_lab();
    ASSERT(e != NULL);
    if (size == 0 || size > LINES_MAX)
        return 0;
    lines = (struct lines){ text, text + size - 1 };
    if ((data[0] & 2) != 0)
        hold_with_answers(e, text, size - 1, (data[0] & 1) != 0);
    else
        hold(e, (struct quiz_input){ .read = next_line, .context = &lines, .echo = true },
             (data[0] & 1) != 0);
    return 0;
}
