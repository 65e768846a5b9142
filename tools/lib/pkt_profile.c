#include "tools/lib/pkt_profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/text.h"

static const char *const names[PKT_PROFILES] = { "strict", "linux", "bsd" };

const char *pkt_profile_name(unsigned profile)
{
    return profile < PKT_PROFILES ? names[profile] : NULL;
}

enum pkt_profile pkt_profile_find(const char *name)
{
    unsigned i = 0;

    while (i < PKT_PROFILES && strcmp(names[i], name) != 0)
        i++;
    return (enum pkt_profile)i;
}

static void be_linux(struct pkt_settings *s)
{
    struct tcp_config *tcp = &s->host.tcp;

    s->ignore_push = s->ignore_option_order = true;
    s->ecn = 2;
    s->tlp = 3;
    s->rack = 1;
    tcp->initial_window = 10;
    tcp->window_scale = 8;
    tcp->timestamps = 1;
    tcp->rcvbuf = 65535;
    tcp->sndbuf = 4 << 20;
    tcp->min_rto = tcp->clock_granularity = 200 * MS;
    tcp->delayed_ack = 40 * MS;
    tcp->quick_acks = 16;
    tcp->cc = TCP_CC_CUBIC;
    tcp->rack = 1;
    tcp->prr = TCP_PRR_CAUTIOUS;
    tcp->growth = TCP_GROWTH_DELIVERED;
    tcp->reduce_from = TCP_REDUCE_CWND;
    tcp->full_ack = TCP_FULL_ACK_SSTHRESH;
    tcp->abc_limit = 1000; /* whatever an ACK covers, tcp_slow_start takes */
    tcp->minshall = tcp->cork_override = 1;
    tcp->window_probe = TCP_PROBE_EMPTY;
    tcp->cautious_timestamps = 1;
    tcp->reset_with_ack = 1;
    tcp->fin_wait_2 = 60 * SECONDS;
}

static void be_bsd(struct pkt_settings *s)
{
    struct tcp_config *tcp = &s->host.tcp;

    s->ignore_windows = s->ignore_syn_options = true;
    s->ecn = 2;
    tcp->initial_window = 10;
    tcp->rcvbuf = 65536;
    tcp->sndbuf = 1 << 20;
    tcp->window_scale = 6;
    tcp->timestamps = 1;
    tcp->delayed_ack = 40 * MS;
    tcp->ack_small = tcp->whole_buffer = tcp->answer_strays = 1;
    tcp->window_updates = TCP_UPDATE_QUARTER;
    tcp->keep_syn_text = tcp->reset_unread = tcp->measure_syn_ack = 0;
    tcp->min_rto = 30 * MS;
    tcp->max_rto = 64 * SECONDS;
    tcp->retries = 12;
    tcp->reset_at_r2 = 1;
    tcp->rto_slack = 200 * MS;
    tcp->min_persist = 5 * SECONDS;
    tcp->abc_limit = 2;
    tcp->prr = TCP_PRR_SSRB;
    tcp->challenge_acks = 5;
    tcp->reset_with_ack = 1;
    tcp->fin_wait_2 = 600 * SECONDS;
    tcp->keepalive = 2 * HOURS;
    tcp->keepalive_probes = 8;
}

void pkt_settings_begin(struct pkt_settings *s, enum pkt_profile profile)
{
    memset(s, 0, sizeof(*s));
    s->profile = profile;
    host_config_defaults(&s->host);
    s->tolerance = 4 * MS;
    s->mtu = 1500;
    s->nothing_left = profile == PKT_STRICT;
    if (profile == PKT_LINUX)
        be_linux(s);
    if (profile == PKT_BSD)
        be_bsd(s);
}

enum pkt_profile pkt_profile_of(const struct pkt_script *script, enum pkt_profile given)
{
    const char *own = pkt_script_option(script, "profile");

    if (given != PKT_PROFILES)
        return given;
    return own == NULL ? PKT_STRICT : pkt_profile_find(own);
}

/* ---- --options ---- */

static bool refuse(char *why, size_t size, const char *format, const char *value)
{
    snprintf(why, size, format, value);
    return false;
}

/* Whose value is a number. */
static bool is_counted(const char *name)
{
    return strcmp(name, "tolerance_usecs") == 0 || strcmp(name, "tcp_ts_tick_usecs") == 0 ||
           strcmp(name, "mtu") == 0 || strcmp(name, "mss") == 0;
}

static bool read_option(struct pkt_settings *s, const struct pkt_option *option, char *why,
                        size_t size)
{
    char *end;
    long number = strtol(option->value, &end, 10);
    bool is_number = *end == '\0' && end != option->value;

    if (strcmp(option->name, "ip_version") == 0 && strcmp(option->value, "ipv4") != 0)
        return refuse(why, size, _("IP version %.20s is not modelled"), option->value);
    if (strcmp(option->name, "udp_encapsulation") == 0)
        return refuse(why, size, _("encapsulation in UDP (%.20s) is not modelled"), option->value);
    if (strcmp(option->name, "profile") == 0 && pkt_profile_find(option->value) == PKT_PROFILES)
        return refuse(why, size, _("no profile is called %.20s: write strict, linux or bsd"),
                      option->value);
    if (strcmp(option->name, "strict_segments") == 0)
        s->strict_segments = strcmp(option->value, "0") != 0;
    if (is_counted(option->name) && !is_number)
        return refuse(why, size, _("\"%.20s\" is no whole number"), option->value);
    if (strcmp(option->name, "tolerance_usecs") == 0)
        s->tolerance = min_i64(max_i64(number, 0), 10000000) * US;
    if (strcmp(option->name, "tcp_ts_tick_usecs") == 0)
        s->timestamp_tick = min_i64(max_i64(number, 0), 10000000) * US;
    if (strcmp(option->name, "mtu") == 0) {
        if (number < 68 || number > 65535)
            return refuse(why, size, _("no wire has an MTU of %.20s"), option->value);
        s->mtu = (uint16_t)number;
    }
    if (strcmp(option->name, "mss") == 0 && number > 0 && number < 65496)
        s->host.tcp.mss = number;
    return true;
}

bool pkt_settings_options(struct pkt_settings *s, const struct pkt_script *script, char *why,
                          size_t size)
{
    for (const struct pkt_option *o = script->options; o != NULL; o = o->next)
        if (!read_option(s, o, why, size))
            return false;
    return true;
}
