/*
 * span.h - cutting windows out of windows. Used inside this folder.
 *
 * An empty span still points to where it was cut, so that offsets can be
 * told from it; one made of a null pointer stays null.
 */
#ifndef RUNG_LAYERS_WIRE_SPAN_H
#define RUNG_LAYERS_WIRE_SPAN_H

#include "sim/base.h"

/* Nothing, at the start of IN. */
static inline struct span span_empty(struct span in)
{
    return (struct span){ in.at, 0 };
}

/* IN without its first LEN bytes, of which it must have so many. */
static inline struct span span_after(struct span in, size_t len)
{
    ASSERT(len <= in.len);
    return (struct span){ len == 0 ? in.at : in.at + len, in.len - len };
}

/* The first LEN bytes of IN, or all of it if it has fewer. */
static inline struct span span_first(struct span in, size_t len)
{
    return (struct span){ in.at, min_size(in.len, len) };
}

#endif
