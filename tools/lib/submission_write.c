#include <inttypes.h>
#include <string.h>

#include "sim/hash.h"
#include "tools/lib/submission.h"
#include "tools/lib/yaml_write.h"

uint64_t submission_lab_hash(const struct lab *lab)
{
    return hash_bytes(0, lab->source->text, lab->source->len);
}

/* "bugs" is one of the words of the path that the LEN bytes at PATH are. */
static bool hides(const char *path, size_t len)
{
    const char *end = path + len;

    while (path < end) {
        size_t word = strcspn(path, ".=");

        if (word == 4 && memcmp(path, "bugs", 4) == 0)
            return true;
        path += word + 1;
    }
    return false;
}

size_t submission_override(const char *override, char *out, size_t size)
{
    size_t path = strcspn(override, "=");

    if (override[path] == '\0' || override[path + 1] == '#' || !hides(override, path))
        return (size_t)snprintf(out, size, "%s", override);
    return (size_t)snprintf(out, size, "%.*s=#%016" PRIx64, (int)path, override,
                            hash_bytes(0, override, strlen(override)));
}

static void write_override(const char *override, FILE *out)
{
    char text[SUBMISSION_OVERRIDE_MAX + 1];

    submission_override(override, text, sizeof(text));
    yaml_write_scalar(out, text);
}

static void write_act(const struct attempt_act *act, FILE *out)
{
    switch (act->kind) {
    case ATTEMPT_HINT: fputs("hint", out); return;
    case ATTEMPT_PASS: fputs("pass", out); return;
    case ATTEMPT_TRY: break;
    }
    fputs("{ try: ", out);
    yaml_write_scalar(out, act->text);
    fputs(" }", out);
}

static void write_answers(const struct attempt *a, FILE *out)
{
    const struct lab *lab = a->exercise->lab;
    bool begun = false;

    for (size_t i = 0; i < lab->question_count; i++) {
        const struct attempt_question *q = &a->questions[i];

        if (q->act_count == 0)
            continue;
        if (!begun)
            fputs("answers:\n", out);
        begun = true;
        fputs("  - { question: ", out);
        yaml_write_scalar(out, lab->questions[i].name);
        fputs(", acts: [", out);
        for (size_t k = 0; k < q->act_count; k++) {
            fputs(k > 0 ? ", " : "", out);
            write_act(&q->acts[k], out);
        }
        fputs("] }\n", out);
    }
}

static void write_deeds(const struct attempt_task *task, FILE *out)
{
    char text[DEED_TEXT_SIZE + 200];
    bool begun = false;

    for (size_t i = 0; i < task->deed_count; i++) {
        if (task->deeds[i].off)
            continue;
        deed_write(&task->deeds[i], text, sizeof(text));
        fputs(begun ? ", " : "", out);
        yaml_write_scalar(out, text);
        begun = true;
    }
}

static void write_tasks(const struct attempt *a, FILE *out)
{
    const struct lab *lab = a->exercise->lab;
    bool begun = false;

    for (size_t i = 0; i < lab->task_count; i++) {
        const struct attempt_task *task = &a->tasks[i];

        if (!task->ran)
            continue;
        fputs(begun ? "" : "tasks:\n", out);
        fputs("  - { task: ", out);
        yaml_write_scalar(out, lab->tasks[i].name);
        fprintf(out, ", run: '%016" PRIx64 "', deeds: [", task->result.hash);
        begun = true;
        write_deeds(task, out);
        fputs("] }\n", out);
    }
}

void submission_write(const struct attempt *a, const struct submission_head *head, FILE *out)
{
    const struct exercise *e = a->exercise;

    fputs("rung: submission/1\nlab: ", out);
    yaml_write_scalar(out, head->lab);
    fprintf(out, "\nlab-hash: '%016" PRIx64 "'\nstudent: ", submission_lab_hash(e->lab));
    yaml_write_scalar(out, head->student != NULL ? head->student : "");
    fputs("\nvariant: [", out);
    for (size_t i = 0; i < head->override_count; i++) {
        fputs(i > 0 ? ", " : "", out);
        write_override(head->overrides[i], out);
    }
    fprintf(out, "]\nrun: '%016" PRIx64 "'\n", e->hash);
    write_answers(a, out);
    write_tasks(a, out);
}
