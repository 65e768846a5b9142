#include <string.h>

#include "layers/state.h"
#include "tools/lib/pkt_sockets.h"

/* What TCP_INFO tells, in the units of the profile: Linux counts windows in
 * segments, FreeBSD in bytes. */

/* Of each state: Linux's number, FreeBSD's, and both names. */
static const struct {
    int state;
    int64_t linux_number, bsd_number;
    const char *linux_name, *bsd_name;
} states[] = {
    { STATE_TCP_CLOSED, 7, 0, "TCP_CLOSE", "TCPS_CLOSED" },
    { STATE_TCP_LISTEN, 10, 1, "TCP_LISTEN", "TCPS_LISTEN" },
    { STATE_TCP_SYN_SENT, 2, 2, "TCP_SYN_SENT", "TCPS_SYN_SENT" },
    { STATE_TCP_SYN_RECEIVED, 3, 3, "TCP_SYN_RECV", "TCPS_SYN_RECEIVED" },
    { STATE_TCP_ESTABLISHED, 1, 4, "TCP_ESTABLISHED", "TCPS_ESTABLISHED" },
    { STATE_TCP_CLOSE_WAIT, 8, 5, "TCP_CLOSE_WAIT", "TCPS_CLOSE_WAIT" },
    { STATE_TCP_FIN_WAIT_1, 4, 6, "TCP_FIN_WAIT1", "TCPS_FIN_WAIT_1" },
    { STATE_TCP_CLOSING, 11, 7, "TCP_CLOSING", "TCPS_CLOSING" },
    { STATE_TCP_LAST_ACK, 9, 8, "TCP_LAST_ACK", "TCPS_LAST_ACK" },
    { STATE_TCP_FIN_WAIT_2, 5, 9, "TCP_FIN_WAIT2", "TCPS_FIN_WAIT_2" },
    { STATE_TCP_TIME_WAIT, 6, 10, "TCP_TIME_WAIT", "TCPS_TIME_WAIT" },
};

static const struct {
    const char *name;
    int64_t value;
} others[] = {
    { "TCP_CA_Open", TCP_TROUBLE_NONE },         { "TCP_CA_Disorder", TCP_TROUBLE_DISORDER },
    { "TCP_CA_CWR", TCP_TROUBLE_MARKED },        { "TCP_CA_Recovery", TCP_TROUBLE_RECOVERY },
    { "TCP_CA_Loss", TCP_TROUBLE_LOSS },         { "TCP_INFINITE_SSTHRESH", INT32_MAX },
};

bool pkt_info_name(const char *name, int64_t *value)
{
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        if (strcmp(states[i].linux_name, name) == 0) {
            *value = states[i].linux_number;
            return true;
        }
        if (strcmp(states[i].bsd_name, name) == 0) {
            *value = states[i].bsd_number;
            return true;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (strcmp(others[i].name, name) == 0) {
            *value = others[i].value;
            return true;
        }
    return false;
}

const char *pkt_info_state(int state)
{
    for (size_t i = 0; i < ARRAY_LEN(states); i++)
        if (states[i].state == state)
            return states[i].linux_name;
    return "TCP_CLOSE";
}

static int64_t state_number(const struct pkt_settings *settings, int state)
{
    for (size_t i = 0; i < ARRAY_LEN(states); i++)
        if (states[i].state == state)
            return settings->profile == PKT_BSD ? states[i].bsd_number
                                                : states[i].linux_number;
    return -1;
}

/* Bytes, as the profile counts them; what is beyond all windows is infinite. */
static int64_t window(const struct pkt_settings *settings, const struct tcp_status *status,
                      uint32_t bytes)
{
    if (bytes >= (UINT32_C(1) << 30) - 1)
        return INT32_MAX;
    if (settings->profile == PKT_BSD || status->mss == 0)
        return bytes;
    return bytes / status->mss;
}

enum { TIMESTAMPS_LEN = 12 };

/* TCPI_OPT_...: what the two ends have agreed upon. */
static int64_t options(const struct tcp_status *status)
{
    return (status->timestamps ? 1 : 0) | (status->sack ? 2 : 0) | (status->scaling ? 4 : 0) |
           (status->ecn ? 8 : 0);
}

static bool info_of_numbers(const struct pkt_settings *settings, const struct tcp_status *status,
                            const char *name, int64_t *value)
{
    /* Linux leaves the option out of it. */
    bool less = settings->profile == PKT_LINUX && status->timestamps;
    /* FreeBSD has it in both. */
    bool more = settings->profile == PKT_BSD && status->timestamps;
    int64_t send_mss = status->mss + (more ? TIMESTAMPS_LEN : 0);
    int64_t advertised = status->advertised_mss - (less ? TIMESTAMPS_LEN : 0);
    const struct {
        const char *name;
        int64_t value;
    } fields[] = {
        { "tcpi_ca_state", status->trouble },
        { "tcpi_lost", status->lost },
        { "tcpi_unacked", status->unacked },
        { "tcpi_sacked", status->sacked },
        { "tcpi_retrans", status->resent },
        { "tcpi_total_retrans", status->retransmissions },
        { "tcpi_snd_mss", send_mss },
        { "tcpi_retransmits", status->backoff },
        { "tcpi_probes", status->probes },
        { "tcpi_backoff", status->doublings },
        { "tcpi_notsent_bytes", status->unsent },
        { "tcpi_min_rtt", status->rtt_min / US },
        { "tcpi_snd_wscale", status->send_scale },
        { "tcpi_rcv_wscale", status->receive_scale },
        { "tcpi_options", options(status) },
        { "tcpi_bytes_sent", (int64_t)(status->bytes_sent + status->bytes_retransmitted) },
        { "tcpi_advmss", advertised },
        { "tcpi_reordering", status->duplicate_threshold },
        { "tcpi_rto", status->rto / US },
        { "tcpi_rtt", status->srtt / US },
        { "tcpi_rttvar", status->rttvar / US },
        { "tcpi_snd_wnd", status->send_window },
        { "tcpi_rcv_space", status->receive_window },
        { "tcpi_bytes_acked", (int64_t)status->bytes_acked },
        { "tcpi_bytes_received", (int64_t)status->bytes_delivered },
        { "tcpi_bytes_retrans", (int64_t)status->bytes_retransmitted },
        { "tcpi_segs_out", status->segments_sent },
        { "tcpi_segs_in", status->segments_received },
    };

    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        if (strcmp(fields[i].name, name) == 0) {
            *value = fields[i].value;
            return true;
        }
    return false;
}

bool pkt_info_value(const struct pkt_settings *settings, const struct tcb *t, const char *name,
                    int64_t *value)
{
    struct tcp_status status = { .state = STATE_TCP_CLOSED };

    if (t != NULL)
        tcp_status(t, &status);
    if (strcmp(name, "tcpi_state") == 0)
        *value = state_number(settings, status.state);
    else if (strcmp(name, "tcpi_snd_cwnd") == 0)
        *value = window(settings, &status, status.cwnd);
    else if (strcmp(name, "tcpi_snd_ssthresh") == 0)
        *value = window(settings, &status, status.ssthresh);
    else
        return info_of_numbers(settings, &status, name, value);
    return true;
}
