/*
 * The values of TCP. Without a port a total is that of all connections of the
 * host, also of those that are no more; anything else is that of the newest
 * connection. With one, "a.tcp.80.cwnd", both are those of that connection.
 */
#include "tools/lib/value.h"

#include "layers/host.h"
#include "layers/state.h"
#include "layers/tcp/tcp.h"
#include "tools/lib/text.h"

static struct host *host_behind(const struct node *node)
{
    return host_of((struct node *)(uintptr_t)node);
}

/* The newest connection, or that of PORT. False: there is none. */
static bool status_of(const struct node *node, uint16_t port, struct tcp_status *status)
{
    struct host *host = host_behind(node);
    struct tcb *t = host->tcp != NULL ? tcp_find(host, 0, port) : NULL;

    if (t != NULL)
        tcp_status(t, status);
    return t != NULL;
}

static struct tcp_totals totals_of(const struct node *node, uint16_t port)
{
    struct host *host = host_behind(node);
    struct tcp_totals totals = { 0 };
    struct tcp_status status;
    struct tcb *t;

    if (port != 0) {
        if (status_of(node, port, &status))
            tcp_totals_add(&totals, &status);
        return totals;
    }
    totals = host->tcp_gone;
    for (unsigned i = 0; host->tcp != NULL && (t = tcp_at(host, i)) != NULL; i++) {
        tcp_status(t, &status);
        tcp_totals_add(&totals, &status);
    }
    return totals;
}

#define TOTAL(name, field)                                                                         \
    static int64_t name(const struct node *node, uint16_t port)                                    \
    {                                                                                              \
        return (int64_t)totals_of(node, port).field;                                               \
    }
TOTAL(sent, bytes_sent)
TOTAL(acked, bytes_acked)
TOTAL(retransmitted, bytes_retransmitted)
TOTAL(delivered, bytes_delivered)
TOTAL(retransmissions, retransmissions)
TOTAL(timeouts, timeouts)
TOTAL(fast_retransmits, fast_retransmits)
TOTAL(duplicate_acks, duplicate_acks)
#undef TOTAL

#define OF_ONE(field)                                                                              \
    static int64_t field(const struct node *node, uint16_t port)                                   \
    {                                                                                              \
        struct tcp_status s;                                                                       \
                                                                                                   \
        return status_of(node, port, &s) ? (int64_t)s.field : 0;                                   \
    }
OF_ONE(cwnd)
OF_ONE(ssthresh)
OF_ONE(srtt)
OF_ONE(rto)
OF_ONE(in_flight)
OF_ONE(send_window)
OF_ONE(receive_window)
OF_ONE(send_queued)
OF_ONE(receive_queued)
OF_ONE(mss)
#undef OF_ONE

/* What is no more is closed. */
static int64_t state(const struct node *node, uint16_t port)
{
    struct tcp_status s;

    return status_of(node, port, &s) ? s.state : STATE_TCP_CLOSED;
}

/* Adds up OF over the listeners, or the connections, of NODE or of PORT. */
static int64_t add_up(const struct node *node, uint16_t port, bool listeners,
                      int64_t (*of)(const struct tcp_status *))
{
    struct host *host = host_behind(node);
    int64_t sum = 0;
    struct tcb *t;

    for (unsigned i = 0; host->tcp != NULL && (t = tcp_at(host, i)) != NULL; i++) {
        struct tcp_status s;

        tcp_status(t, &s);
        if ((s.state == STATE_TCP_LISTEN) == listeners && s.state != STATE_TCP_CLOSED &&
            (port == 0 || s.local.port == port || s.remote.port == port))
            sum += of(&s);
    }
    return sum;
}

static int64_t one(const struct tcp_status *s)
{
    (void)s;
    return 1;
}

static int64_t waiting(const struct tcp_status *s)
{
    return s->accept_queue;
}

static int64_t half_open(const struct tcp_status *s)
{
    return s->syn_queue;
}

static int64_t connections(const struct node *node, uint16_t port)
{
    return add_up(node, port, false, one);
}

static int64_t listeners(const struct node *node, uint16_t port)
{
    return add_up(node, port, true, one);
}

static int64_t accept_queue(const struct node *node, uint16_t port)
{
    return add_up(node, port, true, waiting);
}

static int64_t syn_queue(const struct node *node, uint16_t port)
{
    return add_up(node, port, true, half_open);
}

const struct value_tcp values_tcp[] = {
    { "state", state, N_("state of the newest: a.tcp.state == ESTABLISHED"), VALUE_STATE },
    { "sent", sent, N_("bytes sent, each counted once, by all connections"), VALUE_BYTES },
    { "acked", acked, N_("bytes of these that were acknowledged"), VALUE_BYTES },
    { "delivered", delivered, N_("bytes handed to programs"), VALUE_BYTES },
    { "retransmitted", retransmitted, N_("bytes sent again"), VALUE_BYTES },
    { "retransmissions", retransmissions, N_("segments sent again"), VALUE_NUMBER },
    { "timeouts", timeouts, N_("how often a retransmission timer expired"), VALUE_NUMBER },
    { "fast-retransmits", fast_retransmits, N_("how often duplicate ACKs told of a loss"),
      VALUE_NUMBER },
    { "duplicate-acks", duplicate_acks, N_("duplicate ACKs that came in"), VALUE_NUMBER },
    { "cwnd", cwnd, N_("congestion window of the newest, in bytes"), VALUE_BYTES },
    { "ssthresh", ssthresh, N_("its slow start threshold"), VALUE_BYTES },
    { "srtt", srtt, N_("its smoothed round-trip time, in ns; 0 before a measurement"), VALUE_TIME },
    { "rto", rto, N_("its retransmission timeout, in ns"), VALUE_TIME },
    { "in-flight", in_flight, N_("bytes that it has sent and waits to see acknowledged"),
      VALUE_BYTES },
    { "send-window", send_window, N_("what its peer has offered last"), VALUE_BYTES },
    { "receive-window", receive_window, N_("what it has offered last"), VALUE_BYTES },
    { "send-queue", send_queued, N_("bytes in its send buffer"), VALUE_BYTES },
    { "receive-queue", receive_queued, N_("bytes that wait to be read"), VALUE_BYTES },
    { "mss", mss, N_("most data in a segment of its"), VALUE_BYTES },
    { "connections", connections, N_("connections that are not CLOSED"), VALUE_NUMBER },
    { "listeners", listeners, N_("ports that are listened to"), VALUE_NUMBER },
    { "accept-queue", accept_queue, N_("connections that wait to be accepted"), VALUE_NUMBER },
    { "syn-queue", syn_queue, N_("connections that are half open at listeners"), VALUE_NUMBER },
    { NULL, NULL, NULL, VALUE_NUMBER },
};
