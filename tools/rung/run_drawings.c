#include "tools/rung/run_drawings.h"

#include "tools/lib/ladder_svg.h"
#include "tools/lib/plot_svg.h"
#include "tools/rung/run_output.h"
#include "tools/rung/rung.h"

static bool write_ladder(struct output_file *file, const void *context)
{
    struct ladder_svg *const *drawing = context;

    return ladder_svg_write(*drawing, file->stream);
}

static int draw_ladder(const struct run_options *o, const struct run_view *view)
{
    struct ladder_options options = { .width = o->width, .why = o->why, .absolute = o->absolute };
    char why[LADDER_SVG_WHY_SIZE];
    struct ladder_svg *drawing = ladder_svg_open(view, &options, why);
    bool written;

    if (drawing == NULL) {
        complain("--svg %s: %s", o->svg, why);
        return EXIT_USAGE;
    }
    written = run_output_file(o->svg, write_ladder, &drawing);
    ladder_svg_close(drawing);
    return written ? EXIT_DONE : EXIT_UNREADABLE;
}

struct plot_order {
    const struct run_view *view;
    struct plot_svg_end end;
};

static bool write_plot(struct output_file *file, const void *context)
{
    const struct plot_order *order = context;

    return plot_svg_write(order->view, &order->end, file->stream);
}

static int draw_plot(const struct run_options *o, const struct run_view *view)
{
    struct plot_order order = { .view = view };
    char why[PLOT_SVG_WHY_SIZE];

    if (plot_svg_choose(view, o->of, &order.end, why))
        return run_output_file(o->plot, write_plot, &order) ? EXIT_DONE : EXIT_UNREADABLE;
    if (o->of != NULL)
        complain("--plot %s --of %s: %s", o->plot, o->of, why);
    else
        complain("--plot %s: %s", o->plot, why);
    return EXIT_USAGE;
}

int run_drawings(const struct run_options *o, const struct run_view *view)
{
    int status = o->svg != NULL ? draw_ladder(o, view) : EXIT_DONE;

    return status == EXIT_DONE && o->plot != NULL ? draw_plot(o, view) : status;
}
