/*
 * summary.h - a frame in one line, in the manner of tcpdump.
 *
 *   ARP who-has 10.0.0.2 tell 10.0.0.1
 *   IP frag id=777 MF=0 offset=350 len=1180      frag 777 MF=0 off=350
 *   UDP 49152 > 9 len=12                         UDP 49152>9 12B
 *   ICMP unreachable: port 9 of 10.0.0.2
 *   TCP 49152 > 80 [S.] seq=0 ack=1 win=65535 mss=1460
 *   DNS query A www.example.com id=0x1a2b        DNS A www.example.com?
 *
 * Facts only: who said it and where it went is the ladder's business, so IP
 * addresses appear only where nothing better can be said. What is wrong with
 * the frame is added in words at the end, and a time to live when so little
 * is left of it that somebody must have meant it. The offset of a fragment
 * is in units of 8 bytes, as in its header. The line holds printable ASCII
 * only, whatever the frame holds. The ladder, replay and the timeline call
 * these; the short form (right) is for columns of some 24 characters.
 */
#ifndef RUNG_LAYERS_WIRE_SUMMARY_H
#define RUNG_LAYERS_WIRE_SUMMARY_H

#include "layers/wire/dissect.h"
#include "layers/wire/tcp_option.h"

#define SUMMARY_SIZE 600 /* enough for any line; nearly all are below 100 */

/* Write a line, always terminated; return the length it would have had. */
size_t summary_format(const struct dissection *d, char *out, size_t size);
size_t summary_format_short(const struct dissection *d, char *out, size_t size);

/* What stands at the end of a line: ": GET / HTTP/1.1 ttl=3 [bad checksum]", or "". For
 * who knows better what to say before it. */
size_t summary_format_tail(const struct dissection *d, char *out, size_t size);

/* What a first fragment begins to carry, in the short form, "ICMP echo request seq=1"; "" for
 * what has no header of transport. */
size_t summary_format_carried(const struct dissection *d, char *out, size_t size);

/* Where the brackets at the end of a LINE begin, which say what is wrong. */
size_t summary_problems_at(const char *line);

/* An option of TCP that says one thing, " mss=1460", or "" for any other. */
size_t summary_format_option(const struct tcp_option *option, char *out, size_t size);

#endif
