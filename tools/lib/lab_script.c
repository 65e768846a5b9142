#include "tools/lib/lab_reader.h"

#include <stdio.h>
#include <string.h>

#include "tools/lib/text.h"

/* An entry as its map has it. */
struct draft {
    const struct yaml_node *at, *when, *after, *target;
};

static const struct lab_key SCRIPT_KEYS[] = {
    { "at", "10ms", "start at this time", lab_read_keep, offsetof(struct draft, at) },
    { "when", "a ESTABLISHED",
      "start when this host reaches this state; or a received 5kB: when its "
      "programs have read so much, over TCP and UDP",
      lab_read_keep, offsetof(struct draft, when) },
    { "after", "50ms", "start so long after the entry above, or after `when`", lab_read_keep,
      offsetof(struct draft, after) },
    { "NAME", "ping b", "a command for the host or link of this name", NULL, 0 },
    { NULL, NULL, NULL, NULL, 0 },
};

const struct lab_key_group lab_script_keys = { "script", "an entry of script:, one command",
                                               SCRIPT_KEYS, false, NULL, 0 };

static bool is_time_key(const char *name)
{
    return strcmp(name, "at") == 0 || strcmp(name, "when") == 0 || strcmp(name, "after") == 0;
}

/* ---- when it starts ---- */

static bool parse_time(struct lab_reader *r, const struct yaml_node *value, const char *name,
                       struct lab_command *command)
{
    const struct lab_key key = { name, "10ms", "", NULL, 0 };
    const char *text = lab_scalar(r, &key, value);
    char why[UNIT_WHY_SIZE];

    command->time_mark = value->mark;
    if (text == NULL)
        return false;
    if (unit_parse_time(text, &command->time, why, sizeof why))
        return true;
    lab_error(r, value->mark, "%s", why);
    return false;
}

static void read_at(struct lab_reader *r, const struct draft *draft, struct lab_command *command)
{
    char until[40];

    command->start = LAB_AT;
    if (!parse_time(r, draft->at, "at", command) || command->time <= r->lab->until)
        return;
    unit_format_time(r->lab->until, until, sizeof until);
    lab_error(r, draft->at->mark,
              _("%s is after the end of the lab: write at most %s, or a later until:"),
              draft->at->text, until);
}

/* "received 5kB", which is no state. False: TEXT does not begin like that. */
static bool read_received(struct lab_reader *r, const struct yaml_node *when, size_t offset,
                          struct lab_command *command)
{
    static const char WORD[] = "received";
    const char *text = command->when_state, *size = text + sizeof WORD - 1;
    char why[UNIT_WHY_SIZE];

    if (strncmp(text, WORD, sizeof WORD - 1) != 0 || (*size != ' ' && *size != '\0'))
        return false;
    size += strspn(size, " ");
    if (*size == '\0')
        lab_error(r, command->when_mark, _("received how much? Write when: %.40s 5kB"), when->text);
    else if (!unit_parse_size(size, &command->when_received, why, sizeof why))
        lab_error(r, lab_mark_within(when->mark, when->text, offset + (size_t)(size - text)), "%s",
                  why);
    else if (command->when_received < 1)
        lab_error(r, command->when_mark, _("nothing has been received at once: write at least 1B"));
    return true;
}

/* "a ESTABLISHED", the value of NAME, into the node and *STATE, at *OFFSET of
 * it. False, after an error, if no state is named. */
static bool split_state(struct lab_reader *r, const struct yaml_node *value, const char *name,
                        size_t *node, const char **state, size_t *offset)
{
    const struct lab_key key = { name, "a ESTABLISHED", "", NULL, 0 };
    const char *text = lab_scalar(r, &key, value);

    *node = LAB_NONE;
    if (text == NULL)
        return false;
    size_t len = strcspn(text, " ");
    *node = lab_resolve_node(r, value->mark, text, len);
    *state = text + len + strspn(text + len, " ");
    *offset = (size_t)(*state - text);
    if ((*state)[0] == '\0')
        lab_error(r, value->mark, _("\"%.40s\" names no state: write %s: %.40s ESTABLISHED"), text,
                  name, text);
    return (*state)[0] != '\0';
}

static void ask_state(struct lab_reader *r, const struct yaml_node *value, size_t node,
                      const char *state, size_t offset)
{
    char why[UNIT_WHY_SIZE] = "";
    size_t column = 0;

    if (node != LAB_NONE && r->hooks->check_state != NULL
        && !r->hooks->check_state(r->hooks->ctx, r->lab, node, state, why, sizeof why, &column))
        lab_error(r, lab_mark_within(value->mark, value->text, offset + column), "%s", why);
}

void lab_read_state(struct lab_reader *r, const struct yaml_node *value, const char *name,
                    size_t *node, const char **state, struct mark *mark)
{
    size_t offset = 0;

    if (!split_state(r, value, name, node, state, &offset))
        return;
    *mark = lab_mark_within(value->mark, value->text, offset);
    ask_state(r, value, *node, *state, offset);
}

/* "a ESTABLISHED": a node and a state that it comes to; or "a received 5kB". */
static void read_when(struct lab_reader *r, const struct draft *draft, struct lab_command *command)
{
    size_t offset = 0;
    bool named;

    command->start = LAB_WHEN;
    command->when_node = LAB_NONE;
    if (draft->after != NULL)
        parse_time(r, draft->after, "after", command);
    named = split_state(r, draft->when, "when", &command->when_node, &command->when_state, &offset);
    command->when_mark = lab_mark_within(draft->when->mark, draft->when->text, offset);
    if (named && !read_received(r, draft->when, offset, command))
        ask_state(r, draft->when, command->when_node, command->when_state, offset);
}

static void read_start(struct lab_reader *r, const struct yaml_node *entry,
                       const struct draft *draft, struct lab_command *command, bool first)
{
    const struct yaml_node *second = draft->when != NULL ? draft->when : draft->after;

    if (draft->at != NULL && second != NULL) {
        lab_error(r, second->key->mark, _("\"at\" and \"%s\" say two times: remove one"),
                  second->key->text);
    } else if (draft->at != NULL) {
        read_at(r, draft, command);
    } else if (draft->when != NULL) {
        read_when(r, draft, command);
    } else if (draft->after != NULL) {
        command->start = LAB_AFTER;
        parse_time(r, draft->after, "after", command);
        if (first)
            lab_error(r, draft->after->key->mark,
                      _("nothing stands above the first entry: write at: instead of after:"));
    } else {
        lab_error(r, entry->mark, _("this entry has no time: write at: 0s, when: or after:"));
    }
}

/* ---- what it does ---- */

static bool resolve_target(struct lab_reader *r, const struct yaml_node *key,
                           struct lab_command *command)
{
    struct nearest near;
    char clause[NEAREST_CLAUSE_SIZE];

    if (lab_names_find(r->lab->names, key->text, key->len, &command->target, &command->index))
        return true;
    nearest_begin(&near, key->text);
    lab_suggest_nodes(r, &near);
    lab_suggest_links(r, &near);
    if (!diagnostics_crowded(r->d)) {
        nearest_offer(&near, "at");
        nearest_offer(&near, "when");
        nearest_offer(&near, "after");
    }
    nearest_clause(&near, clause, sizeof clause);
    lab_error(r, key->mark, _("no host or link is called \"%.60s\"%s"), key->text,
              clause[0] != '\0' ? clause : _(": write the name of one in this file"));
    return false;
}

/* Whoever knows commands looks at COMMAND, whose target and text are there. */
static void ask_about(struct lab_reader *r, const struct lab_command *command)
{
    char why[300] = "";
    size_t column = 0;

    if (r->hooks->check_command != NULL
        && !r->hooks->check_command(r->hooks->ctx, r->lab, command, why, sizeof why, &column))
        lab_error(r, lab_mark_within(command->text_mark, command->text, column), "%s", why);
}

static void read_command(struct lab_reader *r, const struct yaml_node *value,
                         struct lab_command *command)
{
    const struct lab_key key = { value->key->text, "ping b", "", NULL, 0 };

    bool found = resolve_target(r, value->key, command);
    const char *text = lab_scalar(r, &key, value);
    command->target_mark = value->key->mark;
    command->text = text != NULL ? text : "";
    command->text_mark = value->mark;
    if (found && text != NULL)
        ask_about(r, command);
}

static void sort_keys(struct lab_reader *r, const struct yaml_node *entry, struct draft *draft)
{
    for (const struct yaml_node *child = entry->first; child != NULL; child = child->next) {
        if (is_time_key(child->key->text))
            continue;
        if (draft->target == NULL)
            draft->target = child;
        else
            lab_error(r, child->key->mark,
                      _("an entry is one command: begin another with - { at: ..., %.40s: ... }"),
                      child->key->text);
    }
    draft->at = yaml_map_get(entry, "at");
    draft->when = yaml_map_get(entry, "when");
    draft->after = yaml_map_get(entry, "after");
}

static void read_entry(struct lab_reader *r, const struct yaml_node *entry, bool first,
                       struct lab_command *command)
{
    struct draft draft = { .at = NULL };

    if (entry->kind != YAML_MAP) {
        lab_error(r, entry->mark,
                  _("an entry of the script needs a map: write - { at: 0s, a: ping b }"));
        return;
    }
    sort_keys(r, entry, &draft);
    *command = (struct lab_command){ .when_node = LAB_NONE, .index = LAB_NONE, .text = "" };
    read_start(r, entry, &draft, command, first);
    if (draft.target != NULL)
        read_command(r, draft.target, command);
    else
        lab_error(r, entry->mark,
                  _("this entry has no command: write a name and one, such as a: ping b"));
}

/* `apps:` of a host are commands that run when the world begins. */
static void read_apps(struct lab_reader *r)
{
    struct lab *lab = r->lab;

    for (size_t i = 0; i < lab->node_count; i++)
        for (size_t n = 0; n < lab->nodes[i].app_count; n++) {
            const struct lab_word *app = &lab->nodes[i].apps[n];
            struct lab_command *command = &lab->commands[lab->command_count++];

            *command = (struct lab_command){ .start = LAB_AT, .when_node = LAB_NONE,
                                             .time_mark = app->mark,
                                             .target = LAB_TARGET_NODE, .index = i,
                                             .target_mark = lab->nodes[i].mark,
                                             .text = app->text, .text_mark = app->mark };
            ask_about(r, command);
        }
}

static size_t count_apps(const struct lab *lab)
{
    size_t count = 0;

    for (size_t i = 0; i < lab->node_count; i++)
        count += lab->nodes[i].app_count;
    return count;
}

void lab_read_script(struct lab_reader *r)
{
    const struct yaml_node *list = lab_list_of(r, r->script, "script",
                                               "[{ at: 0s, a: ping b }]", LAB_COMMANDS_MAX);
    struct lab *lab = r->lab;
    size_t most = count_apps(lab) + (list != NULL ? list->count : 0);

    lab->commands = lab_memory_take(r->memory, most, sizeof *lab->commands);
    read_apps(r);
    if (list == NULL)
        return;
    for (const struct yaml_node *entry = list->first; entry != NULL; entry = entry->next)
        read_entry(r, entry, entry == list->first, &lab->commands[lab->command_count++]);
}
