/*
 * reassembly_table.h - the datagrams of which only parts are here: how they
 * come, how they go. Private to reassembly.c, which decides about fragments.
 */
#ifndef RUNG_LAYERS_NET_REASSEMBLY_TABLE_H
#define RUNG_LAYERS_NET_REASSEMBLY_TABLE_H

#include "layers/net/reassembly.h"

/* The entry for a fragment with header H, or NULL. */
struct reassembly_entry *reassembly_find(struct host *host, const struct ipv4_header *h);

/* A new one; its time runs from now. The oldest may have to make room. */
struct reassembly_entry *reassembly_begin(struct host *host, const struct ipv4_header *h);

/* The end of an entry without pieces. */
void reassembly_remove(struct reassembly_entry *entry);

/* The end of an entry whose fragments are lost for RULE. */
void reassembly_drop(struct reassembly_entry *entry, rule_id rule, int64_t a, int64_t b);

/* The datagram contradicts itself: its fragments are lost for RULE, and its
 * entry stays to refuse the rest until the timeout. */
void reassembly_poison(struct reassembly_entry *entry, rule_id rule, int64_t a, int64_t b);

/* Takes PIECE, already out of ENTRY's list, out of all sums. */
void reassembly_forget_piece(struct reassembly_entry *entry, struct reassembly_piece *piece);

/* Makes ENTRY fit into the memory, at the cost of older ones or its own;
 * false if its own. */
bool reassembly_fit_memory(struct reassembly_entry *entry);

#endif
