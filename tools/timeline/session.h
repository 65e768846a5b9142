/*
 * session.h - a run that can be walked: cursor, futures, interventions.
 *
 *            original run   o----o----o----o----o----o
 *                                      \
 *            with interventions         o----o----o        the other future
 *
 * A session holds one run or two: the original, which never changes, and the
 * one with the interventions that are switched on now. Each is computed to
 * its end, then walked: session_go takes the world of a run to any moment,
 * forwards or backwards, exactly. Undo and redo walk the list of
 * interventions; the other future is computed anew for each list.
 *
 * Four kinds: a lab; a packet script (its world is run again from the start
 * for each moment: they are short); a capture (its world never moves); a
 * capture that was fed to a simulated host (into.h).
 */
#ifndef RUNG_TIMELINE_SESSION_H
#define RUNG_TIMELINE_SESSION_H

#include "tools/lib/deed.h"
#include "tools/lib/ladder.h"
#include "tools/lib/pkt_script.h"
#include "tools/lib/run_view.h"
#include "tools/timeline/moment.h"

enum session_kind { SESSION_LAB, SESSION_SCRIPT, SESSION_CAPTURE, SESSION_INTO };

enum session_side { SESSION_ORIGINAL, SESSION_OTHER, SESSION_SIDES };

struct into;
struct session;

/* A walk through a finished run: where the cursor of one side is. */
struct session_run {
    const struct lab *lab; /* whose names commands and conditions use; NULL: of no lab */
    const struct run_view *view;  /* its world stands where session_go took it */
    const struct run_view *whole; /* the same with a world that stays: names and
                                     wires for who keeps the view, as a ladder does */
    uint64_t hash;  /* of the whole run; 0 if limited */
    vtime end;      /* time of its last event */
    uint32_t events, records, frames;
    bool limited;   /* it goes on, but nobody is to see that yet: session_limit */
    bool part;      /* it goes on, and is not worked up yet: session_whole */
};

/* How much of a capture is read. */
struct session_reading {
    uint64_t bytes, of; /* of the file; 0 of 0: nobody knows */
    uint32_t frames;
};

/*
 * Opens the lab at PATH (with overrides as of --set), the packet script (a
 * name that ends in .pkt), or the capture. NULL, and ERROR (SIZE bytes) says
 * why, if that fails; errors with a place in a file have been printed to
 * standard error already, and ERROR is "". PROGRESS (or NULL) is called now
 * and then while the run is computed. So is STOPS (or NULL), of a lab's run, with
 * the time that it has come to: true stops it, and it is as if it had failed.
 */
struct session_options {
    const char *path;
    const char *const *overrides;
    size_t override_count;
    bool seed_given, until_given;
    uint64_t seed;
    vtime until;
    const struct pkt_defines *defines; /* of a packet script; NULL: none */
    const char *profile; /* of a packet script; NULL: its own, or strict */
    bool capture;        /* PATH is one, whatever its name */
    const char *filter;  /* of a capture: tcpdump's; NULL: every frame */
    struct into *into;   /* done already, with its history; stays the caller's. NULL: none */
    uint32_t part;       /* about so many frames are to be shown first; 0: all at once */
    void (*progress)(vtime now, vtime until);
    bool (*stops)(vtime now);
};
struct session *session_open(const struct session_options *options, char *error, size_t size);
void session_close(struct session *session);

enum session_kind session_kind(const struct session *session);
const char *session_title(const struct session *session);
const char *session_about(const struct session *session); /* or "" */
/* Why only a part of a capture can be shown, with the place; or "". */
const char *session_trouble(const struct session *session);

/* The run of SIDE, or NULL: there is no other future. */
const struct session_run *session_run(const struct session *session, enum session_side side);

/*
 * From now on the original is a run of so many EVENTS at most: what is behind them
 * is in no view, so that nothing that is drawn, searched or asked can tell of it
 * (run_prefix.h). While anything is hidden there are no interventions. What was
 * read from the view before holds no longer. UINT32_MAX: all can be seen.
 */
void session_limit(struct session *session, uint32_t events);

/*
 * A long run that was opened with `part`: until session_show_whole, the original is
 * but its beginning (session_run.part). Of a capture no more is read at first; of other
 * runs all is there, but a ladder of it takes its time.
 *
 *   session_read_on      reads FRAMES frames more. False: no memory
 *   session_whole        all of it, to be laid out; or NULL: not all is read
 *   session_show_whole   from now on that is the original. Numbers of events, records,
 *                        frames and nodes stay; what was read from the view before
 *                        holds no longer
 */
bool session_is_part(const struct session *session);
bool session_read_on(struct session *session, uint32_t frames);
struct session_reading session_reading(const struct session *session);
const struct session_run *session_whole(const struct session *session);
void session_show_whole(struct session *session);

/* Takes the world of SIDE to the moment at which EVENTS events have happened. */
void session_go(struct session *session, enum session_side side, uint32_t events);

/*
 * Takes the world of SIDE to the event of record RECORD (MOMENT_BEFORE: to the
 * start) and fills in MOMENT. Whose side is looked at: the record's own host
 * and connection where it has one; else what was looked at before, which
 * MOMENT says (zeroed: nothing yet), if that is a host.
 */
void session_moment(struct session *session, enum session_side side, uint32_t record,
                    struct moment *moment);

/* ---- Interventions ---- */

size_t session_deed_count(const struct session *session); /* that are not undone */
const struct deed *session_deed(const struct session *session, size_t index);

/* Adds DEED to the list and computes the other future. False: ERROR says why
 * (frame 99 was never sent; a command that means nothing), nothing changed. */
bool session_do(struct session *session, const struct deed *deed, char *error, size_t size);
/* False: ERROR says why (nothing to undo, or redo; it was stopped). */
bool session_undo(struct session *session, char *error, size_t size);
bool session_redo(struct session *session, char *error, size_t size);
/* Switches deed INDEX off or on. False if the run that would result fails: ERROR. */
bool session_switch(struct session *session, size_t index, char *error, size_t size);

/* The first record in which the two futures differ (index, the same in both);
 * records beyond the end of the shorter one differ. False: no other future,
 * or no difference. */
bool session_first_difference(const struct session *session, uint32_t *record);

/* The text of the lab with all deeds that are switched on, as script and
 * faults; the caller's to free. NULL: ERROR says why. */
char *session_lab_text(const struct session *session, char *error, size_t size);

#endif
