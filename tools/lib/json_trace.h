/*
 * json_trace.h - a run as JSON Lines, schema rung.trace/1.
 *
 * The first line tells of the run, the last of its end, each between is one
 * record. Keys stand in this order; what does not apply is left out. Times
 * are ns of virtual time, lengths are bytes. Everything is a number but
 * names, sentences, addresses ("10.0.0.1", "02:00:00:00:00:01") and `hash`.
 *
 *   {"schema":"rung.trace/1","title":"...","seed":42,
 *    "nodes":[{"name":"a","kind":"host","addresses":["10.0.0.1/24"]}],
 *    "links":[{"name":"wire","ends":["a","r1.lan"]}]}
 *
 * Each record:  n      its number, from 1 without gaps
 *               t      when
 *               event  the event that did it; 0: set-up
 *               node   who; none where it is nobody's
 *               kind   and by kind:
 *
 *   tx     put on a wire: frame (its number), link, to, len, then the decoded
 *          headers by Wireshark's names and in its units: ip.hdr_len is
 *          bytes, ip.frag_offset units of 8 bytes ("ip.ttl":64). Headers
 *          quoted by an ICMP error are left out.
 *   rx     arrived: frame, link. A duplicated frame arrives twice.
 *   lost   rule, sentence, rfc, section; frame; link, if on or before a wire
 *   fate   what a wire does to a frame that still arrives: as lost; for
 *          damage also the field that was hit ("ip.ttl", "udp.payload"), and
 *          second_field where two swapped words are of different fields
 *   state  machine ("arp"), whose, old, new (RFC 9293's spelling, "LINK-UP",
 *          "REACHABLE"), rule, frame
 *   value  var ("udp.queued"), whose, old, new, frame
 *   timer  timer ("ARP retry"), whose, change ("set", "fired", "stopped"),
 *          due, frame
 *   why    rule, sentence, rfc, section, label, frame
 *   app    app ("ping-sent"), subject, a, b, sentence, frame; for a command
 *          of the script: app ("command"), subject (its place there, from
 *          0), link if it is told to a link, sentence (its text)
 *
 * "Whose" is address ("10.0.0.2") for what belongs to one, link for a wire,
 * else subject: the number by which the layer knows it, such as a port. rfc
 * (a number) and section (as the RFC heads it) are there if an RFC rules,
 * label if it has one ("MUST-14").
 *
 *   {"n":N,"t":T,"kind":"end","events":E,"records":R,"frames":F,
 *    "links":[{"name":"wire","carried":7,"bytes":700,"lost":1}],
 *    "nodes":[{"name":"a","sent":4,"received":3,"lost":0,"ip_in":3,...}],
 *    "hash":"00f1..."}
 *
 * `lost` of a link counts what died on it or in front of it, of a node what
 * it dropped itself; the other counters of hosts are struct host_counters.
 * `hash` is the trace's, 16 hex digits: the same for the same lab and seed.
 */
#ifndef RUNG_TOOLS_JSON_TRACE_H
#define RUNG_TOOLS_JSON_TRACE_H

#include "tools/lib/run_view.h"

#include <stdio.h>

/* Writes VIEW to OUT. False if there was no memory, or OUT took no more. */
bool json_trace_write(const struct run_view *view, FILE *out);

#endif
