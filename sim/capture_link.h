/*
 * capture_link.h - what stands in front of the network layer in a capture.
 *
 * Ethernet in the worlds of Rung, but a capture of someone else's may come
 * from a loopback, a tunnel or Linux's "any" device, with a header that never
 * was on a wire. This file finds the packet behind it. Link types are the
 * LINKTYPE_ numbers of tcpdump.org, with the old DLT_ numbers of raw IP
 * beside them, since old files have those.
 */
#ifndef RUNG_SIM_CAPTURE_LINK_H
#define RUNG_SIM_CAPTURE_LINK_H

#include "sim/base.h"

enum capture_linktype {
    LINKTYPE_NULL = 0,       /* BSD loopback, family in the byte order of its host */
    LINKTYPE_ETHERNET = 1,
    LINKTYPE_RAW_12 = 12,    /* DLT_RAW of most systems */
    LINKTYPE_RAW_14 = 14,    /* DLT_RAW of OpenBSD */
    LINKTYPE_RAW = 101,
    LINKTYPE_LOOP = 108,     /* OpenBSD loopback, family in network order */
    LINKTYPE_LINUX_SLL = 113,
    LINKTYPE_IPV4 = 228,
    LINKTYPE_IPV6 = 229,
    LINKTYPE_LINUX_SLL2 = 276
};

/*
 * Finds the network packet of FRAME: its EtherType and its bytes, which may
 * be empty. 802.1Q and 802.1ad tags are passed over. False for a link type
 * that is not above, for a frame too short for its header, and where no EtherType
 * is (an 802.3 length field, an unknown address family).
 */
bool capture_payload(uint32_t linktype, struct span frame, uint16_t *ethertype,
                     struct span *payload);

/* "Ethernet", "Linux cooked v1", ...; NULL for one that is not above. */
const char *capture_linktype_name(uint32_t linktype);

/* The DLT_ number under which filter_compile knows LINKTYPE. */
int capture_filter_type(uint32_t linktype);

#endif
