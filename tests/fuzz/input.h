/*
 * input.h - the bytes of a fuzzer as a source to read a capture from.
 */
#ifndef RUNG_TESTS_FUZZ_INPUT_H
#define RUNG_TESTS_FUZZ_INPUT_H

#include <string.h>

#include "sim/capture_reader.h"

static inline size_t fuzz_read(void *ctx, void *bytes, size_t len)
{
    struct span *left = ctx;

    len = min_size(len, left->len);
    memcpy(bytes, left->at, len);
    left->at += len;
    left->len -= len;
    return len;
}

/* What is read is taken off the front of LEFT. */
static inline struct byte_source fuzz_source(struct span *left)
{
    return (struct byte_source){ fuzz_read, left };
}

#endif
