#include <stdio.h>
#include <string.h>

#include "tools/lib/lab.h"

/*
 * Any bytes as a lab file; what stands before the first line that is "%%" is
 * taken as the argument of --set. Reading must end, print its errors, and
 * give everything back; a lab without errors must hold what lab.h promises.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OPTION_SIZE = 200 };

/* Points at any byte of the text that it is asked about. */
static bool complain(void *ctx, const struct lab *lab, const char *text, char *why, size_t size,
                     size_t *column)
{
    (void)ctx;
    (void)lab;
    snprintf(why, size, "not liked");
    *column = strlen(text) / 2;
    return strlen(text) % 7 != 3;
}

static bool complain_command(void *ctx, const struct lab *lab, const struct lab_command *command,
                             char *why, size_t size, size_t *column)
{
    return complain(ctx, lab, command->text, why, size, column);
}

static bool complain_state(void *ctx, const struct lab *lab, size_t node, const char *state,
                           char *why, size_t size, size_t *column)
{
    ASSERT(node < lab->node_count);
    return complain(ctx, lab, state, why, size, column);
}

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct lab_hooks hooks = { NULL, complain_command, complain_state, complain,
                                            complain };
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
    if (lab_parse((const char *)data, size, "fuzz.yaml", &overrides, &hooks, &lab, &d)) {
        ASSERT(d.total == 0);
        check_nodes(lab);
        check_links(lab);
        check_script(lab);
        lab_free(lab);
    }
    FILE *null = fopen("/dev/null", "w");
    ASSERT(null != NULL);
    diagnostics_print(&d, null);
    fclose(null);
    diagnostics_free(&d);
    return 0;
}
