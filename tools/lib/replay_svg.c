/*
 * replay_svg.c - `rung replay --svg OUT`: the ladder of a capture as a drawing.
 */
#include <errno.h>
#include <string.h>

#include "tools/lib/capture_run.h"
#include "tools/lib/ladder_svg.h"
#include "tools/lib/output_file.h"
#include "tools/lib/replay_parts.h"
#include "tools/lib/text.h"

static size_t read_file(void *ctx, void *bytes, size_t len)
{
    return (fread_unlocked)(bytes, 1, len, ctx);
}

static bool write_drawing(struct ladder_svg *drawing, const char *path)
{
    struct output_file file;

    if (!output_open(&file, path))
        return false;
    if (ladder_svg_write(drawing, file.stream))
        return output_commit(&file);
    output_abandon(&file);
    return false;
}

static bool draw(const struct capture_run *run, const struct replay_options *options, char *why)
{
    const struct ladder_options how = { .width = options->width_given ? options->width : 0,
                                        .absolute = options->absolute };
    char refused[LADDER_SVG_WHY_SIZE];
    struct ladder_svg *drawing = ladder_svg_open(capture_run_view(run), &how, refused);
    bool written;

    if (drawing == NULL) {
        snprintf(why, REPLAY_WHY_SIZE, "%s", refused);
        return false;
    }
    written = write_drawing(drawing, options->svg);
    ladder_svg_close(drawing);
    return written;
}

bool replay_svg(FILE *in, const struct replay_options *options, char *why)
{
    const char *slash = strrchr(options->name, '/');
    const struct capture_run_options how = { .source = { read_file, in },
                                             .filter = options->filter,
                                             .count = options->count,
                                             .title = slash != NULL ? slash + 1 : options->name };
    struct capture_run *run = capture_run_open(&how, why, REPLAY_WHY_SIZE);
    bool drawn;

    if (run == NULL)
        return false;
    why[0] = '\0';
    drawn = draw(run, options, why);
    if (drawn && capture_run_trouble(run)[0] != '\0') {
        snprintf(why, REPLAY_WHY_SIZE, "%s", capture_run_trouble(run));
        drawn = false;
    }
    capture_run_close(run);
    return drawn;
}
