#include "sim/fault.h"

#include "sim/filter.h"
#include "sim/luck.h"
#include "tests/support/expect.h"
#include "tests/support/stations.h"
#include "tests/support/suite.h"

#include <string.h>

#define FRAMES 400

/* a sends FRAMES frames, one each 20 ms; RECEIVED[n] counts arrivals of n. */
static void run_frames(struct stations *s, unsigned received[FRAMES])
{
    for (uint32_t n = 0; n < FRAMES; n++)
        station_send_at(s->a, n * 20 * MS, n, 100);
    world_run(s->world);
    memset(received, 0, FRAMES * sizeof(*received));
    for (unsigned i = 0; i < s->b->count && i < STATION_ARRIVALS; i++)
        received[s->b->arrivals[i].number]++;
}

static struct fault *scripted(struct stations *s, enum fault_kind kind)
{
    struct fault *fault = world_add_fault(s->world);

    fault->kind = kind;
    fault->from = fault->to = NODE_NONE;
    fault->link = LINK_NONE;
    return fault;
}

static void test_same_seed_gives_same_fates_another_gives_others(void)
{
    unsigned first[FRAMES], again[FRAMES], other[FRAMES];
    struct stations s;

    for (unsigned run = 0; run < 3; run++) {
        stations_open(&s, run == 2 ? 8 : 7, true);
        s.wire->direction[0].config.chances.loss = 300000;
        run_frames(&s, run == 0 ? first : run == 1 ? again : other);
        stations_close(&s);
    }
    EXPECT(memcmp(first, again, sizeof(first)) == 0);
    EXPECT(memcmp(first, other, sizeof(first)) != 0);
}

static void test_loss_rate_is_near_its_probability(void)
{
    unsigned received[FRAMES], lost = 0;
    struct stations s;

    stations_open(&s, 3, true);
    s.wire->direction[0].config.chances.loss = 250000;
    run_frames(&s, received);
    for (unsigned n = 0; n < FRAMES; n++)
        lost += received[n] == 0;
    EXPECT(lost > 60 && lost < 140);
    EXPECT_EQ(stations_count(&s, RULE_LINK_LOSS), lost);
    stations_close(&s);
}

static void test_dropping_one_frame_leaves_the_luck_of_the_others(void)
{
    unsigned plain[FRAMES], dropped[FRAMES];
    struct stations s;

    for (unsigned run = 0; run < 2; run++) {
        stations_open(&s, 5, true);
        s.wire->direction[0].config.chances.loss = 200000;
        s.wire->direction[0].config.chances.burst_enter = 50000;
        s.wire->direction[0].config.chances.burst_leave = 200000;
        s.wire->direction[0].config.chances.burst_loss = PPM;
        s.wire->direction[0].config.chances.duplicate = 100000;
        if (run == 1)
            world_add_intervention(s.world)->frame = 51; /* number 50 */
        run_frames(&s, run == 0 ? plain : dropped);
        stations_close(&s);
    }
    EXPECT_EQ(dropped[50], 0);
    dropped[50] = plain[50];
    EXPECT(memcmp(plain, dropped, sizeof(plain)) == 0);
}

static void test_changing_one_chance_leaves_the_others(void)
{
    unsigned alone[FRAMES], with_duplicates[FRAMES];
    struct stations s;

    for (unsigned run = 0; run < 2; run++) {
        stations_open(&s, 5, true);
        s.wire->direction[0].config.chances.loss = 200000;
        s.wire->direction[0].config.chances.duplicate = run * 500000;
        run_frames(&s, run == 0 ? alone : with_duplicates);
        stations_close(&s);
    }
    for (unsigned n = 0; n < FRAMES; n++)
        EXPECT_EQ(alone[n] == 0, with_duplicates[n] == 0);
}

static void test_bursts_lose_neighbours_together(void)
{
    unsigned received[FRAMES], lost = 0, pairs = 0;
    struct stations s;

    stations_open(&s, 11, true);
    s.wire->direction[0].config.chances.burst_enter = 2000;
    s.wire->direction[0].config.chances.burst_leave = 10000;
    s.wire->direction[0].config.chances.burst_loss = PPM;
    run_frames(&s, received);
    for (unsigned n = 0; n < FRAMES; n++) {
        lost += received[n] == 0;
        pairs += n > 0 && received[n] == 0 && received[n - 1] == 0;
    }
    EXPECT(lost > 10 && lost < FRAMES / 2);
    EXPECT(pairs * 2 > lost); /* most losses have a lost neighbour */
    EXPECT_EQ(stations_count(&s, RULE_LINK_BURST_LOSS), lost);
    stations_close(&s);
}

static void test_jitter_keeps_the_order_reorder_does_not(void)
{
    struct stations s;
    unsigned swapped = 0;

    for (unsigned run = 0; run < 2; run++) {
        stations_open(&s, 9, true);
        if (run == 0) {
            s.wire->direction[0].config.chances.jitter = 50 * MS;
        } else {
            s.wire->direction[0].config.chances.reorder = 200000;
            s.wire->direction[0].config.chances.reorder_by = 30 * MS;
        }
        for (uint32_t n = 0; n < 200; n++)
            station_send_at(s.a, n * MS, n, 100);
        world_run(s.world);
        EXPECT_EQ(s.b->count, 200);
        for (unsigned i = 1; i < 200; i++)
            swapped += s.b->arrivals[i].number < s.b->arrivals[i - 1].number;
        if (run == 0)
            EXPECT_EQ(swapped, 0);
        stations_close(&s);
    }
    EXPECT(swapped > 10);
}

static void test_corruption_flips_one_bit_and_keeps_the_old_check(void)
{
    struct stations s;

    stations_open(&s, 2, true);
    s.wire->direction[0].config.chances.corrupt = PPM;
    for (uint32_t n = 0; n < 20; n++)
        station_send_at(s.a, n * MS, n, 100);
    world_run(s.world);
    EXPECT_EQ(s.b->count, 20);
    for (unsigned i = 0; i < 20; i++) {
        EXPECT(s.b->arrivals[i].damaged);
        EXPECT(s.b->arrivals[i].check != s.b->arrivals[i].original_check);
    }
    stations_close(&s);
}

static void test_scripted_drop_takes_the_nth_match_only(void)
{
    unsigned received[FRAMES];
    struct stations s;
    struct fault *fault;

    stations_open(&s, 1, true);
    fault = scripted(&s, FAULT_KIND_DROP);
    fault->nth[0] = 3;
    fault->nth[1] = 7;
    fault->nth_count = 2;
    run_frames(&s, received);
    for (unsigned n = 0; n < FRAMES; n++)
        EXPECT_EQ(received[n], n != 2 && n != 6);
    EXPECT_EQ(stations_count(&s, RULE_FAULT_DROP), 2);
    stations_close(&s);
}

static void test_scripted_every_counts_on(void)
{
    unsigned received[FRAMES];
    struct stations s;

    stations_open(&s, 1, true);
    scripted(&s, FAULT_KIND_DROP)->every = 10;
    run_frames(&s, received);
    EXPECT_EQ(stations_count(&s, RULE_FAULT_DROP), FRAMES / 10);
    EXPECT_EQ(received[9], 0);
    EXPECT_EQ(received[10], 1);
    stations_close(&s);
}

static void test_scripted_fault_heeds_its_filter_and_direction(void)
{
    char error[256];
    size_t column;
    struct filter *filter = filter_compile("len > 150", 1, error, sizeof(error), &column);
    struct stations s;
    struct fault *fault;

    EXPECT(filter != NULL);
    stations_open(&s, 1, true);
    fault = scripted(&s, FAULT_KIND_DROP);
    fault->filter = filter;
    fault->from = s.a->node.id;
    fault->nth[0] = 1;
    fault->nth_count = 1;
    station_send_at(s.b, 0, 1, 200);
    station_send_at(s.a, 1 * MS, 1, 100);
    station_send_at(s.a, 2 * MS, 2, 200);
    station_send_at(s.a, 3 * MS, 3, 200);
    world_run(s.world);
    EXPECT_EQ(s.a->count, 1);
    EXPECT_EQ(s.b->count, 2);
    EXPECT_EQ(s.b->arrivals[1].number, 3);
    stations_close(&s);
    filter_free(filter);
}

static void test_scripted_delay_lets_others_overtake(void)
{
    struct stations s;
    struct fault *fault;

    stations_open(&s, 1, true);
    fault = scripted(&s, FAULT_KIND_DELAY);
    fault->by = 25 * MS;
    fault->nth[0] = 1;
    fault->nth_count = 1;
    for (uint32_t n = 1; n <= 2; n++)
        station_send_at(s.a, (vtime)n * MS, n, 100);
    world_run(s.world);
    EXPECT_EQ(s.b->arrivals[0].number, 2);
    EXPECT_EQ(s.b->arrivals[1].at, 36 * MS);
    EXPECT_EQ(stations_count(&s, RULE_FAULT_DELAY), 1);
    stations_close(&s);
}

static void test_swapped_words_change_places(void)
{
    struct stations s;
    struct fault *fault;

    stations_open(&s, 1, true);
    fault = scripted(&s, FAULT_KIND_CORRUPT);
    fault->damage = (struct damage){ .bit = -1, .swap_a = 0, .swap_b = 2 };
    station_send_at(s.a, 0, 0x00010002, 100);
    world_run(s.world);
    EXPECT_EQ(s.b->arrivals[0].number, 0x00020001);
    EXPECT(s.b->arrivals[0].damaged);
    EXPECT_EQ(stations_count(&s, RULE_FAULT_SWAP), 1);
    stations_close(&s);
}

static void test_scripted_bit_flips_that_bit_first_is_leftmost(void)
{
    struct stations s;
    struct fault *fault;

    stations_open(&s, 1, true);
    fault = scripted(&s, FAULT_KIND_CORRUPT);
    fault->damage = (struct damage){ .bit = 7 }; /* the least of byte 0 */
    station_send_at(s.a, 0, 0x10, 100);
    world_run(s.world);
    EXPECT_EQ(s.b->arrivals[0].number, 0x11);
    EXPECT_EQ(stations_count(&s, RULE_FAULT_CORRUPT), 1);
    stations_close(&s);
}

static void test_damage_beyond_the_frame_says_so_and_does_nothing(void)
{
    static const struct {
        const char *label;
        struct damage damage;
        bool fits;
    } rows[] = {
        { "last bit of the frame check", { .bit = 104 * 8 - 1 }, true },
        { "one bit further", { .bit = 104 * 8 }, false },
        { "last two words", { .bit = -1, .swap_a = 96, .swap_b = 98 }, true },
        { "a word that ends outside", { .bit = -1, .swap_a = 0, .swap_b = 99 }, false },
        { "words far outside", { .bit = -1, .swap_a = 20000, .swap_b = 2 }, false },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct stations s;

        stations_open(&s, 1, true);
        scripted(&s, FAULT_KIND_CORRUPT)->damage = rows[i].damage;
        station_send_at(s.a, 0, 1, 100);
        world_run(s.world);
        EXPECT_EQ_ROW(rows[i].label, s.b->arrivals[0].damaged, rows[i].fits);
        EXPECT_EQ_ROW(rows[i].label, stations_count(&s, RULE_DAMAGE_BEYOND), !rows[i].fits);
        stations_close(&s);
    }
}

static void test_scripted_duplicate_arrives_twice(void)
{
    struct stations s;

    stations_open(&s, 1, true);
    scripted(&s, FAULT_KIND_DUPLICATE)->every = 2;
    for (uint32_t n = 1; n <= 4; n++)
        station_send_at(s.a, (vtime)n * MS, n, 100);
    world_run(s.world);
    EXPECT_EQ(s.b->count, 6);
    EXPECT_EQ(stations_count(&s, RULE_FAULT_DUPLICATE), 2);
    stations_close(&s);
}

static void test_intervention_means_one_frame_number(void)
{
    static const struct {
        const char *label;
        enum fault_kind kind;
        unsigned arrivals;
        rule_id rule;
    } rows[] = {
        { "drop", FAULT_KIND_DROP, 2, RULE_INTERVENTION_DROP },
        { "delay", FAULT_KIND_DELAY, 3, RULE_INTERVENTION_DELAY },
        { "duplicate", FAULT_KIND_DUPLICATE, 4, RULE_INTERVENTION_DUPLICATE },
        { "corrupt", FAULT_KIND_CORRUPT, 3, RULE_INTERVENTION_CORRUPT },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct stations s;
        struct intervention *what;

        stations_open(&s, 1, true);
        what = world_add_intervention(s.world);
        what->kind = rows[i].kind;
        what->frame = 2;
        what->by = 5 * MS;
        what->bit = -1;
        for (uint32_t n = 1; n <= 3; n++)
            station_send_at(s.a, (vtime)n * 50 * MS, n, 100);
        world_run(s.world);
        EXPECT_EQ_ROW(rows[i].label, s.b->count, rows[i].arrivals);
        EXPECT_EQ_ROW(rows[i].label, stations_count(&s, rows[i].rule), 1);
        stations_close(&s);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_same_seed_gives_same_fates_another_gives_others),
        TEST(test_loss_rate_is_near_its_probability),
        TEST(test_dropping_one_frame_leaves_the_luck_of_the_others),
        TEST(test_changing_one_chance_leaves_the_others),
        TEST(test_bursts_lose_neighbours_together),
        TEST(test_jitter_keeps_the_order_reorder_does_not),
        TEST(test_corruption_flips_one_bit_and_keeps_the_old_check),
        TEST(test_scripted_drop_takes_the_nth_match_only),
        TEST(test_scripted_every_counts_on),
        TEST(test_scripted_fault_heeds_its_filter_and_direction),
        TEST(test_scripted_delay_lets_others_overtake),
        TEST(test_swapped_words_change_places),
        TEST(test_scripted_bit_flips_that_bit_first_is_leftmost),
        TEST(test_damage_beyond_the_frame_says_so_and_does_nothing),
        TEST(test_scripted_duplicate_arrives_twice),
        TEST(test_intervention_means_one_frame_number),
    };

    return run_tests("fault", tests, ARRAY_LEN(tests));
}
