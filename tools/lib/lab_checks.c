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

enum { POINTS_MAX = 1000 };

static void read_points(struct lab_reader *r, const struct yaml_node *value, int64_t *points)
{
    static const struct lab_key KEY = { "points", "3", "", NULL, 0 };
    const char *text = lab_scalar(r, &KEY, value);
    char why[UNIT_WHY_SIZE];

    if (text != NULL && !unit_parse_count(text, 0, POINTS_MAX, points, why, sizeof why))
        lab_error(r, value->mark, "%s", why);
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

void lab_read_checks(struct lab_reader *r)
{
    const struct yaml_node *list = lab_list_of(r, r->checks, "checks",
                                               "[{ check: b.udp.messages == 3 }]",
                                               LAB_CHECKS_MAX);
    struct lab *lab = r->lab;

    if (list == NULL)
        return;
    lab->checks = lab_memory_take(r->memory, list->count, sizeof *lab->checks);
    for (const struct yaml_node *entry = list->first; entry != NULL; entry = entry->next)
        read_check(r, entry, &lab->checks[lab->check_count++]);
}
