#include "layers/state.h"

#include <string.h>

#include "sim/base.h"

static const char *const names[] = {
#define STATE(name, text) text,
    STATE_TABLE(STATE)
#undef STATE
};

const char *state_name(int state)
{
    return state >= 0 && state < STATE_COUNT ? names[state] : "?";
}

int state_find(const char *name)
{
    for (int i = 0; i < STATE_COUNT; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}
