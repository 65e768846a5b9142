#include "layers/tcp/tcb.h"

#include "layers/net/icmp.h"
#include "layers/net/ip_options.h"
#include "layers/wire/bytes.h"

/* ICMP about our segments: RFC 9293 3.9.2.2, with the cautions of RFC 5927. */

static struct tcb *find_quoted(struct host *host, const struct icmp_report *report, seq32 *seq)
{
    struct span quoted = report->quoted_transport;
    struct tcp_endpoint local = { report->quoted.source, 0 };
    struct tcp_endpoint remote = { ip_final_destination(&report->quoted), 0 };
    struct tcb *t;

    if (quoted.len < 8)
        return NULL;
    local.port = get_be16(quoted.at);
    remote.port = get_be16(quoted.at + 2);
    *seq = get_be32(quoted.at + 4);
    t = tcp_lookup(host, &local, &remote);
    return t != NULL && t->listen == NULL ? t : NULL;
}

/* Aborts in SYN-SENT and SYN-RECEIVED only: RFC 5927 5.2 treats hard errors
 * of established connections as soft ones, for anybody may forge them. */
static void hard_error(struct tcb *t, int type_and_code)
{
    if (tcp_is_synchronized(t->state)) {
        TCP_WHY(t, RULE_TCP_HARD_ERROR_SOFTENED, type_and_code, 0);
        t->soft_error = type_and_code;
        t->news |= TCP_NEWS_SOFT_ERROR;
        return;
    }
    TCP_WHY(t, RULE_TCP_HARD_ERROR, type_and_code, 0);
    tcp_give_up(t, RULE_TCP_ENDED_UNREACHABLE);
}

static void soft_error(struct tcb *t, int type_and_code)
{
    TCP_WHY(t, RULE_TCP_SOFT_ERROR, type_and_code, 0);
    t->soft_error = type_and_code;
    t->news |= TCP_NEWS_SOFT_ERROR;
}

/* IP has lowered its estimate already: what is too long goes again, in smaller
 * pieces, and congestion has nothing to do with it. */
static void path_too_narrow(struct tcb *t)
{
    uint32_t before = t->cc.mss, now = tcp_effective_mss(t);
    struct tcp_queue *q = &t->queue;

    if (now >= before)
        return;
    TCP_WHY(t, RULE_TCP_PATH_MTU, before, now);
    cc_mss_changed(&t->cc, now);
    for (uint32_t n = q->first; n != q->end; n++)
        if (tcp_queue_at(q, n)->len > now)
            tcp_queue_lose(q, n);
}

static void report_to(struct tcb *t, const struct icmp_report *report)
{
    int type_and_code = report->type << 8 | report->code;

    switch (report->type) {
    case ICMP_UNREACHABLE:
        if (report->code == ICMP_UNREACHABLE_FRAGMENTATION_NEEDED)
            path_too_narrow(t);
        else if (report->code == ICMP_UNREACHABLE_PROTOCOL || report->code == ICMP_UNREACHABLE_PORT)
            hard_error(t, type_and_code);
        else
            soft_error(t, type_and_code);
        break;
    default: soft_error(t, type_and_code); break;
    }
}

/* RFC 5927 4.1: only who saw the segment knows a number in flight. */
static bool is_in_flight(const struct tcb *t, seq32 seq)
{
    return seq_in(seq, t->snd.una, t->snd.max_sent - t->snd.una);
}

bool tcp_believes(struct host *host, const struct icmp_report *report)
{
    seq32 seq;
    const struct tcb *t = find_quoted(host, report, &seq);

    return t != NULL && is_in_flight(t, seq);
}

void tcp_error(struct host *host, const struct icmp_report *report)
{
    seq32 seq;
    struct tcb *t = find_quoted(host, report, &seq);

    if (t == NULL) {
        WHY(&host->node, RULE_TCP_ERROR_NOBODY, report->from, 0);
        return;
    }
    if (!is_in_flight(t, seq)) {
        TCP_WHY(t, RULE_TCP_ERROR_NOT_IN_FLIGHT, report->from, 0);
        return;
    }
    tcp_enter(t);
    report_to(t, report);
    tcp_leave(t);
}
