/*
 * capture_anonymise.h - a frame that can be shown to anybody.
 *
 *   addresses   each gets another, the same wherever it stands: 10.0.0.1, 10.0.0.2 ... in
 *               the order of appearance; MAC 02:00:00:00:00:01 ..., IPv6 fd00::1 ...;
 *               broadcast, multicast and "none" stay what they are
 *   data        zeros: of TCP, UDP, ICMP, options of IP, padding, and all that is not
 *               understood
 *   checksums   of IP, TCP, UDP and ICMP right again, as far as one can know
 *
 * What stays: lengths, times, ports, sequence numbers, flags, options of TCP: what an
 * analysis needs. The order of addresses says nothing; who knows the network may still
 * recognise who talks with whom by how.
 */
#ifndef RUNG_TOOLS_CAPTURE_ANONYMISE_H
#define RUNG_TOOLS_CAPTURE_ANONYMISE_H

#include "sim/base.h"

struct anonymiser;

/* NULL: no memory. Grows with the number of addresses. */
struct anonymiser *anonymiser_open(void);
void anonymiser_close(struct anonymiser *a);

/* Rewrites FRAME, LEN bytes captured of an Ethernet frame. */
void anonymise(struct anonymiser *a, uint8_t *frame, size_t len);
/* The same of a frame of any LINKTYPE (sim/capture_link.h); one that is not known is zeros. */
void anonymise_link(struct anonymiser *a, uint32_t linktype, uint8_t *frame, size_t len);

#endif
