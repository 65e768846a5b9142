#include "tools/lib/frame_facts.h"

#include <stdlib.h>
#include <string.h>

#include "layers/wire/field.h"
#include "layers/wire/tcp_option.h"
#include "sim/world.h"
#include "tools/lib/run_field.h"
#include "tools/lib/tcp_view.h"
#include "tools/lib/text.h"

struct frame_seen {
    uint32_t base, acked_base, window;
    uint16_t marks;
    bool is_tcp;
};

/* ---- Names ---- */

enum special { NUMBER, LENGTH, TIME, SEQUENCE, ACKNOWLEDGMENT, DATA, WINDOW, FLAGS, MSS, SCALE };

static const struct {
    const char *name;
    enum value_type type;
    const char *help;
} specials[] = {
    [NUMBER] = { "number", VALUE_NUMBER, N_("its number, as the ladder has it") },
    [LENGTH] = { "len", VALUE_BYTES, N_("its length in bytes") },
    [TIME] = { "time", VALUE_TIME, N_("when its first bit was sent") },
    [SEQUENCE] = { "tcp.seq", VALUE_NUMBER, N_("sequence number, from 0 as in the ladder") },
    [ACKNOWLEDGMENT] = { "tcp.ack", VALUE_NUMBER, N_("acknowledgment number, likewise") },
    [DATA] = { "tcp.len", VALUE_BYTES, N_("bytes of data in the segment") },
    [WINDOW] = { "tcp.window_size", VALUE_BYTES, N_("the window, scaled") },
    [FLAGS] = { "tcp.flags", VALUE_HEX, N_("all flags as one number: FIN 1, SYN 2, ACK 16") },
    [MSS] = { "tcp.options.mss_val", VALUE_BYTES, N_("maximum segment size in the options") },
    [SCALE] = { "tcp.options.wscale.shift", VALUE_NUMBER, N_("window scale in the options") },
};

/* Numbers of a field that are none, or are read in hexadecimal: by Wireshark, and
 * in the packet pane. */
static enum value_type type_of(const struct field *field)
{
    static const struct {
        const char *name;
        enum value_type type;
    } rows[] = {
        { "ip.src", VALUE_IPV4 },
        { "ip.dst", VALUE_IPV4 },
        { "arp.src.proto_ipv4", VALUE_IPV4 },
        { "arp.dst.proto_ipv4", VALUE_IPV4 },
        { "ip.len", VALUE_BYTES },
        { "ip.hdr_len", VALUE_BYTES },
        { "udp.length", VALUE_BYTES },
        { "tcp.hdr_len", VALUE_BYTES },
        { "tcp.window_size_value", VALUE_BYTES },
        { "eth.type", VALUE_HEX16 },
        { "vlan.etype", VALUE_HEX16 },
        { "arp.proto.type", VALUE_HEX16 },
        { "tls.record.version", VALUE_HEX16 },
        { "dns.id", VALUE_HEX16 },
        { "dhcp.id", VALUE_HEX },
        { "dhcp.flags", VALUE_HEX16 },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (strcmp(rows[i].name, field->name) == 0)
            return rows[i].type;
    if (strstr(field->name, ".checksum") != NULL)
        return VALUE_HEX16;
    return field->bits == 48 ? VALUE_MAC : VALUE_NUMBER;
}

const char *frame_fact_word(const struct frame_fact *fact)
{
    return fact->field != NULL ? fact->field->name : specials[fact->special].name;
}

bool frame_fact_find(const char *name, size_t len, struct frame_fact *fact)
{
    char word[48];

    if (len >= sizeof(word))
        return false;
    memcpy(word, name, len);
    word[len] = '\0';
    fact->field = NULL;
    for (unsigned i = 0; i < ARRAY_LEN(specials); i++)
        if (strcmp(specials[i].name, word) == 0) {
            fact->special = i;
            fact->type = specials[i].type;
            return true;
        }
    fact->field = field_find(word);
    if (fact->field == NULL)
        return false;
    fact->type = type_of(fact->field);
    return true;
}

const char *frame_fact_name(size_t index, const char **help)
{
    if (index < ARRAY_LEN(specials)) {
        *help = _(specials[index].help);
        return specials[index].name;
    }
    index -= ARRAY_LEN(specials);
    for (int kind = LAYER_ETHERNET; kind < LAYER_DATA; kind++) {
        struct run_fields fields = run_fields_of((enum layer_kind)kind);

        if (index < fields.count) {
            *help = fields.at[index].label;
            return fields.at[index].name;
        }
        index -= fields.count;
    }
    return NULL;
}

static const struct {
    const char *word;
    unsigned mark;
} mark_words[] = {
    { "retransmission", TCP_IS_ANY_RETRANSMISSION }, { "out-of-order", TCP_IS_OUT_OF_ORDER },
    { "keep-alive", TCP_IS_KEEP_ALIVE },         { "zero-window", TCP_IS_ZERO_WINDOW },
    { "window-probe", TCP_IS_PROBE },     { "window-update", TCP_IS_WINDOW_UPDATE },
    { "duplicate-ack", TCP_IS_DUPLICATE_ACK },
};

unsigned frame_mark_find(const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(mark_words); i++)
        if (strcmp(mark_words[i].word, word) == 0)
            return mark_words[i].mark;
    return 0;
}

const char *frame_mark_name(size_t index)
{
    return index < ARRAY_LEN(mark_words) ? mark_words[index].word : NULL;
}

/* ---- Following ---- */

void frame_facts_close(struct frame_facts *facts)
{
    tcp_view_close(facts->tcp);
    free(facts->at);
    memset(facts, 0, sizeof(*facts));
}

static bool make_room(struct frame_facts *facts, uint32_t to)
{
    struct frame_seen *grown;
    uint32_t room = facts->room == 0 ? 64 : facts->room;

    if (facts->tcp == NULL && (facts->tcp = tcp_view_open(0)) == NULL)
        return false;
    while (room < to)
        room = room > UINT32_MAX / 2 ? UINT32_MAX : 2 * room;
    if (room == facts->room)
        return true;
    grown = realloc(facts->at, room * sizeof(*grown));
    if (grown == NULL)
        return false;
    facts->at = grown;
    facts->room = room;
    return true;
}

static struct frame_seen look(struct frame_facts *facts, const struct trace *trace, uint32_t number)
{
    struct frame_seen seen = { .is_tcp = false };
    struct tcp_segment segment;
    struct dissection d;

    run_dissect(trace, number, &d);
    if (!tcp_view_take(facts->tcp, &d, tcp_sight_of(trace, number), &segment))
        return seen;
    seen.is_tcp = true;
    seen.base = segment.base;
    seen.acked_base = segment.acked_base;
    seen.window = segment.window;
    seen.marks = (uint16_t)segment.marks;
    return seen;
}

bool frame_facts_follow(struct frame_facts *facts, const struct trace *trace, uint32_t to)
{
    if (to <= facts->count)
        return true;
    if (!make_room(facts, to))
        return false;
    while (facts->count < to) {
        facts->at[facts->count] = look(facts, trace, facts->count + 1);
        facts->count++;
    }
    return true;
}

/* ---- Reading ---- */

static bool read_field(const struct dissection *d, const struct field *field, int64_t *value)
{
    for (size_t i = 0; i < d->count && !d->layers[i].quoted; i++) {
        const struct layer *layer = &d->layers[i];
        struct run_fields fields = run_fields_of(layer->kind);
        struct span header = { d->bytes.at + layer->offset, layer->header_len };
        uint64_t number;

        if (field < fields.at || field >= fields.at + fields.count ||
            !run_field_applies(layer, field) || !field_read(field, header, &number))
            continue;
        *value = (int64_t)number;
        /* Wireshark shows these in bytes, the wire counts them in words. */
        if (strcmp(field->name, "ip.hdr_len") == 0 || strcmp(field->name, "tcp.hdr_len") == 0)
            *value *= 4;
        return true;
    }
    return false;
}

static bool read_option(const struct tcp_header *header, unsigned kind, int64_t *value)
{
    struct tcp_option_reader reader;
    struct tcp_option option;

    tcp_option_begin(&reader, header->options);
    while (tcp_option_next(&reader, &option)) {
        if (option.kind != kind)
            continue;
        *value = 0;
        for (size_t i = 0; i < option.data.len; i++)
            *value = *value * 256 + option.data.at[i];
        return true;
    }
    return false;
}

/* Of the segment in D, of which SEEN is known. */
static bool read_segment(const struct dissection *d, const struct frame_seen *seen,
                         unsigned special, int64_t *value)
{
    uint32_t len;
    const struct tcp_header *header = tcp_view_segment(d, &len);

    if (header == NULL || !seen->is_tcp)
        return false;
    switch (special) {
    case SEQUENCE: *value = (uint32_t)(header->sequence - seen->base); return true;
    case ACKNOWLEDGMENT:
        *value = (uint32_t)(header->acknowledgment - seen->acked_base);
        return (header->flags & TCP_ACK) != 0;
    case DATA: *value = len; return true;
    case WINDOW: *value = seen->window; return true;
    case FLAGS: *value = header->flags; return true;
    case MSS: return read_option(header, TCP_OPTION_MSS, value);
    default: return read_option(header, TCP_OPTION_WINDOW_SCALE, value);
    }
}

bool frame_fact_read(struct frame_facts *facts, const struct trace *trace, uint32_t number,
                     const struct frame_fact *fact, int64_t *value)
{
    struct dissection d;

    if (number == 0 || number > trace->frames.count || !frame_facts_follow(facts, trace, number))
        return false;
    run_dissect(trace, number, &d);
    if (fact->field != NULL)
        return read_field(&d, fact->field, value);
    switch (fact->special) {
    case NUMBER: *value = number; return true;
    case LENGTH: *value = (int64_t)run_frame_length(trace, number); return true;
    case TIME: *value = trace_frame(trace, number)->sent; return true;
    default: return read_segment(&d, &facts->at[number - 1], fact->special, value);
    }
}

int64_t frame_marks_count(struct frame_facts *facts, const struct world *world,
                          const struct trace *trace, uint32_t to, unsigned marks, uint16_t node)
{
    int64_t count = 0;

    if (!frame_facts_follow(facts, trace, to))
        return -1;
    for (uint32_t i = 0; i < to; i++) {
        const struct trace_frame *frame;
        const struct node *sender;

        if ((facts->at[i].marks & marks) == 0)
            continue;
        frame = trace_frame(trace, i + 1);
        sender = world->links[frame->link]->ends[frame->end]->node;
        if (strcmp(sender->ops->kind, "host") == 0 && (node == NODE_NONE || node == sender->id))
            count++;
    }
    return count;
}
