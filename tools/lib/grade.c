#include "tools/lib/grade.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/exercise_check.h"
#include "tools/lib/grade_parts.h"
#include "tools/lib/grow.h"
#include "tools/lib/text.h"

/* ---- Names ---- */

static const char *const REMARK_NAMES[GRADE_REMARK_KINDS] = {
    [GRADE_UNREADABLE] = "unreadable",
    [GRADE_OTHER_LAB] = "other-lab",
    [GRADE_OTHER_VARIANT] = "other-variant",
    [GRADE_OTHER_RUN] = "other-run",
    [GRADE_TASK_RUN] = "task-run",
    [GRADE_ACTS] = "acts",
    [GRADE_OTHER_VERSION] = "other-version",
    [GRADE_DUPLICATE] = "duplicate",
    [GRADE_NO_STUDENT] = "no-student",
    [GRADE_REDRAWN] = "redrawn",
    [GRADE_RENAMED] = "renamed",
    [GRADE_SAME_ACTS] = "same-acts",
    [GRADE_ANSWERS_OF] = "answers-of",
    [GRADE_QUESTION] = "question",
    [GRADE_TASK] = "task",
    [GRADE_TEXT] = "text",
};

static const char *const STATUS_NAMES[GRADE_STATUSES] = {
    [GRADE_STATUS_GRADED] = "graded",         [GRADE_STATUS_OTHER_VERSION] = "other-version",
    [GRADE_STATUS_FORGED] = "forged",         [GRADE_STATUS_OTHER_LAB] = "other-lab",
    [GRADE_STATUS_UNREADABLE] = "unreadable",
};

const char *grade_remark_name(enum grade_remark_kind kind)
{
    return REMARK_NAMES[kind];
}

const char *grade_status_name(enum grade_status status)
{
    return STATUS_NAMES[status];
}

enum grade_status grade_status_of(const struct grade_row *row)
{
    enum grade_status status = GRADE_STATUS_GRADED;

    for (size_t i = 0; i < row->remark_count; i++)
        switch (row->remarks[i].kind) {
        case GRADE_UNREADABLE: return GRADE_STATUS_UNREADABLE;
        case GRADE_OTHER_LAB: return GRADE_STATUS_OTHER_LAB;
        case GRADE_OTHER_VARIANT:
        case GRADE_OTHER_RUN:
        case GRADE_TASK_RUN:
        case GRADE_ACTS: status = GRADE_STATUS_FORGED; break;
        case GRADE_OTHER_VERSION:
            if (status == GRADE_STATUS_GRADED)
                status = GRADE_STATUS_OTHER_VERSION;
            break;
        default: break;
        }
    return status;
}

/* ---- Rows ---- */

void grade_say(struct grade_row *row, enum grade_remark_kind kind, const char *format, ...)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    va_list args;

    ASSERT(out != NULL);
    va_start(args, format);
    vfprintf(out, format, args);
    va_end(args);
    fclose(out);
    ASSERT(text != NULL);
    for (char *at = text; *at != '\0'; at++)
        if (*at == '\n' || *at == '\t' || *at == '\r')
            *at = ' '; /* of what a student wrote */
    ASSERT(grow(&row->remarks, row->remark_count + 1, &row->remark_room, sizeof(*row->remarks)));
    row->remarks[row->remark_count++] = (struct grade_remark){ kind, text };
}

static struct grade_row *add_row(struct grade *g, const char *file, const char *student)
{
    struct grade_row *row;

    ASSERT(grow(&g->rows, g->count + 1, &g->room, sizeof(*g->rows)));
    row = &g->rows[g->count++];
    *row = (struct grade_row){ .counts = true, .points.of = g->of };
    row->file = strdup(file);
    row->student = strdup(student);
    row->parts = calloc(g->lab->question_count + g->lab->task_count + 1, sizeof(*row->parts));
    row->trace = calloc(1, sizeof(*row->trace));
    ASSERT(row->file != NULL && row->student != NULL && row->parts != NULL && row->trace != NULL);
    return row;
}

static void free_row(struct grade_row *row)
{
    for (size_t i = 0; i < row->remark_count; i++)
        free(row->remarks[i].text);
    for (size_t i = 0; i < row->trace->wrong_count; i++)
        free(row->trace->wrongs[i].text);
    free(row->trace->wrongs);
    free(row->trace);
    free(row->remarks);
    free(row->parts);
    free(row->student);
    free(row->file);
}

/* ---- Adding ---- */

/* Grades S, or says by D why there is none. Frees it. */
static void add(struct grade *g, const char *file, struct submission *s, struct diagnostics *d)
{
    struct grade_row *row = add_row(g, file, s != NULL ? s->student : "");
    struct grade_variant *v;
    char first[600];
    const char *why;

    if (s == NULL) {
        diagnostics_first(d, first, sizeof(first));
        grade_say(row, GRADE_UNREADABLE, "%s", first);
        return;
    }
    v = grade_variant(g, s, &why);
    if (v == NULL)
        grade_say(row, GRADE_UNREADABLE, _("this student's variant makes no lab: %s"), why);
    else
        grade_submission(g, v, s, row);
    submission_free(s);
}

void grade_add(struct grade *g, const char *file, const char *text, size_t len)
{
    struct diagnostics d;

    diagnostics_init(&d);
    add(g, file, submission_parse(text, len, file, &d), &d);
    diagnostics_free(&d);
}

void grade_add_file(struct grade *g, const char *path)
{
    struct diagnostics d;

    diagnostics_init(&d);
    add(g, path, submission_load(path, &d), &d);
    g->unreadable = g->unreadable || d.unreadable;
    diagnostics_free(&d);
}

/* ---- The whole ---- */

struct grade *grade_open(const struct lab *lab, const char *name,
                         const struct grade_options *options, char *why, size_t size)
{
    struct grade *g = calloc(1, sizeof(*g));
    const char *reason;

    ASSERT(g != NULL);
    g->lab = lab;
    g->lab_hash = submission_lab_hash(lab);
    g->name = strdup(name);
    g->of = exercise_points(lab);
    g->event_limit = options != NULL ? options->events : 0;
    ASSERT(g->name != NULL);
    if (grade_variant(g, NULL, &reason) != NULL)
        return g;
    snprintf(why, size, "%s", reason);
    grade_close(g);
    return NULL;
}

void grade_close(struct grade *g)
{
    if (g == NULL)
        return;
    for (size_t i = 0; i < g->count; i++)
        free_row(&g->rows[i]);
    grade_variants_close(g);
    free(g->rows);
    free(g->name);
    free(g);
}

static int compare_rows(const void *left, const void *right)
{
    const struct grade_row *a = left, *b = right;
    int order;

    if ((a->student[0] == '\0') != (b->student[0] == '\0'))
        return a->student[0] == '\0' ? 1 : -1;
    order = strcmp(a->student, b->student);
    return order != 0 ? order : strcmp(a->file, b->file);
}

/* By kind; those of a kind stay in their order. */
static void sort_remarks(struct grade_row *row)
{
    for (size_t i = 1; i < row->remark_count; i++)
        for (size_t at = i; at > 0; at--) {
            struct grade_remark *pair = &row->remarks[at - 1], first = pair[0];

            if (pair[0].kind <= pair[1].kind)
                break;
            pair[0] = pair[1];
            pair[1] = first;
        }
}

void grade_finish(struct grade *g)
{
    if (g->count > 0)
        qsort(g->rows, g->count, sizeof(*g->rows), compare_rows);
    for (size_t i = 0; i < g->count; i++)
        g->rows[i].status = grade_status_of(&g->rows[i]);
    grade_compare(g);
    for (size_t i = 0; i < g->count; i++)
        sort_remarks(&g->rows[i]);
}

bool grade_is_clean(const struct grade *g)
{
    for (size_t i = 0; i < g->count; i++)
        if (g->rows[i].status != GRADE_STATUS_GRADED)
            return false;
    return true;
}
