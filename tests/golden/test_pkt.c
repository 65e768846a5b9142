/*
 * The scripts of tests/pkt, and the scripts themselves judged: each expected
 * packet is changed in one thing, or left out, and the script must fail.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "layers/names.h"
#include "tests/support/expect.h"
#include "tests/support/pkt_mutate.h"
#include "tests/support/suite.h"

enum { SCRIPTS_MAX = 500, PATH_LIMIT = 512 };

static char paths[SCRIPTS_MAX][PATH_LIMIT];
static size_t path_count;

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

static void test_each_script_passes_and_says_what_it_is_for(void)
{
    EXPECT(path_count >= 20);
    for (size_t i = 0; i < path_count; i++) {
        struct pkt_script *script = load(paths[i]);

        if (script == NULL)
            continue;
        EXPECT_ROW(paths[i], strlen(script->purpose) > 20 && ends_with(script->purpose, "."));
        EXPECT_EQ_ROW(paths[i], pkt_judge(script, PKT_PROFILES), PKT_PASS);
        pkt_script_free(script);
    }
}

static void test_each_script_fails_when_it_is_mutated(void)
{
    for (size_t i = 0; i < path_count; i++) {
        struct pkt_script *script = load(paths[i]);

        if (script == NULL)
            continue;
        EXPECT_ROW(paths[i], pkt_mutate(script, PKT_PROFILES, 0) >= 3);
        pkt_script_free(script);
    }
}

/* So that the timeline steps line by line. A call that waits is noted once, as it begins. */
static void test_each_line_stands_in_the_trace_once_and_in_order(void)
{
    static struct pkt_run run;

    for (size_t i = 0; i < path_count; i++) {
        struct pkt_script *script = load(paths[i]);
        int64_t line = 0;

        if (script == NULL || !EXPECT(pkt_run(&run, script, PKT_PROFILES)))
            continue;
        for (uint32_t k = 0; k < run.world.trace.records.count; k++) {
            struct record record = trace_read(&run.world.trace, k);

            if (record.kind == RECORD_APP && record.what == APP_COMMAND)
                EXPECT_EQ_ROW(paths[i], record.a, line++);
        }
        EXPECT_EQ_ROW(paths[i], line, (int64_t)script->event_count);
        pkt_run_close(&run);
        pkt_script_free(script);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_each_script_passes_and_says_what_it_is_for),
        TEST(test_each_script_fails_when_it_is_mutated),
        TEST(test_each_line_stands_in_the_trace_once_and_in_order),
    };

    find_scripts("tests/pkt");
    return run_tests("pkt", tests, ARRAY_LEN(tests));
}
