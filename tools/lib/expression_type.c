#include "tools/lib/expression.h"

/* What a step that needs no operands yields. */
static enum value_type type_of_operand(const struct expression_step *step)
{
    switch (step->op) {
    case OP_VALUE_NODE:
    case OP_VALUE_LINK: return step->value->type;
    case OP_VALUE_TCP: return step->tcp->type;
    case OP_TIME:
    case OP_MOMENT:
    case OP_END_TIME: return VALUE_TIME;
    case OP_FRAME: return step->fact.type;
    case OP_NUMBER: return step->is_state ? VALUE_STATE : step->type;
    default: return VALUE_NUMBER;
    }
}

/* A number takes the type of what it is added to or multiplied with; a size
 * by a size, or anything stranger, is a number. */
static enum value_type combined(enum expression_op op, enum value_type a, enum value_type b)
{
    if (op >= OP_EQUAL)
        return VALUE_TRUTH;
    if (op == OP_REMAINDER || (op == OP_DIVIDE && b == VALUE_NUMBER))
        return a;
    if (op == OP_DIVIDE || (op == OP_MULTIPLY && a != VALUE_NUMBER && b != VALUE_NUMBER))
        return VALUE_NUMBER;
    if (a == VALUE_NUMBER || a == b)
        return b;
    return b == VALUE_NUMBER ? a : VALUE_NUMBER;
}

struct typed {
    enum value_type type;
    const struct expression_step *bare; /* made of numbers alone: the first of them */
};

static bool is_bare_time(const struct typed *number, const struct typed *time)
{
    return number->bare != NULL && number->type == VALUE_NUMBER && number->bare->number != 0 &&
           time->type == VALUE_TIME;
}

/* Does OP, of two operands, to the types LEFT and RIGHT; the result is LEFT's. The
 * first number that lacks a unit goes to *BARE. */
static void combine(enum expression_op op, struct typed *left, const struct typed *right,
                    const struct expression_step **bare)
{
    if (*bare == NULL && op >= OP_ADD && op <= OP_GREATER_EQUAL) {
        if (is_bare_time(left, right))
            *bare = left->bare;
        else if (is_bare_time(right, left))
            *bare = right->bare;
    }
    left->type = combined(op, left->type, right->type);
    if (right->bare == NULL)
        left->bare = NULL;
}

static enum value_type walk(const struct expression *expression,
                            const struct expression_step **bare)
{
    struct typed stack[EXPRESSION_STEPS];
    unsigned top = 0;

    *bare = NULL;
    for (unsigned i = 0; i < expression->count; i++) {
        const struct expression_step *step = &expression->steps[i];

        if (step->op <= OP_COUNT_MARKS) {
            stack[top++] =
                (struct typed){ type_of_operand(step), step->op == OP_NUMBER ? step : NULL };
        } else if (step->op == OP_NOT) {
            stack[top - 1] = (struct typed){ VALUE_TRUTH, NULL };
        } else if (step->op != OP_NEGATE && step->op < OP_SKIP_AND) {
            top--;
            combine(step->op, &stack[top - 1], &stack[top], bare);
        }
    }
    return stack[0].type;
}

enum value_type expression_type(const struct expression *expression)
{
    const struct expression_step *bare;

    return walk(expression, &bare);
}

const struct expression_step *expression_bare_number(const struct expression *expression)
{
    const struct expression_step *bare;

    walk(expression, &bare);
    return bare;
}
