/*
 * colour.h - meanings as colours of a terminal, where they are wanted.
 *
 * Colour never says anything alone: whatever it marks is also said in words
 * or signs. It is on only where a terminal reads it, and never against the
 * user's NO_COLOR (no-color.org) or a terminal that is "dumb". The sixteen
 * old colours only, so that the user's own palette decides what they are.
 */
#ifndef RUNG_TOOLS_COLOUR_H
#define RUNG_TOOLS_COLOUR_H

#include "tools/lib/canvas.h"

enum colour_choice { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

/* For which background: the terminal's own is never painted over. */
enum colour_theme { COLOUR_DARK, COLOUR_LIGHT, COLOUR_CONTRAST };

/* One of the eight old colours, in the terminal's order, or -1: its own. */
struct colour_style {
    int8_t colour;
    bool bold, dim;
};

/* Reads "dark", "light" or "contrast"; false if TEXT is none of them. */
bool colour_theme_parse(const char *text, enum colour_theme *theme);

/* How MEANING looks on a screen. */
struct colour_style colour_style(enum colour_theme theme, enum meaning meaning);

/* Reads "auto", "always" or "never"; false if TEXT is none of them. */
bool colour_parse(const char *text, enum colour_choice *choice);

/* Whether to colour what is printed to OUT. */
bool colour_wanted(enum colour_choice choice, FILE *out);

/* The bytes that take a terminal from one meaning to another. */
const char *colour_change(enum meaning from, enum meaning to);

/* Whether the locale's terminals can show our drawing characters; setlocale
 * must have been called. */
bool colour_locale_is_utf8(void);

#endif
