/*
 * fixture_icmp.h - for the tests of ICMP: a host and a tester on one wire, a
 * listener for echo replies and a transport that hears of errors.
 */
#ifndef RUNG_TESTS_UNIT_FIXTURE_ICMP_H
#define RUNG_TESTS_UNIT_FIXTURE_ICMP_H

#include <string.h>

#include "layers/net/icmp.h"
#include "layers/net/ip.h"
#include "layers/wire/bytes.h"
#include "tests/support/net.h"
#include "tests/support/suite.h"

enum { PROTOCOL_TEST = 253, PROTOCOL_NONE = 254 };

static struct {
    unsigned replies, echo_errors, errors;
    ipv4 from;
    uint16_t sequence;
    size_t len;
    uint8_t ttl;
    struct icmp_report report;
} heard;

static inline void hear_reply(struct icmp_listener *listener, struct host *host, ipv4 from,
                              uint16_t sequence, size_t len, uint8_t ttl)
{
    (void)listener;
    (void)host;
    heard.replies++;
    heard.from = from;
    heard.sequence = sequence;
    heard.len = len;
    heard.ttl = ttl;
}

static inline void hear_echo_error(struct icmp_listener *listener, struct host *host,
                                   const struct icmp_report *report, uint16_t sequence)
{
    (void)listener;
    (void)host;
    heard.echo_errors++;
    heard.sequence = sequence;
    heard.report = *report;
}

static inline void swallow(struct interface *interface, struct packet *p,
                           const struct ipv4_header *ip)
{
    (void)ip;
    packet_free(interface->host->node.world, p);
}

static inline void hear_error(struct host *host, const struct icmp_report *report)
{
    (void)host;
    heard.errors++;
    heard.report = *report;
}

static const struct transport_ops transport = {
    .name = "test", .protocol = PROTOCOL_TEST, .input = swallow, .error = hear_error,
};

struct fixture {
    struct net net;
    struct net_desk desk;
    struct host *a;
    struct icmp_listener *listener;
    struct ipv4_header h;
};

static inline void open(struct fixture *f)
{
    memset(f, 0, sizeof(*f));
    memset(&heard, 0, sizeof(heard));
    net_open(&f->net, 1);
    f->desk = net_desk(&f->net, true);
    f->a = f->desk.a;
    host_add_transport(f->a, &transport);
    f->listener = world_alloc(f->net.world, sizeof(*f->listener));
    f->listener->id = 0x1234;
    f->listener->reply = hear_reply;
    f->listener->error = hear_echo_error;
    icmp_listen(f->a, f->listener);
    f->h.destination = net_ip("10.0.0.1");
    f->h.protocol = IP_PROTOCOL_ICMP;
}

static inline void send(struct fixture *f, struct span payload)
{
    net_mark(&f->net);
    tester_clear(f->desk.t);
    tester_send_ipv4(f->desk.t, &f->h, payload);
    net_run_for(&f->net, 10 * MS);
}

/* Sends ICMP message M with LEN bytes of DATA and a right checksum. */
static inline void send_message(struct fixture *f, const struct icmp_message *m, const void *data,
                                size_t len)
{
    uint8_t bytes[1480] = { 0 };

    icmp_message_emit(m, bytes);
    memcpy(bytes + ICMP_HEADER_LEN, data, len);
    put_be16(bytes + ICMP_CHECKSUM_AT,
             icmp_checksum((struct span){ bytes, ICMP_HEADER_LEN + len }));
    send(f, (struct span){ bytes, ICMP_HEADER_LEN + len });
}

static inline void send_echo(struct fixture *f, size_t len)
{
    struct icmp_message m = { .type = ICMP_ECHO_REQUEST, .rest = 0xbeef0007 };
    uint8_t data[1472];

    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)(i * 5);
    send_message(f, &m, data, len);
}

static inline bool read_message(struct fixture *f, struct ipv4_header *h, struct icmp_message *m,
                                struct span *data)
{
    struct span payload;

    return EXPECT_EQ(tester_count(f->desk.t), 1) &&
           tester_read_ipv4(tester_last(f->desk.t), h, &payload) &&
           EXPECT(icmp_checksum_ok(payload)) &&
           EXPECT_RULE(icmp_message_parse(m, payload, data), RULE_NONE);
}

#endif
