/* run_comments.h - what is said of a frame in a capture; for run_capture.c. */
#ifndef RUNG_TOOLS_RUN_COMMENTS_H
#define RUNG_TOOLS_RUN_COMMENTS_H

#include "tools/lib/run_view.h"

enum { RUN_COMMENTS_MAX = 48, RUN_COMMENT_SIZE = 700 };

struct run_comments {
    size_t count;
    const char *at[RUN_COMMENTS_MAX];
    char text[RUN_COMMENTS_MAX][RUN_COMMENT_SIZE];
};

/* What there is to say of the TX or RX record number INDEX. LOST is the
 * record of its loss on the wire, or NULL. */
void run_comments_collect(struct run_comments *comments, const struct run_view *view,
                          uint32_t index, const struct record *lost);

#endif
