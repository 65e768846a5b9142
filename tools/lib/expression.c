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

/* Segments that the ladder marks. Who has not followed the frames does so now. */
static int64_t count_marks(const struct expression_step *step, const struct expression_scene *scene)
{
    struct frame_facts own = { .tcp = NULL };
    struct frame_facts *facts = scene->facts != NULL ? scene->facts : &own;
    int64_t count = 0;

    if (scene->trace != NULL)
        count = frame_marks_count(facts, scene->world, scene->trace, scene->trace->frames.at,
                                  step->marks, step->count.node);
    frame_facts_close(&own);
    return count;
}

/* The moment that STEP names, if it comes and may be looked at; else NULL. */
static const struct expression_moment *moment_of(const struct expression_step *step,
                                                 const struct expression_scene *scene)
{
    const struct expression_moment *moment =
        scene->moments != NULL ? &scene->moments[step->index - 1] : NULL;

    return moment != NULL && moment->comes && moment->event <= scene->seen ? moment : NULL;
}

static bool read_moment(const struct expression_step *step, const struct expression_scene *scene,
                        int64_t *value)
{
    const struct expression_moment *moment = moment_of(step, scene);

    if (moment != NULL)
        *value = moment->time;
    return moment != NULL;
}

static bool read_frame(const struct expression_step *step, const struct expression_scene *scene,
                       int64_t *value)
{
    const struct expression_moment *moment = step->index > 0 ? moment_of(step, scene) : NULL;
    uint32_t own_frame = step->index > 0 ? 0 : scene->frame;
    uint32_t frame = moment != NULL ? moment->frame : own_frame;
    struct frame_facts own = { .tcp = NULL };
    struct frame_facts *facts = scene->facts != NULL ? scene->facts : &own;
    bool ok = scene->trace != NULL &&
              frame_fact_read(facts, scene->trace, frame, &step->fact, value);

    frame_facts_close(&own);
    return ok;
}

static int64_t count_deeds(const struct expression_step *step,
                           const struct expression_scene *scene)
{
    if (scene->deeds == NULL)
        return 0;
    return step->index == DEED_KINDS ? scene->deeds->all : scene->deeds->of[step->index];
}

static vtime end_time(const struct expression_scene *scene)
{
    const struct trace *trace = scene->trace;

    if (trace == NULL)
        return scene->world->now;
    return trace->events.count == 0 ? 0 : trace_event(trace, trace->events.count)->at;
}

/* The value of a step that needs no operands. */
static bool operand(struct expression_step *step, const struct expression_scene *scene,
                    int64_t *value)
{
    const struct world *world = scene->world;

    *value = step->number;
    switch (step->op) {
    case OP_VALUE_NODE: *value = step->value->of_node(world->nodes[step->index]); break;
    case OP_VALUE_TCP: *value = step->tcp->of(world->nodes[step->index], step->port); break;
    case OP_VALUE_LINK: *value = step->value->of_link(world->links[step->index]); break;
    case OP_TIME: *value = world->now; break;
    case OP_COUNT: *value = count_on(&step->count, scene->trace); break;
    case OP_FRAME: return read_frame(step, scene, value);
    case OP_MOMENT: return read_moment(step, scene, value);
    case OP_DEEDS: *value = count_deeds(step, scene); break;
    case OP_END_TIME: *value = end_time(scene); break;
    case OP_COUNT_MARKS: *value = count_marks(step, scene); return *value >= 0;
    default: break;
    }
    return true;
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
    struct expression_scene scene = { .world = world, .trace = trace };

    return expression_evaluate_in(expression, &scene, result);
}

bool expression_evaluate_in(struct expression *expression, const struct expression_scene *scene,
                            int64_t *result)
{
    int64_t stack[EXPRESSION_STEPS];
    unsigned top = 0;

    for (unsigned i = 0; i < expression->count; i++) {
        struct expression_step *step = &expression->steps[i];

        if (step->op <= OP_COUNT_MARKS) {
            if (!operand(step, scene, &stack[top++]))
                return false;
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
