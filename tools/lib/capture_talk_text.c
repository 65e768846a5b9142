#include <stdlib.h>
#include <string.h>

#include "layers/tcp/tcp_seq.h"
#include "layers/wire/bytes.h"
#include "layers/wire/tcp_option.h"
#include "tools/lib/capture_talk.h"

enum { SCALE_MAX = 14 }; /* RFC 7323 2.3 */

void capture_talk_header(const struct talk_segment *segment, struct tcp_header *h)
{
    *h = (struct tcp_header){ .sequence = segment->seq,
                              .acknowledgment = segment->ack,
                              .flags = segment->flags,
                              .window = segment->window,
                              .urgent_pointer = segment->urgent,
                              .options = { segment->options, segment->options_len } };
}

uint32_t capture_talk_window(const struct capture_talk *talk, const struct talk_segment *s)
{
    int8_t mine = talk->end[s->side].scale, theirs = talk->end[!s->side].scale;

    if ((s->flags & TCP_SYN) != 0 || mine < 0 || theirs < 0)
        return s->window;
    return (uint32_t)s->window << mine;
}

/* ---- The ends ---- */

static void read_syn(struct talk_end *end, const struct talk_segment *s)
{
    struct tcp_option_reader reader;
    struct tcp_option option;

    end->opened = end->numbered = true;
    end->iss = s->seq;
    end->window = s->window;
    end->ecn = (s->flags & TCP_ECE) != 0;
    tcp_option_begin(&reader, (struct span){ s->options, s->options_len });
    while (tcp_option_next(&reader, &option))
        switch (option.kind) {
        case TCP_OPTION_MSS: end->mss = get_be16(option.data.at); break;
        case TCP_OPTION_SACK_PERMITTED: end->sack = true; break;
        case TCP_OPTION_TIMESTAMPS: end->timestamps = true; break;
        case TCP_OPTION_WINDOW_SCALE:
            end->scale = (int8_t)min_size(option.data.at[0], SCALE_MAX);
            break;
        default: break;
        }
}

/* It acknowledges a SYN of an older connection between the two. */
static bool answers_another_syn(const struct talk_end *other, const struct talk_segment *s)
{
    return (s->flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK) && other->opened &&
           s->ack != other->iss + 1;
}

/* Numbers run from the first seen; of an end that is not heard, from the first that the
 * other acknowledges. */
static void number_ends(struct capture_talk *talk)
{
    for (uint32_t i = 0; i < talk->count; i++) {
        const struct talk_segment *s = &talk->segments[i];
        struct talk_end *end = &talk->end[s->side];

        if ((s->flags & TCP_RST) != 0)
            continue;
        if (answers_another_syn(&talk->end[!s->side], s))
            continue;
        if ((s->flags & TCP_SYN) != 0 && !end->numbered)
            read_syn(end, s);
        if (!end->numbered)
            end->iss = s->seq - 1;
        end->numbered = true;
    }
    for (uint32_t i = 0; i < talk->count; i++) {
        const struct talk_segment *s = &talk->segments[i];
        struct talk_end *other = &talk->end[!s->side];

        if (!other->numbered && (s->flags & TCP_ACK) != 0) {
            other->iss = s->ack - 1;
            other->numbered = true;
        }
    }
}

/* ---- The numbers ---- */

/* Where number SEQ of END lies, counted from its first byte of text; it is near NEAR. */
static int64_t place_of(const struct talk_end *end, uint64_t near, uint32_t seq)
{
    uint32_t there = end->iss + 1 + (uint32_t)near;

    return (int64_t)near + (int32_t)(seq - there);
}

/* A reset counts if it stands where its receiver waits, or answers what that one sent. */
static bool is_stray_reset(const struct capture_talk *talk, const struct talk_segment *s)
{
    const struct talk_end *end = &talk->end[s->side], *other = &talk->end[!s->side];
    int64_t place;

    if ((s->flags & TCP_ACK) != 0 && other->numbered) {
        place = place_of(other, other->seen, s->ack);
        if (!end->opened)
            return place < 0 || place > (int64_t)other->seen + 1;
    }
    if (!end->numbered)
        return (s->flags & TCP_ACK) == 0;
    place = place_of(end, end->seen, s->seq);
    return place < -1 || place > (int64_t)end->seen + UINT16_MAX;
}

static bool is_stray(const struct capture_talk *talk, const struct talk_segment *s)
{
    const struct talk_end *end = &talk->end[s->side];
    int64_t place;

    if ((s->flags & TCP_RST) != 0)
        return is_stray_reset(talk, s);
    if ((s->flags & TCP_SYN) != 0)
        return s->seq != end->iss;
    place = place_of(end, end->seen, s->seq);
    return place > (int64_t)end->seen + TALK_JUMP_MAX ||
           (end->opened && place < -1 && end->seen < TALK_JUMP_MAX);
}

static void take_text(struct talk_end *end, struct talk_segment *s)
{
    uint32_t first = s->seq + ((s->flags & TCP_SYN) != 0);
    int64_t place = place_of(end, end->seen, first);
    bool fin = (s->flags & TCP_FIN) != 0, occupies = s->len > 0 || fin;
    uint64_t stop;

    s->offset = place < 0 ? UINT64_MAX : (uint64_t)place;
    if (place < 0 || (s->flags & TCP_RST) != 0) {
        s->resent = occupies && place < 0;
        return;
    }
    stop = s->offset + s->len;
    s->resent = occupies && (s->len == 0 || stop <= end->seen) && (!fin || end->fin);
    if (s->len > 0 && stop > end->seen)
        end->seen = stop;
    if (s->len > end->longest && !s->made_up)
        end->longest = s->len;
    end->fin = end->fin || fin;
}

/* A round trip was measured to the end that SIDE's segments went to: at least 1 ns. */
static void note_rtt(struct capture_talk *talk, int side, bool timing)
{
    const struct tcp_inferred *end = &talk->inference.end[side];
    struct talk_end *other = &talk->end[!side];
    vtime rtt = end->rtt > 0 ? end->rtt : 1;

    if (timing && !end->timing && (other->rtt == 0 || rtt < other->rtt))
        other->rtt = rtt;
}

/* A SYN that was sent once and answered is a sample, whatever passed between the two. */
static void note_syn(struct capture_talk *talk, const struct talk_segment *s)
{
    struct talk_end *end = &talk->end[s->side], *other = &talk->end[!s->side];
    vtime rtt = s->at - other->syn_at;

    if ((s->flags & TCP_SYN) == 0)
        return;
    if ((s->flags & TCP_ACK) != 0 && end->syns == 0 && other->syns == 1 && rtt > 0 && !s->made_up &&
        (end->rtt == 0 || rtt < end->rtt))
        end->rtt = rtt;
    end->syns++;
    end->syn_at = s->at;
}

static void infer(struct capture_talk *talk, const struct talk_segment *s)
{
    struct tcp_inference *inference = &talk->inference;
    bool timing = inference->end[!s->side].timing;
    struct tcp_header h;

    capture_talk_header(s, &h);
    tcp_infer_sent(inference, s->side, &h, s->len, s->at, NULL);
    tcp_infer_arrives(inference, s->side, &h, s->at, NULL);
    if (!s->made_up)
        note_rtt(talk, !s->side, timing);
    note_syn(talk, s);
    for (int side = 0; side < 2; side++)
        talk->end[side].state = inference->end[side].state;
}

static bool is_handshakes_end(const struct capture_talk *talk, const struct talk_segment *s)
{
    const struct talk_end *other = &talk->end[!s->side];

    return !talk->join.joined && talk->end[0].opened && talk->end[1].opened &&
           s->side == TALK_CLIENT && (s->flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_ACK &&
           seq_gt(s->ack, other->iss);
}

static void number_segment(struct capture_talk *talk, struct talk_segment *s)
{
    struct talk_end *end = &talk->end[s->side];
    bool had_syn = (s->flags & TCP_SYN) != 0 && talk->inference.end[s->side].sent;
    uint32_t window;

    s->stray = is_stray(talk, s);
    if (s->stray || s->twice) {
        s->offset = UINT64_MAX;
        talk->stray += s->stray;
        return;
    }
    take_text(end, s);
    s->resent = s->resent || (had_syn && s->len == 0);
    window = capture_talk_window(talk, s);
    if ((s->flags & TCP_RST) == 0 && window > end->window_most)
        end->window_most = window;
    talk->whole_handshake = talk->whole_handshake || is_handshakes_end(talk, s);
    infer(talk, s);
}

/* What was acknowledged but not seen is text, too; of an end whose FIN was seen
 * nothing can be. */
static void count_text(struct capture_talk *talk)
{
    for (unsigned side = 0; side < 2; side++)
        talk->end[side].text = talk->end[side].seen;
    for (uint32_t i = 0; i < talk->count; i++) {
        const struct talk_segment *s = &talk->segments[i];
        struct talk_end *other = &talk->end[!s->side];
        int64_t place;

        if (s->stray || s->twice || other->fin || (s->flags & (TCP_ACK | TCP_RST)) != TCP_ACK)
            continue;
        place = place_of(other, other->text, s->ack);
        if (place > (int64_t)other->text && place <= (int64_t)other->seen + TALK_JUMP_MAX)
            other->text = (uint64_t)place;
    }
}

/* ---- The text ---- */

struct piece {
    uint64_t offset;
    uint32_t segment;
};

static int compare_pieces(const void *a, const void *b)
{
    const struct piece *one = a, *other = b;

    if (one->offset != other->offset)
        return one->offset < other->offset ? -1 : 1;
    return one->segment < other->segment ? -1 : one->segment > other->segment;
}

static bool has_text(const struct talk_segment *s, unsigned side)
{
    return s->side == side && s->captured > 0 && s->offset != UINT64_MAX;
}

static bool sort_side(struct capture_talk *talk, unsigned side)
{
    struct piece *pieces = malloc((talk->count + 1) * sizeof(*pieces));
    uint32_t count = 0;

    talk->order[side] = malloc((talk->count + 1) * sizeof(*talk->order[side]));
    if (pieces != NULL && talk->order[side] != NULL) {
        for (uint32_t i = 0; i < talk->count; i++)
            if (has_text(&talk->segments[i], side))
                pieces[count++] = (struct piece){ talk->segments[i].offset, i };
        qsort(pieces, count, sizeof(*pieces), compare_pieces);
        for (uint32_t i = 0; i < count; i++)
            talk->order[side][i] = pieces[i].segment;
    }
    talk->order_count[side] = count;
    free(pieces);
    return pieces != NULL && talk->order[side] != NULL;
}

/* The first piece that may reach beyond OFFSET. */
static uint32_t first_piece(const struct capture_talk *talk, unsigned side, uint64_t offset)
{
    uint32_t low = 0, high = talk->order_count[side], longest = talk->end[side].longest;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (talk->segments[talk->order[side][middle]].offset + longest <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void capture_talk_text(const struct capture_talk *talk, unsigned side, uint64_t offset,
                       uint8_t *out, size_t len)
{
    memset(out, 0, len);
    for (uint32_t i = first_piece(talk, side, offset); i < talk->order_count[side]; i++) {
        const struct talk_segment *s = &talk->segments[talk->order[side][i]];
        uint64_t from = s->offset > offset ? s->offset : offset;
        uint64_t to = s->offset + s->captured;

        if (s->offset >= offset + len)
            return;
        if (to > offset + len)
            to = offset + len;
        if (from < to)
            memcpy(out + (from - offset), talk->bytes + s->bytes + (from - s->offset), to - from);
    }
}

/* Nothing is known of the ends but who they are. */
static void begin(struct capture_talk *talk)
{
    tcp_infer_begin(&talk->inference);
    talk->stray = talk->lost = 0;
    talk->whole_handshake = false;
    for (int side = 0; side < 2; side++) {
        struct flow_end address = talk->end[side].address;

        talk->end[side] = (struct talk_end){ .address = address, .scale = -1 };
        talk->end[side].state = talk->inference.end[side].state;
        free(talk->order[side]);
        talk->order[side] = NULL;
    }
}

bool capture_talk_number(struct capture_talk *talk)
{
    begin(talk);
    number_ends(talk);
    for (uint32_t i = 0; i < talk->count; i++) {
        if (i == talk->before) /* no round trip begins with what was made up */
            talk->inference.end[0].timing = talk->inference.end[1].timing = false;
        talk->segments[i].lost = false;
        number_segment(talk, &talk->segments[i]);
    }
    count_text(talk);
    capture_talk_lose(talk);
    return sort_side(talk, TALK_CLIENT) && sort_side(talk, TALK_SERVER);
}
