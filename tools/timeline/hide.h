/*
 * hide.h - what is left out of the ladder: by filter, host, protocol, connection.
 *
 * A frame that is hidden hides what becomes of it; a host that is hidden has no
 * column, and its frames are not seen; through a switch, hub or router that is
 * hidden they pass, in and out as one arrow (run_join.h). States and commands of
 * the hosts that are seen stay.
 */
#ifndef RUNG_TIMELINE_HIDE_H
#define RUNG_TIMELINE_HIDE_H

#include "tools/lib/run_view.h"

struct filter;

enum hide_kind { HIDE_ARP, HIDE_ICMP, HIDE_UDP, HIDE_TCP, HIDE_KINDS };

enum { HIDE_TEXT_SIZE = 600, HIDE_NODES_MAX = 64 };

struct hiding {
    char text[HIDE_TEXT_SIZE]; /* of the filter; "": every frame */
    struct filter *filter;
    bool kinds[HIDE_KINDS];
    uint16_t nodes[HIDE_NODES_MAX]; /* hidden */
    unsigned node_count;
    struct filter *connection; /* NULL: of all */
    bool only_connection;      /* it alone is seen; else all but it are */
    uint64_t version;          /* rises with each change */
};

/* Shows all again. */
void hide_clear(struct hiding *hiding);

bool hide_anything(const struct hiding *hiding);

/* Only frames that TEXT chooses are seen, or all if it is "". False: WHY says
 * what is wrong with it, *COLUMN at which byte. */
bool hide_filter(struct hiding *hiding, const char *text, char *why, size_t size, size_t *column);

/* Hides (or, if not HIDE, shows) what is called NAME: a node of VIEW or a
 * protocol. False: there is no such thing. */
bool hide_named(struct hiding *hiding, const struct run_view *view, const char *name, bool hide);

/* Hides the TCP connection or UDP conversation that FRAME belongs to or, if
 * ONLY, all frames but its. False: it belongs to none. */
bool hide_connection(struct hiding *hiding, const struct run_view *view, uint32_t frame,
                     bool only);
/* Hides no connection any more. */
void hide_no_connection(struct hiding *hiding);

/* Whether frame NUMBER of the run is seen. */
bool hide_shows_frame(const struct hiding *hiding, const struct trace *trace, uint32_t number);
bool hide_hides_node(const struct hiding *hiding, uint16_t node);

/* What is hidden, in a few words: "tcp port 80, without ARP". */
void hide_format(const struct hiding *hiding, const struct run_view *view, char *out, size_t size);

#endif
