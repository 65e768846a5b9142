/*
 * lab_argument.h - the lab that a person names, found and read.
 */
#ifndef RUNG_TOOLS_RUNG_LAB_ARGUMENT_H
#define RUNG_TOOLS_RUNG_LAB_ARGUMENT_H

#include "tools/lib/lab.h"
#include "tools/lib/lab_path.h"

/*
 * Reads the lab called NAME, changed by OVERRIDES (NULL: by none), into *LAB,
 * and writes the path of its file to PATH, of LAB_PATH_LIMIT bytes. EXIT_DONE,
 * or another status after complaining.
 */
int lab_argument_load(const char *name, const struct lab_overrides *overrides, char *path,
                      struct lab **lab);

/*
 * Reads it, changed by OVERRIDES, and finds out STUDENT's VARIANT of it, which
 * is the caller's to free if this is EXIT_DONE. Its overrides belong in front of
 * those for who loads the lab again. Complains also of an ID that is none.
 */
struct variant;
int lab_argument_variant(const char *name, const char *student,
                         const struct lab_overrides *overrides, struct variant *variant);

#endif
