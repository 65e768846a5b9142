/*
 * obey_deeds.c - what a student does to the run; undo; saving all of it.
 */
#include "tools/timeline/obey.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/units.h"
#include "tools/lib/lab.h"
#include "tools/lib/output_file.h"
#include "tools/lib/text.h"

#define DELAY_DEFAULT (50 * MS)

/* ---- Arguments ---- */

/* A frame's number at the front of *TEXT, or the frame under the cursor. A
 * number with something stuck to it ("50ms") is none. */
static uint32_t take_frame(const struct ui *ui, const char **text)
{
    char *end;
    unsigned long long number = strtoull(*text, &end, 10);

    if (end == *text || (*text)[0] < '0' || (*text)[0] > '9' || (*end != ' ' && *end != '\0'))
        return ui->moment.frame;
    *text = end + strspn(end, " ");
    return number <= UINT32_MAX ? (uint32_t)number : UINT32_MAX;
}

static bool read_delay(struct ui *ui, const char *text, struct deed *deed)
{
    char why[UNIT_WHY_SIZE];

    deed->by = DELAY_DEFAULT;
    return text[0] == '\0' || unit_parse_time(text, &deed->by, why, sizeof(why)) ||
           ui_refuse(ui, 0, "%s", why);
}

static bool read_bit(struct ui *ui, const char *text, struct deed *deed)
{
    char why[UNIT_WHY_SIZE];

    deed->bit = -1;
    if (strncmp(text, "bit ", 4) == 0)
        text += 4;
    return text[0] == '\0' || unit_parse_count(text, 0, 8 * 65535, &deed->bit, why, sizeof(why)) ||
           ui_refuse(ui, 0, _("which bit? %s"), why);
}

static bool read_command(struct ui *ui, const struct order *order, struct deed *deed)
{
    deed->at = ui->moment.now;
    snprintf(deed->target, sizeof(deed->target), "%s", order->target);
    snprintf(deed->text, sizeof(deed->text), "%s", order->argument);
    return order->argument[0] != '\0' ||
           ui_refuse(ui, 0, _("what shall %s do? Tab lists what it can"), order->target);
}

static bool read_deed(struct ui *ui, const struct order *order, struct deed *deed)
{
    static const enum deed_kind kinds[ORDERS] = {
        [ORDER_DROP] = DEED_DROP,       [ORDER_DELAY] = DEED_DELAY,
        [ORDER_CORRUPT] = DEED_CORRUPT, [ORDER_DUPLICATE] = DEED_DUPLICATE,
        [ORDER_TELL] = DEED_COMMAND,
    };
    const char *rest = order->argument;

    memset(deed, 0, sizeof(*deed));
    deed->kind = kinds[order->verb];
    if (order->verb == ORDER_TELL)
        return read_command(ui, order, deed);
    deed->frame = take_frame(ui, &rest);
    if (deed->frame == 0)
        return ui_refuse(ui, 0, "%s", _("no frame has been sent yet: step to one first"));
    if (order->verb == ORDER_DELAY)
        return read_delay(ui, rest, deed);
    if (order->verb == ORDER_CORRUPT)
        return read_bit(ui, rest, deed);
    return rest[0] == '\0' || ui_refuse(ui, 0, _("\"%s\" is too much"), rest);
}

/* ---- Doing ---- */

/* The cursor to the frame that was meddled with, in the other future. */
static void show_deed(struct ui *ui, const struct deed *deed)
{
    const struct session_run *other = session_run(ui->session, SESSION_OTHER);

    ui_follow(ui, SESSION_OTHER);
    if (other != NULL && deed->kind != DEED_COMMAND && deed->frame <= other->frames)
        cursor_to_record(ui, trace_frame(other->view->trace, deed->frame)->record);
}

static void act(struct ui *ui, const struct order *order)
{
    struct deed deed;
    char error[ORDER_TEXT_SIZE], text[ORDER_TEXT_SIZE];

    if (!read_deed(ui, order, &deed))
        return;
    if (!session_do(ui->session, &deed, error, sizeof(error))) {
        cursor_set(ui, ui->cursors[ui->side].event, ui->cursors[ui->side].record);
        ui_refuse(ui, 0, "%s", error);
        return;
    }
    deed_format(&deed, text, sizeof(text));
    ui->redoable = 0;
    show_deed(ui, &deed);
    ui_log(ui, "%s", text);
    if (!ui->message.is_error)
        ui_say(ui, _("%s: this is the other future. o: the original, z: undo"), text);
}

static void undo(struct ui *ui, bool redo)
{
    bool done = redo ? session_redo(ui->session) : session_undo(ui->session);

    if (!done) {
        ui_refuse(ui, 0, "%s", redo ? _("nothing was undone") : _("nothing to undo"));
        return;
    }
    ui->redoable = redo ? ui->redoable - (ui->redoable > 0) : ui->redoable + 1;
    ui_follow(ui, redo ? SESSION_OTHER : ui->side);
    ui_log(ui, "%s", redo ? "redo" : "undo");
    ui_say(ui, "%s", redo ? _("done again") : _("taken back; Z does it again"));
}

static void switch_deed(struct ui *ui, const char *which)
{
    size_t number = strtoul(which, NULL, 10);
    char error[ORDER_TEXT_SIZE];

    if (number == 0 || number > session_deed_count(ui->session)) {
        ui_refuse(ui, 0, _("there is no intervention %s"), which);
        return;
    }
    if (!session_switch(ui->session, number - 1, error, sizeof(error))) {
        ui_refuse(ui, 0, "%s", error);
        return;
    }
    ui_follow(ui, SESSION_OTHER);
    ui_log(ui, "switch %zu", number);
}

/* ---- Saving ---- */

static bool write_text(const char *path, const char *text)
{
    struct output_file file;

    if (!output_open(&file, path))
        return false;
    if (fputs(text, file.stream) < 0) {
        output_abandon(&file);
        return false;
    }
    return output_commit(&file);
}

static void save(struct ui *ui, const char *path)
{
    char error[ORDER_TEXT_SIZE];
    char *text = session_lab_text(ui->session, error, sizeof(error));

    if (text == NULL) {
        ui_refuse(ui, 0, "%s", error);
        return;
    }
    if (!write_text(path, text)) {
        ui_refuse(ui, 0, "%s: %s", path, strerror(errno));
    } else {
        ui_log(ui, "save %s", path);
        ui_say(ui, _("saved: rung run %s shows it again"), path);
    }
    free(text);
}

bool obey_deed(struct ui *ui, const struct order *order)
{
    switch (order->verb) {
    case ORDER_TELL:
    case ORDER_DROP:
    case ORDER_DELAY:
    case ORDER_CORRUPT:
    case ORDER_DUPLICATE: act(ui, order); return true;
    case ORDER_UNDO:
    case ORDER_REDO: undo(ui, order->verb == ORDER_REDO); return true;
    case ORDER_SWITCH: switch_deed(ui, order->argument); return true;
    case ORDER_SAVE: save(ui, order->argument); return true;
    default: return false;
    }
}
