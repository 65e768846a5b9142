/*
 * host.h - a host or router: interfaces and the table that wires layers.
 *
 *      applications          struct application_ops
 *          |
 *      tcp, udp, icmp        struct transport_ops     by IP protocol number
 *          |
 *      ip                    struct network_ops       by EtherType
 *          |
 *      ethernet, arp         struct device_ops        one for each interface
 *          |
 *      sim/link
 *
 * Inside a host everything is a direct call: one frame in is one call chain.
 * At each seam stands one small struct of functions, chosen for each host by
 * the lab file, so that somebody else's implementation can sit in its place.
 *
 * A router is a host that forwards. All memory is in the world's arena and
 * is handed out at set-up; the modules keep their state behind the pointers
 * below, each defined in its own header.
 */
#ifndef RUNG_LAYERS_HOST_H
#define RUNG_LAYERS_HOST_H

#include "layers/host_config.h"
#include "layers/tcp/tcp_totals.h"
#include "layers/wire/address.h"
#include "layers/wire/ipv4_header.h"
#include "sim/world.h"

struct host;
struct interface;
struct arp_cache;
struct route_table;
struct ip_state;
struct icmp_state;
struct udp_state;
struct application;

/* How an interface puts a datagram of protocol ETHERTYPE on its wire. */
struct device_ops {
    const char *name;
    /* Sends P, which begins with the network header, to TO. Takes P. */
    void (*send)(struct interface *interface, struct packet *p, struct mac to,
                 uint16_t ethertype);
};

/* What listens to an EtherType. */
struct network_ops {
    const char *name;
    uint16_t ethertype;
    /* P begins with the network header (marked). Takes P. */
    void (*input)(struct interface *interface, struct packet *p);
};

/* What ICMP says of a datagram that a transport sent. */
struct icmp_report {
    uint8_t type, code;
    uint16_t next_hop_mtu;        /* of "fragmentation needed", else 0 */
    ipv4 from;                    /* who says so */
    struct ipv4_header quoted;    /* header of the datagram it is about */
    struct span quoted_transport; /* its first bytes, at least 8 */
    uint64_t identity;            /* of the message, for what is derived */
};

/* What listens to an IP protocol number. */
struct transport_ops {
    const char *name;
    uint8_t protocol;
    /* P begins with the transport header (marked); IP is its parsed header,
     * P's network layer is marked too. Takes P. */
    void (*input)(struct interface *interface, struct packet *p, const struct ipv4_header *ip);
    /* An ICMP error about something that this transport sent. May be NULL. */
    void (*error)(struct host *host, const struct icmp_report *report);
    /* Whether REPORT can be about something that is under way, before the path
     * MTU is lowered because of it (RFC 5927 4.1). NULL: every one can. */
    bool (*believes)(struct host *host, const struct icmp_report *report);
};

struct interface {
    struct host *host;
    struct port *port;
    const struct device_ops *device;
    struct arp_cache *arp;
    char name[16]; /* "lan"; "eth0" for a host's only one */
    ipv4 address;  /* 0: none */
    uint8_t prefix_len;
    struct mac mac;
    uint16_t mtu;
    bool mtu_given; /* by the lab: a change of the wire's does not move it */
};

#define HOST_NETWORKS 4
#define HOST_TRANSPORTS 6
#define HOST_SENDINGS 64

/* Counters that every host keeps; named in names.h as "host.<field>". */
struct host_counters {
    uint64_t ip_in, ip_out, ip_forwarded, ip_dropped;
    uint64_t fragments_in, fragments_out, reassembled;
    uint64_t icmp_in, icmp_out;
    uint64_t udp_in, udp_out, udp_dropped;
    uint64_t tcp_in, tcp_out, tcp_dropped;
};

struct host {
    struct node node; /* first: a host is a node of the world */
    bool forwards;    /* a router */
    unsigned interface_count;
    struct interface *interfaces;
    const struct network_ops *networks[HOST_NETWORKS];
    const struct transport_ops *transports[HOST_TRANSPORTS];
    struct route_table *routes;
    struct ip_state *ip;
    struct icmp_state *icmp;
    struct udp_state *udp;
    void *tcp; /* of the TCP that the lab chose */
    struct application *applications;
    uint32_t applications_started;
    bool reads_later; /* "read off" before there was a TCP connection */
    uint64_t bugs; /* mistakes it makes on purpose: layers/bugs.h */
    struct host_counters counters;
    struct tcp_totals tcp_gone; /* of connections that are no more */
    uint32_t sendings[HOST_SENDINGS]; /* see host_sending */
    struct host_config config;
};

static inline struct host *host_of(struct node *node)
{
    return CONTAINER_OF(node, struct host, node);
}

/*
 * A host (or, FORWARDS, a router) named NAME in WORLD with INTERFACE_COUNT
 * interfaces whose fields (name, address, prefix_len, mac, mtu) the caller
 * fills in before host_attach. Set-up time. CONFIG is copied.
 */
struct host *host_new(struct world *world, const char *name, unsigned interface_count,
                      bool forwards, const struct host_config *config);

/* Gives the host its standard layers (Ethernet, ARP, IPv4, ICMP, UDP) and
 * routes to its own networks. After the interfaces' fields are set. */
void host_attach(struct host *host);

/* Registers an implementation at a seam; later ones go before earlier ones
 * of the same number, which is how a student's module takes our place. */
void host_add_network(struct host *host, const struct network_ops *network);
void host_add_transport(struct host *host, const struct transport_ops *transport);

const struct network_ops *host_network(const struct host *host, uint16_t ethertype);
const struct transport_ops *host_transport(const struct host *host, uint8_t protocol);

/* The interface whose address is ADDRESS, or NULL. */
struct interface *host_interface(struct host *host, ipv4 address);

/* One decision, two documents: what hosts owe stands in RFC 1122, what
 * routers owe in RFC 1812. The rule that cites the right one for HOST. */
static inline rule_id host_rule(const struct host *host, rule_id of_hosts, rule_id of_routers)
{
    return host->forwards ? of_routers : of_hosts;
}

/*
 * The how-manieth sending of WHAT (a hash of what is sent) by this host this
 * is, counted from 0: for packet_stamp. A small table of counters: two things
 * that share a counter only see their numbers shift.
 */
uint32_t host_sending(struct host *host, uint64_t what);

#endif
