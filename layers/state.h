/*
 * state.h - the names of all states, as integers for records and rules.
 *
 * A state change travels through the trace as two integers and is printed by
 * {a:state}, the ladder and the JSON with the names below: link states, the
 * states of an ARP entry, and the eleven of RFC 9293 3.3.2 in its spelling.
 */
#ifndef RUNG_LAYERS_STATE_H
#define RUNG_LAYERS_STATE_H

#define STATE_TABLE(STATE)                  \
    STATE(NONE, "NONE")                     \
    STATE(LINK_UP, "LINK-UP")               \
    STATE(LINK_DOWN, "LINK-DOWN")           \
    STATE(ARP_INCOMPLETE, "INCOMPLETE")     \
    STATE(ARP_REACHABLE, "REACHABLE")       \
    STATE(ARP_STALE, "STALE")               \
    STATE(ARP_PROBE, "PROBE")               \
    STATE(ARP_FAILED, "FAILED")             \
    STATE(TCP_LISTEN, "LISTEN")             \
    STATE(TCP_SYN_SENT, "SYN-SENT")         \
    STATE(TCP_SYN_RECEIVED, "SYN-RECEIVED") \
    STATE(TCP_ESTABLISHED, "ESTABLISHED")   \
    STATE(TCP_FIN_WAIT_1, "FIN-WAIT-1")     \
    STATE(TCP_FIN_WAIT_2, "FIN-WAIT-2")     \
    STATE(TCP_CLOSE_WAIT, "CLOSE-WAIT")     \
    STATE(TCP_CLOSING, "CLOSING")           \
    STATE(TCP_LAST_ACK, "LAST-ACK")         \
    STATE(TCP_TIME_WAIT, "TIME-WAIT")       \
    STATE(TCP_CLOSED, "CLOSED")

enum state_id {
#define STATE(name, text) STATE_##name,
    STATE_TABLE(STATE)
#undef STATE
    STATE_COUNT
};

/* The name of STATE; "?" if there is none, as a record may come from a file. */
const char *state_name(int state);

/* The state called NAME, in this spelling, or -1. */
int state_find(const char *name);

#endif
