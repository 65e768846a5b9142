#include "tools/rung/lab_argument.h"

#include <stdio.h>

#include "layers/units.h"
#include "tools/lib/simulation.h"
#include "tools/lib/variant.h"
#include "tools/rung/rung.h"

int lab_argument_load(const char *name, const struct lab_overrides *overrides, char *path,
                      struct lab **lab)
{
    struct diagnostics d;
    bool sound, unreadable;

    if (!lab_find(name, path, LAB_PATH_LIMIT)) {
        char why[LAB_MISSING_SIZE];

        lab_missing(name, why, sizeof(why));
        complain("%s", why);
        return EXIT_USAGE;
    }
    diagnostics_init(&d);
    sound = lab_load(path, overrides, &simulation_hooks, lab, &d);
    unreadable = d.unreadable;
    diagnostics_print(&d, stderr);
    diagnostics_free(&d);
    if (sound)
        return EXIT_DONE;
    return unreadable ? EXIT_UNREADABLE : EXIT_USAGE;
}

/* Whether VARIANT makes a lab: what does not is told where `vary` has it, not where
 * the options of a command line would. */
static int check_variant(const struct lab *lab, const struct variant *variant)
{
    struct diagnostics d;
    struct lab *own;

    diagnostics_init(&d);
    own = variant_read(lab, variant, &simulation_hooks, &d);
    diagnostics_print(&d, stderr);
    diagnostics_free(&d);
    lab_free(own);
    return own != NULL ? EXIT_DONE : EXIT_USAGE;
}

int lab_argument_variant(const char *name, const char *student,
                         const struct lab_overrides *overrides, struct variant *variant)
{
    char why[UNIT_WHY_SIZE], path[LAB_PATH_LIMIT];
    struct lab *lab;
    int status;

    if (!variant_student_is_good(student, why, sizeof(why))) {
        complain("--student %s: %s", student, why);
        return EXIT_USAGE;
    }
    status = lab_argument_load(name, overrides, path, &lab);
    if (status != EXIT_DONE)
        return status;
    variant_of(lab, student, variant);
    status = check_variant(lab, variant);
    lab_free(lab);
    if (status != EXIT_DONE)
        variant_free(variant);
    return status;
}
