/*
 * asked.h - the timeline of a lab that asks, without a terminal, for tests.
 */
#ifndef RUNG_TESTS_SUPPORT_ASKED_H
#define RUNG_TESTS_SUPPORT_ASKED_H

#include "tools/timeline/gates.h"
#include "tools/timeline/session.h"
#include "tools/timeline/ui.h"

struct asked {
    struct ui *ui;
    struct session *session;
};

/* Opens the lab at PATH on 80x24, and asks as HOW says; NULL: nothing is kept. Ends the
 * test program if that cannot be. */
void asked_open(struct asked *t, const char *path, const struct gates_options *how);
void asked_close(struct asked *t);

/* Presses KEYS, as --dump takes them. */
void asked_press(struct asked *t, const char *keys);
/* Types LINE behind a colon, and Enter. */
void asked_type(struct asked *t, const char *line);

/* Expectations of the screen of 80x24, and of the message under it. */
bool asked_shows(struct asked *t, const char *words);
bool asked_hides(struct asked *t, const char *words);
bool asked_says(struct asked *t, const char *words);

/* How many events can be seen. */
uint32_t asked_seen(const struct asked *t);

#endif
