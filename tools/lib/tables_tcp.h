/*
 * tables_tcp.h - the TCP sockets of a host, as `ss -tani` shows them. Used by
 * tables.c alone.
 */
#ifndef RUNG_TOOLS_TABLES_TCP_H
#define RUNG_TOOLS_TABLES_TCP_H

#include <stdio.h>

struct host;

/* Prints nothing if HOST, called NAME, has none. */
void tables_print_tcp(struct host *host, const char *name, FILE *out);

#endif
