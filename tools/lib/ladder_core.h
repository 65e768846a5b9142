/*
 * ladder_core.h - what the parts of the ladder share.
 *
 *   ladder.c         reads the trace, moment by moment; header; silence
 *   ladder_place.c   finds rows for frames and arrivals
 *   ladder_notes.c   and for words
 *   ladder_once.c    says nothing twice
 *   ladder_why.c     reads the layers that are asked for their reasons
 *   ladder_loss.c    arrows that end in an x
 *   ladder_list.c    the shape without columns
 *   ladder_tally.c   counts, and the words at the end
 *   ladder_rows.c, ladder_flights.c, ladder_layout.c, ladder_words.c
 */
#ifndef RUNG_TOOLS_LADDER_CORE_H
#define RUNG_TOOLS_LADDER_CORE_H

#include "tools/lib/ladder.h"
#include "tools/lib/ladder_flights.h"
#include "tools/lib/ladder_layout.h"
#include "tools/lib/ladder_rows.h"
#include "tools/lib/ladder_words.h"

/* A frame that was put on a wire, with what is known of its fate so far. */
enum { SENDING_FATES_MAX = 16 };
struct ladder_sending {
    const struct record *tx; /* NULL: none */
    const struct record *lost;
    const struct record *fates[SENDING_FATES_MAX];
    unsigned fate_count;
    uint32_t copies; /* that will arrive */
};

/* The row of a frame that others of the same bytes may share. */
struct ladder_flood {
    int64_t row;
    uint32_t first, last; /* frames; 0: no such row */
    uint16_t node;
};

/* The losses by one rule, and the integers of the first. */
struct ladder_cause {
    uint32_t count;
    bool a_differs, b_differs; /* in a later one */
    int64_t a, b;
};

struct ladder_tally {
    uint32_t *carried, *lost;    /* by link: put on it, lost on it */
    uint32_t *refused;           /* by link: lost in front of it */
    struct ladder_cause *causes; /* by rule */
    uint64_t frames;
};

struct ladder {
    const struct run_view *view;
    const struct ladder_options *options;
    struct canvas_print how;
    struct ladder_layout layout;
    struct ladder_rows rows;
    struct ladder_flights flights;
    struct ladder_tally tally;
    struct ladder_sending sending;
    struct ladder_flood flood;
    struct tcp_view *tcp; /* follows all segments */
    uint32_t brief; /* by meaning, a bit: facts are in short, for all alike */
    int64_t last_row[LADDER_COLUMNS_MAX];  /* of what a node last did */
    int64_t last_sending; /* row; numbers of frames rise from row to row */
    uint32_t received[LADDER_COLUMNS_MAX]; /* frame, at this moment */
    FILE *out;
    vtime now;
    bool begun;   /* a moment is open */
    bool timed;   /* and its time is printed */
    bool no_memory;
};

/* Prints the rows that are there; more of this moment may follow. */
void ladder_flush(struct ladder *l);

/* The column of NODE, or -1. */
static inline int ladder_column(const struct ladder *l, uint16_t node)
{
    return l->layout.column_of[node];
}

/* Looks at the first frames of the run: those of one meaning have their
 * facts in one form, in full if that fits for all. */
void ladder_choose_forms(struct ladder *l);

void ladder_place_sending(struct ladder *l, const struct ladder_sending *sending);
void ladder_place_arrival(struct ladder *l, const struct record *rx);
void ladder_place_note(struct ladder *l, const struct record *record);

/* For ladder_loss.c: the facts on ARROW's first row. */
struct ladder_start {
    struct ladder_arrow arrow;
    const char *text; /* what is said on the arrow, or in the margin */
    struct ladder_facts facts;
    int from; /* column */
    uint32_t frame;
};

/* Takes the first row of START's arrow, up to offset END; draws its facts
 * and its line, and returns the row. */
int64_t ladder_begin_arrow(struct ladder *l, const struct ladder_start *start, int end);

/* An arrow that is lost as it starts, and one that was on its way. */
void ladder_place_lost(struct ladder *l, struct ladder_start *start, const struct record *lost);
void ladder_place_cut(struct ladder *l, struct ladder_arrow *arrow, const struct record *lost);

/* Words beside column COLUMN from row NUMBER on, broken where they must be;
 * MARK is 0 for none. Returns the row of the first line. */
int64_t ladder_place_words(struct ladder *l, int column, int64_t number, const char *text,
                           enum meaning meaning, uint32_t mark);

/* The first row from NUMBER on where nothing flies through the cells LOW to
 * HIGH; NUMBER if that is not to be had soon. */
int64_t ladder_clear_row(const struct ladder *l, int64_t number, int low, int high);

/* The list shape: one record, in words. */
void ladder_list_sending(struct ladder *l, const struct ladder_sending *sending);
void ladder_list_note(struct ladder *l, const struct record *record);

bool ladder_tally_open(struct ladder_tally *tally, const struct run_view *view);
void ladder_tally_close(struct ladder_tally *tally);
void ladder_tally_add(struct ladder_tally *tally, const struct record *record);
void ladder_tally_print(struct ladder *l);

#endif
