/*
 * filter_hint.h - who knows Wireshark writes its display filters where tcpdump's are
 * wanted: "tcp.flags.ack == 1" is tcp[tcpflags] & tcp-ack != 0.
 */
#ifndef RUNG_TOOLS_FILTER_HINT_H
#define RUNG_TOOLS_FILTER_HINT_H

#include <stdbool.h>
#include <stddef.h>

/* Whether TEXT, which is no filter, has a word of that language at byte COLUMN; if
 * so WHY says what to write instead. */
bool filter_hint(const char *text, size_t column, char *why, size_t size);

#endif
