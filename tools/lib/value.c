#include "tools/lib/value.h"

#include <string.h>

#include "layers/host.h"
#include "layers/link/arp.h"
#include "layers/link/switch.h"
#include "layers/net/ip.h"
#include "layers/udp/udp.h"
#include "tools/lib/text.h"

/* The tables of nodes are read through const views; the layers' own
 * accessors take the node as theirs. */
static struct host *host_behind(const struct node *node)
{
    return host_of((struct node *)(uintptr_t)node);
}

#define COUNTER(field)                                                                             \
    static int64_t counter_##field(const struct node *node)                                        \
    {                                                                                              \
        return (int64_t)host_behind(node)->counters.field;                                         \
    }
COUNTER(ip_in)
COUNTER(ip_out)
COUNTER(ip_forwarded)
COUNTER(ip_dropped)
COUNTER(fragments_in)
COUNTER(fragments_out)
COUNTER(reassembled)
COUNTER(icmp_in)
COUNTER(icmp_out)
COUNTER(udp_in)
COUNTER(udp_out)
COUNTER(udp_dropped)
COUNTER(tcp_in)
COUNTER(tcp_out)
COUNTER(tcp_dropped)
#undef COUNTER

static int64_t sum_sockets(const struct node *node, int64_t (*of)(const struct udp_socket *))
{
    struct host *host = host_behind(node);
    struct udp_socket *socket;
    int64_t sum = 0;

    for (unsigned i = 0; (socket = udp_socket_at(host, i)) != NULL; i++)
        sum += of(socket);
    return sum;
}

static int64_t socket_bytes(const struct udp_socket *socket)
{
    return (int64_t)socket->bytes_received;
}

static int64_t socket_messages(const struct udp_socket *socket)
{
    return (int64_t)socket->messages_received;
}

static int64_t socket_overflow(const struct udp_socket *socket)
{
    return (int64_t)socket->messages_lost;
}

static int64_t socket_queued(const struct udp_socket *socket)
{
    return (int64_t)socket->queue.count;
}

static int64_t udp_bytes(const struct node *node)
{
    return sum_sockets(node, socket_bytes);
}

static int64_t udp_messages(const struct node *node)
{
    return sum_sockets(node, socket_messages);
}

static int64_t udp_overflow(const struct node *node)
{
    return sum_sockets(node, socket_overflow);
}

static int64_t udp_queued(const struct node *node)
{
    return sum_sockets(node, socket_queued);
}

static int64_t arp_entries(const struct node *node)
{
    struct host *host = host_behind(node);
    struct arp_view view;
    int64_t count = 0;

    for (unsigned i = 0; i < host->interface_count; i++)
        for (unsigned n = 0; arp_entry(&host->interfaces[i], n, &view); n++)
            count++;
    return count;
}

static int64_t reassembling(const struct node *node)
{
    struct reassembly_view view;
    int64_t count = 0;

    while (reassembly_entry(host_behind(node), (unsigned)count, &view))
        count++;
    return count;
}

static int64_t switch_entries(const struct node *node)
{
    struct switch_view view;
    int64_t count = 0;

    while (switch_entry(node, (unsigned)count, &view))
        count++;
    return count;
}

static int64_t link_carried(const struct link *link)
{
    return (int64_t)link->direction[0].tx_count + link->direction[1].tx_count;
}

static int64_t link_lost(const struct link *link)
{
    return (int64_t)link->direction[0].lost_count + link->direction[1].lost_count;
}

static int64_t link_overflow(const struct link *link)
{
    return (int64_t)link->direction[0].queue_lost_count + link->direction[1].queue_lost_count;
}

static int64_t link_bytes(const struct link *link)
{
    return (int64_t)(link->direction[0].tx_bytes + link->direction[1].tx_bytes);
}

const struct value values[] = {
    { "ip.received", VALUE_HOST, counter_ip_in, NULL, N_("datagrams that came in"), VALUE_NUMBER },
    { "ip.sent", VALUE_HOST, counter_ip_out, NULL, N_("datagrams made here"), VALUE_NUMBER },
    { "ip.forwarded", VALUE_HOST, counter_ip_forwarded, NULL, N_("datagrams passed on"),
      VALUE_NUMBER },
    { "ip.dropped", VALUE_HOST, counter_ip_dropped, NULL, N_("datagrams refused or lost here"),
      VALUE_NUMBER },
    { "ip.fragments-received", VALUE_HOST, counter_fragments_in, NULL, N_("fragments that came in"),
      VALUE_NUMBER },
    { "ip.fragments-sent", VALUE_HOST, counter_fragments_out, NULL, N_("fragments made here"),
      VALUE_NUMBER },
    { "ip.reassembled", VALUE_HOST, counter_reassembled, NULL, N_("datagrams put together here"),
      VALUE_NUMBER },
    { "ip.reassembling", VALUE_HOST, reassembling, NULL, N_("datagrams with holes right now"),
      VALUE_NUMBER },
    { "icmp.received", VALUE_HOST, counter_icmp_in, NULL, N_("ICMP messages that came in"),
      VALUE_NUMBER },
    { "icmp.sent", VALUE_HOST, counter_icmp_out, NULL, N_("ICMP messages made here"),
      VALUE_NUMBER },
    { "udp.received", VALUE_HOST, counter_udp_in, NULL, N_("UDP datagrams that came in"),
      VALUE_NUMBER },
    { "udp.sent", VALUE_HOST, counter_udp_out, NULL, N_("UDP datagrams made here"), VALUE_NUMBER },
    { "udp.dropped", VALUE_HOST, counter_udp_dropped, NULL,
      N_("UDP datagrams refused or lost here"), VALUE_NUMBER },
    { "udp.delivered", VALUE_HOST, udp_bytes, NULL, N_("bytes handed to applications"),
      VALUE_BYTES },
    { "udp.messages", VALUE_HOST, udp_messages, NULL, N_("messages handed to applications"),
      VALUE_NUMBER },
    { "udp.overflow", VALUE_HOST, udp_overflow, NULL, N_("messages that found their queue full"),
      VALUE_NUMBER },
    { "udp.queued", VALUE_HOST, udp_queued, NULL, N_("messages waiting for an application"),
      VALUE_NUMBER },
    { "tcp.received", VALUE_HOST, counter_tcp_in, NULL, N_("TCP segments that came in"),
      VALUE_NUMBER },
    { "tcp.segments", VALUE_HOST, counter_tcp_out, NULL, N_("TCP segments made here"),
      VALUE_NUMBER },
    { "tcp.dropped", VALUE_HOST, counter_tcp_dropped, NULL, N_("TCP segments refused or lost here"),
      VALUE_NUMBER },
    { "arp.entries", VALUE_HOST, arp_entries, NULL, N_("entries of the ARP cache"), VALUE_NUMBER },
    { "table", VALUE_SWITCH, switch_entries, NULL, N_("MAC addresses known right now"),
      VALUE_NUMBER },
    { "carried", VALUE_LINK, NULL, link_carried, N_("frames put on the wire, both directions"),
      VALUE_NUMBER },
    { "bytes", VALUE_LINK, NULL, link_bytes, N_("bytes put on the wire, both directions"),
      VALUE_BYTES },
    { "lost", VALUE_LINK, NULL, link_lost, N_("frames lost on it or in front of it"),
      VALUE_NUMBER },
    { "overflow", VALUE_LINK, NULL, link_overflow, N_("frames that found its queue full"),
      VALUE_NUMBER },
    { NULL, VALUE_HOST, NULL, NULL, NULL, VALUE_NUMBER },
};

const struct value *value_find(enum value_owner owner, const char *name, size_t len)
{
    for (const struct value *value = values; value->name != NULL; value++)
        if (value->owner == owner && strlen(value->name) == len &&
            memcmp(value->name, name, len) == 0)
            return value;
    return NULL;
}

const struct value_tcp *value_find_tcp(const char *name, size_t len, uint16_t *port)
{
    const char *end = name + len;
    unsigned number = 0;

    *port = 0;
    if (len < 4 || memcmp(name, "tcp.", 4) != 0)
        return NULL;
    for (name += 4; name < end && *name >= '0' && *name <= '9' && number <= UINT16_MAX; name++)
        number = 10 * number + (unsigned)(*name - '0');
    if (number > UINT16_MAX || (number > 0 && (name == end || *name++ != '.')))
        return NULL;
    *port = (uint16_t)number;
    for (const struct value_tcp *value = values_tcp; value->name != NULL; value++)
        if (strlen(value->name) == (size_t)(end - name) &&
            memcmp(value->name, name, (size_t)(end - name)) == 0)
            return value;
    return NULL;
}
