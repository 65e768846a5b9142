/*
 * run_join.h - frames that carry on what another began: one way, one arrow.
 *
 *     a --1--> (s) --2--> (r) --3--> b      2 goes on from 1, and 3 from 2
 *
 * Where a node has no column (struct run_node: passes), what comes to it and
 * what leaves it again are drawn as one. It leaves again if the node puts the
 * same packet on exactly one other wire: a router may have changed addresses
 * and TTL of it, but a frame that is flooded, cut into fragments or answered
 * ends there, and others begin.
 */
#ifndef RUNG_TOOLS_RUN_JOIN_H
#define RUNG_TOOLS_RUN_JOIN_H

#include "tools/lib/run_view.h"

struct run_joins;

/* The joins of VIEW's run at the nodes that frames pass; 8 bytes a frame. The
 * caller's to close. NULL: no memory. */
struct run_joins *run_joins_open(const struct run_view *view);
void run_joins_close(struct run_joins *joins); /* or NULL */

/* The frame that goes on from FRAME, or that it goes on from; 0: there is none.
 * JOINS may be NULL: nothing is joined. */
uint32_t run_join_next(const struct run_joins *joins, uint32_t frame);
uint32_t run_join_before(const struct run_joins *joins, uint32_t frame);

/* The ends of the way that FRAME is on: where it began, and where it ends. */
uint32_t run_join_first(const struct run_joins *joins, uint32_t frame);
uint32_t run_join_last(const struct run_joins *joins, uint32_t frame);

#endif
