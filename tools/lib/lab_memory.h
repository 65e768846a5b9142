/*
 * lab_memory.h - memory that is taken piece by piece and given back at once.
 *
 * A lab, and the tree it is read from, are built once and then only read;
 * so nothing in them is freed alone. Sanitized tests count on lab_free
 * giving back every byte.
 */
#ifndef RUNG_TOOLS_LAB_MEMORY_H
#define RUNG_TOOLS_LAB_MEMORY_H

#include "sim/base.h"

struct lab_memory;

struct lab_memory *lab_memory_new(void);

/* NULL is allowed. */
void lab_memory_free(struct lab_memory *memory);

/* COUNT times SIZE zeroed bytes, aligned for anything; never NULL. */
void *lab_memory_take(struct lab_memory *memory, size_t count, size_t size);

/* A terminated copy of the LEN bytes at TEXT. */
char *lab_memory_text(struct lab_memory *memory, const char *text, size_t len);

#endif
