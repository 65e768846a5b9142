/*
 * ladder.h - a run as the picture of every textbook, in text.
 *
 *               a                                                b
 *               10.0.0.1/24                            10.0.0.2/24
 *   0.000 ms  1 |-- ARP who-has 10.0.0.2 tell 10.0.0.1 --\       |
 *  20.058 ms    |                                         \----->|
 *  20.058 ms  2 |     /------- ARP 10.0.0.2 is-at 02:00:.. ------|
 *  40.115 ms    |<---/                                           |
 *
 * Time runs down, but not evenly: one row for each moment at which something
 * that can be seen happens; long silence folds. An arrow slants from the row
 * in which a frame was sent to the row in which it arrives. It carries its
 * facts where the columns are far enough apart; else the facts stand in a
 * margin on the right. Where even that does not fit, each event is one line
 * of words. Losses end in an x with their cause.
 *
 * Rows are printed as time passes them: only frames in flight are kept, so
 * a run of millions of frames prints in a fixed amount of memory.
 */
#ifndef RUNG_TOOLS_LADDER_H
#define RUNG_TOOLS_LADDER_H

#include "tools/lib/canvas.h"
#include "tools/lib/run_view.h"

enum { LADDER_WIDTH_MIN = 36, LADDER_WIDTH_DEFAULT = 80, LADDER_WIDTH_MAX = 1000 };

#define LADDER_WHY(layer) (1u << (layer)) /* enum rule_layer */
#define LADDER_WHY_ALL (~0u)

struct ladder_options {
    int width; /* columns of the terminal; 0: the default; clamped */
    bool ascii, colour;
    unsigned why; /* layers whose every reason is told, with its RFC: LADDER_WHY bits */
    bool absolute; /* TCP's sequence numbers as they are sent */
    /*
     * Whether RECORD is to be seen; NULL: all are. A frame that is hidden
     * hides what becomes of it on the wire: of that, only its RECORD_TX is
     * asked for (in a list without columns also its other losses).
     */
    bool (*shows)(void *context, const struct record *record);
    void *context; /* for it */
    vtime last;    /* times are written as those of a run that lasts at least as long, so
                      that two runs side by side have one unit; 0: as its own */
    uint32_t page; /* of a book: records on it, at least; 0: the default */
};

/* Reads TEXT, "tcp,ip", or NULL for all layers. False: WHY says what is wrong. */
bool ladder_parse_why(const char *text, unsigned *layers, char *why, size_t size);

/* Prints VIEW to OUT. False if there was no memory, or OUT took no more. */
bool ladder_print(const struct run_view *view, const struct ladder_options *options, FILE *out);

#endif
