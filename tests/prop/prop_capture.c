/*
 * What a capture of a run lets one infer is what happened in that run: for
 * each end of each connection the states, in order, but for those changes
 * that no segment shows.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/host.h"
#include "layers/names.h"
#include "layers/rule.h"
#include "layers/state.h"
#include "tests/support/capture_file.h"
#include "tests/support/expect.h"
#include "tests/support/lab_file.h"
#include "tests/support/suite.h"
#include "tools/lib/capture_run.h"
#include "tools/lib/run_connection.h"

enum { ENDS_MAX = 64, STORY_SIZE = 400 };

/* The states of one end of a connection, in order. */
struct story {
    struct run_ends ends;
    char told[STORY_SIZE];
};

struct stories {
    struct story at[ENDS_MAX];
    unsigned count;
};

static bool same_ends(const struct run_ends *a, const struct run_ends *b)
{
    return a->local.address == b->local.address && a->local.port == b->local.port &&
           a->remote.address == b->remote.address && a->remote.port == b->remote.port;
}

static struct story *story_of(struct stories *all, const struct run_ends *ends)
{
    for (unsigned i = 0; i < all->count; i++)
        if (same_ends(&all->at[i].ends, ends))
            return &all->at[i];
    ASSERT(all->count < ENDS_MAX);
    all->at[all->count].ends = *ends;
    return &all->at[all->count++];
}

/* Nothing is sent when these happen. */
static bool is_silent(const struct record *record)
{
    return record->rule == RULE_TCP_TIME_WAIT_OVER || record->rule == RULE_TCP_GAVE_UP ||
           record->rule == RULE_TCP_PASSIVE_OPEN || record->rule == RULE_TCP_LISTEN_CLOSE ||
           record->rule == RULE_TCP_SYN_SENT_CLOSE || record->rule == RULE_TCP_SYN_SENT_ABORT ||
           record->rule == RULE_TCP_CLOSING_ABORT || record->rule == RULE_TCP_TIME_WAIT_REUSED;
}

static void tell(struct stories *all, const struct run_view *view)
{
    memset(all, 0, sizeof(*all));
    for (uint32_t i = 0; i < view->trace->records.count; i++) {
        struct record record = trace_read(view->trace, i);
        const struct run_node *node;
        struct story *story;
        size_t used;

        if (record.kind != RECORD_STATE || record.what != MACHINE_TCP || is_silent(&record))
            continue;
        node = &view->nodes[record.node];
        ASSERT(record.subject >= 1 && record.subject <= node->ends_count);
        if (node->ends[record.subject - 1].remote.port == 0)
            continue; /* a listener */
        story = story_of(all, &node->ends[record.subject - 1]);
        used = strlen(story->told);
        snprintf(story->told + used, STORY_SIZE - used, " %s", state_name((int)record.b));
    }
}

static void check_lab(const char *name)
{
    static struct capture_file capture;
    static struct stories simulated, inferred;
    struct capture_run_options options = { .filter = "", .title = name };
    struct capture_run *run;
    struct lab_file lab;
    char error[300];

    if (!lab_file_open(&lab, name))
        return;
    if (capture_file_of_run(&capture, &lab.view, NODE_NONE)) {
        options.source = capture_file_source(&capture);
        run = capture_run_open(&options, error, sizeof(error));
        ASSERT(run != NULL);
        tell(&simulated, &lab.view);
        tell(&inferred, capture_run_view(run));
        EXPECT_EQ_ROW(name, inferred.count, simulated.count);
        for (unsigned i = 0; i < simulated.count; i++)
            EXPECT_STR_ROW(name, story_of(&inferred, &simulated.at[i].ends)->told,
                           simulated.at[i].told);
        capture_run_close(run);
    }
    lab_file_close(&lab);
}

static void test_states_inferred_are_those_simulated_in_every_lab(void)
{
    DIR *folder = opendir("labs");
    struct dirent *entry;

    ASSERT(folder != NULL);
    while ((entry = readdir(folder)) != NULL) {
        char path[400];
        FILE *file;

        snprintf(path, sizeof(path), "labs/%s/lab.yaml", entry->d_name);
        file = fopen(path, "r");
        if (entry->d_name[0] == '.' || file == NULL)
            continue;
        fclose(file);
        check_lab(entry->d_name);
    }
    closedir(folder);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_states_inferred_are_those_simulated_in_every_lab),
    };

    return run_tests("capture", tests, ARRAY_LEN(tests));
}
