/*
 * run_connection.h - which TCP connection a record is about, and its name.
 *
 *   record --run_connection_of--> true: its subject is a connection's number
 *          --run_connection_name--> "client:49152-server:80"
 *
 * Hosts are called by the names that the lab gives them, others by address.
 */
#ifndef RUNG_TOOLS_RUN_CONNECTION_H
#define RUNG_TOOLS_RUN_CONNECTION_H

#include "layers/tcp/tcp.h"
#include "tools/lib/run_view.h"

#define RUN_CONNECTION_NAME_SIZE 64

/* RECORD's subject is a connection of its node. */
bool run_connection_of(const struct run_view *view, const struct record *record);

/* The ends of connection NUMBER of NODE, its own first; of a listener only
 * that: "server:80". False, and "", if there is none. */
bool run_connection_name(const struct run_view *view, const struct node *node, uint32_t number,
                         char *out, size_t size);

struct run_ends {
    struct tcp_endpoint local, remote;
};

/* Writes down the ends of all connections of NODE, which is in the world as it
 * is now; *ENDS is the caller's to free. False: no memory. */
bool run_connection_list(const struct node *node, struct run_ends **ends, uint32_t *count);

/* "49152>80": enough to tell a host's connections apart; or, where ports are
 * shared, "80>client:49152". */
bool run_connection_ports(const struct run_view *view, const struct node *node, uint32_t number,
                          char *out, size_t size);

/* TIMER belongs to TCP itself, and its expiry is worth a word: that of TIME-WAIT
 * is told by the state. */
bool run_timer_is_of_tcp(uint16_t timer);

/* For how long the timer was set that record INDEX tells has fired; 0: unknown. */
vtime run_timer_length(const struct run_view *view, uint32_t index);

/*
 * What must be known of a whole run before a line of it can be shown, collected from
 * record to record: whether it has more than one connection, and very many records
 * of programs that read or wrote bytes which are no text (run_is_bulk).
 */
struct run_gist {
    uint32_t taken; /* records */
    unsigned active, passive, reads;
};

/* Takes in the records of TRACE that GIST has not seen yet, up to COUNT in front of
 * which it stops; or fewer, if nothing can change any more. */
void run_gist_follow(struct run_gist *gist, const struct trace *trace, uint32_t count);
bool run_gist_several_connections(const struct run_gist *gist);
bool run_gist_many_reads(const struct run_gist *gist);

/* Two connections of one host differ in their peer's address alone. */
bool run_has_shared_ports(const struct run_view *view);

/* RECORD tells that a program read or wrote bytes which are no text. */
bool run_is_bulk(const struct record *record);

#endif
