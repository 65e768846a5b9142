/*
 * cmd_labs.c - `rung labs`: the bundled labs, in teaching order.
 */
#include "tools/rung/rung.h"

#include <stdio.h>

#include "tools/lib/lab.h"
#include "tools/lib/lab_path.h"
#include "tools/lib/options.h"
#include "tools/lib/text.h"
#include "tools/lib/utf8.h"

struct listing {
    unsigned count;
    bool paths; /* print paths, for scripts */
};

static bool print_lab(void *context, const char *name, const char *path)
{
    struct listing *listing = context;
    struct diagnostics d;
    struct lab *lab;

    listing->count++;
    if (listing->paths) {
        puts(path);
        return true;
    }
    diagnostics_init(&d);
    if (lab_load(path, NULL, NULL, &lab, &d)) {
        printf("  %-22s ", name);
        utf8_print_clean(stdout, lab->title, false);
        putchar('\n');
        lab_free(lab);
    } else {
        printf("  %-22s %s\n", name, _("(has errors: rung check tells)"));
    }
    diagnostics_free(&d);
    return true;
}

int cmd_labs(int argc, char **argv)
{
    static const struct option options[] = { { "help", no_argument, NULL, 'h' },
                                             { "paths", no_argument, NULL, 'p' },
                                             { 0 } };
    struct listing listing = { 0, false };
    int option;

    options_begin();
    while (argc > 0 && (option = options_next(argc, argv, ":h", options)) != -1) {
        if (option == 'p') {
            listing.paths = true;
        } else if (option == 'h') {
            puts(_("rung labs           name and title of each bundled lab\n"
                   "rung labs --paths   where their files are"));
            return close_output(EXIT_DONE);
        } else {
            return EXIT_USAGE;
        }
    }
    if (!options_no_more(argc, argv))
        return EXIT_USAGE;
    lab_bundled(print_lab, &listing);
    if (listing.count == 0) {
        complain(_("no bundled labs were found; set RUNG_LABS to their folder: labs/ of the "
                   "source, or share/rung/labs of an installation"));
        return EXIT_UNREADABLE;
    }
    return close_output(EXIT_DONE);
}
