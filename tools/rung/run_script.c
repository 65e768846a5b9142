#include "tools/rung/run_script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/units.h"
#include "tools/lib/pkt_write.h"
#include "tools/lib/text.h"
#include "tools/rung/rung.h"

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
    if (!o->text && !o->tables && o->json == NULL && o->capture_count == 0)
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
