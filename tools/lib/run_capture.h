/*
 * run_capture.h - a run as a capture file.
 *
 *   pcap            each frame that was put on a wire, once, in that order:
 *                   packet number = frame number; bytes as they were sent
 *   pcap  at HOST   what that host sent and what reached it, when it did,
 *                   with the damage that the wires did to it
 *   pcapng          the same, but one interface a vantage point (`a`,
 *                   `r1.lan`), a frame at its sender's when sent and at its
 *                   receiver's when it arrived, and in comments:
 *                     lost: the wire lost the frame (loss by chance)
 *                     wire: the wire flips bit 333 of the frame
 *                     dropped: the header checksum is wrong (RFC 791, 3.1)
 *                     why: asks who has the address (RFC 826, ...)
 *
 * The whys of a frame that arrives are those that its arrival made; of a
 * frame that is sent, those that its sender noted in the same event on the
 * way to sending it. There is no frame check sequence: a frame that dies of
 * a wrong one is there, damaged and with that comment.
 */
#ifndef RUNG_TOOLS_RUN_CAPTURE_H
#define RUNG_TOOLS_RUN_CAPTURE_H

#include "sim/capture_writer.h"
#include "tools/lib/run_view.h"

struct run_capture_options {
    enum capture_format format;
    uint16_t at; /* node number, or NODE_NONE for everywhere */
};

/* Writes VIEW to SINK. False if there was no memory, or SINK refused. */
bool run_capture_write(const struct run_view *view, const struct run_capture_options *options,
                       struct byte_sink sink);

#endif
