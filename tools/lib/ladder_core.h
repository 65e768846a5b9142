/*
 * ladder_core.h - what the parts of the ladder share.
 *
 *   ladder.c         reads the trace, moment by moment; silence
 *   ladder_header.c  names and addresses
 *   ladder_place.c   finds rows for frames and arrivals
 *   ladder_notes.c   and for words
 *   ladder_once.c    says nothing twice
 *   ladder_why.c     reads the layers that are asked for their reasons
 *   ladder_loss.c    arrows that end in an x
 *   ladder_blanks.c, ladder_blank_words.c  what is left blank
 *   ladder_list.c    the shape without columns
 *   ladder_tally.c   counts, and the words at the end
 *   ladder_rows.c, ladder_flights.c, ladder_layout.c, ladder_words.c
 *   ladder_book.c, ladder_page.c, ladder_checkpoint.c: from any row on
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
    bool any, is_lost;
    uint32_t tx, lost;     /* indices of records */
    uint32_t event, frame; /* of tx */
    uint32_t fates[SENDING_FATES_MAX];
    unsigned fate_count;
    uint32_t copies; /* that will arrive */
};

struct ladder;

/* Something that a record has put into a row. */
struct ladder_mark {
    uint32_t record; /* index */
    int64_t row;
    int x, width;                     /* of its words, or its sign */
    const struct ladder_arrow *arrow; /* that begins here, or NULL */
};

/* Where the ladder goes. */
struct ladder_sink {
    /* Row Y of the canvas is done; false: no more, please. */
    bool (*row)(void *context, const struct ladder *l, int y);
    /* MARK is in a row that is not done yet; or NULL. */
    void (*mark)(void *context, const struct ladder *l, const struct ladder_mark *mark);
    /* All rows are done, and record NEXT begins another; false: not now. Or NULL. */
    bool (*pause)(void *context, const struct ladder *l, uint32_t next);
    void *context;
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
    const struct ladder_sink *sink;
    struct ladder_layout layout;
    struct ladder_rows rows;
    struct ladder_flights flights;
    struct ladder_tally tally;
    struct ladder_sending sending;
    struct ladder_flood flood;
    uint32_t lost;                        /* record of the loss that is being placed */
    struct tcp_view *tcp;                 /* follows all segments */
    uint32_t brief;                       /* by meaning, a bit: facts are in short, for all alike */
    int64_t last_row[LADDER_COLUMNS_MAX]; /* of what a node last did */
    int64_t last_sending;                 /* row; numbers of frames rise from row to row */
    uint32_t received[LADDER_COLUMNS_MAX]; /* frame, at this moment */
    vtime now;
    bool begun; /* a moment is open */
    bool timed; /* and its time is printed */
    bool no_memory;
    bool stopped; /* by the sink */
};

/* A ladder of VIEW whose rows go to SINK; all three must outlive it. SILENCES: of the
 * whole run, or NULL: they are looked for. False if there is no memory; ladder_close is
 * due in any case. */
bool ladder_open(struct ladder *l, const struct run_view *view,
                 const struct ladder_options *options, const struct ladder_silences *silences,
                 const struct ladder_sink *sink);
void ladder_close(struct ladder *l);

/* ladder_header.c: the title, if there is one, and what stands over the columns. */
void ladder_draw_title(struct ladder *l);
void ladder_draw_header(struct ladder *l);

/* Takes record INDEX, the next one; then, after the last, what is open. */
void ladder_take(struct ladder *l, uint32_t index);
void ladder_finish(struct ladder *l);

/* Gives away the rows that are there; more of this moment may follow. */
void ladder_flush(struct ladder *l);

/* Row Y of the canvas is done: gives it away and empties it. */
void ladder_put_row(struct ladder *l, int y);

static inline void ladder_put_mark(const struct ladder *l, const struct ladder_mark *mark)
{
    if (l->sink->mark != NULL)
        l->sink->mark(l->sink->context, l, mark);
}

/* The column of NODE, or -1. */
static inline int ladder_column(const struct ladder *l, uint16_t node)
{
    return l->layout.column_of[node];
}

/* Looks at the first frames of the run: those of one meaning have their
 * facts in one form, in full if that fits for all. */
void ladder_choose_forms(struct ladder *l);

void ladder_place_sending(struct ladder *l, const struct ladder_sending *sending);
void ladder_place_arrival(struct ladder *l, uint32_t index, const struct record *rx);
void ladder_place_note(struct ladder *l, uint32_t index);

/* For ladder_loss.c: the facts on ARROW's first row. */
struct ladder_start {
    struct ladder_arrow arrow;
    const char *text; /* what is said on the arrow, or in the margin */
    struct ladder_facts facts;
    int from; /* column */
    uint32_t frame;
    int x, width; /* where the words stand, once there is a row */
};

/* ARROW of frame NUMBER, but for what is said on it: false if it has none. */
bool ladder_lay_arrow(const struct ladder *l, uint32_t number, struct ladder_arrow *arrow);

/* Takes the first row of START's arrow, up to offset END; draws its facts
 * and its line, and returns the row. */
int64_t ladder_begin_arrow(struct ladder *l, struct ladder_start *start, int end);

/* An arrow that is lost as it starts, and one that was on its way. */
void ladder_place_lost(struct ladder *l, struct ladder_start *start, uint32_t index);
void ladder_place_cut(struct ladder *l, struct ladder_arrow *arrow, uint32_t index);

/* Words beside column COLUMN from row NUMBER on, broken where they must be;
 * MARK is 0 for none. Returns the row of the first line. */
int64_t ladder_place_words(struct ladder *l, int column, int64_t number, const char *text,
                           enum meaning meaning, uint32_t mark);

/* The first row from NUMBER on where nothing flies through the cells LOW to
 * HIGH; NUMBER if that is not to be had soon. */
int64_t ladder_clear_row(const struct ladder *l, int64_t number, int low, int high);

/* The list shape: one record, in words. */
void ladder_list_sending(struct ladder *l, const struct ladder_sending *sending);
void ladder_list_note(struct ladder *l, uint32_t index);

bool ladder_tally_open(struct ladder_tally *tally, const struct run_view *view);
void ladder_tally_close(struct ladder_tally *tally);
void ladder_tally_add(struct ladder_tally *tally, const struct trace *trace, uint32_t index);
void ladder_tally_draw(struct ladder *l);

#endif
