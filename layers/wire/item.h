/*
 * item.h - what headers say that have no fixed shape: a name here, an option there.
 *
 * A field (field.h) is always at the same bit. The records of DNS, the options of
 * DHCP, a host's name in a ClientHello are where they happen to be, and there may be
 * none or many. An item is one of them: its name is Wireshark's, as a field's is,
 * its text says its value. The packet view and the JSON read both.
 */
#ifndef RUNG_LAYERS_WIRE_ITEM_H
#define RUNG_LAYERS_WIRE_ITEM_H

#include "layers/wire/dissect.h"

#define ITEM_TEXT_SIZE 600
#define ITEMS_MAX 200 /* of one layer; a hostile message may have thousands */

struct item {
    const char *name;           /* "dns.a"; NULL: it has none, it is for the tree alone */
    const char *label;          /* "Answer" */
    struct span bytes;          /* of the frame */
    char text[ITEM_TEXT_SIZE];  /* printable ASCII, for people */
    char value[ITEM_TEXT_SIZE]; /* the value alone, for programs ... */
    bool is_number;             /* ... where it is not NUMBER */
    int64_t number;
    bool repeats;     /* there may be several of this name in a layer */
    const char *help; /* one sentence for a student, or NULL */
};

/* Takes one; false: it wants no more. */
typedef bool item_taker(void *context, const struct item *item);

/* Hands the items of LAYER, which D has, to TAKE in the order of the frame. */
void item_each(const struct dissection *d, const struct layer *layer, item_taker *take,
               void *context);

#endif
