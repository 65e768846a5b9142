#include "tests/support/golden.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"

void golden_path(const char *name, char out[static GOLDEN_PATH_SIZE])
{
    const char *source = getenv("RUNG_SOURCE");
    int len = snprintf(out, GOLDEN_PATH_SIZE, "%s/tests/golden/%s", source == NULL ? "." : source,
                       name);

    ASSERT(len > 0 && len < GOLDEN_PATH_SIZE);
}

static void record(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");

    ASSERT(file != NULL);
    ASSERT(fputs(text, file) >= 0);
    ASSERT(fclose(file) == 0);
}

/* To be freed; NULL: there is none. */
static char *recorded(const char *path)
{
    FILE *file = fopen(path, "rb"), *out;
    char piece[4096], *text = NULL;
    size_t size, len;

    if (file == NULL)
        return NULL;
    out = open_memstream(&text, &size);
    ASSERT(out != NULL);
    while ((len = fread(piece, 1, sizeof(piece), file)) > 0)
        ASSERT(fwrite(piece, 1, len, out) == len);
    ASSERT(!ferror(file));
    ASSERT(fclose(out) == 0);
    fclose(file);
    return text;
}

static void print_line(const char *mark, const char *text)
{
    if (*text == '\0')
        printf("    %s (ends here)\n", mark);
    else
        printf("    %s %.*s\n", mark, (int)strcspn(text, "\n"), text);
}

static void print_first_difference(const char *name, const char *want, const char *got)
{
    int line = 1;

    while (*want != '\0' && *got != '\0') {
        size_t want_len = strcspn(want, "\n"), got_len = strcspn(got, "\n");

        if (want_len != got_len || memcmp(want, got, want_len) != 0)
            break;
        want += want_len + (want[want_len] == '\n');
        got += got_len + (got[got_len] == '\n');
        line++;
    }
    printf("    tests/golden/%s, line %d (- recorded, + now):\n", name, line);
    print_line("-", want);
    print_line("+", got);
}

bool expect_golden(const char *name, const char *got)
{
    char path[GOLDEN_PATH_SIZE], *want;
    bool same;

    golden_path(name, path);
    if (getenv("RUNG_GOLDEN_UPDATE") != NULL)
        record(path, got);
    want = recorded(path);
    if (!EXPECT_ROW(path, want != NULL))
        return false;
    same = EXPECT_ROW(name, strcmp(got, want) == 0);
    if (!same)
        print_first_difference(name, want, got);
    free(want);
    return same;
}
