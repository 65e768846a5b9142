/*
 * tables.h - what the nodes know at the end of a run, as text: ARP caches,
 * routes, sockets and reassembly of hosts, MAC tables of switches.
 *
 * For `rung run --tables`. Reads the layers' own views; changes nothing.
 */
#ifndef RUNG_TOOLS_TABLES_H
#define RUNG_TOOLS_TABLES_H

#include <stdio.h>

struct node;
struct world;

/* Prints the tables of all nodes of WORLD, as they are now, to OUT. */
void tables_print(const struct world *world, FILE *out);
/* Those of NODE; of a hub, which knows nothing, nothing. */
void tables_print_node(struct node *node, FILE *out);

#endif
