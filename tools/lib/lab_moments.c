#include "tools/lib/lab_reader.h"

#include <string.h>

#include "layers/rule.h"
#include "tools/lib/text.h"

/* Moments of a run, and what stands around them in pages and questions. */

#define KEEP(field) lab_read_keep, offsetof(struct lab_moment_nodes, field)

static const struct lab_key MOMENT_KEYS[] = {
    { "frame", "\"tcp[tcpflags] & tcp-syn != 0\"", "a frame that this tcpdump filter chooses",
      KEEP(frame) },
    { "from", "a", "of those, only what this end of a link sends", KEEP(place.from) },
    { "to", "b", "only what is sent to this end of a link", KEEP(place.to) },
    { "on", "wire", "only what is on this link", KEEP(place.on) },
    { "state", "a ESTABLISHED", "this host comes to this state", KEEP(state) },
    { "rule", "TCP_FAST_RETRANSMIT", "this rule is followed, as `rung rules` lists it",
      KEEP(rule) },
    { "node", "a", "of rules, only those of this host", KEEP(node) },
    { "holds", "a.tcp.cwnd > 4000", "this condition comes true", KEEP(holds) },
    { "time", "50ms", "all that happens up to this time", KEEP(time) },
    { "nth", "2", "for the how-manieth time; 1 if left out", KEEP(nth) },
    { NULL, NULL, NULL, NULL, 0 },
};

const struct lab_key_group lab_moment_keys = {
    "moment",    "what before:, after:, evaluate: and at: take; or start, end, a time, a name",
    MOMENT_KEYS, false,
    NULL,        0
};

enum { NTH_MAX = 1000000000 };

/* ---- one kind each ---- */

static const char *scalar_of(struct lab_reader *r, const struct yaml_node *value,
                             struct lab_moment *moment)
{
    const struct lab_key key = { value->key->text, "...", "", NULL, 0 };
    const char *text = lab_scalar(r, &key, value);

    moment->text = text != NULL ? text : "";
    moment->text_mark = value->mark;
    return text;
}

static void read_rule(struct lab_reader *r, const struct yaml_node *value,
                      struct lab_moment *moment)
{
    const char *text = scalar_of(r, value, moment);
    char clause[NEAREST_CLAUSE_SIZE];
    struct nearest near;

    if (text == NULL || rule_find(text) != RULE_NONE)
        return;
    nearest_begin(&near, text);
    for (rule_id id = RULE_NONE + 1; id < RULE_COUNT; id++)
        nearest_offer(&near, rule_get(id)->name);
    nearest_clause(&near, clause, sizeof clause);
    lab_error(r, value->mark, _("unknown rule \"%.60s\"%s"), text,
              clause[0] != '\0' ? clause : _(": `rung rules` lists them all"));
}

static void read_time(struct lab_reader *r, const struct yaml_node *value,
                      struct lab_moment *moment)
{
    static const struct lab_key KEY = { "time", "50ms", "", NULL,
                                        offsetof(struct lab_moment, time) };

    lab_read_time(r, &KEY, value, moment);
}

static void read_by_kind(struct lab_reader *r, const struct lab_moment_nodes *nodes,
                         const struct yaml_node *value, struct lab_moment *moment)
{
    if (moment->kind == LAB_MOMENT_FRAME) {
        lab_read_place(r, &nodes->place, &moment->from, &moment->to, &moment->link);
        if (scalar_of(r, value, moment) != NULL)
            lab_ask(r, r->hooks->check_filter, moment->text, value->mark);
    } else if (moment->kind == LAB_MOMENT_STATE) {
        moment->text = "";
        lab_read_state(r, value, "state", &moment->node, &moment->text, &moment->text_mark);
    } else if (moment->kind == LAB_MOMENT_RULE) {
        read_rule(r, value, moment);
    } else if (moment->kind == LAB_MOMENT_HOLDS) {
        if (scalar_of(r, value, moment) != NULL)
            lab_ask(r, r->hooks->check_expression, moment->text, value->mark);
    } else {
        read_time(r, value, moment);
    }
}

/* ---- which kind, and what goes with it ---- */

static void refuse(struct lab_reader *r, const struct yaml_node *value, bool fits, const char *of)
{
    if (value != NULL && !fits)
        lab_error(r, value->key->mark, _("\"%s\" goes with %s only: remove it"), value->key->text,
                  of);
}

static void read_node(struct lab_reader *r, const struct yaml_node *value,
                      struct lab_moment *moment)
{
    static const struct lab_key KEY = { "node", "a", "", NULL, 0 };
    const char *text = lab_scalar(r, &KEY, value);

    if (text != NULL)
        moment->node = lab_resolve_node(r, value->mark, text, value->len);
}

static void read_companions(struct lab_reader *r, const struct lab_moment_nodes *nodes,
                            struct lab_moment *moment)
{
    bool is_frame = moment->kind == LAB_MOMENT_FRAME, is_rule = moment->kind == LAB_MOMENT_RULE;
    bool counts = is_frame || is_rule || moment->kind == LAB_MOMENT_STATE;
    int64_t nth;

    refuse(r, nodes->place.from, is_frame, "frame");
    refuse(r, nodes->place.to, is_frame, "frame");
    refuse(r, nodes->place.on, is_frame, "frame");
    refuse(r, nodes->node, is_rule, "rule");
    refuse(r, nodes->nth, counts, "frame, state and rule");
    if (nodes->node != NULL && is_rule)
        read_node(r, nodes->node, moment);
    if (nodes->nth != NULL && counts && lab_read_count(r, nodes->nth, "nth", 1, NTH_MAX, &nth))
        moment->nth = (uint32_t)nth;
}

void lab_read_moment_nodes(struct lab_reader *r, const struct lab_moment_nodes *nodes,
                           struct mark mark, struct lab_moment *moment)
{
    const struct {
        const struct yaml_node *value;
        enum lab_moment_kind kind;
    } kinds[] = {
        { nodes->frame, LAB_MOMENT_FRAME }, { nodes->state, LAB_MOMENT_STATE },
        { nodes->rule, LAB_MOMENT_RULE },   { nodes->holds, LAB_MOMENT_HOLDS },
        { nodes->time, LAB_MOMENT_TIME },
    };
    const struct yaml_node *found = NULL;

    *moment = (struct lab_moment){ .mark = mark,
                                   .text = "",
                                   .text_mark = mark,
                                   .nth = 1,
                                   .node = LAB_NONE,
                                   .from = LAB_NONE,
                                   .to = LAB_NONE,
                                   .link = LAB_NONE };
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (kinds[i].value == NULL)
            continue;
        if (found != NULL) {
            lab_error(r, kinds[i].value->key->mark,
                      _("\"%s\" and \"%s\" are two moments: remove one"), found->key->text,
                      kinds[i].value->key->text);
            return;
        }
        found = kinds[i].value;
        moment->kind = kinds[i].kind;
    }
    if (found == NULL) {
        lab_error(r, mark, _("this names no moment: write frame, state, rule, holds or time"));
        return;
    }
    read_companions(r, nodes, moment);
    read_by_kind(r, nodes, found, moment);
}

/* ---- start, end, 50ms ---- */

static void read_word(struct lab_reader *r, const char *text, struct lab_moment *moment)
{
    char why[UNIT_WHY_SIZE], clause[NEAREST_CLAUSE_SIZE];
    size_t named = lab_find_moment(r->lab, text, strlen(text));
    struct mark mark = moment->mark;
    struct nearest near;

    nearest_begin(&near, text);
    nearest_offer(&near, "start");
    nearest_offer(&near, "end");
    for (size_t i = 0; i < r->lab->moment_count; i++)
        nearest_offer(&near, r->lab->moments[i].name);
    if (named != LAB_NONE) {
        *moment = r->lab->moments[named].moment;
        moment->mark = mark;
    } else if (strcmp(text, "start") == 0)
        moment->kind = LAB_MOMENT_START;
    else if (strcmp(text, "end") == 0)
        moment->kind = LAB_MOMENT_END;
    else if (unit_parse_time(text, &moment->time, why, sizeof why))
        moment->kind = LAB_MOMENT_TIME;
    else if (text[0] >= '0' && text[0] <= '9')
        lab_error(r, moment->mark, "%s", why);
    else
        lab_error(r, moment->mark, _("\"%.60s\" is no moment%s"), text,
                  near.best != NULL ? nearest_clause(&near, clause, sizeof clause)
                                    : _(": write start, end, 50ms or { frame: \"tcp\" }"));
}

void lab_read_moment(struct lab_reader *r, const struct lab_key *key, const struct yaml_node *value,
                     struct lab_moment *moment)
{
    struct lab_moment_nodes nodes = { .frame = NULL };
    const char *text;

    *moment = (struct lab_moment){ .mark = value->mark,
                                   .text = "",
                                   .nth = 1,
                                   .node = LAB_NONE,
                                   .from = LAB_NONE,
                                   .to = LAB_NONE,
                                   .link = LAB_NONE };
    if (value->kind == YAML_MAP) {
        lab_read_map(r, value, key->name, &lab_moment_keys, &nodes);
        lab_read_moment_nodes(r, &nodes, value->mark, moment);
        return;
    }
    text = lab_scalar(r, key, value);
    if (text != NULL)
        read_word(r, text, moment);
}

/* ---- what pages, questions and tasks have alike ---- */

void lab_read_gate(struct lab_reader *r, const struct yaml_node *entry, const char *what,
                   struct lab_gate *gate)
{
    static const struct lab_key KEYS[] = { { "before", "{ frame: \"tcp\" }", "", NULL, 0 },
                                           { "after", "{ frame: \"tcp\" }", "", NULL, 0 },
                                           { "at", "start", "", NULL, 0 } };
    const struct yaml_node *found = NULL;

    for (size_t i = 0; i < ARRAY_LEN(KEYS); i++) {
        const struct yaml_node *value = yaml_map_get(entry, KEYS[i].name);
        if (value == NULL)
            continue;
        if (found != NULL) {
            lab_error(r, value->key->mark, _("\"%s\" and \"%s\" are two moments: remove one"),
                      found->key->text, value->key->text);
            return;
        }
        found = value;
        gate->before = i == 0;
        lab_read_moment(r, &KEYS[i], value, &gate->moment);
    }
    if (found == NULL)
        lab_error(r, entry->mark, _("this %s has no moment: write before: or after:"), what);
}

static bool is_title(const char *text)
{
    size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

    return len > 0 && len <= LAB_TITLE_MAX && text[len] == '\0' && text[0] != '-';
}

const char *lab_read_title(struct lab_reader *r, const struct yaml_node *entry, const char *key,
                           const char *(*others)(const struct lab *lab, size_t index))
{
    const struct yaml_node *value = yaml_map_get(entry, key);
    const char *text = lab_read_needed(r, entry, key, "a-name"), *other;

    if (text == NULL)
        return "";
    if (!is_title(text)) {
        lab_error(r, value->mark,
                  _("\"%.60s\" is no name: write letters, digits and -, at most %d of them"), text,
                  LAB_TITLE_MAX);
        return "";
    }
    for (size_t i = 0; (other = others(r->lab, i)) != NULL; i++) {
        if (strcmp(other, text) != 0)
            continue;
        lab_error(r, value->mark, _("\"%s\" is taken already: write another name"), text);
        return "";
    }
    return text;
}

const char *lab_read_needed(struct lab_reader *r, const struct yaml_node *entry, const char *key,
                            const char *example)
{
    const struct lab_key needed = { key, example, "", NULL, 0 };
    const struct yaml_node *value = yaml_map_get(entry, key);

    if (value != NULL)
        return lab_scalar(r, &needed, value);
    lab_error(r, entry->mark, _("\"%s\" is missing: write %s: %s"), key, key, example);
    return NULL;
}

const char **lab_read_texts(struct lab_reader *r, const struct yaml_node *value, const char *name,
                            size_t *count)
{
    const struct yaml_node *list = lab_list_of(r, value, name, "[one, another]", LAB_MISTAKES_MAX);
    struct lab_word *words;
    const char **texts;

    *count = 0;
    if (list == NULL)
        return NULL;
    words = lab_read_words(r, list, name, count);
    texts = lab_memory_take(r->memory, list->count, sizeof *texts);
    for (size_t i = 0; i < *count; i++)
        texts[i] = words[i].text;
    return texts;
}
