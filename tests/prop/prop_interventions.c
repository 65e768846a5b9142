/*
 * A run is a pure function of (lab, seed, interventions): the same twice; with
 * another seed another; and with one frame taken away, everything before it
 * is the same, and every other frame that still exists meets the same fate.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/rule.h"
#include "sim/world.h"
#include "tests/support/expect.h"
#include "tests/support/lab_run.h"
#include "tests/support/suite.h"

#define WORLDS 20

/* What befell a frame on its wire, by what its luck was drawn from. */
struct fate_seen {
    uint64_t identity;
    uint16_t link;
    uint8_t end;
    uint64_t fates; /* which rules, one bit each */
};

static int order(const void *a, const void *b)
{
    const struct fate_seen *x = a, *y = b;

    if (x->identity != y->identity)
        return x->identity < y->identity ? -1 : 1;
    if (x->link != y->link)
        return x->link < y->link ? -1 : 1;
    return x->end - y->end;
}

/* Rules by which a wire draws luck; a cut or a full queue is no luck. */
static bool is_luck(uint16_t rule)
{
    return rule == RULE_LINK_LOSS || rule == RULE_LINK_DUPLICATE || rule == RULE_LINK_CORRUPT ||
           rule == RULE_LINK_REORDER || rule == RULE_LINK_JITTER;
}

static struct fate_seen *collect(const struct trace *trace, uint32_t except, uint32_t *count)
{
    uint32_t frames = trace->frames.at;
    struct fate_seen *seen = calloc((size_t)frames + 1, sizeof(*seen));

    for (uint32_t n = 1; n <= frames; n++) {
        const struct trace_frame *frame = trace_frame(trace, n);

        seen[n - 1].identity = frame->identity;
        seen[n - 1].link = frame->link;
        seen[n - 1].end = frame->end;
    }
    for (uint32_t i = 0; i < trace->records.at; i++) {
        const struct record *record = trace_record(trace, i);

        if (record->frame != 0 && record->what < 1000 && is_luck(record->rule) &&
            (record->kind == RECORD_LOST || record->kind == RECORD_FATE))
            seen[record->frame - 1].fates |= (uint64_t)1 << record->rule;
    }
    if (except != 0)
        seen[except - 1].identity = 0; /* the victim: its fate is ours */
    qsort(seen, frames, sizeof(*seen), order);
    *count = frames;
    return seen;
}

/* Frames that both runs have (and have once) must have met the same luck. */
static unsigned compare_fates(const struct fate_seen *a, uint32_t a_count,
                              const struct fate_seen *b, uint32_t b_count, unsigned *differing)
{
    unsigned common = 0;

    *differing = 0;
    for (uint32_t i = 0, j = 0; i < a_count && j < b_count;) {
        int side = order(&a[i], &b[j]);
        bool once = (i + 1 == a_count || order(&a[i], &a[i + 1]) != 0) &&
                    (j + 1 == b_count || order(&b[j], &b[j + 1]) != 0);

        if (side == 0 && once && a[i].identity != 0) {
            common++;
            *differing += a[i].fates != b[j].fates;
        }
        i += side <= 0;
        j += side >= 0;
    }
    return common;
}

static void expect_same_before(const struct trace *a, const struct trace *b, uint32_t frame)
{
    uint32_t end = trace_frame(a, frame)->record;

    EXPECT_EQ(trace_frame(b, frame)->record, end);
    for (uint32_t i = 0; i < end; i++)
        if (!EXPECT(memcmp(trace_record(a, i), trace_record(b, i), sizeof(struct record)) == 0)) {
            printf("    record %u differs, before frame %u\n", i, frame);
            return;
        }
}

static void drop_one(uint64_t seed)
{
    struct intervention drop = { .kind = FAULT_KIND_DROP };
    struct lab_run plain, dropped;
    struct fate_seen *a, *b;
    uint32_t a_count, b_count;
    unsigned differing, common;
    char text[4096];

    lab_run_busy_text(text, sizeof(text), seed);
    if (!lab_run_open(&plain, text, NULL, 0))
        return;
    simulation_run(&plain.simulation, NULL);
    drop.frame = 1 + (uint32_t)(seed * 37 % plain.simulation.trace.frames.at);
    if (!lab_run_open(&dropped, text, &drop, 1))
        return;
    simulation_run(&dropped.simulation, NULL);
    expect_same_before(&plain.simulation.trace, &dropped.simulation.trace, drop.frame);
    a = collect(&plain.simulation.trace, drop.frame, &a_count);
    b = collect(&dropped.simulation.trace, drop.frame, &b_count);
    common = compare_fates(a, a_count, b, b_count, &differing);
    EXPECT(common > a_count / 2);
    if (!EXPECT_EQ(differing, 0))
        printf("    seed %llu, --drop %u: %u of %u common frames\n", (unsigned long long)seed,
               drop.frame, differing, common);
    free(a);
    free(b);
    lab_run_close(&plain);
    lab_run_close(&dropped);
}

static void test_one_frame_dropped_leaves_the_others_their_luck(void)
{
    for (uint64_t seed = 1; seed <= WORLDS; seed++)
        drop_one(seed);
}

static uint64_t hash_of_run(uint64_t seed)
{
    struct lab_run run;
    char text[4096];
    uint64_t hash;

    lab_run_busy_text(text, sizeof(text), seed);
    if (!lab_run_open(&run, text, NULL, 0))
        return 0;
    simulation_run(&run.simulation, NULL);
    EXPECT_EQ(world_live_packets(run.simulation.world), 0);
    hash = trace_hash(&run.simulation.trace);
    lab_run_close(&run);
    return hash;
}

static void test_same_seed_same_hash_other_seed_other_hash(void)
{
    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        uint64_t hash = hash_of_run(seed);

        EXPECT(hash == hash_of_run(seed));
        EXPECT(hash != hash_of_run(seed + WORLDS));
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_one_frame_dropped_leaves_the_others_their_luck),
        TEST(test_same_seed_same_hash_other_seed_other_hash),
    };

    return run_tests("interventions", tests, ARRAY_LEN(tests));
}
