#include "tools/lib/expression.h"

#include "layers/names.h"
#include "sim/world.h"

static bool is_counted(const struct expression_count *count, const struct record *record)
{
    if (count->rule != RULE_NONE)
        return record->rule == count->rule;
    return record->kind == count->kind && (count->app == APP_NONE || record->what == count->app);
}

static int64_t count_on(struct expression_count *count, const struct trace *trace)
{
    uint32_t end = trace == NULL ? 0 : trace->records.at;

    for (; count->scanned < end; count->scanned++) {
        struct record record = trace_read(trace, count->scanned);

        if (count->node != NODE_NONE && count->node != record.node)
            continue;
        if (is_counted(count, &record))
            count->found++;
    }
    return count->found;
}

static bool divide(enum expression_op op, int64_t a, int64_t b, int64_t *result)
{
    if (b == 0 || (a == INT64_MIN && b == -1))
        return false;
    *result = op == OP_DIVIDE ? a / b : a % b;
    return true;
}

static int64_t compare(enum expression_op op, int64_t a, int64_t b)
{
    switch (op) {
    case OP_EQUAL:
        return a == b;
    case OP_NOT_EQUAL:
        return a != b;
    case OP_LESS:
        return a < b;
    case OP_LESS_EQUAL:
        return a <= b;
    case OP_GREATER:
        return a > b;
    case OP_GREATER_EQUAL:
        return a >= b;
    case OP_AND:
        return a != 0 && b != 0;
    default:
        return a != 0 || b != 0;
    }
}

static bool combine(enum expression_op op, int64_t a, int64_t b, int64_t *result)
{
    switch (op) {
    case OP_MULTIPLY:
        return !__builtin_mul_overflow(a, b, result);
    case OP_ADD:
        return !__builtin_add_overflow(a, b, result);
    case OP_SUBTRACT:
        return !__builtin_sub_overflow(a, b, result);
    case OP_DIVIDE:
    case OP_REMAINDER:
        return divide(op, a, b, result);
    default:
        *result = compare(op, a, b);
        return true;
    }
}

/* The value of a step that needs no operands. */
static int64_t operand(struct expression_step *step, const struct world *world,
                       const struct trace *trace)
{
    switch (step->op) {
    case OP_VALUE_NODE:
        return step->value->of_node(world->nodes[step->index]);
    case OP_VALUE_TCP:
        return step->tcp->of(world->nodes[step->index], step->port);
    case OP_VALUE_LINK:
        return step->value->of_link(world->links[step->index]);
    case OP_TIME:
        return world->now;
    case OP_COUNT:
        return count_on(&step->count, trace);
    default:
        return step->number;
    }
}

/* Whether the left side, which is VALUE, decides an "and" or "or". */
static bool decides(enum expression_op op, int64_t value)
{
    return (op == OP_SKIP_AND) == (value == 0);
}

/* What a failed check has to show: the two sides that did not fit. */
static void note_comparison(struct expression *expression, enum expression_op op, bool states,
                            int64_t left, int64_t right)
{
    if (op < OP_EQUAL || op > OP_GREATER_EQUAL)
        return;
    expression->compared = true;
    expression->states = states;
    expression->left = left;
    expression->right = right;
}

bool expression_evaluate(struct expression *expression, const struct world *world,
                         const struct trace *trace, int64_t *result)
{
    int64_t stack[EXPRESSION_STEPS];
    unsigned top = 0;

    for (unsigned i = 0; i < expression->count; i++) {
        struct expression_step *step = &expression->steps[i];

        if (step->op <= OP_COUNT) {
            stack[top++] = operand(step, world, trace);
        } else if (step->op >= OP_SKIP_AND) {
            if (!decides(step->op, stack[top - 1]))
                continue;
            stack[top - 1] = step->op == OP_SKIP_OR;
            i = (unsigned)step->index - 1;
        } else if (step->op == OP_NOT) {
            stack[top - 1] = stack[top - 1] == 0;
        } else if (step->op == OP_NEGATE) {
            if (__builtin_sub_overflow(0, stack[top - 1], &stack[top - 1]))
                return false;
        } else {
            top--;
            note_comparison(expression, step->op, step[-1].is_state, stack[top - 1], stack[top]);
            if (!combine(step->op, stack[top - 1], stack[top], &stack[top - 1]))
                return false;
        }
    }
    ASSERT(top == 1);
    *result = stack[0];
    return true;
}
