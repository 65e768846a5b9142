/*
 * Runs of what came early against a bitmap, and in which order they are told
 * (RFC 2018 4).
 */
#include "layers/tcp/tcp_runs.h"

#include <stdio.h>
#include <string.h>

#include "sim/hash.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

enum { BITS = 200, SEQUENCES = 10000, STEPS = 30, LONGEST = 20 };

static struct arena arena;
static struct tcp_memory memory;
static struct tcp_runs runs;

static bool bitmap[BITS];
static seq32 base;
static uint32_t next; /* RCV.NXT, as an offset */
static uint64_t luck;

static uint32_t draw(uint32_t below)
{
    luck = hash_mix(luck);
    return (uint32_t)(luck >> 33) % below;
}

static void open(void)
{
    EXPECT(arena_open(&arena, 16 << 20));
    memset(&memory, 0, sizeof(memory));
    memory.arena = &arena;
    memset(&runs, 0, sizeof(runs));
}

static void close(void)
{
    tcp_runs_release(&runs, &memory);
    EXPECT_EQ(memory.live, 0);
    arena_close(&arena);
}

/* ---- Runs and bitmap agree ---- */

static uint32_t count_bits(uint32_t left, uint32_t right)
{
    uint32_t count = 0;

    for (uint32_t i = left; i < right; i++)
        count += bitmap[i];
    return count;
}

/* Each run is a whole run of ones: none begins, ends or stops elsewhere. */
static bool runs_agree(void)
{
    uint32_t sum = 0;

    for (uint32_t i = 0; i < runs.count; i++) {
        uint32_t left = runs.at[i].left - base, right = runs.at[i].right - base;

        if (left >= right || right > BITS || count_bits(left, right) != right - left ||
            (left > 0 && bitmap[left - 1]) || (right < BITS && bitmap[right]) ||
            (i > 0 && seq_ge(runs.at[i - 1].right, runs.at[i].left)))
            return false;
        sum += right - left;
    }
    return sum == count_bits(0, BITS);
}

static bool finds_agree(void)
{
    for (uint32_t i = 0; i < BITS; i++) {
        const struct tcp_run *run = tcp_runs_find(&runs, base + i);

        if ((run != NULL) != bitmap[i] ||
            (run != NULL && !seq_in(base + i, run->left, run->right - run->left)))
            return false;
    }
    return true;
}

static bool overlap_agrees(uint32_t left, uint32_t right)
{
    const struct tcp_run *run = tcp_runs_overlap(&runs, base + left, base + right);
    uint32_t first = left;

    while (first < right && !bitmap[first])
        first++;
    if (first == right || run == NULL)
        return first == right && run == NULL;
    return seq_in(base + first, run->left, run->right - run->left);
}

/* As many as there are, each once, the one that grew last first. */
static bool recent_agree(seq32 newest)
{
    struct tcp_run out[TCP_RUNS_RECENT];
    unsigned most = 1 + draw(TCP_RUNS_RECENT);
    unsigned count = tcp_runs_recent(&runs, out, most);

    if (count != (runs.count < most ? runs.count : most) ||
        !seq_in(newest, out[0].left, out[0].right - out[0].left))
        return false;
    for (unsigned i = 0; i < count; i++) {
        const struct tcp_run *run = tcp_runs_find(&runs, out[i].left);

        if (run == NULL || run->left != out[i].left || run->right != out[i].right)
            return false;
        for (unsigned j = 0; j < i; j++)
            if (out[j].left == out[i].left)
                return false;
    }
    return true;
}

/* ---- Operations ---- */

static bool add(void)
{
    uint32_t left = next + 1 + draw(BITS - next - 1);
    uint32_t right = left + 1 + draw(LONGEST);

    if (right > BITS)
        right = BITS;
    if (left == right)
        return true;
    if (!overlap_agrees(left, right))
        return false;
    memset(bitmap + left, 1, right - left);
    return tcp_runs_add(&runs, &memory, base + left, base + right) && recent_agree(base + left);
}

/* RCV.NXT moves, perhaps into a run: then to its end. */
static bool take(void)
{
    uint32_t to = next + draw((BITS - next) / 8 + 1), want = to;

    while (want < BITS && bitmap[want])
        want++;
    memset(bitmap, 0, want);
    next = tcp_runs_take(&runs, base + to) - base;
    return next == want;
}

static bool run_sequence(unsigned seed)
{
    char label[64];

    memset(bitmap, 0, sizeof(bitmap));
    next = 0;
    luck = hash_mix(seed);
    base = (seq32)(0u - draw(BITS));
    for (unsigned i = 0; i < STEPS && next < BITS - 1; i++) {
        bool held = draw(6) == 0 ? take() : add();

        snprintf(label, sizeof(label), "sequence %u, step %u", seed, i);
        if (!held || !runs_agree() || !finds_agree())
            return EXPECT_ROW(label, false && "runs and bitmap agree");
    }
    tcp_runs_release(&runs, &memory);
    return true;
}

static void test_random_adds_agree_with_a_bitmap(void)
{
    open();
    for (unsigned seed = 0; seed < SEQUENCES; seed++)
        if (!run_sequence(seed))
            break;
    close();
}

static void test_one_run_too_many_is_refused_and_changes_nothing(void)
{
    open();
    for (uint32_t i = 0; i < TCP_RUNS_MAX; i++)
        EXPECT(tcp_runs_add(&runs, &memory, 10 * i, 10 * i + 5));
    EXPECT(!tcp_runs_add(&runs, &memory, 10 * TCP_RUNS_MAX, 10 * TCP_RUNS_MAX + 5));
    EXPECT_EQ(runs.count, TCP_RUNS_MAX);
    /* What joins others needs no room. */
    EXPECT(tcp_runs_add(&runs, &memory, 5, 10));
    EXPECT_EQ(runs.count, TCP_RUNS_MAX - 1);
    close();
}

static void test_blocks_are_told_newest_first(void)
{
    static const seq32 want[] = { 20, 60, 40, 0 };
    struct tcp_run out[TCP_RUNS_RECENT];
    open();
    for (uint32_t i = 0; i < 4; i++)
        tcp_runs_add(&runs, &memory, 20 * i, 20 * i + 10);
    tcp_runs_add(&runs, &memory, 30, 33); /* grows the second */
    EXPECT_EQ(tcp_runs_recent(&runs, out, 4), 4);
    for (unsigned i = 0; i < 4; i++)
        EXPECT_EQ(out[i].left, want[i]);
    EXPECT_EQ(out[0].right, 33);
    close();
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_random_adds_agree_with_a_bitmap),
        TEST(test_one_run_too_many_is_refused_and_changes_nothing),
        TEST(test_blocks_are_told_newest_first),
    };

    return run_tests("tcp-runs", tests, ARRAY_LEN(tests));
}
