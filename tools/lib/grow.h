/*
 * grow.h - arrays that grow as they are filled.
 */
#ifndef RUNG_TOOLS_GROW_H
#define RUNG_TOOLS_GROW_H

#include <stdbool.h>
#include <stddef.h>

/*
 * AT points to a pointer to an array (of any type, from malloc, or NULL) with
 * room for *ROOM entries of SIZE bytes. Makes room for WANTED, and for more if
 * it must be moved for them. False: no memory, and nothing has changed.
 */
bool grow(void *at, size_t wanted, size_t *room, size_t size);

/* Gives back what is behind the first USED entries of ROOM, if that can be
 * done; returns the room that there is now. */
size_t trim(void *at, size_t used, size_t room, size_t size);

#endif
