#include "layers/names.h"

#include "sim/base.h"

#define TIMER(id, name, help) { name, help },
#define VARIABLE(id, name, help) { name, help },
#define MACHINE(id, name, help) { name, help },
#define APP(id, name, sentence) { name, sentence },

static const struct name timers[] = {
    { "", "" },
#include "layers/names_timers.def"
};
static const struct name variables[] = {
    { "", "" },
#include "layers/names_variables.def"
};
static const struct name machines[] = {
    { "", "" },
#include "layers/names_machines.def"
};
static const struct name apps[] = {
    { "", "" },
#include "layers/names_app.def"
};

static const struct name *pick(const struct name *names, size_t count, uint16_t id)
{
    ASSERT(id < count);
    return &names[id];
}

const struct name *timer_name(uint16_t id)
{
    return pick(timers, ARRAY_LEN(timers), id);
}

const struct name *variable_name(uint16_t id)
{
    return pick(variables, ARRAY_LEN(variables), id);
}

const struct name *machine_name(uint16_t id)
{
    return pick(machines, ARRAY_LEN(machines), id);
}

const struct name *app_name(uint16_t id)
{
    return pick(apps, ARRAY_LEN(apps), id);
}
