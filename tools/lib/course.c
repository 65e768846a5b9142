#include "tools/lib/course.h"

#include <stdio.h>
#include <stdlib.h>

#include "layers/tcp/tcp_seq.h"
#include "layers/wire/dissect.h"
#include "layers/wire/tcp_header.h"
#include "sim/hash.h"
#include "tools/lib/run_view.h"

#define STEP_FLAGS (TCP_SYN | TCP_FIN | TCP_RST | TCP_ACK)
#define PIECES_MOST 128 /* more than network cards glue together */
#define SAME_MOST 256   /* of a course, where many steps are the same: no more are tried */

enum course_kind course_kind_of(const struct course_step *step)
{
    if ((step->flags & TCP_SYN) != 0)
        return COURSE_SYN;
    if (step->len > 0)
        return COURSE_TEXT;
    return (step->flags & TCP_FIN) != 0 ? COURSE_FIN : COURSE_RST;
}

/* ---- Counting what is sent again ---- */

/* How often a number was sent: a table with open addresses. */
struct count {
    uint64_t key; /* 0: free */
    uint32_t times;
};

static uint64_t key_of(unsigned side, enum course_kind kind, uint32_t seq)
{
    return 1 | (uint64_t)side << 1 | (uint64_t)kind << 2 |
           (uint64_t)(kind == COURSE_TEXT ? seq : 0) << 8;
}

static struct count *place_of(struct count *counts, uint32_t room, uint64_t key)
{
    uint32_t at = (uint32_t)hash_bytes(0, &key, sizeof(key)) & (room - 1);

    while (counts[at].key != 0 && counts[at].key != key)
        at = (at + 1) & (room - 1);
    return &counts[at];
}

static bool widen(struct capture_list *list)
{
    uint32_t room = list->capacity == 0 ? 256 : list->capacity * 2;
    struct count *wider = calloc(room, sizeof(*wider)), *old = list->items;

    if (wider == NULL)
        return false;
    for (uint32_t i = 0; i < list->capacity; i++)
        if (old[i].key != 0)
            *place_of(wider, room, old[i].key) = old[i];
    free(old);
    list->items = wider;
    list->capacity = room;
    return true;
}

/* One more: how often now? 0: no memory. */
static uint32_t count_up(struct course *course, unsigned side, enum course_kind kind, uint32_t seq)
{
    struct capture_list *list = &course->counts;
    uint64_t key = key_of(side, kind, seq);
    struct count *count;

    if (list->count >= list->capacity / 2 && !widen(list))
        return 0;
    count = place_of(list->items, list->capacity, key);
    list->count += count->key == 0;
    count->key = key;
    return ++count->times;
}

/* ---- Steps ---- */

static bool add(struct course *course, const struct course_step *step)
{
    struct course_step *to = capture_list_add(&course->steps, sizeof(*to));
    enum course_kind kind = course_kind_of(step);

    if (to == NULL)
        return false;
    *to = *step;
    to->flags &= STEP_FLAGS;
    to->times = count_up(course, step->side, kind, step->seq);
    if (to->times == 0)
        return false;
    /* A FIN with text counts among the FINs as well. */
    return kind == COURSE_FIN || (step->flags & TCP_FIN) == 0 ||
           count_up(course, step->side, COURSE_FIN, 0) > 0;
}

/* What of the past of a connection decides on its next step. */
struct watched {
    uint32_t next[2]; /* one past the highest number sent, relative */
    bool sent[2];
};

/* Nothing new, an empty or one byte's segment, one back from what comes next. */
static bool is_keep_alive(const struct watched *w, const struct course_step *step)
{
    return w->sent[step->side] && step->len <= 1 && (step->flags & ~TCP_ACK & STEP_FLAGS) == 0 &&
           step->seq == w->next[step->side] - 1;
}

static bool take(struct course *course, struct watched *w, struct course_step *step)
{
    uint32_t end =
        step->seq + step->len + ((step->flags & TCP_SYN) != 0) + ((step->flags & TCP_FIN) != 0);

    step->keep_alive = is_keep_alive(w, step);
    if ((step->flags & TCP_RST) == 0 &&
        (!w->sent[step->side] || seq_gt(end, w->next[step->side]))) {
        w->next[step->side] = end;
        w->sent[step->side] = true;
    }
    if (step->len == 0 && (step->flags & (TCP_SYN | TCP_FIN | TCP_RST)) == 0 && !step->keep_alive)
        return true;
    return add(course, step);
}

/* ---- Of a capture ---- */

static bool take_pieces(struct course *course, struct watched *w, const struct course_step *whole,
                        uint32_t most)
{
    struct course_step piece = *whole;

    if (whole->len / most > PIECES_MOST) /* that is no segment, nor many: who says so errs */
        most = whole->len;
    for (uint32_t done = 0; done + most < whole->len; done += most) {
        piece.len = most;
        piece.flags = whole->flags & TCP_ACK;
        if (!take(course, w, &piece))
            return false;
        piece.seq += most;
    }
    piece.len = whole->seq + whole->len - piece.seq;
    piece.flags = whole->flags;
    return take(course, w, &piece);
}

bool course_of_talk(struct course *course, const struct capture_talk *talk, const uint32_t most[2])
{
    struct watched w = { .sent = { false, false } };

    for (uint32_t i = 0; i < talk->count; i++) {
        const struct talk_segment *s = &talk->segments[i];
        struct course_step step = { .seq = s->seq - talk->end[s->side].iss,
                                    .len = s->len,
                                    .side = s->side,
                                    .flags = s->flags & STEP_FLAGS,
                                    .before = s->made_up,
                                    .at = s->at,
                                    .frame = s->frame,
                                    .segment = i };

        if ((s->flags & TCP_ACK) != 0)
            step.ack = s->ack - talk->end[!s->side].iss;
        if (s->twice || s->stray)
            continue;
        if (!take_pieces(course, &w, &step, most[s->side]))
            return false;
    }
    return true;
}

/* ---- Of a run ---- */

/* A run being read. */
struct reading {
    const struct simulation *run;
    const struct course_place *place;
    uint32_t iss[2];
    bool opened[2];
};

static bool read_segment(struct reading *r, uint32_t number, struct course_step *step)
{
    const struct trace_frame *frame = trace_frame(&r->run->trace, number);
    const struct link *link = r->run->world->links[frame->link];
    uint16_t from = link->ends[frame->end]->node->id;
    const struct layer *last, *tcp = NULL;
    struct dissection d;

    run_dissect(&r->run->trace, number, &d);
    last = d.count > 0 ? &d.layers[d.count - 1] : NULL;
    for (size_t i = 0; i < d.count && tcp == NULL; i++)
        if (d.layers[i].kind == LAYER_TCP && !d.layers[i].quoted && d.layers[i].parsed)
            tcp = &d.layers[i];
    if (last == NULL || tcp == NULL || (from != r->place->node[0] && from != r->place->node[1]))
        return false;
    *step = (struct course_step){ .seq = tcp->as.tcp.sequence,
                                  .ack = tcp->as.tcp.acknowledgment,
                                  .len = (uint32_t)tcp->payload.len,
                                  .flags = tcp->as.tcp.flags & STEP_FLAGS,
                                  .side = from == r->place->node[1],
                                  .at = frame->sent,
                                  .frame = number };
    return true;
}

/* Makes the numbers of STEP relative. */
static void number(struct reading *r, struct course_step *step)
{
    if (!r->opened[step->side]) {
        r->opened[step->side] = true;
        r->iss[step->side] = step->seq;
    }
    step->seq -= r->iss[step->side];
    step->ack = (step->flags & TCP_ACK) != 0 ? step->ack - r->iss[!step->side] : 0;
}

/* The entry of PLACE that STEP, as counted, is; or NULL. */
static const struct course_unseen *unseen(const struct course_place *place,
                                          const struct course_step *step)
{
    for (uint32_t i = 0; i < place->unseen_count; i++) {
        const struct course_unseen *u = &place->unseen[i];

        if (u->side == step->side && u->kind == course_kind_of(step) && u->times == step->times &&
            (u->kind != COURSE_TEXT || u->seq == step->seq))
            return u;
    }
    return NULL;
}

static int compare_times(const void *a, const void *b)
{
    const struct course_step *one = a, *other = b;

    if (one->at != other->at)
        return one->at < other->at ? -1 : 1;
    return one->frame < other->frame ? -1 : one->frame > other->frame;
}

/* STEP, of the run, stands for what is not in the capture, since that began later. */
static bool is_before(const struct course_place *place, const struct course_step *step)
{
    const struct talk_join *join = place->join;
    uint32_t end = step->seq + step->len + ((step->flags & TCP_FIN) != 0);

    if (join == NULL || !join->joined || (step->flags & TCP_RST) != 0 || step->keep_alive)
        return false;
    if ((step->flags & TCP_SYN) != 0)
        return !join->half || (step->flags & TCP_ACK) == 0;
    return step->times == 1 && end - 1 <= join->sent[step->side];
}

/* Times become those of where one looks, and the order, too. */
static void look_from(struct course *course, const struct course_place *place)
{
    struct course_step *steps = course->steps.items;
    uint32_t kept = 0;

    for (uint32_t i = 0; i < course->steps.count; i++) {
        const struct course_unseen *u = unseen(place, &steps[i]);

        if ((u != NULL && u->lost) || is_before(place, &steps[i]))
            continue;
        steps[kept] = steps[i];
        steps[kept++].at += place->distance[steps[i].side] + (u != NULL ? u->by : 0);
    }
    course->steps.count = kept;
    if (kept > 0)
        qsort(steps, kept, sizeof(*steps), compare_times);
}

bool course_of_run(struct course *course, const struct simulation *run,
                   const struct course_place *place)
{
    struct reading r = { .run = run, .place = place };
    struct watched w = { .sent = { false, false } };

    for (uint32_t i = 1; i <= run->trace.frames.count; i++) {
        struct course_step step;

        if (!read_segment(&r, i, &step))
            continue;
        number(&r, &step);
        if (!take(course, &w, &step))
            return false;
    }
    look_from(course, place);
    return true;
}

void course_forget_before(struct course *course)
{
    struct course_step *steps = course->steps.items;
    uint32_t kept = 0;

    for (uint32_t i = 0; i < course->steps.count; i++)
        if (!steps[i].before)
            steps[kept++] = steps[i];
    course->steps.count = kept;
}

void course_close(struct course *course)
{
    free(course->steps.items);
    free(course->counts.items);
    *course = (struct course){ .steps = { NULL, 0, 0 } };
}

/* ---- How alike ---- */

/* Orders steps by what makes them the same. */
static int compare_steps(const struct course_step *a, const struct course_step *b)
{
    if (a->seq != b->seq)
        return a->seq < b->seq ? -1 : 1;
    if (a->side != b->side)
        return a->side < b->side ? -1 : 1;
    if (a->flags != b->flags)
        return a->flags < b->flags ? -1 : 1;
    if (a->keep_alive != b->keep_alive)
        return a->keep_alive ? 1 : -1;
    if (a->len != b->len && !a->keep_alive)
        return a->len < b->len ? -1 : 1;
    return 0;
}

/* The same; of those that are the same the last first. */
static int compare_places(const void *a, const void *b)
{
    const struct course_step *one = *(const struct course_step *const *)a;
    const struct course_step *other = *(const struct course_step *const *)b;
    int order = compare_steps(one, other);

    return order != 0 ? order : one > other ? -1 : one < other;
}

/* How many of the COUNT ends are below PLACE. */
static uint32_t below(const uint32_t *ends, uint32_t count, uint32_t place)
{
    uint32_t low = 0, high = count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (ends[middle] < place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The first of SORTED, of COUNT, that is not below STEP. */
static uint32_t first_not_below(const struct course_step **sorted, uint32_t count,
                                const struct course_step *step)
{
    uint32_t low = 0, high = count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (compare_steps(sorted[middle], step) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/*
 * The length of the longest common subsequence: Hunt and Szymanski, 1977. SORTED has the
 * steps of B by what they are; ENDS[k] is the earliest place in B where a common sequence
 * of k + 1 steps can end.
 */
static uint32_t common_steps(const struct course *a, const struct course *b,
                             const struct course_step **sorted, uint32_t *ends)
{
    const struct course_step *base = b->steps.items;
    uint32_t count = 0;

    for (uint32_t i = 0; i < b->steps.count; i++)
        sorted[i] = &base[i];
    if (b->steps.count > 0)
        qsort(sorted, b->steps.count, sizeof(*sorted), compare_places);
    for (uint32_t i = 0; i < a->steps.count; i++) {
        const struct course_step *step = course_step(a, i);
        uint32_t at = first_not_below(sorted, b->steps.count, step);

        for (uint32_t n = 0;
             n < SAME_MOST && at < b->steps.count && compare_steps(sorted[at], step) == 0;
             n++, at++) {
            uint32_t place = (uint32_t)(sorted[at] - base), k = below(ends, count, place);

            ends[k] = place;
            count += k == count;
        }
    }
    return count;
}

bool course_compare(const struct course *one, const struct course *other,
                    struct course_likeness *likeness)
{
    uint32_t least = one->steps.count < other->steps.count ? one->steps.count : other->steps.count;
    const struct course_step **sorted = calloc(other->steps.count + 1, sizeof(*sorted));
    uint32_t *ends = calloc(other->steps.count + 1, sizeof(*ends));

    *likeness = (struct course_likeness){ .steps = { one->steps.count, other->steps.count } };
    if (sorted == NULL || ends == NULL) {
        free(sorted);
        free(ends);
        return false;
    }
    while (likeness->alike < least && compare_steps(course_step(one, likeness->alike),
                                                    course_step(other, likeness->alike)) == 0)
        likeness->alike++;
    likeness->common = common_steps(one, other, sorted, ends);
    if (likeness->common < likeness->alike)
        likeness->common = likeness->alike;
    free(sorted);
    free(ends);
    return true;
}

unsigned course_permille(const struct course_likeness *likeness)
{
    uint64_t all = (uint64_t)likeness->steps[0] + likeness->steps[1];

    return all == 0 ? 1000 : (unsigned)(2000u * (uint64_t)likeness->common / all);
}

size_t course_step_format(const struct course_step *step, char *out, size_t size)
{
    int len = snprintf(out, size, "%c%s%s%s%s seq=%u len=%u", step->side == 0 ? '>' : '<',
                       (step->flags & TCP_SYN) != 0 ? " SYN" : "",
                       (step->flags & TCP_FIN) != 0 ? " FIN" : "",
                       (step->flags & TCP_RST) != 0 ? " RST" : "",
                       step->keep_alive ? " keep-alive" : "", step->seq, step->len);

    return len > 0 ? (size_t)len : 0;
}
