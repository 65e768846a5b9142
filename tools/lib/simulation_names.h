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

/* Finds the node, or else the link, of TARGET->lab that the LEN bytes at NAME
 * call. False: there is none. */
bool simulation_find_target(struct simulation_target *target, const char *name, size_t len);

struct command_scope simulation_scope(const struct simulation_target *target);

#endif
