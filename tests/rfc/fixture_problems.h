/*
 * fixture_problems.h - scenes that show whether a host has a known problem: each
 * makes a connection of a host with BUG (0: none), and returns what it saw.
 */
#ifndef RUNG_TESTS_RFC_FIXTURE_PROBLEMS_H
#define RUNG_TESTS_RFC_FIXTURE_PROBLEMS_H

#include "tests/rfc/fixture_tcp.h"

static inline void open_with(struct tcp_peer *p, uint64_t bug)
{
    if (p->net.world == NULL)
        peer_open(p);
    peer_closed(p);
    p->a->bugs = bug;
}

static inline void established_with(struct tcp_peer *p, uint64_t bug)
{
    open_with(p, bug);
    peer_established(p);
}

/* Segments with text that a has sent since the last were read. */
static inline unsigned count_text(struct tcp_peer *p)
{
    unsigned count = 0;

    while (peer_read(p) != NULL)
        count += p->last.len > 0;
    return count;
}

/* More than the initial window of RFC 6928 goes at once. */
static inline bool floods_at_the_start(uint64_t bug)
{
    struct tcp_peer p = { 0 };
    unsigned count;

    established_with(&p, bug);
    send_segments(&p, 60);
    count = count_text(&p);
    peer_close(&p);
    return count > 10;
}

/* After a timeout more than one segment goes, or more than two on its ACK. */
static inline bool floods_after_a_timeout(uint64_t bug)
{
    struct tcp_peer p = { 0 };
    unsigned first, second;

    established_with(&p, bug);
    send_segments(&p, 20);
    peer_skip(&p);
    peer_run(&p, 1 * SECONDS);
    first = count_text(&p);
    ack_to(&p, 1);
    second = count_text(&p);
    peer_close(&p);
    return first > 1 || second > 2;
}

/* A segment that came before its turn has to come again. */
static inline bool throws_early_segments_away(uint64_t bug)
{
    struct tcp_peer p = { 0 };
    size_t received;

    established_with(&p, bug);
    peer_send(&p, .flags = TCP_ACK, .seq = 1001, .ack = 1, .len = 1000);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 1000);
    received = tcp_available(p.tcb);
    peer_close(&p);
    return received < 2000;
}

/* The second retransmission comes as soon as the first. */
static inline bool does_not_back_off(uint64_t bug)
{
    struct tcp_peer p = { 0 };
    vtime at[3] = { 0 };

    established_with(&p, bug);
    send_segments(&p, 1);
    peer_run(&p, 5 * SECONDS);
    for (size_t i = 0; i < ARRAY_LEN(at) && peer_read(&p) != NULL; i++)
        at[i] = p.last.at;
    peer_close(&p);
    return at[2] - at[1] < 2 * (at[1] - at[0]);
}

static inline bool never_probes_a_closed_window(uint64_t bug)
{
    struct tcp_peer p = { 0 };
    unsigned probes;

    established_with(&p, bug);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .win = WIN_ZERO);
    peer_host_sends(&p, SEGMENT);
    peer_run(&p, 10 * MINUTES);
    probes = count_text(&p);
    tcp_abort(p.tcb); /* or it would wait for ever */
    peer_close(&p);
    return probes == 0;
}

/* Two full segments are not acknowledged at once. */
static inline bool stretches_acks(uint64_t bug)
{
    struct tcp_peer p = { 0 };
    bool acked;

    established_with(&p, bug);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 1000);
    peer_send(&p, .flags = TCP_ACK, .seq = 1001, .ack = 1, .len = 1000);
    acked = peer_read(&p) != NULL && p.last.ack == 2001;
    peer_close(&p);
    return !acked;
}

static inline bool saw_reset(struct tcp_peer *p)
{
    while (peer_read(p) != NULL)
        if ((p->last.flags & TCP_RST) != 0)
            return true;
    return false;
}

static inline bool closes_silently_with_data_unread(uint64_t bug)
{
    struct tcp_peer p = { 0 };
    bool reset;

    established_with(&p, bug);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 100);
    tcp_close(p.tcb);
    peer_run(&p, 5 * MS);
    reset = saw_reset(&p);
    peer_close(&p);
    return !reset;
}

/* Data for a user who has closed both directions is taken as if somebody read it. */
static inline bool takes_data_after_close(uint64_t bug)
{
    struct tcp_peer p = { 0 };
    bool reset;

    established_with(&p, bug);
    tcp_close(p.tcb);
    peer_run(&p, 5 * MS);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 2, .len = 100);
    reset = saw_reset(&p);
    peer_close(&p);
    return !reset;
}

#endif
