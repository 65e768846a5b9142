/*
 * flood.h - out of every other port: what hubs and switches have in common.
 *
 * Only ports with a wire that is up count: a station knows by the missing
 * signal that nobody can hear. The last port takes the packet itself, so that
 * N ports cost N - 1 copies.
 */
#ifndef RUNG_LAYERS_LINK_FLOOD_H
#define RUNG_LAYERS_LINK_FLOOD_H

#include "sim/world.h"

/* How many ports a flood from port IN would reach. */
unsigned flood_copies(const struct node *node, const struct port *in);

/* Sends P out of each of them; to none if there is none. Takes P. */
void flood(struct node *node, const struct port *in, struct packet *p);

#endif
