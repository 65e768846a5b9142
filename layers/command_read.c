/*
 * `read`: the one command that is said to UDP sockets and to TCP connections.
 *
 * Without a port the newest of either is meant, or a server, whose connections
 * to come are; where there is nothing yet, all TCP connections to come. `on
 * PORT` goes by what has that port: a connection, a server, a UDP socket.
 */
#include "layers/command_parts.h"

#include <string.h>

#include "layers/app/tcp_server.h"
#include "layers/app/tcp_talk.h"
#include "layers/app/udp_port.h"
#include "layers/host.h"
#include "layers/rule.h"
#include "layers/udp/udp.h"

enum read_what { READ_OFF, READ_ON, READ_ONE, READ_SIZE };

/* on, off, one, "1 message", or a size. */
bool command_parse_read(struct command_reader *r)
{
    const struct command_word *word = command_peek(r);
    const struct command_word *after;
    bool one;

    if (word == NULL)
        return command_refuse(r, r->end, "read what? write read on, off, one or a size");
    if (strcmp(word->text, "on") == 0 || strcmp(word->text, "off") == 0) {
        r->out->values[0] = word->text[1] == 'n' ? READ_ON : READ_OFF;
        r->next++;
        return true;
    }
    after = r->next + 1 < r->count ? word + 1 : NULL;
    one = strcmp(word->text, "one") == 0;
    if (after != NULL && strcmp(after->text, "message") == 0 &&
        (one || strcmp(word->text, "1") == 0))
        r->next++;
    else if (!one) {
        r->out->values[0] = READ_SIZE;
        return command_read_size(r, "a size", &r->out->size) &&
               (r->out->size > 0 ||
                command_refuse(r, word->column, "0 bytes are nothing: write at least 1B"));
    }
    r->out->values[0] = READ_ONE;
    r->next++;
    return true;
}

static bool read_udp(struct udp_socket *socket, const struct command *command)
{
    struct node *node = &socket->host->node;

    if (command->values[0] == READ_SIZE) {
        WHY(node, RULE_APP_READS_MESSAGES, socket->port, 0);
        return false;
    }
    if (command->values[0] == READ_ONE) {
        if (udp_read_one(socket))
            return true;
        WHY(node, RULE_APP_NOTHING_TO_READ, socket->port, 0);
        return false;
    }
    if (command->values[0] == READ_ON)
        WHY(node, RULE_COMMAND_READING, socket->port, socket->queue.count);
    else
        WHY(node, RULE_COMMAND_NOT_READING, socket->port, 0);
    udp_set_reading(socket, command->values[0] == READ_ON);
    return true;
}

static bool read_tcp(struct tcp_talk *talk, const struct command *command)
{
    struct node *node = &talk->application.host->node;
    bool on = command->values[0] == READ_ON;

    if (command->values[0] == READ_ONE || command->values[0] == READ_SIZE) {
        if (talk->reading) {
            WHY(node, RULE_APP_READS_ALL, talk->number, 0);
            return false;
        }
        tcp_talk_read(talk, command->values[0] == READ_ONE ? INT64_MAX : command->size);
        return true;
    }
    if (on)
        WHY(node, RULE_COMMAND_READING_TCP, talk->number, tcp_available(talk->tcb));
    else
        WHY(node, RULE_COMMAND_NOT_READING_TCP, talk->number, 0);
    tcp_talk_set_reading(talk, on);
    return true;
}

/* What is said before there is a connection holds for those to come: of
 * SERVER, or, if that is NULL, of the whole host. */
static bool read_later(struct host *host, struct tcp_server *server,
                       const struct command *command)
{
    struct node *node = &host->node;
    bool on = command->values[0] == READ_ON;

    if (command->values[0] == READ_ONE || command->values[0] == READ_SIZE) {
        WHY(node, RULE_APP_NOTHING_OPEN, 0, 0);
        return false;
    }
    WHY(node, on ? RULE_COMMAND_READING_LATER : RULE_COMMAND_NOT_READING_LATER, 0, 0);
    if (server != NULL)
        tcp_server_set_reading(server, on);
    else
        host->reads_later = !on;
    return true;
}

static uint32_t started_of(const struct tcp_talk *talk, const struct tcp_server *server)
{
    if (talk != NULL)
        return talk->application.started;
    return server != NULL ? tcp_server_started(server) : 0;
}

/* The socket meant if it is one of UDP's; NULL if TCP is meant, or nothing. */
static struct udp_socket *udp_meant(struct host *host, const struct command *command,
                                    uint32_t tcp_started)
{
    struct udp_socket *socket;

    if (command->on_address != 0)
        return NULL;
    if (command->on_port != 0)
        return tcp_started == 0 ? udp_find(host, command->on_port) : NULL;
    socket = udp_newest(host);
    return socket != NULL && udp_port_started(socket) > tcp_started ? socket : NULL;
}

bool command_run_read(struct node *node, struct link *link, const struct command *command)
{
    struct host *host = host_of(node);
    struct tcp_talk *talk = tcp_talk_find(host, command->on_address, command->on_port);
    struct tcp_server *server =
        command->on_address == 0 ? tcp_server_find(host, command->on_port) : NULL;
    struct udp_socket *socket = udp_meant(host, command, started_of(talk, server));

    (void)link;
    if (socket != NULL)
        return read_udp(socket, command);
    if (talk != NULL)
        return read_tcp(talk, command);
    if (server != NULL || command->on_port == 0)
        return read_later(host, server, command);
    WHY(node, RULE_APP_NO_SOCKET, command->on_port, 0);
    return false;
}
