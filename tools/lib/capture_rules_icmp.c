/*
 * What routers say by ICMP, and whether it is heeded.
 */
#include "layers/wire/bytes.h"
#include "layers/wire/icmp_message.h"
#include "sim/vtime.h"
#include "tools/lib/capture_rules_parts.h"

enum { MTU_MIN = 68 }; /* RFC 791 3.2: every router passes so many octets */

#define HEEDED_WITHIN (1 * SECONDS)

static void note_too_big(struct capture_rules *rules, const struct rules_frame *frame,
                         const struct icmp_message *icmp, struct span quoted)
{
    struct icmp_too_big *told = &rules->too_big[rules->too_bigs++ % TOO_BIGS];
    uint32_t mtu = icmp->rest & 0xffff;

    told->mtu = 0;
    if (quoted.len < IPV4_HEADER_MIN || mtu < MTU_MIN)
        return;
    *told = (struct icmp_too_big){ .source = get_be32(quoted.at + 12),
                                   .destination = get_be32(quoted.at + 16),
                                   .mtu = mtu,
                                   .at_ns = rules->now_ns,
                                   .frame = frame->number };
}

void rules_icmp(struct capture_rules *rules, const struct rules_frame *frame,
                const struct ipv4_header *ip, struct span message)
{
    struct icmp_message icmp;
    struct span quoted;

    if (icmp_message_parse(&icmp, message, &quoted) != RULE_NONE)
        return;
    if (icmp.type == ICMP_REDIRECT)
        rules_report(rules, frame->number, RULE_SEEN_ICMP_REDIRECT, 0, ip->source, icmp.rest);
    if (icmp.type == ICMP_ECHO_REQUEST &&
        (ip->destination == IPV4_BROADCAST ||
         (frame->captured->linktype == 1 && mac_is_broadcast(frame->to))))
        rules_report(rules, frame->number, RULE_SEEN_ICMP_BROADCAST, 0, ip->source, 0);
    if (icmp.type == ICMP_UNREACHABLE && icmp.code == ICMP_UNREACHABLE_FRAGMENTATION_NEEDED)
        note_too_big(rules, frame, &icmp, quoted);
}

void rules_path_mtu(struct capture_rules *rules, const struct rules_frame *frame,
                    const struct ipv4_header *ip)
{
    for (unsigned i = 0; i < TOO_BIGS; i++) {
        const struct icmp_too_big *told = &rules->too_big[i];

        if (told->mtu == 0 || told->source != ip->source || told->destination != ip->destination ||
            ip->total_length <= told->mtu)
            continue;
        if (rules_passed(rules, told->at_ns, HEEDED_WITHIN))
            rules_report(rules, frame->number, RULE_SEEN_ICMP_MTU_IGNORED, told->frame,
                         ip->total_length, told->mtu);
        return;
    }
}
