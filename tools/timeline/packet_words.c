#include "tools/timeline/packet_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "layers/host.h"
#include "layers/tcp/tcp.h"
#include "layers/wire/name.h"
#include "tools/lib/run_message.h"
#include "tools/lib/tcp_view.h"
#include "tools/lib/text.h"

/* ---- Where values come from ---- */

static const struct {
    const char *field, *origin;
} origins[] = {
    { "eth.dst", N_("ARP's answer for the next hop") },
    { "eth.src", N_("the sending interface's address") },
    { "eth.type", N_("the protocol above that handed the packet down") },
    { "arp.src.hw_mac", N_("the sending interface's address") },
    { "arp.src.proto_ipv4", N_("the sending interface's address") },
    { "ip.len", N_("header and what the layer above handed down") },
    { "ip.id", N_("the sending host's counter of datagrams") },
    { "ip.flags.df", N_("path MTU discovery: on for TCP") },
    { "ip.ttl", N_("the sender's setting, less one for each router so far") },
    { "ip.proto", N_("the transport protocol that handed it down") },
    { "ip.checksum", N_("computed over the header (press k)") },
    { "ip.src", N_("the interface that the route leaves by") },
    { "ip.dst", N_("the remote address of the socket") },
    { "icmp.checksum", N_("computed over the message (press k)") },
    { "udp.srcport", N_("the local port of the socket") },
    { "udp.dstport", N_("the remote port of the socket") },
    { "udp.checksum", N_("computed with the pseudo-header (press k)") },
    { "tcp.srcport", N_("the local port of the connection") },
    { "tcp.dstport", N_("the remote port of the connection") },
    { "tcp.seq_raw", N_("SND.NXT; of what is sent again, the number it had") },
    { "tcp.ack_raw", N_("RCV.NXT") },
    { "tcp.window_size_value", N_("RCV.WND, shifted right by the window scale") },
    { "tcp.flags.push", N_("this is the end of what the application gave") },
    { "tcp.flags.fin", N_("the application has closed") },
    { "tcp.flags.syn", N_("the state: SYN-SENT or SYN-RECEIVED") },
    { "tcp.flags.ack", N_("set in every segment but a first SYN, and some RSTs") },
    { "tcp.checksum", N_("computed with the pseudo-header (press k)") },
    { "tcp.urgent_pointer", N_("SND.UP") },
};

const char *packet_origin(const struct field *field)
{
    for (size_t i = 0; i < ARRAY_LEN(origins); i++)
        if (strcmp(origins[i].field, field->name) == 0)
            return _(origins[i].origin);
    return "";
}

/* ---- Values ---- */

static bool is(const struct field *field, const char *name)
{
    return strcmp(field->name, name) == 0;
}

static void named_number(const char *format, uint64_t value, const char *name, char *out,
                         size_t size)
{
    size_t len = (size_t)snprintf(out, size, format, (unsigned)value);

    if (name != NULL && len < size)
        snprintf(out + len, size - len, " (%s)", name);
}

static void sequence(uint64_t value, uint32_t base, const struct packet_bases *bases, char *out,
                     size_t size)
{
    if (bases != NULL && bases->known)
        snprintf(out, size, _("%" PRIu32 " (%" PRIu32 " from the ISN)"), (uint32_t)value,
                 (uint32_t)value - base);
    else
        snprintf(out, size, "%" PRIu32, (uint32_t)value);
}

static bool is_address(const struct field *field)
{
    return field->bits == 32 && (is(field, "ip.src") || is(field, "ip.dst") ||
                                 strstr(field->name, "proto_ipv4") != NULL ||
                                 strncmp(field->name, "dhcp.ip.", 8) == 0);
}

static void plain_value(const struct field *field, uint64_t value, char *out, size_t size)
{
    if (field->bits == 48)
        mac_format(mac_from_int64((int64_t)value), out, size);
    else if (is_address(field))
        ipv4_format((ipv4)value, out, size);
    else if (strstr(field->name, "checksum") != NULL)
        snprintf(out, size, "0x%04x", (unsigned)value);
    else if (field->bits == 1)
        snprintf(out, size, "%s", value != 0 ? _("set") : _("not set"));
    else
        snprintf(out, size, "%" PRIu64, value);
}

void packet_value(const struct field *field, uint64_t value, const struct packet_bases *bases,
                  char *out, size_t size)
{
    if (is(field, "eth.type") || is(field, "vlan.etype") || is(field, "arp.proto.type"))
        named_number("0x%04x", value, ethertype_name((uint16_t)value), out, size);
    else if (is(field, "ip.proto") || is(field, "ipv6.nxt") || is(field, "ipv6.fraghdr.nxt"))
        named_number("%u", value, ip_protocol_name((uint8_t)value), out, size);
    else if (is(field, "icmp.type"))
        named_number("%u", value, icmp_type_name((uint8_t)value), out, size);
    else if (is(field, "icmpv6.type"))
        named_number("%u", value, icmpv6_type_name((uint8_t)value), out, size);
    else if (is(field, "dns.flags.opcode"))
        named_number("%u", value, dns_opcode_name((uint8_t)value), out, size);
    else if (is(field, "dns.flags.rcode"))
        named_number("%u", value, dns_rcode_name((uint8_t)value), out, size);
    else if (is(field, "tls.record.version"))
        named_number("0x%04x", value, tls_version_name((uint16_t)value), out, size);
    else if (is(field, "dns.id") || is(field, "dhcp.id") || is(field, "dhcp.flags"))
        snprintf(out, size, "0x%0*" PRIx64, field->bits / 4, value);
    else if (is(field, "arp.opcode"))
        named_number("%u", value,
                     value == 1   ? _("asks")
                     : value == 2 ? _("answers")
                                  : NULL,
                     out, size);
    else if (is(field, "ip.hdr_len") || is(field, "tcp.hdr_len"))
        snprintf(out, size, _("%u words: %u bytes"), (unsigned)value, (unsigned)value * 4);
    else if (is(field, "ip.frag_offset") || is(field, "ipv6.fraghdr.offset"))
        snprintf(out, size, _("%u: byte %u"), (unsigned)value, (unsigned)value * 8);
    else if (is(field, "tcp.seq_raw"))
        sequence(value, bases != NULL ? bases->seq : 0, bases, out, size);
    else if (is(field, "tcp.ack_raw"))
        sequence(value, bases != NULL ? bases->ack : 0, bases, out, size);
    else
        plain_value(field, value, out, size);
}

/* ---- Frames ---- */

static bool is_end(const struct tcp_endpoint *a, const struct tcp_endpoint *b)
{
    return a->address == b->address && a->port == b->port;
}

/* In a capture: whichever end of the connection looked at talks to READER. */
static bool inferred_sender(const struct moment *moment, const struct tcp_status *reader,
                            struct tcp_status *sender)
{
    struct tcp_status own, peer;

    if (!moment_inferred(moment, &own, &peer))
        return false;
    *sender = is_end(&own.remote, &reader->local) ? own : peer;
    return is_end(&sender->remote, &reader->local) && is_end(&sender->local, &reader->remote);
}

void packet_bases(const struct moment *moment, const struct dissection *d,
                  struct packet_bases *bases)
{
    const struct layer *ip = dissection_find(d, LAYER_IPV4);
    const struct layer *tcp = dissection_find(d, LAYER_TCP);
    struct tcp_status reader = { .number = 0 }, sender;

    *bases = (struct packet_bases){ .known = false };
    if (ip == NULL || tcp == NULL || !ip->parsed || !tcp->parsed)
        return;
    /* Whose peer is the sender: the other end of the same connection. */
    reader.local = (struct tcp_endpoint){ ip->as.ipv4.destination, tcp->as.tcp.destination_port };
    reader.remote = (struct tcp_endpoint){ ip->as.ipv4.source, tcp->as.tcp.source_port };
    if (moment_peer(moment, &reader, &sender) == NULL &&
        !inferred_sender(moment, &reader, &sender))
        return;
    *bases = (struct packet_bases){ .known = true,
                                    .seq = sender.iss,
                                    .ack = sender.irs,
                                    .scale = sender.scaling ? sender.receive_scale : 0 };
}

bool packet_segment_words(const struct moment *moment, const struct dissection *d, char *out,
                          size_t size)
{
    const struct layer *tcp = dissection_find(d, LAYER_TCP);
    struct packet_bases bases;
    struct tcp_segment segment;

    packet_bases(moment, d, &bases);
    if (!bases.known)
        return false;
    segment = (struct tcp_segment){ .header = &tcp->as.tcp,
                                    .len = (uint32_t)tcp->payload.len,
                                    .window = tcp->as.tcp.window,
                                    .window_told = true,
                                    .base = bases.seq,
                                    .acked_base = bases.ack };
    if ((tcp->as.tcp.flags & TCP_SYN) == 0)
        segment.window <<= bases.scale;
    tcp_view_format(NULL, d, &segment, TCP_IN_FULL, out, size);
    return true;
}

static struct span unsent_bytes(const struct trace *trace, uint32_t number, uint8_t *room,
                                size_t *wire_len)
{
    const struct trace_unsent *unsent = trace_unsent(trace, number);
    size_t kept = min_size(unsent->len, TRACE_UNSENT_BYTES);

    memcpy(room, unsent->bytes, kept);
    *wire_len = unsent->len;
    return (struct span){ room, kept };
}

bool packet_has_arrived(const struct record *record)
{
    return record->kind == RECORD_RX || (record->kind == RECORD_LOST && record->frame != 0 &&
                                         run_loss_place(record) == RUN_LOST_IN_NODE);
}

struct span packet_shown(const struct moment *moment, uint8_t *room, size_t *wire_len)
{
    const struct trace *trace = moment->view->trace;
    struct record record = { .kind = RECORD_KINDS };
    struct span bytes = { room, 0 };

    if (moment->record != MOMENT_BEFORE)
        record = trace_read(trace, moment->record);
    if (record.kind == RECORD_LOST && record.frame == 0 && record.subject != 0 &&
        run_loss_place(&record) == RUN_LOST_BEFORE_WIRE)
        return unsent_bytes(trace, record.subject, room, wire_len);
    if (moment->frame == 0) {
        *wire_len = 0;
        return bytes;
    }
    if (packet_has_arrived(&record))
        bytes = run_frame_arrived(moment->view, moment->frame, room);
    else
        bytes = trace_frame_bytes(trace, moment->frame);
    *wire_len = run_frame_length(trace, moment->frame);
    return bytes;
}
