/*
 * pkt_run.h - runs a packet script and judges the TCP under test by it.
 *
 *   event            what is done
 *   < packet         at its time it goes in
 *   > packet         the next that comes out is it, and in time
 *   a call           made at its time; its result, and when it returned
 *   `shell line`     a setting, or a question for the connection's state
 *   %{ code }%       assertions about TCP_INFO
 *
 * The first event that does not go as written ends the run. World and trace
 * stay, for the ladder and the whys, until pkt_run_close.
 */
#ifndef RUNG_TOOLS_PKT_RUN_H
#define RUNG_TOOLS_PKT_RUN_H

#include "tools/lib/pkt_match.h"
#include "tools/lib/pkt_sockets.h"
#include "tools/lib/pkt_world.h"

enum { PKT_FLOWS_MAX = 32, PKT_TEXT_SIZE = 400 };

enum pkt_judgement { PKT_PASS, PKT_FAIL, PKT_SKIP };

struct pkt_result {
    enum pkt_judgement judgement;
    const struct pkt_event *event; /* that failed; NULL: all went as written */
    vtime at;
    char why[PKT_TEXT_SIZE];      /* one clause: of a failure, or of a skip */
    char expected[PKT_TEXT_SIZE]; /* in the script's words; "" if that says nothing */
    char came[PKT_TEXT_SIZE];
};

struct pkt_run {
    const struct pkt_script *script;
    struct pkt_settings settings;
    struct pkt_world world;
    struct pkt_sockets sockets;
    struct pkt_flow flows[PKT_FLOWS_MAX];
    unsigned flow_count, connects;
    struct pkt_flow *flow;     /* of the connection under test, or NULL */
    uint16_t bound_port;       /* when the flow was chosen */
    const struct pkt_event *event;
    uint32_t event_number;
    vtime end;                 /* of the event before */
    vtime from, to, tolerance; /* of this one */
    /* A call that has not returned yet. */
    bool waits, trying;
    struct pkt_attempt attempt;
    const struct pkt_event *called;
    vtime due, due_tolerance;
    struct pkt_result result;
    const char **said; /* what each event says, for the ladder */
    struct pkt_seen seen;
    uint8_t *datagram; /* PKT_DATAGRAM_MAX bytes to build in */
};

/* Runs SCRIPT to its end or to its first failure; PKT_PROFILES: under the profile
 * that it names itself (pkt_profile_of). RUN must not move; SCRIPT
 * must outlive it. False: no memory. */
bool pkt_run(struct pkt_run *run, const struct pkt_script *script, enum pkt_profile profile);
/* The same, but its world stands still once EVENTS events have happened: a
 * look at that moment. Its result means nothing. */
bool pkt_run_to(struct pkt_run *run, const struct pkt_script *script, enum pkt_profile profile,
                uint32_t events);
void pkt_run_close(struct pkt_run *run);

/* ---- For pkt_run*.c ---- */

/* The run ends here. */
void pkt_run_fails(struct pkt_run *run, const struct pkt_event *event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void pkt_run_skips(struct pkt_run *run, const struct pkt_event *event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static inline bool pkt_run_is_over(const struct pkt_run *run)
{
    return run->result.judgement != PKT_PASS;
}
/* The present event happens at this moment, at the script's end of the wire (INBOUND)
 * or at ours: its line stands in the trace. */
void pkt_run_note(struct pkt_run *run, bool inbound);
/* Lets the next thing happen that is due by LIMIT; false: there is none. */
bool pkt_run_pass(struct pkt_run *run, vtime limit);
/* Lets time pass up to AT. */
void pkt_run_until(struct pkt_run *run, vtime at);

/* pkt_run_packet.c */
void pkt_run_inbound(struct pkt_run *run);
void pkt_run_outbound(struct pkt_run *run);
/* Nothing may be left that came out and was not expected. */
void pkt_run_nothing_left(struct pkt_run *run);
struct tcb *pkt_run_tcb(const struct pkt_run *run);

/* pkt_run_call.c */
void pkt_run_call(struct pkt_run *run);
/* Tries again what waits. */
void pkt_run_retry(struct pkt_run *run);
/* The same from inside of TCP, if it is a read from or a write to S. */
void pkt_run_wake(struct pkt_socket *s, void *run);
/* Waits for the call that waits, up to its time. */
void pkt_run_finish_call(struct pkt_run *run);
void pkt_run_shell(struct pkt_run *run);
void pkt_run_code(struct pkt_run *run);

#endif
