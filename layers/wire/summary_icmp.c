#include "layers/wire/name.h"
#include "layers/wire/summary_parts.h"

/* The quoted layer of KIND, read well enough to be used, or NULL. */
static const struct layer *find_quoted(const struct dissection *d, enum layer_kind kind)
{
    for (size_t i = 0; i < d->count; i++)
        if (d->layers[i].kind == kind && d->layers[i].quoted && d->layers[i].parsed)
            return &d->layers[i];
    return NULL;
}

static void put_ip(struct text *t, ipv4 address)
{
    char string[IPV4_TEXT_SIZE];

    ipv4_format(address, string, sizeof(string));
    text_put(t, string);
}

/*
 * The port of the culprit. Eight quoted bytes are too few for a TCP header,
 * but the ports are the first four of both, so they are read from either.
 */
static bool quoted_port(const struct dissection *d, unsigned *port)
{
    const struct layer *udp = find_quoted(d, LAYER_UDP);
    const struct layer *tcp = NULL;

    if (udp != NULL) {
        *port = udp->as.udp.destination_port;
        return true;
    }
    for (size_t i = 0; i < d->count; i++)
        if (d->layers[i].kind == LAYER_TCP && d->layers[i].quoted)
            tcp = &d->layers[i];
    if (tcp == NULL || tcp->offset + 4 > d->bytes.len)
        return false;
    *port = (unsigned)d->bytes.at[tcp->offset + 2] << 8 | d->bytes.at[tcp->offset + 3];
    return true;
}

/* "port 9 of 10.0.0.2", as far as the quotation tells. */
static void put_unreachable(struct text *t, const struct dissection *d,
                            const struct icmp_message *m)
{
    const struct layer *ip = find_quoted(d, LAYER_IPV4);
    const char *name = icmp_code_name(m->type, m->code);
    const char *between = ", ";
    unsigned port;

    if (name == NULL)
        text_format(t, "code %u", (unsigned)m->code);
    else
        text_put(t, name);
    if (m->code == ICMP_UNREACHABLE_PORT || m->code == ICMP_UNREACHABLE_PROTOCOL ||
        m->code == ICMP_UNREACHABLE_NET)
        between = " of ";
    else if (m->code == ICMP_UNREACHABLE_HOST)
        between = " ";
    if (m->code == ICMP_UNREACHABLE_PORT && quoted_port(d, &port))
        text_format(t, " %u", port);
    if (m->code == ICMP_UNREACHABLE_PROTOCOL && ip != NULL)
        text_format(t, " %u", (unsigned)ip->as.ipv4.protocol);
    if (m->code == ICMP_UNREACHABLE_FRAGMENTATION_NEEDED)
        text_format(t, ", next-hop MTU %u", (unsigned)icmp_next_hop_mtu(m));
    if (ip != NULL) {
        text_put(t, between);
        put_ip(t, ip->as.ipv4.destination);
    }
}

static void put_redirect(struct text *t, const struct dissection *d,
                         const struct icmp_message *m)
{
    const struct layer *ip = find_quoted(d, LAYER_IPV4);
    const char *name = icmp_code_name(m->type, m->code);

    text_format(t, " %s", name == NULL ? "for an unknown code" : name);
    if (ip != NULL) {
        text_char(t, ' ');
        put_ip(t, ip->as.ipv4.destination);
    }
    text_put(t, " to gateway ");
    put_ip(t, icmp_gateway(m));
}

/* Adds the code in words, or as a number if there are none. */
static void put_code(struct text *t, const struct icmp_message *m)
{
    const char *name = icmp_code_name(m->type, m->code);

    if (name != NULL)
        text_format(t, " %s", name);
    else
        text_format(t, " code %u", (unsigned)m->code);
}

static void put_type(struct text *t, const struct icmp_message *m)
{
    const char *name = icmp_type_name(m->type);

    if (name != NULL)
        text_put(t, name);
    else
        text_format(t, "type %u code %u", (unsigned)m->type, (unsigned)m->code);
}

static void put_identifier(struct text *t, const struct icmp_message *m)
{
    text_format(t, " id=%u seq=%u", (unsigned)icmp_identifier(m),
                (unsigned)icmp_sequence(m));
}

void summary_put_icmp(struct text *t, const struct dissection *d,
                      const struct layer *icmp, size_t len)
{
    const struct icmp_message *m = &icmp->as.icmp;

    text_put(t, "ICMP ");
    put_type(t, m);
    switch (m->type) {
    case ICMP_ECHO_REQUEST:
    case ICMP_ECHO_REPLY:
        put_identifier(t, m);
        text_format(t, " len=%zu", len > ICMP_HEADER_LEN ? len - ICMP_HEADER_LEN : 0);
        break;
    case ICMP_TIMESTAMP_REQUEST:
    case ICMP_TIMESTAMP_REPLY:
    case ICMP_MASK_REQUEST:
    case ICMP_MASK_REPLY:
        put_identifier(t, m);
        break;
    case ICMP_UNREACHABLE:
        text_put(t, ": ");
        put_unreachable(t, d, m);
        break;
    case ICMP_TIME_EXCEEDED:
        put_code(t, m);
        break;
    case ICMP_PARAMETER_PROBLEM:
        put_code(t, m);
        if (m->code == ICMP_PARAMETER_AT_POINTER)
            text_format(t, " %u", (unsigned)icmp_pointer(m));
        break;
    case ICMP_REDIRECT:
        put_redirect(t, d, m);
        break;
    default:
        break;
    }
}

static void put_unreachable_short(struct text *t, const struct dissection *d,
                                  const struct icmp_message *m)
{
    const char *name = icmp_code_name(m->type, m->code);
    unsigned port;

    if (m->code == ICMP_UNREACHABLE_FRAGMENTATION_NEEDED)
        text_format(t, "MTU %u", (unsigned)icmp_next_hop_mtu(m));
    else if (m->code == ICMP_UNREACHABLE_PORT && quoted_port(d, &port))
        text_format(t, "port %u", port);
    else if (name != NULL)
        text_put(t, name);
    else
        text_format(t, "code %u", (unsigned)m->code);
}

void summary_put_icmp_short(struct text *t, const struct dissection *d,
                            const struct layer *icmp)
{
    const struct icmp_message *m = &icmp->as.icmp;

    text_put(t, "ICMP ");
    put_type(t, m);
    if (m->type == ICMP_ECHO_REQUEST || m->type == ICMP_ECHO_REPLY) {
        text_format(t, " seq=%u", (unsigned)icmp_sequence(m));
    } else if (m->type == ICMP_UNREACHABLE) {
        text_put(t, ": ");
        put_unreachable_short(t, d, m);
    }
}
