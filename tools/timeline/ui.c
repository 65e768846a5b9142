#include "tools/timeline/ui.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/timeline/layout.h"
#include "tools/timeline/rest.h"

bool ui_open(struct ui *ui, int width, int height)
{
    memset(ui, 0, sizeof(*ui));
    ui->width = width;
    ui->height = height;
    ui->host = NODE_NONE;
    ui->speed = 2;
    ui->mouse = true;
    ui->moment.record = MOMENT_BEFORE;
    ui->built = MOMENT_BEFORE;
    for (int side = 0; side < SESSION_SIDES; side++)
        ui->cursors[side].record = MOMENT_BEFORE;
    for (int slot = 0; slot < UI_SLOTS_MAX && slot < ui_pane_count(); slot++)
        ui->shown[slot] = slot;
    ui->sheet = malloc(sizeof(*ui->sheet));
    if (ui->sheet != NULL && sheet_open(ui->sheet, UI_WIDTH_MIN, UI_HEIGHT_MIN))
        return true;
    free(ui->sheet);
    ui->sheet = NULL;
    return false;
}

void ui_close(struct ui *ui)
{
    for (int side = 0; side < SESSION_SIDES; side++)
        picture_close(ui->pictures[side]);
    rest_close(ui);
    stop_clear(&ui->stops);
    plot_cache_close(&ui->plot);
    hide_clear(&ui->hiding);
    if (ui->sheet != NULL)
        sheet_close(ui->sheet);
    free(ui->sheet);
}

int ui_pane_count(void)
{
    int count = 0;

    while (count < UI_PANES_MAX && panes[count].name != NULL)
        count++;
    return count;
}

const struct pane *ui_pane(const struct ui *ui)
{
    return ui->focus > 0 ? &panes[ui->focus - 1] : NULL;
}

void ui_show(struct ui *ui, int number)
{
    int slots = layout_of(ui).pane_count;

    for (int i = 0; i < slots; i++)
        if (ui->shown[i] == number - 1)
            return;
    ui->shown[slots > 1 ? slots - 1 : 0] = number - 1;
}

void ui_focus(struct ui *ui, int number)
{
    if (number < 0 || number > ui_pane_count())
        return;
    ui->focus = number;
    if (number > 0)
        ui_show(ui, number);
}

static void set_message(struct ui *ui, bool is_error, const char *format, va_list args)
{
    ui->message.is_error = is_error;
    vsnprintf(ui->message.text, sizeof(ui->message.text), format, args);
}

void ui_say(struct ui *ui, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    set_message(ui, false, format, args);
    va_end(args);
}

/* Opens the command line again where it was wrong: the argument begins behind
 * the first word, or behind the name of who is told something. */
static void correct(struct ui *ui, size_t column)
{
    const char *text = ui->prompt.text;
    size_t at = strspn(text, " ");

    if (column != UI_AT_NAME) {
        at += strcspn(text + at, " :");
        at += text[at] == ':';
        at += strspn(text + at, " ") + column;
    }
    prompt_correct(ui, at);
}

bool ui_refuse(struct ui *ui, size_t column, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    set_message(ui, true, format, args);
    va_end(args);
    ui->playing = false;
    if (ui->prompt.sent)
        correct(ui, column);
    return false;
}

void ui_log(struct ui *ui, const char *format, ...)
{
    va_list args;

    if (ui->log_count == UI_LOG_MAX) {
        memmove(ui->log[0], ui->log[1], sizeof(ui->log) - sizeof(ui->log[0]));
        ui->log_count--;
    }
    va_start(args, format);
    vsnprintf(ui->log[ui->log_count++], ORDER_TEXT_SIZE, format, args);
    va_end(args);
}

int ui_wait(const struct ui *ui)
{
    static const int waits[UI_SPEEDS] = { 2000, 1200, 700, 350, 150, 60 };

    return ui->playing ? waits[ui->speed] : -1;
}
