/*
 * cmd_quiz.c - `rung quiz LAB`: its questions and tasks, line by line.
 */
#include "tools/rung/rung.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tools/lib/colour.h"
#include "tools/lib/output_file.h"
#include "tools/lib/progress.h"
#include "tools/lib/quiz.h"
#include "tools/lib/quiz_answers.h"
#include "tools/lib/text.h"
#include "tools/lib/variant.h"
#include "tools/rung/lab_argument.h"
#include "tools/rung/quiz_options.h"
#include "tools/rung/run_output.h"

/* One student at one lab. */
struct session {
    const struct quiz_options_read *o;
    struct lab *lab;
    char name[SUBMISSION_NAME_MAX + 1]; /* of the lab */
    struct submission_head head;
    struct exercise *e;
    struct attempt *a;
    struct quiz_answers *answers;  /* or NULL: somebody types */
    char path[PROGRESS_PATH_SIZE]; /* of progress; "": none is kept */
    bool complained;               /* it could not be */
};

/* ---- Lines of a person, or a pipe ---- */

static enum quiz_read read_stdin(void *context, const char *name, char *line, size_t size)
{
    int c;

    (void)context;
    (void)name;
    line[0] = '\0';
    if (fgets(line, (int)size, stdin) == NULL)
        return QUIZ_READ_END;
    if (strchr(line, '\n') != NULL || strlen(line) + 1 < size) {
        line[strcspn(line, "\n")] = '\0';
        return QUIZ_READ_LINE;
    }
    do
        c = getchar();
    while (c != '\n' && c != EOF);
    return QUIZ_READ_TOO_LONG;
}

/* ---- What is kept ---- */

static void keep(void *context)
{
    struct session *s = context;

    if (s->path[0] == '\0' || progress_save(s->path, &s->head, s->a) || s->complained)
        return;
    s->complained = true;
    fprintf(stderr, _("rung: note: progress cannot be kept: %s: %s\n"), s->path, strerror(errno));
}

static bool write_submission(struct output_file *file, const void *context)
{
    const struct session *s = context;

    submission_write(s->a, &s->head, file->stream);
    return !ferror(file->stream);
}

/* ---- One session ---- */

/* A fresh attempt, or that of another day. */
static bool open_attempt(struct session *s)
{
    bool keeps = s->o->answers == NULL;
    enum progress_found found;

    if (!keeps || !progress_path(s->name, s->o->student, s->path, sizeof(s->path)))
        s->path[0] = '\0';
    s->a =
        progress_open(s->path[0] == '\0' || s->o->fresh ? NULL : s->path, s->e, &s->head, &found);
    if (s->a == NULL) {
        complain(_("out of memory"));
        return false;
    }
    if (found == PROGRESS_GOES_ON)
        puts(_("You have been here before, and go on where you stopped (--fresh begins anew).\n"));
    if (found == PROGRESS_OTHER)
        printf(_("What you did before belongs to another version of this lab; it is put aside as\n"
                 "%s~, and you begin anew.\n\n"),
               s->path);
    return true;
}

static int open_answers(struct session *s)
{
    struct diagnostics d;
    int status = EXIT_DONE;

    if (s->o->answers == NULL)
        return EXIT_DONE;
    diagnostics_init(&d);
    s->answers = quiz_answers_load(s->o->answers, s->lab, &d);
    if (s->answers == NULL)
        status = d.unreadable ? EXIT_UNREADABLE : EXIT_USAGE;
    diagnostics_print(&d, stderr);
    diagnostics_free(&d);
    return status;
}

static enum quiz_end ask(struct session *s)
{
    bool typed = s->answers == NULL && isatty(STDIN_FILENO) == 1;
    const struct quiz_options options = {
        .input = { .read = s->answers != NULL ? quiz_answers_read : read_stdin,
                   .context = s->answers,
                   .echo = !typed,
                   .pauses = typed && isatty(STDOUT_FILENO) == 1,
                   .end_settles = s->answers != NULL },
        .out = stdout,
        .student = s->o->student,
        .narrate = s->o->narrate,
        .ladder = { .width = s->o->width != 0 ? s->o->width : output_width(),
                    .ascii = s->o->ascii || !colour_locale_is_utf8(),
                    .colour = colour_wanted(s->o->colour, stdout) },
        .most = s->o->all ? 0 : QUIZ_ROWS,
        .changed = keep,
        .context = s,
    };

    return quiz_run(s->e, s->a, &options);
}

/* All points, or as many as can be before a teacher has read the texts. */
static int status_of(const struct session *s, enum quiz_end end)
{
    struct attempt_points points = attempt_points(s->a);

    if (end == QUIZ_FAILED && errno != EPIPE)
        return EXIT_UNREADABLE;
    return end == QUIZ_DONE && points.got + points.pending == points.of ? EXIT_DONE : EXIT_CHECK;
}

static void say_goodbye(const struct session *s)
{
    if (s->path[0] == '\0' || access(s->path, F_OK) != 0)
        return;
    printf(_("What you have done is kept: rung quiz %s%s%s goes on here.\n"), s->o->lab,
           s->o->student != NULL ? " --student " : "", s->o->student != NULL ? s->o->student : "");
}

static int run(struct session *s)
{
    enum quiz_end end;
    int status = open_answers(s);

    if (status != EXIT_DONE)
        return status;
    if (!open_attempt(s))
        return EXIT_INTERNAL;
    end = ask(s);
    status = status_of(s, end);
    if (end == QUIZ_LEFT)
        say_goodbye(s);
    if (s->o->submit != NULL && !run_output_file(s->o->submit, write_submission, s))
        status = EXIT_UNREADABLE;
    else if (s->o->submit != NULL && s->o->student == NULL)
        fprintf(stderr, _("rung: note: %s does not say whose it is: --student ID does\n"),
                s->o->submit);
    return close_output(status);
}

/* ---- The lab ---- */

static int quiz_lab(struct session *s)
{
    const struct exercise_options options = { .student = s->o->student };
    char why[EXERCISE_WHY_SIZE];
    int status;

    if (s->lab->question_count + s->lab->task_count + s->lab->page_count == 0) {
        complain(_("%s asks nothing: rung run %s shows it"), s->o->lab, s->o->lab);
        return EXIT_USAGE;
    }
    s->e = exercise_open(s->lab, &options, why, sizeof(why));
    if (s->e == NULL) {
        complain("%s: %s", s->o->lab, why);
        return EXIT_USAGE;
    }
    status = run(s);
    attempt_close(s->a);
    quiz_answers_free(s->answers);
    exercise_close(s->e);
    return status;
}

/* What differs from the lab's text: the variant's, then what was asked for. */
static bool collect(struct quiz_options_read *o, const struct variant *variant,
                    struct lab_overrides *all, const char **at)
{
    all->at = at;
    all->count = 0;
    if (variant->count + o->override_count > SUBMISSION_OVERRIDES_MAX)
        return false;
    for (size_t i = 0; i < variant->count; i++)
        at[all->count++] = variant->overrides[i];
    for (size_t i = 0; i < o->override_count; i++)
        at[all->count++] = o->overrides[i];
    return true;
}

static int quiz(struct quiz_options_read *o)
{
    static const char *at[SUBMISSION_OVERRIDES_MAX];
    struct lab_overrides own = { o->overrides, o->override_count }, all;
    struct variant variant = { .count = 0 };
    struct session s = { .o = o };
    char path[LAB_PATH_LIMIT];
    int status = EXIT_DONE;

    if (o->student != NULL)
        status = lab_argument_variant(o->lab, o->student, &own, &variant);
    if (status != EXIT_DONE)
        return status;
    if (!collect(o, &variant, &all, at)) {
        complain(_("too many values are set: at most %d"), SUBMISSION_OVERRIDES_MAX);
        status = EXIT_USAGE;
    } else {
        status = lab_argument_load(o->lab, &all, path, &s.lab);
    }
    if (status == EXIT_DONE) {
        lab_path_name(path, s.name, sizeof(s.name));
        s.head = (struct submission_head){ s.name, o->student, all.at, all.count };
        status = quiz_lab(&s);
        lab_free(s.lab);
    }
    variant_free(&variant);
    return status;
}

int cmd_quiz(int argc, char **argv)
{
    struct quiz_options_read o;

    if (!quiz_options_read(argc, argv, &o))
        return EXIT_USAGE;
    if (o.help) {
        quiz_options_help();
        return close_output(EXIT_DONE);
    }
    return quiz(&o);
}
