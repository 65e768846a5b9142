/*
 * walk.h - one finished run, whose world can be taken to any moment of it.
 *
 *   lab text      walk_lab.c      history of snapshots; forward from the nearest
 *   packet script walk_script.c   run again from the start, up to the moment
 *   capture       walk_capture.c  nothing moves but the clock; read bit by bit
 *   fed capture   walk_into.c     history of snapshots
 *
 * Used by session.c, which has one or two of them.
 */
#ifndef RUNG_TIMELINE_WALK_H
#define RUNG_TIMELINE_WALK_H

#include "tools/timeline/session.h"

struct walk {
    struct session_run run; /* all of it, */
    struct run_view view;
    bool is_reading; /* once it is read; until then this, which was read first: */
    struct session_run part;
    const char *title, *about;
    const char *trouble; /* why it is only a part; NULL or "": it is all */
    void (*go)(struct walk *walk, uint32_t events);
    /* While is_reading: reads FRAMES more. False: no memory. And how far that is. */
    bool (*read_on)(struct walk *walk, uint32_t frames);
    struct session_reading (*reading)(const struct walk *walk);
    void (*close)(struct walk *walk); /* frees WALK itself, too */
};

/* Frames that somebody meddled with, as world interventions: the other deeds
 * are in the text already. */
struct walk_text {
    const char *text; /* of a lab, with the overrides of the options; NULL: read
                         the file at options->path */
    size_t len;
    const struct intervention *interventions;
    uint32_t intervention_count;
};

/* NULL: ERROR says why, or is "" where standard error has been told. */
struct walk *walk_lab_open(const struct session_options *options, const struct walk_text *text,
                           char *error, size_t size);
struct walk *walk_capture_open(const struct session_options *options, char *error, size_t size);
struct walk *walk_into_open(const struct session_options *options, char *error, size_t size);
struct walk *walk_script_open(const struct session_options *options, char *error, size_t size);

/* The first of the errors in D, without its place: the text that it is in was
 * made by deeds, and nobody has seen it. */
struct diagnostics;
void walk_first_error(struct diagnostics *d, char *error, size_t size);

/* session_text.c: the lab of ORIGINAL with the first COUNT of DEEDS that are
 * switched on, the commands alone or all; the caller's to free. NULL: ERROR says why. */
char *walk_amended_text(const struct walk *original, const struct deed *deeds, size_t count,
                        bool commands_only, char *error, size_t size);

/* The lab's own text, as it was read. */
struct span walk_lab_source(const struct walk *walk);

#endif
