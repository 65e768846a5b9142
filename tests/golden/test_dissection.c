/*
 * What layers/wire takes off frames against Wireshark's word, over the captures of
 * ../shared/pcaps (or $RUNG_PCAPS): ARP, ICMP, IPv6, DNS, DHCP, HTTP and TLS, each field
 * of each frame. Where tshark 4.0 is installed, against what it says now; else against
 * what it said, tests/golden/dissection/expected.txt:
 *
 *   CAPTURE FIELD FRAMES HASH       hash: of the numbers of the frames, and the values
 *
 * To write that file anew, run with RUNG_GOLDEN_UPDATE=1; RUNG_TSHARK_TELL=1 tells every
 * difference. Where the two differ stands below, each with the reason; all else fails.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "layers/wire/item.h"
#include "sim/hash.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/lib/replay_parts.h"
#include "tools/lib/run_field.h"

#define EXPECTED "tests/golden/dissection/expected.txt"

enum { PATH_SIZE = 1024, LINE_SIZE = 65536, VALUE_SIZE = 1000, FRAMES = 30000, COMPARED = 250 };

static const char *const fields[] = {
    "arp.opcode",
    "arp.src.proto_ipv4",
    "arp.dst.proto_ipv4",
    "icmp.type",
    "icmp.code",
    "icmp.seq",
    "ipv6.src",
    "ipv6.dst",
    "ipv6.nxt",
    "ipv6.plen",
    "ipv6.hlim",
    "icmpv6.type",
    "icmpv6.code",
    "icmpv6.nd.ns.target_address",
    "icmpv6.nd.na.target_address",
    "dns.id",
    "dns.flags.response",
    "dns.flags.rcode",
    "dns.count.queries",
    "dns.count.answers",
    "dns.qry.name",
    "dns.qry.type",
    "dns.a",
    "dns.aaaa",
    "dns.cname",
    "dhcp.id",
    "dhcp.type",
    "dhcp.ip.your",
    "dhcp.option.dhcp",
    "dhcp.option.requested_ip_address",
    "dhcp.option.dhcp_server_id",
    "dhcp.option.ip_address_lease_time",
    "http.request.method",
    "http.request.uri",
    "http.response.code",
    "tls.record.content_type",
    "tls.handshake.type",
    "tls.handshake.extensions_server_name",
};
enum { FIELDS = ARRAY_LEN(fields) };

/* Frames of which a protocol, the start of its fields' names, is not compared. */
static const struct excuse {
    const char *capture, *protocol;
    uint64_t first, last;
} excuses[] = {
    /* The length of a message of DNS went ahead in a segment of its own, and tshark was told
     * not to join segments: it takes the message for three others. */
    { "udp-dns-dhcp/dns-zone-transfer-over-tcp.pcapng", "dns.", 6, 6 },
};

/* Damaged on purpose: how much is still what it was before is a matter of taste. */
static bool is_malformed(const char *capture)
{
    return strncmp(capture, "malformed/", strlen("malformed/")) == 0;
}

static char folder[PATH_SIZE];

static bool find_folder(void)
{
    const char *given = getenv("RUNG_PCAPS"), *source = getenv("RUNG_SOURCE");

    if (given != NULL)
        snprintf(folder, sizeof(folder), "%s", given);
    else
        snprintf(folder, sizeof(folder), "%s/../shared/pcaps", source != NULL ? source : ".");
    return access(folder, R_OK) == 0;
}

/* ---- A table of values ---- */

/* Of one frame: a text a field, several values with '|' between them; "": none. */
struct row {
    char *values[FIELDS];
    bool quotes; /* an error that quotes another packet: Rung does not look into its data */
};

static struct row ours[FRAMES], theirs[FRAMES];

static bool is_of_application(const char *field)
{
    return strncmp(field, "dns.", 4) == 0 || strncmp(field, "dhcp.", 5) == 0 ||
           strncmp(field, "http.", 5) == 0 || strncmp(field, "tls.", 4) == 0;
}

static bool is_excused(const char *capture, uint64_t frame, const char *field)
{
    if (is_malformed(capture) || (ours[frame].quotes && is_of_application(field)))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(excuses); i++)
        if (strcmp(excuses[i].capture, capture) == 0 && frame >= excuses[i].first &&
            frame <= excuses[i].last &&
            strncmp(field, excuses[i].protocol, strlen(excuses[i].protocol)) == 0)
            return true;
    return false;
}

static void clear(struct row *rows)
{
    for (size_t i = 0; i < FRAMES; i++)
        for (size_t f = 0; f < FIELDS; f++) {
            free(rows[i].values[f]);
            rows[i].values[f] = NULL;
            rows[i].quotes = false;
        }
}

static void add(struct row *row, size_t field, const char *value)
{
    char *old = row->values[field];
    size_t len = old != NULL ? strlen(old) : 0, more = strlen(value);
    char *new = realloc(old, len + more + 2);

    ASSERT(new != NULL);
    snprintf(new + len, more + 2, "%s%s", len > 0 ? "|" : "", value);
    row->values[field] = new;
}

static const char *value_of(const struct row *row, size_t field)
{
    return row->values[field] != NULL ? row->values[field] : "";
}

static size_t find_field(const char *name)
{
    size_t i = 0;

    while (i < FIELDS && (name == NULL || strcmp(fields[i], name) != 0))
        i++;
    return i;
}

/* ---- Ours ---- */

static size_t read_stream(void *ctx, void *bytes, size_t len)
{
    return fread(bytes, 1, len, ctx);
}

static FILE *open_capture(const char *name)
{
    char text[PATH_SIZE * 2];
    size_t len = strlen(name);
    bool packed = len > 3 && strcmp(name + len - 3, ".gz") == 0;

    snprintf(text, sizeof(text), packed ? "gzip -dc '%s/%s'" : "cat '%s/%s'", folder, name);
    return popen(text, "r");
}

static bool take_item(void *context, const struct item *item)
{
    size_t field = find_field(item->name);
    char number[32];

    if (field == FIELDS)
        return true;
    snprintf(number, sizeof(number), "%" PRId64, item->number);
    add(context, field, item->is_number ? number : item->value);
    return true;
}

static bool is_address(const char *name)
{
    return strstr(name, "proto_ipv4") != NULL || strstr(name, "dhcp.ip.") != NULL;
}

static void take_layer(struct row *row, const struct dissection *d, const struct layer *layer)
{
    struct run_fields table = run_fields_of(layer->kind);
    struct span header = { d->bytes.at + layer->offset, layer->header_len };

    for (size_t i = 0; i < table.count; i++) {
        size_t field = find_field(table.at[i].name);
        char text[IPV4_TEXT_SIZE];
        uint64_t value;

        if (field == FIELDS || !run_field_applies(layer, &table.at[i]) ||
            !field_read(&table.at[i], header, &value))
            continue;
        if (is_address(fields[field]))
            ipv4_format((ipv4)value, text, sizeof(text));
        else
            snprintf(text, sizeof(text), "%" PRIu64, value);
        add(row, field, text);
    }
    item_each(d, layer, take_item, row);
}

static size_t read_ours(const char *name)
{
    static uint8_t memory[REPLAY_HEADER_ROOM + CAPTURE_BUFFER_BYTES];
    static struct capture_reader reader;
    struct capture_frame frame;
    struct dissection d;
    FILE *in = open_capture(name);
    size_t count = 0;

    ASSERT(in != NULL);
    capture_reader_init(&reader, (struct byte_source){ read_stream, in },
                        memory + REPLAY_HEADER_ROOM);
    while (capture_read(&reader, &frame) == CAPTURE_GOT_FRAME && frame.number < FRAMES) {
        count = (size_t)frame.number;
        if (!replay_dissect(&d, &frame))
            continue;
        for (size_t i = 0; i < d.count; i++) {
            take_layer(&ours[count], &d, &d.layers[i]);
            ours[count].quotes = ours[count].quotes || d.layers[i].quoted;
        }
    }
    pclose(in);
    return count;
}

/* ---- Wireshark's ---- */

static bool has_tshark(void)
{
    FILE *in = popen("tshark --version 2>/dev/null", "r");
    char line[128] = "";
    bool good = in != NULL && fgets(line, sizeof(line), in) != NULL;

    if (in != NULL)
        pclose(in);
    return good && strstr(line, " 4.0.") != NULL;
}

/* Numbers in hexadecimal become decimal, the root's name becomes a dot. */
static void add_theirs(struct row *row, size_t field, char *cell)
{
    char *value, *rest = cell;

    while (cell[0] != '\0' && (value = strsep(&rest, "|")) != NULL) {
        char number[32];

        snprintf(number, sizeof(number), "%llu", strtoull(value, NULL, 0));
        if (strncmp(value, "0x", 2) == 0)
            value = number;
        add(row, field, strcmp(value, "<Root>") == 0 ? "." : value);
    }
}

static void read_theirs(const char *name)
{
    static char text[LINE_SIZE];
    size_t len =
        (size_t)snprintf(text, sizeof(text),
                         "tshark -n -o ip.defragment:false -o ipv6.defragment:false"
                         " -o tcp.desegment_tcp_streams:false -o tcp.analyze_sequence_numbers:false"
                         " -r '%s/%s' -T fields -E separator=/t -E 'aggregator=|' -e frame.number",
                         folder, name);
    FILE *in;

    for (size_t i = 0; i < FIELDS; i++)
        len += (size_t)snprintf(text + len, sizeof(text) - len, " -e %s", fields[i]);
    snprintf(text + len, sizeof(text) - len, " 2>/dev/null");
    in = popen(text, "r");
    ASSERT(in != NULL);
    while (fgets(text, sizeof(text), in) != NULL) {
        char *rest = text;
        size_t frame = strtoul(strsep(&rest, "\t\n"), NULL, 10);

        for (size_t i = 0; i < FIELDS && rest != NULL && frame < FRAMES; i++)
            add_theirs(&theirs[frame], i, strsep(&rest, "\t\n"));
    }
    pclose(in);
}

/* ---- Comparing ---- */

struct sum {
    unsigned frames;
    uint64_t hash;
};

static void add_up(struct sum *sum, size_t frame, const char *value)
{
    if (value[0] == '\0')
        return;
    sum->frames++;
    sum->hash = hash_bytes(hash_add(sum->hash, frame), value, strnlen(value, COMPARED));
}

static unsigned values, differ[FIELDS];

static void compare_field(const char *name, size_t count, size_t field, FILE *expected)
{
    struct sum sum = { 0, 0 };

    for (size_t frame = 1; frame <= count; frame++) {
        const char *we = value_of(&ours[frame], field), *they = value_of(&theirs[frame], field);

        if (is_excused(name, frame, fields[field]))
            continue;
        values += they[0] != '\0';
        add_up(&sum, frame, they);
        if (strncmp(we, they, COMPARED) == 0)
            continue;
        differ[field]++;
        if (getenv("RUNG_TSHARK_TELL") != NULL)
            printf("%s %zu %s: \"%s\", tshark \"%s\"\n", name, frame, fields[field], we, they);
    }
    if (expected != NULL && sum.frames > 0)
        fprintf(expected, "%s %s %u %016" PRIx64 "\n", name, fields[field], sum.frames, sum.hash);
}

static void compare_now(const char *name, FILE *expected)
{
    size_t count = read_ours(name);

    read_theirs(name);
    for (size_t f = 0; f < FIELDS; f++)
        compare_field(name, count, f, expected);
    clear(ours);
    clear(theirs);
}

/* Of our values: what stands in the file of Wireshark's. */
static void compare_stored(const char *name, FILE *expected)
{
    size_t count = read_ours(name);

    rewind(expected);
    for (size_t f = 0; f < FIELDS; f++) {
        struct sum sum = { 0, 0 }, wanted = { 0, 0 };
        char line[PATH_SIZE + 200], want[PATH_SIZE + 100];

        for (size_t frame = 1; frame <= count; frame++)
            if (!is_excused(name, frame, fields[f]))
                add_up(&sum, frame, value_of(&ours[frame], f));
        snprintf(want, sizeof(want), "%s %s ", name, fields[f]);
        rewind(expected);
        while (fgets(line, sizeof(line), expected) != NULL)
            if (strncmp(line, want, strlen(want)) == 0)
                sscanf(line + strlen(want), "%u %" SCNx64, &wanted.frames, &wanted.hash);
        values += wanted.frames;
        EXPECT_EQ_ROW(want, sum.frames, wanted.frames);
        EXPECT_ROW(want, sum.hash == wanted.hash);
    }
    clear(ours);
}

static void compare_all(FILE *index, bool now, FILE *expected)
{
    char line[PATH_SIZE];

    while (fgets(line, sizeof(line), index) != NULL) {
        line[strcspn(line, "\t\n")] = '\0';
        if (strcmp(line, "file") == 0)
            continue;
        if (now)
            compare_now(line, expected);
        else
            compare_stored(line, expected);
    }
    for (size_t f = 0; f < FIELDS; f++)
        EXPECT_EQ_ROW(fields[f], differ[f], 0);
    EXPECT(values > 5000);
}

static void test_each_field_is_what_wireshark_says(void)
{
    bool writes = getenv("RUNG_GOLDEN_UPDATE") != NULL, now = has_tshark();
    char path[PATH_SIZE + 16];
    FILE *index = NULL, *expected = NULL;

    if (find_folder()) {
        snprintf(path, sizeof(path), "%s/INDEX.tsv", folder);
        index = fopen(path, "r");
    }
    if (index == NULL) {
        skip_test("no captures");
        return;
    }
    if (writes || !now)
        expected = fopen(EXPECTED, writes ? "w" : "r");
    if (EXPECT(now || expected != NULL))
        compare_all(index, now, expected);
    printf("%u values\n", values);
    if (expected != NULL)
        fclose(expected);
    fclose(index);
}

int main(void)
{
    static const struct test tests[] = { TEST(test_each_field_is_what_wireshark_says) };

    return run_tests("dissection", tests, ARRAY_LEN(tests));
}
