/*
 * golden.h - what was recorded and read by a person, against what is printed now.
 *
 * A recording is a file below tests/golden. RUNG_GOLDEN_UPDATE=1 writes it anew: read
 * the difference before it is committed.
 */
#ifndef RUNG_TESTS_SUPPORT_GOLDEN_H
#define RUNG_TESTS_SUPPORT_GOLDEN_H

#include "sim/base.h"

#define GOLDEN_PATH_SIZE 4096

/* The path of the recording NAME ("quiz/handshake.txt"), in OUT. */
void golden_path(const char *name, char out[static GOLDEN_PATH_SIZE]);

/*
 * GOT is what the recording NAME says, to the byte; a recording that is not there is a
 * failure. Says where they part, in the first line that differs.
 */
bool expect_golden(const char *name, const char *got);

#endif
