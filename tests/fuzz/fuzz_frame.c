/*
 * Any bytes as frames into a small world, which must survive them:
 *
 *   t ---[switch]--- a (10.0.0.1, UDP sockets on 7 and 9)
 *            |
 *        r (10.0.0.254 and 10.0.1.254) --- b (10.0.1.1)
 *
 * The input is a sequence of: what to do (1 byte), length (2 bytes, high one
 * first), that many bytes of frame. Of the first byte, bits 0 and 1 say where
 * the frame goes in (t's wire; or straight into a, or into r on either side),
 * bit 2 whether checksums are made right first, so that mutations get past
 * them, and bits 3 to 7 how long to wait afterwards, 2^n microseconds.
 *
 * Then the world runs to its end: no packet may be left, and every record
 * must have a sentence.
 */
#include <string.h>

#include "layers/host.h"
#include "layers/link/ethernet.h"
#include "layers/link/switch.h"
#include "layers/net/icmp.h"
#include "layers/net/ip.h"
#include "layers/net/route.h"
#include "layers/rule.h"
#include "layers/udp/udp.h"
#include "layers/wire/bytes.h"
#include "layers/wire/checksum.h"
#include "layers/wire/ethernet_header.h"
#include "tests/fuzz/tell.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FRAME_LIMIT = 2048, FRAMES_LIMIT = 64, EVENTS_LIMIT = 1000000 };

struct room {
    struct world *world;
    struct trace trace;
    struct node *tester;
    struct node *middle;
    struct host *a, *b, *r;
    struct event *alarm;
};

/* What arrives at t, for nobody. */
static void swallow(struct node *node, struct port *port, struct packet *p)
{
    (void)port;
    packet_free(node->world, p);
}

static const struct node_ops tester_ops = { "tester", swallow, NULL, NULL };

static void alarm_rings(struct world *world, struct event *event)
{
    (void)world;
    (void)event;
}

static void set_interface(struct interface *interface, ipv4 address, int64_t mac)
{
    interface->address = address;
    interface->prefix_len = 24;
    interface->mac = mac_from_int64(mac);
    interface->mtu = ETHERNET_DATA_MAX;
}

static void make_hosts(struct room *room, const struct host_config *config)
{
    room->a = host_new(room->world, "a", 1, false, config);
    set_interface(&room->a->interfaces[0], 0x0a000001, 0x020000000001);
    host_attach(room->a);
    room->b = host_new(room->world, "b", 1, false, config);
    set_interface(&room->b->interfaces[0], 0x0a000101, 0x020000000002);
    host_attach(room->b);
    room->r = host_new(room->world, "r", 2, true, config);
    set_interface(&room->r->interfaces[0], 0x0a0000fe, 0x020000000003);
    set_interface(&room->r->interfaces[1], 0x0a0001fe, 0x020000000004);
    host_attach(room->r);
    ASSERT(route_add(room->a, 0, 0, 0x0a0000fe, NULL));
    ASSERT(route_add(room->b, 0, 0, 0x0a0001fe, NULL));
    ASSERT(udp_bind(room->a, 0, 7, NULL, NULL) != NULL);
    ASSERT(udp_bind(room->a, 0, 9, NULL, NULL) != NULL);
    ASSERT(udp_bind(room->b, 0, 7, NULL, NULL) != NULL);
}

static void join(struct room *room, struct port *a, struct port *b)
{
    struct link *link = link_new(room->world, "wire", a, b);

    link->direction[0].config.delay = 1 * MS;
    link->direction[1].config.delay = 1 * MS;
}

static void open_room(struct room *room)
{
    struct world_config config = { .seed = 1, .node_limit = 8, .link_limit = 8,
                                   .until = 10 * HOURS, .frame_check = ethernet_frame_check };
    struct host_config host_config;
    struct switch_config switch_config;

    memset(room, 0, sizeof(*room));
    memset(&host_config, 0, sizeof(host_config));
    ASSERT(trace_open(&room->trace));
    room->world = world_new(&config);
    ASSERT(room->world != NULL);
    world_observe(room->world, &room->trace);
    host_config_defaults(&host_config);
    switch_config_defaults(&switch_config);
    make_hosts(room, &host_config);
    room->middle = switch_new(room->world, "s", 3, &switch_config);
    room->tester = ARENA_NEW(&room->world->arena, struct node);
    world_add_node(room->world, room->tester, &tester_ops, "t", 1);
    join(room, &room->tester->ports[0], &room->middle->ports[0]);
    join(room, room->a->interfaces[0].port, &room->middle->ports[1]);
    join(room, room->r->interfaces[0].port, &room->middle->ports[2]);
    join(room, room->r->interfaces[1].port, room->b->interfaces[0].port);
    room->alarm = ARENA_NEW(&room->world->arena, struct event);
    event_init(room->alarm, NODE_NONE, alarm_rings);
    world_start(room->world);
}

/* Makes the checksums of an IPv4 frame right, as far as its lengths allow. */
static void mend(uint8_t *frame, size_t len)
{
    uint8_t *ip = frame + ETHERNET_HEADER_LEN;
    size_t header, total;

    if (len < ETHERNET_HEADER_LEN + 20 || get_be16(frame + 12) != ETHERTYPE_IPV4)
        return;
    header = (size_t)(ip[0] & 0x0f) * 4;
    total = min_size(get_be16(ip + 2), len - ETHERNET_HEADER_LEN);
    if (header < 20 || header > total)
        return;
    put_be16(ip + 10, 0);
    put_be16(ip + 10, checksum((struct span){ ip, header }));
    if (ip[9] == IP_PROTOCOL_ICMP && total >= header + 8) {
        put_be16(ip + header + 2, 0);
        put_be16(ip + header + 2, checksum((struct span){ ip + header, total - header }));
    } else if (ip[9] == IP_PROTOCOL_UDP && total >= header + 8) {
        put_be16(ip + header + 6, 0);
    }
}

static void put_in(struct room *room, unsigned where, struct span bytes, bool mended)
{
    struct packet *p = packet_new(room->world, bytes.len);

    ASSERT(p != NULL);
    if (bytes.len > 0)
        memcpy(packet_bytes(p), bytes.at, bytes.len);
    if (mended)
        mend(packet_bytes(p), p->len);
    packet_stamp(p, where, room->world->frame_count);
    switch (where) {
    case 0: link_send(&room->tester->ports[0], p); break;
    case 1: ethernet_receive(&room->a->node, &room->a->node.ports[0], p); break;
    default: ethernet_receive(&room->r->node, &room->r->node.ports[where - 2], p);
    }
}

static void wait_until(struct room *room, vtime t)
{
    event_arm(&room->world->queue, room->alarm, t);
    while (event_is_armed(room->alarm) && world_step(room->world))
        ASSERT(room->world->event_count < EVENTS_LIMIT);
}

/* The next frame of DATA goes in. False when nothing is left. */
static bool feed(struct room *room, struct span *data)
{
    struct span frame;
    uint8_t what;

    if (data->len < 3)
        return false;
    what = data->at[0];
    frame.len = min_size(min_size(get_be16(data->at + 1), FRAME_LIMIT), data->len - 3);
    frame.at = data->at + 3;
    data->at += 3 + frame.len;
    data->len -= 3 + frame.len;
    put_in(room, what & 3, frame, (what & 4) != 0);
    wait_until(room, room->world->now + ((vtime)1 << (what >> 3)) * US);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span left = { data, size };
    struct room room;
    unsigned frames = 0;

    open_room(&room);
    while (frames < FRAMES_LIMIT && feed(&room, &left))
        frames++;
    while (world_step(room.world))
        ASSERT(room.world->event_count < EVENTS_LIMIT);
    ASSERT(world_live_packets(room.world) == 0);
    fuzz_tell(&room.trace);
    world_free(room.world);
    trace_close(&room.trace);
    return 0;
}
