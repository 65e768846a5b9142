#include "tools/lib/lab_memory.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 64 * 1024, ALIGNMENT = 16 };

struct block {
    struct block *next;
    size_t used, size;
    _Alignas(ALIGNMENT) char at[];
};

struct lab_memory {
    struct block *blocks; /* the newest first */
};

struct lab_memory *lab_memory_new(void)
{
    struct lab_memory *memory = calloc(1, sizeof *memory);

    ASSERT(memory != NULL);
    return memory;
}

void lab_memory_free(struct lab_memory *memory)
{
    if (memory == NULL)
        return;
    while (memory->blocks != NULL) {
        struct block *block = memory->blocks;
        memory->blocks = block->next;
        free(block);
    }
    free(memory);
}

static struct block *block_with_room(struct lab_memory *memory, size_t bytes)
{
    struct block *block = memory->blocks;

    if (block != NULL && block->size - block->used >= bytes)
        return block;
    size_t size = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
    block = malloc(sizeof *block + size);
    ASSERT(block != NULL);
    block->next = memory->blocks;
    block->used = 0;
    block->size = size;
    memory->blocks = block;
    return block;
}

void *lab_memory_take(struct lab_memory *memory, size_t count, size_t size)
{
    ASSERT(size == 0 || count <= SIZE_MAX / 2 / size);
    size_t bytes = (count * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    struct block *block = block_with_room(memory, bytes);
    void *taken = block->at + block->used;

    block->used += bytes;
    memset(taken, 0, bytes);
    return taken;
}

char *lab_memory_text(struct lab_memory *memory, const char *text, size_t len)
{
    char *copy = lab_memory_take(memory, len + 1, 1);

    if (len > 0)
        memcpy(copy, text, len);
    return copy;
}
