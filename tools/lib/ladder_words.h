/*
 * ladder_words.h - what the records of a trace say, in words.
 *
 * Lines are UTF-8, without control characters of foreign origin only after
 * the canvas has drawn them. All functions terminate what they write.
 */
#ifndef RUNG_TOOLS_LADDER_WORDS_H
#define RUNG_TOOLS_LADDER_WORDS_H

#include "tools/lib/canvas.h"
#include "tools/lib/run_view.h"

enum { LADDER_TEXT_SIZE = 512 }; /* enough for any sentence with its citation */

/* The facts of a frame, in full and in short, and what they are about. */
struct ladder_facts {
    char full[LADDER_TEXT_SIZE];
    char brief[LADDER_TEXT_SIZE];
    enum meaning meaning;
};
void ladder_facts(const struct run_view *view, uint32_t frame, struct ladder_facts *facts);

/* What RECORD (LOST, FATE, STATE, APP or WHY) says: its words, its meaning
 * and the sign that stands at the column. */
struct ladder_note {
    char text[LADDER_TEXT_SIZE];
    enum meaning meaning;
    uint32_t mark;
};
void ladder_note(const struct run_view *view, const struct record *record,
                 struct ladder_note *note);

#endif
