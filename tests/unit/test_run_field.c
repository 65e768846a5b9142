#include "tests/support/expect.h"
#include "tests/support/suite.h"

#include "layers/rule.h"
#include "tests/support/fake_run.h"
#include "tools/lib/run_field.h"

struct wire {
    struct fake_run run;
    uint16_t wire;
};

static void open_wire(struct wire *w)
{
    uint16_t a, b;

    fake_run_open(&w->run, NULL);
    a = fake_run_node(&w->run, "a", 1);
    b = fake_run_node(&w->run, "b", 1);
    w->wire = fake_run_link(&w->run, "wire", a, 0, b, 0);
    fake_run_at(&w->run, 0);
}

struct row {
    int64_t bit;
    const char *want;
};

static void expect_fields(const struct wire *w, uint32_t frame, const struct row *rows,
                          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *got = run_field_at(trace_frame_bytes(&w->run.trace, frame), rows[i].bit);

        if (rows[i].want == NULL)
            EXPECT_ROW("no name", got == NULL);
        else
            EXPECT_STR_ROW(rows[i].want, got == NULL ? "" : got, rows[i].want);
    }
}

static void test_bits_of_a_datagram_are_in_their_fields(void)
{
    static const struct row rows[] = {
        { -1, NULL },
        { 0, "eth.dst" },
        { 47, "eth.dst" },
        { 48, "eth.src" },
        { 111, "eth.type" },
        { 112, "ip.version" },
        { 116, "ip.hdr_len" },
        { 112 + 50, "ip.flags.mf" },
        { 112 + 51, "ip.frag_offset" },
        { 112 + 63, "ip.frag_offset" },
        { 112 + 64, "ip.ttl" },
        { 183, "ip.ttl" },
        { 184, "ip.proto" },
        { 112 + 159, "ip.dst" },
        { 272, "udp.srcport" },
        { 272 + 63, "udp.checksum" },
        { 336, "udp.payload" },
        { 142 * 8 - 1, "udp.payload" },
        { 142 * 8, "eth.fcs" },
        { 146 * 8 - 1, "eth.fcs" },
        { 146 * 8, NULL },
        { INT64_MAX, NULL },
    };
    struct wire w;

    open_wire(&w);
    expect_fields(&w, fake_run_udp(&w.run, w.wire, 0, 100), rows, ARRAY_LEN(rows));
    fake_run_close(&w.run);
}

static void test_padding_is_nobodys_data(void)
{
    static const struct row short_rows[] = {
        { 42 * 8, "udp.payload" }, { 43 * 8, "udp.payload" }, { 44 * 8, "eth.padding" },
        { 60 * 8 - 1, "eth.padding" }, { 60 * 8, "eth.fcs" },
    };
    static const struct row arp_rows[] = {
        { 14 * 8, "arp.hw.type" }, { 41 * 8, "arp.dst.proto_ipv4" }, { 42 * 8, "eth.padding" },
    };
    struct wire w;

    open_wire(&w);
    expect_fields(&w, fake_run_udp(&w.run, w.wire, 0, 2), short_rows, ARRAY_LEN(short_rows));
    expect_fields(&w, fake_run_arp(&w.run, w.wire, 0, false), arp_rows, ARRAY_LEN(arp_rows));
    fake_run_close(&w.run);
}

/* A quoted datagram is the error's data, and what stands in place of an
 * echo's identifier has no name. */
static void test_an_icmp_error_is_not_taken_for_what_it_quotes(void)
{
    static const struct row rows[] = {
        { 34 * 8, "icmp.type" }, { 36 * 8, "icmp.checksum" }, { 38 * 8, NULL },
        { 42 * 8 + 64, "data" },
    };
    uint8_t bytes[70] = { [12] = 8, [14] = 0x45, [17] = 56, [22] = 64, [23] = 1, [34] = 3,
                          [35] = 3, [42] = 0x45, [45] = 100, [50] = 64, [51] = 17 };
    struct wire w;

    open_wire(&w);
    expect_fields(&w, fake_run_tx(&w.run, w.wire, 0, (struct span){ bytes, sizeof(bytes) }), rows,
                  ARRAY_LEN(rows));
    fake_run_close(&w.run);
}

static void test_only_damage_has_fields(void)
{
    static const struct {
        rule_id rule;
        int64_t a, b;
        const char *field, *second;
    } rows[] = {
        { RULE_LINK_CORRUPT, 183, 0, "ip.ttl", "" },
        { RULE_FAULT_CORRUPT, 183, 0, "ip.ttl", "" },
        { RULE_INTERVENTION_CORRUPT, 183, 0, "ip.ttl", "" },
        { RULE_FAULT_SWAP, 26, 30, "ip.src", "ip.dst" },
        { RULE_FAULT_SWAP, 46, 48, "udp.payload", "" },
        { RULE_LINK_DUPLICATE, 183, 0, "", "" },
    };
    struct wire w;
    uint32_t frame;

    open_wire(&w);
    frame = fake_run_udp(&w.run, w.wire, 0, 100);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct record record = { .kind = RECORD_FATE, .frame = frame, .rule = rows[i].rule,
                                 .a = rows[i].a, .b = rows[i].b };
        struct run_damage damage = run_fate_damage(&w.run.view, &record);
        const char *label = rule_get(rows[i].rule)->name;

        EXPECT_STR_ROW(label, damage.field == NULL ? "" : damage.field, rows[i].field);
        EXPECT_STR_ROW(label, damage.second == NULL ? "" : damage.second, rows[i].second);
    }
    fake_run_close(&w.run);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_bits_of_a_datagram_are_in_their_fields),
        TEST(test_padding_is_nobodys_data),
        TEST(test_an_icmp_error_is_not_taken_for_what_it_quotes),
        TEST(test_only_damage_has_fields),
    };

    return run_tests("run_field", tests, ARRAY_LEN(tests));
}
