/*
 * cmd_new.c - `rung new FOLDER`: a lab to start from, out of a template and a few
 * answers; or one that does what a capture shows.
 */
#include "tools/rung/rung.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "layers/nearest.h"
#include "layers/units.h"
#include "tools/lib/lab_path.h"
#include "tools/lib/lab_templates.h"
#include "tools/lib/options.h"
#include "tools/lib/text.h"
#include "tools/rung/new_ask.h"
#include "tools/rung/new_from.h"

static const char readme_template[] =
    "## The idea\n\nOne paragraph: what this lab is about.\n\n"
    "## What to look for\n\nRun `rung run .` and follow the arrows.\n\n"
    "## Questions\n\n1. What happens if you lose another frame (`--drop 3`)?\n\n"
    "## In the real world\n\nWhere one meets this outside a classroom.\n";

/* One of the files to make. */
struct new_file {
    const char *name, *text;
    char path[LAB_PATH_LIMIT];
};

/* Writes the path of FILE in FOLDER. False, after complaining, if it is too
 * long or there already. */
static bool path_is_free(struct new_file *file, const char *folder)
{
    struct stat info;

    if (snprintf(file->path, sizeof(file->path), "%s/%s", folder, file->name) >=
        (int)sizeof(file->path)) {
        complain(_("%s: this path is too long"), folder);
        return false;
    }
    if (lstat(file->path, &info) != 0)
        return true;
    complain(_("%s is there already; choose another folder"), file->path);
    return false;
}

static bool is_free(const char *folder)
{
    struct new_file lab = { .name = "lab.yaml" }, readme = { .name = "README.md" };

    return path_is_free(&lab, folder) && path_is_free(&readme, folder);
}

/* Writes a file that must not be there yet. False: it has complained, and
 * left nothing. */
static bool write_new(const char *path, const char *text)
{
    FILE *file = fopen(path, "wx");
    bool ok;

    if (file == NULL) {
        complain("%s: %s", path, strerror(errno));
        return false;
    }
    ok = fputs(text, file) >= 0;
    ok = fclose(file) == 0 && ok;
    if (!ok) {
        complain("%s: %s", path, strerror(errno));
        unlink(path);
    }
    return ok;
}

/* All files or, after complaining, none. */
static bool make_lab(const char *folder, const char *lab_text, const char *readme_text)
{
    struct new_file lab = { .name = "lab.yaml", .text = lab_text };
    struct new_file readme = { .name = "README.md", .text = readme_text };
    bool made;

    if (!path_is_free(&lab, folder) || !path_is_free(&readme, folder))
        return false;
    made = mkdir(folder, 0777) == 0;
    if (!made && errno != EEXIST) {
        complain("%s: %s", folder, strerror(errno));
        return false;
    }
    if (write_new(lab.path, lab.text)) {
        if (write_new(readme.path, readme.text))
            return true;
        unlink(lab.path);
    }
    if (made)
        rmdir(folder);
    return false;
}

/* ---- The command line ---- */

enum { NEW_FILTER_SIZE = 4096 };

struct new_command {
    struct new_from from; /* path NULL: from a template: */
    struct new_lab lab;
    char folder[LAB_PATH_LIMIT];
    char filter[NEW_FILTER_SIZE];
};

/* The capture's name without its endings: "web.pcap.gz" makes "web". */
static bool name_after(const char *path, char *out, size_t size)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    size_t len = strcspn(name, ".");

    if (len == 0 || len >= size || strcmp(path, "-") == 0)
        return false;
    snprintf(out, size, "%.*s", (int)len, name);
    return true;
}

/* What stands behind the options: a folder and, for --from, a filter. */
static bool read_words(struct new_command *command, int count, char **words)
{
    bool given = count > 0;

    if (!given && command->from.path == NULL && new_can_ask())
        return true;
    if (!given && command->from.path == NULL) {
        complain(_("which folder? write: rung new my-lab"));
        return false;
    }
    if (given ? snprintf(command->folder, sizeof(command->folder), "%s", words[0]) >=
                    (int)sizeof(command->folder)
              : !name_after(command->from.path, command->folder, sizeof(command->folder))) {
        complain(_("what is the lab to be called? write: rung new --from FILE my-lab"));
        return false;
    }
    if (command->from.path == NULL && count > 1) {
        complain(_("one folder is enough: %s"), words[1]);
        return false;
    }
    command->from.filter = command->filter;
    if (count < 2 || options_join(words + 1, command->filter, sizeof(command->filter)))
        return true;
    complain(_("the filter is too long"));
    return false;
}

static void print_help(void)
{
    puts(_(
        "rung new                     asks what the lab is to be, and makes it\n"
        "rung new my-lab              makes my-lab/lab.yaml and my-lab/README.md to edit\n"
        "rung new my-lab --template loss --title \"What is lost\"\n"
        "rung new --from web.pcap     makes web/, a lab of the first TCP connection in a capture\n"
        "rung new --from web.pcap my-lab --stream 3\n"
        "rung new --from web.pcap my-lab port 443 and host 192.0.2.7\n"));
    for (const struct lab_template *t = lab_templates; t->name != NULL; t++)
        printf("%s%-10s %s\n", t == lab_templates ? "--template NAME  " : "                 ",
               t->name, _(t->help));
    puts(_("--title TITLE   what the lab is called\n"
           "--questions N   how many of the template's three questions to begin with\n"
           "--from FILE     hosts, delay, losses and what the programs wrote are those of a TCP\n"
           "                connection in this capture (pcap, pcapng, gzip; - is standard\n"
           "                input, and then the folder must be named): the first whose\n"
           "                handshake is whole, else the first. The lab says in its head what was\n"
           "                inferred (the handshake too, if it is not in the capture), and\n"
           "                how like the capture its run is. Without TCP, of its UDP datagrams\n"
           "--stream N      this connection, counted from 0 in the order of their first segments\n"
           "FILTER          behind the folder, in tcpdump's language: of these frames only\n\n"
           "On a terminal, without any of the options, it asks for them."));
}

static bool read_template(const char *name, struct new_lab *lab)
{
    char clause[NEAREST_CLAUSE_SIZE];
    struct nearest near;

    lab->of = lab_template_find(name);
    if (lab->of != NULL)
        return true;
    nearest_begin(&near, name);
    for (const struct lab_template *t = lab_templates; t->name != NULL; t++)
        nearest_offer(&near, t->name);
    complain(_("there is no template \"%s\"%s (rung new --help lists them)"), name,
             nearest_clause(&near, clause, sizeof(clause)));
    return false;
}

static bool read_questions(const char *text, struct new_lab *lab)
{
    char why[UNIT_WHY_SIZE];

    if (unit_parse_count(text, 0, LAB_TEMPLATE_QUESTIONS, &lab->questions, why, sizeof(why)))
        return true;
    complain("--questions %s: %s", text, why);
    return false;
}

/* False: it has complained. */
static bool read_option(int option, struct new_command *command)
{
    switch (option) {
    case 'f': command->from.path = optarg; return true;
    case 's': command->from.stream = optarg; return true;
    case 'l': command->lab.title = optarg; return true;
    case 't': return read_template(optarg, &command->lab);
    case 'q': return read_questions(optarg, &command->lab);
    default: return false;
    }
}

/* A status to leave with, or -1: go on. */
static int read_command(struct new_command *command, int argc, char **argv)
{
    static const struct option options[] = { { "help", no_argument, NULL, 'h' },
                                             { "from", required_argument, NULL, 'f' },
                                             { "stream", required_argument, NULL, 's' },
                                             { "template", required_argument, NULL, 't' },
                                             { "title", required_argument, NULL, 'l' },
                                             { "questions", required_argument, NULL, 'q' },
                                             { 0 } };
    int option;

    options_begin();
    while ((option = options_next(argc, argv, ":h", options)) != -1) {
        if (option == 'h') {
            print_help();
            return close_output(EXIT_DONE);
        }
        if (!read_option(option, command))
            return EXIT_USAGE;
    }
    if (command->from.path != NULL && new_lab_is_chosen(&command->lab)) {
        complain(_("--from makes its own lab: leave --template, --title and --questions out"));
        return EXIT_USAGE;
    }
    if (command->from.stream != NULL && command->from.path == NULL) {
        complain(_("--stream says which connection of a capture: write --from FILE, too"));
        return EXIT_USAGE;
    }
    return read_words(command, argc - optind, argv + optind) ? -1 : EXIT_USAGE;
}

/* PATH as a shell takes it for one word. */
static void quote(const char *path, char *out, size_t size)
{
    static const char PLAIN[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "./_+:@%,-";
    size_t len = 0;

    if (path[strspn(path, PLAIN)] == '\0') {
        snprintf(out, size, "%s", path);
        return;
    }
    out[len++] = '\'';
    for (; *path != '\0' && len + 6 < size; path++) {
        if (*path == '\'')
            len += (size_t)snprintf(out + len, size - len, "'\\'");
        out[len++] = *path;
    }
    snprintf(out + len, size - len, "'");
}

/* To lab_bundled: *CONTEXT, a name, becomes NULL if NAME is the same. */
static bool compare(void *context, const char *name, const char *path)
{
    const char **wanted = context;

    (void)path;
    if (strcmp(*wanted, name) != 0)
        return true;
    *wanted = NULL;
    return false;
}

static void tell_bundled(const char *folder)
{
    char name[LAB_PATH_LIMIT];
    const char *wanted = name;

    lab_path_name(folder, name, sizeof(name));
    lab_bundled(compare, &wanted);
    if (wanted == NULL)
        printf(_("One of the bundled labs is called %s, too: elsewhere that one is run, and the\n"
                 "progress of both is kept under this name. Another name is better.\n"),
               name);
}

static void tell_ready(const char *folder, bool asks)
{
    char word[4 * LAB_PATH_LIMIT + 8];

    quote(folder, word, sizeof(word));
    printf(_("%s/lab.yaml is ready. Edit it, then:\n"
             "  rung check %s    looks for errors%s\n"),
           folder, word, asks ? _(", and tries the questions") : "");
    if (asks)
        printf(_("  rung quiz %s     answers them, as a student does\n"), word);
    printf(_("  rung run %s      shows what happens\n"), word);
    tell_bundled(folder);
}

static int new_from(const struct new_command *command)
{
    struct lab_from from;
    int status = new_from_capture(&command->from, &from);

    if (status != EXIT_DONE)
        return status;
    if (make_lab(command->folder, from.lab, from.readme)) {
        status = new_from_tell(&command->from, &from);
        tell_ready(command->folder, false);
    } else {
        status = EXIT_USAGE;
    }
    lab_from_free(&from);
    return status;
}

static int new_of_template(const struct new_command *command)
{
    const struct new_lab *lab = &command->lab;
    const char *title = lab->title != NULL ? lab->title : _("My first lab");
    char *text, *readme = NULL;
    bool made = false;

    text = lab_template_make(lab->of != NULL ? lab->of : lab_templates, title,
                             (unsigned)lab->questions);
    if (text == NULL || asprintf(&readme, "# %s\n\n%s", title, readme_template) < 0)
        complain(_("out of memory"));
    else
        made = make_lab(command->folder, text, readme);
    free(text);
    free(readme);
    if (!made)
        return EXIT_USAGE;
    tell_ready(command->folder, lab->questions > 0);
    return EXIT_DONE;
}

int cmd_new(int argc, char **argv)
{
    struct new_command command = { .filter = "", .lab = { .questions = NEW_QUESTIONS_UNSAID } };
    int status = read_command(&command, argc, argv);

    if (status >= 0)
        return status;
    if (command.from.path != NULL)
        return close_output(new_from(&command));
    if (!new_ask(&command.lab, command.folder, sizeof(command.folder), is_free))
        return EXIT_USAGE;
    return close_output(new_of_template(&command));
}
