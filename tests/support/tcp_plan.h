/*
 * tcp_plan.h - a random world for TCP, as data: drawn from a seed, printed,
 * and made simpler feature by feature.
 *
 *   two       a ------------------- b
 *   star      a, b ... f ---[switch]
 *   chain     a, c ..[s0]-- r1 -- r2 -- r3 --[s1].. b, d     switches where needed
 *
 * A plan says everything: topology, wires and their troubles, each host's
 * settings, the conversations and what the programs at their ends do.
 *
 * A GENTLE plan has nothing in it that could end a connection: whatever its
 * wires do, every byte must arrive and every connection end in peace.
 */
#ifndef RUNG_TESTS_SUPPORT_TCP_PLAN_H
#define RUNG_TESTS_SUPPORT_TCP_PLAN_H

#include "layers/tcp/tcp_config.h"
#include "sim/fault.h"
#include "sim/link.h"

enum {
    PLAN_HOSTS = 6,
    PLAN_ROUTERS = 3,
    PLAN_LINKS = PLAN_HOSTS + PLAN_ROUTERS + 3,
    PLAN_TALKS = 6,
    PLAN_FLAPS = 4,
    PLAN_NARROWINGS = 3,
    PLAN_LISTEN_PORT = 80,
    PLAN_CLIENT_PORT = 2000,  /* of conversation 0; the others follow */
    PLAN_CROSSED_PORT = 3000, /* of the second end of a simultaneous open */
};

enum plan_shape { PLAN_TWO, PLAN_STAR, PLAN_CHAIN };

/* How a conversation begins. */
enum plan_opening {
    PLAN_TO_LISTENER,
    PLAN_TO_NOBODY, /* a port that is closed */
    PLAN_CROSSED,   /* both ends open actively */
};

/* What the program at one end does. */
struct plan_side {
    uint32_t bytes;       /* that it writes */
    uint32_t piece;       /* most bytes in one write */
    vtime write_pause;    /* between writes; 0: whenever there is room */
    uint32_t read_piece;  /* most bytes in one read; 0: all there is */
    vtime read_pause;     /* between reads */
    vtime read_from;      /* after it has begun: no read before */
    bool early;           /* writes before the connection is established */
    bool answers;         /* writes only after the end of the peer's stream */
    bool lingers;         /* ends its stream only after the peer has */
    bool waits;           /* for `ended`; else gives the connection away */
    unsigned urgent_every; /* so manieth write is urgent; 0: none */
    vtime abort_at, close_at; /* after it has begun; 0: never */
};

struct plan_talk {
    enum plan_opening opening;
    unsigned client, server; /* hosts */
    vtime at;
    bool off;
    struct plan_side side[2]; /* client, server */
};

struct plan_flap {
    unsigned link;
    vtime at, down_for;
};

struct plan_narrowing {
    unsigned link;
    vtime at;
    uint32_t mtu;
};

struct tcp_plan {
    unsigned seed;
    bool gentle;
    enum plan_shape shape;
    unsigned hosts, routers, talks, flaps, narrowings;
    unsigned links; /* of those that are described here, the first so many exist */
    struct direction_config direction[PLAN_LINKS][2];
    struct plan_flap flap[PLAN_FLAPS];
    struct plan_narrowing narrowing[PLAN_NARROWINGS];
    /* Every so manieth TCP segment on link 0, which then has no frame check,
     * has one bit flipped: only TCP's checksum is left to notice. 0: none. */
    unsigned flip_every;
    unsigned flip_bit;
    struct tcp_config tcp[PLAN_HOSTS];
    vtime accept_pause[PLAN_HOSTS]; /* of the listener; 0: accepts at once */
    struct plan_talk talk[PLAN_TALKS];
};

/* A die whose throws are a function of the seed. */
struct dice {
    uint64_t seed, throws;
};
/* From LOW to HIGH, both included. */
uint64_t dice_draw(struct dice *dice, uint64_t low, uint64_t high);
/* True once in N. */
bool dice_once_in(struct dice *dice, unsigned n);

/* The plan of SEED without the features in OFF. */
void tcp_plan_draw(struct tcp_plan *plan, unsigned seed, uint64_t off);
/* Link INDEX joins no switch, so that the narrowing of it is noticed. */
bool tcp_plan_link_is_direct(const struct tcp_plan *plan, unsigned index);

/* Features: bit N of a set of features is number N. NULL past the last. */
const char *tcp_plan_feature(unsigned number);
/* Takes feature NUMBER out of PLAN; false if PLAN did not have it. */
bool tcp_plan_take_out(struct tcp_plan *plan, unsigned number);

/* On standard output, what is left of it. */
void tcp_plan_print(const struct tcp_plan *plan);

#endif
