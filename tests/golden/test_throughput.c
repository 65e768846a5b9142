/*
 * What each congestion control delivers under loss, with small and large
 * buffers: tests/golden/throughput.txt, to the digit. RUNG_GOLDEN_UPDATE=1
 * writes it anew; a commit that changes it says why the figures moved.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/tcp/tcp.h"
#include "tests/support/bulk.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

enum { LINE = 128, LINES_MAX = 64 };
#define RUN_TIME 20 /* seconds */

static const char *const cc_names[] = { "none", "tahoe", "reno", "newreno", "cubic" };
static const uint32_t losses[] = { 0, 1000, 10000, 30000, 100000 }; /* per million */
static const int64_t buffers[] = { 4, 16, 64, 256 };                /* KiB */

/* kbit/s that reach the application on 10 Mbit/s with 10 ms each way. */
static unsigned throughput(int64_t cc, uint32_t loss, int64_t buffer)
{
    struct bulk_config config = bulk_defaults();
    struct bulk bulk;
    uint64_t bits;

    config.loss = loss;
    config.tcp.cc = cc;
    config.tcp.sndbuf = config.tcp.rcvbuf = buffer * 1024;
    bulk_open(&bulk, &config);
    bulk_run_until(&bulk, RUN_TIME * SECONDS);
    bits = bulk_delivered(&bulk) * 8;
    bulk_close(&bulk);
    return (unsigned)(bits / 1000 / RUN_TIME);
}

static void write_row(FILE *out, uint32_t loss, int64_t buffer)
{
    char label[16];

    snprintf(label, sizeof(label), "%.1f%%", (double)loss / 1e4);
    fprintf(out, "%6s  %7lld", label, (long long)buffer);
    for (size_t i = 0; i < ARRAY_LEN(cc_names); i++)
        fprintf(out, "  %7u", throughput((int64_t)i, loss, buffer));
    putc('\n', out);
}

static char *measure(void)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    fputs("kbit/s delivered in 20 s on 10 Mbit/s, RTT 20 ms, queue 100 frames\n", out);
    fputs("  loss      KiB", out);
    for (size_t i = 0; i < ARRAY_LEN(cc_names); i++)
        fprintf(out, "  %7s", cc_names[i]);
    putc('\n', out);
    for (size_t i = 0; i < ARRAY_LEN(losses); i++)
        for (size_t j = 0; j < ARRAY_LEN(buffers); j++)
            write_row(out, losses[i], buffers[j]);
    fclose(out);
    return text;
}

/* Line by line, so that a failure shows the rows that moved, and no others. */
static void expect_lines(char *got, FILE *file)
{
    char *place = NULL, *line = strtok_r(got, "\n", &place);
    char want[LINE];

    for (; line != NULL; line = strtok_r(NULL, "\n", &place)) {
        if (!EXPECT(fgets(want, sizeof(want), file) != NULL))
            return;
        want[strcspn(want, "\n")] = '\0';
        EXPECT_STR_ROW("throughput.txt", line, want);
    }
    EXPECT(fgets(want, sizeof(want), file) == NULL);
}

static void test_throughput_under_loss_is_as_recorded(void)
{
    const char *source = getenv("RUNG_SOURCE");
    char *got = measure(), path[4096];
    FILE *file;

    snprintf(path, sizeof(path), "%s/tests/golden/throughput.txt", source == NULL ? "." : source);
    if (getenv("RUNG_GOLDEN_UPDATE") != NULL) {
        file = fopen(path, "wb");
        ASSERT(file != NULL);
        fputs(got, file);
        fclose(file);
    }
    file = fopen(path, "rb");
    if (EXPECT(file != NULL)) {
        expect_lines(got, file);
        fclose(file);
    }
    free(got);
}

int main(void)
{
    static const struct test tests[] = { TEST(test_throughput_under_loss_is_as_recorded) };

    return run_tests("throughput", tests, ARRAY_LEN(tests));
}
