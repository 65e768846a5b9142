/*
 * summary_parts.h - the longer words of a summary, for those who write one.
 */
#ifndef RUNG_LAYERS_WIRE_SUMMARY_PARTS_H
#define RUNG_LAYERS_WIRE_SUMMARY_PARTS_H

#include "layers/wire/dissect.h"
#include "layers/wire/text.h"

/* Add an ICMP message that with its header has LEN bytes. */
void summary_put_icmp(struct text *t, const struct dissection *d,
                      const struct layer *icmp, size_t len);
void summary_put_icmp_short(struct text *t, const struct dissection *d,
                            const struct layer *icmp);

/* Add an ICMPv6 message that with its header has LEN bytes. */
void summary_put_icmpv6(struct text *t, const struct dissection *d, const struct layer *icmp,
                        size_t len);
void summary_put_icmpv6_short(struct text *t, const struct layer *icmp);

/* Add WORD and the number of each VLAN that the frame is tagged for. */
void summary_put_tags(struct text *t, const struct dissection *d, const char *word);

/* Add what an IPv6 header that could be read carries. */
void summary_put_ipv6(struct text *t, const struct dissection *d, const struct layer *ip);
void summary_put_ipv6_short(struct text *t, const struct dissection *d, const struct layer *ip);

/* Add what an application says; false: nothing that is known. */
bool summary_put_application(struct text *t, const struct dissection *d, bool brief);

/* Add the same behind the words of a transport header: ": GET / HTTP/1.1", BRIEF " GET /". */
void summary_put_application_behind(struct text *t, const struct dissection *d, bool brief);

/* Add what is wrong with the frame: " [bad IP header checksum] [68 of 1514 bytes]". */
void summary_put_problems(struct text *t, const struct dissection *d);

/* Add a transport header, or ICMP's of either kind, that with what it carries has
 * LEN bytes. */
void summary_put_transport(struct text *t, const struct dissection *d,
                           const struct layer *transport, size_t len);
void summary_put_transport_short(struct text *t, const struct dissection *d,
                                 const struct layer *transport, size_t len);
/* An unquoted header of those that could be read, or NULL. */
const struct layer *summary_find_transport(const struct dissection *d);

/* Add a name of IP's protocol or, where none has a name, its number. */
void summary_put_protocol(struct text *t, uint8_t protocol);

/* Add a TCP segment that with its header has LEN bytes. */
void summary_put_tcp(struct text *t, const struct layer *tcp, size_t len);
void summary_put_tcp_short(struct text *t, const struct layer *tcp, size_t len);

/* What to call a frame that carries neither ARP nor IP that can be read. */
const char *summary_frame_name(const struct dissection *d);

/* What is wrong, in two or three words, or NULL for RULE_NONE. */
const char *summary_fault(rule_id rule);

#endif
