/*
 * star.h - testers around a hub or a switch, each on a wire of 1 ms.
 */
#ifndef RUNG_TESTS_SUPPORT_STAR_H
#define RUNG_TESTS_SUPPORT_STAR_H

#include "tests/support/net.h"

#define STAR_MAX 8

struct star {
    struct net net;
    struct node *middle;
    struct tester *t[STAR_MAX];
    struct link *wire[STAR_MAX];
    unsigned count;
};

/* COUNT testers around a switch, or a hub. Set net.switch_config before by
 * star_prepare, which star_around then goes on from. */
void star_prepare(struct star *s);
void star_around(struct star *s, unsigned count, bool hub);
void star_open(struct star *s, unsigned count, bool hub);
void star_close(struct star *s);

/* Tester FROM sends a frame of LEN bytes to TO, and it arrives. */
void star_send(struct star *s, unsigned from, struct mac to, size_t len);

/* The same, from the source address SOURCE. */
void star_send_as(struct star *s, unsigned from, struct mac source, struct mac to, size_t len);

/* Who has heard something since: bit N for tester N. Forgets it. */
unsigned star_heard(struct star *s);

#endif
