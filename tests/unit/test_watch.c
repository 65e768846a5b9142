#include "sim/watch.h"

#include "sim/history.h"
#include "sim/world.h"
#include "tests/support/expect.h"
#include "tests/support/stations.h"
#include "tests/support/suite.h"

/* What an owner of station b watches: three fields, in one group. */
struct owner {
    struct watch_group group;
    struct watch watches[3];
    uint32_t small[2];
    int64_t large;
};

/* An event that changes two owners, of which it touches one or both. */
struct change {
    struct event event;
    struct station *station;
    struct owner *first, *second;
    bool forgets; /* the first, once changed */
};

static struct stations stations;

static struct owner *owner_new(uint32_t subject)
{
    struct owner *owner = ARENA_NEW(&stations.world->arena, struct owner);

    watch_group_add(&owner->group, &owner->watches[0], 1, subject, &owner->small[0], 4);
    watch_group_add(&owner->group, &owner->watches[1], 2, subject, &owner->large, 8);
    watch_group_add(&owner->group, &owner->watches[2], 3, subject, &owner->small[1], 4);
    return owner;
}

static void change_happens(struct world *world, struct event *event)
{
    struct change *change = CONTAINER_OF(event, struct change, event);
    struct node *node = &change->station->node;

    (void)world;
    change->first->small[1]++;
    watch_group_touch(node, &change->first->group);
    if (change->second != NULL) {
        change->second->large--;
        watch_group_touch(node, &change->second->group);
    }
    change->first->small[0] += 5;
    watch_group_touch(node, &change->first->group);
    if (change->forgets)
        watch_group_forget(node, &change->first->group);
}

static struct change *change_at(vtime at, uint16_t node, struct owner *first,
                                struct owner *second)
{
    struct change *change = ARENA_NEW(&stations.world->arena, struct change);

    event_init(&change->event, node, change_happens);
    change->station = stations.b;
    change->first = first;
    change->second = second;
    event_arm(&stations.world->queue, &change->event, at);
    return change;
}

static void expect_value(uint32_t index, uint32_t event, uint32_t subject, uint16_t variable,
                         int64_t was, int64_t is)
{
    const struct record *record;

    if (!EXPECT(index < stations.trace.records.at))
        return;
    record = trace_record(&stations.trace, index);
    EXPECT_EQ(record->kind, RECORD_VALUE);
    EXPECT_EQ(record->node, stations.b->node.id);
    EXPECT_EQ(record->event, event);
    EXPECT_EQ(record->subject, subject);
    EXPECT_EQ(record->what, variable);
    EXPECT_EQ(record->a, was);
    EXPECT_EQ(record->b, is);
}

static void test_group_is_compared_in_order_of_adding(void)
{
    stations_open(&stations, 1, true);
    change_at(1 * MS, stations.b->node.id, owner_new(7), NULL);
    world_run(stations.world);
    EXPECT_EQ(stations.trace.records.at, 2);
    expect_value(0, 1, 7, 1, 0, 5);
    expect_value(1, 1, 7, 3, 0, 1);
    stations_close(&stations);
}

static void test_groups_are_compared_in_order_of_touching(void)
{
    struct owner *early, *late;

    stations_open(&stations, 1, true);
    early = owner_new(7);
    late = owner_new(8);
    change_at(1 * MS, stations.b->node.id, late, early);
    world_run(stations.world);
    EXPECT_EQ(stations.trace.records.at, 3);
    expect_value(0, 1, 8, 1, 0, 5);
    expect_value(1, 1, 8, 3, 0, 1);
    expect_value(2, 1, 7, 2, 0, -1);
    stations_close(&stations);
}

static void test_untouched_group_is_not_looked_at(void)
{
    struct owner *quiet;

    stations_open(&stations, 1, true);
    quiet = owner_new(9);
    change_at(1 * MS, stations.b->node.id, owner_new(7), NULL);
    quiet->large = 3;
    world_run(stations.world);
    EXPECT_EQ(stations.trace.records.at, 2);
    stations_close(&stations);
}

/* Events of nobody and of another node touch b's groups, too; what changed is
 * told before the next event begins. */
static void test_any_event_may_touch_a_group(void)
{
    struct owner *owner;

    stations_open(&stations, 1, true);
    owner = owner_new(7);
    change_at(1 * MS, NODE_NONE, owner, NULL);
    change_at(2 * MS, stations.a->node.id, owner, NULL);
    world_run(stations.world);
    EXPECT_EQ(stations.trace.records.at, 4);
    expect_value(0, 1, 7, 1, 0, 5);
    expect_value(1, 1, 7, 3, 0, 1);
    expect_value(2, 2, 7, 1, 5, 10);
    expect_value(3, 2, 7, 3, 1, 2);
    stations_close(&stations);
}

static void test_touch_before_the_first_event_belongs_to_the_set_up(void)
{
    struct owner *owner;

    stations_open(&stations, 1, true);
    owner = owner_new(7);
    owner->large = 4;
    watch_group_touch(&stations.b->node, &owner->group);
    world_start(stations.world);
    EXPECT_EQ(stations.trace.records.at, 1);
    expect_value(0, 0, 7, 2, 0, 4);
    stations_close(&stations);
}

static void test_forgotten_group_has_its_last_word(void)
{
    struct owner *first, *second;
    struct change *change;

    stations_open(&stations, 1, true);
    first = owner_new(7);
    second = owner_new(8);
    change = change_at(1 * MS, stations.b->node.id, second, first);
    change->forgets = true;
    change = change_at(2 * MS, stations.b->node.id, first, second);
    change->forgets = true;
    world_run(stations.world);
    EXPECT_EQ(stations.trace.records.at, 5);
    expect_value(0, 1, 8, 1, 0, 5);
    expect_value(1, 1, 8, 3, 0, 1);
    expect_value(2, 1, 7, 2, 0, -1);
    expect_value(3, 2, 7, 1, 0, 5);
    expect_value(4, 2, 7, 3, 0, 1);
    EXPECT(first->group.watches == NULL && !first->group.touched);
    EXPECT(stations.world->touched.first == NULL && stations.world->touched.last == NULL);
    watch_group_forget(&stations.b->node, &first->group); /* an empty one, too */
    stations_close(&stations);
}

static void test_last_touched_group_can_be_forgotten(void)
{
    struct owner *first, *last;

    stations_open(&stations, 1, true);
    first = owner_new(7);
    last = owner_new(8);
    watch_group_touch(&stations.b->node, &first->group);
    watch_group_touch(&stations.b->node, &last->group);
    watch_group_forget(&stations.b->node, &last->group);
    EXPECT(stations.world->touched.last == &first->group);
    change_at(1 * MS, stations.b->node.id, first, NULL);
    world_run(stations.world);
    EXPECT_EQ(stations.trace.records.at, 2);
    stations_close(&stations);
}

static void test_without_a_trace_nothing_is_touched(void)
{
    struct owner *owner;

    stations_open(&stations, 1, false);
    owner = owner_new(7);
    change_at(1 * MS, stations.b->node.id, owner, NULL);
    world_run(stations.world);
    EXPECT(!owner->group.touched);
    EXPECT(stations.world->touched.first == NULL);
    stations_close(&stations);
}

static void test_going_back_finds_the_same_values(void)
{
    struct history history;
    struct owner *owner;
    uint64_t hash;

    stations_open(&stations, 1, true);
    owner = owner_new(7);
    for (int i = 1; i <= 20; i++)
        change_at(i * MS, i % 2 == 0 ? NODE_NONE : stations.b->node.id, owner, owner_new(8));
    world_start(stations.world);
    history_open(&history, stations.world);
    history.interval = 3;
    while (history_step(&history))
        continue;
    hash = trace_hash(&stations.trace);
    for (uint32_t to = 20; to > 0; to--)
        EXPECT(world_seek(&history, to - 1));
    EXPECT(world_seek(&history, 20));
    EXPECT(trace_hash(&stations.trace) == hash);
    history_close(&history);
    stations_close(&stations);
}

static void test_why_may_be_about_a_subject(void)
{
    const struct record *record;

    stations_open(&stations, 1, true);
    node_why_about(&stations.b->node, 12, RULE_LINK_LOSS, 3, 4);
    node_why(&stations.b->node, RULE_LINK_CUT, 5, 6);
    record = trace_record(&stations.trace, 0);
    EXPECT_EQ(record->kind, RECORD_WHY);
    EXPECT_EQ(record->subject, 12);
    EXPECT_EQ(record->rule, RULE_LINK_LOSS);
    EXPECT_EQ(record->a, 3);
    EXPECT_EQ(record->b, 4);
    EXPECT_EQ(trace_record(&stations.trace, 1)->subject, 0);
    stations_close(&stations);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_group_is_compared_in_order_of_adding),
        TEST(test_groups_are_compared_in_order_of_touching),
        TEST(test_untouched_group_is_not_looked_at),
        TEST(test_any_event_may_touch_a_group),
        TEST(test_touch_before_the_first_event_belongs_to_the_set_up),
        TEST(test_forgotten_group_has_its_last_word),
        TEST(test_last_touched_group_can_be_forgotten),
        TEST(test_without_a_trace_nothing_is_touched),
        TEST(test_going_back_finds_the_same_values),
        TEST(test_why_may_be_about_a_subject),
    };

    return run_tests("watch", tests, ARRAY_LEN(tests));
}
