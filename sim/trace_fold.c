#include "sim/trace_fold.h"

#include <string.h>

/* What differs from the guess, and so follows the first byte of a record. */
enum {
    DIFFERS_A = 1,
    DIFFERS_B = 2,
    DIFFERS_EVENT = 4,
    DIFFERS_FRAME = 8,
    DIFFERS_NODE = 16,
    DIFFERS_SUBJECT = 32,
    DIFFERS_NAME = 64, /* any of kind, rule, what, port */
    OTHER_MODEL = 128, /* the model does not follow that of the record before */
};

#define NAMES 256 /* a power of two */

/*
 * What both directions know when they come to a record. Models are counted
 * from 1, as TRACE_BLOCK fits a byte then; 0 is no model: a record of zeros
 * in the event of the record before.
 */
struct fold {
    struct record *records;
    unsigned at;    /* which record is next */
    unsigned model; /* of the record before */
    uint32_t event_step, frame_step; /* from that model to that record */
    uint16_t node_step;
    uint8_t last[NAMES]; /* the last record of that name */
};

_Static_assert(TRACE_BLOCK <= 256, "a model is one byte");

static uint8_t name_of(const struct record *record)
{
    uint32_t name = record->kind + 16u * record->rule + 3u * 16u * record->what;

    return (uint8_t)(name * 0x9e3779b1u >> 24);
}

static uint64_t zigzag(uint64_t difference)
{
    return (difference << 1) ^ (uint64_t)-(int64_t)(difference >> 63);
}

static uint64_t unzigzag(uint64_t value)
{
    return (value >> 1) ^ (uint64_t)-(int64_t)(value & 1);
}

/* A number, seven bits a byte, small differences to both sides short. */
static uint8_t *put(uint8_t *out, uint64_t value, uint64_t guess)
{
    uint64_t rest = zigzag(value - guess);

    for (; rest >= 0x80; rest >>= 7)
        *out++ = (uint8_t)(rest | 0x80);
    *out++ = (uint8_t)rest;
    return out;
}

static const uint8_t *get(const uint8_t *in, uint64_t guess, uint64_t *value)
{
    uint64_t rest = 0;
    unsigned shift = 0;

    for (; *in >= 0x80; shift += 7)
        rest |= (uint64_t)(*in++ & 0x7f) << shift;
    rest |= (uint64_t)*in++ << shift;
    *value = unzigzag(rest) + guess;
    return in;
}

/* What the next record is if it follows MODEL as the one before did its own. */
static struct record guess_from(const struct fold *f, unsigned model)
{
    struct record guess;

    if (model > 0) {
        guess = f->records[model - 1];
        guess.event += f->event_step;
        guess.frame += guess.frame > 0 ? f->frame_step : 0;
        guess.node = (uint16_t)(guess.node + f->node_step);
        return guess;
    }
    memset(&guess, 0, sizeof(guess));
    if (f->at > 0) {
        guess.event = f->records[f->at - 1].event;
        guess.frame = f->records[f->at - 1].frame;
        guess.node = f->records[f->at - 1].node;
    }
    return guess;
}

/* The next record is known, and had MODEL. */
static void learn(struct fold *f, unsigned model)
{
    const struct record *record = &f->records[f->at];

    if (model > 0) {
        const struct record *from = &f->records[model - 1];

        f->event_step = record->event - from->event;
        f->node_step = (uint16_t)(record->node - from->node);
        if (record->frame > 0 && from->frame > 0)
            f->frame_step = record->frame - from->frame;
    }
    f->model = model;
    f->last[name_of(record)] = (uint8_t)++f->at;
}

static unsigned differences(const struct record *record, const struct record *guess)
{
    bool named = record->kind == guess->kind && record->rule == guess->rule &&
                 record->what == guess->what && record->port == guess->port;

    return (record->a != guess->a ? DIFFERS_A : 0u) | (record->b != guess->b ? DIFFERS_B : 0u) |
           (record->event != guess->event ? DIFFERS_EVENT : 0u) |
           (record->frame != guess->frame ? DIFFERS_FRAME : 0u) |
           (record->node != guess->node ? DIFFERS_NODE : 0u) |
           (record->subject != guess->subject ? DIFFERS_SUBJECT : 0u) |
           (!named ? DIFFERS_NAME : 0u);
}

static uint8_t *put_differences(uint8_t *out, unsigned what, const struct record *record,
                                const struct record *guess)
{
    if (what & DIFFERS_A)
        out = put(out, (uint64_t)record->a, (uint64_t)guess->a);
    if (what & DIFFERS_B)
        out = put(out, (uint64_t)record->b, (uint64_t)guess->b);
    if (what & DIFFERS_EVENT)
        out = put(out, record->event, guess->event);
    if (what & DIFFERS_FRAME)
        out = put(out, record->frame, guess->frame);
    if (what & DIFFERS_NODE)
        out = put(out, record->node, guess->node);
    if (what & DIFFERS_SUBJECT)
        out = put(out, record->subject, guess->subject);
    if (what & DIFFERS_NAME) {
        *out++ = record->kind;
        out = put(out, record->rule, guess->rule);
        out = put(out, record->what, guess->what);
        out = put(out, record->port, guess->port);
    }
    return out;
}

size_t trace_fold(const struct record *records, unsigned count, uint8_t *out)
{
    struct fold f = { .records = (struct record *)records };
    uint8_t *begin = out;

    while (f.at < count) {
        const struct record *record = &records[f.at];
        unsigned model = f.last[name_of(record)];
        struct record guess = guess_from(&f, model);
        unsigned what = differences(record, &guess);

        if (model != f.model + 1)
            what |= OTHER_MODEL;
        *out++ = (uint8_t)what;
        if (what & OTHER_MODEL)
            *out++ = (uint8_t)model;
        out = put_differences(out, what, record, &guess);
        learn(&f, model);
    }
    return (size_t)(out - begin);
}

static const uint8_t *get_name(const uint8_t *in, struct record *record)
{
    uint64_t value;

    record->kind = *in++;
    in = get(in, record->rule, &value);
    record->rule = (uint16_t)value;
    in = get(in, record->what, &value);
    record->what = (uint16_t)value;
    in = get(in, record->port, &value);
    record->port = (uint16_t)value;
    return in;
}

/* Makes the guess that RECORD is into what it was. */
static const uint8_t *get_differences(const uint8_t *in, unsigned what, struct record *record)
{
    uint64_t value;

    if (what & DIFFERS_A) {
        in = get(in, (uint64_t)record->a, &value);
        record->a = (int64_t)value;
    }
    if (what & DIFFERS_B) {
        in = get(in, (uint64_t)record->b, &value);
        record->b = (int64_t)value;
    }
    if (what & DIFFERS_EVENT) {
        in = get(in, record->event, &value);
        record->event = (uint32_t)value;
    }
    if (what & DIFFERS_FRAME) {
        in = get(in, record->frame, &value);
        record->frame = (uint32_t)value;
    }
    if (what & DIFFERS_NODE) {
        in = get(in, record->node, &value);
        record->node = (uint16_t)value;
    }
    if (what & DIFFERS_SUBJECT) {
        in = get(in, record->subject, &value);
        record->subject = (uint32_t)value;
    }
    return what & DIFFERS_NAME ? get_name(in, record) : in;
}

void trace_unfold(const uint8_t *in, unsigned count, struct record *records)
{
    struct fold f = { .records = records };

    while (f.at < count) {
        unsigned what = *in++;
        unsigned model = what & OTHER_MODEL ? *in++ : f.model + 1;

        records[f.at] = guess_from(&f, model);
        in = get_differences(in, what, &records[f.at]);
        learn(&f, model);
    }
}
