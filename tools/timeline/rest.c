#include "tools/timeline/rest.h"

#include <inttypes.h>
#include <stdio.h>

#include "tools/lib/text.h"
#include "tools/timeline/obey.h"

enum { RECORDS_A_FRAME = 4 }; /* that are laid out in the time in which one is read */

/* ---- Laying out ---- */

/* How wide the whole ladder is to be; that of the part may need less. Before anything
 * of it is laid out nobody knows what it needs. */
static int whole_width(struct ui *ui)
{
    struct picture *part = ui->pictures[SESSION_ORIGINAL];
    int width;

    if (picture_laid(ui->whole) == 0)
        return ui->whole_width;
    ui->pictures[SESSION_ORIGINAL] = ui->whole;
    width = ui_ladder_width(ui, SESSION_ORIGINAL);
    ui->pictures[SESSION_ORIGINAL] = part;
    return width;
}

static bool begin_picture(struct ui *ui, const struct session_run *whole, int width)
{
    picture_close(ui->whole);
    ui->whole_width = width;
    ui->whole = picture_begin(whole->whole, width, whole->end, &ui->hiding);
    return ui->whole != NULL;
}

/* It was begun, for the screen as it is now. */
static bool prepare(struct ui *ui, const struct session_run *whole)
{
    int width;

    if (ui->whole == NULL)
        return begin_picture(ui, whole, ui_ladder_width(ui, SESSION_ORIGINAL));
    width = whole_width(ui);
    return picture_is_current(ui->whole, width, whole->end) || begin_picture(ui, whole, width);
}

/* The whole in place of the part; the cursor stays at its record. */
static void show_whole(struct ui *ui)
{
    struct cursor at = ui->cursors[SESSION_ORIGINAL];

    ui->widths[SESSION_ORIGINAL] = ui->whole_width;
    picture_close(ui->pictures[SESSION_ORIGINAL]);
    ui->pictures[SESSION_ORIGINAL] = ui->whole;
    ui->whole = NULL;
    session_show_whole(ui->session);
    plot_cache_close(&ui->plot);
    cursor_set(ui, at.event, at.record);
}

static bool lay_out(struct ui *ui, const struct session_run *whole, uint32_t slice)
{
    if (!prepare(ui, whole) || !picture_go_on(ui->whole, RECORDS_A_FRAME * slice))
        return false;
    if (picture_is_done(ui->whole))
        show_whole(ui);
    return true;
}

/* ---- Both ---- */

bool rest_work(struct ui *ui, uint32_t slice)
{
    const struct session_run *whole;

    if (ui->session == NULL || !session_is_part(ui->session) || ui->rest_failed)
        return false;
    whole = session_whole(ui->session);
    ui->rest_failed =
        !(whole == NULL ? session_read_on(ui->session, slice) : lay_out(ui, whole, slice));
    if (ui->rest_failed)
        ui_refuse(ui, 0, "%s", _("out of memory: only the beginning can be shown"));
    return !ui->rest_failed && session_is_part(ui->session);
}

bool rest_finish(struct ui *ui)
{
    char far[100];

    while (rest_work(ui, REST_SLICE)) {
        if (ui->gives_up == NULL || !ui->gives_up(ui))
            continue;
        rest_format(ui, far, sizeof(far));
        ui_refuse(ui, 0, _("stopped, but it goes on in the background: %s so far"), far);
        return false;
    }
    if (ui->rest_failed)
        ui_refuse(ui, 0, "%s", _("out of memory: only the beginning can be shown"));
    return !ui->rest_failed;
}

bool rest_brings_more(struct ui *ui)
{
    return session_is_part(ui->session) && rest_finish(ui);
}

int rest_percent(const struct ui *ui)
{
    const struct session_run *whole = session_whole(ui->session);
    struct session_reading reading = session_reading(ui->session);
    uint64_t done = reading.bytes, of = reading.of;

    if (whole != NULL) {
        done = ui->whole == NULL ? 0 : picture_laid(ui->whole);
        of = whole->records;
    }
    return of == 0 ? -1 : (int)(done >= of ? 100 : done * 100 / of);
}

void rest_format(const struct ui *ui, char *out, size_t size)
{
    int percent = rest_percent(ui);

    snprintf(out, size, "%s", "");
    if (!session_is_part(ui->session))
        return;
    if (session_whole(ui->session) != NULL)
        snprintf(out, size, _("%d%% laid out"), percent);
    else if (percent >= 0)
        snprintf(out, size, _("%d%% read"), percent);
    else
        snprintf(out, size, _("%" PRIu32 " frames read"), session_reading(ui->session).frames);
}

void rest_close(struct ui *ui)
{
    picture_close(ui->whole);
    ui->whole = NULL;
}
