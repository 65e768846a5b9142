#include "tools/lib/pkt_match.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "layers/wire/tcp_option.h"
#include "tools/lib/text.h"

void pkt_match_begin(struct pkt_match *m, const struct pkt_packet *expected,
                     const struct pkt_settings *settings)
{
    *m = (struct pkt_match){ .expected = expected, .settings = settings };
}

static bool differs(struct pkt_match *m, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool differs(struct pkt_match *m, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(m->why, sizeof(m->why), format, args);
    va_end(args);
    return false;
}

/* ---- IP ---- */

static bool ecn_fits(enum pkt_ecn ecn, uint8_t bits)
{
    switch (ecn) {
    case PKT_ECN_NONE: return bits == 0;
    case PKT_ECN_ECT0: return bits == IPV4_ECN_ECT0;
    case PKT_ECN_ECT1: return bits == IPV4_ECN_ECT1;
    case PKT_ECN_ECT01: return bits == IPV4_ECN_ECT0 || bits == IPV4_ECN_ECT1;
    case PKT_ECN_CE: return bits == IPV4_ECN_CE;
    default: return true;
    }
}

static bool ip_fits(struct pkt_match *m, const struct pkt_seen *seen)
{
    const struct pkt_ip *want = &m->expected->ip;

    if (!ecn_fits(want->ecn, seen->ip.tos & IPV4_ECN_MASK))
        return differs(m, _("the ECN field is %u"), seen->ip.tos & IPV4_ECN_MASK);
    if (want->has_tos && want->tos != seen->ip.tos)
        return differs(m, _("the type of service is 0x%02x"), seen->ip.tos);
    if (want->has_ttl && want->ttl != seen->ip.ttl)
        return differs(m, _("the TTL is %u"), seen->ip.ttl);
    return true;
}

/* ---- Options of TCP ---- */

static const struct pkt_tcp_option *find_option(const struct pkt_tcp *tcp, uint8_t kind)
{
    for (unsigned i = 0; i < tcp->option_count; i++)
        if (tcp->options[i].kind == kind)
            return &tcp->options[i];
    return NULL;
}

/* Whether TSval SEEN runs as the script's WANT does, from the first one on. */
static bool stamp_fits(const struct pkt_match *m, const struct pkt_flow *flow, uint32_t want,
                       uint32_t seen)
{
    const vtime our_tick = MS;
    vtime script, real, off;

    if (m->settings->timestamp_tick == 0 || !flow->has_stamp)
        return true;
    script = (int32_t)(want - flow->stamp_script) * m->settings->timestamp_tick;
    real = (int32_t)(seen - flow->stamp_real) * our_tick;
    off = script > real ? script - real : real - script;
    return off <= max_i64(m->settings->tolerance, our_tick);
}

static bool same_option(const struct pkt_match *m, const struct pkt_flow *flow,
                        const struct pkt_tcp_option *want, const struct pkt_tcp_option *seen)
{
    if (want->kind != seen->kind)
        return false;
    switch (want->kind) {
    case TCP_OPTION_TIMESTAMPS:
        return want->echo == seen->echo && stamp_fits(m, flow, want->value, seen->value);
    case TCP_OPTION_SACK:
        return want->run_count == seen->run_count &&
               memcmp(want->runs, seen->runs, want->run_count * sizeof(want->runs[0])) == 0;
    case TCP_OPTION_MSS:
    case TCP_OPTION_WINDOW_SCALE:
        return want->value == seen->value;
    default:
        return true;
    }
}

static bool options_in_order(const struct pkt_match *m, const struct pkt_flow *flow,
                             const struct pkt_tcp *want, const struct pkt_tcp *seen)
{
    if (want->option_count != seen->option_count)
        return false;
    for (unsigned i = 0; i < want->option_count; i++)
        if (!same_option(m, flow, &want->options[i], &seen->options[i]))
            return false;
    return true;
}

static bool is_padding(const struct pkt_tcp_option *option)
{
    return option->kind == TCP_OPTION_NOP || option->kind == TCP_OPTION_END;
}

static unsigned count_options(const struct pkt_tcp *tcp)
{
    unsigned count = 0;

    for (unsigned i = 0; i < tcp->option_count; i++)
        count += !is_padding(&tcp->options[i]);
    return count;
}

static bool options_in_any_order(const struct pkt_match *m, const struct pkt_flow *flow,
                                 const struct pkt_tcp *want, const struct pkt_tcp *seen)
{
    if (count_options(want) != count_options(seen))
        return false;
    for (unsigned i = 0; i < want->option_count; i++) {
        const struct pkt_tcp_option *other = find_option(seen, want->options[i].kind);

        if (!is_padding(&want->options[i]) &&
            (other == NULL || !same_option(m, flow, &want->options[i], other)))
            return false;
    }
    return true;
}

static bool options_fit(struct pkt_match *m, const struct pkt_seen *seen,
                        const struct pkt_flow *flow)
{
    const struct pkt_tcp *want = &m->expected->tcp;
    bool any_order = m->settings->ignore_option_order;

    if (want->any_options ||
        (m->settings->ignore_syn_options && (want->flags & TCP_SYN) != 0))
        return true;
    if (any_order ? options_in_any_order(m, flow, want, &seen->tcp)
                  : options_in_order(m, flow, want, &seen->tcp))
        return true;
    return differs(m, _("the options differ"));
}

/* ---- TCP ---- */

/* A RST that answers a segment without ACK has the number 0, of no ISN. */
static bool is_bare_reset(const struct pkt_match *m, const struct pkt_seen *seen)
{
    return (seen->tcp.flags & (TCP_RST | TCP_ACK)) == (TCP_RST | TCP_ACK) &&
           seen->real_seq == 0 && m->expected->tcp.range.first == 0;
}

static bool flags_fit(struct pkt_match *m, const struct pkt_seen *seen, bool is_last)
{
    uint8_t open = m->settings->ignore_push ? TCP_PSH : 0;

    if (!is_last) /* these stand on the last piece */
        open = TCP_PSH | TCP_FIN;
    if ((seen->tcp.flags & ~open) == (m->expected->tcp.flags & ~open))
        return true;
    return differs(m, _("the flags differ"));
}

static bool numbers_fit(struct pkt_match *m, const struct pkt_seen *seen)
{
    const struct pkt_tcp *want = &m->expected->tcp;

    if (seen->tcp.range.first != want->range.first + m->got && !is_bare_reset(m, seen))
        return differs(m, _("it starts at %u, not at %u"), seen->tcp.range.first,
                       want->range.first + m->got);
    if (want->has_ack && seen->tcp.has_ack && want->ack != seen->tcp.ack)
        return differs(m, _("it acknowledges %u, not %u"), seen->tcp.ack, want->ack);
    if (want->has_window && !m->settings->ignore_windows && want->window != seen->tcp.window)
        return differs(m, _("its window is %u, not %u"), seen->tcp.window, want->window);
    if (want->has_urgent && (want->urgent != seen->tcp.urgent))
        return differs(m, _("its urgent pointer is %u, not %u"), seen->tcp.urgent, want->urgent);
    return true;
}

/* Whether SEEN may be a piece of what is expected, by its length. */
static bool length_fits(struct pkt_match *m, const struct pkt_seen *seen, bool *is_last)
{
    uint32_t len = seen->tcp.range.len, left = m->expected->tcp.range.len - m->got;

    *is_last = len == left;
    if (len > left)
        return differs(m, _("it has %u bytes, not %u"), len, left);
    if (*is_last && m->got == 0)
        return true;
    if (m->settings->strict_segments || len == 0 || (m->got > 0 && len > m->size) ||
        (m->got > 0 && !*is_last && len != m->size))
        return differs(m, _("it has %u bytes, not %u"), len, left);
    return true;
}

static enum pkt_verdict match_tcp(struct pkt_match *m, const struct pkt_seen *seen,
                                  struct pkt_flow *flow)
{
    const struct pkt_tcp_option *want = find_option(&m->expected->tcp, TCP_OPTION_TIMESTAMPS);
    const struct pkt_tcp_option *stamp = find_option(&seen->tcp, TCP_OPTION_TIMESTAMPS);
    bool is_last;

    if (!length_fits(m, seen, &is_last) || !flags_fit(m, seen, is_last) ||
        !numbers_fit(m, seen) || !options_fit(m, seen, flow))
        return PKT_DIFFERS;
    if (want != NULL && stamp != NULL)
        pkt_flow_stamp(flow, want->value, stamp->value);
    if (m->got == 0)
        m->size = seen->tcp.range.len;
    m->got += seen->tcp.range.len;
    return is_last ? PKT_MATCHES : PKT_MATCHES_SO_FAR;
}

/* ---- All of them ---- */

static bool icmp_fits(struct pkt_match *m, const struct pkt_icmp *seen)
{
    const struct pkt_icmp *want = &m->expected->icmp;

    if (want->type != seen->type || want->code != seen->code)
        return differs(m, _("its type and code are %u and %u"), seen->type, seen->code);
    if (want->has_mtu && want->mtu != seen->mtu)
        return differs(m, _("it tells of an MTU of %u"), seen->mtu);
    if (want->quote == PKT_QUOTE_NOTHING)
        return true;
    if (want->quote != seen->quote || want->range.len != seen->range.len ||
        (want->quote == PKT_QUOTE_TCP && want->range.first != seen->range.first))
        return differs(m, _("it quotes another packet"));
    return true;
}

static bool ports_fit(struct pkt_match *m, const struct pkt_seen *seen,
                      const struct pkt_flow *flow)
{
    if (seen->protocol == PKT_ICMP ||
        (seen->source_port == flow->local_port && seen->destination_port == flow->remote_port))
        return true;
    return differs(m, _("it goes from port %u to %u, not from %u to %u"), seen->source_port,
                   seen->destination_port, flow->local_port, flow->remote_port);
}

enum pkt_verdict pkt_match(struct pkt_match *m, const struct pkt_seen *seen,
                           struct pkt_flow *flow)
{
    if (!seen->sound) {
        differs(m, "%s", seen->flaw);
        return PKT_DIFFERS;
    }
    if (seen->protocol != m->expected->protocol) {
        differs(m, _("it is of another protocol"));
        return PKT_DIFFERS;
    }
    if (!ports_fit(m, seen, flow) || !ip_fits(m, seen))
        return PKT_DIFFERS;
    switch (seen->protocol) {
    case PKT_TCP:
        return match_tcp(m, seen, flow);
    case PKT_UDP:
        if (seen->udp_len == m->expected->udp_len)
            return PKT_MATCHES;
        differs(m, _("it has %u bytes, not %u"), seen->udp_len, m->expected->udp_len);
        return PKT_DIFFERS;
    default:
        return icmp_fits(m, &seen->icmp) ? PKT_MATCHES : PKT_DIFFERS;
    }
}
