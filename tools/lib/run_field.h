/*
 * run_field.h - which field of a frame a bit lies in.
 *
 *   bit 183 of a frame of Ethernet, IPv4 and UDP: byte 22, "ip.ttl"
 *
 * Names are Wireshark's, from the tables of layers/wire/field.h; what has no
 * row there is called by its display filter: "udp.payload", "eth.padding",
 * "eth.fcs". Used by the ladder and the JSON.
 */
#ifndef RUNG_TOOLS_RUN_FIELD_H
#define RUNG_TOOLS_RUN_FIELD_H

#include "layers/wire/dissect.h"
#include "layers/wire/field.h"
#include "tools/lib/run_view.h"

struct run_fields {
    const struct field *at;
    size_t count;
};

/* The rows of a header's fields; none for LAYER_DATA. */
struct run_fields run_fields_of(enum layer_kind kind);

/* FIELD means in LAYER what its row says. */
bool run_field_applies(const struct layer *layer, const struct field *field);

/* The field that BIT of FRAME lies in, counted from its first, or NULL if it
 * has no name. Bits behind the frame's end are its check sequence. */
const char *run_field_at(struct span frame, int64_t bit);

/* The first bit of what is called NAME in FRAME, the outermost of that name and
 * no part of a quoted packet, in *BIT. False: FRAME has none. */
bool run_field_find(struct span frame, const char *name, int64_t *bit);

/* What a RECORD_FATE has damaged: NULL if nothing; `second` only where a swap
 * took its two words from different fields. */
struct run_damage {
    const char *field, *second;
};
struct run_damage run_fate_damage(const struct run_view *view, const struct record *record);

#endif
