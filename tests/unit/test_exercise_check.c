/* tools/lib/exercise_check.h: what a lab asks, tried before a class does. */
#include "tools/lib/exercise_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/lib/simulation.h"

#define LAB                                                                                        \
    "defaults: { arp: { known: on }, tcp: { sack: off } }\n"                                       \
    "hosts:\n"                                                                                     \
    "  a: { ip: 10.0.0.1/24 }\n"                                                                   \
    "  b: { ip: 10.0.0.2/24 }\n"                                                                   \
    "links:\n"                                                                                     \
    "  wire: { ends: [a, b], delay: 20ms }\n"                                                      \
    "script:\n"                                                                                    \
    "  - { at: 0s, b: listen 80 }\n"                                                               \
    "  - { at: 10ms, a: connect b:80 }\n"

/* What is said of the lab TEXT, errors only, each on a line; the caller's. */
static char *errors_in(const char *text, unsigned students)
{
    char *printed = NULL, *kept = calloc(1, 10000);
    struct diagnostics d;
    struct lab *lab;
    size_t size = 0;
    FILE *out;

    ASSERT(kept != NULL);
    diagnostics_init(&d);
    if (lab_parse(text, strlen(text), "t", NULL, &simulation_hooks, &lab, &d)) {
        bool sound = exercise_check(lab, NULL, &d) && exercise_check_variants(lab, students, &d);

        EXPECT_EQ_ROW(text, sound, d.total == 0);
    }
    out = open_memstream(&printed, &size);
    ASSERT(out != NULL);
    diagnostics_print(&d, out);
    fclose(out);
    for (char *line = strtok(printed, "\n"); line != NULL; line = strtok(NULL, "\n"))
        if (strncmp(line, "t:", 2) == 0)
            snprintf(kept + strlen(kept), 10000 - strlen(kept), "%s\n", line);
    free(printed);
    diagnostics_free(&d);
    lab_free(lab);
    return kept;
}

/* The same of LAB with PARTS. */
static char *errors_of(const char *parts, unsigned students)
{
    char text[4000];

    snprintf(text, sizeof(text), "%s%s", LAB, parts);
    return errors_in(text, students);
}

static void test_sound_lab_has_no_errors(void)
{
    char *errors = errors_of(
        "vary: [{ set: links.wire.delay, to: 10ms..50ms }]\n"
        "pages: [{ page: p, at: start, text: t }]\n"
        "questions:\n"
        "  - { question: q1, before: { frame: tcp, nth: 2 }, ask: w, answer: frame.tcp.ack,\n"
        "      mistakes: [{ answer: frame.tcp.ack - 1, say: x }, { answer: 7, say: y }] }\n"
        "  - { question: q2, after: end, ask: w, answer: end.time,\n"
        "      mistakes: [{ answer: end.time / 2, say: x }] }\n"
        "  - { question: q3, after: end, ask: w, kind: state, answer: a.tcp.state,\n"
        "      mistakes: [{ answer: SYN-SENT, say: x }] }\n"
        "  - { question: q4, after: end, ask: w, kind: choice,\n"
        "      choices: [{ text: x, right: yes }, { text: y }] }\n"
        "  - { question: q5, after: end, ask: w, kind: order,\n"
        "      items: [{ text: x, frame: tcp, nth: 3 }, { text: y, frame: tcp }] }\n"
        "  - { question: q6, after: end, ask: w, kind: text }\n"
        "tasks:\n"
        "  - { task: t, ask: w, checks: [{ check: deeds.drop == 1 }], solution: [drop 1] }\n",
        20);

    EXPECT_STR(errors, "");
    free(errors);
    errors = errors_of("", 3); /* asks nothing */
    EXPECT_STR(errors, "");
    free(errors);
}

#define NOT_SEEN                                                                                   \
    "whoever reads this has not seen that yet: explain: may tell it, or a page after: it"
#define NO_VALUE                                                                                   \
    "this cannot be computed where it is read: no such field at this moment, or a division by "    \
    "zero"

static const struct {
    const char *parts, *errors;
} wrong[] = {
    { "questions:\n"
      "  - { question: p, before: { frame: tcp, nth: 2 }, ask: w, answer: frame.tcp.ack }\n"
      "  - { question: q, before: { frame: tcp, nth: 2 }, ask: w, kind: field, field: tcp.seq }\n"
      "  - { question: r, before: { frame: tcp, nth: 2 }, ask: w, answer: frame.tcp.srcport }\n"
      "  - { question: s, before: { frame: tcp, nth: 2 }, ask: w, kind: field, "
      "field: tcp.dstport }\n"
      "  - { question: t, after: { frame: tcp, nth: 2 }, ask: w, answer: frame.tcp.ack }\n"
      "  - { question: u, before: { frame: tcp, nth: 2 }, ask: w, answer: frame.ip.ttl }\n",
      "t:13:68: error: the header that is shown for q tells this already: ask this first\n"
      "t:14:80: error: the header that is shown for q tells this already: ask this first\n" },
    { "questions:\n"
      "  - { question: q, before: end, ask: w, kind: choice,\n"
      "      choices: [{ text: x, right: yes }, { text: \"{1}\" }, { text: \"{3 - 2}\" }] }\n",
      "t:12:59: error: this reads the same as choice 2 here: 1\n" },
    /* Values in texts: what is read before the answer must have been seen by then. */
    { "pages:\n"
      "  - { page: p, at: start, text: \"at {time} {1 / 0}\" }\n"
      "  - page: q\n"
      "    before: { frame: tcp }\n"
      "    text: |\n"
      "      {time} and {time}\n"
      "      and {frame.number}, {end.time}.\n",
      "t:16:12: error: " NOT_SEEN "\n"
      "t:16:28: error: " NOT_SEEN "\n" },
    { "pages:\n"
      "  - { page: p, at: start, text: \"at {time} {frame.number}\" }\n",
      "t:11:44: error: " NO_VALUE "\n" },
    { "questions:\n"
      "  - question: q\n"
      "    before: { frame: tcp, nth: 2 }\n"
      "    ask: |\n"
      "      Frame\n"
      "      {frame.number}?\n"
      "    answer: frame.number\n"
      "    hints: [ \"{end.time}\", \"{count(tx)} {1 / 0}\" ]\n"
      "    explain: It is {frame.number}, {frame.udp.length}.\n"
      "    mistakes: [ { answer: 1, say: \"not {frame.number:hex} {x\" } ]\n",
      "t:15:8: error: " NOT_SEEN "\n"
      "t:17:16: error: " NOT_SEEN "\n"
      "t:19:59: error: this brace is not closed: write {{ if it stands for itself\n" },
    { "questions:\n"
      "  - { question: q, before: end, ask: w, answer: 1, explain: \"{2} {1}\" }\n"
      "  - { question: r, before: { frame: tcp, nth: 2 }, ask: w, kind: field, field: tcp.ack,\n"
      "      hints: [\"{frame.number} {frame.tcp.srcport}\", \"{frame.tcp.ack_raw}\",\n"
      "      \"{frame.ip.ttl}\", \"{nobody.x}\", \"{time:day}\", \"{}\"] }\n",
      "t:13:55: error: " NOT_SEEN "\n"
      "t:14:9: error: " NOT_SEEN "\n"
      "t:14:27: error: no host, switch or link has this name\n"
      "t:14:46: error: unknown form: write number, hex, time or bytes\n"
      "t:14:54: error: nothing is between these braces: write for example {time}\n" },
    { "questions:\n"
      "  - { question: q, before: end, ask: \"w {1 / 0}\", answer: 1, explain: \"{2 / 0}\" }\n"
      "tasks:\n"
      "  - { task: t, ask: \"In {time / 0}\", checks: [{ check: deeds == 1 }],\n"
      "      solution: [drop 1] }\n",
      "t:11:41: error: " NO_VALUE "\n"
      "t:11:72: error: " NO_VALUE "\n"
      "t:13:25: error: " NO_VALUE "\n" },
    { "pages: [{ page: p, at: { frame: udp }, text: t }]\n",
      "t:10:24: error: this moment never comes in this run: look at rung run t\n" },
    { "questions: [{ question: q, before: { frame: udp }, ask: w, answer: 1 }]\n",
      "t:10:36: error: this moment never comes in this run: look at rung run t\n" },
    { "questions: [{ question: q, before: end, evaluate: { frame: udp }, ask: w, answer: 1 "
      "}]\n",
      "t:10:51: error: this moment never comes in this run: look at rung run t\n" },
    { "questions: [{ question: q, before: end, ask: w, answer: frame.len }]\n",
      "t:10:57: error: this cannot be computed here: no such field at this moment, or a "
      "division by zero\n" },
    { "questions: [{ question: q, before: end, ask: w, answer: 1,\n"
      "  mistakes: [{ answer: 1, say: x }, { answer: 2, say: x }, { answer: 3 - 1, say: x },\n"
      "  { answer: 1 / 0, say: x }] }]\n",
      "t:11:24: error: this mistake is the right answer here: 1\n"
      "t:11:70: error: this is the same as mistake 2 here: 2\n"
      "t:12:13: error: this mistake cannot be computed here: no such field, or a division by "
      "zero\n" },
    { "questions: [{ question: q, before: end, ask: w, answer: 20ms,\n"
      "  mistakes: [{ answer: 20001us, say: x }] }]\n",
      "t:11:24: error: this mistake is the right answer here: 20.001 ms\n" },
    { "questions: [{ question: q, before: end, ask: w, answer: end.time,\n"
      "  mistakes: [{ answer: 1, say: x }, { answer: 0, say: x }] }]\n",
      "t:11:24: error: this is a number such as 1460, but the answer is a time such as 20ms\n" },
    { "questions: [{ question: q, before: end, ask: w, answer: end.time - 50 }]\n",
      "t:10:68: error: 50 what? write 50ms\n" },
    { "questions: [{ question: q, before: end, ask: w, kind: choice,\n"
      "  choices: [{ text: x, right: yes }, { text: y }, { text: z, right: yes }] }]\n",
      "t:10:13: error: 2 choices are right here: write kind: choices\n" },
    { "questions: [{ question: q, before: end, ask: w, kind: state, answer: 3 }]\n",
      "t:10:70: error: this is no state: write for example a.tcp.state\n" },
    { "questions: [{ question: q, before: end, ask: w, kind: choice,\n"
      "  choices: [{ text: x }, { text: y, right: wire.lost > 0 }] }]\n",
      "t:10:13: error: none of the choices is right here: write right: yes at one\n" },
    { "questions: [{ question: q, before: end, ask: w, kind: choice,\n"
      "  choices: [{ text: x, right: yes }, { text: y, right: yes }] }]\n",
      "t:10:13: error: every choice is right here: then nothing is asked\n" },
    { "questions: [{ question: q, before: end, ask: w, kind: choice,\n"
      "  choices: [{ text: x, right: 1 / 0 }, { text: y, right: yes }] }]\n",
      "t:10:13: error: whether a choice is right cannot be computed in this run\n" },
    { "questions: [{ question: q, before: end, ask: w, kind: order,\n"
      "  items: [{ text: x, frame: tcp }, { text: y, frame: udp }] }]\n",
      "t:11:36: error: this never happens in this run\n" },
    { "questions: [{ question: q, before: end, ask: w, kind: order,\n"
      "  items: [{ text: x, frame: tcp }, { text: y, frame: ip }] }]\n",
      "t:11:36: error: this happens at the same moment as item 1\n" },
    { "questions: [{ question: q, before: end, ask: w, answer: 1, points: 0 }]\n",
      "t: error: its questions are worth 0 points: write points: at one\n" },
    { "tasks: [{ task: t, ask: w, checks: [{ check: deeds == 2 }] }]\n",
      "t:10:9: error: this task cannot be tried: write its solution: [drop 7]\n" },
    { "tasks: [{ task: t, ask: w, checks: [{ check: deeds == 2 }], solution: [drop 1] }]\n",
      "t:10:46: error: this does not hold with the task's own solution\n" },
    { "tasks: [{ task: t, ask: w, checks: [{ check: deeds == 1 }], solution: [drop 99] }]\n",
      "t:10:72: error: this solution makes no run: frame 99 was never sent: this run has 3 "
      "frames\n" },
    { "tasks: [{ task: t, ask: w, checks: [{ check: wire.lost < 2 }], solution: [drop 1] }]\n",
      "t:10:9: error: all its checks hold before anything is done: add one such as deeds == "
      "1\n" },
};

static void test_what_is_wrong_is_told_at_its_place(void)
{

    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        char *errors = errors_of(wrong[i].parts, 0);

        EXPECT_STR_ROW(wrong[i].parts, errors, wrong[i].errors);
        free(errors);
    }
}

static void test_moments_that_cannot_come_for_want_of_a_route_say_so_once(void)
{
    static const char text[] =
        "hosts:\n"
        "  a: { ip: 10.0.0.1/24 }\n"
        "  b: { ip: 10.0.1.2/24 }\n"
        "links:\n"
        "  wire: { ends: [a, b], delay: 20ms }\n"
        "script:\n"
        "  - { at: 0s, b: listen 80 }\n"
        "  - { at: 10ms, a: connect b:80 }\n"
        "questions:\n"
        "  - { question: q, before: { frame: tcp }, ask: w, answer: frame.len }\n"
        "  - { question: r, before: { frame: tcp, nth: 2 }, ask: w, answer: frame.len }\n";
    char *errors = errors_in(text, 0);

    EXPECT_STR(errors,
               "t:2:3: error: a has no way to go, is a gateway or a route missing? 10.0.1.2, "
               "port 80 cannot be connected to from here\n"
               "t:10:28: error: this moment never comes in this run: look at rung run t\n"
               "t:11:28: error: this moment never comes in this run: look at rung run t\n");
    free(errors);
}

static void test_variant_that_is_wrong_names_its_student(void)
{
    /* For some delay the mistake is right. */
    char *errors = errors_of("vary: [{ set: links.wire.delay, to: [10ms, 20ms, 40ms] }]\n"
                             "questions: [{ question: q, before: end, ask: w, answer: end.time,\n"
                             "  mistakes: [{ answer: 40ms, say: x }] }]\n",
                             20);

    EXPECT(strncmp(errors, "t:12:24: error: this mistake is the right answer here: 40 ms (student ",
                   70) == 0);
    EXPECT(strchr(errors, '\n') == strrchr(errors, '\n'));
    free(errors);
    errors = errors_of("vary: [{ set: links.wire.delay, to: [10ms, 20] }]\n"
                       "questions: [{ question: q, before: end, ask: w, answer: 1 }]\n",
                       20);
    EXPECT(strncmp(errors, "t:10:8: error: links.wire.delay=20 (student ", 44) == 0);
    EXPECT(strstr(errors, "): 20 what? write 20ms") != NULL);
    free(errors);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_sound_lab_has_no_errors),
        TEST(test_what_is_wrong_is_told_at_its_place),
        TEST(test_moments_that_cannot_come_for_want_of_a_route_say_so_once),
        TEST(test_variant_that_is_wrong_names_its_student),
    };

    return run_tests("exercise-check", tests, ARRAY_LEN(tests));
}
