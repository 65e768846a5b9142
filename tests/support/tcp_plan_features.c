#include "tests/support/tcp_plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "layers/units.h"

/* What can be taken out of a plan, by name, so that a failure can be told with
 * nothing in it that it does not need. */

typedef void take_out_fn(struct tcp_plan *plan);

/* ---- The wires ---- */

#define EACH_DIRECTION(name, field, value)                                  \
    static void name(struct tcp_plan *plan)                                 \
    {                                                                       \
        for (unsigned i = 0; i < PLAN_LINKS; i++)                           \
            for (unsigned end = 0; end < 2; end++)                          \
                plan->direction[i][end].field = (value);                    \
    }

EACH_DIRECTION(no_loss, chances.loss, 0)
EACH_DIRECTION(no_bursts, chances.burst_enter, 0)
EACH_DIRECTION(no_reordering, chances.reorder, 0)
EACH_DIRECTION(no_duplicates, chances.duplicate, 0)
EACH_DIRECTION(no_corruption, chances.corrupt, 0)
EACH_DIRECTION(no_jitter, chances.jitter, 0)
EACH_DIRECTION(no_rates, rate, 0)
EACH_DIRECTION(no_queues, queue, LINK_DEFAULT_QUEUE)
EACH_DIRECTION(no_marking, ecn, false)
EACH_DIRECTION(same_delays, delay, 1 * MS)

static void no_troubles_back(struct tcp_plan *plan)
{
    for (unsigned i = 0; i < PLAN_LINKS; i++)
        memset(&plan->direction[i][1].chances, 0, sizeof(struct chances));
}

static void no_troubles_forth(struct tcp_plan *plan)
{
    for (unsigned i = 0; i < PLAN_LINKS; i++)
        memset(&plan->direction[i][0].chances, 0, sizeof(struct chances));
}

static void no_flips(struct tcp_plan *plan) { plan->flip_every = plan->flip_bit = 0; }
static void no_flaps(struct tcp_plan *plan) { plan->flaps = 0; }
static void no_narrowing(struct tcp_plan *plan) { plan->narrowings = 0; }

/* ---- Settings ---- */

/* FIELD of each host as it is by default. */
#define EACH_HOST(name, field)                                              \
    static void name(struct tcp_plan *plan)                                 \
    {                                                                       \
        struct tcp_config usual;                                            \
                                                                            \
        tcp_config_defaults(&usual);                                        \
        for (unsigned i = 0; i < PLAN_HOSTS; i++)                           \
            plan->tcp[i].field = usual.field;                               \
    }

EACH_HOST(same_cc, cc)
EACH_HOST(same_recovery, recovery)
EACH_HOST(no_rack, rack)
EACH_HOST(no_hystart, hystart)
EACH_HOST(same_limited_transmit, limited_transmit)
EACH_HOST(same_restart, restart_after_idle)
EACH_HOST(same_initial_window, initial_window)
EACH_HOST(same_ssthresh, initial_ssthresh)
EACH_HOST(same_duplicate_acks, duplicate_acks)
EACH_HOST(same_mss, mss)
EACH_HOST(same_scale, window_scale)
EACH_HOST(no_timestamps, timestamps)
EACH_HOST(same_sack, sack)
EACH_HOST(same_dsack, dsack)
EACH_HOST(no_ecn, ecn)
EACH_HOST(same_discovery, path_mtu_discovery)
EACH_HOST(same_isn, isn)
EACH_HOST(same_rcvbuf, rcvbuf)
EACH_HOST(same_sndbuf, sndbuf)
EACH_HOST(same_nagle, nagle)
EACH_HOST(same_sws, sws_avoidance)
EACH_HOST(same_keeping, keep_out_of_order)
EACH_HOST(same_delayed_ack, delayed_ack)
EACH_HOST(same_ack_every, ack_every)
EACH_HOST(same_min_rto, min_rto)
EACH_HOST(same_initial_rto, initial_rto)
EACH_HOST(same_max_rto, max_rto)
EACH_HOST(same_msl, msl)
EACH_HOST(no_keepalive, keepalive)
EACH_HOST(no_user_timeout, user_timeout)
EACH_HOST(same_retries, retries)
EACH_HOST(same_accept_queue, backlog)
EACH_HOST(same_syn_queue, syn_backlog)

static void same_queues(struct tcp_plan *plan)
{
    same_accept_queue(plan);
    same_syn_queue(plan);
}

static void same_rto(struct tcp_plan *plan)
{
    same_min_rto(plan);
    same_initial_rto(plan);
    same_max_rto(plan);
}

static void no_accept_pause(struct tcp_plan *plan)
{
    memset(plan->accept_pause, 0, sizeof(plan->accept_pause));
}

/* ---- Conversations ---- */

#define EACH_SIDE(name, change)                                             \
    static void name(struct tcp_plan *plan)                                 \
    {                                                                       \
        for (unsigned i = 0; i < PLAN_TALKS; i++)                           \
            for (unsigned end = 0; end < 2; end++) {                        \
                struct plan_side *side = &plan->talk[i].side[end];          \
                                                                            \
                change;                                                     \
            }                                                               \
    }

EACH_SIDE(no_aborts, side->abort_at = 0)
EACH_SIDE(no_closes, side->close_at = 0)
EACH_SIDE(no_write_pause, side->write_pause = 0)
EACH_SIDE(one_piece, side->piece = side->bytes + 1)
EACH_SIDE(reads_at_once, side->read_piece = 0; side->read_pause = 0)
EACH_SIDE(reads_from_start, side->read_from = 0)
EACH_SIDE(no_urgent, side->urgent_every = 0)
EACH_SIDE(no_early, side->early = false)
EACH_SIDE(no_answers, side->answers = side->lingers = false)
EACH_SIDE(no_waits, side->waits = false)

static void server_silent(struct tcp_plan *plan)
{
    for (unsigned i = 0; i < PLAN_TALKS; i++)
        plan->talk[i].side[1].bytes = 0;
}

static void client_silent(struct tcp_plan *plan)
{
    for (unsigned i = 0; i < PLAN_TALKS; i++)
        plan->talk[i].side[0].bytes = 0;
}

#define TALK(n) \
    static void no_talk_##n(struct tcp_plan *plan) { plan->talk[n].off = plan->talks > (n); }
TALK(0)
TALK(1)
TALK(2)
TALK(3)
TALK(4)
TALK(5)

static const struct {
    const char *name;
    take_out_fn *take_out;
} features[] = {
    { "conversation 0", no_talk_0 }, { "conversation 1", no_talk_1 },
    { "conversation 2", no_talk_2 }, { "conversation 3", no_talk_3 },
    { "conversation 4", no_talk_4 }, { "conversation 5", no_talk_5 },
    { "loss", no_loss }, { "bursts", no_bursts }, { "reordering", no_reordering },
    { "duplicates", no_duplicates }, { "corruption", no_corruption }, { "jitter", no_jitter },
    { "rates", no_rates }, { "queues", no_queues }, { "marking", no_marking },
    { "delays", same_delays }, { "troubles back", no_troubles_back },
    { "troubles forth", no_troubles_forth }, { "flips", no_flips }, { "flaps", no_flaps },
    { "narrowing", no_narrowing }, { "aborts", no_aborts }, { "early closes", no_closes },
    { "server's bytes", server_silent }, { "client's bytes", client_silent },
    { "write pauses", no_write_pause }, { "write pieces", one_piece },
    { "read pieces", reads_at_once }, { "late reading", reads_from_start },
    { "urgent", no_urgent }, { "early writing", no_early }, { "answers", no_answers },
    { "waits", no_waits }, { "accept-pause", no_accept_pause }, { "cc", same_cc },
    { "recovery", same_recovery }, { "rack", no_rack }, { "hystart", no_hystart },
    { "initial-window", same_initial_window }, { "initial-ssthresh", same_ssthresh },
    { "duplicate-acks", same_duplicate_acks }, { "mss", same_mss },
    { "window-scale", same_scale }, { "timestamps", no_timestamps }, { "sack", same_sack },
    { "dsack", same_dsack }, { "ecn", no_ecn }, { "path-mtu-discovery", same_discovery },
    { "isn", same_isn }, { "rcvbuf", same_rcvbuf }, { "sndbuf", same_sndbuf },
    { "nagle", same_nagle }, { "sws-avoidance", same_sws }, { "keep-out-of-order", same_keeping },
    { "delayed-ack", same_delayed_ack }, { "ack-every", same_ack_every },
    { "limited-transmit", same_limited_transmit }, { "restart-after-idle", same_restart },
    { "rto", same_rto }, { "msl", same_msl }, { "keepalive", no_keepalive },
    { "user-timeout", no_user_timeout }, { "retries", same_retries }, { "backlog", same_queues },
};

_Static_assert(ARRAY_LEN(features) <= 64, "a set of features is one word");

const char *tcp_plan_feature(unsigned number)
{
    return number < ARRAY_LEN(features) ? features[number].name : NULL;
}

bool tcp_plan_take_out(struct tcp_plan *plan, unsigned number)
{
    struct tcp_plan before = *plan;

    features[number].take_out(plan);
    return memcmp(&before, plan, sizeof(before)) != 0;
}

/* ---- Telling ---- */

static void print_settings(const struct tcp_plan *plan, unsigned host)
{
    struct tcp_config usual;

    tcp_config_defaults(&usual);
    printf("    %c:", 'a' + (int)host);
    for (const struct config_key *key = tcp_config_keys; key->name != NULL; key++) {
        int64_t value = *(const int64_t *)(const void *)((const char *)&plan->tcp[host] +
                                                         key->offset);
        int64_t by_default = *(const int64_t *)(const void *)((const char *)&usual + key->offset);

        if (value != by_default)
            printf(" %s=%" PRId64, key->name, value);
    }
    if (plan->accept_pause[host] > 0)
        printf(" accepts every %" PRId64 " ms", plan->accept_pause[host] / MS);
    printf("\n");
}

static void print_wire(const struct tcp_plan *plan, unsigned link)
{
    for (unsigned end = 0; end < 2; end++) {
        const struct direction_config *d = &plan->direction[link][end];
        const struct chances *c = &d->chances;

        printf("    link %u %s rate %" PRId64 " delay %" PRId64 "us queue %u%s", link,
               end == 0 ? "->" : "<-", d->rate, d->delay / US, d->queue, d->ecn ? " ecn" : "");
        if (c->loss > 0)
            printf(" loss %u", c->loss);
        if (c->burst_enter > 0)
            printf(" burst %u/%u/%u", c->burst_enter, c->burst_leave, c->burst_loss);
        if (c->reorder > 0)
            printf(" reorder %u by %" PRId64 "us", c->reorder, c->reorder_by / US);
        if (c->duplicate > 0 || c->corrupt > 0 || c->jitter > 0)
            printf(" duplicate %u corrupt %u jitter %" PRId64 "us", c->duplicate, c->corrupt,
                   c->jitter / US);
        printf("\n");
    }
}

static void print_side(const struct plan_side *side, const char *who)
{
    printf("      %s: %u bytes in pieces of %u every %" PRId64 " ms, reads %u every %" PRId64
           " ms from %" PRId64 " ms%s%s%s%s",
           who, side->bytes, side->piece, side->write_pause / MS, side->read_piece,
           side->read_pause / MS, side->read_from / MS, side->early ? " early" : "",
           side->answers ? " answers" : "", side->lingers ? " lingers" : "",
           side->waits ? " waits" : "");
    if (side->urgent_every > 0)
        printf(" urgent every %u", side->urgent_every);
    if (side->abort_at > 0)
        printf(" aborts at %" PRId64 " ms", side->abort_at / MS);
    if (side->close_at > 0)
        printf(" closes at %" PRId64 " ms", side->close_at / MS);
    printf("\n");
}

static void print_changes(const struct tcp_plan *plan)
{
    for (unsigned i = 0; i < plan->flaps; i++)
        printf("    link %u down at %" PRId64 " ms for %" PRId64 " ms\n", plan->flap[i].link,
               plan->flap[i].at / MS, plan->flap[i].down_for / MS);
    for (unsigned i = 0; i < plan->narrowings; i++)
        printf("    link %u mtu %u at %" PRId64 " ms\n", plan->narrowing[i].link,
               plan->narrowing[i].mtu, plan->narrowing[i].at / MS);
    if (plan->flip_every > 0)
        printf("    link 0 flips bit %u of every %uth segment\n", plan->flip_bit,
               plan->flip_every);
}

void tcp_plan_print(const struct tcp_plan *plan)
{
    static const char *const shapes[] = { "two", "star", "chain" };
    static const char *const openings[] = { "connects", "connects to nobody", "crosses" };

    printf("  seed %u: %s, %s, %u hosts, %u routers\n", plan->seed,
           plan->gentle ? "gentle" : "rough", shapes[plan->shape], plan->hosts, plan->routers);
    for (unsigned i = 0; i < plan->links; i++)
        print_wire(plan, i);
    print_changes(plan);
    for (unsigned i = 0; i < plan->hosts; i++)
        print_settings(plan, i);
    for (unsigned i = 0; i < plan->talks; i++) {
        const struct plan_talk *talk = &plan->talk[i];

        if (talk->off)
            continue;
        printf("    %u: at %" PRId64 " ms %c %s %c\n", i, talk->at / MS, 'a' + (int)talk->client,
               openings[talk->opening], 'a' + (int)talk->server);
        print_side(&talk->side[0], "client");
        print_side(&talk->side[1], "server");
    }
}
