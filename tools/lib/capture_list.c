#include "tools/lib/capture_list.h"

#include <stdlib.h>
#include <string.h>

void *capture_list_add(struct capture_list *list, size_t size)
{
    if (list->count == list->capacity) {
        uint32_t capacity = list->capacity == 0 ? 64 : list->capacity * 2;
        void *items = realloc(list->items, capacity * size);

        if (items == NULL)
            return NULL;
        list->items = items;
        list->capacity = capacity;
    }
    return memset((char *)list->items + size * list->count++, 0, size);
}
