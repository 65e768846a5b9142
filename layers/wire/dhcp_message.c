#include "layers/wire/dhcp_message.h"

#include <string.h>

#include "layers/wire/bytes.h"
#include "layers/wire/span.h"

enum { CHADDR_AT = 28, CLIENT_OP = 1, SERVER_OP = 2 };

static const uint8_t cookie[DHCP_COOKIE_LEN] = { 99, 130, 83, 99 }; /* RFC 2131 3 */

bool dhcp_header_parse(struct dhcp_header *h, struct span message)
{
    const uint8_t *at = message.at;

    if (message.len < DHCP_HEADER_LEN)
        return false;
    *h = (struct dhcp_header){ .op = at[0],
                               .htype = at[1],
                               .hlen = at[2],
                               .hops = at[3],
                               .xid = get_be32(at + 4),
                               .secs = get_be16(at + 8),
                               .flags = get_be16(at + 10),
                               .ciaddr = get_be32(at + 12),
                               .yiaddr = get_be32(at + 16),
                               .siaddr = get_be32(at + 20),
                               .giaddr = get_be32(at + 24),
                               .chaddr = mac_get(at + CHADDR_AT) };
    return true;
}

size_t dhcp_header_emit(const struct dhcp_header *h, uint8_t *out)
{
    memset(out, 0, DHCP_HEADER_LEN);
    out[0] = h->op;
    out[1] = h->htype;
    out[2] = h->hlen;
    out[3] = h->hops;
    put_be32(out + 4, h->xid);
    put_be16(out + 8, h->secs);
    put_be16(out + 10, h->flags);
    put_be32(out + 12, h->ciaddr);
    put_be32(out + 16, h->yiaddr);
    put_be32(out + 20, h->siaddr);
    put_be32(out + 24, h->giaddr);
    mac_put(out + CHADDR_AT, h->chaddr);
    return DHCP_HEADER_LEN;
}

bool dhcp_is_message(struct span message)
{
    return message.len >= DHCP_HEADER_LEN &&
           (message.at[0] == CLIENT_OP || message.at[0] == SERVER_OP) && message.at[2] <= 16;
}

void dhcp_option_begin(struct dhcp_option_reader *reader, struct span message)
{
    size_t front = DHCP_HEADER_LEN + DHCP_COOKIE_LEN;

    *reader = (struct dhcp_option_reader){ .left = span_empty(message) };
    if (message.len >= front && memcmp(message.at + DHCP_HEADER_LEN, cookie, DHCP_COOKIE_LEN) == 0)
        reader->left = span_after(message, front);
}

bool dhcp_option_next(struct dhcp_option_reader *reader, struct dhcp_option *option)
{
    struct span *left = &reader->left;
    size_t len;

    while (left->len > 0 && left->at[0] == DHCP_OPTION_PAD)
        *left = span_after(*left, 1);
    if (left->len == 0 || left->at[0] == DHCP_OPTION_END || reader->broken)
        return false;
    len = left->len < 2 ? left->len : 2 + (size_t)left->at[1];
    reader->broken = left->len < 2 || len > left->len;
    if (reader->broken)
        return false;
    option->code = left->at[0];
    option->bytes = span_first(*left, len);
    option->data = span_after(option->bytes, 2);
    *left = span_after(*left, len);
    return true;
}

bool dhcp_option_find(struct span message, uint8_t code, struct dhcp_option *option)
{
    struct dhcp_option_reader reader;

    dhcp_option_begin(&reader, message);
    while (dhcp_option_next(&reader, option))
        if (option->code == code)
            return true;
    return false;
}

/* ---- Words ---- */

const char *dhcp_type_name(uint8_t type)
{
    static const char *const names[] = { NULL,  "discover", "offer",   "request", "decline",
                                         "ACK", "NAK",      "release", "inform" };

    return type < ARRAY_LEN(names) ? names[type] : NULL;
}

const char *dhcp_option_name(uint8_t code)
{
    static const struct {
        uint8_t code;
        const char *name;
    } rows[] = {
        { DHCP_OPTION_MASK, "Subnet mask" },
        { DHCP_OPTION_ROUTER, "Router" },
        { DHCP_OPTION_DNS, "DNS server" },
        { DHCP_OPTION_HOST_NAME, "Host name" },
        { DHCP_OPTION_DOMAIN, "Domain name" },
        { DHCP_OPTION_BROADCAST, "Broadcast address" },
        { DHCP_OPTION_REQUESTED, "Requested address" },
        { DHCP_OPTION_LEASE, "Lease time" },
        { DHCP_OPTION_TYPE, "Message type" },
        { DHCP_OPTION_SERVER, "Server identifier" },
        { DHCP_OPTION_PARAMETERS, "Parameter list" },
        { DHCP_OPTION_MESSAGE, "Message" },
        { DHCP_OPTION_RENEWAL, "Renewal time" },
        { DHCP_OPTION_REBINDING, "Rebinding time" },
        { DHCP_OPTION_CLIENT, "Client identifier" },
        { 43, "Vendor's own" },
        { 57, "Maximum size" },
        { 60, "Vendor class" },
        { 81, "Client's full name" },
        { 82, "Relay agent" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].code == code)
            return rows[i].name;
    return NULL;
}

static void put_ip(struct text *t, ipv4 address)
{
    char string[IPV4_TEXT_SIZE];

    ipv4_format(address, string, sizeof(string));
    text_put(t, string);
}

/* Addresses, as many as a line can take. */
static void put_addresses(struct text *t, struct span data)
{
    enum { MOST = 4 };

    for (size_t i = 0; i + IPV4_LEN <= data.len; i += IPV4_LEN) {
        if (i == MOST * IPV4_LEN) {
            text_format(t, " +%zu", data.len / IPV4_LEN - MOST);
            return;
        }
        text_put(t, i > 0 ? ", " : "");
        put_ip(t, get_be32(data.at + i));
    }
}

static void put_characters(struct text *t, struct span data)
{
    enum { MOST = 60 };

    for (size_t i = 0; i < min_size(data.len, MOST); i++)
        text_char(t, data.at[i] >= ' ' && data.at[i] <= '~' ? (char)data.at[i] : '?');
}

static void put_seconds(struct text *t, uint32_t seconds)
{
    if (seconds == UINT32_MAX)
        text_put(t, "for ever");
    else
        text_format(t, "%lus", (unsigned long)seconds);
}

void dhcp_put_option(struct text *t, const struct dhcp_option *option)
{
    struct span data = option->data;

    switch (option->code) {
    case DHCP_OPTION_MASK:
    case DHCP_OPTION_ROUTER:
    case DHCP_OPTION_DNS:
    case DHCP_OPTION_BROADCAST:
    case DHCP_OPTION_REQUESTED:
    case DHCP_OPTION_SERVER: put_addresses(t, data); break;
    case DHCP_OPTION_LEASE:
    case DHCP_OPTION_RENEWAL:
    case DHCP_OPTION_REBINDING:
        if (data.len == 4)
            put_seconds(t, get_be32(data.at));
        break;
    case DHCP_OPTION_HOST_NAME:
    case DHCP_OPTION_DOMAIN:
    case DHCP_OPTION_MESSAGE:
    case 60: put_characters(t, data); break;
    case DHCP_OPTION_TYPE:
        if (data.len == 1 && dhcp_type_name(data.at[0]) != NULL)
            text_put(t, dhcp_type_name(data.at[0]));
        else if (data.len == 1)
            text_format(t, "%u", (unsigned)data.at[0]);
        break;
    default: text_format(t, "%zu bytes", data.len); break;
    }
}

static uint8_t type_of(struct span message)
{
    struct dhcp_option option;

    return dhcp_option_find(message, DHCP_OPTION_TYPE, &option) && option.data.len == 1
               ? option.data.at[0]
               : 0;
}

/* "DHCP offer", "BOOTP request". */
static void put_title(struct text *t, const struct dhcp_header *h, uint8_t type)
{
    if (type == 0)
        text_put(t, h->op == CLIENT_OP ? "BOOTP request" : "BOOTP reply");
    else if (dhcp_type_name(type) != NULL)
        text_format(t, "DHCP %s", dhcp_type_name(type));
    else
        text_format(t, "DHCP type %u", (unsigned)type);
}

/* The address that it is about, of the client: lent, wished for, or had. */
static ipv4 subject(const struct dhcp_header *h, struct span message)
{
    struct dhcp_option option;

    if (h->yiaddr != IPV4_ANY)
        return h->yiaddr;
    if (dhcp_option_find(message, DHCP_OPTION_REQUESTED, &option) && option.data.len == IPV4_LEN)
        return get_be32(option.data.at);
    return h->ciaddr;
}

static void put_named(struct text *t, struct span message, const char *before, uint8_t code)
{
    struct dhcp_option option;

    if (!dhcp_option_find(message, code, &option))
        return;
    text_put(t, before);
    dhcp_put_option(t, &option);
}

void dhcp_put_line(struct text *t, struct span message)
{
    struct dhcp_header h = { 0 };
    uint8_t type = type_of(message);
    ipv4 about;

    dhcp_header_parse(&h, message);
    about = subject(&h, message);
    put_title(t, &h, type);
    if (about != IPV4_ANY) {
        text_put(t, type == DHCP_DISCOVER ? " wishes " : " ");
        put_ip(t, about);
    }
    put_named(t, message, h.op == CLIENT_OP ? " to server " : " by server ", DHCP_OPTION_SERVER);
    if (h.op == SERVER_OP)
        put_named(t, message, " lease=", DHCP_OPTION_LEASE);
    else
        put_named(t, message, " name=", DHCP_OPTION_HOST_NAME);
    put_named(t, message, ": ", DHCP_OPTION_MESSAGE);
    if (h.giaddr != IPV4_ANY) {
        text_put(t, " relayed by ");
        put_ip(t, h.giaddr);
    }
    text_format(t, " xid=0x%lx", (unsigned long)h.xid);
}

void dhcp_put_line_short(struct text *t, struct span message)
{
    struct dhcp_header h = { 0 };
    ipv4 about;

    dhcp_header_parse(&h, message);
    about = subject(&h, message);
    put_title(t, &h, type_of(message));
    if (about != IPV4_ANY) {
        text_char(t, ' ');
        put_ip(t, about);
    }
}
