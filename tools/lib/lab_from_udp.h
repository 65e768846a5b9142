/*
 * lab_from_udp.h - a lab that does again what two hosts of a capture said over UDP.
 *
 *   capture --> datagrams between the first two hosts --> udp send, one by one
 *                                                     --> run it: all there, in order?
 *
 * Under lab_from.h, for captures (or filters) without TCP. A datagram waits for what its
 * sender had got by then: without its question there is no answer. What was lost is not
 * seen, so nothing is.
 */
#ifndef RUNG_TOOLS_LAB_FROM_UDP_H
#define RUNG_TOOLS_LAB_FROM_UDP_H

#include "tools/lib/lab_from.h"

/* As lab_from_capture. LAB_FROM_UNFIT with WHY "": there is no UDP in it. */
enum lab_from_status lab_from_udp(struct lab_from *from, FILE *in, const char *name,
                                  const char *filter, char *why);

#endif
