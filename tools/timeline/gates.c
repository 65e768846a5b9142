#include "tools/timeline/gates.h"

#include <stdio.h>
#include <stdlib.h>

#include "tools/lib/text.h"

bool gates_wanted(const struct lab *lab)
{
    return lab->page_count + lab->question_count + lab->task_count > 0;
}

bool gates_is_settled(const struct gates *gates, size_t gate)
{
    const struct exercise_gate *g = &gates->exercise->gates[gate];

    return g->is_page ? gates->read[gate] : attempt_is_settled(gates->attempt, g->index);
}

static void find_next(struct gates *gates)
{
    gates->next = 0;
    while (gates->next < gates->exercise->gate_count && gates_is_settled(gates, gates->next))
        gates->next++;
}

/* Progress does not tell which pages were read: those in front of the last question
 * to which anything was done. */
static void read_up_to_progress(struct gates *gates)
{
    bool behind = false;

    for (size_t i = gates->exercise->gate_count; i-- > 0;) {
        const struct exercise_gate *g = &gates->exercise->gates[i];

        if (g->is_page)
            gates->read[i] = behind;
        else
            behind = behind || gates->attempt->questions[g->index].act_count > 0;
    }
}

struct gates *gates_open(const struct lab *lab, const struct gates_options *options, char *why,
                         size_t size)
{
    const struct exercise_options own = { .student = options->student };
    struct gates *gates = calloc(1, sizeof(*gates));

    snprintf(why, size, "%s", _("out of memory"));
    if (gates == NULL)
        return NULL;
    gates->head = (struct submission_head){ options->lab, options->student, options->overrides,
                                            options->override_count };
    if (options->keeps &&
        !progress_path(options->lab, options->student, gates->path, sizeof(gates->path)))
        gates->path[0] = '\0';
    gates->exercise = exercise_open(lab, &own, why, size);
    if (gates->exercise != NULL) {
        gates->read = calloc(gates->exercise->gate_count + 1, sizeof(*gates->read));
        gates->attempt =
            progress_open(gates->path[0] == '\0' || options->fresh ? NULL : gates->path,
                          gates->exercise, &gates->head, &gates->found);
    }
    if (gates->read == NULL || gates->attempt == NULL) {
        gates_close(gates);
        return NULL;
    }
    read_up_to_progress(gates);
    find_next(gates);
    return gates;
}

void gates_close(struct gates *gates)
{
    if (gates == NULL)
        return;
    attempt_close(gates->attempt);
    exercise_close(gates->exercise);
    free(gates->read);
    free(gates);
}

bool gates_hide(const struct gates *gates)
{
    return gates != NULL && gates->next < gates->exercise->gate_count;
}

uint32_t gates_shown(const struct gates *gates)
{
    return gates_hide(gates) ? gates->exercise->gates[gates->next].shown : UINT32_MAX;
}

void gates_read(struct gates *gates, size_t gate)
{
    gates->read[gate] = gates->exercise->gates[gate].is_page;
    find_next(gates);
}

bool gates_changed(struct gates *gates)
{
    find_next(gates);
    return gates->path[0] == '\0' || progress_save(gates->path, &gates->head, gates->attempt);
}

size_t gates_place(const struct gates *gates, size_t gate, size_t *count)
{
    size_t place = 0;

    *count = 0;
    for (size_t i = 0; i < gates->exercise->gate_count; i++) {
        *count += !gates->exercise->gates[i].is_page;
        if (i <= gate)
            place = *count;
    }
    return place;
}
