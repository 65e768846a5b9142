/*
 * What the runner makes of a script: which verdict, at which line, and why.
 */
#include "tools/lib/pkt_run.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"

static struct pkt_run run;
static struct pkt_script *script;

static bool begin(const char *text, enum pkt_profile profile)
{
    struct diagnostics d;

    diagnostics_init(&d);
    script = pkt_script_parse(text, strlen(text), "t.pkt", NULL, &d);
    if (!EXPECT(script != NULL))
        diagnostics_print(&d, stdout);
    diagnostics_free(&d);
    return script != NULL && EXPECT(pkt_run(&run, script, profile));
}

static void end(void)
{
    pkt_run_close(&run);
    pkt_script_free(script);
}

#define OPEN                                             \
    " 0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"     \
    "+0 bind(3, ..., ...) = 0\n"                         \
    "+0 listen(3, 1) = 0\n"                              \
    "+.1 < S 0:0(0) win 65535 <mss 1000>\n"              \
    "+0 > S. 0:0(0) ack 1 <...>\n"                       \
    "+.1 < . 1:1(0) ack 1 win 65535\n"                   \
    "+0 accept(3, ..., ...) = 4\n"

struct row {
    const char *label, *text;
    enum pkt_profile profile;
    enum pkt_judgement judgement;
    uint32_t line; /* 0: none */
    const char *why;
};

static void check(const struct row *row)
{
    if (!begin(row->text, row->profile))
        return;
    EXPECT_EQ_ROW(row->label, run.result.judgement, row->judgement);
    EXPECT_EQ_ROW(row->label, run.result.event != NULL ? run.result.event->mark.line : 0,
                  row->line);
    if (!EXPECT_ROW(row->label, strstr(run.result.why, row->why) != NULL))
        printf("why: %s\n", run.result.why);
    end();
}

static void test_what_differs_fails_at_its_line(void)
{
    static const struct row rows[] = {
        { "all well", OPEN, PKT_STRICT, PKT_PASS, 0, "" },
        { "result", OPEN "+0 write(4, ..., 10) = 9\n", PKT_STRICT, PKT_FAIL, 8, "result differs" },
        { "errno", OPEN "+0 read(9, ..., 9) = -1 EAGAIN\n", PKT_STRICT, PKT_FAIL, 8, "result" },
        { "blocks", OPEN "+0 read(4, ..., 9) = 9\n", PKT_STRICT, PKT_FAIL, 8, "it blocks" },
        { "never returns", OPEN "+0...1 read(4, ..., 9) = 9\n", PKT_STRICT, PKT_FAIL, 8,
          "did not return in time" },
        { "returns early", OPEN "+0...1 read(4, ..., 9) = 9\n+.1 < . 1:10(9) ack 1 win 9\n",
          PKT_STRICT, PKT_FAIL, 8, "too early" },
        { "nothing", OPEN "+0 > . 1:1(0) ack 1\n", PKT_STRICT, PKT_FAIL, 8, "nothing came" },
        { "a part", OPEN "+0 write(4, ..., 1000) = 1000\n+0 > P. 1:2001(2000) ack 1\n",
          PKT_STRICT, PKT_FAIL, 9, "only 1000 of its bytes" },
        { "too long", OPEN "+0 write(4, ..., 1000) = 1000\n+0 > P. 1:501(500) ack 1\n",
          PKT_STRICT, PKT_FAIL, 9, "1000 bytes, not 500" },
        { "late", OPEN "+0 write(4, ..., 9) = 9\n+.1 > P. 1:10(9) ack 1\n", PKT_STRICT, PKT_FAIL,
          9, "100.000 ms too early" },
        { "left over", OPEN "+0 write(4, ..., 9) = 9\n", PKT_STRICT, PKT_FAIL, 8,
          "does not expect" },
        { "left over, linux", OPEN "+0 write(4, ..., 9) = 9\n", PKT_LINUX, PKT_PASS, 0, "" },
        { "code", OPEN "+0 %{ assert tcpi_snd_cwnd == 11 }%\n", PKT_STRICT, PKT_FAIL, 8,
          "the sides are 10 and 11" },
        { "state", OPEN "+0 `sockstat | grep LISTEN`\n", PKT_STRICT, PKT_FAIL, 8,
          "no line for grep LISTEN" },
        { "gone", OPEN "+0 close(3) = 0\n+0 `sockstat | grep LISTEN`\n", PKT_STRICT, PKT_FAIL, 9,
          "no line" },
        { "output", OPEN "+0 ioctl(4, SIOCINQ, [5]) = 0\n", PKT_STRICT, PKT_FAIL, 8,
          "SIOCINQ is 0, not 5" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        check(&rows[i]);
}

static void test_what_is_not_known_skips_with_its_reason(void)
{
    static const struct row rows[] = {
        { "call", "0 sockett(..., 1, 2) = 3\n", PKT_STRICT, PKT_SKIP, 1,
          "there is no call sockett, did you mean \"socket\"?" },
        { "name", OPEN "+0 setsockopt(4, SOL_SOCKET, SO_RCVBUFF, [1], 4) = 0\n", PKT_STRICT,
          PKT_SKIP, 8, "SO_RCVBUFF is not known, did you mean \"SO_RCVBUF\"?" },
        { "sysctl", "0 `sysctl net.no.such=1`\n", PKT_STRICT, PKT_SKIP, 1,
          "sysctl net.no.such is not known" },
        { "shell", "0 `rm -rf thing`\n", PKT_STRICT, PKT_SKIP, 1, "\"rm\" is not known" },
        { "code", OPEN "+0 %{ assert tcpi_nonsense == 1 }%\n", PKT_STRICT, PKT_SKIP, 8,
          "tcpi_nonsense is not known" },
        { "no code", OPEN "+0 %{ x = 1 }%\n", PKT_STRICT, PKT_SKIP, 8, "is no assertion" },
        { "version", "--ip_version=ipv6\n0 close(3) = -1\n", PKT_STRICT, PKT_SKIP, 0,
          "ipv6 is not modelled" },
        { "option", "0 close(3) = 0\n+0 < S 0:0(0) win 9 <mss 1000,FO abcd,nop>\n", PKT_STRICT,
          PKT_SKIP, 2, "the option FO is not modelled" },
        { "arguments", "0 close(3, 4) = -1\n", PKT_STRICT, PKT_SKIP, 1, "takes 1 arguments" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        check(&rows[i]);
}

/* What strict refuses and a profile lets pass. */
static void test_profiles_look_away_from_what_is_nobodys_business(void)
{
    static const char *const push = OPEN "+0 write(4, ..., 9) = 9\n+0 > . 1:10(9) ack 1\n";
    static const char *const window = OPEN "+0 write(4, ..., 9) = 9\n"
                                           "+0 > P. 1:10(9) ack 1 win 7\n";
    static const struct {
        bool is_window;
        enum pkt_profile profile;
        enum pkt_judgement judgement;
    } rows[] = {
        { false, PKT_STRICT, PKT_FAIL }, { false, PKT_LINUX, PKT_PASS },
        { false, PKT_BSD, PKT_FAIL },    { true, PKT_STRICT, PKT_FAIL },
        { true, PKT_LINUX, PKT_FAIL },   { true, PKT_BSD, PKT_PASS },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (!begin(rows[i].is_window ? window : push, rows[i].profile))
            continue;
        EXPECT_EQ_ROW(rows[i].is_window ? "window" : "push", run.result.judgement,
                      rows[i].judgement);
        end();
    }
}

static void test_several_segments_meet_one_expected_unless_that_is_strict(void)
{
    static const char *const text = OPEN "+0 write(4, ..., 3500) = 3500\n"
                                         "+0 > P. 1:3501(3500) ack 1\n";
    char strict[600];

    if (begin(text, PKT_STRICT)) {
        EXPECT_EQ(run.result.judgement, PKT_FAIL); /* Nagle holds back the last 500 */
        EXPECT_STR(run.result.why, "only 3000 of its bytes came");
        end();
    }
    if (begin(OPEN "+0 write(4, ..., 3000) = 3000\n+0 > P. 1:3001(3000) ack 1\n", PKT_STRICT)) {
        EXPECT_EQ(run.result.judgement, PKT_PASS);
        end();
    }
    snprintf(strict, sizeof(strict), "--strict_segments\n%s", text);
    if (begin(strict, PKT_STRICT)) {
        EXPECT_EQ(run.result.judgement, PKT_FAIL);
        EXPECT_STR(run.result.came, "> . 1:1001(1000) ack 1 win 65535");
        end();
    }
}

static void test_tolerance_is_what_the_script_says_or_an_eighth_of_the_gap(void)
{
    static const struct {
        const char *front, *time;
        enum pkt_judgement judgement;
    } rows[] = {
        { "", "+.2", PKT_PASS },    { "", "+.224", PKT_PASS },   { "", "+.18", PKT_PASS },
        { "", "+.24", PKT_FAIL },   { "", "+.17", PKT_FAIL },    { "", "+.1~+.21", PKT_PASS },
        { "", "*", PKT_PASS },      { "--tolerance_usecs=100000\n", "+.3", PKT_PASS },
        { "--tolerance_usecs=90000\n", "+.3", PKT_FAIL },        { "", "+.3~+.4", PKT_FAIL },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char text[600];

        snprintf(text, sizeof(text), "%s%s+.1 < . 1:11(10) ack 1 win 65535\n"
                                     "%s > . 1:1(0) ack 11\n", rows[i].front, OPEN, rows[i].time);
        if (!begin(text, PKT_STRICT))
            continue;
        EXPECT_EQ_ROW(rows[i].time, run.result.judgement, rows[i].judgement);
        end();
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_what_differs_fails_at_its_line),
        TEST(test_what_is_not_known_skips_with_its_reason),
        TEST(test_profiles_look_away_from_what_is_nobodys_business),
        TEST(test_several_segments_meet_one_expected_unless_that_is_strict),
        TEST(test_tolerance_is_what_the_script_says_or_an_eighth_of_the_gap),
    };

    return run_tests("pkt_run", tests, ARRAY_LEN(tests));
}
