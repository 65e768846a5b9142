/*
 * Shell lines of packet scripts: a table of settings, never a shell.
 */
#include "tools/lib/pkt_profile.h"

#include <string.h>

#include "layers/state.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

static struct pkt_settings s;
static char why[200];
static int state;

static enum pkt_shell run(enum pkt_profile profile, const char *text)
{
    pkt_settings_begin(&s, profile);
    why[0] = '\0';
    state = -1;
    return pkt_settings_shell(&s, text, &state, why, sizeof(why));
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
    EXPECT_EQ(run(PKT_LINUX, "tc qdisc replace dev tun0 root pfifo"), PKT_SHELL_DONE);
    EXPECT_EQ(run(PKT_LINUX, "tc qdisc replace dev tun0 root fq"), PKT_SHELL_UNKNOWN);
    EXPECT_EQ(run(PKT_LINUX, "ip tcp_metrics flush all"), PKT_SHELL_DONE);
    EXPECT_EQ(run(PKT_LINUX, "ip route change 192.0.2.1 mtu 1200"), PKT_SHELL_UNKNOWN);
}

static void test_sockstat_asks_for_the_state(void)
{
    EXPECT_EQ(run(PKT_BSD, "sockstat -4 -P tcp -s -q | grep -q \"SYN_SENT\""), PKT_SHELL_STATE);
    EXPECT_EQ(state, STATE_TCP_SYN_SENT);
    EXPECT_EQ(run(PKT_BSD, "sockstat|grep SYN_RCVD"), PKT_SHELL_STATE);
    EXPECT_EQ(state, STATE_TCP_SYN_RECEIVED);
    EXPECT_EQ(run(PKT_BSD, "sockstat | grep 8080 | grep FIN_WAIT_2"), PKT_SHELL_STATE);
    EXPECT_EQ(state, STATE_TCP_FIN_WAIT_2);
    EXPECT_EQ(run(PKT_BSD, "sockstat"), PKT_SHELL_UNKNOWN);
    EXPECT_EQ(run(PKT_BSD, "sockstat | grep nonsense"), PKT_SHELL_UNKNOWN);
}

static void test_unknown_lines_are_told_and_nothing_is_run(void)
{
    static const struct {
        const char *text, *why;
    } rows[] = {
        { "touch /tmp/x", "the shell line \"touch\" is not known" },
        { "true && touch x", "\"touch\" is not known" },
        { "sysctl net.ipv4.tcp_nonsense=1", "sysctl net.ipv4.tcp_nonsense is not known" },
        { "! sockstat | grep LISTEN", "\"!\" is not known" },
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
        TEST(test_each_known_setting_has_its_effect),
        TEST(test_defaults_sh_is_the_profile_linux),
        TEST(test_what_is_not_modelled_is_known_only_as_it_is),
        TEST(test_sockstat_asks_for_the_state),
        TEST(test_unknown_lines_are_told_and_nothing_is_run),
    };

    return run_tests("pkt_shell", tests, ARRAY_LEN(tests));
}
