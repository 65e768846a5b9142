#include "tests/support/made_frame.h"

#include <string.h>

#include "layers/wire/bytes.h"
#include "layers/wire/checksum.h"
#include "layers/wire/ethernet_header.h"
#include "layers/wire/icmp_message.h"
#include "layers/wire/ipv4_header.h"
#include "layers/wire/tcp_header.h"
#include "layers/wire/udp_header.h"

const struct made_ends made_v4 = { .from = 0x0a000001, .to = 0x0a000002 };
const struct made_ends made_v6 = { .ipv6 = true,
                                   .from6 = { { 0xfe, 0x80, [15] = 1 } },
                                   .to6 = { { 0xfe, 0x80, [15] = 2 } } };

void made_put(struct made *made, const void *bytes, size_t len)
{
    ASSERT(made->len + len <= MADE_MAX);
    memcpy(made->bytes + made->len, bytes, len);
    made->len += len;
}

void made_u16(struct made *made, unsigned value)
{
    uint8_t bytes[2];

    put_be16(bytes, (uint16_t)value);
    made_put(made, bytes, sizeof(bytes));
}

void made_name(struct made *made, const char *name)
{
    while (*name != '\0') {
        size_t len = strcspn(name, ".");
        uint8_t head = (uint8_t)len;

        made_put(made, &head, 1);
        made_put(made, name, len);
        name += len + (name[len] == '.');
    }
    made_put(made, "", 1);
}

void made_front(struct made *made, const void *bytes, size_t len)
{
    ASSERT(made->len + len <= MADE_MAX);
    memmove(made->bytes + len, made->bytes, made->len);
    memcpy(made->bytes, bytes, len);
    made->len += len;
}

/* Fills in the checksum AT, which is zero, pseudo-header included. */
static void fill_checksum(struct made *made, size_t at, uint8_t protocol,
                          const struct made_ends *ends)
{
    struct checksum_sum sum = { 0 };
    uint16_t result;

    if (ends->ipv6) {
        checksum_add(&sum, (struct span){ ends->from6.at, IPV6_LEN });
        checksum_add(&sum, (struct span){ ends->to6.at, IPV6_LEN });
    } else {
        checksum_add_long(&sum, ends->from);
        checksum_add_long(&sum, ends->to);
    }
    checksum_add_long(&sum, (uint32_t)made->len);
    checksum_add_long(&sum, protocol);
    checksum_add(&sum, made_span(made));
    result = checksum_fold(&sum);
    put_be16(made->bytes + at, result == 0 && protocol == IP_PROTOCOL_UDP ? 0xffff : result);
}

void made_udp(struct made *made, uint16_t from, uint16_t to, const struct made_ends *ends)
{
    struct udp_header h = { from, to, (uint16_t)(UDP_HEADER_LEN + made->len), 0 };
    uint8_t bytes[UDP_HEADER_LEN];

    made_front(made, bytes, udp_header_emit(&h, bytes));
    fill_checksum(made, UDP_CHECKSUM_AT, IP_PROTOCOL_UDP, ends);
}

void made_tcp(struct made *made, uint16_t from, uint16_t to, const struct made_ends *ends)
{
    struct tcp_header h = { .source_port = from,
                            .destination_port = to,
                            .sequence = 1,
                            .acknowledgment = 1,
                            .flags = TCP_PSH | TCP_ACK,
                            .window = 1000 };
    uint8_t bytes[TCP_HEADER_MAX];

    made_front(made, bytes, tcp_header_emit(&h, bytes));
    fill_checksum(made, 16, IP_PROTOCOL_TCP, ends);
}

void made_icmpv6(struct made *made, uint8_t type, uint8_t code, uint32_t rest,
                 const struct made_ends *ends)
{
    struct icmp_message m = { type, code, 0, rest };
    uint8_t bytes[ICMP_HEADER_LEN];

    made_front(made, bytes, icmp_message_emit(&m, bytes));
    fill_checksum(made, ICMP_CHECKSUM_AT, IP_PROTOCOL_ICMPV6, ends);
}

void made_ip(struct made *made, uint8_t protocol, const struct made_ends *ends)
{
    struct ipv4_header v4 = { .total_length = (uint16_t)(IPV4_HEADER_MIN + made->len),
                              .identification = 777,
                              .ttl = 64,
                              .protocol = protocol,
                              .source = ends->from,
                              .destination = ends->to };
    struct ipv6_header v6 = { .payload_length = (uint16_t)made->len,
                              .next_header = protocol,
                              .hop_limit = 64,
                              .source = ends->from6,
                              .destination = ends->to6 };
    uint8_t bytes[IPV4_HEADER_MAX];

    made_front(made, bytes,
               ends->ipv6 ? ipv6_header_emit(&v6, bytes) : ipv4_header_emit(&v4, bytes));
}

void made_ethernet(struct made *made, uint16_t ethertype)
{
    struct ethernet_header h = {
        { { 2, 0, 0, 0, 0, 2 } }, { { 2, 0, 0, 0, 0, 1 } }, ethertype, false, 0
    };
    uint8_t bytes[ETHERNET_HEADER_LEN];

    made_front(made, bytes, ethernet_header_emit(&h, bytes));
}

void made_whole_udp(struct made *made, uint16_t from, uint16_t to)
{
    made_udp(made, from, to, &made_v4);
    made_ip(made, IP_PROTOCOL_UDP, &made_v4);
    made_ethernet(made, ETHERTYPE_IPV4);
}

void made_whole_tcp(struct made *made, uint16_t from, uint16_t to)
{
    made_tcp(made, from, to, &made_v4);
    made_ip(made, IP_PROTOCOL_TCP, &made_v4);
    made_ethernet(made, ETHERTYPE_IPV4);
}

struct span made_span(const struct made *made)
{
    return (struct span){ made->bytes, made->len };
}
