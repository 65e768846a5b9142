#include "tools/lib/tcp_view.h"

#include <stdlib.h>
#include <string.h>

#include "layers/wire/bytes.h"
#include "layers/wire/tcp_option.h"
#include "sim/hash.h"
#include "tools/lib/capture_segment.h"
#include "tools/lib/flow_table.h"
#include "tools/lib/tcp_marks.h"
#include "tools/lib/tcp_notes.h"

enum {
    FLOWS_MAX = 4096,
    COPIES_MAX = 1024, /* segments known by their identity */
    VANTAGES_MAX = 64, /* beyond, some are counted together */
    IPV4_IN_SLOT = 12,
};

struct flow {
    struct flow_key key; /* end 0 sent the first segment */
    struct tcp_analysis tcp;
    struct tcp_said said[2];
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
    unsigned how;
    enum { FOLLOWING, NOTING, RECALLING } doing;
    struct tcp_notes notes;
    size_t place; /* of the note that is recalled next */
    struct capture_fragments *fragments; /* of a capture; else NULL */
    unsigned most;                       /* flows at one vantage point, of all looks */
    unsigned count[VANTAGES_MAX];
    uint64_t clock;
    uint32_t tags[FLOWS_MAX]; /* of its ends, looked at before the flow, which is far */
    struct flow flows[FLOWS_MAX];
    struct copy copies[COPIES_MAX];
};

struct tcp_view *tcp_view_open(unsigned how)
{
    struct tcp_view *view = calloc(1, sizeof(*view));

    if (view == NULL)
        return NULL;
    view->how = how;
    if ((how & TCP_VIEW_CAPTURE) != 0 && (view->fragments = capture_fragments_open()) == NULL) {
        free(view);
        return NULL;
    }
    return view;
}

void tcp_view_close(struct tcp_view *view)
{
    if (view == NULL)
        return;
    if (view == NULL)
        return;
    capture_fragments_close(view->fragments);
    tcp_notes_close(&view->notes);
    free(view);
}

void tcp_view_restart(struct tcp_view *view)
{
    memset(view->count, 0, sizeof(view->count));
    view->clock = 0;
    for (unsigned i = 0; i < FLOWS_MAX; i++)
        if (view->tags[i] != 0)
            view->flows[i].heard = 0;
    memset(view->tags, 0, sizeof(view->tags));
    memset(view->copies, 0, sizeof(view->copies));
    if (view->fragments != NULL)
        capture_fragments_forget(view->fragments);
}

/* ---- Notes ---- */

void tcp_view_note(struct tcp_view *view)
{
    tcp_notes_close(&view->notes);
    view->doing = NOTING;
}

size_t tcp_view_place(const struct tcp_view *view)
{
    return view->doing == RECALLING ? view->place : view->notes.used;
}

bool tcp_view_note_no_more(struct tcp_view *view)
{
    tcp_notes_finish(&view->notes);
    view->doing = FOLLOWING;
    return !view->notes.no_memory;
}

void tcp_view_recall(struct tcp_view *view, size_t place)
{
    ASSERT(view->doing != NOTING && !view->notes.no_memory);
    view->doing = RECALLING;
    view->place = place;
}

size_t tcp_view_notes_size(const struct tcp_view *view)
{
    return tcp_notes_size(&view->notes);
}

/* ---- Whose segment it is ---- */

bool tcp_view_has_several(const struct tcp_view *view)
{
    return view->most > 1;
}

static bool is_end(const struct flow_end *a, const struct flow_end *b)
{
    return a->port == b->port && memcmp(a->address, b->address, sizeof(a->address)) == 0;
}

/* The side of FLOW that sent what has the ends of KEY, or -1. */
static int sender_in(const struct flow *flow, const struct flow_key *key)
{
    for (int side = 0; flow->key.ipv6 == key->ipv6 && side < 2; side++)
        if (is_end(&flow->key.end[side], &key->end[0]) &&
            is_end(&flow->key.end[!side], &key->end[1]))
            return side;
    return -1;
}

static uint64_t hash_end(const struct flow_end *end)
{
    uint64_t words[2];

    memcpy(words, end->address, sizeof(words));
    return hash_mix(words[0] + hash_mix(words[1] + end->port));
}

/* Flows lie anywhere among a few places of their hash. */
enum { FLOW_PLACES = 16 };

static void count_flow(struct tcp_view *view, unsigned vantage)
{
    unsigned count = ++view->count[vantage % VANTAGES_MAX];

    view->most = count > view->most ? count : view->most;
}

/* The flow of KEY and the side that sends; or, with side -1, the one to be
 * forgotten for it. */
static struct flow *find_flow(struct tcp_view *view, unsigned vantage, const struct flow_key *key,
                              int *side, uint32_t *new_tag)
{
    uint64_t both = hash_end(&key->end[0]) + hash_end(&key->end[1]);
    uint64_t hash = hash_mix(both + vantage);
    uint32_t tag = (uint32_t)(hash >> 32) | 1;
    struct flow *oldest = NULL;

    for (unsigned i = 0; i < FLOW_PLACES; i++) {
        unsigned place = (unsigned)((hash + i) % FLOWS_MAX);
        struct flow *flow = &view->flows[place];

        if (view->tags[place] != tag)
            continue;
        *side = flow->vantage == vantage ? sender_in(flow, key) : -1;
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

/* A connection of which nothing was seen yet. */
static void begin_connection(struct flow *flow)
{
    tcp_analysis_init(&flow->tcp);
    flow->tcp.unlisted = true;
    memset(flow->said, 0, sizeof(flow->said));
}

static void begin_flow(struct flow *flow, unsigned vantage, const struct flow_key *key)
{
    memset(flow, 0, sizeof(*flow));
    flow->key = *key;
    flow->vantage = vantage;
    begin_connection(flow);
}

/* ---- What it says ---- */

static int8_t scale_of(const struct tcp_header *h)
{
    struct tcp_option_reader reader;
    struct tcp_option option;
    int8_t scale = -1;

    tcp_option_begin(&reader, h->options);
    while ((h->flags & TCP_SYN) != 0 && tcp_option_next(&reader, &option))
        if (option.kind == TCP_OPTION_WINDOW_SCALE)
            scale = (int8_t)(option.data.at[0] & INT8_MAX);
    return scale;
}

static struct tcp_seen seen_of(const struct tcp_segment *s, int64_t time_ns)
{
    const struct tcp_header *h = s->header;

    return (struct tcp_seen){ .time_ns = time_ns,
                              .sequence = h->sequence,
                              .acknowledgment = h->acknowledgment,
                              .len = s->len,
                              .window = h->window,
                              .flags = h->flags,
                              .scale = scale_of(h),
                              .whole = true };
}

/* A SYN with another number than before begins a connection anew; a SYN-ACK, what
 * its sender has said. */
static bool begin_anew(struct flow *flow, unsigned sender, const struct tcp_seen *seen)
{
    const struct tcp_sender *from = &flow->tcp.sender[sender];
    bool anew = tcp_begins_anew(&flow->tcp, sender, seen);

    if (anew)
        begin_connection(flow);
    else if ((seen->flags & TCP_SYN) != 0 && from->based && seen->sequence != from->base)
        memset(&flow->said[sender], 0, sizeof(flow->said[sender]));
    return anew;
}

/* What was sent is followed in a capture too: a RESET's number is told by it. */
static void annotate(const struct tcp_view *view, struct flow *flow, unsigned sender,
                     int64_t time_ns, struct tcp_segment *s)
{
    struct tcp_said *from = &flow->said[sender], *to = &flow->said[!sender];
    struct tcp_seen seen = seen_of(s, time_ns);
    bool reused = begin_anew(flow, sender, &seen);
    struct tcp_facts facts;

    tcp_analyse(&flow->tcp, sender, &seen, reused, &facts);
    if ((view->how & TCP_VIEW_ABSOLUTE) == 0) {
        s->base = tcp_said_has_no_number(from, s->header) ? 0 : flow->tcp.sender[sender].base;
        s->acked_base = flow->tcp.sender[!sender].base;
    }
    s->window = facts.window;
    tcp_marks_take(from, to, s);
    if ((view->how & TCP_VIEW_CAPTURE) == 0)
        return;
    s->marks = facts.flags;
    s->duplicates = facts.duplicate;
}

/* ---- Taking ---- */

/* A header that was damaged may say otherwise: then no host takes the segment. */
static bool is_ipv4(const struct dissection *d, const struct layer *ip)
{
    return ip->parsed && d->bytes.at[ip->offset] >> 4 == 4;
}

/* The network header of D, which is no fragment of it, or NULL. */
static const struct layer *network_layer(const struct dissection *d)
{
    const struct layer *ip = dissection_find(d, LAYER_IPV4);
    const struct layer *extension;

    if (ip != NULL)
        return is_ipv4(d, ip) && !ipv4_header_is_fragment(&ip->as.ipv4) ? ip : NULL;
    ip = dissection_find(d, LAYER_IPV6);
    for (size_t i = 0; ip != NULL && i < d->count; i++) {
        extension = &d->layers[i];
        if (extension->kind == LAYER_IPV6_EXTENSION && !extension->quoted &&
            extension->as.extension.kind == IPV6_FRAGMENT)
            return NULL;
    }
    return ip != NULL && ip->parsed ? ip : NULL;
}

static const struct layer *segment_layer(const struct dissection *d)
{
    const struct layer *tcp = dissection_find(d, LAYER_TCP);

    if (tcp == NULL || !tcp->parsed || tcp->cut || tcp->refused == RULE_TCP_BAD_DATA_OFFSET ||
        tcp->refused == RULE_TCP_HEADER_CUT || network_layer(d) == NULL)
        return NULL;
    return tcp;
}

/* Bytes of data behind TCP, as the length in IP tells, for captures cut short. */
static uint32_t data_len(const struct layer *ip, const struct layer *tcp)
{
    size_t headers = tcp->offset - ip->offset + tcp_header_length(&tcp->as.tcp);
    size_t total = ip->kind == LAYER_IPV6 ? IPV6_HEADER_LEN + ip->as.ipv6.payload_length
                                          : ip->as.ipv4.total_length;

    return total > headers ? (uint32_t)(total - headers) : 0;
}

const struct tcp_header *tcp_view_segment(const struct dissection *d, uint32_t *len)
{
    const struct layer *tcp = segment_layer(d);

    if (tcp == NULL)
        return NULL;
    *len = data_len(network_layer(d), tcp);
    return &tcp->as.tcp;
}

/* Of text that IP's length tells of, but the frame's does not, an earlier capture has
 * cut the rest: it was not seen here, and tcp_analysis.h is to know. */
static uint32_t seen_len(const struct dissection *d, uint32_t len)
{
    const struct layer *tcp = segment_layer(d);
    size_t front = tcp->offset + tcp_header_length(&tcp->as.tcp);

    return (uint32_t)min_size(len, d->wire_len > front ? d->wire_len - front : 0);
}

static struct flow_key key_of(const struct layer *ip, const struct tcp_header *tcp)
{
    struct flow_key key = { .ipv6 = ip->kind == LAYER_IPV6 };

    key.end[0].port = tcp->source_port;
    key.end[1].port = tcp->destination_port;
    if (key.ipv6) {
        memcpy(key.end[0].address, ip->as.ipv6.source.at, IPV6_LEN);
        memcpy(key.end[1].address, ip->as.ipv6.destination.at, IPV6_LEN);
    } else {
        put_be32(key.end[0].address + IPV4_IN_SLOT, ip->as.ipv4.source);
        put_be32(key.end[1].address + IPV4_IN_SLOT, ip->as.ipv4.destination);
    }
    return key;
}

/* The flow of KEY, begun if it is new, and in *SENDER its side; TAKES: it is to be
 * remembered, else it is copied to ASIDE. */
static struct flow *flow_of(struct tcp_view *view, const struct flow_key *key, unsigned vantage,
                            struct flow *aside, int *sender)
{
    uint32_t tag = 0;
    struct flow *place = find_flow(view, vantage, key, sender, &tag), *flow = place;

    if (aside != NULL) {
        *aside = *place;
        flow = aside;
    }
    if (*sender < 0) {
        *sender = 0;
        begin_flow(flow, vantage, key);
        flow->tag = tag;
        if (aside == NULL) {
            view->tags[place - view->flows] = tag;
            count_flow(view, vantage);
        }
    }
    flow->heard = ++view->clock;
    return flow;
}

/* The frame that makes a datagram whole has its segment, which is followed, but not
 * told of: it is a fragment that is seen. */
static void take_fragment(struct tcp_view *view, const struct dissection *d, struct tcp_sight sight)
{
    const struct layer *ip = dissection_find(d, LAYER_IPV4);
    struct tcp_segment segment = { .header = NULL };
    struct span front, payload;
    struct tcp_header tcp;
    struct flow_key key;
    struct flow *flow;
    uint32_t len;
    int sender;

    if (ip == NULL || !is_ipv4(d, ip) || !ipv4_header_is_fragment(&ip->as.ipv4) ||
        ip->as.ipv4.protocol != IP_PROTOCOL_TCP)
        return;
    len = ip->as.ipv4.total_length;
    len -= (uint32_t)min_size(len, ipv4_header_length(&ip->as.ipv4));
    if (!capture_fragments_take(view->fragments, &ip->as.ipv4, ip->payload, len, &front, &len) ||
        tcp_header_parse(&tcp, front, &payload) != RULE_NONE)
        return;
    segment.header = &tcp;
    segment.len = len - (uint32_t)min_size(len, tcp_header_length(&tcp));
    key = key_of(ip, &tcp);
    flow = flow_of(view, &key, sight.vantage, NULL, &sender);
    annotate(view, flow, (unsigned)sender, sight.time_ns, &segment);
}

/* What was said of it where it was first seen; its header is another. */
static void tell_again(const struct tcp_view *view, const struct copy *copy,
                       struct tcp_segment *segment)
{
    const struct tcp_header *header = segment->header;

    *segment = copy->segment;
    segment->header = header;
    if ((view->how & TCP_VIEW_CAPTURE) != 0) {
        segment->copy = true;
        segment->marks = 0;
    }
}

/* ASIDE: room for a copy of its flow, which then changes instead; or NULL. */
static void say(struct tcp_view *view, const struct dissection *d, struct tcp_sight sight,
                struct flow *aside, struct tcp_segment *segment)
{
    struct copy *copy = &view->copies[hash_mix(sight.identity) % COPIES_MAX];
    struct flow_key key;
    struct flow *flow;
    int sender;

    if (sight.identity != 0 && copy->identity == sight.identity &&
        copy->sequence == segment->header->sequence) {
        tell_again(view, copy, segment);
        return;
    }
    key = key_of(network_layer(d), segment->header);
    flow = flow_of(view, &key, sight.vantage, aside, &sender);
    annotate(view, flow, (unsigned)sender, sight.time_ns, segment);
    if (sight.identity != 0 && aside == NULL)
        *copy = (struct copy){ sight.identity, segment->header->sequence, *segment };
}

static void recall(struct tcp_view *view, struct tcp_segment *segment)
{
    bool several;

    tcp_notes_get(&view->notes, &view->place, segment, &several);
    view->most = several ? 2 : 1;
}

static bool look_at(struct tcp_view *view, const struct dissection *d, struct tcp_sight sight,
                    struct flow *aside, struct tcp_segment *segment)
{
    uint32_t len;

    memset(segment, 0, sizeof(*segment));
    segment->header = tcp_view_segment(d, &segment->len);
    if (segment->header == NULL && view->fragments != NULL && aside == NULL &&
        view->doing != RECALLING)
        take_fragment(view, d, sight);
    if (segment->header == NULL)
        return false;
    if ((view->how & TCP_VIEW_CAPTURE) != 0)
        segment->len = seen_len(d, segment->len);
    if (view->doing == RECALLING) {
        recall(view, segment);
        return true;
    }
    len = segment->len;
    say(view, d, sight, aside, segment);
    if (view->doing == NOTING)
        tcp_notes_put(&view->notes, segment, len, tcp_view_has_several(view));
    return true;
}

bool tcp_view_take(struct tcp_view *view, const struct dissection *d, struct tcp_sight sight,
                   struct tcp_segment *segment)
{
    return look_at(view, d, sight, NULL, segment);
}

bool tcp_view_peek(struct tcp_view *view, const struct dissection *d, struct tcp_sight sight,
                   struct tcp_segment *segment)
{
    struct flow aside;

    return look_at(view, d, sight, &aside, segment);
}
