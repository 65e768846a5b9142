/*
 * Property: whatever a network does to its segments, TCP delivers each byte
 * that it accepted once and in order, or says that it could not; it keeps
 * within its windows, runs a timer wherever it waits, ends, and leaves nothing.
 *
 * Each seed draws a world (tests/support/tcp_plan.h); what is looked at after
 * each event, and in the end, tests/support/tcp_guard.h tells. Besides:
 *
 *   same seed, same trace            nobody looking, same deliveries
 *   back and forth, same trace       other initial sequence numbers, same run
 *
 *   prop_tcp                         seeds 1 to 1000
 *   prop_tcp FIRST COUNT             so many from FIRST on
 *   prop_tcp --seed N [--off MASK [--tell]]   this one, without the features in
 *                                    MASK; and all that happens in it
 *
 * Seeds run in a process of their own: one that crashes or hangs is a failure
 * like any other. From what fails, features are taken out as long as it still
 * fails; what is left is printed, and how to run it again.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/hash.h"
#include "tests/support/suite.h"
#include "tests/support/tcp_guard.h"
#include "tests/support/tcp_tell.h"

/* A program that writes each millisecond wakes often while RTOs grow to minutes. */
enum { SEEDS = 1000, EVENTS_MAX = 20000000, SECONDS_MAX = 300 };

static unsigned first_seed = 1, seed_count = SEEDS;
static uint64_t features_off;
static bool single, told;

/* What the process that runs the seeds leaves behind. */
static struct report {
    unsigned seed;
    struct guard_seen seen;
    unsigned same, shifted, walked;
    char message[700];
    const char *kind; /* of the failure: the processes share their constants */
} * report;

/* ---- One world ---- */

struct played {
    uint64_t deliveries, trace_hash;
    uint32_t events;
    uint64_t resets;
};

static bool fail(const char *kind, const char *message)
{
    snprintf(report->message, sizeof(report->message), "%s", message);
    report->kind = kind;
    return false;
}

#define FAIL(message) fail(message, message)

static void count(const struct tcp_world *w, struct played *played)
{
    played->events = w->net.world->event_count;
    played->deliveries = tcp_world_deliveries(w);
    played->resets = 0;
    for (unsigned i = 0; i < w->town->host_count; i++)
        played->resets += tcp_of(w->town->hosts[i])->resets_sent;
}

/* Runs PLAN's world to its end, under guard. */
static bool play(const struct tcp_plan *plan, bool traced, struct played *played)
{
    static struct guard guard;
    struct tcp_world w;
    bool good = true;

    tcp_world_open(&w, plan, traced);
    guard_open(&guard, &w);
    while (good && world_step(w.net.world))
        good = guard_look(&guard) &&
               (w.net.world->event_count < EVENTS_MAX || guard_fail(&guard, "too many events"));
    count(&w, played);
    good = good && guard_finish(&guard, &report->seen);
    played->trace_hash = trace_hash(&w.net.trace);
    if (told)
        tcp_tell(&w.net);
    tcp_world_close(&w);
    return good || fail(guard.kind, guard.message);
}

static bool plays_the_same_again(const struct tcp_plan *plan, const struct played *first)
{
    struct played again, unseen;

    report->same++;
    if (!play(plan, true, &again) || !play(plan, false, &unseen))
        return false;
    if (again.trace_hash != first->trace_hash || again.events != first->events)
        return FAIL("the same seed, another trace");
    if (unseen.deliveries != first->deliveries || unseen.events != first->events)
        return FAIL("with nobody looking, other deliveries");
    return true;
}

/* Nothing may depend on where the sequence numbers begin. */
static bool plays_the_same_elsewhere(const struct tcp_plan *plan, const struct played *first)
{
    struct tcp_plan shifted = *plan;
    struct played elsewhere;

    /* The luck of a reset is drawn from its number. */
    if (first->resets > 0)
        return true;
    for (unsigned i = 0; i < PLAN_HOSTS; i++) {
        if (plan->tcp[i].isn < 0)
            return true;
        shifted.tcp[i].isn = (uint32_t)hash_add(plan->seed, (uint64_t)plan->tcp[i].isn);
    }
    report->shifted++;
    if (!play(&shifted, false, &elsewhere))
        return false;
    if (elsewhere.events != first->events || elsewhere.deliveries != first->deliveries)
        return FAIL("with other initial sequence numbers, other deliveries");
    return true;
}

/* Walks about in the world's history: each moment is the same again. */
static bool walks_well(const struct tcp_plan *plan, const struct played *first)
{
    enum { WALKS = 12 };
    struct history history;
    struct tcp_world w;
    uint64_t hash, state;
    uint32_t total;
    bool good = true;

    report->walked++;
    tcp_world_open(&w, plan, true);
    history_open(&history, w.net.world);
    while (history_step(&history))
        continue;
    total = w.net.world->event_count;
    hash = trace_hash(&w.net.trace);
    state = world_state_hash(w.net.world);
    for (unsigned i = 0; good && i < WALKS; i++)
        good = world_seek(&history, (uint32_t)(hash_add(plan->seed, i) % ((uint64_t)total + 1)));
    good = good && world_seek(&history, total) && !w.net.trace.diverged &&
           trace_hash(&w.net.trace) == hash && world_state_hash(w.net.world) == state &&
           tcp_world_deliveries(&w) == first->deliveries;
    history_close(&history);
    tcp_world_close(&w);
    return good || FAIL("back and forth, another world");
}

static bool holds(unsigned seed, uint64_t off)
{
    struct tcp_plan plan;
    struct played first;
    bool traced = seed % 4 == 0 || told;

    report->seed = seed;
    report->message[0] = '\0';
    tcp_plan_draw(&plan, seed, off);
    alarm(SECONDS_MAX);
    if (!play(&plan, traced, &first))
        return false;
    if (traced && !plays_the_same_again(&plan, &first))
        return false;
    if (seed % 4 == 2 && !plays_the_same_elsewhere(&plan, &first))
        return false;
    return seed % 32 != 3 || walks_well(&plan, &first);
}

/* ---- A process for them ---- */

/* True if all seeds hold; else report->seed is the one that does not. */
static bool run_apart(unsigned from, unsigned count_of_them, uint64_t off, bool quiet)
{
    int status;
    pid_t pid;

    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        if (quiet && freopen("/dev/null", "w", stderr) == NULL)
            _exit(2);
        for (unsigned i = 0; i < count_of_them; i++)
            if (!holds(from + i, off))
                break;
        fflush(stdout);
        _exit(report->message[0] != '\0');
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        return FAIL("no process for the seeds");
    if (WIFSIGNALED(status))
        FAIL(strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status) > 1)
        FAIL("ended in the middle");
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* ---- What a failure needs ---- */

static bool fails_likewise(unsigned seed, uint64_t off, const char *kind)
{
    return !run_apart(seed, 1, off, true) && report->kind == kind;
}

static uint64_t take_out_what_does_not_matter(unsigned seed, uint64_t off)
{
    const char *kind = report->kind;
    bool simpler = true;

    while (simpler) {
        simpler = false;
        for (unsigned i = 0; tcp_plan_feature(i) != NULL; i++) {
            uint64_t without = off | UINT64_C(1) << i;
            struct tcp_plan plan;

            tcp_plan_draw(&plan, seed, off);
            if (without == off || !tcp_plan_take_out(&plan, i) ||
                !fails_likewise(seed, without, kind))
                continue;
            off = without;
            simpler = true;
        }
    }
    return off;
}

static void tell_failure(unsigned seed, uint64_t off)
{
    struct tcp_plan plan;

    printf("\nseed %u: %s\nagain: tests/prop/prop_tcp --seed %u --off %#" PRIx64 "\n", seed,
           report->message, seed, off);
    if (single)
        return;
    off = take_out_what_does_not_matter(seed, off);
    run_apart(seed, 1, off, true);
    printf("simpler: tests/prop/prop_tcp --seed %u --off %#" PRIx64 "\n  %s\n  it needs:", seed,
           off, report->message);
    for (unsigned i = 0; tcp_plan_feature(i) != NULL; i++) {
        tcp_plan_draw(&plan, seed, off);
        if (tcp_plan_take_out(&plan, i))
            printf(" %s,", tcp_plan_feature(i));
    }
    tcp_plan_draw(&plan, seed, off);
    printf("\n");
    tcp_plan_print(&plan);
}

static void tell_what_was_seen(void)
{
    const struct guard_seen *seen = &report->seen;

    printf("%" PRIu64 " worlds, %" PRIu64 " events, %" PRIu64 " bytes delivered; ends of "
           "connections: %" PRIu64 " in peace, %" PRIu64 " broken (%" PRIu64 " refused), %" PRIu64
           " left waiting; %" PRIu64 " ghosts, %" PRIu64
           " urgent; %u run again, %u elsewhere, %u back and forth\n",
           seen->worlds, seen->events, seen->bytes, seen->clean, seen->broken, seen->refused,
           seen->orphans, seen->ghosts, seen->urgent, report->same, report->shifted,
           report->walked);
}

static void test_whatever_happens_bytes_arrive_or_it_is_told(void)
{
    bool all;

    if (single) {
        struct tcp_plan plan;

        tcp_plan_draw(&plan, first_seed, features_off);
        tcp_plan_print(&plan);
    }
    all = run_apart(first_seed, seed_count, features_off, false);
    if (!all)
        tell_failure(report->seed, features_off);
    EXPECT(all);
    if (all)
        tell_what_was_seen();
    if (!all || seed_count < SEEDS)
        return;
    /* The properties are only worth something if all of this happened. */
    EXPECT(report->seen.clean > seed_count);
    EXPECT(report->seen.broken > seed_count / 10);
    EXPECT(report->seen.refused > seed_count / 100);
    EXPECT(report->seen.urgent > seed_count / 100);
    EXPECT(report->same >= seed_count / 4);
    EXPECT(report->shifted > 0);
    EXPECT(report->walked > seed_count / 50);
}

int main(int argc, char **argv)
{
    static const struct test tests[] = {
        TEST(test_whatever_happens_bytes_arrive_or_it_is_told),
    };

    report = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ASSERT(report != MAP_FAILED);
    single = argc >= 3 && strcmp(argv[1], "--seed") == 0;
    if (single) {
        first_seed = (unsigned)strtoul(argv[2], NULL, 10);
        seed_count = 1;
        features_off = argc >= 5 ? strtoull(argv[4], NULL, 16) : 0;
        told = argc >= 6;
    } else if (argc == 3) {
        first_seed = (unsigned)strtoul(argv[1], NULL, 10);
        seed_count = (unsigned)strtoul(argv[2], NULL, 10);
    }
    return run_tests("tcp", tests, ARRAY_LEN(tests));
}
