/*
 * A frame that is put on a wire: what it is, who sends it to whom, and how it
 * will fare.
 */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "layers/rule.h"
#include "layers/state.h"
#include "layers/wire/text.h"
#include "layers/wire/summary.h"
#include "tools/lib/narrate_parts.h"
#include "tools/lib/run_connection.h"
#include "tools/lib/text.h"

/* ---- Whose segment it is ---- */

static bool is_of(const struct run_ends *ends, const struct dissection *d,
                  const struct tcp_header *h)
{
    const struct layer *ip = dissection_find(d, LAYER_IPV4);

    return ip != NULL && ends->local.address == ip->as.ipv4.source &&
           ends->remote.address == ip->as.ipv4.destination && ends->local.port == h->source_port &&
           ends->remote.port == h->destination_port;
}

static bool is_alive(const struct narrate_connection *c)
{
    return c->state != STATE_NONE && c->state != STATE_TCP_CLOSED;
}

/* The connection of NODE that sends D: of several with the same ends, which
 * follow each other, the one that is there; else the newest. 0: none. */
static uint32_t sender(const struct narrator *n, uint16_t node, const struct dissection *d,
                       const struct tcp_header *h)
{
    const struct run_node *known = &n->view->nodes[node];
    uint32_t last = n->last[node], found = 0;

    if (last != 0 && is_of(&known->ends[last - 1], d, h) && is_alive(&n->connections[node][last]))
        return last;
    for (uint32_t i = known->ends_count; i > 0; i--) {
        if (!is_of(&known->ends[i - 1], d, h))
            continue;
        if (is_alive(&n->connections[node][i]))
            return i;
        if (found == 0)
            found = i;
    }
    return found;
}

/* Counts data once: what lies beyond the highest number so far. */
static void count(struct narrate_connection *c, const struct tcp_segment *s)
{
    const struct tcp_header *h = s->header;
    uint32_t data = h->sequence + ((h->flags & TCP_SYN) != 0), top = data + s->len;
    unsigned probes = TCP_IS_KEEP_ALIVE | TCP_IS_PROBE;

    if ((s->marks & TCP_IS_ANY_RETRANSMISSION) != 0 && (s->marks & probes) == 0)
        c->again++;
    if (s->len == 0)
        return;
    if (!c->begun)
        c->top = data;
    c->begun = true;
    if ((int32_t)(top - c->top) <= 0)
        return;
    c->sent += min_size(top - c->top, s->len);
    c->top = top;
}

static void count_segment(struct narrator *n, uint16_t node, const struct dissection *d,
                          const struct tcp_segment *segment)
{
    uint32_t number;

    if (n->connections[node] == NULL)
        return;
    number = sender(n, node, d, segment->header);
    if (number == 0)
        return;
    n->last[node] = number;
    count(&n->connections[node][number], segment);
}

/* FACTS, to be spoken; which of several connections they are of comes last. */
static void put_ports_last(const char *facts, char *out, size_t size)
{
    size_t len = strcspn(facts, " ");
    char ports[NARRATE_NAME_SIZE], spoken[NARRATE_NAME_SIZE];

    if (facts[len] == '\0' || memchr(facts, '>', len) == NULL || len == 1) {
        narrate_speak(facts, out, size);
        return;
    }
    snprintf(ports, sizeof(ports), "%.*s", (int)len, facts);
    narrate_speak(ports, spoken, sizeof(spoken));
    narrate_speak(facts + len + 1, out, size);
    snprintf(out + strlen(out), size - strlen(out), ", %s", spoken);
}

/* What FRAME is, to be spoken. */
static void facts_of(struct narrator *n, uint32_t frame, uint16_t node, char *out, size_t size)
{
    struct span bytes = trace_frame_bytes(n->view->trace, frame);
    char facts[LADDER_TEXT_SIZE];
    struct tcp_segment segment;
    struct dissection d;

    dissect(&d, bytes, bytes.len, LAYER_ETHERNET);
    if (tcp_view_take(n->tcp, &d, tcp_sight_of(n->view->trace, frame), &segment)) {
        tcp_view_format(n->tcp, &d, &segment, TCP_IN_FULL, facts, sizeof(facts));
        count_segment(n, node, &d, &segment);
    } else {
        summary_format(&d, facts, sizeof(facts));
    }
    put_ports_last(facts, out, size);
}

/* ---- How it fares ---- */

static void put_sentence(struct text *t, const char *words)
{
    text_char(t, ' ');
    text_char(t, (char)toupper((unsigned char)words[0]));
    text_put(t, words + 1);
    text_char(t, '.');
}

/* Losses and changes on the wire that come with the sending itself. */
static void put_befalls(struct narrator *n, uint32_t index, const struct record *tx, struct text *t)
{
    const struct trace *trace = n->view->trace;

    for (uint32_t i = index + 1; i < trace->records.count; i++) {
        struct record record = trace_read(trace, i);
        struct ladder_note note;

        if (record.event != tx->event)
            break;
        if (record.frame != tx->frame || record.kind == RECORD_RX ||
            !ladder_befalls_flight(&record))
            continue;
        ladder_note(n->view, n->tcp, i, 0, &note);
        if (record.kind == RECORD_LOST) {
            n->losses++;
            n->flying--;
            text_put(t, _(" It is lost: "));
            text_put(t, note.text);
            text_char(t, '.');
        } else {
            put_sentence(t, note.text);
        }
    }
}

bool narrate_is_told_by_sending(const struct narrator *n, const struct record *record)
{
    if (record->kind != RECORD_FATE &&
        (record->kind != RECORD_LOST || run_loss_place(record) != RUN_LOST_ON_WIRE))
        return false;
    return record->event == trace_frame(n->view->trace, record->frame)->event;
}

static void put_arrival(const struct narrate_fate *fate, bool goes_on, struct text *t)
{
    char first[VTIME_TEXT_SIZE], last[VTIME_TEXT_SIZE];

    vtime_format_plain(fate->first, first, sizeof(first));
    vtime_format_plain(fate->last, last, sizeof(last));
    if (fate->arrivals == 1)
        text_format(t, _(" It arrives at %s."), first);
    else if (fate->arrivals > 1)
        text_format(t, _(" It arrives %" PRIu32 " times, at %s"), fate->arrivals, first);
    if (fate->arrivals > 1 && fate->last > fate->first)
        text_format(t, _(" and last at %s"), last);
    if (fate->arrivals > 1)
        text_char(t, '.');
    if (fate->arrivals == 0 && fate->losses == 0)
        text_put(t, goes_on ? _(" It is on its way.")
                            : _(" It is still on its way when the run ends."));
}

void narrate_sending(struct narrator *n, uint32_t index, const struct record *tx)
{
    const struct trace_frame *frame = trace_frame(n->view->trace, tx->frame);
    const struct narrate_fate *fate = &n->fates[tx->frame];
    char facts[2 * LADDER_TEXT_SIZE], rest[NARRATE_LINE_SIZE];
    struct text t = text_begin(rest, sizeof(rest));

    facts_of(n, tx->frame, tx->node, facts, sizeof(facts));
    n->frames++;
    n->flying += fate->copies;
    put_befalls(n, index, tx, &t);
    put_arrival(fate, n->options->goes_on, &t);
    narrate_line(n, _("%s sends %s, to %s (frame %" PRIu32 ").%s"),
                 run_frame_from(n->view, frame)->node->name, facts,
                 run_frame_to(n->view, frame)->node->name, tx->frame, rest);
}
