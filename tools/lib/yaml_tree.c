#include "tools/lib/yaml_tree.h"

#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "tools/lib/text.h"
#include "tools/lib/utf8.h"
#include "tools/lib/yaml_cut.h"

struct reader {
    yaml_parser_t parser;
    const struct source *source;
    struct lab_memory *memory;
    struct diagnostics *d;
    size_t nodes;
    bool cut;     /* a value was: what libyaml complains of later comes of that */
    bool stopped; /* by an error after which nothing more can be read */
};

static struct mark mark_of(const struct reader *r, yaml_mark_t start, yaml_mark_t end)
{
    size_t length = start.line == end.line && end.column > start.column
                        ? end.column - start.column
                        : 1;

    return (struct mark){ r->source, (uint32_t)start.line + 1, (uint32_t)start.column + 1,
                          (uint32_t)length };
}

static void stop(struct reader *r, struct mark mark, const char *sentence)
{
    diagnostic_error(r->d, mark, "%s", sentence);
    r->stopped = true;
}

static bool next_event(struct reader *r, yaml_event_t *event)
{
    if (r->stopped)
        return false;
    if (yaml_parser_parse(&r->parser, event))
        return true;
    if (!r->cut)
        yaml_problem_report(&r->parser, r->source, r->d);
    r->stopped = true;
    return false;
}

/* ---- nodes ---- */

struct yaml_node *yaml_node_new(struct lab_memory *memory, enum yaml_kind kind, struct mark mark,
                                const char *text)
{
    struct yaml_node *node = lab_memory_take(memory, 1, sizeof *node);

    *node = (struct yaml_node){ .kind = kind, .mark = mark, .text = text, .len = strlen(text) };
    return node;
}

void yaml_node_append(struct yaml_node *parent, const struct yaml_node *key,
                      struct yaml_node *child)
{
    child->key = key;
    child->next = NULL;
    if (parent->last != NULL)
        parent->last->next = child;
    else
        parent->first = child;
    parent->last = child;
    parent->count++;
}

struct yaml_node *yaml_map_get(const struct yaml_node *map, const char *key)
{
    for (struct yaml_node *child = map->first; child != NULL; child = child->next) {
        if (child->key != NULL && strcmp(child->key->text, key) == 0)
            return child;
    }
    return NULL;
}

bool yaml_node_is_empty(const struct yaml_node *node)
{
    return node->kind == YAML_SCALAR && node->plain
           && (node->len == 0 || strcmp(node->text, "~") == 0
               || strcmp(node->text, "null") == 0);
}

/* ---- keys that stand twice ---- */

static int compare_keys(const void *left, const void *right)
{
    const struct yaml_node *a = (*(struct yaml_node *const *)left)->key;
    const struct yaml_node *b = (*(struct yaml_node *const *)right)->key;
    int order = strcmp(a->text, b->text);

    if (order != 0)
        return order;
    if (a->mark.line != b->mark.line)
        return a->mark.line < b->mark.line ? -1 : 1;
    return a->mark.column < b->mark.column ? -1 : 1;
}

static void refuse_repeated(struct reader *r, struct yaml_node **sorted, size_t count)
{
    const struct yaml_node *first = sorted[0]->key;

    for (size_t i = 1; i < count; i++) {
        const struct yaml_node *key = sorted[i]->key;
        if (strcmp(key->text, first->text) != 0) {
            first = key;
            continue;
        }
        sorted[i]->repeated = true;
        diagnostic_error(r->d, key->mark,
                         _("\"%.60s\" stands here twice, first in line %u: remove one, or give "
                           "it another name"),
                         key->text, first->mark.line);
    }
}

static void leave_out_repeated(struct yaml_node *map)
{
    struct yaml_node *child = map->first;

    map->first = map->last = NULL;
    map->count = 0;
    while (child != NULL) {
        struct yaml_node *next = child->next;
        if (!child->repeated)
            yaml_node_append(map, child->key, child);
        child = next;
    }
}

static void check_keys(struct reader *r, struct yaml_node *map)
{
    size_t i = 0, before = r->d->total;

    if (map->count < 2)
        return;
    struct yaml_node **sorted = malloc(map->count * sizeof(struct yaml_node *));
    ASSERT(sorted != NULL);
    for (struct yaml_node *child = map->first; child != NULL; child = child->next)
        sorted[i++] = child;
    qsort(sorted, map->count, sizeof(struct yaml_node *), compare_keys);
    refuse_repeated(r, sorted, map->count);
    free(sorted);
    if (r->d->total > before)
        leave_out_repeated(map);
}

/* ---- events to nodes ---- */

static struct yaml_node *read_node(struct reader *r, const yaml_event_t *event, int depth);

static void refuse_decoration(struct reader *r, struct mark mark, const yaml_char_t *anchor,
                              const yaml_char_t *tag)
{
    if (anchor != NULL)
        diagnostic_error(r->d, mark,
                         _("an anchor (&%.40s) is not allowed here: write the value out where it "
                           "is used"),
                         (const char *)anchor);
    if (tag != NULL)
        diagnostic_error(r->d, mark,
                         _("a tag (%.40s) is not allowed here: write the value alone, in quotes "
                           "if it begins with \"!\""),
                         (const char *)tag);
}

/* The next event as a node; NULL at the end of the list or map, and when
 * reading has stopped. */
static struct yaml_node *read_next(struct reader *r, int depth)
{
    yaml_event_t event;
    struct yaml_node *node = NULL;

    if (!next_event(r, &event))
        return NULL;
    if (event.type != YAML_SEQUENCE_END_EVENT && event.type != YAML_MAPPING_END_EVENT)
        node = read_node(r, &event, depth);
    yaml_event_delete(&event);
    return node;
}

static void read_list(struct reader *r, struct yaml_node *list, int depth)
{
    struct yaml_node *child;

    while ((child = read_next(r, depth + 1)) != NULL)
        yaml_node_append(list, NULL, child);
}

/* The value CHILD of KEY, if YAML has cut it within a text, as it was meant.
 * Returns the column behind it, up to which all keys are pieces of it. */
static uint32_t mend_cut(struct reader *r, const struct yaml_node *key, struct yaml_node *child,
                         bool in_flow)
{
    struct span name = { (const uint8_t *)key->text, key->len };
    struct yaml_cut cut;

    if (!child->plain || !yaml_cut_is_open(child->text, child->len)
        || !yaml_cut_report_value(child->mark, name, in_flow, r->d, &cut))
        return 0;
    r->cut = true;
    child->text = lab_memory_text(r->memory, (const char *)cut.value.at, cut.value.len);
    child->len = cut.value.len;
    child->mark.length = cut.end_column - child->mark.column;
    return cut.end_column;
}

static void read_map(struct reader *r, struct yaml_node *map, int depth, bool in_flow)
{
    struct yaml_node *key, *child;
    uint32_t cut_line = 0, cut_end = 0;

    while ((key = read_next(r, depth + 1)) != NULL) {
        child = read_next(r, depth + 1);
        if (child == NULL)
            return;
        if (key->mark.line == cut_line && key->mark.column < cut_end)
            continue;
        cut_line = key->mark.line;
        cut_end = mend_cut(r, key, child, in_flow);
        if (key->kind != YAML_SCALAR || yaml_node_is_empty(key))
            diagnostic_error(r->d, key->mark, _("a key must be a word: write name: value"));
        else
            yaml_node_append(map, key, child);
    }
    if (!r->stopped)
        check_keys(r, map);
}

static struct yaml_node *read_scalar(struct reader *r, const yaml_event_t *event, struct mark mark)
{
    const char *value = (const char *)event->data.scalar.value;
    size_t len = event->data.scalar.length;

    refuse_decoration(r, mark, event->data.scalar.anchor, event->data.scalar.tag);
    if (memchr(value, '\0', len) != NULL)
        diagnostic_error(r->d, mark, _("a text cannot hold \\0: leave it out"));
    struct yaml_node *node = yaml_node_new(r->memory, YAML_SCALAR, mark,
                                           lab_memory_text(r->memory, value, len));
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    return node;
}

static bool within_limits(struct reader *r, struct mark mark, int depth)
{
    if (depth > YAML_DEPTH_MAX)
        stop(r, mark, _("nested too deeply: a lab has at most 32 levels"));
    else if (++r->nodes > YAML_NODES_MAX)
        stop(r, mark, _("too many values: a lab has at most 2000000"));
    return !r->stopped;
}

static struct yaml_node *read_node(struct reader *r, const yaml_event_t *event, int depth)
{
    struct mark mark = mark_of(r, event->start_mark, event->end_mark);
    struct yaml_node *node;

    if (!within_limits(r, mark, depth))
        return NULL;
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return read_scalar(r, event, mark);
    case YAML_SEQUENCE_START_EVENT:
        refuse_decoration(r, mark, event->data.sequence_start.anchor,
                          event->data.sequence_start.tag);
        node = yaml_node_new(r->memory, YAML_LIST, mark, "");
        read_list(r, node, depth);
        return node;
    case YAML_MAPPING_START_EVENT:
        refuse_decoration(r, mark, event->data.mapping_start.anchor,
                          event->data.mapping_start.tag);
        node = yaml_node_new(r->memory, YAML_MAP, mark, "");
        read_map(r, node, depth,
                 event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE);
        return node;
    default:
        diagnostic_error(r->d, mark,
                         _("an alias (*%.40s) is not allowed here: write the value out, in quotes "
                           "if it begins with \"*\""),
                         event->type == YAML_ALIAS_EVENT ? (const char *)event->data.alias.anchor
                                                         : "");
        node = yaml_node_new(r->memory, YAML_SCALAR, mark, "");
        node->plain = true;
        return node;
    }
}

/* ---- before libyaml sees it ---- */

static bool check_character(struct reader *r, size_t at, uint32_t line, uint32_t column,
                            size_t *used)
{
    const struct source *s = r->source;
    struct mark mark = { s, line, column, 1 };
    uint32_t code = 0;

    *used = utf8_decode(s->text + at, s->len - at, &code);
    bool blank = code == '\t' || code == '\n' || code == '\r';
    bool control = code < 0x20 || (code >= 0x7f && code <= 0x9f);
    bool stray = code == 0x2028 || code == 0x2029 || code == 0xfeff || (code & 0xfffe) == 0xfffe;
    if (*used == 0)
        diagnostic_error(r->d, mark,
                         _("byte 0x%02x is not UTF-8: save the file as UTF-8"),
                         (unsigned)(uint8_t)s->text[at]);
    else if ((control && !blank) || stray)
        diagnostic_error(r->d, mark,
                         _("control character U+%04X is not allowed in a lab: remove it"), code);
    else
        return true;
    return false;
}

static bool check_text(struct reader *r)
{
    const struct source *s = r->source;
    uint32_t line = 1, column = 1;
    size_t used;

    if (s->len > YAML_BYTES_MAX) {
        diagnostic_error(r->d, (struct mark){ s, 0, 0, 0 },
                         _("too large: a lab has at most 16 MiB"));
        return false;
    }
    for (size_t at = 0; at < s->len; at += used, column++) {
        if (line < s->line_count && at >= s->line_at[line]) {
            line++;
            column = 1;
        }
        if (!check_character(r, at, line, column, &used))
            return false;
    }
    return true;
}

/* ---- the whole ---- */

static struct yaml_node *read_document(struct reader *r)
{
    yaml_event_t event;
    struct yaml_node *root = NULL;

    if (next_event(r, &event)) /* the stream's start */
        yaml_event_delete(&event);
    if (!next_event(r, &event)) /* the document's start, or the stream's end */
        return NULL;
    bool empty = event.type == YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
    if (empty)
        return NULL;
    root = read_next(r, 1);
    if (next_event(r, &event)) /* the document's end */
        yaml_event_delete(&event);
    if (!next_event(r, &event))
        return root;
    if (event.type != YAML_STREAM_END_EVENT)
        stop(r, mark_of(r, event.start_mark, event.end_mark),
             _("a second document begins here: a lab is one; remove the \"---\""));
    yaml_event_delete(&event);
    return root;
}

struct yaml_node *yaml_tree_parse(const struct source *s, struct lab_memory *memory,
                                  struct diagnostics *d)
{
    struct reader r = { .source = s, .memory = memory, .d = d };

    if (!check_text(&r))
        return NULL;
    int ready = yaml_parser_initialize(&r.parser);
    ASSERT(ready);
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)s->text, s->len);
    struct yaml_node *root = read_document(&r);
    yaml_parser_delete(&r.parser);
    return r.stopped ? NULL : root;
}
