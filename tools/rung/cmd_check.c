/*
 * cmd_check.c - `rung check LAB...`: errors; and what the lab asks, tried.
 */
#include "tools/rung/rung.h"

#include <stdio.h>

#include "layers/units.h"
#include "tools/lib/exercise_check.h"
#include "tools/lib/options.h"
#include "tools/lib/simulation.h"
#include "tools/lib/text.h"
#include "tools/lib/variant.h"
#include "tools/rung/lab_argument.h"

enum { OVERRIDES_MAX = 100 };

struct check_options {
    bool quiet;
    const char *student; /* --student ID, or NULL */
    int64_t students;    /* how many are made up for a lab that varies */
    int64_t seeds;
    const char *overrides[OVERRIDES_MAX]; /* --set PATH=VALUE */
    size_t override_count;
};

/* "1 link", "2 links". */
static void print_count(size_t count, const char *one, const char *many)
{
    printf("%zu %s", count, count == 1 ? one : many);
}

/* ", 4 questions, 1 task, 12 points". */
static void print_asked(const struct lab *lab)
{
    int64_t points = exercise_points(lab);

    if (lab->question_count + lab->task_count == 0)
        return;
    fputs(", ", stdout);
    print_count(lab->question_count, _("question"), _("questions"));
    fputs(", ", stdout);
    print_count(lab->task_count, _("task"), _("tasks"));
    fputs(", ", stdout);
    print_count((size_t)points, _("point"), _("points"));
}

/* What differs for STUDENT; whoever checks a lab may know. */
static void print_variant(const struct lab *lab, const char *student)
{
    struct variant variant;

    if (student == NULL || lab->vary_count == 0)
        return;
    variant_of(lab, student, &variant);
    printf(_("    student %s:"), student);
    for (size_t i = 0; i < variant.count; i++)
        printf("%s %s", i > 0 ? "," : "", variant.overrides[i]);
    putchar('\n');
    variant_free(&variant);
}

static void print_sound(const char *path, const struct lab *lab, const char *student)
{
    printf(_("%s: no errors ("), path);
    print_count(lab->node_count, _("node"), _("nodes"));
    fputs(", ", stdout);
    print_count(lab->link_count, _("link"), _("links"));
    fputs(", ", stdout);
    print_count(lab->command_count, _("script entry"), _("script entries"));
    print_asked(lab);
    puts(")");
    print_variant(lab, student);
    exercise_print_notes(lab, stdout);
}

/* What LAB asks, of one student or of several. False: it has complained. */
static bool check_asked(const struct lab *lab, const struct check_options *o)
{
    struct diagnostics d;
    bool sound;

    diagnostics_init(&d);
    if (o->student != NULL)
        sound = exercise_check_student(lab, o->student, &d);
    else
        sound = exercise_check(lab, NULL, &d) &&
                exercise_check_variants(lab, (unsigned)o->students, &d);
    sound = sound && exercise_check_seeds(lab, (unsigned)o->seeds, &d);
    diagnostics_print(&d, stderr);
    diagnostics_free(&d);
    return sound;
}

static int check_one(const char *name, const struct check_options *o)
{
    const struct lab_overrides overrides = { o->overrides, o->override_count };
    char path[LAB_PATH_LIMIT];
    struct lab *lab;
    int status = lab_argument_load(name, &overrides, path, &lab);

    if (status != EXIT_DONE)
        return status;
    if (!check_asked(lab, o))
        status = EXIT_USAGE;
    else if (!o->quiet)
        print_sound(path, lab, o->student);
    lab_free(lab);
    return status;
}

static void print_help(void)
{
    puts(_("rung check my-lab                look for errors\n"
           "rung check a/lab.yaml b          several at once\n"
           "rung check --quiet my-lab        errors only\n"
           "rung check --student anna my-lab as this student gets it\n"
           "rung check --students 100 my-lab a lab that varies, for so many made-up students;\n"
           "                                 10 if left out\n"
           "rung check --seeds 100 my-lab    and under so many seeds\n"
           "rung check --set hosts.a.tcp.mss=500 my-lab   with another value, as of rung run\n\n"
           "A lab with questions is run, and they are tried: every moment comes, every answer\n"
           "can be computed, every mistake differs from it, each task's solution solves it.\n"
           "With other students and seeds its own checks must hold, if they do without.\n"
           "Of answers to which more than one value is right it says which; and which of its\n"
           "own checks do not hold.\n\n"
           "Exit status: 0 no errors, 2 errors, 3 a lab that cannot be read."));
}

static bool read_count(const char *option, int64_t *count)
{
    char why[UNIT_WHY_SIZE];

    if (unit_parse_count(optarg, 1, 1000, count, why, sizeof(why)))
        return true;
    complain("--%s %s: %s", option, optarg, why);
    return false;
}

static bool read_student(struct check_options *o)
{
    char why[UNIT_WHY_SIZE];

    o->student = optarg;
    if (variant_student_is_good(optarg, why, sizeof(why)))
        return true;
    complain("--student %s: %s", optarg, why);
    return false;
}

/* False: it has complained. */
static bool read_option(int option, struct check_options *o)
{
    switch (option) {
    case 'q': o->quiet = true; return true;
    case 's': return read_student(o);
    case 'n': return read_count("students", &o->students);
    case 'e': return read_count("seeds", &o->seeds);
    case 't':
        if (o->override_count < OVERRIDES_MAX) {
            o->overrides[o->override_count++] = optarg;
            return true;
        }
        complain(_("--set: at most %d values can be set"), OVERRIDES_MAX);
        return false;
    default: return false;
    }
}

int cmd_check(int argc, char **argv)
{
    static const struct option options[] = { { "help", no_argument, NULL, 'h' },
                                             { "quiet", no_argument, NULL, 'q' },
                                             { "student", required_argument, NULL, 's' },
                                             { "students", required_argument, NULL, 'n' },
                                             { "seeds", required_argument, NULL, 'e' },
                                             { "set", required_argument, NULL, 't' },
                                             { 0 } };
    struct check_options o = { .students = 10 };
    int status = EXIT_DONE, option;

    options_begin();
    while ((option = options_next(argc, argv, ":hq", options)) != -1) {
        if (option == 'h') {
            print_help();
            return close_output(EXIT_DONE);
        }
        if (!read_option(option, &o))
            return EXIT_USAGE;
    }
    if (optind == argc) {
        complain(_("which lab? write: rung check my-lab"));
        return EXIT_USAGE;
    }
    for (int i = optind; i < argc; i++) {
        int one = check_one(argv[i], &o);
        status = one > status ? one : status;
    }
    return close_output(status);
}
