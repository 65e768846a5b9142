#include "sim/squeeze.h"

#include <string.h>

#include "sim/hash.h"
#include "sim/pages.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

/* The size of PAGE squeezed (0: not), after it was read back and compared. */
static size_t there_and_back(const uint8_t *page, size_t len)
{
    uint8_t small[SQUEEZE_MAX + 1], again[SQUEEZE_MAX + 1];
    size_t size;

    small[len] = again[len] = 0xa5;
    size = squeeze((struct span){ page, len }, small);
    EXPECT_EQ(small[len], 0xa5);
    if (size == 0)
        return 0;
    EXPECT(size < len);
    unsqueeze((struct span){ small, size }, again);
    EXPECT(memcmp(page, again, len) == 0);
    EXPECT_EQ(again[len], 0xa5);
    return size;
}

static void test_squeeze_of_zeros_leaves_a_few_bytes(void)
{
    uint8_t page[SQUEEZE_MAX] = { 0 };

    EXPECT(there_and_back(page, sizeof(page)) < 16);
}

static void test_squeeze_of_repeated_text_leaves_it_once(void)
{
    uint8_t page[SQUEEZE_MAX];

    for (size_t i = 0; i < sizeof(page); i++)
        page[i] = (uint8_t)('!' + i % 94);
    EXPECT(there_and_back(page, sizeof(page)) < 94 + 16);
}

static void test_squeeze_of_noise_gives_up(void)
{
    uint8_t page[SQUEEZE_MAX];

    for (size_t i = 0; i < sizeof(page); i++)
        page[i] = (uint8_t)hash_mix(i);
    EXPECT_EQ(there_and_back(page, sizeof(page)), 0);
}

static void test_squeeze_of_anything_of_any_length_reads_back(void)
{
    for (uint64_t round = 0; round < 20000; round++) {
        uint8_t page[SQUEEZE_MAX];
        size_t len = hash_mix(round) % (SQUEEZE_MAX + 1), at = 0;
        uint64_t draw = round;

        /* Runs of noise, of one byte, and of what stood before. */
        while (at < len) {
            size_t run = (draw = hash_mix(draw)) % 100 + 1, back = (draw >> 20) % (at + 1);

            for (; run > 0 && at < len; run--, at++)
                page[at] = (draw >> 60) < 4 ? (uint8_t)hash_mix(draw + at)
                           : back == 0      ? (uint8_t)draw
                                            : page[at - back];
        }
        there_and_back(page, len);
    }
}

static void test_page_that_did_not_change_is_shared(void)
{
    struct page_store store;
    uint8_t bytes[PAGE_SIZE] = "one", out[PAGE_SIZE] = "other";
    struct span span = { bytes, sizeof(bytes) };
    struct page *first, *second, *third;
    size_t one;

    EXPECT(page_store_open(&store));
    first = page_keep(&store, span, NULL);
    one = store.bytes;
    EXPECT(one > 0 && one < PAGE_SIZE);
    second = page_keep(&store, span, first);
    EXPECT(second == first);
    EXPECT_EQ(store.bytes, one);
    bytes[PAGE_SIZE - 1] = 1;
    third = page_keep(&store, span, second);
    EXPECT(third != first);
    EXPECT(store.bytes > one);
    page_write(third, out);
    EXPECT(memcmp(out, bytes, PAGE_SIZE) == 0);
    page_release(&store, first);
    page_write(second, out);
    EXPECT_EQ(out[PAGE_SIZE - 1], 0);
    EXPECT(memcmp(out, "one", 3) == 0);
    page_release(&store, second);
    page_release(&store, third);
    EXPECT_EQ(store.bytes, 0);
    page_store_close(&store);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_squeeze_of_zeros_leaves_a_few_bytes),
        TEST(test_squeeze_of_repeated_text_leaves_it_once),
        TEST(test_squeeze_of_noise_gives_up),
        TEST(test_squeeze_of_anything_of_any_length_reads_back),
        TEST(test_page_that_did_not_change_is_shared),
    };

    return run_tests("squeeze", tests, ARRAY_LEN(tests));
}
