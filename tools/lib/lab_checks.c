#include "tools/lib/lab_reader.h"

#include "tools/lib/text.h"

struct draft {
    const struct yaml_node *check;
    const struct yaml_node *points;
    int64_t within;
    const char *hint;
};

static const struct lab_key CHECK_KEYS[] = {
    { "check", "b.udp.messages == 3", "what must hold at the end", lab_read_keep,
      offsetof(struct draft, check) },
    { "within", "5s", "it must hold by this time", lab_read_time, offsetof(struct draft, within) },
    { "points", "3", "what it is worth; 1 if left out", lab_read_keep,
      offsetof(struct draft, points) },
    { "hint", "\"look at the checksum\"", "shown when it does not hold", lab_read_text,
      offsetof(struct draft, hint) },
    { NULL, NULL, NULL, NULL, 0 },
};

const struct lab_key_group lab_check_keys = { "check", "an entry of checks:", CHECK_KEYS, false,
                                              NULL, 0 };

static void read_points(struct lab_reader *r, const struct yaml_node *value, int64_t *points)
{
    lab_read_count(r, value, "points", 0, LAB_POINTS_MAX, points);
}

static void read_check(struct lab_reader *r, const struct yaml_node *entry,
                       struct lab_check *check)
{
    static const struct lab_key KEY = { "check", "b.udp.messages == 3", "", NULL, 0 };
    struct draft draft = { .within = VTIME_NEVER };

    *check = (struct lab_check){ .expression = "", .mark = entry->mark, .points = 1 };
    if (entry->kind != YAML_MAP) {
        lab_error(r, entry->mark, _("a check needs a map: write - { check: %s }"), KEY.example);
        return;
    }
    lab_read_map(r, entry, "checks", &lab_check_keys, &draft);
    check->within = draft.within;
    check->hint = draft.hint;
    if (draft.points != NULL)
        read_points(r, draft.points, &check->points);
    if (draft.check == NULL) {
        lab_error(r, entry->mark, _("this check has no condition: write check: %s"), KEY.example);
        return;
    }
    const char *text = lab_scalar(r, &KEY, draft.check);
    if (text == NULL)
        return;
    check->expression = text;
    check->mark = draft.check->mark;
    lab_ask(r, r->hooks->check_expression, text, check->mark);
}

struct lab_check *lab_read_check_list(struct lab_reader *r, const struct yaml_node *value,
                                      size_t *count)
{
    const struct yaml_node *list = lab_list_of(r, value, "checks",
                                               "[{ check: b.udp.messages == 3 }]",
                                               LAB_CHECKS_MAX);
    struct lab_check *checks;

    *count = 0;
    if (list == NULL)
        return NULL;
    checks = lab_memory_take(r->memory, list->count, sizeof *checks);
    for (const struct yaml_node *entry = list->first; entry != NULL; entry = entry->next)
        read_check(r, entry, &checks[(*count)++]);
    return checks;
}

void lab_read_checks(struct lab_reader *r)
{
    r->lab->checks = lab_read_check_list(r, r->checks, &r->lab->check_count);
}
