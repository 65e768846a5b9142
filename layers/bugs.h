/*
 * bugs.h - mistakes that a host can be given on purpose ("bugs:" in a lab).
 *
 * A class looks for them as a mechanic does: from what the ladder shows. Each
 * is one bit of host->bugs; the place in the code where a good stack does the
 * right thing tests it. bugs.def is the list.
 */
#ifndef RUNG_LAYERS_BUGS_H
#define RUNG_LAYERS_BUGS_H

#include <stddef.h>
#include <stdint.h>

enum bug_number {
#define BUG(id, name, help) BUG_NUMBER_##id,
#include "layers/bugs.def"
#undef BUG
    BUG_COUNT
};

_Static_assert(BUG_COUNT < 31, "an enum's constants are ints");

enum bug {
    BUG_NONE,
#define BUG(id, name, help) BUG_##id = 1 << BUG_NUMBER_##id,
#include "layers/bugs.def"
#undef BUG
};

/* "no-karn", and what is wrong with who has it: one line, lower case. */
struct bug_help {
    const char *name, *help;
};

/* Number INDEX, in the order of bugs.def; NULL past the last. */
const struct bug_help *bug_at(size_t index);

/* The bit of the bug called NAME, or 0. */
uint64_t bug_find(const char *name);

#endif
