/*
 * The scripts of tests/pkt, and the scripts themselves judged: each expected
 * packet is changed in one thing, or left out, and the script must fail.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/lib/pkt_run.h"

enum { SCRIPTS_MAX = 500, PATH_LIMIT = 512 };

static char paths[SCRIPTS_MAX][PATH_LIMIT];
static size_t path_count;
static struct pkt_run run;

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), tail = strlen(end);

    return len >= tail && strcmp(text + len - tail, end) == 0;
}

static void find_scripts(const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, alphasort);

    for (int i = 0; i < count; i++) {
        char path[PATH_LIMIT];
        struct stat info;
        bool fits = snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name) < PATH_LIMIT;

        if (fits && entries[i]->d_name[0] != '.' && stat(path, &info) == 0) {
            if (S_ISDIR(info.st_mode))
                find_scripts(path);
            else if (ends_with(path, ".pkt") && path_count < SCRIPTS_MAX)
                memcpy(paths[path_count++], path, sizeof(path));
        }
        free(entries[i]);
    }
    free(entries);
}

static struct pkt_script *load(const char *path)
{
    struct diagnostics d;
    struct pkt_script *script;

    diagnostics_init(&d);
    script = pkt_script_load(path, NULL, &d);
    if (!EXPECT_ROW(path, script != NULL))
        diagnostics_print(&d, stdout);
    diagnostics_free(&d);
    return script;
}

static enum pkt_judgement judge(const struct pkt_script *script)
{
    enum pkt_judgement judgement;

    EXPECT(pkt_run(&run, script, PKT_PROFILES));
    judgement = run.result.judgement;
    pkt_run_close(&run);
    return judgement;
}

static void test_each_script_passes_and_says_what_it_is_for(void)
{
    EXPECT(path_count >= 20);
    for (size_t i = 0; i < path_count; i++) {
        struct pkt_script *script = load(paths[i]);

        if (script == NULL)
            continue;
        EXPECT_ROW(paths[i], strlen(script->purpose) > 20 && ends_with(script->purpose, "."));
        if (!EXPECT_EQ_ROW(paths[i], judge(script), PKT_PASS))
            printf("%s\nexpected %s\ncame %s\n", run.result.why, run.result.expected,
                   run.result.came);
        pkt_script_free(script);
    }
}

/* ---- Mutations ---- */

typedef bool mutation(struct pkt_event *event); /* false: it does not apply */

static bool shift_sequence(struct pkt_event *event)
{
    event->packet->tcp.range.first++;
    event->packet->tcp.range.last++;
    return event->packet->protocol == PKT_TCP;
}

static bool shift_acknowledgment(struct pkt_event *event)
{
    event->packet->tcp.ack++;
    return event->packet->protocol == PKT_TCP && event->packet->tcp.has_ack;
}

static bool flip_flag(struct pkt_event *event)
{
    event->packet->tcp.flags ^= TCP_FIN;
    return event->packet->protocol == PKT_TCP;
}

/* What is expected after a longer time has a tolerance of an eighth of that. */
static bool come_later(struct pkt_event *event)
{
    bool exact = event->time.kind == PKT_TIME_AFTER && !event->time.is_range &&
                 event->time.from < 390 * MS;

    event->time.from += 50 * MS;
    return exact;
}

/* With other systems' habits, what comes after a script's end is not judged. */
static bool leave_out(struct pkt_event *event)
{
    if (event->next == NULL && !run.settings.nothing_left)
        return false;
    event->kind = PKT_EVENT_CODE; /* which asserts nothing */
    event->text = "";
    return true;
}

static const struct {
    const char *name;
    mutation *mutate;
} mutations[] = {
    { "sequence number + 1", shift_sequence }, { "acknowledgment + 1", shift_acknowledgment },
    { "FIN flipped", flip_flag },              { "50 ms later", come_later },
    { "left out", leave_out },
};

/* Mutates expected packet NUMBER of SCRIPT; judges; puts it back. False: there
 * is no such packet. */
static bool mutate_one(struct pkt_script *script, size_t mutation_number, unsigned number,
                       unsigned *applied)
{
    for (struct pkt_event *event = script->events; event != NULL; event = event->next) {
        struct pkt_packet packet;
        struct pkt_event before = *event;
        char label[PATH_LIMIT + 100];

        if (event->kind != PKT_EVENT_PACKET || event->packet->inbound || number-- > 0)
            continue;
        packet = *event->packet;
        snprintf(label, sizeof(label), "%s:%u, %s", script->name, event->mark.line,
                 mutations[mutation_number].name);
        if (mutations[mutation_number].mutate(event)) {
            (*applied)++;
            EXPECT_EQ_ROW(label, judge(script), PKT_FAIL);
        }
        *event = before;
        *event->packet = packet;
        return true;
    }
    return false;
}

static void test_each_script_fails_when_it_is_mutated(void)
{
    for (size_t i = 0; i < path_count; i++) {
        struct pkt_script *script = load(paths[i]);
        unsigned applied = 0;

        if (script == NULL)
            continue;
        for (size_t m = 0; m < ARRAY_LEN(mutations); m++)
            for (unsigned number = 0; mutate_one(script, m, number, &applied); number++)
                continue;
        EXPECT_ROW(paths[i], applied >= 3);
        pkt_script_free(script);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_each_script_passes_and_says_what_it_is_for),
        TEST(test_each_script_fails_when_it_is_mutated),
    };

    find_scripts("tests/pkt");
    return run_tests("pkt", tests, ARRAY_LEN(tests));
}
