/*
 * lab_path.h - where a lab is when a person names it.
 *
 * LAB on the command line is a file, a folder with a lab.yaml, or the name of
 * a bundled lab. Bundled labs are folders in one of these roots, searched in
 * this order, so that a teacher's own labs come before ours and a moved
 * installation still finds its labs:
 *
 *   $RUNG_LABS
 *   $XDG_DATA_HOME/rung/labs        (~/.local/share where it is not set)
 *   the source tree                 if this program runs from its build tree
 *   <folder of the program>/../share/rung/labs
 *   the place given to cmake --install
 *
 * A root may hold a file ORDER: names of its labs, one a line, in the order
 * in which they are taught. Called by the `rung` command and by completion.
 * Nothing is cached and nothing is opened but ORDER; reading a lab is
 * tools/lib's lab file reader.
 */
#ifndef RUNG_TOOLS_LIB_LAB_PATH_H
#define RUNG_TOOLS_LIB_LAB_PATH_H

#include "sim/base.h"

enum {
    LAB_PATH_LIMIT = 4096, /* bytes of a path with its terminator */
    LAB_MISSING_SIZE = 600, /* enough for any sentence of lab_missing */
    LAB_NAME_LIMIT = 64,   /* bytes of a bundled lab's name with its terminator */
    LAB_COUNT_LIMIT = 256, /* bundled labs in all roots together */
};

/*
 * Writes the path of the lab file that NAME means. False, with PATH empty,
 * if there is none or if its path is longer than SIZE allows.
 */
bool lab_find(const char *name, char *path, size_t size);

/* Writes why there is no lab called NAME, for people: it is a folder without
 * a lab.yaml, or nothing has this name. */
void lab_missing(const char *name, char *why, size_t size);

/*
 * Writes how the lab whose file is at PATH is called: as its folder, if the
 * file is a lab.yaml, else as the file without ".yaml". Cut where OUT ends.
 */
void lab_path_name(const char *path, char *out, size_t size);

/*
 * Calls VISIT for each bundled lab, with its name and the path of its file:
 * root by root, in teaching order, then by name; one that an earlier root
 * also has is left out. Ends early if VISIT returns false.
 */
void lab_bundled(bool (*visit)(void *context, const char *name, const char *path), void *context);

#endif
