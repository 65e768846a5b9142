/*
 * ipv4_option.h - reading IPv4 options one by one (RFC 791 3.1).
 *
 *   one octet:    type                    end of list, no operation
 *   else:         type | length | data    length counts all three
 *
 *   type:  copied 1 bit | class 2 | number 5
 *
 *   struct ipv4_option_reader reader;
 *   struct ipv4_option option;
 *   ipv4_option_begin(&reader, h.options);
 *   while (ipv4_option_next(&reader, &option))
 *       ...
 *   if (reader.refused != RULE_NONE)
 *       parameter problem at byte reader.refused_at of the IP header
 *
 * Of the known options the length and the smallest legal pointer are
 * checked, of unknown ones the length. Nothing is interpreted. IP and the
 * dissector call these.
 */
#ifndef RUNG_LAYERS_WIRE_IPV4_OPTION_H
#define RUNG_LAYERS_WIRE_IPV4_OPTION_H

#include "layers/rule.h"
#include "sim/base.h"

#define IPV4_OPTION_END 0
#define IPV4_OPTION_NOP 1
#define IPV4_OPTION_RECORD_ROUTE 7
#define IPV4_OPTION_TIMESTAMP 68
#define IPV4_OPTION_LOOSE_ROUTE 131
#define IPV4_OPTION_STREAM_ID 136
#define IPV4_OPTION_STRICT_ROUTE 137
#define IPV4_OPTION_ROUTER_ALERT 148 /* RFC 2113 */
#define IPV4_OPTION_COPIED 0x80      /* type bit: into every fragment */

struct ipv4_option {
    uint8_t type;
    uint8_t offset;   /* of its type octet from the start of the IP header */
    struct span raw;  /* the whole option */
    struct span data; /* behind type and length; empty for END and NOP */
};

struct ipv4_option_reader {
    struct span options;
    size_t at;
    rule_id refused;    /* RULE_NONE, IP_OPTION_BAD_LENGTH, _CUT, _BAD_POINTER */
    uint8_t refused_at; /* the bad octet, from the start of the IP header */
};

/* Starts to read OPTIONS, which must outlive the reader. */
void ipv4_option_begin(struct ipv4_option_reader *reader, struct span options);

/*
 * The next option; NOPs are returned. False at END, after the last byte, or
 * at an option that reader->refused speaks of.
 */
bool ipv4_option_next(struct ipv4_option_reader *reader, struct ipv4_option *option);

#endif
