/*
 * dhcp_message.h - asking for an address, and being lent one (RFC 2131 2).
 *
 *    0               1               2               3
 *   +---------------+---------------+---------------+---------------+
 *   |     op (1)    |   htype (1)   |   hlen (1)    |   hops (1)    |
 *   +---------------+---------------+---------------+---------------+
 *   |                            xid (4)                            |
 *   +-------------------------------+-------------------------------+
 *   |           secs (2)            |           flags (2)           |
 *   +-------------------------------+-------------------------------+
 *   |                          ciaddr  (4)                          |
 *   |                          yiaddr  (4)                          |
 *   |                          siaddr  (4)                          |
 *   |                          giaddr  (4)                          |
 *   |                          chaddr  (16)                         |
 *   |                          sname   (64)                         |
 *   |                          file    (128)                        |
 *   +---------------------------------------------------------------+
 *   | magic cookie 63 82 53 63 | options: code, length, data ...    |
 *
 * Without the cookie it is BOOTP, DHCP's ancestor. Options that are hidden in
 * sname and file (RFC 2132 9.3) are not looked for.
 */
#ifndef RUNG_LAYERS_WIRE_DHCP_MESSAGE_H
#define RUNG_LAYERS_WIRE_DHCP_MESSAGE_H

#include "layers/wire/address.h"
#include "layers/wire/text.h"
#include "sim/base.h"

#define DHCP_HEADER_LEN 236
#define DHCP_COOKIE_LEN 4
#define DHCP_SERVER_PORT 67
#define DHCP_CLIENT_PORT 68

/* RFC 2132 9.6 */
enum dhcp_type {
    DHCP_DISCOVER = 1,
    DHCP_OFFER = 2,
    DHCP_REQUEST = 3,
    DHCP_DECLINE = 4,
    DHCP_ACK = 5,
    DHCP_NAK = 6,
    DHCP_RELEASE = 7,
    DHCP_INFORM = 8,
};

/* RFC 2132; those that a line or a tree tells of */
enum dhcp_option_code {
    DHCP_OPTION_PAD = 0,
    DHCP_OPTION_MASK = 1,
    DHCP_OPTION_ROUTER = 3,
    DHCP_OPTION_DNS = 6,
    DHCP_OPTION_HOST_NAME = 12,
    DHCP_OPTION_DOMAIN = 15,
    DHCP_OPTION_BROADCAST = 28,
    DHCP_OPTION_REQUESTED = 50,
    DHCP_OPTION_LEASE = 51,
    DHCP_OPTION_TYPE = 53,
    DHCP_OPTION_SERVER = 54,
    DHCP_OPTION_PARAMETERS = 55,
    DHCP_OPTION_MESSAGE = 56,
    DHCP_OPTION_RENEWAL = 58,
    DHCP_OPTION_REBINDING = 59,
    DHCP_OPTION_CLIENT = 61,
    DHCP_OPTION_END = 255,
};

struct dhcp_header {
    uint8_t op; /* 1: of a client, 2: of a server */
    uint8_t htype, hlen, hops;
    uint32_t xid;
    uint16_t secs, flags;
    ipv4 ciaddr; /* the client's, if it has one and would answer for it */
    ipv4 yiaddr; /* "yours": what the server lends */
    ipv4 siaddr, giaddr;
    struct mac chaddr; /* the first 6 bytes of it */
};

struct dhcp_option {
    uint8_t code;
    struct span data;
    struct span bytes; /* all of it */
};

struct dhcp_option_reader {
    struct span left;
    bool broken; /* an option reaches past the end */
};

/* Reads the header that begins MESSAGE. False: there are not 236 bytes. */
bool dhcp_header_parse(struct dhcp_header *h, struct span message);

/* Writes DHCP_HEADER_LEN bytes, no names in them, at OUT and returns how many. */
size_t dhcp_header_emit(const struct dhcp_header *h, uint8_t *out);

/* MESSAGE has a header that can be one. */
bool dhcp_is_message(struct span message);

/* Begins with the first option of MESSAGE; there is none without the cookie. */
void dhcp_option_begin(struct dhcp_option_reader *reader, struct span message);
/* Passes over padding. False: there are no more, or BROKEN. */
bool dhcp_option_next(struct dhcp_option_reader *reader, struct dhcp_option *option);
/* The option CODE of MESSAGE, the first; false: it has none. */
bool dhcp_option_find(struct span message, uint8_t code, struct dhcp_option *option);

/* "offer", "ACK" ..., or NULL; "Requested address" ..., or NULL. */
const char *dhcp_type_name(uint8_t type);
const char *dhcp_option_name(uint8_t code);

/* Adds what OPTION has to say: "192.168.0.1", "3600 s". */
void dhcp_put_option(struct text *t, const struct dhcp_option *option);

/* Adds the line of MESSAGE: "DHCP offer 10.0.0.7 of 10.0.0.1 lease=3600s xid=0x3d1d". */
void dhcp_put_line(struct text *t, struct span message);
void dhcp_put_line_short(struct text *t, struct span message);

#endif
