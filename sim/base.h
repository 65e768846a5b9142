/*
 * base.h - the few words that every file of Rung uses.
 *
 * Nothing here knows of time, worlds or protocols.
 */
#ifndef RUNG_SIM_BASE_H
#define RUNG_SIM_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

/* The struct of TYPE whose member MEMBER is at PTR. */
#define CONTAINER_OF(ptr, type, member) \
    ((type *)(void *)((char *)(ptr) - offsetof(type, member)))

/* Bytes that somebody else owns: a window, never a copy. */
struct span {
    const uint8_t *at;
    size_t len;
};

/*
 * An impossible state is our bug, never the network's: say where and stop
 * with SIGABRT. Sins of the network are rules (layers/rule.h), not asserts.
 */
#define ASSERT(condition) \
    ((condition) ? (void)0 : assert_failed(#condition, __FILE__, __LINE__))

_Noreturn void assert_failed(const char *condition, const char *file, int line);

static inline int64_t min_i64(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t max_i64(int64_t a, int64_t b) { return a > b ? a : b; }
static inline size_t min_size(size_t a, size_t b) { return a < b ? a : b; }

#endif
