#include "tools/lib/replay.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/capture_writer.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

enum { TEXT_SIZE = 65536 };

static bool write_stdio(void *ctx, const void *bytes, size_t len)
{
    return fwrite(bytes, 1, len, ctx) == len;
}

static const uint8_t frame[60] = { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0xb5 };

/* A file of COUNT frames between two MAC addresses; the caller removes it. */
static void write_capture(char *path, size_t count)
{
    FILE *file = fdopen(mkstemp(path), "wb");
    struct capture_record record = { .frame = { frame, sizeof frame } };
    struct capture_writer w;
    capture_write_header(&w, (struct byte_sink){ write_stdio, file }, CAPTURE_PCAP, NULL);
    for (size_t i = 0; i < count; i++, record.at += SECONDS)
        capture_write_frame(&w, &record);
    fclose(file);
}

/* Lines that a frame's number begins; notes below them are not counted. */
static size_t count_frames(const char *text)
{
    size_t frames = 0;
    for (const char *line = text; line != NULL && *line != '\0'; line = strchr(line, '\n')) {
        line += *line == '\n';
        frames += strlen(line) > 5 && line[5] >= '0' && line[5] <= '9';
    }
    return frames;
}

/* Runs `replay ARGUMENTS` with what it prints going to TEXT, in a process of
 * its own, as it writes to stdout. Returns the exit status. */
static int run(char *const *arguments, int argc, char *text)
{
    char path[] = "/tmp/rung-replay-XXXXXX";
    int fd = mkstemp(path), status = 0;
    pid_t child = fork();
    if (child == 0) {
        dup2(fd, STDOUT_FILENO);
        dup2(fd, STDERR_FILENO);
        setenv("COLUMNS", "80", 1);
        exit(replay_main(argc, (char **)(uintptr_t)arguments));
    }
    waitpid(child, &status, 0);
    lseek(fd, 0, SEEK_SET);
    ssize_t len = read(fd, text, TEXT_SIZE - 1);
    text[len > 0 ? len : 0] = '\0';
    close(fd);
    remove(path);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static size_t count_lines(const char *text)
{
    size_t lines = 0;
    for (; *text != '\0'; text++)
        lines += *text == '\n';
    return lines;
}

static void test_command_line_is_understood_or_refused(void)
{
    static char path[] = "/tmp/rung-capture-XXXXXX", text[TEXT_SIZE];
    char *const rows[][8] = {
        { "replay", path, NULL },
        { "replay", "-r", path, NULL },
        { "replay", "-n", "-c", "2", path, NULL },
        { "replay", path, "less", "60", NULL },
        { "replay", path, "-c", "1", "greater", "1", NULL },
        { "replay", "--help", NULL },
        { "replay", NULL },
        { "replay", "-c", "0", path, NULL },
        { "replay", "--width", "39", path, NULL },
        { "replay", "--wat", path, NULL },
        { "replay", path, "greater", NULL },
        { "replay", "/nonexistent/x.pcap", NULL },
        { "replay", "/tmp", NULL },
    };
    static const struct {
        int status;
        const char *says;
    } want[] = {
        { 0, "     5  " }, { 0, "     5  " }, { 0, "     2  " }, { 0, "     5  " },
        { 0, "     1  " }, { 0, "Examples\n" }, { 2, "which capture?" }, { 2, "not \"0\"" },
        { 2, "not \"39\"" }, { 2, "unknown option" }, { 2, "filter:1:8: error: " },
        { 3, "cannot be opened: No such file" }, { 3, "Is a directory" },
    };
    write_capture(path, 5);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int argc = 0;
        while (rows[i][argc] != NULL)
            argc++;
        EXPECT_EQ_ROW(want[i].says, run(rows[i], argc, text), want[i].status);
        if (!EXPECT_ROW(want[i].says, strstr(text, want[i].says) != NULL))
            fprintf(stderr, "got: %s", text);
    }
    remove(path);
}

/* What replay makes of FILE; STATUS is its answer. */
static void replay_text(FILE *in, char *text, int *status)
{
    static const struct replay_options options = { .name = "x", .filter = "", .width = 80,
                                                   .ascii = true };
    FILE *out = tmpfile(), *err = fopen("/dev/null", "w");
    *status = replay_capture(&options, in, out, err);
    fclose(err);
    rewind(out);
    text[fread(text, 1, TEXT_SIZE - 1, out)] = '\0';
    fclose(out);
}

static void test_pipe_names_the_hosts_in_each_line(void)
{
    static char path[] = "/tmp/rung-capture-XXXXXX", text[TEXT_SIZE], command[64];
    FILE *in;
    int status;
    write_capture(path, 3);
    in = fopen(path, "rb");
    replay_text(in, text, &status);
    EXPECT_EQ(status, REPLAY_DONE);
    EXPECT_EQ(count_lines(text), 4);
    EXPECT(strncmp(text, " frame ", 7) == 0);
    fclose(in);

    snprintf(command, sizeof command, "cat %s", path);
    in = popen(command, "r");
    replay_text(in, text, &status);
    EXPECT_EQ(status, REPLAY_DONE);
    EXPECT_EQ(count_lines(text), 3);
    EXPECT(strstr(text, "02:00:00:00:00:01 -> 02:00:00:00:00:02") != NULL);
    pclose(in);
    remove(path);
}

static void test_reader_that_leaves_is_no_error(void)
{
    static const struct replay_options options = { .name = "x", .filter = "", .width = 80,
                                                   .ascii = true };
    static char path[] = "/tmp/rung-capture-XXXXXX", text[256];
    int ends[2];
    FILE *in, *out, *err = tmpfile();
    write_capture(path, 2000);
    EXPECT_EQ(pipe(ends), 0);
    close(ends[0]);
    signal(SIGPIPE, SIG_IGN);
    in = fopen(path, "rb");
    out = fdopen(ends[1], "w");
    EXPECT_EQ(replay_capture(&options, in, out, err), REPLAY_DONE);
    rewind(err);
    text[fread(text, 1, sizeof text - 1, err)] = '\0';
    EXPECT_STR(text, "");
    fclose(in);
    fclose(out);

    rewind(err);
    in = fopen(path, "rb");
    out = fopen("/dev/full", "w");
    if (out != NULL) {
        EXPECT_EQ(replay_capture(&options, in, out, err), REPLAY_UNREADABLE);
        fclose(out);
    }
    fclose(in);
    fclose(err);
    remove(path);
}

/* Each of the shared captures: a line a frame, and the status they deserve. */
static void test_shared_captures_are_shown_frame_by_frame(void)
{
    static char text[1 << 20], line[2048], name[256], path[512];
    FILE *index = fopen("../shared/pcaps/INDEX.tsv", "r");
    unsigned long packets;
    if (index == NULL) {
        skip_test("../shared/pcaps is not there");
        return;
    }
    while (fgets(line, sizeof line, index) != NULL) {
        FILE *in;
        int status;
        bool broken;
        if (sscanf(line, "%255s %*s %lu", name, &packets) != 2 || strstr(name, ".gz") != NULL)
            continue;
        snprintf(path, sizeof path, "../shared/pcaps/%s", name);
        in = fopen(path, "rb");
        if (!EXPECT_ROW(name, in != NULL))
            continue;
        broken = strstr(name, "cut-in") || strstr(name, "not-a-") || strstr(name, "invalid-v");
        replay_text(in, text, &status);
        EXPECT_EQ_ROW(name, status, broken ? REPLAY_UNREADABLE : REPLAY_DONE);
        if (packets < 500)
            EXPECT_EQ_ROW(name, count_frames(text), packets);
        fclose(in);
    }
    fclose(index);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_command_line_is_understood_or_refused),
        TEST(test_pipe_names_the_hosts_in_each_line),
        TEST(test_reader_that_leaves_is_no_error),
        TEST(test_shared_captures_are_shown_frame_by_frame),
    };
    return run_tests("replay", tests, ARRAY_LEN(tests));
}
