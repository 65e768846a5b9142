#include "tests/support/expect.h"
#include "tests/support/suite.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/names.h"
#include "layers/rule.h"
#include "layers/state.h"
#include "tests/support/fake_run.h"
#include "tools/lib/json_trace.h"
#include "tools/lib/json_writer.h"

/* A hostile name: quotes, a control character, a broken byte. */
#define TITLE "a \"b\" \\ \x01\xff \xe7\xbd\x91"

struct sample {
    struct fake_run run;
    uint16_t a, r1, wire;
    json_t *lines[64];
    size_t count;
};

static void make_run(struct sample *s)
{
    struct fake_run *run = &s->run;
    uint32_t frame;

    fake_run_open(run, TITLE);
    s->a = fake_run_node(run, "a", 1);
    s->r1 = fake_run_node(run, "r1", 2);
    fake_run_address(run, s->a, 0, NULL, "10.0.0.1", 24);
    fake_run_address(run, s->r1, 0, "lan", "10.0.0.2", 24);
    s->wire = fake_run_link(run, "wire", s->a, 0, s->r1, 0);
    fake_run_at(run, 1000);
    fake_run_why(run, s->a, 0, RULE_TCP_BAD_CHECKSUM, 0);
    frame = fake_run_arp(run, s->wire, 0, false);
    fake_run_fate(run, frame, RULE_LINK_CORRUPT, 333, 0);
    fake_run_at(run, 2000);
    fake_run_rx(run, frame);
    fake_run_arp_state(run, s->r1, 0x0a000001, STATE_ARP_REACHABLE);
    fake_run_drop(run, s->r1, frame, RULE_IP_BAD_CHECKSUM);
    frame = fake_run_udp(run, s->wire, 1, 100);
    fake_run_lost(run, frame, RULE_LINK_QUEUE_FULL, 50);
    fake_run_app(run, s->a, APP_UDP_RECEIVED, 100, -1);
    fake_run_record(run, &(struct record){ .kind = RECORD_VALUE, .node = s->a,
                                           .what = VARIABLE_UDP_QUEUED, .subject = 9, .a = -5,
                                           .b = INT64_MAX });
    fake_run_record(run, &(struct record){ .kind = RECORD_TIMER, .node = s->a,
                                           .what = TIMER_ARP_RETRY, .subject = 0x0a000002,
                                           .a = 1000, .b = TIMER_FIRED });
}

static void read_lines(struct sample *s)
{
    char *text = NULL, *line, *rest;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    EXPECT(json_trace_write(&s->run.view, out));
    fclose(out);
    for (line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        json_error_t error;
        json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, &error);

        EXPECT_ROW(line, object != NULL && json_is_object(object));
        ASSERT(s->count < ARRAY_LEN(s->lines));
        s->lines[s->count++] = object;
    }
    free(text);
}

static void open_sample(struct sample *s)
{
    memset(s, 0, sizeof(*s));
    make_run(s);
    read_lines(s);
}

static void close_sample(struct sample *s)
{
    for (size_t i = 0; i < s->count; i++)
        json_decref(s->lines[i]);
    fake_run_close(&s->run);
}

/* LINE written compactly, its keys in the order in which they came. */
static void expect_line(const struct sample *s, size_t line, const char *want)
{
    char *got = json_dumps(s->lines[line], JSON_COMPACT);

    EXPECT_STR(got, want);
    free(got);
}

static int64_t integer(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static void test_first_line_names_schema_nodes_and_links(void)
{
    struct sample s;

    open_sample(&s);
    expect_line(&s, 0,
                "{\"schema\":\"rung.trace/1\","
                "\"title\":\"a \\\"b\\\" \\\\ \\u0001\xef\xbf\xbd \xe7\xbd\x91\",\"seed\":42,"
                "\"nodes\":[{\"name\":\"a\",\"kind\":\"station\","
                "\"addresses\":[\"10.0.0.1/24\"]},{\"name\":\"r1\",\"kind\":\"station\","
                "\"addresses\":[\"10.0.0.2/24\"]}],"
                "\"links\":[{\"name\":\"wire\",\"ends\":[\"a\",\"r1.lan\"]}]}");
    close_sample(&s);
}

static void test_each_kind_has_its_keys(void)
{
    struct sample s;

    open_sample(&s);
    EXPECT_EQ(s.count, 13);
    expect_line(&s, 1, "{\"n\":1,\"t\":1000,\"event\":1,\"node\":\"a\",\"kind\":\"why\","
                       "\"rule\":\"TCP_BAD_CHECKSUM\",\"sentence\":\"the TCP checksum is wrong\","
                       "\"rfc\":9293,\"section\":\"3.1\",\"label\":\"MUST-3\"}");
    expect_line(&s, 3, "{\"n\":3,\"t\":1000,\"event\":1,\"node\":\"a\",\"kind\":\"fate\","
                       "\"rule\":\"LINK_CORRUPT\","
                       "\"sentence\":\"the wire flips bit 333 of the frame\",\"frame\":1,"
                       "\"link\":\"wire\",\"field\":\"arp.dst.proto_ipv4\"}");
    expect_line(&s, 4, "{\"n\":4,\"t\":2000,\"event\":2,\"node\":\"r1\",\"kind\":\"rx\","
                       "\"frame\":1,\"link\":\"wire\"}");
    expect_line(&s, 5, "{\"n\":5,\"t\":2000,\"event\":2,\"node\":\"r1\",\"kind\":\"state\","
                       "\"machine\":\"arp\",\"address\":\"10.0.0.1\",\"old\":\"NONE\","
                       "\"new\":\"REACHABLE\"}");
    expect_line(&s, 6, "{\"n\":6,\"t\":2000,\"event\":2,\"node\":\"r1\",\"kind\":\"lost\","
                       "\"rule\":\"IP_BAD_CHECKSUM\","
                       "\"sentence\":\"the IP header checksum is wrong\",\"rfc\":1122,"
                       "\"section\":\"3.2.1.2\",\"frame\":1}");
    expect_line(&s, 9, "{\"n\":9,\"t\":2000,\"event\":2,\"node\":\"a\",\"kind\":\"app\","
                       "\"app\":\"udp-received\",\"subject\":0,\"a\":100,\"b\":-1,"
                       "\"sentence\":\"gets 100 bytes\"}");
    expect_line(&s, 10, "{\"n\":10,\"t\":2000,\"event\":2,\"node\":\"a\",\"kind\":\"value\","
                        "\"var\":\"udp.queued\",\"subject\":9,\"old\":-5,"
                        "\"new\":9223372036854775807}");
    expect_line(&s, 11, "{\"n\":11,\"t\":2000,\"event\":2,\"node\":\"a\",\"kind\":\"timer\","
                        "\"timer\":\"ARP retry\",\"address\":\"10.0.0.2\",\"change\":\"fired\","
                        "\"due\":1000}");
    close_sample(&s);
}

static void test_commands_are_their_texts_and_a_wires_are_no_nodes(void)
{
    static const char *const commands[] = { "udp bind \"9\"", "set loss 40%" };
    struct sample s;

    memset(&s, 0, sizeof(s));
    fake_run_open(&s.run, NULL);
    s.a = fake_run_node(&s.run, "a", 1);
    s.r1 = fake_run_node(&s.run, "r1", 1);
    s.wire = fake_run_link(&s.run, "wire", s.a, 0, s.r1, 0);
    s.run.view.commands = commands;
    s.run.view.command_count = 2;
    fake_run_at(&s.run, 1000);
    fake_run_record(&s.run, &(struct record){ .kind = RECORD_APP, .what = APP_COMMAND,
                                              .node = s.r1, .b = LINK_NONE });
    fake_run_record(&s.run, &(struct record){ .kind = RECORD_APP, .what = APP_COMMAND,
                                              .node = s.a, .subject = 1, .a = 1, .b = s.wire });
    read_lines(&s);
    expect_line(&s, 1, "{\"n\":1,\"t\":1000,\"event\":1,\"node\":\"r1\",\"kind\":\"app\","
                       "\"app\":\"command\",\"subject\":0,"
                       "\"sentence\":\"udp bind \\\"9\\\"\"}");
    expect_line(&s, 2, "{\"n\":2,\"t\":1000,\"event\":1,\"kind\":\"app\","
                       "\"app\":\"command\",\"subject\":1,\"link\":\"wire\","
                       "\"sentence\":\"set loss 40%\"}");
    close_sample(&s);
}

static void test_swapped_words_name_both_fields(void)
{
    struct sample s;
    uint32_t frame;

    memset(&s, 0, sizeof(s));
    fake_run_open(&s.run, NULL);
    s.a = fake_run_node(&s.run, "a", 1);
    s.r1 = fake_run_node(&s.run, "r1", 1);
    s.wire = fake_run_link(&s.run, "wire", s.a, 0, s.r1, 0);
    fake_run_at(&s.run, 0);
    frame = fake_run_udp(&s.run, s.wire, 0, 100);
    fake_run_fate(&s.run, frame, RULE_FAULT_SWAP, 22, 34);
    fake_run_fate(&s.run, frame, RULE_FAULT_SWAP, 46, 48);
    fake_run_fate(&s.run, frame, RULE_FAULT_DELAY, 1, 0);
    read_lines(&s);
    EXPECT_STR(json_string_value(json_object_get(s.lines[2], "field")), "ip.ttl");
    EXPECT_STR(json_string_value(json_object_get(s.lines[2], "second_field")), "udp.srcport");
    EXPECT_STR(json_string_value(json_object_get(s.lines[3], "field")), "udp.payload");
    EXPECT(json_object_get(s.lines[3], "second_field") == NULL);
    EXPECT(json_object_get(s.lines[4], "field") == NULL);
    close_sample(&s);
}

static void test_frames_are_decoded_by_wiresharks_names(void)
{
    static const struct {
        const char *key;
        int64_t want;
    } numbers[] = {
        { "frame", 2 },          { "len", 142 },          { "eth.type", 0x0800 },
        { "ip.version", 4 },     { "ip.hdr_len", 20 },    { "ip.len", 128 },
        { "ip.id", 777 },        { "ip.flags.mf", 0 },    { "ip.frag_offset", 0 },
        { "ip.ttl", 64 },        { "ip.proto", 17 },      { "udp.srcport", 49152 },
        { "udp.dstport", 9 },    { "udp.length", 108 },
    };
    struct sample s;
    const json_t *arp, *udp;

    open_sample(&s);
    arp = s.lines[2];
    udp = s.lines[7];
    EXPECT_STR(json_string_value(json_object_get(arp, "kind")), "tx");
    EXPECT_STR(json_string_value(json_object_get(arp, "to")), "r1");
    EXPECT_STR(json_string_value(json_object_get(arp, "eth.dst")), "ff:ff:ff:ff:ff:ff");
    EXPECT_STR(json_string_value(json_object_get(arp, "arp.dst.proto_ipv4")), "10.0.0.2");
    EXPECT_EQ(integer(arp, "arp.opcode"), 1);
    EXPECT_STR(json_string_value(json_object_get(udp, "ip.src")), "10.0.0.2");
    EXPECT_STR(json_string_value(json_object_get(udp, "to")), "a");
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        EXPECT_EQ_ROW(numbers[i].key, integer(udp, numbers[i].key), numbers[i].want);
    close_sample(&s);
}

static void test_last_line_has_the_totals_and_the_hash(void)
{
    struct sample s;
    char want[1024];

    open_sample(&s);
    snprintf(want, sizeof(want),
             "{\"n\":12,\"t\":2000,\"kind\":\"end\",\"events\":2,\"records\":11,\"frames\":2,"
             "\"links\":[{\"name\":\"wire\",\"carried\":2,\"bytes\":202,\"lost\":1}],"
             "\"nodes\":[{\"name\":\"a\",\"sent\":1,\"received\":0,\"lost\":0},"
             "{\"name\":\"r1\",\"sent\":1,\"received\":1,\"lost\":1}],\"connections\":[],"
             "\"hash\":\"%016llx\"}",
             (unsigned long long)trace_hash(&s.run.trace));
    expect_line(&s, 12, want);
    close_sample(&s);
}

static void test_empty_run_has_first_and_last_line(void)
{
    struct fake_run run;
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    fake_run_open(&run, NULL);
    EXPECT(json_trace_write(&run.view, out));
    fclose(out);
    EXPECT_STR(text, "{\"schema\":\"rung.trace/1\",\"title\":\"\",\"seed\":42,\"nodes\":[],"
                     "\"links\":[]}\n{\"n\":1,\"t\":0,\"kind\":\"end\",\"events\":0,\"records\":0,"
                     "\"frames\":0,\"links\":[],\"nodes\":[],\"connections\":[],"
                     "\"hash\":\"0000000000000000\"}\n");
    free(text);
    fake_run_close(&run);
}

static void test_every_character_survives(void)
{
    for (uint32_t code = 1; code < 0x3000; code++) {
        char utf8[8] = { 0 }, *text = NULL;
        size_t len;
        FILE *out = open_memstream(&text, &len);
        struct json_writer w;
        json_t *object;

        if (code < 0x80) {
            utf8[0] = (char)code;
        } else if (code < 0x800) {
            utf8[0] = (char)(0xc0 | code >> 6);
            utf8[1] = (char)(0x80 | (code & 0x3f));
        } else {
            utf8[0] = (char)(0xe0 | code >> 12);
            utf8[1] = (char)(0x80 | (code >> 6 & 0x3f));
            utf8[2] = (char)(0x80 | (code & 0x3f));
        }
        json_begin(&w, out);
        json_put_string(&w, "s", utf8);
        json_end(&w);
        fclose(out);
        object = json_loads(text, 0, NULL);
        if (object == NULL || strcmp(json_string_value(json_object_get(object, "s")), utf8) != 0)
            EXPECT_STR(text, utf8);
        json_decref(object);
        free(text);
    }
}

static void test_large_numbers_stay_exact(void)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    struct json_writer w;

    json_begin(&w, out);
    json_put_integer(&w, "low", INT64_MIN);
    json_put_unsigned(&w, "high", INT64_MAX);
    json_put_unsigned(&w, "past", UINT64_MAX);
    json_end(&w);
    fclose(out);
    EXPECT_STR(text, "{\"low\":-9223372036854775808,\"high\":9223372036854775807,"
                     "\"past\":\"18446744073709551615\"}\n");
    free(text);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_first_line_names_schema_nodes_and_links),
        TEST(test_each_kind_has_its_keys),
        TEST(test_commands_are_their_texts_and_a_wires_are_no_nodes),
        TEST(test_swapped_words_name_both_fields),
        TEST(test_frames_are_decoded_by_wiresharks_names),
        TEST(test_last_line_has_the_totals_and_the_hash),
        TEST(test_empty_run_has_first_and_last_line),
        TEST(test_every_character_survives),
        TEST(test_large_numbers_stay_exact),
    };

    return run_tests("json_trace", tests, ARRAY_LEN(tests));
}
