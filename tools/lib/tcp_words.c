/*
 * The line of a segment, as a textbook writes it.
 */
#include <inttypes.h>
#include <string.h>

#include "layers/wire/bytes.h"
#include "layers/wire/summary.h"
#include "layers/wire/summary_parts.h"
#include "layers/wire/tcp_option.h"
#include "layers/wire/text.h"
#include "tools/lib/tcp_view.h"
#include "tools/lib/text.h"

static void put_flags(struct text *t, uint8_t flags)
{
    static const struct {
        uint8_t flag;
        const char *name;
    } names[] = {
        { TCP_SYN, "SYN" }, { TCP_FIN, "FIN" }, { TCP_RST, "RST" }, { TCP_PSH, "PSH" },
        { TCP_URG, "URG" }, { TCP_ACK, "ACK" }, { TCP_ECE, "ECE" }, { TCP_CWR, "CWR" },
    };
    const char *before = "";

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if ((flags & names[i].flag) != 0) {
            text_put(t, before);
            text_put(t, names[i].name);
            before = " ";
        }
    if ((flags & 0xff) == 0)
        text_put(t, _("no flags"));
}

static void put_ports(const struct tcp_view *view, struct text *t, const struct tcp_header *h)
{
    if (view == NULL || !tcp_view_has_several(view))
        return;
    text_number(t, h->source_port);
    text_char(t, '>');
    text_number(t, h->destination_port);
    text_char(t, ' ');
}

static void put_count(struct text *t, const char *name, uint32_t number)
{
    text_put(t, name);
    text_number(t, number);
}

/* A number counted from BASE: what lies a little before the first one of this
 * connection is of an earlier one, and told as such: "-9". */
static void put_number(struct text *t, const char *name, uint32_t number, uint32_t base)
{
    uint32_t from = number - base;
    bool earlier = base != 0 && base - number < (UINT32_C(1) << 20) && from != 0;

    text_put(t, name);
    if (earlier)
        text_char(t, '-');
    text_number(t, earlier ? base - number : from);
}

/* One of these, or a blank in its place. */
static void put_field(struct text *t, const struct tcp_segment *s, enum tcp_hidden field,
                      const char *name)
{
    const struct tcp_header *h = s->header;

    if ((s->hidden & field) != 0) {
        text_put(t, name);
        text_put(t, "____");
    } else if (field == TCP_HIDE_SEQ) {
        put_number(t, name, h->sequence, s->base);
    } else if (field == TCP_HIDE_ACK) {
        put_number(t, name, h->acknowledgment, s->acked_base);
    } else {
        put_count(t, name, field == TCP_HIDE_WIN ? s->window : s->len);
    }
}

static void put_shown_flags(struct text *t, const struct tcp_segment *s, uint8_t flags)
{
    if ((s->hidden & TCP_HIDE_FLAGS) != 0)
        text_put(t, "____");
    else
        put_flags(t, flags);
}

/* ---- Options ---- */

enum { SACK_BLOCK = 8 }; /* bytes */

/* Blocks below the ACK tell what came twice (D-SACK, RFC 2883). */
static void put_sack(struct text *t, const struct tcp_segment *s, struct span blocks, char is)
{
    const uint8_t *at = blocks.at;
    bool twice = (int32_t)(get_be32(at) - s->header->acknowledgment) < 0;

    text_format(t, twice ? " dsack%c" : " sack%c", is);
    for (size_t i = 0; i + SACK_BLOCK <= blocks.len; i += SACK_BLOCK)
        text_format(t, "%s%" PRIu32 "-%" PRIu32, i > 0 ? "," : "", get_be32(at + i) - s->acked_base,
                    get_be32(at + i + 4) - s->acked_base);
}

/* The first block, which a receiver heard of last: " sack 4001-5001". */
static void put_first_block(struct text *t, const struct tcp_segment *s)
{
    struct tcp_option_reader reader;
    struct tcp_option option;

    tcp_option_begin(&reader, s->header->options);
    while (tcp_option_next(&reader, &option))
        if (option.kind == TCP_OPTION_SACK && option.data.len >= SACK_BLOCK) {
            put_sack(t, s, (struct span){ option.data.at, SACK_BLOCK }, ' ');
            return;
        }
}

static void put_option(struct text *t, const struct tcp_segment *s, const struct tcp_option *option)
{
    char words[SUMMARY_SIZE];

    summary_format_option(option, words, sizeof(words));
    text_put(t, words);
    if (option->kind == TCP_OPTION_SACK && option->data.len >= SACK_BLOCK)
        put_sack(t, s, option->data, '=');
}

/* Each kind once: a segment that repeats one must not grow the line. Time
 * stamps stand in nearly every segment and say little: they are left out. */
static void put_options(struct text *t, const struct tcp_segment *s)
{
    struct tcp_option_reader reader;
    struct tcp_option option;
    uint64_t seen = 0;

    tcp_option_begin(&reader, s->header->options);
    while (tcp_option_next(&reader, &option)) {
        uint64_t kind = option.kind < 64 ? UINT64_C(1) << option.kind : 0;

        if ((seen & kind) == 0)
            put_option(t, s, &option);
        seen |= kind;
    }
}

/* ---- Marks ---- */

static const struct {
    enum tcp_flag flag;
    const char *full, *brief;
} words[] = {
    { TCP_REUSES_PORTS, N_("ports reused"), N_("reused") },
    { TCP_IS_AFTER_GAP, N_("previous segment not captured"), N_("after gap") },
    { TCP_IS_RETRANSMISSION, N_("retransmission"), N_("again") },
    { TCP_IS_FAST_RETRANSMISSION, N_("fast retransmission"), N_("fast again") },
    { TCP_IS_SPURIOUS, N_("spurious retransmission"), N_("needless again") },
    { TCP_IS_OUT_OF_ORDER, N_("out of order"), N_("late") },
    { TCP_IS_KEEP_ALIVE, N_("keep-alive"), N_("alive?") },
    { TCP_IS_KEEP_ALIVE_ACK, N_("keep-alive ACK"), N_("alive") },
    { TCP_IS_PROBE, N_("zero window probe"), N_("probe") },
    { TCP_IS_PROBE_ACK, N_("zero window probe ACK"), N_("win=0 probe ACK") },
    { TCP_IS_ZERO_WINDOW, N_("zero window"), "win=0" },
    { TCP_IS_WINDOW_FULL, N_("window full"), N_("win full") },
    { TCP_IS_WINDOW_UPDATE, N_("window update"), N_("win+") },
    { TCP_ACKS_UNSEEN, N_("ACKed unseen segment"), N_("unseen") },
};

static void put_marks(struct text *t, const struct tcp_segment *s, bool brief)
{
    /* A probe is a retransmission by design, once the first was sent. */
    unsigned marks = s->hidden == 0 ? s->marks : 0;
    const char *before = " ";

    if (s->copy)
        text_put(t, _(" copy"));
    if (marks & TCP_IS_PROBE)
        marks &= ~(unsigned)TCP_IS_RETRANSMISSION;
    if (marks & TCP_IS_PROBE_ACK)
        marks &= ~(unsigned)TCP_IS_ZERO_WINDOW;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (marks & words[i].flag) {
            text_put(t, before);
            text_put(t, brief ? _(words[i].brief) : _(words[i].full));
            before = ", ";
        }
    if ((marks & TCP_IS_DUPLICATE_ACK) == 0)
        return;
    text_put(t, before);
    text_format(t, brief ? _("dup %" PRIu32) : _("dup ACK %" PRIu32), s->duplicates);
}

/* ---- Lines ---- */

static void put_in_full(struct text *t, const struct dissection *d, const struct tcp_segment *s)
{
    const struct tcp_header *h = s->header;
    char tail[SUMMARY_SIZE];

    summary_put_tags(t, d, "vlan ");
    put_shown_flags(t, s, h->flags);
    put_field(t, s, TCP_HIDE_SEQ, " seq=");
    if ((h->flags & TCP_ACK) != 0)
        put_field(t, s, TCP_HIDE_ACK, " ack=");
    if (s->window_told)
        put_field(t, s, TCP_HIDE_WIN, " win=");
    put_options(t, s);
    if (s->len > 0)
        put_field(t, s, TCP_HIDE_LEN, " len=");
    put_marks(t, s, false);
    summary_format_tail(d, tail, sizeof(tail));
    text_put(t, tail);
}

/* Flags and numbers without their names: the flags tell which they are. */
static void put_numbers(struct text *t, const struct dissection *d, const struct tcp_segment *s)
{
    const struct tcp_header *h = s->header;
    bool numbered = s->len > 0 || (h->flags & (TCP_SYN | TCP_FIN | TCP_RST)) != 0;

    summary_put_tags(t, d, "v");
    put_shown_flags(t, s, (h->flags & ~(unsigned)TCP_PSH) == TCP_ACK ? TCP_ACK : h->flags);
    if (numbered)
        put_field(t, s, TCP_HIDE_SEQ, " ");
    if ((h->flags & TCP_ACK) != 0 && (!numbered || (h->flags & TCP_SYN) != 0))
        put_field(t, s, TCP_HIDE_ACK, numbered ? " ack " : " ");
    if (s->len > 0) {
        put_field(t, s, TCP_HIDE_LEN, " ");
        text_char(t, 'B');
    }
}

size_t tcp_view_format(const struct tcp_view *view, const struct dissection *d,
                       const struct tcp_segment *s, enum tcp_detail detail, char *out, size_t size)
{
    struct text t = text_begin(out, size);

    put_ports(view, &t, s->header);
    if (detail == TCP_IN_FULL) {
        put_in_full(&t, d, s);
        return t.len;
    }
    put_numbers(&t, d, s);
    if (detail == TCP_CLOSER && s->window_told)
        put_field(&t, s, TCP_HIDE_WIN, " win=");
    if (detail == TCP_CLOSER)
        put_options(&t, s);
    put_marks(&t, s, detail == TCP_IN_SHORT);
    if (detail != TCP_CLOSER)
        put_first_block(&t, s);
    summary_put_application_behind(&t, d, true);
    if (detail != TCP_IN_SHORT)
        summary_put_problems(&t, d);
    else if (d->refused != RULE_NONE)
        text_put(&t, _(" bad"));
    return t.len;
}
