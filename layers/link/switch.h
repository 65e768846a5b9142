/*
 * switch.h - learns which MAC address lives behind which port.
 *
 *   frame in -> sound? -> learn: source lives behind this port
 *                      -> forward: destination known    -> that port only
 *                                  lives where it came from -> nowhere
 *                                  unknown, or a group  -> every other port
 *
 * A transparent bridge as IEEE 802.1D describes it; no RFC does. Store and
 * forward: a damaged frame ends here, at a wire with a frame check. A wire
 * without one (`fcs: off`) brings the frame as it is, and the switch sends it
 * on under a check of its own: from there on nobody can notice.
 *
 * The table is a hash over the addresses, and a list in the order in which
 * they were last seen, so that one timer for the whole switch finds what is
 * too old at the list's head. When the table is full, new addresses are not
 * learnt and frames for them are flooded: what an attacker who floods a
 * switch with addresses is after. Whoever lived behind a port whose wire goes
 * down is forgotten at once. Tags (802.1Q) are carried and not read.
 * Deliberately missing: spanning tree (a ring of switches storms, bounded by
 * queues and `until`), VLANs, static entries.
 */
#ifndef RUNG_LAYERS_LINK_SWITCH_H
#define RUNG_LAYERS_LINK_SWITCH_H

#include "layers/config.h"
#include "layers/wire/address.h"
#include "sim/world.h"

struct switch_config {
    int64_t ageing; /* ns: an address not seen for so long is forgotten */
    int64_t table;  /* most addresses */
};

extern const struct config_key switch_config_keys[];
void switch_config_defaults(struct switch_config *config);

/* A switch with PORT_COUNT ports. Set-up time. CONFIG is copied. */
struct node *switch_new(struct world *world, const char *name, unsigned port_count,
                        const struct switch_config *config);

/* For tables and tests: addresses known now, the longest not seen first. */
struct switch_view {
    struct mac mac;
    unsigned port; /* index of the port, from 0 */
    vtime seen;
};
bool switch_entry(const struct node *node, unsigned index, struct switch_view *view);

/* Forgets all addresses. The `flush` command. */
void switch_flush(struct node *node);

/* Is NODE a switch? */
bool node_is_switch(const struct node *node);

#endif
