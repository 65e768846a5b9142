/*
 * value.h - what can be asked of a run: "b.udp.delivered", "wire.lost".
 *
 * One table of names, read by the checks of a lab, the JSON's totals and the
 * help. A value belongs to a host (or router), a switch or a link, and is an
 * integer at any moment: bytes, counts, nanoseconds. Those of TCP may be of one
 * connection: "b.tcp.80.cwnd".
 */
#ifndef RUNG_TOOLS_VALUE_H
#define RUNG_TOOLS_VALUE_H

#include "sim/base.h"

struct host;
struct link;
struct node;
struct world;

/* What a number means, so that it can be read and printed as people do. */
enum value_type {
    VALUE_NUMBER,
    VALUE_TIME,  /* ns */
    VALUE_BYTES,
    VALUE_STATE, /* layers/state.h */
    VALUE_TRUTH, /* 0 or 1 */
    VALUE_IPV4,
    VALUE_MAC,   /* mac_from_int64 */
    VALUE_HEX,   /* a number that people read as 0x12: flags */
    VALUE_HEX16, /* ... as 0x0800: types, checksums */
};

enum value_owner { VALUE_HOST, VALUE_SWITCH, VALUE_LINK };

struct value {
    const char *name; /* "udp.delivered" */
    enum value_owner owner;
    int64_t (*of_node)(const struct node *node); /* hosts and switches */
    int64_t (*of_link)(const struct link *link);
    const char *help;
    enum value_type type;
};

/* What follows "tcp." or, for one connection, "tcp.80.". A state is the number
 * that layers/state.h gives it. */
struct value_tcp {
    const char *name;
    int64_t (*of)(const struct node *node, uint16_t port); /* 0: no port given */
    const char *help;
    enum value_type type;
};

/* All of them; ends with a NULL name. */
extern const struct value_tcp values_tcp[];

/* The value called by LEN bytes at NAME, and the port in it; or NULL. */
const struct value_tcp *value_find_tcp(const char *name, size_t len, uint16_t *port);

/* All values; ends with a NULL name. */
extern const struct value values[];

/* The value called by LEN bytes at NAME of an owner of that kind, or NULL. */
const struct value *value_find(enum value_owner owner, const char *name, size_t len);

#endif
