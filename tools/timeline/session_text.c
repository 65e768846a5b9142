/*
 * session_text.c - a lab with what a student did to its run, as text.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tools/lib/lab_amend.h"
#include "tools/lib/simulation.h"
#include "tools/lib/text.h"
#include "tools/timeline/walk.h"

static struct lab_amendment amendment_of(const struct deed *deed)
{
    static const enum fault_kind kinds[] = {
        [DEED_DROP] = FAULT_KIND_DROP,
        [DEED_DELAY] = FAULT_KIND_DELAY,
        [DEED_DUPLICATE] = FAULT_KIND_DUPLICATE,
        [DEED_CORRUPT] = FAULT_KIND_CORRUPT,
    };
    struct lab_amendment amendment = { .kind = LAB_AMEND_COMMAND };

    if (deed->kind == DEED_COMMAND) {
        amendment.at = deed->at + 1; /* after all that has happened by then */
        amendment.name = deed->target;
        amendment.command = deed->text;
        return amendment;
    }
    amendment.kind = LAB_AMEND_FAULT;
    amendment.fault = (struct intervention){
        .kind = kinds[deed->kind], .frame = deed->frame, .by = deed->by, .bit = deed->bit
    };
    return amendment;
}

char *walk_amended_text(const struct walk *original, const struct deed *deeds, size_t count,
                        bool commands_only, char *error, size_t size)
{
    struct lab_amendment amendments[DEEDS_MAX];
    struct diagnostics d;
    size_t used = 0;
    char *text;

    for (size_t i = 0; i < count; i++)
        if (!deeds[i].off && (!commands_only || deeds[i].kind == DEED_COMMAND))
            amendments[used++] = amendment_of(&deeds[i]);
    snprintf(error, size, "%s", _("out of memory"));
    diagnostics_init(&d);
    text = lab_amend(original->run.lab, amendments, used, &simulation_hooks, &d);
    if (text == NULL)
        walk_first_error(&d, error, size);
    diagnostics_free(&d);
    return text;
}
