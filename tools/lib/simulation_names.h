/*
 * simulation_names.h - the names that a lab's commands may use.
 */
#ifndef RUNG_TOOLS_SIMULATION_NAMES_H
#define RUNG_TOOLS_SIMULATION_NAMES_H

#include "layers/command.h"
#include "tools/lib/lab.h"

/* Where a command to node (or link) INDEX of LAB is read. LAB, and TARGET,
 * which the scope points to, must outlive it. */
struct simulation_target {
    const struct lab *lab;
    enum lab_target kind;
    size_t index;
};
struct command_scope simulation_scope(const struct simulation_target *target);

#endif
