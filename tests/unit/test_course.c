#include "tools/lib/course.h"

#include "tests/support/expect.h"
#include "tests/support/suite.h"

/* A course, and then the same with one thing changed. */

static struct course one, other;

static void step(struct course *course, unsigned side, unsigned flags, uint32_t seq, uint32_t len)
{
    struct course_step *to = capture_list_add(&course->steps, sizeof(*to));

    ASSERT(to != NULL);
    *to = (struct course_step){
        .side = (uint8_t)side, .flags = (uint8_t)flags, .seq = seq, .len = len
    };
}

static void begin(void)
{
    struct course *both[] = { &one, &other };

    for (size_t i = 0; i < ARRAY_LEN(both); i++) {
        *both[i] = (struct course){ .steps = { NULL, 0, 0 } };
        step(both[i], 0, TCP_SYN, 0, 0);
        step(both[i], 1, TCP_SYN | TCP_ACK, 0, 0);
        step(both[i], 0, TCP_ACK, 1, 100);
        step(both[i], 1, TCP_ACK, 1, 1000);
        step(both[i], 1, TCP_ACK | TCP_FIN, 1001, 0);
    }
}

static struct course_step *change(uint32_t index)
{
    return (struct course_step *)other.steps.items + index;
}

/* COMMON steps, and ALIKE of them at the beginning; in both directions. */
static void expect_common(uint32_t common, uint32_t alike)
{
    struct course_likeness likeness;

    EXPECT(course_compare(&one, &other, &likeness));
    EXPECT_EQ(likeness.common, common);
    EXPECT_EQ(likeness.alike, alike);
    EXPECT(course_compare(&other, &one, &likeness));
    EXPECT_EQ(likeness.common, common);
    course_close(&one);
    course_close(&other);
}

static void test_same_steps_are_wholly_alike(void)
{
    struct course_likeness likeness;

    begin();
    EXPECT(course_compare(&one, &other, &likeness));
    EXPECT_EQ(course_permille(&likeness), 1000);
    expect_common(5, 5);
}

static void test_step_that_differs_is_not_common(void)
{
    begin();
    change(3)->len = 999;
    expect_common(4, 3);
    begin();
    change(3)->seq = 2;
    expect_common(4, 3);
    begin();
    change(1)->side = 0;
    expect_common(4, 1);
    begin();
    change(4)->flags = TCP_ACK | TCP_RST;
    expect_common(4, 4);
    begin();
    change(3)->keep_alive = true;
    expect_common(4, 3);
}

static void test_steps_in_another_order_are_not_all_common(void)
{
    struct course_step kept;

    begin();
    kept = *change(2);
    *change(2) = *change(3);
    *change(3) = kept;
    expect_common(4, 2);
}

static void test_missing_and_additional_steps_lower_the_share(void)
{
    struct course_likeness likeness;

    begin();
    other.steps.count--;
    step(&one, 0, TCP_ACK | TCP_FIN, 101, 0);
    EXPECT(course_compare(&one, &other, &likeness));
    EXPECT_EQ(likeness.steps[0], 6);
    EXPECT_EQ(likeness.steps[1], 4);
    EXPECT_EQ(course_permille(&likeness), 800);
    expect_common(4, 4);
}

static void test_keep_alives_are_alike_with_and_without_a_byte(void)
{
    begin();
    *change(2) = (struct course_step){ .keep_alive = true, .seq = 7, .len = 0 };
    *((struct course_step *)one.steps.items + 2) =
        (struct course_step){ .keep_alive = true, .seq = 7, .len = 1 };
    expect_common(5, 5);
}

static void test_same_step_again_is_common_only_as_often(void)
{
    begin();
    step(&one, 1, TCP_ACK, 1, 1000);
    step(&one, 1, TCP_ACK, 1, 1000);
    step(&other, 1, TCP_ACK, 1, 1000);
    expect_common(6, 6);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_same_steps_are_wholly_alike),
        TEST(test_step_that_differs_is_not_common),
        TEST(test_steps_in_another_order_are_not_all_common),
        TEST(test_missing_and_additional_steps_lower_the_share),
        TEST(test_keep_alives_are_alike_with_and_without_a_byte),
        TEST(test_same_step_again_is_common_only_as_often),
    };

    return run_tests("course", tests, ARRAY_LEN(tests));
}
