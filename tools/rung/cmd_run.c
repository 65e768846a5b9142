/*
 * cmd_run.c - `rung run LAB`: builds the lab's world, runs it, shows it.
 */
#include "tools/rung/rung.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "layers/state.h"
#include "layers/units.h"
#include "tools/lib/json_trace.h"
#include "tools/lib/ladder.h"
#include "tools/lib/narrate.h"
#include "tools/lib/output_file.h"
#include "tools/lib/run_capture.h"
#include "tools/lib/run_view.h"
#include "tools/lib/simulation.h"
#include "tools/lib/tables.h"
#include "tools/lib/text.h"
#include "tools/lib/utf8.h"
#include "tools/rung/lab_argument.h"
#include "tools/rung/run_options.h"
#include "tools/rung/run_script.h"
#include "tools/rung/run_timeline.h"

static bool progress_shown;

static void show_progress(vtime now, vtime until)
{
    (void)until;
    progress_shown = true;
    fprintf(stderr, _("\rrung: %lld s of virtual time ..."), (long long)(now / SECONDS));
}

static void clear_progress(void)
{
    if (progress_shown)
        fputs("\r\033[K", stderr);
}

static int load(const struct run_options *o, struct lab **lab)
{
    struct lab_overrides overrides = { o->overrides, o->override_count };
    char path[LAB_PATH_LIMIT];
    int status = lab_argument_load(o->lab, &overrides, path, lab);

    if (status == EXIT_DONE && o->seed_given)
        (*lab)->seed = o->seed;
    return status;
}

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);

    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* Writes one file by WRITE. False: it has complained. */
static bool write_file(const char *path, bool (*write)(struct output_file *, const void *),
                       const void *context)
{
    struct output_file file;

    if (!output_open(&file, path)) {
        complain("%s: %s", path, strerror(errno));
        return false;
    }
    if (!write(&file, context)) {
        /* A reader of standard output that went away is no error. */
        bool quiet = strcmp(path, "-") == 0 && errno == EPIPE;

        if (!quiet)
            complain("%s: %s", path, strerror(errno));
        output_abandon(&file);
        return quiet;
    }
    if (!output_commit(&file)) {
        complain("%s: %s", path, strerror(errno));
        return false;
    }
    return true;
}

struct capture_order {
    const struct run_view *view;
    struct run_capture_options options;
};

static bool write_capture(struct output_file *file, const void *context)
{
    const struct capture_order *order = context;

    return run_capture_write(order->view, &order->options, output_sink(file));
}

static bool write_json(struct output_file *file, const void *context)
{
    return json_trace_write(context, file->stream);
}

static bool write_captures(const struct run_options *o, const struct simulation *s,
                           const struct run_view *view)
{
    struct capture_order order = { view, { .at = NODE_NONE } };

    if (o->at != NULL) /* options_fit has looked */
        order.options.at = (uint16_t)lab_find_node(s->lab, o->at, strlen(o->at));
    for (size_t i = 0; i < o->capture_count; i++) {
        bool ng = ends_with(o->captures[i], ".pcapng");

        order.options.format = ng ? CAPTURE_PCAPNG : CAPTURE_PCAP;
        if (!write_file(o->captures[i], write_capture, &order))
            return false;
    }
    return true;
}

static int terminal_width(void)
{
    struct winsize size;
    const char *columns = getenv("COLUMNS");

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return columns != NULL ? atoi(columns) : 0;
}

/* What the lab is about, if it says so. */
static void print_about(const struct lab *lab, struct run_view *view)
{
    if (lab->about[0] == '\0')
        return;
    utf8_print_clean(stdout, lab->title, false);
    fputs("\n\n", stdout);
    utf8_print_clean(stdout, lab->about, true);
    if (lab->about[strlen(lab->about) - 1] != '\n')
        putchar('\n'); /* written on one line: about: "..." */
    putchar('\n');
    view->title = NULL; /* said already */
}

static bool print_run(const struct run_options *o, const struct lab *lab,
                         struct run_view *view)
{
    struct ladder_options options = {
        .width = o->width != 0 ? o->width : terminal_width(),
        .ascii = o->ascii || !colour_locale_is_utf8(),
        .colour = colour_wanted(o->colour, stdout),
        .why = o->why,
        .absolute = o->absolute,
    };
    struct narrate_options sentences = { .why = o->why, .absolute = o->absolute };

    print_about(lab, view);
    return (o->narrate ? narrate(view, &sentences, stdout)
                       : ladder_print(view, &options, stdout)) ||
           errno == EPIPE;
}

static void print_checks(const struct simulation *s, bool after_ladder)
{
    int64_t of, points = simulation_points(s, &of);

    if (s->lab->check_count > 0 && after_ladder)
        putchar('\n');
    for (size_t i = 0; i < s->lab->check_count; i++) {
        const struct lab_check *check = &s->lab->checks[i];
        const struct check_result *result = &s->checks[i];

        printf(_("check %zu: %s  %s"), i + 1,
               result->held ? _("holds") : result->broken ? _("cannot be computed") : _("FAILED"),
               check->expression);
        if (!result->held && !result->broken && result->expression.states)
            printf(_("\n         left side %s, right side %s"),
                   state_name((int)result->expression.left),
                   state_name((int)result->expression.right));
        else if (!result->held && !result->broken && result->expression.compared)
            printf(_("\n         left side %lld, right side %lld"),
                   (long long)result->expression.left, (long long)result->expression.right);
        if (!result->held && check->hint != NULL) {
            fputs(_("\n         hint: "), stdout);
            utf8_print_clean(stdout, check->hint, false);
        }
        putchar('\n');
    }
    if (s->lab->check_count > 0)
        printf(_("%lld of %lld points\n"), (long long)points, (long long)of);
}

/* The texts of the script, for those who show what was told to whom. */
static const char **command_texts(const struct lab *lab)
{
    const char **texts = calloc(lab->command_count + 1, sizeof(*texts));

    for (size_t i = 0; texts != NULL && i < lab->command_count; i++)
        texts[i] = lab->commands[i].text;
    return texts;
}

/* How many files were asked for on standard output, where the ladder and the
 * result of the checks would spoil them. */
static unsigned files_on_stdout(const struct run_options *o)
{
    unsigned count = o->json != NULL && strcmp(o->json, "-") == 0;

    for (size_t i = 0; i < o->capture_count; i++)
        count += strcmp(o->captures[i], "-") == 0;
    return count;
}

static int show(const struct run_options *o, const struct simulation *s)
{
    const char **texts = command_texts(s->lab);
    bool stdout_taken = files_on_stdout(o) > 0;
    bool ladder = !stdout_taken && (o->text || o->narrate || !o->quiet);
    int status = simulation_checks_hold(s) ? EXIT_DONE : EXIT_CHECK;
    struct run_view view;
    bool ok = true;

    if (!run_view_open(&view, s->world, &s->trace, s->lab->title)) {
        complain(_("out of memory"));
        free(texts);
        return EXIT_INTERNAL;
    }
    view.commands = texts;
    view.command_count = texts != NULL ? (uint32_t)s->lab->command_count : 0;
    if (o->json != NULL)
        ok = write_file(o->json, write_json, &view);
    ok = ok && write_captures(o, s, &view);
    if (ok && ladder)
        ok = print_run(o, s->lab, &view);
    if (ok && !stdout_taken && o->tables)
        tables_print(s->world, stdout);
    if (ok && !stdout_taken)
        print_checks(s, ladder || o->tables);
    run_view_close(&view);
    free(texts);
    if (s->trace.diverged) {
        complain(_("a second run of the same events went another way; please report this"));
        return EXIT_INTERNAL;
    }
    return close_output(ok ? status : EXIT_UNREADABLE);
}

/* What can only be judged with the lab at hand. */
static bool options_fit(const struct run_options *o, const struct lab *lab)
{
    if (files_on_stdout(o) + o->text + o->narrate > 1) {
        complain(_("standard output is asked for twice: write one of these to a file"));
        return false;
    }
    if (o->at != NULL && lab_find_node(lab, o->at, strlen(o->at)) == LAB_NONE) {
        complain(_("--at %s: no host has this name"), o->at);
        return false;
    }
    for (size_t i = 0; i < o->capture_count; i++) {
        const char *path = o->captures[i];

        if (ends_with(path, ".pcapng") && o->at != NULL) {
            complain(_("-w %s --at: a .pcapng shows every vantage point already"), path);
            return false;
        }
        if (ends_with(path, ".pcap") || ends_with(path, ".pcapng") || strcmp(path, "-") == 0)
            continue;
        complain(_("-w %s: write a name that ends in .pcap or .pcapng"), path);
        return false;
    }
    return true;
}

/* A run that does not end is not shown: its ladder would not end either. */
static bool tell_endless(const struct simulation *s)
{
    char at[64];

    if (!s->overflowed && !s->world->stuck)
        return false;
    unit_format_time(s->world->now, at, sizeof(at));
    if (s->world->stuck)
        complain(_("stopped at %s: things happen without end and no time passes (a loop over "
                   "wires without delay?); give the wires a delay"),
                 at);
    else
        complain(_("stopped at %s: the run does not end (a loop of hubs or switches?) and its "
                   "trace holds %zu MiB; look at its beginning with --until"),
                 at, trace_size(&s->trace) >> 20);
    return true;
}

static void tell_missed_interventions(const struct simulation *s)
{
    for (uint32_t i = 0; i < s->world->intervention_count; i++)
        if (s->world->interventions[i].frame > s->world->frame_count)
            fprintf(stderr, _("rung: note: frame %u was never sent: this run has %u frames\n"),
                    s->world->interventions[i].frame, s->world->frame_count);
}

static void tell_missed_commands(const struct simulation *s)
{
    for (size_t i = 0; i < s->lab->command_count; i++) {
        const struct lab_command *command = &s->lab->commands[i];

        if (command->start == LAB_WHEN && !simulation_entry_started(s, i))
            fprintf(stderr, _("rung: note: \"%s\" never ran: %s was never %s\n"), command->text,
                    s->lab->nodes[command->when_node].name, command->when_state);
    }
}

static void tell_missed_fault(const struct fault *fault, size_t number)
{
    uint32_t first = fault->nth_count > 0 ? fault->nth[0] : fault->every;

    if (fault->seen < first)
        fprintf(stderr,
                _("rung: note: fault %zu never struck: it has seen %u of its frames, and waits "
                  "for number %u\n"),
                number, fault->seen, first);
}

/* World's faults are the lab's in their order, but for those of one frame. */
static void tell_missed_faults(const struct simulation *s)
{
    const struct fault *fault = s->world->faults;

    for (size_t i = 0; i < s->lab->fault_count; i++)
        if (s->lab->faults[i].frame == 0)
            tell_missed_fault(fault++, i + 1);
}

static int run_lab(const struct run_options *o, const struct lab *lab)
{
    struct simulation_options options = { .interventions = o->interventions,
                                          .intervention_count = o->intervention_count,
                                          .until_given = o->until_given,
                                          .until = o->until };
    bool progress = isatty(STDERR_FILENO) && !o->quiet;
    struct simulation s;
    int status;

    if (!options_fit(o, lab))
        return EXIT_USAGE;
    if (!simulation_open(&s, lab, &options)) {
        complain(_("out of memory"));
        return EXIT_INTERNAL;
    }
    simulation_run(&s, progress ? show_progress : NULL);
    clear_progress();
    tell_missed_interventions(&s);
    tell_missed_faults(&s);
    tell_missed_commands(&s);
    status = tell_endless(&s) ? EXIT_USAGE : show(o, &s);
    simulation_close(&s);
    return status;
}

int cmd_run(int argc, char **argv)
{
    struct run_options o;
    struct lab *lab;
    int status;

    if (!run_options_read(argc, argv, &o))
        return EXIT_USAGE;
    if (o.help) {
        run_options_help();
        return close_output(EXIT_DONE);
    }
    if (run_wants_timeline(&o)) {
        status = run_timeline(&o);
        if (status != RUN_TIMELINE_CANNOT)
            return status;
    }
    status = load(&o, &lab);
    if (status != EXIT_DONE)
        return status;
    status = o.to_script != NULL ? run_to_script(&o, lab) : run_lab(&o, lab);
    lab_free(lab);
    return status;
}
