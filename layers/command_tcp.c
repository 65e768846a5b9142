/*
 * The commands of TCP: what each reads, and which program of layers/app/ it
 * starts or tells.
 */
#include "layers/command_parts.h"

#include <string.h>

#include "layers/app/tcp_request.h"
#include "layers/app/tcp_server.h"
#include "layers/app/tcp_source.h"
#include "layers/app/tcp_talk.h"
#include "layers/host.h"
#include "layers/names.h"
#include "layers/nearest.h"
#include "layers/rule.h"
#include "layers/state.h"

static const char *const roles[TCP_ROLES] = {
    [TCP_ROLE_SINK] = "sink",   [TCP_ROLE_ECHO] = "echo",   [TCP_ROLE_LINES] = "lines",
    [TCP_ROLE_MESSAGES] = "messages", [TCP_ROLE_REPLY] = "reply", [TCP_ROLE_NONE] = "none",
};

/* ---- Reading ---- */

bool command_parse_connect(struct command_reader *r)
{
    return command_read_endpoint(r, &r->out->address, &r->out->port);
}

/* A size of at least one byte. */
static bool read_some(struct command_reader *r, const char *name, int64_t *size)
{
    const struct command_word *word = command_peek(r);

    return command_read_size(r, name, size) &&
           (*size > 0 ||
            command_refuse(r, word->column, "0 bytes are nothing: write at least 1B"));
}

/* SIZE or "text". */
bool command_parse_send(struct command_reader *r)
{
    const struct command_word *word = command_peek(r);

    r->out->count = 1;
    if (word == NULL || !word->quoted)
        return read_some(r, "a size or a \"text\"", &r->out->size);
    r->next++;
    r->out->size = r->out->text_len;
    return r->out->size > 0 ||
           command_refuse(r, word->column, "an empty text is nothing to send: TCP has no "
                          "messages, only bytes");
}

bool command_parse_request(struct command_reader *r)
{
    const struct command_word *word;

    r->out->count = 1;
    if (!read_some(r, "a size", &r->out->size))
        return false;
    word = command_next(r, "reply SIZE");
    if (word == NULL)
        return false;
    if (strcmp(word->text, "reply") != 0)
        return command_refuse(r, word->column, "\"%s\" cannot stand here: write request 100B "
                              "reply 1kB", word->text);
    return read_some(r, "a size", &r->out->values[1]);
}

bool command_read_role(struct command_reader *r)
{
    const struct command_word *word = command_next(r, "what the program does");
    bool listens = (r->entry->options & OPTION_BACKLOG) != 0;
    char clause[NEAREST_CLAUSE_SIZE];
    struct nearest near;

    if (word == NULL)
        return false;
    nearest_begin(&near, word->text);
    for (int role = 0; role < (listens ? TCP_ROLES : TCP_ROLE_NONE); role++) {
        r->out->role = (uint8_t)role;
        if (strcmp(word->text, roles[role]) == 0)
            return role != TCP_ROLE_REPLY || read_some(r, "a size", &r->out->values[1]);
        nearest_offer(&near, roles[role]);
    }
    nearest_clause(&near, clause, sizeof clause);
    return command_refuse(r, word->column, "no program is called \"%s\"%s", word->text,
                          clause[0] != '\0' ? clause
                          : listens ? ": write sink, echo, lines, messages, reply SIZE or none"
                                    : ": write sink, echo, lines, messages or reply SIZE");
}

/* ---- Whom it is told to ---- */

/* The connection that COMMAND means; NULL, and the reason in the trace. */
static struct tcp_talk *talk_of(struct node *node, const struct command *command)
{
    struct tcp_talk *talk = tcp_talk_find(host_of(node), command->on_address, command->on_port);

    if (talk != NULL)
        return talk;
    if (command->on_port != 0)
        WHY(node, RULE_APP_NO_CONNECTION, command->on_port, 0);
    else
        WHY(node, RULE_APP_NOTHING_CONNECTED, 0, 0);
    return NULL;
}

static struct tcp_duty duty_of(const struct command *command)
{
    return (struct tcp_duty){ (enum tcp_role)command->role, command->values[1] };
}

/* ---- Doing ---- */

bool command_run_listen(struct node *node, struct link *link, const struct command *command)
{
    (void)link;
    return tcp_server_start(host_of(node), command->port, (unsigned)command->size,
                            duty_of(command));
}

static uint16_t at_most_16_bits(unsigned value)
{
    return (uint16_t)(value < UINT16_MAX ? value : UINT16_MAX);
}

/* What `ss -ta` shows of one socket; of a listener, its two queues. */
static void tell_status(struct node *node, const struct tcp_status *status)
{
    if (status->state == STATE_TCP_LISTEN)
        node_app(node, APP_TCP_STATUS_LISTENER, status->number,
                 rule_parts(status->accept_queue, at_most_16_bits(status->accept_queue_limit), 0),
                 rule_parts(status->syn_queue, at_most_16_bits(status->syn_queue_limit), 0));
    else
        node_app(node, APP_TCP_STATUS, status->number,
                 rule_parts(status->receive_queued, (uint16_t)status->state, 0),
                 status->send_queued);
}

bool command_run_ss(struct node *node, struct link *link, const struct command *command)
{
    struct tcp_status status;
    struct tcb *t;
    unsigned count = 0;

    (void)link;
    (void)command;
    for (; (t = tcp_at(host_of(node), count)) != NULL; count++) {
        tcp_status(t, &status);
        tell_status(node, &status);
    }
    if (count == 0)
        node_app(node, APP_TCP_STATUS_NONE, 0, 0, 0);
    return true;
}

bool command_run_accept(struct node *node, struct link *link, const struct command *command)
{
    struct tcp_server *server = tcp_server_find(host_of(node), command->on_port);

    (void)link;
    if (server == NULL) {
        WHY(node, RULE_APP_NOT_LISTENING, command->on_port, 0);
        return false;
    }
    return tcp_server_accept(server);
}

bool command_run_connect(struct node *node, struct link *link, const struct command *command)
{
    struct tcp_endpoint remote = { command->address, command->port };

    (void)link;
    return tcp_talk_connect(host_of(node), remote, command->from, duty_of(command)) != NULL;
}

bool command_run_send(struct node *node, struct link *link, const struct command *command)
{
    struct tcp_talk *talk = talk_of(node, command);
    struct tcp_order order;

    (void)link;
    if (talk == NULL)
        return false;
    memset(&order, 0, sizeof(order));
    if (command->is_text)
        order.text = (struct span){ (const uint8_t *)command->text, command->text_len };
    order.size = command->size;
    order.count = command->count;
    order.interval = command->interval;
    order.framed = command->framed;
    order.urgent = command->urgent;
    order.more = command->more;
    return tcp_source_start(talk, &order);
}

bool command_run_request(struct node *node, struct link *link, const struct command *command)
{
    struct tcp_talk *talk = talk_of(node, command);

    (void)link;
    return talk != NULL &&
           tcp_request_start(talk, command->size, command->values[1], command->count);
}

/* Without a connection of that port, a server is closed. */
bool command_run_close(struct node *node, struct link *link, const struct command *command)
{
    struct host *host = host_of(node);
    struct tcp_talk *talk = tcp_talk_find(host, command->on_address, command->on_port);
    struct tcp_server *server = NULL;

    (void)link;
    if (talk == NULL && command->on_address == 0 && command->on_port != 0)
        server = tcp_server_find(host, command->on_port);
    if (server != NULL)
        tcp_server_close(server);
    else if ((talk = talk_of(node, command)) != NULL)
        tcp_talk_leave(talk, TCP_CLOSES);
    return server != NULL || talk != NULL;
}

bool command_run_shutdown(struct node *node, struct link *link, const struct command *command)
{
    struct tcp_talk *talk = talk_of(node, command);

    (void)link;
    if (talk != NULL)
        tcp_talk_leave(talk, TCP_SHUTS_DOWN);
    return talk != NULL;
}

bool command_run_abort(struct node *node, struct link *link, const struct command *command)
{
    struct tcp_talk *talk = talk_of(node, command);

    (void)link;
    if (talk != NULL)
        tcp_talk_abort(talk);
    return talk != NULL;
}
