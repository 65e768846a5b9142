#include "tools/lib/pkt_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/link/arp.h"
#include "layers/link/ethernet.h"
#include "layers/net/route.h"
#include "layers/rule.h"
#include "layers/wire/ethernet_header.h"

/* ---- The remote end: a host whose network layer is the script ---- */

static void remote_catches(struct interface *interface, struct packet *p)
{
    struct world *world = interface->host->node.world;
    struct pkt_world *w = world->script;
    struct span bytes = packet_span(p);
    struct pkt_caught *caught = malloc(sizeof(*caught) + bytes.len);
    uint8_t *copy = (uint8_t *)(caught + 1);

    ASSERT(caught != NULL);
    memcpy(copy, bytes.at, bytes.len);
    *caught = (struct pkt_caught){ .at = world->now, .frame = p->frame,
                                   .bytes = { copy, bytes.len } };
    if (w->last != NULL)
        w->last->next = caught;
    else
        w->first = caught;
    w->last = caught;
    if (w->next == NULL)
        w->next = caught;
    packet_free(world, p);
}

static const struct network_ops remote_network = { "script", ETHERTYPE_IPV4, remote_catches };

void pkt_world_inject(struct pkt_world *w, struct span datagram)
{
    struct packet *p = packet_new(w->world, datagram.len);

    ASSERT(p != NULL);
    memcpy(packet_bytes(p), datagram.at, datagram.len);
    packet_mark(p, PACKET_NETWORK);
    packet_stamp(p, w->remote->node.id, w->injected++);
    w->remote->interfaces[0].device->send(&w->remote->interfaces[0], p,
                                          w->local->interfaces[0].mac, ETHERTYPE_IPV4);
}

const struct pkt_caught *pkt_world_take(struct pkt_world *w)
{
    const struct pkt_caught *caught = w->next;

    if (caught != NULL)
        w->next = caught->next;
    return caught;
}

/* ---- Building ---- */

static struct host *add_host(struct pkt_world *w, const char *name, ipv4 address, uint16_t mtu,
                             const struct host_config *config)
{
    struct host *host = host_new(w->world, name, 1, false, config);
    struct interface *interface = &host->interfaces[0];

    snprintf(interface->name, sizeof(interface->name), "eth0");
    interface->address = address;
    interface->prefix_len = 24;
    interface->mac = mac_from_int64(0x020000000000 + (address & 0xff) + host->node.id * 0x100);
    interface->mtu = mtu;
    interface->mtu_given = true; /* the wire lets anything through */
    host_attach(host);
    return host;
}

/* Both know each other: a script has no ARP. */
static void introduce(struct pkt_world *w)
{
    struct interface *local = &w->local->interfaces[0], *remote = &w->remote->interfaces[0];

    route_add(w->local, PKT_REMOTE_ADDRESS & 0xffffff00, 24, 0, local);
    route_add(w->local, 0, 0, PKT_REMOTE_ADDRESS, local);
    host_add_network(w->remote, &remote_network);
    arp_set(local, PKT_REMOTE_ADDRESS, remote->mac);
}

static void alarm_rings(struct world *world, struct event *event)
{
    struct pkt_world *w = world->script;

    (void)event;
    w->rang = true;
    if (w->what != NULL)
        w->what(w->ctx);
}

bool pkt_world_open(struct pkt_world *w, const struct host_config *config, uint16_t mtu)
{
    const vtime for_ever = 1000 * 24 * HOURS;
    struct world_config world = { .seed = 1, .node_limit = 2, .link_limit = 1, .until = for_ever,
                                  .frame_check = ethernet_frame_check };
    struct host_config quiet = *config;
    struct link *link;

    memset(w, 0, sizeof(*w));
    w->limit = UINT32_MAX;
    quiet.arp.timeout = for_ever;
    w->world = world_new(&world);
    if (w->world == NULL)
        return false;
    if (!trace_open(&w->trace)) {
        world_free(w->world);
        return false;
    }
    w->world->script = w;
    w->local = add_host(w, "local", PKT_LOCAL_ADDRESS, mtu, &quiet);
    /* What a script sends in may be longer than what we send out. */
    w->remote = add_host(w, "remote", PKT_REMOTE_ADDRESS, UINT16_MAX, &quiet);
    link = link_new(w->world, "wire", &w->local->node.ports[0], &w->remote->node.ports[0]);
    link->mtu = UINT16_MAX;
    introduce(w);
    world_observe(w->world, &w->trace);
    event_init(&w->alarm, w->local->node.id, alarm_rings);
    world_start(w->world);
    return true;
}

void pkt_world_close(struct pkt_world *w)
{
    while (w->first != NULL) {
        struct pkt_caught *next = w->first->next;

        free(w->first);
        w->first = next;
    }
    world_free(w->world);
    trace_close(&w->trace);
}

/* ---- Time ---- */

static bool step(struct pkt_world *w)
{
    return !pkt_world_stands(w) && world_step(w->world);
}

bool pkt_world_pass(struct pkt_world *w, vtime limit)
{
    return event_next_at(&w->world->queue) <= limit && step(w);
}

void pkt_world_do(struct pkt_world *w, vtime at, void (*what)(void *ctx), void *ctx)
{
    w->rang = false;
    w->what = NULL;
    event_arm(&w->world->queue, &w->alarm, at);
    while (!w->rang && step(w))
        continue;
    /* What was armed for this moment after the alarm comes before the script. */
    while (pkt_world_pass(w, at))
        continue;
    w->what = what;
    w->ctx = ctx;
    event_arm(&w->world->queue, &w->alarm, at);
    while (pkt_world_pass(w, at))
        continue;
}
