#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "layers/wire/tcp_option.h"
#include "tools/lib/pkt_match.h"

/* Packets in the words of a script. */

struct line {
    char *out;
    size_t size, len;
};

static void put(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct line *line, const char *format, ...)
{
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(line->out + line->len, line->size - line->len, format, args);
    va_end(args);
    if (len > 0)
        line->len = min_size(line->len + (size_t)len, line->size - 1);
}

static void put_flags(struct line *line, uint8_t flags)
{
    static const struct {
        uint8_t bit;
        char letter;
    } letters[] = {
        { TCP_FIN, 'F' }, { TCP_SYN, 'S' }, { TCP_RST, 'R' }, { TCP_PSH, 'P' },
        { TCP_ACK, '.' }, { TCP_URG, 'U' }, { TCP_ECE, 'E' }, { TCP_CWR, 'W' },
    };

    if (flags == 0)
        put(line, "-");
    for (size_t i = 0; i < ARRAY_LEN(letters); i++)
        if ((flags & letters[i].bit) != 0)
            put(line, "%c", letters[i].letter);
}

static void put_option(struct line *line, const struct pkt_tcp_option *option)
{
    switch (option->kind) {
    case TCP_OPTION_NOP: put(line, "nop"); break;
    case TCP_OPTION_END: put(line, "eol"); break;
    case TCP_OPTION_MSS: put(line, "mss %u", option->value); break;
    case TCP_OPTION_WINDOW_SCALE: put(line, "wscale %u", option->value); break;
    case TCP_OPTION_SACK_PERMITTED: put(line, "sackOK"); break;
    case TCP_OPTION_TIMESTAMPS:
        put(line, "TS val %u ecr %u", option->value, option->echo);
        break;
    case TCP_OPTION_SACK:
        put(line, "sack");
        for (unsigned i = 0; i < option->run_count; i++)
            put(line, " %u:%u", option->runs[i][0], option->runs[i][1]);
        break;
    default: put(line, "option %u", option->kind); break;
    }
}

/* TSvals are shown as the script counts them, if FLOW is given. */
static void put_options(struct line *line, const struct pkt_tcp *tcp, const struct pkt_flow *flow)
{
    if (tcp->any_options)
        put(line, " <...>");
    if (tcp->any_options || tcp->option_count == 0)
        return;
    for (unsigned i = 0; i < tcp->option_count; i++) {
        struct pkt_tcp_option option = tcp->options[i];

        if (option.kind == TCP_OPTION_TIMESTAMPS && flow != NULL && flow->has_stamp)
            option.value += flow->stamp_script - flow->stamp_real;
        put(line, i == 0 ? " <" : ",");
        put_option(line, &option);
    }
    put(line, ">");
}

static void put_tcp(struct line *line, const struct pkt_tcp *tcp, const struct pkt_flow *flow)
{
    put_flags(line, tcp->flags);
    put(line, " %u:%u(%u)", tcp->range.first, tcp->range.last, tcp->range.len);
    if (tcp->has_ack)
        put(line, " ack %u", tcp->ack);
    if (tcp->has_window)
        put(line, " win %u", tcp->window);
    if (tcp->has_urgent)
        put(line, " urg %u", tcp->urgent);
    put_options(line, tcp, flow);
}

static void put_icmp(struct line *line, const struct pkt_icmp *icmp)
{
    put(line, "icmp %u %u", icmp->type, icmp->code);
    if (icmp->mtu != 0)
        put(line, " mtu %u", icmp->mtu);
    if (icmp->quote == PKT_QUOTE_TCP)
        put(line, " [%u:%u(%u)]", icmp->range.first, icmp->range.last, icmp->range.len);
    else if (icmp->quote == PKT_QUOTE_UDP)
        put(line, " [udp(%u)]", icmp->range.len);
}

static void put_ip(struct line *line, const struct pkt_ip *ip)
{
    static const char *const words[] = {
        [PKT_ECN_NONE] = "noecn", [PKT_ECN_ECT0] = "ect0",   [PKT_ECN_ECT1] = "ect1",
        [PKT_ECN_CE] = "ce",      [PKT_ECN_ECT01] = "ect01",
    };

    if (ip->ecn != PKT_ECN_ANY)
        put(line, "[%s] ", words[ip->ecn]);
    if (ip->has_tos)
        put(line, "[tos 0x%02x] ", ip->tos);
    if (ip->has_ttl)
        put(line, "[ttl %u] ", ip->ttl);
}

static void put_packet(struct line *line, enum pkt_protocol protocol, const struct pkt_tcp *tcp,
                       uint32_t udp_len, const struct pkt_icmp *icmp,
                       const struct pkt_flow *flow)
{
    if (protocol == PKT_TCP)
        put_tcp(line, tcp, flow);
    else if (protocol == PKT_UDP)
        put(line, "udp(%u)", udp_len);
    else
        put_icmp(line, icmp);
}

void pkt_format_expected(const struct pkt_packet *packet, char *out, size_t size)
{
    struct line line = { out, size, 0 };

    put(&line, "%s ", packet->inbound ? "<" : ">");
    put_ip(&line, &packet->ip);
    put_packet(&line, packet->protocol, &packet->tcp, packet->udp_len, &packet->icmp, NULL);
}

void pkt_format_seen(const struct pkt_seen *seen, const struct pkt_flow *flow, char *out,
                     size_t size)
{
    struct line line = { out, size, 0 };

    put(&line, "> ");
    if (seen->protocol != PKT_ICMP &&
        (flow == NULL || flow->local_port != seen->source_port ||
         flow->remote_port != seen->destination_port))
        put(&line, "%u > %u ", seen->source_port, seen->destination_port);
    put_packet(&line, seen->protocol, &seen->tcp, seen->udp_len, &seen->icmp, flow);
}
