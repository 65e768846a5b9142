#include "sim/fault.h"

#include <string.h>

#include "sim/filter.h"
#include "sim/luck.h"
#include "sim/world.h"

/* Which die of a direction is thrown: part of the key of each draw. */
enum die {
    DIE_LOSS, DIE_BURST_BLOCK, DIE_BURST_MOVE, DIE_BURST_LOSS, DIE_DUPLICATE, DIE_CORRUPT,
    DIE_CORRUPT_BIT, DIE_REORDER, DIE_JITTER, DIE_INTERVENTION_BIT,
};

#define BURST_SLOT (1 * MS)
#define BURST_BLOCK 1024 /* slots */

struct draw {
    struct direction *direction;
    const struct chances *chances;
    const struct packet *p;
    struct luck luck; /* its rule is set by each throw */
    struct fate *fate;
};

static void note(struct fate *fate, rule_id rule, int64_t a, int64_t b)
{
    if (fate->note_count < FATE_NOTES)
        fate->notes[fate->note_count++] = (struct fate_note){ rule, a, b };
}

static void lose(struct fate *fate, rule_id rule)
{
    /* The first cause is the cause; a frame is not lost twice. */
    if (fate->lost.rule == RULE_NONE)
        fate->lost = (struct fate_note){ rule, 0, 0 };
}

/* Plans the damage WHAT to a frame of P's length, and notes it as RULE; or
 * notes that the frame is too short for it. */
static void damage(struct fate *fate, const struct packet *p, struct damage what, rule_id rule)
{
    int64_t bits = ((int64_t)p->len + LINK_FCS_BYTES) * 8;
    int64_t last = what.bit >= 0 ? what.bit
                                 : (max_i64(what.swap_a, what.swap_b) + LINK_FCS_BYTES + 2) * 8 - 1;

    if (last >= bits) {
        note(fate, RULE_DAMAGE_BEYOND, what.bit >= 0 ? what.bit : last - LINK_FCS_BYTES * 8, bits);
        return;
    }
    if (fate->damage_count == FATE_DAMAGES)
        return;
    fate->damage[fate->damage_count++] = what;
    if (what.bit >= 0)
        note(fate, rule, what.bit, 0);
    else
        note(fate, rule, what.swap_a, what.swap_b);
}

static struct luck die(const struct draw *draw, enum die which)
{
    struct luck luck = draw->luck;

    luck.rule = which;
    return luck;
}

static bool strikes(const struct draw *draw, enum die which, uint32_t ppm)
{
    return luck_strikes(die(draw, which), draw->p->identity, ppm);
}

static int64_t bit_of_frame(const struct draw *draw, enum die which)
{
    uint64_t bits = ((uint64_t)draw->p->len + LINK_FCS_BYTES) * 8;

    return (int64_t)luck_below(die(draw, which), draw->p->identity, bits);
}

static void chance_loss(const struct draw *draw)
{
    if (strikes(draw, DIE_LOSS, draw->chances->loss))
        lose(draw->fate, RULE_LINK_LOSS);
}

/* The bad or good state in which a block of slots begins: drawn afresh, with
 * the share of time that the wire is bad in the long run. */
static bool burst_at_block(const struct draw *draw, uint64_t block)
{
    uint64_t enter = draw->chances->burst_enter;
    uint64_t leave = draw->chances->burst_leave;

    return luck_strikes(die(draw, DIE_BURST_BLOCK), block,
                        (uint32_t)(enter * PPM / (enter + leave)));
}

/*
 * Gilbert-Elliott: the wire is in a good or a bad state and may change at the
 * start of each millisecond. The state belongs to the wire and its time, not
 * to the frames: so a frame more or less on it changes nobody's luck. Slots
 * come in blocks that begin afresh, so that a long silence costs nothing.
 */
static bool wire_is_bad(const struct draw *draw)
{
    struct direction *d = draw->direction;
    uint64_t slot = (uint64_t)(d->link->world->now / BURST_SLOT);
    uint64_t block = slot / BURST_BLOCK;

    if (d->burst_slot == 0 || d->burst_slot - 1 > slot ||
        (d->burst_slot - 1) / BURST_BLOCK != block) {
        d->in_burst = burst_at_block(draw, block);
        d->burst_slot = block * BURST_BLOCK + 1;
    }
    while (d->burst_slot <= slot) {
        uint32_t move = d->in_burst ? draw->chances->burst_leave : draw->chances->burst_enter;

        if (luck_strikes(die(draw, DIE_BURST_MOVE), d->burst_slot++, move))
            d->in_burst = !d->in_burst;
    }
    return d->in_burst;
}

static void chance_burst_loss(const struct draw *draw)
{
    if (draw->chances->burst_enter == 0 || !wire_is_bad(draw))
        return;
    if (strikes(draw, DIE_BURST_LOSS, draw->chances->burst_loss))
        lose(draw->fate, RULE_LINK_BURST_LOSS);
}

static void chance_jitter(const struct draw *draw)
{
    vtime late;

    if (draw->chances->jitter == 0)
        return;
    late = (vtime)luck_below(die(draw, DIE_JITTER), draw->p->identity,
                             (uint64_t)draw->chances->jitter + 1);
    draw->fate->late += late;
    if (late > 0)
        note(draw->fate, RULE_LINK_JITTER, late, 0);
}

static void chance_reorder(const struct draw *draw)
{
    if (!strikes(draw, DIE_REORDER, draw->chances->reorder))
        return;
    draw->fate->held += draw->chances->reorder_by;
    note(draw->fate, RULE_LINK_REORDER, draw->chances->reorder_by, 0);
}

static void chance_duplicate(const struct draw *draw)
{
    if (!strikes(draw, DIE_DUPLICATE, draw->chances->duplicate))
        return;
    draw->fate->duplicates++;
    note(draw->fate, RULE_LINK_DUPLICATE, 0, 0);
}

static void chance_corrupt(const struct draw *draw)
{
    int64_t bit;

    if (!strikes(draw, DIE_CORRUPT, draw->chances->corrupt))
        return;
    bit = bit_of_frame(draw, DIE_CORRUPT_BIT);
    damage(draw->fate, draw->p, (struct damage){ .bit = bit }, RULE_LINK_CORRUPT);
}

static void (*const chance_rules[])(const struct draw *draw) = {
    chance_loss,    chance_burst_loss, chance_jitter,
    chance_reorder, chance_duplicate,  chance_corrupt,
};

static bool fault_is_here(const struct fault *fault, const struct direction *direction)
{
    const struct link *link = direction->link;

    return (fault->link == LINK_NONE || fault->link == link->id) &&
           (fault->from == NODE_NONE || fault->from == link->ends[direction->end]->node->id) &&
           (fault->to == NODE_NONE || fault->to == link->ends[!direction->end]->node->id);
}

static bool fault_means(const struct fault *fault, uint32_t match)
{
    if (fault->every != 0)
        return match % fault->every == 0;
    if (fault->nth_count == 0)
        return true;
    for (unsigned i = 0; i < fault->nth_count; i++)
        if (fault->nth[i] == match)
            return true;
    return false;
}

static void fault_strike(const struct draw *draw, const struct fault *fault)
{
    struct fate *fate = draw->fate;

    switch (fault->kind) {
    case FAULT_KIND_DROP:
        lose(fate, RULE_FAULT_DROP);
        break;
    case FAULT_KIND_DELAY:
        fate->held += fault->by;
        note(fate, RULE_FAULT_DELAY, fault->by, 0);
        break;
    case FAULT_KIND_DUPLICATE:
        fate->duplicates++;
        note(fate, RULE_FAULT_DUPLICATE, 0, 0);
        break;
    case FAULT_KIND_CORRUPT:
        damage(draw->fate, draw->p, fault->damage,
               fault->damage.bit >= 0 ? RULE_FAULT_CORRUPT : RULE_FAULT_SWAP);
        break;
    }
}

static void apply_faults(const struct draw *draw)
{
    struct world *world = draw->direction->link->world;

    for (uint32_t i = 0; i < world->fault_count; i++) {
        struct fault *fault = &world->faults[i];

        if (!fault_is_here(fault, draw->direction))
            continue;
        if (fault->filter != NULL &&
            !filter_matches(fault->filter, packet_span(draw->p), draw->p->len))
            continue;
        fault->seen++;
        if (fault_means(fault, fault->seen))
            fault_strike(draw, fault);
    }
}

static void intervene(const struct draw *draw, const struct intervention *what)
{
    int64_t bit = what->bit;

    switch (what->kind) {
    case FAULT_KIND_DROP:
        lose(draw->fate, RULE_INTERVENTION_DROP);
        break;
    case FAULT_KIND_DELAY:
        draw->fate->held += what->by;
        note(draw->fate, RULE_INTERVENTION_DELAY, what->by, 0);
        break;
    case FAULT_KIND_DUPLICATE:
        draw->fate->duplicates++;
        note(draw->fate, RULE_INTERVENTION_DUPLICATE, 0, 0);
        break;
    case FAULT_KIND_CORRUPT:
        if (bit < 0)
            bit = bit_of_frame(draw, DIE_INTERVENTION_BIT);
        damage(draw->fate, draw->p, (struct damage){ .bit = bit }, RULE_INTERVENTION_CORRUPT);
        break;
    }
}

/* Field by field: the arrays behind the counts need no clearing. */
static void fate_begin(struct fate *fate)
{
    fate->lost = (struct fate_note){ RULE_NONE, 0, 0 };
    fate->late = fate->held = 0;
    fate->duplicates = fate->damage_count = fate->note_count = 0;
}

static bool is_without_chance(const struct chances *chances)
{
    return (chances->loss | chances->burst_enter | chances->duplicate | chances->corrupt |
            chances->reorder) == 0 && chances->jitter == 0;
}

void fate_decide(struct direction *direction, const struct packet *p, uint32_t frame,
                 struct fate *fate)
{
    struct world *world = direction->link->world;
    struct draw draw = {
        .direction = direction,
        .chances = &direction->config.chances,
        .p = p,
        .luck = { .seed = world->seed,
                  .place = (uint32_t)direction->link->id * 2 + direction->end },
        .fate = fate,
    };

    fate_begin(fate);
    if (!is_without_chance(draw.chances))
        for (size_t i = 0; i < ARRAY_LEN(chance_rules); i++)
            chance_rules[i](&draw);
    apply_faults(&draw);
    for (uint32_t i = 0; i < world->intervention_count; i++)
        if (world->interventions[i].frame == frame)
            intervene(&draw, &world->interventions[i]);
}

static void flip(struct packet *p, uint64_t bit)
{
    uint64_t byte = bit / 8;

    if (byte < p->len)
        packet_bytes(p)[byte] ^= (uint8_t)(0x80u >> (bit % 8));
    else if (byte < (uint64_t)p->len + LINK_FCS_BYTES)
        p->original_check ^= (uint32_t)1 << (bit % 32);
}

static void swap_words(struct packet *p, uint32_t a, uint32_t b)
{
    uint8_t *bytes = packet_bytes(p);
    uint8_t word[2];

    if ((uint64_t)a + 2 > p->len || (uint64_t)b + 2 > p->len)
        return;
    memcpy(word, bytes + a, 2);
    memmove(bytes + a, bytes + b, 2);
    memcpy(bytes + b, word, 2);
}

void fate_damage(const struct fate *fate, struct packet *p)
{
    for (unsigned i = 0; i < fate->damage_count; i++) {
        if (fate->damage[i].bit >= 0)
            flip(p, (uint64_t)fate->damage[i].bit);
        else
            swap_words(p, fate->damage[i].swap_a, fate->damage[i].swap_b);
    }
}
