#include "sim/squeeze.h"

#include <string.h>

#include "sim/hash.h"
#include "sim/pages.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

/* The size of PAGE squeezed beside MODEL (0: not), after it was read back and
 * compared. */
static size_t there_and_back_beside(const uint8_t *model, const uint8_t *page, size_t len)
{
    struct squeeze_room room, again;
    uint8_t small[SQUEEZE_MAX + 1];
    size_t size;

    memcpy(room.model, model, sizeof(room.model));
    memcpy(room.page, page, len);
    memset(&again, 0xa5, sizeof(again));
    memcpy(again.model, model, sizeof(again.model));
    small[len] = 0xa5;
    size = squeeze(&room, len, small);
    EXPECT_EQ(small[len], 0xa5);
    if (size == 0)
        return 0;
    EXPECT(size < len);
    unsqueeze((struct span){ small, size }, &again);
    EXPECT(memcmp(page, again.page, len) == 0);
    EXPECT(len == SQUEEZE_MAX || again.page[len] == 0xa5);
    return size;
}

static size_t there_and_back(const uint8_t *page, size_t len)
{
    static const uint8_t zeros[SQUEEZE_MAX];

    return there_and_back_beside(zeros, page, len);
}

/* Text without an end, and noise. */
static void fill_text(uint8_t *page, size_t from)
{
    for (size_t i = 0; i < SQUEEZE_MAX; i++)
        page[i] = (uint8_t)('!' + (from + i) % 94);
}

static void fill_noise(uint8_t *page, uint64_t seed)
{
    for (size_t i = 0; i < SQUEEZE_MAX; i++)
        page[i] = (uint8_t)hash_mix(seed + i);
}

static void test_squeeze_of_zeros_leaves_a_few_bytes(void)
{
    uint8_t page[SQUEEZE_MAX] = { 0 };

    EXPECT(there_and_back(page, sizeof(page)) < 16);
}

static void test_squeeze_of_repeated_text_leaves_it_once(void)
{
    uint8_t page[SQUEEZE_MAX];

    fill_text(page, 0);
    EXPECT(there_and_back(page, sizeof(page)) < 94 + 16);
}

static void test_squeeze_of_noise_gives_up(void)
{
    uint8_t page[SQUEEZE_MAX];

    fill_noise(page, 0);
    EXPECT_EQ(there_and_back(page, sizeof(page)), 0);
}

static void test_squeeze_beside_the_same_leaves_a_few_bytes(void)
{
    uint8_t page[SQUEEZE_MAX];

    fill_noise(page, 0);
    EXPECT(there_and_back_beside(page, page, sizeof(page)) < 8);
}

static void test_squeeze_beside_the_same_but_for_numbers_leaves_those(void)
{
    enum { NUMBERS = 32, EACH = 4 };
    uint8_t model[SQUEEZE_MAX], page[SQUEEZE_MAX];

    fill_noise(model, 0);
    fill_noise(page, 0);
    for (size_t i = 0; i < NUMBERS; i++)
        for (size_t j = 0; j < EACH; j++)
            page[i * (SQUEEZE_MAX / NUMBERS) + j] ^= 0xff;
    EXPECT(there_and_back_beside(model, page, sizeof(page)) <= NUMBERS * (EACH + 2) + 2);
}

static void test_squeeze_beside_text_that_went_on_leaves_a_few_bytes(void)
{
    uint8_t model[SQUEEZE_MAX], page[SQUEEZE_MAX];

    fill_text(model, 0);
    fill_text(page, 65536);
    EXPECT(there_and_back_beside(model, page, sizeof(page)) < 24);
}

static void test_squeeze_of_anything_of_any_length_reads_back(void)
{
    for (uint64_t round = 0; round < 20000; round++) {
        uint8_t model[SQUEEZE_MAX], page[SQUEEZE_MAX];
        size_t len = hash_mix(round) % (SQUEEZE_MAX + 1), at = 0;
        uint64_t draw = round;

        /* Runs of noise, of one byte, of what stood before and in the model. */
        fill_noise(model, round / 100);
        while (at < len) {
            size_t run = (draw = hash_mix(draw)) % 100 + 1, back = (draw >> 20) % (at + 1);

            for (; run > 0 && at < len; run--, at++)
                page[at] = (draw >> 60) < 4   ? (uint8_t)hash_mix(draw + at)
                           : (draw >> 60) > 9 ? model[(draw >> 59) % 2 == 0 ? at : back]
                           : back == 0        ? (uint8_t)draw
                                              : page[at - back];
        }
        there_and_back_beside(model, page, len);
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

/* Each page resembles the one before: the first is the model of
 * many, and stays as long as they need it. */
static void test_page_that_changes_a_little_is_kept_as_what_differs(void)
{
    enum { PAGES = 101 }; /* of which every third stays, with the last */
    struct page_store store;
    struct page *pages[PAGES];
    uint8_t bytes[PAGE_SIZE], out[PAGE_SIZE];

    EXPECT(page_store_open(&store));
    fill_noise(bytes, 0);
    for (unsigned i = 0; i < PAGES; i++) {
        bytes[i * 40] ^= 0xff;
        pages[i] =
            page_keep(&store, (struct span){ bytes, sizeof(bytes) }, i > 0 ? pages[i - 1] : NULL);
        if (i % 3 != 2 && i > 0)
            page_release(&store, pages[i - 1]);
    }
    EXPECT(store.bytes < 4 * PAGE_SIZE);
    for (unsigned i = PAGES; i-- > 0;) {
        if (i % 3 != 1)
            continue;
        page_write(pages[i], out);
        EXPECT(memcmp(out, bytes, PAGE_SIZE) == 0);
        page_release(&store, pages[i]);
        for (unsigned undo = 0; undo < 3 && undo <= i; undo++)
            bytes[(i - undo) * 40] ^= 0xff;
    }
    EXPECT_EQ(store.bytes, 0);
    page_store_close(&store);
}

static void test_page_that_changes_wholly_is_the_next_model(void)
{
    struct page_store store;
    struct page *first, *second, *third;
    uint8_t bytes[PAGE_SIZE], out[PAGE_SIZE];
    struct span span = { bytes, sizeof(bytes) };

    EXPECT(page_store_open(&store));
    fill_noise(bytes, 0);
    first = page_keep(&store, span, NULL);
    fill_noise(bytes, PAGE_SIZE);
    second = page_keep(&store, span, first);
    EXPECT(second->model == NULL);
    bytes[0] ^= 0xff;
    third = page_keep(&store, span, second);
    EXPECT(third->model == second);
    page_release(&store, first);
    page_release(&store, second);
    page_write(third, out);
    EXPECT(memcmp(out, bytes, PAGE_SIZE) == 0);
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
        TEST(test_squeeze_beside_the_same_leaves_a_few_bytes),
        TEST(test_squeeze_beside_the_same_but_for_numbers_leaves_those),
        TEST(test_squeeze_beside_text_that_went_on_leaves_a_few_bytes),
        TEST(test_squeeze_of_anything_of_any_length_reads_back),
        TEST(test_page_that_did_not_change_is_shared),
        TEST(test_page_that_changes_a_little_is_kept_as_what_differs),
        TEST(test_page_that_changes_wholly_is_the_next_model),
    };

    return run_tests("squeeze", tests, ARRAY_LEN(tests));
}
