#include "layers/wire/summary_parts.h"

/* DNS, or one of those that speak as it does. */
static const char *dns_title(const struct dissection *d)
{
    const struct layer *udp = dissection_find(d, LAYER_UDP);

    if (udp == NULL)
        return "DNS";
    if (udp->as.udp.source_port == MDNS_PORT || udp->as.udp.destination_port == MDNS_PORT)
        return "mDNS";
    if (udp->as.udp.source_port == LLMNR_PORT || udp->as.udp.destination_port == LLMNR_PORT)
        return "LLMNR";
    return "DNS";
}

bool summary_put_application(struct text *t, const struct dissection *d, bool brief)
{
    const struct layer *layer = dissection_application(d);
    struct span all;

    if (layer == NULL)
        return false;
    all = (struct span){ d->bytes.at + layer->offset, layer->header_len };
    switch (layer->kind) {
    case LAYER_DNS:
        if (brief)
            dns_put_line_short(t, dns_title(d), all);
        else
            dns_put_line(t, dns_title(d), all);
        return true;
    case LAYER_DHCP: (brief ? dhcp_put_line_short : dhcp_put_line)(t, all); return true;
    case LAYER_HTTP:
        (brief ? start_line_put_short : start_line_put)(t, &layer->as.line);
        return true;
    case LAYER_TLS: (brief ? tls_put_line_short : tls_put_line)(t, all); return true;
    default: return false;
    }
}
