#include "tools/lib/run_message.h"

#include <string.h>

#include "layers/names.h"
#include "layers/rule.h"
#include "layers/wire/dissect.h"

static void flip_bit(uint8_t *bytes, size_t len, int64_t bit)
{
    /* Beyond the end it was the frame check sequence, which is not here. */
    if (bit >= 0 && (uint64_t)bit / 8 < len)
        bytes[bit / 8] ^= (uint8_t)(0x80u >> (bit % 8));
}

static void swap_words(uint8_t *bytes, size_t len, int64_t a, int64_t b)
{
    uint8_t word[2];

    if (a < 0 || b < 0 || (uint64_t)a + 2 > len || (uint64_t)b + 2 > len)
        return;
    memcpy(word, bytes + a, 2);
    memmove(bytes + a, bytes + b, 2);
    memcpy(bytes + b, word, 2);
}

struct span run_frame_arrived(const struct run_view *view, uint32_t frame, uint8_t *room)
{
    const struct trace *trace = view->trace;
    struct span bytes = trace_frame_bytes(trace, frame);
    uint32_t tx = trace_frame(trace, frame)->record;
    uint32_t event = trace_frame(trace, frame)->event;

    ASSERT(bytes.len <= RUN_FRAME_MAX);
    memcpy(room, bytes.at, bytes.len);
    for (uint32_t i = tx + 1; i < trace->records.count; i++) {
        struct record record = trace_read(trace, i);

        if (record.event != event || record.frame != frame || record.kind != RECORD_FATE)
            break;
        if (record.rule == RULE_FAULT_SWAP)
            swap_words(room, bytes.len, record.a, record.b);
        else if (record.rule == RULE_LINK_CORRUPT || record.rule == RULE_FAULT_CORRUPT ||
                 record.rule == RULE_INTERVENTION_CORRUPT)
            flip_bit(room, bytes.len, record.a);
    }
    return (struct span){ room, bytes.len };
}

/* The data of the UDP datagram in FRAME, and its ports in HEADER, if they are
 * LEN bytes and FRAME has all of them; else nothing. */
static struct span udp_data(struct span frame, int64_t len, struct udp_header *header)
{
    struct span none = { NULL, 0 };
    const struct layer *ip, *udp;
    struct dissection d;

    memset(header, 0, sizeof(*header));
    dissect(&d, frame, frame.len, LAYER_ETHERNET);
    ip = dissection_find(&d, LAYER_IPV4);
    udp = dissection_find(&d, LAYER_UDP);
    if (ip == NULL || udp == NULL || !ip->parsed || !udp->parsed ||
        ipv4_header_is_fragment(&ip->as.ipv4) || udp->payload.len != (uint64_t)len)
        return none;
    *header = udp->as.udp;
    return udp->payload;
}

static bool is_text(struct span data)
{
    for (size_t i = 0; i < data.len; i++)
        if (data.at[i] < 0x20 || data.at[i] > 0x7e)
            return false;
    return true;
}

static void quote_data(struct span data, struct run_quote *quote)
{
    struct span start = { data.at, data.len < RUN_QUOTE_MAX ? data.len : RUN_QUOTE_MAX };

    if (start.len == 0 || !is_text(start) || rule_text_is_made_up(start))
        return;
    memcpy(quote->text, start.at, start.len);
    quote->text[start.len] = '\0';
    quote->goes_on = data.len > start.len;
}

static void quote_received(const struct run_view *view, const struct record *record,
                           struct run_quote *quote)
{
    uint8_t room[RUN_FRAME_MAX];
    struct udp_header header;
    struct span data;

    if (record->frame == 0)
        return;
    data = udp_data(run_frame_arrived(view, record->frame, room), record->a, &header);
    if (header.destination_port == record->subject)
        quote_data(data, quote);
}

/* What the host was told to send may have to wait for an address: then no
 * frame of the same event has it, and nothing is shown. */
static void quote_sent(const struct run_view *view, uint32_t index, const struct record *record,
                       struct run_quote *quote)
{
    const struct trace *trace = view->trace;

    for (uint32_t i = index + 1; i < trace->records.count; i++) {
        struct record next = trace_read(trace, i);
        struct udp_header header;
        struct span data;

        if (next.event != record->event || (next.kind == RECORD_APP && next.node == record->node))
            return;
        if (next.kind != RECORD_TX || next.node != record->node)
            continue;
        data = udp_data(trace_frame_bytes(trace, next.frame), record->a, &header);
        if (header.source_port == record->subject) {
            quote_data(data, quote);
            return;
        }
    }
}

void run_message_quote(const struct run_view *view, uint32_t index, struct run_quote *quote)
{
    struct record record = trace_read(view->trace, index);

    memset(quote, 0, sizeof(*quote));
    if (record.kind != RECORD_APP)
        return;
    if (record.what == APP_UDP_RECEIVED)
        quote_received(view, &record, quote);
    else if (record.what == APP_UDP_SENT)
        quote_sent(view, index, &record, quote);
}
