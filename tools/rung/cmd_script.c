/*
 * cmd_script.c - `rung script FILE|FOLDER...`: packet scripts judge our TCP.
 */
#include "tools/rung/rung.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/lib/options.h"
#include "tools/lib/text.h"
#include "tools/rung/run_options.h"
#include "tools/rung/run_output.h"
#include "tools/rung/script_show.h"

enum { OPTION_PROFILE = 256, OPTION_DEFINE, OPTION_JSON, OPTION_TEXT, OPTION_WIDTH, OPTION_COLOUR,
       OPTION_ASCII, OPTION_WHY };
enum { PATH_LIMIT = 4096 };

struct script_order {
    struct script_options script;
    bool json, text, quiet, help;
    enum colour_choice colour;
    struct ladder_options ladder;
    const char *capture; /* or NULL */
    unsigned count[3];   /* by enum pkt_judgement */
    unsigned unreadable, looked_at;
    int status;
};

static void help(void)
{
    puts(_("rung script close.pkt                   does our TCP do what the script says?\n"
           "rung script tests/pkt                   all scripts (*.pkt) of a folder\n"
           "rung script --profile linux close.pkt   with Linux's timers and buffers\n"
           "rung script --text close.pkt            its ladder, also if all is well\n"
           "rung script - < close.pkt               from standard input\n"));
    puts(_("A script: system calls, segments in (<), segments expected out (>), with times.\n\n"
           "  0   socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
           "  +0  bind(3, ..., ...) = 0\n"
           "  +0  listen(3, 1) = 0\n"
           "  +.1 < S 0:0(0) win 8000 <mss 1000>\n"
           "  +0  > S. 0:0(0) ack 1 <...>\n"
           "  +.1 < . 1:1(0) ack 1 win 8000\n"
           "  +0  accept(3, ..., ...) = 4\n\n"
           "The manual page rung-script(7) teaches in ten minutes how to write one.\n"));
    puts(_("  --profile P    strict, linux or bsd: whose habits are expected; else\n"
           "                 what the script says by --profile=P, else strict\n"
           "  --define X     #ifdef X holds (repeatable; STANDARD always does)\n"
           "  --json         a JSON object a script, and no ladder\n"
           "  --text         the ladder of each script; else only of one that fails\n"
           "  --why[=LAYERS] every reason in the ladder, or those of some layers (--why=tcp),\n"
           "                 not only TCP's last ones\n"
           "  -w FILE.pcap   what was on the wire (.pcapng too), of one script\n"
           "  --width N      columns of the ladder; --ascii; --color auto|always|never\n"
           "  -q, --quiet    no ladder; only what did not pass, and the sum\n\n"
           "Exit status: 0 all passed or were skipped, 1 a script failed, 2 usage or a script\n"
           "with an error, 3 a script that cannot be read."));
}

/* ---- One script ---- */

static bool show(struct script_order *o, const struct pkt_run *run)
{
    const struct ladder_options options = o->ladder;
    bool failed = run->result.judgement == PKT_FAIL;

    o->count[run->result.judgement]++;
    if (o->json) {
        script_show_json(run);
        return true;
    }
    if (!o->quiet || run->result.judgement != PKT_PASS)
        script_show_verdict(run);
    if (o->quiet || (!failed && !o->text))
        return true;
    putchar('\n');
    if (!script_show_ladder(run, &options))
        return false;
    if (failed && options.why == 0)
        script_show_whys(run);
    putchar('\n');
    return true;
}

static void raise_status(struct script_order *o, int status)
{
    if (status > o->status)
        o->status = status;
}

static void run_script(struct script_order *o, const struct pkt_script *script)
{
    static struct pkt_run run; /* large, and must not move */

    if (!pkt_run(&run, script, o->script.profile)) {
        complain(_("out of memory"));
        raise_status(o, EXIT_INTERNAL);
        return;
    }
    if (!show(o, &run))
        raise_status(o, EXIT_UNREADABLE);
    if (run.result.judgement == PKT_FAIL)
        raise_status(o, EXIT_CHECK);
    if (o->capture != NULL && !script_write_capture(&run, o->capture))
        raise_status(o, EXIT_UNREADABLE);
    pkt_run_close(&run);
}

static void run_file(struct script_order *o, const char *path)
{
    struct pkt_script *script;
    int status;

    o->looked_at++;
    status = script_load(path, &o->script.defines, &script);

    if (status == EXIT_DONE)
        run_script(o, script);
    else if (o->json)
        script_show_json_error(path, status == EXIT_UNREADABLE);
    o->unreadable += status != EXIT_DONE;
    raise_status(o, status);
    pkt_script_free(script);
}

/* ---- Folders ---- */

static bool is_folder(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* A link to a folder, which may lead round in a circle. */
static bool is_link(const char *path)
{
    struct stat info;

    return lstat(path, &info) == 0 && S_ISLNK(info.st_mode);
}

static int is_worth_a_look(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);

    return entry->d_name[0] != '.' && (len > 4 ? strcmp(entry->d_name + len - 4, ".pkt") == 0 ||
                                                     strchr(entry->d_name, '.') == NULL
                                               : strchr(entry->d_name, '.') == NULL);
}

static void run_path(struct script_order *o, const char *path, bool named);

static void run_folder(struct script_order *o, const char *path)
{
    struct dirent **entries;
    int count = scandir(path, &entries, is_worth_a_look, alphasort);

    if (count < 0) {
        complain(_("%s: this folder cannot be read"), path);
        raise_status(o, EXIT_UNREADABLE);
        return;
    }
    for (int i = 0; i < count; i++) {
        char inside[PATH_LIMIT];
        int len = snprintf(inside, sizeof(inside), "%s/%s", path, entries[i]->d_name);

        if (len > 0 && len < PATH_LIMIT)
            run_path(o, inside, false);
        free(entries[i]);
    }
    free(entries);
}

/* In a folder, only what is called *.pkt is a script. */
static void run_path(struct script_order *o, const char *path, bool named)
{
    size_t len = strlen(path);

    if (is_folder(path) && (named || !is_link(path)))
        run_folder(o, path);
    else if (named || (len > 4 && strcmp(path + len - 4, ".pkt") == 0))
        run_file(o, path);
}

/* A folder that was named and has none is a mistake, which must not look like success. */
static void run_named(struct script_order *o, const char *path)
{
    unsigned before = o->looked_at;

    run_path(o, path, true);
    if (o->looked_at > before || !is_folder(path) || o->status == EXIT_UNREADABLE)
        return;
    complain(_("%s: no script (NAME.pkt) is in this folder"), path);
    raise_status(o, EXIT_USAGE);
}

static void print_sum(const struct script_order *o)
{
    unsigned all = o->count[PKT_PASS] + o->count[PKT_FAIL] + o->count[PKT_SKIP] + o->unreadable;

    printf(_("%u script%s: %u passed, %u failed, %u skipped"), all, all == 1 ? "" : "s",
           o->count[PKT_PASS], o->count[PKT_FAIL], o->count[PKT_SKIP]);
    if (o->unreadable > 0)
        printf(_(", %u with errors"), o->unreadable);
    putchar('\n');
}

/* ---- Options ---- */

static const struct option long_options[] = {
    { "profile", required_argument, NULL, OPTION_PROFILE },
    { "define", required_argument, NULL, OPTION_DEFINE },
    { "json", no_argument, NULL, OPTION_JSON },
    { "text", no_argument, NULL, OPTION_TEXT },
    { "why", optional_argument, NULL, OPTION_WHY },
    { "write", required_argument, NULL, 'w' },
    { "width", required_argument, NULL, OPTION_WIDTH },
    { "color", required_argument, NULL, OPTION_COLOUR },
    { "colour", required_argument, NULL, OPTION_COLOUR },
    { "ascii", no_argument, NULL, OPTION_ASCII },
    { "quiet", no_argument, NULL, 'q' },
    { "help", no_argument, NULL, 'h' },
    { 0 },
};

static bool read_width(struct script_order *o, const char *text)
{
    o->ladder.width = atoi(text);
    if (o->ladder.width >= LADDER_WIDTH_MIN && o->ladder.width <= LADDER_WIDTH_MAX)
        return true;
    complain(_("--width %s: write a number from %d to %d"), text, LADDER_WIDTH_MIN,
             LADDER_WIDTH_MAX);
    return false;
}

static bool read_colour(struct script_order *o, const char *text)
{
    if (colour_parse(text, &o->colour))
        return true;
    complain(_("--color %s: write auto, always or never"), text);
    return false;
}

static bool read_option(struct script_order *o, int option)
{
    switch (option) {
    case OPTION_PROFILE: return read_profile_option(optarg, &o->script);
    case OPTION_DEFINE: return read_define_option(optarg, &o->script);
    case OPTION_WIDTH: return read_width(o, optarg);
    case OPTION_COLOUR: return read_colour(o, optarg);
    case OPTION_JSON: o->json = true; return true;
    case OPTION_TEXT: o->text = true; return true;
    case OPTION_WHY: return read_why_option(optarg, &o->ladder.why);
    case OPTION_ASCII: o->ladder.ascii = true; return true;
    case 'w': o->capture = optarg; return true;
    case 'q': o->quiet = true; return true;
    case 'h': o->help = true; return true;
    default: return false;
    }
}

static bool options_fit(const struct script_order *o, int argc, char **argv)
{
    if (optind == argc) {
        complain(_("which script? write: rung script close.pkt"));
        return false;
    }
    if (o->capture != NULL && (optind + 1 < argc || is_folder(argv[optind]))) {
        complain(_("-w %s: a capture shows one script: name one file"), o->capture);
        return false;
    }
    return o->capture == NULL || capture_name_fits(o->capture);
}

int cmd_script(int argc, char **argv)
{
    struct script_order o = { .colour = COLOUR_AUTO };
    int option;

    script_options_begin(&o.script);
    options_begin();
    while ((option = options_next(argc, argv, ":hqw:", long_options)) != -1)
        if (!read_option(&o, option))
            return EXIT_USAGE;
    if (o.help) {
        help();
        return close_output(EXIT_DONE);
    }
    if (!options_fit(&o, argc, argv))
        return EXIT_USAGE;
    if (o.ladder.width == 0)
        o.ladder.width = output_width();
    o.ladder.ascii = o.ladder.ascii || !colour_locale_is_utf8();
    o.ladder.colour = colour_wanted(o.colour, stdout);
    for (int i = optind; i < argc; i++)
        run_named(&o, argv[i]);
    if (!o.json)
        print_sum(&o);
    return close_output(o.status);
}
