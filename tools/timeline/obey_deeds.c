/*
 * obey_deeds.c - what a student does to the run; undo; saving all of it.
 */
#include "tools/timeline/obey.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "layers/command.h"
#include "layers/nearest.h"
#include "layers/units.h"
#include "layers/wire/field.h"
#include "sim/link.h"
#include "tools/lib/lab.h"
#include "tools/lib/output_file.h"
#include "tools/lib/run_field.h"
#include "tools/lib/simulation_names.h"
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

static bool read_delay(struct ui *ui, const char *text, size_t column, struct deed *deed)
{
    char why[UNIT_WHY_SIZE];

    deed->by = DELAY_DEFAULT;
    return text[0] == '\0' || unit_parse_time(text, &deed->by, why, sizeof(why)) ||
           ui_refuse(ui, column, "%s", why);
}

/* Bit NUMBER of FRAME, its check sequence included. */
static bool read_bit_number(struct ui *ui, const char *text, size_t column, struct deed *deed)
{
    const struct trace *trace = ui->moment.view->trace;
    size_t bytes = run_frame_length(trace, deed->frame) + LINK_FCS_BYTES;
    int64_t last = (int64_t)bytes * 8 - 1;
    char why[UNIT_WHY_SIZE];

    return unit_parse_count(text, 0, last, &deed->bit, why, sizeof(why)) ||
           ui_refuse(ui, column, _("frame %" PRIu32 " has the bits 0 to %" PRId64), deed->frame,
                     last);
}

/* "bit 304", "304" or "tcp.seq_raw", at COLUMN of the argument. */
static bool read_bit(struct ui *ui, const char *text, size_t column, struct deed *deed)
{
    const struct trace *trace = ui->moment.view->trace;
    size_t lead = strncmp(text, "bit ", 4) == 0 ? 4 + strspn(text + 4, " ") : 0;

    deed->bit = -1;
    if (text[0] == '\0' || deed->frame > trace->frames.count) /* that is refused later */
        return true;
    if (lead > 0 || (text[0] >= '0' && text[0] <= '9'))
        return read_bit_number(ui, text + lead, column + lead, deed);
    if (run_field_find(trace_frame_bytes(trace, deed->frame), text, &deed->bit))
        return true;
    if (field_find(text) != NULL)
        return ui_refuse(ui, column, _("frame %" PRIu32 " has no %s"), deed->frame, text);
    return ui_refuse(ui, column, _("\"%s\" is no field and no bit; write bit 304, or ip.ttl"),
                     text);
}

static bool refuse_target(struct ui *ui, const struct lab *lab, const char *name)
{
    char clause[NEAREST_CLAUSE_SIZE];
    struct nearest near;

    nearest_begin(&near, name);
    for (size_t i = 0; i < lab->node_count; i++)
        nearest_offer(&near, lab->nodes[i].name);
    for (size_t i = 0; i < lab->link_count; i++)
        nearest_offer(&near, lab->links[i].name);
    return ui_refuse(ui, UI_AT_NAME, _("there is no host and no link \"%s\"%s"), name,
                     nearest_clause(&near, clause, sizeof(clause)));
}

/* Before the lab is amended: a mistake is one of the line that was typed. */
static bool read_command(struct ui *ui, const struct order *order, struct deed *deed)
{
    struct simulation_target target = { .lab = ui_run(ui)->lab };
    struct command_scope scope;
    struct command_error error;
    struct command command;

    deed->at = ui->moment.now;
    snprintf(deed->target, sizeof(deed->target), "%s", order->target);
    snprintf(deed->text, sizeof(deed->text), "%s", order->argument);
    if (target.lab == NULL) /* no lab: that is refused later */
        return true;
    if (!simulation_find_target(&target, order->target, strlen(order->target)))
        return refuse_target(ui, target.lab, order->target);
    if (order->argument[0] == '\0')
        return ui_refuse(ui, 0, _("what shall %s do? Tab lists what it can"), order->target);
    scope = simulation_scope(&target);
    return command_parse(order->argument, &scope, &command, &error) ||
           ui_refuse(ui, error.column, "%s", error.message);
}

/* "20500ms wire: up", also where nothing happens then and no cursor can stand. */
static bool read_timed(struct ui *ui, const struct order *order, struct deed *deed)
{
    static const char verb[] = "at ";
    const struct lab *lab = ui_run(ui)->lab;
    char text[ORDER_TEXT_SIZE + sizeof(verb)], why[ORDER_TEXT_SIZE];
    size_t column;

    if (lab == NULL) { /* that is refused later */
        deed->kind = DEED_COMMAND;
        return true;
    }
    snprintf(text, sizeof(text), "%s%s", verb, order->argument);
    return deed_parse(text, lab, deed, why, sizeof(why), &column) ||
           ui_refuse(ui, column > strlen(verb) ? column - strlen(verb) : 0, "%s", why);
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
    if (order->verb == ORDER_AT)
        return read_timed(ui, order, deed);
    deed->kind = kinds[order->verb];
    if (order->verb == ORDER_TELL)
        return read_command(ui, order, deed);
    deed->frame = take_frame(ui, &rest);
    if (deed->frame == 0)
        return ui_refuse(ui, 0, "%s", _("no frame has been sent yet: step to one first"));
    if (order->verb == ORDER_DELAY)
        return read_delay(ui, rest, (size_t)(rest - order->argument), deed);
    if (order->verb == ORDER_CORRUPT)
        return read_bit(ui, rest, (size_t)(rest - order->argument), deed);
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
    (order->verb == ORDER_AT ? deed_write : deed_format)(&deed, text, sizeof(text));
    ui->redoable = 0;
    show_deed(ui, &deed);
    ui_log(ui, "%s", text);
    if (ui->message.is_error)
        return;
    if (ui->differs || !ui->has_other)
        ui_say(ui, _("%s: this is the other future. o: the original, z: undo"), text);
    else
        ui_say(ui, _("%s: nothing becomes different by that. z: undo"), text);
}

static void back_to(struct ui *ui, const struct ui_place *place)
{
    ui->side = ui->has_other ? place->side : SESSION_ORIGINAL;
    cursor_set(ui, place->cursor.event, place->cursor.record);
}

static void undo(struct ui *ui, bool redo)
{
    struct ui_place here = { ui->cursors[ui->side], ui->side };
    char error[ORDER_TEXT_SIZE];
    bool done = redo ? session_redo(ui->session, error, sizeof(error))
                     : session_undo(ui->session, error, sizeof(error));

    if (!done) {
        ui_refuse(ui, 0, "%s", error);
        return;
    }
    ui->redoable = redo ? ui->redoable - (ui->redoable > 0) : ui->redoable + 1;
    ui_follow(ui, redo ? SESSION_OTHER : ui->side);
    if (!redo)
        ui->undone[ui->redoable - 1] = here;
    else if (ui->redoable < DEEDS_MAX)
        back_to(ui, &ui->undone[ui->redoable]);
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

static bool write_file(const char *path, bool (*write)(FILE *out, const void *what),
                       const void *what)
{
    struct output_file file;

    if (!output_open(&file, path))
        return false;
    if (!write(file.stream, what)) {
        output_abandon(&file);
        return false;
    }
    return output_commit(&file);
}

bool ui_write_file(struct ui *ui, const struct order *order,
                   bool (*write)(FILE *out, const void *what), const void *what)
{
    const char *path = order->argument, *name = order_help_of(order->verb)->name;

    if (strchr(name, '!') == NULL && access(path, F_OK) == 0)
        return ui_refuse(ui, 0, _("%s exists: %s! %s writes over it"), path, name, path);
    return write_file(path, write, what) || ui_refuse(ui, 0, "%s: %s", path, strerror(errno));
}

static bool write_text(FILE *out, const void *text)
{
    return fputs(text, out) >= 0;
}

static void save(struct ui *ui, const struct order *order)
{
    char error[ORDER_TEXT_SIZE];
    char *text;

    text = session_lab_text(ui->session, error, sizeof(error));
    if (text == NULL) {
        ui_refuse(ui, 0, "%s", error);
        return;
    }
    if (ui_write_file(ui, order, write_text, text)) {
        ui_log(ui, "%s %s", order_help_of(order->verb)->name, order->argument);
        ui_say(ui, _("saved: rung run %s shows it again"), order->argument);
    }
    free(text);
}

bool obey_deed(struct ui *ui, const struct order *order)
{
    switch (order->verb) {
    case ORDER_TELL:
    case ORDER_AT:
    case ORDER_DROP:
    case ORDER_DELAY:
    case ORDER_CORRUPT:
    case ORDER_DUPLICATE: act(ui, order); return true;
    case ORDER_UNDO:
    case ORDER_REDO: undo(ui, order->verb == ORDER_REDO); return true;
    case ORDER_SWITCH: switch_deed(ui, order->argument); return true;
    case ORDER_SAVE:
    case ORDER_SAVE_OVER: save(ui, order); return true;
    default: return false;
    }
}
