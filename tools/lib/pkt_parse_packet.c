#include <ctype.h>
#include <string.h>

#include "layers/wire/icmp_message.h"
#include "layers/wire/tcp_header.h"
#include "layers/wire/tcp_option.h"
#include "tools/lib/lab_memory.h"
#include "tools/lib/pkt_scan.h"
#include "tools/lib/text.h"

/* ---- [ect0], (tos 0x10), ... ---- */

static bool parse_hex_byte(struct pkt_scan *s, uint8_t *byte)
{
    unsigned value = 0, digits = 0;
    size_t from;

    if (!pkt_take(s, "0x"))
        return pkt_fail(s, _("write it in hexadecimal, as 0x10"));
    from = s->at;
    for (; isxdigit((unsigned char)s->text[s->at]) && digits < 3; s->at++, digits++) {
        char c = (char)tolower((unsigned char)s->text[s->at]);

        value = value * 16 + (unsigned)(isdigit((unsigned char)c) ? c - '0' : c - 'a' + 10);
    }
    if (digits == 0 || digits > 2)
        return pkt_fail_from(s, from, _("a byte has two digits: write 0x10"));
    *byte = (uint8_t)value;
    return true;
}

static bool parse_ecn(struct pkt_scan *s, struct pkt_ip *ip)
{
    static const struct {
        const char *word;
        enum pkt_ecn ecn;
    } words[] = {
        { "ect01", PKT_ECN_ECT01 }, { "ect0", PKT_ECN_ECT0 },   { "ect1", PKT_ECN_ECT1 },
        { "ce", PKT_ECN_CE },       { "noecn", PKT_ECN_NONE },
    };

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (pkt_take_word(s, words[i].word)) {
            ip->ecn = words[i].ecn;
            return true;
        }
    return pkt_fail(s, _("not a fact of the IP header: write ect0, ect1, ect01, ce, noecn, "
                         "tos 0xNN or ttl N"));
}

static bool parse_ip_fact(struct pkt_scan *s, struct pkt_ip *ip)
{
    uint32_t number;

    if (pkt_take_word(s, "tos")) {
        ip->has_tos = true;
        return parse_hex_byte(s, &ip->tos);
    }
    if (pkt_take_word(s, "ttl")) {
        ip->has_ttl = true;
        if (!pkt_read_number(s, _("the TTL"), 255, &number))
            return false;
        ip->ttl = (uint8_t)number;
        return true;
    }
    return parse_ecn(s, ip);
}

static bool parse_ip(struct pkt_scan *s, struct pkt_ip *ip, const char *closing)
{
    do {
        if (!parse_ip_fact(s, ip))
            return false;
    } while (pkt_take(s, ","));
    return pkt_need(s, closing);
}

/* ---- TCP ---- */

static bool parse_flags(struct pkt_scan *s, uint8_t *flags)
{
    static const char letters[] = "FSRP.UEW";
    static const uint8_t bits[] = { TCP_FIN, TCP_SYN, TCP_RST, TCP_PSH,
                                    TCP_ACK, TCP_URG, TCP_ECE, TCP_CWR };
    size_t from;

    if (pkt_take(s, "-"))
        return true;
    from = s->at;
    while (s->text[s->at] != '\0' && !isspace((unsigned char)s->text[s->at])) {
        const char *letter = strchr(letters, s->text[s->at]);

        if (letter == NULL)
            return pkt_fail(s, _("not a flag: write letters out of F S R P . U E W, or - for "
                                 "none"));
        s->at++;
        if ((*flags & bits[letter - letters]) != 0)
            return pkt_fail_from(s, from, _("the flag %c stands here twice"), *letter);
        *flags |= bits[letter - letters];
    }
    return s->at > from || pkt_fail(s, _("the flags are missing: write letters out of "
                                         "F S R P . U E W, or - for none"));
}

static bool parse_runs(struct pkt_scan *s, struct pkt_tcp_option *option)
{
    size_t from = s->at;

    pkt_skip_space(s);
    while (isdigit((unsigned char)s->text[s->at])) {
        uint32_t *run;

        if (option->run_count == PKT_SACK_MAX)
            return pkt_fail_from(s, from, _("a header has room for %d SACK blocks at most"),
                                 PKT_SACK_MAX);
        run = option->runs[option->run_count++];
        if (!pkt_read_number(s, _("the left edge"), UINT32_MAX, &run[0]) || !pkt_need(s, ":") ||
            !pkt_read_number(s, _("the right edge"), UINT32_MAX, &run[1]))
            return false;
        pkt_skip_space(s);
    }
    return option->run_count > 0 || pkt_fail(s, _("which blocks? write sack 1:1001 2001:3001"));
}

static bool parse_timestamps(struct pkt_scan *s, struct pkt_tcp_option *option)
{
    return (pkt_take_word(s, "val") || pkt_fail(s, _("write TS val N ecr N"))) &&
           pkt_read_number(s, _("the timestamp"), UINT32_MAX, &option->value) &&
           (pkt_take_word(s, "ecr") || pkt_fail(s, _("write TS val N ecr N"))) &&
           pkt_read_number(s, _("the echoed timestamp"), UINT32_MAX, &option->echo);
}

static bool parse_tcp_option(struct pkt_scan *s, struct pkt_tcp_option *option)
{
    if (pkt_take_word(s, "nop")) {
        option->kind = TCP_OPTION_NOP;
        return true;
    }
    if (pkt_take_word(s, "eol")) {
        option->kind = TCP_OPTION_END;
        return true;
    }
    if (pkt_take_word(s, "mss")) {
        option->kind = TCP_OPTION_MSS;
        return pkt_read_number(s, _("the segment size"), UINT16_MAX, &option->value);
    }
    if (pkt_take_word(s, "wscale")) {
        option->kind = TCP_OPTION_WINDOW_SCALE;
        return pkt_read_number(s, _("the shift"), UINT8_MAX, &option->value);
    }
    if (pkt_take_word(s, "sackOK")) {
        option->kind = TCP_OPTION_SACK_PERMITTED;
        return true;
    }
    if (pkt_take_word(s, "sack")) {
        option->kind = TCP_OPTION_SACK;
        return parse_runs(s, option);
    }
    if (pkt_take_word(s, "TS")) {
        option->kind = TCP_OPTION_TIMESTAMPS;
        return parse_timestamps(s, option);
    }
    return pkt_fail(s, _("not an option: write nop, eol, mss N, wscale N, sackOK, sack A:B or "
                         "TS val N ecr N"));
}

/* Bytes that it takes in the header. */
static unsigned option_size(const struct pkt_tcp_option *option)
{
    switch (option->kind) {
    case TCP_OPTION_MSS: return 4;
    case TCP_OPTION_WINDOW_SCALE: return 3;
    case TCP_OPTION_SACK_PERMITTED: return 2;
    case TCP_OPTION_SACK: return 2 + 8 * option->run_count;
    case TCP_OPTION_TIMESTAMPS: return 10;
    default: return 1;
    }
}

/* What the language has and this stack has not: such a script is not run. */
static bool take_unmodelled(struct pkt_scan *s, struct pkt_tcp *tcp)
{
    static const char *const words[] = { "FO", "FOEXP", "md5", "AO", "ACCECN", "EXPACCECN" };

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (pkt_take_word(s, words[i])) {
            tcp->unmodelled = words[i];
            while (s->at < s->len && strchr(",>\n", s->text[s->at]) == NULL)
                s->at++;
            return true;
        }
    return false;
}

static bool parse_tcp_options(struct pkt_scan *s, struct pkt_tcp *tcp)
{
    size_t from = s->at;
    unsigned size = 0;

    if (!pkt_take(s, "<"))
        return true;
    if (pkt_take(s, "...")) {
        tcp->any_options = true;
        return pkt_need(s, ">");
    }
    tcp->options = lab_memory_take(s->memory, PKT_TCP_OPTIONS_MAX + 1, sizeof(*tcp->options));
    do {
        struct pkt_tcp_option *option = &tcp->options[tcp->option_count];

        if (take_unmodelled(s, tcp))
            continue;
        if (!parse_tcp_option(s, option))
            return false;
        size += option_size(option);
        tcp->option_count++;
        if (size > TCP_OPTIONS_MAX)
            return pkt_fail_from(s, from, _("these options take more than the %d bytes that a "
                                            "header has for them"), TCP_OPTIONS_MAX);
    } while (pkt_take(s, ","));
    return pkt_need(s, ">");
}

static bool parse_ports(struct pkt_scan *s, struct pkt_tcp *tcp)
{
    uint32_t source, destination;

    pkt_skip_space(s);
    if (!isdigit((unsigned char)s->text[s->at]))
        return true;
    if (!pkt_read_number(s, _("the port"), UINT16_MAX, &source) || !pkt_need(s, ">") ||
        !pkt_read_number(s, _("the port"), UINT16_MAX, &destination))
        return false;
    tcp->has_ports = true;
    tcp->source_port = (uint16_t)source;
    tcp->destination_port = (uint16_t)destination;
    return true;
}

static bool parse_tcp_numbers(struct pkt_scan *s, struct pkt_tcp *tcp)
{
    uint32_t number;

    if (pkt_take_word(s, "ack")) {
        tcp->has_ack = true;
        if (!pkt_read_number(s, _("the acknowledgment number"), UINT32_MAX, &tcp->ack))
            return false;
    }
    if (pkt_take_word(s, "win")) {
        tcp->has_window = true;
        if (!pkt_read_number(s, _("the window"), UINT16_MAX, &number))
            return false;
        tcp->window = (uint16_t)number;
    }
    if (pkt_take_word(s, "urg")) {
        tcp->has_urgent = true;
        if (!pkt_read_number(s, _("the urgent pointer"), UINT16_MAX, &number))
            return false;
        tcp->urgent = (uint16_t)number;
    }
    return true;
}

static bool parse_tcp(struct pkt_scan *s, struct pkt_tcp *tcp)
{
    pkt_skip_space(s);
    if (!parse_ports(s, tcp))
        return false;
    pkt_skip_space(s);
    return parse_flags(s, &tcp->flags) && pkt_read_range(s, &tcp->range) &&
           parse_tcp_numbers(s, tcp) && parse_tcp_options(s, tcp);
}

/* ---- ICMP ---- */

struct icmp_word {
    const char *word;
    uint8_t type; /* of a code: that it belongs to */
    uint8_t code;
};

static const struct icmp_word icmp_types[] = {
    { "unreachable", ICMP_UNREACHABLE, 0 },
    { "source_quench", ICMP_SOURCE_QUENCH, 0 },
    { "redirect", ICMP_REDIRECT, 0 },
    { "time_exceeded", ICMP_TIME_EXCEEDED, 0 },
    { "parameter_problem", ICMP_PARAMETER_PROBLEM, 0 },
    { "echo_request", ICMP_ECHO_REQUEST, 0 },
    { "echo_reply", ICMP_ECHO_REPLY, 0 },
};

static const struct icmp_word icmp_codes[] = {
    { "net_unreachable", ICMP_UNREACHABLE, 0 },
    { "host_unreachable", ICMP_UNREACHABLE, 1 },
    { "protocol_unreachable", ICMP_UNREACHABLE, 2 },
    { "port_unreachable", ICMP_UNREACHABLE, 3 },
    { "frag_needed", ICMP_UNREACHABLE, 4 },
    { "source_route_failed", ICMP_UNREACHABLE, 5 },
    { "net_unknown", ICMP_UNREACHABLE, 6 },
    { "host_unknown", ICMP_UNREACHABLE, 7 },
    { "source_host_isolated", ICMP_UNREACHABLE, 8 },
    { "net_prohibited", ICMP_UNREACHABLE, 9 },
    { "host_prohibited", ICMP_UNREACHABLE, 10 },
    { "net_unreachable_for_tos", ICMP_UNREACHABLE, 11 },
    { "host_unreachable_for_tos", ICMP_UNREACHABLE, 12 },
    { "packet_filtered", ICMP_UNREACHABLE, 13 },
    { "precedence_violation", ICMP_UNREACHABLE, 14 },
    { "precedence_cutoff", ICMP_UNREACHABLE, 15 },
    { "in_transit", ICMP_TIME_EXCEEDED, 0 },
    { "reassembly", ICMP_TIME_EXCEEDED, 1 },
};

static bool parse_icmp_type(struct pkt_scan *s, struct pkt_icmp *icmp)
{
    uint32_t number;

    for (size_t i = 0; i < ARRAY_LEN(icmp_types); i++)
        if (pkt_take_word(s, icmp_types[i].word)) {
            icmp->type = icmp_types[i].type;
            return true;
        }
    pkt_skip_space(s);
    if (!isdigit((unsigned char)s->text[s->at]))
        return pkt_fail(s, _("not a type of ICMP: write unreachable, time_exceeded, ... or its "
                             "number"));
    if (!pkt_read_number(s, _("the type"), 255, &number))
        return false;
    icmp->type = (uint8_t)number;
    return true;
}

static bool parse_icmp_code(struct pkt_scan *s, struct pkt_icmp *icmp)
{
    uint32_t number;

    for (size_t i = 0; i < ARRAY_LEN(icmp_codes); i++)
        if (icmp_codes[i].type == icmp->type && pkt_take_word(s, icmp_codes[i].word)) {
            icmp->code = icmp_codes[i].code;
            return true;
        }
    pkt_take_word(s, "code");
    pkt_skip_space(s);
    if (!isdigit((unsigned char)s->text[s->at]))
        return true;
    if (!pkt_read_number(s, _("the code"), 255, &number))
        return false;
    icmp->code = (uint8_t)number;
    return true;
}

static bool parse_quote(struct pkt_scan *s, struct pkt_icmp *icmp)
{
    if (pkt_take_word(s, "udp")) {
        icmp->quote = PKT_QUOTE_UDP;
        return pkt_need(s, "(") &&
               pkt_read_number(s, _("the length"), UINT16_MAX, &icmp->range.len) &&
               pkt_need(s, ")") && pkt_need(s, "]");
    }
    icmp->quote = PKT_QUOTE_TCP;
    return pkt_read_range(s, &icmp->range) && pkt_need(s, "]");
}

/* A number on the next line is the time of the next event. */
static bool parse_icmp(struct pkt_scan *s, struct pkt_icmp *icmp)
{
    uint32_t mtu;
    size_t line_end;

    if (!parse_icmp_type(s, icmp))
        return false;
    line_end = s->at + strcspn(s->text + s->at, "\n");
    pkt_skip_space(s);
    if (s->at < line_end && !parse_icmp_code(s, icmp))
        return false;
    if (pkt_take_word(s, "mtu")) {
        if (!pkt_read_number(s, _("the MTU"), UINT16_MAX, &mtu))
            return false;
        icmp->has_mtu = true;
        icmp->mtu = (uint16_t)mtu;
    }
    return !pkt_take(s, "[") || parse_quote(s, icmp);
}

/* ---- All of them ---- */

static bool parse_udp(struct pkt_scan *s, struct pkt_packet *packet)
{
    packet->protocol = PKT_UDP;
    return pkt_need(s, "(") &&
           pkt_read_number(s, _("the length"), 65507, &packet->udp_len) && pkt_need(s, ")");
}

/* Before the protocol: facts of the IP header, or what ICMP quotes. */
static bool parse_front(struct pkt_scan *s, struct pkt_packet *packet)
{
    size_t at;

    if (pkt_take(s, "("))
        return parse_ip(s, &packet->ip, ")");
    at = s->at;
    if (!pkt_take(s, "["))
        return true;
    pkt_skip_space(s);
    if (isdigit((unsigned char)s->text[s->at]) || pkt_sees_word(s, "udp"))
        return parse_quote(s, &packet->icmp);
    s->at = at + 1;
    return parse_ip(s, &packet->ip, "]");
}

static bool parse_body(struct pkt_scan *s, struct pkt_packet *packet)
{
    if (pkt_take_word(s, "icmp")) {
        packet->protocol = PKT_ICMP;
        return parse_icmp(s, &packet->icmp);
    }
    if (packet->icmp.quote != PKT_QUOTE_NOTHING)
        return pkt_fail(s, _("only ICMP quotes a packet: write \"icmp\""));
    if (pkt_take_word(s, "udp"))
        return parse_udp(s, packet);
    packet->protocol = PKT_TCP;
    return parse_tcp(s, &packet->tcp);
}

struct pkt_packet *pkt_parse_packet(struct pkt_scan *s)
{
    struct pkt_packet *packet = lab_memory_take(s->memory, 1, sizeof(*packet));

    packet->inbound = pkt_take(s, "<");
    if (!packet->inbound)
        pkt_take(s, ">");
    pkt_skip_space(s);
    return parse_front(s, packet) && parse_front(s, packet) && parse_body(s, packet) ? packet
                                                                                      : NULL;
}
