/*
 * pages.h - pages of memory, each kept once for all snapshots that hold it.
 *
 *   snapshot 1   o  o  o  o        a snapshot is a table of pages;
 *                |  |  |  |        what did not change from one to the
 *                A  B  C  D        next is the same page in both
 *                |  |     |
 *   snapshot 2   o  o  E  o
 *
 * A page counts its users, and goes with the last of them. It is squeezed,
 * beside the page that took its place before as long as that makes it much
 * smaller: most are written as what differs from an earlier one. Such a model
 * has no model itself, so that reading a page takes two at most.
 *
 * Whether memory still holds what a page does is told by a hash of 64 bits: to
 * compare a page one would have to unsqueeze it.
 */
#ifndef RUNG_SIM_PAGES_H
#define RUNG_SIM_PAGES_H

#include "sim/arena.h"
#include "sim/squeeze.h"

#define PAGE_SIZE SQUEEZE_MAX /* bytes */

struct page {
    uint64_t hash;
    struct page *model; /* of which it is a user; NULL: it is squeezed by itself */
    uint32_t users;
    uint16_t len;    /* of what it holds: PAGE_SIZE, less at the end of an arena */
    uint16_t stored; /* bytes that follow; LEN: they are not squeezed */
    uint8_t bytes[];
};

/* Pages take room in steps of PAGE_STEP bytes. */
#define PAGE_STEP 16
#define PAGE_ROOMS ((sizeof(struct page) + PAGE_SIZE + PAGE_STEP - 1) / PAGE_STEP)

struct page_store {
    struct arena arena;
    struct pool pools[PAGE_ROOMS]; /* by room, from one step on */
    size_t bytes;                  /* of the pages that have users */
};

/* False if no address space can be had. */
bool page_store_open(struct page_store *store);
void page_store_close(struct page_store *store);

/* A page that holds BYTES (at most PAGE_SIZE), for one more user: LIKE, if it
 * holds just that, else a new one that may be written as what differs from it;
 * NULL where memory is short. LIKE may be NULL. */
struct page *page_keep(struct page_store *store, struct span bytes, struct page *like);
void page_release(struct page_store *store, struct page *page);

/* Writes what PAGE holds to OUT. */
void page_write(const struct page *page, uint8_t *out);

/* It stands at MEMORY already. */
bool page_stands(const struct page *page, const uint8_t *memory);

#endif
