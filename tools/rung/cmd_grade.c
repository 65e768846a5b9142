/*
 * cmd_grade.c - `rung grade LAB FILES...|FOLDER`: what a class has handed in.
 */
#include "tools/rung/rung.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "layers/units.h"
#include "tools/lib/grade.h"
#include "tools/lib/options.h"
#include "tools/lib/text.h"
#include "tools/rung/lab_argument.h"

enum { DEPTH_MAX = 8, FILES_MAX = 100000 }; /* folders in folders; a whole disk is a mistake */

enum form { FORM_TEXT, FORM_CSV, FORM_JSON };

struct class
{
    struct grade *grade;
    bool unreadable; /* a folder was */
    size_t files;
};

static void add_file(struct class *class, const char *path)
{
    if (class->files++ < FILES_MAX)
        grade_add_file(class->grade, path);
    else if (class->files == FILES_MAX + 1)
        complain(_("%s: more than %d files: the rest is left out"), path, FILES_MAX);
}

static void add_folder(struct class *class, const char *path, int depth);

/* What stands in a folder, at PATH. A link that somebody handed in is not
 * followed: it could lead anywhere. */
static void add_entry(struct class *class, const char *path, int depth)
{
    struct stat info;

    if (lstat(path, &info) != 0 || S_ISLNK(info.st_mode))
        complain(_("%s: a link, or not to be seen: left out"), path);
    else if (S_ISDIR(info.st_mode))
        add_folder(class, path, depth + 1);
    else
        add_file(class, path);
}

static void add_folder(struct class *class, const char *path, int depth)
{
    struct dirent **entries;
    int count = depth > DEPTH_MAX ? -1 : scandir(path, &entries, NULL, alphasort);

    if (count < 0) {
        complain("%s: %s", path, depth > DEPTH_MAX ? _("too deep") : strerror(errno));
        class->unreadable = true;
        return;
    }
    for (int i = 0; i < count; i++) {
        char whole[LAB_PATH_LIMIT];
        const char *name = entries[i]->d_name;
        size_t len = strlen(path);
        const char *slash = len > 0 && path[len - 1] == '/' ? "" : "/";

        if (name[0] != '.' &&
            (size_t)snprintf(whole, sizeof(whole), "%s%s%s", path, slash, name) < sizeof(whole))
            add_entry(class, whole, depth);
        free(entries[i]);
    }
    free(entries);
}

static void add(struct class *class, const char *path)
{
    struct stat info;

    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        add_folder(class, path, 0);
    else
        add_file(class, path);
}

static void print_help(void)
{
    puts(_("rung grade handshake handed-in            all files in a folder, and its folders\n"
           "rung grade handshake anna.yaml bert.yaml  some files\n"
           "rung grade --csv handshake handed-in      a table, a line for each student\n"
           "rung grade --json handshake handed-in     all there is to know, as JSON\n"
           "rung grade --events 5000 mylab handed-in  end a student's run after so many events\n\n"
           "Does again what was handed in, and says what it is worth and why. Points are what\n"
           "comes out; what is claimed besides is compared, and what does not fit is named.\n\n"
           "Exit status: 0 all graded, 1 some are forged, of another lab or version, or no\n"
           "submission, 2 usage or lab, 3 a file or folder that cannot be read."));
}

struct grade_command {
    enum form form;
    struct grade_options options;
};

static void print(const struct grade *g, enum form form)
{
    switch (form) {
    case FORM_TEXT: grade_print(g, stdout); break;
    case FORM_CSV: grade_print_csv(g, stdout); break;
    case FORM_JSON: grade_print_json(g, stdout); break;
    }
}

static int grade_files(const struct grade_command *command, const struct lab *lab,
                       const char *lab_path, char **paths, int count)
{
    char name[LAB_PATH_LIMIT], why[EXERCISE_WHY_SIZE];
    struct class class = { .files = 0 };
    int status;

    lab_path_name(lab_path, name, sizeof(name));
    if (lab->question_count + lab->task_count == 0) {
        complain(_("%s: this lab has neither questions nor tasks: nothing to grade"), lab_path);
        return EXIT_USAGE;
    }
    class.grade = grade_open(lab, name, &command->options, why, sizeof(why));
    if (class.grade == NULL) {
        complain("%s: %s", lab_path, why);
        return EXIT_USAGE;
    }
    for (int i = 0; i < count; i++)
        add(&class, paths[i]);
    grade_finish(class.grade);
    print(class.grade, command->form);
    status = grade_is_clean(class.grade) ? EXIT_DONE : EXIT_CHECK;
    if (class.unreadable || class.grade->unreadable || class.files > FILES_MAX)
        status = EXIT_UNREADABLE;
    grade_close(class.grade);
    return status;
}

/* False: it has complained. */
static bool read_option(int option, struct grade_command *command)
{
    char why[UNIT_WHY_SIZE];
    int64_t events;

    if (option == 'c')
        command->form = FORM_CSV;
    else if (option == 'j')
        command->form = FORM_JSON;
    else if (option != 'e')
        return false;
    else if (!unit_parse_count(optarg, 1, UINT32_MAX, &events, why, sizeof(why))) {
        complain("--events %s: %s", optarg, why);
        return false;
    } else
        command->options.events = (uint64_t)events;
    return true;
}

int cmd_grade(int argc, char **argv)
{
    static const struct option options[] = { { "help", no_argument, NULL, 'h' },
                                             { "csv", no_argument, NULL, 'c' },
                                             { "json", no_argument, NULL, 'j' },
                                             { "events", required_argument, NULL, 'e' },
                                             { 0 } };
    struct grade_command command = { .form = FORM_TEXT };
    char path[LAB_PATH_LIMIT];
    struct lab *lab;
    int option, status;

    options_begin();
    while ((option = options_next(argc, argv, ":h", options)) != -1) {
        if (option == 'h') {
            print_help();
            return close_output(EXIT_DONE);
        }
        if (!read_option(option, &command))
            return EXIT_USAGE;
    }
    if (argc - optind < 2) {
        complain(_("which lab, and which submissions? write: rung grade handshake handed-in"));
        return EXIT_USAGE;
    }
    status = lab_argument_load(argv[optind], NULL, path, &lab);
    if (status != EXIT_DONE)
        return status;
    status = grade_files(&command, lab, path, argv + optind + 1, argc - optind - 1);
    lab_free(lab);
    return close_output(status);
}
