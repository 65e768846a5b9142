#include "tools/lib/lab_reader.h"

#include "tools/lib/text.h"

struct draft {
    const struct yaml_node *checks, *solution, *hints;
};

#define KEEP(field) lab_read_keep, offsetof(struct draft, field)

static const struct lab_key TASK_KEYS[] = {
    { "task", "one-loss", "its name: letters, digits and -", NULL, 0 },
    { "ask", "Lose exactly one frame.", "what the student is to do", NULL, 0 },
    { "checks", "[{ check: deeds == 1 }]",
      "what must hold then, as the lab's own checks:", KEEP(checks) },
    { "solution", "[ drop 7 ]", "what does it, as typed in the timeline: for the key",
      KEEP(solution) },
    { "hints", "[ Look at frame 7. ]", "texts that can be asked for", KEEP(hints) },
    { NULL, NULL, NULL, NULL, 0 },
};

const struct lab_key_group lab_task_keys = {
    "task", "an entry of tasks:", TASK_KEYS, false, NULL, 0
};

const char *lab_asked_name(const struct lab *lab, size_t index)
{
    if (index < lab->question_count)
        return lab->questions[index].name;
    index -= lab->question_count;
    return index < lab->task_count ? lab->tasks[index].name : NULL;
}

static void read_solution(struct lab_reader *r, const struct yaml_node *value,
                          struct lab_task *task)
{
    const struct yaml_node *list =
        lab_list_of(r, value, "solution", "[ drop 7 ]", LAB_SOLUTION_MAX);
    struct lab_word *words;

    if (list == NULL)
        return;
    words = lab_read_words(r, list, "solution", &task->solution_count);
    task->solution = lab_memory_take(r->memory, list->count, sizeof *task->solution);
    for (size_t i = 0; i < task->solution_count; i++) {
        task->solution[i] = (struct lab_solution){ words[i].text, words[i].mark };
        lab_ask(r, r->hooks->check_deed, words[i].text, words[i].mark);
    }
}

static void read_task(struct lab_reader *r, const struct yaml_node *entry, struct lab_task *task)
{
    struct draft draft = { .checks = NULL };
    const char *ask;

    *task = (struct lab_task){ .name = "", .mark = entry->mark, .ask = "" };
    if (entry->kind != YAML_MAP) {
        lab_error(r, entry->mark,
                  _("a task needs a map: write - { task: one-loss, ask: ..., "
                    "checks: [...] }"));
        return;
    }
    lab_read_map(r, entry, "task", &lab_task_keys, &draft);
    ask = lab_read_needed(r, entry, "ask", "Lose exactly one frame.");
    task->ask = ask != NULL ? ask : "";
    task->checks = lab_read_check_list(r, draft.checks, &task->check_count);
    if (draft.checks == NULL || yaml_node_is_empty(draft.checks))
        lab_error(r, entry->mark,
                  _("this task has no checks: write checks: [{ check: "
                    "deeds == 1 }]"));
    read_solution(r, draft.solution, task);
    task->hints = lab_read_texts(r, draft.hints, "hints", &task->hint_count);
    lab_check_task_texts(r, entry);
    task->name = lab_read_title(r, entry, "task", lab_asked_name);
}

void lab_read_tasks(struct lab_reader *r)
{
    const struct yaml_node *list = lab_list_of(
        r, r->tasks, "tasks", "[{ task: one-loss, ask: ..., checks: [...] }]", LAB_TASKS_MAX);
    struct lab *lab = r->lab;

    if (list == NULL)
        return;
    lab->tasks = lab_memory_take(r->memory, list->count, sizeof *lab->tasks);
    for (const struct yaml_node *entry = list->first; entry != NULL; entry = entry->next) {
        read_task(r, entry, &lab->tasks[lab->task_count]);
        lab->task_count++;
    }
}
