#include "layers/tcp/tcp_config.h"

#include "sim/vtime.h"

#define AT(field) offsetof(struct tcp_config, field)
#define TIME(name, field, min, max, help) { name, UNIT_TIME, AT(field), min, max, NULL, help }
#define TIME_OR(name, field, words, min, max, help) \
    { name, UNIT_TIME, AT(field), min, max, words, help }
#define SIZE(name, field, min, max, help) { name, UNIT_SIZE, AT(field), min, max, NULL, help }
#define COUNT(name, field, min, max, help) { name, UNIT_COUNT, AT(field), min, max, NULL, help }
#define COUNT_OR(name, field, words, min, max, help) \
    { name, UNIT_COUNT, AT(field), min, max, words, help }
#define SWITCH(name, field, help) { name, UNIT_SWITCH, AT(field), 0, 1, NULL, help }
#define CHOICE(name, field, choices, help) { name, UNIT_CHOICE, AT(field), 0, 0, choices, help }

enum { BUFFER_MAX = 1 << 30, WINDOW_SCALE_MAX = 14 };

const struct config_key tcp_config_keys[] = {
    CHOICE("cc", cc, "none|tahoe|reno|newreno|cubic", "congestion control of new connections"),
    CHOICE("recovery", recovery, "auto|stop-and-wait|go-back-n|reno|newreno|sack",
           "how losses are repaired; auto goes by cc and by what SACK allows"),
    COUNT_OR("initial-window", initial_window, "auto=0", 1, 1000,
             "congestion window at the start, in segments; auto as RFC 6928 computes it"),
    { "initial-ssthresh", UNIT_SIZE, AT(initial_ssthresh), 1, BUFFER_MAX, "auto=0",
      "slow start threshold at the start; auto as high as can be" },
    COUNT("duplicate-acks", duplicate_acks, 1, 100,
          "how many duplicate ACKs make a fast retransmit"),
    SWITCH("limited-transmit", limited_transmit, "send new data on the first two duplicate ACKs"),
    SWITCH("restart-after-idle", restart_after_idle,
           "begin again with the initial window after one RTO of silence"),
    SWITCH("rack", rack, "find losses by time (RACK) and probe the tail (TLP); needs SACK"),
    SWITCH("hystart", hystart, "leave slow start when delays rise (HyStart++)"),
    COUNT("cubic-c", cubic_c, 1, 10000, "CUBIC's constant C, in thousandths"),
    COUNT("cubic-beta", cubic_beta, 100, 990, "CUBIC's multiplicative decrease, in thousandths"),
    COUNT_OR("mss", mss, "auto=0", 1, 65495,
             "largest segment it accepts and sends, in bytes of data; auto as the MTU allows"),
    COUNT_OR("window-scale", window_scale, "auto=-1|off=-2", 0, WINDOW_SCALE_MAX,
             "shift of the windows it sends; auto by the receive buffer, off without the option"),
    SWITCH("timestamps", timestamps, "offer the timestamps option"),
    SWITCH("sack", sack, "offer selective acknowledgements"),
    SWITCH("dsack", dsack, "report what came twice (D-SACK), where SACK is on"),
    SWITCH("ecn", ecn, "offer explicit congestion notification"),
    SWITCH("path-mtu-discovery", path_mtu_discovery,
           "forbid fragmentation, and learn from what routers refuse"),
    COUNT_OR("isn", isn, "auto=-1", 0, UINT32_MAX,
             "initial sequence number; auto as RFC 6528 computes it"),
    SIZE("rcvbuf", rcvbuf, 1, BUFFER_MAX, "receive buffer"),
    SIZE("sndbuf", sndbuf, 1, BUFFER_MAX, "send buffer"),
    SWITCH("nagle", nagle, "hold back small segments while data is unacknowledged"),
    SWITCH("sws-avoidance", sws_avoidance,
           "offer and use only windows worth a segment (silly window syndrome)"),
    SWITCH("keep-out-of-order", keep_out_of_order,
           "keep what arrives too early; off as a go-back-N receiver"),
    TIME_OR("delayed-ack", delayed_ack, "off=0", 0, 499 * MS,
            "longest wait before data is acknowledged"),
    COUNT("ack-every", ack_every, 1, 1000, "acknowledge after so many full segments"),
    COUNT("quick-acks", quick_acks, 0, 1000,
          "acknowledge the first so many segments of a connection at once"),
    TIME("initial-rto", initial_rto, MS, 60 * SECONDS,
         "retransmission timeout before a first measurement"),
    TIME("min-rto", min_rto, MS, 60 * SECONDS, "smallest retransmission timeout"),
    TIME("max-rto", max_rto, 10 * MS, HOURS, "largest retransmission timeout"),
    TIME("clock-granularity", clock_granularity, MS, SECONDS,
         "G of RFC 6298: how far at least the RTO lies above the smoothed RTT"),
    TIME("msl", msl, MS, HOURS, "maximum segment lifetime; TIME-WAIT lasts two"),
    TIME_OR("keepalive", keepalive, "off=0|on=7200000000000", 0, 240 * HOURS, "idle time before a keep-alive"),
    TIME("keepalive-interval", keepalive_interval, MS, 24 * HOURS, "time between keep-alives"),
    COUNT("keepalive-probes", keepalive_probes, 1, 1000,
          "keep-alives without an answer before the connection is given up"),
    TIME_OR("user-timeout", user_timeout, "off=0", 0, 240 * HOURS,
            "longest wait for an acknowledgement"),
    COUNT("retries", retries, 1, 1000,
          "retransmissions of one segment before the connection is given up (R2)"),
    TIME("syn-timeout", syn_retries, MS, 24 * HOURS,
         "how long a SYN is tried before the OPEN has failed (R2 of a SYN)"),
    TIME_OR("fin-wait-2", fin_wait_2, "off=0", 0, 24 * HOURS,
            "longest wait for the peer's FIN after close"),
    COUNT("backlog", backlog, 1, 65535, "connections that may wait to be accepted"),
    COUNT("syn-backlog", syn_backlog, 1, 65535, "connections that may be half open at a listener"),
    CHOICE("backlog-full", backlog_full, "drop|reset", "what becomes of one too many"),
    COUNT_OR("challenge-acks", challenge_acks, "off=0", 0, 1000000,
             "most challenge ACKs in a second"),
    SWITCH("insecure-rst", insecure_rst,
           "let a RST anywhere in the window end a connection, as before RFC 5961"),
    SWITCH("insecure-syn", insecure_syn,
           "let a SYN anywhere in the window end a connection, as before RFC 5961"),
    SWITCH("drop-syn-fin", drop_syn_fin, "drop segments with both SYN and FIN"),
    CHOICE("blackhole", blackhole, "off|syn|all",
           "what of closed ports is not answered by RST: nothing, SYNs, everything"),
    { NULL, UNIT_COUNT, 0, 0, 0, NULL, NULL },
};

void tcp_config_defaults(struct tcp_config *config)
{
    *config = (struct tcp_config){
        .cc = TCP_CC_NEWRENO,
        .recovery = TCP_RECOVERY_AUTO,
        .duplicate_acks = 3,
        .limited_transmit = 1,
        .restart_after_idle = 1,
        .cubic_c = 400,
        .cubic_beta = 700,
        .window_scale = -1,
        .sack = 1,
        .dsack = 1,
        .path_mtu_discovery = 1,
        .isn = -1,
        .rcvbuf = 65536,
        .sndbuf = 65536,
        .nagle = 1,
        .sws_avoidance = 1,
        .keep_out_of_order = 1,
        .delayed_ack = 200 * MS,
        .ack_every = 2,
        .initial_rto = 1 * SECONDS,
        .clock_granularity = MS,
        .min_rto = 1 * SECONDS,
        .max_rto = 60 * SECONDS,
        .msl = 30 * SECONDS,
        .keepalive_interval = 75 * SECONDS,
        .keepalive_probes = 10,
        .retries = 15,
        .syn_retries = 180 * SECONDS,
        .backlog = 128,
        .syn_backlog = 256,
        .challenge_acks = 100,
    };
}
