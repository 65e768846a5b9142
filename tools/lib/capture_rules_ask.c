/*
 * Questions and answers: DNS (RFC 1035) and DHCP (RFC 2131). What was captured twice
 * has the same bytes.
 */
#include <string.h>

#include "layers/wire/bytes.h"
#include "sim/hash.h"
#include "sim/vtime.h"
#include "tools/lib/capture_rules_parts.h"

enum {
    DNS_HEADER = 12,
    DNS_IS_ANSWER = 0x80, /* in its third byte */
    DNS_PORT = 53,
    DHCP_XID = 4,
    DHCP_COOKIE = 236,
    DHCP_OPTIONS = 240,
    DHCP_TYPE = 53,
    DHCP_SERVER = 54,
    DHCP_OFFER = 2,
    DHCP_PAD = 0,
    DHCP_END = 255,
    REPLY = 2,
};

#define COOKIE 0x63825363u
#define ANSWERS_WITHIN (30 * SECONDS)
#define BEGINS_WITHIN (5 * SECONDS) /* its question may lie before the capture */

/* ---- DNS ---- */

static struct dns_question *row_of(struct capture_rules *rules, ipv4 client, uint16_t port,
                                   ipv4 server)
{
    uint64_t hash = hash_mix(hash_mix((uint64_t)client << 16 | port) + server);

    return rules->questions[hash % QUESTION_ROWS];
}

static bool is_between(const struct dns_question *q, ipv4 client, uint16_t port, ipv4 server)
{
    return q->asked > 0 && q->client == client && q->port == port && q->server == server;
}

static void note_question(struct capture_rules *rules, const struct rules_frame *frame,
                          const struct ipv4_header *ip, uint16_t port, uint16_t id)
{
    struct dns_question *row = row_of(rules, ip->source, port, ip->destination), *place = row;
    uint64_t bit = hash_mix(ip->source) % CLIENT_BITS;

    rules->dns_clients[bit / 64] |= UINT64_C(1) << bit % 64;

    for (unsigned i = 0; i < QUESTIONS_IN_ROW; i++) {
        struct dns_question *q = &row[i];

        if (is_between(q, ip->source, port, ip->destination) && q->id == id) {
            q->asked = (uint16_t)(q->asked + (q->asked < UINT16_MAX));
            return;
        }
        if (place->asked > 0 && (q->asked == 0 || q->at_ns < place->at_ns))
            place = q;
    }
    *place = (struct dns_question){ .client = ip->source,
                                    .server = ip->destination,
                                    .port = port,
                                    .id = id,
                                    .asked = 1,
                                    .frame = frame->number,
                                    .at_ns = rules->now_ns };
}

/* An answer to Q: asked twice, it may come twice, and the second may differ. */
static void judge_answer(struct capture_rules *rules, const struct rules_frame *frame,
                         struct dns_question *q, struct span message)
{
    uint32_t hash = (uint32_t)hash_bytes(0, message.at, message.len);

    if (q->answered == 0) {
        q->answer = hash;
        q->answer_frame = frame->number;
    } else if (q->answer == hash) {
        return;
    } else if (q->answered >= q->asked) {
        rules_report(rules, frame->number, RULE_SEEN_DNS_TWO_ANSWERS, q->answer_frame, 0, 0);
    }
    q->answered = (uint16_t)(q->answered + (q->answered < UINT16_MAX));
}

/* Other questions of CLIENT are in the capture: this one would be, too. */
static bool asks_here(const struct capture_rules *rules, ipv4 client)
{
    uint64_t bit = hash_mix(client) % CLIENT_BITS;

    return (rules->dns_clients[bit / 64] >> bit % 64 & 1) != 0;
}

static void find_question(struct capture_rules *rules, const struct rules_frame *frame,
                          const struct ipv4_header *ip, uint16_t port, struct span message)
{
    struct dns_question *row = row_of(rules, ip->destination, port, ip->source), *open = NULL;
    uint16_t id = get_be16(message.at);
    unsigned full = 0;

    for (unsigned i = 0; i < QUESTIONS_IN_ROW; i++) {
        struct dns_question *q = &row[i];

        full += q->asked > 0;
        if (!is_between(q, ip->destination, port, ip->source))
            continue;
        if (q->id == id) {
            judge_answer(rules, frame, q, message);
            return;
        }
        if (!rules_passed(rules, q->at_ns, ANSWERS_WITHIN))
            open = q;
    }
    if (full == QUESTIONS_IN_ROW) /* it may have been pushed out */
        return;
    if (open != NULL)
        rules_report(rules, frame->number, RULE_SEEN_DNS_OTHER_ID, open->frame, id, open->id);
    else if (asks_here(rules, ip->destination) &&
             rules_passed(rules, rules->first_ns, BEGINS_WITHIN))
        rules_report(rules, frame->number, RULE_SEEN_DNS_UNASKED, 0, id, 0);
}

void rules_dns(struct capture_rules *rules, const struct rules_frame *frame,
               const struct ipv4_header *ip, uint16_t from, uint16_t to, struct span message)
{
    if (message.len < DNS_HEADER)
        return;
    if ((message.at[2] & DNS_IS_ANSWER) == 0 && to == DNS_PORT)
        note_question(rules, frame, ip, from, get_be16(message.at));
    else if ((message.at[2] & DNS_IS_ANSWER) != 0 && from == DNS_PORT)
        find_question(rules, frame, ip, to, message);
}

/* ---- DHCP ---- */

/* The value of option WANTED of LEN bytes, or NULL. */
static const uint8_t *find_option(struct span message, uint8_t wanted, size_t len)
{
    for (size_t at = DHCP_OPTIONS; at + 1 < message.len;) {
        uint8_t option = message.at[at], size = message.at[at + 1];

        if (option == DHCP_END)
            return NULL;
        if (option == DHCP_PAD) {
            at++;
            continue;
        }
        if (at + 2 + size > message.len)
            return NULL;
        if (option == wanted)
            return size == len ? message.at + at + 2 : NULL;
        at += (size_t)2 + size;
    }
    return NULL;
}

/* An offer that was relayed comes from the relay: the server names itself in an option. */
void rules_dhcp(struct capture_rules *rules, const struct rules_frame *frame,
                const struct ipv4_header *ip, struct span message)
{
    struct dhcp_offer *place = &rules->offers[rules->offer_count % OFFERS];
    const uint8_t *type, *name;
    uint32_t id;
    ipv4 server;

    if (message.len < DHCP_OPTIONS || message.at[0] != REPLY ||
        get_be32(message.at + DHCP_COOKIE) != COOKIE)
        return;
    type = find_option(message, DHCP_TYPE, 1);
    if (type == NULL || *type != DHCP_OFFER)
        return;
    name = find_option(message, DHCP_SERVER, 4);
    server = name != NULL ? get_be32(name) : ip->source;
    id = get_be32(message.at + DHCP_XID);
    for (unsigned i = 0; i < OFFERS; i++)
        if (rules->offers[i].server != 0 && rules->offers[i].id == id) {
            if (rules->offers[i].server != server)
                rules_report(rules, frame->number, RULE_SEEN_DHCP_TWO_SERVERS,
                             rules->offers[i].frame, rules->offers[i].server, server);
            return;
        }
    rules->offer_count++;
    *place = (struct dhcp_offer){ .id = id, .server = server, .frame = frame->number };
}
