/*
 * trace_fold.h - records written small.
 *
 * A run says the same things over and over: the tenth datagram of a flow
 * makes the records of the ninth, a few numbers on. So each record is guessed
 * from one that it resembles, its model: the last of the same kind, about the
 * same thing, in the same node. Its numbers go on from its model's as those
 * did from theirs; events and frames go on from the record before. Most often
 * one byte says that all guesses hold, and that the model is the one behind
 * the last record's: events of the same sort leave the same row of records,
 * whatever has happened between them in other flows.
 *
 * Records are folded in blocks; a block can be read without the others.
 */
#ifndef RUNG_SIM_TRACE_FOLD_H
#define RUNG_SIM_TRACE_FOLD_H

#include "sim/trace.h"

#define FOLD_RECORD_MAX 64 /* bytes that a record takes at most */

/* Writes the COUNT records (at most TRACE_BLOCK) to OUT, which has room for
 * FOLD_RECORD_MAX bytes of each; returns the number of bytes. */
size_t trace_fold(const struct record *records, unsigned count, uint8_t *out);

/* Reads COUNT records back from what trace_fold wrote. */
void trace_unfold(const uint8_t *in, unsigned count, struct record *records);

#endif
