#include "sim/squeeze.h"

#include <string.h>

enum {
    WORD = 8,       /* as much must be the same for a place to be pointed to anew */
    WORD_AGAIN = 4, /* and as much to go on from one as far back as the last */
    STRIDE = 8,     /* words that begin at multiples of it are found again */
    SLOT_BITS = 10,
    FRESH_BEFORE_SEARCH = 8, /* most of what changes is a number, and not moved */
    SKIP_AFTER = 32,         /* so many places without success: look at every other one */
    FRESH_MANY = 15,
    AGAIN_MANY = 7,
    AS_FAR = 1 << 3,
    HEAD_MOST = 1 + 2 + 2 + 2, /* bytes of all but the fresh ones */
};

/* Places are counted from the beginning of the model. */
struct squeezer {
    const uint8_t *base;
    size_t fresh, end; /* from here on nothing is written yet; of the page */
    size_t back;       /* how far what was pointed to last lies */
    size_t indexed;    /* the words in front of this are in SLOTS */
    uint8_t *out, *out_end;
    uint16_t slots[1 << SLOT_BITS]; /* where a word was seen last, by its hash */
};

static uint64_t word_at(const uint8_t *at)
{
    uint64_t word;

    memcpy(&word, at, WORD);
    return word;
}

static uint16_t *slot_of(struct squeezer *s, uint64_t word)
{
    return &s->slots[(word * 0x9e3779b97f4a7c15u) >> (64 - SLOT_BITS)];
}

/* How many bytes from AT on are as those from BEFORE on. */
static size_t common(const struct squeezer *s, size_t before, size_t at)
{
    size_t len = 0;

    while (at + len + WORD <= s->end &&
           word_at(s->base + before + len) == word_at(s->base + at + len))
        len += WORD;
    while (at + len < s->end && s->base[before + len] == s->base[at + len])
        len++;
    return len;
}

/* What is left of a COUNT of which MANY were said: less than a page, in one
 * byte or two. */
static uint8_t *put_rest(uint8_t *out, size_t count, size_t many)
{
    size_t rest = count - many;

    if (count < many)
        return out;
    if (rest >= 0x80)
        *out++ = (uint8_t)(0x80 | (rest >> 8));
    *out++ = (uint8_t)rest;
    return out;
}

/* The fresh bytes up to AT, and LEN from as far BACK. False: no room. */
static bool put(struct squeezer *s, size_t at, size_t len, size_t back)
{
    size_t count = at - s->fresh;
    uint8_t *out = s->out;

    if (count + HEAD_MOST > (size_t)(s->out_end - out))
        return false;
    *out++ = (uint8_t)(min_size(count, FRESH_MANY) << 4 | (back == s->back ? AS_FAR : 0) |
                       min_size(len, AGAIN_MANY));
    out = put_rest(out, count, FRESH_MANY);
    out = put_rest(out, len, AGAIN_MANY);
    memcpy(out, s->base + s->fresh, count);
    out += count;
    if (back != s->back) {
        uint16_t far = (uint16_t)back;

        memcpy(out, &far, sizeof(far));
        out += sizeof(far);
    }
    s->back = back;
    s->out = out;
    s->fresh = at + len;
    return true;
}

/* The words up to AT, so that they are found by what they hold. */
static void index_to(struct squeezer *s, size_t at)
{
    for (; s->indexed < at; s->indexed += STRIDE)
        *slot_of(s, word_at(s->base + s->indexed)) = (uint16_t)s->indexed;
}

/* Whatever stands at AT stood somewhere else already? Then it is put. False:
 * no room. */
static bool search(struct squeezer *s, size_t at)
{
    uint64_t word = word_at(s->base + at);
    size_t before;

    index_to(s, at);
    before = *slot_of(s, word);
    if (word_at(s->base + before) != word)
        return true;
    /* What was passed in search of it may belong to it. */
    for (; at > s->fresh && before > 0 && s->base[before - 1] == s->base[at - 1]; before--)
        at--;
    return put(s, at, common(s, before, at), at - before);
}

/* The same, in the two places that are likeliest. */
static bool try_likely(struct squeezer *s, size_t at)
{
    const uint8_t *here = s->base + at;

    if (s->back <= at && memcmp(here, here - s->back, WORD_AGAIN) == 0)
        return put(s, at, common(s, at - s->back, at), s->back);
    if (word_at(here) == word_at(here - SQUEEZE_MAX))
        return put(s, at, common(s, at - SQUEEZE_MAX, at), SQUEEZE_MAX);
    return true;
}

size_t squeeze(const struct squeeze_room *room, size_t len, uint8_t *out)
{
    struct squeezer s = { .base = room->model,
                          .fresh = SQUEEZE_MAX,
                          .end = SQUEEZE_MAX + len,
                          .back = SQUEEZE_MAX,
                          .out = out,
                          .out_end = out + len };
    size_t at = SQUEEZE_MAX;

    while (at + WORD <= s.end) {
        size_t begun = s.fresh;

        if (!try_likely(&s, at) ||
            (s.fresh == begun && at - begun >= FRESH_BEFORE_SEARCH && !search(&s, at)))
            return 0;
        at = s.fresh > begun ? s.fresh : at + 1 + (at - begun) / SKIP_AFTER;
    }
    if (s.fresh < s.end && !put(&s, s.end, 0, s.back))
        return 0;
    return s.out < s.out_end ? (size_t)(s.out - out) : 0;
}

/* A count of which TOLD were said, and the rest, if there is one, at *AT. */
static size_t take_count(const uint8_t **at, size_t told, size_t many)
{
    size_t rest;

    if (told < many)
        return told;
    rest = *(*at)++;
    if (rest >= 0x80)
        rest = (rest - 0x80) << 8 | *(*at)++;
    return many + rest;
}

/* What is pointed to may reach into what it becomes: it doubles. */
static void copy_again(uint8_t *out, size_t back, size_t len)
{
    const uint8_t *from = out - back;

    while (len > 0) {
        size_t part = min_size(len, (size_t)(out - from));

        memcpy(out, from, part);
        out += part;
        len -= part;
    }
}

void unsqueeze(struct span in, struct squeeze_room *room)
{
    const uint8_t *at = in.at, *end = in.at + in.len;
    uint8_t *out = room->page;
    uint16_t back = SQUEEZE_MAX;

    while (at < end) {
        uint8_t head = *at++;
        size_t fresh = take_count(&at, head >> 4, FRESH_MANY);
        size_t again = take_count(&at, head & AGAIN_MANY, AGAIN_MANY);

        memcpy(out, at, fresh);
        at += fresh;
        out += fresh;
        if ((head & AS_FAR) == 0) {
            memcpy(&back, at, sizeof(back));
            at += sizeof(back);
        }
        copy_again(out, back, again);
        out += again;
    }
}
