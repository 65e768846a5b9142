/*
 * deed.h - what a student did to a run: one intervention, as a line of text.
 *
 *   drop 7                  lose frame 7
 *   delay 7 50ms            let it arrive later
 *   duplicate 7             let it arrive twice
 *   corrupt 7 bit 304       flip one of its bits; without bit: luck draws one
 *   at 1.2s a: send 8kB     a command, after all that has happened by then
 *
 * The timeline keeps a list of them, a task's solution and a student's
 * submission are written as such lines; a run with them is a pure function of
 * (lab, deeds). Frames are those of the run with the deeds before.
 */
#ifndef RUNG_TOOLS_DEED_H
#define RUNG_TOOLS_DEED_H

#include "sim/fault.h"
#include "tools/lib/lab_amend.h"

enum deed_kind { DEED_DROP, DEED_DELAY, DEED_DUPLICATE, DEED_CORRUPT, DEED_COMMAND };
#define DEED_KINDS (DEED_COMMAND + 1)

enum { DEED_TEXT_SIZE = 600, DEEDS_MAX = 200 };

struct deed {
    enum deed_kind kind;
    bool off;                  /* switched off, but kept in the list */
    uint32_t frame;            /* all but DEED_COMMAND */
    vtime by;                  /* DEED_DELAY */
    int64_t bit;               /* DEED_CORRUPT; -1: drawn by luck */
    vtime at;                  /* DEED_COMMAND: said then */
    char target[64];           /* DEED_COMMAND: name of a node or link */
    char text[DEED_TEXT_SIZE]; /* DEED_COMMAND */
};

/* Writes DEED as the timeline's command line takes it: "drop 5", "a: close". */
size_t deed_format(const struct deed *deed, char *out, size_t size);
/* The same with the time of a command, as deed_parse reads it. */
size_t deed_write(const struct deed *deed, char *out, size_t size);

/* Reads the line TEXT, with the names of LAB. False: WHY says what is wrong,
 * and *COLUMN at which byte of it. */
bool deed_parse(const char *text, const struct lab *lab, struct deed *deed, char *why, size_t size,
                size_t *column);

/* DEED, which is no command, for a world; and any, for a lab's text. The
 * amendment points into DEED. */
struct intervention deed_intervention(const struct deed *deed);
struct lab_amendment deed_amendment(const struct deed *deed);

/* How many there are of each kind that are not switched off: what `deeds` and
 * `deeds.drop` are in an expression. */
struct deed_counts {
    int64_t all, of[DEED_KINDS];
};
struct deed_counts deed_count(const struct deed *deeds, size_t count);

/* "drop", "delay", "duplicate", "corrupt", "command". */
const char *deed_kind_name(enum deed_kind kind);

#endif
