/*
 * The other half of net.h: stations without layers, and counting in traces.
 */
#include <string.h>

#include "layers/link/hub.h"
#include "tests/support/net.h"

static void tester_reply(struct tester *t, const struct arp_message *request)
{
    struct arp_message reply;

    reply.opcode = ARP_REPLY;
    reply.sender_mac = t->mac;
    reply.sender_ip = request->target_ip;
    reply.target_mac = request->sender_mac;
    reply.target_ip = request->sender_ip;
    tester_send_arp(t, &reply, request->sender_mac);
}

/* True if the frame was ARP and so not one to keep. */
static bool tester_answers(struct tester *t, struct span frame)
{
    struct ethernet_header ethernet;
    struct arp_message m;
    struct span payload, rest;

    if (!t->answers_arp || ethernet_header_parse(&ethernet, frame, &payload) != RULE_NONE ||
        ethernet.ethertype != ETHERTYPE_ARP ||
        arp_message_parse(&m, payload, &rest) != RULE_NONE)
        return false;
    if (m.opcode == ARP_REQUEST && m.sender_ip != m.target_ip)
        tester_reply(t, &m);
    return true;
}

static void tester_receive(struct node *node, struct port *port, struct packet *p)
{
    struct tester *t = CONTAINER_OF(node, struct tester, node);
    struct tester_frame *frame;

    (void)port;
    if (!tester_answers(t, packet_span(p))) {
        frame = world_alloc(node->world, sizeof(*frame) + p->len);
        frame->next = NULL;
        frame->at = node->world->now;
        frame->damaged = p->damaged;
        frame->len = p->len;
        memcpy(frame->bytes, packet_bytes(p), p->len);
        if (t->last == NULL)
            t->first = frame;
        else
            t->last->next = frame;
        t->last = frame;
        t->count++;
    }
    packet_free(node->world, p);
}

static const struct node_ops tester_ops = {
    .kind = "tester",
    .receive = tester_receive,
    .wire_changed = NULL,
    .start = NULL,
};

struct tester *net_tester(struct net *net, const char *name, const char *address)
{
    struct tester *t = world_alloc(net->world, sizeof(*t));

    world_add_node(net->world, &t->node, &tester_ops, name, 1);
    t->mac = mac_from_int64(0x020000000f00 + ++net->testers);
    t->address = net_ip(address);
    t->peer = MAC_BROADCAST;
    return t;
}

struct node *net_hub(struct net *net, const char *name, unsigned ports)
{
    return hub_new(net->world, name, ports);
}

void tester_send(struct tester *t, struct span frame)
{
    struct packet *p = packet_new(t->node.world, frame.len);

    ASSERT(p != NULL);
    memcpy(packet_bytes(p), frame.at, frame.len);
    packet_mark(p, PACKET_LINK);
    packet_stamp(p, t->node.id, t->sent++);
    link_send(&t->node.ports[0], p);
}

void tester_send_data(struct tester *t, struct mac to, uint16_t ethertype, struct span data)
{
    uint8_t frame[ETHERNET_HEADER_LEN + 66000] = { 0 };
    struct ethernet_header h;
    size_t len;

    memset(&h, 0, sizeof(h));
    h.destination = to;
    h.source = t->mac;
    h.ethertype = ethertype;
    len = ethernet_header_emit(&h, frame);
    ASSERT(len + data.len <= sizeof(frame));
    if (data.len > 0)
        memcpy(frame + len, data.at, data.len);
    len += data.len;
    if (len < ETHERNET_FRAME_MIN)
        len = ETHERNET_FRAME_MIN;
    tester_send(t, (struct span){ frame, len });
}

void tester_send_arp(struct tester *t, const struct arp_message *m, struct mac to)
{
    uint8_t bytes[ARP_MESSAGE_LEN];
    size_t len = arp_message_emit(m, bytes);

    tester_send_data(t, to, ETHERTYPE_ARP, (struct span){ bytes, len });
}

void tester_send_ipv4(struct tester *t, const struct ipv4_header *h, struct span payload)
{
    uint8_t bytes[66000];
    struct ipv4_header full = *h;
    size_t len;

    if (full.ttl == 0)
        full.ttl = 64;
    if (full.source == 0)
        full.source = t->address;
    if (full.total_length == 0)
        full.total_length = (uint16_t)(ipv4_header_length(&full) + payload.len);
    len = ipv4_header_emit(&full, bytes);
    ASSERT(len + payload.len <= sizeof(bytes));
    if (payload.len > 0)
        memcpy(bytes + len, payload.at, payload.len);
    tester_send_data(t, t->peer, ETHERTYPE_IPV4, (struct span){ bytes, len + payload.len });
}

const struct tester_frame *tester_frame(const struct tester *t, unsigned index)
{
    const struct tester_frame *frame = t->first;

    while (frame != NULL && index-- > 0)
        frame = frame->next;
    return frame;
}

const struct tester_frame *tester_last(const struct tester *t)
{
    return t->last;
}

void tester_clear(struct tester *t)
{
    t->first = NULL;
    t->last = NULL;
    t->count = 0;
}

static bool read_frame(const struct tester_frame *frame, uint16_t ethertype,
                       struct ethernet_header *ethernet, struct span *payload)
{
    struct ethernet_header h;
    bool good;

    if (!expect_true(frame != NULL, "a frame arrived", NULL, __FILE__, __LINE__))
        return false;
    good = ethernet_header_parse(&h, (struct span){ frame->bytes, frame->len }, payload) ==
               RULE_NONE &&
           expect_eq(h.ethertype, ethertype, "EtherType", NULL, __FILE__, __LINE__);
    if (good && ethernet != NULL)
        *ethernet = h;
    return good;
}

bool tester_read_arp(const struct tester_frame *frame, struct ethernet_header *ethernet,
                     struct arp_message *m)
{
    struct span payload, rest;

    return read_frame(frame, ETHERTYPE_ARP, ethernet, &payload) &&
           expect_rule(arp_message_parse(m, payload, &rest), RULE_NONE, "ARP message", NULL,
                       __FILE__, __LINE__);
}

bool tester_read_ipv4(const struct tester_frame *frame, struct ipv4_header *h,
                      struct span *payload)
{
    struct span datagram, data;

    if (!read_frame(frame, ETHERTYPE_IPV4, NULL, &datagram) ||
        !expect_rule(ipv4_header_parse(h, datagram, &data), RULE_NONE, "IPv4 header", NULL,
                     __FILE__, __LINE__))
        return false;
    if (payload != NULL)
        *payload = data;
    return true;
}

void net_mark(struct net *net)
{
    net->mark = net->trace.records.count;
}

struct wanted {
    const struct node *node;
    unsigned rule; /* RULE_COUNT: any */
    int kind;      /* -1: any */
    unsigned what; /* 0: any */
};

static unsigned count_records(const struct net *net, struct wanted wanted,
                              const struct record **last)
{
    unsigned found = 0;

    *last = NULL;
    for (uint32_t i = net->mark; i < net->trace.records.count; i++) {
        const struct record *record = trace_record(&net->trace, i);

        if ((wanted.node == NULL || record->node == wanted.node->id) &&
            (wanted.rule == RULE_COUNT || record->rule == wanted.rule) &&
            (wanted.kind < 0 || record->kind == wanted.kind) &&
            (wanted.what == 0 || record->what == wanted.what)) {
            *last = record;
            found++;
        }
    }
    return found;
}

unsigned net_count_rule(const struct net *net, const struct node *node, unsigned rule)
{
    const struct record *last;

    return count_records(net, (struct wanted){ node, rule, -1, 0 }, &last);
}

const struct record *net_last_rule(const struct net *net, const struct node *node, unsigned rule)
{
    const struct record *last;

    count_records(net, (struct wanted){ node, rule, -1, 0 }, &last);
    return last;
}

unsigned net_count(const struct net *net, const struct node *node, enum record_kind kind,
                   unsigned what)
{
    const struct record *last;

    return count_records(net, (struct wanted){ node, RULE_COUNT, (int)kind, what }, &last);
}

const struct record *net_last(const struct net *net, const struct node *node,
                              enum record_kind kind, unsigned what)
{
    const struct record *last;

    count_records(net, (struct wanted){ node, RULE_COUNT, (int)kind, what }, &last);
    return last;
}

unsigned net_count_sent(const struct net *net, const struct node *node)
{
    return net_count(net, node, RECORD_TX, 0);
}
