/*
 * prop_narrate.c - the narration of every bundled lab tells each frame that
 * was put on a wire, each loss and each state of a connection, and once.
 */
#include "tests/support/expect.h"
#include "tests/support/suite.h"

#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/names.h"
#include "layers/rule.h"
#include "layers/state.h"
#include "tests/support/lab_file.h"
#include "tools/lib/narrate.h"

enum { WANTED_SIZE = 512 };

struct told {
    struct lab_file file;
    char *text;
};

static unsigned count_lines(const char *text, const char *a, const char *b)
{
    unsigned count = 0;

    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        const char *found = memmem(text, len, a, strlen(a));

        count += found != NULL && memmem(text, len, b, strlen(b)) != NULL;
        text += len + (text[len] == '\n');
    }
    return count;
}

static bool tell(struct told *told, const char *name)
{
    const struct narrate_options options = { 0 };
    FILE *out;
    size_t len;

    told->text = NULL;
    if (!lab_file_open(&told->file, name))
        return false;
    out = open_memstream(&told->text, &len);
    EXPECT_ROW(name, narrate(&told->file.view, &options, out));
    fclose(out);
    return true;
}

static void close_told(struct told *told)
{
    lab_file_close(&told->file);
    free(told->text);
}

/* ---- Frames ---- */

static void expect_frames(const char *name, const struct told *told)
{
    uint32_t count = told->file.view.trace->frames.count;
    char wanted[WANTED_SIZE];

    for (uint32_t i = 1; i <= count; i++) {
        snprintf(wanted, sizeof(wanted), "(frame %" PRIu32 ").", i);
        EXPECT_EQ_ROW(name, count_lines(told->text, " sends ", wanted), 1);
    }
    EXPECT_EQ_ROW(name, count_lines(told->text, " sends ", "(frame "), count);
}

/* ---- Losses ---- */

/* LINE names FRAME: "(frame 3)", "Frame 3 is", "(frames 2, 3)". */
static bool names_frame(const char *line, uint32_t frame)
{
    const char *at = line;

    while ((at = strcasestr(at, "frame")) != NULL) {
        at += strcspn(at, " ");
        while (at[0] == ' ' && isdigit((unsigned char)at[1])) {
            if (strtoul(at + 1, NULL, 10) == frame)
                return true;
            at += 1 + strspn(at + 1, "0123456789,");
        }
    }
    return false;
}

/* How many lines tell that FRAME was lost for REASON. */
static unsigned losses_told(const char *text, uint32_t frame, const char *reason)
{
    unsigned count = 0;

    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        char line[2048];

        snprintf(line, sizeof(line), "%.*s", (int)len, text);
        text += len + (text[len] == '\n');
        count += strstr(line, reason) != NULL && names_frame(line, frame) &&
                 (strstr(line, " lost") != NULL || strstr(line, " drops ") != NULL ||
                  strstr(line, " ignores ") != NULL);
    }
    return count;
}

static void expect_losses(const char *name, const struct told *told)
{
    const struct trace *trace = told->file.view.trace;

    for (uint32_t i = 0; i < trace->records.count; i++) {
        struct record record = trace_read(trace, i);
        char reason[WANTED_SIZE];

        if (record.kind != RECORD_LOST)
            continue;
        rule_sentence(record.rule, record.a, record.b, reason, sizeof(reason));
        if (record.frame != 0)
            EXPECT_EQ_ROW(name, losses_told(told->text, record.frame, reason), 1);
        else
            EXPECT_ROW(name, strstr(told->text, reason) != NULL);
    }
}

/* ---- States ---- */

static void expect_states(const char *name, const struct told *told)
{
    const struct trace *trace = told->file.view.trace;
    unsigned changes = 0;
    char wanted[WANTED_SIZE], reason[WANTED_SIZE];

    for (uint32_t i = 0; i < trace->records.count; i++) {
        struct record record = trace_read(trace, i);
        int from = record.a == STATE_NONE ? STATE_TCP_CLOSED : (int)record.a;

        if (record.kind != RECORD_STATE || record.what != MACHINE_TCP)
            continue;
        changes++;
        rule_sentence(record.rule, 0, 0, reason, sizeof(reason));
        snprintf(wanted, sizeof(wanted), " goes from %s to %s: ", state_name(from),
                 state_name((int)record.b));
        EXPECT_ROW(name, count_lines(told->text, wanted, reason) > 0);
    }
    EXPECT_EQ_ROW(name,
                  count_lines(told->text, " goes from ", ": ") -
                      count_lines(told->text, " goes from ", " ARP entry ") -
                      count_lines(told->text, " goes from ", "LINK-"),
                  changes);
}

/* ---- Sentences ---- */

/* Below the title, one sentence a line: it has a full stop, and no field=value. */
static void expect_sentences(const char *name, const char *text)
{
    for (text = strchr(text, '\n') + 1; *text != '\0';) {
        size_t len = strcspn(text, "\n");

        EXPECT_ROW(name, len > 0 && memchr(text, '=', len) == NULL);
        EXPECT_ROW(name, len > 0 && text[len - 1] == '.');
        text += len + (text[len] == '\n');
    }
}

/* The bundled labs: the folders of labs/. */
static void test_each_bundled_lab_tells_all_that_happens_once(void)
{
    const char *source = getenv("RUNG_SOURCE");
    char path[4096];
    struct dirent *entry;
    unsigned count = 0;
    DIR *labs;

    snprintf(path, sizeof(path), "%s/labs", source != NULL ? source : ".");
    labs = opendir(path);
    ASSERT(labs != NULL);
    while ((entry = readdir(labs)) != NULL) {
        struct told told;

        if (strchr(entry->d_name, '.') != NULL || strcmp(entry->d_name, "ORDER") == 0 ||
            !tell(&told, entry->d_name))
            continue;
        count++;
        expect_frames(entry->d_name, &told);
        expect_losses(entry->d_name, &told);
        expect_states(entry->d_name, &told);
        expect_sentences(entry->d_name, told.text);
        close_told(&told);
    }
    closedir(labs);
    EXPECT(count > 20);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_each_bundled_lab_tells_all_that_happens_once),
    };

    return run_tests("narrate properties", tests, ARRAY_LEN(tests));
}
