/*
 * names.h - the words behind the trace's numbers: timers, variables,
 * machines and application events, one table each (names_*.def rows).
 */
#ifndef RUNG_LAYERS_NAMES_H
#define RUNG_LAYERS_NAMES_H

#include <stddef.h>
#include <stdint.h>

enum timer_name {
    TIMER_NONE,
#define TIMER(id, name, help) TIMER_##id,
#include "layers/names_timers.def"
#undef TIMER
    TIMER_COUNT
};

enum variable_name {
    VARIABLE_NONE,
#define VARIABLE(id, name, help) VARIABLE_##id,
#include "layers/names_variables.def"
#undef VARIABLE
    VARIABLE_COUNT
};

/* Machines with states (states themselves: layers/state.h). */
enum machine_name {
    MACHINE_NONE,
#define MACHINE(id, name, help) MACHINE_##id,
#include "layers/names_machines.def"
#undef MACHINE
    MACHINE_COUNT
};

/* What applications do and see. SENTENCE prints a and b as rules do. */
enum app_event {
    APP_NONE,
#define APP(id, name, sentence) APP_##id,
#include "layers/names_app.def"
#undef APP
    APP_COUNT
};

struct name {
    const char *name;
    const char *text; /* help, or an application event's sentence */
};

const struct name *timer_name(uint16_t id);
const struct name *variable_name(uint16_t id);
const struct name *machine_name(uint16_t id);
const struct name *app_name(uint16_t id);

#endif
