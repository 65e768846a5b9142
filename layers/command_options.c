#include "layers/command_parts.h"

#include <string.h>

#include "layers/app/traceroute.h"
#include "layers/nearest.h"
#include "layers/udp/udp.h"

#define COUNT_MAX 1000000
#define BACKLOG_MAX 1000

static bool read_count(struct command_reader *r)
{
    int64_t count;

    if (!command_read_count(r, "count", 1, COUNT_MAX, &count))
        return false;
    r->out->count = (uint32_t)count;
    return true;
}

static bool read_size(struct command_reader *r)
{
    const struct command_word *word = command_peek(r);

    if (!command_read_size(r, "a size", &r->out->size))
        return false;
    return r->out->size <= UDP_PAYLOAD_MAX ||
           command_refuse(r, word->column, "%s does not fit into one datagram: write at most %dB",
                          word->text, UDP_PAYLOAD_MAX);
}

static bool read_every(struct command_reader *r)
{
    return command_read_time(r, "a time", &r->out->interval);
}

static bool read_ttl(struct command_reader *r)
{
    int64_t ttl;

    if (!command_read_count(r, "ttl", 1, UINT8_MAX, &ttl))
        return false;
    r->out->ttl = (uint8_t)ttl;
    return true;
}

static bool read_df(struct command_reader *r)
{
    r->out->dont_fragment = true;
    return true;
}

static bool read_probes(struct command_reader *r)
{
    int64_t probes;

    if (!command_read_count(r, "probes", 1, TRACEROUTE_PROBES_MAX, &probes))
        return false;
    r->out->count = (uint32_t)probes;
    return true;
}

static bool read_from(struct command_reader *r)
{
    return command_read_port(r, &r->out->from);
}

static bool read_backlog(struct command_reader *r)
{
    return command_read_count(r, "backlog", 1, BACKLOG_MAX, &r->out->size);
}

/* What goes toward one end was sent from the other. */
static bool read_toward(struct command_reader *r)
{
    const struct command_word *word = command_next(r, "a node");
    unsigned end;

    if (word == NULL)
        return false;
    if (r->scope->end_of == NULL || !r->scope->end_of(r->scope->ctx, word->text, &end))
        return command_refuse(r, word->column, "\"%s\" is at neither end of this link",
                              word->text);
    r->out->toward = end == 0 ? 1 : 0;
    return true;
}

static bool read_framed(struct command_reader *r)
{
    r->out->framed = true;
    return true;
}

static bool read_urgent(struct command_reader *r)
{
    r->out->urgent = true;
    return true;
}

static bool read_more(struct command_reader *r)
{
    r->out->more = true;
    return true;
}

static const struct option {
    const char *name;
    enum command_option bit;
    bool (*read)(struct command_reader *r);
} options[] = {
    { "count", OPTION_COUNT, read_count },       { "size", OPTION_SIZE, read_size },
    { "every", OPTION_EVERY, read_every },       { "ttl", OPTION_TTL, read_ttl },
    { "df", OPTION_DF, read_df },                { "probes", OPTION_PROBES, read_probes },
    { "from", OPTION_FROM, read_from },          { "backlog", OPTION_BACKLOG, read_backlog },
    { "toward", OPTION_TOWARD, read_toward },
    { "as", OPTION_AS, command_read_role },      { "framed", OPTION_FRAMED, read_framed },
    { "urgent", OPTION_URGENT, read_urgent },    { "more", OPTION_MORE, read_more },
};

static bool unknown_option(struct command_reader *r, const struct command_word *word)
{
    char clause[NEAREST_CLAUSE_SIZE];
    struct nearest near;

    nearest_begin(&near, word->text);
    for (size_t i = 0; i < ARRAY_LEN(options); i++)
        if (r->entry->options & options[i].bit)
            nearest_offer(&near, options[i].name);
    if (near.best != NULL)
        return command_refuse(r, word->column, "\"%s\" is not an option of %s%s", word->text,
                              r->entry->help.name,
                              nearest_clause(&near, clause, sizeof clause));
    if (word->quoted)
        return command_refuse(r, word->column, "a text is too much here: write %s",
                              r->entry->help.syntax);
    return command_refuse(r, word->column, "\"%s\" is too much: write %s", word->text,
                          r->entry->help.syntax);
}

bool command_read_options(struct command_reader *r)
{
    const struct command_word *word;

    while ((word = command_peek(r)) != NULL) {
        const struct option *option = NULL;

        for (size_t i = 0; i < ARRAY_LEN(options) && !word->quoted; i++)
            if ((r->entry->options & options[i].bit) && strcmp(word->text, options[i].name) == 0)
                option = &options[i];
        if (option == NULL)
            return unknown_option(r, word);
        if (r->options_given & option->bit)
            return command_refuse(r, word->column, "\"%s\" is given twice", word->text);
        r->options_given |= option->bit;
        r->next++;
        if (!option->read(r))
            return false;
    }
    return true;
}
