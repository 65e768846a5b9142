/*
 * tcp_option.h - reading TCP options one by one (RFC 9293 3.1 and 3.2).
 *
 *   one octet:   kind                     end of list, no-operation
 *   else:        kind | length | data     length counts all three
 *
 *   kind 2  length 4       maximum segment size   RFC 9293 3.2
 *   kind 3  length 3       window scale           RFC 7323 2.2
 *   kind 4  length 2       SACK permitted         RFC 2018 2
 *   kind 5  length 2+8n    SACK blocks            RFC 2018 3
 *   kind 8  length 10      timestamps             RFC 7323 3.2
 *
 * Used as ipv4_option.h is. The lengths of these five are checked; unknown
 * options are returned as they are, to be ignored (MUST-6).
 */
#ifndef RUNG_LAYERS_WIRE_TCP_OPTION_H
#define RUNG_LAYERS_WIRE_TCP_OPTION_H

#include "layers/rule.h"
#include "sim/base.h"

#define TCP_OPTION_END 0
#define TCP_OPTION_NOP 1
#define TCP_OPTION_MSS 2
#define TCP_OPTION_WINDOW_SCALE 3
#define TCP_OPTION_SACK_PERMITTED 4
#define TCP_OPTION_SACK 5
#define TCP_OPTION_TIMESTAMPS 8
#define TCP_OPTION_FAST_OPEN 34

struct tcp_option {
    uint8_t kind;
    struct span data; /* behind kind and length; empty for END and NOP */
};

struct tcp_option_reader {
    struct span options;
    size_t at;
    rule_id refused; /* RULE_NONE, TCP_OPTION_BAD_LENGTH or TCP_OPTION_CUT */
};

/* Starts to read OPTIONS, which must outlive the reader. */
void tcp_option_begin(struct tcp_option_reader *reader, struct span options);

/*
 * The next option; NOPs are returned. False at END, after the last byte, or
 * at an option that reader->refused speaks of.
 */
bool tcp_option_next(struct tcp_option_reader *reader, struct tcp_option *option);

#endif
