#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/capture_list.h"
#include "tools/lib/into_parts.h"
#include "tools/lib/text.h"

enum {
    NEAR = 32,   /* how far ahead the same answer is looked for */
    PIECES = 64, /* of one answer */
    FLAGS = TCP_SYN | TCP_FIN | TCP_RST | TCP_ACK | TCP_URG | TCP_ECE | TCP_CWR,
};

/* Two answers come at the same time if they are no more apart. */
#define SLACK (10 * MS)

struct comparer {
    struct into *into;
    struct capture_list rows; /* struct into_row */
    uint32_t at[2];           /* answers that have their row, real and simulated */
    uint32_t sent[2];         /* numbers of text, up to here, that have theirs */
    uint32_t fed;             /* segments that have theirs */
    uint32_t helps_frame;     /* of the run: helps up to here have theirs */
    bool no_memory;
};

static const struct into_answer *answer(const struct comparer *c, int whose, uint32_t ahead)
{
    return &c->into->answers[whose][c->at[whose] + ahead];
}

static uint32_t left(const struct comparer *c, int whose)
{
    return c->into->answer_count[whose] - c->at[whose];
}

/* ---- Two answers ---- */

static unsigned differs_in(const struct into_answer *real, const struct into_answer *simulated)
{
    unsigned differs = INTO_SAME;

    if (((real->flags ^ simulated->flags) & FLAGS) != 0)
        differs |= INTO_FLAGS;
    if (real->seq != simulated->seq)
        differs |= INTO_SEQ;
    if (real->ack != simulated->ack)
        differs |= INTO_ACK;
    if (real->len != simulated->len)
        differs |= INTO_LENGTH;
    if (((real->flags ^ simulated->flags) & TCP_PSH) != 0)
        differs |= INTO_PUSH;
    if (real->window != simulated->window && (real->flags & TCP_RST) == 0)
        differs |= INTO_WINDOW;
    return differs;
}

static bool is_same(const struct into_answer *real, const struct into_answer *simulated)
{
    return (differs_in(real, simulated) & INTO_OTHER) == 0;
}

/* When the fed segment passed after which ANSWER came: in the capture, or now. */
static vtime base_of(const struct comparer *c, int whose, uint32_t after)
{
    const struct into_run *run = c->into->run;

    if (after == 0 || after > run->frame_count)
        return 0;
    return whose == 0 ? run->frames[after - 1].s.at : run->feeder->fed[after - 1].said.at;
}

/* Earlier or later, counted from the segment that was fed before the real one. */
static unsigned time_differs(const struct comparer *c, const struct into_answer *real,
                             const struct into_answer *simulated, vtime *by)
{
    vtime then = real->at - base_of(c, 0, real->after);
    vtime now = simulated->at - base_of(c, 1, real->after);

    *by = now - then;
    if (*by > SLACK + then / 10)
        return INTO_LATER;
    return *by < -(SLACK + then / 10) ? INTO_EARLIER : INTO_SAME;
}

/* ---- Text that is cut otherwise ---- */

/* Both carry text, and some of it is the same. */
static bool overlap(const struct into_answer *real, const struct into_answer *simulated)
{
    return real->len > 0 && simulated->len > 0 &&
           (int32_t)(real->seq + real->len - simulated->seq) > 0 &&
           (int32_t)(simulated->seq + simulated->len - real->seq) > 0;
}

static bool is_piece(const struct into_answer *a, uint32_t at)
{
    return a->len > 0 && a->seq == at && (a->flags & (TCP_SYN | TCP_RST)) == 0;
}

/* The next answers of both, COUNT of each, that have the same text between them; the first of
 * both have some and begin together. False: there is no such place near. */
static bool find_same_text(const struct comparer *c, uint32_t count[2])
{
    uint32_t end[2];

    for (int whose = 0; whose < 2; whose++) {
        if (!is_piece(answer(c, whose, 0), answer(c, 0, 0)->seq))
            return false;
        end[whose] = answer(c, whose, 0)->seq + answer(c, whose, 0)->len;
        count[whose] = 1;
    }
    while (end[0] != end[1]) {
        int behind = (int32_t)(end[0] - end[1]) > 0;
        const struct into_answer *next;

        if (count[behind] == PIECES || count[behind] == left(c, behind))
            return false;
        next = answer(c, behind, count[behind]);
        if (!is_piece(next, end[behind]))
            return false;
        end[behind] += next->len;
        count[behind]++;
    }
    return count[0] + count[1] > 2 &&
           ((answer(c, 0, count[0] - 1)->flags ^ answer(c, 1, count[1] - 1)->flags) & FLAGS) == 0;
}

/* ---- Rows ---- */

static struct into_row *add_row(struct comparer *c)
{
    struct into_row *row = capture_list_add(&c->rows, sizeof(*row));

    c->no_memory = c->no_memory || row == NULL;
    return row;
}

static void add_fed(struct comparer *c)
{
    const struct into_run *run = c->into->run;
    const struct into_frame *frame = &run->frames[c->fed];
    const struct fed_frame *fed = &run->feeder->fed[c->fed++];
    struct into_row *row = fed->frame != 0 ? add_row(c) : NULL;

    if (row == NULL)
        return;
    row->fed = true;
    row->at = fed->said.at;
    row->segment = frame->segment;
    row->made_up = frame->segment == UINT32_MAX || frame->s.made_up;
    row->before = frame->s.made_up;
    row->gave_up = fed->gave_up;
    row->said = fed->said;
    c->into->tally.fed++;
    c->into->tally.before += row->before;
    c->into->tally.made_up += row->made_up && !row->before;
    c->into->tally.given_up += row->gave_up;
}

/* All segments that were fed before simulated answer A, or the real one. */
static void add_fed_before(struct comparer *c, const struct into_answer *a)
{
    while (c->fed < a->after && c->fed < c->into->run->frame_count)
        add_fed(c);
}

/* The next COUNT of WHOSE have their row. */
static void note_sent(struct comparer *c, int whose, uint32_t count)
{
    for (; count > 0; count--) {
        const struct into_answer *a = answer(c, whose, 0);

        if (a->len > 0 && (int32_t)(a->seq + a->len - c->sent[whose]) > 0)
            c->sent[whose] = a->seq + a->len;
        c->at[whose]++;
    }
}

/* New text of WHOSE that the other host has sent already, in other pieces. */
static bool was_said(const struct comparer *c, int whose)
{
    const struct into_answer *a = answer(c, whose, 0);
    uint32_t end = a->seq + a->len;

    return is_piece(a, a->seq) && (a->flags & TCP_FIN) == 0 &&
           (int32_t)(end - c->sent[whose]) > 0 && (int32_t)(end - c->sent[!whose]) <= 0;
}

/* COUNT[0] real answers beside COUNT[1] simulated ones. */
static void add_answers(struct comparer *c, uint32_t real, uint32_t simulated, unsigned differs)
{
    const struct into_answer *first = answer(c, simulated > 0 ? 1 : 0, 0);
    struct into_row *row;

    add_fed_before(c, first);
    row = add_row(c);
    if (row == NULL)
        return;
    row->at = simulated > 0 ? first->at
                            : first->at - base_of(c, 0, first->after) + base_of(c, 1, first->after);
    row->first[0] = c->at[0];
    row->first[1] = c->at[1];
    row->count[0] = real;
    row->count[1] = simulated;
    row->differs = differs;
    if (real > 0 && simulated > 0)
        row->differs |=
            time_differs(c, answer(c, 0, real - 1), answer(c, 1, simulated - 1), &row->by);
    note_sent(c, 0, real);
    note_sent(c, 1, simulated);
}

static void add_pair(struct comparer *c)
{
    const struct into_answer *real = answer(c, 0, 0), *simulated = answer(c, 1, 0);
    unsigned differs = differs_in(real, simulated);

    if ((differs & (INTO_SEQ | INTO_LENGTH)) != 0 && overlap(real, simulated))
        differs = (differs & ~(unsigned)(INTO_SEQ | INTO_LENGTH)) | INTO_CUT;
    add_answers(c, 1, 1, differs);
}

/* ---- Which belongs to which ---- */

/* The nearest two that are the same, both ahead. */
static bool find_same(const struct comparer *c, uint32_t *real, uint32_t *simulated)
{
    for (uint32_t sum = 1; sum < 2 * NEAR; sum++)
        for (uint32_t i = 0; i <= sum; i++) {
            if (i >= NEAR || sum - i >= NEAR || i >= left(c, 0) || sum - i >= left(c, 1))
                continue;
            if (!is_same(answer(c, 0, i), answer(c, 1, sum - i)))
                continue;
            *real = i;
            *simulated = sum - i;
            return true;
        }
    return false;
}

/* No one can know what the real host said when the capture was over. */
static bool is_after(const struct comparer *c, const struct into_answer *simulated)
{
    const struct into_run *run = c->into->run;

    return simulated->at - base_of(c, 1, run->frame_count) >
           run->talk->until - base_of(c, 0, run->frame_count);
}

/* What lies before the next two that are the same. */
static void add_others(struct comparer *c, uint32_t real, uint32_t simulated)
{
    while (real > 0 && simulated > 0 && !c->no_memory) {
        add_pair(c);
        real--;
        simulated--;
    }
    for (; real > 0; real--)
        add_answers(c, 1, 0, INTO_MISSING);
    for (; simulated > 0; simulated--)
        add_answers(c, 0, 1, is_after(c, answer(c, 1, 0)) ? INTO_AFTER : INTO_EXTRA);
}

static void step(struct comparer *c)
{
    const struct into_answer *real = answer(c, 0, 0), *simulated = answer(c, 1, 0);
    uint32_t ahead[2];

    if (is_same(real, simulated)) {
        add_pair(c);
    } else if (find_same_text(c, ahead)) {
        add_answers(c, ahead[0], ahead[1], INTO_CUT);
    } else if (was_said(c, 0)) {
        add_answers(c, 1, 0, INTO_CUT);
    } else if (was_said(c, 1)) {
        add_answers(c, 0, 1, INTO_CUT);
    } else if (overlap(real, simulated)) {
        add_pair(c);
    } else if (find_same(c, &ahead[0], &ahead[1])) {
        add_others(c, ahead[0], ahead[1]);
    } else {
        add_pair(c);
    }
}

/* ---- Counting ---- */

static void count_row(struct into_tally *t, const struct into_row *row)
{
    if (row->fed)
        return;
    t->missing += (row->differs & INTO_MISSING) != 0;
    t->after += (row->differs & INTO_AFTER) != 0;
    if ((row->differs & INTO_BEFORE) != 0)
        return;
    t->extra += (row->differs & INTO_EXTRA) != 0;
    if ((row->differs & INTO_AFTER) != 0)
        return;
    if ((row->differs & INTO_OTHER) == 0) {
        t->same++;
        t->cut += (row->differs & INTO_CUT) != 0;
        t->other_window += (row->differs & INTO_WINDOW) != 0;
        t->other_time += (row->differs & (INTO_EARLIER | INTO_LATER)) != 0;
    } else if ((row->differs & (INTO_MISSING | INTO_EXTRA)) == 0) {
        t->different++;
    }
}

static uint32_t find_difference(const struct into *into, unsigned bits)
{
    for (uint32_t i = 0; i < into->row_count; i++)
        if ((into->rows[i].differs & bits) != 0)
            return i;
    return UINT32_MAX;
}

static void count(struct into *into)
{
    const struct capture_talk *talk = into->options.talk;
    struct into_tally *t = &into->tally;

    for (uint32_t i = 0; i < into->row_count; i++)
        count_row(t, &into->rows[i]);
    into->first_difference = find_difference(into, INTO_OTHER);
    if (into->first_difference == UINT32_MAX)
        into->first_difference = find_difference(into, ~(unsigned)INTO_BEFORE);
    t->real = into->answer_count[0];
    t->simulated = into->answer_count[1] - into->before;
    t->helps = into->run->feeder->helps;
    t->resets = into->run->feeder->resets;
    for (uint32_t i = 0; i < talk->count; i++) {
        const struct talk_segment *s = &talk->segments[i];

        if (s->side != into->options.as || s->made_up)
            continue;
        t->twice += s->twice;
        t->lost += s->lost && !s->twice;
        t->truncated += !s->twice && !s->lost && (s->captured < s->len || s->options_cut);
    }
}

bool into_compare(struct into *into)
{
    struct comparer c = { .into = into };

    while (c.at[1] < into->before && !c.no_memory)
        add_answers(&c, 0, 1, INTO_BEFORE);
    while (left(&c, 0) > 0 && left(&c, 1) > 0 && !c.no_memory)
        step(&c);
    add_others(&c, left(&c, 0), 0);
    add_others(&c, 0, left(&c, 1));
    while (c.fed < into->run->frame_count)
        add_fed(&c);
    into->rows = c.rows.items;
    into->row_count = c.rows.count;
    count(into);
    return !c.no_memory;
}

/* ---- Words ---- */

const char *into_difference_name(enum into_difference difference)
{
    switch (difference) {
    case INTO_SAME: return N_("the same");
    case INTO_MISSING: return N_("missing");
    case INTO_EXTRA: return N_("one more");
    case INTO_FLAGS: return N_("other flags");
    case INTO_SEQ: return N_("other seq");
    case INTO_ACK: return N_("other ack");
    case INTO_LENGTH: return N_("other length");
    case INTO_PUSH: return N_("other push");
    case INTO_WINDOW: return N_("other window");
    case INTO_EARLIER: return N_("earlier");
    case INTO_LATER: return N_("later");
    case INTO_CUT: return N_("cut otherwise");
    case INTO_AFTER: return N_("after the capture's end");
    case INTO_BEFORE: return N_("before the capture's beginning");
    }
    return "";
}
