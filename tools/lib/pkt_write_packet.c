#include <stdio.h>
#include <string.h>

#include "layers/wire/bytes.h"
#include "layers/wire/tcp_option.h"
#include "tools/lib/pkt_match.h"
#include "tools/lib/pkt_write_parts.h"
#include "tools/lib/text.h"

/* Datagrams of a run in the words of a script. */

enum { FIRST_STAMP = 1000 };

/* ---- Whether it is about the connection ---- */

static bool ends_are(const struct pkt_writer *w, uint16_t local, ipv4 address, uint16_t remote)
{
    return local == w->local.port && address == w->remote.address && remote == w->remote.port;
}

/* An ICMP error quotes the header and the ports of what our host sent. */
static bool quotes_us(const struct pkt_writer *w, struct span datagram)
{
    struct ipv4_header ip, quoted;
    struct span message, data;

    if (ipv4_header_parse(&ip, datagram, &message) != RULE_NONE || message.len < 8)
        return false;
    message.at += 8;
    message.len -= 8;
    ipv4_header_parse(&quoted, message, &data);
    return data.len >= 8 && quoted.protocol == IP_PROTOCOL_TCP &&
           ends_are(w, get_be16(data.at), quoted.destination, get_be16(data.at + 2));
}

static bool is_about_us(const struct pkt_writer *w, const struct pkt_tapped *t,
                        const struct pkt_seen *seen)
{
    if (!seen->sound)
        return false;
    if (seen->protocol == PKT_ICMP)
        return t->inbound && quotes_us(w, pkt_tap_bytes(&w->tap, t));
    if (seen->protocol != PKT_TCP)
        return false;
    return t->inbound
               ? ends_are(w, seen->destination_port, seen->ip.source, seen->source_port)
               : ends_are(w, seen->source_port, seen->ip.destination, seen->destination_port);
}

bool pkt_write_is_ours(const struct pkt_writer *w, const struct pkt_tapped *t)
{
    struct pkt_seen seen;

    pkt_wire_read(pkt_tap_bytes(&w->tap, t), &seen);
    return is_about_us(w, t, &seen);
}

/* ---- Numbers ---- */

/* Ours count from our ISN, which each new life chooses anew; those of the other end
 * from the first that it ever used. */
static void learn(struct pkt_writer *w, const struct pkt_tapped *t, const struct pkt_seen *seen)
{
    bool syn = (seen->tcp.flags & TCP_SYN) != 0;

    if (!t->inbound && (syn || !w->has_local) && (seen->tcp.flags & TCP_RST) == 0) {
        w->local_offset = seen->real_seq;
        w->has_local = true;
    }
    if (t->inbound && !w->has_remote) {
        w->remote_offset = seen->real_seq;
        w->has_remote = true;
    }
}

/* An echo of 0 echoes nothing, as in a SYN. */
static uint32_t stamp(uint32_t real, uint32_t first, bool is_echo)
{
    return is_echo && real == 0 ? 0 : real - first + FIRST_STAMP;
}

static void map_stamps(struct pkt_writer *w, bool inbound, struct pkt_tcp_option *option)
{
    bool *has = inbound ? &w->has_remote_stamp : &w->has_local_stamp;
    uint32_t *first = inbound ? &w->remote_stamp : &w->local_stamp;

    if (!*has)
        *first = option->value;
    *has = true;
    option->value = stamp(option->value, *first, false);
    option->echo = stamp(option->echo, inbound ? w->local_stamp : w->remote_stamp, true);
}

static void map_options(struct pkt_writer *w, bool inbound, struct pkt_seen *seen)
{
    uint32_t offset = inbound ? w->local_offset : w->remote_offset;

    for (unsigned i = 0; i < seen->tcp.option_count; i++) {
        struct pkt_tcp_option *option = &seen->options[i];

        if (option->kind == TCP_OPTION_TIMESTAMPS)
            map_stamps(w, inbound, option);
        for (unsigned k = 0; k < option->run_count; k++) {
            option->runs[k][0] -= offset;
            option->runs[k][1] -= offset;
        }
    }
}

/* The number of a RST that answers a segment without ACK is 0, of no ISN. */
static bool is_bare_reset(const struct pkt_seen *seen)
{
    return (seen->tcp.flags & (TCP_RST | TCP_ACK)) == (TCP_RST | TCP_ACK) && seen->real_seq == 0;
}

static void map_tcp(struct pkt_writer *w, const struct pkt_tapped *t, struct pkt_seen *seen)
{
    uint32_t mine, other;

    learn(w, t, seen);
    mine = t->inbound ? w->remote_offset : w->local_offset;
    other = t->inbound ? w->local_offset : w->remote_offset;
    if (!is_bare_reset(seen)) {
        seen->tcp.range.first -= mine;
        seen->tcp.range.last -= mine;
    }
    seen->tcp.ack -= seen->tcp.has_ack ? other : 0;
    map_options(w, t->inbound, seen);
}

/* ---- Writing ---- */

static struct pkt_ip ip_words(const struct pkt_writer *w, const struct pkt_seen *seen)
{
    static const enum pkt_ecn words[] = { PKT_ECN_NONE, PKT_ECN_ECT1, PKT_ECN_ECT0, PKT_ECN_CE };
    struct pkt_ip ip = { .ecn = PKT_ECN_ANY };
    uint8_t ecn = seen->ip.tos & IPV4_ECN_MASK;

    if (ecn != 0 || w->config.tcp.ecn)
        ip.ecn = words[ecn];
    if ((seen->ip.tos & ~IPV4_ECN_MASK) != 0) {
        ip = (struct pkt_ip){ .ecn = PKT_ECN_ANY, .has_tos = true, .tos = seen->ip.tos };
    }
    return ip;
}

void pkt_write_packet(struct pkt_writer *w, const struct pkt_tapped *t)
{
    struct pkt_seen seen;
    struct pkt_packet packet;
    char text[1000];

    pkt_wire_read(pkt_tap_bytes(&w->tap, t), &seen);
    if (!is_about_us(w, t, &seen))
        return;
    if (seen.protocol == PKT_TCP)
        map_tcp(w, t, &seen);
    else
        seen.icmp.range.first -= w->local_offset, seen.icmp.range.last -= w->local_offset;
    packet = (struct pkt_packet){ .inbound = t->inbound,
                                  .ip = seen.protocol == PKT_TCP ? ip_words(w, &seen)
                                                                 : (struct pkt_ip){ 0 },
                                  .protocol = seen.protocol,
                                  .tcp = seen.tcp,
                                  .icmp = seen.icmp };
    if (!t->inbound && t->event == w->windows_off)
        packet.tcp.has_window = false;
    pkt_format_expected(&packet, text, sizeof(text));
    pkt_write_time(w, t->at);
    fprintf(w->out, "%s\n", text);
}
