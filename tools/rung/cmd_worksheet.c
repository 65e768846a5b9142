/*
 * cmd_worksheet.c - `rung worksheet LAB`: its questions on paper, and the key.
 */
#include "tools/rung/rung.h"

#include <stdio.h>
#include <string.h>

#include "tools/lib/ladder_blanks.h"
#include "tools/lib/options.h"
#include "tools/lib/text.h"
#include "tools/lib/worksheet.h"
#include "tools/rung/lab_argument.h"

enum { WHY_SIZE = 300, OVERRIDES_MAX = 100 };

static void print_help(void)
{
    puts(_("rung worksheet handshake > sheet.txt          the ladder with blanks, questions below\n"
           "rung worksheet handshake --key                the answers, with the full ladder\n"
           "rung worksheet handshake --student anna --format md\n"
           "rung worksheet handshake --format svg > ladder.svg\n\n"
           "--student ID    the lab as this student gets it; the sheet bears the ID\n"
           "--set PATH=VALUE  override any value of the lab, as for rung run\n"
           "--key           the key: answers, mistakes, explanations, points, solutions\n"
           "--format FORM   text (80 columns), md (Markdown) or svg (the ladder alone, drawn)\n"
           "--blank FIELDS  blank in every row, too: seq,ack,flags,win,len,states,times\n"
           "--ascii         draw with ASCII only\n\n"
           "Blank is what the questions ask for: a field of the frame that it is asked of, or\n"
           "what the moment brings that is to be foreseen; and where the same is told again.\n"
           "Hints, checks, the counts at the end and later pages are not on a sheet."));
}

struct command {
    struct worksheet_options sheet;
    const char *student;
    const char *overrides[OVERRIDES_MAX];
    size_t override_count;
};

static bool read_format(const char *text, enum worksheet_format *format)
{
    static const struct {
        const char *name;
        enum worksheet_format format;
    } names[] = { { "text", WORKSHEET_TEXT },
                  { "txt", WORKSHEET_TEXT },
                  { "md", WORKSHEET_MARKDOWN },
                  { "markdown", WORKSHEET_MARKDOWN },
                  { "svg", WORKSHEET_SVG } };

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(text, names[i].name) == 0) {
            *format = names[i].format;
            return true;
        }
    complain(_("--format %s: write text, md or svg"), text);
    return false;
}

static bool add_override(struct command *c, const char *text)
{
    if (c->override_count == OVERRIDES_MAX) {
        complain(_("--set: at most %d values can be set"), OVERRIDES_MAX);
        return false;
    }
    c->overrides[c->override_count++] = text;
    return true;
}

/* False: it has complained. */
static bool read_option(int option, struct command *c)
{
    char why[WHY_SIZE];

    switch (option) {
    case 's': c->student = optarg; return true;
    case 'k': c->sheet.key = true; return true;
    case 't': return add_override(c, optarg);
    case 'a': c->sheet.ascii = true; return true;
    case 'f': return read_format(optarg, &c->sheet.format);
    case 'b':
        if (ladder_blanks_read(optarg, &c->sheet.blank, why, sizeof(why)))
            return true;
        complain("--blank %s: %s", optarg, why);
        return false;
    default: return false;
    }
}

static int print_sheet(const struct lab *lab, const struct worksheet_options *options)
{
    const struct exercise_options for_whom = { .student = options->variant != NULL
                                                              ? options->variant->student
                                                              : NULL };
    char why[WHY_SIZE] = "";
    struct exercise *e;
    bool written;

    if (lab->question_count + lab->task_count == 0 && options->blank == 0) {
        complain(_("%s has no questions: write --blank seq,ack to leave something blank"),
                 options->name);
        return EXIT_USAGE;
    }
    e = exercise_open(lab, &for_whom, why, sizeof(why));
    if (e == NULL) {
        complain("%s: %s", options->name, why);
        return EXIT_USAGE;
    }
    written = worksheet_write(e, options, stdout, why);
    exercise_close(e);
    if (written || ferror(stdout) != 0)
        return close_output(EXIT_DONE);
    complain("%s: %s", options->name, why);
    return EXIT_USAGE;
}

/* For whom it is, if for anybody. */
static int print_for(const struct lab *lab, struct command *c)
{
    struct variant variant = { .student = NULL };
    struct diagnostics d;
    struct lab *own;
    char why[WHY_SIZE];
    int status;

    if (c->student == NULL)
        return print_sheet(lab, &c->sheet);
    if (!variant_student_is_good(c->student, why, sizeof(why))) {
        complain("--student %s: %s", c->student, why);
        return EXIT_USAGE;
    }
    diagnostics_init(&d);
    own = variant_lab(lab, c->student, &simulation_hooks, &variant, &d);
    diagnostics_print(&d, stderr);
    diagnostics_free(&d);
    c->sheet.variant = &variant;
    status = own != NULL ? print_sheet(own, &c->sheet) : EXIT_USAGE;
    lab_free(own);
    variant_free(&variant);
    return status;
}

static int print_lab(const char *lab_name, struct command *c)
{
    const struct lab_overrides overrides = { c->overrides, c->override_count };
    char path[LAB_PATH_LIMIT], name[LAB_PATH_LIMIT];
    struct lab *lab;
    int status = lab_argument_load(lab_name, &overrides, path, &lab);

    if (status != EXIT_DONE)
        return status;
    lab_path_name(path, name, sizeof(name));
    c->sheet.name = name;
    status = print_for(lab, c);
    lab_free(lab);
    return status;
}

int cmd_worksheet(int argc, char **argv)
{
    static const struct option options[] = {
        { "help", no_argument, NULL, 'h' },         { "student", required_argument, NULL, 's' },
        { "set", required_argument, NULL, 't' },    { "key", no_argument, NULL, 'k' },
        { "format", required_argument, NULL, 'f' }, { "blank", required_argument, NULL, 'b' },
        { "ascii", no_argument, NULL, 'a' },        { 0 }
    };
    struct command c = { .student = NULL };
    int option;

    options_begin();
    while ((option = options_next(argc, argv, ":h", options)) != -1) {
        if (option == 'h') {
            print_help();
            return close_output(EXIT_DONE);
        }
        if (!read_option(option, &c))
            return EXIT_USAGE;
    }
    if (optind + 1 != argc) {
        complain(_("which lab? write one: rung worksheet handshake"));
        return EXIT_USAGE;
    }
    return print_lab(argv[optind], &c);
}
