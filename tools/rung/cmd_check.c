/*
 * cmd_check.c - `rung check LAB...`: errors, without a run.
 */
#include "tools/rung/rung.h"

#include <getopt.h>
#include <stdio.h>

#include "tools/lib/lab_path.h"
#include "tools/lib/simulation.h"
#include "tools/lib/text.h"

static int check_one(const char *name, bool quiet)
{
    char path[LAB_PATH_LIMIT];
    struct diagnostics d;
    struct lab *lab;
    bool sound;

    if (!lab_find(name, path, sizeof(path))) {
        complain(_("there is no lab \"%s\" (`rung labs` lists them)"), name);
        return EXIT_USAGE;
    }
    diagnostics_init(&d);
    sound = lab_load(path, NULL, &simulation_hooks, &lab, &d);
    diagnostics_print(&d, stderr);
    diagnostics_free(&d);
    if (!sound)
        return EXIT_USAGE;
    if (!quiet)
        printf(_("%s: no errors (%zu nodes, %zu links, %zu script entries)\n"), path,
               lab->node_count, lab->link_count, lab->command_count);
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

    optind = 1;
    while ((option = getopt_long(argc, argv, "hq", options, NULL)) != -1) {
        if (option == 'q') {
            quiet = true;
        } else if (option == 'h') {
            puts(_("rung check my-lab            look for errors\n"
                   "rung check a/lab.yaml b      several at once\n"
                   "rung check --quiet my-lab    errors only\n\n"
                   "Exit status: 0 no errors, 2 errors."));
            return close_output(EXIT_DONE);
        } else {
            return EXIT_USAGE;
        }
    }
    if (optind == argc) {
        complain(_("which lab? write: rung check my-lab"));
        return EXIT_USAGE;
    }
    for (int i = optind; i < argc; i++)
        if (check_one(argv[i], quiet) != EXIT_DONE)
            status = EXIT_USAGE;
    return close_output(status);
}
