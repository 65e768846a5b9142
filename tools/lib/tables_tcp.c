#include "tools/lib/tables_tcp.h"

#include <inttypes.h>
#include <string.h>

#include "layers/host.h"
#include "layers/state.h"
#include "layers/tcp/tcp.h"
#include "tools/lib/text.h"

enum { END_SIZE = IPV4_TEXT_SIZE + 8 };

/* As ss does, any address and any port are stars. */
static void format_end(const struct tcp_endpoint *end, char *out)
{
    char address[IPV4_TEXT_SIZE] = "*", port[8] = "*";

    if (end->address != 0)
        ipv4_format(end->address, address, sizeof(address));
    if (end->port != 0)
        snprintf(port, sizeof(port), "%u", end->port);
    snprintf(out, END_SIZE, "%s:%s", address, port);
}

static void print_ms(FILE *out, const char *name, vtime time)
{
    fprintf(out, " %s:%" PRId64 ".%03" PRId64, name, time / MS, time % MS / US);
}

/* Of a listener, Recv-Q is what waits to be accepted, Send-Q how many may. */
static void print_socket(FILE *out, const struct tcp_status *s)
{
    bool listens = s->state == STATE_TCP_LISTEN;
    char local[END_SIZE], remote[END_SIZE];

    format_end(&s->local, local);
    format_end(&s->remote, remote);
    fprintf(out, "  %-12s  %6" PRIu32 "  %6" PRIu32 "  %-21s  %s", state_name(s->state),
            listens ? s->accept_queue : s->receive_queued,
            listens ? s->accept_queue_limit : s->send_queued, local, remote);
    if (s->state == STATE_TCP_SYN_RECEIVED && !s->accepted)
        fputs(_("  (half open)"), out);
    else if (!s->accepted)
        fputs(_("  (waits to be accepted)"), out);
    fputc('\n', out);
    if (listens)
        fprintf(out, _("      half open %u of %u, to be accepted %u of %u\n"), s->syn_queue,
                s->syn_queue_limit, s->accept_queue, s->accept_queue_limit);
}

static void print_control(FILE *out, const struct tcp_status *s, vtime now)
{
    fputs("     ", out);
    if (s->mss > 0) /* before the handshake nothing of this is known */
        fprintf(out, " %s mss:%" PRIu32 " cwnd:%" PRIu32, s->cc, s->mss, s->cwnd);
    if (s->mss > 0 && s->ssthresh < (UINT32_C(1) << 30))
        fprintf(out, " ssthresh:%" PRIu32, s->ssthresh);
    if (s->srtt > 0) {
        print_ms(out, "rtt", s->srtt);
        fprintf(out, "/%" PRId64 ".%03" PRId64, s->rttvar / MS, s->rttvar % MS / US);
    }
    print_ms(out, "rto", s->rto);
    fprintf(out, " snd_wnd:%" PRIu32 " rcv_wnd:%" PRIu32, s->send_window, s->receive_window);
    if (s->timer != NULL && s->timer[0] != '\0')
        fprintf(out, _(" timer:(%s,%" PRId64 "ms)"), s->timer, (s->timer_due - now) / MS);
    fputc('\n', out);
}

static void print_totals(FILE *out, const struct tcp_status *s)
{
    fprintf(out, "      bytes_sent:%" PRIu64 " bytes_acked:%" PRIu64 " bytes_received:%" PRIu64,
            s->bytes_sent, s->bytes_acked, s->bytes_delivered);
    if (s->in_flight > 0)
        fprintf(out, " unacked:%" PRIu32, s->in_flight);
    if (s->bytes_retransmitted > 0)
        fprintf(out, " bytes_retrans:%" PRIu64, s->bytes_retransmitted);
    fprintf(out, " segs_out:%" PRIu32 " segs_in:%" PRIu32, s->segments_sent, s->segments_received);
    if (s->retransmissions > 0)
        fprintf(out, " retrans:%" PRIu32 " (%" PRIu32 " by timeout, %" PRIu32 " fast)",
                s->retransmissions, s->timeouts, s->fast_retransmits);
    fputc('\n', out);
}

void tables_print_tcp(struct host *host, const char *name, FILE *out)
{
    struct tcb *t;

    for (unsigned i = 0; host->tcp != NULL && (t = tcp_at(host, i)) != NULL; i++) {
        struct tcp_status status;

        if (i == 0) {
            fprintf(out, _("\n%s: TCP sockets\n"), name);
            fprintf(out, "  %-12s  %6s  %6s  %-21s  %s\n", "State", "Recv-Q", "Send-Q", "Local",
                    "Peer");
        }
        tcp_status(t, &status);
        print_socket(out, &status);
        if (status.state == STATE_TCP_LISTEN || status.state == STATE_TCP_CLOSED)
            continue;
        print_control(out, &status, host->node.world->now);
        print_totals(out, &status);
    }
}
