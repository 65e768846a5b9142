/*
 * timeline.h - `rung run LAB` on a terminal: the run as a class looks at it.
 */
#ifndef RUNG_TIMELINE_TIMELINE_H
#define RUNG_TIMELINE_TIMELINE_H

#include "tools/timeline/gates.h"
#include "tools/timeline/session.h"

struct timeline_options {
    struct session_options session;
    const struct deed *deeds; /* done before the first key: --drop and its like */
    size_t deed_count;
    bool ascii, colour, mouse;
    const char *theme; /* or NULL */
    char *trouble;     /* room for session_trouble, or NULL */
    size_t trouble_size;
    const struct gates_options *exercise; /* what the lab asks can be asked; NULL: not */
    bool asks;         /* and is asked at once */
    const char *dump;  /* "80x24:KEYS": print that screen and end; or NULL */
};

enum timeline_end {
    TIMELINE_DONE,
    TIMELINE_NO_TERMINAL, /* there is none that can be used: nothing was shown */
    TIMELINE_NOT_OPENED, /* so did not the run: ERROR as with TIMELINE_FAILED */
    TIMELINE_FAILED,      /* ERROR says why, or is "": standard error was told */
};

enum timeline_end timeline_run(const struct timeline_options *options, char *error, size_t size);

#endif
