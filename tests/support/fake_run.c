#include "tests/support/fake_run.h"

#include <string.h>

#include "layers/names.h"
#include "layers/wire/arp_message.h"
#include "layers/wire/ethernet_header.h"
#include "layers/wire/ipv4_header.h"
#include "layers/wire/udp_header.h"

static const struct node_ops station_ops = { .kind = "station" };

void fake_run_open(struct fake_run *run, const char *title)
{
    struct world_config config = { .seed = 42, .node_limit = FAKE_RUN_NODES, .link_limit = 200,
                                   .until = 1 * HOURS };
    bool opened;

    memset(run, 0, sizeof(*run));
    run->world = world_new(&config);
    ASSERT(run->world != NULL);
    opened = trace_open(&run->trace);
    ASSERT(opened);
    run->view = (struct run_view){ .world = run->world, .trace = &run->trace, .title = title,
                                   .nodes = run->nodes };
}

void fake_run_close(struct fake_run *run)
{
    world_free(run->world);
    trace_close(&run->trace);
}

uint16_t fake_run_node(struct fake_run *run, const char *name, unsigned ports)
{
    struct node *node = ARENA_NEW(&run->world->arena, struct node);

    ASSERT(ports <= FAKE_RUN_PORTS);
    world_add_node(run->world, node, &station_ops, name, ports);
    run->nodes[node->id].ports = run->ports[node->id];
    return node->id;
}

void fake_run_address(struct fake_run *run, uint16_t node, unsigned port, const char *name,
                      const char *address, int prefix_len)
{
    struct run_port *p = &run->ports[node][port];

    p->name = name;
    p->has_address = ipv4_parse(address, &p->address);
    p->prefix_len = prefix_len;
    ASSERT(p->has_address);
}

uint16_t fake_run_link(struct fake_run *run, const char *name, uint16_t a, unsigned a_port,
                       uint16_t b, unsigned b_port)
{
    struct node **nodes = run->world->nodes;

    return link_new(run->world, name, &nodes[a]->ports[a_port], &nodes[b]->ports[b_port])->id;
}

void fake_run_at(struct fake_run *run, vtime time)
{
    trace_begin_event(&run->trace, time, 0);
}

void fake_run_record(struct fake_run *run, const struct record *record)
{
    struct record copy = *record;

    copy.event = run->trace.events.count;
    trace_add(&run->trace, &copy);
}

static const struct port *end_of(const struct fake_run *run, uint16_t link, uint8_t end)
{
    return run->world->links[link]->ends[end];
}

uint32_t fake_run_tx(struct fake_run *run, uint16_t link, uint8_t end, struct span bytes)
{
    const struct port *port = end_of(run, link, end);
    uint32_t number = run->trace.frames.count + 1;
    struct trace_frame frame = { .sent = trace_event(&run->trace, run->trace.events.count)->at,
                                 .len = (uint32_t)bytes.len, .event = run->trace.events.count,
                                 .link = link, .end = end };
    struct record record = { .kind = RECORD_TX, .frame = number, .node = port->node->id,
                             .what = link, .a = (int64_t)bytes.len, .b = end,
                             .port = port->index };

    trace_add_frame(&run->trace, &frame, bytes, 0);
    fake_run_record(run, &record);
    return number;
}

static struct mac mac_of(uint8_t end)
{
    return (struct mac){ { 2, 0, 0, 0, 0, (uint8_t)(end + 1) } };
}

uint32_t fake_run_arp(struct fake_run *run, uint16_t link, uint8_t end, bool reply)
{
    uint8_t bytes[ETHERNET_FRAME_MIN] = { 0 };
    struct ethernet_header ethernet = { .destination = reply ? mac_of(!end) : MAC_BROADCAST,
                                        .source = mac_of(end), .ethertype = ETHERTYPE_ARP };
    struct arp_message arp = { .opcode = reply ? ARP_REPLY : ARP_REQUEST,
                               .sender_mac = mac_of(end), .sender_ip = 0x0a000001u + end,
                               .target_mac = reply ? mac_of(!end) : MAC_NONE,
                               .target_ip = 0x0a000001u + !end };

    arp_message_emit(&arp, bytes + ethernet_header_emit(&ethernet, bytes));
    return fake_run_tx(run, link, end, (struct span){ bytes, sizeof(bytes) });
}

uint32_t fake_run_udp(struct fake_run *run, uint16_t link, uint8_t end, size_t len)
{
    uint8_t bytes[ETHERNET_FRAME_MAX] = { 0 };
    struct ethernet_header ethernet = { .destination = mac_of(!end), .source = mac_of(end),
                                        .ethertype = ETHERTYPE_IPV4 };
    struct ipv4_header ip = { .total_length = (uint16_t)(IPV4_HEADER_MIN + UDP_HEADER_LEN + len),
                              .identification = 777, .ttl = 64, .protocol = IP_PROTOCOL_UDP,
                              .source = 0x0a000001u + end, .destination = 0x0a000001u + !end };
    struct udp_header udp = { .source_port = 49152, .destination_port = 9,
                              .length = (uint16_t)(UDP_HEADER_LEN + len) };
    size_t at = ethernet_header_emit(&ethernet, bytes);

    ASSERT(at + ip.total_length <= sizeof(bytes));
    at += ipv4_header_emit(&ip, bytes + at);
    udp_header_emit(&udp, bytes + at);
    udp.checksum = udp_checksum(ip.source, ip.destination, (struct span){ bytes + at, udp.length });
    at += udp_header_emit(&udp, bytes + at) + len;
    if (at < ETHERNET_FRAME_MIN)
        at = ETHERNET_FRAME_MIN;
    return fake_run_tx(run, link, end, (struct span){ bytes, at });
}

static struct record on_wire(const struct fake_run *run, uint32_t number, uint8_t kind)
{
    const struct trace_frame *frame = trace_frame(&run->trace, number);
    uint8_t end = kind == RECORD_RX ? !frame->end : frame->end;
    const struct port *port = end_of(run, frame->link, end);

    return (struct record){ .kind = kind, .frame = number, .node = port->node->id,
                            .what = frame->link, .port = port->index,
                            .a = frame->len, .b = frame->end };
}

void fake_run_rx(struct fake_run *run, uint32_t frame)
{
    struct record record = on_wire(run, frame, RECORD_RX);

    fake_run_record(run, &record);
}

void fake_run_lost(struct fake_run *run, uint32_t frame, rule_id rule, int64_t a)
{
    struct record record = on_wire(run, frame, RECORD_LOST);

    record.rule = rule;
    record.a = a;
    record.b = 0;
    fake_run_record(run, &record);
}

void fake_run_fate(struct fake_run *run, uint32_t frame, rule_id rule, int64_t a, int64_t b)
{
    struct record record = on_wire(run, frame, RECORD_FATE);

    record.rule = rule;
    record.a = a;
    record.b = b;
    fake_run_record(run, &record);
}

void fake_run_drop(struct fake_run *run, uint16_t node, uint32_t frame, rule_id rule)
{
    struct record record = { .kind = RECORD_LOST, .frame = frame, .node = node, .rule = rule,
                             .what = LINK_NONE };

    fake_run_record(run, &record);
}

void fake_run_why(struct fake_run *run, uint16_t node, uint32_t frame, rule_id rule, int64_t a)
{
    struct record record = { .kind = RECORD_WHY, .frame = frame, .node = node, .rule = rule,
                             .a = a };

    fake_run_record(run, &record);
}

void fake_run_arp_state(struct fake_run *run, uint16_t node, ipv4 address, int state)
{
    struct record record = { .kind = RECORD_STATE, .node = node, .what = MACHINE_ARP_ENTRY,
                             .subject = address, .b = state };

    fake_run_record(run, &record);
}

void fake_run_app(struct fake_run *run, uint16_t node, uint16_t what, int64_t a, int64_t b)
{
    struct record record = { .kind = RECORD_APP, .node = node, .what = what, .a = a, .b = b };

    fake_run_record(run, &record);
}
