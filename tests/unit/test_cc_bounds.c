/*
 * Whatever TCP tells an algorithm, and in whatever order: the window is never
 * less than a segment nor more than TCP can offer, and the same story gives the
 * same window. UBSan watches the arithmetic.
 */
#include <stdio.h>

#include "sim/hash.h"
#include "tests/unit/fixture_cc.h"

enum { STORIES = 100000, STEPS = 24 };

static const struct cc_ops *const all[] = { &cc_none, &cc_tahoe, &cc_reno, &cc_newreno, &cc_cubic };

/* A number of any size below 2^32: small ones are as likely as large ones. */
static uint32_t any_size(uint64_t draw) { return (uint32_t)(hash_mix(draw) >> (32 + draw % 32)); }

static void random_ack(struct sender *s, uint64_t draw)
{
    uint32_t flight = any_size(draw + 1);
    struct cc_ack ack = {
        .now = s->now,
        .bytes = draw % 3 == 0 ? any_size(draw + 2) | 1 : s->cc.mss,
        .flight = flight,
        .rtt = draw % 5 == 0 ? 0 : (vtime)any_size(draw + 3) * US,
        .srtt = draw % 7 == 0 ? 0 : (vtime)any_size(draw + 4) * US,
        .limited = draw % 11 != 0,
    };

    s->una += ack.bytes;
    ack.una = s->una;
    ack.nxt = s->una + flight;
    s->cc.ops->ack_received(&s->cc, &ack);
}

static void random_step(struct sender *s, uint64_t draw)
{
    uint32_t flight = draw % 2 == 0 ? s->cc.cwnd : any_size(draw + 5);

    s->now += (vtime)any_size(draw + 6) * US;
    switch (hash_mix(draw) % 16) {
    case 0:
        sender_lose(s, flight);
        break;
    case 1:
        sender_recover(s, flight);
        break;
    case 2:
        sender_time_out(s, flight, draw % 3 == 0);
        break;
    case 3:
        sender_mark(s, flight);
        break;
    case 4:
        s->cc.ops->idle(&s->cc);
        break;
    case 5:
        cc_mss_changed(&s->cc, 1 + any_size(draw + 7) % 65535);
        break;
    default:
        for (uint64_t i = 0; i < draw % 13; i++)
            random_ack(s, hash_add(draw, i));
        break;
    }
}

static struct sender random_sender(uint64_t seed)
{
    struct sender s = sender_new(all[seed % ARRAY_LEN(all)], 1);

    s.cc.mss = 1 + any_size(hash_add(seed, 1)) % 65535;
    s.cc.initial_window = (1 + any_size(hash_add(seed, 2)) % 1000) * s.cc.mss;
    s.cc.cwnd = s.cc.initial_window;
    s.cc.ssthresh = hash_mix(seed) % 2 == 0 ? CC_WINDOW_MAX : s.cc.cwnd + any_size(seed) % 100000;
    s.cc.cubic_c = 1 + any_size(hash_add(seed, 3)) % 10000;
    s.cc.cubic_beta = 100 + any_size(hash_add(seed, 4)) % 891;
    s.cc.hystart.on = hash_mix(seed) % 3 == 0;
    s.cc.bug_not_halved = hash_mix(seed) % 17 == 0;
    if (s.cc.ops->established != NULL)
        s.cc.ops->established(&s.cc);
    return s;
}

static bool holds(const struct sender *s)
{
    return s->cc.cwnd >= s->cc.mss && s->cc.cwnd <= CC_WINDOW_MAX && s->cc.ssthresh >= 1 &&
           s->cc.ssthresh <= UINT32_C(2) * CC_WINDOW_MAX;
}

static void test_random_stories_keep_the_window_in_bounds(void)
{
    for (uint64_t seed = 0; seed < STORIES; seed++) {
        struct sender s = random_sender(seed);

        for (uint64_t step = 0; step < STEPS; step++) {
            random_step(&s, hash_add(seed, step));
            if (!EXPECT(holds(&s))) {
                printf("    %s, seed %llu, step %llu: cwnd %u, ssthresh %u, mss %u\n",
                       s.cc.ops->name, (unsigned long long)seed, (unsigned long long)step,
                       s.cc.cwnd, s.cc.ssthresh, s.cc.mss);
                return;
            }
        }
    }
}

static void test_same_story_gives_the_same_window(void)
{
    for (uint64_t seed = 0; seed < 1000; seed++) {
        struct sender a = random_sender(seed), b = random_sender(seed);

        for (uint64_t step = 0; step < STEPS; step++) {
            random_step(&a, hash_add(seed, step));
            random_step(&b, hash_add(seed, step));
        }
        if (!EXPECT_EQ(a.cc.cwnd, b.cc.cwnd) || !EXPECT_EQ(a.cc.ssthresh, b.cc.ssthresh))
            return;
    }
}

/* Losses never make the window of a sender that fills it larger. */
static void test_congestion_never_grows_a_full_window(void)
{
    for (uint64_t seed = 0; seed < 20000; seed++) {
        struct sender s = random_sender(seed);
        uint32_t before;

        for (uint64_t step = 0; step < STEPS; step++)
            random_ack(&s, hash_add(seed, step));
        before = s.cc.cwnd;
        if (before < 3 * s.cc.mss)
            continue; /* two segments are the least after a loss */
        if (seed % 3 == 0)
            sender_lose(&s, before);
        else if (seed % 3 == 1)
            sender_time_out(&s, before, false);
        else
            sender_mark(&s, before);
        if (!EXPECT(s.cc.cwnd <= before))
            return;
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_random_stories_keep_the_window_in_bounds),
        TEST(test_same_story_gives_the_same_window),
        TEST(test_congestion_never_grows_a_full_window),
    };

    return run_tests("cc_bounds", tests, ARRAY_LEN(tests));
}
