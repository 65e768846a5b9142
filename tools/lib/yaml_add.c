#include "tools/lib/yaml_write.h"

#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "tools/lib/text.h"
#include "tools/lib/utf8.h"

/*
 * Looks at a text through libyaml's events, whose marks say where things end,
 * and puts more text there. Marks count characters, so all places are that
 * while looking, and bytes from then on.
 */

/* Where a list or map can grow. */
struct growth {
    bool there, flow, empty;  /* empty: nothing stands in it */
    bool is_list, is_nothing; /* nothing: `key:` alone, or null */
    size_t start, after_last; /* of the whole; behind what stands last in it */
    size_t end;               /* of nothing */
    size_t column;            /* at which its children begin, in block style */
};

struct search {
    const char *key; /* of the root */
    struct growth root, list;
    size_t depth;
    size_t after;         /* behind the scalar or bracket that was read last */
    bool at_value, found; /* in the root: a value is next; it is the key's */
};

static size_t offset_of(const char *text, size_t index)
{
    size_t len = strlen(text), at = 0;
    uint32_t code;

    for (size_t i = 0; i < index && at < len; i++) {
        size_t used = utf8_decode(text + at, len - at, &code);

        at += used > 0 ? used : 1;
    }
    return at;
}

static void growth_to_bytes(struct growth *growth, const char *text)
{
    growth->start = offset_of(text, growth->start);
    growth->after_last = offset_of(text, growth->after_last);
    growth->end = offset_of(text, growth->end);
}

static void begin_growth(struct growth *growth, const yaml_event_t *event, bool flow)
{
    *growth = (struct growth){ .there = true,
                               .flow = flow,
                               .empty = true,
                               .is_list = event->type == YAML_SEQUENCE_START_EVENT,
                               .start = event->start_mark.index,
                               .column = event->start_mark.column };
}

/* A value, or its beginning, in the root: remembers that of the key. */
static void meet_value(struct search *search, const yaml_event_t *event)
{
    struct growth *list = &search->list;

    if (event->type == YAML_SEQUENCE_START_EVENT) {
        begin_growth(list, event, event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE);
    } else if (event->type == YAML_SCALAR_EVENT) {
        const char *value = (const char *)event->data.scalar.value;

        begin_growth(list, event, true);
        list->end = event->end_mark.index;
        list->is_nothing =
            value[0] == '\0' || strcmp(value, "~") == 0 || strcmp(value, "null") == 0;
    } else {
        begin_growth(list, event, false);
    }
}

static void meet_node(struct search *search, const yaml_event_t *event)
{
    if (search->depth == 0 && event->type == YAML_MAPPING_START_EVENT)
        begin_growth(&search->root, event,
                     event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE);
    if (search->depth == 1) {
        if (search->at_value && search->found)
            meet_value(search, event);
        else if (!search->at_value)
            search->found = event->type == YAML_SCALAR_EVENT &&
                            strcmp((const char *)event->data.scalar.value, search->key) == 0;
        search->at_value = !search->at_value;
    }
    if (search->depth == 1)
        search->root.empty = false;
    if (search->depth == 2 && search->found)
        search->list.empty = false;
}

static bool is_end(const yaml_event_t *event)
{
    return event->type == YAML_SEQUENCE_END_EVENT || event->type == YAML_MAPPING_END_EVENT;
}

static bool is_start(const yaml_event_t *event)
{
    return event->type == YAML_SEQUENCE_START_EVENT || event->type == YAML_MAPPING_START_EVENT;
}

static void meet(struct search *search, const yaml_event_t *event)
{
    /* A list in block style ends where the next thing begins, not here. */
    bool solid = event->type == YAML_SCALAR_EVENT ||
                 (is_end(event) && event->end_mark.index > event->start_mark.index);

    if (is_end(event)) {
        search->depth--;
        if (search->depth == 1 && search->found && !search->at_value)
            search->list.after_last = search->after;
        if (search->depth == 0)
            search->root.after_last = search->after;
    } else if (is_start(event) || event->type == YAML_SCALAR_EVENT) {
        meet_node(search, event);
        search->depth += is_start(event);
    }
    if (solid)
        search->after = event->end_mark.index;
}

static bool look(struct search *search, const char *text, const char *key)
{
    yaml_parser_t parser;
    yaml_event_t event;
    bool more = true, good = true;

    *search = (struct search){ .key = key };
    int ready = yaml_parser_initialize(&parser);
    ASSERT(ready);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
    while (more && good) {
        good = yaml_parser_parse(&parser, &event);
        if (!good)
            break;
        meet(search, &event);
        more = event.type != YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    growth_to_bytes(&search->root, text);
    growth_to_bytes(&search->list, text);
    return good && search->root.there;
}

/* ---- putting in ---- */

/* TEXT with MORE in place of what stands from byte FROM to byte TO. */
static char *spliced(const char *text, size_t from, size_t to, const char *more)
{
    size_t len = strlen(text), size = len - (to - from) + strlen(more) + 1;
    char *result = malloc(size);

    ASSERT(result != NULL && from <= to && to <= len);
    snprintf(result, size, "%.*s%s%s", (int)from, text, more, text + to);
    return result;
}

struct draft {
    char *text;
    size_t size;
    FILE *out;
};

static void draft_open(struct draft *draft)
{
    draft->out = open_memstream(&draft->text, &draft->size);
    ASSERT(draft->out != NULL);
}

static char *draft_put(struct draft *draft, const char *text, size_t from, size_t to)
{
    char *result;

    fclose(draft->out);
    result = spliced(text, from, to, draft->text);
    free(draft->text);
    return result;
}

/* The line break of TEXT. */
static const char *line_break(const char *text)
{
    const char *first = strchr(text, '\n');

    return first != NULL && first > text && first[-1] == '\r' ? "\r\n" : "\n";
}

/* The beginning of the line behind byte AT, and its break written to OUT if
 * the text ends without one. */
static size_t next_line(const char *text, size_t at, FILE *out)
{
    const char *end;

    if (at > 0 && text[at - 1] == '\n')
        return at;
    end = strchr(text + at, '\n');
    if (end != NULL)
        return (size_t)(end - text) + 1;
    fputs(line_break(text), out);
    return strlen(text);
}

static void write_entries(FILE *out, const char *const *entries, size_t count)
{
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s%s", i > 0 ? ", " : "", entries[i]);
}

static void write_lines(FILE *out, size_t indent, const char *const *entries, size_t count,
                        const char *line_end)
{
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%*s- %s%s", (int)indent, "", entries[i], line_end);
}

static char *add_to_list(const char *text, const struct growth *list, const char *const *entries,
                         size_t count)
{
    struct draft draft;
    size_t at = list->after_last;

    draft_open(&draft);
    if (list->is_nothing) {
        fputs(list->start == list->end ? " [" : "[", draft.out);
        write_entries(draft.out, entries, count);
        putc(']', draft.out);
        return draft_put(&draft, text, list->start, list->end);
    }
    if (list->flow) {
        if (list->empty)
            at = list->start + 1;
        else
            fputs(", ", draft.out);
        write_entries(draft.out, entries, count);
    } else {
        at = next_line(text, at, draft.out);
        write_lines(draft.out, list->column, entries, count, line_break(text));
    }
    return draft_put(&draft, text, at, at);
}

/* Begins what goes to the end of the map ROOT; returns the place for it. */
static size_t begin_key(struct draft *draft, const char *text, const struct growth *root,
                        const char *key)
{
    size_t at = root->after_last;

    draft_open(draft);
    if (!root->flow)
        at = next_line(text, at, draft->out);
    else if (root->empty)
        at = root->start + 1;
    else
        fputs(", ", draft->out);
    fprintf(draft->out, "%*s%s:", root->flow ? 0 : (int)root->column, "", key);
    return at;
}

char *yaml_add_entries(const char *text, const char *key, const char *const *entries, size_t count)
{
    struct search search;
    struct draft draft;
    size_t at;

    if (!look(&search, text, key))
        return NULL;
    if (search.list.there)
        return search.list.is_list || search.list.is_nothing
                   ? add_to_list(text, &search.list, entries, count)
                   : NULL;
    at = begin_key(&draft, text, &search.root, key);
    if (search.root.flow) {
        fputs(" [", draft.out);
        write_entries(draft.out, entries, count);
        putc(']', draft.out);
    } else {
        fputs(line_break(text), draft.out);
        write_lines(draft.out, search.root.column + 2, entries, count, line_break(text));
    }
    return draft_put(&draft, text, at, at);
}

char *yaml_add_key(const char *text, const char *key, const char *value)
{
    struct search search;
    struct draft draft;
    size_t at;

    if (!look(&search, text, key) || search.list.there)
        return NULL;
    at = begin_key(&draft, text, &search.root, key);
    fprintf(draft.out, " %s%s", value, search.root.flow ? "" : line_break(text));
    return draft_put(&draft, text, at, at);
}

char *yaml_replace(const struct source *s, const struct yaml_node *node, const char *value)
{
    struct span line = source_line(s, node->mark.line);
    size_t from = (size_t)((const char *)line.at - s->text), end = from + line.len, to;
    uint32_t code;

    for (uint32_t column = 1; column < node->mark.column && from < end; column++)
        from += utf8_decode(s->text + from, end - from, &code);
    to = from;
    for (uint32_t i = 0; i < node->mark.length && to < end; i++)
        to += utf8_decode(s->text + to, end - to, &code);
    /* A plain scalar stands as it is read; quotes begin and end alike. */
    if (node->kind != YAML_SCALAR || to - from < node->len || from == to ||
        (node->plain ? to - from != node->len : s->text[from] != s->text[to - 1] || to - from < 2))
        return NULL;
    return spliced(s->text, from, to, value);
}
