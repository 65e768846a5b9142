#include "tests/support/tcp_world.h"

#include <stdio.h>
#include <string.h>

#include "layers/net/ip.h"
#include "layers/net/route.h"
#include "sim/filter.h"
#include "sim/hash.h"

/* ---- Topology ---- */

static struct host *add_host(struct tcp_world *w, unsigned net, unsigned number)
{
    struct tcp_town *town = w->town;
    unsigned index = town->host_count++;
    char name[2] = { (char)('a' + index), '\0' }, address[24];

    snprintf(address, sizeof(address), "10.0.%u.%u/24", net, number + 1);
    w->net.config.tcp = town->plan->tcp[index];
    town->hosts[index] = net_host(&w->net, name, address);
    return town->hosts[index];
}

static void join(struct tcp_world *w, struct port *a, struct port *b)
{
    struct tcp_town *town = w->town;
    unsigned index = town->link_count++;
    struct link *link = net_wire(&w->net, a, b, 0);

    ASSERT(index < PLAN_LINKS);
    for (unsigned end = 0; end < 2; end++)
        link->direction[end].config = town->plan->direction[index][end];
    town->links[index] = link;
}

static void build_two(struct tcp_world *w)
{
    struct host *a = add_host(w, 0, 0), *b = add_host(w, 0, 1);

    join(w, net_port(a, 0), net_port(b, 0));
}

static void build_star(struct tcp_world *w)
{
    struct node *middle = net_switch(&w->net, "s", PLAN_HOSTS);

    for (unsigned i = 0; i < w->town->plan->hosts; i++)
        join(w, net_port(add_host(w, 0, i), 0), &middle->ports[i]);
}

static void add_routers(struct tcp_world *w)
{
    unsigned count = w->town->plan->routers;

    w->net.config.tcp = w->town->plan->tcp[0];
    for (unsigned i = 0; i < count; i++) {
        char name[16], left[24], right[24];
        const char *addresses[2] = { left, right };

        snprintf(name, sizeof(name), "r%u", i + 1);
        snprintf(left, sizeof(left), "10.0.%u.%u/24", i, i == 0 ? 254 : 253);
        snprintf(right, sizeof(right), "10.0.%u.254/24", i + 1);
        w->town->routers[w->town->router_count++] = net_router(&w->net, name, addresses, 2);
    }
    for (unsigned i = 0; i < count; i++) {
        ipv4 first = net_ip("10.0.0.0");

        /* What lies further right, and further left. */
        for (unsigned net = i + 2; net <= count; net++)
            ASSERT(route_add(w->town->routers[i], first + net * 256, 24,
                             first + (i + 1) * 256 + 253, NULL));
        for (unsigned net = 0; net + 1 <= i; net++)
            ASSERT(
                route_add(w->town->routers[i], first + net * 256, 24, first + i * 256 + 254, NULL));
    }
}

/* Even hosts are on the left, odd ones on the right. */
static void build_chain(struct tcp_world *w)
{
    const struct tcp_plan *plan = w->town->plan;
    struct tcp_town *town = w->town;
    struct port *ends[2];
    char gateway[24];

    for (unsigned i = 0; i < plan->hosts; i++)
        add_host(w, i % 2 == 0 ? 0 : plan->routers, i);
    add_routers(w);
    ends[0] = net_port(town->routers[0], 0);
    ends[1] = net_port(town->routers[plan->routers - 1], 1);
    snprintf(gateway, sizeof(gateway), "10.0.%u.254", plan->routers);
    for (unsigned i = 0; i < plan->hosts; i++)
        net_gateway(town->hosts[i], i % 2 == 0 ? "10.0.0.254" : gateway);
    if (plan->hosts == 2) {
        join(w, net_port(town->hosts[0], 0), ends[0]);
        join(w, net_port(town->hosts[1], 0), ends[1]);
    } else {
        struct node *switches[2] = { net_switch(&w->net, "s0", PLAN_HOSTS),
                                     net_switch(&w->net, "s1", PLAN_HOSTS) };

        for (unsigned i = 0; i < plan->hosts; i++)
            join(w, net_port(town->hosts[i], 0), &switches[i % 2]->ports[1 + i / 2]);
        for (unsigned i = 0; i < 2; i++)
            join(w, ends[i], &switches[i]->ports[0]);
    }
    for (unsigned i = 0; i + 1 < plan->routers; i++)
        join(w, net_port(town->routers[i], 1), net_port(town->routers[i + 1], 0));
}

/* ---- What changes meanwhile ---- */

static void change_happens(struct world *world, struct event *event)
{
    struct change *change = CONTAINER_OF(event, struct change, event);

    (void)world;
    if (change->mtu > 0)
        link_set_mtu(change->link, change->mtu);
    else
        link_set_up(change->link, change->up);
}

static void plan_change(struct tcp_world *w, struct change *change, unsigned link, uint32_t mtu,
                        bool up, vtime at)
{
    change->link = w->town->links[link];
    change->mtu = mtu;
    change->up = up;
    event_init(&change->event, NODE_NONE, change_happens);
    event_arm(&w->net.world->queue, &change->event, at);
}

static void plan_changes(struct tcp_world *w)
{
    const struct tcp_plan *plan = w->town->plan;
    struct change *next = w->town->changes;

    for (unsigned i = 0; i < plan->flaps; i++) {
        const struct plan_flap *flap = &plan->flap[i];

        plan_change(w, next++, flap->link, 0, false, flap->at);
        plan_change(w, next++, flap->link, 0, true, flap->at + flap->down_for);
    }
    for (unsigned i = 0; i < plan->narrowings; i++) {
        const struct plan_narrowing *narrowing = &plan->narrowing[i];

        /* Behind a switch nobody would hear of it: a hole for long frames. */
        if (plan->gentle && !tcp_plan_link_is_direct(plan, narrowing->link))
            continue;
        plan_change(w, next++, narrowing->link, narrowing->mtu, false, narrowing->at);
    }
}

const struct filter *tcp_world_filter(void)
{
    static struct filter *tcp;
    char error[FILTER_ERROR_BYTES];

    if (tcp == NULL)
        tcp = filter_compile("ip and tcp and ip[6:2] & 0x3fff = 0", FILTER_ETHERNET, error,
                             sizeof(error), NULL);
    ASSERT(tcp != NULL);
    return tcp;
}

static void plan_flips(struct tcp_world *w)
{
    const struct tcp_plan *plan = w->town->plan;
    struct fault *fault;

    if (plan->flip_every == 0)
        return;
    w->town->links[0]->frame_check = false;
    /* Chance would damage ARP too, and nothing would notice that; and two
     * flips can make up for each other in a checksum. */
    for (unsigned end = 0; end < 2; end++)
        w->town->links[0]->direction[end].config.chances.corrupt = 0;
    fault = world_add_fault(w->net.world);
    fault->kind = FAULT_KIND_CORRUPT;
    fault->filter = tcp_world_filter();
    fault->from = fault->to = NODE_NONE;
    fault->link = w->town->links[0]->id;
    fault->every = plan->flip_every;
    fault->damage.bit = plan->flip_bit;
}

/* ---- All of it ---- */

void tcp_world_open(struct tcp_world *w, const struct tcp_plan *plan, bool traced)
{
    memset(w, 0, sizeof(*w));
    net_open(&w->net, plan->seed);
    if (!traced)
        w->net.world->trace = NULL;
    w->net.world->mark_congestion = ip_mark_congestion;
    w->town = world_alloc(w->net.world, sizeof(*w->town));
    w->town->plan = plan;
    switch (plan->shape) {
    case PLAN_TWO: build_two(w); break;
    case PLAN_STAR: build_star(w); break;
    case PLAN_CHAIN: build_chain(w); break;
    }
    ASSERT(w->town->link_count == plan->links);
    plan_changes(w);
    plan_flips(w);
    net_start(&w->net);
    for (unsigned i = 0; i < plan->hosts; i++)
        server_listen(w->town, i);
    for (unsigned i = 0; i < plan->talks; i++)
        for (unsigned end = 0; end < 2 && !plan->talk[i].off; end++)
            program_init(w->town, i, end);
}

void tcp_world_close(struct tcp_world *w)
{
    net_abandon(&w->net);
    memset(w, 0, sizeof(*w));
}

void tcp_world_stop(struct tcp_world *w)
{
    struct tcp_town *town = w->town;

    for (unsigned i = 0; i < town->host_count; i++)
        tcp_close(town->servers[i].t);
    for (unsigned i = 0; i < town->plan->talks; i++)
        for (unsigned end = 0; end < 2; end++) {
            struct tcb *t = town->programs[i][end].t;

            town->programs[i][end].t = NULL;
            if (t != NULL)
                tcp_abort(t);
        }
}

uint64_t tcp_world_deliveries(const struct tcp_world *w)
{
    uint64_t hash = 0;

    for (unsigned i = 0; i < PLAN_TALKS; i++)
        for (unsigned end = 0; end < 2; end++) {
            const struct program *p = &w->town->programs[i][end];

            hash = hash_add(hash, p->hash);
            hash = hash_add(hash, p->read);
            hash = hash_add(hash, p->ended);
        }
    return hash;
}
