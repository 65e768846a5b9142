/*
 * summary_parts.h - the longer words of a summary. Used by summary.c only.
 */
#ifndef RUNG_LAYERS_WIRE_SUMMARY_PARTS_H
#define RUNG_LAYERS_WIRE_SUMMARY_PARTS_H

#include "layers/wire/dissect.h"
#include "layers/wire/text.h"

/* Add an ICMP message that with its header has LEN bytes. */
void summary_put_icmp(struct text *t, const struct dissection *d,
                      const struct layer *icmp, size_t len);
void summary_put_icmp_short(struct text *t, const struct dissection *d,
                            const struct layer *icmp);

/* Add a TCP segment that with its header has LEN bytes. */
void summary_put_tcp(struct text *t, const struct layer *tcp, size_t len);
void summary_put_tcp_short(struct text *t, const struct layer *tcp, size_t len);

/* What to call a frame that carries neither ARP nor IPv4 that can be read. */
const char *summary_frame_name(const struct dissection *d);

/* What is wrong, in two or three words, or NULL for RULE_NONE. */
const char *summary_fault(rule_id rule);

#endif
