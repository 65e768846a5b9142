#include "tools/lib/lab_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/text.h"
#include "tools/lib/yaml_write.h"

/*
 * What differs from student to student: a list of values, or a range, which
 * is read as the list of all that lie in it: "10ms..50ms step 5ms". The two
 * ends of a range are the same text but for one whole number.
 */

struct draft {
    const struct yaml_node *set, *to;
};

static const struct lab_key VARY_KEYS[] = {
    { "set", "links.wire.delay", "what varies, as for --set; or a list that gets the same value",
      lab_read_keep, offsetof(struct draft, set) },
    { "to", "10ms..50ms step 5ms", "a range, or a list of values: [10ms, 20ms, 40ms]",
      lab_read_keep, offsetof(struct draft, to) },
    { NULL, NULL, NULL, NULL, 0 },
};

const struct lab_key_group lab_vary_keys = {
    "vary", "an entry of vary:", VARY_KEYS, false, NULL, 0
};

/* ---- ranges ---- */

struct range {
    const char *text;
    size_t before;      /* bytes in front of the number */
    const char *behind; /* what follows it */
    size_t behind_len;
    int64_t from, to, step;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A whole number, all of the LEN bytes at AT. */
static bool whole(const char *at, size_t len, int64_t *number)
{
    char word[20];

    if (len == 0 || len >= sizeof word || strspn(at, "0123456789") < len)
        return false;
    memcpy(word, at, len);
    word[len] = '\0';
    *number = strtoll(word, NULL, 10);
    return true;
}

/* Splits the ends LEFT and RIGHT of a range into what they have in common and
 * the two numbers in which they differ. */
static bool split_ends(struct range *range, const char *left, size_t left_len, const char *right,
                       size_t right_len)
{
    size_t before = 0, behind = 0;

    while (before < left_len && before < right_len && left[before] == right[before])
        before++;
    while (before > 0 && is_digit(left[before - 1]))
        before--;
    while (behind < left_len - before && behind < right_len - before &&
           left[left_len - 1 - behind] == right[right_len - 1 - behind])
        behind++;
    while (behind > 0 && is_digit(left[left_len - behind]))
        behind--;
    range->text = left;
    range->before = before;
    range->behind = left + left_len - behind;
    range->behind_len = behind;
    return whole(left + before, left_len - before - behind, &range->from) &&
           whole(right + before, right_len - before - behind, &range->to);
}

/* "step 5ms": a number with what stands behind the others, or without it. */
static bool split_step(struct range *range, const char *step)
{
    size_t len = step != NULL ? strlen(step) : 0;

    range->step = 1;
    if (step == NULL)
        return true;
    if (len > range->behind_len &&
        memcmp(step + len - range->behind_len, range->behind, range->behind_len) == 0)
        len -= range->behind_len;
    return whole(step, len, &range->step) && range->step > 0;
}

static bool parse_range(const char *text, struct range *range)
{
    const char *dots = strstr(text, ".."), *step = strstr(text, " step ");
    size_t right_len;

    if (dots == NULL)
        return false;
    right_len = step != NULL ? (size_t)(step - dots - 2) : strlen(dots + 2);
    return split_ends(range, text, (size_t)(dots - text), dots + 2, right_len) &&
           split_step(range, step != NULL ? step + strlen(" step ") : NULL);
}

static void add_range(struct lab_reader *r, const struct yaml_node *value,
                      const struct range *range, struct lab_vary *vary)
{
    int64_t count = range->from <= range->to ? (range->to - range->from) / range->step + 1 : 0;

    if (count < 2 || count > LAB_VARY_VALUES_MAX) {
        lab_error(r, value->mark, _("this range has %lld values: write one of 2 to %d"),
                  (long long)count, LAB_VARY_VALUES_MAX);
        return;
    }
    vary->values = lab_memory_take(r->memory, (size_t)count, sizeof *vary->values);
    for (int64_t i = 0; i < count; i++) {
        size_t size = value->len + 24;
        char *one = lab_memory_take(r->memory, size, 1);
        snprintf(one, size, "%.*s%lld%.*s", (int)range->before, range->text,
                 (long long)(range->from + i * range->step), (int)range->behind_len, range->behind);
        vary->values[vary->value_count++] = one;
    }
}

/* ---- lists ---- */

/* NODE as a --set has it behind its "=". */
static const char *value_text(struct lab_reader *r, const struct yaml_node *node)
{
    char *text = NULL;
    const char *kept;
    size_t len = 0;
    FILE *out;

    if (node->kind == YAML_SCALAR && !lab_override_is_yaml(node->text))
        return node->text;
    out = open_memstream(&text, &len);
    ASSERT(out != NULL);
    yaml_write_flow(out, node);
    fclose(out);
    kept = lab_memory_text(r->memory, text, len);
    free(text);
    return kept;
}

static void add_list(struct lab_reader *r, const struct yaml_node *list, struct lab_vary *vary)
{
    if (list->count < 2 || list->count > LAB_VARY_VALUES_MAX) {
        lab_error(r, list->mark, _("%zu values to choose among: write 2 to %d of them"),
                  list->count, LAB_VARY_VALUES_MAX);
        return;
    }
    vary->values = lab_memory_take(r->memory, list->count, sizeof *vary->values);
    for (const struct yaml_node *item = list->first; item != NULL; item = item->next)
        vary->values[vary->value_count++] = value_text(r, item);
}

/* ---- entries ---- */

static void read_values(struct lab_reader *r, const struct yaml_node *entry,
                        const struct yaml_node *to, struct lab_vary *vary)
{
    struct range range;

    if (to != NULL && to->kind == YAML_LIST)
        add_list(r, to, vary);
    else if (to != NULL && to->kind == YAML_SCALAR && parse_range(to->text, &range))
        add_range(r, to, &range, vary);
    else if (to != NULL && to->kind == YAML_SCALAR && strstr(to->text, "..") != NULL)
        lab_error(r, to->mark,
                  _("this is no range: both ends and the step need the same unit, and a step is "
                    "more than 0: write 10ms..50ms step 5ms"));
    else
        lab_error(r, to != NULL ? to->mark : entry->mark,
                  _("no values to choose among: write to: [10ms, 20ms] or to: 10ms..50ms step "
                    "5ms"));
}

static void read_paths(struct lab_reader *r, const struct yaml_node *entry,
                       const struct yaml_node *set, struct lab_vary *vary)
{
    static const struct lab_key KEY = { "set", "links.wire.delay", "", NULL, 0 };
    const char *path;

    if (set == NULL) {
        lab_error(r, entry->mark, _("\"set\" is missing: write set: links.wire.delay"));
    } else if (set->kind == YAML_LIST) {
        if (lab_list_of(r, set, "set", "[links.wire.delay]", LAB_VARY_PATHS_MAX) != NULL)
            vary->paths = lab_read_texts(r, set, "set", &vary->path_count);
    } else if ((path = lab_scalar(r, &KEY, set)) != NULL) {
        vary->paths = lab_memory_take(r->memory, 1, sizeof *vary->paths);
        vary->paths[vary->path_count++] = path;
    }
    for (size_t i = 0; i < vary->path_count; i++) {
        if (strchr(vary->paths[i], '=') != NULL)
            lab_error(r, set->mark, _("\"%.60s\" is no path: write it like links.wire.delay"),
                      vary->paths[i]);
    }
}

static void read_entry(struct lab_reader *r, const struct yaml_node *entry, struct lab_vary *vary)
{
    struct draft draft = { .set = NULL };

    *vary = (struct lab_vary){ .mark = entry->mark };
    if (entry->kind != YAML_MAP) {
        lab_error(r, entry->mark,
                  _("an entry of vary needs a map: write - { set: "
                    "links.wire.delay, to: [10ms, 20ms] }"));
        return;
    }
    lab_read_map(r, entry, "vary", &lab_vary_keys, &draft);
    read_paths(r, entry, draft.set, vary);
    read_values(r, entry, draft.to, vary);
}

void lab_read_vary(struct lab_reader *r)
{
    const struct yaml_node *list = lab_list_of(
        r, r->vary, "vary", "[{ set: links.wire.delay, to: [10ms, 20ms] }]", LAB_VARY_MAX);
    struct lab *lab = r->lab;

    if (list == NULL)
        return;
    lab->vary = lab_memory_take(r->memory, list->count, sizeof *lab->vary);
    for (const struct yaml_node *entry = list->first; entry != NULL; entry = entry->next)
        read_entry(r, entry, &lab->vary[lab->vary_count++]);
}
