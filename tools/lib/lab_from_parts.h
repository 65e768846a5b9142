/*
 * lab_from_parts.h - what the files of lab_from.h share, and nobody else.
 *
 *   lab_from.c         reads, tries, chooses
 *   lab_from_ends.c    hosts and the wire between them
 *   lab_from_habits.c  how either end's TCP behaves
 *   lab_from_losses.c  what the network did
 *   lab_from_script.c  what the programs did
 *   lab_from_write.c   all that as YAML
 */
#ifndef RUNG_TOOLS_LAB_FROM_PARTS_H
#define RUNG_TOOLS_LAB_FROM_PARTS_H

#include "layers/wire/address.h"
#include "tools/lib/lab.h"
#include "tools/lib/lab_from.h"

/* What a lab checks, by side: text that arrives, segments sent again, last state. */
enum { FROM_CHECKS = 6 };

enum { FROM_FAULTS_MAX = LAB_FAULTS_MAX - 50, FROM_TEXT_MAX = 60, FROM_COMMAND_SIZE = 200 };

struct from_host {
    const char *name;
    ipv4 address;
    bool address_made_up; /* the capture's is none that a host of a lab can have */
    struct mac mac;
    bool has_mac;
    uint16_t port;
    /* Settings. */
    uint32_t mss;  /* that it announces */
    uint32_t most; /* bytes of text in its segments, at most */
    int scale;     /* -1: off */
    bool sack, timestamps, ecn;
    uint32_t isn;
    uint32_t rcvbuf, sndbuf;
    uint32_t initial_window;    /* segments; 0: as usual */
    bool nagle;                 /* nothing speaks against it; */
    bool at_once;               /* and yet it is left out, for then the run is more alike */
    bool unlimited;             /* the same with congestion control */
    bool goes_back;             /* the same: all is sent again, not only what was lost */
    bool acks_all;              /* acknowledges each segment at once */
    vtime delayed_ack;          /* 0: not known */
    vtime initial_rto, min_rto; /* 0: not known */
    vtime calm_rto;             /* MIN_RTO, or what no delayed ACK sets off */
    bool hasty;                 /* MIN_RTO it is, for then the run is more alike */
    vtime keepalive, keepalive_interval; /* 0: none was sent */
    vtime probe_wait;                    /* before a closed window was asked first; 0: never */
    bool empty_probes, reset_with_ack;
    int64_t rate; /* bit/s toward the other end; 0: not known */
};

/* What the network did to the how-manieth sending of a segment. */
struct from_fault {
    enum lab_fault_action action;
    unsigned side;         /* that sent it */
    enum course_kind kind; /* COURSE_RST: what only acknowledges ACK */
    uint32_t seq, ack;     /* relative */
    uint32_t nth[LAB_NTH_MAX];
    uint32_t count;
    vtime by;       /* LAB_DELAY */
    uint64_t frame; /* that shows it; the capture's number */
    bool unseen;    /* it happened before the capture point */
    uint32_t len;
};

struct from_entry {
    enum lab_start start;
    vtime time;
    int64_t received; /* LAB_WHEN: 0: `state` */
    const char *state;
    unsigned side;  /* of whom it waits for, and who does it */
    uint64_t frame; /* 0: no comment, */
    bool made_up;   /* unless it was before the capture */
    vtime order;    /* its place in the script; of two alike the */
    uint32_t index; /* lower first */
    char command[FROM_COMMAND_SIZE];
    char remark[FROM_TEXT_MAX + 4]; /* the beginning of its text, or "" */
};

struct from_plan {
    const struct capture_talk *talk;
    const char *file; /* name of the capture */
    struct from_host host[2];
    int prefix_len;
    vtime distance[2]; /* one way, from the capture point */
    bool distance_known;
    int mtu;
    vtime until;                 /* 0: until all is quiet */
    bool shares_wire;            /* their networks are the same in the capture as well */
    struct course course;        /* of the capture */
    struct capture_list faults;  /* struct from_fault */
    struct capture_list unseen;  /* struct course_unseen */
    struct capture_list entries; /* struct from_entry */
    bool vanishes;               /* an end is silent, and the other goes on trying */
    bool outgrows;               /* a run's trace: one does not try others */
    bool faults_left_out, no_memory;
    bool check_fails[FROM_CHECKS]; /* in a run: it is left out */
};

/* Names, addresses and ports of the hosts, and a prefix that makes them neighbours. */
void from_plan_addresses(struct from_plan *plan);
/* Sets timeouts that agree with each other, and `until`, if the run would go on; last. */
void from_plan_end(struct from_plan *plan);
/* Fills in hosts and wire. False: WHY says what no lab can be made of. */
bool from_plan_ends(struct from_plan *plan, char *why);
/* MAC addresses of the frame NUMBER of IN, if it has some. */
void from_plan_macs(struct from_plan *plan, FILE *in);
/* Delayed ACK, Nagle, timeouts, keep-alives, rate. */
void from_plan_habits(struct from_plan *plan);
void from_plan_losses(struct from_plan *plan);
/* The script; READING: programs that stop reading do. */
void from_plan_script(struct from_plan *plan, enum talk_grain grain, bool reading);

/* What the lab says of itself, once it has been run: NULL before. */
char *from_plan_write(const struct from_plan *plan, const struct lab_from *result);
char *from_plan_readme(const struct from_plan *plan, const struct lab_from *result);

/* Bytes of SIDE's text from OFFSET on, as far as they can be shown: at most SIZE - 1
 * characters, all printable. */
void from_plan_show_text(const struct from_plan *plan, unsigned side, uint64_t offset, uint64_t len,
                         char *out, size_t size);

/* The time in the lab, whose 0 is when the client connects, at SIDE, when what it sends
 * was seen AT. */
vtime from_plan_time(const struct from_plan *plan, unsigned side, vtime at);

#endif
