#include "tests/support/lab_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"

enum { LAB_SIZE = 1 << 16 };

static void add_commands(struct lab_file *file)
{
    const struct lab *lab = file->run.lab;

    file->commands = calloc(lab->command_count + 1, sizeof(*file->commands));
    ASSERT(file->commands != NULL);
    for (size_t i = 0; i < lab->command_count; i++)
        file->commands[i] = lab->commands[i].text;
    file->view.commands = file->commands;
    file->view.command_count = (uint32_t)lab->command_count;
}

bool lab_file_open_text(struct lab_file *file, const char *text)
{
    memset(file, 0, sizeof(*file));
    if (!lab_run_open(&file->run, text, NULL, 0)) {
        lab_run_close(&file->run);
        return false;
    }
    simulation_run(&file->run.simulation, NULL);
    ASSERT(run_view_open(&file->view, file->run.simulation.world, &file->run.simulation.trace,
                         file->run.lab->title));
    add_commands(file);
    return true;
}

bool lab_file_open(struct lab_file *file, const char *name)
{
    const char *source = getenv("RUNG_SOURCE");
    char path[4096], *text = calloc(1, LAB_SIZE);
    FILE *in;
    bool opened;

    ASSERT(text != NULL);
    snprintf(path, sizeof(path), "%s/labs/%s/lab.yaml", source == NULL ? "." : source, name);
    in = fopen(path, "rb");
    if (!EXPECT_ROW(path, in != NULL)) {
        free(text);
        return false;
    }
    ASSERT(fread(text, 1, LAB_SIZE - 1, in) < LAB_SIZE - 1);
    fclose(in);
    opened = lab_file_open_text(file, text);
    free(text);
    return opened;
}

void lab_file_close(struct lab_file *file)
{
    run_view_close(&file->view);
    lab_run_close(&file->run);
    free(file->commands);
}
