#include "tests/support/schema_check.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

struct checker {
    const json_t *root;
    char *why;
    size_t size;
};

static bool fits(const struct checker *c, const json_t *schema, const struct yaml_node *node);

static bool refuse(const struct checker *c, const struct yaml_node *node, const char *what)
{
    snprintf(c->why, c->size, "line %u: \"%.60s\": %s", node->mark.line,
             node->key != NULL ? node->key->text : node->text, what);
    return false;
}

static bool matches(const char *pattern, const char *text)
{
    regex_t compiled;
    bool match;

    if (regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) != 0)
        return false;
    match = regexec(&compiled, text, 0, NULL, 0) == 0;
    regfree(&compiled);
    return match;
}

/* What YAML's core schema takes the plain scalar NODE for. */
static const char *type_of(const struct yaml_node *node)
{
    if (node->kind != YAML_SCALAR)
        return node->kind == YAML_MAP ? "object" : "array";
    if (yaml_node_is_empty(node))
        return "null";
    if (node->plain && matches("^[-+]?[0-9]+$", node->text))
        return "integer";
    if (node->plain && matches("^[-+]?[0-9]*[.][0-9]+$", node->text))
        return "number";
    if (node->plain && matches("^(true|false)$", node->text))
        return "boolean";
    return "string";
}

static bool is_type(const char *wanted, const char *type)
{
    return strcmp(wanted, type) == 0 ||
           (strcmp(wanted, "number") == 0 && strcmp(type, "integer") == 0);
}

static bool type_fits(const json_t *types, const struct yaml_node *node)
{
    const char *type = type_of(node);

    if (json_is_string(types))
        return is_type(json_string_value(types), type);
    for (size_t i = 0; i < json_array_size(types); i++)
        if (is_type(json_string_value(json_array_get(types, i)), type))
            return true;
    return false;
}

static bool enum_fits(const json_t *values, const struct yaml_node *node)
{
    for (size_t i = 0; i < json_array_size(values); i++) {
        const json_t *value = json_array_get(values, i);
        if (json_is_string(value) && strcmp(json_string_value(value), node->text) == 0)
            return true;
    }
    return false;
}

static bool any_fits(const struct checker *c, const json_t *schemas, const struct yaml_node *node)
{
    for (size_t i = 0; i < json_array_size(schemas); i++)
        if (fits(c, json_array_get(schemas, i), node))
            return true;
    return false;
}

/* The schema of a child called NAME, or NULL: none says what it is. */
static const json_t *schema_of_child(const json_t *schema, const char *name)
{
    const json_t *found = json_object_get(json_object_get(schema, "properties"), name);
    const char *pattern;
    json_t *value;

    if (found != NULL)
        return found;
    json_object_foreach(json_object_get(schema, "patternProperties"), pattern, value)
    {
        if (matches(pattern, name))
            return value;
    }
    return json_object_get(schema, "additionalProperties");
}

static bool children_fit(const struct checker *c, const json_t *schema,
                         const struct yaml_node *node)
{
    for (const struct yaml_node *child = node->first; child != NULL; child = child->next) {
        const json_t *of = node->kind == YAML_MAP ? schema_of_child(schema, child->key->text)
                                                  : json_object_get(schema, "items");
        if (json_is_false(of))
            return refuse(c, child, "no such key");
        if (json_is_object(of) && !fits(c, of, child))
            return false;
    }
    return true;
}

/* Nothing in SCHEMA is overlooked. */
static bool is_understood(const json_t *schema)
{
    static const char words[] = " $schema title description $ref $defs type enum pattern minimum "
                                "maximum properties patternProperties additionalProperties items "
                                "anyOf ";
    char word[80];
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)schema, key, value)
    {
        snprintf(word, sizeof(word), " %.70s ", key);
        if (strstr(words, word) == NULL)
            return false;
    }
    return true;
}

static bool limits_fit(const json_t *schema, const struct yaml_node *node)
{
    const json_t *least = json_object_get(schema, "minimum");
    const json_t *most = json_object_get(schema, "maximum");
    long long value = strtoll(node->text, NULL, 10);

    return (least == NULL || value >= json_integer_value(least)) &&
           (most == NULL || value <= json_integer_value(most));
}

static bool fits(const struct checker *c, const json_t *schema, const struct yaml_node *node)
{
    const json_t *ref = json_object_get(schema, "$ref"), *word;

    if (!is_understood(schema))
        return refuse(c, node, "the schema has a word that this check does not know");
    if (ref != NULL) {
        const char *name = json_string_value(ref) + strlen("#/$defs/");
        const json_t *meant = json_object_get(json_object_get(c->root, "$defs"), name);
        if (meant == NULL)
            return refuse(c, node, "the schema refers to nothing");
        if (!fits(c, meant, node))
            return false;
    }
    if ((word = json_object_get(schema, "type")) != NULL && !type_fits(word, node))
        return refuse(c, node, "of another type");
    if ((word = json_object_get(schema, "enum")) != NULL && !enum_fits(word, node))
        return refuse(c, node, "none of the values");
    if ((word = json_object_get(schema, "pattern")) != NULL &&
        !matches(json_string_value(word), node->text))
        return refuse(c, node, "does not match");
    if (!limits_fit(schema, node))
        return refuse(c, node, "out of range");
    if ((word = json_object_get(schema, "anyOf")) != NULL && !any_fits(c, word, node))
        return refuse(c, node, "fits none of several");
    return children_fit(c, schema, node);
}

bool schema_fits(const json_t *schema, const struct yaml_node *node, char *why, size_t size)
{
    struct checker c = { schema, why, size };

    why[0] = '\0';
    return fits(&c, schema, node);
}
