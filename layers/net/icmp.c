#include "layers/net/icmp.h"

#include "layers/host.h"
#include "layers/net/icmp_parts.h"
#include "layers/net/ip.h"
#include "layers/net/ip_options.h"
#include "layers/wire/bytes.h"
#include "layers/wire/checksum.h"
#include "sim/hash.h"

#include <string.h>

/* A message that arrived, in pieces, for the functions below. */
struct arrival {
    struct host *host;
    struct packet *p;
    const struct ipv4_header *ip;
    struct icmp_message message;
    struct span data;
};

void icmp_attach(struct host *host)
{
    host->icmp = ARENA_NEW(&host->node.world->arena, struct icmp_state);
}

/* ---- Who listens to echo replies ---- */

void icmp_listen(struct host *host, struct icmp_listener *listener)
{
    listener->next = host->icmp->listeners;
    host->icmp->listeners = listener;
}

void icmp_unlisten(struct host *host, struct icmp_listener *listener)
{
    struct icmp_listener **at = &host->icmp->listeners;

    while (*at != NULL && *at != listener)
        at = &(*at)->next;
    if (*at != NULL)
        *at = listener->next;
    listener->next = NULL;
}

static struct icmp_listener *find_listener(const struct host *host, uint16_t id)
{
    struct icmp_listener *listener = host->icmp->listeners;

    while (listener != NULL && listener->id != id)
        listener = listener->next;
    return listener;
}

/* ---- Echo ---- */

static void drop(const struct arrival *in, rule_id rule, int64_t a, int64_t b)
{
    packet_drop_with(in->p, &in->host->node, rule, a, b);
}

/* The request itself becomes the reply: only its type changes, so only that
 * is mended in the checksum. */
static void turn_into_reply(struct packet *p)
{
    uint8_t *at = packet_bytes(p);
    uint16_t old_word = get_be16(at);
    uint16_t old_checksum = get_be16(at + ICMP_CHECKSUM_AT);

    at[0] = ICMP_ECHO_REPLY;
    put_be16(at + ICMP_CHECKSUM_AT, checksum_update(old_checksum, old_word, get_be16(at)));
    packet_derive(p, p, ICMP_ECHO_REPLY);
}

static void echo_request(const struct arrival *in)
{
    struct host *host = in->host;
    struct ip_send send = { 0 };
    uint8_t options[IPV4_OPTIONS_MAX];

    if (!host->config.icmp.echo) {
        drop(in, host_rule(host, RULE_ICMP_ECHO_OFF, RULE_ICMP_ECHO_OFF_ROUTER), 0, 0);
        return;
    }
    if (!ip_is_own(host, in->ip->destination)) {
        drop(in, RULE_ICMP_ECHO_BROADCAST, 0, 0);
        return;
    }
    WHY(&host->node, RULE_ICMP_ECHO_ANSWERED, 0, 0);
    send.source = in->ip->destination;
    send.destination = in->ip->source;
    send.protocol = IP_PROTOCOL_ICMP;
    send.tos = in->ip->tos;
    if (in->ip->options.len > 0)
        send.options = (struct span){
            options, ip_options_reply(host, in->ip, options, &send.destination)
        };
    turn_into_reply(in->p);
    host->counters.icmp_out++;
    ip_output(host, in->p, &send);
}

static void echo_reply(const struct arrival *in)
{
    uint16_t id = icmp_identifier(&in->message);
    uint16_t sequence = icmp_sequence(&in->message);
    struct icmp_listener *listener = find_listener(in->host, id);

    if (listener == NULL) {
        drop(in, RULE_ICMP_ECHO_UNEXPECTED, id, sequence);
        return;
    }
    WHY(&in->host->node, RULE_ICMP_ECHO_MATCHED, rule_parts(id, sequence, 0),
        rule_parts(in->p->len, (uint16_t)in->data.len, 0));
    if (listener->reply != NULL)
        listener->reply(listener, in->host, in->ip->source, sequence, in->data.len, in->ip->ttl);
    packet_free(in->host->node.world, in->p);
}

void icmp_echo_failed(struct host *host, const struct icmp_report *report)
{
    struct icmp_listener *listener;
    struct icmp_message asked;
    struct span data;

    if (icmp_message_parse(&asked, report->quoted_transport, &data) != RULE_NONE ||
        asked.type != ICMP_ECHO_REQUEST)
        return;
    listener = find_listener(host, icmp_identifier(&asked));
    if (listener != NULL && listener->error != NULL)
        listener->error(listener, host, report, icmp_sequence(&asked));
}

/* Every byte of the data differs from its neighbours, as in ping(8). */
static void fill(uint8_t *at, size_t len)
{
    for (size_t i = 0; i < len; i++)
        at[i] = (uint8_t)i;
}

bool icmp_send_echo(struct host *host, const struct icmp_echo *echo)
{
    struct icmp_message m = { .type = ICMP_ECHO_REQUEST,
                              .rest = icmp_rest_echo(echo->id, echo->sequence) };
    size_t len = (size_t)ICMP_HEADER_LEN + echo->len;
    struct packet *p = packet_new(host->node.world, len);
    struct ip_send send = { 0 };
    uint64_t what;

    if (p == NULL)
        return false;
    icmp_message_emit(&m, packet_bytes(p));
    fill(packet_bytes(p) + ICMP_HEADER_LEN, echo->len);
    put_be16(packet_bytes(p) + ICMP_CHECKSUM_AT, icmp_checksum(packet_span(p)));
    what = hash_add(hash_add(IP_PROTOCOL_ICMP, m.rest),
                    (uint64_t)host->node.id << 32 | echo->destination);
    packet_stamp(p, what, host_sending(host, what));
    send.destination = echo->destination;
    send.protocol = IP_PROTOCOL_ICMP;
    send.ttl = echo->ttl;
    send.dont_fragment = echo->dont_fragment;
    host->counters.icmp_out++;
    WHY(&host->node, RULE_ICMP_ECHO_SENT, rule_parts(echo->id, echo->sequence, 0),
        rule_parts(echo->len, (uint16_t)len, 0));
    return ip_output(host, p, &send);
}

/* ---- By type ---- */

static void error_message(const struct arrival *in)
{
    icmp_error_input(in->host, in->p, in->ip, &in->message, in->data);
}

/* Messages that end here: why. */
static rule_id rule_of_silence(uint8_t type)
{
    switch (type) {
    case ICMP_SOURCE_QUENCH:
        return RULE_ICMP_SOURCE_QUENCH_IGNORED;
    case ICMP_REDIRECT:
        return RULE_ICMP_REDIRECT_IGNORED;
    case ICMP_TIMESTAMP_REQUEST:
    case ICMP_TIMESTAMP_REPLY:
        return RULE_ICMP_TIMESTAMP_IGNORED;
    case ICMP_INFORMATION_REQUEST:
    case ICMP_INFORMATION_REPLY:
        return RULE_ICMP_INFORMATION_IGNORED;
    case ICMP_MASK_REQUEST:
    case ICMP_MASK_REPLY:
        return RULE_ICMP_MASK_IGNORED;
    default:
        return RULE_ICMP_UNKNOWN_TYPE;
    }
}

static void silence(const struct arrival *in)
{
    bool redirect = in->message.type == ICMP_REDIRECT;

    drop(in, rule_of_silence(in->message.type),
         redirect ? (int64_t)icmp_gateway(&in->message) : in->message.type, 0);
}

static void dispatch(const struct arrival *in)
{
    switch (in->message.type) {
    case ICMP_ECHO_REQUEST:
        echo_request(in);
        break;
    case ICMP_ECHO_REPLY:
        echo_reply(in);
        break;
    case ICMP_UNREACHABLE:
    case ICMP_TIME_EXCEEDED:
    case ICMP_PARAMETER_PROBLEM:
        error_message(in);
        break;
    default:
        silence(in);
        break;
    }
}

static void icmp_input(struct interface *interface, struct packet *p,
                       const struct ipv4_header *ip)
{
    struct arrival in = { .host = interface->host, .p = p, .ip = ip };
    rule_id rule = icmp_message_parse(&in.message, packet_span(p), &in.data);

    in.host->counters.icmp_in++;
    if (rule != RULE_NONE)
        drop(&in, rule, 0, 0);
    else if (!icmp_checksum_ok(packet_span(p)))
        drop(&in, RULE_ICMP_BAD_CHECKSUM, 0, 0);
    else
        dispatch(&in);
}

const struct transport_ops icmp_transport = {
    .name = "icmp",
    .protocol = IP_PROTOCOL_ICMP,
    .input = icmp_input,
    .error = icmp_echo_failed,
};
