/*
 * tcp_peer.h - one real host against a peer whose segments are made by hand.
 *
 *   struct tcp_peer p = { 0 };
 *
 *   peer_established(&p);
 *   peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .text = "hello");
 *   peer_run(&p, 200 * MS);                            (the ACK may wait)
 *   EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 6);
 *   EXPECT_SILENCE(&p);
 *   peer_close(&p);
 *
 * Host a (10.0.0.1, port 80) talks to the peer (10.0.0.9, port 5000); 1 ms of
 * wire lies between them. SEQUENCE NUMBERS ARE RELATIVE to the ISN of whoever
 * they count for: 0 is the SYN, 1 the first byte. Both ISNs lie just below
 * 2^32, so that a few bytes wrap them.
 *
 * Settings of a: peer_open(&p); p.net.config.tcp.rcvbuf = 4000; then any state.
 * What the peer's SYNs say: p.syn. A state is reached with all segments read,
 * the records marked (net_mark) and the application's counters at zero.
 */
#ifndef RUNG_TESTS_SUPPORT_TCP_PEER_H
#define RUNG_TESTS_SUPPORT_TCP_PEER_H

#include "layers/tcp/tcp.h"
#include "layers/tcp/tcp_seq.h"
#include "layers/wire/tcp_header.h"
#include "tests/support/net.h"

enum {
    PEER_PORT = 5000,
    PEER_HOST_PORT = 80, /* a's */
    PEER_SACKS = 4,
};
#define PEER_ISS UINT32_C(0xfffffff9)      /* the peer's, unless p.iss says otherwise */
#define PEER_HOST_ISS UINT32_C(0xfffffffd) /* a's, unless p.net.config.tcp.isn does */

#define WIN_ZERO (-1)

/* A segment, sent or read. What is not given is absent, or as it says here. */
struct peer_segment {
    uint8_t flags;
    uint32_t seq, ack;
    int32_t win;      /* sent, 0: p.win. WIN_ZERO: 0. Unscaled */
    const char *text; /* sent: its bytes, or else .len bytes of a pattern */
    uint32_t len;     /* bytes of text */
    uint16_t up;      /* urgent pointer */

    /* Options. `options` are bytes that go before the others. */
    struct span options;
    uint16_t mss;
    bool has_scale, sack_ok, has_ts;
    uint8_t scale;
    uint32_t tsval, tsecr;
    uint32_t sack[PEER_SACKS][2]; /* left and right edge */

    /* Rarer: what a sound segment on this connection would not have. */
    uint16_t from, to; /* ports; 0: the usual */
    ipv4 source, destination;
    uint8_t reserved, offset; /* offset in words, 0: the right one */
    bool bad_checksum;
    uint8_t tos;
    struct span ip_options;

    /* Of one that was read. */
    vtime at;
    struct span data;
    struct ipv4_header ip;
    unsigned sacks;
};

/* What a's application was told, how often. */
struct peer_app {
    unsigned established, acceptable, readable, writable, urgent, soft_errors, ended;
    int soft_error;   /* the last */
    rule_id ended_by; /* RULE_TCP_ENDED_... */
    size_t received;  /* if p.reads */
};

struct tcp_peer {
    struct net net;
    struct host *a;
    struct tester *t;
    struct link *wire;
    struct tcb *tcb;      /* a's connection, alive or not: see peer_state */
    struct tcb *listener; /* of a, in LISTEN and passive SYN-RECEIVED */
    uint32_t number;      /* of tcb */
    struct peer_app app;
    bool reads;              /* the application reads all at once */
    struct peer_segment syn; /* options of the peer's SYNs; MSS 1000 */
    int32_t win;             /* of its segments; 65535 */
    seq32 iss, host_iss;     /* both ISNs, absolute; a's is learned from its SYN */
    unsigned seen;
    struct peer_segment last; /* that was read */
    uint32_t edge;            /* right edge of a's window as last told: 1 + 65535 ... */
};

#define BYTES(...)                               \
    ((struct span){ (const uint8_t[]){ __VA_ARGS__ }, \
                    sizeof((const uint8_t[]){ __VA_ARGS__ }) })

/* What counts all that; its application is the struct tcp_peer. */
extern const struct tcp_events peer_events;

/* ---- States: each builds on those before it ---- */

/* Settings only; optional. */
void peer_open(struct tcp_peer *p);
/* Opens if that was not done: host a, without any connection. */
void peer_closed(struct tcp_peer *p);
void peer_listen(struct tcp_peer *p);
void peer_syn_sent(struct tcp_peer *p);
void peer_syn_received(struct tcp_peer *p);        /* from LISTEN */
void peer_syn_received_active(struct tcp_peer *p); /* from SYN-SENT */
void peer_established(struct tcp_peer *p);         /* from SYN-SENT */
void peer_accepted(struct tcp_peer *p);            /* ESTABLISHED from LISTEN */
/* tcp_shutdown: the connection is still the application's. */
void peer_fin_wait_1(struct tcp_peer *p);
void peer_fin_wait_2(struct tcp_peer *p);
void peer_closing(struct tcp_peer *p);
void peer_time_wait(struct tcp_peer *p); /* from FIN-WAIT-2 */
void peer_close_wait(struct tcp_peer *p);
void peer_last_ack(struct tcp_peer *p);
/* Any of them, by STATE_TCP_...; SYN-RECEIVED is the passive one. */
void peer_enter(struct tcp_peer *p, int state);

/* Runs to the end and frees; no packet may be left. */
void peer_close(struct tcp_peer *p);

/* Where p->tcb is: STATE_TCP_CLOSED also if it is gone. */
int peer_state(const struct tcp_peer *p);
/* p->tcb is the newest connection of a from now on. */
void peer_watch(struct tcp_peer *p);

/* ---- Segments ---- */

void peer_run(struct tcp_peer *p, vtime time);

/* Sends a segment and lets it arrive: 5 ms pass. */
#define peer_send(p, ...) peer_send_segment((p), (struct peer_segment){ __VA_ARGS__ })
void peer_send_segment(struct tcp_peer *p, struct peer_segment segment);
/* The same without letting time pass. */
#define peer_post(p, ...) peer_post_segment((p), (struct peer_segment){ __VA_ARGS__ })
void peer_post_segment(struct tcp_peer *p, struct peer_segment segment);

/* The next segment that came from a and was not read yet, also p->last; NULL:
 * none. */
const struct peer_segment *peer_read(struct tcp_peer *p);
/* Forgets what has come. */
void peer_skip(struct tcp_peer *p);

/*
 * Reads the next and compares flags, seq, len, and what else is given: ack (if
 * the flags have ACK), win, up, text, mss, scale, timestamps, SACK blocks. True if
 * all are right; prints both, as tcpdump would, if not.
 */
#define EXPECT_SEGMENT(p, ...) \
    peer_expect((p), (struct peer_segment){ __VA_ARGS__ }, NULL, __FILE__, __LINE__)
#define EXPECT_SEGMENT_ROW(label, p, ...) \
    peer_expect((p), (struct peer_segment){ __VA_ARGS__ }, (label), __FILE__, __LINE__)
bool peer_expect(struct tcp_peer *p, struct peer_segment want, const char *label, const char *file,
                 int line);

/* a has sent nothing (more). */
#define EXPECT_SILENCE(p) peer_expect_silence((p), NULL, __FILE__, __LINE__)
#define EXPECT_SILENCE_ROW(label, p) peer_expect_silence((p), (label), __FILE__, __LINE__)
bool peer_expect_silence(struct tcp_peer *p, const char *label, const char *file, int line);

#define EXPECT_STATE(p, name) \
    expect_str(state_name(peer_state(p)), state_name(STATE_TCP_##name), "state", NULL, __FILE__, \
               __LINE__)

/* The absolute sequence number N as one relative to a's ISN: resets that
 * answer segments without ACK have the number 0. */
uint32_t peer_absolute(const struct tcp_peer *p, uint32_t n);

/* The byte of the pattern at relative number SEQ. */
static inline uint8_t peer_byte(uint32_t seq) { return (uint8_t)('a' + seq % 26); }

/* a's application sends LEN bytes of the pattern; what tcp_send returns. */
size_t peer_host_sends(struct tcp_peer *p, size_t len);

#endif
