/* The other half of tcp_peer.h: segments, as bytes and in words. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "layers/wire/bytes.h"
#include "layers/wire/tcp_option.h"
#include "tests/support/tcp_peer.h"

enum { TEXT_SIZE = 400, SEGMENT_SIZE = 65536 };

/* ---- Sending ---- */

static uint8_t *put_number(uint8_t *at, uint8_t kind, uint8_t size, uint32_t number)
{
    *at++ = kind;
    *at++ = (uint8_t)(2 + size);
    for (unsigned i = 1; i <= size; i++)
        *at++ = (uint8_t)(number >> 8 * (size - i));
    return at;
}

static uint8_t *put_sacks(const struct tcp_peer *p, const struct peer_segment *s, uint8_t *at)
{
    uint8_t *start = at;

    at += 2;
    for (unsigned i = 0; i < PEER_SACKS && s->sack[i][1] != 0; i++, at += 8) {
        put_be32(at, p->host_iss + s->sack[i][0]);
        put_be32(at + 4, p->host_iss + s->sack[i][1]);
    }
    if (at == start + 2)
        return start;
    start[0] = TCP_OPTION_SACK;
    start[1] = (uint8_t)(at - start);
    return at;
}

static size_t write_options(const struct tcp_peer *p, const struct peer_segment *s, uint8_t *out)
{
    uint8_t *at = out;

    if (s->options.len > 0)
        memcpy(at, s->options.at, s->options.len);
    at += s->options.len;
    if (s->mss != 0)
        at = put_number(at, TCP_OPTION_MSS, 2, s->mss);
    if (s->has_scale)
        at = put_number(at, TCP_OPTION_WINDOW_SCALE, 1, s->scale);
    if (s->sack_ok)
        at = put_number(at, TCP_OPTION_SACK_PERMITTED, 0, 0);
    if (s->has_ts) {
        at = put_number(at, TCP_OPTION_TIMESTAMPS, 4, s->tsval);
        at[-5] = 10;
        put_be32(at, s->tsecr);
        at += 4;
    }
    at = put_sacks(p, s, at);
    return (size_t)(at - out);
}

static void write_text(const struct peer_segment *s, uint8_t *out)
{
    for (uint32_t i = 0; i < s->len; i++)
        out[i] = s->text != NULL ? (uint8_t)s->text[i] : peer_byte(s->seq + i);
}

static uint16_t window_of(const struct tcp_peer *p, const struct peer_segment *s)
{
    if (s->win == WIN_ZERO)
        return 0;
    return (uint16_t)(s->win != 0 ? s->win : p->win);
}

void peer_post_segment(struct tcp_peer *p, struct peer_segment s)
{
    uint8_t bytes[SEGMENT_SIZE], options[2 * TCP_OPTIONS_MAX];
    struct tcp_header h = {
        .source_port = s.from != 0 ? s.from : PEER_PORT,
        .destination_port = s.to != 0 ? s.to : PEER_HOST_PORT,
        .sequence = p->iss + s.seq,
        .acknowledgment = (s.flags & TCP_ACK) != 0 ? p->host_iss + s.ack : 0,
        .reserved = s.reserved,
        .flags = s.flags,
        .window = window_of(p, &s),
        .urgent_pointer = s.up,
        .options = { options, write_options(p, &s, options) },
    };
    struct ipv4_header ip = {
        .source = s.source != 0 ? s.source : p->t->address,
        .destination = s.destination != 0 ? s.destination : p->a->interfaces[0].address,
        .protocol = IP_PROTOCOL_TCP,
        .tos = s.tos,
        .options = s.ip_options,
    };
    size_t len = tcp_header_emit(&h, bytes);
    uint16_t sum;

    if (s.text != NULL)
        s.len = (uint32_t)strlen(s.text);
    write_text(&s, bytes + len);
    len += s.len;
    if (s.offset != 0)
        bytes[12] = (uint8_t)(s.offset << 4 | (bytes[12] & 0x0f));
    sum = tcp_checksum(ip.source, ip.destination, (struct span){ bytes, len });
    put_be16(bytes + TCP_CHECKSUM_AT, s.bad_checksum ? sum ^ 0x0101 : sum);
    tester_send_ipv4(p->t, &ip, (struct span){ bytes, len });
}

void peer_send_segment(struct tcp_peer *p, struct peer_segment segment)
{
    peer_post_segment(p, segment);
    peer_run(p, 5 * MS);
}

/* ---- Reading ---- */

static void read_sacks(const struct tcp_peer *p, struct peer_segment *s, struct span data)
{
    for (size_t at = 0; at + 8 <= data.len && s->sacks < PEER_SACKS; at += 8, s->sacks++) {
        s->sack[s->sacks][0] = get_be32(data.at + at) - p->iss;
        s->sack[s->sacks][1] = get_be32(data.at + at + 4) - p->iss;
    }
}

static void read_options(const struct tcp_peer *p, struct peer_segment *s)
{
    struct tcp_option_reader reader;
    struct tcp_option option;

    tcp_option_begin(&reader, s->options);
    while (tcp_option_next(&reader, &option)) {
        const uint8_t *at = option.data.at;

        if (option.kind == TCP_OPTION_MSS)
            s->mss = get_be16(at);
        else if (option.kind == TCP_OPTION_WINDOW_SCALE)
            s->has_scale = true, s->scale = at[0];
        else if (option.kind == TCP_OPTION_SACK_PERMITTED)
            s->sack_ok = true;
        else if (option.kind == TCP_OPTION_TIMESTAMPS)
            s->has_ts = true, s->tsval = get_be32(at), s->tsecr = get_be32(at + 4);
        else if (option.kind == TCP_OPTION_SACK)
            read_sacks(p, s, option.data);
    }
    expect_rule(reader.refused, RULE_NONE, "options of a's segment", NULL, __FILE__, __LINE__);
}

/* False: no TCP, or not for the reading. */
static bool read_segment(struct tcp_peer *p, const struct tester_frame *frame)
{
    struct peer_segment *s = &p->last;
    struct span segment;
    struct tcp_header h;

    memset(s, 0, sizeof(*s));
    if (!tester_read_ipv4(frame, &s->ip, &segment) || s->ip.protocol != IP_PROTOCOL_TCP)
        return false;
    if (!expect_rule(tcp_header_parse(&h, segment, &s->data), RULE_NONE, "TCP header", NULL,
                     __FILE__, __LINE__))
        return false;
    EXPECT(tcp_checksum_ok(s->ip.source, s->ip.destination, segment));
    if ((h.flags & TCP_SYN) != 0)
        p->host_iss = h.sequence;
    s->at = frame->at;
    s->flags = h.flags;
    s->seq = h.sequence - p->host_iss;
    s->ack = h.acknowledgment - p->iss;
    s->win = h.window;
    s->up = h.urgent_pointer;
    s->reserved = h.reserved;
    s->from = h.source_port;
    s->to = h.destination_port;
    s->source = s->ip.source;
    s->destination = s->ip.destination;
    s->tos = s->ip.tos;
    s->ip_options = s->ip.options;
    s->len = (uint32_t)s->data.len;
    s->options = h.options;
    read_options(p, s);
    if ((h.flags & (TCP_ACK | TCP_RST)) == TCP_ACK)
        p->edge = s->ack + (uint32_t)s->win;
    return true;
}

const struct peer_segment *peer_read(struct tcp_peer *p)
{
    while (p->seen < tester_count(p->t))
        if (read_segment(p, tester_frame(p->t, p->seen++)))
            return &p->last;
    return NULL;
}

void peer_skip(struct tcp_peer *p)
{
    while (peer_read(p) != NULL)
        continue;
}

/* ---- In words ---- */

struct line {
    char text[TEXT_SIZE];
    size_t len;
};

__attribute__((format(printf, 2, 3))) static void add(struct line *line, const char *format, ...)
{
    va_list arguments;
    int len;

    va_start(arguments, format);
    len = vsnprintf(line->text + line->len, sizeof(line->text) - line->len, format, arguments);
    va_end(arguments);
    line->len = min_size(line->len + (size_t)(len > 0 ? len : 0), sizeof(line->text) - 1);
}

/* As tcpdump writes them. */
static void add_flags(struct line *line, uint8_t flags)
{
    static const struct {
        uint8_t bit;
        char letter;
    } letters[] = { { TCP_FIN, 'F' }, { TCP_SYN, 'S' }, { TCP_RST, 'R' }, { TCP_PSH, 'P' },
                    { TCP_ACK, '.' }, { TCP_URG, 'U' }, { TCP_ECE, 'E' }, { TCP_CWR, 'W' } };

    add(line, "Flags [");
    for (size_t i = 0; i < ARRAY_LEN(letters); i++)
        if ((flags & letters[i].bit) != 0)
            add(line, "%c", letters[i].letter);
    add(line, "%s]", flags == 0 ? "none" : "");
}

static void add_options(struct line *line, const struct peer_segment *s,
                        const struct peer_segment *want)
{
    if (want->mss != 0)
        add(line, ", mss %u", s->mss);
    if (want->has_scale)
        add(line, s->has_scale ? ", wscale %u" : ", no wscale", s->scale);
    if (want->sack_ok)
        add(line, s->sack_ok ? ", sackOK" : ", no sackOK");
    if (want->has_ts)
        add(line, s->has_ts ? ", TS" : ", no TS");
    if (want->tsval != 0)
        add(line, " val %" PRIu32, s->tsval);
    if (want->tsecr != 0)
        add(line, " ecr %" PRIu32, s->tsecr);
    if (want->sack[0][1] == 0)
        return;
    add(line, ", sack");
    for (unsigned i = 0; i < PEER_SACKS && s->sack[i][1] != 0; i++)
        add(line, " {%" PRIu32 ":%" PRIu32 "}", s->sack[i][0], s->sack[i][1]);
}

/* Of S, what WANT speaks of. */
static void describe(struct line *line, const struct peer_segment *s,
                     const struct peer_segment *want)
{
    line->len = 0;
    add_flags(line, s->flags);
    add(line, ", seq %" PRIu32, s->seq);
    if ((s->flags & TCP_ACK) != 0)
        add(line, ", ack %" PRIu32, s->ack);
    if (want->win != 0)
        add(line, ", win %" PRId32, s->win == WIN_ZERO ? 0 : s->win);
    if (want->up != 0)
        add(line, ", urg %u", s->up);
    if (want->from != 0)
        add(line, ", from port %u", s->from);
    if (want->to != 0)
        add(line, ", to port %u", s->to);
    add_options(line, s, want);
    add(line, ", length %" PRIu32, s->len);
    if (want->text != NULL && s->text != NULL)
        add(line, " \"%s\"", s->text);
    else if (want->text != NULL)
        add(line, " \"%.*s\"", (int)s->data.len, (const char *)s->data.at);
}

bool peer_expect(struct tcp_peer *p, struct peer_segment want, const char *label, const char *file,
                 int line)
{
    const struct peer_segment *got = peer_read(p);
    struct line left = { "nothing", 0 }, right;

    if (want.text != NULL)
        want.len = (uint32_t)strlen(want.text);
    describe(&right, &want, &want);
    if (got != NULL)
        describe(&left, got, &want);
    return expect_str(left.text, right.text, "segment", label, file, line);
}

bool peer_expect_silence(struct tcp_peer *p, const char *label, const char *file, int line)
{
    const struct peer_segment *got = peer_read(p);
    struct line left = { "nothing", 0 };

    if (got != NULL)
        describe(&left, got, got);
    return expect_str(left.text, "nothing", "segment", label, file, line);
}
