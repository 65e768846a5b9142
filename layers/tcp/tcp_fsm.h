/*
 * tcp_fsm.h - the state diagram of RFC 9293 3.3.2 as a table.
 *
 * The rows are tcp_fsm.def. `tcp_go` (tcb.h) is the only writer of a
 * connection's state: it finds the row, or stops the program, for an arrow
 * that is not in the table is a bug of ours.
 */
#ifndef RUNG_LAYERS_TCP_TCP_FSM_H
#define RUNG_LAYERS_TCP_TCP_FSM_H

#include "layers/rule.h"
#include "layers/state.h"
#include "sim/base.h"

enum tcp_event {
    TCP_ACTIVE_OPEN,
    TCP_PASSIVE_OPEN,
    TCP_RCV_SYN,
    TCP_RCV_SYN_ACK,
    TCP_RCV_ACK_OF_SYN,
    TCP_RCV_FIN,
    TCP_RCV_ACK_OF_FIN,
    TCP_RCV_RST,
    TCP_BACK_TO_LISTEN,
    TCP_CLOSE,
    TCP_ABORT,
    TCP_TIMEOUT_2MSL,
    TCP_REUSE,
    TCP_GIVE_UP,
    TCP_EVENTS
};

struct tcp_arrow {
    int from, to; /* STATE_TCP_... */
    enum tcp_event event;
    rule_id rule;
    bool in_figure;    /* of RFC 9293, Figure 5 */
    const char *cause; /* "rcv FIN", "CLOSE" */
    const char *action; /* what is sent: "ACK", or "" */
};

/* Row number INDEX, NULL past the last. */
const struct tcp_arrow *tcp_arrow_at(size_t index);

/* The arrow that EVENT takes in state FROM; NULL if there is none. */
const struct tcp_arrow *tcp_arrow_find(int from, enum tcp_event event);

/* Sets of states, by name: never a comparison of their numbers. */
bool tcp_is_synchronized(int state); /* 3.3.2: from ESTABLISHED on */
bool tcp_may_send(int state);        /* the user may still SEND */
bool tcp_may_receive(int state);     /* the peer may still send text */

#endif
