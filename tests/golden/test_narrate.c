/*
 * Labs told in sentences, to the letter: tests/golden/narrate/NAME.txt.
 * RUNG_GOLDEN_UPDATE=1 writes the files anew; have them read to you before
 * committing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/golden.h"
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

static void test_labs_are_told_in_sentences(void)
{
    for (size_t i = 0; i < ARRAY_LEN(stories); i++) {
        struct narrate_options options = { .why = stories[i].why };
        char name[80], *got = NULL;
        struct lab_file lab;
        size_t len;
        FILE *out;

        if (!lab_file_open(&lab, stories[i].lab))
            continue;
        out = open_memstream(&got, &len);
        EXPECT(narrate(&lab.view, &options, out));
        fclose(out);
        lab_file_close(&lab);
        snprintf(name, sizeof(name), "narrate/%s.txt", stories[i].name);
        expect_golden(name, got);
        free(got);
    }
}

int main(void)
{
    static const struct test tests[] = { TEST(test_labs_are_told_in_sentences) };

    return run_tests("narrate golden", tests, ARRAY_LEN(tests));
}
