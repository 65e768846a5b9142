#include <stdlib.h>

#include "layers/tcp/tcp_seq.h"
#include "tools/lib/lab_from_parts.h"

/*
 * What the network must have done. The evidence, segment by segment:
 *
 *   sent again, and nobody had acknowledged it     the one before was lost
 *   ... but the ACK comes too soon for the second  it was only late
 *   ... but it had been acknowledged               its ACKs were lost
 *   a gap that is filled a round trip later        lost before the capture point
 *   a gap that is filled sooner                    overtaken before the capture point
 *   never acknowledged, and the other is silent    lost
 *   the same datagram twice, now and then          doubled
 */

enum { LOOK_BACK = 4096, LOST_ACKS_MOST = 4, RARE = 20 };

#define ANSWER_WAIT (300 * MS) /* an ACK that is delayed would have come by then */
#define RTT_TOLD (200 * US)    /* shorter ones cannot be told from a busy machine */
#define AT_ONCE (10 * MS)
#define TIMEOUT_LEAST (5 * MS)
#define MIN_RTO_MOST (3 * SECONDS)  /* longer waits are of who has backed off */
#define TIMEOUT_MOST (60 * SECONDS) /* what a lab can set */

/* One sending of a segment. */
struct sending {
    uint32_t seq, end, times, segment; /* TIMES: of its kind, with those that were not seen */
    vtime at;
    uint8_t side;
    enum course_kind kind;
};

/* Numbers that were not seen yet, though later ones were. */
struct hole {
    uint32_t seq, end;
    vtime at;
    uint8_t side;
};

struct search {
    struct from_plan *plan;
    const struct capture_talk *talk;
    struct capture_list sent;  /* struct sending */
    struct capture_list holes; /* struct hole */
    uint32_t next[2];          /* relative */
    bool began[2];
    uint32_t acked[2]; /* by this side, of the other's numbers */
    vtime acked_at[2];
    uint32_t duplicates[2]; /* ACKs of this side that told nothing new */
    vtime third_at[2];      /* when it was the third */
    bool closed[2];         /* its window is zero */
    uint32_t segment;       /* that is looked at */
};

/* ---- Noting ---- */

static void note_nth(struct from_fault *fault, uint32_t nth)
{
    for (uint32_t i = 0; i < fault->count; i++)
        if (fault->nth[i] == nth)
            return;
    if (fault->count < LAB_NTH_MAX)
        fault->nth[fault->count++] = nth;
}

static bool same_fault(const struct from_fault *a, const struct from_fault *b)
{
    return a->action == b->action && a->side == b->side && a->kind == b->kind && a->seq == b->seq &&
           a->ack == b->ack && a->by == b->by && a->unseen == b->unseen;
}

/* FAULT strikes the sending number NTH as well; a new one of FAULT's kind if need be. */
static void note(struct search *s, const struct from_fault *fault, uint32_t nth)
{
    struct capture_list *list = &s->plan->faults;
    struct from_fault *known = list->items, *to = NULL;

    for (uint32_t i = 0; i < list->count && to == NULL; i++)
        if (same_fault(&known[i], fault) && known[i].count < LAB_NTH_MAX)
            to = &known[i];
    if (to == NULL && list->count == FROM_FAULTS_MAX) {
        s->plan->faults_left_out = true;
        return;
    }
    if (to == NULL) {
        to = capture_list_add(list, sizeof(*to));
        if (to == NULL) {
            s->plan->no_memory = true;
            return;
        }
        *to = *fault;
        to->count = 0;
    }
    note_nth(to, nth);
}

static struct from_fault fault_of(const struct sending *sent, enum lab_fault_action action,
                                  uint64_t frame)
{
    return (struct from_fault){ .action = action,
                                .side = sent->side,
                                .kind = sent->kind,
                                .seq = sent->kind == COURSE_TEXT ? sent->seq : 0,
                                .frame = frame,
                                .len = sent->end - sent->seq };
}

static void lose(struct search *s, const struct sending *sent, bool unseen)
{
    struct from_fault fault = fault_of(sent, LAB_DROP, s->talk->segments[sent->segment].frame);

    fault.unseen = unseen;
    note(s, &fault, sent->times);
}

static void note_unseen(struct search *s, const struct sending *sent, bool lost, vtime by)
{
    struct course_unseen *unseen = capture_list_add(&s->plan->unseen, sizeof(*unseen));

    if (unseen == NULL) {
        s->plan->no_memory = true;
        return;
    }
    *unseen = (struct course_unseen){ .seq = sent->seq,
                                      .times = sent->times,
                                      .side = sent->side,
                                      .kind = sent->kind,
                                      .lost = lost,
                                      .by = by };
}

/* ---- Sent again ---- */

/* When END of SIDE's numbers was first acknowledged behind the present segment; -1: never. */
static vtime acknowledged_at(const struct search *s, unsigned side, uint32_t end)
{
    const struct capture_talk *talk = s->talk;

    for (uint32_t i = s->segment + 1; i < talk->count; i++) {
        const struct talk_segment *t = &talk->segments[i];

        if (t->side != side && (t->flags & TCP_ACK) != 0 && !t->stray &&
            seq_ge(t->ack - talk->end[side].iss, end))
            return t->at;
    }
    return -1;
}

/* Its ACK passes sooner after the second sending than anybody can have answered that. */
static bool was_only_late(struct search *s, const struct sending *before)
{
    const struct talk_segment *again = &s->talk->segments[s->segment];
    vtime round = s->talk->end[!before->side].rtt, at;
    struct from_fault fault;

    if (round < RTT_TOLD || s->talk->segments[before->segment].made_up)
        return false;
    at = acknowledged_at(s, before->side, before->end);
    if (at < 0 || at - again->at > round * 19 / 20)
        return false;
    fault = fault_of(before, LAB_DELAY, again->frame);
    fault.by = at - before->at - round;
    if (fault.by > 0)
        note(s, &fault, before->times);
    return true;
}

/* It had been acknowledged: the segments that did so, and carry nothing else, were lost. */
static void lose_acks(struct search *s, const struct sending *before)
{
    const struct capture_talk *talk = s->talk;
    unsigned side = !before->side;
    uint32_t lost = 0;

    for (uint32_t i = before->segment + 1; i < s->segment && lost < LOST_ACKS_MOST; i++) {
        const struct talk_segment *t = &talk->segments[i];
        struct from_fault fault = { .action = LAB_DROP,
                                    .side = side,
                                    .kind = COURSE_RST,
                                    .ack = t->ack - talk->end[before->side].iss,
                                    .frame = t->frame };

        if (t->at + 2 * s->plan->distance[before->side] > talk->segments[s->segment].at)
            return; /* could not have been there in time */
        if (t->side != side || t->stray || t->twice || (t->flags & TCP_ACK) == 0 ||
            !seq_ge(fault.ack, before->end))
            continue;
        if (t->len > 0 || (t->flags & (TCP_FIN | TCP_RST)) != 0)
            return; /* that one came through, or is sent again as well */
        if ((t->flags & TCP_SYN) != 0) {
            fault.kind = COURSE_SYN;
            fault.ack = 0;
        }
        note(s, &fault, 1 + (fault.kind == COURSE_SYN ? lost : 0));
        lost++;
    }
}

/* How long its sender waited for the ACK, if a timer and no duplicate ACK sent it again. */
static void note_timeout(struct search *s, const struct sending *before)
{
    const struct talk_segment *again = &s->talk->segments[s->segment];
    struct from_host *host = &s->plan->host[before->side];
    vtime since = before->at, heard = s->acked_at[!before->side];
    vtime waited;

    if (s->talk->segments[before->segment].made_up)
        return; /* nobody knows when that was */
    if (before->times > 1 ||
        (s->duplicates[!before->side] >= 3 &&
         again->at - s->third_at[!before->side] <= 2 * s->plan->distance[before->side] + AT_ONCE))
        return;
    if (heard > 0 && heard + 2 * s->plan->distance[before->side] > since)
        since = heard + 2 * s->plan->distance[before->side];
    waited = again->at - since;
    if (waited < s->plan->distance[0] + s->plan->distance[1])
        return; /* an ACK made it do so: no timer is that quick */
    waited -= waited % MS;
    if (before->kind == COURSE_SYN && waited >= TIMEOUT_LEAST && host->initial_rto == 0)
        host->initial_rto = waited < TIMEOUT_MOST ? waited : TIMEOUT_MOST;
    else if (before->kind != COURSE_SYN && waited >= TIMEOUT_LEAST &&
             (host->min_rto == 0 || waited < host->min_rto))
        host->min_rto = waited < MIN_RTO_MOST ? waited : MIN_RTO_MOST;
}

/* BEFORE is sent again, with what comes behind it up to END. */
static void judge(struct search *s, const struct sending *before, uint32_t end)
{
    if (seq_ge(s->acked[!before->side], before->end))
        lose_acks(s, before);
    else if (s->talk->segments[before->segment].lost)
        lose(s, before, false);
    else if (s->closed[!before->side])
        return; /* there was no room for it */
    else if (!was_only_late(s, before) && seq_lt(before->end, end))
        lose(s, before, false); /* else it arrived: a SACK says so */
    note_timeout(s, before);
}

/* ---- Sendings ---- */

/* The last sending that STEP repeats; or one that it is a part of; or NULL. */
static const struct sending *find_before(const struct search *s, const struct course_step *step)
{
    const struct sending *sent = s->sent.items;
    enum course_kind kind = course_kind_of(step);
    uint32_t least = s->sent.count > LOOK_BACK ? s->sent.count - LOOK_BACK : 0;

    for (uint32_t i = s->sent.count; i > least; i--) {
        const struct sending *one = &sent[i - 1];

        if (one->side == step->side && one->kind == kind &&
            (kind != COURSE_TEXT || (seq_le(one->seq, step->seq) && seq_lt(step->seq, one->end))))
            return one;
    }
    return NULL;
}

static struct hole *find_hole(const struct search *s, const struct course_step *step)
{
    struct hole *holes = s->holes.items;

    for (uint32_t i = s->holes.count; i > 0; i--)
        if (holes[i - 1].side == step->side && seq_le(holes[i - 1].seq, step->seq) &&
            seq_lt(step->seq, holes[i - 1].end))
            return &holes[i - 1];
    return NULL;
}

/* STEP was sent before, or just late: SENT, its first that was seen, is as if its second. */
static void fill_hole(struct search *s, struct hole *hole, struct sending *sent)
{
    vtime round = s->talk->end[0].rtt + s->talk->end[1].rtt;
    vtime late = sent->at - hole->at;
    struct sending before;
    struct from_fault fault;

    hole->seq = seq_gt(sent->end, hole->end) ? hole->end : sent->end;
    if (late < round * 7 / 10) {
        fault = fault_of(sent, LAB_DELAY, s->talk->segments[s->segment].frame);
        fault.unseen = true;
        fault.by = late > 0 ? late : 1;
        note(s, &fault, sent->times);
        note_unseen(s, sent, false, fault.by);
        return;
    }
    lose(s, sent, true);
    note_unseen(s, sent, true, 0);
    before = *sent;
    before.at = hole->at; /* at the latest */
    note_timeout(s, &before);
    sent->times++;
}

static void add_hole(struct search *s, const struct sending *behind)
{
    struct hole *hole = capture_list_add(&s->holes, sizeof(*hole));

    if (hole != NULL)
        *hole = (struct hole){ s->next[behind->side], behind->seq, behind->at, behind->side };
    s->plan->no_memory = s->plan->no_memory || hole == NULL;
}

/* A SYN,ACK after a SYN: both had connected, and this end has got the other's SYN. */
static bool is_other_syn(const struct search *s, const struct sending *before,
                         const struct course_step *step)
{
    return before->kind == COURSE_SYN && (step->flags & TCP_ACK) != 0 &&
           (s->talk->segments[before->segment].flags & TCP_ACK) == 0;
}

static void take_step(struct search *s, const struct course_step *step)
{
    const struct sending *before = find_before(s, step);
    struct sending sent = { .seq = step->seq,
                            .side = step->side,
                            .at = step->at,
                            .kind = course_kind_of(step),
                            .times = step->times,
                            .segment = s->segment };
    struct sending *to;
    bool repeats;

    if (step->keep_alive || sent.kind == COURSE_RST)
        return;
    sent.end = step->seq + step->len + ((step->flags & (TCP_SYN | TCP_FIN)) != 0);
    repeats = s->began[sent.side] && seq_lt(sent.seq, s->next[sent.side]);
    if (before != NULL && before->seq == sent.seq && before->times >= sent.times)
        sent.times = before->times + 1; /* one was not seen */
    if (repeats && before != NULL && is_other_syn(s, before, step))
        sent.times = step->times;
    else if (repeats && before != NULL)
        judge(s, before, sent.end);
    else if (repeats && find_hole(s, step) != NULL)
        fill_hole(s, find_hole(s, step), &sent);
    else if (s->began[sent.side] && seq_gt(sent.seq, s->next[sent.side]))
        add_hole(s, &sent);
    to = capture_list_add(&s->sent, sizeof(*to));
    s->plan->no_memory = s->plan->no_memory || to == NULL;
    if (to != NULL)
        *to = sent;
    if (step->before && s->talk->segments[s->segment].lost) {
        lose(s, &sent, false);
        s->plan->vanishes = true;
    }
    if (!s->began[sent.side] || seq_gt(sent.end, s->next[sent.side]))
        s->next[sent.side] = sent.end;
    s->began[sent.side] = true;
}

/* ---- Doubled ---- */

static void note_twice(struct search *s, const struct talk_segment *t)
{
    struct course_step step = {
        .seq = t->seq - s->talk->end[t->side].iss, .len = t->len, .side = t->side, .flags = t->flags
    };
    const struct sending *first;
    struct from_fault fault;

    if (t->len == 0 || s->talk->twice * RARE > s->talk->count)
        return;
    first = find_before(s, &step);
    if (first == NULL || first->seq != step.seq)
        return;
    fault = fault_of(first, LAB_DUPLICATE, t->frame);
    note(s, &fault, first->times);
}

/* ---- All of it ---- */

static void hear(struct search *s, const struct talk_segment *t)
{
    uint32_t ack = t->ack - s->talk->end[!t->side].iss;

    if ((t->flags & (TCP_ACK | TCP_RST)) != TCP_ACK)
        return;
    s->closed[t->side] = t->window == 0;
    if (seq_gt(ack, s->acked[t->side])) {
        s->acked[t->side] = ack;
        s->acked_at[t->side] = t->at;
        s->duplicates[t->side] = 0;
    } else if (ack == s->acked[t->side] && t->len == 0) {
        if (++s->duplicates[t->side] == 3)
            s->third_at[t->side] = t->at;
    }
}

/* SIDE says something after AT. */
static bool speaks_after(const struct capture_talk *talk, unsigned side, vtime at)
{
    for (uint32_t i = talk->count; i > 0 && talk->segments[i - 1].at > at; i--)
        if (talk->segments[i - 1].side == side && !talk->segments[i - 1].stray)
            return true;
    return false;
}

static bool resets(const struct capture_talk *talk, unsigned side)
{
    for (uint32_t i = 0; i < talk->count; i++)
        if (talk->segments[i].side == side && (talk->segments[i].flags & TCP_RST) != 0)
            return true;
    return false;
}

/* What nobody has answered before the capture ended, though there was time. */
static void lose_last(struct search *s)
{
    const struct capture_talk *talk = s->talk;
    const struct sending *sent = s->sent.items;
    vtime end = talk->segments[talk->count - 1].at;

    for (uint32_t i = s->sent.count; i > 0 && s->sent.count - i < LAB_NTH_MAX; i--) {
        const struct sending *one = &sent[i - 1];
        vtime round = talk->end[!one->side].rtt;
        bool dumb = !s->began[!one->side] && !resets(talk, !one->side);
        bool unheard = seq_gt(one->end, s->acked[!one->side]) && !s->closed[!one->side] &&
                       end - one->at >= 2 * round + ANSWER_WAIT &&
                       !speaks_after(talk, !one->side, one->at + round / 2);

        if (!dumb && !unheard)
            continue;
        lose(s, one, false);
        s->plan->vanishes = true;
    }
}

void from_plan_losses(struct from_plan *plan)
{
    struct search s = { .plan = plan, .talk = plan->talk };
    uint32_t step = 0;

    for (; s.segment < s.talk->count; s.segment++) {
        const struct talk_segment *t = &s.talk->segments[s.segment];

        for (; step < plan->course.steps.count &&
               course_step(&plan->course, step)->segment == s.segment;
             step++)
            take_step(&s, course_step(&plan->course, step));
        if (t->twice)
            note_twice(&s, t);
        else if (!t->stray)
            hear(&s, t);
    }
    lose_last(&s);
    for (unsigned side = 0; side < 2; side++)
        if (s.closed[side] && plan->host[!side].probe_wait > 0)
            plan->vanishes = true; /* it may be asked for ever */
    free(s.sent.items);
    free(s.holes.items);
}
