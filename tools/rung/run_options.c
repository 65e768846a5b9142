#include "tools/rung/run_options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "layers/units.h"
#include "tools/lib/lab_values.h"
#include "tools/lib/ladder.h"
#include "tools/lib/options.h"
#include "tools/lib/text.h"
#include "tools/rung/rung.h"

enum { OPTION_SEED = 256, OPTION_UNTIL, OPTION_SET, OPTION_DROP, OPTION_DELAY, OPTION_DUPLICATE,
       OPTION_CORRUPT, OPTION_AT, OPTION_JSON, OPTION_TEXT, OPTION_WHY, OPTION_WIDTH,
       OPTION_COLOUR, OPTION_ASCII, OPTION_TABLES,
       OPTION_ABSOLUTE, OPTION_DUMP, OPTION_THEME, OPTION_NARRATE,
       OPTION_TO_SCRIPT, OPTION_SVG, OPTION_PLOT, OPTION_OF,
       OPTION_PROFILE, OPTION_DEFINE, OPTION_STUDENT, OPTION_ASK,
       OPTION_FRESH };

static const struct option long_options[] = {
    { "seed", required_argument, NULL, OPTION_SEED },
    { "until", required_argument, NULL, OPTION_UNTIL },
    { "set", required_argument, NULL, OPTION_SET },
    { "student", required_argument, NULL, OPTION_STUDENT },
    { "ask", no_argument, NULL, OPTION_ASK },
    { "fresh", no_argument, NULL, OPTION_FRESH },
    { "drop", required_argument, NULL, OPTION_DROP },
    { "delay", required_argument, NULL, OPTION_DELAY },
    { "duplicate", required_argument, NULL, OPTION_DUPLICATE },
    { "corrupt", required_argument, NULL, OPTION_CORRUPT },
    { "write", required_argument, NULL, 'w' },
    { "at", required_argument, NULL, OPTION_AT },
    { "to-script", required_argument, NULL, OPTION_TO_SCRIPT },
    { "json", required_argument, NULL, OPTION_JSON },
    { "text", no_argument, NULL, OPTION_TEXT },
    { "svg", required_argument, NULL, OPTION_SVG },
    { "plot", required_argument, NULL, OPTION_PLOT },
    { "of", required_argument, NULL, OPTION_OF },
    { "narrate", no_argument, NULL, OPTION_NARRATE },
    { "quiet", no_argument, NULL, 'q' },
    { "why", optional_argument, NULL, OPTION_WHY },
    { "width", required_argument, NULL, OPTION_WIDTH },
    { "color", required_argument, NULL, OPTION_COLOUR },
    { "colour", required_argument, NULL, OPTION_COLOUR },
    { "ascii", no_argument, NULL, OPTION_ASCII },
    { "tables", no_argument, NULL, OPTION_TABLES },
    { "dump", required_argument, NULL, OPTION_DUMP },
    { "theme", required_argument, NULL, OPTION_THEME },
    { "absolute", no_argument, NULL, OPTION_ABSOLUTE },
    { "profile", required_argument, NULL, OPTION_PROFILE },
    { "define", required_argument, NULL, OPTION_DEFINE },
    { "help", no_argument, NULL, 'h' },
    { 0 },
};

void run_options_help(void)
{
    puts(_("rung run arp-cache                      the ladder of a bundled lab\n"
           "rung run my-lab --seed 7 --why          other luck, and every reason\n"
           "rung run gateway --drop 3 -w out.pcapng what if frame 3 is lost? and a capture\n"
           "rung run udp-datagrams --set links.wire.loss=20%\n"));
    puts(_("LAB is a file, a folder with a lab.yaml, or the name of a bundled lab; a packet\n"
           "script (NAME.pkt), too, is run, and judged. On a terminal the timeline opens, unless\n"
           "an option asks for something else; `rung help keys` lists its keys.\n"));
    puts(_("  --seed N            other luck; \"random\" picks one and prints it\n"
           "  --until T           stop at virtual time T (2s)\n"
           "  --set PATH=VALUE    override any value of the lab: hosts.a.ip.ttl=3\n"
           "  --student ID        the lab as this student gets it, where it varies\n"
           "  --ask               the timeline stops at the lab's pages and questions, and\n"
           "                      shows nothing behind them; without it, key A begins them\n"
           "  --fresh             the same, and what was answered before is forgotten\n"
           "  --drop N            lose frame number N (repeatable, as are the next three)\n"
           "  --delay N:T         frame N arrives T later (--delay 4:50ms)\n"
           "  --duplicate N       frame N arrives twice\n"
           "  --corrupt N[:BIT]   one bit of frame N flips"));
    puts(_("  -w FILE.pcap        capture of every frame put on a wire\n"
           "  -w FILE.pcapng      one interface a vantage point, reasons as comments\n"
           "  --at HOST           the .pcap as seen by that host\n"
           "  --json FILE         the trace as JSON Lines; - is standard output\n"
           "  --svg FILE          the ladder as a drawing, for print and slides\n"
           "  --plot FILE         cwnd, round trips and sequence numbers of a connection as a\n"
           "                      drawing: the one that sends most, or --of HOST[:PORT]\n"
           "  --to-script HOST    the run as a packet script that expects what HOST did, for\n"
           "                      `rung script`; HOST:PORT where it has several connections\n"
           "  --text              the ladder on standard output\n"
           "  --narrate           the same in sentences: for a screen reader, braille, a log\n"
           "  --why[=LAYERS]      every decision in the ladder, with its RFC; or only those of\n"
           "                      some layers: --why=tcp,ip (sim link arp ip icmp udp tcp app)\n"
           "  --tables            ARP caches, MAC tables, routes and sockets at the end\n"
           "  --absolute          TCP's sequence numbers as they are sent, not from 0\n"
           "  --width N           columns of the ladder; --ascii; --color auto|always|never\n"
           "  --theme NAME        of the timeline: dark, light, contrast or plain\n"
           "  --dump WxH[:KEYS]   its screen as text, after these keys: 80x24:Right Right d\n"
           "  --profile P         of a packet script: strict, linux or bsd habits\n"
           "  --define X          of a packet script: #ifdef X holds (repeatable)\n"
           "  -q, --quiet         nothing but the result of the checks"));
}

static bool read_frame_number(const char *text, const char *option, uint32_t *frame,
                              const char **rest)
{
    unsigned long long number;
    char *end;

    errno = 0;
    number = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || errno != 0 || number == 0 || number > UINT32_MAX) {
        complain(_("%s %s: expected a frame number from 1, as the ladder shows it"), option, text);
        return false;
    }
    *frame = (uint32_t)number;
    *rest = end;
    return true;
}

static bool read_delay(struct intervention *what, const char *rest, const char *text)
{
    char why[UNIT_WHY_SIZE];

    if (*rest != ':') {
        complain(_("--delay %s: how much later? write --delay %u:50ms"), text, what->frame);
        return false;
    }
    if (!unit_parse_time(rest + 1, &what->by, why, sizeof(why))) {
        complain("--delay %s: %s", text, why);
        return false;
    }
    return true;
}

static bool read_bit(struct intervention *what, const char *rest, const char *text)
{
    char why[UNIT_WHY_SIZE];

    what->bit = -1;
    if (*rest == '\0')
        return true;
    if (*rest == ':' &&
        unit_parse_count(rest + 1, 0, 8 * 65535, &what->bit, why, sizeof(why)))
        return true;
    complain(_("--corrupt %s: write --corrupt %u, or --corrupt %u:112 for bit 112"), text,
             what->frame, what->frame);
    return false;
}

static bool read_intervention(struct run_options *o, enum fault_kind kind, const char *option,
                              const char *text)
{
    struct intervention *what = &o->interventions[o->intervention_count];
    const char *rest;

    if (o->intervention_count == RUN_INTERVENTIONS_MAX) {
        complain(_("%s: at most %d interventions in one run"), option, RUN_INTERVENTIONS_MAX);
        return false;
    }
    what->kind = kind;
    if (!read_frame_number(text, option, &what->frame, &rest))
        return false;
    o->intervention_count++;
    if (kind == FAULT_KIND_DELAY)
        return read_delay(what, rest, text);
    if (kind == FAULT_KIND_CORRUPT)
        return read_bit(what, rest, text);
    if (*rest != '\0')
        complain(_("%s %s: expected a frame number and nothing behind it"), option, text);
    return *rest == '\0';
}

static bool read_seed(struct run_options *o, const char *text)
{
    char why[UNIT_WHY_SIZE];

    o->seed_given = true;
    if (strcmp(text, "random") == 0) {
        if (getrandom(&o->seed, sizeof(o->seed), 0) != sizeof(o->seed))
            return false;
        o->seed >>= 32; /* short enough to be typed again */
        fprintf(stderr, _("rung: seed %llu\n"), (unsigned long long)o->seed);
        return true;
    }
    if (lab_parse_seed(text, &o->seed, why, sizeof(why)))
        return true;
    complain(_("--seed %s: %s; --seed random picks one"), text, why);
    return false;
}

static bool add_override(struct run_options *o, const char *text)
{
    if (o->override_count == RUN_OVERRIDES_MAX) {
        complain(_("--set: at most %d values in one run"), RUN_OVERRIDES_MAX);
        return false;
    }
    o->overrides[o->override_count++] = text;
    return true;
}

static bool read_until(struct run_options *o, const char *text)
{
    char why[UNIT_WHY_SIZE];

    if (!unit_parse_time(text, &o->until, why, sizeof(why))) {
        complain("--until %s: %s", text, why);
        return false;
    }
    o->until_given = true;
    return true;
}

static bool read_width(struct run_options *o, const char *text)
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

bool read_why_option(const char *text, unsigned *layers)
{
    char why[UNIT_WHY_SIZE];

    if (ladder_parse_why(text, layers, why, sizeof(why)))
        return true;
    complain("--why=%s: %s", text, why);
    return false;
}

static bool add_capture(struct run_options *o, const char *path)
{
    if (o->capture_count == RUN_CAPTURES_MAX) {
        complain(_("-w: at most %d captures in one run"), RUN_CAPTURES_MAX);
        return false;
    }
    o->captures[o->capture_count++] = path;
    return true;
}

/* Options that only set a flag or keep a string. */
static bool read_simple(struct run_options *o, int option, const char *text)
{
    if (option == OPTION_STUDENT)
        o->student = text;
    else if (option == OPTION_ASK)
        o->ask = true;
    else if (option == OPTION_FRESH)
        o->ask = o->fresh = true;
    else if (option == OPTION_AT)
        o->at = text;
    else if (option == OPTION_JSON)
        o->json = text;
    else if (option == OPTION_TO_SCRIPT)
        o->to_script = text;
    else if (option == OPTION_TEXT)
        o->text = true;
    else if (option == OPTION_SVG)
        o->svg = text;
    else if (option == OPTION_PLOT)
        o->plot = text;
    else if (option == OPTION_OF)
        o->of = text;
    else if (option == OPTION_NARRATE)
        o->narrate = true;
    else if (option == OPTION_DUMP)
        o->dump = text;
    else if (option == OPTION_ASCII)
        o->ascii = true;
    else if (option == OPTION_TABLES)
        o->tables = true;
    else if (option == OPTION_ABSOLUTE)
        o->absolute = true;
    else if (option == 'q')
        o->quiet = true;
    else if (option == 'h')
        o->help = true;
    else
        return false; /* options_next has said what is wrong */
    return true;
}

static bool read_theme(struct run_options *o, const char *text)
{
    enum colour_theme theme;

    o->theme = text;
    if (strcmp(text, "plain") == 0 || colour_theme_parse(text, &theme))
        return true;
    complain(_("--theme %s: write dark, light, contrast or plain"), text);
    return false;
}

static bool read_option(struct run_options *o, int option, const char *text)
{
    switch (option) {
    case OPTION_SEED:
        return read_seed(o, text);
    case OPTION_UNTIL:
        return read_until(o, text);
    case OPTION_SET:
        return add_override(o, text);
    case OPTION_DROP:
        return read_intervention(o, FAULT_KIND_DROP, "--drop", text);
    case OPTION_DELAY:
        return read_intervention(o, FAULT_KIND_DELAY, "--delay", text);
    case OPTION_DUPLICATE:
        return read_intervention(o, FAULT_KIND_DUPLICATE, "--duplicate", text);
    case OPTION_CORRUPT:
        return read_intervention(o, FAULT_KIND_CORRUPT, "--corrupt", text);
    case OPTION_WIDTH:
        return read_width(o, text);
    case OPTION_THEME:
        return read_theme(o, text);
    case OPTION_PROFILE:
        return read_profile_option(text, &o->script);
    case OPTION_DEFINE:
        return read_define_option(text, &o->script);
    case OPTION_WHY:
        return read_why_option(text, &o->why);
    case 'w':
        return add_capture(o, text);
    case OPTION_COLOUR:
        if (colour_parse(text, &o->colour))
            return true;
        complain(_("--color %s: write auto, always or never"), text);
        return false;
    default:
        return read_simple(o, option, text);
    }
}

bool run_options_read(int argc, char **argv, struct run_options *o)
{
    int option;

    memset(o, 0, sizeof(*o));
    script_options_begin(&o->script);
    options_begin();
    while ((option = options_next(argc, argv, ":hqw:", long_options)) != -1)
        if (!read_option(o, option, optarg))
            return false;
    if (o->help)
        return true;
    if (argc - optind != 1) {
        complain(optind == argc ? _("which lab? write: rung run encapsulation (`rung labs` "
                                    "lists them)")
                                : _("one lab at a time: rung run %s"),
                 argv[optind]);
        return false;
    }
    o->lab = argv[optind];
    return true;
}
