#include "tools/lib/pkt_script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/wire/icmp_message.h"
#include "layers/wire/tcp_header.h"
#include "layers/wire/tcp_option.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/lib/pkt_names.h"

static struct pkt_script *parse(const char *text)
{
    static const char *const names[] = { "BUGS" };
    static const struct pkt_defines defines = { names, ARRAY_LEN(names) };
    struct diagnostics d;
    struct pkt_script *script;

    diagnostics_init(&d);
    script = pkt_script_parse(text, strlen(text), "t.pkt", &defines, &d);
    if (!EXPECT(script != NULL))
        diagnostics_print(&d, stdout);
    diagnostics_free(&d);
    return script;
}

static const struct pkt_event *event_number(const struct pkt_script *script, unsigned index)
{
    const struct pkt_event *event = script->events;

    while (index-- > 0)
        event = event->next;
    return event;
}

static void test_each_form_of_time_is_read(void)
{
    static const struct {
        const char *text;
        enum pkt_time_kind kind;
        bool is_range;
        vtime from, to;
    } rows[] = {
        { "0 > . 1:1(0)", PKT_TIME_AT, false, 0, 0 },
        { ".5 > . 1:1(0)", PKT_TIME_AT, false, 500 * MS, 0 },
        { "1.25 > . 1:1(0)", PKT_TIME_AT, false, 1250 * MS, 0 },
        { "+0.000001 > . 1:1(0)", PKT_TIME_AFTER, false, US, 0 },
        { "+.1 > . 1:1(0)", PKT_TIME_AFTER, false, 100 * MS, 0 },
        { "* > . 1:1(0)", PKT_TIME_ANY, false, 0, 0 },
        { "1~2.5 > . 1:1(0)", PKT_TIME_AT, true, SECONDS, 2500 * MS },
        { "+.1~+.2 > . 1:1(0)", PKT_TIME_AFTER, true, 100 * MS, 200 * MS },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct pkt_script *script = parse(rows[i].text);

        if (script == NULL)
            continue;
        EXPECT_EQ_ROW(rows[i].text, script->events->time.kind, rows[i].kind);
        EXPECT_EQ_ROW(rows[i].text, script->events->time.is_range, rows[i].is_range);
        EXPECT_EQ_ROW(rows[i].text, script->events->time.from, rows[i].from);
        EXPECT_EQ_ROW(rows[i].text, script->events->time.to, rows[i].to);
        pkt_script_free(script);
    }
}

static void test_segment_with_everything_is_read(void)
{
    struct pkt_script *script = parse("+0 < [ce,ttl 9] 7 > 8 SP.UEW 4294967290:4(10) ack 5 win 6 "
                                      "urg 7 <mss 1000,nop,wscale 8,sackOK,TS val 9 ecr 10>\n"
                                      "+0 > - 0:0(0) <sack 1:2 3:4,eol>\n"
                                      "+0 > R 0:0(0) <...>\n");
    const struct pkt_packet *p;

    if (script == NULL)
        return;
    p = script->events->packet;
    EXPECT(p->inbound && p->protocol == PKT_TCP);
    EXPECT(p->ip.ecn == PKT_ECN_CE && p->ip.has_ttl && !p->ip.has_tos);
    EXPECT_EQ(p->ip.ttl, 9);
    EXPECT(p->tcp.has_ports && p->tcp.source_port == 7 && p->tcp.destination_port == 8);
    EXPECT_EQ(p->tcp.flags, TCP_SYN | TCP_PSH | TCP_ACK | TCP_URG | TCP_ECE | TCP_CWR);
    EXPECT(p->tcp.range.first == 4294967290 && p->tcp.range.last == 4 && p->tcp.range.len == 10);
    EXPECT(p->tcp.ack == 5 && p->tcp.window == 6 && p->tcp.urgent == 7);
    EXPECT_EQ(p->tcp.option_count, 5);
    EXPECT(p->tcp.options[0].kind == TCP_OPTION_MSS && p->tcp.options[0].value == 1000);
    EXPECT(p->tcp.options[4].kind == TCP_OPTION_TIMESTAMPS && p->tcp.options[4].value == 9 &&
           p->tcp.options[4].echo == 10);
    p = event_number(script, 1)->packet;
    EXPECT(!p->inbound && p->tcp.flags == 0 && !p->tcp.has_ack && !p->tcp.has_window);
    EXPECT_EQ(p->tcp.options[0].run_count, 2);
    EXPECT(p->tcp.options[0].runs[1][0] == 3 && p->tcp.options[0].runs[1][1] == 4);
    EXPECT(event_number(script, 2)->packet->tcp.any_options);
    pkt_script_free(script);
}

static void test_udp_and_icmp_are_read_with_the_quotation_on_either_side(void)
{
    struct pkt_script *script =
        parse("0 > udp (100)\n"
              "+0 < [1:1001(1000)] icmp unreachable frag_needed mtu 1200\n"
              "+0 < icmp unreachable host_unreachable [udp(100)]\n"
              "+0 < icmp time_exceeded\n"
              "1 < icmp 3 4 mtu 600 [5:6(1)]\n");
    const struct pkt_icmp *icmp;

    if (script == NULL)
        return;
    EXPECT_EQ(script->events->packet->udp_len, 100);
    icmp = &event_number(script, 1)->packet->icmp;
    EXPECT(icmp->type == ICMP_UNREACHABLE && icmp->code == 4 && icmp->mtu == 1200);
    EXPECT(icmp->quote == PKT_QUOTE_TCP && icmp->range.len == 1000);
    icmp = &event_number(script, 2)->packet->icmp;
    EXPECT(icmp->code == 1 && icmp->quote == PKT_QUOTE_UDP && icmp->range.len == 100);
    EXPECT_EQ(event_number(script, 3)->packet->icmp.code, 0);
    EXPECT_EQ(event_number(script, 4)->time.from, SECONDS);
    icmp = &event_number(script, 4)->packet->icmp;
    EXPECT(icmp->type == 3 && icmp->code == 4 && icmp->mtu == 600 && icmp->range.first == 5);
    pkt_script_free(script);
}

static void test_call_is_read_with_arguments_result_and_errno(void)
{
    struct pkt_script *script = parse(
        "0...0.2 accept(3, ..., ...) = 4\n"
        "+0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = -1 EAGAIN (Resource unavailable)\n"
        "+0 poll([{fd=4, events=POLLIN, revents=0x11}], 1, 0) = 0x02 (flags O_RDWR)\n"
        "+0 bind(3, {sa_family=AF_INET, sin_port=htons(8080)}, NULL, \"a\\\"b\", -5, WHAT) = 0\n");
    const struct pkt_call *call;
    const struct pkt_value *v;

    if (script == NULL)
        return;
    call = script->events->call;
    EXPECT(call->blocks && call->until == 200 * MS && call->argument_count == 3);
    EXPECT_STR(call->name, "accept");
    EXPECT(call->arguments->next->kind == PKT_VALUE_ANY && call->result->number == 4);
    call = event_number(script, 1)->call;
    EXPECT_EQ(call->arguments->next->next->number, PKT_O_RDWR | PKT_O_NONBLOCK);
    EXPECT_STR(call->arguments->next->next->text, "O_RDWR|O_NONBLOCK");
    EXPECT_EQ(call->result->number, -1);
    EXPECT_STR(call->error, "EAGAIN");
    call = event_number(script, 2)->call;
    EXPECT_EQ(call->result->number, 2);
    EXPECT(call->error == NULL);
    v = call->arguments->items->items;
    EXPECT_STR(v->field, "fd");
    EXPECT_EQ(v->next->next->number, 0x11);
    v = event_number(script, 3)->call->arguments->next;
    EXPECT(v->kind == PKT_VALUE_STRUCT && v->items->next->kind == PKT_VALUE_CALL);
    EXPECT(v->next->kind == PKT_VALUE_NULL && v->next->next->len == 4);
    EXPECT_EQ(v->next->next->next->number, -5);
    EXPECT_STR(v->next->next->next->next->unknown, "WHAT");
    pkt_script_free(script);
}

static void test_comments_ifdefs_options_and_shells_are_told_apart(void)
{
    struct pkt_script *script = parse("/* The purpose.\n second line */\n"
                                      "--tolerance_usecs=10000 --strict_segments\n"
                                      "`setup // kept`\n"
                                      "#ifdef STANDARD\n0 `std`\n#endif\n"
                                      "#ifdef BUGS\n0 %{ bugs # kept }%\n#endif\n"
                                      "#ifdef OTHER\n0 junk junk ` \n#endif\n"
                                      "0 > udp(1) // gone\n"
                                      "`cleanup`");

    if (script == NULL)
        return;
    EXPECT_STR(script->purpose, "The purpose.");
    EXPECT_STR(pkt_script_option(script, "tolerance_usecs"), "10000");
    EXPECT_STR(pkt_script_option(script, "strict_segments"), "");
    EXPECT(pkt_script_option(script, "mtu") == NULL);
    EXPECT_EQ(script->event_count, 5);
    EXPECT_STR(script->events->text, "setup // kept");
    EXPECT_EQ(script->events->time.kind, PKT_TIME_NONE);
    EXPECT_STR(event_number(script, 1)->text, "std");
    EXPECT_STR(event_number(script, 2)->text, " bugs # kept ");
    EXPECT_EQ(event_number(script, 3)->mark.line, 14);
    EXPECT_EQ(event_number(script, 3)->mark.column, 3);
    EXPECT_EQ(event_number(script, 4)->time.kind, PKT_TIME_NONE);
    pkt_script_free(script);
}

static void test_event_over_several_lines_is_said_on_one(void)
{
    struct pkt_script *script = parse("0 `sysctl a=1\n  sysctl b=2`\n"
                                      "+0 bind(3,\n\t..., ...) = 0\n");

    if (script == NULL)
        return;
    EXPECT_STR(script->events->said, "`sysctl a=1 sysctl b=2`");
    EXPECT_STR(script->events->text, "sysctl a=1\n  sysctl b=2");
    EXPECT_STR(event_number(script, 1)->said, "bind(3, ..., ...) = 0");
    pkt_script_free(script);
}

static void test_script_may_define_names_itself(void)
{
    struct pkt_script *script = parse("--define=MINE\n--define=OTHERS=1\n"
                                      "#ifdef MINE\n0 `a`\n#endif\n"
                                      "#ifdef OTHERS\n0 `b`\n#endif\n"
                                      "#ifdef MIN\n0 `c`\n#endif\n");

    if (script == NULL)
        return;
    EXPECT_EQ(script->event_count, 2);
    pkt_script_free(script);
}

static void test_errors_name_the_place_and_what_to_write(void)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        { "0 < S 0:10(5)", "t.pkt:1:7: error: 5 bytes from 0 on end at 5: write 0:5(5)\n"
                           "  0 < S 0:10(5)\n        ^~~~~~~\n" },
        { "0 < . 0:65456(65456)", "t.pkt:1:15: error: the length is too large: at most 65455" },
        { "0 < SX 0:0(0)", "t.pkt:1:6: error: not a flag: write" },
        { "0 < SS 0:0(0)", "t.pkt:1:5: error: the flag S stands here twice" },
        { "0 < 0:0(0)", "t.pkt:1:6: error: \">\" is missing here" },
        { "0 < S 0:0(0) win 65536", "t.pkt:1:18: error: the window is too large: at most 65535" },
        { "0 < S 0:0(0) <mss 1,fo>", "t.pkt:1:21: error: not an option: write nop" },
        { "0 < . 0:0(0) <sack 1:2 1:2 1:2 1:2,TS val 1 ecr 1>",
          "t.pkt:1:14: error: these options take more than the 40 bytes" },
        { "0 < [ect2] S 0:0(0)", "t.pkt:1:6: error: not a fact of the IP header" },
        { "0 < [tos 16] S 0:0(0)", "t.pkt:1:10: error: write it in hexadecimal" },
        { "* < S 0:0(0)", "t.pkt:1:1: error: only of a packet that is expected" },
        { "+1~2 > . 1:1(0)", "t.pkt:1:4: error: both ends are relative or none" },
        { "2~1 > . 1:1(0)", "t.pkt:1:5: error: this range ends before it begins" },
        { "0 < icmp unreached", "t.pkt:1:10: error: not a type of ICMP" },
        { "0 < [1:2(1)] S 0:0(0)", "t.pkt:1:14: error: only ICMP quotes a packet" },
        { "0 close 3", "t.pkt:1:9: error: \"(\" is missing here" },
        { "0 close(3)", "t.pkt:1:11: error: \"=\" is missing here" },
        { "0 close(3) = ", "t.pkt:1:14: error: a value is missing" },
        { "0 f(\"abc) = 0", "t.pkt:1:5: error: this string never ends" },
        { "0 f([[[[[[[[[[[[[[[[[[]]]]) = 0", "error: too many lists inside of lists" },
        { "0 `abc", "t.pkt:1:3: error: this never ends: write ` behind it" },
        { "0 %{ abc", "t.pkt:1:3: error: this never ends: write }% behind it" },
        { "close(3) = 0", "t.pkt:1:1: error: an event begins with its time" },
        { "0 \n", "t.pkt:1:1: error: nothing happens at this time" },
        { "\n/* abc", "t.pkt:2:1: error: this comment never ends" },
        { "#ifdef A\n0 close(3) = 0", "t.pkt:1:1: error: this #ifdef never ends" },
        { "#ifdef A\n#ifdef B\n", "t.pkt:2:1: error: an #ifdef inside of an #ifdef" },
        { "#endif\n", "t.pkt:1:1: error: nothing to end" },
        { "#ifdef\n", "t.pkt:1:1: error: #ifdef what?" },
        { "--mtuu=1\n0 close(3) = 0",
          "t.pkt:1:1: error: there is no option --mtuu, did you mean \"mtu\"?" },
        { "0 close(3) = 0\n`a`\n0 close(3) = 0", "t.pkt:2:1: error: only the first and the last" },
        { "// nothing", "t.pkt:1:1: error: the script has no event" },
        { "99999999 close(3) = 0", "t.pkt:1:1: error: the time is too large" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct diagnostics d;
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);

        diagnostics_init(&d);
        EXPECT_ROW(rows[i].text, pkt_script_parse(rows[i].text, strlen(rows[i].text), "t.pkt",
                                                  NULL, &d) == NULL);
        diagnostics_print(&d, out);
        fclose(out);
        if (!EXPECT_ROW(rows[i].text, strstr(text, rows[i].message) != NULL))
            fputs(text, stdout);
        free(text);
        diagnostics_free(&d);
    }
}

static void test_each_wrong_line_is_told(void)
{
    static const char *const text = "0 < S 0:1(0)\n+0 close(3) = 0\n+0 > Q 0:0(0)\n";
    struct diagnostics d;

    diagnostics_init(&d);
    EXPECT(pkt_script_parse(text, strlen(text), "t.pkt", NULL, &d) == NULL);
    EXPECT_EQ(d.total, 2);
    diagnostics_free(&d);
}

static void test_missing_file_is_told_by_its_name(void)
{
    struct diagnostics d;

    diagnostics_init(&d);
    EXPECT(pkt_script_load("tests/pkt/no-such-script.pkt", NULL, &d) == NULL);
    EXPECT(d.unreadable);
    diagnostics_free(&d);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_each_form_of_time_is_read),
        TEST(test_segment_with_everything_is_read),
        TEST(test_udp_and_icmp_are_read_with_the_quotation_on_either_side),
        TEST(test_call_is_read_with_arguments_result_and_errno),
        TEST(test_comments_ifdefs_options_and_shells_are_told_apart),
        TEST(test_event_over_several_lines_is_said_on_one),
        TEST(test_script_may_define_names_itself),
        TEST(test_errors_name_the_place_and_what_to_write),
        TEST(test_each_wrong_line_is_told),
        TEST(test_missing_file_is_told_by_its_name),
    };

    return run_tests("pkt_parse", tests, ARRAY_LEN(tests));
}
