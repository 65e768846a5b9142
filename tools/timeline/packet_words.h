/*
 * packet_words.h - what stands in a field of a frame, in words.
 *
 *   field        "ip.ttl"  64
 *   value        "64"                       as people read it
 *   origin       "the sender's setting ip.ttl, less one a router"
 */
#ifndef RUNG_TIMELINE_PACKET_WORDS_H
#define RUNG_TIMELINE_PACKET_WORDS_H

#include "layers/wire/dissect.h"
#include "layers/wire/field.h"
#include "tools/timeline/moment.h"

/* What TCP numbers of a segment count from, where its sender's TCB exists at
 * the moment: its ISS, and what its ACKs count from. */
struct packet_bases {
    bool known;
    uint32_t seq, ack;
    uint8_t scale; /* of the windows that the sender offers */
};
void packet_bases(const struct moment *moment, const struct dissection *d,
                  struct packet_bases *bases);

/* The words of a TCP segment as the ladder has them, with numbers from the ISN.
 * False, and nothing written: it is none, or its sender is not known here. */
bool packet_segment_words(const struct moment *moment, const struct dissection *d, char *out,
                          size_t size);

/* VALUE of FIELD: "0x0800 (IPv4)", "20 bytes", "300 (0 from the ISN)". */
void packet_value(const struct field *field, uint64_t value, const struct packet_bases *bases,
                  char *out, size_t size);

/* Which variable the sender took it from: "RCV.NXT"; or "". */
const char *packet_origin(const struct field *field);

/* RECORD is of a frame at its receiver: it is shown as it arrived. */
bool packet_has_arrived(const struct record *record);

/* The frame that MOMENT is about, as it arrived if that is what happens, else
 * as it was sent; what no wire took, as far as the trace keeps it. ROOM holds
 * RUN_FRAME_MAX bytes. *WIRE_LEN: its length. Empty: there is none. */
struct span packet_shown(const struct moment *moment, uint8_t *room, size_t *wire_len);

#endif
