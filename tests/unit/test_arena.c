#include "sim/arena.h"

#include "tests/support/expect.h"
#include "tests/support/suite.h"

#include <string.h>

static void test_fresh_memory_is_zero_and_aligned(void)
{
    struct arena arena;

    EXPECT(arena_open(&arena, (size_t)1 << 20));
    for (size_t size = 1; size < 200; size += 13) {
        uint8_t *at = arena_alloc(&arena, size);

        EXPECT_EQ((uintptr_t)at % 16, 0);
        for (size_t i = 0; i < size; i++)
            EXPECT_EQ(at[i], 0);
        memset(at, 0xff, size);
    }
    arena_close(&arena);
}

static void test_truncated_memory_reads_as_fresh(void)
{
    struct arena arena;
    size_t used;
    uint8_t *at;

    EXPECT(arena_open(&arena, (size_t)1 << 20));
    arena_alloc(&arena, 100);
    used = arena.used;
    memset(arena_alloc(&arena, 5000), 0xff, 5000);
    arena_truncate(&arena, used);
    at = arena_alloc(&arena, 5000);
    for (size_t i = 0; i < 5000; i++)
        EXPECT_EQ(at[i], 0);
    arena_close(&arena);
}

static void test_pool_at_its_limit_gives_null(void)
{
    struct arena arena;
    struct pool pool;
    void *objects[3];

    EXPECT(arena_open(&arena, (size_t)1 << 20));
    pool_init(&pool, &arena, 40, 3);
    for (unsigned i = 0; i < 3; i++) {
        objects[i] = pool_get(&pool);
        EXPECT(objects[i] != NULL);
    }
    EXPECT(pool_get(&pool) == NULL);
    pool_put(&pool, objects[1]);
    EXPECT(pool_get(&pool) == objects[1]);
    EXPECT_EQ(pool.live, 3);
    arena_close(&arena);
}

static void test_pool_object_larger_than_a_slab_is_given(void)
{
    struct arena arena;
    struct pool pool;
    uint8_t *a, *b;

    EXPECT(arena_open(&arena, (size_t)8 << 20));
    pool_init(&pool, &arena, 70000, 10);
    a = pool_get(&pool);
    b = pool_get(&pool);
    memset(a, 1, 70000);
    memset(b, 2, 70000);
    EXPECT_EQ(a[69999], 1);
    pool_put(&pool, a);
    pool_put(&pool, b);
    EXPECT_EQ(pool.live, 0);
    arena_close(&arena);
}

static void test_told_page_is_as_seen_until_it_is_written_to(void)
{
    struct arena arena;
    uint8_t *at;

    EXPECT(arena_open(&arena, (size_t)1 << 20));
    EXPECT(arena_listen(&arena));
    arena_alloc(&arena, ARENA_PAGE / 2);
    at = arena_alloc(&arena, 4 * ARENA_PAGE);
    arena_tells(&arena, at, 4 * ARENA_PAGE); /* pages 1 to 3; of 0 and 4 a part */
    for (size_t i = 0; i < 5; i++) {
        EXPECT(!arena_is_as_seen(&arena, i));
        arena_seen(&arena, i);
        EXPECT(arena_is_as_seen(&arena, i) == (i >= 1 && i <= 3));
    }
    arena_wrote(&arena, arena.base + 2 * ARENA_PAGE - 1, 2);
    EXPECT(!arena_is_as_seen(&arena, 1));
    EXPECT(!arena_is_as_seen(&arena, 2));
    EXPECT(arena_is_as_seen(&arena, 3));
    arena_close(&arena);
}

static void test_told_page_that_is_handed_out_anew_is_told_of_no_more(void)
{
    struct arena arena;
    uint8_t *at;

    EXPECT(arena_open(&arena, (size_t)1 << 20));
    EXPECT(arena_listen(&arena));
    at = arena_alloc(&arena, 2 * ARENA_PAGE);
    arena_tells(&arena, at, 2 * ARENA_PAGE);
    EXPECT(arena_is_told(&arena, 1));
    arena_truncate(&arena, ARENA_PAGE);
    arena_alloc(&arena, 16);
    EXPECT(arena_is_told(&arena, 0));
    EXPECT(!arena_is_told(&arena, 1));
    arena_close(&arena);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_fresh_memory_is_zero_and_aligned),
        TEST(test_truncated_memory_reads_as_fresh),
        TEST(test_told_page_is_as_seen_until_it_is_written_to),
        TEST(test_told_page_that_is_handed_out_anew_is_told_of_no_more),
        TEST(test_pool_at_its_limit_gives_null),
        TEST(test_pool_object_larger_than_a_slab_is_given),
    };

    return run_tests("arena", tests, ARRAY_LEN(tests));
}
