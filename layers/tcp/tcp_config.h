/*
 * tcp_config.h - settings of TCP ("tcp:" in a lab file).
 *
 * Every constant that an RFC names, and every choice that a class may want to
 * see made differently. A connection reads them when they matter, so `set`
 * also reaches connections that are open already; but not what SYNs agree on,
 * congestion control and its constants, the receive buffer, and what tcp_open
 * copies: nagle, keepalive, user-timeout, path-mtu-discovery.
 */
#ifndef RUNG_LAYERS_TCP_TCP_CONFIG_H
#define RUNG_LAYERS_TCP_TCP_CONFIG_H

#include "layers/config.h"

enum tcp_cc_choice { TCP_CC_NONE, TCP_CC_TAHOE, TCP_CC_RENO, TCP_CC_NEWRENO, TCP_CC_CUBIC };

/* How losses are repaired. AUTO: what `cc` is named after (tahoe, reno), else
 * by SACK if both ends have it, else as NewReno. */
enum tcp_recovery_choice {
    TCP_RECOVERY_AUTO,
    TCP_RECOVERY_STOP_AND_WAIT,
    TCP_RECOVERY_GO_BACK_N,
    TCP_RECOVERY_RENO,
    TCP_RECOVERY_NEWRENO,
    TCP_RECOVERY_SACK,
};

/* RFC 6937; CAUTIOUS: Linux's reduction bound, between the RFC's two. */
enum tcp_prr_choice { TCP_PRR_OFF, TCP_PRR_CRB, TCP_PRR_SSRB, TCP_PRR_CAUTIOUS };

/* What lets cwnd grow: bytes that an ACK covers; or those that it shows to have
 * arrived, if the last window was used. */
enum tcp_growth_choice { TCP_GROWTH_ACKED, TCP_GROWTH_DELIVERED };

enum tcp_reduction_choice { TCP_REDUCE_FLIGHT, TCP_REDUCE_CWND };
enum tcp_full_ack_choice { TCP_FULL_ACK_CAREFUL, TCP_FULL_ACK_SSTHRESH };

/* What asks a closed window: a byte of new text (RFC 9293 3.8.6.1), or nothing
 * at all, with a number below SND.UNA that must be answered, as Linux does. */
enum tcp_probe_choice { TCP_PROBE_BYTE, TCP_PROBE_EMPTY };

enum tcp_full_choice { TCP_FULL_DROP, TCP_FULL_RESET };

/* How far reading must open the window before that is told in an ACK of its own. */
enum tcp_update_choice { TCP_UPDATE_SEGMENTS, TCP_UPDATE_QUARTER };

struct tcp_config {
    /* Congestion control and loss recovery. */
    int64_t cc, recovery; /* the enums above */
    int64_t initial_window;      /* segments; 0: by RFC 6928 */
    int64_t initial_ssthresh;    /* bytes; 0: as high as can be */
    int64_t duplicate_acks;      /* threshold of fast retransmit */
    int64_t limited_transmit;    /* RFC 3042 */
    int64_t restart_after_idle;  /* RFC 5681 4.1 */
    int64_t rack;                /* RACK-TLP, RFC 8985 */
    int64_t tail_probe;          /* its TLP, section 7 */
    int64_t prr;                 /* enum tcp_prr_choice */
    int64_t abc_limit;           /* L of RFC 3465, segments */
    int64_t growth;              /* enum tcp_growth_choice */
    int64_t reduce_from;         /* enum tcp_reduction_choice, RFC 9438 4.6 */
    int64_t full_ack;            /* enum tcp_full_ack_choice, RFC 6582 3.2 (3) */
    int64_t hystart;             /* RFC 9406 */
    int64_t cubic_c, cubic_beta; /* per mille, RFC 9438 4 */
    /* Segments and options. */
    int64_t mss;          /* bytes; 0: by the MTU */
    int64_t window_scale; /* shift; -1: by the buffer, -2: the option is off */
    int64_t timestamps, sack, dsack, ecn;
    int64_t cautious_timestamps; /* TS.Recent only from segments whose ACK is sound */
    int64_t path_mtu_discovery;
    int64_t isn; /* -1: by RFC 6528 */
    /* Buffers and windows. */
    int64_t rcvbuf, sndbuf; /* bytes */
    int64_t nagle;
    int64_t minshall;           /* its modification, RFC 9293 A.3 */
    int64_t cork_override;      /* the override timeout (3.8.6.2.1) lets out what is corked */
    int64_t window_probe;       /* enum tcp_probe_choice */
    int64_t sws_avoidance;      /* RFC 9293 3.8.6.2 */
    int64_t keep_out_of_order;  /* SHLD-31; off: a go-back-N receiver */
    int64_t delayed_ack;        /* ns; 0: every segment is acknowledged at once */
    int64_t ack_every;          /* segments (SHLD-19: 2) */
    int64_t quick_acks;         /* segments of a connection that are acknowledged at once */
    int64_t ack_small;          /* segments that are not full count for ack_every as well */
    int64_t window_updates;     /* enum tcp_update_choice */
    int64_t whole_buffer;       /* takes what the window field had no room to promise */
    int64_t keep_syn_text;      /* off: text and FIN of a SYN to a listener are forgotten */
    /* Timers, ns. */
    int64_t initial_rto, min_rto, max_rto;
    int64_t clock_granularity; /* G of RFC 6298 */
    int64_t rto_slack;         /* on top of what RFC 6298 computes */
    int64_t min_persist;       /* shortest wait before a closed window is probed */
    int64_t measure_syn_ack;   /* off: without timestamps, a SYN,ACK is no sample */
    int64_t msl;
    int64_t keepalive, keepalive_interval; /* keepalive 0: off */
    int64_t keepalive_probes;
    int64_t user_timeout; /* 0: none */
    int64_t retries;      /* R2: retransmissions before a connection is given up */
    int64_t syn_retries;  /* R2 of a SYN: time, MUST-23 */
    int64_t fin_wait_2;   /* longest wait for the peer's FIN once given away; 0: for ever */
    /* Listeners. */
    int64_t backlog, syn_backlog; /* accept queue, SYN queue */
    int64_t backlog_full;         /* enum tcp_full_choice */
    /* Attacks. */
    int64_t challenge_acks; /* most in one second, RFC 5961 7; 0: no limit */
    int64_t insecure_rst, insecure_syn; /* as before RFC 5961: anywhere in the window */
    int64_t drop_syn_fin;
    int64_t reset_with_ack; /* of ABORT: RST,ACK, where the RFC writes RST */
    int64_t blackhole; /* closed ports: 1 SYNs, 2 nothing at all is answered */
    int64_t reset_unread;   /* SHLD-3: CLOSE with unread data resets; off: a FIN */
    int64_t reset_at_r2;    /* the peer is told when retransmitting is given up */
    int64_t need_timestamps; /* once agreed upon, segments without are dropped: RFC 7323 3.2 */
    int64_t answer_strays;  /* an ACK also where none is asked for: TIME-WAIT, known SYN,ACKs */
};

extern const struct config_key tcp_config_keys[];
void tcp_config_defaults(struct tcp_config *config);

#endif
