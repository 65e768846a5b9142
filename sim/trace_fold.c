#include "sim/trace_fold.h"

#include <string.h>

#include "sim/varint.h"

/*
 * The first byte of a record says which guesses fail, and in its upper bits
 * which record is the model: so many behind the one that follows the model
 * of the record before. What is guessed wrong comes behind it, by how much.
 */
enum {
    OTHER_EVENT = 1 << 0,
    OTHER_FRAME = 1 << 1,
    OTHER_A = 1 << 2,
    OTHER_B = 1 << 3,
    OTHER_NAME = 1 << 4, /* the model was about something else */
    SKIP_SHIFT = 6,
    NAMED = 3, /* too far, or none: the number of the model comes next */
};

/* What both directions know when they come to a record. Models are counted
 * from 1; 0: nothing like it was there. */
struct fold {
    const struct record *records; /* those before are known */
    unsigned at;                  /* the one in hand */
    unsigned model;               /* of the one before */
    uint32_t sent, frame;         /* the last frame sent; the last one a record was about */
    uint16_t models[TRACE_BLOCK]; /* of each */
};

_Static_assert(sizeof(struct record) == 40, "names of records are compared as words");
_Static_assert(TRACE_BLOCK < UINT16_MAX, "a model's number has 16 bits");

/* ---- Names ---- */

/* What a record says but for its numbers: two words without gaps. */
struct name {
    uint64_t about; /* subject, node, rule */
    uint64_t which; /* what, port, kind */
};

static inline struct name name_of(const struct record *record)
{
    struct name name;

    memcpy(&name.about, &record->subject, sizeof(name.about));
    memcpy(&name.which, &record->what, sizeof(name.which));
    return name;
}

static inline bool is_same_name(struct name x, struct name y)
{
    return x.about == y.about && x.which == y.which;
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

static uint8_t *put_name(uint8_t *out, struct name name, struct name guessed)
{
    out = put_halves(out, name.about - guessed.about);
    return put_halves(out, name.which - guessed.which);
}

static const uint8_t *get_name(const uint8_t *in, struct record *record)
{
    struct name name = name_of(record);
    uint64_t about, which;

    in = get_halves(get_halves(in, &about), &which);
    name.about += about;
    name.which += which;
    memcpy(&record->subject, &name.about, sizeof(name.about));
    memcpy(&record->what, &name.which, sizeof(name.which));
    return in;
}

/* ---- Guesses ---- */

/* Whether record NUMBER, from 1, was the first of its event. */
static inline bool begins_event(const struct fold *f, unsigned number)
{
    return number <= 1 || f->records[number - 1].event != f->records[number - 2].event;
}

static inline uint32_t guess_frame(const struct fold *f, const struct record *model,
                                   const struct record *before)
{
    switch (model->kind) {
    case RECORD_TX: return f->sent + 1;
    case RECORD_RX: return model->frame + (model->frame - before->frame);
    default: return model->frame == 0 ? 0 : f->frame;
    }
}

static inline int64_t go_on(int64_t from, int64_t to)
{
    return (int64_t)((uint64_t)to + ((uint64_t)to - (uint64_t)from));
}

/* What a record is if it follows MODEL as that followed its own. A value goes
 * on from where it was; its b is how far it goes (see move). */
static inline void guess(const struct fold *f, unsigned model, struct record *guessed)
{
    static const struct record nothing;
    unsigned models_own = model > 0 ? f->models[model - 1] : 0;
    const struct record *from = model > 0 ? &f->records[model - 1] : &nothing;
    const struct record *before = models_own > 0 ? &f->records[models_own - 1] : from;

    *guessed = *from;
    guessed->event = (f->at > 0 ? f->records[f->at - 1].event : 0) + begins_event(f, model);
    guessed->frame = guess_frame(f, from, before);
    if (from->kind == RECORD_VALUE) {
        guessed->a = from->b;
        guessed->b = (int64_t)((uint64_t)from->b - (uint64_t)from->a);
    } else {
        guessed->a = go_on(before->a, from->a);
        guessed->b = go_on(before->b, from->b);
    }
}

/* What a guess of GUESSED's b is added to: how far a value moves is likelier
 * to be as before than where it arrives. */
static inline uint64_t base_of_b(const struct record *guessed, int64_t a)
{
    return guessed->kind == RECORD_VALUE ? (uint64_t)a : 0;
}

/* The record in hand is known, and that it had MODEL: on to the next. */
static inline void learn(struct fold *f, unsigned model)
{
    const struct record *record = &f->records[f->at];

    f->models[f->at++] = (uint16_t)model;
    f->model = model;
    if (record->kind == RECORD_TX)
        f->sent = record->frame;
    else if (record->frame != 0)
        f->frame = record->frame;
}

/* ---- Folding ---- */

#define PLACES_BITS 11 /* so many that few names of a block share a place */
#define PLACES (1 << PLACES_BITS)

/* The last records of a name; and of one that differs by its subject only. */
struct likes {
    uint16_t same[PLACES], similar[PLACES];
};

struct place {
    uint16_t *same, *similar;
};

static inline struct place place_of(struct likes *likes, const struct record *record)
{
    uint32_t name = record->kind + 16u * record->rule + 3u * 16u * record->what;
    uint32_t similar = (name + record->node * 0x01000193u) * 0x9e3779b1u;
    uint32_t same = (similar ^ record->subject) * 0x85ebca6bu;

    return (struct place){ &likes->same[same >> (32 - PLACES_BITS)],
                           &likes->similar[similar >> (32 - PLACES_BITS)] };
}

/*
 * Writes which model the record in hand has, HEAD being its first byte. In an
 * event, records go on in the order of the last such event, which may have
 * had some more; the first record of an event says which one that was.
 */
static inline uint8_t *put_model(const struct fold *f, struct place place, uint8_t *head,
                                 unsigned *model)
{
    struct name name = name_of(&f->records[f->at]);
    unsigned next = f->model + 1, skip = 0;

    *model = *place.same;
    if (*model != 0 && begins_event(f, f->at + 1))
        skip = *model >= next && *model - next < NAMED ? *model - next : NAMED;
    else
        while (skip < NAMED &&
               (next + skip > f->at || !is_same_name(name_of(&f->records[next + skip - 1]), name)))
            skip++;
    *head = (uint8_t)(skip << SKIP_SHIFT);
    if (skip < NAMED) {
        *model = next + skip;
        return head + 1;
    }
    if (*model == 0)
        *model = *place.similar;
    return varint_put(head + 1, *model);
}

/* The same with what of RECORD is not as GUESSED. */
static inline uint8_t *put_differences(uint8_t *out, uint8_t *head, const struct record *record,
                                       const struct record *guessed)
{
    struct name name = name_of(record), guessed_name = name_of(guessed);
    uint64_t a = (uint64_t)record->a - (uint64_t)guessed->a;
    uint64_t b = (uint64_t)record->b - base_of_b(guessed, record->a) - (uint64_t)guessed->b;
    unsigned other = 0;

    if (record->event != guessed->event) {
        other |= OTHER_EVENT;
        out = put(out, (uint64_t)(int32_t)(record->event - guessed->event));
    }
    if (record->frame != guessed->frame) {
        other |= OTHER_FRAME;
        out = put(out, (uint64_t)(int32_t)(record->frame - guessed->frame));
    }
    if (a != 0) {
        other |= OTHER_A;
        out = put(out, a);
    }
    if (b != 0) {
        other |= OTHER_B;
        out = put(out, b);
    }
    if (!is_same_name(name, guessed_name)) {
        other |= OTHER_NAME;
        out = put_name(out, name, guessed_name);
    }
    *head |= (uint8_t)other;
    return out;
}

size_t trace_fold(const struct record *records, unsigned count, uint8_t *out)
{
    struct fold f;
    struct likes likes;
    uint8_t *begin = out;

    memset(&f, 0, offsetof(struct fold, models));
    memset(&likes, 0, sizeof(likes));
    f.records = records;
    while (f.at < count) {
        struct place place = place_of(&likes, &records[f.at]);
        struct record guessed;
        uint8_t *head = out;
        unsigned model;

        out = put_model(&f, place, head, &model);
        guess(&f, model, &guessed);
        out = put_differences(out, head, &records[f.at], &guessed);
        learn(&f, model);
        *place.same = *place.similar = (uint16_t)f.at;
    }
    return (size_t)(out - begin);
}

/* ---- Unfolding ---- */

/* RECORD has been guessed: makes it what it was, OTHER telling what differs. */
static inline const uint8_t *get_differences(const uint8_t *in, unsigned other,
                                             struct record *record)
{
    uint64_t difference, b = (uint64_t)record->b;
    bool moves = record->kind == RECORD_VALUE;

    if (other & OTHER_EVENT) {
        in = get(in, &difference);
        record->event += (uint32_t)difference;
    }
    if (other & OTHER_FRAME) {
        in = get(in, &difference);
        record->frame += (uint32_t)difference;
    }
    if (other & OTHER_A) {
        in = get(in, &difference);
        record->a = (int64_t)((uint64_t)record->a + difference);
    }
    if (other & OTHER_B) {
        in = get(in, &difference);
        b += difference;
    }
    record->b = (int64_t)(moves ? b + (uint64_t)record->a : b);
    return other & OTHER_NAME ? get_name(in, record) : in;
}

void trace_unfold(const uint8_t *in, unsigned count, struct record *records)
{
    struct fold f;

    memset(&f, 0, offsetof(struct fold, models));
    f.records = records;
    while (f.at < count) {
        unsigned head = *in++;
        uint64_t model = f.model + 1 + (head >> SKIP_SHIFT);

        if (head >> SKIP_SHIFT == NAMED)
            in = varint_get(in, &model);
        guess(&f, (unsigned)model, &records[f.at]);
        in = get_differences(in, head, &records[f.at]);
        learn(&f, (unsigned)model);
    }
}
