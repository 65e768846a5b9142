#include <stdio.h>
#include <string.h>

#include "layers/names.h"
#include "layers/state.h"
#include "tools/lib/pkt_write_parts.h"
#include "tools/lib/text.h"

/* What the host's program did, as system calls. */

enum { READ_SIZE = 65536 };

static vtime time_of(const struct pkt_writer *w, const struct record *record)
{
    return trace_event(&w->simulation.trace, record->event)->at;
}

static bool is_app(const struct record *record, uint16_t what)
{
    return record->kind == RECORD_APP && record->what == what;
}

/* ---- Looking ahead ---- */

/* The first record from *INDEX on that tells of SUBJECT's program; *INDEX is where. */
static bool next_of(const struct pkt_writer *w, uint32_t *index, uint32_t subject,
                    struct record *record)
{
    const struct trace *trace = &w->simulation.trace;

    for (; *index < trace->records.count; ++*index) {
        *record = trace_read(trace, *index);
        if (record->node == w->host->node.id && record->kind == RECORD_APP &&
            record->subject == subject && record->what != APP_COMMAND)
            return true;
    }
    return false;
}

/* When the write that began at record INDEX has found room for all its bytes. */
static bool all_written(const struct pkt_writer *w, uint32_t index, uint32_t subject, vtime *at)
{
    struct record record;

    for (; next_of(w, &index, subject, &record); index++) {
        if (is_app(&record, APP_TCP_SENT)) {
            *at = time_of(w, &record);
            return true;
        }
        if (!is_app(&record, APP_TCP_SENT_PART))
            return false;
    }
    return false;
}

/* ---- Opening ---- */

static int new_socket(struct pkt_writer *w, vtime at)
{
    int fd = w->next_fd++;

    pkt_write_time(w, at);
    fprintf(w->out, "socket(..., SOCK_STREAM, IPPROTO_TCP) = %d\n", fd);
    pkt_write_socket_options(w, at, fd);
    return fd;
}

static void write_listen(struct pkt_writer *w, const struct record *record)
{
    struct tcb *t = tcp_find_listener(w->host, w->local.port);
    int64_t backlog = w->config.tcp.backlog;
    vtime at = time_of(w, record);
    struct tcp_status status;

    if (record->a != w->local.port)
        return;
    if (t != NULL) {
        tcp_status(t, &status);
        backlog = status.accept_queue_limit;
    }
    w->listener_fd = new_socket(w, at);
    pkt_write_time(w, at);
    fprintf(w->out, "bind(%d, ..., ...) = 0\n", w->listener_fd);
    pkt_write_time(w, at);
    fprintf(w->out, "listen(%d, %lld) = 0\n", w->listener_fd, (long long)backlog);
}

static const char *error_of(const struct record *record)
{
    switch (record->a) {
    case RULE_TCP_ENDED_RESET:
    case RULE_TCP_ENDED_REFUSED:
    case RULE_TCP_ENDED_UNREACHABLE: return "ECONNREFUSED";
    default: return "ETIMEDOUT";
    }
}

/* Where the program does nothing else meanwhile, it sits in connect(). */
static void write_connect(struct pkt_writer *w, struct pkt_life *life, uint32_t index,
                          const struct record *record)
{
    vtime at = time_of(w, record);
    struct record end;
    bool known = next_of(w, &index, life->number, &end);
    bool fails = known && is_app(&end, APP_TCP_NOT_CONNECTED);

    life->fd = new_socket(w, at);
    if (w->local.port < TCP_EPHEMERAL_FIRST) {
        pkt_write_time(w, at);
        fprintf(w->out, "bind(%d, ..., ...) = 0\n", life->fd);
    }
    if (known && (fails || is_app(&end, APP_TCP_ESTABLISHED))) {
        pkt_write_blocks(w, at, time_of(w, &end));
        fprintf(w->out, "connect(%d, ..., ...) = %s%s\n", life->fd, fails ? "-1 " : "0",
                fails ? error_of(&end) : "");
        return;
    }
    pkt_write_time(w, at);
    fprintf(w->out, "fcntl(%d, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n", life->fd);
    pkt_write_time(w, at);
    fprintf(w->out, "connect(%d, ..., ...) = -1 EINPROGRESS\n", life->fd);
}

static void write_accept(struct pkt_writer *w, struct pkt_life *life, uint32_t event, vtime at)
{
    life->fd = w->next_fd++;
    life->open = true;
    life->opened = event;
    pkt_write_time(w, at);
    fprintf(w->out, "accept(%d, ..., ...) = %d\n", w->listener_fd, life->fd);
}

/* ---- Data ---- */

static void write_read(struct pkt_writer *w, const struct pkt_life *life, vtime at, int64_t len)
{
    pkt_write_time(w, at);
    fprintf(w->out, "read(%d, ..., %lld) = %lld\n", life->fd, (long long)(len > 0 ? len : 1000),
            (long long)len);
}

/* Before it is connected, a writer waits for that; TCP has the bytes as soon. */
static void write_early(struct pkt_writer *w, struct pkt_life *life, uint32_t index,
                        const struct record *record)
{
    vtime at = time_of(w, record);
    struct record next;

    while (next_of(w, &index, life->number, &next) && !is_app(&next, APP_TCP_ESTABLISHED))
        index++;
    if (index >= w->simulation.trace.records.count || record->what != APP_TCP_SENT) {
        w->flaw = _(" (a program that writes before it is connected)");
        return;
    }
    pkt_write_time(w, at);
    fprintf(w->out, "fcntl(%d, F_SETFL, O_RDWR) = 0\n", life->fd);
    pkt_write_blocks(w, at, time_of(w, &next));
    fprintf(w->out, "write(%d, ..., %lld) = %lld\n", life->fd, (long long)record->a,
            (long long)record->a);
}

static void write_write(struct pkt_writer *w, struct pkt_life *life, uint32_t index,
                        const struct record *record)
{
    bool part = record->what == APP_TCP_SENT_PART;
    int64_t len = part ? record->a + record->b : record->a;
    vtime at = time_of(w, record), back = at;

    if (!life->open) {
        write_early(w, life, index, record);
        return;
    }
    if (life->writes) {
        life->writes = part;
        return;
    }
    if (part && !all_written(w, index, life->number, &back)) {
        w->flaw = _(" (a write that finds no room, and something else before it has some)");
        return;
    }
    if (part)
        pkt_write_blocks(w, at, back);
    else
        pkt_write_time(w, at);
    life->writes = part;
    fprintf(w->out, "write(%d, ..., %lld) = %lld\n", life->fd, (long long)len, (long long)len);
}

void pkt_write_sleeper(struct pkt_writer *w, const struct pkt_tapped *t)
{
    const struct trace *trace = &w->simulation.trace;

    for (uint32_t i = t->record; i < trace->records.count; i++) {
        struct record record = trace_read(trace, i);
        struct pkt_life *life;

        if (record.event != t->event)
            return;
        if (record.node != w->host->node.id || !is_app(&record, APP_TCP_RECEIVED))
            continue;
        life = pkt_write_life(w, record.subject);
        if (life == NULL || !life->open || life->writes)
            return;
        pkt_write_blocks(w, t->at, t->at);
        fprintf(w->out, "read(%d, ..., %lld) = %lld\n", life->fd,
                (long long)max_i64(READ_SIZE, record.a), (long long)record.a);
        w->skip = i;
        return;
    }
}

/* ---- Ending ---- */

static void write_end(struct pkt_writer *w, struct pkt_life *life, const struct record *record)
{
    vtime at = time_of(w, record);

    if (record->what == APP_TCP_ABORTED) {
        pkt_write_time(w, at);
        fprintf(w->out, "setsockopt(%d, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0\n",
                life->fd);
    }
    pkt_write_time(w, at);
    if (record->what == APP_TCP_SHUT_DOWN)
        fprintf(w->out, "shutdown(%d, SHUT_WR) = 0\n", life->fd);
    else
        fprintf(w->out, "close(%d) = 0\n", life->fd);
}

/* ---- Records ---- */

static void write_app(struct pkt_writer *w, struct pkt_life *life, uint32_t index,
                      const struct record *record)
{
    vtime at = time_of(w, record);

    switch (record->what) {
    case APP_TCP_ACCEPTED: write_accept(w, life, record->event, at); break;
    case APP_TCP_ESTABLISHED: life->open = true; break;
    case APP_TCP_SENT:
    case APP_TCP_SENT_PART: write_write(w, life, index, record); break;
    case APP_TCP_RECEIVED:
        /* Text that came with what completed the handshake was read before its ACK went. */
        if (life->opened == record->event)
            w->windows_off = record->event;
        write_read(w, life, at, record->a);
        break;
    case APP_TCP_END_OF_STREAM: write_read(w, life, at, 0); break;
    case APP_TCP_SHUT_DOWN:
    case APP_TCP_CLOSED:
    case APP_TCP_ABORTED: write_end(w, life, record); break;
    default: break;
    }
}

/* `set tcp.delayed-ack 200ms`, told to the host while it runs. */
static void write_command(struct pkt_writer *w, const struct record *record)
{
    const struct lab *lab = w->order->lab;
    const char *text;

    if (record->a < 0 || (uint64_t)record->a >= lab->command_count)
        return;
    text = lab->commands[record->a].text;
    if (strncmp(text, "set tcp.", 8) != 0 || strncmp(text, "set tcp.isn", 11) == 0)
        return;
    pkt_write_time(w, time_of(w, record));
    fprintf(w->out, "`rung %s`\n", text);
}

void pkt_write_record(struct pkt_writer *w, uint32_t index)
{
    struct record record = trace_read(&w->simulation.trace, index);
    struct pkt_life *life;

    if (record.node != w->host->node.id || index == w->skip)
        return;
    life = pkt_write_life(w, record.subject);
    if (is_app(&record, APP_COMMAND))
        write_command(w, &record);
    else if (is_app(&record, APP_TCP_LISTENS))
        write_listen(w, &record);
    else if (record.kind == RECORD_STATE && record.what == MACHINE_TCP && life != NULL &&
             record.a == STATE_TCP_CLOSED && record.b == STATE_TCP_SYN_SENT)
        write_connect(w, life, index, &record);
    else if (record.kind == RECORD_APP && life != NULL)
        write_app(w, life, index, &record);
}
