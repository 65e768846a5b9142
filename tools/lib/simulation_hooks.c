#include <stdio.h>
#include <string.h>

#include "layers/nearest.h"
#include "layers/state.h"
#include "sim/filter.h"
#include "tools/lib/answer.h"
#include "tools/lib/exercise_header.h"
#include "tools/lib/filter_hint.h"
#include "tools/lib/simulation.h"
#include "tools/lib/simulation_names.h"
#include "tools/lib/text.h"

static bool check_command(void *ctx, const struct lab *lab, const struct lab_command *command,
                          char *why, size_t size, size_t *column)
{
    struct simulation_target target = { lab, command->target, command->index };
    struct command_scope scope = simulation_scope(&target);
    struct command_error error;
    struct command parsed;

    (void)ctx;
    if (command_parse(command->text, &scope, &parsed, &error))
        return true;
    snprintf(why, size, "%s", error.message);
    *column = error.column;
    return false;
}

static bool check_state(void *ctx, const struct lab *lab, size_t node, const char *state, char *why,
                        size_t size, size_t *column)
{
    char clause[NEAREST_CLAUSE_SIZE];
    struct nearest near;

    (void)ctx;
    (void)lab;
    (void)node;
    *column = 0;
    if (state_find(state) > STATE_NONE)
        return true;
    nearest_begin(&near, state);
    for (int id = STATE_NONE + 1; id < STATE_COUNT; id++)
        nearest_offer(&near, state_name(id));
    nearest_clause(&near, clause, sizeof(clause));
    snprintf(why, size, _("unknown state \"%.40s\"%s"), state,
             clause[0] != '\0' ? clause : _(": write for example ESTABLISHED"));
    return false;
}

static bool check_filter(void *ctx, const struct lab *lab, const char *text, char *why, size_t size,
                         size_t *column)
{
    struct filter *filter = filter_compile(text, FILTER_ETHERNET, why, size, column);

    (void)ctx;
    (void)lab;
    filter_free(filter);
    if (filter == NULL)
        filter_hint(text, *column, why, size);
    return filter != NULL;
}

static bool check_expression(void *ctx, const struct lab *lab, const char *text, char *why,
                             size_t size, size_t *column)
{
    struct expression expression;

    (void)ctx;
    if (!expression_parse(text, lab, &expression, why, size, column))
        return false;
    if (expression.moment_at != NULL) {
        snprintf(why, size, "%s",
                 _("only answers, which are asked of a whole run, know of moments"));
        *column = (size_t)(expression.moment_at - text);
        return false;
    }
    if (expression.frame_at == NULL)
        return true;
    snprintf(why, size, "%s", _("which frame? only answers, asked at a moment, know of one"));
    *column = (size_t)(expression.frame_at - text);
    return false;
}

static bool check_answer(void *ctx, const struct lab *lab, const char *text, char *why, size_t size,
                         size_t *column)
{
    struct expression expression;

    (void)ctx;
    return expression_parse(text, lab, &expression, why, size, column);
}

/* Whether STEP looks at what the student is still to see. */
static bool is_hidden(const struct expression_step *step, const struct lab_seen *seen)
{
    if (step->op == OP_END_TIME)
        return !seen->end;
    return step->op == OP_FRAME && step->index == 0 && !seen->frame &&
           (seen->field == NULL || !exercise_header_tells(seen->field, &step->fact));
}

static bool check_inserted(void *ctx, const struct lab *lab, const char *text,
                           const struct lab_seen *seen, char *why, size_t size, size_t *column)
{
    struct expression expression;

    (void)ctx;
    if (!expression_parse(text, lab, &expression, why, size, column))
        return false;
    for (unsigned i = 0; i < expression.count; i++) {
        const struct expression_step *step = &expression.steps[i];

        if (!is_hidden(step, seen))
            continue;
        snprintf(why, size, "%s",
                 _("whoever reads this has not seen that yet: explain: may tell it, or a page "
                   "after: it"));
        *column = (size_t)(step->at - text);
        return false;
    }
    return true;
}

static bool check_within(void *ctx, const struct lab *lab, const char *answer, const char *within,
                         char *why, size_t size)
{
    struct expression expression;
    int64_t span;
    size_t column;

    (void)ctx;
    return expression_parse(answer, lab, &expression, why, size, &column) &&
           answer_read_span(expression_type(&expression), within, 0, &span, why, size);
}

static bool check_deed(void *ctx, const struct lab *lab, const char *text, char *why, size_t size,
                       size_t *column)
{
    struct deed deed;

    (void)ctx;
    return deed_parse(text, lab, &deed, why, size, column);
}

const struct lab_hooks simulation_hooks = {
    .check_command = check_command,
    .check_state = check_state,
    .check_filter = check_filter,
    .check_expression = check_expression,
    .check_answer = check_answer,
    .check_inserted = check_inserted,
    .check_within = check_within,
    .check_deed = check_deed,
};
