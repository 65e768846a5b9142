#include "tools/lib/simulation.h"

#include <stdio.h>
#include <string.h>

#include "layers/names.h"
#include "layers/rule.h"
#include "layers/state.h"
#include "sim/history.h"
#include "tests/support/expect.h"
#include "tests/support/lab_run.h"
#include "tests/support/suite.h"

#define HOSTS                          \
    "title: t\n"                       \
    "hosts:\n"                         \
    "  a: { ip: 10.0.0.1/24 }\n"       \
    "  b: { ip: 10.0.0.2/24 }\n"       \
    "links:\n"                         \
    "  wire: { ends: [a, b], delay: 10ms }\n"

/* When entry number INDEX of the script ran, or -1. */
static vtime ran_at(const struct lab_run *run, int64_t index)
{
    const struct trace *trace = &run->simulation.trace;

    for (uint32_t i = 0; i < trace->records.at; i++) {
        const struct record *record = trace_record(trace, i);

        if (record->kind == RECORD_APP && record->what == APP_COMMAND && record->a == index)
            return trace_time(trace, record);
    }
    return -1;
}

static void test_script_entries_run_at_their_time(void)
{
    struct lab_run run;

    if (!lab_run_open(&run, HOSTS "script:\n"
                                  "  - { at: 30ms, a: ping b }\n"
                                  "  - { at: 5ms, b: udp bind 9 }\n",
                      NULL, 0))
        return;
    simulation_run(&run.simulation, NULL);
    EXPECT_EQ(ran_at(&run, 0), 30 * MS);
    EXPECT_EQ(ran_at(&run, 1), 5 * MS);
    lab_run_close(&run);
}

static void test_apps_of_a_host_run_when_the_world_begins(void)
{
    struct lab_run run;

    if (!lab_run_open(&run, "title: t\n"
                            "hosts:\n"
                            "  a: { ip: 10.0.0.1/24 }\n"
                            "  b: { ip: 10.0.0.2/24, apps: [udp echo 7, udp bind 9] }\n"
                            "links:\n"
                            "  wire: { ends: [a, b], delay: 10ms }\n"
                            "script:\n"
                            "  - { at: 0s, a: udp send b:7 5B }\n"
                            "checks:\n"
                            "  - { check: a.udp.messages == 1 }\n",
                      NULL, 0))
        return;
    simulation_run(&run.simulation, NULL);
    EXPECT_EQ(ran_at(&run, 0), 0);
    EXPECT_EQ(ran_at(&run, 1), 0);
    EXPECT(simulation_checks_hold(&run.simulation));
    lab_run_close(&run);
}

static void test_after_counts_from_the_entry_above(void)
{
    struct lab_run run;

    if (!lab_run_open(&run, HOSTS "script:\n"
                                  "  - { at: 30ms, b: udp bind 9 }\n"
                                  "  - { after: 7ms, a: udp send b:9 1B }\n"
                                  "  - { after: 2ms, a: udp send b:9 1B }\n",
                      NULL, 0))
        return;
    simulation_run(&run.simulation, NULL);
    EXPECT_EQ(ran_at(&run, 1), 37 * MS);
    EXPECT_EQ(ran_at(&run, 2), 39 * MS);
    lab_run_close(&run);
}

static void test_when_waits_for_the_state_and_starts_once(void)
{
    struct lab_run run;

    if (!lab_run_open(&run, HOSTS "script:\n"
                                  "  - { when: a REACHABLE, after: 3ms, a: ping b }\n"
                                  "  - { at: 10ms, a: udp send b:9 1B }\n",
                      NULL, 0))
        return;
    simulation_run(&run.simulation, NULL);
    EXPECT_EQ(ran_at(&run, 0), 33 * MS); /* request and reply: 20 ms */
    lab_run_close(&run);
}

static void test_received_bytes_start_an_entry_when_they_have_been_read(void)
{
    struct lab_run run;

    if (!lab_run_open(&run, HOSTS "defaults: { arp: { known: on } }\n"
                                  "script:\n"
                                  "  - { at: 0s, b: listen 80 }\n"
                                  "  - { at: 0s, a: connect b:80 }\n"
                                  "  - { when: a ESTABLISHED, a: send 60B }\n"
                                  "  - { after: 5ms, a: send 40B }\n"
                                  "  - { when: b received 61B, after: 3ms, b: send 10B }\n"
                                  "  - { when: b received 60B, b: send 10B }\n"
                                  "  - { when: b received 101B, b: close }\n",
                      NULL, 0))
        return;
    simulation_run(&run.simulation, NULL);
    EXPECT_EQ(ran_at(&run, 4), 20 * MS + 10 * MS + 20 * MS + 3 * MS); /* Nagle waits for the ACK */
    EXPECT_EQ(ran_at(&run, 5), 30 * MS);
    EXPECT(!simulation_entry_started(&run.simulation, 6));
    lab_run_close(&run);
}

static void test_received_bytes_start_an_entry_of_a_run_without_a_trace(void)
{
    static const char TEXT[] = HOSTS "script:\n"
                                     "  - { at: 0s, b: listen 80 }\n"
                                     "  - { at: 0s, a: connect b:80 }\n"
                                     "  - { when: a ESTABLISHED, a: send 60B }\n"
                                     "  - { when: b received 60B, b: close }\n";
    const struct simulation_options options = { .untraced = true };
    struct diagnostics d;
    struct simulation s;
    struct lab *lab;

    diagnostics_init(&d);
    if (EXPECT(lab_parse(TEXT, sizeof TEXT - 1, "t", NULL, &simulation_hooks, &lab, &d))) {
        EXPECT(simulation_open(&s, lab, &options));
        simulation_run(&s, NULL);
        EXPECT(simulation_entry_started(&s, 3));
        simulation_close(&s);
        lab_free(lab);
    }
    diagnostics_free(&d);
}

static void test_entry_whose_state_never_comes_is_not_started(void)
{
    struct lab_run run;

    if (!lab_run_open(&run, HOSTS "script:\n"
                                  "  - { at: 10ms, a: udp send b:9 1B }\n"
                                  "  - { when: a ESTABLISHED, a: ping b }\n"
                                  "  - { after: 3ms, a: ping b }\n",
                      NULL, 0))
        return;
    simulation_run(&run.simulation, NULL);
    EXPECT(simulation_entry_started(&run.simulation, 0));
    EXPECT(!simulation_entry_started(&run.simulation, 1));
    EXPECT(!simulation_entry_started(&run.simulation, 2));
    lab_run_close(&run);
}

static void test_script_goes_back_in_time_with_the_world(void)
{
    struct lab_run run;
    struct history history;
    uint64_t hash;

    if (!lab_run_open(&run, HOSTS "script:\n"
                                  "  - { at: 10ms, a: udp send b:9 1B }\n"
                                  "  - { when: a REACHABLE, after: 3ms, a: ping b }\n",
                      NULL, 0))
        return;
    world_start(run.simulation.world);
    history_open(&history, run.simulation.world);
    EXPECT(world_seek(&history, UINT32_MAX));
    hash = trace_hash(&run.simulation.trace);
    EXPECT(world_seek(&history, 0));
    EXPECT(world_seek(&history, UINT32_MAX));
    EXPECT(trace_hash(&run.simulation.trace) == hash);
    history_close(&history);
    lab_run_close(&run);
}

static void test_run_that_keeps_its_history_can_be_walked_about_in(void)
{
    struct simulation_options options = { .keep_history = true };
    struct lab_run plain;
    struct simulation s;
    uint32_t total;
    uint64_t hash;

    if (!lab_run_open(&plain, HOSTS "script: [{ at: 10ms, a: ping b count 3 }]\n", NULL, 0) ||
        !EXPECT(simulation_open(&s, plain.lab, &options)))
        return;
    simulation_run(&plain.simulation, NULL);
    simulation_run(&s, NULL);
    hash = trace_hash(&s.trace);
    total = s.world->event_count;
    EXPECT(hash == trace_hash(&plain.simulation.trace));
    EXPECT(world_seek(&s.history, total / 2));
    EXPECT_EQ(s.world->event_count, total / 2);
    EXPECT(world_seek(&s.history, total));
    EXPECT(trace_hash(&s.trace) == hash && !s.trace.diverged);
    simulation_close(&s);
    lab_run_close(&plain);
}

/* Whether the run of HOSTS with FAULTS is that with the interventions WHAT. */
static void expect_same_run(const char *faults, const struct intervention *what, uint32_t count)
{
    static const char script[] = "script: [{ at: 10ms, a: ping b count 3 }]\n";
    struct lab_run kept, given;
    char text[500];

    snprintf(text, sizeof(text), HOSTS "%sfaults: [%s]\n", script, faults);
    if (!lab_run_open(&kept, text, NULL, 0))
        return;
    snprintf(text, sizeof(text), HOSTS "%s", script);
    if (!lab_run_open(&given, text, what, count))
        return;
    simulation_run(&kept.simulation, NULL);
    simulation_run(&given.simulation, NULL);
    EXPECT_ROW(faults, trace_hash(&kept.simulation.trace) == trace_hash(&given.simulation.trace));
    EXPECT_ROW(faults, kept.simulation.world->intervention_count == count);
    lab_run_close(&kept);
    lab_run_close(&given);
}

static void test_frame_that_the_lab_names_is_dealt_with_as_by_hand(void)
{
    const struct intervention what[] = {
        { .kind = FAULT_KIND_DROP, .frame = 5 },
        { .kind = FAULT_KIND_DELAY, .frame = 4, .by = 30 * MS },
        { .kind = FAULT_KIND_DUPLICATE, .frame = 3 },
        { .kind = FAULT_KIND_CORRUPT, .frame = 6, .bit = -1 },
        { .kind = FAULT_KIND_CORRUPT, .frame = 7, .bit = 112 },
    };

    expect_same_run("{ drop: frame 5 }", &what[0], 1);
    expect_same_run("{ delay: frame 4, by: 30ms }", &what[1], 1);
    expect_same_run("{ duplicate: frame 3 }", &what[2], 1);
    expect_same_run("{ corrupt: frame 6 }", &what[3], 1);
    expect_same_run("{ corrupt: frame 7, bit: 112 }", &what[4], 1);
    expect_same_run("{ drop: frame 5 }, { delay: frame 4, by: 30ms }, { duplicate: frame 3 }", what,
                    3);
}

static void test_link_commands_change_the_wire(void)
{
    struct lab_run run;
    const struct link *wire;

    if (!lab_run_open(&run, HOSTS "script:\n"
                                  "  - { at: 1ms, wire: set delay 50ms }\n"
                                  "  - { at: 2ms, wire: set loss 100% toward b }\n"
                                  "  - { at: 3ms, a: ping b }\n",
                      NULL, 0))
        return;
    simulation_run(&run.simulation, NULL);
    wire = run.simulation.world->links[0];
    EXPECT_EQ(wire->direction[0].config.delay, 50 * MS);
    EXPECT_EQ(wire->direction[0].config.chances.loss, 1000000);
    EXPECT_EQ(wire->direction[1].config.chances.loss, 0);
    EXPECT(wire->direction[0].lost_count > 0);
    lab_run_close(&run);
}

/* How often RULE stands in the trace. */
static unsigned count_rule(const struct lab_run *run, rule_id rule)
{
    const struct trace *trace = &run->simulation.trace;
    unsigned count = 0;

    for (uint32_t i = 0; i < trace->records.at; i++)
        count += trace_record(trace, i)->rule == rule;
    return count;
}

static void test_wire_down_and_up_are_states_of_it(void)
{
    struct lab_run run;

    if (!lab_run_open(&run, HOSTS "script:\n"
                                  "  - { at: 1ms, wire: down }\n"
                                  "  - { at: 2ms, wire: down }\n"
                                  "  - { at: 3ms, wire: up }\n"
                                  "  - { when: b LINK-UP, after: 4ms, a: ping b }\n",
                      NULL, 0))
        return;
    simulation_run(&run.simulation, NULL);
    EXPECT_EQ(count_rule(&run, RULE_COMMAND_LINK_DOWN), 2); /* at both ends */
    EXPECT_EQ(count_rule(&run, RULE_COMMAND_LINK_UP), 2);
    EXPECT_EQ(ran_at(&run, 3), 7 * MS);
    lab_run_close(&run);
}

static void test_faults_of_the_lab_strike_the_frame_that_is_meant(void)
{
    struct lab_run run;

    if (!lab_run_open(&run, HOSTS "script:\n"
                                  "  - { at: 0s, b: udp bind 9 }\n"
                                  "  - { at: 1ms, a: udp send b:9 10B count 4 every 30ms }\n"
                                  "faults:\n"
                                  "  - { drop: udp port 9, nth: 2, from: a, on: wire }\n"
                                  "checks:\n"
                                  "  - { check: b.udp.messages == 3 }\n"
                                  "  - { check: count(FAULT_DROP) == 1, points: 4 }\n",
                      NULL, 0))
        return;
    simulation_run(&run.simulation, NULL);
    EXPECT(simulation_checks_hold(&run.simulation));
    lab_run_close(&run);
}

static void test_checks_hold_in_time_or_cost_their_points(void)
{
    struct lab_run run;
    int64_t of;

    if (!lab_run_open(&run, HOSTS "script:\n"
                                  "  - { at: 0s, b: udp bind 9 }\n"
                                  "  - { at: 100ms, a: udp send b:9 10B }\n"
                                  "checks:\n"
                                  "  - { check: b.udp.messages == 0, within: 50ms, points: 2 }\n"
                                  "  - { check: b.udp.messages == 1, within: 50ms, points: 4 }\n"
                                  "  - { check: b.udp.messages == 1, within: 5s, points: 8 }\n"
                                  "  - { check: 1 / b.udp.messages == 2, points: 16 }\n",
                      NULL, 0))
        return;
    simulation_run(&run.simulation, NULL);
    EXPECT_EQ(simulation_points(&run.simulation, &of), 10);
    EXPECT_EQ(of, 30);
    EXPECT(run.simulation.checks[0].held);
    EXPECT(!run.simulation.checks[1].held);
    EXPECT_EQ(run.simulation.checks[2].at, 130 * MS);
    EXPECT(!simulation_checks_hold(&run.simulation));
    lab_run_close(&run);
}

static void test_two_worlds_side_by_side_share_nothing(void)
{
    char text[4096];
    struct lab_run one, other, alone;
    bool more = true;

    lab_run_busy_text(text, sizeof(text), 3);
    if (!lab_run_open(&one, text, NULL, 0) || !lab_run_open(&other, text, NULL, 0) ||
        !lab_run_open(&alone, text, NULL, 0))
        return;
    world_start(one.simulation.world);
    world_start(other.simulation.world);
    while (more) {
        more = world_step(one.simulation.world);
        more = world_step(other.simulation.world) || more;
    }
    simulation_run(&alone.simulation, NULL);
    EXPECT(trace_hash(&one.simulation.trace) == trace_hash(&alone.simulation.trace));
    EXPECT(trace_hash(&other.simulation.trace) == trace_hash(&alone.simulation.trace));
    lab_run_close(&one);
    lab_run_close(&other);
    lab_run_close(&alone);
}

/* Two hubs joined twice: one broadcast goes round for ever, and multiplies. */
static void test_storm_is_stopped_when_the_trace_is_full(void)
{
    static const char text[] = "title: storm\n"
                               "hosts: { a: { ip: 10.0.0.1/24 } }\n"
                               "hubs: { h: {}, i: {} }\n"
                               "links:\n"
                               "  wa: { ends: [a, h], delay: 1ms }\n"
                               "  w1: { ends: [h, i], delay: 1ms }\n"
                               "  w2: { ends: [h, i], delay: 1ms }\n"
                               "script:\n"
                               "  - { at: 0s, a: ping 10.0.0.2 }\n";
    struct simulation_options options = { .trace_limit = (size_t)4 << 20 };
    struct lab_run run;
    struct simulation s;

    if (!lab_run_open(&run, text, NULL, 0) || !EXPECT(simulation_open(&s, run.lab, &options)))
        return;
    simulation_run(&s, NULL);
    EXPECT(s.overflowed);
    EXPECT(trace_size(&s.trace) < (size_t)16 << 20);
    simulation_close(&s);
    lab_run_close(&run);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_storm_is_stopped_when_the_trace_is_full),
        TEST(test_script_entries_run_at_their_time),
        TEST(test_apps_of_a_host_run_when_the_world_begins),
        TEST(test_after_counts_from_the_entry_above),
        TEST(test_when_waits_for_the_state_and_starts_once),
        TEST(test_received_bytes_start_an_entry_when_they_have_been_read),
        TEST(test_received_bytes_start_an_entry_of_a_run_without_a_trace),
        TEST(test_entry_whose_state_never_comes_is_not_started),
        TEST(test_script_goes_back_in_time_with_the_world),
        TEST(test_run_that_keeps_its_history_can_be_walked_about_in),
        TEST(test_frame_that_the_lab_names_is_dealt_with_as_by_hand),
        TEST(test_link_commands_change_the_wire),
        TEST(test_wire_down_and_up_are_states_of_it),
        TEST(test_faults_of_the_lab_strike_the_frame_that_is_meant),
        TEST(test_checks_hold_in_time_or_cost_their_points),
        TEST(test_two_worlds_side_by_side_share_nothing),
    };

    return run_tests("simulation", tests, ARRAY_LEN(tests));
}
