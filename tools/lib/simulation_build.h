/*
 * simulation_build.h - the parts of simulation.c: for it alone.
 */
#ifndef RUNG_TOOLS_SIMULATION_BUILD_H
#define RUNG_TOOLS_SIMULATION_BUILD_H

#include "tools/lib/simulation.h"

/* simulation_nodes.c: hosts, routers, switches, hubs and the wires. */
void simulation_add_nodes(struct simulation *s);
void simulation_add_links(struct simulation *s);
/* Those who are to know their network (arp.known) do, from now on. */
void simulation_introduce(struct simulation *s);

/* simulation_script.c: arms the lab's script; its state is in the arena. */
void simulation_add_script(struct simulation *s);

#endif
