#include "tools/rung/quiz_options.h"

#include <stdio.h>
#include <string.h>

#include "layers/units.h"
#include "tools/lib/lab_values.h"
#include "tools/lib/ladder.h"
#include "tools/lib/options.h"
#include "tools/lib/text.h"
#include "tools/rung/rung.h"

enum {
    OPTION_STUDENT = 256,
    OPTION_ANSWERS,
    OPTION_SUBMIT,
    OPTION_SEED,
    OPTION_SET,
    OPTION_FRESH,
    OPTION_NARRATE,
    OPTION_ALL,
    OPTION_ASCII,
    OPTION_WIDTH,
    OPTION_COLOUR
};

static const struct option long_options[] = {
    { "student", required_argument, NULL, OPTION_STUDENT },
    { "answers", required_argument, NULL, OPTION_ANSWERS },
    { "submit", required_argument, NULL, OPTION_SUBMIT },
    { "seed", required_argument, NULL, OPTION_SEED },
    { "set", required_argument, NULL, OPTION_SET },
    { "fresh", no_argument, NULL, OPTION_FRESH },
    { "narrate", no_argument, NULL, OPTION_NARRATE },
    { "all", no_argument, NULL, OPTION_ALL },
    { "ascii", no_argument, NULL, OPTION_ASCII },
    { "width", required_argument, NULL, OPTION_WIDTH },
    { "color", required_argument, NULL, OPTION_COLOUR },
    { "colour", required_argument, NULL, OPTION_COLOUR },
    { "help", no_argument, NULL, 'h' },
    { 0 },
};

void quiz_options_help(void)
{
    puts(_("rung quiz handshake                       answer before you see\n"
           "rung quiz handshake --student anna        as anna gets it, where the lab varies\n"
           "rung quiz handshake --submit anna.yaml    and write what is handed in\n"
           "rung quiz handshake --answers my.txt      from a file of lines: NAME: ANSWER\n"));
    puts(_("  --student ID     the lab as this student gets it, and this student's progress\n"
           "  --answers FILE   reads the answers there instead of asking; - is standard input\n"
           "  --submit FILE    writes what was done, for rung grade\n"
           "  --seed N         other luck\n"
           "  --set PATH=VALUE override any value of the lab\n"
           "  --fresh          forget what was done before\n"
           "  --narrate        the run in sentences, for a screen reader\n"
           "  --all            every row, however many there are between two questions\n"
           "  --width N, --color WHEN, --ascii   as for rung run"));
    puts(_("\nThe run is shown as far as the next question; type the answer, ? for a hint, pass\n"
           "to give up, quit to leave, help for more. Progress is kept in\n"
           "$XDG_STATE_HOME/rung (~/.local/state/rung), but for --answers.\n\n"
           "Exit status: 0 all points, 1 not all, 2 a wrong option or lab, 3 a file that cannot\n"
           "be read or written."));
}

static bool add_override(struct quiz_options_read *o, const char *text)
{
    if (o->override_count == QUIZ_OVERRIDES_MAX) {
        complain(_("--set: at most %d values can be set"), QUIZ_OVERRIDES_MAX);
        return false;
    }
    o->overrides[o->override_count++] = text;
    return true;
}

static bool read_seed(struct quiz_options_read *o, const char *text)
{
    char why[UNIT_WHY_SIZE];
    uint64_t seed;

    if (!lab_parse_seed(text, &seed, why, sizeof(why))) {
        complain("--seed %s: %s", text, why);
        return false;
    }
    if (o->seed[0] != '\0') {
        complain(_("--seed %s: one seed is enough"), text);
        return false;
    }
    snprintf(o->seed, sizeof(o->seed), "seed=%s", text);
    return add_override(o, o->seed);
}

static bool read_width(struct quiz_options_read *o, const char *text)
{
    char why[UNIT_WHY_SIZE];
    int64_t width;

    if (!unit_parse_count(text, LADDER_WIDTH_MIN, LADDER_WIDTH_MAX, &width, why, sizeof(why))) {
        complain("--width %s: %s", text, why);
        return false;
    }
    o->width = (int)width;
    return true;
}

static bool read_colour(struct quiz_options_read *o, const char *text)
{
    if (colour_parse(text, &o->colour))
        return true;
    complain(_("--color %s: write auto, always or never"), text);
    return false;
}

static bool read_option(int option, struct quiz_options_read *o)
{
    switch (option) {
    case OPTION_STUDENT: o->student = optarg; return true;
    case OPTION_ANSWERS: o->answers = optarg; return true;
    case OPTION_SUBMIT: o->submit = optarg; return true;
    case OPTION_SEED: return read_seed(o, optarg);
    case OPTION_SET: return add_override(o, optarg);
    case OPTION_FRESH: o->fresh = true; return true;
    case OPTION_NARRATE: o->narrate = true; return true;
    case OPTION_ALL: o->all = true; return true;
    case OPTION_ASCII: o->ascii = true; return true;
    case OPTION_WIDTH: return read_width(o, optarg);
    case OPTION_COLOUR: return read_colour(o, optarg);
    case 'h': o->help = true; return true;
    default: return false;
    }
}

bool quiz_options_read(int argc, char **argv, struct quiz_options_read *o)
{
    int option;

    memset(o, 0, sizeof(*o));
    options_begin();
    while ((option = options_next(argc, argv, ":h", long_options)) != -1)
        if (!read_option(option, o))
            return false;
    if (o->help)
        return true;
    if (optind == argc) {
        complain(_("which lab? write: rung quiz handshake"));
        return false;
    }
    o->lab = argv[optind++];
    if (o->submit != NULL && strcmp(o->submit, "-") == 0) {
        complain(_("--submit -: the dialogue is on standard output: write a file"));
        return false;
    }
    return options_no_more(argc, argv);
}
