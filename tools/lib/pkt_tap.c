#include "tools/lib/pkt_tap.h"

#include <stdlib.h>
#include <string.h>

#include "layers/wire/ethernet_header.h"

/* ---- Writing down ---- */

static bool grow(void **at, size_t *room, size_t needed, size_t size)
{
    size_t more = *room == 0 ? 1024 : *room;
    void *larger;

    if (needed <= *room)
        return true;
    while (more < needed)
        more *= 2;
    larger = realloc(*at, more * size);
    if (larger == NULL)
        return false;
    *at = larger;
    *room = more;
    return true;
}

/* Room for one more datagram of LEN bytes, or NULL. */
static uint8_t *add(struct pkt_tap *tap, const struct world *world, bool inbound, size_t len)
{
    void *at = tap->at, *bytes = tap->bytes;
    bool fits = tap->bytes_used + len <= PKT_TAP_BYTES_MAX &&
                grow(&at, &tap->room, tap->count + 1, sizeof(*tap->at)) &&
                grow(&bytes, &tap->bytes_room, tap->bytes_used + len, 1);

    tap->at = at;
    tap->bytes = bytes;
    if (!fits) {
        tap->overflowed = true;
        return NULL;
    }
    tap->at[tap->count++] = (struct pkt_tapped){ .at = world->now,
                                                 .event = world->event_count,
                                                 .record = world->trace->records.count,
                                                 .inbound = inbound,
                                                 .offset = tap->bytes_used,
                                                 .len = len };
    tap->bytes_used += len;
    return tap->bytes + tap->bytes_used - len;
}

/* ---- At the seams ---- */

static void transport_input(struct interface *interface, struct packet *p,
                            const struct ipv4_header *ip)
{
    const struct transport_ops *ops = host_transport(interface->host, ip->protocol);
    const struct transport_ops *real = NULL;
    struct ipv4_header plain = *ip;
    struct span body = packet_span(p);
    struct pkt_tap *tap = CONTAINER_OF(interface->device, struct pkt_tap, device.ops);
    uint8_t *out;

    for (size_t i = 0; i < PKT_TAP_TRANSPORTS; i++)
        if (&tap->transports[i].ops == ops)
            real = tap->transports[i].real;
    plain.options = (struct span){ NULL, 0 };
    plain.more_fragments = false;
    plain.fragment_offset = 0;
    plain.total_length = (uint16_t)(IPV4_HEADER_MIN + body.len);
    out = add(tap, interface->host->node.world, true, IPV4_HEADER_MIN + body.len);
    if (out != NULL)
        memcpy(out + ipv4_header_emit(&plain, out), body.at, body.len);
    real->input(interface, p, ip);
}

static void device_send(struct interface *interface, struct packet *p, struct mac to,
                        uint16_t ethertype)
{
    struct pkt_tap *tap = CONTAINER_OF(interface->device, struct pkt_tap, device.ops);
    struct span bytes = packet_span(p);
    uint8_t *out = ethertype == ETHERTYPE_IPV4
                       ? add(tap, interface->host->node.world, false, bytes.len)
                       : NULL;

    if (out != NULL)
        memcpy(out, bytes.at, bytes.len);
    tap->device.real->send(interface, p, to, ethertype);
}

/* ---- Joining ---- */

void pkt_tap_open(struct pkt_tap *tap, struct host *host)
{
    size_t count = 0;

    memset(tap, 0, sizeof(*tap));
    for (size_t i = 0; i < HOST_TRANSPORTS && count < PKT_TAP_TRANSPORTS; i++) {
        const struct transport_ops *real = host->transports[i];

        if (real == NULL ||
            (real->protocol != IP_PROTOCOL_TCP && real->protocol != IP_PROTOCOL_ICMP))
            continue;
        tap->transports[count].ops = *real;
        tap->transports[count].ops.input = transport_input;
        tap->transports[count].real = real;
        host->transports[i] = &tap->transports[count++].ops;
    }
    tap->device.real = host->interfaces[0].device;
    tap->device.ops = *tap->device.real;
    tap->device.ops.send = device_send;
    for (unsigned i = 0; i < host->interface_count; i++)
        host->interfaces[i].device = &tap->device.ops;
}

void pkt_tap_close(struct pkt_tap *tap)
{
    free(tap->at);
    free(tap->bytes);
}
