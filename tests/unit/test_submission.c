/* tools/lib/submission.h: an attempt as a file, and back; and files that lie. */
#include "tools/lib/submission.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/lib/lab_memory.h"

static const char lab_text[] =
    "defaults: { arp: { known: on }, tcp: { sack: off } }\n"
    "hosts:\n"
    "  a: { ip: 10.0.0.1/24 }\n"
    "  b: { ip: 10.0.0.2/24 }\n"
    "links:\n"
    "  wire: { ends: [a, b], delay: 20ms }\n"
    "script:\n"
    "  - { at: 0s, b: listen 80 }\n"
    "  - { at: 10ms, a: connect b:80 }\n"
    "questions:\n"
    "  - { question: ack, before: { frame: tcp, nth: 2 }, ask: w, answer: frame.tcp.ack,\n"
    "      points: 3, hints: [one, two] }\n"
    "  - { question: 'null', after: end, ask: w, kind: text }\n"
    "  - { question: left, after: end, ask: w, answer: 1 }\n"
    "tasks:\n"
    "  - task: lose\n"
    "    ask: Lose the SYN.\n"
    "    checks: [{ check: deeds.drop == 1 }]\n"
    "    solution: [ drop 1 ]\n"
    "  - task: tell\n"
    "    ask: Close.\n"
    "    checks: [{ check: deeds.command == 1 }]\n"
    "    solution: [ 'at 200ms a: send \"x, y: z\"' ]\n";

struct opened {
    struct lab *lab;
    struct exercise *e;
    struct attempt *a;
};

static struct opened begin(void)
{
    struct opened o;
    struct diagnostics d;
    char why[EXERCISE_WHY_SIZE];

    diagnostics_init(&d);
    lab_parse(lab_text, strlen(lab_text), "t", NULL, &simulation_hooks, &o.lab, &d);
    diagnostics_print(&d, stdout);
    diagnostics_free(&d);
    ASSERT(o.lab != NULL);
    o.e = exercise_open(o.lab, NULL, why, sizeof(why));
    ASSERT(o.e != NULL);
    o.a = attempt_open(o.e);
    ASSERT(o.a != NULL);
    return o;
}

static void end(struct opened *o)
{
    attempt_close(o->a);
    exercise_close(o->e);
    lab_free(o->lab);
}

static char *written(const struct attempt *a, const char *student)
{
    const char *overrides[] = { "links.wire.delay=20ms", "hosts.b.bugs=[ack-off-by-one]" };
    const struct submission_head head = { "my lab", student, overrides, ARRAY_LEN(overrides) };
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    ASSERT(out != NULL);
    submission_write(a, &head, out);
    fclose(out);
    return text;
}

/* What is wrong with TEXT, on one line, "" if nothing is; and with doing it to
 * A, unless it is NULL. */
static const char *complaint(const char *text, struct attempt *a)
{
    static char said[400];
    struct diagnostics d;
    struct submission *s;
    char *all = NULL;
    size_t len;
    bool done;
    FILE *out;

    diagnostics_init(&d);
    s = submission_parse(text, strlen(text), "s", &d);
    done = s != NULL;
    EXPECT_EQ(done, d.total == 0);
    if (s != NULL && a != NULL)
        done = submission_replay(s, a, NULL, &d);
    EXPECT_EQ(done, d.total == 0);
    out = open_memstream(&all, &len);
    ASSERT(out != NULL);
    diagnostics_print(&d, out);
    fclose(out);
    snprintf(said, sizeof(said), "%.*s", (int)strcspn(all, "\n"), all);
    free(all);
    diagnostics_free(&d);
    submission_free(s);
    return said;
}

static void do_something_of_everything(struct attempt *a)
{
    struct exercise_judgement j;
    struct deed deeds[LAB_SOLUTION_MAX];
    char why[200];

    EXPECT(attempt_try(a, 0, "0x7", &j));
    EXPECT(attempt_hint(a, 0) != NULL);
    EXPECT(attempt_try(a, 0, " 1 ", &j));
    EXPECT(attempt_try(a, 1, "it's \"quoted\", [a]: \t\x1b[31m # \xc3\xa4 ~ \\ 'x", &j));
    EXPECT(attempt_pass(a, 2));
    for (size_t task = 0; task < 2; task++) {
        size_t count = task_solution(a->exercise->lab, task, deeds);

        EXPECT(attempt_do(a, task, deeds, count, NULL, why, sizeof(why)));
    }
}

static void test_attempt_written_read_and_done_again_is_the_same(void)
{
    struct opened o = begin();
    struct attempt *again = attempt_open(o.e);
    char *text, *second;

    do_something_of_everything(o.a);
    text = written(o.a, "anna");
    EXPECT_STR(complaint(text, again), "");
    second = written(again, "anna");
    EXPECT_STR(second, text);
    EXPECT_EQ(attempt_points(again).got, attempt_points(o.a).got);
    EXPECT_EQ(attempt_points(again).got, 3 - 2 + 1 + 1);
    EXPECT_EQ(again->questions[1].pending, true);
    EXPECT(strstr(text, "acts: [{ try: 0x7 }, hint, { try: ' 1 ' }] }\n") != NULL);
    free(text);
    free(second);
    attempt_close(again);
    end(&o);
}

static void test_head_is_read_as_it_was_written(void)
{
    struct opened o = begin();
    char *text = written(o.a, NULL);
    struct diagnostics d;
    struct submission *s;

    diagnostics_init(&d);
    s = submission_parse(text, strlen(text), "s", &d);
    ASSERT(s != NULL);
    EXPECT_STR(s->lab, "my lab");
    EXPECT_STR(s->student, "");
    EXPECT(s->lab_hash == submission_lab_hash(o.lab));
    EXPECT(s->run == o.e->hash);
    EXPECT_EQ(s->override_count, 2);
    EXPECT_STR(s->overrides[0], "links.wire.delay=20ms");
    EXPECT(strncmp(s->overrides[1], "hosts.b.bugs=#", 14) == 0);
    EXPECT(strstr(text, "off-by-one") == NULL);
    EXPECT_EQ(s->answer_count + s->task_count, 0);
    submission_free(s);
    diagnostics_free(&d);
    free(text);
    end(&o);
}

static void test_bug_is_told_by_its_hash_and_anything_else_as_it_is(void)
{
    static const char *const plain[] = { "a.b=c", "hosts.b.tcp.cc=bugs", "hosts.bugs2.mtu=100",
                                         "bugs", "hosts.b.bugs=#0123" };
    char one[100], other[100], again[100], small[10];

    for (size_t i = 0; i < ARRAY_LEN(plain); i++) {
        EXPECT_EQ(submission_override(plain[i], one, sizeof(one)), strlen(plain[i]));
        EXPECT_STR(one, plain[i]);
    }
    submission_override("hosts.b.bugs=[no-backoff]", one, sizeof(one));
    submission_override("hosts.b.bugs=[]", other, sizeof(other));
    EXPECT_EQ(strlen(one), strlen("hosts.b.bugs=#") + 16);
    EXPECT(strcmp(one, other) != 0);
    submission_override(one, again, sizeof(again));
    EXPECT_STR(again, one);
    EXPECT_EQ(submission_override("bugs=[]", small, sizeof(small)), 22);
    EXPECT_EQ(strlen(small), 9);
}

static void test_deed_switched_off_is_not_written(void)
{
    struct opened o = begin();
    struct deed deeds[] = { { .kind = DEED_DROP, .frame = 3, .off = true },
                            { .kind = DEED_DROP, .frame = 1 } };
    char why[200], *text;

    EXPECT(attempt_do(o.a, 0, deeds, 2, NULL, why, sizeof(why)));
    text = written(o.a, "b");
    EXPECT(strstr(text, "deeds: [drop 1]") != NULL);
    free(text);
    end(&o);
}

#define HEAD                                                                                       \
    "rung: submission/1\nlab: t\nlab-hash: '0123456789abcdef'\nstudent: anna\nvariant: []\n"       \
    "run: '0123456789abcdef'\n"

static void test_file_that_is_none_is_refused_at_its_place(void)
{
    static const struct {
        const char *text, *said;
    } rows[] = {
        { "", "s: error: empty: no submission" },
        { "title: x\n", "s:1:1: error: no submission: one begins with rung: submission/1" },
        { "rung: submission/2\n",
          "s:1:1: error: no submission: one begins with rung: submission/1" },
        { "[rung]", "s:1:1: error: no submission: one begins with rung: submission/1" },
        { HEAD "answer: []\n", "s:7:1: error: unknown key \"answer\", did you mean \"answers\"?" },
        { "rung: submission/1\nlab: t\n", "s:1:1: error: \"lab-hash\" is missing: write lab-hash: "
                                          "'0123456789abcdef'" },
        { HEAD "answers: [{ question: q, acts: [hlp] }]\n",
          "s:7:33: error: no act: write { try: '1' }, hint or pass" },
        { HEAD "answers: [{ question: q, acts: [{ tri: 1 }] }]\n",
          "s:7:33: error: \"try\" is missing: write try: '1'" },
        { HEAD "answers: [{ question: q }, { question: q }]\n",
          "s:7:40: error: \"q\" stands here twice" },
        { HEAD "answers: [x]\n", "s:7:11: error: a map is needed here: write { question: ack }" },
        { HEAD "answers: 3\n", "s:7:10: error: \"answers\" needs a list: write answers: "
                               "[{ question: ack, acts: [hint] }]" },
        { HEAD "tasks: [{ task: t, run: 12, deeds: [] }]\n",
          "s:7:25: error: \"run\" is no hash: 16 digits, 0-9 and a-f" },
        { HEAD "tasks: [{ task: t, deeds: [] }]\n",
          "s:7:9: error: \"run\" is missing: write run: '0123456789abcdef'" },
        { HEAD "tasks: [{ task: t, run: '0123456789abcdef', deeds: [[]] }]\n",
          "s:7:53: error: \"deeds\" needs one value: write deeds: [drop 3]" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        EXPECT_STR_ROW(rows[i].text, complaint(rows[i].text, NULL), rows[i].said);
}

static void test_student_that_is_no_id_is_refused(void)
{
    EXPECT_STR(complaint("rung: submission/1\nlab: t\nlab-hash: '0123456789abcdef'\n"
                         "student: \"an\\nna\"\nvariant: []\nrun: '0123456789abcdef'\n",
                         NULL),
               "s:4:10: error: a student's ID has no control characters");
}

/* ITEM, COUNT times, between BEFORE and AFTER. */
static char *many(const char *before, const char *item, size_t count, const char *after)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    ASSERT(out != NULL);
    fputs(before, out);
    for (size_t i = 0; i < count; i++)
        fputs(item, out);
    fputs(after, out);
    fclose(out);
    return text;
}

static void test_more_than_anybody_can_do_is_refused(void)
{
    static const struct {
        const char *before, *item;
        size_t count;
        const char *after, *said;
    } rows[] = {
        { HEAD "answers: [{ question: q, acts: [", "hint, ", 101, "pass] }]\n",
          "\"acts\" has 102 entries: write at most 100" },
        { HEAD "answers: [", "{ question: q }, ", 201, "]\n",
          "\"answers\" has 201 entries: write at most 200" },
        { HEAD "tasks: [{ task: t, run: '0123456789abcdef', deeds: [", "drop 1, ", 201, "] }]\n",
          "\"deeds\" has 201 entries: write at most 200" },
        { HEAD "answers: [{ question: q, acts: [{ try: '", "1", 2001, "' }] }]\n",
          "\"try\" is too long: at most 2000 bytes" },
        { HEAD "# ", "x", SUBMISSION_BYTES_MAX, "\n", "a submission has at most 1048576 bytes" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *text = many(rows[i].before, rows[i].item, rows[i].count, rows[i].after);
        const char *said = strstr(complaint(text, NULL), "error: ");

        EXPECT_STR_ROW(rows[i].item, said != NULL ? said + 7 : "", rows[i].said);
        free(text);
    }
}

static void test_what_cannot_be_done_is_told_at_its_place(void)
{
    static const struct {
        const char *text, *said;
    } rows[] = {
        { HEAD "answers: [{ question: kca, acts: [] }]\n",
          "s:7:23: error: this lab has no question \"kca\"" },
        { HEAD "answers: [{ question: ack, acts: [{ try: 1 }, { try: 1 }] }]\n",
          "s:7:47: error: this question was settled before: nothing may follow" },
        { HEAD "answers: [{ question: ack, acts: [hint, hint, hint] }]\n",
          "s:7:47: error: this cannot be done: no more hints, or too many acts" },
        { HEAD "tasks: [{ task: win, run: '0123456789abcdef' }]\n",
          "s:7:17: error: this lab has no task \"win\"" },
        { HEAD "tasks: [{ task: lose, run: '0123456789abcdef', deeds: ['drop x'] }]\n",
          "s:7:62: error: \"x\" is not a whole number: write one from 1 to 4294967295" },
        { HEAD "tasks: [{ task: lose, run: '0123456789abcdef', deeds: [drop 99] }]\n",
          "s:7:17: error: frame 99 was never sent: this run has 3 frames" },
        { HEAD "answers: [{ question: ack, acts: [{ try: x }] }]\n", "s:7:35: error: no answer: " },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct opened o = begin();
        const char *said = complaint(rows[i].text, o.a);

        EXPECT_ROW(said, strncmp(said, rows[i].said, strlen(rows[i].said)) == 0);
        end(&o);
    }
}

static void test_pipe_and_folder_are_not_read(void)
{
    char folder[] = "/tmp/rung-submission-XXXXXX", pipe[sizeof(folder) + 10];
    struct diagnostics d;

    ASSERT(mkdtemp(folder) != NULL);
    snprintf(pipe, sizeof(pipe), "%s/pipe", folder);
    ASSERT(mkfifo(pipe, 0600) == 0);
    diagnostics_init(&d);
    EXPECT(submission_load(pipe, &d) == NULL);
    EXPECT(submission_load(folder, &d) == NULL);
    EXPECT(submission_load("/dev/zero", &d) == NULL);
    EXPECT(submission_load("/nowhere/at/all", &d) == NULL);
    EXPECT_EQ(d.total, 4);
    EXPECT(d.unreadable);
    diagnostics_free(&d);
    unlink(pipe);
    rmdir(folder);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_attempt_written_read_and_done_again_is_the_same),
        TEST(test_head_is_read_as_it_was_written),
        TEST(test_bug_is_told_by_its_hash_and_anything_else_as_it_is),
        TEST(test_deed_switched_off_is_not_written),
        TEST(test_file_that_is_none_is_refused_at_its_place),
        TEST(test_student_that_is_no_id_is_refused),
        TEST(test_more_than_anybody_can_do_is_refused),
        TEST(test_what_cannot_be_done_is_told_at_its_place),
        TEST(test_pipe_and_folder_are_not_read),
    };

    return run_tests("submission", tests, ARRAY_LEN(tests));
}
