#include <stdlib.h>

#include "layers/tcp/tcp_seq.h"
#include "tools/lib/capture_list.h"
#include "tools/lib/capture_talk.h"

/* Time a program may take to go on writing what is one write, beside the round trip
 * that its ACK needs. */
#define PAUSE (5 * MS)

/* An ACK may be captured before what it acknowledges, by so much. */
#define SOON (2 * MS)

enum { STAMP_BYTES = 12 }; /* that the timestamps option takes of each segment */

/* When the text of the other end first reached how far. */
struct reach {
    uint64_t text;
    vtime at;
};

/* One end's program being watched. */
struct watch {
    const struct capture_talk *talk;
    unsigned side;
    enum talk_grain grain;
    struct capture_list deeds;   /* struct talk_deed */
    struct capture_list reaches; /* struct reach, of the other end */
    uint32_t reached;            /* of these, heard already */
    bool no_memory;
    uint32_t segment; /* that is looked at */
    uint64_t heard;
    vtime heard_at;
    bool heard_fin, other_fin; /* the other's FIN: acknowledged; passed, */
    vtime other_fin_at;        /* at that time */
    bool opened, left, aborted;
    bool text_behind_fin; /* the other sent text after ours */
    /* Writing. */
    uint64_t written;
    uint32_t last_write; /* deed's index + 1; 0: none */
    bool write_ended;    /* with the last piece of it */
    uint64_t right_edge; /* of the window that the other offers */
    uint64_t acked;      /* by the other */
    vtime freed_at;      /* when an ACK or a window last let it go on */
    /* Reading. */
    bool edged, stopped;
    uint64_t edge;         /* right edge of the window */
    uint32_t edge_segment; /* that moved it last */
    uint64_t edge_heard;
};

static const struct talk_segment *segment_of(const struct watch *w)
{
    return &w->talk->segments[w->segment];
}

/* The deed that the present segment shows; NULL: no memory. */
static struct talk_deed *add(struct watch *w, enum talk_deed_kind kind)
{
    struct talk_deed *deed = capture_list_add(&w->deeds, sizeof(*deed));

    if (deed == NULL) {
        w->no_memory = true;
        return NULL;
    }
    *deed = (struct talk_deed){ .kind = kind,
                                .at = segment_of(w)->at,
                                .segment = w->segment,
                                .heard = w->heard,
                                .heard_at = w->heard_at,
                                .heard_fin = w->heard_fin };
    return deed;
}

/* Where SEQ lies in END's text, near NEAR. */
static int64_t place_of(const struct talk_end *end, uint64_t near, uint32_t seq)
{
    return (int64_t)near + (int32_t)(seq - (end->iss + 1 + (uint32_t)near));
}

/* ---- Opening ---- */

static void opens(struct watch *w)
{
    const struct talk_segment *s = segment_of(w);
    bool active = (s->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
    struct talk_deed *deed;

    if (w->opened)
        return;
    w->opened = true;
    if ((s->flags & TCP_RST) != 0 && w->side == TALK_SERVER) {
        deed = add(w, TALK_REFUSES);
        w->aborted = true;
    } else {
        deed = add(w, active || w->side == TALK_CLIENT ? TALK_CONNECTS : TALK_LISTENS);
    }
    if (deed != NULL && deed->kind != TALK_CONNECTS)
        deed->at = 0;
}

/* ---- Writing ---- */

/* Text that TCP sends as it likes, in one piece or several sent at once by a network card. */
static uint32_t full_size(const struct watch *w)
{
    const struct talk_end *end = &w->talk->end[w->side], *other = &w->talk->end[!w->side];
    uint32_t mss = other->mss;

    if (end->timestamps && other->timestamps && mss > STAMP_BYTES)
        mss -= STAMP_BYTES;
    return mss == 0 || end->longest < mss ? end->longest : mss;
}

/* The program's write ends with PIECE: it has less than a full segment at its end, though the
 * window had room for more. */
static bool ends_write(const struct watch *w, const struct talk_segment *piece)
{
    uint32_t full = full_size(w);

    if (full == 0 || piece->len % full == 0)
        return false;
    return (piece->flags & TCP_PSH) != 0 || piece->offset + piece->len < w->right_edge;
}

/* Text that begins now goes on with the write before: only windows or the silence of a round
 * trip have kept it back. */
static bool goes_on(const struct watch *w)
{
    const struct talk_deed *last = (const struct talk_deed *)w->deeds.items + w->last_write - 1;
    const struct talk_end *end = &w->talk->end[w->side];
    vtime patience = end->rtt + end->rtt / 2 + PAUSE;

    if (w->last_write == 0 || w->grain == TALK_BY_SEGMENT || last->heard != w->heard ||
        w->write_ended)
        return false;
    return w->acked < w->written || w->right_edge <= w->written ||
           segment_of(w)->at - w->freed_at <= patience;
}

static void writes(struct watch *w, uint64_t stop)
{
    struct talk_deed *deed;

    if (stop <= w->written)
        return;
    if (goes_on(w)) {
        deed = (struct talk_deed *)w->deeds.items + w->last_write - 1;
    } else {
        deed = add(w, TALK_WRITES);
        if (deed == NULL)
            return;
        deed->offset = w->written;
        w->last_write = w->deeds.count;
    }
    deed->len = stop - deed->offset;
    w->written = stop;
    w->write_ended = segment_of(w)->side == w->side && ends_write(w, segment_of(w));
}

/* ---- Reading ---- */

static void stops(struct watch *w)
{
    uint32_t now = w->segment;
    struct talk_deed *deed;

    w->segment = w->edge_segment;
    deed = add(w, TALK_STOPS);
    w->segment = now;
    if (deed != NULL)
        deed->heard = w->edge_heard;
    w->stopped = true;
}

/* A window that takes no segment any more says that the program did not read since its
 * right edge last moved; each move after that, that it does. */
static void looks_at_window(struct watch *w)
{
    const struct talk_segment *s = segment_of(w);
    const struct talk_end *end = &w->talk->end[w->side];
    uint32_t window = capture_talk_window(w->talk, s);
    uint32_t little = w->talk->end[!w->side].longest;
    uint64_t edge = w->heard + window;
    bool moved = !w->edged || edge > w->edge;

    if ((s->flags & TCP_RST) != 0)
        return;
    if (little > end->window_most / 2)
        little = end->window_most / 2;
    if (w->stopped && moved) {
        bool all = window >= end->window_most / 2;
        struct talk_deed *deed = add(w, all ? TALK_READS_ON : TALK_READS);

        if (deed != NULL)
            deed->len = edge - w->edge;
        w->stopped = !all;
    }
    if (moved) {
        w->edge = edge;
        w->edge_segment = w->segment;
        w->edge_heard = w->heard;
    }
    w->edged = true;
    if ((s->flags & TCP_SYN) == 0 && !w->stopped && (window == 0 || window < little) &&
        w->heard > 0)
        stops(w);
}

/* ---- Leaving ---- */

/* After its FIN, which the present segment is, it acknowledges new text: it reads. */
static bool reads_after(const struct watch *w)
{
    const struct talk_end *other = &w->talk->end[!w->side];

    for (uint32_t i = w->segment + 1; i < w->talk->count; i++) {
        const struct talk_segment *s = &w->talk->segments[i];

        if (s->side != w->side || s->stray || s->twice || (s->flags & TCP_RST) != 0)
            continue;
        if (place_of(other, w->heard, s->ack) > (int64_t)w->heard && w->heard < other->text)
            return true;
    }
    return false;
}

/* Who resets has not given his connection away before. */
static void stays_until_now(struct watch *w)
{
    struct talk_deed *deeds = w->deeds.items;

    for (uint32_t i = 0; i < w->deeds.count; i++)
        if (deeds[i].kind == TALK_CLOSES)
            deeds[i].kind = TALK_SHUTS;
}

static void leaves(struct watch *w)
{
    const struct talk_segment *s = segment_of(w);

    if ((s->flags & TCP_RST) != 0 && !w->aborted) {
        w->aborted = true;
        /* After CLOSE it is TCP that resets, for text that nobody will read. */
        if (!(w->left && w->text_behind_fin)) {
            stays_until_now(w);
            add(w, TALK_ABORTS);
        }
    }
    if ((s->flags & (TCP_FIN | TCP_RST)) != TCP_FIN || w->left)
        return;
    w->left = true;
    add(w, reads_after(w) ? TALK_SHUTS : TALK_CLOSES);
}

/* ---- The segments, one by one ---- */

/* A RST need not say what it has seen: all that could have come. */
static void hears_before_reset(struct watch *w)
{
    const struct reach *reaches = w->reaches.items;
    vtime until = segment_of(w)->at - w->talk->end[w->side].rtt / 2;

    for (; w->reached < w->reaches.count && reaches[w->reached].at <= until; w->reached++)
        if (reaches[w->reached].text > w->heard) {
            w->heard = reaches[w->reached].text;
            w->heard_at = reaches[w->reached].at;
        }
}

static void hears(struct watch *w)
{
    const struct talk_segment *s = segment_of(w);
    const struct talk_end *other = &w->talk->end[!w->side];
    const struct reach *reaches = w->reaches.items;
    int64_t place;

    if ((s->flags & TCP_RST) != 0)
        hears_before_reset(w);
    if ((s->flags & (TCP_ACK | TCP_RST)) != TCP_ACK || !other->numbered)
        return;
    place = place_of(other, w->heard, s->ack);
    if (place > (int64_t)w->heard && w->heard < other->text) {
        w->heard = (uint64_t)place < other->text ? (uint64_t)place : other->text;
        while (w->reached < w->reaches.count && reaches[w->reached].text < w->heard)
            w->reached++;
        w->heard_at = w->reached < w->reaches.count ? reaches[w->reached].at : s->at;
    }
    if (place > (int64_t)other->text && w->other_fin && !w->heard_fin) {
        w->heard_fin = true;
        w->heard_at = w->other_fin_at;
    }
}

/* ---- What is not seen of writing ---- */

/* The next segment of its own with text behind what is written, from the one behind the
 * present; NULL: there is none that passes before UNTIL. */
static const struct talk_segment *next_text(const struct watch *w, vtime until)
{
    for (uint32_t i = w->segment + 1; i < w->talk->count && w->talk->segments[i].at <= until; i++) {
        const struct talk_segment *s = &w->talk->segments[i];

        if (s->side == w->side && !s->stray && !s->twice && s->len > 0 && s->offset != UINT64_MAX &&
            s->offset <= w->written && s->offset + s->len > w->written)
            return s;
    }
    return NULL;
}

/* Text up to PLACE is acknowledged: who captured it missed some, or sees it only now. */
static void writes_unseen(struct watch *w, uint64_t place)
{
    const struct talk_end *end = &w->talk->end[w->side];

    if (place <= w->written || end->text <= w->written ||
        next_text(w, segment_of(w)->at + SOON) != NULL)
        return;
    writes(w, place < end->text ? place : end->text);
}

/* It asks again and again whether a window is open: it has more to send. */
static void asks_window(struct watch *w)
{
    const struct talk_segment *s = segment_of(w), *next;
    int64_t place = place_of(&w->talk->end[w->side], w->written, s->seq);

    if (w->left || w->written == 0 || s->len > 1 || place + 1 != (int64_t)w->written ||
        w->right_edge > w->written || w->acked < w->written ||
        (s->flags & (TCP_SYN | TCP_FIN | TCP_RST)) != 0)
        return;
    next = next_text(w, INT64_MAX);
    writes(w, next != NULL ? next->offset + next->len : w->written + 1);
}

static void own_segment(struct watch *w)
{
    const struct talk_segment *s = segment_of(w);

    hears(w);
    opens(w);
    if (s->len > 0 && s->offset != UINT64_MAX && (s->flags & TCP_RST) == 0)
        writes(w, s->offset + s->len);
    asks_window(w);
    looks_at_window(w);
    leaves(w);
}

static void other_segment(struct watch *w)
{
    const struct talk_segment *s = segment_of(w);
    const struct talk_end *end = &w->talk->end[w->side];
    struct reach *reach;
    int64_t place;

    if (!w->other_fin && (s->flags & TCP_FIN) != 0) {
        w->other_fin = true;
        w->other_fin_at = s->at;
    }
    w->text_behind_fin = w->text_behind_fin || (w->left && s->len > 0);
    if (s->len > 0 && s->offset != UINT64_MAX && !s->resent) {
        reach = capture_list_add(&w->reaches, sizeof(*reach));
        w->no_memory = w->no_memory || reach == NULL;
        if (reach != NULL)
            *reach = (struct reach){ s->offset + s->len, s->at };
    }
    if ((s->flags & (TCP_ACK | TCP_RST)) != TCP_ACK || !end->numbered)
        return;
    place = place_of(end, w->acked, s->ack);
    if (place >= 0 && (uint64_t)place + capture_talk_window(w->talk, s) > w->right_edge) {
        w->right_edge = (uint64_t)place + capture_talk_window(w->talk, s);
        w->freed_at = s->at;
    }
    if (place > 0)
        writes_unseen(w, (uint64_t)place);
    if (place > (int64_t)w->acked && place <= (int64_t)end->text + 1) {
        w->acked = (uint64_t)place;
        w->freed_at = s->at;
    }
}

static int compare_deeds(const void *a, const void *b)
{
    const struct talk_deed *one = a, *other = b;

    if (one->at != other->at)
        return one->at < other->at ? -1 : 1;
    if (one->segment != other->segment)
        return one->segment < other->segment ? -1 : 1;
    return (int)one->kind - (int)other->kind;
}

struct talk_deed *capture_talk_deeds(const struct capture_talk *talk, unsigned side,
                                     enum talk_grain grain, uint32_t *count)
{
    struct watch w = { .talk = talk, .side = side, .grain = grain };
    struct talk_deed *deeds;

    for (; w.segment < talk->count && !w.no_memory; w.segment++) {
        const struct talk_segment *s = segment_of(&w);

        if (s->stray || s->twice)
            continue;
        if (s->side == side)
            own_segment(&w);
        else
            other_segment(&w);
    }
    free(w.reaches.items);
    deeds = w.deeds.items != NULL || w.no_memory ? w.deeds.items : calloc(1, sizeof(*deeds));
    if (w.no_memory) {
        free(deeds);
        return NULL;
    }
    *count = w.deeds.count;
    if (deeds != NULL)
        qsort(deeds, *count, sizeof(*deeds), compare_deeds);
    return deeds;
}

const char *talk_deed_name(enum talk_deed_kind kind)
{
    static const char *const names[] = {
        [TALK_CONNECTS] = "connects", [TALK_LISTENS] = "listens", [TALK_REFUSES] = "refuses",
        [TALK_WRITES] = "writes",     [TALK_STOPS] = "stops",     [TALK_READS] = "reads",
        [TALK_READS_ON] = "reads on", [TALK_SHUTS] = "shuts",     [TALK_CLOSES] = "closes",
        [TALK_ABORTS] = "aborts",
    };

    return names[kind];
}
