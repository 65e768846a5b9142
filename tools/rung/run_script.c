#include "tools/rung/run_script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/units.h"
#include "tools/lib/pkt_run.h"
#include "tools/lib/pkt_write.h"
#include "tools/lib/tables.h"
#include "tools/lib/text.h"
#include "tools/lib/utf8.h"
#include "tools/rung/run_output.h"
#include "tools/rung/rung.h"
#include "tools/rung/script_show.h"

/* ---- --to-script ---- */

/* HOST or HOST:PORT. */
static bool read_host(const struct run_options *o, const struct lab *lab,
                      struct pkt_write_order *order)
{
    const char *colon = strchr(o->to_script, ':');
    size_t len = colon != NULL ? (size_t)(colon - o->to_script) : strlen(o->to_script);
    char why[UNIT_WHY_SIZE];
    int64_t port = 0;

    order->node = lab_find_node(lab, o->to_script, len);
    if (order->node == LAB_NONE) {
        complain(_("--to-script %s: no host has this name"), o->to_script);
        return false;
    }
    if (colon != NULL && !unit_parse_count(colon + 1, 1, UINT16_MAX, &port, why, sizeof(why))) {
        complain("--to-script %s: %s", o->to_script, why);
        return false;
    }
    order->port = (uint16_t)port;
    return true;
}

/* Everything else that could be asked for goes to standard output, too. */
static bool is_alone(const struct run_options *o)
{
    if (!o->text && !o->narrate && !o->tables && o->json == NULL && o->svg == NULL &&
        o->plot == NULL &&
        o->capture_count == 0)
        return true;
    complain(_("--to-script %s: the script is all that this run prints; ask for the rest in a "
               "run of its own"),
             o->to_script);
    return false;
}

int run_to_script(const struct run_options *o, const struct lab *lab)
{
    char why[PKT_WRITE_WHY], command[300];
    struct pkt_write_order order = {
        .lab = lab,
        .options = { .interventions = o->interventions,
                     .intervention_count = o->intervention_count,
                     .until_given = o->until_given,
                     .until = o->until },
        .command = command,
    };
    char *text;

    if (!is_alone(o) || !read_host(o, lab, &order))
        return EXIT_USAGE;
    snprintf(command, sizeof(command), "rung run %.100s --to-script %.100s", o->lab, o->to_script);
    text = pkt_write(&order, why);
    if (text == NULL) {
        complain("--to-script %s: %s", o->to_script, why);
        return EXIT_USAGE;
    }
    fputs(text, stdout);
    free(text);
    return close_output(EXIT_DONE);
}

/* ---- NAME.pkt ---- */

/* What was asked for, but the ladder is up to where the script has failed. */
static int show_script(const struct run_options *o, const struct pkt_run *run)
{
    bool stdout_taken = run_output_on_stdout(o) > 0;
    bool ladder = !stdout_taken && (o->text || o->narrate || !o->quiet);
    bool failed = run->result.judgement == PKT_FAIL;
    struct run_view view;
    int written;
    bool ok;

    if (!script_show_open(run, &view))
        return EXIT_INTERNAL;
    written = run_output_files(o, &view, NODE_NONE);
    ok = written == EXIT_DONE;
    if (ok && ladder) {
        utf8_print_clean(stdout, run->script->purpose, false);
        fputs(run->script->purpose[0] != '\0' ? "\n\n" : "", stdout);
        ok = run_output_ladder(o, &view);
    }
    run_view_close(&view);
    if (ok && !stdout_taken && o->tables)
        tables_print(run->world.world, stdout);
    if (ok && !stdout_taken) {
        if (ladder || o->tables)
            putchar('\n');
        script_show_verdict(run);
        if (failed && ladder && o->why == 0)
            script_show_whys(run);
    }
    if (!ok)
        return close_output(written != EXIT_DONE ? written : EXIT_UNREADABLE);
    return close_output(failed ? EXIT_CHECK : EXIT_DONE);
}

int run_script(const struct run_options *o)
{
    static struct pkt_run run; /* large, and must not move */
    struct pkt_script *script;
    int status;

    if (!run_output_fits(o))
        return EXIT_USAGE;
    status = script_load(o->lab, &o->script.defines, &script);
    if (status != EXIT_DONE)
        return status;
    if (pkt_run(&run, script, o->script.profile)) {
        status = show_script(o, &run);
        pkt_run_close(&run);
    } else {
        complain(_("out of memory"));
        status = EXIT_INTERNAL;
    }
    pkt_script_free(script);
    return status;
}
