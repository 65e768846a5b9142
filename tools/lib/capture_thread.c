#include "tools/lib/capture_thread.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/wire/bytes.h"
#include "layers/wire/summary.h"
#include "sim/hash.h"
#include "tools/lib/tcp_analysis.h"
#include "tools/lib/text.h"
#include "tools/lib/vtime_text.h"

enum { QUESTIONS = 4096, DATAGRAMS = 16, BLOCKS = IPV4_DATAGRAM_MAX / 8 + 1 };

/* What kinds of key there are: two of them are never the same by chance. */
enum topic { ABOUT_PACKET = 1, OF_ARP, OF_NEIGHBOURS, OF_ECHO, OF_DNS, OF_DHCP, OF_HTTP };

/* Where a question stands; chance decides whose place another one takes. */
struct question {
    uint64_t key, frame; /* key 0: nobody's */
    bool answered;
};

struct datagram {
    uint64_t key, first, heard; /* heard 0: free */
    uint32_t blocks, total;     /* of 8 bytes, that are here, and, once it is known, in all */
    char words[THREAD_WORDS_SIZE];
    uint8_t have[(BLOCKS + 7) / 8];
};

struct capture_threads {
    struct question questions[QUESTIONS];
    struct question packets[QUESTIONS]; /* each may be the culprit of an error */
    struct datagram datagrams[DATAGRAMS];
    uint64_t clock;
};

struct capture_threads *capture_threads_open(void)
{
    return calloc(1, sizeof(struct capture_threads));
}

void capture_threads_close(struct capture_threads *threads)
{
    free(threads);
}

/* ---- Keys ---- */

/* Of what a question is known by, its asker FROM first; never 0. */
static uint64_t key_of(enum topic topic, uint64_t from, uint64_t to, uint64_t rest)
{
    return hash_add(hash_add(hash_add(hash_mix(topic), from), to), rest) | 1;
}

static uint64_t address6(const struct ipv6 *address)
{
    return hash_add(hash_mix((uint64_t)get_be32(address->at) << 32 | get_be32(address->at + 4)),
                    (uint64_t)get_be32(address->at + 8) << 32 | get_be32(address->at + 12));
}

/* Both ends of a packet, in numbers; false: it has none. */
static bool ends_of(const struct dissection *d, uint64_t *from, uint64_t *to)
{
    const struct layer *ip = dissection_find(d, LAYER_IPV4);
    const struct layer *ip6 = dissection_find(d, LAYER_IPV6);

    if (ip != NULL && ip->parsed) {
        *from = ip->as.ipv4.source;
        *to = ip->as.ipv4.destination;
        return true;
    }
    if (ip6 == NULL || !ip6->parsed)
        return false;
    *from = address6(&ip6->as.ipv6.source);
    *to = address6(&ip6->as.ipv6.destination);
    return true;
}

/* ---- Questions ---- */

static struct question *place_of(struct question *table, uint64_t key)
{
    return &table[key / 2 % QUESTIONS];
}

static void ask(struct capture_threads *threads, uint64_t key, uint64_t number,
                struct capture_thread *thread)
{
    struct question *question = place_of(threads->questions, key);

    if (question->key == key && !question->answered) {
        thread->kind = THREAD_AGAIN;
        thread->frame = question->frame;
        return; /* the answer will be to the first */
    }
    *question = (struct question){ key, number, false };
}

static void answer(struct capture_threads *threads, uint64_t key, struct capture_thread *thread)
{
    struct question *question = place_of(threads->questions, key);

    if (question->key != key)
        return;
    question->answered = true;
    thread->kind = THREAD_ANSWER;
    thread->frame = question->frame;
}

static void take_arp(struct capture_threads *threads, const struct arp_message *m, uint64_t number,
                     struct capture_thread *thread)
{
    if (m->sender_ip == m->target_ip)
        return;
    if (m->opcode == ARP_REQUEST)
        ask(threads, key_of(OF_ARP, m->sender_ip, m->target_ip, 0), number, thread);
    else if (m->opcode == ARP_REPLY)
        answer(threads, key_of(OF_ARP, m->target_ip, m->sender_ip, 0), thread);
}

/* A question of ICMP and its answer differ by the type alone. */
static bool icmp_asks(uint8_t type)
{
    return type == ICMP_ECHO_REQUEST || type == ICMP_TIMESTAMP_REQUEST ||
           type == ICMP_INFORMATION_REQUEST || type == ICMP_MASK_REQUEST;
}

static bool icmp_answers(uint8_t type)
{
    return type == ICMP_ECHO_REPLY || type == ICMP_TIMESTAMP_REPLY ||
           type == ICMP_INFORMATION_REPLY || type == ICMP_MASK_REPLY;
}

static void take_icmp(struct capture_threads *threads, const struct dissection *d,
                      const struct icmp_message *m, uint64_t number, struct capture_thread *thread)
{
    uint64_t from, to;

    if (!ends_of(d, &from, &to))
        return;
    if (icmp_asks(m->type))
        ask(threads, key_of(OF_ECHO, from, to, m->rest), number, thread);
    else if (icmp_answers(m->type))
        answer(threads, key_of(OF_ECHO, to, from, m->rest), thread);
}

/* The answer may go to all, so that the asker is no part of its key. */
static void take_icmpv6(struct capture_threads *threads, const struct dissection *d,
                        const struct layer *icmp, uint64_t number, struct capture_thread *thread)
{
    const struct icmp_message *m = &icmp->as.icmp;
    struct ipv6 target;
    uint64_t from, to;

    if (!ends_of(d, &from, &to))
        return;
    if (m->type == ICMPV6_ECHO_REQUEST)
        ask(threads, key_of(OF_ECHO, from, to, m->rest), number, thread);
    if (m->type == ICMPV6_ECHO_REPLY)
        answer(threads, key_of(OF_ECHO, to, from, m->rest), thread);
    if (icmp->payload.len < IPV6_LEN)
        return;
    memcpy(target.at, icmp->payload.at, IPV6_LEN);
    if (m->type == ICMPV6_NEIGHBOUR_SOLICITATION)
        ask(threads, key_of(OF_NEIGHBOURS, address6(&target), 0, 0), number, thread);
    if (m->type == ICMPV6_NEIGHBOUR_ADVERTISEMENT)
        answer(threads, key_of(OF_NEIGHBOURS, address6(&target), 0, 0), thread);
}

/* ---- Applications ---- */

/* The ports of D, the sender's first; 0: there are none. */
static uint32_t ports_of(const struct dissection *d, bool turned)
{
    const struct layer *udp = dissection_find(d, LAYER_UDP), *tcp = dissection_find(d, LAYER_TCP);
    uint32_t from = 0, to = 0;

    if (udp != NULL && udp->parsed) {
        from = udp->as.udp.source_port;
        to = udp->as.udp.destination_port;
    } else if (tcp != NULL && tcp->parsed) {
        from = tcp->as.tcp.source_port;
        to = tcp->as.tcp.destination_port;
    }
    return turned ? to << 16 | from : from << 16 | to;
}

static void take_application(struct capture_threads *threads, const struct dissection *d,
                             const struct layer *layer, uint64_t number,
                             struct capture_thread *thread)
{
    enum topic topic = OF_HTTP;
    bool answers = false, names = true;
    uint64_t from, to, rest = 0;

    if (layer->kind == LAYER_DNS) {
        topic = OF_DNS;
        answers = layer->as.dns.response;
        rest = layer->as.dns.id;
        names = rest != 0; /* mDNS asks everybody, and everybody may answer */
    } else if (layer->kind == LAYER_DHCP) {
        topic = OF_DHCP;
        answers = layer->as.dhcp.op == 2;
    } else if (layer->kind == LAYER_HTTP) {
        answers = layer->as.line.response;
    }
    if (layer->kind == LAYER_TLS || !names || !ends_of(d, &from, &to))
        return;
    if (topic == OF_DHCP) /* neither knows the other's address yet */
        from = to = layer->as.dhcp.xid;
    else
        rest = rest << 32 | ports_of(d, answers);
    if (answers)
        answer(threads, key_of(topic, to, from, rest), thread);
    else
        ask(threads, key_of(topic, from, to, rest), number, thread);
}

/* ---- Errors ---- */

/* What is the same in a packet and where an error quotes it: LAYER is its IP header. */
static uint64_t packet_key(const struct dissection *d, const struct layer *layer)
{
    const struct ipv4_header *ip = &layer->as.ipv4;
    size_t at = layer->offset + ipv4_header_length(ip);
    uint64_t first = 0;

    /* Ports; of ICMP what identifies it, for NAT changes its checksum on the way. */
    if (ip->protocol == IP_PROTOCOL_ICMP)
        at += 4;
    if (at + 4 <= d->bytes.len)
        first = get_be32(d->bytes.at + at);
    return key_of(ABOUT_PACKET, ip->source, ip->destination,
                  hash_add(hash_mix((uint64_t)ip->identification << 32 |
                                    (uint64_t)ip->fragment_offset << 8 | ip->protocol),
                           first));
}

/* Every packet may be the culprit; an error tells of one. */
static void take_packet(struct capture_threads *threads, const struct dissection *d,
                        uint64_t number, struct capture_thread *thread)
{
    for (size_t i = 0; i < d->count; i++) {
        const struct layer *layer = &d->layers[i];
        struct question *packet;
        uint64_t key;

        if (layer->kind != LAYER_IPV4 || !layer->parsed)
            continue;
        key = packet_key(d, layer);
        packet = place_of(threads->packets, key);
        if (!layer->quoted) {
            *packet = (struct question){ key, number, false };
        } else if (packet->key == key) {
            thread->kind = THREAD_ABOUT;
            thread->frame = packet->frame;
        }
    }
}

/* ---- Fragments ---- */

static struct datagram *find_datagram(struct capture_threads *threads, uint64_t key)
{
    struct datagram *oldest = &threads->datagrams[0];

    for (int i = 0; i < DATAGRAMS; i++) {
        if (threads->datagrams[i].key == key && threads->datagrams[i].heard != 0)
            return &threads->datagrams[i];
        if (threads->datagrams[i].heard < oldest->heard)
            oldest = &threads->datagrams[i];
    }
    memset(oldest, 0, sizeof(*oldest));
    oldest->key = key;
    return oldest;
}

static void note_blocks(struct datagram *datagram, size_t from, size_t len)
{
    for (size_t block = from / 8; block < (from + len + 7) / 8 && block < BLOCKS; block++) {
        uint8_t bit = (uint8_t)(1u << block % 8);

        datagram->blocks += (datagram->have[block / 8] & bit) == 0;
        datagram->have[block / 8] |= bit;
    }
}

/* The fragment of D, of the datagram KEY, which has LEN bytes FROM there on. */
static void take_piece(struct capture_threads *threads, const struct dissection *d, uint64_t key,
                       size_t from, size_t len, bool more, uint64_t number,
                       struct capture_thread *thread)
{
    struct datagram *datagram = find_datagram(threads, key);

    datagram->heard = ++threads->clock;
    note_blocks(datagram, from, len);
    if (!more)
        datagram->total = (uint32_t)(from + len + 7) / 8;
    if (from == 0)
        summary_format_carried(d, datagram->words, sizeof(datagram->words));
    if (datagram->first == 0) {
        datagram->first = number;
        return;
    }
    thread->kind = THREAD_PIECE;
    thread->frame = datagram->first;
    if (datagram->total == 0 || datagram->blocks < datagram->total)
        return;
    thread->kind = THREAD_WHOLE;
    memcpy(thread->words, datagram->words, sizeof(thread->words));
    datagram->heard = 0;
}

/* False: D is no fragment. */
static bool take_fragment(struct capture_threads *threads, const struct dissection *d,
                          uint64_t number, struct capture_thread *thread)
{
    const struct layer *layer = dissection_find(d, LAYER_IPV4);
    const struct ipv4_header *ip;
    size_t header_len;

    if (layer == NULL || !layer->parsed || layer->refused == RULE_IP_BAD_HEADER_LENGTH ||
        !ipv4_header_is_fragment(&layer->as.ipv4))
        return false;
    ip = &layer->as.ipv4;
    header_len = ipv4_header_length(ip);
    if (ip->total_length <= header_len)
        return true;
    take_piece(threads, d,
               key_of(ABOUT_PACKET, ip->source, ip->destination,
                      (uint64_t)ip->identification << 8 | ip->protocol),
               ip->fragment_offset, ip->total_length - header_len, ip->more_fragments, number,
               thread);
    return true;
}

static bool take_fragment6(struct capture_threads *threads, const struct dissection *d,
                           uint64_t number, struct capture_thread *thread)
{
    const struct layer *layer = NULL;
    uint64_t from, to;

    for (size_t i = 0; i < d->count; i++)
        if (d->layers[i].kind == LAYER_IPV6_EXTENSION && !d->layers[i].quoted &&
            d->layers[i].parsed && d->layers[i].as.extension.kind == IPV6_FRAGMENT)
            layer = &d->layers[i];
    if (layer == NULL || !ends_of(d, &from, &to))
        return false;
    take_piece(threads, d, key_of(ABOUT_PACKET, from, to, layer->as.extension.identification),
               layer->as.extension.fragment_offset, layer->payload.len,
               layer->as.extension.more_fragments, number, thread);
    return true;
}

/* ---- One frame ---- */

static void take_message(struct capture_threads *threads, const struct dissection *d,
                         uint64_t number, struct capture_thread *thread)
{
    const struct layer *arp = dissection_find(d, LAYER_ARP);
    const struct layer *icmp = dissection_find(d, LAYER_ICMP);
    const struct layer *icmpv6 = dissection_find(d, LAYER_ICMPV6);
    const struct layer *application = dissection_application(d);

    if (arp != NULL && arp->parsed)
        take_arp(threads, &arp->as.arp, number, thread);
    else if (icmp != NULL && icmp->parsed)
        take_icmp(threads, d, &icmp->as.icmp, number, thread);
    else if (icmpv6 != NULL && icmpv6->parsed)
        take_icmpv6(threads, d, icmpv6, number, thread);
    else if (application != NULL)
        take_application(threads, d, application, number, thread);
}

void capture_threads_take(struct capture_threads *threads, const struct dissection *d,
                          uint64_t number, struct capture_thread *thread)
{
    struct capture_thread piece = { .kind = THREAD_NONE };

    *thread = piece;
    take_packet(threads, d, number, thread);
    /* A first fragment is a message, too, as far as it goes. */
    if (!take_fragment(threads, d, number, &piece))
        take_fragment6(threads, d, number, &piece);
    take_message(threads, d, number, thread);
    if (piece.kind != THREAD_NONE)
        *thread = piece;
}

void capture_thread_format(const struct capture_thread *thread, bool brief, char *out, size_t size)
{
    static const char *const words[] = {
        [THREAD_ANSWER] = N_("answers"),  [THREAD_AGAIN] = N_("repeats"),
        [THREAD_ABOUT] = N_("about"),     [THREAD_PIECE] = N_("belongs to"),
        [THREAD_WHOLE] = N_("completes"),
    };

    out[0] = '\0';
    if (thread->kind == THREAD_NONE)
        return;
    if (brief)
        snprintf(out, size, " (#%" PRIu64 ")", thread->frame);
    else if (thread->words[0] != '\0')
        snprintf(out, size, " (%s #%" PRIu64 ": %s)", _(words[thread->kind]), thread->frame,
                 thread->words);
    else
        snprintf(out, size, " (%s #%" PRIu64 ")", _(words[thread->kind]), thread->frame);
}

struct capture_since capture_since_of(const struct tcp_facts *facts)
{
    struct capture_since since = { .kind = SINCE_NOTHING };

    if (facts->resent_frame != 0)
        since = (struct capture_since){ SINCE_SENT, facts->resent_frame, facts->resent_ns };
    else if (facts->acked_frame != 0 && !facts->acked_again)
        since = (struct capture_since){ SINCE_ACKED, facts->acked_frame, facts->rtt_ns };
    return since;
}

void capture_since_format(const struct capture_since *since, bool brief, char *out, size_t size)
{
    char length[VTIME_TEXT_SIZE];

    out[0] = '\0';
    if (since->kind == SINCE_NOTHING || since->ns <= 0)
        return;
    vtime_format_length(since->ns, length, sizeof(length));
    if (since->kind == SINCE_SENT)
        snprintf(out, size, _(" (%s after #%" PRIu64 ")"), length, since->frame);
    else if (brief)
        snprintf(out, size, _(" (RTT %s)"), length);
    else
        snprintf(out, size, _(" (RTT %s, of #%" PRIu64 ")"), length, since->frame);
}
