/*
 * A class of random students, some of whom forge: graded twice, and in another
 * order, it has the same grades; the honest have the points that they had; each
 * forgery is named as what it is.
 *
 *   prop_grade [FIRST [CLASSES]]     seeds of classes, 1 and 2 if left out
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/hash.h"
#include "tests/support/expect.h"
#include "tests/support/hand_in.h"
#include "tests/support/suite.h"
#include "tools/lib/exercise_check.h"
#include "tools/lib/grade.h"
#include "tools/lib/variant.h"

enum { STUDENTS = 300 };

static const char lab_text[] =
    "title: class\n"
    "defaults: { arp: { known: on } }\n"
    "hosts: { a: { ip: 10.0.0.1/24 }, b: { ip: 10.0.0.2/24 } }\n"
    "links: { wire: { ends: [a, b], delay: 20ms } }\n"
    "script:\n"
    "  - { at: 0s, b: listen 80 }\n"
    "  - { at: 10ms, a: connect b:80 }\n"
    "  - { when: a ESTABLISHED, a: send 3kB }\n"
    "vary:\n"
    "  - { set: links.wire.delay, to: 5ms..40ms step 5ms }\n"
    "  - { set: [hosts.a.tcp.mss, hosts.b.tcp.mss], to: 600..1400 step 200 }\n"
    "questions:\n"
    "  - { question: ack, before: { frame: 'tcp[tcpflags] = 0x12' }, ask: w, points: 4,\n"
    "      answer: frame.tcp.ack, mistakes: [{ answer: frame.tcp.ack - 1, say: no }],\n"
    "      hints: [one, two, three] }\n"
    "  - { question: mss, after: end, ask: w, answer: a.tcp.mss, hints: [one] }\n"
    "  - { question: when, after: end, ask: w, answer: end.time }\n"
    "  - { question: state, after: end, ask: w, kind: state, answer: a.tcp.state }\n"
    "  - { question: one, after: end, ask: w, kind: choice,\n"
    "      choices: [{ text: x, right: yes }, { text: y, say: no }, { text: z, say: no }] }\n"
    "  - { question: all, after: end, ask: w, kind: choices, hints: [one],\n"
    "      choices: [{ text: x, right: yes }, { text: y, say: no }, { text: z, right: yes }] }\n"
    "  - { question: order, after: end, ask: w, kind: order, items: [\n"
    "      { text: x, frame: tcp }, { text: y, state: a ESTABLISHED }, { text: z, frame: tcp,\n"
    "        nth: 4 }] }\n"
    "  - { question: why, after: end, ask: w, kind: text }\n"
    "tasks:\n"
    "  - { task: lose, ask: w, solution: [drop 1], checks: [{ check: deeds.drop == 1 },\n"
    "      { check: a.tcp.timeouts > 0, points: 2 }] }\n";

enum kind {
    HONEST, /* more of these than of the rest: see kind_of */
    FORGED_RUN,
    FORGED_TASK,
    FORGED_ACTS,
    FORGED_VARIANT,
    OTHER_VERSION,
    OTHER_LAB,
    ADDED_POINTS,
    JUNK,
    STORM,
    TWICE,
    KINDS
};

static const struct {
    enum grade_status status;
    enum grade_remark_kind remark;
} EXPECTED[KINDS] = {
    [HONEST] = { GRADE_STATUS_GRADED, GRADE_REMARK_KINDS },
    [FORGED_RUN] = { GRADE_STATUS_FORGED, GRADE_OTHER_RUN },
    [FORGED_TASK] = { GRADE_STATUS_FORGED, GRADE_TASK_RUN },
    [FORGED_ACTS] = { GRADE_STATUS_FORGED, GRADE_ACTS },
    [FORGED_VARIANT] = { GRADE_STATUS_FORGED, GRADE_OTHER_VARIANT },
    [OTHER_VERSION] = { GRADE_STATUS_OTHER_VERSION, GRADE_OTHER_VERSION },
    [OTHER_LAB] = { GRADE_STATUS_OTHER_LAB, GRADE_OTHER_LAB },
    [ADDED_POINTS] = { GRADE_STATUS_UNREADABLE, GRADE_UNREADABLE },
    [JUNK] = { GRADE_STATUS_UNREADABLE, GRADE_UNREADABLE },
    [STORM] = { GRADE_STATUS_GRADED, GRADE_TASK },
    [TWICE] = { GRADE_STATUS_GRADED, GRADE_DUPLICATE },
};

struct pupil {
    enum kind kind;
    char file[20];
    char *text;
    struct attempt_points points;
};

static uint64_t first = 1, classes = 2;
static struct pupil pupils[STUDENTS];
static struct lab *lab;

/* ---- What they do ---- */

static unsigned draw(uint64_t *luck, unsigned below)
{
    *luck = hash_mix(*luck + 1);
    return (unsigned)(*luck % below);
}

static void try_something(struct attempt *a, size_t question, uint64_t *luck)
{
    static const char *const WRONG[] = { "0", "17", "a", "1 2", "CLOSED", "3ms", "3 2 1", "x y" };
    struct exercise_judgement j;
    char text[EXERCISE_ANSWER_SIZE];
    unsigned what = draw(luck, 10);

    exercise_right_text(a->exercise, question, text, sizeof(text));
    if (text[0] == '\0')
        snprintf(text, sizeof(text), "My own words, number %u.", draw(luck, 1000000));
    if (what < 5)
        attempt_try(a, question, text, &j);
    else if (what < 8)
        attempt_try(a, question, WRONG[draw(luck, ARRAY_LEN(WRONG))], &j);
    else if (what == 8)
        attempt_hint(a, question);
    else if (draw(luck, 3) == 0)
        attempt_pass(a, question);
}

static void do_at_random(void *context, struct attempt *a)
{
    struct deed deed = { .kind = DEED_DROP };
    uint64_t *luck = context;
    char why[300];

    for (size_t i = 0; i < a->exercise->lab->question_count; i++)
        for (unsigned n = draw(luck, 5); n > 0; n--)
            try_something(a, i, luck);
    for (size_t i = 0; i < a->exercise->lab->task_count; i++) {
        deed.frame = draw(luck, 6);
        if (deed.frame > 0)
            attempt_do(a, i, &deed, 1, NULL, why, sizeof(why));
    }
}

/* ---- What they hand in ---- */

/* A student, not NUMBER, whose variant is another one. */
static unsigned another(unsigned number)
{
    struct variant own, other;
    char name[20], texts[2][200];
    unsigned at = number;

    snprintf(name, sizeof(name), "s%03u", number);
    variant_of(lab, name, &own);
    variant_format(&own, texts[0], sizeof(texts[0]));
    do {
        at = (at + 1) % STUDENTS;
        snprintf(name, sizeof(name), "s%03u", at);
        variant_of(lab, name, &other);
        variant_format(&other, texts[1], sizeof(texts[1]));
        variant_free(&other);
    } while (strcmp(texts[0], texts[1]) == 0);
    variant_free(&own);
    return at;
}

static char *forge(enum kind kind, char *text)
{
    switch (kind) {
    case FORGED_RUN: hand_in_spoil_hash(text, "\nrun:"); break;
    case FORGED_TASK: hand_in_spoil_hash(strstr(text, "\ntasks:"), "run:"); break;
    case FORGED_ACTS: return hand_in_replace(text, "acts: [", "acts: [pass, ");
    case OTHER_LAB:
    case OTHER_VERSION: hand_in_spoil_hash(text, "lab-hash:"); break;
    case ADDED_POINTS: return hand_in_replace(text, "lab: t\n", "lab: t\npoints: 100\n");
    case JUNK: text[strlen(text) / 2] = '\x01'; break;
    case STORM:
        return hand_in_replace(text, "drop 1", "'at 1ms a: ping b count 1000000 every 1us'");
    default: break;
    }
    return text;
}

static void hand_in_one(struct pupil *p, unsigned number, uint64_t luck)
{
    bool random = p->kind == HONEST || p->kind == TWICE;
    char name[20], owner[20], lines[2][40];
    unsigned as = p->kind == TWICE && number > 0 ? number - 1 : number;

    snprintf(p->file, sizeof(p->file), "%03u.yaml", number);
    snprintf(name, sizeof(name), "s%03u", as);
    snprintf(owner, sizeof(owner), "s%03u", p->kind == FORGED_VARIANT ? another(as) : as);
    p->text = hand_in(lab, p->kind == OTHER_LAB ? "another" : "t", owner,
                      random ? do_at_random : hand_in_all_right, &luck, &p->points);
    if (p->kind == FORGED_VARIANT) {
        snprintf(lines[0], sizeof(lines[0]), "student: %s\n", owner);
        snprintf(lines[1], sizeof(lines[1]), "student: %s\n", name);
        p->text = hand_in_replace(p->text, lines[0], lines[1]);
    }
    p->text = forge(p->kind, p->text);
}

/* Each kind comes, most are honest. One that is handed in twice follows one
 * that is honest. */
static enum kind kind_of(unsigned number, uint64_t seed)
{
    if (number % 4 != 3)
        return HONEST;
    return (enum kind)((number / 4 + seed) % (KINDS - 1) + 1);
}

static void make_class(uint64_t seed)
{
    for (unsigned i = 0; i < STUDENTS; i++) {
        pupils[i].kind = kind_of(i, seed);
        hand_in_one(&pupils[i], i, hash_mix(seed * STUDENTS + i));
    }
}

/* ---- Grading them ---- */

static char *print(const struct grade *g, void (*how)(const struct grade *, FILE *))
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    ASSERT(out != NULL);
    how(g, out);
    fclose(out);
    return text;
}

/* In the order that STEP, which is prime to their number, makes. */
static struct grade *grade_class(unsigned step)
{
    char why[EXERCISE_WHY_SIZE];
    struct grade *g = grade_open(lab, "t", NULL, why, sizeof(why));

    ASSERT(g != NULL);
    for (unsigned i = 0; i < STUDENTS; i++) {
        const struct pupil *p = &pupils[i * step % STUDENTS];

        grade_add(g, p->file, p->text, strlen(p->text));
    }
    grade_finish(g);
    return g;
}

static void expect_same(const struct grade *a, const struct grade *b,
                        void (*how)(const struct grade *, FILE *))
{
    char *texts[2] = { print(a, how), print(b, how) };

    EXPECT(strlen(texts[0]) > 1000);
    EXPECT_STR(texts[0], texts[1]);
    free(texts[0]);
    free(texts[1]);
}

static void expect_row(const struct grade_row *row, const struct pupil *p)
{
    bool remarked = EXPECTED[p->kind].remark == GRADE_REMARK_KINDS;

    EXPECT_STR_ROW(row->file, grade_status_name(row->status),
                   grade_status_name(EXPECTED[p->kind].status));
    for (size_t i = 0; i < row->remark_count; i++)
        remarked = remarked || row->remarks[i].kind == EXPECTED[p->kind].remark;
    EXPECT_ROW(row->file, remarked);
    if (p->kind != HONEST && p->kind != TWICE)
        return;
    EXPECT_EQ_ROW(row->file, row->points.got, p->points.got);
    EXPECT_EQ_ROW(row->file, row->points.pending, p->points.pending);
}

static void expect_rows(const struct grade *g)
{
    EXPECT_EQ(g->count, STUDENTS);
    for (size_t i = 0; i < g->count; i++)
        expect_row(&g->rows[i], &pupils[strtoul(g->rows[i].file, NULL, 10)]);
}

static void try_class(uint64_t seed)
{
    struct grade *g, *again, *shuffled;

    make_class(seed);
    g = grade_class(1);
    again = grade_class(1);
    shuffled = grade_class(7);
    expect_rows(g);
    expect_same(g, again, grade_print_csv);
    expect_same(g, shuffled, grade_print_csv);
    expect_same(g, shuffled, grade_print_json);
    expect_same(g, shuffled, grade_print);
    grade_close(g);
    grade_close(again);
    grade_close(shuffled);
    for (unsigned i = 0; i < STUDENTS; i++)
        free(pupils[i].text);
}

static void test_a_class_graded_again_and_shuffled_has_the_same_grades(void)
{
    struct diagnostics d;

    lab = hand_in_lab(lab_text);
    diagnostics_init(&d);
    EXPECT(exercise_check_variants(lab, 40, &d));
    diagnostics_print(&d, stdout);
    diagnostics_free(&d);
    for (uint64_t i = 0; i < classes; i++) {
        printf("class %" PRIu64 " ", first + i);
        try_class(first + i);
    }
    lab_free(lab);
}

int main(int argc, char **argv)
{
    static const struct test tests[] = {
        TEST(test_a_class_graded_again_and_shuffled_has_the_same_grades),
    };

    if (argc > 1)
        first = strtoull(argv[1], NULL, 10);
    if (argc > 2)
        classes = strtoull(argv[2], NULL, 10);
    return run_tests("grade", tests, ARRAY_LEN(tests));
}
