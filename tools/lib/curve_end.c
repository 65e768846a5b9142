#include "tools/lib/curve_end.h"

#include <stdlib.h>
#include <string.h>

#include "sim/varint.h"
#include "tools/lib/grow.h"

enum {
    VARIABLE_BITS = 3,
    LATER = (1 << (8 - VARIABLE_BITS)) - 1, /* so many events on, or more: a number follows */
    VALUE_BYTES_MAX = 1 + 2 * VARINT_MAX,
    LEAST_BYTES = 32, /* most connections of a long run are short */
};

/* ---- Heights ---- */

static void set(struct curve_heights *heights, enum plot_curve curve, int64_t value)
{
    heights->at[curve] = value;
    heights->known |= 1u << curve;
}

/* SND.NXT begins behind the SYN, which has the ISS. */
static unsigned set_number(struct curve_heights *heights, bool is_una, uint32_t number)
{
    if (!is_una && !heights->has_iss) {
        heights->iss = number - 1;
        heights->has_iss = true;
        if (!heights->has_una)
            heights->una = heights->iss;
    }
    if (is_una) {
        heights->una = number;
        heights->has_una = true;
    } else {
        heights->nxt = number;
    }
    if (!heights->has_iss)
        return 0;
    /* An ACK of a probe moves SND.UNA a record before SND.NXT follows. */
    if ((int32_t)(heights->nxt - heights->una) < 0)
        return 0;
    set(heights, PLOT_FLIGHT, heights->nxt - heights->una);
    set(heights, PLOT_SENT, heights->nxt - heights->iss);
    set(heights, PLOT_ACKED, heights->una - heights->iss);
    return 1u << PLOT_FLIGHT | 1u << PLOT_SENT | 1u << PLOT_ACKED;
}

static const enum plot_curve curve_of[CURVE_VARIABLES] = {
    [CURVE_CWND] = PLOT_CWND,
    [CURVE_SSTHRESH] = PLOT_SSTHRESH,
    [CURVE_SRTT] = PLOT_SRTT,
    [CURVE_RTO] = PLOT_RTO,
};

unsigned curve_heights_set(struct curve_heights *heights, enum curve_variable variable,
                           int64_t value)
{
    if (variable == CURVE_SND_UNA || variable == CURVE_SND_NXT)
        return set_number(heights, variable == CURVE_SND_UNA, (uint32_t)value);
    set(heights, curve_of[variable], value);
    return 1u << curve_of[variable];
}

/*
 * What VARIABLE is if nothing special happens. Sequence numbers go on by the
 * size of a segment; the others stay.
 */
static int64_t guess(const struct curve_heights *heights, const int32_t *step,
                     enum curve_variable variable)
{
    if (variable == CURVE_SND_UNA)
        return (uint32_t)(heights->una + (uint32_t)step[0]);
    if (variable == CURVE_SND_NXT)
        return (uint32_t)(heights->nxt + (uint32_t)step[1]);
    return heights->at[curve_of[variable]];
}

/* VARIABLE is about to be VALUE. */
static void learn(const struct curve_heights *heights, int32_t *step, enum curve_variable variable,
                  int64_t value)
{
    if (variable == CURVE_SND_UNA)
        step[0] = (int32_t)((uint32_t)value - heights->una);
    if (variable == CURVE_SND_NXT)
        step[1] = (int32_t)((uint32_t)value - heights->nxt);
}

/* ---- Reading ---- */

void curve_reader_open(struct curve_reader *reader, const struct curve_end *end, size_t i)
{
    bool full = i < end->chunk_count;

    ASSERT(i <= end->chunk_count);
    memset(reader, 0, sizeof(*reader));
    reader->at = end->bytes + (i > 0 ? end->chunks[i - 1].end : 0);
    if (i > 0)
        reader->heights = end->chunks[i - 1].after;
    reader->event = full ? end->chunks[i].event : end->begun;
    reader->left = full ? CURVE_CHUNK : end->open;
}

bool curve_reader_next(struct curve_reader *reader)
{
    uint64_t later;

    if (reader->left == 0)
        return false;
    reader->left--;
    reader->variable = *reader->at & ((1u << VARIABLE_BITS) - 1);
    later = *reader->at++ >> VARIABLE_BITS;
    if (later == LATER)
        reader->at = varint_get(reader->at, &later);
    reader->event += (uint32_t)later;
    return true;
}

unsigned curve_reader_take(struct curve_reader *reader)
{
    struct curve_heights *heights = &reader->heights;
    uint64_t difference, guessed;
    int64_t value;

    reader->at = varint_get(reader->at, &difference);
    guessed = (uint64_t)guess(heights, reader->step, reader->variable);
    value = (int64_t)(guessed + varint_unfold(difference));
    learn(heights, reader->step, reader->variable, value);
    return curve_heights_set(heights, reader->variable, value);
}

/* ---- Writing ---- */

/* Between which heights the curves went. */
static void sum_up(const struct curve_end *end, struct curve_chunk *chunk)
{
    struct curve_reader reader;

    chunk->set = 0;
    curve_reader_open(&reader, end, end->chunk_count);
    while (curve_reader_next(&reader)) {
        unsigned set_curves = curve_reader_take(&reader);

        for (int curve = 0; curve < PLOT_CURVES; curve++) {
            int64_t height = reader.heights.at[curve];
            bool is_first = (chunk->set >> curve & 1) == 0;

            if ((set_curves >> curve & 1) == 0)
                continue;
            if (is_first || height < chunk->low[curve])
                chunk->low[curve] = height;
            if (is_first || height > chunk->high[curve])
                chunk->high[curve] = height;
            chunk->set |= 1u << curve;
        }
    }
}

/* The open values are a chunk. */
static bool close_chunk(struct curve_end *end)
{
    struct curve_chunk *chunk;

    if (!grow(&end->chunks, (size_t)end->chunk_count + 1, &end->chunk_room, sizeof(*chunk)))
        return false;
    chunk = &end->chunks[end->chunk_count];
    sum_up(end, chunk);
    chunk->event = end->begun;
    chunk->end = end->used;
    chunk->after = end->now;
    end->chunk_count++;
    end->open = 0;
    memset(end->step, 0, sizeof(end->step));
    return true;
}

bool curve_end_add(struct curve_end *end, enum curve_variable variable, int64_t value,
                   uint32_t event)
{
    uint64_t difference = (uint64_t)value - (uint64_t)guess(&end->now, end->step, variable);
    uint32_t later;
    uint8_t *out;

    if (!grow(&end->bytes, end->used + VALUE_BYTES_MAX, &end->room, 1))
        return false;
    if (end->open == 0)
        end->begun = end->event = event;
    later = event - end->event;
    out = end->bytes + end->used;
    *out++ = (uint8_t)(variable | (later < LATER ? later : LATER) << VARIABLE_BITS);
    if (later >= LATER)
        out = varint_put(out, later);
    out = varint_put(out, varint_fold(difference));
    end->used = (size_t)(out - end->bytes);
    learn(&end->now, end->step, variable, value);
    curve_heights_set(&end->now, variable, value);
    end->event = event;
    return ++end->open < CURVE_CHUNK || close_chunk(end);
}

/* ---- The whole ---- */

bool curve_end_open(struct curve_end *end, uint16_t node, uint32_t subject)
{
    *end = (struct curve_end){ .node = node, .subject = subject, .room = LEAST_BYTES };
    end->bytes = malloc(LEAST_BYTES);
    return end->bytes != NULL;
}

void curve_end_close(struct curve_end *end)
{
    free(end->bytes);
    free(end->chunks);
}

void curve_end_trim(struct curve_end *end)
{
    end->room = trim(&end->bytes, end->used, end->room, 1);
    end->chunk_room = trim(&end->chunks, end->chunk_count, end->chunk_room, sizeof(*end->chunks));
}

size_t curve_end_size(const struct curve_end *end)
{
    return end->room + end->chunk_room * sizeof(*end->chunks);
}
