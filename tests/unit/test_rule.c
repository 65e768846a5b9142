/* layers/rule.c and state.c: the rule book and its sentences. */
#include "layers/rule.h"

#include <stdio.h>
#include <string.h>

#include "layers/state.h"
#include "sim/vtime.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

static void test_each_placeholder_prints_its_form(void)
{
    static const struct {
        const char *sentence;
        int64_t a;
        const char *want;
    } rows[] = {
        { "no placeholder", 1, "no placeholder" },
        { "", 1, "" },
        { "{a}", -7, "-7" },
        { "{a}", INT64_MIN, "-9223372036854775808" },
        { "x{a}y{a}z", 5, "x5y5z" },
        { "{a:ip}", 0x0a000001, "10.0.0.1" },
        { "{a:mac}", 0x020000000001, "02:00:00:00:00:01" },
        { "{a:bytes}", 1, "1 byte" },
        { "{a:bytes}", 1400, "1400 bytes" },
        { "{a:packets}", 0, "0 packets" },
        { "{a:packets}", 1, "1 packet" },
        { "{a:frames} and {a:messages}", 2, "2 frames and 2 messages" },
        { "{a:copies}", 1, "1 copy" },
        { "{a:copies}", 3, "3 copies" },
        { "{a:fragments} {a:hops} {a:requests}", 1, "1 fragment 1 hop 1 request" },
        { "{a:packet}", 1, "{a:packet}" },
        { "{a:hex}", 0x800, "0x0800" },
        { "{a:ethertype}", 0x0806, "0x0806 (ARP)" },
        { "{a:ethertype}", 0x1234, "0x1234" },
        { "{a:protocol}", 17, "17 (UDP)" },
        { "{a:protocol}", 253, "253" },
        { "{a:state}", STATE_TCP_SYN_SENT, "SYN-SENT" },
        { "{a:state}", STATE_ARP_INCOMPLETE, "INCOMPLETE" },
        { "{a:state}", -1, "?" },
        { "{a:state}", INT64_MAX, "?" },
        { "{a:time}", 0, "0 s" },
        { "{a:time}", 1, "1 ns" },
        { "{a:time}", 999, "999 ns" },
        { "{a:time}", 1500, "1.5 us" },
        { "{a:time}", 20 * MS, "20 ms" },
        { "{a:time}", 21204000, "21.204 ms" },
        { "{a:time}", SECONDS, "1 s" },
        { "{a:time}", SECONDS + 1, "1.000000001 s" },
        { "{a:time}", -1500 * US, "-1.5 ms" },
        { "{a:time}", 90 * MINUTES, "5400 s" },
        { "{a:time}", VTIME_NEVER, "never" },
        { "{a:time}", INT64_MIN, "-9223372036.854775808 s" },
        { "{a:nonsense}", 1, "{a:nonsense}" },
        { "{c}", 1, "{c}" },
        { "{a", 1, "{a" },
        { "{", 1, "{" },
        { "{}", 1, "{}" },
        { "{a:}", 1, "{a:}" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char out[80];
        size_t len = sentence_format(rows[i].sentence, rows[i].a, 0, out, sizeof(out));

        EXPECT_STR_ROW(rows[i].sentence, out, rows[i].want);
        EXPECT_EQ_ROW(rows[i].sentence, len, strlen(rows[i].want));
    }
}

static void test_counted_form_has_its_verb_in_the_same_number(void)
{
    char out[80];

    sentence_format("{a:bytes are} here, {a:reads were} there", 1, 0, out, sizeof(out));
    EXPECT_STR(out, "1 byte is here, 1 read was there");
    sentence_format("{a:bytes are} here, {a:holes were} there", 2, 0, out, sizeof(out));
    EXPECT_STR(out, "2 bytes are here, 2 holes were there");
    sentence_format("{a:bytes go} {a:bytesare}", 2, 0, out, sizeof(out));
    EXPECT_STR(out, "{a:bytes go} {a:bytesare}");
    sentence_format("from {a:word} to {b:word}", rule_word("1234"), rule_word("newreno"), out,
                    sizeof(out));
    EXPECT_STR(out, "from 1234 to newreno");
    sentence_format("to {a:word}", rule_word("stop-and-wait"), 0, out, sizeof(out));
    EXPECT_STR(out, "to stop-an...");
}

static void test_placeholder_may_be_a_whole_sentence(void)
{
    char out[80];

    sentence_format("{a:rule} ({b:reads})", RULE_APP_NOT_LISTENING, 2, out, sizeof(out));
    EXPECT_STR(out, "no server listens here (2 reads)");
    sentence_format("{a:rule}", RULE_COUNT, 0, out, sizeof(out));
    EXPECT_STR(out, "?");
}

static void test_icmp_errors_have_words(void)
{
    static const struct {
        int64_t a;
        const char *want;
    } rows[] = {
        { 0x0301, "host unreachable" },
        { 0x0303, "port unreachable" },
        { 0x0304, "fragmentation needed" },
        { 0x030d, "administratively prohibited" },
        { 0x0b00, "time to live ran out" },
        { 0x0b01, "reassembly timed out" },
        { 0x0c00, "bad header field" },
        { 0x03ff, "ICMP type 3, code 255" },
        { 0x0800, "ICMP type 8, code 0" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char out[80];

        sentence_format("{a:icmp}", rows[i].a, 0, out, sizeof(out));
        EXPECT_STR(out, rows[i].want);
    }
}

static void test_three_numbers_fit_into_one(void)
{
    static const uint32_t firsts[] = { 0, 1, UINT32_MAX };
    static const uint16_t others[] = { 0, 1, 0x8000, UINT16_MAX };

    for (size_t i = 0; i < ARRAY_LEN(firsts); i++)
        for (size_t j = 0; j < ARRAY_LEN(others); j++)
            for (size_t k = 0; k < ARRAY_LEN(others); k++) {
                int64_t parts = rule_parts(firsts[i], others[j], others[k]);

                EXPECT_EQ(rule_part(parts, 1), firsts[i]);
                EXPECT_EQ(rule_part(parts, 2), others[j]);
                EXPECT_EQ(rule_part(parts, 3), others[k]);
            }
}

static void test_placeholders_print_one_of_three_numbers(void)
{
    char out[80];

    sentence_format("{a1} {a2} {a3:bytes}", rule_parts(70000, 2, 1), 0, out, sizeof(out));
    EXPECT_STR(out, "70000 2 1 byte");
    sentence_format("{b1:ip} {a}", 5, rule_parts(0x0a000001, 65535, 65535), out, sizeof(out));
    EXPECT_STR(out, "10.0.0.1 5");
    sentence_format("{a2:ethertype}", rule_parts(0, 0x86dd, 0), 0, out, sizeof(out));
    EXPECT_STR(out, "0x86dd (IPv6)");
    sentence_format("{a4} {a11} {a1", 1, 0, out, sizeof(out));
    EXPECT_STR(out, "{a4} {a11} {a1");
}

static void test_a_and_b_are_told_apart(void)
{
    char out[80];

    sentence_format("{b:ip} before {a}", 1, 0x7f000001, out, sizeof(out));
    EXPECT_STR(out, "127.0.0.1 before 1");
    rule_sentence(RULE_LINK_TOO_LONG, 1519, 1518, out, sizeof(out));
    EXPECT_STR(out, "the frame (1519 bytes with FCS) is longer than the wire carries (1518)");
}

static void test_short_room_is_terminated_and_the_length_told(void)
{
    const char *sentence = "at {a:ip} it ended";

    for (size_t size = 0; size <= 20; size++) {
        char out[24];
        char whole[24] = "at 10.0.0.1 it ended";

        memset(out, '#', sizeof(out));
        EXPECT_EQ(sentence_format(sentence, 0x0a000001, 0, out, size), 20);
        EXPECT_EQ(out[size], '#');
        if (size > 0) {
            whole[size - 1] = '\0';
            EXPECT_STR(out, whole);
        }
    }
    EXPECT_EQ(sentence_format(sentence, 0x0a000001, 0, NULL, 0), 20);
}

static void test_citation_names_rfc_and_section(void)
{
    char out[80];

    EXPECT_EQ(rule_citation(RULE_ARP_TRUNCATED, out, sizeof(out)), 22);
    EXPECT_STR(out, "RFC 826, Packet format");
    rule_citation(RULE_IP_BAD_VERSION, out, sizeof(out));
    EXPECT_STR(out, "RFC 1122, 3.2.1.1");
    EXPECT_EQ(rule_citation(RULE_LINK_LOSS, out, sizeof(out)), 0);
    EXPECT_STR(out, "");
    EXPECT_EQ(rule_citation(RULE_IP_BAD_VERSION, out, 9), 17);
    EXPECT_STR(out, "RFC 1122");
}

static void test_none_has_an_empty_row(void)
{
    char out[8] = "#";

    EXPECT_STR(rule_get(RULE_NONE)->name, "NONE");
    EXPECT_EQ(rule_sentence(RULE_NONE, 1, 2, out, sizeof(out)), 0);
    EXPECT_STR(out, "");
    EXPECT_EQ(rule_citation(RULE_NONE, out, sizeof(out)), 0);
}

static void test_rules_are_found_by_name_in_any_case(void)
{
    EXPECT_RULE(rule_find("IP_BAD_CHECKSUM"), RULE_IP_BAD_CHECKSUM);
    EXPECT_RULE(rule_find("ip_bad_checksum"), RULE_IP_BAD_CHECKSUM);
    EXPECT_RULE(rule_find("Ip_Bad_Checksum"), RULE_IP_BAD_CHECKSUM);
    EXPECT_RULE(rule_find("IP_BAD_CHECKSU"), RULE_NONE);
    EXPECT_RULE(rule_find("IP_BAD_CHECKSUMS"), RULE_NONE);
    EXPECT_RULE(rule_find(""), RULE_NONE);
    EXPECT_RULE(rule_find("NONE"), RULE_NONE);
}

static void test_engine_and_layers_share_one_numbering(void)
{
    EXPECT_STR(rule_get(RULE_LINK_LOSS)->name, "LINK_LOSS");
    EXPECT_STR(rule_get(RULE_INTERVENTION_CORRUPT)->name, "INTERVENTION_CORRUPT");
    EXPECT_STR(rule_get(RULE_ETHERNET_TRUNCATED)->name, "ETHERNET_TRUNCATED");
    EXPECT_EQ(rule_get(RULE_LINK_LOSS)->kind, RULE_KIND_DROP);
    EXPECT_EQ(rule_get(RULE_LINK_JITTER)->kind, RULE_KIND_FATE);
}

/* House style: lower case or a name first, no full stop, all forms known. */
static void check_sentence(const struct rule *rule, const char *printed)
{
    size_t len = strlen(rule->sentence);

    EXPECT_ROW(rule->name, len > 0);
    EXPECT_ROW(rule->name, len == 0 || rule->sentence[len - 1] != '.');
    EXPECT_ROW(rule->name, strchr(printed, '{') == NULL && strchr(printed, '}') == NULL);
}

static void test_every_row_is_well_formed_and_found_again(void)
{
    for (size_t id = RULE_NONE + 1; id < RULE_COUNT; id++) {
        const struct rule *rule = rule_get((rule_id)id);
        char printed[400];

        EXPECT_EQ_ROW(rule->name, rule_find(rule->name), id);
        EXPECT_ROW(rule->name, rule_sentence((rule_id)id, 1, 2, printed, sizeof(printed)) <
                                   sizeof(printed));
        check_sentence(rule, printed);
        EXPECT_ROW(rule->name, (rule->rfc == 0) == (rule->section[0] == '\0'));
        EXPECT_ROW(rule->name, rule->label[0] == '\0' || rule->rfc == 9293);
    }
}

static void test_each_rule_is_of_the_layer_whose_table_it_stands_in(void)
{
    static const char *const names[] = { "sim", "link", "arp", "ip", "icmp", "udp", "tcp", "app" };
    unsigned found[RULE_LAYERS] = { 0 };

    EXPECT_EQ(rule_layer(RULE_LINK_LOSS), RULE_OF_SIM);
    EXPECT_EQ(rule_layer(RULE_SWITCH_LEARNS), RULE_OF_LINK);
    EXPECT_EQ(rule_layer(RULE_ARP_KNOWN), RULE_OF_ARP);
    EXPECT_EQ(rule_layer(RULE_TCP_NAGLE), RULE_OF_TCP);
    EXPECT_EQ(rule_layer(RULE_CC_HALVED), RULE_OF_TCP);
    EXPECT_EQ(rule_layer(RULE_COMMAND_SETTING), RULE_OF_APP);
    for (rule_id id = RULE_NONE + 1; id < RULE_COUNT; id++) {
        found[rule_layer(id)]++;
        /* What is always told needs no layer; reasons do. */
        EXPECT_ROW(rule_get(id)->name,
                   rule_layer(id) != RULE_OF_NONE || rule_get(id)->kind == RULE_KIND_DROP ||
                       rule_get(id)->kind == RULE_KIND_SEEN);
    }
    for (unsigned layer = 1; layer < RULE_LAYERS; layer++) {
        EXPECT_ROW(names[layer - 1], found[layer] > 0);
        EXPECT_STR(rule_layer_name(layer), names[layer - 1]);
    }
}

static void test_states_are_spelt_as_in_rfc_9293(void)
{
    static const char *const names[] = {
        "LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2",
        "CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT", "CLOSED",
        "LINK-UP", "LINK-DOWN", "INCOMPLETE", "REACHABLE", "STALE", "PROBE", "FAILED",
    };

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        EXPECT_STR_ROW(names[i], state_name(state_find(names[i])), names[i]);
    EXPECT_EQ(state_find("SYN_SENT"), -1);
    EXPECT_STR(state_name(STATE_COUNT), "?");
    for (int state = 0; state < STATE_COUNT; state++)
        EXPECT_EQ(state_find(state_name(state)), state);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_each_placeholder_prints_its_form),
        TEST(test_counted_form_has_its_verb_in_the_same_number),
        TEST(test_placeholder_may_be_a_whole_sentence),
        TEST(test_icmp_errors_have_words),
        TEST(test_three_numbers_fit_into_one),
        TEST(test_placeholders_print_one_of_three_numbers),
        TEST(test_a_and_b_are_told_apart),
        TEST(test_short_room_is_terminated_and_the_length_told),
        TEST(test_citation_names_rfc_and_section),
        TEST(test_none_has_an_empty_row),
        TEST(test_rules_are_found_by_name_in_any_case),
        TEST(test_engine_and_layers_share_one_numbering),
        TEST(test_every_row_is_well_formed_and_found_again),
        TEST(test_each_rule_is_of_the_layer_whose_table_it_stands_in),
        TEST(test_states_are_spelt_as_in_rfc_9293),
    };
    return run_tests("rule", tests, ARRAY_LEN(tests));
}
