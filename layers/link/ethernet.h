/*
 * ethernet.h - frames in and out of an interface.
 *
 *   bytes  6             6        2      46 to 1500               4
 *   +-------------+-------------+------+------------------------+-------+
 *   | destination | source      | type | data, padded           | (FCS) |
 *   +-------------+-------------+------+------------------------+-------+
 *
 * Out: header, padding to 60 bytes (64 with the frame check sequence, which
 * is computed only if a wire damages the frame: see sim/link.h), onto the
 * wire. In: length, frame check, address filter, 802.1Q tag, demultiplexing
 * by EtherType. RFC 894, RFC 1122 2.3.3; the numbers are IEEE 802.3's.
 *
 * Decisions. A tag travels unchanged through hubs and switches; a host takes
 * it off and does not look at its VLAN number, for it has no VLANs. A frame
 * longer than 1518 bytes is refused, unless its wire has a larger MTU: jumbo
 * frames are an agreement of both ends. A frame for somebody else is not a
 * loss: it is ignored, and RECORD_WHY tells so. Of the groups, a host is in
 * that of all hosts (224.0.0.1). Deliberately missing: IEEE 802.3 length
 * encapsulation (RFC 1042), collisions, pause frames.
 */
#ifndef RUNG_LAYERS_LINK_ETHERNET_H
#define RUNG_LAYERS_LINK_ETHERNET_H

#include "layers/wire/address.h"
#include "sim/packet.h"

struct interface;
struct node;
struct port;

extern const struct device_ops ethernet_device;

/* A frame arrived at a host's PORT (node_ops.receive). Takes P. */
void ethernet_receive(struct node *node, struct port *port, struct packet *p);

/* Frame check sequence of FRAME, for struct world_config. */
uint32_t ethernet_frame_check(struct span frame);

/*
 * What every station does first with a frame at PORT: length limits and the
 * frame check, if the wire has one. False if it dropped P.
 */
bool ethernet_frame_is_sound(struct node *node, struct port *port, struct packet *p);

#endif
