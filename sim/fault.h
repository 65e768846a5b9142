/*
 * fault.h - what a wire does to a frame: rules that amend its fate.
 *
 * By chance (struct chances of a direction, drawn by keyed luck), by script
 * (the n-th frame that matches a filter) or by hand (an intervention on
 * frame number N). Each rule looks at the frame and amends its fate; none
 * knows of the others.
 */
#ifndef RUNG_SIM_FAULT_H
#define RUNG_SIM_FAULT_H

#include "sim/sim_rules.h"
#include "sim/vtime.h"
#include "sim/base.h"

struct direction;
struct filter;
struct packet;
struct world;

#define FATE_NOTES 8 /* most amendments of one frame that are recorded */
#define FATE_DAMAGES 4

struct fate_note {
    rule_id rule;
    int64_t a, b;
};

/* Damage: flips bit `bit` of the frame, or swaps two 16-bit words. */
struct damage {
    int64_t bit; /* -1: swap words instead */
    uint32_t swap_a, swap_b; /* byte offsets */
};

struct fate {
    struct fate_note lost; /* rule RULE_NONE: it arrives */
    vtime late;            /* added to the flight time; order is kept */
    vtime held;            /* added too, but later frames may overtake */
    unsigned duplicates;   /* copies besides itself */
    unsigned damage_count;
    struct damage damage[FATE_DAMAGES];
    unsigned note_count;
    struct fate_note notes[FATE_NOTES]; /* FATE rules, for the trace */
};

/* Chances of one direction, in parts per million; times in ns. */
struct chances {
    uint32_t loss;
    uint32_t burst_enter, burst_leave; /* Gilbert-Elliott, per millisecond */
    uint32_t burst_loss;               /* of each frame while it lasts */
    uint32_t duplicate;
    uint32_t corrupt;
    uint32_t reorder;
    vtime reorder_by; /* how long a reordered frame is held */
    vtime jitter;     /* up to this much late, evenly; order is kept */
};

enum fault_kind { FAULT_KIND_DROP, FAULT_KIND_DELAY, FAULT_KIND_DUPLICATE, FAULT_KIND_CORRUPT };

#define FAULT_NTH_MAX 16

/* A scripted fault. All but `seen` is fixed when the world is built. */
struct fault {
    enum fault_kind kind;
    const struct filter *filter; /* NULL: every frame */
    uint16_t from, to;           /* nodes, or NODE_NONE for any */
    uint16_t link;               /* LINK_NONE for any */
    uint32_t nth[FAULT_NTH_MAX]; /* which matches are meant; nth_count 0: all */
    unsigned nth_count;
    uint32_t every; /* every so manieth match; 0: by nth */
    vtime by;       /* FAULT_KIND_DELAY */
    struct damage damage;
    uint32_t seen; /* matches so far */
};

/* What a person does to frame number `frame`. */
struct intervention {
    enum fault_kind kind;
    uint32_t frame;
    vtime by;
    int64_t bit; /* FAULT_KIND_CORRUPT: which; -1: drawn by luck */
};

/* Fills in the FATE of P, about to go on the wire as frame number FRAME. */
void fate_decide(struct direction *direction, const struct packet *p, uint32_t frame,
                 struct fate *fate);

/* Does the damage that FATE says to P's bytes. */
void fate_damage(const struct fate *fate, struct packet *p);

#endif
