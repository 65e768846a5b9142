/*
 * ladder_svg.h - the ladder as a drawing, for print and for slides.
 *
 *    a                    b      columns are lines, arrows slant from the row
 *    |\--- SYN seq=0 ---  |      in which a frame is sent to the row in which
 *    |     -------------\ |      it arrives; words and their places are those
 *    |                   >|      of the ladder in text (ladder_book.h)
 *
 * Whatever a colour tells is also told by a word, a dash or the shape of a
 * sign, with a key below. A run whose drawing nobody could look at is refused.
 */
#ifndef RUNG_TOOLS_LADDER_SVG_H
#define RUNG_TOOLS_LADDER_SVG_H

#include "tools/lib/ladder.h"

enum { LADDER_SVG_ROWS_MAX = 5000, LADDER_SVG_WHY_SIZE = 256 };

struct ladder_svg;

/*
 * Lays the drawing of VIEW out, which must outlive it. OPTIONS: width (0: as
 * much as the columns need), why, absolute. NULL: WHY (LADDER_SVG_WHY_SIZE
 * bytes) tells that the run is too long, or that there is no memory.
 */
struct ladder_svg *ladder_svg_open(const struct run_view *view,
                                   const struct ladder_options *options, char *why);
void ladder_svg_close(struct ladder_svg *svg); /* or NULL */

/* False, with errno set, if OUT did not take it all, or there was no memory. */
bool ladder_svg_write(struct ladder_svg *svg, FILE *out);

#endif
