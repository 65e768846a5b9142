/*
 * cmd_fmt.c - `rung fmt LAB...`: lab files laid out anew.
 */
#include "tools/rung/rung.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/lab_format.h"
#include "tools/lib/lab_path.h"
#include "tools/lib/options.h"
#include "tools/lib/output_file.h"
#include "tools/lib/text.h"
#include "tools/lib/yaml_tree.h"

struct command {
    bool check, write;
};

static void print_help(void)
{
    puts(_("rung fmt my-lab              prints the lab file, laid out as all others are\n"
           "rung fmt --write my-lab      and puts it in place (-w)\n"
           "rung fmt --check labs/*/     names those that are not so; prints nothing else\n\n"
           "Two columns a level, blanks inside braces and behind commas, an empty line above\n"
           "each part, no blanks at the end of a line. Only blanks change: order, quotes,\n"
           "comments and the breaks of lines stay, and so does what the lab means.\n\n"
           "Exit status: 0 done, 1 --check has named some, 2 no YAML, 3 unreadable."));
}

/* The file at PATH, terminated, or NULL after complaining. */
static char *read_all(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    char *text = file != NULL ? malloc(YAML_BYTES_MAX + 1) : NULL;

    *len = text != NULL ? fread(text, 1, YAML_BYTES_MAX, file) : 0;
    if (text == NULL || ferror(file) != 0 || fgetc(file) != EOF) {
        complain("%s: %s", path,
                 file == NULL || ferror(file) != 0 ? strerror(errno) : _("too long for a lab"));
        free(text);
        text = NULL;
    } else {
        text[*len] = '\0';
    }
    if (file != NULL)
        fclose(file);
    return text;
}

static int write_back(const char *path, const char *text)
{
    struct output_file file;

    if (output_open(&file, path)) {
        fputs(text, file.stream);
        if (output_commit(&file))
            return EXIT_DONE;
    }
    complain("%s: %s", path, strerror(errno));
    return EXIT_UNREADABLE;
}

static int use(const struct command *c, const char *path, const char *before, size_t len,
               const char *after)
{
    bool same = strlen(after) == len && memcmp(before, after, len) == 0;

    if (c->check && !same)
        printf("%s\n", path);
    if (c->write && !same)
        return write_back(path, after);
    if (!c->check && !c->write)
        fputs(after, stdout);
    return c->check && !same ? EXIT_CHECK : EXIT_DONE;
}

static int format_one(const struct command *c, const char *name)
{
    char path[LAB_PATH_LIMIT], why[LAB_MISSING_SIZE], *text, *made;
    struct diagnostics d;
    int status;
    size_t len;

    if (!lab_find(name, path, sizeof(path))) {
        lab_missing(name, why, sizeof(why));
        complain("%s", why);
        return EXIT_USAGE;
    }
    text = read_all(path, &len);
    if (text == NULL)
        return EXIT_UNREADABLE;
    diagnostics_init(&d);
    made = lab_format(text, len, path, &d);
    diagnostics_print(&d, stderr);
    diagnostics_free(&d);
    status = made != NULL ? use(c, path, text, len, made) : EXIT_USAGE;
    free(made);
    free(text);
    return status;
}

int cmd_fmt(int argc, char **argv)
{
    static const struct option options[] = { { "help", no_argument, NULL, 'h' },
                                             { "check", no_argument, NULL, 'c' },
                                             { "write", no_argument, NULL, 'w' },
                                             { 0 } };
    struct command c = { .check = false };
    int status = EXIT_DONE, option;

    options_begin();
    while ((option = options_next(argc, argv, ":hw", options)) != -1) {
        if (option == 'h') {
            print_help();
            return close_output(EXIT_DONE);
        }
        if (option != 'c' && option != 'w')
            return EXIT_USAGE;
        c.check |= option == 'c';
        c.write |= option == 'w';
    }
    if (optind == argc) {
        complain(_("which lab? write: rung fmt my-lab"));
        return EXIT_USAGE;
    }
    for (int i = optind; i < argc; i++) {
        int one = format_one(&c, argv[i]);
        status = one > status ? one : status;
    }
    return close_output(status);
}
