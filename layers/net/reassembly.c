#include "layers/net/reassembly.h"

#include "layers/host.h"
#include "layers/net/ip_parts.h"
#include "layers/net/reassembly_table.h"

#include <string.h>

#define WHOLE_DATAGRAM UINT64_MAX /* which part of a fragment a datagram is */

/* ---- A fragment against what is here ---- */

/* A fragment that has arrived: bytes FIRST to END - 1 of the data. */
struct arrival {
    struct packet *p; /* pulled down to its data */
    uint32_t first, end;
    uint32_t cost;
    bool more;
};

/* What is wrong with a fragment by itself. */
static rule_id check_alone(const struct ipv4_header *h, size_t data_len, int64_t *a)
{
    size_t end = h->fragment_offset + data_len + ipv4_header_length(h);

    *a = (int64_t)data_len;
    if (data_len == 0)
        return RULE_REASSEMBLY_EMPTY;
    if (h->more_fragments && data_len % IPV4_FRAGMENT_UNIT != 0)
        return RULE_REASSEMBLY_NOT_EIGHTS;
    *a = (int64_t)end;
    return end > IPV4_DATAGRAM_MAX ? RULE_REASSEMBLY_TOO_LONG : RULE_NONE;
}

/* Bytes of the header that P, a fragment, came with. */
static uint32_t header_of(const struct packet *p)
{
    return (packet_from(p, PACKET_NETWORK).at[0] & 0xfu) * 4;
}

/*
 * How long the datagram will be at least, with the header of fragment zero,
 * which can be longer than those of the others.
 */
static uint32_t whole_length(const struct reassembly_entry *entry, const struct arrival *new)
{
    const struct reassembly_piece *zero = entry->pieces;
    int64_t end = max_i64(new->end, max_i64(entry->total, entry->more_end));

    if (zero != NULL && zero->first == 0)
        return (uint32_t)end + header_of(zero->p);
    return (uint32_t)end + (new->first == 0 ? header_of(new->p) : IPV4_HEADER_MIN);
}

/* Does the end that the fragment claims or implies fit what is known? */
static rule_id check_end(const struct reassembly_entry *entry, const struct arrival *new,
                         int64_t *a, int64_t *b)
{
    *a = entry->total;
    *b = new->end;
    if (entry->total != 0 && !new->more && new->end != entry->total)
        return RULE_REASSEMBLY_TWO_ENDS;
    if (entry->total != 0 && new->more && new->end >= entry->total)
        return RULE_REASSEMBLY_PAST_END;
    *a = new->end;
    *b = entry->more_end;
    if (entry->total == 0 && !new->more && new->end <= entry->more_end)
        return RULE_REASSEMBLY_PAST_END;
    *a = whole_length(entry, new);
    *b = 0;
    return *a > IPV4_DATAGRAM_MAX ? RULE_REASSEMBLY_TOO_LONG : RULE_NONE;
}

static bool same_bytes(const struct reassembly_piece *piece, const struct arrival *new,
                       uint32_t first, uint32_t end)
{
    return memcmp(packet_bytes(piece->p) + (first - piece->first),
                  packet_bytes(new->p) + (first - new->first), end - first) == 0;
}

/*
 * Counts the bytes of NEW that are here already, and compares them. False if
 * they differ, in FIRST to END - 1 or somewhere in it.
 */
static bool compare_overlaps(const struct reassembly_entry *entry, const struct arrival *new,
                             uint32_t *overlap, uint32_t *first, uint32_t *end)
{
    *overlap = 0;
    if (entry->last == NULL || entry->last->end <= new->first)
        return true;
    for (const struct reassembly_piece *piece = entry->pieces;
         piece != NULL && piece->first < new->end; piece = piece->next) {
        if (piece->end <= new->first)
            continue;
        *first = (uint32_t)max_i64(piece->first, new->first);
        *end = (uint32_t)min_i64(piece->end, new->end);
        *overlap += *end - *first;
        if (!same_bytes(piece, new, *first, *end))
            return false;
    }
    return true;
}

/* NEW shrinks to what lies between its neighbours; pieces that it covers
 * wholly are replaced by it. Returns the link in which it belongs. */
static struct reassembly_piece **make_room(struct reassembly_entry *entry, struct arrival *new)
{
    struct reassembly_piece **at = &entry->pieces;

    if (entry->last != NULL && entry->last->end <= new->first)
        return &entry->last->next;
    while (*at != NULL && (*at)->first < new->end) {
        struct reassembly_piece *piece = *at;

        if (piece->first <= new->first && piece->end > new->first) {
            packet_pull(new->p, piece->end - new->first);
            new->first = piece->end;
        }
        if (piece->end <= new->first) {
            at = &piece->next;
        } else if (piece->end > new->end) {
            packet_trim(new->p, piece->first - new->first);
            new->end = piece->first;
        } else {
            *at = piece->next;
            packet_free(entry->host->node.world, piece->p);
            reassembly_forget_piece(entry, piece);
        }
    }
    return at;
}

/* Puts NEW among the pieces. False if there is no room for it. */
static bool keep(struct reassembly_entry *entry, struct arrival *new)
{
    struct reassembly *r = &entry->host->ip->reassembly;
    struct reassembly_piece *piece = pool_get(&r->pieces);
    struct reassembly_piece **at;

    if (piece == NULL)
        return false;
    at = make_room(entry, new);
    memset(piece, 0, sizeof(*piece));
    piece->p = new->p;
    piece->first = new->first;
    piece->end = new->end;
    piece->cost = new->cost;
    piece->next = *at;
    *at = piece;
    if (piece->next == NULL)
        entry->last = piece;
    entry->count++;
    entry->received += new->end - new->first;
    entry->cost += new->cost;
    r->cost += new->cost;
    r->held++;
    WHY(&entry->host->node, RULE_REASSEMBLY_KEPT, new->first, new->end - 1);
    return true;
}

/* Says which bytes are still missing. */
static void tell_holes(const struct reassembly_entry *entry)
{
    struct node *node = &entry->host->node;
    const struct reassembly_piece *piece = entry->pieces;
    unsigned told = 0;
    uint32_t at = 0;

    if (node->world->trace == NULL)
        return;
    for (; piece != NULL && told < REASSEMBLY_HOLES_TOLD; at = piece->end, piece = piece->next) {
        if (piece->first == at)
            continue;
        WHY(node, RULE_REASSEMBLY_HOLE, at, piece->first - 1);
        told++;
    }
    if (piece != NULL)
        return;
    if (entry->total == 0)
        WHY(node, RULE_REASSEMBLY_OPEN_END, at, 0);
    else if (at < entry->total)
        WHY(node, RULE_REASSEMBLY_HOLE, at, entry->total - 1);
}

/* ---- The datagram is complete ---- */

/* RFC 3168 5.3: no mark is lost, and none is put on what cannot carry it. */
static bool merge_ecn(const struct reassembly_entry *entry, uint8_t *tos)
{
    if ((entry->ecn_seen & 1 << IPV4_ECN_CE) == 0)
        return true;
    *tos |= IPV4_ECN_CE;
    return (entry->ecn_seen & 1) == 0;
}

static struct packet *build(const struct reassembly_entry *entry, struct ipv4_header *h)
{
    const struct reassembly_piece *zero = entry->pieces;
    size_t header_len = ipv4_header_length(h);
    struct packet *whole = packet_new(entry->host->node.world, header_len + entry->total);

    if (whole == NULL)
        return NULL;
    h->total_length = (uint16_t)(header_len + entry->total);
    h->more_fragments = false;
    ipv4_header_emit(h, packet_bytes(whole));
    for (const struct reassembly_piece *piece = zero; piece != NULL; piece = piece->next)
        memcpy(packet_bytes(whole) + header_len + piece->first, packet_bytes(piece->p),
               piece->p->len);
    packet_mark(whole, PACKET_NETWORK);
    packet_derive(whole, zero->p, WHOLE_DATAGRAM);
    whole->frame = entry->host->node.world->current_frame;
    whole->to_group = zero->p->to_group;
    whole->copy = zero->p->copy;
    return whole;
}

static struct packet *complete(struct reassembly_entry *entry)
{
    struct host *host = entry->host;
    struct packet *whole;
    struct ipv4_header h;
    struct span data;

    ipv4_header_parse(&h, packet_from(entry->pieces->p, PACKET_NETWORK), &data);
    if (!merge_ecn(entry, &h.tos)) {
        reassembly_drop(entry, RULE_REASSEMBLY_ECN_MIXED, 0, 0);
        return NULL;
    }
    whole = build(entry, &h);
    if (whole == NULL) {
        reassembly_drop(entry, RULE_IP_NO_MEMORY, 0, 0);
        return NULL;
    }
    WHY(&host->node, RULE_REASSEMBLY_COMPLETE, entry->total, entry->count);
    host->counters.reassembled++;
    while (entry->pieces != NULL) {
        struct reassembly_piece *piece = entry->pieces;

        entry->pieces = piece->next;
        packet_free(host->node.world, piece->p);
        reassembly_forget_piece(entry, piece);
    }
    reassembly_remove(entry);
    return whole;
}

/* ---- A fragment arrives ---- */

/* NEW against ENTRY: kept, or dropped with or without all the rest. False if
 * nothing new is here. */
static bool admit(struct reassembly_entry *entry, struct arrival *new)
{
    struct node *node = &entry->host->node;
    uint32_t overlap, first = 0, end = 0;
    int64_t a, b;
    rule_id rule = check_end(entry, new, &a, &b);

    if (rule == RULE_NONE && !compare_overlaps(entry, new, &overlap, &first, &end)) {
        rule = RULE_REASSEMBLY_CONFLICT;
        a = first;
        b = (int64_t)end - 1;
    }
    if (rule != RULE_NONE) {
        packet_drop_with(new->p, node, rule, a, b);
        reassembly_poison(entry, rule, a, b);
        return false;
    }
    if (!new->more)
        entry->total = new->end;
    else if (new->end > entry->more_end)
        entry->more_end = new->end;
    if (overlap == new->end - new->first) {
        packet_drop_with(new->p, node, RULE_REASSEMBLY_DUPLICATE, new->first,
                         (int64_t)new->end - 1);
        return false;
    }
    if (!keep(entry, new)) {
        packet_drop(new->p, node, RULE_IP_NO_MEMORY);
        return false;
    }
    if (overlap > 0)
        WHY(node, RULE_REASSEMBLY_OVERLAP, new->first, new->end - 1);
    return true;
}

struct packet *reassembly_add(struct host *host, struct packet *p, const struct ipv4_header *h)
{
    struct reassembly_entry *entry;
    size_t header_len = ipv4_header_length(h);
    struct arrival new;
    int64_t a;
    rule_id rule = check_alone(h, p->len - header_len, &a);

    host->counters.fragments_in++;
    if (rule != RULE_NONE) {
        packet_drop_with(p, &host->node, rule, a, 0);
        return NULL;
    }
    entry = reassembly_find(host, h);
    if (entry == NULL)
        entry = reassembly_begin(host, h);
    if (entry->poisoned) {
        packet_drop_with(p, &host->node, RULE_REASSEMBLY_POISONED, entry->id, 0);
        return NULL;
    }
    new.p = p;
    new.first = h->fragment_offset;
    new.end = (uint32_t)(h->fragment_offset + p->len - header_len);
    new.cost = p->len;
    new.more = h->more_fragments;
    entry->ecn_seen |= (uint8_t)(1 << (h->tos & IPV4_ECN_MASK));
    packet_pull(p, header_len);
    if (!admit(entry, &new) || !reassembly_fit_memory(entry))
        return NULL;
    if (entry->total != 0 && entry->received == entry->total)
        return complete(entry);
    tell_holes(entry);
    return NULL;
}
