/* tools/lib/variant.h: a lab as one student gets it. */
#include "tools/lib/variant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/bugs.h"
#include "layers/units.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/lib/simulation.h"

#define LAB                                                                                        \
    "title: varied\n"                                                                              \
    "hosts:\n"                                                                                     \
    "  a: { ip: 10.0.0.1/24 }\n"                                                                   \
    "  b: { ip: 10.0.0.2/24 }\n"                                                                   \
    "links:\n"                                                                                     \
    "  wire: { ends: [a, b], delay: 1ms }\n"

static const char varied[] =
    LAB "vary:\n"
        "  - { set: links.wire.delay, to: 10ms..50ms step 10ms }\n"
        "  - { set: [hosts.a.tcp.mss, hosts.b.tcp.mss], to: 500..1400 step 100 }\n"
        "  - { set: hosts.b.bugs, to: [[no-karn], [no-backoff]] }\n";

static struct lab *parse(const char *text, const struct lab_overrides *overrides)
{
    struct diagnostics d;
    struct lab *lab;

    diagnostics_init(&d);
    lab_parse(text, strlen(text), "t", overrides, &simulation_hooks, &lab, &d);
    diagnostics_print(&d, stdout);
    diagnostics_free(&d);
    ASSERT(lab != NULL);
    return lab;
}

static struct lab *variant(const struct lab *lab, const char *student, struct variant *v)
{
    struct diagnostics d;
    struct lab *result;

    diagnostics_init(&d);
    result = variant_lab(lab, student, &simulation_hooks, v, &d);
    diagnostics_print(&d, stdout);
    diagnostics_free(&d);
    ASSERT(result != NULL);
    return result;
}

static void test_same_student_gets_the_same_lab(void)
{
    struct lab *lab = parse(varied, NULL);
    struct variant first, second;
    struct lab *one = variant(lab, "anna", &first), *two = variant(lab, "anna", &second);
    char text[200], again[200];

    variant_format(&first, text, sizeof(text));
    variant_format(&second, again, sizeof(again));
    EXPECT_STR(text, again);
    /* Handed in last year, graded today: this must never change. */
    EXPECT_STR(text, "links.wire.delay=50ms, hosts.a.tcp.mss=1100, hosts.b.tcp.mss=1100, "
                     "hosts.b.bugs=[no-karn]");
    EXPECT_EQ(one->links[0].dir[0].delay, two->links[0].dir[0].delay);
    EXPECT_EQ(one->links[0].dir[0].delay, 50 * MS);
    EXPECT_EQ(one->nodes[0].settings->value, one->nodes[1].settings->value);
    EXPECT(one->nodes[1].bugs != 0);
    EXPECT_STR(first.student, "anna");
    lab_free(one);
    lab_free(two);
    lab_free(lab);
    variant_free(&first);
    variant_free(&second);
}

static void test_each_value_falls_to_some_of_many_students(void)
{
    struct lab *lab = parse(varied, NULL);
    unsigned delays[6] = { 0 }, bugs[2] = { 0 };

    for (unsigned i = 0; i < 200; i++) {
        struct variant v;
        char id[20];
        unsigned delay = 0;

        snprintf(id, sizeof(id), "s%u", i);
        variant_of(lab, id, &v);
        EXPECT_EQ(v.count, 4);
        EXPECT(sscanf(v.overrides[0], "links.wire.delay=%ums", &delay) == 1);
        delays[delay / 10]++;
        bugs[strcmp(v.overrides[3], "hosts.b.bugs=[no-karn]") == 0]++;
        variant_free(&v);
    }
    EXPECT_EQ(delays[0], 0);
    for (size_t i = 1; i < ARRAY_LEN(delays); i++)
        EXPECT(delays[i] > 20);
    EXPECT(bugs[0] > 60 && bugs[1] > 60);
    lab_free(lab);
}

static void test_entry_added_later_changes_no_other(void)
{
    struct lab *lab = parse(varied, NULL);
    struct lab *more = parse(LAB "vary:\n"
                                 "  - { set: seed, to: 101..200 }\n"
                                 "  - { set: links.wire.delay, to: 10ms..50ms step 10ms }\n",
                             NULL);
    struct lab *one;
    struct variant v, w;

    variant_of(lab, "berta", &v);
    variant_of(more, "berta", &w);
    EXPECT_STR(v.overrides[0], w.overrides[1]);
    one = variant(more, "berta", NULL);
    EXPECT(one->seed > 100);
    lab_free(one);
    variant_free(&v);
    variant_free(&w);
    lab_free(lab);
    lab_free(more);
}

/* What anna gets of the lab whose file begins with HEAD. */
static void expect_anna(const char *head, const char *wanted)
{
    char text[1000];
    struct lab *lab;
    struct variant v;

    snprintf(text, sizeof(text), "%s%s", head, strchr(varied, '\n') + 1);
    lab = parse(text, NULL);
    variant_of(lab, "anna", &v);
    variant_format(&v, text, sizeof(text));
    EXPECT_STR_ROW(head, text, wanted);
    variant_free(&v);
    lab_free(lab);
}

static void test_title_of_a_lab_with_a_key_changes_no_variant(void)
{
    static const char wanted[] = "links.wire.delay=50ms, hosts.a.tcp.mss=1100, "
                                 "hosts.b.tcp.mss=1100, hosts.b.bugs=[no-karn]";

    expect_anna("title: varied\n", wanted);
    expect_anna("title: another\nvary-key: varied\n", wanted);
    expect_anna("vary-key: varied\n", wanted);
    expect_anna("title: varied\nvary-key: 2027\n",
                "links.wire.delay=50ms, hosts.a.tcp.mss=600, hosts.b.tcp.mss=600, "
                "hosts.b.bugs=[no-karn]");
}

static void test_option_counts_more_than_the_variant(void)
{
    const char *const set[] = { "links.wire.delay=7ms", "seed=9" };
    struct lab_overrides overrides = { set, 2 };
    struct lab *lab = parse(varied, &overrides), *one = variant(lab, "anna", NULL);

    EXPECT_EQ(one->links[0].dir[0].delay, 7 * MS);
    EXPECT_EQ(one->seed, 9);
    EXPECT_EQ(one->source_count, 1 + 4 + 2);
    lab_free(one);
    lab_free(lab);
}

static void test_lab_that_does_not_vary_is_the_same_for_all(void)
{
    struct lab *lab = parse(LAB, NULL);
    struct variant v;
    struct lab *one = variant(lab, "anna", &v);
    char text[10];

    EXPECT_EQ(v.count, 0);
    EXPECT_EQ(variant_format(&v, text, sizeof(text)), 0);
    EXPECT_STR(text, "");
    EXPECT_EQ(one->links[0].dir[0].delay, MS);
    lab_free(one);
    lab_free(lab);
    variant_free(&v);
}

static void test_value_that_does_not_fit_is_told_by_its_path(void)
{
    struct lab *lab = parse(LAB "vary: [{ set: links.wir.delay, to: [1ms, 2ms] }]\n", NULL);
    struct diagnostics d;
    char *printed = NULL;
    size_t size = 0;
    FILE *out;

    diagnostics_init(&d);
    EXPECT(variant_lab(lab, "anna", &simulation_hooks, NULL, &d) == NULL);
    out = open_memstream(&printed, &size);
    ASSERT(out != NULL);
    diagnostics_print(&d, out);
    fclose(out);
    EXPECT_STR(printed,
               "t:7:8: error: links.wir.delay=1ms (student anna): nothing under \"links\" is "
               "called \"wir\", did you mean \"wire\"?\n"
               "  vary: [{ set: links.wir.delay, to: [1ms, 2ms] }]\n"
               "         ^\n");
    free(printed);
    diagnostics_free(&d);
    lab_free(lab);
}

static void test_id_is_refused_that_a_file_could_not_hold(void)
{
    static const struct {
        const char *id, *why;
    } rows[] = {
        { "", "a student's ID has 1 to 64 characters" },
        { "12345678901234567890123456789012345678901234567890123456789012345",
          "a student's ID has 1 to 64 characters" },
        { "an\nna", "a student's ID has no control characters" },
        { " anna", "a student's ID neither begins nor ends with a blank" },
        { "anna ", "a student's ID neither begins nor ends with a blank" },
    };
    char why[UNIT_WHY_SIZE];

    EXPECT(variant_student_is_good("Anna Müller 42", why, sizeof(why)));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        EXPECT_ROW(rows[i].id, !variant_student_is_good(rows[i].id, why, sizeof(why)));
        EXPECT_STR_ROW(rows[i].id, why, rows[i].why);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_same_student_gets_the_same_lab),
        TEST(test_each_value_falls_to_some_of_many_students),
        TEST(test_entry_added_later_changes_no_other),
        TEST(test_title_of_a_lab_with_a_key_changes_no_variant),
        TEST(test_option_counts_more_than_the_variant),
        TEST(test_lab_that_does_not_vary_is_the_same_for_all),
        TEST(test_value_that_does_not_fit_is_told_by_its_path),
        TEST(test_id_is_refused_that_a_file_could_not_hold),
    };

    return run_tests("variant", tests, ARRAY_LEN(tests));
}
