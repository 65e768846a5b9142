/*
 * tcb.h - the Transmission Control Block (RFC 9293 3.3.1), and what the files
 * of this folder do with it. Private to layers/tcp.
 *
 *       send sequence space                    receive sequence space
 *
 *       1         2          3                     1          2
 *   ----------|----------|----------           ----------|----------
 *          SND.UNA    SND.NXT    SND.UNA               RCV.NXT    RCV.NXT
 *                               +SND.WND                         +RCV.WND
 *
 * WORK ON A CONNECTION goes between tcp_enter and tcp_leave: a segment, a
 * timer, or a call of the user only sets facts; leaving tells the application
 * what it needs to know and then sends, once, what has to be sent. So input
 * never sends data itself, and an application that answers from inside a
 * callback has its answer carried by the very ACK that is due.
 */
#ifndef RUNG_LAYERS_TCP_TCB_H
#define RUNG_LAYERS_TCP_TCB_H

#include "layers/bugs.h"
#include "layers/host.h"
#include "layers/tcp/cc.h"
#include "layers/tcp/tcp.h"
#include "layers/tcp/tcp_fsm.h"
#include "layers/tcp/tcp_queue.h"
#include "layers/tcp/tcp_rtt.h"
#include "layers/tcp/tcp_runs.h"
#include "layers/wire/tcp_header.h"

enum tcp_timer {
    TCP_REXMT,      /* retransmission, RFC 6298 */
    TCP_PERSIST,    /* probes of a closed window, 3.8.6.1 */
    TCP_DELAYED,    /* delayed ACK, 3.8.6.3 */
    TCP_2MSL,       /* TIME-WAIT; FIN-WAIT-2 that nobody waits for */
    TCP_KEEP,       /* keep-alive, 3.8.4 */
    TCP_USER,       /* user timeout, 3.9.1.1 */
    TCP_REORDER,    /* RACK's reordering timer, RFC 8985 6.2 */
    TCP_TAIL,       /* tail loss probe, RFC 8985 7 */
    TCP_TIMERS
};

/* Loss recovery: nothing wrong, fast recovery, or after a timeout. */
enum tcp_repair { TCP_REPAIR_NONE, TCP_REPAIR_RECOVERY, TCP_REPAIR_LOSS };

/* What the application is yet to be told. */
enum tcp_news {
    TCP_NEWS_ESTABLISHED = 1,
    TCP_NEWS_ACCEPTABLE = 2,
    TCP_NEWS_READABLE = 4,
    TCP_NEWS_WRITABLE = 8,
    TCP_NEWS_URGENT = 16,
    TCP_NEWS_SOFT_ERROR = 32,
};

enum { TCP_SACK_BLOCKS_MAX = 4, TCP_WATCHES = 12, TCP_IP_OPTIONS_MAX = 40 };

/* SEG: the segment that is being processed. */
struct tcp_segment {
    seq32 seq, ack;
    uint32_t len; /* SEG.LEN: text, SYN and FIN */
    uint32_t wnd; /* as it stands in the header, not scaled */
    uint16_t up;
    uint8_t flags;
    uint8_t ecn; /* of the IP header */
    struct span text;
    struct tcp_endpoint source, destination;
    struct {
        bool has_mss, has_scale, sack_permitted, has_timestamps;
        uint16_t mss;
        uint8_t scale;
        uint32_t tsval, tsecr;
        unsigned sack_count;
        struct tcp_run sack[TCP_SACK_BLOCKS_MAX];
    } option;
    const struct ipv4_header *ip;
    const struct packet *packet; /* that it came in */
};

struct tcp_listener {
    unsigned syn_limit, accept_limit;
    unsigned syn_count, accept_count; /* SYN-RECEIVED; waiting to be accepted */
    struct tcb *accept_first, *accept_last;
};

struct tcb {
    struct host *host;
    struct tcb *next, *previous; /* all of the host, oldest first */
    struct tcb *sharing;         /* the next in its place of the table */
    const struct tcp_events *events;
    void *application;
    struct tcp_endpoint local, remote;
    uint32_t number; /* the trace's subject */
    uint8_t state;   /* STATE_TCP_...: only tcp_go writes it */
    uint8_t depth;   /* of tcp_enter */
    uint8_t news;    /* enum tcp_news */
    bool owned;      /* by the application, or waiting to be accepted */
    bool deaf;       /* the application will read no more */
    bool passive;    /* came from LISTEN */
    bool closing;    /* the user has closed: FIN follows the last byte */
    bool linked;     /* in the table of connections */
    rule_id ended_by; /* for `ended` */
    struct tcp_listener *listen; /* of a listener */
    struct tcb *parent;          /* the listener it came from, until accepted */
    struct tcb *accept_next;
    struct tcb *former;    /* the one in TIME-WAIT whose place it took, until it is open */
    struct tcb *successor; /* the reverse */

    seq32 iss, irs;
    struct {
        seq32 una, nxt;
        uint32_t wnd, max_wnd;
        seq32 wl1, wl2;
        seq32 up;      /* urgent: one past the last urgent byte */
        seq32 end;     /* one past the last buffered byte; the FIN's number */
        seq32 max_sent; /* highest number sent: SND.NXT, or past a probe of a closed window */
        uint32_t mss;  /* SendMSS: what the peer accepts */
        uint8_t scale; /* Snd.Wind.Shift */
        bool urgent;
        bool blocked;  /* an application met a full buffer */
        seq32 small;   /* the last segment that was not full ends here */
        seq32 push;    /* a segment that ends here is pushed */
        bool has_push;
        struct tcp_ring ring;
    } snd;
    struct {
        seq32 nxt;
        uint32_t wnd;
        seq32 adv;     /* right edge as the peer knows it */
        seq32 read;    /* next byte for the application */
        seq32 up;
        seq32 fin;     /* where the peer's FIN stands, if has_fin */
        seq32 acked;   /* RCV.NXT in the last ACK that was sent */
        uint32_t mss;  /* largest segment seen: what "full-sized" means */
        uint32_t size; /* of the buffer */
        uint8_t scale; /* Rcv.Wind.Shift */
        bool urgent, has_fin, at_end;
        struct tcp_ring ring;
        struct tcp_runs runs;
        struct tcp_run twice; /* what D-SACK reports next; left == right: none */
    } rcv;

    /* What was agreed upon in the SYNs. */
    bool scaling, timestamps, sack, ecn;
    /* Timestamps (RFC 7323). */
    uint32_t ts_recent, ts_offset;
    vtime ts_recent_at;
    /* ECN (RFC 3168). */
    bool ecn_echo, ecn_reduced_due; /* send ECE; send CWR */
    bool ecn_pause;                 /* marked at the smallest cwnd: the timer paces */
    seq32 ecn_recover;              /* react again from here on */

    /* Acknowledging. */
    bool ack_now;
    uint32_t ack_repeats;      /* ACKs sent with this RCV.NXT: their identity */
    uint32_t unacked_bytes;    /* received and not acknowledged */
    uint32_t unacked_segments; /* that brought them */
    uint32_t quick_acks;       /* so many segments more are acknowledged at once */

    /* Sending and losses. */
    struct tcp_queue queue;
    struct tcp_rtt rtt;
    struct cc cc;
    enum tcp_repair repair;
    enum tcp_limit limit;
    seq32 recover;           /* SND.NXT when recovery began */
    seq32 rescue;            /* RescueRxt of RFC 6675: past it, one rescue is left */
    uint32_t duplicate_acks;
    uint32_t limited_sent;   /* new text beyond cwnd since the first of them: RFC 3042 */
    uint32_t retransmit_next : 1; /* one entry, the oldest, must go now */
    uint32_t partial_acks : 2;    /* RFC 6582: only the first restarts the timer */
    uint32_t keep_due : 1, persist_due : 1, fin_sent : 1;
    uint32_t tail_due : 1, tail_restart : 1; /* send a probe; the situation changed */
    uint32_t told_r1 : 1;
    seq32 lost_edge;              /* all before it were judged by IsLost */
    uint32_t lost_edge_above;     /* bytes reported after it */
    unsigned timeouts_in_row;     /* of the oldest segment */
    unsigned persists_in_row, keeps_in_row, probes_unanswered;
    vtime last_sent, last_heard; /* text sent; anything heard */
    vtime waiting_since;          /* oldest unacknowledged data; -1: none */
    struct {
        vtime xmit_ts, rtt; /* RACK.xmit_ts, .rtt; rtt 0: none yet */
        vtime newest;       /* when what this ACK acknowledges was sent, at the latest */
        seq32 end_seq, fack, dsack_round;
        unsigned reo_wnd_mult, reo_wnd_persist;
        uint32_t echo;      /* TSecr of the ACK, if has_echo */
        bool has_dsack_round, reordering_seen, has_echo;
        seq32 tail_end;     /* TLP.end_seq, if tail_outstanding */
        bool tail_outstanding, tail_is_retransmission, tail_measured;
    } rack;

    struct {
        uint32_t delivered, out, recover_fs; /* prr_delivered, prr_out, RecoverFS: bytes */
    } prr;
    struct { /* of this round: is cwnd what holds back? */
        uint32_t most; /* segments in flight */
        seq32 until;   /* SND.NXT when it was the most */
        bool limited;  /* by cwnd */
    } use;

    int soft_error;    /* ICMP type << 8 | code; -1: none */
    bool nagle, corked;
    bool path_mtu_discovery;
    uint8_t ttl; /* 0: the host's */
    uint32_t advertised_mss;
    uint32_t receive_size, send_size, mss; /* 0: as the host's */
    vtime keepalive_interval;
    unsigned keepalive_probes;
    uint8_t tos;
    uint8_t ip_options_len;
    uint8_t ip_options[TCP_IP_OPTIONS_MAX];
    ipv4 via;         /* first gateway of a source route in them; 0: none */
    bool route_given; /* by the user: MUST-52 */
    int64_t keepalive, user_timeout;

    struct {
        uint64_t bytes_sent, bytes_acked, bytes_retransmitted, bytes_delivered;
        uint32_t segments_sent, segments_received, retransmissions, timeouts;
        uint32_t fast_retransmits, duplicate_acks;
    } count;
    struct event timers[TCP_TIMERS];
    struct watch_group watched;
    struct watch watches[TCP_WATCHES];
};

/* What TCP keeps for a host. */
struct tcp_state {
    struct tcp_memory memory;
    struct pool tcbs, listeners;
    struct tcb *first, *last;
    struct tcb **table; /* by the four numbers; of listeners by port */
    uint32_t table_size;
    uint16_t next_ephemeral;
    uint64_t secret; /* RFC 6528's secret key */
    vtime challenge_second;
    uint32_t challenge_count;
    uint32_t numbers; /* connections so far */
    struct tcp_name_block *names;
    uint64_t segments_in, segments_out, bad_segments, resets_sent;
};

static inline struct tcp_state *tcp_of(struct host *host) { return host->tcp; }
static inline const struct tcp_config *tcp_config(const struct tcb *t)
{
    return &t->host->config.tcp;
}
static inline vtime tcp_now(const struct tcb *t) { return t->host->node.world->now; }
static inline bool tcp_has_bug(const struct tcb *t, uint64_t bug)
{
    return (t->host->bugs & bug) != 0;
}

/* The largest segment that is wanted; 0: as large as can be. */
static inline uint32_t tcp_mss_limit(const struct tcb *t)
{
    return t->mss > 0 ? t->mss : (uint32_t)tcp_config(t)->mss;
}

/* Endpoints come by value, from the stack. Only their members are taken: what
 * pads them there must not get into the arena, whose bytes name a world. */
static inline void tcp_endpoint_set(struct tcp_endpoint *to, struct tcp_endpoint from)
{
    to->address = from.address;
    to->port = from.port;
}

/* A reason about connection T. Costs one test when nobody looks. */
#define TCP_WHY(t, rule, a, b)                                                            \
    do {                                                                                  \
        if ((t)->host->node.world->trace != NULL)                                         \
            node_why_about(&(t)->host->node, (t)->number, (rule), (int64_t)(a), (int64_t)(b)); \
    } while (0)

/* ---- tcp_tcb.c: life of a TCB ---- */

/* A fresh one in STATE (CLOSED; LISTEN if a SYN made it), not in the table
 * yet. NULL: the host is full. */
struct tcb *tcb_new(struct host *host, int state);
void tcp_enter(struct tcb *t);
/* Tells the application, sends, and frees T if it is over. */
void tcp_leave(struct tcb *t);
/* Takes arrow EVENT of the state diagram, which must exist. */
void tcp_go(struct tcb *t, enum tcp_event event);
/* T, in LISTEN yet, takes the place of FORMER, which is in TIME-WAIT. */
void tcp_succeed(struct tcb *t, struct tcb *former);
/* Into the table, under its present ends; and out. */
void tcp_link(struct tcb *t);
void tcp_unlink(struct tcb *t);
/* The connection between these ends, or else the listener there; or NULL. */
struct tcb *tcp_lookup(struct host *host, const struct tcp_endpoint *local,
                       const struct tcp_endpoint *remote);
struct tcb *tcp_lookup_listener(struct host *host, const struct tcp_endpoint *local);
seq32 tcp_choose_iss(const struct tcb *t);           /* tcp_demux.c, 3.4.1 */
uint32_t tcp_choose_ts_offset(const struct tcb *t);  /* RFC 7323 5.4: as the ISN, another key */
uint32_t tcp_timestamp(const struct tcb *t);         /* RFC 7323 5.4: ms and an offset */
/* Chooses congestion control and its first window; once the SYNs' options are
 * known. */
void tcp_cc_begin(struct tcb *t);
/* The handshake is done: what was queued for ESTABLISHED happens now. */
void tcp_established(struct tcb *t);

/* ---- tcp_segment.c, tcp_options.c ---- */

rule_id tcp_segment_read(struct tcp_segment *seg, const struct packet *p,
                         const struct ipv4_header *ip);
/* The options of a segment with TEXT_LEN bytes; returns their length, at most 40. */
size_t tcp_options_write(struct tcb *t, uint8_t flags, uint32_t text_len, uint8_t *out);
/* How many bytes they will take in a data segment: what SMSS leaves out. */
size_t tcp_options_length(const struct tcb *t);
/* What TO is set to, as FROM, the listener, was told. */
void tcp_settings_inherit(struct tcb *to, const struct tcb *from);
/* Buffer, window scale and timestamps as this host wants them. */
void tcp_options_prepare(struct tcb *t);
/* Takes what the peer's SYN says (3.7.1, RFC 7323 2.2, RFC 2018 2). */
void tcp_options_agree(struct tcb *t, const struct tcp_segment *seg);

/* SEG is thrown away here, for RULE: it counts, and shows, as lost. */
void tcp_discard(struct tcb *t, const struct tcp_segment *seg, rule_id rule, int64_t a, int64_t b);

/* ---- tcp_input.c: 3.10.7 ---- */

void tcp_segment_arrives(struct tcb *t, const struct tcp_segment *seg);
void tcp_closed_arrives(struct host *host, const struct tcp_segment *seg);
void tcp_listen_arrives(struct tcb *t, const struct tcp_segment *seg);
/* SEG asks LISTENER for a connection. FORMER, in TIME-WAIT between the same
 * ends, makes way for it; or NULL. */
void tcp_listen_syn(struct tcb *listener, const struct tcp_segment *seg, struct tcb *former);
void tcp_syn_sent_arrives(struct tcb *t, const struct tcp_segment *seg);

/* Whether a step leaves the segment to the next one. */
enum tcp_verdict { TCP_NEXT_STEP, TCP_DONE };
enum tcp_verdict tcp_check_sequence(struct tcb *t, const struct tcp_segment *seg);
enum tcp_verdict tcp_check_reset(struct tcb *t, const struct tcp_segment *seg);
enum tcp_verdict tcp_check_syn(struct tcb *t, const struct tcp_segment *seg);
enum tcp_verdict tcp_check_ack(struct tcb *t, const struct tcp_segment *seg);
/* Takes TS.Recent from SEG: by RFC 7323 5.3 in the first step, before its ACK is read. */
void tcp_remember_timestamp(struct tcb *t, const struct tcp_segment *seg);
enum tcp_verdict tcp_check_urgent(struct tcb *t, const struct tcp_segment *seg);
enum tcp_verdict tcp_process_text(struct tcb *t, const struct tcp_segment *seg);
enum tcp_verdict tcp_check_fin(struct tcb *t, const struct tcp_segment *seg);

/* ---- tcp_window.c: both windows (3.8.6) ---- */

/* Updates SND.WND from SEG if it is newer than what is known. */
void tcp_update_send_window(struct tcb *t, const struct tcp_segment *seg);
/* The window to be written into a segment now; moves RCV.WND. */
uint32_t tcp_offer_window(struct tcb *t);
/* Would the window open so far that the peer must hear of it? */
bool tcp_window_update_due(const struct tcb *t);
/* The receive window as it was promised: RCV.WND at this moment. */
static inline uint32_t tcp_receive_window(const struct tcb *t) { return t->rcv.adv - t->rcv.nxt; }
/* What is taken: as promised, or all that the buffer has room for ("whole-buffer"). */
uint32_t tcp_accepted_window(const struct tcb *t);

/* ---- tcp_text.c: step 7 ---- */

/* Delivers what has become in order, and a FIN that was waiting. */
void tcp_text_advance(struct tcb *t);
/* Notes what of SEG's text had been delivered before, for D-SACK (RFC 2883 4). */
void tcp_text_note_old(struct tcb *t, const struct tcp_segment *seg);
/* Keeps SEG's text, and its FIN, that cannot be processed yet. */
void tcp_text_keep(struct tcb *t, const struct tcp_segment *seg);

/* ---- tcp_output.c, tcp_transmit.c ---- */

void tcp_output(struct tcb *t);
/* Most bytes of text in a segment now. */
uint32_t tcp_effective_mss(struct tcb *t);
/* SND.NXT - SND.UNA, and the part of it believed to be in the network. */
static inline uint32_t tcp_flight(const struct tcb *t) { return t->snd.nxt - t->snd.una; }
uint32_t tcp_in_network(const struct tcb *t);
/* Text that was buffered and never sent. */
uint32_t tcp_unsent(const struct tcb *t);

/* Sends LEN bytes of sequence space from SEQ on, SYN and FIN by FLAGS. NTH:
 * the how-manieth sending. Fills in ACK, window, options, checksum. */
void tcp_transmit(struct tcb *t, seq32 seq, uint32_t text_len, uint8_t flags, uint32_t nth);
void tcp_send_ack(struct tcb *t);
/* An ACK for a segment that proves nothing; not too many of them. */
bool tcp_may_challenge(struct tcb *t); /* counts it */
void tcp_challenge(struct tcb *t, rule_id rule);

/* ---- tcp_reset.c: 3.5.2 ---- */

/* Answers SEG, which belongs to no connection (or must not), with a RST. */
void tcp_reset_answer(struct host *host, const struct tcp_segment *seg, rule_id why);
/* Resets the peer of T: <SEQ=SND.NXT><CTL=RST>. */
void tcp_reset_peer(struct tcb *t, rule_id why);

/* ---- tcp_timer.c ---- */

void tcp_timers_init(struct tcb *t);
void tcp_timer_set(struct tcb *t, enum tcp_timer timer, vtime after);
void tcp_timer_stop(struct tcb *t, enum tcp_timer timer);
static inline bool tcp_timer_runs(const struct tcb *t, enum tcp_timer timer)
{
    return event_is_armed(&t->timers[timer]);
}
void tcp_timers_stop_all(struct tcb *t);
struct tcp_rtt_limits tcp_rto_limits(const struct tcb *t);
/* Data is outstanding or not: RFC 6298 (5.1) to (5.3). */
void tcp_retransmit_timer_restart(struct tcb *t);
/* After tcp_output: which timers the new situation needs. */
void tcp_timers_after_output(struct tcb *t);
/* Keep-alives without an answer before the connection is given up. */
static inline unsigned tcp_keepalive_probes(const struct tcb *t)
{
    return t->keepalive_probes > 0 ? t->keepalive_probes
                                   : (unsigned)tcp_config(t)->keepalive_probes;
}
/* The peer was heard: keep-alive begins anew. */
void tcp_keepalive_restart(struct tcb *t);
/* The user timeout counts while something waits for an acknowledgement. */
void tcp_user_timeout_check(struct tcb *t);
/* Gives the connection up: GIVE_UP, and the application hears WHY. */
void tcp_give_up(struct tcb *t, rule_id why);

/* ---- tcp_loss.c, tcp_sack.c, tcp_rack.c ---- */

/* What recovery T uses: enum tcp_recovery_choice, AUTO resolved. */
enum tcp_recovery_choice tcp_recovery(const struct tcb *t);
/* SEG's ACK took ACKED off the queue (bytes 0: none), and SACKED bytes were
 * newly reported. DUPLICATE: by the definition of RFC 5681 2. */
void tcp_loss_ack(struct tcb *t, const struct tcp_acked *acked, uint32_t sacked, bool duplicate,
                  uint32_t flight_before);
void tcp_loss_timeout(struct tcb *t);
/* After sending: what of cwnd this round uses. */
void tcp_loss_note_use(struct tcb *t);
/* tcp_prr.c. Recovery begins with FLIGHT bytes; an ACK in it, which shows that DELIVERED
 * bytes have arrived, SAFE: and nothing of further losses. */
bool tcp_uses_prr(const struct tcb *t);
void tcp_prr_begin(struct tcb *t, uint32_t flight);
void tcp_prr_ack(struct tcb *t, uint32_t delivered, bool safe);
/* Fast recovery begins, for a loss that was found without a duplicate ACK. */
void tcp_loss_found(struct tcb *t);
/* cwnd was reduced: with ECN the peer hears of it, and marks mean no more for a while. */
void tcp_tell_of_reduction(struct tcb *t);
bool tcp_uses_rack(const struct tcb *t);
/* Reads SEG's SACK blocks; returns the bytes newly reported. */
uint32_t tcp_sack_read(struct tcb *t, const struct tcp_segment *seg, bool *dsack);
/* Marks what RFC 6675's IsLost says; true if the oldest is lost. */
bool tcp_sack_judge(struct tcb *t);
void tcp_rack_ack(struct tcb *t, const struct tcp_acked *acked);
void tcp_rack_sacked(struct tcb *t, const struct tcp_sent *sent);
void tcp_rack_dsack(struct tcb *t);
void tcp_rack_recovery_ended(struct tcb *t);
/* Marks what RACK finds lost, or sets its timer; true if something is. */
bool tcp_rack_detect(struct tcb *t);
/* The retransmission timer has expired: marks what must be lost by now. */
void tcp_rack_timeout(struct tcb *t);
void tcp_rack_reorder_timeout(struct tcb *t);
void tcp_tail_schedule(struct tcb *t);
void tcp_tail_timeout(struct tcb *t);
/* A probe has gone: of new text, or AGAIN. */
void tcp_tail_sent(struct tcb *t, bool again);
/* SEG's ACK, which is ADVANCED or repeats the one before. */
void tcp_tail_acked(struct tcb *t, const struct tcp_segment *seg, bool dsack, bool advanced);

/* ---- tcp_route.c: source routes, 3.9.2.1 ---- */

/* The first gateway of the user's options; REMOTE if there is none. */
ipv4 tcp_route_first(const struct tcb *t, ipv4 remote);
/* The user's options hold the gateways, and now the other end is known. */
void tcp_route_begin(struct tcb *t);
/* A route that a segment came by is turned round (MUST-53, SHLD-24). */
void tcp_route_learn(struct tcb *t, const struct ipv4_header *ip);
/* Where datagrams go first. */
static inline ipv4 tcp_first_hop(const struct tcb *t)
{
    return t->via != 0 ? t->via : t->remote.address;
}

/* ---- tcp_listen.c ---- */

/* A new connection for SYN at listener T; NULL: none, and that was said. */
struct tcb *tcp_listen_spawn(struct tcb *t, const struct tcp_segment *seg);
/* The handshake of T is complete. False: no room at the listener. */
bool tcp_listen_completed(struct tcb *t);
/* T, which came from a listener, ends before it was accepted. */
void tcp_listen_lost(struct tcb *t);
void tcp_listen_close(struct tcb *t);

/* ---- tcp_error.c: ICMP (3.9.2.2, RFC 5927) ---- */

void tcp_error(struct host *host, const struct icmp_report *report);
bool tcp_believes(struct host *host, const struct icmp_report *report);

#endif
