#include "layers/net/ip_options.h"

#include "layers/host.h"
#include "layers/net/ip_parts.h"
#include "layers/wire/bytes.h"
#include "layers/wire/checksum.h"
#include "layers/wire/ipv4_option.h"

#include <string.h>

enum {
    OPTION_LENGTH_AT = 1,
    OPTION_POINTER_AT = 2, /* counted from 1, as RFC 791 does */
    STAMP_FLAGS_AT = 3,
    STAMP_ONLY = 0,
    STAMP_WITH_ADDRESS = 1,
    STAMP_PRESPECIFIED = 3,
    STAMP_OVERFLOW_MAX = 15,
    ROUTE_DATA_AT = 3,
};
#define STAMP_NOT_UNIVERSAL 0x80000000u

static bool is_source_route(uint8_t type)
{
    return type == IPV4_OPTION_LOOSE_ROUTE || type == IPV4_OPTION_STRICT_ROUTE;
}

rule_id ip_options_check(const struct ipv4_header *h, uint8_t *at)
{
    struct ipv4_option_reader reader;
    struct ipv4_option option;
    bool routed = false;

    ipv4_option_begin(&reader, h->options);
    while (ipv4_option_next(&reader, &option)) {
        if (!is_source_route(option.type))
            continue;
        *at = option.offset;
        if (routed)
            return RULE_IP_TWO_SOURCE_ROUTES;
        routed = true;
        if (option.raw.at[OPTION_POINTER_AT] <= option.raw.len &&
            option.raw.at[OPTION_POINTER_AT] + IPV4_LEN - 1u > option.raw.len) {
            *at = (uint8_t)(option.offset + OPTION_POINTER_AT);
            return RULE_IP_OPTION_NO_ROOM;
        }
    }
    *at = reader.refused_at;
    return reader.refused;
}

/* ---- Record route and timestamp ---- */

/* OPTION's room at its pointer: -1 if it is full, 0 if there is less than
 * NEED, else 1. */
static int room_for(const uint8_t *option, unsigned need)
{
    unsigned pointer = option[OPTION_POINTER_AT];

    if (pointer > option[OPTION_LENGTH_AT])
        return -1;
    return pointer - 1 + need <= option[OPTION_LENGTH_AT];
}

static rule_id record_route(struct host *host, uint8_t *option, ipv4 address)
{
    int room = room_for(option, IPV4_LEN);

    if (room == 0)
        return RULE_IP_OPTION_NO_ROOM;
    if (room < 0)
        return RULE_NONE;
    put_be32(option + option[OPTION_POINTER_AT] - 1, address);
    option[OPTION_POINTER_AT] = (uint8_t)(option[OPTION_POINTER_AT] + IPV4_LEN);
    WHY(&host->node, RULE_IP_ROUTE_RECORDED, address, 0);
    return RULE_NONE;
}

static rule_id count_overflow(struct host *host, uint8_t *option)
{
    unsigned count = option[STAMP_FLAGS_AT] >> 4;

    if (count == STAMP_OVERFLOW_MAX)
        return RULE_IP_OPTION_OVERFLOW;
    option[STAMP_FLAGS_AT] = (uint8_t)(option[STAMP_FLAGS_AT] + 0x10);
    WHY(&host->node, RULE_IP_STAMPS_FULL, count + 1, 0);
    return RULE_NONE;
}

static rule_id stamp_time(struct host *host, uint8_t *option, ipv4 address)
{
    unsigned flags = option[STAMP_FLAGS_AT] & 0xf;
    unsigned need = flags == STAMP_ONLY ? 4 : 8;
    uint32_t now = (uint32_t)(host->node.world->now / MS) & ~STAMP_NOT_UNIVERSAL;
    int room = room_for(option, need);
    uint8_t *at;

    if (flags != STAMP_ONLY && flags != STAMP_WITH_ADDRESS && flags != STAMP_PRESPECIFIED)
        return RULE_NONE;
    if (room < 0)
        return flags == STAMP_PRESPECIFIED ? RULE_NONE : count_overflow(host, option);
    if (room == 0)
        return RULE_IP_OPTION_NO_ROOM;
    at = option + option[OPTION_POINTER_AT] - 1;
    if (flags == STAMP_PRESPECIFIED && host_interface(host, get_be32(at)) == NULL)
        return RULE_NONE;
    if (flags == STAMP_WITH_ADDRESS)
        put_be32(at, address);
    put_be32(at + need - 4, now | STAMP_NOT_UNIVERSAL);
    option[OPTION_POINTER_AT] = (uint8_t)(option[OPTION_POINTER_AT] + need);
    WHY(&host->node, RULE_IP_TIME_STAMPED, now, 0);
    return RULE_NONE;
}

rule_id ip_options_write(struct host *host, uint8_t *options, size_t len, ipv4 address,
                         unsigned kinds, uint8_t *at)
{
    struct ipv4_option_reader reader;
    struct ipv4_option option;

    ipv4_option_begin(&reader, (struct span){ options, len });
    while (ipv4_option_next(&reader, &option)) {
        uint8_t *bytes = options + option.offset - IPV4_HEADER_MIN;
        rule_id rule = RULE_NONE;

        if (option.type == IPV4_OPTION_RECORD_ROUTE && (kinds & IP_OPTIONS_ROUTE) != 0)
            rule = record_route(host, bytes, address);
        else if (option.type == IPV4_OPTION_TIMESTAMP && (kinds & IP_OPTIONS_TIME) != 0)
            rule = stamp_time(host, bytes, address);
        if (rule != RULE_NONE) {
            *at = (uint8_t)(option.offset + OPTION_POINTER_AT);
            return rule;
        }
    }
    return RULE_NONE;
}

static void sum_header_again(struct packet *p, size_t header_len)
{
    uint8_t *header = packet_bytes(p);

    put_be16(header + IPV4_CHECKSUM_AT, 0);
    put_be16(header + IPV4_CHECKSUM_AT, checksum((struct span){ header, header_len }));
}

rule_id ip_options_update(struct host *host, struct packet *p, const struct ipv4_header *h,
                          ipv4 address, unsigned kinds, uint8_t *at)
{
    rule_id rule = ip_options_write(host, packet_bytes(p) + IPV4_HEADER_MIN, h->options.len,
                                    address, kinds, at);

    sum_header_again(p, ipv4_header_length(h));
    return rule;
}

/* ---- Source routes ---- */

static bool find_source_route(const struct ipv4_header *h, struct ipv4_option *option)
{
    struct ipv4_option_reader reader;

    ipv4_option_begin(&reader, h->options);
    while (ipv4_option_next(&reader, option))
        if (is_source_route(option->type))
            return true;
    return false;
}

struct ip_source_route ip_source_route(const struct ipv4_header *h)
{
    struct ip_source_route route = { 0 };
    struct ipv4_option option;
    unsigned pointer;

    if (!find_source_route(h, &option))
        return route;
    pointer = option.raw.at[OPTION_POINTER_AT];
    route.strict = option.type == IPV4_OPTION_STRICT_ROUTE;
    if (pointer - 1 + IPV4_LEN > option.raw.len)
        return route;
    route.open = true;
    route.at = (uint8_t)(option.offset + pointer - 1);
    route.next = get_be32(option.raw.at + pointer - 1);
    return route;
}

uint8_t ip_source_route_type(const struct ipv4_header *h)
{
    struct ipv4_option option;

    return h->options.len > 0 && find_source_route(h, &option) ? option.type : 0;
}

void ip_source_route_step(struct packet *p, struct ipv4_header *h,
                          const struct ip_source_route *route, ipv4 address)
{
    uint8_t *header = packet_bytes(p);
    struct ipv4_option option;
    uint8_t *pointer;

    find_source_route(h, &option);
    pointer = header + option.offset + OPTION_POINTER_AT;
    put_be32(header + route->at, address);
    *pointer = (uint8_t)(*pointer + IPV4_LEN);
    put_be32(header + IPV4_DESTINATION_AT, route->next);
    h->destination = route->next;
    sum_header_again(p, ipv4_header_length(h));
}

/* ---- Replies ---- */

/*
 * {G1, G2, ... Gn >>} from S becomes {>> Gn-1, ... G1, S} towards Gn. A route
 * that wrongly begins with S itself (RFC 1122 3.2.1.8 (c), case B) loses it.
 */
static size_t turn_round(const struct ipv4_option *option, ipv4 source, uint8_t *out,
                         ipv4 *destination)
{
    const uint8_t *data = option->raw.at + ROUTE_DATA_AT;
    size_t count = (option->raw.len - ROUTE_DATA_AT) / IPV4_LEN;
    size_t len = ROUTE_DATA_AT;

    if (count > 0 && get_be32(data) == source) {
        data += IPV4_LEN;
        count--;
    }
    if (count == 0)
        return 0;
    *destination = get_be32(data + (count - 1) * IPV4_LEN);
    for (size_t i = count - 1; i > 0; i--, len += IPV4_LEN)
        put_be32(out + len, get_be32(data + (i - 1) * IPV4_LEN));
    put_be32(out + len, source);
    len += IPV4_LEN;
    out[0] = option->type;
    out[OPTION_LENGTH_AT] = (uint8_t)len;
    out[OPTION_POINTER_AT] = ROUTE_DATA_AT + 1;
    return len;
}

size_t ip_options_reply(struct host *host, const struct ipv4_header *h, uint8_t *out,
                        ipv4 *destination)
{
    struct ipv4_option_reader reader;
    struct ipv4_option option;
    size_t len = 0;
    uint8_t at;

    ipv4_option_begin(&reader, h->options);
    while (ipv4_option_next(&reader, &option)) {
        if (is_source_route(option.type)) {
            len += turn_round(&option, h->source, out + len, destination);
        } else if (option.type == IPV4_OPTION_RECORD_ROUTE ||
                   option.type == IPV4_OPTION_TIMESTAMP) {
            memcpy(out + len, option.raw.at, option.raw.len);
            len += option.raw.len;
        }
    }
    while (len % 4 != 0)
        out[len++] = IPV4_OPTION_END;
    /* What has no room for this host goes back as it came. */
    ip_options_write(host, out, len, h->destination, IP_OPTIONS_ROUTE, &at);
    return len;
}

size_t ip_source_route_back(const struct ipv4_header *h, uint8_t *out, ipv4 *destination)
{
    struct ipv4_option option;
    size_t len;

    if (ip_source_route_type(h) == 0)
        return 0;
    find_source_route(h, &option);
    len = turn_round(&option, h->source, out, destination);
    while (len % 4 != 0)
        out[len++] = IPV4_OPTION_END;
    return len;
}

ipv4 ip_final_destination(const struct ipv4_header *h)
{
    struct ipv4_option option;

    if (!ip_source_route(h).open)
        return h->destination;
    find_source_route(h, &option);
    return get_be32(option.raw.at + option.raw.len - IPV4_LEN);
}
