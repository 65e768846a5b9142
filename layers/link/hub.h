/*
 * hub.h - repeats every frame to all other ports, sound or not.
 *
 *        b hears it            A hub does not read what it repeats: no
 *        |                     addresses, no table, no frame check. Everybody
 *   a --[hub]-- c hears it     hears everything, and the stations themselves
 *                              ignore what is not for them.
 *
 * A repeater in the sense of IEEE 802.3, with full duplex wires: the engine
 * has no collisions (sim/link.h), so half duplex is deliberately missing, as
 * is the reshaping of preambles. Two hubs in a ring repeat for ever, as they
 * do on a desk; the wires' queues and the lab's `until` end it.
 */
#ifndef RUNG_LAYERS_LINK_HUB_H
#define RUNG_LAYERS_LINK_HUB_H

#include "sim/world.h"

/* A hub with PORT_COUNT ports. Set-up time. */
struct node *hub_new(struct world *world, const char *name, unsigned port_count);

#endif
