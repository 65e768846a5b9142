#include "layers/tcp/tcp_seq.h"
#include "tools/lib/lab_from_parts.h"

/* How either end's TCP behaves, as far as that shows. */

enum { RATE_SEGMENTS = 4, RATE_LEAST = 8, FRAME_AROUND = 58, ACKS_LEAST = 2, WAITING_MOST = 64 };

#define AT_ONCE (15 * MS)     /* sooner than any timer for delayed ACKs */
#define DELAY_MOST (499 * MS) /* RFC 9293 3.8.6.3, MUST-40: less than half a second */

static bool is_seen(const struct talk_segment *s)
{
    return !s->twice && !s->stray && !s->made_up;
}

/* ---- Acknowledging ---- */

/* Segments of the other end that wait for an ACK; the first are the oldest. */
struct waiting {
    struct {
        uint32_t end;
        vtime at;
    } segments[WAITING_MOST];
    uint32_t first, count;
};

struct acks {
    uint32_t of_one, of_more, slow; /* SLOW: of one segment, and a timer's */
    vtime longest;
};

static void wait_for(struct waiting *w, uint32_t end, vtime at)
{
    uint32_t place;

    if (w->count == WAITING_MOST) {
        w->first++;
        w->count--;
    }
    place = (w->first + w->count++) % WAITING_MOST;
    w->segments[place].end = end;
    w->segments[place].at = at;
}

/* How many ACK covers, and in *SINCE when the last of them passed. */
static uint32_t cover(struct waiting *w, uint32_t ack, vtime *since)
{
    uint32_t covered = 0;

    for (; w->count > 0 && seq_le(w->segments[w->first % WAITING_MOST].end, ack); covered++) {
        *since = w->segments[w->first++ % WAITING_MOST].at;
        w->count--;
    }
    return covered;
}

/* An ACK without text of SIDE, which WAITED after it had got the last of COVERED. */
static void note_ack(struct acks *acks, uint32_t covered, vtime waited)
{
    acks->of_one += covered == 1;
    acks->of_more += covered > 1;
    if (covered == 1 && waited >= AT_ONCE && waited <= DELAY_MOST) {
        acks->slow++;
        acks->longest = waited > acks->longest ? waited : acks->longest;
    }
}

static void count_acks(const struct from_plan *plan, unsigned side, struct acks *acks)
{
    const struct capture_talk *talk = plan->talk;
    struct waiting w = { .first = 0, .count = 0 };

    for (uint32_t i = 0; i < talk->count; i++) {
        const struct talk_segment *s = &talk->segments[i];
        uint32_t covered;
        vtime since = 0;

        if (!is_seen(s))
            continue;
        if (s->side != side && s->len > 0 && !s->resent) {
            wait_for(&w, s->seq + s->len, s->at);
        } else if (s->side == side && (s->flags & TCP_ACK) != 0) {
            covered = cover(&w, s->ack, &since);
            if (s->len == 0 && (s->flags & (TCP_SYN | TCP_FIN | TCP_RST)) == 0)
                note_ack(acks, covered, s->at - since - 2 * plan->distance[side]);
        }
    }
}

static void find_delayed_ack(struct from_plan *plan, unsigned side)
{
    struct from_host *host = &plan->host[side];
    struct acks acks = { 0, 0, 0, 0 };

    count_acks(plan, side, &acks);
    host->acks_all = acks.of_one >= ACKS_LEAST && acks.of_more * 8 <= acks.of_one &&
                     acks.slow * 2 <= acks.of_one;
    if (!host->acks_all && acks.slow > 0)
        host->delayed_ack = acks.longest - acks.longest % MS + MS;
    if (host->delayed_ack > DELAY_MOST)
        host->delayed_ack = DELAY_MOST;
}

/* ---- Nagle ---- */

/* A small segment, though no ACK of what is under way can have reached its sender yet:
 * nobody holds it back. */
static void find_nagle(struct from_plan *plan, unsigned side)
{
    const struct course *course = &plan->course;
    vtime round = plan->distance[side] * 2 - plan->distance[side] / 5;
    uint32_t acked = 1, index = 0;

    for (uint32_t i = 0; i < course->steps.count; i++) {
        const struct course_step *step = course_step(course, i);
        const struct talk_segment *s;

        for (; index < plan->talk->count && plan->talk->segments[index].frame < step->frame &&
               plan->talk->segments[index].at + round <= step->at;
             index++) {
            s = &plan->talk->segments[index];
            if (s->side != side && (s->flags & TCP_ACK) != 0 && is_seen(s) &&
                seq_gt(s->ack - plan->talk->end[side].iss, acked))
                acked = s->ack - plan->talk->end[side].iss;
        }
        if (step->side == side && !step->before && step->len > 0 &&
            step->len < plan->host[side].most && (step->flags & TCP_FIN) == 0 &&
            !step->keep_alive && seq_gt(step->seq, acked))
            plan->host[side].nagle = false;
    }
}

/* ---- Keep-alives and probes ---- */

/* One end, whose questions to a silent or a closed one are watched. */
struct asking {
    vtime heard; /* -1: before the capture */
    vtime probed, closed_at;
    bool closed;     /* the other's window is */
    bool heard_only; /* what it heard last was a keep-alive itself: some count that, some not */
};

static void note_question(struct from_plan *plan, unsigned side, struct asking *a,
                          const struct talk_segment *s, bool keeps)
{
    struct from_host *host = &plan->host[side];
    vtime there = 2 * plan->distance[side];

    if (a->closed && s->len <= 1 && (keeps || s->len == 1)) {
        host->empty_probes = host->empty_probes || s->len == 0;
        if (host->probe_wait == 0)
            host->probe_wait = s->at - a->closed_at - there;
        return;
    }
    if (!keeps)
        return;
    if (host->keepalive == 0 && !a->heard_only && a->heard >= 0 && s->at - a->heard > there)
        host->keepalive = s->at - a->heard - there;
    if (a->probed > a->heard && host->keepalive_interval == 0)
        host->keepalive_interval = s->at - a->probed;
    a->probed = s->at;
}

static void note_heard(struct asking *a, const struct talk_segment *s, bool keeps)
{
    bool closed = s->window == 0 && (s->flags & (TCP_SYN | TCP_RST)) == 0;

    a->heard = s->at;
    a->heard_only = keeps;
    if (closed && !a->closed)
        a->closed_at = s->at;
    a->closed = closed;
}

static void find_keep_alives(struct from_plan *plan, unsigned side)
{
    const struct capture_talk *talk = plan->talk;
    const struct course *course = &plan->course;
    struct asking a = { .heard = talk->join.joined ? -1 : 0 };
    uint32_t step = 0;

    for (uint32_t i = talk->before; i < talk->count; i++) {
        const struct talk_segment *s = &talk->segments[i];
        bool keeps;

        while (step < course->steps.count && course_step(course, step)->frame < s->frame)
            step++;
        keeps = step < course->steps.count && course_step(course, step)->frame == s->frame &&
                course_step(course, step)->keep_alive;
        if (s->side == side)
            note_question(plan, side, &a, s, keeps);
        else
            note_heard(&a, s, keeps);
    }
}

/* ---- Resets ---- */

static void find_resets(struct from_plan *plan, unsigned side)
{
    for (uint32_t i = 0; i < plan->talk->count; i++) {
        const struct talk_segment *s = &plan->talk->segments[i];

        if (s->side == side && is_seen(s) && (s->flags & TCP_RST) != 0)
            plan->host[side].reset_with_ack = (s->flags & TCP_ACK) != 0;
    }
}

/* ---- The wire ---- */

static int64_t two_digits(int64_t rate)
{
    int64_t unit = 1;

    while (rate / unit >= 100)
        unit *= 10;
    return rate / unit * unit;
}

/* Full segments that follow each other at once: as fast as the wire takes them. */
static void find_rate(struct from_plan *plan, unsigned side)
{
    vtime passed[RATE_SEGMENTS] = { 0 };
    uint32_t full = 0, row = 0;
    vtime least = -1;
    uint32_t most = plan->host[side].most;

    for (uint32_t i = 0; i < plan->course.steps.count; i++) {
        const struct course_step *step = course_step(&plan->course, i);

        if (step->side != side || step->before)
            continue;
        if (step->len < most || step->times > 1) {
            row = 0;
            continue;
        }
        full++;
        if (row >= RATE_SEGMENTS - 1) {
            vtime took = step->at - passed[(row + 1) % RATE_SEGMENTS];

            if (least < 0 || took < least)
                least = took;
        }
        passed[row++ % RATE_SEGMENTS] = step->at;
    }
    if (full >= RATE_LEAST && least > 0)
        plan->host[side].rate =
            two_digits((int64_t)(RATE_SEGMENTS - 1) * 8 * (most + FRAME_AROUND) * SECONDS / least);
}

void from_plan_habits(struct from_plan *plan)
{
    for (unsigned side = 0; side < 2; side++) {
        find_delayed_ack(plan, side);
        find_nagle(plan, side);
        find_keep_alives(plan, side);
        find_resets(plan, side);
        find_rate(plan, side);
    }
}
