#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/pkt_shell.h"
#include "tools/lib/text.h"

/* FreeBSD's settings. */

#define FIELD(name) offsetof(struct tcp_config, name)

/* ---- Those that are ours ---- */

enum unit { NUMBER, MILLISECONDS };

static const struct {
    const char *name; /* behind "net.inet.tcp." */
    size_t field;     /* of struct tcp_config, an int64_t */
    enum unit unit;
} fields[] = {
    { "sack.enable", FIELD(sack), NUMBER },
    { "recvspace", FIELD(rcvbuf), NUMBER },
    { "sendspace", FIELD(sndbuf), NUMBER },
    { "insecure_rst", FIELD(insecure_rst), NUMBER },
    { "insecure_syn", FIELD(insecure_syn), NUMBER },
    { "drop_synfin", FIELD(drop_syn_fin), NUMBER },
    { "initcwnd_segments", FIELD(initial_window), NUMBER },
    { "rfc3042", FIELD(limited_transmit), NUMBER },
    { "ack_war_cnt", FIELD(challenge_acks), NUMBER },
    { "keepcnt", FIELD(keepalive_probes), NUMBER },
    { "retries", FIELD(retries), NUMBER },
    { "path_mtu_discovery", FIELD(path_mtu_discovery), NUMBER },
    { "msl", FIELD(msl), MILLISECONDS },
    { "rexmit_min", FIELD(min_rto), MILLISECONDS },
    { "rexmit_slop", FIELD(rto_slack), MILLISECONDS },
    { "rexmit_initial", FIELD(initial_rto), MILLISECONDS },
    { "delacktime", FIELD(delayed_ack), MILLISECONDS },
    { "keepidle", FIELD(keepalive), MILLISECONDS },
    { "keepintvl", FIELD(keepalive_interval), MILLISECONDS },
    { "persmin", FIELD(min_persist), MILLISECONDS },
    { "keepinit", FIELD(syn_retries), MILLISECONDS },
};

static bool set_field(struct tcp_config *tcp, const char *name, int64_t number)
{
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        if (strcmp(fields[i].name, name) != 0)
            continue;
        number = min_i64(max_i64(number, 0), INT32_MAX);
        if (fields[i].unit == MILLISECONDS)
            number = max_i64(number, 1) * MS;
        *(int64_t *)(void *)((char *)tcp + fields[i].field) = number;
        return true;
    }
    return false;
}

/* ---- Those that are more than a number ---- */

enum { WITHOUT_SCALE = -2, BSD_SCALE = 6 };

/* 1: both, 2: window scale only, 3: timestamps only. */
static bool set_rfc1323(struct pkt_settings *s, int64_t number)
{
    struct tcp_config *tcp = &s->host.tcp;

    tcp->timestamps = number == 1 || number == 3;
    if (number != 1 && number != 2)
        tcp->window_scale = WITHOUT_SCALE;
    else if (tcp->window_scale == WITHOUT_SCALE)
        tcp->window_scale = BSD_SCALE;
    return true;
}

/* From 3 on: accurate ECN. */
static bool set_ecn(struct pkt_settings *s, int64_t number)
{
    s->ecn = number;
    return number <= 2;
}

static bool set_delayed_ack(struct pkt_settings *s, int64_t number)
{
    const vtime usual = 40 * MS;
    int64_t *delay = &s->host.tcp.delayed_ack;

    *delay = number == 0 ? 0 : *delay == 0 ? usual : *delay;
    return true;
}

/* L of RFC 3465 is 1 without it. */
static bool set_abc(struct pkt_settings *s, int64_t number)
{
    s->host.tcp.abc_limit = number == 0 ? 1 : 2;
    return true;
}

static bool set_abc_limit(struct pkt_settings *s, int64_t number)
{
    s->host.tcp.abc_limit = max_i64(number, 1);
    return true;
}

static bool set_prr(struct pkt_settings *s, int64_t number)
{
    int64_t *prr = &s->host.tcp.prr;

    *prr = number == 0 ? TCP_PRR_OFF : *prr == TCP_PRR_OFF ? TCP_PRR_SSRB : *prr;
    return true;
}

static bool set_prr_bound(struct pkt_settings *s, int64_t number)
{
    if (s->host.tcp.prr != TCP_PRR_OFF)
        s->host.tcp.prr = number == 0 ? TCP_PRR_SSRB : TCP_PRR_CRB;
    return true;
}

static bool set_keepalive(struct pkt_settings *s, int64_t number)
{
    int64_t *idle = &s->host.tcp.keepalive;

    *idle = number == 0 ? 0 : *idle == 0 ? 2 * HOURS : *idle;
    return true;
}

static bool set_finwait2(struct pkt_settings *s, int64_t number)
{
    s->host.tcp.fin_wait_2 = number == 0 ? 10 * MINUTES : MINUTES;
    return true;
}

/* Its length is a second here. */
static bool set_challenge_time(struct pkt_settings *s, int64_t number)
{
    if (number == 0)
        s->host.tcp.challenge_acks = 0;
    return number == 0 || number == 1000;
}

static bool set_missing_timestamps(struct pkt_settings *s, int64_t number)
{
    s->host.tcp.need_timestamps = number == 0;
    return true;
}

/* 3 hides hosts from those that are near, too. */
static bool set_blackhole(struct pkt_settings *s, int64_t number)
{
    s->host.tcp.blackhole = min_i64(max_i64(number, 0), 2);
    return true;
}

static bool is_off(struct pkt_settings *s, int64_t number)
{
    (void)s;
    return number == 0;
}

static bool is_on(struct pkt_settings *s, int64_t number)
{
    (void)s;
    return number == 1;
}

static bool is_rfc_mss(struct pkt_settings *s, int64_t number)
{
    (void)s;
    return number == 536;
}

static const struct {
    const char *name;
    bool (*set)(struct pkt_settings *s, int64_t number); /* false: not to that */
} others[] = {
    { "rfc1323", set_rfc1323 },
    { "ecn.enable", set_ecn },
    { "delayed_ack", set_delayed_ack },
    { "rfc3465", set_abc },
    { "abc_l_var", set_abc_limit },
    { "do_prr", set_prr },
    { "do_prr_conservative", set_prr_bound },
    { "always_keepalive", set_keepalive },
    { "fast_finwait2_recycle", set_finwait2 },
    { "ack_war_timewindow", set_challenge_time },
    { "syncookies_only", is_off },
    { "tolerate_missing_ts", set_missing_timestamps },
    { "blackhole", set_blackhole },
    { "insecure_ack", is_off },
    { "cc.abe", is_off },
    { "icmp_may_rst", is_on },
    { "mssdflt", is_rfc_mss },
};

/* ---- Those that can make no difference ---- */

static const char *const harmless[] = { "hostcache.",
                                        "syncookies",
                                        "syncache.",
                                        "recvbuf_",
                                        "sendbuf_",
                                        "functions_",
                                        "fastopen.",
                                        "sack.",
                                        "reass.",
                                        "rack.",
                                        "bb.",
                                        "bbl.",
                                        "hpts.",
                                        "lro.",
                                        "log",
                                        "cc.newreno.",
                                        "cc.cubic.",
                                        "cc.hystartplusplus.",
                                        "cc.abe_frlossreduce",
                                        "newreno.",
                                        "ecn.maxretries",
                                        "experimental.",
                                        "minmss",
                                        "v6",
                                        "tso",
                                        "maxtcptw",
                                        "nolocaltimewait",
                                        "soreceive_stream",
                                        "per_cpu_timers",
                                        "pmtud_blackhole_",
                                        "ts_offset_per_conn",
                                        "rfc6675_pipe",
                                        "rfc3390",
                                        "newcwv",
                                        "do_tcpdrain",

                                        "do_lrd",
                                        "require_unique_port",
                                        "isn_reseed_interval",
                                        "persmax",
                                        "udp_tunneling_",
                                        "signature_verify_input",
                                        "finwait2_timeout",
                                        "maxunacktime",
                                        "rexmit_drop_options",
                                        "blackhole_local",
                                        "msl_local",
                                        "map_limit",
                                        "split_limit" };

static const char *const elsewhere[] = { "kern.",      "net.inet.ip.",   "net.inet.icmp.",
                                         "net.inet6.", "net.inet.sctp.", "net.inet.udp.",
                                         "net.link.",  "net.isr.",       "net.bpf.",
                                         "net.route.", "debug.",         "dev.",
                                         "vm." };

static bool begins_in(const char *name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strncmp(name, list[i], strlen(list[i])) == 0)
            return true;
    return false;
}

/* ---- All of them ---- */

static bool cannot(char *why, size_t size, const char *name, const char *value)
{
    snprintf(why, size, _("sysctl %.80s cannot be %.20s here"), name, value);
    return false;
}

static bool set_algorithm(struct pkt_settings *s, const char *value)
{
    bool cubic = strcmp(value, "cubic") == 0;

    s->host.tcp.cc = cubic ? TCP_CC_CUBIC : TCP_CC_NEWRENO;
    return cubic || strcmp(value, "newreno") == 0;
}

bool pkt_bsd_sysctl(struct pkt_settings *s, const char *name, const char *value, char *why,
                    size_t size)
{
    static const char tcp[] = "net.inet.tcp.";
    int64_t number = strtol(value, NULL, 10);
    bool is_tcp = strncmp(name, tcp, sizeof(tcp) - 1) == 0;
    const char *end = is_tcp ? name + sizeof(tcp) - 1 : name;

    if (is_tcp && strcmp(end, "cc.algorithm") == 0)
        return set_algorithm(s, value) || cannot(why, size, name, value);
    for (size_t i = 0; is_tcp && i < ARRAY_LEN(others); i++)
        if (strcmp(others[i].name, end) == 0)
            return others[i].set(s, number) || cannot(why, size, name, value);
    if (is_tcp
            ? set_field(&s->host.tcp, end, number) || begins_in(end, harmless, ARRAY_LEN(harmless))
            : begins_in(name, elsewhere, ARRAY_LEN(elsewhere)))
        return true;
    snprintf(why, size, _("sysctl %.100s is not known"), name);
    return false;
}
