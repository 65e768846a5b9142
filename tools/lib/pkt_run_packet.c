#include <stdio.h>
#include <string.h>

#include "layers/state.h"
#include "tools/lib/pkt_run.h"
#include "tools/lib/text.h"

/* Packets in and out. */

enum { USUAL_PORT = 8080, FIRST_REMOTE_PORT = 40000 };

/* ---- Which connection ---- */

static struct pkt_flow *find_flow(struct pkt_run *run, uint16_t local, uint16_t remote)
{
    struct pkt_flow *flow;

    for (unsigned i = 0; i < run->flow_count; i++)
        if (run->flows[i].local_port == local && run->flows[i].remote_port == remote)
            return &run->flows[i];
    if (run->flow_count == PKT_FLOWS_MAX)
        return &run->flows[PKT_FLOWS_MAX - 1];
    flow = &run->flows[run->flow_count++];
    *flow = (struct pkt_flow){ .local_port = local, .remote_port = remote, .open_isn = true,
                               .window = UINT16_MAX };
    return flow;
}

/* After connect: the new connection. After bind: whoever comes next. */
static void follow_sockets(struct pkt_run *run)
{
    const struct pkt_sockets *s = &run->sockets;

    if (run->connects != s->connects) {
        run->connects = s->connects;
        run->flow = find_flow(run, s->connect_local.port, s->connect_remote.port);
        run->flow->open_isn = run->flow->open_isn || pkt_run_tcb(run) != NULL;
    } else if (run->bound_port != s->bound_port) {
        run->flow = NULL;
    }
    run->bound_port = s->bound_port;
}

static void choose_flow(struct pkt_run *run, const struct pkt_packet *packet)
{
    uint16_t local = run->sockets.bound_port;

    follow_sockets(run);
    if (packet->protocol == PKT_TCP && packet->tcp.has_ports) {
        run->flow = packet->inbound ? find_flow(run, packet->tcp.destination_port,
                                                packet->tcp.source_port)
                                    : find_flow(run, packet->tcp.source_port,
                                                packet->tcp.destination_port);
    } else if (run->flow == NULL) {
        run->flow = find_flow(run, local != 0 ? local : USUAL_PORT,
                              (uint16_t)(FIRST_REMOTE_PORT + run->flow_count));
    }
}

struct tcb *pkt_run_tcb(const struct pkt_run *run)
{
    struct tcb *found = NULL, *t;

    for (unsigned i = 0; (t = tcp_at(run->world.local, i)) != NULL; i++) {
        struct tcp_status status;

        tcp_status(t, &status);
        if (run->flow != NULL && status.local.port == run->flow->local_port &&
            status.remote.port == run->flow->remote_port)
            found = t;
    }
    return found;
}

/* ---- In ---- */

struct injection {
    struct pkt_run *run;
    size_t len;
};

static void inject(void *ctx)
{
    struct injection *injection = ctx;

    pkt_run_note(injection->run, true);
    pkt_world_inject(&injection->run->world,
                     (struct span){ injection->run->datagram, injection->len });
}

/* A SYN that opens a new connection makes us choose a new ISN. */
static void note_syn(struct pkt_run *run, const struct pkt_packet *packet)
{
    struct tcb *t = pkt_run_tcb(run);
    struct tcp_status status;

    if (packet->protocol != PKT_TCP || (packet->tcp.flags & (TCP_SYN | TCP_ACK)) != TCP_SYN)
        return;
    if (t != NULL)
        tcp_status(t, &status);
    if (t == NULL || status.state == STATE_TCP_TIME_WAIT)
        run->flow->open_isn = true;
}

void pkt_run_inbound(struct pkt_run *run)
{
    const struct pkt_packet *packet = run->event->packet;
    struct injection injection = { run, 0 };
    struct span quoted = { NULL, 0 };

    choose_flow(run, packet);
    note_syn(run, packet);
    if (run->world.last != NULL)
        quoted = run->world.last->bytes;
    injection.len = pkt_wire_build(packet, run->flow, quoted, run->datagram);
    pkt_world_do(&run->world, run->from, inject, &injection);
    if (run->waits)
        pkt_run_retry(run);
}

/* ---- Out ---- */

static void say_expected(struct pkt_run *run)
{
    snprintf(run->result.expected, sizeof(run->result.expected), "%s", run->event->said);
}

static void say_came(struct pkt_run *run)
{
    pkt_format_seen(&run->seen, run->flow, run->result.came, sizeof(run->result.came));
}

static const struct pkt_caught *wait_for_packet(struct pkt_run *run,
                                                const struct pkt_match *match, vtime limit)
{
    const struct pkt_caught *caught;

    while ((caught = pkt_world_take(&run->world)) == NULL) {
        if (pkt_run_is_over(run))
            return NULL;
        if (!pkt_run_pass(run, limit)) {
            say_expected(run);
            if (match->got > 0)
                pkt_run_fails(run, run->event, _("only %u of its bytes came"), match->got);
            else
                pkt_run_fails(run, run->event, _("nothing came"));
            return NULL;
        }
    }
    return caught;
}

static bool is_in_time(struct pkt_run *run, const struct pkt_caught *caught)
{
    double early = (double)(run->from - caught->at) / (double)MS;
    double late = (double)(caught->at - run->to) / (double)MS;

    if (run->event->time.kind == PKT_TIME_ANY)
        return true;
    if (caught->at >= run->from - run->tolerance && caught->at <= run->to + run->tolerance)
        return true;
    say_expected(run);
    say_came(run);
    if (early > 0)
        pkt_run_fails(run, run->event, _("it came %.3f ms too early"), early);
    else
        pkt_run_fails(run, run->event, _("it came %.3f ms too late"), late);
    return false;
}

static enum pkt_verdict judge(struct pkt_run *run, struct pkt_match *match,
                              const struct pkt_caught *caught)
{
    const struct pkt_packet *expected = run->event->packet;
    enum pkt_verdict verdict;

    pkt_wire_read(caught->bytes, &run->seen);
    if (run->flow == NULL && run->seen.protocol != PKT_ICMP)
        run->flow = find_flow(run, run->seen.source_port, run->seen.destination_port);
    if (expected->protocol == PKT_TCP &&
        (run->seen.tcp.flags & expected->tcp.flags & TCP_SYN) != 0)
        pkt_flow_anchor(run->flow, &run->seen, expected->tcp.range.first);
    if (run->flow != NULL)
        pkt_wire_map(&run->seen, run->flow);
    verdict = pkt_match(match, &run->seen, run->flow);
    if (verdict != PKT_DIFFERS)
        return is_in_time(run, caught) ? verdict : PKT_DIFFERS;
    say_expected(run);
    say_came(run);
    pkt_run_fails(run, run->event, "%s", match->why);
    return verdict;
}

void pkt_run_outbound(struct pkt_run *run)
{
    const vtime patience = 10 * MINUTES;
    vtime limit = run->event->time.kind == PKT_TIME_ANY ? run->end + patience
                                                        : run->to + run->tolerance;
    const struct pkt_caught *caught;
    struct pkt_match match;
    enum pkt_verdict verdict;

    choose_flow(run, run->event->packet);
    pkt_match_begin(&match, run->event->packet, &run->settings);
    do {
        caught = wait_for_packet(run, &match, limit);
        if (caught == NULL)
            return;
        verdict = judge(run, &match, caught);
        run->end = max_i64(run->end, caught->at);
    } while (verdict == PKT_MATCHES_SO_FAR);
    if (verdict == PKT_MATCHES)
        pkt_run_note(run, false);
}

void pkt_run_nothing_left(struct pkt_run *run)
{
    const struct pkt_caught *caught = pkt_world_take(&run->world);
    const struct pkt_event *last = run->script->events;

    if (caught == NULL)
        return;
    while (last->next != NULL)
        last = last->next;
    pkt_wire_read(caught->bytes, &run->seen);
    if (run->flow != NULL)
        pkt_wire_map(&run->seen, run->flow);
    say_came(run);
    pkt_run_fails(run, last, _("a packet came that the script does not expect"));
    run->result.at = caught->at;
}
