/*
 * Shell lines of packet scripts: a table of settings, never a shell.
 */
#include "tools/lib/pkt_profile.h"

#include <stdio.h>
#include <string.h>

#include "layers/state.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

static struct pkt_settings s;
static char why[200];

/* A listener, and a connection in FIN-WAIT-2 that it has accepted. */
static bool two_sockets(void *ctx, unsigned i, struct pkt_line *line)
{
    static const struct pkt_line lines[] = {
        { { 0, 8080 }, { 0, 0 }, STATE_TCP_LISTEN },
        { { 0xc0a80001, 8080 }, { 0xc0000201, 40000 }, STATE_TCP_FIN_WAIT_2 },
    };

    (void)ctx;
    if (i < ARRAY_LEN(lines))
        *line = lines[i];
    return i < ARRAY_LEN(lines);
}

static enum pkt_shell run(enum pkt_profile profile, const char *text)
{
    static const struct pkt_lister lister = { two_sockets, NULL };

    pkt_settings_begin(&s, profile);
    why[0] = '\0';
    return pkt_settings_shell(&s, text, &lister, why, sizeof(why));
}

static void test_sysctls_are_settings_in_every_spelling(void)
{
    static const char *const lines[] = {
        "sysctl net.ipv4.tcp_sack=0",
        "sysctl -q -w net.ipv4.tcp_sack=0",
        "sysctl -q 'net.ipv4.tcp_sack=0' > /dev/null 2>&1",
        "true; sysctl net.ipv4.tcp_sack=0",
        "sysctl net.core.rmem_max=5 \\\n net.ipv4.tcp_sack=0",
        "kldload -n cc_newreno\nsysctl net.inet.tcp.sack.enable=0",
        "../common/set_sysctls.py /proc/sys/net/ipv4/tcp_sack=0 /proc/sys/net/ipv4/tcp_ecn=2",
        "/sbin/sysctl net.ipv4.tcp_sack=0 && true",
    };

    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        EXPECT_EQ_ROW(lines[i], run(PKT_STRICT, lines[i]), PKT_SHELL_DONE);
        EXPECT_EQ_ROW(lines[i], s.host.tcp.sack, 0);
        EXPECT_STR_ROW(lines[i], why, "");
    }
}

static void test_rungs_own_settings_are_set_as_in_labs(void)
{
    EXPECT_EQ(run(PKT_STRICT, "rung set tcp.min-rto 200ms\n rung set tcp.cc none"), PKT_SHELL_DONE);
    EXPECT_EQ(s.host.tcp.min_rto, 200 * MS);
    EXPECT_EQ(s.host.tcp.cc, TCP_CC_NONE);
    EXPECT_EQ(run(PKT_STRICT, "rung set tcp.ecn on"), PKT_SHELL_DONE);
    EXPECT_EQ(s.ecn, 1);
}

static void test_a_setting_of_rung_with_a_mistake_is_unknown_and_says_why(void)
{
    static const char *const lines[][2] = {
        { "rung set tcp.min-rot 200ms", "did you mean \"min-rto\"" },
        { "rung set tcp.min-rto 200", "200 what?" },
        { "rung set arp.timeout 1s", "rung set tcp.NAME VALUE" },
        { "rung run handshake", "rung set tcp.NAME VALUE" },
        { "rung", "rung set tcp.NAME VALUE" },
    };

    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        EXPECT_EQ_ROW(lines[i][0], run(PKT_STRICT, lines[i][0]), PKT_SHELL_UNKNOWN);
        if (!EXPECT_ROW(lines[i][0], strstr(why, lines[i][1]) != NULL))
            puts(why);
    }
}

static void test_each_known_setting_has_its_effect(void)
{
    EXPECT_EQ(run(PKT_BSD, "sysctl net.inet.tcp.rfc1323=0"), PKT_SHELL_DONE);
    EXPECT(s.host.tcp.timestamps == 0 && s.host.tcp.window_scale == -2);
    run(PKT_BSD, "sysctl net.inet.tcp.recvspace=9000 net.inet.tcp.sendspace=8000");
    EXPECT(s.host.tcp.rcvbuf == 9000 && s.host.tcp.sndbuf == 8000);
    run(PKT_BSD, "sysctl net.inet.tcp.ecn.enable=1 net.inet.tcp.blackhole=2");
    EXPECT(s.ecn == 1 && s.host.tcp.blackhole == 2);
    run(PKT_BSD, "sysctl net.inet.tcp.insecure_rst=1 net.inet.tcp.insecure_syn=1 "
                 "net.inet.tcp.drop_synfin=1");
    EXPECT(s.host.tcp.insecure_rst == 1 && s.host.tcp.insecure_syn == 1 &&
           s.host.tcp.drop_syn_fin == 1);
    run(PKT_LINUX, "sysctl net.ipv4.tcp_slow_start_after_idle=0 net.ipv4.tcp_timestamps=0");
    EXPECT(s.host.tcp.restart_after_idle == 0 && s.host.tcp.timestamps == 0);
    run(PKT_LINUX, "sysctl net.ipv4.tcp_congestion_control=cubic");
    EXPECT_EQ(s.host.tcp.cc, TCP_CC_CUBIC);
    run(PKT_LINUX, "sysctl net.ipv4.tcp_recovery=0");
    EXPECT(s.host.tcp.rack == 0 && s.host.tcp.tail_probe == 1);
    run(PKT_LINUX, "sysctl net.ipv4.tcp_recovery=1 net.ipv4.tcp_early_retrans=0");
    EXPECT(s.host.tcp.rack == 1 && s.host.tcp.tail_probe == 0);
    run(PKT_LINUX, "sysctl net.ipv4.tcp_rmem=\"4096 70000 6291456\"");
    EXPECT_EQ(s.host.tcp.rcvbuf, 70000);
    run(PKT_LINUX, "sysctl net.ipv4.tcp_wmem=\"4096 16384 90000\"");
    EXPECT_EQ(s.host.tcp.sndbuf, 90000);
}

static void test_defaults_sh_is_the_profile_linux(void)
{
    EXPECT_EQ(run(PKT_STRICT, "../../common/defaults.sh\nsysctl net.ipv4.tcp_sack=0"),
              PKT_SHELL_DONE);
    EXPECT(s.profile == PKT_LINUX && s.ignore_push && !s.nothing_left);
    EXPECT(s.host.tcp.quick_acks == 16 && s.host.tcp.sack == 0);
    EXPECT(s.ecn == 0 && s.host.tcp.restart_after_idle == 0);
}

static void test_what_is_not_modelled_is_known_only_as_it_is(void)
{
    EXPECT_EQ(run(PKT_LINUX, "sysctl net.ipv4.tcp_frto=0"), PKT_SHELL_DONE);
    EXPECT_EQ(run(PKT_LINUX, "sysctl net.ipv4.tcp_frto=2"), PKT_SHELL_UNKNOWN);
    EXPECT_EQ(run(PKT_LINUX, "sysctl net.ipv4.tcp_keepalive_time=7200"), PKT_SHELL_DONE);
    EXPECT_EQ(run(PKT_LINUX, "sysctl net.ipv4.tcp_keepalive_time=60"), PKT_SHELL_UNKNOWN);
    EXPECT_EQ(run(PKT_LINUX, "tc qdisc replace dev tun0 root pfifo limit 9 # fq"), PKT_SHELL_DONE);
    EXPECT_EQ(run(PKT_LINUX, "tc qdisc replace dev tun0 root fq"), PKT_SHELL_UNKNOWN);
    EXPECT_EQ(run(PKT_LINUX, "ip tcp_metrics flush all"), PKT_SHELL_DONE);
    EXPECT_EQ(run(PKT_LINUX, "ip route change 192.0.2.1 mtu 1200"), PKT_SHELL_UNKNOWN);
}

static void test_pipeline_behind_sockstat_answers_as_its_last_command_does(void)
{
    static const struct {
        const char *text;
        enum pkt_shell answer;
    } rows[] = {
        { "sockstat", PKT_SHELL_DONE },
        { "sockstat -4 -P tcp -p 8080 -q -s | grep -q \"FIN_WAIT_2\"", PKT_SHELL_DONE },
        { "sockstat|grep FIN-WAIT-2", PKT_SHELL_DONE },
        { "/usr/bin/sockstat -sq4Ptcp -p 22,8080 2>/dev/null | /usr/bin/grep LISTEN > /dev/null",
          PKT_SHELL_DONE },
        { "sockstat -s | grep ESTABLISHED", PKT_SHELL_FAILS },
        { "sockstat -s | grep FIN_WAIT_1", PKT_SHELL_FAILS },
        { "! sockstat -s | grep ESTABLISHED", PKT_SHELL_DONE },
        { "! sockstat -s | grep LISTEN", PKT_SHELL_FAILS },
        { "sockstat -s -p 9 | grep LISTEN", PKT_SHELL_FAILS },
        { "sockstat -6 -s | grep LISTEN", PKT_SHELL_FAILS },
        { "sockstat -P udp -s | grep LISTEN", PKT_SHELL_FAILS },
        { "sockstat -l -s | grep FIN_WAIT_2", PKT_SHELL_FAILS },
        { "sockstat -c -s | grep LISTEN", PKT_SHELL_FAILS },
        { "sockstat -s | grep 192.168.0.1:8080 | grep 'FIN_WAIT_[12]$'", PKT_SHELL_UNKNOWN },
        { "sockstat -s | grep '192\\.168.*8080.*FIN_WAIT_2$'", PKT_SHELL_DONE },
        { "sockstat -s | grep '^FIN_WAIT_2'", PKT_SHELL_FAILS },
        { "sockstat -s | grep -E 'CLOSING|FIN_WAIT_2'", PKT_SHELL_DONE },
        { "sockstat -s | grep -iw fin_wait_2", PKT_SHELL_DONE },
        { "sockstat -s | grep -w FIN", PKT_SHELL_FAILS },
        { "sockstat -q -s | grep -v LISTEN | wc -l | grep -w 1", PKT_SHELL_DONE },
        { "sockstat -q -s | grep -c 8080 | grep 2", PKT_SHELL_DONE },
        { "sockstat -q -s | wc -l | grep 3", PKT_SHELL_FAILS },
        { "netstat -an -p tcp | grep 192.0.2.1.40000 | grep FIN_WAIT_2", PKT_SHELL_DONE },
        { "sockstat -s | grep TIME_WAIT || sockstat -s | grep FIN_WAIT_2", PKT_SHELL_DONE },
        { "sockstat -s | grep TIME_WAIT && true", PKT_SHELL_FAILS },
        { "sockstat -s | grep TIME_WAIT ; true", PKT_SHELL_DONE },
        { "sockstat | awk '{print $1}'", PKT_SHELL_UNKNOWN },
        { "sockstat --libxo", PKT_SHELL_UNKNOWN },
        { "sockstat | grep 'a*b*c*d*'", PKT_SHELL_UNKNOWN },
        { "sockstat | grep", PKT_SHELL_UNKNOWN },
        { "sockstat |", PKT_SHELL_UNKNOWN },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        EXPECT_EQ_ROW(rows[i].text, run(PKT_BSD, rows[i].text), rows[i].answer);
        EXPECT_ROW(rows[i].text, rows[i].answer == PKT_SHELL_DONE || why[0] != '\0');
    }
}

static void test_settings_of_freebsd_reach_the_stack_or_tell_why_not(void)
{
    struct tcp_config *tcp = &s.host.tcp;

    run(PKT_BSD,
        "sysctl net.inet.tcp.msl=2000 net.inet.tcp.rexmit_min=50 net.inet.tcp.delacktime=7");
    EXPECT(tcp->msl == 2 * SECONDS && tcp->min_rto == 50 * MS && tcp->delayed_ack == 7 * MS);
    run(PKT_BSD, "sysctl net.inet.tcp.delayed_ack=0");
    EXPECT_EQ(tcp->delayed_ack, 0);
    run(PKT_BSD, "sysctl net.inet.tcp.delayed_ack=0 net.inet.tcp.delayed_ack=1");
    EXPECT_EQ(tcp->delayed_ack, 40 * MS);
    run(PKT_BSD, "sysctl net.inet.tcp.rfc1323=2");
    EXPECT(tcp->timestamps == 0 && tcp->window_scale == 6);
    run(PKT_BSD, "sysctl net.inet.tcp.keepidle=5000 net.inet.tcp.keepintvl=300 "
                 "net.inet.tcp.keepcnt=4");
    EXPECT(tcp->keepalive == 5 * SECONDS && tcp->keepalive_interval == 300 * MS &&
           tcp->keepalive_probes == 4);
    run(PKT_BSD, "sysctl net.inet.tcp.always_keepalive=0 net.inet.tcp.rfc3465=0");
    EXPECT(tcp->keepalive == 0 && tcp->abc_limit == 1);
    run(PKT_BSD, "sysctl net.inet.tcp.ack_war_cnt=3 net.inet.tcp.fast_finwait2_recycle=1");
    EXPECT(tcp->challenge_acks == 3 && tcp->fin_wait_2 == MINUTES);
    run(PKT_BSD, "sysctl net.inet.tcp.do_prr_conservative=1");
    EXPECT_EQ(tcp->prr, TCP_PRR_CRB);
    run(PKT_BSD, "sysctl net.inet.tcp.do_prr=0 net.inet.tcp.blackhole=3");
    EXPECT(tcp->prr == TCP_PRR_OFF && tcp->blackhole == 2);
    EXPECT_EQ(run(PKT_BSD, "sysctl kern.timecounter.alloweddeviation=0 "
                           "net.inet.tcp.hostcache.purgenow=1 net.inet.tcp.syncookies=0"),
              PKT_SHELL_DONE);
    EXPECT_EQ(run(PKT_BSD, "sysctl net.inet.tcp.cc.abe=1"), PKT_SHELL_UNKNOWN);
    EXPECT_STR(why, "sysctl net.inet.tcp.cc.abe cannot be 1 here");
    EXPECT_EQ(run(PKT_BSD, "sysctl net.inet.tcp.cc.algorithm=htcp"), PKT_SHELL_UNKNOWN);
    EXPECT_EQ(run(PKT_BSD, "sysctl net.inet.tcp.cc.algorithm=cubic"), PKT_SHELL_DONE);
    EXPECT_EQ(tcp->cc, TCP_CC_CUBIC);
}

static void test_unknown_lines_are_told_and_nothing_is_run(void)
{
    static const struct {
        const char *text, *why;
    } rows[] = {
        { "touch /tmp/x", "the shell line \"touch\" is not known" },
        { "true && touch x", "\"touch\" is not known" },
        { "sysctl net.ipv4.tcp_nonsense=1", "sysctl net.ipv4.tcp_nonsense is not known" },
        { "! true", "\"!\" is not known" },
        { "sysctl net.inet.tcp.nonsense=1", "sysctl net.inet.tcp.nonsense is not known" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        EXPECT_EQ_ROW(rows[i].text, run(PKT_STRICT, rows[i].text), PKT_SHELL_UNKNOWN);
        EXPECT_ROW(rows[i].text, strstr(why, rows[i].why) != NULL);
    }
    EXPECT_EQ(run(PKT_STRICT, "/tmp/sysctl_restore_${PPID}.sh"), PKT_SHELL_DONE);
    EXPECT_EQ(run(PKT_STRICT, ""), PKT_SHELL_DONE);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_sysctls_are_settings_in_every_spelling),
        TEST(test_rungs_own_settings_are_set_as_in_labs),
        TEST(test_a_setting_of_rung_with_a_mistake_is_unknown_and_says_why),
        TEST(test_each_known_setting_has_its_effect),
        TEST(test_defaults_sh_is_the_profile_linux),
        TEST(test_what_is_not_modelled_is_known_only_as_it_is),
        TEST(test_pipeline_behind_sockstat_answers_as_its_last_command_does),
        TEST(test_settings_of_freebsd_reach_the_stack_or_tell_why_not),
        TEST(test_unknown_lines_are_told_and_nothing_is_run),
    };

    return run_tests("pkt_shell", tests, ARRAY_LEN(tests));
}
