/*
 * screen_text.c - the same screen as text: for tests, and the pictures in labs.
 */
#include "tools/timeline/screen.h"

#include <stdio.h>
#include <stdlib.h>

#include "tools/lib/text.h"
#include "tools/timeline/obey.h"
#include "tools/timeline/view.h"

bool screen_parse_size(const char *how, int *width, int *height, const char **keys)
{
    char *end;

    *width = (int)strtol(how, &end, 10);
    if (*end != 'x')
        return false;
    *height = (int)strtol(end + 1, &end, 10);
    if (*width < 1 || *width > UI_WIDTH_MAX || *height < 1 || *height > UI_HEIGHT_MAX)
        return false;
    *keys = *end == ':' ? end + 1 : "";
    return *end == ':' || *end == '\0';
}

bool screen_dump(struct ui *ui, const char *how, FILE *out, char *why, size_t size)
{
    struct canvas canvas;
    struct key_text keys = { .quoted = false };
    int width, height, key;

    if (!screen_parse_size(how, &width, &height, &keys.at)) {
        snprintf(why, size, _("write WIDTHxHEIGHT, or WIDTHxHEIGHT:KEYS as in 80x24:Right d"));
        return false;
    }
    if (!key_check(keys.at, why, size))
        return false;
    ui_press(ui, (struct press){ K_RESIZE, width, height });
    while ((key = key_read(&keys)) != K_NONE)
        ui_press(ui, (struct press){ key, 0, 0 });
    if (!canvas_open(&canvas, width, height)) {
        snprintf(why, size, "%s", _("out of memory"));
        return false;
    }
    view(ui, &canvas);
    for (int y = 0; y < height; y++)
        canvas_print_row(&canvas, y, (struct canvas_print){ .ascii = ui->ascii }, out);
    canvas_close(&canvas);
    return true;
}
