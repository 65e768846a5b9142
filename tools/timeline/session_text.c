/*
 * session_text.c - a lab with what a student did to its run, as text.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tools/lib/lab_amend.h"
#include "tools/lib/simulation.h"
#include "tools/lib/text.h"
#include "tools/timeline/walk.h"

char *walk_amended_text(const struct walk *original, const struct deed *deeds, size_t count,
                        bool commands_only, char *error, size_t size)
{
    struct lab_amendment amendments[DEEDS_MAX];
    struct diagnostics d;
    size_t used = 0;
    char *text;

    for (size_t i = 0; i < count; i++)
        if (!deeds[i].off && (!commands_only || deeds[i].kind == DEED_COMMAND))
            amendments[used++] = deed_amendment(&deeds[i]);
    snprintf(error, size, "%s", _("out of memory"));
    diagnostics_init(&d);
    text = lab_amend(original->run.lab, amendments, used, &simulation_hooks, &d);
    if (text == NULL)
        walk_first_error(&d, error, size);
    diagnostics_free(&d);
    return text;
}
