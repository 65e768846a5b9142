/*
 * ladder_text.h - a ladder as a string, for tests.
 */
#ifndef RUNG_TESTS_SUPPORT_LADDER_TEXT_H
#define RUNG_TESTS_SUPPORT_LADDER_TEXT_H

#include "tools/lib/ladder.h"

/* What ladder_print prints of VIEW; to be freed. */
char *ladder_text(const struct run_view *view, const struct ladder_options *options);

/* The same of the lab TEXT, run to its end; "" if it is not a sound lab. */
char *ladder_text_of_lab(const char *text, const struct ladder_options *options);

#endif
