/*
 * ladder_blanks.h - what a ladder leaves blank, for whoever is to fill it in.
 *
 *   2  |  /- SYN ACK seq=0 ack=____ win=65535 -|     a field of a frame
 *      |                              ____ (b)       what a record says
 *   ____                                             a time
 *
 * The words of the ladder ask here before they are written (ladder_words.c), so
 * that no shape of it, drawn or printed, can show what is blank. With blanks a
 * ladder has no words at its end: times and counts there would tell.
 */
#ifndef RUNG_TOOLS_LADDER_BLANKS_H
#define RUNG_TOOLS_LADDER_BLANKS_H

#include "sim/trace.h"
#include "tools/lib/tcp_view.h"
#include "tools/lib/value.h"

#define LADDER_BLANK "____"

/* Fields of a frame, in the order of ladder_blank_name. */
enum ladder_blank_bit {
    BLANK_SEQ = TCP_HIDE_SEQ,
    BLANK_ACK = TCP_HIDE_ACK,
    BLANK_FLAGS = TCP_HIDE_FLAGS,
    BLANK_WIN = TCP_HIDE_WIN,
    BLANK_LEN = TCP_HIDE_LEN,
    BLANK_STATES = 1 << 5, /* of the ladder as a whole, as */
    BLANK_TIMES = 1 << 6,  /* these */
    BLANK_WHOLE = 1 << 7,  /* of one frame: all that is said of it */
};

/* A value that is not to be told from some event on. */
struct ladder_secret {
    enum value_type type; /* VALUE_STATE: a state of TCP */
    int64_t value;
    uint32_t event; /* what happens after so many events does not tell it */
    uint32_t frame; /* not 0: only what is said of this frame */
};

enum { LADDER_SECRETS_MAX = 400 };

struct ladder_blanks {
    unsigned everywhere; /* bits that hold for all of it */
    uint8_t *frames;     /* bits by number, from 1 */
    uint8_t *records;    /* by index: 1 for one that says nothing */
    uint32_t frame_count, record_count;
    struct ladder_secret secrets[LADDER_SECRETS_MAX];
    size_t secret_count;
};

/* Nothing is blank in TRACE. False: no memory. */
bool ladder_blanks_open(struct ladder_blanks *blanks, const struct trace *trace);
void ladder_blanks_close(struct ladder_blanks *blanks);

/* Out of range, or beyond LADDER_SECRETS_MAX: nothing is done. */
void ladder_blanks_frame(struct ladder_blanks *blanks, uint32_t frame, unsigned bits);
void ladder_blanks_record(struct ladder_blanks *blanks, uint32_t record);
void ladder_blanks_secret(struct ladder_blanks *blanks, const struct ladder_secret *secret);

/* "seq,ack": bits that can hold everywhere. False: WHY says which there are. */
bool ladder_blanks_read(const char *text, unsigned *bits, char *why, size_t size);

/* ---- For the ladder; BLANKS may be NULL: nothing is blank ---- */

unsigned ladder_blanks_of_frame(const struct ladder_blanks *blanks, uint32_t frame);
/* Whether record INDEX of TRACE, which is no frame, says nothing. */
bool ladder_blanks_hides(const struct ladder_blanks *blanks, const struct trace *trace,
                         uint32_t index);
bool ladder_blanks_hides_time(const struct ladder_blanks *blanks, vtime time);

/* Puts a blank in place of each secret number in TEXT, which is said of FRAME
 * (0: of a record) in EVENT; as far as SIZE bytes have room. */
void ladder_blanks_clean(const struct ladder_blanks *blanks, uint32_t frame, uint32_t event,
                         char *text, size_t size);
/* Whether VALUE, a number of a segment in EVENT, is secret. */
bool ladder_blanks_hides_number(const struct ladder_blanks *blanks, uint32_t event, int64_t value);

#endif
