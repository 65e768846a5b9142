/*
 * pkt_scan.h - how the parts of the script parser go through the text.
 *
 * Private to pkt_parse*.c. Each pkt_read_* takes one thing and steps over
 * it, or adds an error where it stands and returns false. The first error of
 * an event ends it; reading goes on with the next line.
 */
#ifndef RUNG_TOOLS_PKT_SCAN_H
#define RUNG_TOOLS_PKT_SCAN_H

#include "tools/lib/pkt_script.h"

struct pkt_scan {
    const struct source *source;
    const char *text; /* cleaned, terminated */
    size_t len, at;
    size_t event_from; /* where the present event begins */
    struct lab_memory *memory;
    struct diagnostics *diagnostics;
    unsigned depth; /* of lists and structs */
};

/* Blanks out comments, and what #ifdef leaves out, with spaces: offsets stay
 * those of the file. False if a comment or #ifdef does not end. */
bool pkt_clean(const struct source *source, char *text, size_t len,
               const struct pkt_defines *defines, struct diagnostics *d);

struct mark pkt_mark(const struct source *source, size_t from, size_t to);

/* An error at what follows; always false. */
bool pkt_fail(struct pkt_scan *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* An error about the text from FROM up to here; always false. */
bool pkt_fail_from(struct pkt_scan *s, size_t from, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void pkt_skip_space(struct pkt_scan *s);
/* What follows, without stepping over it. */
bool pkt_sees(struct pkt_scan *s, const char *token);
bool pkt_sees_word(struct pkt_scan *s, const char *word);
/* Steps over TOKEN if it follows. */
bool pkt_take(struct pkt_scan *s, const char *token);
bool pkt_take_word(struct pkt_scan *s, const char *word);
/* Must follow: else an error that says so. */
bool pkt_need(struct pkt_scan *s, const char *token);

/* A word of letters, digits and underscores; NULL (no error) if none follows. */
const char *pkt_read_word(struct pkt_scan *s);
/* A whole number from 0 to MAX; WHAT names it in errors. */
bool pkt_read_number(struct pkt_scan *s, const char *what, uint32_t max, uint32_t *number);
/* Seconds: 1, 0.5, .5. */
bool pkt_read_seconds(struct pkt_scan *s, vtime *time);
/* FIRST:LAST(LEN). */
bool pkt_read_range(struct pkt_scan *s, struct pkt_range *range);

/* ---- the parts of the parser ---- */

struct pkt_packet *pkt_parse_packet(struct pkt_scan *s);
struct pkt_call *pkt_parse_call(struct pkt_scan *s);

#endif
