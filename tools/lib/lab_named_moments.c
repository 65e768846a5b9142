#include "tools/lib/lab_reader.h"

#include <string.h>

#include "tools/lib/text.h"

/* Moments that have a name: `moments: { lost: { frame: "tcp", nth: 3 } }`. */

size_t lab_find_moment(const struct lab *lab, const char *name, size_t len)
{
    for (size_t i = 0; i < lab->moment_count; i++)
        if (strncmp(lab->moments[i].name, name, len) == 0 && lab->moments[i].name[len] == '\0')
            return i;
    return LAB_NONE;
}

/* What an expression, or a moment, says with this word. */
static bool is_taken(const struct lab *lab, const struct yaml_node *key)
{
    static const char *const words[] = { "start", "end", "time", "frame", "deeds",
                                         "count", "and", "or",   "not" };

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strcmp(words[i], key->text) == 0)
            return true;
    return lab_find_node(lab, key->text, key->len) != LAB_NONE ||
           lab_find_link(lab, key->text, key->len) != LAB_NONE;
}

void lab_read_named_moments(struct lab_reader *r)
{
    static const struct lab_key KEY = { "moments", "{ frame: \"tcp\" }", "", NULL, 0 };
    const struct yaml_node *map =
        lab_map(r, r->moments, "moments", "{ lost: { frame: \"tcp\", nth: 3 } }");
    struct lab_named_moment *moments;
    size_t count = 0;

    if (map == NULL)
        return;
    if (map->count > LAB_MOMENTS_MAX) {
        lab_error(r, map->mark, _("too many moments: at most %d have a name"), LAB_MOMENTS_MAX);
        return;
    }
    moments = lab_memory_take(r->memory, map->count, sizeof *moments);
    for (const struct yaml_node *entry = map->first; entry != NULL; entry = entry->next) {
        if (!lab_name_check(r, entry->key, _("a moment")))
            continue;
        if (is_taken(r->lab, entry->key))
            lab_error(r, entry->key->mark,
                      _("\"%.40s\" means something else already: write "
                        "another name"),
                      entry->key->text);
        moments[count].name = entry->key->text;
        lab_read_moment(r, &KEY, entry, &moments[count++].moment);
    }
    r->lab->moments = moments; /* now: none of them is told by another */
    r->lab->moment_count = count;
}
