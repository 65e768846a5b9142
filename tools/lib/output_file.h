/*
 * output_file.h - files that are whole or not there.
 *
 * What is written goes to a temporary file beside the wanted one and takes
 * its name only when all of it is on the disk; so nothing half-written is
 * left behind, and a good old file survives a failed run. The name "-" is
 * standard output, which is written to directly. Devices and pipes (such as
 * /dev/stdout) are too. A program that ends by a signal calls
 * output_remove_temporaries.
 */
#ifndef RUNG_TOOLS_OUTPUT_FILE_H
#define RUNG_TOOLS_OUTPUT_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "sim/capture_writer.h"

struct output_file {
    const char *path; /* as the user wrote it; must outlive this */
    char *temporary;  /* NULL: written to directly */
    FILE *stream;
};

/* False, with errno set, if PATH cannot be written. */
bool output_open(struct output_file *file, const char *path);

/* Completes the file. False, with errno set, if it could not all be
 * written: then it is gone. */
bool output_commit(struct output_file *file);

/* Gives up: what was written is removed. */
void output_abandon(struct output_file *file);

/* Removes the temporary files of all that are open. Safe in a signal handler. */
void output_remove_temporaries(void);

/* Where capture writers put their bytes. */
struct byte_sink output_sink(struct output_file *file);

#endif
