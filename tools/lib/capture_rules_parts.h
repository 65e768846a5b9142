/*
 * capture_rules_parts.h - what the files of capture_rules.h share, and nobody else.
 *
 *   capture_rules.c            a frame, header by header
 *   capture_rules_plain.c      the frames that are as nearly all are, quickly
 *   capture_rules_arp.c        who owns which address
 *   capture_rules_fragments.c  pieces of datagrams
 *   capture_rules_icmp.c       what routers say, and whether anybody listens
 *   capture_rules_ask.c        questions and answers: DNS, DHCP
 *   capture_rules_tcp.c        segments on their connection
 *   capture_shapes.c           floods and scans
 */
#ifndef RUNG_TOOLS_CAPTURE_RULES_PARTS_H
#define RUNG_TOOLS_CAPTURE_RULES_PARTS_H

#include "layers/wire/address.h"
#include "layers/wire/ethernet_header.h"
#include "layers/wire/ipv4_header.h"
#include "tools/lib/capture_rules.h"
#include "tools/lib/capture_sums.h"
#include "tools/lib/flow_table.h"

/* ---- Tables ---- */

enum {
    OWNERS = 1024, /* addresses that ARP told of */
    DATAGRAMS = 64,
    PIECES = 64, /* fragments of one */
    TOO_BIGS = 64,
    QUESTION_ROWS = 256,
    QUESTIONS_IN_ROW = 8,
    CLIENT_BITS = 4096, /* of the hash of a host that asked */
    OFFERS = 64,
    TARGETS = 256, /* ports that SYNs go to */
    SCANS = 64,
    SCAN_BITS = 1024,
    BIG_HOSTS = 64,
};

struct arp_owner {
    ipv4 address; /* 0: free */
    struct mac mac;
    uint64_t claimed; /* frame that told MAC; 0: none has */
    int64_t heard_ns, asked_ns;
    bool asked;
};

struct fragment_piece {
    uint64_t frame;
    uint32_t from, len;
    uint16_t sum; /* of its bytes: the same once more is a copy */
};

struct fragment_datagram {
    ipv4 source, destination;
    uint16_t identification;
    uint8_t protocol;
    bool used, whole;
    uint32_t total, here; /* bytes; total 0: the last has not come */
    uint32_t count;
    int64_t first_ns;
    struct fragment_piece pieces[PIECES];
};

struct icmp_too_big {
    ipv4 source, destination;
    uint32_t mtu; /* 0: free */
    int64_t at_ns;
    uint64_t frame;
};

struct dns_question {
    ipv4 client, server;
    uint16_t port, id;
    uint16_t asked, answered; /* asked 0: free */
    uint32_t answer;          /* hash of the first */
    uint64_t frame, answer_frame;
    int64_t at_ns;
};

struct dhcp_offer {
    uint32_t id;
    ipv4 server; /* 0: free */
    uint64_t frame;
};

struct syn_target {
    uint64_t key; /* 0: free */
    uint32_t half_open, most;
    uint32_t told; /* its break, from 1 on; 0: none */
    int64_t since_ns;
};

struct port_scan {
    uint64_t key; /* 0: free */
    uint32_t ports;
    uint32_t told;
    uint64_t bits[SCAN_BITS / 64];
};

struct capture_rules {
    struct capture_breaks breaks;
    struct capture_sums sums;
    int64_t first_ns, now_ns;
    bool started;
    uint64_t cut_frame; /* the first that is shorter than it says; 0: none yet */
    size_t cut_len;
    bool cut_told;
    struct arp_owner owners[OWNERS];
    struct fragment_datagram datagrams[DATAGRAMS];
    struct icmp_too_big too_big[TOO_BIGS];
    uint32_t too_bigs; /* so many were told, ever */
    struct dns_question questions[QUESTION_ROWS][QUESTIONS_IN_ROW];
    uint64_t dns_clients[CLIENT_BITS / 64];
    struct dhcp_offer offers[OFFERS];
    uint32_t offer_count;
    struct syn_target targets[TARGETS];
    struct port_scan scans[SCANS];
    ipv4 big_hosts[BIG_HOSTS];
    uint32_t big_host_count;
};

/* One frame on its way through the rules. */
struct rules_frame {
    const struct capture_frame *captured;
    uint64_t number;
    bool on_wire; /* Ethernet between two hosts: no loopback, no made-up header */
    struct mac from, to;
    size_t missing; /* bytes at the end that the snapshot length cut */
};

void rules_report(struct capture_rules *rules, uint64_t frame, rule_id rule, uint64_t other,
                  int64_t a, int64_t b);

/* Nothing is against FRAME, which is one as nearly all are. False: look closer. */
bool rules_frame_is_plain(struct capture_rules *rules, const struct capture_frame *frame);

/* NS nanoseconds at least have passed since EARLIER. Clocks of damaged captures wrap. */
static inline bool rules_passed(const struct capture_rules *rules, int64_t earlier, int64_t ns)
{
    return rules->now_ns > earlier && (uint64_t)rules->now_ns - (uint64_t)earlier >= (uint64_t)ns;
}

void rules_arp(struct capture_rules *rules, const struct rules_frame *frame, struct span message);
/* PAYLOAD of the fragment IP, which had LEN bytes. */
void rules_fragment(struct capture_rules *rules, const struct rules_frame *frame,
                    const struct ipv4_header *ip, struct span payload, uint32_t len);
void rules_fragments_finish(struct capture_rules *rules);
void rules_icmp(struct capture_rules *rules, const struct rules_frame *frame,
                const struct ipv4_header *ip, struct span message);
/* A datagram with DF set that may be too big for what ICMP has said. */
void rules_path_mtu(struct capture_rules *rules, const struct rules_frame *frame,
                    const struct ipv4_header *ip);
void rules_dns(struct capture_rules *rules, const struct rules_frame *frame,
               const struct ipv4_header *ip, uint16_t from, uint16_t to, struct span message);
void rules_dhcp(struct capture_rules *rules, const struct rules_frame *frame,
                const struct ipv4_header *ip, struct span message);
/* A SYN begins a connection; it is half open no longer. */
void rules_syn(struct capture_rules *rules, const struct flow_key *key, uint64_t frame);
void rules_syn_done(struct capture_rules *rules, const struct flow_end *server);
/* How many it came to in the end. */
void rules_shapes_finish(struct capture_rules *rules);

#endif
