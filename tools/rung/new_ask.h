/*
 * new_ask.h - `rung new` asks a person what the lab is to be.
 */
#ifndef RUNG_TOOLS_RUNG_NEW_ASK_H
#define RUNG_TOOLS_RUNG_NEW_ASK_H

#include <stdbool.h>
#include <stdint.h>

#include "tools/lib/lab_templates.h"

enum { NEW_QUESTIONS_UNSAID = -1, NEW_TITLE_SIZE = 200 };

struct new_lab {
    const struct lab_template *of; /* NULL: not said */
    const char *title;             /* NULL: not said */
    char typed[NEW_TITLE_SIZE];    /* or what was typed for it */
    int64_t questions;             /* or NEW_QUESTIONS_UNSAID */
};

/* Something was said of it. */
bool new_lab_is_chosen(const struct new_lab *lab);

/* A person sits there. */
bool new_can_ask(void);

/* Asks for what has not been said, FOLDER (SIZE bytes; "" if it has not) first,
 * until IS_FREE, which complains if not; where nobody sits there, takes what is
 * usual. False: it has complained, or the person has left. */
bool new_ask(struct new_lab *lab, char *folder, size_t size, bool (*is_free)(const char *folder));

#endif
