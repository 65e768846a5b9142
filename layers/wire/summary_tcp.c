#include "layers/wire/bytes.h"
#include "layers/wire/summary.h"
#include "layers/wire/summary_parts.h"
#include "layers/wire/tcp_option.h"

/* tcpdump's letters in tcpdump's order; ACK is the dot. */
static void put_flags(struct text *t, uint8_t flags)
{
    static const struct {
        uint8_t flag;
        char letter;
    } letters[] = {
        { TCP_FIN, 'F' }, { TCP_SYN, 'S' }, { TCP_RST, 'R' }, { TCP_PSH, 'P' },
        { TCP_ACK, '.' }, { TCP_URG, 'U' }, { TCP_ECE, 'E' }, { TCP_CWR, 'W' },
    };

    if (flags == 0)
        text_put(t, "none");
    for (size_t i = 0; i < ARRAY_LEN(letters); i++)
        if ((flags & letters[i].flag) != 0)
            text_char(t, letters[i].letter);
}

size_t summary_format_option(const struct tcp_option *option, char *out, size_t size)
{
    struct text t = text_begin(out, size);

    if (option->kind == TCP_OPTION_MSS)
        text_format(&t, " mss=%u", (unsigned)get_be16(option->data.at));
    else if (option->kind == TCP_OPTION_WINDOW_SCALE)
        text_format(&t, " wscale=%u", (unsigned)option->data.at[0]);
    else if (option->kind == TCP_OPTION_SACK_PERMITTED)
        text_put(&t, " sackOK");
    else if (option->kind == TCP_OPTION_FAST_OPEN)
        text_put(&t, option->data.len > 0 ? " fast-open=cookie" : " fast-open");
    return t.len;
}

/* Timestamps stand in nearly every segment and say little: they are left out. */
static void put_option(struct text *t, const struct tcp_option *option)
{
    const uint8_t *at = option->data.at;
    char words[SUMMARY_SIZE];

    summary_format_option(option, words, sizeof(words));
    text_put(t, words);
    if (option->kind == TCP_OPTION_SACK)
        text_format(t, " sack=%lu-%lu", (unsigned long)get_be32(at),
                    (unsigned long)get_be32(at + 4));
}

/* Each kind once, the first: a segment that repeats one must not grow the
 * line beyond all bounds. */
static void put_options(struct text *t, const struct tcp_header *h)
{
    struct tcp_option_reader reader;
    struct tcp_option option;
    uint64_t seen = 0;

    tcp_option_begin(&reader, h->options);
    while (tcp_option_next(&reader, &option)) {
        uint64_t kind = option.kind < 64 ? UINT64_C(1) << option.kind : 0;

        if ((seen & kind) == 0)
            put_option(t, &option);
        seen |= kind;
    }
}

/* Bytes of data; unknown, so none, where the header's own end is missing. */
static size_t data_len(const struct layer *tcp, size_t len)
{
    size_t header_len = tcp_header_length(&tcp->as.tcp);

    if (tcp->cut || tcp->refused == RULE_TCP_BAD_DATA_OFFSET ||
        tcp->refused == RULE_TCP_HEADER_CUT)
        return 0;
    return len > header_len ? len - header_len : 0;
}

void summary_put_tcp(struct text *t, const struct layer *tcp, size_t len)
{
    const struct tcp_header *h = &tcp->as.tcp;
    size_t data = data_len(tcp, len);

    text_format(t, "TCP %u > %u [", (unsigned)h->source_port,
                (unsigned)h->destination_port);
    put_flags(t, h->flags);
    text_format(t, "] seq=%lu", (unsigned long)h->sequence);
    if ((h->flags & TCP_ACK) != 0)
        text_format(t, " ack=%lu", (unsigned long)h->acknowledgment);
    text_format(t, " win=%u", (unsigned)h->window);
    put_options(t, h);
    if (data > 0)
        text_format(t, " len=%zu", data);
}

void summary_put_tcp_short(struct text *t, const struct layer *tcp, size_t len)
{
    const struct tcp_header *h = &tcp->as.tcp;
    size_t data = data_len(tcp, len);

    text_format(t, "TCP %u>%u ", (unsigned)h->source_port,
                (unsigned)h->destination_port);
    put_flags(t, h->flags);
    if (data > 0)
        text_format(t, " %zuB", data);
}
