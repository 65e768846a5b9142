/*
 * cmd_check.c - `rung check LAB...`: errors, without a run.
 */
#include "tools/rung/rung.h"

#include <stdio.h>

#include "tools/lib/options.h"
#include "tools/lib/text.h"
#include "tools/rung/lab_argument.h"

/* "1 link", "2 links". */
static void print_count(size_t count, const char *one, const char *many)
{
    printf("%zu %s", count, count == 1 ? one : many);
}

static void print_sound(const char *path, const struct lab *lab)
{
    printf(_("%s: no errors ("), path);
    print_count(lab->node_count, _("node"), _("nodes"));
    fputs(", ", stdout);
    print_count(lab->link_count, _("link"), _("links"));
    fputs(", ", stdout);
    print_count(lab->command_count, _("script entry"), _("script entries"));
    puts(")");
}

static int check_one(const char *name, bool quiet)
{
    char path[LAB_PATH_LIMIT];
    struct lab *lab;
    int status = lab_argument_load(name, NULL, path, &lab);

    if (status != EXIT_DONE)
        return status;
    if (!quiet)
        print_sound(path, lab);
    lab_free(lab);
    return EXIT_DONE;
}

int cmd_check(int argc, char **argv)
{
    static const struct option options[] = { { "help", no_argument, NULL, 'h' },
                                             { "quiet", no_argument, NULL, 'q' },
                                             { 0 } };
    int status = EXIT_DONE;
    bool quiet = false;
    int option;

    options_begin();
    while ((option = options_next(argc, argv, ":hq", options)) != -1) {
        if (option == 'q') {
            quiet = true;
        } else if (option == 'h') {
            puts(_("rung check my-lab            look for errors\n"
                   "rung check a/lab.yaml b      several at once\n"
                   "rung check --quiet my-lab    errors only\n\n"
                   "Exit status: 0 no errors, 2 errors, 3 a lab that cannot be read."));
            return close_output(EXIT_DONE);
        } else {
            return EXIT_USAGE;
        }
    }
    if (optind == argc) {
        complain(_("which lab? write: rung check my-lab"));
        return EXIT_USAGE;
    }
    for (int i = optind; i < argc; i++) {
        int one = check_one(argv[i], quiet);
        status = one > status ? one : status;
    }
    return close_output(status);
}
