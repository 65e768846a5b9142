/*
 * rest.h - the rest of a long run, worked off while nobody presses a key.
 *
 *   frames   |=== part ===|~~~~~~~~~~~~~~~~~~~~~~|
 *            shown        read (if it is a capture), then laid out from the first frame on:
 *                         then the whole takes the place of the part, and nothing moves
 *
 * Whoever wants what is behind the part waits for the rest; Esc stops the waiting, not
 * the work. Until it is done the header says how far it is.
 */
#ifndef RUNG_TIMELINE_REST_H
#define RUNG_TIMELINE_REST_H

#include "tools/timeline/ui.h"

enum {
    REST_PART = 32768, /* frames that are shown first, where nobody wants another number */
    REST_SLICE = 1024,
};

/* Works on: SLICE frames are read, or some records of so many laid out. REST_SLICE takes a
 * few ms. False: nothing is left, or there was no memory for it. */
bool rest_work(struct ui *ui, uint32_t slice);

/* Works until nothing is left, and asks ui->gives_up now and then. False: it was stopped,
 * or found no memory, and a message says so; the part is shown as before. */
bool rest_finish(struct ui *ui);

/* There was more than was shown, and now it is there: what found nothing is worth
 * another try. */
bool rest_brings_more(struct ui *ui);

/* "41% read", "63% laid out"; or "". And the number in it; -1: nobody knows. */
int rest_percent(const struct ui *ui);
void rest_format(const struct ui *ui, char *out, size_t size);

/* Gives up what is not done. */
void rest_close(struct ui *ui);

#endif
