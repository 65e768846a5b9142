#include "layers/udp/udp.h"

#include "layers/host.h"
#include "layers/names.h"
#include "layers/net/icmp.h"
#include "layers/net/ip.h"
#include "layers/rule.h"
#include "layers/udp/udp_state.h"
#include "layers/wire/bytes.h"
#include "layers/wire/udp_header.h"
#include "sim/hash.h"

#include <string.h>

/* ---- Sending ---- */

/* Writes the header in front of the data that P holds. */
static void put_header(struct udp_socket *socket, struct packet *p, ipv4 source,
                       struct udp_endpoint to)
{
    struct node *node = &socket->host->node;
    int64_t lengths = rule_parts(p->len, (uint16_t)(p->len + UDP_HEADER_LEN), 0);
    uint8_t *at = packet_push(p, UDP_HEADER_LEN);
    struct udp_header h = {
        .source_port = socket->port,
        .destination_port = to.port,
        .length = (uint16_t)p->len,
    };

    udp_header_emit(&h, at);
    packet_mark(p, PACKET_TRANSPORT);
    if (socket->host->config.udp.checksum == 0) {
        WHY(node, RULE_UDP_CHECKSUM_OFF, 0, lengths);
        return;
    }
    h.checksum = udp_checksum(source, to.address, packet_span(p));
    put_be16(at + UDP_CHECKSUM_AT, h.checksum);
    if (h.checksum == 0xffff)
        WHY(node, RULE_UDP_CHECKSUM_ALL_ONES, h.checksum, lengths);
    else
        WHY(node, RULE_UDP_HEADER_ON, h.checksum, lengths);
}

/* Names what SOCKET sends to TO. Mostly the same as the last time. */
static uint64_t stamp_of(struct udp_socket *socket, struct udp_endpoint to)
{
    uint64_t what = hash_add(socket->host->node.id, IP_PROTOCOL_UDP);

    what = hash_add(what, (uint64_t)socket->port << 48 | (uint64_t)to.port << 32 | to.address);
    socket->stamped_to.address = to.address;
    socket->stamped_to.port = to.port;
    socket->stamp = what;
    return what;
}

/*
 * An answer draws its luck from what it answers, so that it does not matter
 * which other messages came before; anything else from its number on this
 * socket.
 */
static void stamp(struct udp_socket *socket, struct packet *p, struct udp_endpoint to)
{
    struct udp_state *udp = socket->host->udp;
    bool known = to.address == socket->stamped_to.address && to.port == socket->stamped_to.port;
    uint64_t what = known && to.address != 0 ? socket->stamp : stamp_of(socket, to);

    if (udp->delivering == NULL) {
        packet_stamp(p, what, socket->sending++);
        return;
    }
    what = hash_add(what, (uint64_t)udp->delivering->copy << 32 | udp->answers++);
    packet_derive(p, udp->delivering, what);
}

bool udp_send(struct udp_socket *socket, struct udp_endpoint to, struct span message)
{
    struct host *host = socket->host;
    struct ip_send send = {
        .source = socket->address,
        .destination = to.address,
        .protocol = IP_PROTOCOL_UDP,
        .ttl = socket->ttl,
        .tos = socket->tos,
        .dont_fragment = socket->dont_fragment,
        .options = socket->options,
    };
    struct packet *p;

    if (message.len > UDP_PAYLOAD_MAX) {
        WHY(&host->node, RULE_UDP_TOO_LONG, message.len, UDP_PAYLOAD_MAX);
        return false;
    }
    p = packet_new(host->node.world, message.len);
    if (p == NULL) {
        WHY(&host->node, RULE_UDP_NO_MEMORY, 0, 0);
        return false;
    }
    if (message.len > 0)
        memcpy(packet_bytes(p), message.at, message.len);
    if (send.source == IPV4_ANY)
        send.source = ip_source_for(host, to.address);
    put_header(socket, p, send.source, to);
    stamp(socket, p, to);
    socket->messages_sent++;
    socket->bytes_sent += message.len;
    host->counters.udp_out++;
    return ip_output(host, p, &send);
}

/* ---- Receiving ---- */

/* Why DATAGRAM must not go further, or RULE_NONE. */
static rule_id refuse(struct host *host, const struct udp_header *h, struct span datagram,
                      const struct ipv4_header *ip)
{
    if (h->checksum == 0) {
        if (host->config.udp.require_checksum != 0)
            return RULE_UDP_CHECKSUM_REQUIRED;
        WHY(&host->node, RULE_UDP_CHECKSUM_NONE, 0, 0);
        return RULE_NONE;
    }
    if (!udp_checksum_ok(ip->source, ip->destination, datagram))
        return RULE_UDP_BAD_CHECKSUM;
    WHY(&host->node, RULE_UDP_CHECKSUM_VERIFIED, h->checksum, 0);
    return RULE_NONE;
}

static void no_socket(struct host *host, struct packet *p, const struct ipv4_header *ip,
                      uint16_t port)
{
    struct icmp_refusal refusal = {
        .rule = RULE_UDP_NO_SOCKET,
        .a = port,
        .type = ICMP_UNREACHABLE,
        .code = ICMP_UNREACHABLE_PORT,
    };

    if (ip_is_broadcast(host, ip->destination) || ipv4_is_multicast(ip->destination))
        packet_drop_with(p, &host->node, RULE_UDP_NO_SOCKET_GROUP, port, 0);
    else
        icmp_refuse(host, p, &refusal);
}

/* Hands P, the data in hand, to the application or lets it wait. */
static void hand_over(struct udp_socket *socket, struct packet *p)
{
    struct host *host = socket->host;

    if (socket->reading) {
        udp_deliver(socket, p);
        return;
    }
    if (socket->queue.count >= (uint64_t)host->config.udp.queue) {
        socket->messages_lost++;
        host->counters.udp_dropped++;
        packet_drop_with(p, &host->node, RULE_UDP_QUEUE_FULL, socket->queue.count,
                         socket->port);
        return;
    }
    packet_list_add(&socket->queue, p);
    WHY(&host->node, RULE_UDP_QUEUED, socket->queue.count, socket->port);
    node_app(&host->node, APP_UDP_WAITS, socket->port, socket->queue.count,
             host->config.udp.queue);
}

static void udp_input(struct interface *interface, struct packet *p, const struct ipv4_header *ip)
{
    struct host *host = interface->host;
    struct udp_header h;
    struct udp_socket *socket;
    struct span data;
    rule_id rule = udp_header_parse(&h, packet_span(p), &data);

    host->counters.udp_in++;
    if (rule == RULE_NONE)
        rule = refuse(host, &h, (struct span){ packet_bytes(p), h.length }, ip);
    if (rule != RULE_NONE) {
        host->counters.udp_dropped++;
        packet_drop_with(p, &host->node, rule, ip->source, 0);
        return;
    }
    socket = udp_lookup(host, ip->destination, h.destination_port);
    if (socket == NULL) {
        host->counters.udp_dropped++;
        no_socket(host, p, ip, h.destination_port);
        return;
    }
    WHY(&host->node, RULE_UDP_HEADER_OFF, h.destination_port,
        rule_parts(h.length, (uint16_t)data.len, 0));
    packet_pull(p, UDP_HEADER_LEN);
    packet_trim(p, data.len);
    hand_over(socket, p);
}

/* ---- ICMP errors ---- */

static void udp_error(struct host *host, const struct icmp_report *report)
{
    struct span quoted = report->quoted_transport;
    struct udp_endpoint to = { .address = report->quoted.destination };
    struct udp_socket *socket;
    uint16_t port;

    if (!ip_is_own(host, report->quoted.source)) {
        WHY(&host->node, RULE_UDP_ERROR_NOT_OURS, report->quoted.source, 0);
        return;
    }
    if (quoted.len < UDP_HEADER_LEN) {
        WHY(&host->node, RULE_UDP_ERROR_CUT, quoted.len, 0);
        return;
    }
    port = get_be16(quoted.at);
    to.port = get_be16(quoted.at + 2);
    socket = udp_lookup(host, report->quoted.source, port);
    if (socket == NULL) {
        WHY(&host->node, RULE_UDP_ERROR_NO_SOCKET, port, 0);
        return;
    }
    WHY(&host->node, RULE_UDP_ERROR_TO_SOCKET, port, 0);
    if (socket->events == NULL || socket->events->error == NULL)
        return;
    udp_callback_begins(socket);
    socket->events->error(socket, to, report);
    udp_callback_ends(socket);
}

const struct transport_ops udp_transport = {
    .name = "udp",
    .protocol = IP_PROTOCOL_UDP,
    .input = udp_input,
    .error = udp_error,
};
