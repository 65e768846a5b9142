#include "layers/tcp/tcp_totals.h"

#include "layers/tcp/tcp.h"

void tcp_totals_add(struct tcp_totals *totals, const struct tcp_status *status)
{
    totals->bytes_sent += status->bytes_sent;
    totals->bytes_acked += status->bytes_acked;
    totals->bytes_retransmitted += status->bytes_retransmitted;
    totals->bytes_delivered += status->bytes_delivered;
    totals->retransmissions += status->retransmissions;
    totals->timeouts += status->timeouts;
    totals->fast_retransmits += status->fast_retransmits;
    totals->duplicate_acks += status->duplicate_acks;
}
