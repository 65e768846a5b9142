/*
 * cmd_new.c - `rung new FOLDER`: a commented template to start a lab from.
 */
#include "tools/rung/rung.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/lib/lab_path.h"
#include "tools/lib/options.h"
#include "tools/lib/text.h"

static const char lab_template[] =
    "# A lab of Rung. Try it:   rung check .   then   rung run .\n"
    "# All keys: rung help lab. All commands: rung help commands.\n"
    "title: My first lab\n"
    "about: |\n"
    "  What students should look for. This text is shown when the lab opens.\n"
    "seed: 1                       # another seed, other luck\n"
    "\n"
    "hosts:\n"
    "  a: { ip: 10.0.0.1/24 }\n"
    "  b: { ip: 10.0.0.2/24 }\n"
    "\n"
    "links:                        # every time, size and rate has its unit\n"
    "  wire: { ends: [a, b], rate: 10Mbit, delay: 20ms, loss: 0% }\n"
    "\n"
    "script:                       # who does what, and when\n"
    "  - { at: 0s,    b: udp bind 9 }\n"
    "  - { at: 10ms,  a: udp send b:9 \"hello\" }\n"
    "  - { at: 200ms, a: ping b count 2 }\n"
    "\n"
    "faults:                       # lose the 2nd frame that is ICMP (tcpdump's language)\n"
    "  - { drop: icmp, nth: 2, on: wire }\n"
    "\n"
    "checks:                       # what must hold at the end: rung help values\n"
    "  - { check: b.udp.messages == 1, points: 1, hint: \"did the message arrive?\" }\n";

static const char readme_template[] =
    "# My first lab\n\n"
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
static bool make_lab(const char *folder)
{
    struct new_file lab = { .name = "lab.yaml", .text = lab_template };
    struct new_file readme = { .name = "README.md", .text = readme_template };
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

int cmd_new(int argc, char **argv)
{
    static const struct option options[] = { { "help", no_argument, NULL, 'h' }, { 0 } };
    const char *folder;
    int option;

    options_begin();
    while ((option = options_next(argc, argv, ":h", options)) != -1) {
        if (option != 'h')
            return EXIT_USAGE;
        puts(_("rung new my-lab   makes my-lab/lab.yaml and my-lab/README.md to edit"));
        return close_output(EXIT_DONE);
    }
    if (argc - optind != 1) {
        complain(_("which folder? write: rung new my-lab"));
        return EXIT_USAGE;
    }
    folder = argv[optind];
    if (!make_lab(folder))
        return EXIT_USAGE;
    printf(_("%s/lab.yaml is ready. Edit it, then: rung check %s && rung run %s\n"), folder,
           folder, folder);
    return close_output(EXIT_DONE);
}
