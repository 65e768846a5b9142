/*
 * mapped_file.h - a file as memory: its bytes are the system's, and no copy.
 *
 * A file that somebody cuts short while it is mapped would end the program where it
 * reads on (SIGBUS). Here what is gone reads as zeros.
 */
#ifndef RUNG_TOOLS_MAPPED_FILE_H
#define RUNG_TOOLS_MAPPED_FILE_H

#include <signal.h>
#include <stdio.h>

#include "sim/capture_reader.h"

struct mapped_file {
    struct span bytes; /* as many as there were when it was opened */
    size_t read;       /* by the source */
    struct sigaction before;
};

/* IN is at its beginning. False: it is no file of its own (a pipe), it is empty, or one is
 * mapped already, for there can be but one at a time. */
bool mapped_file_open(struct mapped_file *file, FILE *in);
void mapped_file_close(struct mapped_file *file); /* or one that was never opened: zeros */

/* The bytes of FILE, which must stay where it is, one after the other. */
struct byte_source mapped_file_source(struct mapped_file *file);

/* For who takes SIGBUS from here, in the handler: whether what INFO tells of is mended,
 * and the program can go on. */
bool mapped_file_mend(const siginfo_t *info);

#endif
