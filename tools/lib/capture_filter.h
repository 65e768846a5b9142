/*
 * capture_filter.h - one tcpdump filter for a capture of several link types.
 *
 *   "udp port 53" --compiled when a link type first comes--> a program for each
 */
#ifndef RUNG_TOOLS_CAPTURE_FILTER_H
#define RUNG_TOOLS_CAPTURE_FILTER_H

#include "sim/capture_reader.h"
#include "sim/filter.h"

enum { CAPTURE_FILTERS_MAX = 16 }; /* link types remembered at a time */

struct capture_filter {
    const char *text; /* the caller's */
    struct {
        uint32_t linktype;
        struct filter *filter; /* NULL: no frame of this kind can match */
    } compiled[CAPTURE_FILTERS_MAX];
    size_t count;
};

/* TEXT, "" for every frame, must outlive F. False: it is no filter; ERROR
 * (FILTER_ERROR_BYTES) says why, *COLUMN where, from 0. */
bool capture_filter_open(struct capture_filter *f, const char *text, char *error, size_t *column);
void capture_filter_close(struct capture_filter *f);

/* What cannot be asked of a kind of link chooses none of its frames. */
bool capture_filter_matches(struct capture_filter *f, const struct capture_frame *captured);

#endif
