/*
 * help_lab.h - `rung help lab`: every key of a lab file, from the tables that
 * the reader works off (tools/lib/lab_keys.h, layers/config.h).
 */
#ifndef RUNG_TOOLS_RUNG_HELP_LAB_H
#define RUNG_TOOLS_RUNG_HELP_LAB_H

#include <stdbool.h>

#include "layers/nearest.h"

/* Prints all of them. */
void help_lab(void);

/* Prints what is called TOPIC: a kind of map ("link"), a section of settings
 * ("arp"), or one of these ("arp.timeout"). False: nothing is. */
bool help_lab_part(const char *topic);

/* Prints each key called NAME, wherever it stands: "nagle", "within". False: none
 * is. */
bool help_lab_key(const char *name);

/* Offers the names of all keys. */
void help_lab_offer(struct nearest *near);

#endif
