/*
 * What an application says, where its first bytes are those of a message that is
 * known here: by the port, and then by whether they make sense; HTTP and TLS, which
 * are to be found at any port, by sense alone.
 */
#include "layers/wire/bytes.h"
#include "layers/wire/dissect_parts.h"

enum { DNS_PREFIX = 2, DNS_QUERY_MIN = DNS_HEADER_LEN + 5 };

static bool is_port(uint16_t source, uint16_t destination, uint16_t port)
{
    return source == port || destination == port;
}

/* A layer that is all of IN. */
static struct layer *open_all(struct dissection *d, enum layer_kind kind, struct span in)
{
    struct layer *layer = dissect_open(d, kind, in, false);

    if (layer == NULL)
        return NULL;
    layer->header_len = in.len;
    layer->parsed = true;
    return layer;
}

static bool dissect_dns(struct dissection *d, struct span in)
{
    struct layer *layer;

    if (!dns_is_message(in, d->truncated))
        return false;
    layer = open_all(d, LAYER_DNS, in);
    if (layer != NULL)
        dns_header_parse(&layer->as.dns, in);
    return true;
}

static bool dissect_dhcp(struct dissection *d, struct span in)
{
    struct layer *layer;

    if (!dhcp_is_message(in))
        return false;
    layer = open_all(d, LAYER_DHCP, in);
    if (layer != NULL)
        dhcp_header_parse(&layer->as.dhcp, in);
    return true;
}

/* Behind the line there are fields and a body: data. */
static bool dissect_start_line(struct dissection *d, struct span in)
{
    struct start_line line;
    struct layer *layer;

    if (!start_line_parse(&line, in))
        return false;
    layer = open_all(d, LAYER_HTTP, in);
    if (layer == NULL)
        return true;
    layer->as.line = line;
    layer->header_len = line.line.len;
    layer->payload = span_after(in, line.line.len);
    dissect_data(d, layer->payload, false);
    return true;
}

static bool dissect_tls(struct dissection *d, struct span in)
{
    struct tls_record record;
    struct span left = in;
    struct layer *layer;

    if (!tls_record_next(&record, &left))
        return false;
    layer = open_all(d, LAYER_TLS, in);
    if (layer != NULL)
        layer->as.tls = record;
    return true;
}

/* The length stands before the message (RFC 1035 4.2.2), or went ahead in a segment of
 * its own: then the message itself begins the next one. */
static bool dissect_dns_stream(struct dissection *d, struct span in)
{
    if (in.len >= DNS_PREFIX + DNS_HEADER_LEN && get_be16(in.at) >= DNS_HEADER_LEN &&
        dissect_dns(d, span_first(span_after(in, DNS_PREFIX), get_be16(in.at))))
        return true;
    return in.len >= DNS_QUERY_MIN && get_be16(in.at + 4) == 1 && dissect_dns(d, in);
}

void dissect_datagram(struct dissection *d, struct span in, uint16_t source, uint16_t destination)
{
    bool found = false;

    if (is_port(source, destination, DNS_PORT) || is_port(source, destination, MDNS_PORT) ||
        is_port(source, destination, LLMNR_PORT))
        found = dissect_dns(d, in);
    else if (is_port(source, destination, DHCP_SERVER_PORT) ||
             is_port(source, destination, DHCP_CLIENT_PORT))
        found = dissect_dhcp(d, in);
    else
        found = dissect_start_line(d, in);
    if (!found)
        dissect_data(d, in, false);
}

void dissect_stream(struct dissection *d, struct span in, uint16_t source, uint16_t destination)
{
    bool found;

    if (is_port(source, destination, DNS_PORT))
        found = dissect_dns_stream(d, in);
    else
        found = dissect_start_line(d, in) || dissect_tls(d, in);
    if (!found)
        dissect_data(d, in, false);
}
