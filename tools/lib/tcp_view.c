#include "tools/lib/tcp_view.h"

#include <stdlib.h>
#include <string.h>

#include "layers/tcp/tcp_seq.h"
#include "layers/wire/bytes.h"
#include "layers/wire/tcp_option.h"
#include "sim/hash.h"

enum {
    FLOWS_MAX = 4096,
    GAPS_MAX = 8,
    COPIES_MAX = 1024, /* segments known by their identity */
    WSCALE_MAX = 14,
    VANTAGES_MAX = 64, /* beyond, some are counted together */
};

struct gap {
    seq32 from, to; /* seen before and behind, but not these */
};

/* What one side of a connection has sent. */
struct side {
    bool based, acked; /* has a base; has sent an ACK */
    seq32 base;        /* its number 0 */
    seq32 next;        /* behind the highest that it has sent */
    bool has_sent;     /* next is meant */
    struct gap gaps[GAPS_MAX];
    unsigned gap_count;
    seq32 ack; /* of its last segment */
    uint32_t window;
    uint32_t duplicates;
    bool probes; /* the last that it sent asked whether the window is open */
    seq32 probe; /* the number of that segment */
    bool syn_seen, scale_given;
    bool scale_agreed; /* by a SYN,ACK, which may only answer an offer */
    uint8_t scale;
};

struct flow {
    ipv4 address[2];
    uint16_t port[2];
    struct side side[2];
    unsigned vantage;
    uint32_t tag;
    uint64_t heard; /* when last; 0: free */
};

struct copy {
    uint64_t identity;
    seq32 sequence;             /* a later connection of the same ends may repeat the identity */
    struct tcp_segment segment; /* but for its header */
};

struct tcp_view {
    bool absolute;
    unsigned most; /* flows at one vantage point, of all looks */
    unsigned count[VANTAGES_MAX];
    uint64_t clock;
    uint32_t tags[FLOWS_MAX]; /* of its ends, looked at before the flow, which is far */
    struct flow flows[FLOWS_MAX];
    struct copy copies[COPIES_MAX];
};

struct tcp_view *tcp_view_open(bool absolute)
{
    struct tcp_view *view = calloc(1, sizeof(*view));

    if (view != NULL)
        view->absolute = absolute;
    return view;
}

void tcp_view_close(struct tcp_view *view)
{
    free(view);
}

void tcp_view_restart(struct tcp_view *view)
{
    memset(view->count, 0, sizeof(view->count));
    view->clock = 0;
    memset(view->tags, 0, sizeof(view->tags));
    memset(view->flows, 0, sizeof(view->flows));
    memset(view->copies, 0, sizeof(view->copies));
}

/* ---- Saved ---- */

struct tcp_view_saved {
    unsigned most, flow_count, copy_count;
    unsigned count[VANTAGES_MAX];
    uint64_t clock;
    /* Then the flows, the copies, and the place of each of them. */
};

static void count_used(const struct tcp_view *view, struct tcp_view_saved *saved)
{
    saved->flow_count = saved->copy_count = 0;
    for (unsigned i = 0; i < FLOWS_MAX; i++)
        saved->flow_count += view->flows[i].heard != 0;
    for (unsigned i = 0; i < COPIES_MAX; i++)
        saved->copy_count += view->copies[i].identity != 0;
}

static size_t saved_size(const struct tcp_view_saved *saved)
{
    return sizeof(*saved) + saved->flow_count * (sizeof(struct flow) + sizeof(uint16_t)) +
           saved->copy_count * (sizeof(struct copy) + sizeof(uint16_t));
}

size_t tcp_view_saved_size(const struct tcp_view *view)
{
    struct tcp_view_saved saved;

    count_used(view, &saved);
    return saved_size(&saved);
}

struct tcp_view_saved *tcp_view_save(const struct tcp_view *view)
{
    struct tcp_view_saved counted, *saved;
    struct flow *flow;
    struct copy *copy;
    uint16_t *place;

    count_used(view, &counted);
    saved = malloc(saved_size(&counted));
    if (saved == NULL)
        return NULL;
    *saved = counted;
    saved->most = view->most;
    saved->clock = view->clock;
    memcpy(saved->count, view->count, sizeof(saved->count));
    flow = (struct flow *)(void *)(saved + 1);
    copy = (struct copy *)(void *)(flow + saved->flow_count);
    place = (uint16_t *)(void *)(copy + saved->copy_count);
    for (unsigned i = 0; i < FLOWS_MAX; i++)
        if (view->flows[i].heard != 0) {
            *flow++ = view->flows[i];
            *place++ = (uint16_t)i;
        }
    for (unsigned i = 0; i < COPIES_MAX; i++)
        if (view->copies[i].identity != 0) {
            *copy++ = view->copies[i];
            *place++ = (uint16_t)i;
        }
    return saved;
}

void tcp_view_restore(struct tcp_view *view, const struct tcp_view_saved *saved)
{
    const struct flow *flow = (const struct flow *)(const void *)(saved + 1);
    const struct copy *copy = (const struct copy *)(const void *)(flow + saved->flow_count);
    const uint16_t *place = (const uint16_t *)(const void *)(copy + saved->copy_count);

    tcp_view_restart(view);
    view->most = saved->most;
    view->clock = saved->clock;
    memcpy(view->count, saved->count, sizeof(view->count));
    for (unsigned i = 0; i < saved->flow_count; i++) {
        view->tags[*place] = flow[i].tag;
        view->flows[*place++] = flow[i];
    }
    for (unsigned i = 0; i < saved->copy_count; i++)
        view->copies[*place++] = copy[i];
}

/* ---- Whose segment it is ---- */

bool tcp_view_has_several(const struct tcp_view *view)
{
    return view->most > 1;
}

static bool is_end(const struct flow *flow, int side, ipv4 address, uint16_t port)
{
    return flow->address[side] == address && flow->port[side] == port;
}

/* The side of FLOW that sent IP and TCP, or -1. */
static int sender_in(const struct flow *flow, const struct ipv4_header *ip,
                     const struct tcp_header *tcp)
{
    for (int side = 0; side < 2; side++)
        if (is_end(flow, side, ip->source, tcp->source_port) &&
            is_end(flow, !side, ip->destination, tcp->destination_port))
            return side;
    return -1;
}

/* Flows lie anywhere among a few places of their hash. */
enum { FLOW_PLACES = 16 };

static void count_flow(struct tcp_view *view, unsigned vantage)
{
    unsigned count = ++view->count[vantage % VANTAGES_MAX];

    view->most = count > view->most ? count : view->most;
}

/* The flow of IP and TCP and the side that sends; or, with side -1, the one to
 * be forgotten for it. */
static struct flow *find_flow(struct tcp_view *view, unsigned vantage, const struct ipv4_header *ip,
                              const struct tcp_header *tcp, int *side, uint32_t *new_tag)
{
    uint64_t both = hash_mix(((uint64_t)ip->source << 16) | tcp->source_port) +
                    hash_mix(((uint64_t)ip->destination << 16) | tcp->destination_port);
    uint64_t hash = hash_mix(both + vantage);
    uint32_t tag = (uint32_t)(hash >> 32) | 1;
    struct flow *oldest = NULL;

    for (unsigned i = 0; i < FLOW_PLACES; i++) {
        unsigned place = (unsigned)((hash + i) % FLOWS_MAX);
        struct flow *flow = &view->flows[place];

        if (view->tags[place] != tag)
            continue;
        *side = flow->vantage == vantage ? sender_in(flow, ip, tcp) : -1;
        if (*side >= 0)
            return flow;
    }
    *side = -1;
    for (unsigned i = 0; i < FLOW_PLACES; i++) {
        struct flow *flow = &view->flows[(hash + i) % FLOWS_MAX];

        if (oldest == NULL || flow->heard < oldest->heard)
            oldest = flow;
    }
    *new_tag = tag;
    return oldest;
}

static void begin_flow(struct flow *flow, unsigned vantage, const struct ipv4_header *ip,
                       const struct tcp_header *tcp)
{
    memset(flow, 0, sizeof(*flow));
    flow->address[0] = ip->source;
    flow->address[1] = ip->destination;
    flow->port[0] = tcp->source_port;
    flow->port[1] = tcp->destination_port;
    flow->vantage = vantage;
}

/* ---- What was sent before ---- */

static void add_gap(struct side *side, seq32 from, seq32 to)
{
    if (side->gap_count < GAPS_MAX)
        side->gaps[side->gap_count++] = (struct gap){ from, to };
}

static void drop_gap(struct side *side, unsigned i)
{
    side->gaps[i] = side->gaps[--side->gap_count];
}

/* Takes FROM to TO out of the gaps; returns how many bytes of it were one. */
static uint32_t fill_gaps(struct side *side, seq32 from, seq32 to)
{
    uint32_t filled = 0;

    for (unsigned i = side->gap_count; i-- > 0;) {
        struct gap gap = side->gaps[i];
        seq32 low = seq_max(gap.from, from), high = seq_min(gap.to, to);

        if (seq_ge(low, high))
            continue;
        filled += high - low;
        drop_gap(side, i);
        if (seq_lt(gap.from, low))
            add_gap(side, gap.from, low);
        if (seq_lt(high, gap.to))
            add_gap(side, high, gap.to);
    }
    return filled;
}

/* Numbers that the segment takes: data, SYN and FIN. */
static uint32_t numbers_of(const struct tcp_segment *s)
{
    return s->len + ((s->header->flags & TCP_SYN) != 0) + ((s->header->flags & TCP_FIN) != 0);
}

/* Of a simultaneous open: the SYN once more, but now it acknowledges. */
static bool is_first_syn_ack(const struct side *side, const struct tcp_segment *s)
{
    return (s->header->flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK) && !side->acked;
}

static void mark_sent_before(struct side *side, struct tcp_segment *s)
{
    seq32 from = s->header->sequence, to = from + numbers_of(s);

    if (from == to || (side->has_sent && is_first_syn_ack(side, s)))
        return;
    if (!side->has_sent || seq_ge(from, side->next)) {
        if (side->has_sent && seq_gt(from, side->next))
            add_gap(side, side->next, from);
        side->next = to;
        side->has_sent = true;
        return;
    }
    if (fill_gaps(side, from, to) == seq_min(to, side->next) - from)
        s->marks |= TCP_MARK_OUT_OF_ORDER;
    else
        s->marks |= TCP_MARK_RETRANSMISSION;
    side->next = seq_max(side->next, to);
}

/* ---- Options of a SYN ---- */

static void read_scale(struct side *side, const struct tcp_header *h)
{
    struct tcp_option_reader reader;
    struct tcp_option option;

    side->syn_seen = true;
    side->scale_given = side->scale_agreed = false;
    tcp_option_begin(&reader, h->options);
    while (tcp_option_next(&reader, &option))
        if (option.kind == TCP_OPTION_WINDOW_SCALE) {
            side->scale_given = true;
            side->scale_agreed = (h->flags & TCP_ACK) != 0;
            side->scale = option.data.at[0] < WSCALE_MAX ? option.data.at[0] : WSCALE_MAX;
        }
}

/* Both have to offer it in their SYNs; of one that was not seen it is known if
 * the SYN,ACK does so (RFC 7323 2.2). */
static uint32_t scaled_window(const struct side *from, const struct side *to,
                              const struct tcp_header *h)
{
    bool offered = to->scale_given || (!to->syn_seen && from->scale_agreed);
    bool scaled = from->scale_given && offered && (h->flags & TCP_SYN) == 0;

    return scaled ? (uint32_t)h->window << from->scale : h->window;
}

/* ---- Bases ---- */

/* A SYN with another number than before begins a connection anew. */
static void note_bases(struct flow *flow, int sender, const struct tcp_header *h)
{
    struct side *from = &flow->side[sender], *to = &flow->side[!sender];
    bool syn = (h->flags & TCP_SYN) != 0, ack = (h->flags & TCP_ACK) != 0;

    if (syn && from->based && h->sequence != from->base) {
        memset(from, 0, sizeof(*from));
        if (!ack)
            memset(to, 0, sizeof(*to));
    }
    if (!from->based) {
        /* A RESET of what is not there has no number of its own: 0. */
        from->based = (h->flags & TCP_RST) == 0 || h->sequence != 0;
        from->base = syn || !from->based ? h->sequence : h->sequence - 1;
    }
    if (ack && !to->based) {
        to->based = true;
        to->base = h->acknowledgment - 1;
    }
    if (syn)
        read_scale(from, h);
}

/* A RESET that answers what belongs to nobody has the number 0: no place in the
 * stream of its sender, which may have begun elsewhere (RFC 9293 3.10.7.1). */
static bool has_no_number(const struct side *from, const struct tcp_header *h)
{
    return (h->flags & (TCP_RST | TCP_ACK)) == (TCP_RST | TCP_ACK) && h->sequence == 0 &&
           !(from->has_sent && from->next == 0);
}

/* ---- Marks ---- */

static bool is_bare_ack(const struct tcp_segment *s)
{
    return numbers_of(s) == 0 && (s->header->flags & (TCP_ACK | TCP_RST)) == TCP_ACK;
}

static void mark_ack(struct side *from, const struct side *to, struct tcp_segment *s)
{
    const struct tcp_header *h = s->header;
    bool same_ack = from->acked && h->acknowledgment == from->ack;
    bool same_window = s->window == from->window;
    bool awaited = to->has_sent && seq_gt(to->next, h->acknowledgment);

    if (s->window == 0 && (h->flags & (TCP_SYN | TCP_RST | TCP_FIN)) == 0)
        s->marks |= TCP_MARK_ZERO_WINDOW;
    if (!same_ack)
        from->duplicates = 0;
    if (!is_bare_ack(s) || !same_ack)
        return;
    if (!same_window && s->window > from->window)
        s->marks |= TCP_MARK_WINDOW_UPDATE;
    if (same_window && s->window == 0 && to->probes) {
        s->marks |= TCP_MARK_PROBE_ACK;
        return;
    }
    if (same_window && awaited && (s->marks & TCP_MARK_KEEP_ALIVE) == 0) {
        s->marks |= TCP_MARK_DUPLICATE_ACK;
        s->duplicates = ++from->duplicates;
    }
}

/* One number before what is next, no news: is somebody there? */
static bool is_keep_alive(const struct side *from, const struct tcp_segment *s)
{
    return s->len <= 1 && (s->header->flags & (TCP_SYN | TCP_FIN | TCP_RST)) == 0 &&
           from->has_sent && s->header->sequence == from->next - 1 && from->gap_count == 0;
}

/* The byte that the last probe carried, alone once more: the news that the
 * window is open has not come through, or this would be more than a byte. */
static bool is_probe_again(const struct side *from, const struct side *to,
                           const struct tcp_segment *s)
{
    return from->probes && s->len == 1 && s->header->sequence == from->probe &&
           seq_le(to->ack, from->probe) && from->next == from->probe;
}

/* Its byte does not count as sent: it goes again with those behind it, which is
 * no retransmission. Once it is acknowledged it was sent, see take_probed. */
static bool is_new_probe(const struct side *from, const struct tcp_segment *s)
{
    return (s->marks & TCP_MARK_WINDOW_PROBE) != 0 && s->len == 1 && from->has_sent &&
           s->header->sequence == from->next;
}

static void take_probed(struct side *to, seq32 ack)
{
    if (to->probes && to->has_sent && to->next == to->probe && ack == to->probe + 1)
        to->next = ack;
}

static void mark_data(struct side *from, const struct side *to, struct tcp_segment *s)
{
    bool shut = to->acked && to->window == 0;
    bool keep_alive = is_keep_alive(from, s);
    bool numbered = numbers_of(s) > 0;

    if ((shut && (s->len == 1 || (keep_alive && s->len == 0))) || is_probe_again(from, to, s))
        s->marks |= TCP_MARK_WINDOW_PROBE;
    else if (keep_alive && (s->len == 0 || (to->acked && seq_ge(to->ack, from->next))))
        s->marks |= TCP_MARK_KEEP_ALIVE;
    if (numbered || (s->marks & TCP_MARK_WINDOW_PROBE) != 0) {
        from->probes = (s->marks & TCP_MARK_WINDOW_PROBE) != 0;
        from->probe = s->header->sequence;
    }
    if ((s->marks & TCP_MARK_KEEP_ALIVE) == 0 && !is_new_probe(from, s))
        mark_sent_before(from, s);
}

static void annotate(struct flow *flow, int sender, struct tcp_segment *s)
{
    struct side *from = &flow->side[sender], *to = &flow->side[!sender];
    const struct tcp_header *h = s->header;

    note_bases(flow, sender, h);
    s->base = has_no_number(from, h) ? 0 : from->base;
    s->acked_base = to->base;
    s->window = scaled_window(from, to, h);
    mark_data(from, to, s);
    if ((h->flags & TCP_ACK) != 0) {
        take_probed(to, h->acknowledgment);
        mark_ack(from, to, s);
    }
    s->window_told =
        (h->flags & TCP_RST) == 0 && (!from->acked || s->window != from->window || is_bare_ack(s));
    if ((h->flags & TCP_RST) == 0) {
        from->acked = from->acked || (h->flags & TCP_ACK) != 0;
        from->ack = h->acknowledgment;
        from->window = s->window;
    }
}

/* ---- Taking ---- */

static const struct layer *segment_layer(const struct dissection *d)
{
    const struct layer *ip = dissection_find(d, LAYER_IPV4);
    const struct layer *tcp = dissection_find(d, LAYER_TCP);

    if (ip == NULL || tcp == NULL || !ip->parsed || !tcp->parsed || tcp->cut ||
        ipv4_header_is_fragment(&ip->as.ipv4) || tcp->refused == RULE_TCP_BAD_DATA_OFFSET ||
        tcp->refused == RULE_TCP_HEADER_CUT)
        return NULL;
    return tcp;
}

/* Bytes of data as IP's length tells, for captures cut short. */
static uint32_t data_len(const struct ipv4_header *ip, const struct tcp_header *tcp)
{
    size_t headers = ipv4_header_length(ip) + tcp_header_length(tcp);

    return ip->total_length > headers ? (uint32_t)(ip->total_length - headers) : 0;
}

const struct tcp_header *tcp_view_segment(const struct dissection *d, uint32_t *len)
{
    const struct layer *tcp = segment_layer(d);

    if (tcp == NULL)
        return NULL;
    *len = data_len(&dissection_find(d, LAYER_IPV4)->as.ipv4, &tcp->as.tcp);
    return &tcp->as.tcp;
}

/* TAKES: the segment changes what is known of its flow. */
static bool look_at(struct tcp_view *view, const struct dissection *d, unsigned vantage,
                    uint64_t identity, bool takes, struct tcp_segment *segment)
{
    const struct layer *tcp = segment_layer(d);
    struct copy *copy = &view->copies[hash_mix(identity) % COPIES_MAX];
    const struct ipv4_header *ip;
    struct flow *flow, aside;
    uint32_t tag = 0;
    int sender;

    memset(segment, 0, sizeof(*segment));
    if (tcp == NULL)
        return false;
    if (identity != 0 && copy->identity == identity && copy->sequence == tcp->as.tcp.sequence) {
        *segment = copy->segment;
        segment->header = &tcp->as.tcp;
        return true;
    }
    ip = &dissection_find(d, LAYER_IPV4)->as.ipv4;
    segment->header = &tcp->as.tcp;
    segment->len = data_len(ip, &tcp->as.tcp);
    flow = find_flow(view, vantage, ip, &tcp->as.tcp, &sender, &tag);
    if (!takes) {
        aside = *flow;
        flow = &aside;
    }
    if (sender < 0) {
        sender = 0;
        begin_flow(flow, vantage, ip, &tcp->as.tcp);
        flow->tag = tag;
        if (takes) {
            view->tags[flow - view->flows] = tag;
            count_flow(view, vantage);
        }
    }
    flow->heard = ++view->clock;
    annotate(flow, sender, segment);
    if (view->absolute)
        segment->base = segment->acked_base = 0;
    if (identity != 0 && takes)
        *copy = (struct copy){ identity, tcp->as.tcp.sequence, *segment };
    return true;
}

bool tcp_view_take(struct tcp_view *view, const struct dissection *d, unsigned vantage,
                   uint64_t identity, struct tcp_segment *segment)
{
    return look_at(view, d, vantage, identity, true, segment);
}

bool tcp_view_peek(struct tcp_view *view, const struct dissection *d, unsigned vantage,
                   uint64_t identity, struct tcp_segment *segment)
{
    return look_at(view, d, vantage, identity, false, segment);
}
