/*
 * progress.h - how far a student has come with a lab, kept from day to day.
 *
 *   $XDG_STATE_HOME/rung/handshake@anna.yaml      (~/.local/state where it is not set)
 *
 * One file for each lab and student, of the form of a submission. `rung quiz`
 * and the timeline go on where either of them stopped:
 *
 *     a = progress_open(path, e, &head, &found);
 *     ... attempt_try(a, ...); progress_save(path, &head, a); ...
 *
 * Progress of another version of the lab, or of another variant, is none; it is
 * put aside as "....yaml~" and not lost.
 */
#ifndef RUNG_TOOLS_PROGRESS_H
#define RUNG_TOOLS_PROGRESS_H

#include "tools/lib/submission.h"

enum { PROGRESS_PATH_SIZE = 4096 };

enum progress_found {
    PROGRESS_NONE, /* nothing was done before */
    PROGRESS_GOES_ON,
    PROGRESS_OTHER, /* something was, but to another lab: it is put aside */
};

/* Where progress with the lab called LAB (lab_path_name) is kept; STUDENT may be
 * NULL. False: there is no home, or its path is too long. */
bool progress_path(const char *lab, const char *student, char *path, size_t size);

/* An attempt at E, with what the file at PATH tells of; PATH NULL: a fresh one.
 * The caller's to attempt_close. NULL: no memory. */
struct attempt *progress_open(const char *path, const struct exercise *e,
                              const struct submission_head *head, enum progress_found *found);

/* Keeps A at PATH, whose folders are made. False: errno says why not; what was
 * kept before stays. */
bool progress_save(const char *path, const struct submission_head *head, const struct attempt *a);

#endif
