/*
 * Quizzes to the letter: tests/golden/quiz/NAME.txt. RUNG_GOLDEN_UPDATE=1 writes
 * the files anew; read them as a student would before committing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/dialogue.h"
#include "tests/support/expect.h"
#include "tests/support/golden.h"
#include "tests/support/suite.h"

static const struct {
    const char *name, *lab;
    bool narrate;
    const char *lines;
} quizzes[] = {
    { "handshake", "handshake", false,
      "LISTEN\nSYN-RECEIVED\n0\n?\n1\n50ms\n70ms\n"
      "b need not send a SYN: it only listens\n1\ndrop 2\ndone\nclear\ndrop 3\ndone\n" },
    { "handshake-narrated", "handshake", true, "SYN-RECEIVED\n1\nsoon\nhelp\npass\na\npass\n" },
    { "fast-retransmit", "fast-retransmit", false, "?\n?\n3001\n1001\n4\n4\n2\n1001\nquit\n" },
};

static void test_quizzes_are_held_as_written(void)
{
    for (size_t i = 0; i < ARRAY_LEN(quizzes); i++) {
        struct dialogue d;
        char name[80];

        if (!dialogue_open(&d, quizzes[i].lab))
            continue;
        dialogue_hold(&d, quizzes[i].lines, quizzes[i].narrate);
        snprintf(name, sizeof(name), "quiz/%s.txt", quizzes[i].name);
        expect_golden(name, d.said);
        dialogue_close(&d);
    }
}

int main(void)
{
    static const struct test tests[] = { TEST(test_quizzes_are_held_as_written) };

    return run_tests("quiz golden", tests, ARRAY_LEN(tests));
}
