#include "tools/lib/grade_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/answer.h"
#include "tools/lib/text.h"

enum { OWNER_SIZE = 200 };
enum { ANSWERS_MIN = 2 }; /* wrong answers that fit somebody else: one may be chance */

/* The variant that is remembered for KEY, or NULL. */
static const struct grade_variant *remembered(const struct grade *g, uint64_t key)
{
    for (size_t i = 0; i < g->variant_count; i++)
        if (g->variants[i].key == key)
            return &g->variants[i];
    return NULL;
}

/* ---- Whose it is ---- */

/* The first other student whose variant has KEY, and in *OTHERS how many more
 * there are; NULL: nobody's. */
static const char *student_of(const struct grade *g, const struct grade_row *row, uint64_t key,
                              size_t *others)
{
    const char *first = NULL, *last = row->student;

    *others = 0;
    for (size_t i = 0; i < g->count; i++) {
        const struct grade_row *other = &g->rows[i];

        if (other->trace->own != key || other->student[0] == '\0' ||
            strcmp(other->student, row->student) == 0 || strcmp(other->student, last) == 0)
            continue;
        *others += first != NULL;
        first = first != NULL ? first : other->student;
        last = other->student;
    }
    return first;
}

/* "that of carl (and 2 others)", "that of the lab without --student", "nobody's in this class". */
static void describe_owner(const struct grade *g, const struct grade_row *row, uint64_t key,
                           char *out, size_t size)
{
    size_t others;
    const char *student = student_of(g, row, key, &others);

    if (student != NULL && others > 0)
        snprintf(out, size, _("that of %s (and %zu more)"), student, others);
    else if (student != NULL)
        snprintf(out, size, _("that of %s"), student);
    else if (key == grade_key(NULL, 0) && g->lab->vary_count > 0)
        snprintf(out, size, "%s", _("that of the lab without --student"));
    else
        snprintf(out, size, "%s", _("nobody's in this class"));
}

static void word_variant(const struct grade *g, struct grade_row *row, struct grade_remark *remark)
{
    char owner[OWNER_SIZE], text[2 * OWNER_SIZE];

    describe_owner(g, row, row->trace->claimed, owner, sizeof(owner));
    snprintf(text, sizeof(text), _("its variant is not this student's: it is %s"), owner);
    if (row->trace->besides)
        snprintf(text, sizeof(text), "%s", _("more was changed than the variant: --set or --seed"));
    free(remark->text);
    remark->text = strdup(text);
    ASSERT(remark->text != NULL);
}

static void word_run(const struct grade *g, struct grade_row *row, struct grade_remark *remark)
{
    const struct grade_variant *own = remembered(g, row->trace->own);
    char owner[OWNER_SIZE], text[2 * OWNER_SIZE];
    uint64_t key = 0;
    bool known = false;

    for (size_t i = 0; i < g->variant_count && !known; i++)
        if (g->variants[i].run == row->trace->run && g->variants[i].rights != NULL) {
            key = g->variants[i].key;
            known = true;
        }
    snprintf(owner, sizeof(owner), "%s", _("nobody's in this class"));
    if (known)
        describe_owner(g, row, key, owner, sizeof(owner));
    snprintf(text, sizeof(text),
             _("it says run %016" PRIx64 ", the lab gives %016" PRIx64 ": it is %s"),
             row->trace->run, own->run, owner);
    free(remark->text);
    remark->text = strdup(text);
    ASSERT(remark->text != NULL);
}

static void word(const struct grade *g, struct grade_row *row)
{
    for (size_t i = 0; i < row->remark_count; i++)
        if (row->remarks[i].kind == GRADE_OTHER_VARIANT)
            word_variant(g, row, &row->remarks[i]);
        else if (row->remarks[i].kind == GRADE_OTHER_RUN)
            word_run(g, row, &row->remarks[i]);
}

/* ---- Handed in twice ---- */

static bool is_better(const struct grade_row *a, const struct grade_row *b)
{
    if (a->status != b->status)
        return a->status < b->status;
    return a->points.got + a->points.pending > b->points.got + b->points.pending;
}

/* Rows FIRST up to END are one student's. */
static void choose(struct grade *g, size_t first, size_t end)
{
    size_t best = first;

    for (size_t i = first + 1; i < end; i++)
        if (is_better(&g->rows[i], &g->rows[best]))
            best = i;
    for (size_t i = first; i < end; i++) {
        struct grade_row *row = &g->rows[i];

        row->counts = i == best;
        if (i != best)
            grade_say(row, GRADE_DUPLICATE, _("%s counts for this student"), g->rows[best].file);
        else if (end - first > 1)
            grade_say(row, GRADE_DUPLICATE, _("handed in %zu times: %s, too"), end - first,
                      g->rows[best == first ? first + 1 : first].file);
    }
}

static void choose_all(struct grade *g)
{
    size_t end;

    for (size_t i = 0; i < g->count; i = end) {
        end = i + 1;
        while (g->rows[i].student[0] != '\0' && end < g->count &&
               strcmp(g->rows[end].student, g->rows[i].student) == 0)
            end++;
        choose(g, i, end);
    }
}

/* ---- Copied ---- */

/* Of another version nobody knows what was right there, or what was foreseen. */
static bool is_this_version(const struct grade_row *row)
{
    return row->status != GRADE_STATUS_OTHER_VERSION;
}

/* Two who do exactly the same are right, or make the mistake that everybody makes,
 * or have the same variant; or they have looked at one another. */
static bool is_odd(const struct grade_row *row, const struct grade_row *other)
{
    const struct grade_trace *a = row->trace, *b = other->trace;
    bool is_guess =
        a->own != b->own && a->guessed && is_this_version(row) && is_this_version(other);

    return a->replayed && b->replayed && a->acts == b->acts &&
           strcmp(row->student, other->student) != 0 && (a->wrote || is_guess);
}

static void find_same(struct grade *g, struct grade_row *row)
{
    const char *first = NULL;
    size_t more = 0;

    for (size_t i = 0; i < g->count; i++)
        if (is_odd(row, &g->rows[i])) {
            more += first != NULL;
            first = first != NULL ? first : g->rows[i].student;
        }
    if (more > 0)
        grade_say(row, GRADE_SAME_ACTS, _("the same answers as %s (and %zu more)"), first, more);
    else if (first != NULL)
        grade_say(row, GRADE_SAME_ACTS, _("the same answers as %s"), first);
}

/* How many questions ROW has answered wrongly as would be right in variant V. */
static size_t count_fitting(const struct grade_row *row, const struct grade_variant *v)
{
    const struct grade_trace *trace = row->trace;
    size_t count = 0, last = SIZE_MAX;
    char why[200];
    int64_t value;

    for (size_t i = 0; i < trace->wrong_count; i++) {
        const struct grade_wrong *wrong = &trace->wrongs[i];
        const struct grade_right *right = &v->rights[wrong->question];

        if (wrong->question != last && right->known &&
            answer_read(right->type, wrong->text, &value, why, sizeof(why)) &&
            answer_same(right->type, right->value, value)) {
            count++;
            last = wrong->question;
        }
    }
    return count;
}

static void find_fitting(struct grade *g, struct grade_row *row)
{
    char owner[OWNER_SIZE];
    const struct grade_variant *best = NULL;
    size_t most = ANSWERS_MIN - 1, others;

    for (size_t i = 0; i < g->variant_count; i++) {
        const struct grade_variant *v = &g->variants[i];
        size_t count = v->key == row->trace->own || v->rights == NULL ? 0 : count_fitting(row, v);

        if (count > most && student_of(g, row, v->key, &others) != NULL) {
            most = count;
            best = v;
        }
    }
    if (best == NULL)
        return;
    describe_owner(g, row, best->key, owner, sizeof(owner));
    grade_say(row, GRADE_ANSWERS_OF, _("%zu wrong answers fit a variant: %s"), most, owner);
}

void grade_compare(struct grade *g)
{
    for (size_t i = 0; i < g->count; i++) {
        word(g, &g->rows[i]);
        if (g->rows[i].trace->replayed) {
            find_same(g, &g->rows[i]);
            if (is_this_version(&g->rows[i]))
                find_fitting(g, &g->rows[i]);
        }
    }
    choose_all(g);
}
