#include "tests/support/command_net.h"

#include <string.h>

static enum command_name address_of(void *ctx, const char *name, ipv4 *address)
{
    (void)ctx;
    *address = net_ip(strcmp(name, "a") == 0 ? "10.0.0.1" : "10.0.0.2");
    return name[0] != '\0' && name[1] == '\0' ? COMMAND_NAME_KNOWN : COMMAND_NAME_UNKNOWN;
}

static bool end_of(void *ctx, const char *name, unsigned *end)
{
    (void)ctx;
    *end = strcmp(name, "a") != 0;
    return true;
}

bool net_command(struct net *net, enum command_target target, struct node *node,
                 struct link *link, const char *text)
{
    struct command_scope scope = { target, NULL, address_of, NULL, end_of };
    struct command_error error;
    struct command command;

    if (!EXPECT_ROW(text, command_parse(text, &scope, &command, &error)))
        return EXPECT_STR_ROW(text, error.message, "");
    return command_run(net->world, node, link, &command);
}

unsigned net_told(const struct net *net, const struct host *host, enum app_event what)
{
    return net_count(net, &host->node, RECORD_APP, what);
}

const struct record *net_last_told(const struct net *net, const struct host *host,
                                   enum app_event what)
{
    static const struct record none;
    const struct record *record = net_last(net, &host->node, RECORD_APP, what);

    return EXPECT(record != NULL) ? record : &none;
}
