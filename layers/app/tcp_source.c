#include "layers/app/tcp_source.h"

#include "layers/app/tcp_talk.h"
#include "layers/host.h"
#include "layers/names.h"
#include "layers/rule.h"
#include "layers/wire/bytes.h"

#include <string.h>

#define PATTERN_FIRST '!'
#define PATTERN_LETTERS 94 /* the printable ones, without the space */
#define PATTERN_CHUNK 4096

struct tcp_source {
    struct application application;
    struct tcp_source *next; /* of the same connection */
    struct event timer;
    struct tcp_talk *talk;
    struct tcp_order order;
    uint8_t text[TCP_SOURCE_TEXT_MAX];
    uint8_t header[TCP_FRAME_HEADER];
    uint8_t pattern[PATTERN_CHUNK + PATTERN_LETTERS];
    uint32_t written; /* messages */
    uint32_t due;     /* messages that may be written by now */
    uint64_t offset;  /* in the message being written */
};

static void source_end(struct tcp_source *source)
{
    struct tcp_source **at = &source->talk->sources;

    node_timer_stop(&source->application.host->node, &source->timer, source->talk->number);
    while (*at != source)
        at = &(*at)->next;
    *at = source->next;
    source->application.ended = true;
}

static void source_stop(struct application *application)
{
    source_end(CONTAINER_OF(application, struct tcp_source, application));
}

static const struct application_ops source_ops = { "tcp source", source_stop };

/* ---- What the next message is made of ---- */

static uint64_t header_len(const struct tcp_source *source)
{
    return source->order.framed ? TCP_FRAME_HEADER : 0;
}

static uint64_t message_len(const struct tcp_source *source)
{
    return header_len(source) + (uint64_t)source->order.size;
}

/* The bytes from the present offset on that lie together. */
static struct span next_piece(struct tcp_source *source)
{
    static const uint8_t newline[] = { '\n' };
    uint64_t body = source->offset - header_len(source), rest;
    size_t start;

    if (source->offset < header_len(source))
        return (struct span){ source->header + source->offset,
                              (size_t)(header_len(source) - source->offset) };
    rest = (uint64_t)source->order.size - body;
    if (source->order.text.at != NULL)
        return (struct span){ source->text + body, (size_t)rest };
    if (source->order.line && rest == 1)
        return (struct span){ newline, 1 };
    if (source->order.content != NULL) {
        rest = min_size((size_t)rest, PATTERN_CHUNK);
        source->order.content(source->order.ctx,
                              source->order.first + source->written * (uint64_t)source->order.size +
                                  body,
                              source->pattern, (size_t)rest);
        return (struct span){ source->pattern, (size_t)rest };
    }
    rest -= source->order.line;
    start = (size_t)((source->written + body) % PATTERN_LETTERS);
    return (struct span){ source->pattern + start, min_size((size_t)rest, PATTERN_CHUNK) };
}

static int64_t shown(const struct tcp_source *source)
{
    return source->order.text.at != NULL ? rule_text(source->order.text) : 0;
}

/* What fits now of the present message: told before TCP gets it, for what TCP
 * sends comes of it. */
static void tell_write(const struct tcp_source *source)
{
    uint64_t left = message_len(source) - source->offset;
    uint64_t room = tcp_send_room(source->talk->tcb), fits = room < left ? room : left;

    if (fits == left)
        tcp_talk_tell(source->talk, APP_TCP_SENT, (int64_t)fits,
                      source->offset == 0 ? shown(source) : 0);
    else if (fits > 0)
        tcp_talk_tell(source->talk, APP_TCP_SENT_PART, (int64_t)fits, (int64_t)(left - fits));
}

/* Writes on in the present message. False: the buffer is full. */
static bool write_message(struct tcp_source *source)
{
    uint64_t len = message_len(source);
    bool full = false;

    tell_write(source);
    while (source->offset < len && !full && source->talk->tcb != NULL) {
        struct span piece = next_piece(source);
        bool last = source->offset + piece.len == len;
        unsigned flags = (last && !source->order.more ? 0u : TCP_SEND_MORE) |
                         (source->order.urgent ? TCP_SEND_URGENT : 0);
        size_t took = tcp_send(source->talk->tcb, piece, flags);

        source->offset += took;
        full = took < piece.len;
    }
    return !full && source->talk->tcb != NULL;
}

/* ---- Whose turn it is ---- */

static struct tcp_source *next_source(const struct tcp_talk *talk)
{
    struct tcp_source *chosen = NULL;

    for (struct tcp_source *s = talk->sources; s != NULL; s = s->next) {
        if (s->offset > 0)
            return s; /* in the midst of a message */
        if (chosen == NULL && s->due > s->written)
            chosen = s;
    }
    return chosen;
}

bool tcp_source_write(struct tcp_talk *talk)
{
    struct tcp_source *source;

    while (talk->tcb != NULL && (source = next_source(talk)) != NULL) {
        if (!write_message(source))
            return false;
        source->offset = 0;
        source->written++;
        if (source->written == source->order.count)
            source_end(source);
    }
    return talk->tcb != NULL;
}

void tcp_source_end_all(struct tcp_talk *talk)
{
    uint64_t lost = 0;

    while (talk->sources != NULL) {
        struct tcp_source *source = talk->sources;

        lost += message_len(source) * (source->order.count - source->written) - source->offset;
        source_end(source);
    }
    if (lost > 0)
        tcp_talk_tell(talk, APP_TCP_NOT_SENT, (int64_t)lost, 0);
}

static void timer_fires(struct world *world, struct event *event)
{
    struct tcp_source *source = CONTAINER_OF(event, struct tcp_source, timer);

    source->due++;
    if (source->due < source->order.count)
        node_timer_set(&source->application.host->node, event, source->talk->number,
                       world->now + source->order.interval);
    tcp_talk_go_on(source->talk);
}

/* ---- Starting ---- */

static void fill(struct tcp_source *source, const struct tcp_order *order)
{
    source->order = *order;
    if (order->text.at != NULL) {
        ASSERT(order->text.len <= TCP_SOURCE_TEXT_MAX && order->text.len > 0);
        memcpy(source->text, order->text.at, order->text.len);
        source->order.text.at = source->text;
        source->order.size = (int64_t)order->text.len;
    }
    put_be32(source->header, (uint32_t)source->order.size);
    for (size_t i = 0; i < sizeof(source->pattern); i++)
        source->pattern[i] = (uint8_t)(PATTERN_FIRST + i % PATTERN_LETTERS);
    source->written = 0;
    source->offset = 0;
    source->due = order->interval == 0 ? order->count : 1;
}

static void append(struct tcp_talk *talk, struct tcp_source *source)
{
    struct tcp_source **at = &talk->sources;

    while (*at != NULL)
        at = &(*at)->next;
    *at = source;
    source->next = NULL;
    source->talk = talk;
}

bool tcp_source_start(struct tcp_talk *talk, const struct tcp_order *order)
{
    struct host *host = talk->application.host;
    struct tcp_source *source;

    ASSERT(order->count >= 1 && order->interval >= 0);
    if (talk->tcb == NULL || talk->leaving != TCP_STAYS || talk->shut) {
        WHY(&host->node, RULE_APP_ENDED_SENDING, talk->number, 0);
        return false;
    }
    source = CONTAINER_OF(application_new(host, &source_ops, sizeof(*source)), struct tcp_source,
                          application);
    event_init(&source->timer, host->node.id, timer_fires);
    source->timer.timer = TIMER_TCP_SOURCE;
    fill(source, order);
    append(talk, source);
    if (source->due < order->count)
        node_timer_set(&host->node, &source->timer, talk->number,
                       host->node.world->now + order->interval);
    tcp_talk_go_on(talk);
    return true;
}
