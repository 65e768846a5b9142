#include "sim/squeeze.h"

#include <string.h>

enum {
    WORD = 8, /* shorter than this, a repetition is not worth pointing to */
    SLOT_BITS = 10,
    AGAIN = 1 << 15,
    SKIP_AFTER = 32, /* so many places without success: look at every other one */
};

struct squeezer {
    const uint8_t *base;
    size_t len;
    size_t fresh;                   /* from here on nothing is written yet */
    uint8_t *out, *end;             /* what is written, and where the room ends */
    uint16_t slots[1 << SLOT_BITS]; /* where a word was seen last, by its hash */
};

static uint64_t word_at(const uint8_t *at)
{
    uint64_t word;

    memcpy(&word, at, WORD);
    return word;
}

static void put(struct squeezer *s, unsigned number)
{
    uint16_t half = (uint16_t)number;

    memcpy(s->out, &half, sizeof(half));
    s->out += sizeof(half);
}

/* The bytes up to TO, as they are. False: no room. */
static bool put_fresh(struct squeezer *s, size_t to)
{
    size_t count = to - s->fresh;

    if (count == 0)
        return true;
    if (count + 2 > (size_t)(s->end - s->out))
        return false;
    put(s, (unsigned)count);
    memcpy(s->out, s->base + s->fresh, count);
    s->out += count;
    s->fresh = to;
    return true;
}

/* How many bytes from AT on are as those from BEFORE on. */
static size_t common(const struct squeezer *s, size_t before, size_t at)
{
    size_t len = 0;

    while (at + len + WORD <= s->len &&
           word_at(s->base + before + len) == word_at(s->base + at + len))
        len += WORD;
    while (at + len < s->len && s->base[before + len] == s->base[at + len])
        len++;
    return len;
}

static bool put_again(struct squeezer *s, size_t before, size_t at, size_t len)
{
    if (!put_fresh(s, at) || s->end - s->out < 4)
        return false;
    put(s, AGAIN | (unsigned)len);
    put(s, (unsigned)(at - before));
    s->fresh = at + len;
    return true;
}

size_t squeeze(struct span bytes, uint8_t *out)
{
    struct squeezer s = { bytes.at, bytes.len, 0, out, out + bytes.len, { 0 } };
    size_t at = 1;

    while (at + WORD <= s.len) {
        uint64_t word = word_at(s.base + at);
        uint16_t *slot = &s.slots[(word * 0x9e3779b97f4a7c15u) >> (64 - SLOT_BITS)];
        size_t before = *slot;

        *slot = (uint16_t)at;
        if (word_at(s.base + before) != word) {
            at += 1 + (at - s.fresh) / SKIP_AFTER;
            continue;
        }
        if (!put_again(&s, before, at, common(&s, before, at)))
            return 0;
        at = s.fresh;
    }
    return put_fresh(&s, s.len) && s.out < s.end ? (size_t)(s.out - out) : 0;
}

void unsqueeze(struct span in, uint8_t *out)
{
    const uint8_t *at = in.at, *end = in.at + in.len;

    while (at < end) {
        uint16_t head, back;
        const uint8_t *from;

        memcpy(&head, at, sizeof(head));
        at += sizeof(head);
        if ((head & AGAIN) == 0) {
            memcpy(out, at, head);
            at += head;
            out += head;
            continue;
        }
        memcpy(&back, at, sizeof(back));
        at += sizeof(back);
        from = out - back;
        /* What is pointed to may reach into what it becomes: it doubles. */
        for (size_t len = (size_t)(head - AGAIN); len > 0;) {
            size_t part = min_size(len, (size_t)(out - from));

            memcpy(out, from, part);
            out += part;
            len -= part;
        }
    }
}
