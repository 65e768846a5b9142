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
#include "tests/support/golden.h"
#include "tests/support/suite.h"

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

static void test_throughput_under_loss_is_as_recorded(void)
{
    char *got = measure();

    expect_golden("throughput.txt", got);
    free(got);
}

int main(void)
{
    static const struct test tests[] = { TEST(test_throughput_under_loss_is_as_recorded) };

    return run_tests("throughput", tests, ARRAY_LEN(tests));
}
