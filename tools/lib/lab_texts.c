#include "tools/lib/lab_reader.h"

#include <string.h>

#include "tools/lib/lab_text.h"
#include "tools/lib/text.h"

/* Whoever reads this text has answered, or is told what was wrong with it. */
static const struct lab_seen ALL = { .frame = true, .end = true };

/* ---- One text ---- */

static void check_value(struct lab_reader *r, const struct yaml_node *node,
                        const struct lab_text_piece *piece, const struct lab_seen *seen)
{
    char why[300] = "";
    size_t column = 0;

    if (r->hooks->check_inserted == NULL ||
        r->hooks->check_inserted(r->hooks->ctx, r->lab, piece->expression, seen, why, sizeof why,
                                 &column))
        return;
    lab_error(r,
              lab_mark_of_piece(node->mark, node->text, piece->at, piece->len,
                                piece->expression_at - piece->at + column),
              "%s", why);
}

static void check_text(struct lab_reader *r, const struct yaml_node *node,
                       const struct lab_seen *seen)
{
    struct lab_text_place *place;
    struct lab_text_piece piece;
    enum lab_text_kind kind;
    size_t at = 0, values = 0;

    if (node == NULL || node->kind != YAML_SCALAR || !lab_text_has_braces(node->text))
        return;
    place = lab_memory_take(r->memory, 1, sizeof *place);
    *place = (struct lab_text_place){ node->text, node->mark, r->lab->texts };
    r->lab->texts = place;
    while ((kind = lab_text_next(node->text, &at, &piece)) == LAB_TEXT_LETTERS ||
           kind == LAB_TEXT_VALUE) {
        if (kind == LAB_TEXT_LETTERS)
            continue;
        if (++values > LAB_TEXT_VALUES_MAX) {
            lab_error(r, node->mark, _("too many values in one text: at most %d"),
                      LAB_TEXT_VALUES_MAX);
            return;
        }
        check_value(r, node, &piece, seen);
    }
    if (kind == LAB_TEXT_BROKEN)
        lab_error(r,
                  lab_mark_of_piece(node->mark, node->text, at, strcspn(node->text + at, "\n}"),
                                    piece.wrong_at - at),
                  "%s", piece.why);
}

/* The entries of LIST, or, if KEY is not NULL, what each has under it. */
static void check_list(struct lab_reader *r, const struct yaml_node *list, const char *key,
                       const struct lab_seen *seen)
{
    if (list == NULL || list->kind != YAML_LIST)
        return;
    for (const struct yaml_node *entry = list->first; entry != NULL; entry = entry->next)
        if (key == NULL)
            check_text(r, entry, seen);
        else if (entry->kind == YAML_MAP)
            check_text(r, yaml_map_get(entry, key), seen);
}

/* ---- What has texts ---- */

static struct lab_seen seen_at(const struct lab_gate *gate)
{
    return (struct lab_seen){ .frame = !gate->before,
                              .end = !gate->before && gate->moment.kind == LAB_MOMENT_END };
}

void lab_check_question_texts(struct lab_reader *r, const struct yaml_node *entry,
                              const struct lab_question *question)
{
    struct lab_seen seen = seen_at(&question->gate);

    seen.field = question->field;
    check_text(r, yaml_map_get(entry, "ask"), &seen);
    check_list(r, yaml_map_get(entry, "hints"), NULL, &seen);
    check_list(r, yaml_map_get(entry, "choices"), "text", &seen);
    check_list(r, yaml_map_get(entry, "items"), "text", &seen);
    check_list(r, yaml_map_get(entry, "choices"), "say", &ALL);
    check_list(r, yaml_map_get(entry, "mistakes"), "say", &ALL);
    check_text(r, yaml_map_get(entry, "explain"), &ALL);
}

void lab_check_page_texts(struct lab_reader *r, const struct yaml_node *entry,
                          const struct lab_gate *gate)
{
    struct lab_seen seen = seen_at(gate);

    check_text(r, yaml_map_get(entry, "text"), &seen);
}

/* Tasks come when the run has been seen to its end; no frame is theirs. */
void lab_check_task_texts(struct lab_reader *r, const struct yaml_node *entry)
{
    static const struct lab_seen SEEN = { .end = true };

    check_text(r, yaml_map_get(entry, "ask"), &SEEN);
    check_list(r, yaml_map_get(entry, "hints"), NULL, &SEEN);
}
