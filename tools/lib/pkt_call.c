#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "layers/nearest.h"
#include "tools/lib/pkt_sockets.h"
#include "tools/lib/text.h"

/* ---- How a call ends ---- */

enum pkt_progress pkt_done(struct pkt_attempt *a, int64_t result)
{
    a->result = result;
    a->error = PKT_EOK;
    return PKT_CALL_DONE;
}

enum pkt_progress pkt_refused(struct pkt_attempt *a, enum pkt_errno error)
{
    a->result = -1;
    a->error = error;
    return PKT_CALL_DONE;
}

enum pkt_progress pkt_unknown(struct pkt_attempt *a, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(a->why, sizeof(a->why), format, args);
    va_end(args);
    return PKT_CALL_UNKNOWN;
}

enum pkt_progress pkt_wrong(struct pkt_attempt *a, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(a->why, sizeof(a->why), format, args);
    va_end(args);
    return PKT_CALL_WRONG;
}

enum pkt_progress pkt_wait(struct pkt_attempt *a, const struct pkt_socket *s, int64_t flags)
{
    if (s->nonblocking || (flags & PKT_MSG_DONTWAIT) != 0)
        return pkt_refused(a, PKT_EAGAIN);
    return PKT_CALL_WAITS;
}

/* ---- Arguments ---- */

const struct pkt_value *pkt_argument(const struct pkt_attempt *a, unsigned index)
{
    const struct pkt_value *value = a->call->arguments;

    while (value != NULL && index-- > 0)
        value = value->next;
    return value;
}

int64_t pkt_number(const struct pkt_value *value, int64_t otherwise)
{
    while (value != NULL && value->kind == PKT_VALUE_LIST)
        value = value->items;
    return value != NULL && value->kind == PKT_VALUE_NUMBER ? value->number : otherwise;
}

int64_t pkt_argument_number(const struct pkt_attempt *a, unsigned index, int64_t otherwise)
{
    return pkt_number(pkt_argument(a, index), otherwise);
}

struct pkt_socket *pkt_argument_socket(const struct pkt_attempt *a, unsigned index)
{
    return pkt_socket_find(a->sockets, pkt_argument_number(a, index, -1));
}

const struct pkt_value *pkt_field(const struct pkt_value *value, const char *name, unsigned index)
{
    while (value != NULL && value->kind == PKT_VALUE_LIST)
        value = value->items;
    if (value == NULL || value->kind != PKT_VALUE_STRUCT)
        return NULL;
    for (const struct pkt_value *item = value->items; item != NULL; item = item->next)
        if (item->field != NULL && strcmp(item->field, name) == 0)
            return item;
    for (const struct pkt_value *item = value->items; item != NULL; item = item->next)
        if (index-- == 0)
            return item->field == NULL ? item : NULL;
    return NULL;
}

/* htons(8080), inet_addr("192.0.2.1"), htonl(INADDR_ANY), or the bare value. */
static const struct pkt_value *inside(const struct pkt_value *value)
{
    return value != NULL && value->kind == PKT_VALUE_CALL ? value->items : value;
}

void pkt_address(const struct pkt_value *value, struct tcp_endpoint *endpoint)
{
    const struct pkt_value *port = inside(pkt_field(value, "sin_port", 1));
    const struct pkt_value *address = inside(pkt_field(value, "sin_addr", 2));

    endpoint->port = (uint16_t)pkt_number(port, endpoint->port);
    if (address != NULL && address->kind == PKT_VALUE_STRING)
        ipv4_parse(address->text, &endpoint->address);
    else
        endpoint->address = (ipv4)pkt_number(address, endpoint->address);
}

/* A name that means nothing to us, in any argument. */
static const char *unknown_name(const struct pkt_value *value)
{
    for (; value != NULL; value = value->next) {
        const char *name = value->unknown != NULL ? value->unknown : unknown_name(value->items);

        if (name != NULL)
            return name;
    }
    return NULL;
}

/* ---- The table ---- */

static const struct {
    const char *name;
    pkt_call_fn *fn;
    unsigned least, most; /* arguments */
} calls[] = {
    { "socket", pkt_call_socket, 3, 3 },
    { "bind", pkt_call_bind, 3, 3 },
    { "listen", pkt_call_listen, 2, 2 },
    { "accept", pkt_call_accept, 3, 3 },
    { "accept4", pkt_call_accept, 4, 4 },
    { "connect", pkt_call_connect, 3, 3 },
    { "close", pkt_call_close, 1, 1 },
    { "shutdown", pkt_call_shutdown, 2, 2 },
    { "read", pkt_call_read, 3, 3 },
    { "readv", pkt_call_readv, 3, 3 },
    { "recv", pkt_call_recv, 4, 4 },
    { "recvfrom", pkt_call_recv, 6, 6 },
    { "recvmsg", pkt_call_recvmsg, 3, 3 },
    { "write", pkt_call_write, 3, 3 },
    { "writev", pkt_call_writev, 3, 3 },
    { "send", pkt_call_send, 4, 4 },
    { "sendto", pkt_call_send, 6, 6 },
    { "sendmsg", pkt_call_sendmsg, 3, 3 },
    { "getsockopt", pkt_call_getsockopt, 5, 5 },
    { "setsockopt", pkt_call_setsockopt, 5, 5 },
    { "fcntl", pkt_call_fcntl, 2, 3 },
    { "ioctl", pkt_call_ioctl, 3, 3 },
    { "poll", pkt_call_poll, 3, 3 },
};

static enum pkt_progress no_such_call(struct pkt_attempt *a)
{
    struct nearest near;
    char clause[NEAREST_CLAUSE_SIZE];

    nearest_begin(&near, a->call->name);
    for (size_t i = 0; i < ARRAY_LEN(calls); i++)
        nearest_offer(&near, calls[i].name);
    return pkt_unknown(a, _("there is no call %.40s%s"), a->call->name,
                       nearest_clause(&near, clause, sizeof(clause)));
}

enum pkt_progress pkt_call_try(struct pkt_attempt *a)
{
    const char *name = unknown_name(a->call->arguments);
    char clause[NEAREST_CLAUSE_SIZE];

    if (name != NULL)
        return pkt_unknown(a, _("%.60s is not known%s"), name,
                           pkt_name_hint(name, clause, sizeof(clause)));
    for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
        if (strcmp(calls[i].name, a->call->name) != 0)
            continue;
        if (a->call->argument_count < calls[i].least || a->call->argument_count > calls[i].most)
            return pkt_unknown(a, _("%s takes %u arguments, not %u"), calls[i].name,
                               calls[i].most, a->call->argument_count);
        a->tries++;
        return calls[i].fn(a);
    }
    return no_such_call(a);
}
