/*
 * capture_breaks.h - what was found against the rules in a capture, kept in order.
 *
 * A break is a rule of the rule book (layers/rule.h) that a frame does not keep,
 * or a note that explains one. All are counted; of each rule the first
 * CAPTURE_BREAKS_OF_RULE are kept, so that no capture makes the list grow without
 * bound.
 */
#ifndef RUNG_TOOLS_CAPTURE_BREAKS_H
#define RUNG_TOOLS_CAPTURE_BREAKS_H

#include "layers/rule.h"
#include "sim/base.h"

#define CAPTURE_BREAKS_OF_RULE 2048

struct capture_break {
    uint64_t frame; /* in the file */
    uint64_t other; /* the frame that it contradicts; 0: none */
    int64_t a, b;   /* of the rule's sentence */
    rule_id rule;
    uint16_t host; /* whose checksum it is, capture_sums.h; 0: no checksum */
};

struct capture_breaks {
    struct capture_break *list;
    uint32_t count, room;
    uint64_t counts[RULE_COUNT];
    uint32_t kept[RULE_COUNT];
    bool memory_is_short;
};

void capture_breaks_init(struct capture_breaks *all);
void capture_breaks_free(struct capture_breaks *all);

void capture_breaks_add(struct capture_breaks *all, const struct capture_break *broken);
/* Brings the list into the order of frames; before capture_breaks_of. */
void capture_breaks_sort(struct capture_breaks *all);
/* Those of FRAME, *COUNT of them, of a list that was sorted. */
const struct capture_break *capture_breaks_of(const struct capture_breaks *all, uint64_t frame,
                                              uint32_t *count);

/* It is news, and no fault of anybody's: offload, gratuitous ARP. */
bool capture_break_is_note(rule_id rule);

/* The sentence with its section: "... (RFC 9293, 3.8.6; see frame 12)". As snprintf. */
size_t capture_break_format(const struct capture_break *broken, char *out, size_t size);
/* The same for BROKEN, one of ALL's list, as it stands in a ladder: the first few of each
 * rule in full, then the sentence alone, so that a long capture is no rule book. */
size_t capture_break_tell(const struct capture_breaks *all, const struct capture_break *broken,
                          char *out, size_t size);

#endif
