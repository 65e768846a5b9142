#include "tools/lib/replay_progress.h"

#include <string.h>

#include "sim/vtime.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

static char said[4096];

/* What was said since the file was opened. */
static const char *read_back(FILE *file)
{
    rewind(file);
    said[fread(said, 1, sizeof(said) - 1, file)] = '\0';
    return said;
}

static void test_short_file_says_nothing(void)
{
    struct replay_progress progress = { .out = tmpfile(), .size = 1000 };

    replay_progress_when(&progress, 10, 100, 0);
    replay_progress_when(&progress, 20, 900, 400 * MS);
    replay_progress_end(&progress);
    EXPECT_STR(read_back(progress.out), "");
    fclose(progress.out);
}

static void test_long_file_has_a_bar_that_is_wiped(void)
{
    struct replay_progress progress = { .out = tmpfile(), .size = 1000 };

    replay_progress_when(&progress, 10, 100, 0);
    replay_progress_when(&progress, 1234567, 500, 600 * MS);
    replay_progress_when(&progress, 1234568, 510, 610 * MS); /* too soon */
    replay_progress_end(&progress);
    read_back(progress.out);
    EXPECT(strstr(said, "\r[############............] 50 %, 1,234,567 frames") == said);
    EXPECT(strstr(said, "1,234,568") == NULL);
    EXPECT(said[strlen(said) - 1] == '\r');
    fclose(progress.out);
}

static void test_pipe_tells_frames_and_bytes(void)
{
    struct replay_progress progress = { .out = tmpfile() };

    replay_progress_when(&progress, 1, 1, 0);
    replay_progress_when(&progress, 2048, 1560000, SECONDS);
    EXPECT_STR(read_back(progress.out), "\r2,048 frames, 1.5 MB");
    fclose(progress.out);
}

static void test_without_a_terminal_nothing_is_told(void)
{
    struct replay_progress progress = { .out = NULL };

    replay_progress_when(&progress, 1, 1, 0);
    replay_progress_when(&progress, 2048, 1560000, SECONDS);
    replay_progress_at(&progress, 2048, 1560000);
    replay_progress_end(&progress);
    EXPECT(!progress.shown);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_short_file_says_nothing),
        TEST(test_long_file_has_a_bar_that_is_wiped),
        TEST(test_pipe_tells_frames_and_bytes),
        TEST(test_without_a_terminal_nothing_is_told),
    };
    return run_tests("replay_progress", tests, ARRAY_LEN(tests));
}
