#include "layers/command_parts.h"

#include <stdio.h>
#include <string.h>

#include "layers/app/ping.h"
#include "layers/app/traceroute.h"
#include "layers/app/udp_port.h"
#include "layers/app/udp_source.h"
#include "layers/host.h"
#include "layers/link/arp.h"
#include "layers/names.h"
#include "layers/nearest.h"
#include "layers/rule.h"
#include "layers/udp/udp.h"
#include "layers/units.h"

/* ---- Reading ---- */

bool command_parse_nothing(struct command_reader *r)
{
    (void)r;
    return true;
}

bool command_parse_ping(struct command_reader *r)
{
    r->out->count = 1;
    r->out->size = PING_SIZE;
    r->out->interval = PING_INTERVAL;
    return command_read_host(r, &r->out->address);
}

bool command_parse_traceroute(struct command_reader *r)
{
    r->out->count = 1;
    return command_read_host(r, &r->out->address);
}

bool command_parse_port(struct command_reader *r)
{
    return command_read_port(r, &r->out->port);
}

/* SIZE or "text"; a datagram may well be empty. */
static bool parse_message(struct command_reader *r)
{
    const struct command_word *word = command_peek(r);

    r->out->count = 1;
    if (word != NULL && word->quoted) {
        r->next++;
        r->out->size = r->out->text_len;
        return true;
    }
    return command_read_size(r, "a size or a \"text\"", &r->out->size);
}

bool command_parse_udp_send(struct command_reader *r)
{
    const struct command_word *word;

    if (!command_read_endpoint(r, &r->out->address, &r->out->port))
        return false;
    word = command_peek(r);
    if (!parse_message(r))
        return false;
    return r->out->size <= UDP_PAYLOAD_MAX ||
           command_refuse(r, word->column, "%s does not fit into one datagram: write at most %dB",
                          word->text, UDP_PAYLOAD_MAX);
}

static const struct config_section *find_section(struct command_reader *r,
                                                 const struct command_word *word, size_t len)
{
    const struct config_section *section = host_config_sections;
    char list[COMMAND_MESSAGE_SIZE / 2];
    size_t at = 0;

    for (; section->name != NULL; section++) {
        if (strlen(section->name) == len && memcmp(section->name, word->text, len) == 0)
            return section;
        if (at < sizeof list)
            at += (size_t)snprintf(list + at, sizeof list - at, "%s%s", at > 0 ? ", " : "",
                                   section->name);
    }
    command_refuse(r, word->column, "\"%s\" is not a setting: write SECTION.KEY with a section "
                   "of %s", word->text, list);
    return NULL;
}

static const struct config_key *find_key(struct command_reader *r,
                                         const struct config_section *section,
                                         const struct command_word *word, const char *name)
{
    char clause[NEAREST_CLAUSE_SIZE];
    struct nearest near;

    nearest_begin(&near, name);
    for (const struct config_key *key = section->keys; key->name != NULL; key++) {
        if (strcmp(key->name, name) == 0)
            return key;
        nearest_offer(&near, key->name);
    }
    command_refuse(r, word->column + (size_t)(name - word->text), "%s has no setting \"%s\"%s",
                   section->name, name,
                   nearest_clause(&near, clause, sizeof clause));
    return NULL;
}

bool command_parse_set(struct command_reader *r)
{
    const struct command_word *path = command_next(r, "a setting"), *value;
    const struct config_section *section;
    const struct config_key *key;
    char why[UNIT_WHY_SIZE];
    size_t len;

    if (path == NULL)
        return false;
    len = strcspn(path->text, ".");
    section = find_section(r, path, len);
    if (section == NULL)
        return false;
    if (path->text[len] == '\0')
        return command_refuse(r, path->column + len, "%s what? write set %s.KEY VALUE",
                              path->text, path->text);
    key = find_key(r, section, path, path->text + len + 1);
    value = key == NULL ? NULL : command_next(r, "a value");
    if (value == NULL)
        return false;
    r->out->setting = section->offset + key->offset;
    r->out->key = key;
    return unit_parse_setting(key, value->text, &r->out->values[0], why, sizeof why) ||
           command_refuse(r, value->column, "%s", why);
}

/* ---- Doing ---- */

bool command_run_ping(struct node *node, struct link *link, const struct command *command)
{
    struct ping_order order;

    (void)link;
    memset(&order, 0, sizeof(order));
    order.destination = command->address;
    order.count = (uint32_t)min_i64(command->count, PING_COUNT_MAX);
    order.size = (uint16_t)command->size;
    order.interval = command->interval;
    order.ttl = command->ttl;
    order.dont_fragment = command->dont_fragment;
    ping_start(host_of(node), &order);
    return true;
}

bool command_run_traceroute(struct node *node, struct link *link, const struct command *command)
{
    (void)link;
    return traceroute_start(host_of(node), command->address, command->count);
}

bool command_run_udp_bind(struct node *node, struct link *link, const struct command *command)
{
    (void)link;
    return udp_port_open(host_of(node), command->port, UDP_PORT_SINK) != NULL;
}

bool command_run_udp_echo(struct node *node, struct link *link, const struct command *command)
{
    (void)link;
    return udp_port_open(host_of(node), command->port, UDP_PORT_ECHO) != NULL;
}

bool command_run_udp_send(struct node *node, struct link *link, const struct command *command)
{
    struct udp_order order;

    (void)link;
    memset(&order, 0, sizeof(order));
    order.to.address = command->address;
    order.to.port = command->port;
    if (command->is_text)
        order.text = (struct span){ (const uint8_t *)command->text, command->text_len };
    order.size = (size_t)command->size;
    order.count = command->count;
    order.interval = command->interval;
    order.from = command->from;
    return udp_source_start(host_of(node), &order);
}

bool command_run_udp_close(struct node *node, struct link *link, const struct command *command)
{
    (void)link;
    return udp_port_close(host_of(node), command->port);
}

bool command_run_arp_flush(struct node *node, struct link *link, const struct command *command)
{
    struct host *host = host_of(node);

    (void)link;
    (void)command;
    WHY(node, RULE_COMMAND_FLUSH, 0, 0);
    for (unsigned i = 0; i < host->interface_count; i++)
        arp_flush(&host->interfaces[i]);
    return true;
}

bool command_run_arp_announce(struct node *node, struct link *link, const struct command *command)
{
    struct host *host = host_of(node);

    (void)link;
    (void)command;
    for (unsigned i = 0; i < host->interface_count; i++)
        if (host->interfaces[i].address != IPV4_ANY)
            arp_announce(&host->interfaces[i]);
    return true;
}

/* VALUE as it is written, in one integer for a sentence. */
static int64_t setting_word(const struct config_key *key, int64_t value)
{
    char text[UNIT_WHY_SIZE];

    unit_format_setting(key, value, text, sizeof(text));
    return rule_word(text);
}

bool command_run_set(struct node *node, struct link *link, const struct command *command)
{
    int64_t *setting;

    (void)link;
    ASSERT(command->setting + sizeof(*setting) <= sizeof(struct host_config));
    setting = (int64_t *)(void *)((char *)&host_of(node)->config + command->setting);
    WHY(node, RULE_COMMAND_SETTING, setting_word(command->key, *setting),
        setting_word(command->key, command->values[0]));
    *setting = command->values[0];
    return true;
}
