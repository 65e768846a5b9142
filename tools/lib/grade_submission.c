#include "tools/lib/grade_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/hash.h"
#include "tools/lib/text.h"
#include "tools/lib/variant.h"

enum { WORDS_MIN = 20 }; /* bytes of a text that two do not write by chance */

/* ---- What it claims ---- */

/* Remarks about another lab. False: it is not to be done again. */
static bool is_of_lab(const struct grade *g, const struct submission *s, struct grade_row *row)
{
    bool same_name = strcmp(s->lab, g->name) == 0, same_text = s->lab_hash == g->lab_hash;

    if (grade_is_other_version(g, s))
        grade_say(row, GRADE_OTHER_VERSION,
                  _("the lab has been changed: its hash is %016" PRIx64 ", this one's %016" PRIx64),
                  s->lab_hash, g->lab_hash);
    else if (!same_name && same_text)
        grade_say(row, GRADE_RENAMED, _("this lab was called %s there"), s->lab);
    else if (!same_name)
        grade_say(row, GRADE_OTHER_LAB, _("it is of the lab %s"), s->lab);
    return same_name || same_text;
}

/* By which variant a submission of another version is judged, where that is not
 * plain. */
static void say_redrawn(const struct grade *g, const struct grade_variant *v,
                        const struct submission *s, struct grade_row *row)
{
    struct variant now;
    uint64_t key;

    if (s->student[0] == '\0' || !grade_is_other_version(g, s))
        return;
    variant_of(g->lab, s->student, &now);
    key = grade_key((const char *const *)now.overrides, now.count);
    variant_free(&now);
    if (key != v->key)
        grade_say(row, GRADE_REDRAWN,
                  _("judged by the variant that it has, which is not what the lab gives now: was "
                    "its title or vary-key changed?"));
    else if (row->trace->claimed != key)
        grade_say(row, GRADE_REDRAWN,
                  _("its variant is none of this lab: judged by the one that the lab gives now"));
}

/* The overrides of S begin with those whose key is OWN, and go on. */
static bool has_more(const struct submission *s, uint64_t own)
{
    for (size_t count = 0; count < s->override_count; count++)
        if (grade_key(s->overrides, count) == own)
            return true;
    return false;
}

/* Whether RUN is what the lab gives; a changed lab, or another variant, would
 * have another one. */
static void check_run(const struct grade_variant *v, const struct submission *s,
                      struct grade_row *row)
{
    if (grade_status_of(row) == GRADE_STATUS_OTHER_VERSION)
        return;
    if (row->trace->claimed != v->key) /* worded by grade_compare, which knows the class */
        grade_say(row, GRADE_OTHER_VARIANT, "%s", "");
    else if (s->run != v->run)
        grade_say(row, GRADE_OTHER_RUN, "%s", "");
}

/* ---- What was done ---- */

/* A number that stands for another choice at each student tells nothing. */
static bool is_of_choices(const struct lab *lab, const char *question)
{
    for (size_t i = 0; i < lab->question_count; i++)
        if (strcmp(lab->questions[i].name, question) == 0)
            return lab->questions[i].choice_count + lab->questions[i].item_count > 0;
    return false;
}

static uint64_t hash_acts(const struct lab *lab, const struct submission *s)
{
    uint64_t hash = 0;

    for (size_t i = 0; i < s->answer_count; i++) {
        const struct submission_answer *answer = &s->answers[i];
        bool texts = !is_of_choices(lab, answer->question);

        hash = hash_bytes(hash, answer->question, strlen(answer->question) + 1);
        for (size_t a = 0; a < answer->act_count && texts; a++) {
            hash = hash_mix(hash + (uint64_t)answer->acts[a].kind);
            hash = hash_bytes(hash, answer->acts[a].text, strlen(answer->acts[a].text) + 1);
        }
    }
    return hash;
}

static void keep_wrong(struct grade_trace *trace, size_t question, const char *text)
{
    struct grade_wrong *grown =
        realloc(trace->wrongs, (trace->wrong_count + 1) * sizeof(*trace->wrongs));

    ASSERT(grown != NULL);
    trace->wrongs = grown;
    grown[trace->wrong_count] = (struct grade_wrong){ question, strdup(text) };
    ASSERT(grown[trace->wrong_count].text != NULL);
    trace->wrong_count++;
}

static void remember_acts(const struct attempt *a, struct grade_trace *trace)
{
    for (size_t i = 0; i < a->exercise->lab->question_count; i++) {
        bool is_value = a->exercise->lab->questions[i].answer != NULL;

        for (size_t n = 0; n < a->questions[i].act_count; n++) {
            const struct attempt_act *act = &a->questions[i].acts[n];

            if (act->kind != ATTEMPT_TRY)
                continue;
            if (act->verdict == EXERCISE_PENDING)
                trace->wrote = trace->wrote || strlen(act->text) >= WORDS_MIN;
            else if (act->verdict != EXERCISE_RIGHT && is_value)
                keep_wrong(trace, i, act->text);
            trace->guessed = trace->guessed || (is_value && act->verdict == EXERCISE_WRONG);
        }
    }
}

/* What could not be done: of a lab that is the same, Rung would not have taken it. */
static void replay_answers(const struct submission *s, struct attempt *a, struct grade_row *row)
{
    bool other = grade_status_of(row) == GRADE_STATUS_OTHER_VERSION;
    struct diagnostics d;
    char first[600];

    diagnostics_init(&d);
    if (!submission_replay_answers(s, a, &d)) {
        diagnostics_first(&d, first, sizeof(first));
        grade_say(row, other ? GRADE_QUESTION : GRADE_ACTS,
                  other ? _("not all fits this version of the lab: %s") : "%s", first);
    }
    diagnostics_free(&d);
}

static void replay_tasks(const struct grade *g, const struct submission *s, struct attempt *a,
                         struct grade_row *row)
{
    uint64_t own = a->exercise->simulation.trace.events.count;
    const struct task_limits limits = {
        .trace = GRADE_TRACE_MAX,
        .events = g->event_limit != 0 ? g->event_limit : 10 * own + GRADE_EVENTS_SPARE,
    };
    struct diagnostics d;
    char first[600];

    diagnostics_init(&d);
    if (!submission_replay_tasks(s, a, &limits, &d)) {
        diagnostics_first(&d, first, sizeof(first));
        grade_say(row, GRADE_TASK, "%s", first);
    }
    diagnostics_free(&d);
}

static void check_task_runs(const struct submission *s, const struct attempt *a,
                            struct grade_row *row)
{
    if (grade_status_of(row) != GRADE_STATUS_GRADED)
        return; /* another variant or version: these runs cannot be the same */
    for (size_t i = 0; i < a->exercise->lab->task_count; i++)
        for (size_t n = 0; a->tasks[i].ran && n < s->task_count; n++)
            if (strcmp(s->tasks[n].task, a->exercise->lab->tasks[i].name) == 0 &&
                s->tasks[n].run != a->tasks[i].result.hash)
                grade_say(row, GRADE_TASK_RUN,
                          _("task %s: it says run %016" PRIx64 ", its deeds make %016" PRIx64),
                          s->tasks[n].task, s->tasks[n].run, a->tasks[i].result.hash);
}

/* ---- Why there are not all points ---- */

static void say_question(const struct attempt *a, size_t index, struct attempt_points points,
                         struct grade_row *row)
{
    const struct attempt_question *q = &a->questions[index];
    const char *name = a->exercise->lab->questions[index].name, *comma = "";
    char text[200] = "";
    size_t len = 0;

    if (q->wrong > 0) {
        len += (size_t)snprintf(text, sizeof(text), "%zu %s", q->wrong,
                                q->wrong == 1 ? _("wrong try") : _("wrong tries"));
        comma = ", ";
    }
    if (q->asked > 0) {
        len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%zu %s", comma, q->asked,
                                q->asked == 1 ? _("hint") : _("hints"));
        comma = ", ";
    }
    if (q->passed || !(q->right || q->pending))
        snprintf(text + len, sizeof(text) - len, "%s%s", comma,
                 q->passed ? _("passed") : _("not answered"));
    grade_say(row, GRADE_QUESTION, _("%s %" PRId64 " of %" PRId64 " (%s)"), name,
              points.got + points.pending, points.of, text);
}

static void judge_questions(const struct attempt *a, struct grade_row *row)
{
    for (size_t i = 0; i < a->exercise->lab->question_count; i++) {
        struct attempt_points points = attempt_question_points(a, i);
        const struct attempt_question *q = &a->questions[i];

        row->parts[i] = points;
        if (points.got + points.pending < points.of)
            say_question(a, i, points, row);
        if (q->pending)
            grade_say(row, GRADE_TEXT, "%s (%" PRId64 "): %s", a->exercise->lab->questions[i].name,
                      points.pending, q->acts[q->act_count - 1].text);
    }
}

/* "lose 0 of 4 (not: deeds == 1; not: ...)". */
static void say_task(const struct lab_task *task, const struct attempt_task *t,
                     struct attempt_points points, struct grade_row *row)
{
    char text[1000] = "";
    size_t len = 0;

    for (size_t i = 0; i < t->result.count; i++)
        if (!t->result.checks[i].held && len < sizeof(text))
            len += (size_t)snprintf(text + len, sizeof(text) - len, _("%snot: %s"),
                                    len > 0 ? "; " : "", task->checks[i].expression);
    grade_say(row, GRADE_TASK, _("%s %" PRId64 " of %" PRId64 " (%s)"), task->name, points.got,
              points.of, t->ran ? text : _("no run"));
}

static void judge_task(const struct attempt *a, size_t index, struct grade_row *row)
{
    struct attempt_points points = attempt_task_points(a, index);

    row->parts[a->exercise->lab->question_count + index] = points;
    if (points.got < points.of)
        say_task(&a->exercise->lab->tasks[index], &a->tasks[index], points, row);
}

/* ---- The whole ---- */

void grade_submission(const struct grade *g, const struct grade_variant *v,
                      const struct submission *s, struct grade_row *row)
{
    struct attempt *a;

    row->trace->own = v->key;
    row->trace->claimed = grade_key(s->overrides, s->override_count);
    row->trace->besides = has_more(s, v->key);
    row->trace->run = s->run;
    row->trace->acts = hash_acts(g->lab, s);
    if (s->student[0] == '\0')
        grade_say(row, GRADE_NO_STUDENT, _("it is nobody's: no --student was given"));
    if (!is_of_lab(g, s, row))
        return;
    say_redrawn(g, v, s, row);
    exercise_shuffle(v->e, s->student);
    a = attempt_open(v->e);
    ASSERT(a != NULL);
    check_run(v, s, row);
    replay_answers(s, a, row);
    replay_tasks(g, s, a, row);
    check_task_runs(s, a, row);
    remember_acts(a, row->trace);
    judge_questions(a, row);
    for (size_t i = 0; i < g->lab->task_count; i++)
        judge_task(a, i, row);
    row->points = attempt_points(a);
    row->trace->replayed = true;
    attempt_close(a);
}
