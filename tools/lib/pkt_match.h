/*
 * pkt_match.h - is what came out of the stack what the script expects?
 *
 * One expected segment may be met by several that follow each other without a
 * gap (a script does not know where the stack cuts): struct pkt_match holds
 * how far it has got.
 */
#ifndef RUNG_TOOLS_PKT_MATCH_H
#define RUNG_TOOLS_PKT_MATCH_H

#include "tools/lib/pkt_profile.h"
#include "tools/lib/pkt_wire.h"

enum pkt_verdict { PKT_MATCHES, PKT_MATCHES_SO_FAR, PKT_DIFFERS };

struct pkt_match {
    const struct pkt_packet *expected;
    const struct pkt_settings *settings;
    uint32_t got;  /* bytes of it that have come */
    uint32_t size; /* of the first piece */
    char why[200]; /* PKT_DIFFERS: "the flags are not the same" */
};

void pkt_match_begin(struct pkt_match *m, const struct pkt_packet *expected,
                     const struct pkt_settings *settings);

/* Compares SEEN, whose numbers are the script's already, with what is still
 * expected. FLOW knows timestamps, and learns the new one. */
enum pkt_verdict pkt_match(struct pkt_match *m, const struct pkt_seen *seen,
                           struct pkt_flow *flow);

/* As a script would write it. */
void pkt_format_expected(const struct pkt_packet *packet, char *out, size_t size);
void pkt_format_seen(const struct pkt_seen *seen, const struct pkt_flow *flow, char *out,
                     size_t size);

#endif
