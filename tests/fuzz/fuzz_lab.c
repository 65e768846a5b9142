#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/exercise.h"
#include "tools/lib/lab_amend.h"
#include "tools/lib/simulation.h"
#include "tools/lib/variant.h"

/*
 * Any bytes as a lab file, with its commands, filters and conditions; what
 * stands before the first line that is "%%" is taken as the argument of
 * --set. Reading must end, print its errors, and give everything back; a lab
 * without errors must hold what lab.h promises, its world must run, and what is
 * done in it can be written into it. What it asks is asked, and answered with
 * what is right, with what is a mistake, and with the lab's own title.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    OPTION_SIZE = 200,
    NODES_MAX = 40, /* of a world that is run: the rest costs time only */
};

static void check_links(const struct lab *lab)
{
    for (size_t i = 0; i < lab->link_count; i++) {
        for (int e = 0; e < 2; e++) {
            const struct lab_end *end = &lab->links[i].ends[e];
            const struct lab_direction *dir = &lab->links[i].dir[e];
            ASSERT(end->node < lab->node_count);
            const struct lab_node *node = &lab->nodes[end->node];
            bool has_ports = node->kind == LAB_SWITCH || node->kind == LAB_HUB;
            ASSERT(end->interface < (has_ports ? node->port_count : node->interface_count));
            ASSERT(has_ports || node->interfaces[end->interface].link == i);
            ASSERT(dir->loss >= 0 && dir->loss <= 1000000 && dir->delay >= 0);
            ASSERT(dir->rate >= 0 && dir->queue >= 0 && dir->reorder_by >= 0);
        }
    }
}

static void check_nodes(const struct lab *lab)
{
    for (size_t i = 0; i < lab->node_count; i++) {
        const struct lab_node *node = &lab->nodes[i];
        ASSERT(lab_find_node(lab, node->name, strlen(node->name)) == i);
        for (size_t k = 0; k < node->interface_count; k++) {
            const struct lab_interface *interface = &node->interfaces[k];
            ASSERT(interface->mtu >= 68 && interface->mtu <= 65535);
            ASSERT(!mac_is_group(interface->mac));
            ASSERT(!interface->has_address || interface->prefix_len >= 1);
        }
    }
}

static void check_script(const struct lab *lab)
{
    for (size_t i = 0; i < lab->command_count; i++) {
        const struct lab_command *command = &lab->commands[i];
        bool is_node = command->target == LAB_TARGET_NODE;
        ASSERT(command->index < (is_node ? lab->node_count : lab->link_count));
        ASSERT(command->text[0] != '\0' && command->time >= 0);
        ASSERT(i > 0 || command->start != LAB_AFTER);
    }
    for (size_t i = 0; i < lab->fault_count; i++)
        ASSERT((lab->faults[i].nth_count > 0) == (lab->faults[i].every == 0));
}

/* The first thousand events of LAB: a trace of one byte is full when its size
 * is looked at for the first time. */
static void run_lab(const struct lab *lab)
{
    const struct simulation_options options = { .until = lab->until < MINUTES ? 0 : MINUTES,
                                                .trace_limit = 1 };
    struct simulation simulation;
    int64_t of;

    if (lab->node_count > NODES_MAX)
        return;
    bool open = simulation_open(&simulation, lab, &options);
    ASSERT(open);
    simulation_run(&simulation, NULL);
    ASSERT(simulation_points(&simulation, &of) <= of);
    simulation_close(&simulation);
}

static void amend_lab(const struct lab *lab, struct diagnostics *d)
{
    bool of_host = lab->node_count > 0 && lab->nodes[0].kind == LAB_HOST;
    const struct lab_amendment amendments[] = {
        { .kind = LAB_AMEND_FAULT, .fault = { .kind = FAULT_KIND_DROP, .frame = 1 } },
        { .kind = LAB_AMEND_COMMAND, .at = lab->until,
          .name = of_host ? lab->nodes[0].name : "", .command = "arp flush" },
    };

    if (lab->fault_count == LAB_FAULTS_MAX || lab->command_count >= LAB_COMMANDS_MAX)
        return;
    char *text = lab_amend(lab, amendments, 1 + of_host, &simulation_hooks, d);
    ASSERT(text != NULL);
    free(text);
}

static void judge(const struct exercise *e, size_t question, const char *text)
{
    struct exercise_judgement j;

    exercise_judge(e, question, text, &j);
    ASSERT((j.verdict == EXERCISE_UNREADABLE) == (j.why[0] != '\0'));
    ASSERT((j.verdict == EXERCISE_MISTAKE) == (j.say != NULL));
}

/* A run of more than a thousand events is not asked: see run_lab. */
static void ask_lab(const struct lab *lab)
{
    const struct exercise_options options = { .trace_limit = 1 };
    char why[EXERCISE_WHY_SIZE], text[EXERCISE_ANSWER_SIZE];
    struct exercise *e;

    if (lab->node_count > NODES_MAX || lab->until > MINUTES ||
        lab->page_count + lab->question_count == 0)
        return;
    e = exercise_open(lab, &options, why, sizeof why);
    ASSERT(e != NULL || why[0] != '\0');
    for (size_t i = 0; e != NULL && i < lab->question_count; i++) {
        if (e->questions[i].is_void)
            continue;
        exercise_right_text(e, i, text, sizeof text);
        judge(e, i, text);
        for (size_t m = 0; m < lab->questions[i].mistake_count; m++) {
            exercise_mistake_text(e, i, m, text, sizeof text);
            judge(e, i, text);
        }
        judge(e, i, lab->title);
    }
    exercise_close(e);
}

static void vary_lab(const struct lab *lab, struct diagnostics *d)
{
    struct variant variant;

    if (lab->vary_count == 0)
        return;
    lab_free(variant_lab(lab, "anna", &simulation_hooks, &variant, d));
    variant_free(&variant);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *mark = memmem(data, size, "%%\n", 3);
    char option[OPTION_SIZE] = "";
    const char *options[] = { option };
    struct lab_overrides overrides = { options, mark != NULL };
    struct diagnostics d;
    struct lab *lab;

    if (mark != NULL) {
        snprintf(option, sizeof option, "%.*s", (int)min_size((size_t)(mark - data), 150),
                 (const char *)data);
        size -= (size_t)(mark - data) + 3;
        data = mark + 3;
    }
    diagnostics_init(&d);
    if (lab_parse((const char *)data, size, "fuzz.yaml", &overrides, &simulation_hooks, &lab,
                  &d)) {
        ASSERT(d.total == 0);
        check_nodes(lab);
        check_links(lab);
        check_script(lab);
        run_lab(lab);
        ask_lab(lab);
        amend_lab(lab, &d);
        vary_lab(lab, &d);
        lab_free(lab);
    }
    FILE *null = fopen("/dev/null", "w");
    ASSERT(null != NULL);
    diagnostics_print(&d, null);
    fclose(null);
    diagnostics_free(&d);
    return 0;
}
