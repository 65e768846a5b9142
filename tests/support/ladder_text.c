#include "tests/support/ladder_text.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/support/expect.h"
#include "tests/support/lab_run.h"

char *ladder_text(const struct run_view *view, const struct ladder_options *options)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    EXPECT(ladder_print(view, options, out));
    fclose(out);
    return text;
}

char *ladder_text_of_lab(const char *text, const struct ladder_options *options)
{
    struct lab_run run;
    struct run_view view;
    char *ladder = NULL;

    if (lab_run_open(&run, text, NULL, 0)) {
        simulation_run(&run.simulation, NULL);
        if (EXPECT(run_view_open(&view, run.simulation.world, &run.simulation.trace,
                                 run.lab->title))) {
            ladder = ladder_text(&view, options);
            run_view_close(&view);
        }
    }
    lab_run_close(&run);
    return ladder != NULL ? ladder : calloc(1, 1);
}
