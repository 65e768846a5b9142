/*
 * new_from.h - `rung new --from CAPTURE`: a lab out of a capture.
 */
#ifndef RUNG_TOOLS_RUNG_NEW_FROM_H
#define RUNG_TOOLS_RUNG_NEW_FROM_H

#include "tools/lib/lab_from.h"

/* What is asked for. */
struct new_from {
    const char *path;   /* of the capture; "-" is standard input */
    const char *stream; /* its number as text, or NULL */
    const char *filter; /* tcpdump's; "" for every frame */
};

/* Makes the texts of a lab; EXIT_DONE, and they are the caller's (lab_from_free), or the
 * status to leave with, after complaining. What is wrong with a capture that gave a lab
 * nonetheless is in *FROM. */
int new_from_capture(const struct new_from *asked, struct lab_from *from);
/* Says of what a lab was made, how like that it is, and what could not be read. Returns
 * the status to leave with. */
int new_from_tell(const struct new_from *asked, const struct lab_from *from);

#endif
