/*
 * The frames that nearly all of a capture are: TCP in IPv4 on Ethernet, without options
 * but timestamps, in one piece. Says quickly that nothing is against one; of all others,
 * and of those against which there is something, capture_rules.c tells more.
 */
#include <string.h>

#include "layers/wire/bytes.h"
#include "layers/wire/pseudo_header.h"
#include "layers/wire/tcp_header.h"
#include "sim/capture_link.h"
#include "tools/lib/capture_rules_parts.h"

enum {
    AT_ETHERTYPE = 12,
    AT_IP = ETHERNET_HEADER_LEN,
    AT_TCP = AT_IP + IPV4_HEADER_MIN,
    STAMPS_LEN = 12,
    PLAIN_VERSION = 0x45, /* 4, and a header of 5 words */
    DONT_FRAGMENT = 0x4000,
    ETHERNET_MTU = 1500,
    RESERVED_BITS = 0x0e,
};

#define STAMPS_ONLY 0x0101080au /* NOP, NOP, timestamps of 10 bytes */

/* The ones' complement sum of the header is that of one with its right checksum. */
static bool ip_sum_is_right(const uint8_t *ip)
{
    uint64_t words[2], sum;
    uint32_t last;

    memcpy(words, ip, sizeof(words));
    memcpy(&last, ip + sizeof(words), sizeof(last));
    sum = (words[0] & UINT32_MAX) + (words[0] >> 32) + (words[1] & UINT32_MAX) + (words[1] >> 32) +
          last;
    sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    return sum == 0xffff;
}

/* One host to another, neither of them special. */
static bool addresses_are_plain(ipv4 from, ipv4 to)
{
    return from >> 24 != 0 && from >> 24 < 224 && from >> 24 != 127 && to >> 24 != 0 &&
           to >> 24 < 240 && to >> 24 != 127 && from != to;
}

static bool ip_is_plain(const struct capture_rules *rules, const uint8_t *ip)
{
    uint16_t fragment = get_be16(ip + 6);

    return ip[0] == PLAIN_VERSION && ip[9] == IP_PROTOCOL_TCP && ip[8] != 0 &&
           (fragment & ~(unsigned)DONT_FRAGMENT) == 0 && (fragment == 0 || rules->too_bigs == 0) &&
           ip_sum_is_right(ip);
}

/* TCP's header of ROOM bytes, of which all are there. */
static bool header_is_plain(const uint8_t *tcp, size_t room)
{
    size_t len = (size_t)(tcp[12] >> 4) * 4;

    if ((tcp[12] & RESERVED_BITS) != 0 ||
        (tcp[13] & (TCP_SYN | TCP_FIN)) == (TCP_SYN | TCP_FIN) || len > room)
        return false;
    return len == TCP_HEADER_MIN || (len == TCP_HEADER_MIN + STAMPS_LEN &&
                                     get_be32(tcp + TCP_HEADER_MIN) == STAMPS_ONLY);
}

static bool sum_is_right(const uint8_t *ip, struct span segment)
{
    struct checksum_sum sum = { 0 };

    pseudo_header_add(&sum, get_be32(ip + 12), get_be32(ip + 16), IP_PROTOCOL_TCP, segment.len);
    checksum_add(&sum, segment);
    return checksum_fold(&sum) == 0;
}

bool rules_frame_is_plain(struct capture_rules *rules, const struct capture_frame *frame)
{
    const uint8_t *ip = frame->bytes.at + AT_IP, *tcp = frame->bytes.at + AT_TCP;
    size_t here = frame->bytes.len, total;
    unsigned good = 1u << SUM_IP;

    if (frame->linktype != LINKTYPE_ETHERNET || here < AT_TCP + TCP_HEADER_MIN ||
        get_be16(frame->bytes.at + AT_ETHERTYPE) != ETHERTYPE_IPV4 || !ip_is_plain(rules, ip) ||
        !addresses_are_plain(get_be32(ip + 12), get_be32(ip + 16)))
        return false;
    total = get_be16(ip + 2);
    if (total < IPV4_HEADER_MIN + TCP_HEADER_MIN || total > ETHERNET_MTU ||
        total > frame->original_len - AT_IP ||
        !header_is_plain(tcp, min_size(here - AT_TCP, total - IPV4_HEADER_MIN)))
        return false;
    if (total <= here - AT_IP) {
        if (!sum_is_right(ip, (struct span){ tcp, total - IPV4_HEADER_MIN }))
            return false;
        good |= 1u << SUM_TCP;
    }
    capture_sums_good(&rules->sums, get_be32(ip + 12), good);
    return true;
}
