/*
 * net.h - a small network for tests: build, run, poke, look, tear down.
 *
 *   struct net net;
 *   struct host *a;
 *   struct tester *t;
 *
 *   net_open(&net, 1);
 *   a = net_host(&net, "a", "10.0.0.1/24");
 *   t = net_tester(&net, "t", "10.0.0.9");
 *   net_wire(&net, net_port(a, 0), &t->node.ports[0], 1 * MS);
 *   net_start(&net);
 *   tester_send_arp(t, &request, MAC_BROADCAST);
 *   net_run_for(&net, 10 * MS);
 *   EXPECT_EQ(tester_count(t), 1);
 *   net_close(&net);              all packets must be gone by now
 *
 * A tester is a station without layers: it sends the bytes that it is given
 * and keeps what arrives. Hosts get the MAC addresses 02:00:00:00:00:01, :02,
 * ... in the order in which their interfaces are made, testers
 * 02:00:00:00:0f:01, ... A net has a trace; everything that it counts, it
 * counts from the last net_mark on.
 */
#ifndef RUNG_TESTS_SUPPORT_NET_H
#define RUNG_TESTS_SUPPORT_NET_H

#include "layers/host.h"
#include "layers/link/switch.h"
#include "layers/names.h"
#include "layers/rule.h"
#include "layers/state.h"
#include "layers/wire/arp_message.h"
#include "layers/wire/ethernet_header.h"
#include "layers/wire/ipv4_header.h"
#include "sim/history.h"
#include "sim/trace.h"
#include "sim/world.h"
#include "tests/support/expect.h"

struct net {
    struct world *world;
    struct trace trace;
    struct host_config config;         /* of the hosts that are added next */
    struct switch_config switch_config;
    unsigned interfaces, testers, wires;
    uint32_t mark; /* index of the first record that is counted */
    struct alarm *alarm;
};

/* An empty world with a trace; settings at their defaults; `until` 100 h. */
void net_open(struct net *net, uint64_t seed);

/* Runs to the end, expects that no packet is left, and frees the world. */
void net_close(struct net *net);

/* Frees the world as it is: for a world which was taken back or never ends. */
void net_abandon(struct net *net);

/* ---- Building ---- */

/* ADDRESS is "10.0.0.1/24". MTU 1500. The standard layers are attached. */
struct host *net_host(struct net *net, const char *name, const char *address);

/* A router with an interface "lan0", "lan1" ... for each of COUNT addresses. */
struct host *net_router(struct net *net, const char *name, const char *const *addresses,
                        unsigned count);

struct node *net_switch(struct net *net, const char *name, unsigned ports);
struct node *net_hub(struct net *net, const char *name, unsigned ports);

/* Joins two ports: DELAY each way, no rate limit, FCS checked, up. */
struct link *net_wire(struct net *net, struct port *a, struct port *b, vtime delay);

/* Hosts a (10.0.0.1/24) and b (10.0.0.2/24) on one wire, started. */
struct net_pair {
    struct host *a, *b;
    struct link *wire;
};
struct net_pair net_pair(struct net *net, vtime delay);

/* Host a (10.0.0.1/24) and a tester t (10.0.0.9) on one wire with 1 ms of
 * delay, started. The tester answers ARP if ANSWERS. */
struct net_desk {
    struct host *a;
    struct tester *t;
    struct link *wire;
};
struct net_desk net_desk(struct net *net, bool answers);

/* The default route of HOST. */
void net_gateway(struct host *host, const char *gateway);

static inline struct port *net_port(struct host *host, unsigned index)
{
    return host->interfaces[index].port;
}

/* "10.0.0.1", "02:00:00:00:00:01": must be well-formed. */
ipv4 net_ip(const char *text);
struct mac net_mac(const char *text);

/* ---- Running ---- */

void net_start(struct net *net);
/* Lets happen what is due until T (also housekeeping); it is T then. */
void net_run_until(struct net *net, vtime t);
void net_run_for(struct net *net, vtime time);
/* To the end of the run. */
void net_run(struct net *net);

/* ---- Testers ---- */

struct tester_frame {
    struct tester_frame *next;
    vtime at;
    bool damaged;
    size_t len; /* without FCS */
    uint8_t bytes[];
};

struct tester {
    struct node node; /* one port */
    struct mac mac;
    ipv4 address;
    /* Answers requests for any address with its own MAC, like a gateway by
     * proxy ARP, and keeps no ARP frames: for tests of the layers above. */
    bool answers_arp;
    struct mac peer; /* whom tester_send_ipv4 addresses */
    struct tester_frame *first, *last;
    unsigned count;
    unsigned sent;
};

struct tester *net_tester(struct net *net, const char *name, const char *address);

/* Sends FRAME (from the destination address on, without FCS) as it is. */
void tester_send(struct tester *t, struct span frame);

/* Sends DATA behind an Ethernet header from T's MAC, padded to 60 bytes. */
void tester_send_data(struct tester *t, struct mac to, uint16_t ethertype, struct span data);

/* Sends M in a frame to TO. */
void tester_send_arp(struct tester *t, const struct arp_message *m, struct mac to);

/* Sends PAYLOAD behind H to T's peer; total_length 0 is filled in, as are a
 * zero ttl (64) and a zero source (T's address). The checksum is right. */
void tester_send_ipv4(struct tester *t, const struct ipv4_header *h, struct span payload);

static inline unsigned tester_count(const struct tester *t) { return t->count; }

/* Frame number INDEX (from 0) of those that arrived; NULL if there is none. */
const struct tester_frame *tester_frame(const struct tester *t, unsigned index);

/* The last one, NULL if none. */
const struct tester_frame *tester_last(const struct tester *t);

/* Forgets what arrived. */
void tester_clear(struct tester *t);

/* Reads a frame that arrived; false, and a failed expectation, if FRAME is
 * NULL or is not of that kind. PAYLOAD may be NULL. */
bool tester_read_arp(const struct tester_frame *frame, struct ethernet_header *ethernet,
                     struct arp_message *m);
bool tester_read_ipv4(const struct tester_frame *frame, struct ipv4_header *h,
                      struct span *payload);

/* ---- Looking: NODE NULL means any node; all since the last net_mark ---- */

/* From here on: records made before are not counted any more. */
void net_mark(struct net *net);

/* Records of any kind with this rule. */
unsigned net_count_rule(const struct net *net, const struct node *node, unsigned rule);
/* The last of them, or NULL. */
const struct record *net_last_rule(const struct net *net, const struct node *node, unsigned rule);
/* Records of KIND; WHAT is the timer, variable, machine or app event, 0: any. */
unsigned net_count(const struct net *net, const struct node *node, enum record_kind kind,
                   unsigned what);
const struct record *net_last(const struct net *net, const struct node *node,
                              enum record_kind kind, unsigned what);
/* Frames that NODE put on a wire. */
unsigned net_count_sent(const struct net *net, const struct node *node);

/* NODE gave RULE as a reason (WHY, LOST, STATE or FATE) COUNT times. */
#define EXPECT_RULE_COUNT(net, node, rule, count) \
    expect_eq((int64_t)net_count_rule((net), (node), (rule)), (int64_t)(count), \
              "times " #rule, NULL, __FILE__, __LINE__)
#define EXPECT_SAW(net, node, rule) \
    expect_true(net_count_rule((net), (node), (rule)) > 0, #rule " in the trace", NULL, __FILE__, \
                __LINE__)
#define EXPECT_NOT_SAW(net, node, rule) \
    expect_true(net_count_rule((net), (node), (rule)) == 0, "no " #rule " in the trace", NULL, \
                __FILE__, __LINE__)

#endif
