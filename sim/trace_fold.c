#include "sim/trace_fold.h"

#include <string.h>

#include "sim/varint.h"

#define WORDS (sizeof(struct record) / sizeof(uint64_t))
#define NAMES_BITS 12 /* so many that few names share a place */
#define NAMES (1 << NAMES_BITS)
#define HIGH_HALF ((uint64_t)0xffffffff << 32)

/*
 * A record is folded as five words, whatever its fields are:
 *
 *   0  event, frame                  go on evenly: guessed by a step
 *   1  subject, node, rule           the same, mostly a step of nothing
 *   2  a
 *   3  b
 *   4  what, port, kind
 *
 * The first byte says which words differ from the guess (bit 0: word 0, ...)
 * and whether the model must be named; the differences follow.
 */
enum { STEPPING_WORDS = 2, OTHER_MODEL = 1 << WORDS };

/*
 * What both directions know when they come to a record. Models are counted
 * from 1; 0: nothing like it was there, so the record before must do.
 */
struct fold {
    const struct record *records; /* those before are known */
    unsigned at;                  /* the one in hand */
    unsigned model;               /* of the one before */
    uint64_t step[STEPPING_WORDS];
    uint8_t last[NAMES]; /* the last record of that name */
};

_Static_assert(sizeof(struct record) == 40, "records are folded as words without gaps");
_Static_assert(TRACE_BLOCK <= 256, "a model is one byte");

static inline uint16_t name_of(const struct record *record)
{
    uint32_t name = record->kind + 16u * record->rule + 3u * 16u * record->what;

    return (uint16_t)(name * 0x9e3779b1u >> (32 - NAMES_BITS));
}

static inline uint8_t *put(uint8_t *out, uint64_t difference)
{
    return varint_put(out, varint_fold(difference));
}

static inline const uint8_t *get(const uint8_t *in, uint64_t *difference)
{
    in = varint_get(in, difference);
    *difference = varint_unfold(*difference);
    return in;
}

/* Words of small numbers differ in halves, each by little. */
static uint8_t *put_halves(uint8_t *out, uint64_t difference)
{
    uint64_t low = (uint64_t)(int32_t)(uint32_t)difference;

    return put(put(out, low), (uint64_t)((int64_t)(difference - low) >> 32));
}

static const uint8_t *get_halves(const uint8_t *in, uint64_t *difference)
{
    uint64_t low, high;

    in = get(get(in, &low), &high);
    *difference = low + (high << 32);
    return in;
}

static inline void load(const struct fold *f, unsigned model, uint64_t *words)
{
    if (model > 0)
        memcpy(words, &f->records[model - 1], sizeof(struct record));
    else if (f->at > 0)
        memcpy(words, &f->records[f->at - 1], sizeof(struct record));
    else
        memset(words, 0, sizeof(struct record));
}

/* What a record is if it follows MODEL as the one before followed its own. */
static inline void guess(const struct fold *f, unsigned model, uint64_t *words)
{
    load(f, model, words);
    if (model == 0)
        return;
    /* What was about no frame still is. */
    words[0] += words[0] >> 32 == 0 ? (uint32_t)f->step[0] : f->step[0];
    words[1] += f->step[1];
}

/* The record in hand, which had MODEL, is WORDS: on to the next. */
static inline void learn(struct fold *f, unsigned model, uint16_t name, const uint64_t *words)
{
    uint64_t from[WORDS];

    f->last[name] = (uint8_t)(f->at + 1);
    f->model = model;
    if (model > 0) {
        load(f, model, from);
        f->step[1] = words[1] - from[1];
        if (words[0] >> 32 != 0 && from[0] >> 32 != 0)
            f->step[0] = words[0] - from[0];
        else
            f->step[0] = (uint32_t)(words[0] - from[0]) | (f->step[0] & HIGH_HALF);
    }
    f->at++;
}

static inline unsigned differing(const uint64_t *x, const uint64_t *y)
{
    return (unsigned)(x[0] != y[0]) | (unsigned)(x[1] != y[1]) << 1 |
           (unsigned)(x[2] != y[2]) << 2 | (unsigned)(x[3] != y[3]) << 3 |
           (unsigned)(x[4] != y[4]) << 4;
}

static inline uint8_t *put_differences(uint8_t *out, unsigned what, const uint64_t *words,
                                       const uint64_t *guessed)
{
    if (what & 1)
        out = put_halves(out, words[0] - guessed[0]);
    if (what & 2)
        out = put_halves(out, words[1] - guessed[1]);
    if (what & 4)
        out = put(out, words[2] - guessed[2]);
    if (what & 8)
        out = put(out, words[3] - guessed[3]);
    if (what & 16)
        out = put_halves(out, words[4] - guessed[4]);
    return out;
}

size_t trace_fold(const struct record *records, unsigned count, uint8_t *out)
{
    struct fold f = { .records = records };
    uint8_t *begin = out;

    while (f.at < count) {
        uint16_t name = name_of(&records[f.at]);
        unsigned model = f.last[name], what;
        uint64_t words[WORDS], guessed[WORDS];

        memcpy(words, &records[f.at], sizeof(words));
        guess(&f, model, guessed);
        what = differing(words, guessed);
        if (model == f.model + 1) {
            *out++ = (uint8_t)what;
        } else {
            *out++ = (uint8_t)(what | OTHER_MODEL);
            *out++ = (uint8_t)model;
        }
        out = put_differences(out, what, words, guessed);
        learn(&f, model, name, words);
    }
    return (size_t)(out - begin);
}

static const uint8_t *get_differences(const uint8_t *in, unsigned what, uint64_t *words)
{
    for (unsigned i = 0; i < WORDS; i++) {
        uint64_t difference;

        if ((what >> i & 1) == 0)
            continue;
        in = i == 2 || i == 3 ? get(in, &difference) : get_halves(in, &difference);
        words[i] += difference;
    }
    return in;
}

void trace_unfold(const uint8_t *in, unsigned count, struct record *records)
{
    struct fold f = { .records = records };

    while (f.at < count) {
        unsigned what = *in++;
        unsigned model = what & OTHER_MODEL ? *in++ : f.model + 1;
        uint64_t words[WORDS];

        guess(&f, model, words);
        in = get_differences(in, what, words);
        memcpy(&records[f.at], words, sizeof(words));
        learn(&f, model, name_of(&records[f.at]), words);
    }
}
