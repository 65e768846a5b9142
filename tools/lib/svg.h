/*
 * svg.h - pictures as SVG (W3C: Scalable Vector Graphics), written piece by
 * piece to a stream.
 *
 *   svg_begin(out, &(struct svg_page){ 8000, 6000, "title", "what it shows", style });
 *   svg_line(out, "tcp", 100, 100, 500, 200, "url(#head)");
 *   svg_text(out, "tcp", 120, 90, SVG_START, 0, "SYN seq=0");
 *   svg_end(out);
 *
 * Lengths are tenths of a pixel, whole numbers: the same run gives the same
 * bytes in every locale. Text is UTF-8 from anywhere; what must not stand in
 * XML, or would reorder the text around it, becomes "?". Classes are names of
 * the style sheet that the caller gives, never foreign text. Whether the
 * stream took it all is ferror's to say.
 */
#ifndef RUNG_TOOLS_SVG_H
#define RUNG_TOOLS_SVG_H

#include "sim/base.h"

#include <stdio.h>

enum { SVG_PX = 10 };

struct svg_page {
    int64_t width, height;
    const char *title, *about; /* for those who hear the picture */
    const char *style;         /* CSS */
};

enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };

/* The head of the file, and a white page. */
void svg_begin(FILE *out, const struct svg_page *page);
void svg_end(FILE *out);

/* Writes a length, "12.3"; and TEXT, escaped. */
void svg_put_length(FILE *out, int64_t tenths);
void svg_put_text(FILE *out, const char *text);

/* END, or NULL: the marker that ends the line, as in "url(#head)". */
void svg_line(FILE *out, const char *class, int64_t x1, int64_t y1, int64_t x2, int64_t y2,
              const char *end);

/* One line of TEXT that begins, or has its middle or end, at (X, Y), the foot of
 * its letters; turned clockwise around it by ANGLE tenths of a degree. */
void svg_text(FILE *out, const char *class, int64_t x, int64_t y, enum svg_anchor anchor, int angle,
              const char *text);

/* A plain box that lets what is under it shine through. */
void svg_box(FILE *out, const char *class, int64_t x, int64_t y, int64_t width, int64_t height);

/* A curve: begin, points, end. */
void svg_path_begin(FILE *out, const char *class);
void svg_path_move(FILE *out, int64_t x, int64_t y);
void svg_path_to(FILE *out, int64_t x, int64_t y);
void svg_path_end(FILE *out);

#endif
