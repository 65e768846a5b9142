/*
 * command_net.h - commands said in a net of tests, where a is 10.0.0.1 and
 * end 0 of a wire, any other name of one letter 10.0.0.2 and end 1.
 */
#ifndef RUNG_TESTS_SUPPORT_COMMAND_NET_H
#define RUNG_TESTS_SUPPORT_COMMAND_NET_H

#include "layers/command.h"
#include "tests/support/net.h"

/* Reads TEXT, which must be right, and runs it; what command_run returns. */
bool net_command(struct net *net, enum command_target target, struct node *node,
                 struct link *link, const char *text);

static inline bool net_tell(struct net *net, struct host *host, const char *text)
{
    return net_command(net, host->forwards ? COMMAND_ON_ROUTER : COMMAND_ON_HOST, &host->node,
                       NULL, text);
}

/* Application records of HOST; the last of them, all zero if there is none. */
unsigned net_told(const struct net *net, const struct host *host, enum app_event what);
const struct record *net_last_told(const struct net *net, const struct host *host,
                                   enum app_event what);

#endif
