/*
 * capture_list.h - a growing array of whatever a capture turns out to hold.
 */
#ifndef RUNG_TOOLS_CAPTURE_LIST_H
#define RUNG_TOOLS_CAPTURE_LIST_H

#include "sim/base.h"

/* What it holds is freed with free. */
struct capture_list {
    void *items;
    uint32_t count, capacity;
};

/* A new entry of SIZE bytes, zeroed; NULL: no memory. */
void *capture_list_add(struct capture_list *list, size_t size);

#endif
