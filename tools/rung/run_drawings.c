#include "tools/rung/run_drawings.h"

#include "tools/lib/ladder_svg.h"
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

int run_drawings(const struct run_options *o, const struct run_view *view)
{
    return o->svg != NULL ? draw_ladder(o, view) : EXIT_DONE;
}
