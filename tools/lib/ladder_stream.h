/*
 * ladder_stream.h - the ladder of ladder.h, printed part by part.
 *
 *     s = ladder_stream_open(&view, &options, 0, stdout);   names, addresses
 *     ladder_stream_to(s, 12);    rows of the first 12 events
 *     ... a question is asked ...
 *     ladder_stream_to(s, 30);    the rows that follow; no row twice
 *
 * Rows of a part depend on what has happened by its end and on nothing beyond;
 * only the places of the columns, the unit of time and the length of a silence
 * that is folded are those of the whole run. What flies at the end of a part
 * arrives in a later one.
 */
#ifndef RUNG_TOOLS_LADDER_STREAM_H
#define RUNG_TOOLS_LADDER_STREAM_H

#include "tools/lib/ladder.h"

struct ladder_stream;

/* Prints what stands over the columns of VIEW's ladder to OUT; OPTIONS are
 * copied. Of a part of more than MOST rows (0: never) those in its middle are left
 * out, and it says how many. VIEW and OUT must outlive the stream. NULL: no memory. */
struct ladder_stream *ladder_stream_open(const struct run_view *view,
                                         const struct ladder_options *options, size_t most,
                                         FILE *out);

/* Prints what happened in the first EVENTS events of the run and is not printed
 * yet; with its last event, also the words at the end. False: there was no
 * memory, or OUT took no more. */
bool ladder_stream_to(struct ladder_stream *s, uint32_t events);

void ladder_stream_close(struct ladder_stream *s); /* or NULL */

#endif
