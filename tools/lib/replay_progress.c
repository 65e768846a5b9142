#include "tools/lib/replay_progress.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "sim/vtime.h"
#include "tools/lib/text.h"

enum { BAR = 24, LINE_SIZE = 80, NUMBER_SIZE = 32 };

#define FIRST_AFTER (500 * MS)
#define AGAIN_AFTER (100 * MS)

/* "1,234,567" */
static void format_grouped(uint64_t number, char *out)
{
    char digits[NUMBER_SIZE];
    int len = snprintf(digits, sizeof(digits), "%" PRIu64, number);

    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            *out++ = ',';
        *out++ = digits[i];
    }
    *out = '\0';
}

static void format_line(const struct replay_progress *progress, uint64_t frames, uint64_t bytes,
                        char *line)
{
    char count[NUMBER_SIZE], bar[BAR + 1];
    int done;

    format_grouped(frames, count);
    if (progress->size == 0 || bytes > progress->size) {
        snprintf(line, LINE_SIZE, _("%s frames, %" PRIu64 ".%" PRIu64 " MB"), count,
                 bytes / 1000000, bytes / 100000 % 10);
        return;
    }
    done = (int)((double)bytes / (double)progress->size * 100);
    memset(bar, '.', BAR);
    memset(bar, '#', (size_t)(done * BAR / 100));
    bar[BAR] = '\0';
    snprintf(line, LINE_SIZE, _("[%s] %d %%, %s frames"), bar, done, count);
}

void replay_progress_when(struct replay_progress *progress, uint64_t frames, uint64_t bytes,
                          int64_t now_ns)
{
    char line[LINE_SIZE];

    if (progress->out == NULL)
        return;
    if (!progress->begun) {
        progress->begun = true;
        progress->begun_ns = now_ns;
    }
    if (now_ns - progress->begun_ns < FIRST_AFTER ||
        (progress->shown && now_ns - progress->shown_ns < AGAIN_AFTER))
        return;
    format_line(progress, frames, bytes, line);
    fprintf(progress->out, "\r%s", line);
    fflush(progress->out);
    progress->shown = true;
    progress->shown_ns = now_ns;
}

void replay_progress_at(struct replay_progress *progress, uint64_t frames, uint64_t bytes)
{
    struct timespec now;

    if (progress->out == NULL)
        return;
    clock_gettime(CLOCK_MONOTONIC, &now);
    replay_progress_when(progress, frames, bytes, (int64_t)now.tv_sec * SECONDS + now.tv_nsec);
}

void replay_progress_end(struct replay_progress *progress)
{
    if (progress->shown) {
        fprintf(progress->out, "\r%*s\r", LINE_SIZE - 1, "");
        fflush(progress->out);
    }
    progress->shown = progress->begun = false;
}
