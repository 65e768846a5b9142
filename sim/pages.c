#include "sim/pages.h"

#include <string.h>

#include "sim/hash.h"

#define STORE_RESERVE ((size_t)16 << 30) /* address space only */
#define STORE_SPARE ((size_t)64 << 10)   /* more than a pool takes at once */

/* Four sums side by side keep the processor busy: all of a world's memory
 * passes here for each snapshot. */
static uint64_t page_hash(struct span bytes)
{
    uint64_t sums[4] = { 1, 2, 3, 4 }, words[4];
    size_t whole = bytes.len / sizeof(words) * sizeof(words);

    for (size_t at = 0; at < whole; at += sizeof(words)) {
        memcpy(words, bytes.at + at, sizeof(words));
        for (unsigned i = 0; i < 4; i++) {
            sums[i] = (sums[i] ^ words[i]) * 0x9e3779b97f4a7c15u;
            sums[i] ^= sums[i] >> 29;
        }
    }
    return hash_bytes(hash_bytes(bytes.len, sums, sizeof(sums)), bytes.at + whole,
                      bytes.len - whole);
}

/* Which pool has room for so many bytes. */
static unsigned room_of(size_t stored)
{
    return (unsigned)((sizeof(struct page) + stored - 1) / PAGE_STEP);
}

bool page_store_open(struct page_store *store)
{
    memset(store, 0, sizeof(*store));
    if (!arena_open(&store->arena, STORE_RESERVE))
        return false;
    for (unsigned i = 0; i < PAGE_ROOMS; i++)
        pool_init(&store->pools[i], &store->arena, (size_t)(i + 1) * PAGE_STEP, UINT32_MAX);
    return true;
}

void page_store_close(struct page_store *store)
{
    arena_close(&store->arena);
}

/* Room for a page of STORED bytes, or NULL. */
static struct page *page_new(struct page_store *store, size_t stored)
{
    struct pool *pool = &store->pools[room_of(stored)];

    if (pool->free == NULL && store->arena.reserved - store->arena.used < STORE_SPARE)
        return NULL;
    store->bytes += pool->object_size;
    return pool_get(pool);
}

static bool page_holds(const struct page *page, struct span bytes, uint64_t hash)
{
    return page->hash == hash && page->len == bytes.len;
}

static void unsqueeze_alone(const struct page *page, struct squeeze_room *room)
{
    memset(room->model, 0, sizeof(room->model));
    if (page->stored == page->len)
        memcpy(room->page, page->bytes, page->len);
    else
        unsqueeze((struct span){ page->bytes, page->stored }, room);
}

/* MODEL's bytes where a page that is squeezed beside it needs them. */
static void lay_model(const struct page *model, struct squeeze_room *room)
{
    unsqueeze_alone(model, room);
    memcpy(room->model, room->page, sizeof(room->model));
}

/* BYTES squeezed beside MODEL into OUT; 0 where that does not make them much
 * smaller: then they had better be the next model. */
static size_t squeeze_beside(const struct page *model, struct span bytes, uint8_t *out)
{
    struct squeeze_room room;
    size_t stored;

    if (model->len != PAGE_SIZE)
        return 0;
    lay_model(model, &room);
    memcpy(room.page, bytes.at, bytes.len);
    stored = squeeze(&room, bytes.len, out);
    return stored <= model->stored / 4 * 3 ? stored : 0;
}

/* The same by themselves; never 0. */
static size_t squeeze_alone(struct span bytes, uint8_t *out)
{
    struct squeeze_room room;
    size_t stored;

    memset(room.model, 0, sizeof(room.model));
    memcpy(room.page, bytes.at, bytes.len);
    stored = squeeze(&room, bytes.len, out);
    if (stored > 0)
        return stored;
    memcpy(out, bytes.at, bytes.len);
    return bytes.len;
}

struct page *page_keep(struct page_store *store, struct span bytes, struct page *like)
{
    struct page *model = like != NULL && like->model != NULL ? like->model : like, *page;
    uint64_t hash = page_hash(bytes);
    uint8_t small[PAGE_SIZE];
    size_t stored;

    if (like != NULL && page_holds(like, bytes, hash)) {
        like->users++;
        return like;
    }
    stored = model != NULL ? squeeze_beside(model, bytes, small) : 0;
    if (stored == 0) {
        model = NULL;
        stored = squeeze_alone(bytes, small);
    }
    page = page_new(store, stored);
    if (page == NULL)
        return NULL;
    *page = (struct page){ hash, model, 1, (uint16_t)bytes.len, (uint16_t)stored };
    memcpy(page->bytes, small, stored);
    if (model != NULL)
        model->users++;
    return page;
}

void page_release(struct page_store *store, struct page *page)
{
    struct pool *pool = &store->pools[room_of(page->stored)];

    if (--page->users > 0)
        return;
    if (page->model != NULL)
        page_release(store, page->model);
    store->bytes -= pool->object_size;
    pool_put(pool, page);
}

void page_write(const struct page *page, uint8_t *out)
{
    struct squeeze_room room;

    if (page->model == NULL) {
        unsqueeze_alone(page, &room);
    } else {
        lay_model(page->model, &room);
        unsqueeze((struct span){ page->bytes, page->stored }, &room);
    }
    memcpy(out, room.page, page->len);
}

bool page_stands(const struct page *page, const uint8_t *memory)
{
    struct span there = { memory, page->len };

    return page_holds(page, there, page_hash(there));
}
