#include "tools/lib/options.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"

static const struct option options[] = {
    { "for", no_argument, NULL, 'f' },
    { "seed", required_argument, NULL, 256 },
    { "send", required_argument, NULL, 257 },
    { "write", required_argument, NULL, 'w' },
    { 0 },
};

/* Reads WORDS to their end or first error; SAID is what was told. */
static int read_all(char **words, char *said, size_t size)
{
    FILE *told = tmpfile();
    int saved = dup(STDERR_FILENO), argc = 0, option;

    while (words[argc] != NULL)
        argc++;
    fflush(stderr);
    dup2(fileno(told), STDERR_FILENO);
    options_begin();
    do
        option = options_next(argc, words, ":fw:", options);
    while (option != -1 && option != '?');
    if (option == -1)
        options_no_more(argc, words);
    fflush(stderr);
    dup2(saved, STDERR_FILENO);
    close(saved);
    rewind(told);
    said[fread(said, 1, size - 1, told)] = '\0';
    fclose(told);
    return option;
}

#define MAX_WORDS 6

static void test_wrong_options_are_told_in_our_words(void)
{
    static const struct {
        const char *words[MAX_WORDS], *said;
    } rows[] = {
        { { "--foo" }, "unknown option \"--foo\", did you mean \"--for\"?" },
        { { "--foo=3" }, "unknown option \"--foo\", did you mean \"--for\"?" },
        { { "--elsewhere" }, "unknown option \"--elsewhere\"" },
        { { "--se", "1" }, "\"--se\" may be \"--seed\" or \"--send\": write one of them" },
        { { "--for=3" }, "\"--for\" takes no value" },
        { { "--seed" }, "\"--seed\" needs a value" },
        { { "-w" }, "\"--write\" needs a value" },
        { { "-Z" }, "unknown option \"-Z\"" },
        { { "-fZ", "x" }, "unknown option \"-Z\"" },
        { { "-\303\244" }, "unknown option" },
        { { "--seed=1", "-Zf" }, "unknown option \"-Z\"" },
        { { "--bad\033[2J" }, "unknown option \"--bad?[2J\"" },
        { { "-f", "lab" }, "\"lab\" is too much: leave it out" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char name[] = "run", copies[MAX_WORDS][40], said[600], want[600];
        char *words[MAX_WORDS + 2] = { name };

        for (size_t k = 0; k < MAX_WORDS && rows[i].words[k] != NULL; k++) {
            snprintf(copies[k], sizeof copies[k], "%s", rows[i].words[k]);
            words[k + 1] = copies[k];
        }
        read_all(words, said, sizeof said);
        snprintf(want, sizeof want, "rung: error: run: %s (rung run --help)\n", rows[i].said);
        EXPECT_STR_ROW(rows[i].said, said, want);
    }
}

static void test_right_options_are_told_nothing(void)
{
    char name[] = "run", seed[] = "--seed=1", letter[] = "-f", file[] = "-wx", cut[] = "--wri",
         value[] = "y";
    char *words[] = { name, seed, letter, file, cut, value, NULL };
    char said[600];

    EXPECT_EQ(read_all(words, said, sizeof said), -1);
    EXPECT_STR(said, "");
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_wrong_options_are_told_in_our_words),
        TEST(test_right_options_are_told_nothing),
    };

    return run_tests("options", tests, ARRAY_LEN(tests));
}
