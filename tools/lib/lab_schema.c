#include "tools/lib/lab_schema.h"

#include <string.h>

#include "layers/bugs.h"
#include "layers/units.h"
#include "tools/lib/json_writer.h"
#include "tools/lib/lab_reader.h"
#include "tools/lib/text.h"

#define SCHEMA_ID "https://json-schema.org/draft/2020-12/schema"

enum { TEXT_SIZE = 200 };

/* ---- what stands inside a value ---- */

/* The tables say how a value is read, but not all of that is data: this is the
 * rest. Each name is that of a definition; of several, one must fit. */
enum form {
    ONE,   /* such a value */
    LIST,  /* a list of them */
    NAMED, /* a map of them, under names of the lab's own */
    ONE_OR_LIST,
};

static const struct shape {
    const struct lab_key_group *group;
    const char *key;
    enum form form;
    const char *of[3];
} SHAPES[] = {
    { &lab_file_keys, "defaults", ONE, { "defaults" } },
    { &lab_file_keys, "hosts", NAMED, { "host" } },
    { &lab_file_keys, "switches", NAMED, { "switch" } },
    { &lab_file_keys, "hubs", NAMED, { "hub" } },
    { &lab_file_keys, "routers", NAMED, { "router" } },
    { &lab_file_keys, "links", NAMED, { "link" } },
    { &lab_file_keys, "script", LIST, { "script" } },
    { &lab_file_keys, "faults", LIST, { "fault" } },
    { &lab_file_keys, "checks", LIST, { "check" } },
    { &lab_file_keys, "vary", LIST, { "vary" } },
    { &lab_file_keys, "moments", NAMED, { "text", "moment" } },
    { &lab_file_keys, "pages", LIST, { "page" } },
    { &lab_file_keys, "questions", LIST, { "question" } },
    { &lab_file_keys, "tasks", LIST, { "task" } },
    { &lab_host_keys, "ip", ONE, { "text", "ip" } },
    { &lab_host_keys, "routes", NAMED, { "text" } },
    { &lab_host_keys, "apps", LIST, { "text" } },
    { &lab_host_keys, "bugs", LIST, { "bug" } },
    { &lab_router_keys, "interfaces", NAMED, { "text", "interface" } },
    { &lab_router_keys, "routes", NAMED, { "text" } },
    { &lab_router_keys, "bugs", LIST, { "bug" } },
    { &lab_link_keys, "ends", LIST, { "text" } },
    { &lab_link_keys, "toward", NAMED, { "toward" } },
    { &lab_toward_keys, "burst-loss", ONE, { "burst-loss" } },
    { &lab_toward_keys, "reorder", ONE, { "chance", "reorder" } },
    { &lab_fault_keys, "nth", ONE_OR_LIST, { "count" } },
    { &lab_fault_keys, "swap", LIST, { "count" } },
    { &lab_fault_keys, "by", ONE, { "time" } },
    { &lab_fault_keys, "bit", ONE, { "count" } },
    { &lab_fault_keys, "every", ONE, { "count" } },
    { &lab_check_keys, "points", ONE, { "count" } },
    { &lab_vary_keys, "set", ONE_OR_LIST, { "text" } },
    { &lab_vary_keys, "to", ONE_OR_LIST, { "any" } },
    { &lab_page_keys, "at", ONE, { "text", "moment" } },
    { &lab_page_keys, "before", ONE, { "text", "moment" } },
    { &lab_page_keys, "after", ONE, { "text", "moment" } },
    { &lab_question_keys, "before", ONE, { "text", "moment" } },
    { &lab_question_keys, "after", ONE, { "text", "moment" } },
    { &lab_question_keys, "evaluate", ONE, { "text", "moment" } },
    { &lab_question_keys, "kind", ONE, { "kind" } },
    { &lab_question_keys, "within", ONE, { "text" } },
    { &lab_question_keys, "choices", LIST, { "choice" } },
    { &lab_question_keys, "items", LIST, { "item" } },
    { &lab_question_keys, "mistakes", LIST, { "mistake" } },
    { &lab_question_keys, "hints", LIST, { "text" } },
    { &lab_question_keys, "points", ONE, { "count" } },
    { &lab_question_keys, "penalty", ONE, { "count" } },
    { &lab_moment_keys, "nth", ONE, { "count" } },
    { &lab_moment_keys, "time", ONE, { "time" } },
    { &lab_task_keys, "checks", LIST, { "check" } },
    { &lab_task_keys, "solution", LIST, { "text" } },
    { &lab_task_keys, "hints", LIST, { "text" } },
};

static const struct shape *shape_of(const struct lab_key_group *group, const struct lab_key *key)
{
    for (size_t i = 0; i < ARRAY_LEN(SHAPES); i++)
        if (SHAPES[i].group == group && strcmp(SHAPES[i].key, key->name) == 0)
            return &SHAPES[i];
    return NULL;
}

bool lab_schema_knows(const struct lab_key_group *group, const struct lab_key *key)
{
    return shape_of(group, key) != NULL;
}

/* The definition of a value that is read into a member as it stands. */
static const char *scalar_of(const struct lab_key *key)
{
    static const struct {
        void (*read)(struct lab_reader *, const struct lab_key *, const struct yaml_node *, void *);
        const char *name;
    } READERS[] = {
        { lab_read_time, "time" },           { lab_read_rate, "rate" },
        { lab_read_chance, "chance" },       { lab_read_packets, "packets" },
        { lab_read_switch, "switch-value" },
    };

    for (size_t i = 0; i < ARRAY_LEN(READERS); i++)
        if (READERS[i].read == key->read)
            return READERS[i].name;
    return "text";
}

/* ---- writing ---- */

/* A line for each definition and key: for people, who read it, too. */
static void put_line(struct json_writer *w)
{
    fputs(w->comma ? ",\n" : "\n", w->out);
    w->comma = false;
}

static void put_types(struct json_writer *w, const char *const *types)
{
    json_open(w, "type", '[');
    for (; *types != NULL; types++)
        json_put_string(w, NULL, *types);
    json_close(w, ']');
}

static void put_ref(struct json_writer *w, const char *name)
{
    char ref[TEXT_SIZE + sizeof("#/$defs/")];

    snprintf(ref, sizeof ref, "#/$defs/%s", name);
    json_put_string(w, "$ref", ref);
}

/* The members of a schema: one of the definitions OF. */
static void put_one(struct json_writer *w, const char *const of[3])
{
    if (of[1] == NULL) {
        put_ref(w, of[0]);
        return;
    }
    json_open(w, "anyOf", '[');
    for (size_t i = 0; i < 3 && of[i] != NULL; i++) {
        json_open(w, NULL, '{');
        put_ref(w, of[i]);
        json_close(w, '}');
    }
    json_close(w, ']');
}

static void put_inside(struct json_writer *w, const char *key, const struct shape *shape)
{
    json_open(w, key, '{');
    put_one(w, shape->of);
    json_close(w, '}');
}

static void put_list(struct json_writer *w, const struct shape *shape)
{
    put_types(w, (const char *const[]){ "array", "null", NULL });
    put_inside(w, "items", shape);
}

static void put_one_or_list(struct json_writer *w, const struct shape *shape)
{
    json_open(w, "anyOf", '[');
    put_inside(w, NULL, shape);
    json_open(w, NULL, '{');
    put_list(w, shape);
    json_close(w, '}');
    json_close(w, ']');
}

static void put_shape(struct json_writer *w, const struct shape *shape)
{
    if (shape->form == ONE) {
        put_one(w, shape->of);
    } else if (shape->form == LIST) {
        put_list(w, shape);
    } else if (shape->form == ONE_OR_LIST) {
        put_one_or_list(w, shape);
    } else {
        put_types(w, (const char *const[]){ "object", "null", NULL });
        put_inside(w, "additionalProperties", shape);
    }
}

static void put_key(struct json_writer *w, const struct lab_key_group *group,
                    const struct lab_key *key)
{
    const struct shape *shape = shape_of(group, key);
    char help[TEXT_SIZE];

    put_line(w);
    /* In a script, "NAME" is any node or link. */
    json_open(w, strcmp(key->name, "NAME") == 0 ? "^[A-Za-z]" : key->name, '{');
    snprintf(help, sizeof help, "%s: %s", key->example, _(key->help));
    json_put_string(w, "description", help);
    if (shape != NULL)
        put_shape(w, shape);
    else
        put_ref(w, scalar_of(key));
    json_close(w, '}');
}

/* ---- settings ---- */

/* The words that KEY may be instead of a number; a reader of YAML may take
 * on and off for truth. */
static void put_words(struct json_writer *w, const char *words)
{
    bool truth = false;

    json_open(w, "enum", '[');
    while (*words != '\0') {
        char word[TEXT_SIZE];
        size_t len = strcspn(words, "|");

        snprintf(word, sizeof word, "%.*s", (int)strcspn(words, "=|"), words);
        json_put_string(w, NULL, word);
        truth |= strcmp(word, "on") == 0 || strcmp(word, "off") == 0;
        words += len + (words[len] == '|');
    }
    for (int value = 0; truth && value < 2; value++)
        json_put_bool(w, NULL, value != 0);
    json_close(w, ']');
}

static void put_number(struct json_writer *w, const struct config_key *key)
{
    char pattern[TEXT_SIZE];

    if (key->unit == UNIT_COUNT) {
        json_put_string(w, "type", "integer");
        json_put_integer(w, "minimum", key->min);
        json_put_integer(w, "maximum", key->max);
        return;
    }
    unit_format_pattern(key->unit == UNIT_TIME ? UNIT_OF_TIME : UNIT_OF_SIZE, pattern,
                        sizeof pattern);
    json_put_string(w, "type", "string");
    json_put_string(w, "pattern", pattern);
}

static void put_number_or_word(struct json_writer *w, const struct config_key *key)
{
    const char *words = key->choices;

    if (words == NULL && key->min == 0)
        words = "off"; /* unit_parse_setting */
    if (words == NULL) {
        put_number(w, key);
        return;
    }
    json_open(w, "anyOf", '[');
    json_open(w, NULL, '{');
    put_number(w, key);
    json_close(w, '}');
    json_open(w, NULL, '{');
    put_words(w, words);
    json_close(w, '}');
    json_close(w, ']');
}

static void put_setting(struct json_writer *w, const struct config_section *section,
                        const struct config_key *key)
{
    char value[TEXT_SIZE / 2], help[2 * TEXT_SIZE];

    put_line(w);
    json_open(w, key->name, '{');
    unit_format_setting(key, lab_setting_default(section, key), value, sizeof value);
    snprintf(help, sizeof help, _("%s; %s if left out"), _(key->help), value);
    json_put_string(w, "description", help);
    if (key->unit == UNIT_SWITCH)
        put_ref(w, "switch-value");
    else if (key->unit == UNIT_CHOICE)
        put_words(w, key->choices);
    else
        put_number_or_word(w, key);
    json_close(w, '}');
}

static void put_settings(struct json_writer *w, const struct config_section *section)
{
    for (const struct config_key *key = section->keys; key->name != NULL; key++)
        put_setting(w, section, key);
}

/* "settings-tcp": a map called "ip" is also a group. */
static const char *section_name(const struct config_section *section, char *out, size_t size)
{
    snprintf(out, size, "settings-%s", section->name);
    return out;
}

/* ---- definitions ---- */

static bool has_key(const struct lab_key_group *group, const char *name)
{
    for (const struct lab_key *key = group->keys; key->name != NULL; key++)
        if (strcmp(key->name, name) == 0)
            return true;
    return false;
}

static void put_sections(struct json_writer *w, const struct lab_key_group *group)
{
    const struct config_section *section;
    char name[TEXT_SIZE];

    for (size_t i = 0; (section = lab_section(i)) != NULL; i++) {
        if (has_key(group, section->name))
            continue;
        put_line(w);
        json_open(w, section->name, '{');
        put_ref(w, section_name(section, name, sizeof name));
        json_close(w, '}');
    }
    put_line(w);
    json_open(w, "ip-options", '{'); /* lab_section_find */
    put_ref(w, "settings-ip");
    json_close(w, '}');
}

/* The beginning and the end of a map whose keys are all known. */
static void map_begin(struct json_writer *w, const char *help)
{
    if (help != NULL)
        json_put_string(w, "description", help);
    put_types(w, (const char *const[]){ "object", "null", NULL });
    json_put_bool(w, "additionalProperties", false);
}

static void put_group(struct json_writer *w, const struct lab_key_group *group)
{
    map_begin(w, _(group->help));
    json_open(w, "properties", '{');
    for (const struct lab_key_group *g = group; g != NULL; g = g->also)
        for (const struct lab_key *key = g->keys; key->name != NULL; key++)
            if (strcmp(key->name, "NAME") != 0)
                put_key(w, g, key);
    if (group->has_sections)
        put_sections(w, group);
    if (group == &lab_switch_keys)
        put_settings(w, &lab_switch_section);
    if (group == &lab_ip_keys)
        put_settings(w, lab_section_find("ip"));
    json_close(w, '}');
    if (!has_key(group, "NAME"))
        return;
    json_open(w, "patternProperties", '{');
    for (const struct lab_key *key = group->keys; key->name != NULL; key++)
        if (strcmp(key->name, "NAME") == 0)
            put_key(w, group, key);
    json_close(w, '}');
}

static void put_quantities(struct json_writer *w)
{
    static const char *const NAMES[] = {
        [UNIT_OF_TIME] = "time",     [UNIT_OF_SIZE] = "size",       [UNIT_OF_RATE] = "rate",
        [UNIT_OF_CHANCE] = "chance", [UNIT_OF_PACKETS] = "packets",
    };
    char pattern[TEXT_SIZE];

    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        put_line(w);
        json_open(w, NAMES[i], '{');
        unit_format_pattern((enum unit_kind)i, pattern, sizeof pattern);
        json_put_string(w, "type", "string");
        json_put_string(w, "pattern", pattern);
        json_close(w, '}');
    }
}

static void put_enum(struct json_writer *w, const char *name, const char *(*nth)(size_t))
{
    const char *value;

    put_line(w);
    json_open(w, name, '{');
    json_open(w, "enum", '[');
    for (size_t i = 0; (value = nth(i)) != NULL; i++)
        json_put_string(w, NULL, value);
    json_close(w, ']');
    json_close(w, '}');
}

static const char *kind_at(size_t index)
{
    return index < LAB_ASK_KINDS ? lab_question_kind_name((enum lab_question_kind)index) : NULL;
}

static const char *bug_name_at(size_t index)
{
    const struct bug_help *bug = bug_at(index);

    return bug != NULL ? bug->name : NULL;
}

/* Values that are no maps. A text may look like a number. */
static void put_scalars(struct json_writer *w)
{
    put_quantities(w);
    put_enum(w, "kind", kind_at);
    put_enum(w, "bug", bug_name_at);
    put_line(w);
    json_open(w, "text", '{');
    put_types(w, (const char *const[]){ "string", "number", "boolean", NULL });
    json_close(w, '}');
    put_line(w);
    json_open(w, "count", '{');
    json_put_string(w, "type", "integer");
    json_put_integer(w, "minimum", 0);
    json_close(w, '}');
    put_line(w);
    json_open(w, "switch-value", '{');
    put_words(w, "on|off|yes|no|true|false");
    json_close(w, '}');
    put_line(w);
    json_open(w, "any", '{');
    json_close(w, '}');
}

static void put_definitions(struct json_writer *w)
{
    const struct config_section *section;
    char name[TEXT_SIZE];

    json_open(w, "$defs", '{');
    put_scalars(w);
    for (size_t i = 0; lab_key_groups[i] != NULL; i++) {
        put_line(w);
        json_open(w, lab_key_groups[i]->name, '{');
        put_group(w, lab_key_groups[i]);
        json_close(w, '}');
    }
    for (size_t i = 0; (section = lab_section(i)) != NULL; i++) {
        put_line(w);
        json_open(w, section_name(section, name, sizeof name), '{');
        map_begin(w, NULL);
        json_open(w, "properties", '{');
        put_settings(w, section);
        json_close(w, '}');
        json_close(w, '}');
    }
    json_close(w, '}');
}

void lab_schema_write(FILE *out)
{
    struct json_writer w;

    json_begin(&w, out);
    json_put_string(&w, "$schema", SCHEMA_ID);
    json_put_string(&w, "title", _("A lab of Rung"));
    put_ref(&w, "lab");
    put_line(&w);
    put_definitions(&w);
    json_end(&w);
}
