/*
 * Who owns which address, as ARP tells. A reply is asked for by a question of the
 * last seconds: broadcast, so that who sees the reply has seen the question.
 */
#include "layers/wire/arp_message.h"
#include "sim/hash.h"
#include "sim/vtime.h"
#include "tools/lib/capture_rules_parts.h"

enum { PROBES = 8 };

#define ANSWERS_WITHIN (10 * SECONDS)
#define BEGINS_WITHIN (2 * SECONDS) /* its question may lie before the capture */

/* The place of ADDRESS; if all are taken, the one not heard of for longest. */
static struct arp_owner *find_owner(struct capture_rules *rules, ipv4 address)
{
    uint64_t at = hash_mix(address);
    struct arp_owner *oldest = &rules->owners[at % OWNERS];

    for (unsigned i = 0; i < PROBES; i++, at++) {
        struct arp_owner *owner = &rules->owners[at % OWNERS];

        if (owner->address == address)
            return owner;
        if (owner->address == 0) {
            oldest = owner;
            break;
        }
        if (owner->heard_ns < oldest->heard_ns)
            oldest = owner;
    }
    *oldest = (struct arp_owner){ .address = address };
    return oldest;
}

static void note_claim(struct capture_rules *rules, const struct rules_frame *frame,
                       const struct arp_message *arp, struct arp_owner *owner)
{
    if (owner->claimed != 0 && !mac_equal(owner->mac, arp->sender_mac))
        rules_report(rules, frame->number, RULE_SEEN_ARP_TWO_OWNERS, owner->claimed, arp->sender_ip,
                     mac_to_int64(arp->sender_mac));
    owner->mac = arp->sender_mac;
    owner->claimed = frame->number;
    owner->heard_ns = rules->now_ns;
}

static void judge_reply(struct capture_rules *rules, const struct rules_frame *frame,
                        const struct arp_message *arp, const struct arp_owner *owner)
{
    if (owner->asked && !rules_passed(rules, owner->asked_ns, ANSWERS_WITHIN))
        return;
    if (rules_passed(rules, rules->first_ns, BEGINS_WITHIN))
        rules_report(rules, frame->number, RULE_SEEN_ARP_UNASKED, 0, arp->sender_ip,
                     mac_to_int64(arp->sender_mac));
}

static void note_question(struct capture_rules *rules, ipv4 address)
{
    struct arp_owner *owner = find_owner(rules, address);

    owner->asked = true;
    owner->asked_ns = owner->heard_ns = rules->now_ns;
}

void rules_arp(struct capture_rules *rules, const struct rules_frame *frame, struct span message)
{
    struct arp_message arp;
    struct span rest;
    rule_id rule = arp_message_parse(&arp, message, &rest);
    bool gratuitous;
    struct arp_owner *owner;

    if (rule != RULE_NONE) {
        if (frame->missing == 0 || rule != RULE_ARP_TRUNCATED)
            rules_report(rules, frame->number, rule, 0, 0, 0);
        return;
    }
    if (frame->on_wire && !mac_equal(arp.sender_mac, frame->from))
        rules_report(rules, frame->number, RULE_SEEN_ARP_OTHER_SENDER, 0, arp.sender_ip,
                     mac_to_int64(arp.sender_mac));
    gratuitous = arp.sender_ip == arp.target_ip && arp.sender_ip != 0;
    if (gratuitous)
        rules_report(rules, frame->number, RULE_SEEN_ARP_GRATUITOUS, 0, arp.sender_ip,
                     mac_to_int64(arp.sender_mac));
    else if (arp.opcode == ARP_REQUEST && arp.target_ip != 0)
        note_question(rules, arp.target_ip);
    if (arp.sender_ip == 0) /* asks whether the address is free (RFC 5227 2.1.1) */
        return;
    owner = find_owner(rules, arp.sender_ip);
    if (arp.opcode == ARP_REPLY && !gratuitous)
        judge_reply(rules, frame, &arp, owner);
    note_claim(rules, frame, &arp, owner);
}
