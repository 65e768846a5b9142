#include "tools/lib/lab_keys.h"

#include "sim/vtime.h"

/*
 * The settings of TCP, in lab files already so that they can be written and
 * checked today; the module that obeys them brings its own table, which then
 * stands in host_config_sections and takes the place of this one.
 */

#define TIME(name, min, max, help) { name, UNIT_TIME, 0, min, max, NULL, help }
#define SIZE(name, min, max, help) { name, UNIT_SIZE, 0, min, max, NULL, help }
#define COUNT(name, min, max, help) { name, UNIT_COUNT, 0, min, max, NULL, help }
#define SWITCH(name, help) { name, UNIT_SWITCH, 0, 0, 1, NULL, help }
#define CHOICE(name, choices, help) { name, UNIT_CHOICE, 0, 0, 0, choices, help }

enum { BUFFER_MAX = 1 << 30, WINDOW_SCALE_MAX = 14 };

static const struct config_key KEYS[] = {
    CHOICE("cc", "none|tahoe|reno|newreno|cubic", "congestion control"),
    CHOICE("recovery", "none|reno|newreno|sack|rack", "how losses are repaired"),
    COUNT("mss", 1, 65495, "largest segment it accepts, in bytes of data"),
    SIZE("rcvbuf", 1, BUFFER_MAX, "receive buffer"),
    SIZE("sndbuf", 1, BUFFER_MAX, "send buffer"),
    COUNT("window-scale", 0, WINDOW_SCALE_MAX, "shift of the window it offers, or off"),
    SWITCH("timestamps", "offer the timestamps option"),
    SWITCH("sack", "offer selective acknowledgements"),
    SWITCH("ecn", "offer explicit congestion notification"),
    SWITCH("nagle", "hold back small segments while data is unacknowledged"),
    TIME("delayed-ack", 0, 500 * MS, "longest wait before data is acknowledged, or off"),
    COUNT("initial-window", 1, 1000, "congestion window at the start, in segments"),
    TIME("initial-rto", MS, 60 * SECONDS, "retransmission timeout before a first measurement"),
    TIME("min-rto", MS, 60 * SECONDS, "smallest retransmission timeout"),
    TIME("max-rto", SECONDS, HOURS, "largest retransmission timeout"),
    TIME("msl", MS, HOURS, "maximum segment lifetime; TIME-WAIT lasts two"),
    TIME("keepalive", 0, 24 * HOURS, "idle time before a keep-alive, or off"),
    TIME("user-timeout", 0, 24 * HOURS, "longest wait for an acknowledgement, or off"),
    COUNT("isn", 0, UINT32_MAX, "initial sequence number; by seed if left out"),
    COUNT("backlog", 1, 65535, "connections that may wait to be accepted"),
    { NULL, UNIT_COUNT, 0, 0, 0, NULL, NULL },
};

const struct config_section lab_tcp_section = { "tcp", KEYS, 0 };
