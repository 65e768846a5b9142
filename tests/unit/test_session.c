#include "tests/support/expect.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/host.h"
#include "sim/world.h"
#include "tools/timeline/session.h"

static char error[300];

static struct session *open_lab(const char *path)
{
    struct session_options options = { .path = path };
    struct session *session = session_open(&options, error, sizeof(error));

    EXPECT(session != NULL);
    return session;
}

/* Hashes cover addresses: comparable only within one world. */
static uint64_t hash_at(struct session *session, enum session_side side, uint32_t events)
{
    session_go(session, side, events);
    EXPECT_EQ(session_run(session, side)->view->world->event_count, events);
    return world_state_hash(session_run(session, side)->view->world);
}

static void test_run_walked_forth_and_back_is_exactly_there_again(void)
{
    struct session *session = open_lab("labs/handshake/lab.yaml");
    uint32_t last = session_run(session, SESSION_ORIGINAL)->events;
    uint64_t hashes[64];

    EXPECT(last >= 5 && last < ARRAY_LEN(hashes));
    for (uint32_t n = 0; n <= last; n++)
        hashes[n] = hash_at(session, SESSION_ORIGINAL, n);
    for (uint32_t n = last + 1; n-- > 0;)
        EXPECT(hash_at(session, SESSION_ORIGINAL, n) == hashes[n]);
    for (uint32_t n = 0; n <= last; n++)
        EXPECT(hash_at(session, SESSION_ORIGINAL, n) == hashes[n]);
    session_close(session);
}

static void test_drop_makes_another_future_and_leaves_the_original(void)
{
    struct session *session = open_lab("labs/handshake/lab.yaml");
    const struct session_run *original = session_run(session, SESSION_ORIGINAL);
    const struct deed drop = { .kind = DEED_DROP, .frame = 2 };
    uint64_t hash = original->hash;
    uint32_t different;

    EXPECT(session_run(session, SESSION_OTHER) == NULL);
    EXPECT(!session_first_difference(session, &different));
    EXPECT(session_do(session, &drop, error, sizeof(error)));
    EXPECT(session_run(session, SESSION_OTHER) != NULL);
    EXPECT(session_run(session, SESSION_ORIGINAL)->hash == hash);
    EXPECT(session_run(session, SESSION_OTHER)->hash != hash);
    EXPECT(session_run(session, SESSION_OTHER)->frames > original->frames);
    EXPECT(session_first_difference(session, &different));
    EXPECT(trace_read(session_run(session, SESSION_OTHER)->view->trace, different).frame == 2);
    session_close(session);
}

static void test_undo_redo_and_switch_give_the_same_future_again(void)
{
    struct session *session = open_lab("labs/handshake/lab.yaml");
    const struct deed drop = { .kind = DEED_DROP, .frame = 2 };
    uint64_t hash;

    EXPECT(!session_undo(session, error, sizeof(error)));
    EXPECT(session_do(session, &drop, error, sizeof(error)));
    hash = session_run(session, SESSION_OTHER)->hash;
    EXPECT(session_undo(session, error, sizeof(error)));
    EXPECT(session_run(session, SESSION_OTHER) == NULL);
    EXPECT_EQ(session_deed_count(session), 0);
    EXPECT(session_redo(session, error, sizeof(error)));
    EXPECT(session_run(session, SESSION_OTHER)->hash == hash);
    EXPECT(!session_redo(session, error, sizeof(error)));
    EXPECT(session_switch(session, 0, error, sizeof(error)));
    EXPECT(session_run(session, SESSION_OTHER) == NULL);
    EXPECT_EQ(session_deed_count(session), 1);
    EXPECT(session_switch(session, 0, error, sizeof(error)));
    EXPECT(session_run(session, SESSION_OTHER)->hash == hash);
    session_close(session);
}

static void test_frame_that_was_never_sent_is_refused_and_nothing_changes(void)
{
    struct session *session = open_lab("labs/handshake/lab.yaml");
    const struct deed drop = { .kind = DEED_DROP, .frame = 9999 };

    EXPECT(!session_do(session, &drop, error, sizeof(error)));
    EXPECT(strstr(error, "frame 9999 was never sent") != NULL);
    EXPECT_EQ(session_deed_count(session), 0);
    EXPECT(session_run(session, SESSION_OTHER) == NULL);
    session_close(session);
}

static void test_packet_script_is_walked_in_both_directions(void)
{
    struct session *session = open_lab("tests/pkt/close/active.pkt");
    const struct session_run *run = session_run(session, SESSION_ORIGINAL);

    EXPECT_EQ(session_kind(session), SESSION_SCRIPT);
    for (uint32_t n = 0; n <= run->events; n++) {
        session_go(session, SESSION_ORIGINAL, n);
        EXPECT_EQ(run->view->world->event_count, n);
    }
    EXPECT_EQ(run->whole->world->event_count, run->events);
    session_go(session, SESSION_ORIGINAL, 3);
    EXPECT_EQ(run->view->world->event_count, 3);
    EXPECT_EQ(run->whole->world->event_count, run->events);
    EXPECT_EQ(run->view->trace->events.count, run->events);
    session_close(session);
}

static void test_a_command_makes_another_future_that_can_be_undone(void)
{
    struct session *session = open_lab("labs/handshake/lab.yaml");
    struct deed close = { .kind = DEED_COMMAND, .at = 70 * MS, .target = "a", .text = "close" };
    struct deed wrong = { .kind = DEED_COMMAND, .at = 70 * MS, .target = "a", .text = "clsoe" };

    EXPECT(!session_do(session, &wrong, error, sizeof(error)));
    EXPECT(strstr(error, "clsoe") != NULL);
    EXPECT(session_run(session, SESSION_OTHER) == NULL);
    EXPECT(session_do(session, &close, error, sizeof(error)));
    EXPECT_EQ(session_run(session, SESSION_OTHER)->frames,
              session_run(session, SESSION_ORIGINAL)->frames + 2);
    EXPECT(session_undo(session, error, sizeof(error)));
    EXPECT(session_run(session, SESSION_OTHER) == NULL);
    session_close(session);
}

static void test_until_is_saved_where_the_script_lets_it_be_the_end(void)
{
    struct session_options options = { .path = "labs/teardown/lab.yaml",
                                       .until_given = true,
                                       .until = 500 * MS };
    struct session *session = session_open(&options, error, sizeof(error));
    char *text = session_lab_text(session, error, sizeof(error));

    EXPECT(text != NULL && strstr(text, "until: 500ms") != NULL);
    free(text);
    session_close(session);
    options.path = "labs/gateway/lab.yaml"; /* whose script goes on at 1 s */
    session = session_open(&options, error, sizeof(error));
    EXPECT(session != NULL && session_run(session, SESSION_ORIGINAL)->end <= 500 * MS);
    text = session_lab_text(session, error, sizeof(error));
    EXPECT(text != NULL && strstr(text, "stop: 500ms") != NULL);
    free(text);
    session_close(session);
}

/* Saves what SESSION shows and opens it as another one. */
static struct session *save_and_open(struct session *session)
{
    char path[] = "/tmp/rung-saved-XXXXXX.yaml";
    char *text = session_lab_text(session, error, sizeof(error));
    FILE *file = fdopen(mkstemps(path, 5), "w");
    struct session *again;

    if (!EXPECT(text != NULL && file != NULL))
        exit(1);
    fputs(text, file);
    fclose(file);
    free(text);
    again = open_lab(path);
    remove(path);
    return again;
}

static uint64_t run_hash(const struct session *session, enum session_side side)
{
    return session_run(session, side)->hash;
}

/* Cut short anywhere, before its script has ended or after; changed or not. */
static void test_a_run_that_is_cut_short_is_saved_and_runs_again_alike(void)
{
    static const char *const labs[] = { "gateway",  "hub-and-switch", "arp-cache", "traceroute",
                                        "teardown", "zero-window",    "handshake" };
    const struct deed drop = { .kind = DEED_DROP, .frame = 1 };

    for (size_t i = 0; i < 3 * ARRAY_LEN(labs); i++) {
        char path[80];
        struct session_options options = { .path = path, .until_given = true };
        struct session *session, *again;

        snprintf(path, sizeof(path), "labs/%s/lab.yaml", labs[i / 3]);
        session = open_lab(path);
        options.until = session_run(session, SESSION_ORIGINAL)->end * (vtime)(1 + i % 3) / 4;
        session_close(session);
        session = session_open(&options, error, sizeof(error));
        again = save_and_open(session);
        EXPECT(run_hash(again, SESSION_ORIGINAL) == run_hash(session, SESSION_ORIGINAL));
        session_close(again);
        EXPECT(session_do(session, &drop, error, sizeof(error)));
        again = save_and_open(session);
        EXPECT(run_hash(again, SESSION_ORIGINAL) == run_hash(session, SESSION_OTHER));
        session_close(again);
        session_close(session);
    }
}

static unsigned asked; /* how often */
static bool fed_up;

static bool has_had_enough(vtime now)
{
    (void)now;
    asked++;
    return fed_up;
}

static void test_a_future_that_is_stopped_changes_nothing(void)
{
    static const char text[] = "hosts: { a: { ip: 10.0.0.1/24 }, b: { ip: 10.0.0.2/24 } }\n"
                               "links: { wire: { ends: [a, b], rate: 10Mbit, delay: 1ms } }\n"
                               "script:\n"
                               "  - { at: 0s, b: listen 80 }\n"
                               "  - { at: 0s, a: connect b:80 }\n"
                               "  - { when: a ESTABLISHED, a: send 9MB }\n";
    char path[] = "/tmp/rung-long-XXXXXX.yaml";
    struct session_options options = { .path = path, .stops = has_had_enough };
    const struct deed drop = { .kind = DEED_DROP, .frame = 3 };
    FILE *file = fdopen(mkstemps(path, 5), "w");
    struct session *session;
    uint64_t hash;

    fputs(text, file);
    fclose(file);
    session = session_open(&options, error, sizeof(error));
    EXPECT(session != NULL && asked > 1);
    EXPECT(session_do(session, &drop, error, sizeof(error)));
    hash = run_hash(session, SESSION_OTHER);
    fed_up = true;
    EXPECT(!session_do(session, &drop, error, sizeof(error)));
    EXPECT(strstr(error, "stopped") != NULL);
    EXPECT_EQ(session_deed_count(session), 1);
    fed_up = false;
    EXPECT(session_undo(session, error, sizeof(error)));
    fed_up = true;
    EXPECT(!session_redo(session, error, sizeof(error)));
    EXPECT(strstr(error, "stopped") != NULL);
    fed_up = false;
    EXPECT(session_redo(session, error, sizeof(error)));
    EXPECT(run_hash(session, SESSION_OTHER) == hash);
    session_close(session);
    remove(path);
}

static void test_what_was_done_is_saved_and_runs_again_alike(void)
{
    struct session *session = open_lab("labs/handshake/lab.yaml"), *again;
    struct deed close = { .kind = DEED_COMMAND, .at = 70 * MS, .target = "a", .text = "close" };
    const struct deed drop = { .kind = DEED_DROP, .frame = 2 };

    EXPECT(session_do(session, &drop, error, sizeof(error)));
    EXPECT(session_do(session, &close, error, sizeof(error)));
    again = save_and_open(session);
    EXPECT_EQ(session_run(again, SESSION_ORIGINAL)->frames,
              session_run(session, SESSION_OTHER)->frames);
    EXPECT_EQ(session_run(again, SESSION_ORIGINAL)->end, session_run(session, SESSION_OTHER)->end);
    session_close(again);
    session_close(session);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_run_walked_forth_and_back_is_exactly_there_again),
        TEST(test_drop_makes_another_future_and_leaves_the_original),
        TEST(test_until_is_saved_where_the_script_lets_it_be_the_end),
        TEST(test_a_run_that_is_cut_short_is_saved_and_runs_again_alike),
        TEST(test_a_future_that_is_stopped_changes_nothing),
        TEST(test_undo_redo_and_switch_give_the_same_future_again),
        TEST(test_frame_that_was_never_sent_is_refused_and_nothing_changes),
        TEST(test_packet_script_is_walked_in_both_directions),
        TEST(test_a_command_makes_another_future_that_can_be_undone),
        TEST(test_what_was_done_is_saved_and_runs_again_alike),
    };

    return run_tests("session", tests, ARRAY_LEN(tests));
}
