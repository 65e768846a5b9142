#include "tools/rung/run_options.h"

#include <stdio.h>
#include <string.h>

#include "layers/nearest.h"
#include "tools/lib/text.h"
#include "tools/rung/rung.h"

/* Options about packet scripts, of `rung script` and `rung run`. */

void script_options_begin(struct script_options *o)
{
    memset(o, 0, sizeof(*o));
    o->profile = PKT_PROFILES;
    o->defines.at = o->define_at;
}

bool read_profile_option(const char *text, struct script_options *o)
{
    char clause[NEAREST_CLAUSE_SIZE];
    struct nearest near;

    o->profile = pkt_profile_find(text);
    if (o->profile != PKT_PROFILES)
        return true;
    nearest_begin(&near, text);
    for (unsigned i = 0; i < PKT_PROFILES; i++)
        nearest_offer(&near, pkt_profile_name(i));
    nearest_clause(&near, clause, sizeof(clause));
    complain(_("--profile %s: write strict, linux or bsd%s"), text, clause);
    return false;
}

bool read_define_option(const char *text, struct script_options *o)
{
    if (o->defines.count == PKT_DEFINES_MAX) {
        complain(_("--define %s: so many names are too many"), text);
        return false;
    }
    o->define_at[o->defines.count++] = text;
    return true;
}

/* ---- Labs and scripts ---- */

bool run_is_script(const struct run_options *o)
{
    size_t len = strlen(o->lab);

    return len > 4 && strcmp(o->lab + len - 4, ".pkt") == 0;
}

/* An option that only labs have, or NULL. */
static const char *option_of_labs(const struct run_options *o)
{
    return o->seed_given               ? "--seed"
           : o->until_given            ? "--until"
           : o->override_count > 0     ? "--set"
           : o->student != NULL        ? "--student"
           : o->to_script != NULL      ? "--to-script"
           : o->at != NULL             ? "--at"
           : o->intervention_count > 0 ? "--drop, --delay, --duplicate, --corrupt"
                                       : NULL;
}

bool run_options_fit(const struct run_options *o)
{
    const char *option = run_is_script(o) ? option_of_labs(o) : NULL;

    if (option != NULL)
        complain(_("%s: this is about labs; what happens to %s stands in it"), option, o->lab);
    else if (!run_is_script(o) &&
             (o->script.profile != PKT_PROFILES || o->script.defines.count > 0))
        complain(_("--profile and --define are about packet scripts (NAME.pkt); %s is a lab"),
                 o->lab);
    else
        return true;
    return false;
}
