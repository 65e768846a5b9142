#include "tools/timeline/bench_drawings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/bench.h"
#include "tools/lib/text.h"
#include "tools/timeline/view.h"

enum { SAMPLES_MAX = 200 };

static const struct scene {
    const char *name;
    const char *pane, *keys; /* over the whole screen, after these keys of its own; or NULL */
    enum overlay overlay;
    const char *search;
} scenes[] = {
    { N_("connection"), "connection", "", OVERLAY_NONE, "" },
    { N_("window"), "window", "", OVERLAY_NONE, "" },
    { N_("packet"), "packet", "", OVERLAY_NONE, "" },
    { N_("packet, its checksum"), "packet", "k", OVERLAY_NONE, "" },
    { N_("layers"), "layers", "", OVERLAY_NONE, "" },
    { N_("tables"), "tables", "", OVERLAY_NONE, "" },
    { N_("why"), "why", "", OVERLAY_NONE, "" },
    { N_("plot"), "plot", "", OVERLAY_NONE, "" },
    { N_("plot of times"), "plot", "\n", OVERLAY_NONE, "" },
    { N_("plot of sequence numbers"), "plot", "\n\n", OVERLAY_NONE, "" },
    { N_("plot, a fourth of the run"), "plot", "]]", OVERLAY_NONE, "" },
    { N_("plot, a thousandth of the run"), "plot", "]]]]]]]]]]", OVERLAY_NONE, "" },
    { N_("help, over ladder and panes"), NULL, "", OVERLAY_HELP, "" },
    { N_("menu, over ladder and panes"), NULL, "", OVERLAY_MENU, "" },
    { N_("why not, over ladder and panes"), NULL, "", OVERLAY_WHYNOT, "" },
    { N_("log, over ladder and panes"), NULL, "", OVERLAY_LOG, "" },
    { N_("a search, in the ladder"), NULL, "", OVERLAY_NONE, "seq=" },
};

struct bench_drawings {
    uint32_t count; /* samples of each */
    double samples[ARRAY_LEN(scenes)][SAMPLES_MAX];
};

struct bench_drawings *bench_drawings_new(void)
{
    return calloc(1, sizeof(struct bench_drawings));
}

void bench_drawings_free(struct bench_drawings *drawings)
{
    free(drawings);
}

static void set(struct ui *ui, const struct scene *scene)
{
    const struct pane *pane = scene->pane != NULL ? pane_find(scene->pane) : NULL;

    memset(ui->states, 0, sizeof(ui->states));
    ui->focus = pane != NULL ? (int)(pane - panes) + 1 : 0;
    ui->maximised = pane != NULL;
    ui->overlay = scene->overlay;
    ui->overlay_state = (struct pane_state){ .item = 0 };
    snprintf(ui->search, sizeof(ui->search), "%s", scene->search);
    for (const char *key = scene->keys; pane != NULL && *key != '\0'; key++)
        pane->key(&ui->moment, &ui->states[pane - panes], *key);
    plot_cache_close(&ui->plot);
}

bool bench_drawings_sample(struct bench_drawings *drawings, struct ui *ui)
{
    static const struct scene as_before = { "", NULL, "", OVERLAY_NONE, "" };
    bool good = true;

    if (drawings->count == SAMPLES_MAX)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(scenes) && good; i++) {
        double begun = bench_cpu_ns();
        struct canvas canvas;

        set(ui, &scenes[i]);
        good = canvas_open(&canvas, ui->width, ui->height);
        if (good) {
            view(ui, &canvas);
            canvas_close(&canvas);
        }
        drawings->samples[i][drawings->count] = bench_cpu_ns() - begun;
    }
    drawings->count++;
    set(ui, &as_before);
    return good;
}

unsigned bench_drawings_count(void)
{
    return ARRAY_LEN(scenes);
}

struct bench_drawing bench_drawings_get(struct bench_drawings *drawings, unsigned i)
{
    return (struct bench_drawing){ _(scenes[i].name),
                                   bench_timing_of(drawings->samples[i], drawings->count) };
}
