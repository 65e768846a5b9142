/*
 * capture_sums.h - checksums of a capture, and whether offload explains the bad ones.
 *
 *   bad, and the field holds 0 or the pseudo-header's sum  -> offload: the network
 *                                                             card goes on from there
 *   bad, and so are all others of this host                -> offload, too
 *   bad                                                    -> the rule is broken
 *
 * A host that captures sees what it sends before its network card has put in
 * the checksums (RFC 1071 5 speaks of such cards), and those that come as they were
 * on the wire. So what all frames of a host say is needed for the second
 * answer, and it is given at the end.
 *
 * Of at most CAPTURE_SUM_HOSTS hosts bad checksums are counted; those of more are
 * judged one by one. Good ones leave a bit behind, and two hosts may share one: then
 * offload may not be seen as such, never the other way.
 */
#ifndef RUNG_TOOLS_CAPTURE_SUMS_H
#define RUNG_TOOLS_CAPTURE_SUMS_H

#include "layers/wire/address.h"
#include "sim/hash.h"
#include "tools/lib/capture_breaks.h"

enum capture_sum { SUM_IP, SUM_ICMP, SUM_UDP, SUM_TCP };
#define CAPTURE_SUMS 4
#define CAPTURE_SUM_HOSTS 1024
#define CAPTURE_SUM_BYTES (1u << 16)
#define CAPTURE_SUMS_AHEAD 16

struct capture_sum_host {
    ipv4 address;
    enum capture_sum sum;
    uint32_t bad, unfilled; /* unfilled: of the bad, with an unfinished field */
    uint64_t first;         /* frame; 0: the place is free */
};

struct capture_sums {
    struct capture_sum_host hosts[CAPTURE_SUM_HOSTS];
    uint32_t host_count;
    uint8_t good[CAPTURE_SUM_BYTES]; /* by the hash of the host: bit n, enum capture_sum */
    /* The last ones, whose places in GOOD are still being fetched. */
    struct {
        uint32_t at;
        uint8_t which;
    } ahead[CAPTURE_SUMS_AHEAD];
    uint32_t added;
};

/* HOST has sent right checksums: bit n of WHICH, enum capture_sum. */
static inline void capture_sums_good(struct capture_sums *sums, ipv4 host, unsigned which)
{
    uint32_t at = hash_mix(host) % CAPTURE_SUM_BYTES, next = sums->added++ % CAPTURE_SUMS_AHEAD;

    sums->good[sums->ahead[next].at] |= sums->ahead[next].which;
    __builtin_prefetch(&sums->good[at], 1);
    sums->ahead[next].at = at;
    sums->ahead[next].which = (uint8_t)which;
}
/* ... a wrong one in FRAME. UNFILLED: its field is one that a card would fill in. What is
 * not that is added to BREAKS. */
void capture_sums_bad(struct capture_sums *sums, struct capture_breaks *breaks, ipv4 host,
                      enum capture_sum sum, bool unfilled, uint64_t frame);
/* What is known so far explains BROKEN, a checksum. */
bool capture_sums_explain(const struct capture_sums *sums, const struct capture_break *broken);
/* All frames were seen: one note a host is added, whose checksums offload explains; */
void capture_sums_note(const struct capture_sums *sums, struct capture_breaks *breaks);
/* and these checksums are taken out of BREAKS. */
void capture_sums_excuse(const struct capture_sums *sums, struct capture_breaks *breaks);

#endif
