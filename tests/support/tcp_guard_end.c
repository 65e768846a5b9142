#include "tests/support/tcp_guard.h"

#include <string.h>

/* What must hold when a world has come to its end. */

struct outcome {
    const struct program *p;
    const struct shadow *s; /* NULL: there never was a connection */
    bool clean;             /* both FINs were acknowledged, and it knows */
};

static const struct shadow *shadow_of_program(const struct guard *g, const struct program *p)
{
    for (unsigned i = 0; i < g->w->town->host_count; i++)
        if (g->w->town->hosts[i] == p->host && p->number != 0)
            return &g->shadows[i][p->number];
    return NULL;
}

static bool is_peaceful(rule_id final)
{
    return final == RULE_TCP_LAST_ACKED || final == RULE_TCP_TIME_WAIT_OVER ||
           final == RULE_TCP_TIME_WAIT_REUSED;
}

static struct outcome outcome_of(const struct guard *g, const struct program *p)
{
    struct outcome o = { .p = p, .s = shadow_of_program(g, p) };

    if (o.s == NULL)
        return o;
    o.clean = o.s->over && is_peaceful(o.s->final);
    return o;
}

#define WHO(p) (p)->talk, (p)->end == 0 ? "client" : "server"

/* What one program read, against what the other wrote. */
static bool check_stream(struct guard *g, const struct outcome *to, const struct outcome *from)
{
    const struct program *p = to->p;

    if (p->wrong_at != 0)
        return guard_fail(g, "%u, %s: byte %llu is not what was sent", WHO(p),
                          (unsigned long long)p->wrong_at - 1);
    if (p->read > from->p->written)
        return guard_fail(g, "%u, %s: read %llu bytes of %llu", WHO(p), (unsigned long long)p->read,
                          (unsigned long long)from->p->written);
    if (p->at_end && (p->read != from->p->written || !(from->p->shut || from->p->cut_short)))
        return guard_fail(g, "%u, %s: end of stream after %llu bytes of %llu", WHO(p),
                          (unsigned long long)p->read, (unsigned long long)from->p->written);
    return true;
}

/* Who read the last urgent byte was told that there are some (MUST-32). */
static bool check_urgent(struct guard *g, const struct outcome *to, const struct outcome *from,
                         struct guard_seen *seen)
{
    if (from->p->urgent_to == 0 || to->p->read < from->p->urgent_to)
        return true;
    seen->urgent++;
    return to->p->urgent_told > 0 || guard_fail(g, "%u, %s: not told of urgent data", WHO(to->p));
}

/* TO's TCP has ended in peace, so FROM's FIN had come, and TO's was acknowledged. */
static bool check_peace(struct guard *g, const struct outcome *o, const struct outcome *other)
{
    if (!o->clean)
        return true;
    if (!o->p->cut_short && !o->p->at_end)
        return guard_fail(g, "%u, %s: ended in peace, but the program saw no end of stream",
                          WHO(o->p));
    if (other->s == NULL)
        return guard_fail(g, "%u, %s: ended in peace with nobody", WHO(o->p));
    if (!other->p->cut_short && other->p->ended == RULE_NONE && other->p->read != o->p->written)
        return guard_fail(g, "%u, %s: all is acknowledged, but the peer read %llu of %llu bytes",
                          WHO(o->p), (unsigned long long)other->p->read,
                          (unsigned long long)o->p->written);
    if (o->s->peer != NULL && o->s->peer->received - o->s->peer->irs != (seq32)(o->p->written + 2))
        return guard_fail(g, "%u, %s: all is acknowledged, but the peer's TCP has %u of %llu",
                          WHO(o->p), o->s->peer->received - o->s->peer->irs - 2,
                          (unsigned long long)o->p->written);
    return true;
}

/* Each program has left content, or was told why it had to. */
static bool check_told(struct guard *g, const struct outcome *o, const struct outcome *other)
{
    const struct program *p = o->p;
    bool waiting = p->t != NULL;

    if (p->ended == RULE_TCP_ENDED_CLOSED && !(o->clean && p->at_end))
        return guard_fail(g, "%u, %s: told that it closed well, but the end was rule %u%s", WHO(p),
                          o->s->final, p->at_end ? "" : ", and no end of stream");
    if (p->ended != RULE_NONE && p->ended != RULE_TCP_ENDED_CLOSED && o->clean)
        return guard_fail(g, "%u, %s: told of rule %u, but the end was peaceful", WHO(p), p->ended);
    if (p->began && !waiting && p->ended == RULE_NONE && !p->left && !p->cut_short)
        return guard_fail(g, "%u, %s: is not told of its end", WHO(p));
    if (!waiting)
        return true;
    /* The other end died and could not say so; and we have nothing to send. */
    if (other->s != NULL && !(other->s->over && !other->clean))
        return guard_fail(g, "%u, %s: waits for ever, while the peer is in state %d (over %d)",
                          WHO(p), other->s->state, other->s->over);
    if (p->written < p->side->bytes && !(p->side->answers && !p->at_end))
        return guard_fail(g, "%u, %s: waits for ever with %llu of %u bytes written", WHO(p),
                          (unsigned long long)p->written, p->side->bytes);
    return true;
}

/* Nothing was done to it that could end it. */
static bool check_gentle(struct guard *g, const struct outcome *o, const struct outcome *other)
{
    bool late = o->s != NULL && o->s->over && o->s->final == RULE_TCP_RESET_CLOSING &&
                o->s->received - o->s->irs == (seq32)(other->p->written + 2);

    if (!g->w->town->plan->gentle)
        return true;
    /* The last ACK was lost again and again until the peer's TIME-WAIT was over. */
    if (late && other->p->at_end)
        return true;
    /* Where both open at the same time, one may come too early. */
    if (g->w->town->plan->talk[o->p->talk].opening == PLAN_CROSSED &&
        (o->s == NULL || other->s == NULL || !o->s->was_established || !other->s->was_established))
        return true;
    if (!o->clean || !o->p->at_end)
        return guard_fail(g,
                          "%u, %s: nothing was wrong, and yet: told rule %u, ended by rule %u, "
                          "read %llu of %llu, end of stream %d",
                          WHO(o->p), o->p->ended, o->s == NULL ? 0 : o->s->final,
                          (unsigned long long)o->p->read, (unsigned long long)other->p->written,
                          o->p->at_end);
    return true;
}

static bool check_talk(struct guard *g, unsigned talk, struct guard_seen *seen)
{
    struct program *programs = g->w->town->programs[talk];
    struct outcome o[2] = { outcome_of(g, &programs[0]), outcome_of(g, &programs[1]) };

    for (unsigned end = 0; end < 2; end++) {
        if (!check_stream(g, &o[end], &o[!end]) || !check_urgent(g, &o[end], &o[!end], seen) ||
            !check_peace(g, &o[end], &o[!end]) || !check_told(g, &o[end], &o[!end]) ||
            !check_gentle(g, &o[end], &o[!end]))
            return false;
        seen->clean += o[end].clean;
        seen->broken += o[end].s != NULL && !o[end].clean;
        seen->refused += programs[end].ended == RULE_TCP_ENDED_REFUSED;
        seen->orphans += programs[end].t != NULL;
        seen->bytes += programs[end].read;
    }
    if (g->w->town->plan->talk[talk].opening == PLAN_TO_NOBODY &&
        (programs[0].read > 0 || programs[0].established))
        return guard_fail(g, "%u: connected to nobody", talk);
    return true;
}

/* ---- What is left ---- */

static bool check_nothing_left(struct guard *g)
{
    for (unsigned i = 0; i < g->w->town->host_count; i++) {
        struct host *host = g->w->town->hosts[i];
        struct tcp_state *tcp = tcp_of(host);

        if (tcp->tcbs.live != 0 || tcp->listeners.live != 0 || tcp->memory.live != 0)
            return guard_fail(g,
                              "%s: %u TCBs, %u listeners, %llu bytes are left (the first in "
                              "state %d)",
                              host->node.name, tcp->tcbs.live, tcp->listeners.live,
                              (unsigned long long)tcp->memory.live,
                              tcp->first == NULL ? -1 : tcp->first->state);
    }
    if (world_live_packets(g->w->net.world) != 0)
        return guard_fail(g, "%u packets are left", world_live_packets(g->w->net.world));
    return true;
}

/* Those that no program has must end by themselves. */
static bool check_strays(struct guard *g)
{
    struct tcp_town *town = g->w->town;

    for (unsigned i = 0; i < town->host_count; i++)
        for (struct tcb *t = tcp_of(town->hosts[i])->first; t != NULL; t = t->next) {
            bool waits = t->state == STATE_TCP_FIN_WAIT_2;

            if (t->listen != NULL || tcp_is_owned(t))
                continue;
            /* RFC 9293 knows no end of FIN-WAIT-2: a peer that died is waited for. */
            if (!waits || tcp_config(t)->fin_wait_2 > 0)
                return guard_fail(g, "%s/%u: given away and left in state %d", t->host->node.name,
                                  t->number, t->state);
            if (g->shadows[i][t->number].peer != NULL && !g->shadows[i][t->number].peer->over)
                return guard_fail(g, "%s/%u: waits for a FIN, and the peer lives",
                                  t->host->node.name, t->number);
        }
    return true;
}

static void abort_strays(struct guard *g)
{
    struct tcp_town *town = g->w->town;

    for (unsigned i = 0; i < town->host_count; i++)
        for (struct tcb *t = tcp_of(town->hosts[i])->first, *next; t != NULL; t = next) {
            next = t->next;
            if (!tcp_is_owned(t))
                tcp_abort(t);
        }
}

bool guard_finish(struct guard *g, struct guard_seen *seen)
{
    struct world *world = g->w->net.world;
    struct tcp_town *town = g->w->town;

    if (world->stuck || world->queue.busy != 0)
        return guard_fail(g, "the run does not end");
    seen->worlds++;
    seen->events += world->event_count;
    for (unsigned i = 0; i < town->plan->talks; i++)
        if (!town->plan->talk[i].off && !check_talk(g, i, seen))
            return false;
    for (unsigned i = 0; i < town->host_count; i++)
        seen->ghosts += town->servers[i].ghosts;
    if (!check_strays(g))
        return false;
    tcp_world_stop(g->w);
    abort_strays(g);
    while (world_step(world))
        if (!guard_look(g))
            return false;
    return check_nothing_left(g);
}
