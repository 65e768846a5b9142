/*
 * Quizzes to the letter: tests/golden/quiz/NAME.txt. RUNG_GOLDEN_UPDATE=1 writes
 * the files anew; read them as a student would before committing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/dialogue.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

static const struct {
    const char *name, *lab;
    bool narrate;
    const char *lines;
} quizzes[] = {
    { "handshake", "handshake", false,
      "LISTEN\nSYN-RECEIVED\n0\n?\n1\n50ms\n70ms\n3\n2\ndrop 2\ndone\nclear\ndrop 3\ndone\n" },
    { "handshake-narrated", "handshake", true, "SYN-RECEIVED\n1\nsoon\nhelp\npass\nb\npass\n" },
    { "fast-retransmit", "fast-retransmit", false, "?\n?\n3001\n1001\n4\n4\n2\n1001\nquit\n" },
};

static void golden_path(const char *name, char *path, size_t size)
{
    const char *source = getenv("RUNG_SOURCE");

    snprintf(path, size, "%s/tests/golden/quiz/%s.txt", source == NULL ? "." : source, name);
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

static void test_quizzes_are_held_as_written(void)
{
    for (size_t i = 0; i < ARRAY_LEN(quizzes); i++) {
        struct dialogue d;
        char *want;

        if (!dialogue_open(&d, quizzes[i].lab))
            continue;
        dialogue_hold(&d, quizzes[i].lines, quizzes[i].narrate);
        update_golden(quizzes[i].name, d.said);
        want = read_golden(quizzes[i].name);
        EXPECT_STR_ROW(quizzes[i].name, d.said, want);
        free(want);
        dialogue_close(&d);
    }
}

int main(void)
{
    static const struct test tests[] = { TEST(test_quizzes_are_held_as_written) };

    return run_tests("quiz golden", tests, ARRAY_LEN(tests));
}
