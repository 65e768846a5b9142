#include "layers/tcp/tcb.h"

#include "sim/hash.h"

#include <string.h>

enum { TABLE_SIZE_FIRST = 16, NAMES_IN_BLOCK = 128 };

/* ---- Set-up ---- */

void tcp_attach(struct host *host)
{
    struct arena *arena = &host->node.world->arena;
    struct tcp_state *tcp = ARENA_NEW(arena, struct tcp_state);
    const char *name = host->node.name;

    host->tcp = tcp;
    tcp->memory.arena = arena;
    pool_init(&tcp->tcbs, arena, sizeof(struct tcb), TCP_CONNECTIONS_MAX);
    pool_init(&tcp->listeners, arena, sizeof(struct tcp_listener), TCP_CONNECTIONS_MAX);
    tcp->next_ephemeral = TCP_EPHEMERAL_FIRST;
    tcp->secret = hash_bytes(host->node.world->seed, name, strlen(name));
}

/* ---- Names of connections, kept after their end ---- */

struct tcp_name_block {
    struct tcp_name_block *older;
    uint32_t first; /* number of at[0] */
    struct {
        struct tcp_endpoint local, remote;
    } at[NAMES_IN_BLOCK];
};

static void remember_name(const struct tcb *t)
{
    struct tcp_state *tcp = tcp_of(t->host);
    struct tcp_name_block *block = tcp->names;

    /* A number may be named late, when newer ones have blocks already. */
    while (block == NULL || t->number >= tcp->names->first + NAMES_IN_BLOCK) {
        block = ARENA_NEW(&t->host->node.world->arena, struct tcp_name_block);
        block->older = tcp->names;
        block->first = tcp->names == NULL ? 1 : tcp->names->first + NAMES_IN_BLOCK;
        tcp->names = block;
    }
    while (t->number < block->first)
        block = block->older;
    block->at[t->number - block->first].local = t->local;
    block->at[t->number - block->first].remote = t->remote;
}

bool tcp_name(const struct host *host, uint32_t number, struct tcp_endpoint *local,
              struct tcp_endpoint *remote)
{
    const struct tcp_state *tcp = host->tcp;
    const struct tcp_name_block *block = tcp->names;

    while (block != NULL && number < block->first)
        block = block->older;
    if (block == NULL || number == 0 || number - block->first >= NAMES_IN_BLOCK)
        return false;
    *local = block->at[number - block->first].local;
    *remote = block->at[number - block->first].remote;
    return local->port != 0;
}

/* ---- The table ---- */

static uint64_t key_of(uint16_t local_port, const struct tcp_endpoint *remote)
{
    return hash_mix((uint64_t)remote->address << 32 | (uint64_t)remote->port << 16 | local_port);
}

static struct tcb **place_of(struct tcp_state *tcp, uint16_t local_port,
                             const struct tcp_endpoint *remote)
{
    return &tcp->table[key_of(local_port, remote) & (tcp->table_size - 1)];
}

static void table_add(struct tcp_state *tcp, struct tcb *t)
{
    struct tcb **place = place_of(tcp, t->local.port, &t->remote);

    t->sharing = *place;
    *place = t;
}

static void table_grow(struct tcp_state *tcp, struct arena *arena)
{
    tcp->table_size = tcp->table_size == 0 ? TABLE_SIZE_FIRST : tcp->table_size * 4;
    tcp->table = ARENA_ARRAY(arena, struct tcb *, tcp->table_size);
    for (struct tcb *t = tcp->first; t != NULL; t = t->next)
        if (t->linked)
            table_add(tcp, t);
}

void tcp_link(struct tcb *t)
{
    struct tcp_state *tcp = tcp_of(t->host);

    ASSERT(!t->linked);
    if (tcp->tcbs.live > tcp->table_size)
        table_grow(tcp, &t->host->node.world->arena);
    table_add(tcp, t);
    t->linked = true;
    remember_name(t);
}

void tcp_unlink(struct tcb *t)
{
    struct tcb **at;

    if (!t->linked)
        return;
    at = place_of(tcp_of(t->host), t->local.port, &t->remote);
    while (*at != t)
        at = &(*at)->sharing;
    *at = t->sharing;
    t->linked = false;
}

static struct tcb *find(struct host *host, const struct tcp_endpoint *local,
                        const struct tcp_endpoint *remote)
{
    struct tcp_state *tcp = tcp_of(host);
    struct tcb *t;

    if (tcp->table_size == 0)
        return NULL;
    for (t = *place_of(tcp, local->port, remote); t != NULL; t = t->sharing)
        if (t->local.port == local->port && t->local.address == local->address &&
            t->remote.port == remote->port && t->remote.address == remote->address)
            return t;
    return NULL;
}

/* One that is bound to the very address goes before one bound to any
 * (MUST-42: listening with a specified address). */
struct tcb *tcp_lookup_listener(struct host *host, const struct tcp_endpoint *local)
{
    static const struct tcp_endpoint nobody;
    struct tcp_endpoint any = { 0, local->port };
    struct tcb *t = find(host, local, &nobody);

    return t != NULL ? t : find(host, &any, &nobody);
}

struct tcb *tcp_lookup(struct host *host, const struct tcp_endpoint *local,
                       const struct tcp_endpoint *remote)
{
    struct tcb *t = find(host, local, remote);

    return t != NULL ? t : tcp_lookup_listener(host, local);
}

/* ---- For tables and commands ---- */

struct tcb *tcp_at(struct host *host, unsigned index)
{
    struct tcb *t = tcp_of(host)->first;

    for (; t != NULL && index > 0; index--)
        t = t->next;
    return t;
}

struct tcb *tcp_numbered(struct host *host, uint32_t number)
{
    struct tcb *t = tcp_of(host)->first;

    while (t != NULL && t->number != number)
        t = t->next;
    return t;
}

static bool endpoints_equal(const struct tcp_endpoint *a, const struct tcp_endpoint *b)
{
    return a->address == b->address && a->port == b->port;
}

struct tcb *tcp_between(struct host *host, const struct tcp_endpoint *local,
                        const struct tcp_endpoint *remote)
{
    struct tcb *t = find(host, local, remote);

    if (t != NULL)
        return t;
    t = tcp_of(host)->first;
    while (t != NULL && !(endpoints_equal(&t->local, local) && endpoints_equal(&t->remote, remote)))
        t = t->next;
    return t;
}

struct tcb *tcp_find(struct host *host, ipv4 address, uint16_t port)
{
    struct tcb *t = tcp_of(host)->last;

    for (; t != NULL; t = t->previous)
        if (t->listen == NULL && (address == 0 || t->remote.address == address) &&
            (port == 0 || t->remote.port == port || (address == 0 && t->local.port == port)))
            return t;
    return NULL;
}

struct tcb *tcp_find_listener(struct host *host, uint16_t port)
{
    struct tcb *t = tcp_of(host)->first;

    for (; t != NULL; t = t->next)
        if (t->listen != NULL && t->local.port == port)
            return t;
    return NULL;
}

/* ---- The initial sequence number (3.4.1, RFC 6528 3), and timestamps ---- */

/* F of RFC 6528. */
static uint64_t hash_of_ends(const struct tcb *t, uint64_t secret)
{
    uint64_t f = hash_add(secret, (uint64_t)t->local.address << 32 | t->remote.address);

    return hash_add(f, (uint64_t)t->local.port << 16 | t->remote.port);
}

/* A four-microsecond clock, and a keyed hash of the four numbers. The hash is
 * not a cryptographic one: nobody breaks into a simulation, and a world must
 * be the same every time (its seed is the key). */
seq32 tcp_choose_iss(const struct tcb *t)
{
    const struct tcp_config *config = tcp_config(t);

    if (tcp_has_bug(t, BUG_CONSTANT_ISN))
        return 0;
    if (config->isn >= 0)
        return (seq32)config->isn;
    return (seq32)(tcp_now(t) / (4 * US)) + (seq32)hash_of_ends(t, tcp_of(t->host)->secret);
}

/* Nothing of the connection itself: for a later one between the same ends the clock
 * goes on, which the peer's TIME-WAIT asks for (RFC 6191 2). */
uint32_t tcp_choose_ts_offset(const struct tcb *t)
{
    return (uint32_t)hash_of_ends(t, ~tcp_of(t->host)->secret);
}

uint32_t tcp_timestamp(const struct tcb *t)
{
    return (uint32_t)(tcp_now(t) / MS) + t->ts_offset;
}
