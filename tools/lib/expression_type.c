#include "tools/lib/expression.h"

/* What a step that needs no operands yields. */
static enum value_type type_of_operand(const struct expression_step *step)
{
    switch (step->op) {
    case OP_VALUE_NODE:
    case OP_VALUE_LINK: return step->value->type;
    case OP_VALUE_TCP: return step->tcp->type;
    case OP_TIME:
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

enum value_type expression_type(const struct expression *expression)
{
    enum value_type stack[EXPRESSION_STEPS];
    unsigned top = 0;

    for (unsigned i = 0; i < expression->count; i++) {
        const struct expression_step *step = &expression->steps[i];

        if (step->op <= OP_COUNT_MARKS) {
            stack[top++] = type_of_operand(step);
        } else if (step->op == OP_NOT) {
            stack[top - 1] = VALUE_TRUTH;
        } else if (step->op != OP_NEGATE && step->op < OP_SKIP_AND) {
            top--;
            stack[top - 1] = combined(step->op, stack[top - 1], stack[top]);
        }
    }
    return stack[0];
}
