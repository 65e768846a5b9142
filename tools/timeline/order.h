/*
 * order.h - the language of the timeline: what each key does, as a command.
 *
 *   key --keys.def--> "drop 5" --order_read--> struct order --update, obey-->
 *   ":" ------------>                                                        what it does
 *
 * Keys and the command line say the same things, so whoever has seen one in
 * the log (`@`) can type it. What is told to a host or link, "a: close", is an
 * order as well (ORDER_TELL).
 */
#ifndef RUNG_TIMELINE_ORDER_H
#define RUNG_TIMELINE_ORDER_H

#include "sim/base.h"

enum verb {
    ORDER_NONE,
    ORDER_TELL,  /* target: argument */
    ORDER_TICK,  /* a step of what plays; nobody can type it */
    ORDER_POINT, /* nor this, a click: argument is "X Y" */
#define ORDER(id, name, argument, help) ORDER_##id,
#include "tools/timeline/orders.def"
#undef ORDER
    ORDERS
};

enum { ORDER_TEXT_SIZE = 600, ORDER_TARGET_SIZE = 64 };

struct order {
    enum verb verb;
    char target[ORDER_TARGET_SIZE];
    char argument[ORDER_TEXT_SIZE]; /* "" : none given */
};

struct order_help {
    const char *name;     /* "go" */
    const char *argument; /* "TIME | event N | frame N | HOST STATE"; "" : none */
    const char *help;
};

/* Row INDEX of the table of those that can be typed, NULL past the last. */
const struct order_help *order_at(size_t index);
const struct order_help *order_help_of(enum verb verb);

/* Reads TEXT. False: WHY says what is wrong with it, *COLUMN at which byte. */
bool order_read(const char *text, struct order *order, char *why, size_t size, size_t *column);

/* Writes ORDER as order_read takes it. */
void order_format(const struct order *order, char *out, size_t size);

#endif
