#include "tools/timeline/timeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/lib/text.h"
#include "tools/timeline/obey.h"
#include "tools/timeline/screen.h"
#include "tools/timeline/view.h"

/* ---- On a terminal ---- */

static bool draw(struct ui *ui)
{
    struct canvas canvas;
    struct spot spot;

    screen_set_look((struct screen_look){ ui->theme, ui->colour, ui->ascii, ui->mouse });
    if (!canvas_open(&canvas, ui->width, ui->height))
        return false;
    spot = view(ui, &canvas);
    screen_show(&canvas, spot.x, spot.y, ui->redraw);
    ui->redraw = false;
    canvas_close(&canvas);
    return true;
}

static bool walk(struct ui *ui)
{
    int width, height;

    screen_size(&width, &height);
    ui_press(ui, (struct press){ K_RESIZE, width, height });
    while (!ui->quit) {
        struct press press;

        if (!draw(ui))
            return false;
        press = screen_key(ui_wait(ui));
        if (press.key == K_NONE && ui->playing)
            press.key = K_TICK;
        ui_press(ui, press);
    }
    return true;
}

static enum timeline_end show(struct ui *ui, char *error, size_t size)
{
    bool done;

    if (!screen_open())
        return TIMELINE_NO_TERMINAL;
    done = walk(ui);
    screen_close();
    if (done)
        return TIMELINE_DONE;
    snprintf(error, size, "%s", _("out of memory"));
    return TIMELINE_FAILED;
}

/* ---- Opening ---- */

static bool do_deeds(struct session *session, const struct timeline_options *options, char *error,
                     size_t size)
{
    for (size_t i = 0; i < options->deed_count; i++)
        if (!session_do(session, &options->deeds[i], error, size))
            return false;
    return true;
}

static enum timeline_end run_session(struct session *session,
                                     const struct timeline_options *options, char *error,
                                     size_t size)
{
    enum timeline_end end = TIMELINE_FAILED;
    struct ui *ui = malloc(sizeof(*ui));

    snprintf(error, size, "%s", _("out of memory"));
    if (ui == NULL)
        return TIMELINE_FAILED;
    if (!ui_open(ui, 80, 24) || !ui_attach(ui, session)) {
        ui_close(ui);
        free(ui);
        return TIMELINE_FAILED;
    }
    ui->ascii = options->ascii;
    ui->colour = options->colour;
    ui->mouse = options->mouse;
    if (options->theme != NULL && !colour_theme_parse(options->theme, &ui->theme))
        ui->colour = false;
    if (do_deeds(session, options, error, size)) {
        if (options->deed_count > 0)
            ui_follow(ui, SESSION_OTHER);
        if (options->dump == NULL)
            end = show(ui, error, size);
        else if (screen_dump(ui, options->dump, stdout, error, size))
            end = TIMELINE_DONE;
    }
    ui_close(ui);
    free(ui);
    return end;
}

/* Only while nothing is on the screen: later futures are computed in silence. */
static bool opening, told;

static void tell_progress(vtime now, vtime until)
{
    (void)until;
    if (!opening || isatty(STDERR_FILENO) != 1)
        return;
    told = true;
    fprintf(stderr, _("\rrung: %lld s of virtual time ..."), (long long)(now / SECONDS));
}

enum timeline_end timeline_run(const struct timeline_options *options, char *error, size_t size)
{
    struct session_options how = options->session;
    struct session *session;
    enum timeline_end end;

    how.progress = tell_progress;
    opening = true;
    session = session_open(&how, error, size);
    opening = false;
    if (told)
        fputs("\r\033[K", stderr);
    if (session == NULL)
        return TIMELINE_NOT_OPENED;
    if (options->trouble != NULL)
        snprintf(options->trouble, options->trouble_size, "%s", session_trouble(session));
    end = run_session(session, options, error, size);
    session_close(session);
    return end;
}
