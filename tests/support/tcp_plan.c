#include "tests/support/tcp_plan.h"

#include <string.h>

#include "sim/hash.h"

uint64_t dice_draw(struct dice *dice, uint64_t low, uint64_t high)
{
    return low + hash_mix(dice->seed * 1000003 + dice->throws++) % (high - low + 1);
}

bool dice_once_in(struct dice *dice, unsigned n)
{
    return dice_draw(dice, 1, n) == 1;
}

/* About evenly over orders of magnitude: LOW is at least 1. */
static uint64_t draw_log(struct dice *dice, uint64_t low, uint64_t high)
{
    unsigned doublings = 0;
    uint64_t top;

    while (low << (doublings + 1) <= high)
        doublings++;
    top = low << dice_draw(dice, 0, doublings);
    return dice_draw(dice, top, 2 * top - 1 < high ? 2 * top - 1 : high);
}

/* ---- The network ---- */

/* Links in the order in which they are built: hosts' own ones first. */
static unsigned count_links(const struct tcp_plan *plan)
{
    switch (plan->shape) {
    case PLAN_TWO: return 1;
    case PLAN_STAR: return plan->hosts;
    default: /* a pair of hosts needs no switches: their links join the routers */
        return plan->routers - 1 + (plan->hosts == 2 ? 2 : plan->hosts + 2);
    }
}

bool tcp_plan_link_is_direct(const struct tcp_plan *plan, unsigned index)
{
    return plan->shape == PLAN_TWO ||
           (plan->shape == PLAN_CHAIN && (plan->hosts == 2 || index >= plan->hosts + 2));
}

static void draw_shape(struct tcp_plan *plan, struct dice *dice)
{
    plan->shape = (enum plan_shape)dice_draw(dice, PLAN_TWO, PLAN_CHAIN);
    plan->hosts = plan->shape == PLAN_TWO || dice_once_in(dice, 2)
                      ? 2
                      : (unsigned)dice_draw(dice, 2, PLAN_HOSTS);
    plan->routers = plan->shape == PLAN_CHAIN ? (unsigned)dice_draw(dice, 1, PLAN_ROUTERS) : 0;
    plan->links = count_links(plan);
}

/* All wires of a path together lose about so much at most. */
enum { LOSS_MAX = 200000 };

static void draw_direction(struct tcp_plan *plan, struct dice *dice, struct direction_config *d,
                           unsigned troubles)
{
    uint32_t share = LOSS_MAX / (plan->shape == PLAN_TWO ? 1u : 3u);

    d->rate = dice_once_in(dice, 2) ? 0 : (int64_t)draw_log(dice, 64000, 100000000);
    d->delay = (vtime)draw_log(dice, 1, 60000) * US;
    d->queue = dice_once_in(dice, 2) ? LINK_DEFAULT_QUEUE : (uint32_t)draw_log(dice, 1, 100);
    d->ecn = dice_once_in(dice, 3);
    if ((troubles & 1) != 0)
        d->chances.loss = (uint32_t)draw_log(dice, 1000, share);
    if ((troubles & 2) != 0) {
        d->chances.burst_enter = (uint32_t)draw_log(dice, 100, 5000);
        d->chances.burst_leave = (uint32_t)draw_log(dice, 10000, 500000);
        d->chances.burst_loss = (uint32_t)dice_draw(dice, 300000, 1000000);
    }
    if ((troubles & 4) != 0) {
        d->chances.reorder = (uint32_t)draw_log(dice, 5000, 500000);
        d->chances.reorder_by = (vtime)draw_log(dice, 100, 300000) * US;
    }
    if ((troubles & 8) != 0)
        d->chances.duplicate = (uint32_t)draw_log(dice, 5000, 500000);
    if ((troubles & 16) != 0)
        d->chances.corrupt = (uint32_t)draw_log(dice, 1000, share / 2);
    if ((troubles & 32) != 0)
        d->chances.jitter = (vtime)draw_log(dice, 100, 100000) * US;
}

static void draw_wires(struct tcp_plan *plan, struct dice *dice)
{
    unsigned troubles = (unsigned)(dice_draw(dice, 0, 63) & dice_draw(dice, 0, 63));
    bool both = dice_once_in(dice, 2);

    for (unsigned i = 0; i < PLAN_LINKS; i++)
        for (unsigned end = 0; end < 2; end++)
            draw_direction(plan, dice, &plan->direction[i][end], both || end == 0 ? troubles : 0);
    /* So regular a loss may hit the same segment of each round, for ever. */
    if (!plan->gentle && dice_once_in(dice, 6)) {
        plan->flip_every = (unsigned)draw_log(dice, 5, 60);
        plan->flip_bit = (unsigned)dice_draw(dice, 0, 8 * 60) + 8 * 34;
    }
}

/* Where one datagram becomes several frames, a queue must hold them all, or it
 * never comes through. */
static void make_room_for_fragments(struct tcp_plan *plan)
{
    for (unsigned i = 0; i < PLAN_LINKS; i++)
        for (unsigned end = 0; end < 2; end++)
            if (plan->direction[i][end].queue < 10)
                plan->direction[i][end].queue = 10;
}

static void draw_changes(struct tcp_plan *plan, struct dice *dice)
{
    if (dice_once_in(dice, 5))
        plan->flaps = (unsigned)dice_draw(dice, 1, PLAN_FLAPS);
    for (unsigned i = 0; i < PLAN_FLAPS; i++)
        plan->flap[i] = (struct plan_flap){
            .link = (unsigned)dice_draw(dice, 0, plan->links - 1),
            .at = (vtime)draw_log(dice, 1, 20000) * MS,
            .down_for = (vtime)draw_log(dice, 1, 10000) * MS,
        };
    if (dice_once_in(dice, 5))
        plan->narrowings = (unsigned)dice_draw(dice, 1, PLAN_NARROWINGS);
    for (unsigned i = 0; i < PLAN_NARROWINGS; i++)
        plan->narrowing[i] = (struct plan_narrowing){
            .link = (unsigned)dice_draw(dice, 0, plan->links - 1),
            .at = dice_once_in(dice, 3) ? 0 : (vtime)draw_log(dice, 1, 10000) * MS,
            .mtu = (uint32_t)(dice_once_in(dice, 3) ? 1500 : dice_draw(dice, 296, 1500)),
        };
    if (plan->gentle && plan->narrowings > 0)
        make_room_for_fragments(plan);
}

/* ---- Settings ---- */

static void draw_congestion(struct tcp_config *tcp, struct dice *dice)
{
    tcp->cc = (int64_t)dice_draw(dice, TCP_CC_NONE, TCP_CC_CUBIC);
    if (dice_once_in(dice, 2))
        tcp->recovery = (int64_t)dice_draw(dice, TCP_RECOVERY_AUTO, TCP_RECOVERY_SACK);
    tcp->rack = dice_once_in(dice, 3);
    tcp->hystart = dice_once_in(dice, 3);
    tcp->limited_transmit = !dice_once_in(dice, 4);
    tcp->restart_after_idle = !dice_once_in(dice, 4);
    if (dice_once_in(dice, 5))
        tcp->initial_window = (int64_t)draw_log(dice, 1, 100);
    if (dice_once_in(dice, 5))
        tcp->initial_ssthresh = (int64_t)draw_log(dice, 1, 100000);
    if (dice_once_in(dice, 6))
        tcp->duplicate_acks = (int64_t)dice_draw(dice, 1, 10);
}

static void draw_options(struct tcp_config *tcp, struct dice *dice)
{
    static const uint32_t corners[] = { 0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffff0 };

    if (dice_once_in(dice, 3))
        tcp->mss = (int64_t)draw_log(dice, 1, 1460);
    if (dice_once_in(dice, 4))
        tcp->window_scale = dice_once_in(dice, 3) ? -2 : (int64_t)dice_draw(dice, 0, 14);
    tcp->timestamps = dice_once_in(dice, 2);
    tcp->sack = !dice_once_in(dice, 3);
    tcp->dsack = !dice_once_in(dice, 4);
    tcp->ecn = dice_once_in(dice, 3);
    tcp->path_mtu_discovery = !dice_once_in(dice, 4);
    switch (dice_draw(dice, 0, 3)) {
    case 0: break;
    case 1: tcp->isn = corners[dice_draw(dice, 0, ARRAY_LEN(corners) - 1)]; break;
    case 2: /* wraps after a few segments */
        tcp->isn = (int64_t)(UINT32_MAX - draw_log(dice, 1, 100000));
        break;
    default: tcp->isn = (int64_t)dice_draw(dice, 0, UINT32_MAX); break;
    }
}

static void draw_windows(struct tcp_config *tcp, struct dice *dice)
{
    if (dice_once_in(dice, 2))
        tcp->rcvbuf = (int64_t)draw_log(dice, 1, dice_once_in(dice, 4) ? 1 << 20 : 65536);
    if (dice_once_in(dice, 2))
        tcp->sndbuf = (int64_t)draw_log(dice, 1, dice_once_in(dice, 4) ? 1 << 20 : 65536);
    tcp->nagle = !dice_once_in(dice, 3);
    tcp->sws_avoidance = !dice_once_in(dice, 4);
    tcp->keep_out_of_order = !dice_once_in(dice, 5);
    if (dice_once_in(dice, 2))
        tcp->delayed_ack = dice_once_in(dice, 2) ? 0 : (int64_t)draw_log(dice, 1, 499) * MS;
    if (dice_once_in(dice, 4))
        tcp->ack_every = (int64_t)dice_draw(dice, 1, 8);
}

static void draw_timers(const struct tcp_plan *plan, struct tcp_config *tcp, struct dice *dice)
{
    if (dice_once_in(dice, 2))
        tcp->min_rto = (int64_t)draw_log(dice, 10, 2000) * MS;
    if (dice_once_in(dice, 3))
        tcp->initial_rto = (int64_t)draw_log(dice, 10, 5000) * MS;
    if (dice_once_in(dice, 4))
        tcp->max_rto = (int64_t)draw_log(dice, 1000, 60000) * MS;
    if (dice_once_in(dice, 3))
        tcp->msl = (int64_t)draw_log(dice, 10, 60000) * MS;
    if (dice_once_in(dice, 4)) {
        tcp->keepalive = (int64_t)draw_log(dice, 100, 100000) * MS;
        tcp->keepalive_interval = (int64_t)draw_log(dice, 100, 10000) * MS;
    }
    /* So many that no luck of a gentle plan's wires uses them up. */
    tcp->retries = 1000;
    tcp->syn_retries = 24 * HOURS;
    tcp->keepalive_probes = 1000;
    if (plan->gentle)
        return;
    tcp->retries = dice_once_in(dice, 2) ? 15 : (int64_t)draw_log(dice, 1, 10);
    tcp->syn_retries =
        dice_once_in(dice, 2) ? 180 * SECONDS : (int64_t)draw_log(dice, 1, 60) * SECONDS;
    tcp->keepalive_probes = (int64_t)dice_draw(dice, 1, 10);
    if (dice_once_in(dice, 5))
        tcp->user_timeout = (int64_t)draw_log(dice, 100, 60000) * MS;
    if (dice_once_in(dice, 3))
        tcp->fin_wait_2 = (int64_t)draw_log(dice, 100, 60000) * MS;
}

static void draw_host(struct tcp_plan *plan, unsigned i, struct dice *dice)
{
    struct tcp_config *tcp = &plan->tcp[i];

    tcp_config_defaults(tcp);
    draw_congestion(tcp, dice);
    draw_options(tcp, dice);
    draw_windows(tcp, dice);
    draw_timers(plan, tcp, dice);
    if (dice_once_in(dice, 4))
        tcp->backlog = (int64_t)dice_draw(dice, 1, 3);
    if (dice_once_in(dice, 6))
        tcp->syn_backlog = (int64_t)dice_draw(dice, 1, 3);
    if (!plan->gentle && dice_once_in(dice, 3))
        tcp->backlog_full = TCP_FULL_RESET;
    if (dice_once_in(dice, 4))
        plan->accept_pause[i] = (vtime)draw_log(dice, 1, 5000) * MS;
}

/* ---- Conversations ---- */

/* The largest segment that may be expected from FROM to TO. */
static uint64_t segment_size(const struct tcp_config *from, const struct tcp_config *to)
{
    uint64_t size = 1400;

    if (from->mss > 0)
        size = min_size(size, (size_t)from->mss);
    if (to->mss > 0)
        size = min_size(size, (size_t)to->mss);
    if (from->timestamps != 0 && to->timestamps != 0)
        size = size > 12 ? size - 12 : 1;
    return min_size(size, (size_t)min_i64(from->sndbuf, to->rcvbuf));
}

/* So that a conversation takes some hundreds of segments, reads and writes. */
static void draw_side(const struct tcp_plan *plan, struct plan_side *side, uint64_t segment,
                      struct dice *dice)
{
    const uint64_t steps = 250;
    uint64_t most = min_size(200000, (size_t)(segment * steps));
    uint64_t least;

    side->bytes = dice_once_in(dice, 6) ? 0 : (uint32_t)draw_log(dice, 1, most);
    least = side->bytes / steps + 1;
    side->piece = (uint32_t)(dice_once_in(dice, 3) ? least + side->bytes
                                                   : draw_log(dice, least, least + 8000));
    if (dice_once_in(dice, 4))
        side->write_pause = (vtime)draw_log(dice, 1, 300) * MS;
    side->early = dice_once_in(dice, 3);
    side->waits = dice_once_in(dice, 3);
    if (dice_once_in(dice, 8))
        side->urgent_every = (unsigned)draw_log(dice, 1, 20);
    if (plan->gentle || !dice_once_in(dice, 4))
        return;
    if (dice_once_in(dice, 2))
        side->abort_at = (vtime)draw_log(dice, 1, 10000) * MS;
    else
        side->close_at = (vtime)draw_log(dice, 1, 10000) * MS;
}

static void draw_reading(struct plan_side *side, uint32_t bytes, struct dice *dice)
{
    if (dice_once_in(dice, 3)) {
        side->read_piece = (uint32_t)draw_log(dice, bytes / 250 + 1, bytes / 4 + 2);
        side->read_pause = (vtime)draw_log(dice, 1, 500) * MS;
    }
    if (dice_once_in(dice, 6))
        side->read_from = (vtime)draw_log(dice, 1, 20000) * MS;
}

static void draw_talk(struct tcp_plan *plan, struct plan_talk *talk, struct dice *dice)
{
    unsigned slow = (unsigned)dice_draw(dice, 0, 1);

    talk->client = (unsigned)dice_draw(dice, 0, plan->hosts - 1);
    talk->server = (unsigned)((talk->client + dice_draw(dice, 1, plan->hosts - 1)) % plan->hosts);
    talk->at = dice_once_in(dice, 2) ? 0 : (vtime)draw_log(dice, 1, 3000) * MS;
    if (dice_once_in(dice, 10))
        talk->opening = PLAN_CROSSED;
    else if (!plan->gentle && dice_once_in(dice, 10))
        talk->opening = PLAN_TO_NOBODY;
    for (unsigned end = 0; end < 2; end++) {
        unsigned me = end == 0 ? talk->client : talk->server;
        unsigned other = end == 0 ? talk->server : talk->client;

        draw_side(plan, &talk->side[end], segment_size(&plan->tcp[me], &plan->tcp[other]), dice);
    }
    for (unsigned end = 0; end < 2; end++)
        draw_reading(&talk->side[end], talk->side[!end].bytes, dice);
    /* Only one of them may wait for the other, else both do for ever. */
    if (dice_once_in(dice, 4))
        talk->side[slow].answers = true;
    else if (dice_once_in(dice, 4))
        talk->side[slow].lingers = true;
}

/* A receiver that keeps nothing early, behind a queue of one frame: each of many
 * tiny segments may cost an RTO. It must be a short one, or a life is not enough. */
static void hurry_go_back_n(struct tcp_plan *plan)
{
    const int64_t most = 2 * SECONDS;
    bool keeps = true;

    for (unsigned i = 0; i < PLAN_HOSTS; i++)
        keeps = keeps && plan->tcp[i].keep_out_of_order != 0;
    for (unsigned i = 0; i < PLAN_HOSTS && !keeps; i++)
        plan->tcp[i].max_rto = min_i64(plan->tcp[i].max_rto, most);
}

void tcp_plan_draw(struct tcp_plan *plan, unsigned seed, uint64_t off)
{
    struct dice dice = { seed, 0 };

    memset(plan, 0, sizeof(*plan));
    plan->seed = seed;
    plan->gentle = dice_once_in(&dice, 2);
    draw_shape(plan, &dice);
    draw_wires(plan, &dice);
    draw_changes(plan, &dice);
    for (unsigned i = 0; i < PLAN_HOSTS; i++)
        draw_host(plan, i, &dice);
    hurry_go_back_n(plan);
    plan->talks = (unsigned)draw_log(&dice, 1, PLAN_TALKS);
    for (unsigned i = 0; i < PLAN_TALKS; i++)
        draw_talk(plan, &plan->talk[i], &dice);
    for (unsigned i = 0; tcp_plan_feature(i) != NULL; i++)
        if ((off >> i & 1) != 0)
            tcp_plan_take_out(plan, i);
}
