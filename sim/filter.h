/*
 * filter.h - tcpdump filters: how a frame is chosen, everywhere in Rung.
 *
 * Scripted faults, `rung replay`, searches and breakpoints all speak the
 * language of pcap-filter(7), compiled and run by libpcap. Compiling is for
 * set-up time: libpcap allocates, so a filter lives outside every arena, is
 * constant from then on, and is given back by filter_free.
 *
 * Two things are ours. libpcap's message has no column: filter_compile finds
 * the word that spoils the text. And libpcap asks the network what a name
 * means, so that the same lab could mean two things: names of hosts and
 * networks are refused here before it sees them. Names of well-known ports
 * (`port domain`) are ours, so that a machine without /etc/services reads a lab
 * as any other; rarer ones, and protocols, come from the system's tables.
 *
 * Deliberately missing: a syntax of our own, and threads: libpcap's compiler
 * is used by one thread at a time.
 */
#ifndef RUNG_SIM_FILTER_H
#define RUNG_SIM_FILTER_H

#include "sim/base.h"

#define FILTER_ETHERNET 1         /* DLT_EN10MB: each frame of a world */
#define FILTER_TEXT_LIMIT 1024    /* bytes of text; more is refused */
#define FILTER_ERROR_BYTES 256    /* a buffer this large holds any message */

struct filter;

/*
 * Compiles TEXT for frames of link type DLT (FILTER_ETHERNET, or what
 * capture_filter_type of sim/capture_link.h says), optimised. The empty text
 * matches every frame. NULL when it is wrong: ERROR (SIZE bytes) then holds
 * one sentence without a full stop, and *COLUMN the 0-based byte of TEXT where
 * the wrong word begins, or its length if the text ends too early. COLUMN may
 * be NULL.
 */
struct filter *filter_compile(const char *text, int dlt, char *error, size_t size, size_t *column);

/* Whether FRAME, of which ORIGINAL_LEN bytes were on the wire, is chosen. */
bool filter_matches(const struct filter *filter, struct span frame, size_t original_len);

/* NULL is allowed. */
void filter_free(struct filter *filter);

#endif
