/*
 * ip_fragment.h - where to cut a datagram for an MTU (RFC 791 3.2).
 *
 *   MTU 1420, header 20:  |== 1400 ==|== 1400 ==|= 700 =|   of 3500 bytes
 *   offset field               0         175       350      in units of 8
 *   more fragments             1          1         0
 *
 * As many bytes as fit go into each fragment, so that there are as few as can
 * be (RFC 1812 4.2.2.7); all but the last have a multiple of 8. A fragment is
 * cut again in the same way. The arithmetic stands alone here, for tests and
 * for whoever wants to draw it; ip_fragment.c also does the cutting.
 */
#ifndef RUNG_LAYERS_NET_IP_FRAGMENT_H
#define RUNG_LAYERS_NET_IP_FRAGMENT_H

#include "layers/wire/ipv4_header.h"

struct ip_cut {
    uint32_t first; /* byte of the data that was to be cut */
    uint32_t len;
    bool more; /* of these data; what followed them follows too */
};

/*
 * The fragment that begins at byte FIRST of LEN bytes of data, behind a
 * header of HEADER_LEN, where MTU bytes pass. False if not even 8 bytes do.
 */
bool ip_fragment_cut(uint32_t first, uint32_t len, size_t header_len, uint16_t mtu,
                     struct ip_cut *cut);

/* Writes at OUT those of OPTIONS that go into every fragment, padded; OUT has
 * 40 bytes. Returns how many. RFC 791 3.1, the copied flag. */
size_t ip_fragment_options(struct span options, uint8_t *out);

#endif
