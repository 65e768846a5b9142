#include "tools/lib/tcp_notes.h"

#include <stdlib.h>
#include <string.h>

#include "sim/hash.h"
#include "sim/varint.h"
#include "tools/lib/grow.h"

/* The lowest bits of a note; above them 1 + the origin, or 0: it follows. */
enum {
    NOTE_TOLD = 1 << 0, /* window_told */
    NOTE_SEVERAL = 1 << 1,
    NOTE_RARE = 1 << 2, /* what is rare follows, all of it */
    NOTE_BITS = 3,
    NUMBERS_MAX = 8, /* that a note may have */
    NOTE_BYTES_MAX = NUMBERS_MAX * VARINT_MAX,
    SHIFT_MAX = 14, /* RFC 7323 2.3 */
    SLOTS_FIRST = 64,
};

void tcp_notes_close(struct tcp_notes *notes)
{
    free(notes->bytes);
    free(notes->origins);
    free(notes->slots);
    memset(notes, 0, sizeof(*notes));
}

/* ---- Origins ---- */

static bool is_same(const struct tcp_origin *a, const struct tcp_origin *b)
{
    return a->base == b->base && a->acked_base == b->acked_base && a->shift == b->shift;
}

/* Where ORIGIN is entered, or would be. */
static uint32_t *slot_of(const struct tcp_notes *notes, const struct tcp_origin *origin)
{
    uint64_t bases = origin->base | (uint64_t)origin->acked_base << 32;
    uint64_t hash = hash_mix(hash_mix(bases) + origin->shift);

    for (;; hash++) {
        uint32_t *slot = &notes->slots[hash & (notes->slot_count - 1)];

        if (*slot == 0 || is_same(&notes->origins[*slot - 1], origin))
            return slot;
    }
}

static bool grow_slots(struct tcp_notes *notes)
{
    size_t count = notes->slot_count == 0 ? SLOTS_FIRST : notes->slot_count * 2;
    uint32_t *slots;

    if (notes->origin_count < notes->slot_count / 2)
        return true;
    slots = calloc(count, sizeof(*slots));
    if (slots == NULL)
        return false;
    free(notes->slots);
    notes->slots = slots;
    notes->slot_count = count;
    for (size_t i = 0; i < notes->origin_count; i++)
        *slot_of(notes, &notes->origins[i]) = (uint32_t)i + 1;
    return true;
}

/* 1 + the index of ORIGIN, entered if it is new; 0: there is no room for it. */
static uint32_t number_of(struct tcp_notes *notes, const struct tcp_origin *origin)
{
    uint32_t *slot;

    if (notes->last != 0 && is_same(&notes->origins[notes->last - 1], origin))
        return notes->last;
    if (!grow_slots(notes))
        return 0;
    slot = slot_of(notes, origin);
    if (*slot != 0)
        return notes->last = *slot;
    if (notes->origin_count == TCP_ORIGINS_MAX ||
        !grow(&notes->origins, notes->origin_count + 1, &notes->origin_room, sizeof(*origin)))
        return 0;
    notes->origins[notes->origin_count] = *origin;
    return notes->last = *slot = (uint32_t)++notes->origin_count;
}

/* The shift that makes the header's window into that of S; 0 if none does. */
static unsigned shift_of(const struct tcp_segment *s)
{
    for (unsigned shift = 0; shift <= SHIFT_MAX; shift++)
        if ((uint32_t)s->header->window << shift == s->window)
            return shift;
    return 0;
}

/* ---- Notes ---- */

static uint32_t window_of(const struct tcp_segment *s, unsigned shift)
{
    return (uint32_t)s->header->window << shift;
}

static uint8_t *put_rare(uint8_t *out, const struct tcp_segment *s)
{
    out = varint_put(out, (uint64_t)s->marks << 1 | s->copy);
    out = varint_put(out, s->duplicates);
    out = varint_put(out, s->window);
    return varint_put(out, s->len);
}

void tcp_notes_put(struct tcp_notes *notes, const struct tcp_segment *s, uint32_t len, bool several)
{
    struct tcp_origin origin = { s->base, s->acked_base, shift_of(s) };
    bool rare = s->marks != 0 || s->copy || s->duplicates != 0 || s->len != len ||
                s->window != window_of(s, origin.shift);
    uint32_t number;
    uint8_t *out;

    if (notes->no_memory || !grow(&notes->bytes, notes->used + NOTE_BYTES_MAX, &notes->room, 1)) {
        notes->no_memory = true;
        return;
    }
    number = number_of(notes, &origin);
    out = varint_put(notes->bytes + notes->used,
                     (uint64_t)number << NOTE_BITS | (s->window_told ? NOTE_TOLD : 0u) |
                         (several ? NOTE_SEVERAL : 0u) | (rare ? NOTE_RARE : 0u));
    if (number == 0) {
        out = varint_put(out, origin.base);
        out = varint_put(out, origin.acked_base);
        out = varint_put(out, origin.shift);
    }
    if (rare)
        out = put_rare(out, s);
    notes->used = (size_t)(out - notes->bytes);
}

void tcp_notes_finish(struct tcp_notes *notes)
{
    notes->room = trim(&notes->bytes, notes->used, notes->room, 1);
    notes->origin_room =
        trim(&notes->origins, notes->origin_count, notes->origin_room, sizeof(*notes->origins));
    free(notes->slots);
    notes->slots = NULL;
    notes->slot_count = 0;
}

static const uint8_t *get_number(const uint8_t *in, uint32_t *number)
{
    uint64_t value;

    in = varint_get(in, &value);
    *number = (uint32_t)value;
    return in;
}

static const uint8_t *get_rare(const uint8_t *in, struct tcp_segment *s)
{
    uint32_t marks;

    in = get_number(in, &marks);
    s->marks = marks >> 1;
    s->copy = (marks & 1) != 0;
    in = get_number(in, &s->duplicates);
    in = get_number(in, &s->window);
    return get_number(in, &s->len);
}

void tcp_notes_get(const struct tcp_notes *notes, size_t *at, struct tcp_segment *s, bool *several)
{
    const uint8_t *in = notes->bytes + *at;
    struct tcp_origin origin = { .base = 0 };
    uint32_t note;

    ASSERT(*at < notes->used);
    in = get_number(in, &note);
    if (note >> NOTE_BITS != 0) {
        ASSERT(note >> NOTE_BITS <= notes->origin_count);
        origin = notes->origins[(note >> NOTE_BITS) - 1];
    } else {
        in = get_number(get_number(in, &origin.base), &origin.acked_base);
        in = get_number(in, &origin.shift);
    }
    s->base = origin.base;
    s->acked_base = origin.acked_base;
    s->window = window_of(s, origin.shift);
    s->window_told = (note & NOTE_TOLD) != 0;
    *several = (note & NOTE_SEVERAL) != 0;
    if (note & NOTE_RARE)
        in = get_rare(in, s);
    *at = (size_t)(in - notes->bytes);
}

size_t tcp_notes_size(const struct tcp_notes *notes)
{
    return notes->room + notes->origin_room * sizeof(*notes->origins) +
           notes->slot_count * sizeof(*notes->slots);
}
