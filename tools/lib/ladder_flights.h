/*
 * ladder_flights.h - the arrows of frames in flight.
 *
 *   sender                         receiver
 *   |-- facts ------\                  |    row `start`, offset `bend`
 *   |                \                 |    one cell further in each row
 *   |                 \--------------->|    row `end`
 *   0  ...          bend ...  limit  length
 *
 * An arrow leans by one cell a row, so that it can be drawn before it is
 * known how many rows it will take; near its end it waits ("parks") until
 * its frame arrives. All that is kept is what is in flight. Offsets count
 * from the sender's column towards the receiver's. Used by the ladder alone.
 */
#ifndef RUNG_TOOLS_LADDER_FLIGHTS_H
#define RUNG_TOOLS_LADDER_FLIGHTS_H

#include "tools/lib/ladder_rows.h"
#include "sim/vtime.h"

enum { ARROW_STAYS = -1 };

struct ladder_arrow {
    uint32_t frame;
    uint32_t copies;    /* still to arrive */
    int64_t start, end; /* rows; end is ARROW_STAYS while it flies */
    vtime sent;
    int x;         /* of the sender's column */
    int direction; /* 1 to the right, -1 to the left */
    int length, bend, limit;
    int from, to; /* columns */
    enum meaning meaning;
    bool parked, gone;
};

struct ladder_flights {
    struct ladder_arrow *at; /* by frame number, some of them gone */
    size_t first, count, capacity;
    size_t leaning; /* all before it are gone or parked */
    size_t live;
    struct ladder_arrow *ended; /* in the rows that are not printed yet */
    size_t ended_count, ended_capacity;
    uint32_t *parked; /* by direction (left, right) and cell */
    int width;
};

bool ladder_flights_open(struct ladder_flights *flights, int width);
void ladder_flights_close(struct ladder_flights *flights);

/* Forgets all arrows: nothing flies. */
void ladder_flights_clear(struct ladder_flights *flights);

/* An arrow begins, or is there again; frames come in rising order. False: no memory. */
bool ladder_flights_add(struct ladder_flights *flights, const struct ladder_arrow *arrow);

/* The arrow of FRAME in flight, or NULL; good until the next add. */
struct ladder_arrow *ladder_flights_find(const struct ladder_flights *flights, uint32_t frame);

/* One copy of ARROW ends in row END; the last one takes it away. False: no memory. */
bool ladder_flights_end(struct ladder_flights *flights, struct ladder_arrow *arrow, int64_t end);

/* An arrow that begins and ends in the rows that are not printed yet. */
bool ladder_flights_add_ended(struct ladder_flights *flights, const struct ladder_arrow *arrow);

/*
 * How many cells of row NUMBER, from LOW to HIGH, stand free in front of the
 * first arrow that leans there; counted from LOW, or backwards from HIGH.
 */
int ladder_flights_room(const struct ladder_flights *flights, int64_t number, int low, int high,
                        bool backwards);

/* Where ARROW leans in row NUMBER, from its sender. */
int ladder_arrow_offset(const struct ladder_arrow *arrow, int64_t number);

/* The column of the canvas at OFFSET of ARROW. */
static inline int ladder_arrow_x(const struct ladder_arrow *arrow, int offset)
{
    return arrow->x + arrow->direction * offset;
}

/* Draws what flies through row NUMBER, then, after the last of them, forgets
 * what has ended. Rows come in order. */
void ladder_flights_draw(struct ladder_flights *flights, struct ladder_rows *rows, int64_t number);
void ladder_flights_advance(struct ladder_flights *flights);

#endif
