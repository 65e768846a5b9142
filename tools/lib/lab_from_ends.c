#include <stdlib.h>
#include <string.h>

#include "layers/wire/bytes.h"
#include "layers/wire/ethernet_header.h"
#include "sim/capture_link.h"
#include "tools/lib/lab_from_parts.h"
#include "tools/lib/text.h"

enum {
    SEGMENTS_MOST = 200000,
    MSS_DEFAULT = 536, /* RFC 9293 3.7.1, of an end that names none */
    TIMESTAMPS_LEN = 12,
    HEADERS_LEN = 40, /* IPv4's and TCP's */
    MTU_USUAL = 1500,
    MTU_MOST = 65535,
    PREFIX_USUAL = 24,
    BUFFER_USUAL = 65536,
    BUFFER_MOST = 1 << 30,
};

#define DISTANCE_UNKNOWN (5 * MS)
#define DISTANCE_LEAST US
#define ROUND_LONG (900 * MS)
#define LONGEST_RTO (60 * SECONDS)
#define DELAYED_ACK_USUAL (200 * MS) /* Rung's */
#define DELAYED_ACK_SHORT (40 * MS)  /* Linux', in short exchanges */
#define LAB_UNTIL HOURS              /* of a lab that does not say */
#define TIME_WAIT_LASTS (2 * MINUTES)
#define LASTS_MOST (10 * 365 * 24 * HOURS)
#define PATIENCE (10 * MS) /* that the end of a lab leaves behind the last frame */

/* ---- Addresses ---- */

static bool can_be_a_host(ipv4 address)
{
    return address != IPV4_BROADCAST && !ipv4_is_loopback(address) && !ipv4_is_multicast(address) &&
           !ipv4_is_class_e(address) && address >> 24 != 0;
}

static bool is_host_of_network(ipv4 address, int prefix_len)
{
    ipv4 part = address & ~ipv4_mask(prefix_len);

    return part != 0 && part != (IPV4_BROADCAST & ~ipv4_mask(prefix_len));
}

/* The longest prefix, of at most 24 bits, that makes both neighbours. */
static int common_prefix(ipv4 one, ipv4 other)
{
    int len = PREFIX_USUAL;

    while (len > 0 && (!ipv4_same_network(one, other, len) || !is_host_of_network(one, len) ||
                       !is_host_of_network(other, len)))
        len--;
    return len;
}

void from_plan_addresses(struct from_plan *plan)
{
    static const ipv4 documentation = 0xc0000201; /* 192.0.2.1, RFC 5737 */
    const struct capture_talk *talk = plan->talk;
    bool same = memcmp(talk->end[0].address.address, talk->end[1].address.address, 16) == 0;

    for (unsigned side = 0; side < 2; side++) {
        struct from_host *host = &plan->host[side];

        host->name = side == TALK_CLIENT ? "client" : "server";
        host->port = talk->end[side].address.port;
        host->address = get_be32(talk->end[side].address.address + 12);
        if (!talk->ipv6 && !same && can_be_a_host(host->address))
            continue;
        host->address = documentation + side;
        host->address_made_up = true;
    }
    plan->prefix_len = common_prefix(plan->host[0].address, plan->host[1].address);
    plan->shares_wire = plan->prefix_len == PREFIX_USUAL && !plan->host[0].address_made_up;
}

static bool is_a_hosts(struct mac mac)
{
    static const uint8_t none[6] = { 0 };

    return (mac.at[0] & 1) == 0 && memcmp(mac.at, none, sizeof(none)) != 0;
}

static size_t read_file(void *ctx, void *bytes, size_t len)
{
    return fread(bytes, 1, len, ctx);
}

void from_plan_macs(struct from_plan *plan, FILE *in)
{
    struct capture_reader *reader = calloc(1, sizeof(*reader));
    uint8_t *memory = malloc(CAPTURE_BUFFER_BYTES);
    const struct talk_segment *first = &plan->talk->segments[plan->talk->before];
    struct from_host *from = &plan->host[first->side], *to = &plan->host[!first->side];
    struct capture_frame frame = { .number = 0 };

    plan->no_memory = plan->no_memory || reader == NULL || memory == NULL;
    if (!plan->no_memory) {
        capture_reader_init(reader, (struct byte_source){ read_file, in }, memory);
        while (frame.number != first->frame && capture_read(reader, &frame) == CAPTURE_GOT_FRAME)
            continue;
        if (frame.number == first->frame && frame.linktype == LINKTYPE_ETHERNET &&
            frame.bytes.len >= ETHERNET_HEADER_LEN) {
            memcpy(to->mac.at, frame.bytes.at, sizeof(to->mac.at));
            memcpy(from->mac.at, frame.bytes.at + 6, sizeof(from->mac.at));
            from->has_mac = to->has_mac =
                is_a_hosts(from->mac) && is_a_hosts(to->mac) && !mac_equal(from->mac, to->mac);
        }
    }
    free(memory);
    free(reader);
}

/* ---- What the SYNs agree on ---- */

static void choose_sizes(struct from_plan *plan)
{
    const struct capture_talk *talk = plan->talk;
    bool timed = talk->end[0].timestamps && talk->end[1].timestamps;
    uint32_t options = timed ? TIMESTAMPS_LEN : 0;

    for (unsigned side = 0; side < 2; side++) {
        const struct talk_end *end = &talk->end[side];
        uint32_t heard = talk->end[!side].longest + options;

        plan->host[side].mss = end->mss;
        if (end->mss == 0)
            plan->host[side].mss = heard > MSS_DEFAULT ? heard : MSS_DEFAULT;
        if (plan->host[side].mss > MTU_MOST - HEADERS_LEN)
            plan->host[side].mss = MTU_MOST - HEADERS_LEN;
    }
    for (unsigned side = 0; side < 2; side++) {
        uint32_t most =
            plan->host[0].mss < plan->host[1].mss ? plan->host[0].mss : plan->host[1].mss;

        plan->host[side].most = most > options ? most - options : 1;
        if ((int)plan->host[side].mss + HEADERS_LEN > plan->mtu)
            plan->mtu = (int)plan->host[side].mss + HEADERS_LEN;
    }
}

/* Where the other end wrote no segment as long as it might have, no path carries them. */
static void narrow(struct from_plan *plan, unsigned side, uint32_t full)
{
    struct from_host *host = &plan->host[side];
    const struct talk_end *end = &plan->talk->end[side], *other = &plan->talk->end[!side];

    if (full < 3 || end->longest >= host->most || other->longest > end->longest)
        return;
    host->mss -= host->most - end->longest;
    host->most = plan->host[!side].most = end->longest;
}

/* How often SIDE sent its longest segment and went on at once with another. */
static uint32_t count_full(const struct capture_talk *talk, unsigned side)
{
    uint32_t full = 0;
    bool last_full = false;

    for (uint32_t i = 0; i < talk->count; i++) {
        const struct talk_segment *s = &talk->segments[i];

        if (s->side != side || s->len == 0 || s->resent || s->twice || s->stray || s->made_up)
            continue;
        full += last_full && (s->flags & TCP_PSH) == 0;
        last_full = s->len == talk->end[side].longest && s->len >= MSS_DEFAULT;
    }
    return full;
}

static uint32_t within(uint64_t bytes, uint32_t least)
{
    if (bytes < least)
        return least;
    return bytes > BUFFER_MOST ? BUFFER_MOST : (uint32_t)bytes;
}

static void choose_options(struct from_plan *plan)
{
    const struct talk_end *end = plan->talk->end;
    bool answered = end[1].opened;

    for (unsigned side = 0; side < 2; side++) {
        struct from_host *host = &plan->host[side];

        host->scale = end[side].opened ? end[side].scale : end[!side].scale;
        host->sack = answered ? end[side].sack : end[0].sack;
        host->timestamps = answered ? end[side].timestamps : end[0].timestamps;
        host->ecn = end[0].ecn && end[1].ecn;
        host->rcvbuf = end[side].window_most > 0 ? within(end[side].window_most, 1) : BUFFER_USUAL;
        /* Whole writes must fit, or TCP would cut them where the buffer is full. */
        host->sndbuf = within(2 * (uint64_t)end[!side].window_most, BUFFER_USUAL);
        host->nagle = true;
        host->initial_window = plan->talk->join.window[side];
        /* A number that wraps is part of the story; else they are told from 0. */
        if (end[side].numbered && end[side].iss + (uint32_t)end[side].text + 2 < end[side].iss)
            host->isn = end[side].iss;
    }
}

/* ---- Times ---- */

/* The handshake takes no time at all: what seems to be a round trip is a tick. */
static bool is_clock_coarse(const struct capture_talk *talk)
{
    return talk->count >= 3 && talk->whole_handshake &&
           talk->segments[0].at == talk->segments[1].at &&
           talk->segments[1].side != talk->segments[0].side;
}

static void choose_distances(struct from_plan *plan)
{
    const struct talk_end *end = plan->talk->end;

    plan->distance_known = end[1].rtt > 0 || (plan->talk->join.joined && end[TALK_CLIENT].rtt > 0);
    if (plan->distance_known && is_clock_coarse(plan->talk)) {
        plan->distance[0] = plan->distance[1] = DISTANCE_LEAST;
        return;
    }
    for (unsigned side = 0; side < 2; side++) {
        plan->distance[side] = end[side].rtt / 2;
        if (end[side].rtt == 0)
            plan->distance[side] = plan->distance_known ? DISTANCE_LEAST : DISTANCE_UNKNOWN;
        if (plan->distance[side] < DISTANCE_LEAST)
            plan->distance[side] = DISTANCE_LEAST;
    }
}

/* Who did not send its SYN again has waited for longer than Rung would. */
static void choose_patience(struct from_plan *plan)
{
    vtime round = 2 * (plan->distance[0] + plan->distance[1]);

    for (unsigned side = 0; side < 2; side++)
        if (round >= ROUND_LONG)
            plan->host[side].initial_rto = round * 2 < LONGEST_RTO ? round * 2 : LONGEST_RTO;
}

vtime from_plan_time(const struct from_plan *plan, unsigned side, vtime at)
{
    vtime there = at + plan->distance[TALK_CLIENT] - plan->distance[side];

    return there > 0 ? there : 0;
}

/* Both have ended, or one has reset: nothing is left that the capture does not show. */
static bool is_over(const struct capture_talk *talk)
{
    bool fin[2] = { false, false };

    for (uint32_t i = 0; i < talk->count; i++) {
        const struct talk_segment *s = &talk->segments[i];

        if (s->stray)
            continue;
        if ((s->flags & TCP_RST) != 0)
            return true;
        fin[s->side] = fin[s->side] || (s->flags & TCP_FIN) != 0;
    }
    return fin[0] && fin[1] && talk->end[0].state != STATE_TCP_FIN_WAIT_1 &&
           talk->end[1].state != STATE_TCP_LAST_ACK && talk->end[1].state != STATE_TCP_FIN_WAIT_1 &&
           talk->end[0].state != STATE_TCP_LAST_ACK;
}

/* A timer that the other end's delayed ACKs do not set off, as in the capture none did. */
static void choose_timeout(struct from_plan *plan, unsigned side)
{
    struct from_host *host = &plan->host[side], *other = &plan->host[!side];
    vtime least = 2 * (plan->distance[0] + plan->distance[1]) + PATIENCE;

    if (host->min_rto == 0)
        return;
    if (!other->acks_all && other->delayed_ack == 0 && host->min_rto < DELAYED_ACK_USUAL + least)
        other->delayed_ack = DELAYED_ACK_SHORT;
    least += other->acks_all ? 0 : other->delayed_ack;
    host->calm_rto = host->min_rto > least ? host->min_rto : least - least % MS;
}

void from_plan_end(struct from_plan *plan)
{
    const struct talk_segment *last = &plan->talk->segments[plan->talk->count - 1];
    bool keeps = plan->host[0].keepalive > 0 || plan->host[1].keepalive > 0;

    choose_timeout(plan, TALK_CLIENT);
    choose_timeout(plan, TALK_SERVER);
    if (last->at < LAB_UNTIL - TIME_WAIT_LASTS && !keeps &&
        (!plan->vanishes || is_over(plan->talk)))
        return;
    plan->until = last->at + 2 * (plan->distance[0] + plan->distance[1]) + PATIENCE;
    if (!plan->distance_known) /* it may all take longer than it did */
        plan->until += 2 * (plan->distance[0] + plan->distance[1]);
    plan->until += MS - plan->until % MS;
    if (!keeps && is_over(plan->talk))
        plan->until += TIME_WAIT_LASTS;
}

bool from_plan_ends(struct from_plan *plan, char *why)
{
    const struct capture_talk *talk = plan->talk;

    if (!talk->end[TALK_CLIENT].opened) {
        snprintf(why, LAB_FROM_WHY_SIZE,
                 _("stream %u has nothing but RSTs: they say neither numbers nor windows"),
                 talk->stream);
        return false;
    }
    if (talk->segments[talk->count - 1].at > LASTS_MOST) {
        snprintf(why, LAB_FROM_WHY_SIZE,
                 _("stream %u lasts for more than ten years: its times must be wrong"),
                 talk->stream);
        return false;
    }
    if (talk->count > SEGMENTS_MOST) {
        snprintf(why, LAB_FROM_WHY_SIZE,
                 _("stream %u has %u segments, and a lab is to be looked at: at most %u; let a "
                   "filter choose fewer"),
                 talk->stream, talk->count, SEGMENTS_MOST);
        return false;
    }
    plan->mtu = MTU_USUAL;
    from_plan_addresses(plan);
    choose_options(plan);
    choose_sizes(plan);
    narrow(plan, TALK_CLIENT, count_full(talk, TALK_CLIENT));
    narrow(plan, TALK_SERVER, count_full(talk, TALK_SERVER));
    choose_distances(plan);
    choose_patience(plan);
    return true;
}
