#include <stdio.h>
#include <string.h>

#include "tools/lib/pkt_write_parts.h"
#include "tools/lib/text.h"

/* Which connection of the host the script is about. */

static bool same_ends(const struct tcp_endpoint *local, const struct tcp_endpoint *remote,
                      const struct pkt_writer *w)
{
    return local->port == w->local.port && remote->port == w->remote.port &&
           remote->address == w->remote.address;
}

static bool is_wanted(const struct pkt_writer *w, const struct tcp_endpoint *local,
                      const struct tcp_endpoint *remote)
{
    uint16_t port = w->order->port;

    return remote->port != 0 && (port == 0 || local->port == port || remote->port == port);
}

/* The first NUMBER from FROM on that is wanted; 0: no more. */
static uint32_t next_wanted(const struct pkt_writer *w, uint32_t from, struct tcp_endpoint *local,
                            struct tcp_endpoint *remote)
{
    for (uint32_t n = from; tcp_name(w->host, n, local, remote); n++)
        if (is_wanted(w, local, remote))
            return n;
    return 0;
}

/* Whether PORT names one connection only. */
static bool tells_apart(const struct pkt_writer *w, uint16_t port)
{
    struct tcp_endpoint local, remote, first_local = { 0, 0 }, first_remote = { 0, 0 };
    bool found = false;

    for (uint32_t n = 1; tcp_name(w->host, n, &local, &remote); n++) {
        if (remote.port == 0 || (local.port != port && remote.port != port))
            continue;
        if (found && (local.port != first_local.port || remote.port != first_remote.port ||
                      remote.address != first_remote.address))
            return false;
        first_local = local;
        first_remote = remote;
        found = true;
    }
    return found;
}

/* "a:49153, a:49154" */
static void list_ports(const struct pkt_writer *w, char *out, size_t size)
{
    const char *name = w->host->node.name;
    struct tcp_endpoint local, remote;
    uint16_t last = 0;
    size_t len = 0;
    uint32_t n = 0;

    out[0] = '\0';
    while ((n = next_wanted(w, n + 1, &local, &remote)) != 0 && len + 40 < size) {
        uint16_t port = tells_apart(w, local.port) ? local.port : remote.port;

        if (port == last)
            continue;
        len +=
            (size_t)snprintf(out + len, size - len, "%s%s:%u", last != 0 ? ", " : "", name, port);
        last = port;
    }
}

static bool refuse_none(const struct pkt_writer *w, char *why)
{
    const char *name = w->host->node.name;

    if (w->order->port == 0)
        snprintf(why, PKT_WRITE_WHY,
                 _("%s has no TCP connection in this run: a packet script "
                   "would have nothing to say"),
                 name);
    else
        snprintf(why, PKT_WRITE_WHY, _("%s has no TCP connection with port %u"), name,
                 w->order->port);
    return false;
}

bool pkt_write_choose(struct pkt_writer *w, char *why)
{
    struct tcp_endpoint local, remote;
    uint32_t n = next_wanted(w, 1, &w->local, &w->remote);
    char ports[PKT_WRITE_WHY / 2];

    if (n == 0)
        return refuse_none(w, why);
    for (; n != 0; n = next_wanted(w, n + 1, &local, &remote)) {
        tcp_name(w->host, n, &local, &remote);
        if (!same_ends(&local, &remote, w)) {
            list_ports(w, ports, sizeof(ports));
            snprintf(why, PKT_WRITE_WHY,
                     _("%s has several connections, and a script is about "
                       "one: choose by a port that only it has (%s)"),
                     w->host->node.name, ports);
            return false;
        }
        if (w->life_count < PKT_WRITE_LIVES)
            w->lives[w->life_count++].number = n;
    }
    return true;
}

struct pkt_life *pkt_write_life(struct pkt_writer *w, uint32_t subject)
{
    for (unsigned i = 0; i < w->life_count; i++)
        if (w->lives[i].number == subject)
            return &w->lives[i];
    return NULL;
}
