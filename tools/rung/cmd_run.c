/*
 * cmd_run.c - `rung run LAB`: builds the lab's world, runs it, shows it.
 */
#include "tools/rung/rung.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "layers/state.h"
#include "layers/units.h"
#include "tools/lib/run_view.h"
#include "tools/lib/simulation.h"
#include "tools/lib/tables.h"
#include "tools/lib/text.h"
#include "tools/lib/utf8.h"
#include "tools/lib/variant.h"
#include "tools/rung/lab_argument.h"
#include "tools/rung/run_options.h"
#include "tools/rung/run_output.h"
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

static bool print_ladder(const struct run_options *o, const struct lab *lab,
                         struct run_view *view)
{
    if (lab->about[0] != '\0') {
        utf8_print_clean(stdout, lab->title, false);
        fputs("\n\n", stdout);
        utf8_print_clean(stdout, lab->about, true);
        if (lab->about[strlen(lab->about) - 1] != '\n')
            putchar('\n'); /* written on one line: about: "..." */
        putchar('\n');
        view->title = NULL; /* said already */
    }
    return run_output_ladder(o, view);
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

static int show(const struct run_options *o, const struct simulation *s)
{
    const char **texts = command_texts(s->lab);
    bool stdout_taken = run_output_on_stdout(o) > 0;
    bool ladder = !stdout_taken && (o->text || o->narrate || !o->quiet);
    int status = simulation_checks_hold(s) ? EXIT_DONE : EXIT_CHECK;
    uint16_t at = NODE_NONE;
    struct run_view view;
    int written;
    bool ok;

    if (!run_view_open(&view, s->world, &s->trace, s->lab->title)) {
        complain(_("out of memory"));
        free(texts);
        return EXIT_INTERNAL;
    }
    view.commands = texts;
    view.command_count = texts != NULL ? (uint32_t)s->lab->command_count : 0;
    if (o->at != NULL) /* options_fit has looked */
        at = (uint16_t)lab_find_node(s->lab, o->at, strlen(o->at));
    written = run_output_files(o, &view, at);
    ok = written == EXIT_DONE;
    if (ok && ladder)
        ok = print_ladder(o, s->lab, &view);
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
    return close_output(ok ? status : written != EXIT_DONE ? written : EXIT_UNREADABLE);
}

/* What can only be judged with the lab at hand. */
static bool options_fit(const struct run_options *o, const struct lab *lab)
{
    if (!run_output_fits(o))
        return false;
    if (o->at != NULL && lab_find_node(lab, o->at, strlen(o->at)) == LAB_NONE) {
        complain(_("--at %s: no host has this name"), o->at);
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
            fprintf(stderr,
                    command->when_received > 0
                        ? _("rung: note: \"%s\" never ran: %s never %s\n")
                        : _("rung: note: \"%s\" never ran: %s was never %s\n"),
                    command->text, s->lab->nodes[command->when_node].name, command->when_state);
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

/* The lab, as O changes it, in the timeline or as text. */
static int run_chosen(const struct run_options *o)
{
    struct lab *lab;
    int status;

    if (run_wants_timeline(o)) {
        status = run_timeline(o);
        if (status != RUN_TIMELINE_CANNOT)
            return status;
    }
    if (run_is_script(o))
        return run_script(o);
    status = load(o, &lab);
    if (status != EXIT_DONE)
        return status;
    status = o->to_script != NULL ? run_to_script(o, lab) : run_lab(o, lab);
    lab_free(lab);
    return status;
}

/* The same for o->student: what the lab varies comes before --set. */
static int run_for_student(struct run_options *o)
{
    struct lab_overrides overrides = { o->overrides, o->override_count };
    struct variant variant;
    int status = lab_argument_variant(o->lab, o->student, &overrides, &variant);

    if (status != EXIT_DONE)
        return status;
    if (variant.count + o->override_count > RUN_OVERRIDES_MAX) {
        complain(_("--set: at most %d values in one run, with what the lab varies"),
                 RUN_OVERRIDES_MAX);
        status = EXIT_USAGE;
    } else {
        memmove(o->overrides + variant.count, o->overrides,
                o->override_count * sizeof(o->overrides[0]));
        for (size_t i = 0; i < variant.count; i++)
            o->overrides[i] = variant.overrides[i];
        o->override_count += variant.count;
        status = run_chosen(o);
    }
    variant_free(&variant);
    return status;
}

int cmd_run(int argc, char **argv)
{
    struct run_options o;

    if (!run_options_read(argc, argv, &o))
        return EXIT_USAGE;
    if (o.help) {
        run_options_help();
        return close_output(EXIT_DONE);
    }
    if (!run_options_fit(&o))
        return EXIT_USAGE;
    return o.student != NULL ? run_for_student(&o) : run_chosen(&o);
}
