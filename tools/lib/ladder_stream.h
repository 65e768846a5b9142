/*
 * ladder_stream.h - the ladder of ladder.h, printed part by part.
 *
 *     s = ladder_stream_open(&view, &options, 0, stdout);
 *     ladder_stream_to(s, 12);    names, and the rows of the first 12 events
 *     ... a question is asked ...
 *     ladder_stream_to(s, 30);    the rows that follow; no row twice
 *
 * A part is laid out and worded by what has happened up to its end: not even the
 * unit of its times, or the width of a column, tells of what is to come. What flies
 * at the end of a part arrives in a later one.
 */
#ifndef RUNG_TOOLS_LADDER_STREAM_H
#define RUNG_TOOLS_LADDER_STREAM_H

#include "tools/lib/ladder.h"

struct ladder_stream;

/* VIEW's ladder, to be printed to OUT; OPTIONS are copied. Of a part of more than
 * MOST rows (0: never) those in its middle are left out, and it says how many.
 * VIEW and OUT must outlive the stream. NULL: no memory. */
struct ladder_stream *ladder_stream_open(const struct run_view *view,
                                         const struct ladder_options *options, size_t most,
                                         FILE *out);

/* Prints what happened in the first EVENTS events of the run and is not printed
 * yet, if that is anything, below the nodes' names; with its last event, also the
 * words at the end. False: there was no memory, or OUT took no more. */
bool ladder_stream_to(struct ladder_stream *s, uint32_t events);

/* Whether the last part had any row. */
bool ladder_stream_said(const struct ladder_stream *s);

void ladder_stream_close(struct ladder_stream *s); /* or NULL */

#endif
