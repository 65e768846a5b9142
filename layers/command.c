#include "layers/command.h"

#include <stdio.h>
#include <string.h>

#include "layers/command_parts.h"
#include "layers/nearest.h"
#include "layers/rule.h"
#include "sim/world.h"

static const char *const target_names[COMMAND_TARGETS] = {
    [COMMAND_ON_HOST] = "hosts",       [COMMAND_ON_ROUTER] = "routers",
    [COMMAND_ON_SWITCH] = "switches",  [COMMAND_ON_HUB] = "hubs",
    [COMMAND_ON_LINK] = "links",
};

const char *command_target_name(enum command_target target)
{
    return target_names[target];
}

const struct command_help *command_at(size_t index)
{
    return index < command_table_count ? &command_table[index].help : NULL;
}

/* ---- Finding ---- */

static bool suits(const struct command_entry *entry, enum command_target target)
{
    return (entry->help.targets >> target & 1) != 0;
}

/* How many words of R, from the next on, are the name of ENTRY; 0 if not. */
static unsigned words_of_name(const struct command_reader *r, const struct command_entry *entry)
{
    const struct command_word *first = command_peek(r);
    const char *name = entry->help.name;
    const char *blank = strchr(name, ' ');
    size_t len = blank == NULL ? strlen(name) : (size_t)(blank - name);

    if (strlen(first->text) != len || memcmp(first->text, name, len) != 0)
        return 0;
    if (blank == NULL)
        return 1;
    return r->next + 1 < r->count && strcmp(first[1].text, blank + 1) == 0 ? 2 : 0;
}

/* The entry that R's words name, of those that R's target understands or, if
 * ANY_TARGET, of all; two words go before one. WORDS: how many they are. */
static const struct command_entry *find(const struct command_reader *r, bool any_target,
                                        unsigned *words)
{
    const struct command_entry *found = NULL;

    *words = 0;
    for (size_t i = 0; i < command_table_count; i++) {
        unsigned n = words_of_name(r, &command_table[i]);

        if (n > *words && (any_target || suits(&command_table[i], r->scope->target))) {
            found = &command_table[i];
            *words = n;
        }
    }
    return found;
}

/* The first word is right, the second is not: what could it be? */
static bool refuse_second(struct command_reader *r)
{
    const struct command_word *first = command_peek(r);
    const struct command_word *second = r->next + 1 < r->count ? first + 1 : NULL;
    size_t len = strlen(first->text);
    char list[COMMAND_MESSAGE_SIZE / 2], clause[NEAREST_CLAUSE_SIZE];
    struct nearest near;
    size_t at = 0;

    nearest_begin(&near, second != NULL ? second->text : "");
    for (size_t i = 0; i < command_table_count; i++) {
        const char *name = command_table[i].help.name;

        if (!suits(&command_table[i], r->scope->target) || strncmp(name, first->text, len) != 0 ||
            name[len] != ' ')
            continue;
        nearest_offer(&near, name + len + 1);
        if (at < sizeof list)
            at += (size_t)snprintf(list + at, sizeof list - at, "%s%s", at > 0 ? ", " : "",
                                   name + len + 1);
    }
    if (at == 0)
        return false;
    if (second == NULL)
        command_refuse(r, r->end, "%s what? write one of %s", first->text, list);
    else if (near.best != NULL)
        command_refuse(r, second->column, "%s \"%s\" is not known%s", first->text, second->text,
                       nearest_clause(&near, clause, sizeof clause));
    else
        command_refuse(r, second->column, "%s \"%s\" is not known: write one of %s", first->text,
                       second->text, list);
    return true;
}

/* Always false; the error says what the unknown command might have been. */
static bool refuse_command(struct command_reader *r)
{
    const struct command_word *word = command_peek(r);
    const char *hosts = command_target_name(r->scope->target);
    char clause[NEAREST_CLAUSE_SIZE];
    struct nearest near;
    unsigned words;

    if (refuse_second(r))
        return false;
    if (find(r, true, &words) != NULL)
        return command_refuse(r, word->column, "\"%s\" is not a command for %s", word->text,
                              hosts);
    nearest_begin(&near, word->text);
    for (size_t i = 0; i < command_table_count; i++)
        if (suits(&command_table[i], r->scope->target))
            nearest_offer(&near, command_table[i].help.name);
    if (near.best != NULL)
        return command_refuse(r, word->column, "unknown command \"%s\"%s", word->text,
                              nearest_clause(&near, clause, sizeof clause));
    return command_refuse(r, word->column, "unknown command \"%s\": rung help commands lists "
                          "those for %s", word->text, hosts);
}

/* ---- Reading ---- */

/* "on 9" or "on b:80" in front of a command names its socket. */
static bool read_prefix(struct command_reader *r)
{
    const struct command_word *word = command_peek(r), *socket;

    if (r->scope->target == COMMAND_ON_LINK || strcmp(word->text, "on") != 0)
        return true;
    if (r->next + 2 >= r->count)
        return command_refuse(r, r->end, "on what? write on PORT COMMAND, such as on 9 read off");
    socket = &word[1];
    r->next += 2;
    r->options_given |= OPTION_ON;
    if (strchr(socket->text, ':') != NULL)
        return command_endpoint_of(r, socket, &r->out->on_address, &r->out->on_port);
    return command_port_of(r, socket->text, socket->column, &r->out->on_port);
}

/* A text where none belongs; the error says so. */
static bool has_text(struct command_reader *r)
{
    for (unsigned i = r->next; i < r->count; i++) {
        if (!r->words[i].quoted)
            continue;
        command_refuse(r, r->words[i].column, "a text is too much here: write %s",
                       r->entry->help.syntax);
        return true;
    }
    return false;
}

static bool read_command(struct command_reader *r)
{
    unsigned words;

    if (r->count == 0)
        return command_refuse(r, 0, "a command is missing");
    if (!read_prefix(r))
        return false;
    r->entry = find(r, false, &words);
    if (r->entry == NULL)
        return refuse_command(r);
    if ((r->options_given & OPTION_ON) && !(r->entry->options & OPTION_ON))
        return command_refuse(r, r->words[0].column, "%s is not a command for one socket: leave "
                              "out \"on %s\"", r->entry->help.name, r->words[1].text);
    r->next += words;
    r->out->entry = (uint16_t)(r->entry - command_table);
    if (!(r->entry->options & OPTION_TEXT) && has_text(r))
        return false;
    return r->entry->parse(r) && command_read_options(r);
}

bool command_parse(const char *text, const struct command_scope *scope, struct command *out,
                   struct command_error *error)
{
    struct command_reader r;

    memset(&r, 0, sizeof(r));
    memset(out, 0, sizeof(*out));
    memset(error, 0, sizeof(*error));
    r.scope = scope;
    r.out = out;
    r.error = error;
    out->toward = COMMAND_BOTH_WAYS;
    return command_split(&r, text) && read_command(&r);
}

/* ---- Running ---- */

static bool understands(const struct command_entry *entry, const struct node *node)
{
    static const char *const kinds[COMMAND_TARGETS] = {
        [COMMAND_ON_HOST] = "host", [COMMAND_ON_ROUTER] = "router",
        [COMMAND_ON_SWITCH] = "switch", [COMMAND_ON_HUB] = "hub",
    };

    if (node == NULL)
        return suits(entry, COMMAND_ON_LINK);
    for (unsigned target = 0; target < COMMAND_ON_LINK; target++)
        if (suits(entry, (enum command_target)target) &&
            strcmp(kinds[target], node->ops->kind) == 0)
            return true;
    return false;
}

bool command_run(struct world *world, struct node *node, struct link *link,
                 const struct command *command)
{
    const struct command_entry *entry;

    ASSERT(command->entry < command_table_count && (node == NULL) != (link == NULL));
    entry = &command_table[command->entry];
    if (!understands(entry, node)) {
        struct node *teller = node != NULL ? node : link->ends[0]->node;

        ASSERT(teller->world == world);
        WHY(teller, RULE_COMMAND_NOT_HERE, 0, 0);
        return false;
    }
    return entry->run(node, link, command);
}
