/*
 * screen.h - a terminal, or text: where a canvas is shown and keys come from.
 *
 *   screen_curses.c   a terminal; the one file that includes <curses.h>
 *   screen_text.c     a screen as text, after given keys (--dump)
 */
#ifndef RUNG_TIMELINE_SCREEN_H
#define RUNG_TIMELINE_SCREEN_H

#include "tools/lib/canvas.h"
#include "tools/lib/colour.h"
#include "tools/timeline/key.h"

struct ui;

/* Takes the terminal of standard input and output. False: it cannot be used
 * (TERM unknown, or "dumb"); nothing has changed. Whatever ends the program
 * from now on, the terminal is as it was before. */
bool screen_open(void);
void screen_close(void);

void screen_size(int *width, int *height);

/* How cells look from now on, and whether the mouse is ours. */
struct screen_look {
    enum colour_theme theme;
    bool colour, ascii, mouse;
};
void screen_set_look(struct screen_look look);

/* Shows CANVAS, with the terminal's cursor at (x, y). ANEW: as if the terminal
 * had been spoilt. */
void screen_show(const struct canvas *canvas, int x, int y, bool anew);

/* Shows TEXT alone in row Y, until the next canvas. */
void screen_tell(int y, const char *text);

/* The next key, or K_NONE after WAIT milliseconds (-1: waits for one). */
struct press screen_key(int wait);

/*
 * Shows UI, to which a session is attached, after the keys of HOW,
 * "80x24:Right Right Tab d", as text on OUT. False: WHY says what is wrong with
 * HOW.
 */
bool screen_dump(struct ui *ui, const char *how, FILE *out, char *why, size_t size);

/* Reads the "80x24" of HOW. *KEYS is what follows the colon, or "". */
bool screen_parse_size(const char *how, int *width, int *height, const char **keys);

#endif
