#include "tools/lib/grow.h"

#include <stdlib.h>
#include <string.h>

bool grow(void *at, size_t wanted, size_t *room, size_t size)
{
    size_t more = *room + *room / 2;
    void *old, *new;

    if (wanted <= *room)
        return true;
    if (more < wanted)
        more = wanted;
    memcpy(&old, at, sizeof(old));
    new = realloc(old, more * size);
    if (new == NULL)
        return false;
    memcpy(at, &new, sizeof(new));
    *room = more;
    return true;
}

size_t trim(void *at, size_t used, size_t room, size_t size)
{
    void *old, *new;

    if (used == room || used == 0)
        return room;
    memcpy(&old, at, sizeof(old));
    new = realloc(old, used * size);
    if (new == NULL)
        return room;
    memcpy(at, &new, sizeof(new));
    return used;
}
