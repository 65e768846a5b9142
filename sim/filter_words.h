/*
 * filter_words.h - the words of a tcpdump filter, for filter.c alone.
 *
 * Not a parser: libpcap has that. Enough to know where each word begins and
 * which of them libpcap would have to look up.
 */
#ifndef RUNG_SIM_FILTER_WORDS_H
#define RUNG_SIM_FILTER_WORDS_H

#include "sim/base.h"

/* A word or an operator of a filter's text. */
struct filter_word {
    size_t at;
    size_t len;
    bool is_word; /* else an operator or a bracket */
};

/* Fills WORDS, LIMIT at most, and returns how many there are. */
size_t filter_split(const char *text, struct filter_word *words, size_t limit);

/*
 * The first of COUNT words of TEXT that libpcap would take for the name of a
 * host or a network and look up, or COUNT. *EXPECTED tells whether an address
 * should stand there ("host server"), or hardly ("tpc port 80").
 */
size_t filter_find_name(const char *text, const struct filter_word *words, size_t count,
                        bool *expected);

/*
 * Copies TEXT to OUT with the names of well-known ports ("port domain")
 * written as numbers, because a system without a table of services (a small
 * container) does not know them, and a lab must mean the same everywhere.
 * False if OUT is too small.
 */
bool filter_number_ports(const char *text, const struct filter_word *words, size_t count,
                         char *out, size_t size);

#endif
