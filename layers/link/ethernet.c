#include "layers/link/ethernet.h"

#include <string.h>

#include "layers/host.h"
#include "layers/rule.h"
#include "layers/wire/bytes.h"
#include "layers/wire/ethernet_header.h"
#include "layers/wire/fcs.h"

/* 01:00:5e and the low 23 bits of 224.0.0.1: all hosts. */
static const struct mac all_hosts = { { 0x01, 0x00, 0x5e, 0x00, 0x00, 0x01 } };

/* ---- Out ---- */

/*
 * A packet that was cut out of a larger one may end where its buffer ends:
 * then its bytes move to the front, where room for the padding is.
 */
static void make_tailroom(struct packet *p, size_t n)
{
    size_t left = p->head;

    if (p->capacity - p->head - p->len >= n)
        return;
    memmove(p->buffer, packet_bytes(p), p->len);
    p->head = 0;
    for (unsigned i = 0; i < PACKET_LAYERS; i++)
        p->layer[i] = p->layer[i] > left ? p->layer[i] - (uint32_t)left : 0;
}

static void ethernet_pad(struct interface *interface, struct packet *p)
{
    size_t missing;

    if (p->len >= ETHERNET_FRAME_MIN)
        return;
    missing = ETHERNET_FRAME_MIN - p->len;
    WHY(&interface->host->node, RULE_ETHERNET_PADDED, missing,
        rule_parts(p->len, ETHERNET_FRAME_MIN, 0));
    make_tailroom(p, missing);
    ASSERT(packet_pad(p, missing));
}

static void ethernet_send(struct interface *interface, struct packet *p, struct mac to,
                          uint16_t ethertype)
{
    struct node *node = &interface->host->node;
    size_t most = interface->mtu > ETHERNET_DATA_MAX ? interface->mtu : ETHERNET_DATA_MAX;
    uint8_t *out;

    if (p->len > most) {
        packet_drop_with(p, node, RULE_ETHERNET_DATA_TOO_LONG, p->len, (int64_t)most);
        return;
    }
    WHY(node, RULE_ETHERNET_HEADER_ON,
        rule_parts(p->len + ETHERNET_HEADER_LEN, (uint16_t)p->len, ethertype), mac_to_int64(to));
    packet_mark(p, PACKET_NETWORK);
    out = packet_push(p, ETHERNET_HEADER_LEN);
    packet_mark(p, PACKET_LINK);
    mac_put(out, to);
    mac_put(out + MAC_LEN, interface->mac);
    put_be16(out + 2 * MAC_LEN, ethertype);
    ethernet_pad(interface, p);
    /* A new frame with a new check, whatever befell the packet before. */
    p->damaged = false;
    p->to_group = false;
    link_send(interface->port, p);
}

const struct device_ops ethernet_device = {
    .name = "ethernet",
    .send = ethernet_send,
};

/* ---- In ---- */

uint32_t ethernet_frame_check(struct span frame)
{
    return fcs(frame);
}

static bool is_tagged(const struct packet *p)
{
    return p->len >= ETHERNET_HEADER_LEN &&
           get_be16(p->buffer + p->head + 2 * MAC_LEN) == ETHERTYPE_VLAN;
}

/* The longest frame, without FCS, that may come in at PORT. */
static size_t longest_frame(const struct port *port, const struct packet *p)
{
    size_t data = ETHERNET_DATA_MAX;

    if (port->link != NULL && port->link->mtu > data)
        data = port->link->mtu;
    return data + ETHERNET_HEADER_LEN + (is_tagged(p) ? VLAN_TAG_LEN : 0);
}

/*
 * The FCS of an undamaged frame is right by construction, so nobody computes
 * it: only the bytes that a wire has changed are held against the check that
 * they were sent with. What slips through a CRC-32 slips through here too.
 */
static bool check_is_wrong(const struct world *world, const struct packet *p)
{
    return world->frame_check != NULL &&
           world->frame_check(packet_span(p)) != p->original_check;
}

bool ethernet_frame_is_sound(struct node *node, struct port *port, struct packet *p)
{
    size_t longest = longest_frame(port, p);

    if (p->len < ETHERNET_FRAME_MIN) {
        packet_drop_with(p, node, RULE_ETHERNET_TOO_SHORT, p->len + FCS_LEN, 0);
        return false;
    }
    if (p->len > longest) {
        packet_drop_with(p, node, RULE_ETHERNET_TOO_LONG, p->len + FCS_LEN,
                         (int64_t)longest + FCS_LEN);
        return false;
    }
    if (!p->damaged)
        return true;
    if (port->link != NULL && !port->link->frame_check) {
        WHY(node, RULE_ETHERNET_FCS_NOT_CHECKED, 0, 0);
        return true;
    }
    if (check_is_wrong(node->world, p)) {
        packet_drop(p, node, RULE_ETHERNET_BAD_FCS);
        return false;
    }
    return true;
}

/* Is a frame to DESTINATION for this interface? If not, it says why. */
static bool filter_accepts(struct interface *interface, struct mac destination)
{
    struct node *node = &interface->host->node;

    if (!mac_is_group(destination)) {
        if (mac_equal(destination, interface->mac))
            return true;
        WHY(node, RULE_ETHERNET_NOT_FOR_US, mac_to_int64(destination), 0);
        return false;
    }
    if (mac_is_broadcast(destination) || mac_equal(destination, all_hosts))
        return true;
    WHY(node, RULE_ETHERNET_OTHER_GROUP, mac_to_int64(destination), 0);
    return false;
}

/* Takes the header off and hands P to whom its type names. Takes P. */
static void demultiplex(struct interface *interface, struct packet *p,
                        const struct ethernet_header *h)
{
    struct node *node = &interface->host->node;
    const struct network_ops *network;
    size_t header_len = ethernet_header_length(h);

    if (h->ethertype < ETHERTYPE_FIRST) {
        packet_drop_with(p, node, RULE_ETHERNET_LENGTH_FIELD, h->ethertype, 0);
        return;
    }
    network = host_network(interface->host, h->ethertype);
    if (network == NULL) {
        packet_drop_with(p, node, RULE_ETHERNET_UNKNOWN_TYPE, h->ethertype, 0);
        return;
    }
    WHY(node, RULE_ETHERNET_HEADER_OFF, h->ethertype,
        rule_parts(p->len, (uint16_t)(p->len - header_len), (uint16_t)header_len));
    packet_pull(p, header_len);
    packet_mark(p, PACKET_NETWORK);
    network->input(interface, p);
}

void ethernet_receive(struct node *node, struct port *port, struct packet *p)
{
    struct interface *interface = &host_of(node)->interfaces[port->index];
    struct ethernet_header h;
    struct span payload;
    rule_id refused;

    packet_mark(p, PACKET_LINK);
    if (!ethernet_frame_is_sound(node, port, p))
        return;
    refused = ethernet_header_parse(&h, packet_span(p), &payload);
    if (refused != RULE_NONE) {
        packet_drop(p, node, refused);
        return;
    }
    if (!filter_accepts(interface, h.destination)) {
        packet_free(node->world, p);
        return;
    }
    if (mac_is_group(h.source)) {
        packet_drop_with(p, node, RULE_ETHERNET_GROUP_SOURCE, mac_to_int64(h.source), 0);
        return;
    }
    if (h.tagged)
        WHY(node, RULE_VLAN_TAG_IGNORED, h.tci & 0x0fff, h.tci >> 13);
    p->to_group = mac_is_group(h.destination);
    demultiplex(interface, p, &h);
}
