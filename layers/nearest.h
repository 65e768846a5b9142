/*
 * nearest.h - "did you mean": the known word that a mistyped one was probably
 * meant to be.
 *
 *   struct nearest near;
 *   nearest_begin(&near, "delya");
 *   for each known word: nearest_offer(&near, word);
 *   near.best            -> "delay", or NULL if nothing is near
 *
 * Letters inserted, left out, changed, or swapped with their neighbour count
 * one each, their case nothing; near is up to a third of the word. Where nothing
 * is, a word will do of which it is a part: "delivered" of "tcp.delivered", "arp"
 * of "arp-cache". Commands, lab files and the command line use it.
 */
#ifndef RUNG_LAYERS_NEAREST_H
#define RUNG_LAYERS_NEAREST_H

#include "sim/base.h"

#define NEAREST_WORD_MAX 31    /* longer words are never near */
#define NEAREST_CLAUSE_SIZE 64 /* enough for any clause */

struct nearest {
    const char *word;
    const char *best; /* the first of equals */
    size_t limit;     /* one must be nearer than this */
};

/* WORD, and each word offered, must outlive NEAR. */
void nearest_begin(struct nearest *near, const char *word);
void nearest_offer(struct nearest *near, const char *candidate);

/* Writes `, did you mean "delay"?` to OUT, or nothing if none is near. */
const char *nearest_clause(const struct nearest *near, char *out, size_t size);

#endif
