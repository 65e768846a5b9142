/*
 * Shapes that no single segment has: many connections to one port that nobody
 * finishes (RFC 4987 2.2), one host that tries all ports of another.
 */
#include <string.h>

#include "layers/wire/bytes.h"
#include "sim/hash.h"
#include "sim/vtime.h"
#include "tools/lib/capture_rules_parts.h"

enum { FLOOD_HALF_OPEN = 100, SCAN_PORTS = 100, PROBES = 4, IPV4_IN_SLOT = 12 };

#define FLOOD_WITHIN (30 * SECONDS) /* so long many hosts keep half of a connection */

static uint64_t hash_address(const struct flow_end *end)
{
    return hash_bytes(1, end->address, sizeof(end->address));
}

/* The place of what is for port and host SERVER; a free or the oldest one, if ADD. */
static struct syn_target *find_target(struct capture_rules *rules, const struct flow_end *server,
                                      bool add)
{
    uint64_t key = hash_add(hash_address(server), server->port) | 1;
    struct syn_target *oldest = &rules->targets[key % TARGETS];

    for (unsigned i = 0; i < PROBES; i++) {
        struct syn_target *target = &rules->targets[(key + i) % TARGETS];

        if (target->key == key)
            return target;
        if (target->key == 0 || (oldest->key != 0 && target->since_ns < oldest->since_ns))
            oldest = target;
    }
    if (!add)
        return NULL;
    *oldest = (struct syn_target){ .key = key, .since_ns = rules->now_ns };
    return oldest;
}

static void note_flood(struct capture_rules *rules, const struct flow_end *server, uint64_t frame)
{
    struct syn_target *target = find_target(rules, server, true);

    if (rules_passed(rules, target->since_ns, FLOOD_WITHIN)) {
        target->half_open = 0;
        target->since_ns = rules->now_ns;
    }
    target->half_open++;
    target->most = target->half_open > target->most ? target->half_open : target->most;
    if (target->half_open < FLOOD_HALF_OPEN || target->told != 0)
        return;
    rules_report(rules, frame, RULE_SEEN_SYN_FLOOD, 0, target->half_open, server->port);
    target->told = rules->breaks.count;
}

static void note_scan(struct capture_rules *rules, const struct flow_key *key, uint64_t frame)
{
    uint64_t pair = hash_add(hash_address(&key->end[0]), hash_address(&key->end[1])) | 1;
    struct port_scan *scan = &rules->scans[pair % SCANS];
    uint32_t bit = key->end[1].port % SCAN_BITS;

    if (scan->key != pair) {
        memset(scan, 0, sizeof(*scan));
        scan->key = pair;
    }
    if ((scan->bits[bit / 64] >> bit % 64 & 1) != 0)
        return;
    scan->bits[bit / 64] |= UINT64_C(1) << bit % 64;
    if (++scan->ports < SCAN_PORTS || scan->told != 0)
        return;
    rules_report(rules, frame, RULE_SEEN_PORT_SCAN, 0, scan->ports,
                 key->ipv6 ? 0 : get_be32(key->end[0].address + IPV4_IN_SLOT));
    scan->told = rules->breaks.count;
}

void rules_syn(struct capture_rules *rules, const struct flow_key *key, uint64_t frame)
{
    note_flood(rules, &key->end[1], frame);
    note_scan(rules, key, frame);
}

void rules_syn_done(struct capture_rules *rules, const struct flow_end *server)
{
    struct syn_target *target = find_target(rules, server, false);

    if (target != NULL && target->half_open > 0)
        target->half_open--;
}

/* Break number TOLD, if it was kept and is of RULE, came to so many in the end. */
static void amend(struct capture_rules *rules, uint32_t told, rule_id rule, uint32_t number)
{
    if (told != 0 && rules->breaks.list[told - 1].rule == rule)
        rules->breaks.list[told - 1].a = number;
}

void rules_shapes_finish(struct capture_rules *rules)
{
    for (unsigned i = 0; i < TARGETS; i++)
        amend(rules, rules->targets[i].told, RULE_SEEN_SYN_FLOOD, rules->targets[i].most);
    for (unsigned i = 0; i < SCANS; i++)
        amend(rules, rules->scans[i].told, RULE_SEEN_PORT_SCAN, rules->scans[i].ports);
}
