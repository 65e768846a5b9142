/*
 * fixture_udp.h - for the tests of UDP's requirements, each of which includes
 * it once: host a (10.0.0.1) with an inbox on port 9, and a tester (10.0.0.9)
 * that sends what it likes.
 */
#ifndef RUNG_TESTS_RFC_FIXTURE_UDP_H
#define RUNG_TESTS_RFC_FIXTURE_UDP_H

#include "tests/support/inbox.h"
#include "tests/support/suite.h"

static struct net net;
static struct net_desk desk;
static struct inbox inbox, other;

static void begin(void)
{
    net_open(&net, 1);
    desk = net_desk(&net, true);
    EXPECT(inbox_open(&inbox, desk.a, 9) != NULL);
}

/* Sends SHOT to port 9 of a, unless it says otherwise, and lets it arrive. */
static void shoot(struct udp_shot shot)
{
    if (shot.destination == 0)
        shot.destination = net_ip("10.0.0.1");
    if (shot.destination_port == 0)
        shot.destination_port = 9;
    if (shot.source_port == 0)
        shot.source_port = 5000;
    net_mark(&net);
    tester_clear(desk.t);
    tester_send_udp(desk.t, &shot);
    net_run_for(&net, 50 * MS);
}

/* Lets a send TEXT to the tester's port 7 and returns what arrived. */
static bool send_and_read(const char *text, struct ipv4_header *ip, struct udp_header *h,
                          struct span *data)
{
    tester_clear(desk.t);
    EXPECT(udp_send(inbox.socket, endpoint("10.0.0.9", 7), bytes_of(text)));
    net_run_for(&net, 50 * MS);
    return EXPECT_EQ(tester_count(desk.t), 1) &&
           tester_read_udp(tester_last(desk.t), ip, h, data);
}

#endif
