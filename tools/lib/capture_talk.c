#include "tools/lib/capture_talk.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/tcp/tcp_seq.h"
#include "layers/wire/bytes.h"
#include "layers/wire/tcp_option.h"
#include "tools/lib/capture_analysis.h"
#include "tools/lib/capture_filter.h"
#include "tools/lib/capture_list.h"
#include "tools/lib/text.h"

/* How far back the same datagram is looked for, and in which time (ns). */
enum { TWICE_SEGMENTS = 12, TWICE_WITHIN = 50000000 };

/* A segment that may be of the connection that is wanted. */
struct raw {
    struct talk_segment segment; /* side: of its flow */
    int64_t time_ns;
    uint32_t stream;
    uint16_t identification;
};

struct gatherer {
    struct capture_talk *talk;
    const struct capture_talk_choice *choice;
    struct capture_analysis analysis;
    struct capture_list raws; /* struct raw */
    size_t bytes_room;
    bool decided, full, no_memory;
    uint32_t stream;
    int64_t last_ns;     /* of any frame */
    struct flow_key key; /* of the stream, its end 0 the sender of the first segment */
};

/* ---- Gathering ---- */

static bool keep_bytes(struct gatherer *g, struct span bytes)
{
    struct capture_talk *talk = g->talk;
    size_t room = g->bytes_room == 0 ? 65536 : g->bytes_room;
    uint8_t *larger;

    while (room < talk->bytes_used + bytes.len)
        room *= 2;
    if (room != g->bytes_room) {
        larger = realloc(talk->bytes, room);
        if (larger == NULL)
            return false;
        talk->bytes = larger;
        g->bytes_room = room;
    }
    if (bytes.len > 0)
        memcpy(talk->bytes + talk->bytes_used, bytes.at, bytes.len);
    talk->bytes_used += bytes.len;
    return true;
}

/* Keeps of TO's options those that are whole: of one that is cut nobody can say the rest. */
static void trim_options(struct talk_segment *to)
{
    struct tcp_option_reader reader;
    struct tcp_option option;
    uint8_t whole = 0;

    tcp_option_begin(&reader, (struct span){ to->options, to->options_len });
    while (tcp_option_next(&reader, &option))
        whole = (uint8_t)reader.at;
    if (reader.refused == RULE_NONE)
        return;
    to->options_len = whole;
    to->options_cut = true;
}

static void fill_segment(struct talk_segment *to, const struct capture_facts *facts, size_t bytes)
{
    const struct capture_segment *from = &facts->segment;

    to->frame = from->seen.frame;
    to->seq = from->seen.sequence;
    to->ack = from->seen.acknowledgment;
    to->len = from->seen.len + from->beyond;
    to->captured = (uint32_t)min_size(from->payload.len, to->len);
    to->bytes = bytes;
    to->window = from->seen.window;
    to->urgent = from->urgent;
    to->flags = from->seen.flags;
    to->side = (uint8_t)facts->sender;
    to->options_len = (uint8_t)min_size(from->options.len, TCP_OPTIONS_MAX);
    to->options_cut = to->options_len < from->options_len;
    memcpy(to->options, from->options.at, to->options_len);
    trim_options(to);
}

static bool same_datagram(const struct raw *a, const struct raw *b)
{
    return a->stream == b->stream && a->identification == b->identification &&
           a->segment.side == b->segment.side && a->segment.seq == b->segment.seq &&
           a->segment.ack == b->segment.ack && a->segment.len == b->segment.len &&
           a->segment.flags == b->segment.flags && a->segment.window == b->segment.window;
}

/* The last one of LIST has been captured before, on another place of its way. */
static bool was_seen(const struct capture_list *list)
{
    const struct raw *raws = list->items, *last = &raws[list->count - 1];

    if (last->identification == 0 && (last->segment.flags & TCP_SYN) == 0)
        return false; /* of SYNs, none is sent again within a moment */
    for (uint32_t back = 2; back <= TWICE_SEGMENTS && back <= list->count; back++)
        if (same_datagram(&raws[list->count - back], last) &&
            last->time_ns - raws[list->count - back].time_ns < TWICE_WITHIN)
            return true;
    return false;
}

/* Throws away what is of other connections. */
static void compact(struct gatherer *g)
{
    struct raw *raws = g->raws.items;
    uint32_t kept = 0;

    for (uint32_t i = 0; i < g->raws.count; i++)
        if (raws[i].stream == g->stream)
            raws[kept++] = raws[i];
    g->raws.count = kept;
}

/* The third segment of the first whole handshake decides. */
static bool completes_handshake(const struct capture_facts *facts, const struct flow *flow)
{
    const struct tcp_sender *other = &flow->tcp.sender[!facts->sender];
    const struct tcp_seen *seen = &facts->segment.seen;

    return flow->syn_seen && flow->opener == facts->sender && other->based &&
           (seen->flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_ACK &&
           seen->acknowledgment == other->base + 1 && flow->tally[!facts->sender].frames > 0;
}

static void decide(struct gatherer *g, const struct capture_facts *facts)
{
    const struct flow *flow = capture_analysis_flow(&g->analysis, facts->stream);

    if (g->decided || g->choice->by_stream || !completes_handshake(facts, flow))
        return;
    g->decided = true;
    g->stream = facts->stream;
    compact(g);
}

static void add_segment(struct gatherer *g, const struct capture_facts *facts, int64_t time_ns)
{
    size_t bytes = g->talk->bytes_used;
    struct raw *raw;

    if (g->raws.count == TALK_SEGMENTS_MAX || bytes > TALK_BYTES_MAX) {
        g->full = true;
        return;
    }
    raw = capture_list_add(&g->raws, sizeof(*raw));
    if (raw == NULL ||
        !keep_bytes(g, span_first(facts->segment.payload, facts->segment.seen.len))) {
        g->no_memory = true;
        return;
    }
    raw->time_ns = time_ns;
    raw->stream = facts->stream;
    raw->identification = facts->segment.identification;
    fill_segment(&raw->segment, facts, bytes);
    raw->segment.twice = was_seen(&g->raws);
    decide(g, facts);
}

static void take_frame(struct gatherer *g, const struct capture_frame *captured)
{
    struct capture_facts facts;

    if (captured->has_time && captured->time_ns > g->last_ns)
        g->last_ns = captured->time_ns;
    if (!capture_analysis_take(&g->analysis, captured, &facts) || !facts.segment.seen.whole)
        return;
    if ((g->decided || g->choice->by_stream) && facts.stream != g->stream)
        return;
    add_segment(g, &facts, captured->has_time ? captured->time_ns : 0);
}

static void note_trouble(struct gatherer *g, const struct capture_reader *reader)
{
    char place[80];

    if (g->full)
        snprintf(g->talk->trouble, TALK_WHY_SIZE, _("only the first %u segments were read"),
                 g->raws.count);
    if (reader->error == CAPTURE_NO_ERROR)
        return;
    capture_error_place(reader, place, sizeof(place));
    snprintf(g->talk->trouble, TALK_WHY_SIZE, "%s%s%s", place, place[0] != '\0' ? ": " : "",
             _(capture_error_sentence(reader->error)));
}

static void read_frames(struct gatherer *g, struct byte_source source,
                        struct capture_filter *filter)
{
    struct capture_reader *reader = malloc(sizeof(*reader));
    uint8_t *memory = malloc(CAPTURE_BUFFER_BYTES);
    struct capture_frame captured;

    g->no_memory = reader == NULL || memory == NULL;
    if (!g->no_memory) {
        capture_reader_init(reader, source, memory);
        while (!g->no_memory && !g->full && capture_read(reader, &captured) == CAPTURE_GOT_FRAME)
            if (capture_filter_matches(filter, &captured))
                take_frame(g, &captured);
        note_trouble(g, reader);
    }
    free(memory);
    free(reader);
}

/* ---- Which one it is ---- */

/* None had a whole handshake: the first that begins in the capture, else the first. */
static void decide_late(struct gatherer *g)
{
    uint32_t count = g->analysis.flows.count;

    for (uint32_t i = 0; i < count && !g->decided; i++)
        if (capture_analysis_flow(&g->analysis, i)->syn_seen) {
            g->decided = true;
            g->stream = i;
        }
    compact(g);
}

static bool choose(struct gatherer *g, char *why)
{
    uint32_t count = g->analysis.flows.count;

    g->talk->connections = count;
    if (count == 0) {
        snprintf(why, TALK_WHY_SIZE, _("there is no TCP connection%s in it"),
                 g->choice->filter[0] != '\0' ? _(" that the filter chooses") : "");
        return false;
    }
    if (g->choice->by_stream && g->stream >= count) {
        snprintf(why, TALK_WHY_SIZE,
                 _("there is no stream %u: its %u TCP connections are numbered from 0 to %u"),
                 g->stream, count, count - 1);
        return false;
    }
    if (!g->choice->by_stream && !g->decided)
        decide_late(g);
    if (g->raws.count == 0) {
        snprintf(why, TALK_WHY_SIZE, _("stream %u has no segment that is whole"), g->stream);
        return false;
    }
    g->talk->stream = g->stream;
    g->key = g->analysis.flows.slots[g->stream]->key;
    return true;
}

/* Side 0 of the flow is the client. */
static bool first_is_client(const struct gatherer *g)
{
    const struct flow *flow = capture_analysis_flow(&g->analysis, g->stream);

    if (flow->syn_seen)
        return flow->opener == 0;
    return g->key.end[0].port >= g->key.end[1].port;
}

/* ---- From what was gathered to a talk ---- */

static vtime time_since(int64_t start, int64_t now, vtime last)
{
    vtime passed;

    if (__builtin_sub_overflow(now, start, &passed) || passed < last)
        return last;
    return passed;
}

static bool take_segments(struct gatherer *g, bool swapped)
{
    const struct raw *raws = g->raws.items;
    struct capture_talk *talk = g->talk;
    vtime last = 0;

    talk->segments = calloc(g->raws.count, sizeof(*talk->segments));
    if (talk->segments == NULL)
        return false;
    talk->count = g->raws.count;
    for (uint32_t i = 0; i < talk->count; i++) {
        struct talk_segment *s = &talk->segments[i];

        *s = raws[i].segment;
        s->side = swapped ? !s->side : s->side;
        last = s->at = time_since(raws[0].time_ns, raws[i].time_ns, last);
        talk->twice += s->twice;
        talk->cut += s->captured < s->len || s->options_cut;
    }
    return true;
}

static bool make(struct gatherer *g)
{
    struct capture_talk *talk = g->talk;
    bool swapped = !first_is_client(g);

    for (unsigned side = 0; side < 2; side++) {
        unsigned of_flow = swapped ? !side : side;

        talk->end[side].address = g->key.end[of_flow];
    }
    talk->ipv6 = g->key.ipv6;
    if (!take_segments(g, swapped))
        return false;
    talk->until = time_since(((const struct raw *)g->raws.items)->time_ns, g->last_ns,
                             talk->segments[talk->count - 1].at);
    return capture_talk_number(talk) && capture_talk_join(talk);
}

bool capture_talk_open(struct capture_talk *talk, struct byte_source source,
                       const struct capture_talk_choice *choice, char *why)
{
    struct gatherer g = { .talk = talk, .choice = choice, .stream = choice->stream };
    char error[FILTER_ERROR_BYTES];
    struct capture_filter filter;
    size_t column;
    bool made = false;

    memset(talk, 0, sizeof(*talk));
    if (!capture_filter_open(&filter, choice->filter, error, &column)) {
        snprintf(why, TALK_WHY_SIZE, _("the filter, column %zu: %s"), column + 1, error);
        return false;
    }
    snprintf(why, TALK_WHY_SIZE, "%s", _("out of memory"));
    if (capture_analysis_open(&g.analysis)) {
        read_frames(&g, source, &filter);
        made = !g.no_memory && choose(&g, why) && make(&g);
        capture_analysis_close(&g.analysis);
    }
    free(g.raws.items);
    capture_filter_close(&filter);
    if (!made)
        capture_talk_close(talk);
    return made;
}

void capture_talk_close(struct capture_talk *talk)
{
    free(talk->segments);
    free(talk->bytes);
    free(talk->order[0]);
    free(talk->order[1]);
    talk->segments = NULL;
    talk->bytes = NULL;
    talk->order[0] = talk->order[1] = NULL;
}

/* ---- Words ---- */

void capture_talk_name(const struct capture_talk *talk, unsigned side, char *out, size_t size)
{
    const struct flow_end *end = &talk->end[side].address;
    char address[INET6_ADDRSTRLEN] = "";

    if (talk->ipv6)
        inet_ntop(AF_INET6, end->address, address, sizeof(address));
    else
        inet_ntop(AF_INET, end->address + 12, address, sizeof(address));
    snprintf(out, size, talk->ipv6 ? "[%s]:%u" : "%s:%u", address, end->port);
}
