#include "tools/lib/pkt_sockets.h"
#include "tools/lib/text.h"

/* poll([{fd=4, events=POLLIN, revents=POLLIN}, ...], count, milliseconds) */

static bool is_acceptable(const struct pkt_socket *s)
{
    struct tcp_status status;

    tcp_status(s->tcb, &status);
    return status.accept_queue > 0;
}

static int64_t events_of_tcp(const struct pkt_socket *s)
{
    int64_t events = 0;

    if (s->listening)
        return is_acceptable(s) ? PKT_POLLIN | PKT_POLLRDNORM : 0;
    if (s->connecting)
        return 0;
    if (s->tcb == NULL) {
        events = PKT_POLLOUT | PKT_POLLHUP;
        if (s->was_connected || s->error != PKT_EOK)
            events |= PKT_POLLIN | PKT_POLLRDNORM | PKT_POLLRDHUP;
        return events | (s->error != PKT_EOK ? PKT_POLLERR : 0);
    }
    if (pkt_socket_available(s) > 0)
        events |= PKT_POLLIN | PKT_POLLRDNORM;
    if (pkt_socket_at_end(s))
        events |= PKT_POLLIN | PKT_POLLRDNORM | PKT_POLLRDHUP;
    if (tcp_send_room(s->tcb) > 0 || s->write_shut)
        events |= PKT_POLLOUT;
    if (pkt_socket_at_end(s) && s->write_shut)
        events |= PKT_POLLHUP;
    return events;
}

static int64_t events_of(const struct pkt_socket *s)
{
    if (s == NULL)
        return PKT_POLLNVAL;
    if (!s->is_udp)
        return events_of_tcp(s);
    return PKT_POLLOUT | (s->message_count > 0 ? PKT_POLLIN | PKT_POLLRDNORM : 0) |
           (s->error != PKT_EOK ? PKT_POLLERR : 0);
}

/* Those that are asked for, and those that need no asking. */
static int64_t events_told(struct pkt_attempt *a, const struct pkt_value *item)
{
    int64_t asked = pkt_number(pkt_field(item, "events", 1), 0);
    int64_t always = PKT_POLLERR | PKT_POLLHUP | PKT_POLLNVAL;
    int64_t fd = pkt_number(pkt_field(item, "fd", 0), -1);

    return events_of(pkt_socket_find(a->sockets, fd)) & (asked | always);
}

static enum pkt_progress compare(struct pkt_attempt *a, const struct pkt_value *list, int64_t count)
{
    for (const struct pkt_value *item = list->items; item != NULL; item = item->next) {
        int64_t told = events_told(a, item);
        int64_t want = pkt_number(pkt_field(item, "revents", 2), told);

        if (told != want)
            return pkt_wrong(a, _("revents is 0x%llx, not 0x%llx"), (unsigned long long)told,
                             (unsigned long long)want);
    }
    return pkt_done(a, count);
}

enum pkt_progress pkt_call_poll(struct pkt_attempt *a)
{
    const struct pkt_value *list = pkt_argument(a, 0);
    int64_t patience = pkt_argument_number(a, 2, -1);
    int64_t count = 0;

    if (list->kind != PKT_VALUE_LIST)
        return pkt_unknown(a, _("poll takes a list: write [{fd=4, events=POLLIN, revents=0}]"));
    for (const struct pkt_value *item = list->items; item != NULL; item = item->next)
        count += events_told(a, item) != 0;
    if (count > 0 || patience == 0 ||
        (patience > 0 && a->now - a->began >= patience * MS))
        return compare(a, list, count);
    return PKT_CALL_WAITS;
}
