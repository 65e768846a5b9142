/*
 * cmd_schema.c - `rung schema`: the lab format, for editors.
 */
#include "tools/rung/rung.h"

#include <stdio.h>

#include "tools/lib/lab_schema.h"
#include "tools/lib/options.h"
#include "tools/lib/text.h"

static void print_help(void)
{
    puts(_("rung schema > lab.schema.json    a JSON schema of lab files (draft 2020-12)\n\n"
           "Editors that know YAML complete keys and mark mistakes by it. The first line of a\n"
           "lab may say where it is:\n\n"
           "  # yaml-language-server: $schema=lab.schema.json\n\n"
           "It is installed beside the bundled labs, too. It tells which keys and values may\n"
           "stand where; rung check finds all the rest."));
}

int cmd_schema(int argc, char **argv)
{
    static const struct option options[] = { { "help", no_argument, NULL, 'h' }, { 0 } };
    int option;

    options_begin();
    while ((option = options_next(argc, argv, ":h", options)) != -1) {
        if (option != 'h')
            return EXIT_USAGE;
        print_help();
        return close_output(EXIT_DONE);
    }
    if (optind < argc) {
        complain(_("schema: \"%.80s\" is too much: leave it out"), argv[optind]);
        return EXIT_USAGE;
    }
    lab_schema_write(stdout);
    return close_output(EXIT_DONE);
}
