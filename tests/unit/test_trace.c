#include "sim/trace.h"

#include "sim/hash.h"
#include "sim/trace_fold.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <string.h>

#define FLOW_RECORDS 10000

static struct record folded_from[TRACE_BLOCK], unfolded[TRACE_BLOCK];
static uint8_t bytes[TRACE_BLOCK * FOLD_RECORD_MAX];

static bool is_same(const struct record *x, const struct record *y)
{
    return memcmp(x, y, sizeof(*x)) == 0;
}

/* Folds and unfolds the first COUNT records; returns how many bytes it took. */
static size_t expect_same_again(unsigned count)
{
    size_t size = trace_fold(folded_from, count, bytes);

    memset(unfolded, 0xa5, sizeof(unfolded));
    trace_unfold(bytes, count, unfolded);
    for (unsigned i = 0; i < count; i++)
        if (!EXPECT(is_same(&folded_from[i], &unfolded[i]))) {
            printf("    record %u of %u\n", i, count);
            break;
        }
    EXPECT(size <= (size_t)count * FOLD_RECORD_MAX);
    return size;
}

/* One record of a flow in which each frame makes ten, its numbers moving on. */
static struct record of_flow(uint32_t i)
{
    uint32_t frame = i / 10, step = i % 10;

    return (struct record){ .event = 1 + frame * 2 + step / 5,
                            .frame = step < 2 ? 0 : frame + 1,
                            .node = (uint16_t)(step / 5),
                            .kind = (uint8_t)(step % RECORD_KINDS),
                            .rule = (uint16_t)(step * 3),
                            .what = (uint16_t)(step * 2),
                            .a = step == 7 ? (int64_t)frame * 1400 : 0x0a000001,
                            .b = step == 7 ? (int64_t)(frame + 1) * 1400 : -(int64_t)step,
                            .subject = step * 100 };
}

static uint64_t draw(uint64_t key, uint64_t limit)
{
    return hash_mix(key) % limit;
}

static struct record anything(uint64_t key)
{
    unsigned shift = (unsigned)draw(key, 64);

    key = hash_mix(key) + 1;
    return (struct record){ .event = (uint32_t)(hash_mix(key + 1) >> 32 >> shift % 32),
                            .frame = (uint32_t)(hash_mix(key + 2) >> 32 >> shift % 31),
                            .subject = (uint32_t)hash_mix(key + 3),
                            .node = (uint16_t)hash_mix(key + 4),
                            .rule = (uint16_t)hash_mix(key + 5),
                            .a = (int64_t)(hash_mix(key + 6) >> shift),
                            .b = -(int64_t)(hash_mix(key + 7) >> shift),
                            .what = (uint16_t)hash_mix(key + 8),
                            .port = (uint16_t)hash_mix(key + 9),
                            .kind = (uint8_t)draw(key + 10, RECORD_KINDS) };
}

static void test_any_records_unfold_to_what_they_were(void)
{
    for (unsigned run = 0; run < 200; run++) {
        unsigned count = run == 0 ? TRACE_BLOCK : (unsigned)draw(run, TRACE_BLOCK + 1);

        /* Some follow their likes, some have nothing to do with anything. */
        for (unsigned i = 0; i < count; i++)
            folded_from[i] =
                draw(run * 1000 + i, 4) == 0 ? anything(run * 1000 + i) : of_flow(run * 1000 + i);
        expect_same_again(count);
    }
}

static void test_numbers_at_their_limits_unfold(void)
{
    for (unsigned i = 0; i < TRACE_BLOCK; i++) {
        bool low = i % 2 == 0;

        folded_from[i] = anything(i / 7);
        folded_from[i].a = low ? INT64_MIN : INT64_MAX;
        folded_from[i].b = low ? -1 : INT64_MIN;
        folded_from[i].event = low ? UINT32_MAX : 0;
        folded_from[i].frame = i % 3 == 0 ? 0 : UINT32_MAX - i;
        folded_from[i].node = low ? UINT16_MAX : 0;
    }
    expect_same_again(TRACE_BLOCK);
}

static void test_flow_takes_few_bytes(void)
{
    for (uint32_t i = 0; i < TRACE_BLOCK; i++)
        folded_from[i] = of_flow(5000 + i);
    EXPECT(expect_same_again(TRACE_BLOCK) < TRACE_BLOCK * 5 / 2);
}

/* ---- Many connections at once ---- */

enum { CONNECTIONS = 1000, EVENT_RECORDS = 8 };

/* Whose events come in what order, how much goes wrong in them. */
struct crowd {
    uint64_t key;
    uint32_t connections;
    uint32_t event, frame;
    uint32_t done[CONNECTIONS]; /* events of each */
};

/* What the next event does to a connection drawn by chance: what is heard is
 * told of no connection, what it leads to is; now and then a record is left
 * out, one comes from elsewhere, or a number jumps. */
static unsigned next_event(struct crowd *crowd, struct record *records)
{
    uint32_t who = (uint32_t)draw(crowd->key + crowd->event, crowd->connections);
    uint16_t node = (uint16_t)(who % 3);
    int64_t done = crowd->done[who]++, moved = 1000 * who + 500 * done;
    uint32_t event = ++crowd->event, heard = crowd->frame / 2 + 1;
    struct record row[EVENT_RECORDS] = {
        { .kind = RECORD_RX, .frame = heard, .a = 554, .b = node, .port = node },
        { .kind = RECORD_WHY, .frame = heard, .rule = 348, .a = 49152 + who, .b = 500 },
        { .kind = RECORD_TIMER, .frame = heard, .what = 14, .a = 200000000 + event * 8000 },
        { .kind = RECORD_VALUE, .frame = heard, .what = 8, .a = moved, .b = moved + 500 },
        { .kind = RECORD_TX, .frame = ++crowd->frame, .a = 60, .what = node },
        { .kind = RECORD_VALUE, .frame = heard, .what = 9, .a = -moved, .b = INT64_MAX - moved },
        { .kind = RECORD_APP, .what = 31, .a = moved, .b = (int64_t)who << 40 },
        { .kind = RECORD_STATE, .frame = heard, .what = 1, .a = done % 11, .b = (done + 1) % 11 },
    };
    unsigned count = 0;

    for (unsigned i = 0; i < EVENT_RECORDS; i++) {
        uint64_t chance = draw(crowd->key + event * 100 + i, 40);

        if (chance == 0)
            continue;
        row[i].event = event;
        row[i].node = node;
        row[i].subject = i < 2 ? 0 : who + 1;
        if (chance == 1)
            row[i].a ^= (int64_t)hash_mix(event);
        records[count++] = chance == 2 ? anything(event) : row[i];
    }
    return count;
}

/* Fills RECORDS, of which there are COUNT, with what a crowd of CONNECTIONS does. */
static void fill_with_crowd(struct record *records, uint32_t count, uint32_t connections,
                            uint64_t key)
{
    struct crowd crowd = { .key = key, .connections = connections };
    struct record event[EVENT_RECORDS];

    for (uint32_t i = 0; i < count;) {
        unsigned more = next_event(&crowd, event);

        for (unsigned j = 0; j < more && i < count; j++)
            records[i++] = event[j];
    }
}

static const uint32_t crowds[] = { 1, 2, 10, 100, CONNECTIONS };

static void test_records_of_many_connections_unfold(void)
{
    for (uint64_t run = 0; run < 100; run++) {
        fill_with_crowd(folded_from, TRACE_BLOCK, crowds[run % ARRAY_LEN(crowds)], run);
        expect_same_again(TRACE_BLOCK);
        expect_same_again((unsigned)draw(run, TRACE_BLOCK));
    }
}

/* From any block, going on in either direction, as from a moment of a run. */
static void expect_reading_from_anywhere(uint32_t connections, uint32_t plain)
{
    static struct record want[12 * TRACE_BLOCK + 77];
    struct trace trace;

    fill_with_crowd(want, ARRAY_LEN(want), connections, connections);
    ASSERT(trace_open(&trace));
    trace_fold_behind(&trace, plain);
    for (size_t i = 0; i < ARRAY_LEN(want); i++)
        trace_add(&trace, &want[i]);
    for (uint32_t walk = 0; walk < 60; walk++) {
        int64_t step = walk % 2 == 0 ? 1 : -1, at = (int64_t)draw(walk, ARRAY_LEN(want));

        for (uint32_t n = 0; n < 1500 && at >= 0 && at < (int64_t)ARRAY_LEN(want); n++) {
            struct record read = trace_read(&trace, (uint32_t)at);

            if (!EXPECT(is_same(&want[at], &read)))
                break;
            at += step;
        }
    }
    trace_close(&trace);
}

static void test_many_connections_are_read_from_anywhere_both_ways(void)
{
    for (size_t i = 0; i < ARRAY_LEN(crowds); i++) {
        expect_reading_from_anywhere(crowds[i], 0);
        expect_reading_from_anywhere(crowds[i], 5 * TRACE_BLOCK);
    }
}

/* What a connection says does not depend on what others say in between. */
static void test_many_connections_take_hardly_more_than_one(void)
{
    size_t one, many;

    fill_with_crowd(folded_from, TRACE_BLOCK, 1, 7);
    one = expect_same_again(TRACE_BLOCK);
    fill_with_crowd(folded_from, TRACE_BLOCK, 10, 7);
    many = expect_same_again(TRACE_BLOCK);
    EXPECT(many < one * 3 / 2);
}

/* ---- A trace ---- */

static void fill(struct trace *trace, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++) {
        struct record record = of_flow(i);

        trace_add(trace, &record);
    }
}

/* A trace of which only the first PLAIN records are not folded. */
static void open_folding(struct trace *trace, uint32_t plain)
{
    ASSERT(trace_open(trace));
    trace_fold_behind(trace, plain);
}

/* All of them folded, some, none. */
static const uint32_t plains[] = { 0, 3 * TRACE_BLOCK, TRACE_PLAIN };

static void expect_any_order(uint32_t plain)
{
    struct trace trace;

    open_folding(&trace, plain);
    fill(&trace, 0, FLOW_RECORDS);
    for (uint32_t n = 0; n < FLOW_RECORDS; n++) {
        uint32_t i = (uint32_t)draw(n, FLOW_RECORDS);
        struct record want = of_flow(i), read = trace_read(&trace, i);

        EXPECT(is_same(&read, &want));
    }
    EXPECT_EQ(trace.records.count, FLOW_RECORDS);
    trace_close(&trace);
}

static void test_records_are_read_in_any_order(void)
{
    for (size_t i = 0; i < ARRAY_LEN(plains); i++)
        expect_any_order(plains[i]);
}

/* Also of the block that still grows: its pointers stay, too. */
static void expect_good_pointers(uint32_t plain)
{
    static const struct record *at[FLOW_RECORDS];
    struct trace trace;

    open_folding(&trace, plain);
    for (uint32_t i = 0; i < FLOW_RECORDS; i++) {
        fill(&trace, i, i + 1);
        at[i] = i % 3 == 0 ? trace_record(&trace, i) : NULL;
    }
    for (uint32_t i = 0; i < FLOW_RECORDS; i++) {
        struct record want = of_flow(i);

        EXPECT(at[i] == NULL || at[i] == trace_record(&trace, i));
        EXPECT(is_same(trace_record(&trace, i), &want));
        EXPECT(trace_record(&trace, i) - trace_record(&trace, 0) == (ptrdiff_t)i);
    }
    trace_close(&trace);
}

static void test_pointers_to_records_stay_good(void)
{
    for (size_t i = 0; i < ARRAY_LEN(plains); i++)
        expect_good_pointers(plains[i]);
}

static void expect_comparison(uint32_t plain)
{
    struct trace trace;
    struct trace_position middle;
    struct record other;
    uint64_t hash;

    open_folding(&trace, plain);
    fill(&trace, 0, 1000);
    middle = trace_position(&trace);
    fill(&trace, 1000, FLOW_RECORDS);
    hash = trace_hash(&trace);
    trace_go(&trace, middle);
    EXPECT_EQ(trace.records.at, 1000);
    fill(&trace, 1000, FLOW_RECORDS);
    EXPECT(trace_hash(&trace) == hash);
    EXPECT(!trace.diverged);
    trace_go(&trace, middle);
    fill(&trace, 1000, 2000);
    other = of_flow(2000);
    other.port ^= 1;
    trace_add(&trace, &other);
    EXPECT(trace.diverged);
    EXPECT_EQ(trace.diverged_at, 2000);
    other = of_flow(2000);
    EXPECT(is_same(trace_record(&trace, 2000), &other)); /* the first run stays */
    trace_close(&trace);
}

static void test_second_run_is_compared(void)
{
    for (size_t i = 0; i < ARRAY_LEN(plains); i++)
        expect_comparison(plains[i]);
}

static void test_hash_tells_records_apart(void)
{
    struct record record = of_flow(77);
    struct trace trace;
    uint64_t hash;

    ASSERT(trace_open(&trace));
    trace_add(&trace, &record);
    hash = trace_hash(&trace);
    for (size_t i = 0; i < offsetof(struct record, unused); i++) {
        struct record other = record;

        ((uint8_t *)&other)[i] ^= 1;
        trace_go(&trace, (struct trace_position){ 0 });
        trace_add(&trace, &other);
        EXPECT(trace_hash(&trace) != hash);
    }
    trace_close(&trace);
}

static void test_bytes_of_a_frame_passed_on_are_kept_once(void)
{
    static const uint8_t one[600] = { 1, 2, 3 }, other[600] = { 1, 2, 4 };
    struct trace_frame frame = { .len = sizeof(one) };
    struct trace trace;

    ASSERT(trace_open(&trace));
    trace_add_frame(&trace, &frame, (struct span){ one, sizeof(one) }, 0);
    trace_add_frame(&trace, &frame, (struct span){ one, sizeof(one) }, 1);
    EXPECT(trace_frame_bytes(&trace, 1).at == trace_frame_bytes(&trace, 2).at);
    trace_add_frame(&trace, &frame, (struct span){ other, sizeof(other) }, 2);
    EXPECT_BYTES(trace_frame_bytes(&trace, 3).at, other, sizeof(other));
    EXPECT_BYTES(trace_frame_bytes(&trace, 2).at, one, sizeof(one));
    trace_close(&trace);
}

static void test_unsent_bytes_are_kept_and_compared_with_a_second_run(void)
{
    static uint8_t bytes_of[600] = { 1, 2, 3 };
    struct span frame = { bytes_of, sizeof(bytes_of) };
    struct trace trace;

    ASSERT(trace_open(&trace));
    EXPECT_EQ(trace_add_unsent(&trace, 7, (struct span){ bytes_of, 60 }), 1);
    EXPECT_EQ(trace_add_unsent(&trace, 8, frame), 2);
    EXPECT_EQ(trace_unsent(&trace, 2)->identity, 8);
    EXPECT_EQ(trace_unsent(&trace, 2)->len, sizeof(bytes_of));
    EXPECT_BYTES(trace_unsent(&trace, 2)->bytes, bytes_of, TRACE_UNSENT_BYTES);
    trace_go(&trace, (struct trace_position){ .unsent = 1 });
    EXPECT_EQ(trace_add_unsent(&trace, 8, frame), 2);
    EXPECT(!trace.diverged);
    trace_go(&trace, (struct trace_position){ .unsent = 1 });
    bytes_of[2] = 4;
    EXPECT_EQ(trace_add_unsent(&trace, 8, frame), 2);
    EXPECT(trace.diverged);
    trace_close(&trace);
}

static void test_flow_needs_little_memory(void)
{
    struct trace trace;

    open_folding(&trace, 0);
    fill(&trace, 0, FLOW_RECORDS);
    EXPECT(trace_size(&trace) < FLOW_RECORDS * 5 / 2);
    trace_close(&trace);
}

/* ---- What has happened up to a moment ---- */

enum { EVENTS = 40, SETUP_RECORDS = 3 };

/* Events of 0 to 3 records, some at the same time; every other record sends. */
static void fill_events(struct trace *trace)
{
    struct record record = { .node = 1 };

    for (uint32_t i = 0, event = 0; event <= EVENTS; event++) {
        uint32_t count = event == 0 ? SETUP_RECORDS : event % 4;

        if (event > 0)
            trace_begin_event(trace, (vtime)(event / 3) * 10, 0);
        for (uint32_t j = 0; j < count; j++, i++) {
            struct trace_frame frame = { .len = 4, .event = event };

            if (i % 2 == 1)
                trace_add_frame(trace, &frame, (struct span){ (const uint8_t *)"abcd", 4 }, 0);
            record.event = event;
            record.kind = i % 2 == 1 ? RECORD_TX : RECORD_WHY;
            record.frame = i % 2 == 1 ? trace->frames.count : 0;
            trace_add(trace, &record);
        }
    }
}

static void test_what_happened_up_to_a_moment_is_what_a_scan_counts(void)
{
    struct trace trace;

    EXPECT(trace_open(&trace));
    fill_events(&trace);
    EXPECT_EQ(trace.events.count, EVENTS);
    for (uint32_t event = 0, begin = 0; event <= EVENTS; event++) {
        uint32_t count = event == 0 ? SETUP_RECORDS : event % 4;

        EXPECT_EQ(trace_event_begin(&trace, event), begin);
        EXPECT_EQ(trace_event_end(&trace, event), begin + count);
        begin += count;
    }
    for (uint32_t record = 0, sent = 0; record <= trace.records.count; record++) {
        EXPECT_EQ(trace_frames_before(&trace, record), sent);
        if (record < trace.records.count)
            sent += trace_read(&trace, record).kind == RECORD_TX;
    }
    EXPECT_EQ(trace_frames_before(&trace, UINT32_MAX), trace.frames.count);
    for (vtime time = -1; time <= EVENTS * 5; time++) {
        uint32_t until = 0;

        while (until < EVENTS && trace_event(&trace, until + 1)->at <= time)
            until++;
        EXPECT_EQ(trace_events_until(&trace, time), until);
    }
    trace_close(&trace);
}

static void test_an_empty_trace_has_nothing_up_to_any_moment(void)
{
    struct trace trace;

    EXPECT(trace_open(&trace));
    EXPECT_EQ(trace_event_begin(&trace, 0), 0);
    EXPECT_EQ(trace_event_end(&trace, 0), 0);
    EXPECT_EQ(trace_events_until(&trace, HOURS), 0);
    EXPECT_EQ(trace_frames_before(&trace, 7), 0);
    trace_close(&trace);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_any_records_unfold_to_what_they_were),
        TEST(test_numbers_at_their_limits_unfold),
        TEST(test_flow_takes_few_bytes),
        TEST(test_records_of_many_connections_unfold),
        TEST(test_many_connections_are_read_from_anywhere_both_ways),
        TEST(test_many_connections_take_hardly_more_than_one),
        TEST(test_records_are_read_in_any_order),
        TEST(test_pointers_to_records_stay_good),
        TEST(test_second_run_is_compared),
        TEST(test_hash_tells_records_apart),
        TEST(test_bytes_of_a_frame_passed_on_are_kept_once),
        TEST(test_unsent_bytes_are_kept_and_compared_with_a_second_run),
        TEST(test_flow_needs_little_memory),
        TEST(test_what_happened_up_to_a_moment_is_what_a_scan_counts),
        TEST(test_an_empty_trace_has_nothing_up_to_any_moment),
    };

    return run_tests("trace", tests, ARRAY_LEN(tests));
}
