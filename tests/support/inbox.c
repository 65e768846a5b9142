#include "tests/support/inbox.h"

#include <string.h>

#include "layers/wire/bytes.h"

static void inbox_received(struct udp_socket *socket, struct udp_endpoint from,
                           struct span message)
{
    struct inbox *inbox = socket->application;

    if (inbox->count < ARRAY_LEN(inbox->lens))
        inbox->lens[inbox->count] = message.len;
    inbox->count++;
    inbox->from = from;
    inbox->len = message.len;
    if (message.len > 0)
        memcpy(inbox->bytes, message.at, message.len);
    EXPECT(udp_arrival(socket, &inbox->ip));
    for (unsigned i = 0; i < inbox->answers; i++)
        udp_send(socket, from, message);
    if (inbox->stops)
        udp_set_reading(socket, false);
    if (inbox->closes)
        udp_close(socket);
}

static void inbox_error(struct udp_socket *socket, struct udp_endpoint to,
                        const struct icmp_report *report)
{
    struct inbox *inbox = socket->application;

    inbox->errors++;
    inbox->error_to = to;
    inbox->type = report->type;
    inbox->code = report->code;
    inbox->error_from = report->from;
    if (inbox->closes)
        udp_close(socket);
}

static struct udp_socket *open_at(struct inbox *inbox, struct host *host, ipv4 address,
                                  uint16_t port)
{
    static const struct udp_events events = { inbox_received, inbox_error };

    memset(inbox, 0, sizeof(*inbox));
    inbox->socket = udp_bind(host, address, port, &events, inbox);
    return inbox->socket;
}

struct udp_socket *inbox_open(struct inbox *inbox, struct host *host, uint16_t port)
{
    return open_at(inbox, host, IPV4_ANY, port);
}

struct udp_socket *inbox_open_at(struct inbox *inbox, struct host *host, const char *address,
                                 uint16_t port)
{
    return open_at(inbox, host, net_ip(address), port);
}

void tester_send_udp(struct tester *t, const struct udp_shot *shot)
{
    uint8_t bytes[66000] = { 0 };
    size_t len = UDP_HEADER_LEN + shot->data.len;
    struct udp_header h = { shot->source_port, shot->destination_port,
                            (uint16_t)(shot->length != 0 ? shot->length : len), 0 };
    struct ipv4_header ip;
    ipv4 source = shot->source != 0 ? shot->source : t->address;

    memset(&ip, 0, sizeof(ip));
    ip.protocol = IP_PROTOCOL_UDP;
    ip.source = shot->source;
    ip.destination = shot->destination;
    ip.tos = shot->tos;
    ip.options = shot->options;
    udp_header_emit(&h, bytes);
    if (shot->data.len > 0)
        memcpy(bytes + UDP_HEADER_LEN, shot->data.at, shot->data.len);
    h.checksum = udp_checksum(source, ip.destination, (struct span){ bytes, len });
    if (!shot->no_checksum)
        put_be16(bytes + UDP_CHECKSUM_AT, h.checksum ^ shot->spoil);
    tester_send_ipv4(t, &ip, (struct span){ bytes, len + shot->trailing - shot->cut });
}

bool tester_read_udp(const struct tester_frame *frame, struct ipv4_header *ip,
                     struct udp_header *h, struct span *data)
{
    struct span datagram;

    if (!tester_read_ipv4(frame, ip, &datagram) ||
        !EXPECT_EQ(ip->protocol, IP_PROTOCOL_UDP) ||
        !EXPECT_RULE(udp_header_parse(h, datagram, data), RULE_NONE))
        return false;
    return EXPECT(udp_checksum_ok(ip->source, ip->destination, datagram));
}

struct span bytes_of(const char *text)
{
    return (struct span){ (const uint8_t *)text, strlen(text) };
}
