/*
 * Real connections, in ../shared/pcaps (or $RUNG_PCAPS), fed to simulated hosts: each side of
 * each connection of each capture. The simulated host must end in the state of the real one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "layers/state.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/lib/gunzip.h"
#include "tools/lib/into.h"

enum { PATH_SIZE = 512, STREAMS_MOST = 24 };

/* Those that must be among them, and how many answers must be as the real ones were. */
static const struct {
    const char *name;
    unsigned as;
    const char *state;
    uint32_t same, of; /* real answers */
} wanted[] = {
    { "tcp-handshake-teardown/handshake.pcapng", TALK_CLIENT, "ESTABLISHED", 1, 1 },
    { "tcp-handshake-teardown/handshake.pcapng", TALK_SERVER, "ESTABLISHED", 2, 2 },
    { "tcp-handshake-teardown/connection-refused.pcapng", TALK_CLIENT, "CLOSED", 1, 1 },
    { "tcp-handshake-teardown/half-close-data-after-fin.pcap", TALK_CLIENT, "TIME-WAIT", 9, 9 },
    { "tcp-handshake-teardown/half-close-data-after-fin.pcap", TALK_SERVER, "CLOSED", 11, 11 },
    { "tcp-handshake-teardown/simultaneous-close.pcap", TALK_CLIENT, "TIME-WAIT", 5, 5 },
    { "tcp-handshake-teardown/simultaneous-close.pcap", TALK_SERVER, "TIME-WAIT", 5, 5 },
    { "udp-dns-dhcp/dns-zone-transfer-over-tcp.pcapng", TALK_CLIENT, "CLOSED", 5, 5 },
    { "udp-dns-dhcp/dns-zone-transfer-over-tcp.pcapng", TALK_SERVER, "TIME-WAIT", 6, 6 },
    { "tcp-handshake-teardown/teardown.pcapng", TALK_CLIENT, "TIME-WAIT", 2, 2 },
    { "tcp-handshake-teardown/teardown.pcapng", TALK_SERVER, "CLOSED", 2, 2 },
    { "tcp-window/zero-window-dead.pcapng", TALK_SERVER, "ESTABLISHED", 4, 4 },
    { "tcp-window/zero-window-recovery.pcapng", TALK_CLIENT, "ESTABLISHED", 2, 2 },
    { "formats/truncated-by-snaplen.pcap", TALK_CLIENT, "TIME-WAIT", 14, 14 },
    { "ip-fragments/http-over-tiny-fragments.pcap", TALK_SERVER, "TIME-WAIT", 8, 8 },
    { "formats/linux-cooked-v2-http.pcap", TALK_SERVER, "CLOSED", 6, 6 },
};

/* Ends that cannot be alike, and why. */
static const struct {
    const char *name;
    unsigned as;
    uint32_t stream;
    const char *why;
} unlike[] = {
    { "attacks/syn-scan.pcapng", TALK_SERVER, 8, "the client is a scanner, which has no TCP" },
    { "attacks/syn-scan.pcapng", TALK_SERVER, 12, "the same" },
    { "formats/big-endian-version-2-2-snaplen-68.pcap", TALK_SERVER, 1,
      "no ACK of the SYN,ACK was captured" },
    { "malformed/fuzzed-mixed-traffic-big-endian.pcap", TALK_CLIENT, 3,
      "its numbers were changed at random" },
};

static char folder[PATH_SIZE];
static unsigned runs, alike, rows_same, rows, joined;

static bool find_folder(void)
{
    const char *given = getenv("RUNG_PCAPS"), *source = getenv("RUNG_SOURCE");

    if (given != NULL)
        snprintf(folder, sizeof(folder), "%s", given);
    else
        snprintf(folder, sizeof(folder), "%s/../shared/pcaps", source != NULL ? source : ".");
    return access(folder, R_OK) == 0;
}

static size_t read_stream(void *ctx, void *bytes, size_t len)
{
    return fread(bytes, 1, len, ctx);
}

static bool open_talk(struct capture_talk *talk, const char *name, uint32_t stream)
{
    const struct capture_talk_choice choice = { .filter = "", .by_stream = true, .stream = stream };
    char path[4 * PATH_SIZE], why[TALK_WHY_SIZE];
    FILE *in;
    bool found;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    in = fopen(path, "rb");
    in = in != NULL ? gunzip_open(in) : NULL;
    if (in == NULL)
        return false;
    found = capture_talk_open(talk, (struct byte_source){ read_stream, in }, &choice, why);
    fclose(in);
    return found;
}

static bool may_differ(const char *name, unsigned as, uint32_t stream)
{
    for (size_t i = 0; i < ARRAY_LEN(unlike); i++)
        if (strcmp(unlike[i].name, name) == 0 && unlike[i].as == as && unlike[i].stream == stream)
            return true;
    return false;
}

static void hold_against_wanted(const char *name, const struct into *into)
{
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        if (strcmp(wanted[i].name, name) != 0 || wanted[i].as != into->options.as)
            continue;
        EXPECT_STR(state_name(into->simulated_state), wanted[i].state);
        EXPECT_EQ_ROW(name, into->tally.same, wanted[i].same);
        EXPECT_EQ_ROW(name, into->tally.real, wanted[i].of);
    }
}

static void feed_side(const char *name, const struct capture_talk *talk, unsigned as)
{
    const struct into_options options = { .talk = talk, .as = as };
    char why[TALK_WHY_SIZE], label[PATH_SIZE];
    struct into into;

    if (!into_open(&into, &options, why)) {
        EXPECT_ROW(name, strstr(why, "SYN") != NULL || strstr(why, "nothing") != NULL);
        return;
    }
    snprintf(label, sizeof(label), "%s, stream %u, %s: %s, not %s", name, talk->stream,
             as == TALK_CLIENT ? "client" : "server", state_name(into.simulated_state),
             state_name(into.real_state));
    EXPECT_ROW(label, into.agree || may_differ(name, as, talk->stream));
    if (talk->stream == 0)
        hold_against_wanted(name, &into);
    runs++;
    joined += talk->join.joined;
    alike += into.agree;
    rows_same += into.tally.same;
    rows += into.tally.real;
    into_close(&into);
}

static void feed_capture(const char *name)
{
    struct capture_talk talk;

    for (uint32_t stream = 0; stream < STREAMS_MOST && open_talk(&talk, name, stream); stream++) {
        feed_side(name, &talk, TALK_CLIENT);
        feed_side(name, &talk, TALK_SERVER);
        capture_talk_close(&talk);
    }
}

static void test_simulated_host_ends_as_the_real_one_in_every_connection(void)
{
    char path[2 * PATH_SIZE], line[2 * PATH_SIZE];
    FILE *index;

    if (!find_folder()) {
        skip_test("the captures of ../shared/pcaps are not here");
        return;
    }
    snprintf(path, sizeof(path), "%s/INDEX.tsv", folder);
    index = fopen(path, "r");
    ASSERT(index != NULL);
    while (fgets(line, sizeof(line), index) != NULL) {
        line[strcspn(line, "\t\n")] = '\0';
        if (strchr(line, '/') != NULL)
            feed_capture(line);
    }
    fclose(index);
    EXPECT(runs > 150);
    EXPECT(joined > 30);
    printf("%u runs, %u of them joined within; %u end alike; %u of %u answers the same\n", runs,
           joined, alike, rows_same, rows);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_simulated_host_ends_as_the_real_one_in_every_connection),
    };

    return run_tests("into_captures", tests, ARRAY_LEN(tests));
}
