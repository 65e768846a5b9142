#include "tools/lib/task.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/simulation.h"
#include "tools/lib/text.h"

/* ---- The lab with its commands ---- */

static void first_error(struct diagnostics *d, char *why, size_t size)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    const char *said;

    snprintf(why, size, "%s", _("these commands make no lab"));
    if (out == NULL)
        return;
    diagnostics_print(d, out);
    fclose(out);
    said = strstr(text, "error: ");
    if (said != NULL)
        snprintf(why, size, "%.*s", (int)strcspn(said + 7, "\n"), said + 7);
    free(text);
}

/* LAB with the commands among DEEDS in its script; NULL: WHY says why not. */
static struct lab *amended(const struct lab *lab, const struct deed *deeds, size_t count, char *why,
                           size_t size)
{
    struct lab_amendment amendments[DEEDS_MAX];
    struct diagnostics d;
    struct lab *result = NULL;
    size_t used = 0;
    char *text;

    for (size_t i = 0; i < count; i++)
        if (!deeds[i].off && deeds[i].kind == DEED_COMMAND)
            amendments[used++] = deed_amendment(&deeds[i]);
    diagnostics_init(&d);
    text = lab_amend(lab, amendments, used, &simulation_hooks, &d);
    if (text != NULL)
        lab_parse(text, strlen(text), lab->source->name, NULL, &simulation_hooks, &result, &d);
    if (result == NULL)
        first_error(&d, why, size);
    else
        result->seed = lab->seed;
    free(text);
    diagnostics_free(&d);
    return result;
}

/* ---- The run ---- */

static bool refuse(char *why, size_t size, const char *text)
{
    snprintf(why, size, "%s", text);
    return false;
}

/* Whether what was done could be done at all, and came to an end. */
static bool is_sound(const struct simulation *s, char *why, size_t size)
{
    if (s->overflowed || s->world->stuck)
        return refuse(why, size, _("with these deeds the run does not end"));
    for (uint32_t i = 0; i < s->world->intervention_count; i++)
        if (s->world->interventions[i].frame > s->world->frame_count) {
            snprintf(why, size, _("frame %u was never sent: this run has %u frames"),
                     s->world->interventions[i].frame, s->world->frame_count);
            return false;
        }
    return true;
}

static bool take_result(const struct simulation *s, struct task_result *result)
{
    size_t count = s->lab->check_count;

    memset(result, 0, sizeof(*result));
    result->checks = calloc(count + 1, sizeof(*result->checks));
    if (result->checks == NULL)
        return false;
    result->count = count;
    result->hash = trace_hash(&s->trace);
    for (size_t i = 0; i < count; i++)
        result->checks[i] = (struct task_check){ .held = s->checks[i].held,
                                                 .points = s->checks[i].points,
                                                 .of = s->checks[i].of };
    result->points = simulation_points(s, &result->of);
    return true;
}

/* Runs LAB, with the checks of TASK in place of its own. */
static bool run(const struct lab *lab, size_t task, struct simulation_options *options,
                const struct task_limits *limits, struct task_result *result, char *why,
                size_t size)
{
    struct lab asked = *lab;
    struct simulation s;
    bool ok;

    asked.checks = lab->tasks[task].checks;
    asked.check_count = lab->tasks[task].check_count;
    if (!simulation_open(&s, &asked, options))
        return refuse(why, size, _("out of memory"));
    simulation_run(&s, NULL);
    ok = is_sound(&s, why, size) &&
         (take_result(&s, result) || refuse(why, size, _("out of memory")));
    if (ok && limits != NULL && limits->look != NULL)
        limits->look(limits->context, &s);
    simulation_close(&s);
    return ok;
}

bool task_run(const struct lab *lab, size_t task, const struct deed *deeds, size_t count,
              const struct task_limits *limits, struct task_result *result, char *why, size_t size)
{
    struct intervention interventions[DEEDS_MAX];
    struct simulation_options options = { .interventions = interventions,
                                          .trace_limit = limits != NULL ? limits->trace : 0,
                                          .event_limit = limits != NULL ? limits->events : 0,
                                          .deeds = deed_count(deeds, count) };
    struct lab *own = NULL;
    bool ok;

    ASSERT(count <= DEEDS_MAX);
    for (size_t i = 0; i < count; i++)
        if (!deeds[i].off && deeds[i].kind != DEED_COMMAND)
            interventions[options.intervention_count++] = deed_intervention(&deeds[i]);
    if (options.deeds.of[DEED_COMMAND] > 0) {
        own = amended(lab, deeds, count, why, size);
        if (own == NULL)
            return false;
    }
    ok = run(own != NULL ? own : lab, task, &options, limits, result, why, size);
    lab_free(own);
    return ok;
}

void task_result_free(struct task_result *result)
{
    free(result->checks);
    memset(result, 0, sizeof(*result));
}

size_t task_solution(const struct lab *lab, size_t task, struct deed *deeds)
{
    const struct lab_task *of = &lab->tasks[task];
    char why[300];
    size_t column, count = 0;

    for (size_t i = 0; i < of->solution_count; i++)
        count += deed_parse(of->solution[i].text, lab, &deeds[count], why, sizeof(why), &column);
    return count;
}
