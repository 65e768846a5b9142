#include "tools/rung/run_timeline.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/lib/lab_path.h"
#include "tools/lib/text.h"
#include "tools/rung/rung.h"
#include "tools/timeline/timeline.h"

bool run_wants_timeline(const struct run_options *o)
{
    if (o->dump != NULL)
        return true;
    return isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && !o->text && !o->narrate &&
           !o->quiet && !o->tables && !o->absolute && o->why == 0 && o->json == NULL &&
           o->svg == NULL && o->plot == NULL && o->width == 0 && o->capture_count == 0 &&
           o->at == NULL && o->to_script == NULL;
}

static struct deed deed_of(const struct intervention *what)
{
    static const enum deed_kind kinds[] = {
        [FAULT_KIND_DROP] = DEED_DROP,
        [FAULT_KIND_DELAY] = DEED_DELAY,
        [FAULT_KIND_DUPLICATE] = DEED_DUPLICATE,
        [FAULT_KIND_CORRUPT] = DEED_CORRUPT,
    };

    return (struct deed){
        .kind = kinds[what->kind], .frame = what->frame, .by = what->by, .bit = what->bit
    };
}

static int show(const struct run_options *o, struct timeline_options *options)
{
    char error[600];

    switch (timeline_run(options, error, sizeof(error))) {
    case TIMELINE_DONE: return close_output(EXIT_DONE);
    case TIMELINE_NO_TERMINAL: return RUN_TIMELINE_CANNOT;
    case TIMELINE_NOT_OPENED:
    case TIMELINE_FAILED: break;
    }
    if (error[0] != '\0')
        complain("%s: %s", o->lab, error);
    return EXIT_USAGE;
}

/* What a lab asks is about its whole run, to which nobody has done anything. */
static bool can_ask(const struct run_options *o)
{
    return !run_is_script(o) && !o->until_given && o->intervention_count == 0;
}

int run_timeline(const struct run_options *o)
{
    struct deed *deeds = calloc((size_t)o->intervention_count + 1, sizeof(*deeds));
    char path[LAB_PATH_LIMIT], name[SUBMISSION_NAME_MAX + 1], seed[40];
    const char *overrides[RUN_OVERRIDES_MAX + 1];
    struct gates_options exercise = { .lab = name,
                                      .student = o->student,
                                      .overrides = overrides,
                                      .override_count = o->override_count,
                                      .keeps = o->dump == NULL,
                                      .fresh = o->fresh };
    struct timeline_options options = {
        .session = { .path = path,
                     .overrides = o->overrides,
                     .override_count = o->override_count,
                     .seed_given = o->seed_given,
                     .until_given = o->until_given,
                     .seed = o->seed,
                     .until = o->until,
                     .profile = pkt_profile_name(o->script.profile),
                     .defines = &o->script.defines },
        .deeds = deeds,
        .deed_count = o->intervention_count,
        .ascii = o->ascii || !colour_locale_is_utf8(),
        .colour = colour_wanted(o->colour, stdout),
        .mouse = true,
        .theme = o->theme,
        .dump = o->dump,
        .exercise = can_ask(o) ? &exercise : NULL,
        .asks = o->ask,
    };
    int status = EXIT_USAGE;

    if (deeds == NULL) {
        complain(_("out of memory"));
        return EXIT_INTERNAL;
    }
    for (uint32_t i = 0; i < o->intervention_count; i++)
        deeds[i] = deed_of(&o->interventions[i]);
    if (run_is_script(o))
        snprintf(path, sizeof(path), "%s", o->lab);
    memcpy(overrides, o->overrides, o->override_count * sizeof(overrides[0]));
    snprintf(seed, sizeof(seed), "seed=%" PRIu64, o->seed);
    if (o->seed_given)
        overrides[exercise.override_count++] = seed;
    if (run_is_script(o) || lab_find(o->lab, path, sizeof(path))) {
        lab_path_name(path, name, sizeof(name));
        status = show(o, &options);
    } else {
        char why[LAB_MISSING_SIZE];

        lab_missing(o->lab, why, sizeof(why));
        complain("%s", why);
    }
    free(deeds);
    return status;
}
