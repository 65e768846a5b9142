#include "tools/lib/capture_sums.h"

enum { PROBES = 16, ALL_BAD_AT_LEAST = 2 };

static const rule_id rule_of[CAPTURE_SUMS] = { RULE_IP_BAD_CHECKSUM, RULE_ICMP_BAD_CHECKSUM,
                                               RULE_UDP_BAD_CHECKSUM, RULE_TCP_BAD_CHECKSUM };

static uint64_t hash_of(ipv4 host, enum capture_sum sum)
{
    return hash_mix((uint64_t)host << 2 | sum);
}

static bool had_good(const struct capture_sums *sums, ipv4 host, enum capture_sum sum)
{
    uint32_t at = hash_mix(host) % CAPTURE_SUM_BYTES;
    unsigned which = sums->good[at];

    for (unsigned i = 0; i < CAPTURE_SUMS_AHEAD; i++)
        if (sums->ahead[i].at == at)
            which |= sums->ahead[i].which;
    return (which >> sum & 1) != 0;
}

/* NULL: there are too many. */
static struct capture_sum_host *find(struct capture_sums *sums, ipv4 address, enum capture_sum sum)
{
    uint64_t at = hash_of(address, sum);

    for (unsigned i = 0; i < PROBES; i++, at++) {
        struct capture_sum_host *host = &sums->hosts[at % CAPTURE_SUM_HOSTS];

        if (host->first == 0) {
            host->address = address;
            host->sum = sum;
            return host;
        }
        if (host->address == address && host->sum == sum)
            return host;
    }
    return NULL;
}

void capture_sums_bad(struct capture_sums *sums, struct capture_breaks *breaks, ipv4 host,
                      enum capture_sum sum, bool unfilled, uint64_t frame)
{
    struct capture_sum_host *of = find(sums, host, sum);
    struct capture_break broken = { .frame = frame, .rule = rule_of[sum] };

    if (of != NULL) {
        of->first = of->first == 0 ? frame : of->first;
        of->bad++;
        of->unfilled += unfilled;
        broken.host = (uint16_t)(of - sums->hosts + 1);
    }
    if (!unfilled)
        capture_breaks_add(breaks, &broken);
}

static bool all_bad(const struct capture_sums *sums, const struct capture_sum_host *host)
{
    return host->bad >= ALL_BAD_AT_LEAST && !had_good(sums, host->address, host->sum);
}

bool capture_sums_explain(const struct capture_sums *sums, const struct capture_break *broken)
{
    return broken->host != 0 && all_bad(sums, &sums->hosts[broken->host - 1]);
}

/* One note a host, however many of its checksums are left out. */
static bool is_told(const struct capture_breaks *breaks, ipv4 host)
{
    for (uint32_t i = 0; i < breaks->count; i++)
        if (breaks->list[i].rule == RULE_SEEN_CHECKSUM_OFFLOAD && breaks->list[i].a == host)
            return true;
    return false;
}

void capture_sums_note(const struct capture_sums *sums, struct capture_breaks *breaks)
{
    for (unsigned i = 0; i < CAPTURE_SUM_HOSTS; i++) {
        const struct capture_sum_host *host = &sums->hosts[i];

        if (host->first != 0 && (host->unfilled > 0 || all_bad(sums, host)) &&
            !is_told(breaks, host->address))
            capture_breaks_add(breaks, &(struct capture_break){ .frame = host->first,
                                                                .rule = RULE_SEEN_CHECKSUM_OFFLOAD,
                                                                .a = host->address });
    }
}

void capture_sums_excuse(const struct capture_sums *sums, struct capture_breaks *breaks)
{
    uint32_t left = 0;

    for (unsigned i = 0; i < CAPTURE_SUM_HOSTS; i++) {
        const struct capture_sum_host *host = &sums->hosts[i];

        if (host->first != 0 && all_bad(sums, host))
            breaks->counts[rule_of[host->sum]] -= host->bad - host->unfilled;
    }
    for (uint32_t i = 0; i < breaks->count; i++)
        if (capture_sums_explain(sums, &breaks->list[i]))
            breaks->kept[breaks->list[i].rule]--;
        else
            breaks->list[left++] = breaks->list[i];
    breaks->count = left;
}
