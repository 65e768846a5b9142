#include "layers/wire/ipv6_header.h"

#include <string.h>

#include "layers/wire/bytes.h"
#include "layers/wire/checksum.h"
#include "layers/wire/span.h"
#include "layers/wire/text.h"

enum { GROUPS = 8, VERSION = 6, SOURCE_AT = 8, DESTINATION_AT = 24 };

rule_id ipv6_header_parse(struct ipv6_header *h, struct span in, struct span *payload)
{
    *payload = span_empty(in);
    if (in.len < IPV6_HEADER_LEN)
        return RULE_IPV6_TRUNCATED;
    h->traffic_class = (uint8_t)(get_be16(in.at) >> 4);
    h->flow_label = get_be32(in.at) & 0xfffff;
    h->payload_length = get_be16(in.at + 4);
    h->next_header = in.at[6];
    h->hop_limit = in.at[7];
    memcpy(h->source.at, in.at + SOURCE_AT, IPV6_LEN);
    memcpy(h->destination.at, in.at + DESTINATION_AT, IPV6_LEN);
    if (in.at[0] >> 4 != VERSION)
        return RULE_IPV6_BAD_VERSION;
    *payload = span_after(in, IPV6_HEADER_LEN);
    if (h->payload_length > payload->len)
        return RULE_IPV6_CUT;
    if (h->payload_length > 0)
        *payload = span_first(*payload, h->payload_length);
    return RULE_NONE;
}

size_t ipv6_header_emit(const struct ipv6_header *h, uint8_t *out)
{
    put_be32(out, (uint32_t)VERSION << 28 | (uint32_t)h->traffic_class << 20 |
                      (h->flow_label & 0xfffff));
    put_be16(out + 4, h->payload_length);
    out[6] = h->next_header;
    out[7] = h->hop_limit;
    memcpy(out + SOURCE_AT, h->source.at, IPV6_LEN);
    memcpy(out + DESTINATION_AT, h->destination.at, IPV6_LEN);
    return IPV6_HEADER_LEN;
}

bool ipv6_is_extension(uint8_t kind)
{
    return kind == IPV6_HOP_BY_HOP || kind == IPV6_ROUTING || kind == IPV6_FRAGMENT ||
           kind == IP_PROTOCOL_AH || kind == IPV6_DESTINATION;
}

/* The length byte counts in eights beyond the first eight bytes, AH's in fours
 * beyond two of them; a fragment header has none. */
static size_t extension_len(uint8_t kind, uint8_t length)
{
    if (kind == IPV6_FRAGMENT)
        return IPV6_EXTENSION_MIN;
    if (kind == IP_PROTOCOL_AH)
        return ((size_t)length + 2) * 4;
    return ((size_t)length + 1) * 8;
}

rule_id ipv6_extension_parse(struct ipv6_extension *extension, uint8_t kind, struct span in,
                             struct span *payload)
{
    size_t len;

    *payload = span_empty(in);
    if (in.len < IPV6_EXTENSION_MIN)
        return RULE_IPV6_EXTENSION_CUT;
    *extension = (struct ipv6_extension){ .next_header = in.at[0], .kind = kind };
    if (kind == IPV6_FRAGMENT) {
        extension->fragment_offset = get_be16(in.at + 2) & 0xfff8;
        extension->more_fragments = (in.at[3] & 1) != 0;
        extension->identification = get_be32(in.at + 4);
    }
    len = extension_len(kind, in.at[1]);
    if (len > in.len)
        return RULE_IPV6_EXTENSION_CUT;
    *payload = span_after(in, len);
    return RULE_NONE;
}

bool ipv6_is_multicast(const struct ipv6 *address)
{
    return address->at[0] == 0xff;
}

/* The longest run of groups that are zero, in *LEN; 0 if none has two. */
static int longest_run(const struct ipv6 *address, int *len)
{
    int best = 0, at = 0;

    *len = 0;
    for (int i = 0; i < GROUPS; i++) {
        int zeros = 0;

        while (i + zeros < GROUPS && get_be16(address->at + 2 * (i + zeros)) == 0)
            zeros++;
        if (zeros > best) {
            best = zeros;
            at = i;
        }
        i += zeros;
    }
    if (best >= 2)
        *len = best;
    return at;
}

/* ::ffff:0:0/96: an IPv4 address in IPv6's clothes. */
static bool is_mapped(const struct ipv6 *address)
{
    static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };

    return memcmp(address->at, prefix, sizeof(prefix)) == 0;
}

size_t ipv6_format(const struct ipv6 *address, char *out, size_t size)
{
    struct text t = text_begin(out, size);
    const uint8_t *last = address->at + IPV6_LEN - 4;
    int run, at = longest_run(address, &run);

    if (is_mapped(address)) {
        text_format(&t, "::ffff:%u.%u.%u.%u", (unsigned)last[0], (unsigned)last[1],
                    (unsigned)last[2], (unsigned)last[3]);
        return t.len;
    }
    for (int i = 0; i < GROUPS; i++) {
        if (run > 0 && i == at) {
            text_put(&t, "::");
            i += run - 1;
            continue;
        }
        if (i > 0 && !(run > 0 && i == at + run))
            text_char(&t, ':');
        text_format(&t, "%x", (unsigned)get_be16(address->at + 2 * i));
    }
    return t.len;
}

bool ipv6_checksum_ok(const struct ipv6_header *h, uint8_t protocol, struct span message)
{
    struct checksum_sum sum = { 0 };

    checksum_add(&sum, (struct span){ h->source.at, IPV6_LEN });
    checksum_add(&sum, (struct span){ h->destination.at, IPV6_LEN });
    checksum_add_long(&sum, (uint32_t)message.len);
    checksum_add_long(&sum, protocol);
    checksum_add(&sum, message);
    return checksum_fold(&sum) == 0;
}
