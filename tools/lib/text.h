/*
 * text.h - the one door through which every sentence for the user goes.
 *
 * Write _("no such host") around whatever a user reads. Today it is the
 * sentence itself; the day Rung speaks Chinese it is gettext.
 */
#ifndef RUNG_TOOLS_TEXT_H
#define RUNG_TOOLS_TEXT_H

#define _(s) (s)

/* Marks a sentence in a constant table; _() is put around its use. */
#define N_(s) s

#endif
