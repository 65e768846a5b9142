/* tools/lib/progress.h: kept, found again, and put aside. */
#include "tools/lib/progress.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"

static const char lab_text[] = "hosts: { a: { ip: 10.0.0.1/24 } }\n"
                               "questions:\n"
                               "  - { question: one, after: end, ask: w, answer: 1 }\n"
                               "  - { question: two, after: end, ask: w, answer: 2 }\n";

static char folder[] = "/tmp/rung-progress-XXXXXX";

struct opened {
    struct lab *lab;
    struct exercise *e;
};

static struct opened begin(const char *text)
{
    struct opened o;
    struct diagnostics d;
    char why[EXERCISE_WHY_SIZE];

    diagnostics_init(&d);
    lab_parse(text, strlen(text), "t", NULL, &simulation_hooks, &o.lab, &d);
    diagnostics_free(&d);
    ASSERT(o.lab != NULL);
    o.e = exercise_open(o.lab, NULL, why, sizeof(why));
    ASSERT(o.e != NULL);
    return o;
}

static void end(struct opened *o)
{
    exercise_close(o->e);
    lab_free(o->lab);
}

static const char *path_of(const char *lab, const char *student)
{
    static char path[PROGRESS_PATH_SIZE];

    return progress_path(lab, student, path, sizeof(path)) ? path : "";
}

static void test_path_follows_the_environment(void)
{
    char path[20];

    setenv("XDG_STATE_HOME", "/state", 1);
    EXPECT_STR(path_of("handshake", NULL), "/state/rung/handshake.yaml");
    EXPECT_STR(path_of("handshake", "anna"), "/state/rung/handshake@anna.yaml");
    EXPECT_STR(path_of("../x", "a/b@c d"), "/state/rung/%2E.%2Fx@a%2Fb%40c%20d.yaml");
    EXPECT(strlen(path_of("x", "0123456789012345678901234567890123456789%%%%%%%%%%%%%%%%%%%%%%")) <
           60);
    EXPECT(!progress_path("handshake", NULL, path, sizeof(path)));
    setenv("XDG_STATE_HOME", "no/path", 1);
    setenv("HOME", "/home/x", 1);
    EXPECT_STR(path_of("l", NULL), "/home/x/.local/state/rung/l.yaml");
    unsetenv("HOME");
    EXPECT_STR(path_of("l", NULL), "");
    setenv("XDG_STATE_HOME", folder, 1);
}

/* Opens at PATH an attempt at E under HEAD, and says what was found. */
static enum progress_found found_at(const char *path, const struct exercise *e,
                                    const struct submission_head *head, size_t *acts)
{
    enum progress_found found;
    struct attempt *a = progress_open(path, e, head, &found);

    ASSERT(a != NULL);
    *acts = a->questions[0].act_count + a->questions[1].act_count;
    attempt_close(a);
    return found;
}

static void keep_two_acts(const char *path, const struct exercise *e,
                          const struct submission_head *head)
{
    struct attempt *a = attempt_open(e);
    struct exercise_judgement j;

    EXPECT(attempt_try(a, 0, "7", &j));
    EXPECT(attempt_try(a, 0, "1", &j));
    EXPECT(progress_save(path, head, a));
    attempt_close(a);
}

static void test_what_was_kept_goes_on(void)
{
    struct opened o = begin(lab_text);
    const struct submission_head head = { .lab = "t" };
    const char *path = path_of("goes-on", NULL);
    size_t acts;

    EXPECT_EQ(found_at(path, o.e, &head, &acts), PROGRESS_NONE);
    EXPECT_EQ(acts, 0);
    keep_two_acts(path, o.e, &head);
    EXPECT_EQ(found_at(path, o.e, &head, &acts), PROGRESS_GOES_ON);
    EXPECT_EQ(acts, 2);
    EXPECT_EQ(found_at(NULL, o.e, &head, &acts), PROGRESS_NONE); /* begun anew */
    EXPECT_EQ(acts, 0);
    end(&o);
}

static void expect_put_aside(const char *path, const struct exercise *e,
                             const struct submission_head *head)
{
    char aside[PROGRESS_PATH_SIZE + 2];
    size_t acts;

    EXPECT_EQ(found_at(path, e, head, &acts), PROGRESS_OTHER);
    EXPECT_EQ(acts, 0);
    EXPECT(access(path, F_OK) != 0);
    snprintf(aside, sizeof(aside), "%s~", path);
    EXPECT(access(aside, F_OK) == 0);
    EXPECT(unlink(aside) == 0);
}

static void test_progress_of_another_lab_is_put_aside(void)
{
    const char *const overrides[] = { "seed=2" };
    const struct submission_head head = { .lab = "t" }, other = { .lab = "t",
                                                                  .overrides = overrides,
                                                                  .override_count = 1 };
    struct opened o = begin(lab_text), changed = begin("hosts: { a: { ip: 10.0.0.1/24 } }\n"
                                                       "questions:\n"
                                                       "  - { question: one, after: end, ask: w, "
                                                       "answer: 1 }\n"
                                                       "  - { question: two, after: end, ask: w, "
                                                       "answer: 3 }\n");
    const char *path = path_of("other", "anna");
    FILE *file;

    keep_two_acts(path, o.e, &head);
    expect_put_aside(path, changed.e, &head);
    keep_two_acts(path, o.e, &head);
    expect_put_aside(path, o.e, &other);
    file = fopen(path, "w");
    ASSERT(file != NULL);
    fputs("nonsense", file);
    fclose(file);
    expect_put_aside(path, o.e, &head);
    end(&o);
    end(&changed);
}

static void test_what_cannot_be_kept_says_why(void)
{
    struct opened o = begin(lab_text);
    const struct submission_head head = { .lab = "t" };
    struct attempt *a = attempt_open(o.e);

    EXPECT(!progress_save("/dev/null/rung/t.yaml", &head, a));
    EXPECT_EQ(errno, ENOTDIR);
    attempt_close(a);
    end(&o);
}

static void remove_all(void)
{
    char path[PROGRESS_PATH_SIZE];

    unlink(path_of("goes-on", NULL));
    snprintf(path, sizeof(path), "%s/rung", folder);
    ASSERT(rmdir(path) == 0); /* nothing else is left */
    ASSERT(rmdir(folder) == 0);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_path_follows_the_environment),
        TEST(test_what_was_kept_goes_on),
        TEST(test_progress_of_another_lab_is_put_aside),
        TEST(test_what_cannot_be_kept_says_why),
    };
    int status;

    ASSERT(mkdtemp(folder) != NULL);
    status = run_tests("progress", tests, ARRAY_LEN(tests));
    remove_all();
    return status;
}
