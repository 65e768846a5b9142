/*
 * Labs told in sentences, to the letter: tests/golden/narrate/NAME.txt.
 * RUNG_GOLDEN_UPDATE=1 writes the files anew; have them read to you before
 * committing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/lab_file.h"
#include "tests/support/suite.h"
#include "tools/lib/ladder.h"
#include "tools/lib/narrate.h"

static const struct {
    const char *name, *lab;
    unsigned why;
} stories[] = {
    { "handshake", "handshake", 0 },
    { "handshake-why", "handshake", LADDER_WHY_ALL },
    { "rto-and-karn", "rto-and-karn", 0 },
    { "arp-cache", "arp-cache", 0 },
    { "fragmentation", "fragmentation", 0 },
    { "fast-retransmit", "fast-retransmit", 0 },
    { "lost-fin-ack", "lost-fin-ack", 0 },
    { "zero-window", "zero-window", 0 },
    { "backlog", "backlog", 0 },
};

static void golden_path(const char *name, char *path, size_t size)
{
    const char *source = getenv("RUNG_SOURCE");

    snprintf(path, size, "%s/tests/golden/narrate/%s.txt", source == NULL ? "." : source, name);
}

static char *read_golden(const char *name)
{
    char path[4096], *text = calloc(1, 1 << 18);
    FILE *file;

    golden_path(name, path, sizeof(path));
    file = fopen(path, "rb");
    ASSERT(text != NULL);
    if (file == NULL)
        return text;
    ASSERT(fread(text, 1, (1 << 18) - 1, file) < (1 << 18) - 1);
    fclose(file);
    return text;
}

static void update_golden(const char *name, const char *text)
{
    char path[4096];
    FILE *file;

    if (getenv("RUNG_GOLDEN_UPDATE") == NULL)
        return;
    golden_path(name, path, sizeof(path));
    file = fopen(path, "wb");
    ASSERT(file != NULL);
    fputs(text, file);
    fclose(file);
}

static void test_labs_are_told_in_sentences(void)
{
    for (size_t i = 0; i < ARRAY_LEN(stories); i++) {
        struct narrate_options options = { .why = stories[i].why };
        char *got = NULL, *want;
        struct lab_file lab;
        size_t len;
        FILE *out;

        if (!lab_file_open(&lab, stories[i].lab))
            continue;
        out = open_memstream(&got, &len);
        EXPECT(narrate(&lab.view, &options, out));
        fclose(out);
        lab_file_close(&lab);
        update_golden(stories[i].name, got);
        want = read_golden(stories[i].name);
        EXPECT_STR_ROW(stories[i].name, got, want);
        free(want);
        free(got);
    }
}

int main(void)
{
    static const struct test tests[] = { TEST(test_labs_are_told_in_sentences) };

    return run_tests("narrate golden", tests, ARRAY_LEN(tests));
}
