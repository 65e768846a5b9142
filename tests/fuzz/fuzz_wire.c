/*
 * Any bytes, as a frame off a wire: taken apart, put in words, and every
 * parser asked on its own. The first byte chooses the start and how much of
 * the frame a capture has cut off.
 */
#include <string.h>

#include "layers/wire/checksum.h"
#include "layers/wire/fcs.h"
#include "layers/wire/field.h"
#include "layers/wire/ipv4_option.h"
#include "layers/wire/item.h"
#include "layers/wire/summary.h"
#include "layers/wire/tcp_option.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_line(const char *line, size_t len)
{
    ASSERT(len < SUMMARY_SIZE && strlen(line) == len);
    for (size_t i = 0; i < len; i++)
        ASSERT(line[i] >= ' ' && line[i] <= '~');
}

static void check_layer(const struct dissection *d, const struct layer *layer)
{
    const uint8_t *end = d->bytes.at + d->bytes.len;

    ASSERT(layer->offset + layer->header_len <= d->bytes.len);
    ASSERT(layer->payload.at >= d->bytes.at);
    ASSERT(layer->payload.len <= (size_t)(end - layer->payload.at));
    ASSERT(layer->refused < RULE_COUNT);
    ASSERT(layer_kind_name(layer->kind) != NULL);
}

static bool check_item(void *context, const struct item *item)
{
    const struct dissection *d = context;

    ASSERT(item->bytes.at >= d->bytes.at &&
           item->bytes.at + item->bytes.len <= d->bytes.at + d->bytes.len);
    ASSERT(strlen(item->text) < ITEM_TEXT_SIZE && strlen(item->value) < ITEM_TEXT_SIZE);
    for (const char *c = item->text; *c != '\0'; c++)
        ASSERT(*c >= ' ' && *c <= '~');
    return true;
}

/* What an application may say, whatever the ports of the frame. */
static void check_applications(struct span bytes)
{
    char line[SUMMARY_SIZE];
    struct text t = text_begin(line, sizeof(line));
    struct start_line start;

    if (dns_is_message(bytes, true)) {
        dns_put_line(&t, "DNS", bytes);
        check_line(line, t.len);
    }
    t = text_begin(line, sizeof(line));
    if (dhcp_is_message(bytes)) {
        dhcp_put_line(&t, bytes);
        check_line(line, t.len);
    }
    t = text_begin(line, sizeof(line));
    if (start_line_parse(&start, bytes)) {
        start_line_put(&t, &start);
        check_line(line, t.len);
    }
    t = text_begin(line, sizeof(line));
    tls_put_line(&t, bytes);
    check_line(line, t.len);
}

static void check_dissection(struct span bytes, size_t wire_len, enum layer_kind start)
{
    struct dissection d;
    char line[SUMMARY_SIZE];

    dissect(&d, bytes, wire_len, start);
    ASSERT(d.count >= 1 && d.count <= DISSECTION_LAYERS_MAX);
    ASSERT(d.padding_len <= bytes.len);
    for (size_t i = 0; i < d.count; i++)
        check_layer(&d, &d.layers[i]);
    for (size_t i = 0; i < d.count; i++)
        item_each(&d, &d.layers[i], check_item, &d);
    check_line(line, summary_format(&d, line, sizeof(line)));
    check_line(line, summary_format_short(&d, line, sizeof(line)));
}

/* A header that parses comes out of its struct as the bytes it went in. */
static void check_ipv4(struct span bytes)
{
    struct ipv4_header h;
    struct span payload;
    uint8_t out[IPV4_HEADER_MAX];

    if (ipv4_header_parse(&h, bytes, &payload) != RULE_NONE)
        return;
    ASSERT(ipv4_header_emit(&h, out) == ipv4_header_length(&h));
    /* A header whose checksum is ffff is sound, but not what emit makes. */
    if (h.checksum != 0xffff)
        ASSERT(memcmp(out, bytes.at, ipv4_header_length(&h)) == 0);
}

static void check_tcp(struct span bytes)
{
    struct tcp_header h;
    struct span payload;
    uint8_t out[TCP_HEADER_MAX];

    if (tcp_header_parse(&h, bytes, &payload) != RULE_NONE)
        return;
    ASSERT(tcp_header_emit(&h, out) == tcp_header_length(&h));
    ASSERT(memcmp(out, bytes.at, tcp_header_length(&h)) == 0);
}

static void check_options(struct span bytes)
{
    struct span options = { bytes.at, min_size(bytes.len, IPV4_OPTIONS_MAX) };
    struct ipv4_option_reader ip;
    struct ipv4_option ip_option;
    struct tcp_option_reader tcp;
    struct tcp_option tcp_option;
    size_t seen = 0;

    ipv4_option_begin(&ip, options);
    while (ipv4_option_next(&ip, &ip_option))
        seen += ip_option.raw.len;
    ASSERT(seen <= options.len);
    tcp_option_begin(&tcp, options);
    for (seen = 0; tcp_option_next(&tcp, &tcp_option); seen++)
        ASSERT(tcp_option.data.len <= options.len);
    ASSERT(seen <= options.len);
}

static void check_others(struct span bytes)
{
    struct ethernet_header ethernet;
    struct arp_message arp;
    struct icmp_message icmp;
    struct udp_header udp;
    struct span payload;
    uint8_t out[ARP_MESSAGE_LEN];
    uint64_t value;

    if (ethernet_header_parse(&ethernet, bytes, &payload) == RULE_NONE) {
        size_t len = ethernet_header_emit(&ethernet, out);
        ASSERT(memcmp(out, bytes.at, len) == 0);
    }
    if (arp_message_parse(&arp, bytes, &payload) == RULE_NONE)
        ASSERT(memcmp(out, bytes.at, arp_message_emit(&arp, out)) == 0);
    if (icmp_message_parse(&icmp, bytes, &payload) == RULE_NONE)
        ASSERT(memcmp(out, bytes.at, icmp_message_emit(&icmp, out)) == 0);
    if (udp_header_parse(&udp, bytes, &payload) == RULE_NONE)
        ASSERT(memcmp(out, bytes.at, udp_header_emit(&udp, out)) == 0);
    (void)icmp_checksum_ok(bytes);
    (void)udp_checksum_ok(1, 2, bytes);
    (void)tcp_checksum_ok(1, 2, bytes);
    (void)fcs_ok(bytes);
    for (size_t i = 0; i < ipv4_field_count; i++)
        (void)field_read(&ipv4_fields[i], bytes, &value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span bytes;

    if (size < 1)
        return 0;
    bytes = (struct span){ data + 1, size - 1 };
    check_dissection(bytes, bytes.len + (data[0] >> 2),
                     (data[0] & 1) == 0   ? LAYER_ETHERNET
                     : (data[0] & 2) == 0 ? LAYER_IPV4
                                          : LAYER_IPV6);
    check_applications(bytes);
    check_ipv4(bytes);
    check_tcp(bytes);
    check_options(bytes);
    check_others(bytes);
    return 0;
}
