/*
 * run_message.h - frames as they arrived, and the messages in them.
 *
 * The trace holds each frame as it was sent, and beside it what the wire did
 * to it; what the receiver saw is the two together. Used by the captures of
 * a run and by the ladder.
 */
#ifndef RUNG_TOOLS_RUN_MESSAGE_H
#define RUNG_TOOLS_RUN_MESSAGE_H

#include "tools/lib/run_view.h"

enum { RUN_FRAME_MAX = 65536, RUN_QUOTE_MAX = 16 };

/* Writes the bytes of FRAME as they arrived into ROOM (RUN_FRAME_MAX bytes). */
struct span run_frame_arrived(const struct run_view *view, uint32_t frame, uint8_t *room);

/* The first bytes of a message, to be shown in quotes. */
struct run_quote {
    char text[RUN_QUOTE_MAX + 1]; /* "": it cannot be shown */
    bool goes_on;                 /* the message is longer */
};

/*
 * The message that record INDEX (APP_UDP_SENT or APP_UDP_RECEIVED) tells of, if it
 * is text that somebody wrote and one frame, which is no fragment, carries
 * it: of a received one as it arrived, of a sent one as it goes out in the
 * same event.
 */
void run_message_quote(const struct run_view *view, uint32_t index, struct run_quote *quote);

#endif
