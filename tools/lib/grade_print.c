#include "tools/lib/grade.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/json_writer.h"
#include "tools/lib/text.h"
#include "tools/lib/utf8.h"

/* ---- For people ---- */

static const char *who(const struct grade_row *row)
{
    return row->student[0] != '\0' ? row->student : row->file;
}

/* "anna  12 of 14, 2 pending: ack 1 of 3 (1 wrong try), lose 0 of 4 (no run)" */
static void print_line(const struct grade_row *row, FILE *out)
{
    const char *before = ": ";

    utf8_print_clean(out, who(row), false);
    if (row->status >= GRADE_STATUS_OTHER_LAB)
        fputs(_(": not graded"), out);
    else
        fprintf(out, _("  %" PRId64 " of %" PRId64), row->points.got, row->points.of);
    if (row->points.pending > 0)
        fprintf(out, _(", %" PRId64 " pending"), row->points.pending);
    for (size_t i = 0; i < row->remark_count; i++)
        if (row->remarks[i].kind == GRADE_QUESTION || row->remarks[i].kind == GRADE_TASK) {
            fputs(before, out);
            utf8_print_clean(out, row->remarks[i].text, false);
            before = ", ";
        }
    fputc('\n', out);
}

/* Below it: what is wrong, and what is to be read. */
static void print_remarks(const struct grade_row *row, FILE *out)
{
    for (size_t i = 0; i < row->remark_count; i++) {
        const struct grade_remark *remark = &row->remarks[i];

        if (remark->kind == GRADE_QUESTION || remark->kind == GRADE_TASK)
            continue;
        fprintf(out, "    %s", grade_remark_name(remark->kind));
        if (remark->kind < GRADE_DUPLICATE && row->status == GRADE_STATUS_FORGED)
            fprintf(out, " (%s)", grade_status_name(row->status));
        fputs(": ", out);
        utf8_print_clean(out, remark->text, false);
        if (remark->kind < GRADE_DUPLICATE && row->student[0] != '\0') {
            fputs(" (", out);
            utf8_print_clean(out, row->file, false);
            fputs(")", out);
        }
        fputc('\n', out);
    }
}

/* "300 submissions of handshake, of 296 students: 280 graded, 12 forged" */
static void print_summary(const struct grade *g, FILE *out)
{
    size_t of[GRADE_STATUSES] = { 0 }, students = 0;
    const char *before = ": ";

    for (size_t i = 0; i < g->count; i++) {
        of[g->rows[i].status]++;
        students += g->rows[i].counts && g->rows[i].student[0] != '\0';
    }
    fprintf(out, _("%zu %s of %s, %zu %s"), g->count,
            g->count == 1 ? _("submission") : _("submissions"), g->name, students,
            students == 1 ? _("student") : _("students"));
    for (int status = 0; status < GRADE_STATUSES; status++)
        if (of[status] > 0) {
            fprintf(out, "%s%zu %s", before, of[status],
                    grade_status_name((enum grade_status)status));
            before = ", ";
        }
    fputc('\n', out);
}

void grade_print(const struct grade *g, FILE *out)
{
    for (size_t i = 0; i < g->count; i++) {
        print_line(&g->rows[i], out);
        print_remarks(&g->rows[i], out);
    }
    print_summary(g, out);
}

/* ---- For a table ---- */

/* One cell. A program that takes a cell for a formula, by how it begins, is told
 * by an apostrophe that this is none: a student has chosen it. */
static void put_cell(FILE *out, const char *text)
{
    bool mark = text[0] != '\0' && strchr("=+-@", text[0]) != NULL;
    char *whole = malloc(2 * strlen(text) + 4), *at = whole;

    ASSERT(whole != NULL);
    *at++ = '"';
    if (mark)
        *at++ = '\'';
    for (; *text != '\0'; text++) {
        if (*text == '"')
            *at++ = '"';
        *at++ = *text;
    }
    at[0] = '"';
    at[1] = '\0';
    if (!mark && strpbrk(whole + 1, ",; \"") == at) {
        *at = '\0';
        utf8_print_clean(out, whole + 1, false); /* plain: without quotes */
    } else {
        utf8_print_clean(out, whole, false);
    }
    free(whole);
}

/* The points of PART; nothing if it was not asked, or not graded. */
static void put_part(FILE *out, const struct attempt_points *part)
{
    if (part->pending > 0)
        fputs("pending", out);
    else if (part->of > 0)
        fprintf(out, "%" PRId64, part->got);
}

static void put_remarks(const struct grade_row *row, FILE *out)
{
    char *text = NULL;
    size_t len;
    FILE *all = open_memstream(&text, &len);
    const char *before = "";

    ASSERT(all != NULL);
    for (size_t i = 0; i < row->remark_count; i++)
        if (row->remarks[i].kind < GRADE_QUESTION) {
            fprintf(all, "%s%s: %s", before, grade_remark_name(row->remarks[i].kind),
                    row->remarks[i].text);
            before = "; ";
        }
    fclose(all);
    put_cell(out, text);
    free(text);
}

static void put_row(const struct grade *g, const struct grade_row *row, FILE *out)
{
    put_cell(out, row->student);
    if (row->status < GRADE_STATUS_OTHER_LAB)
        fprintf(out, ",%" PRId64 ",%" PRId64 ",%" PRId64, row->points.got, row->points.of,
                row->points.pending);
    else
        fprintf(out, ",0,%" PRId64 ",0", row->points.of);
    fprintf(out, ",%s,", grade_status_name(row->status));
    put_cell(out, row->file);
    fputc(',', out);
    put_remarks(row, out);
    for (size_t i = 0; i < g->lab->question_count + g->lab->task_count; i++) {
        fputc(',', out);
        put_part(out, &row->parts[i]);
    }
    fputc('\n', out);
}

void grade_print_csv(const struct grade *g, FILE *out)
{
    fputs("student,points,of,pending,status,file,remarks", out);
    for (size_t i = 0; i < g->lab->question_count; i++)
        fprintf(out, ",question.%s", g->lab->questions[i].name);
    for (size_t i = 0; i < g->lab->task_count; i++)
        fprintf(out, ",task.%s", g->lab->tasks[i].name);
    fputc('\n', out);
    for (size_t i = 0; i < g->count; i++)
        if (g->rows[i].counts)
            put_row(g, &g->rows[i], out);
}

/* ---- For programs ---- */

static void put_points(struct json_writer *w, const struct attempt_points *points)
{
    json_put_integer(w, "points", points->got);
    json_put_integer(w, "of", points->of);
    json_put_integer(w, "pending", points->pending);
}

static void put_named(struct json_writer *w, const char *key, const char *name,
                      const struct attempt_points *points)
{
    json_open(w, NULL, '{');
    json_put_string(w, key, name);
    put_points(w, points);
    json_close(w, '}');
}

static void put_submission(struct json_writer *w, const struct grade *g,
                           const struct grade_row *row)
{
    const struct lab *lab = g->lab;

    json_open(w, NULL, '{');
    json_put_string(w, "student", row->student);
    json_put_string(w, "file", row->file);
    json_put_string(w, "status", grade_status_name(row->status));
    json_put_bool(w, "counts", row->counts);
    put_points(w, &row->points);
    json_open(w, "questions", '[');
    for (size_t i = 0; i < lab->question_count; i++)
        put_named(w, "question", lab->questions[i].name, &row->parts[i]);
    json_close(w, ']');
    json_open(w, "tasks", '[');
    for (size_t i = 0; i < lab->task_count; i++)
        put_named(w, "task", lab->tasks[i].name, &row->parts[lab->question_count + i]);
    json_close(w, ']');
    json_open(w, "remarks", '[');
    for (size_t i = 0; i < row->remark_count; i++) {
        json_open(w, NULL, '{');
        json_put_string(w, "kind", grade_remark_name(row->remarks[i].kind));
        json_put_string(w, "text", row->remarks[i].text);
        json_close(w, '}');
    }
    json_close(w, ']');
    json_close(w, '}');
}

void grade_print_json(const struct grade *g, FILE *out)
{
    struct json_writer w;
    char hash[20];

    snprintf(hash, sizeof(hash), "%016" PRIx64, g->lab_hash);
    json_begin(&w, out);
    json_put_string(&w, "schema", "rung.grade/1");
    json_put_string(&w, "lab", g->name);
    json_put_string(&w, "lab-hash", hash);
    json_put_integer(&w, "of", g->of);
    json_open(&w, "submissions", '[');
    for (size_t i = 0; i < g->count; i++)
        put_submission(&w, g, &g->rows[i]);
    json_close(&w, ']');
    json_end(&w);
}
