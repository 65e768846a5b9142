#include "layers/bugs.h"

#include <string.h>

static const struct bug_help bugs[] = {
#define BUG(id, name, help) { name, help },
#include "layers/bugs.def"
#undef BUG
};

const struct bug_help *bug_at(size_t index)
{
    return index < BUG_COUNT ? &bugs[index] : NULL;
}

uint64_t bug_find(const char *name)
{
    for (size_t i = 0; i < BUG_COUNT; i++)
        if (strcmp(bugs[i].name, name) == 0)
            return UINT64_C(1) << i;
    return 0;
}
