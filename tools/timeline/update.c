/*
 * update.c - what a key does: an order, or a move in what has the keys.
 */
#include "tools/timeline/ui.h"

#include <stdio.h>
#include <string.h>

#include "tools/lib/text.h"
#include "tools/timeline/view.h"

bool key_is_valid(const struct ui *ui, const struct key_help *help)
{
    bool frame = ui->moment.frame != 0 && ui->session != NULL &&
                 session_kind(ui->session) == SESSION_LAB &&
                 !session_run(ui->session, ui->side)->limited;

    switch (help->when) {
    case WHEN_ALWAYS: return true;
    case WHEN_FRAME: return frame;
    case WHEN_DEED: return ui->session != NULL && session_deed_count(ui->session) > 0;
    case WHEN_UNDONE: return ui->redoable > 0;
    case WHEN_OTHER: return ui->has_other;
    case WHEN_STOP: return ui->stops.count > 0;
    case WHEN_SEARCH: return ui->search[0] != '\0';
    case WHEN_PLAYING: return ui->playing;
    case WHEN_OFFER: return ui->offer != NULL && ui->gates == NULL;
    case WHEN_TASK:
        return ui->gates != NULL && !gates_hide(ui->gates) &&
               ui->gates->exercise->lab->task_count > 0;
    }
    return false;
}

/* ---- Panes ---- */

/* Moves the selected item, or scrolls a pane that has none, by ROWS. */
static void move_in_pane(struct ui *ui, const struct pane *pane, int rows)
{
    struct pane_state *state = &ui->states[pane - panes];
    bool has_items;
    int last = view_pane_last(ui, (int)(pane - panes), &has_items);
    int *at = has_items ? &state->item : &state->top;

    *at += rows;
    if (*at > last)
        *at = last;
    if (*at < 0)
        *at = 0;
}

/* `m` and `'` wait for the letter that follows. */
static bool wait_for_letter(struct ui *ui, struct order *order)
{
    if ((order->verb != ORDER_MARK && order->verb != ORDER_JUMP) || order->argument[0] != '\0')
        return false;
    ui->pending = order->verb == ORDER_MARK ? 'm' : '\'';
    ui_say(ui, "%s",
           ui->pending == 'm' ? _("mark this moment: press a letter")
                              : _("jump: press the letter of a mark, or ' to go back"));
    order->verb = ORDER_NONE;
    return true;
}

static void finish_pending(struct ui *ui, int key, struct order *order)
{
    bool letter = (key >= 'a' && key <= 'z') || (ui->pending == '\'' && key == '\'');

    order->verb = ui->pending == 'm' ? ORDER_MARK : ORDER_JUMP;
    snprintf(order->argument, sizeof(order->argument), "%c", letter ? key : '\0');
    if (!letter)
        order->verb = ORDER_NONE;
    ui->pending = 0;
}

/* ---- Keys ---- */

/* The first page is in nobody's way: a key closes it and does what it does. */
static bool about_press(struct ui *ui, int key)
{
    ui->overlay = OVERLAY_NONE;
    return key == K_ESC || key == K_ENTER;
}

static void move_in_overlay(struct ui *ui, int rows)
{
    int last = view_overlay_last(ui), *at = &ui->overlay_state.item;

    *at += rows;
    if (*at > last)
        *at = last;
    if (*at < 0)
        *at = 0;
}

/* Enter, in a list of things that can be switched or forgotten. */
static void overlay_enter(struct ui *ui, struct order *order)
{
    if (ui->overlay == OVERLAY_DEEDS)
        order->verb = ORDER_SWITCH;
    else if (ui->overlay == OVERLAY_BREAKS)
        order->verb = ORDER_UNBREAK;
    else if (ui->overlay == OVERLAY_TASK)
        order->verb = ORDER_CHECK;
    else
        ui->overlay = OVERLAY_NONE;
    if (ui->overlay == OVERLAY_DEEDS || ui->overlay == OVERLAY_BREAKS)
        snprintf(order->argument, sizeof(order->argument), "%d", ui->overlay_state.item + 1);
}

/* What is typed to a question is its answer; Enter goes on where nothing is waited
 * for. True: KEY was meant so. */
static bool gate_press(struct ui *ui, int key, struct order *order)
{
    bool waits = !gates_is_settled(ui->gates, ui->exercise.gate);
    bool is_page = ui->gates->exercise->gates[ui->exercise.gate].is_page;

    if (key == ':') {
        prompt_ask(ui, "", "");
        return true;
    }
    if (is_page || !waits) {
        order->verb = key == K_ENTER || key == ' ' || key == K_RIGHT ? ORDER_READ : ORDER_NONE;
        return order->verb != ORDER_NONE;
    }
    if (key == '?') {
        order->verb = ORDER_HINT;
        return true;
    }
    if (key == K_RIGHT) {
        ui_say(ui, "%s", _("type the answer; ? is a hint, :pass gives it up, Esc goes back"));
        return true;
    }
    if (key != K_ENTER && (key < ' ' || key == K_BACKSPACE || key >= K_LEFT))
        return false;
    prompt_ask(ui, "answer ", "");
    if (key > ' ')
        prompt_press(ui, key, order);
    return true;
}

/* Moves in an overlay; any key that means nothing there closes it and, unless
 * it is one that closes, does what it does elsewhere. */
static bool overlay_press(struct ui *ui, int key, struct order *order)
{
    if (ui->overlay == OVERLAY_ABOUT)
        return about_press(ui, key);
    if (ui->overlay == OVERLAY_GATE && gate_press(ui, key, order))
        return true;
    switch (key) {
    case K_DOWN:
    case 'j': move_in_overlay(ui, 1); return true;
    case K_UP:
    case 'k': move_in_overlay(ui, -1); return true;
    case K_PAGE_DOWN: move_in_overlay(ui, UI_HEIGHT_MIN / 2); return true;
    case K_PAGE_UP: move_in_overlay(ui, -UI_HEIGHT_MIN / 2); return true;
    case K_HOME: move_in_overlay(ui, -SHEET_ROWS_MAX); return true;
    case K_END: move_in_overlay(ui, SHEET_ROWS_MAX); return true;
    case K_ENTER:
    case ' ': overlay_enter(ui, order); return true;
    case K_ESC:
    case 'q':
    case '?':
    case '@': ui->overlay = OVERLAY_NONE; return true;
    default: ui->overlay = OVERLAY_NONE; return false;
    }
}

static bool pane_press(struct ui *ui, int key, int rows)
{
    const struct pane *pane = ui_pane(ui);

    if (pane == NULL)
        return false;
    if (pane->key != NULL && pane->key(&ui->moment, &ui->states[pane - panes], key))
        return true;
    if (key == K_DOWN || key == K_UP)
        move_in_pane(ui, pane, key == K_DOWN ? 1 : -1);
    else if (key == K_PAGE_DOWN || key == K_PAGE_UP)
        move_in_pane(ui, pane, key == K_PAGE_DOWN ? rows : -rows);
    else
        return false;
    return true;
}

static const char *what_is_missing(const struct ui *ui, enum key_when when)
{
    enum session_kind kind = ui->session == NULL ? SESSION_LAB : session_kind(ui->session);

    if (when == WHEN_FRAME && ui->session != NULL && session_run(ui->session, ui->side)->limited)
        return _("the run can be changed when all that is asked is answered, or passed");
    if (when == WHEN_FRAME && kind == SESSION_SCRIPT)
        return _("a packet script cannot be changed");
    if (when == WHEN_FRAME && (kind == SESSION_CAPTURE || kind == SESSION_INTO))
        return _("a capture cannot be changed");
    return key_when_text(when);
}

static void key_press(struct ui *ui, int key, struct order *order)
{
    const struct key_help *help = key_find(key);
    char why[200];
    size_t column;

    if (key >= '0' && key <= '9') {
        ui_focus(ui, key - '0');
        return;
    }
    if (help == NULL)
        return;
    if (!key_is_valid(ui, help)) {
        ui_say(ui, _("%s means nothing here: %s"), help->name, what_is_missing(ui, help->when));
        return;
    }
    if (!order_read(help->command, order, why, sizeof(why), &column) ||
        wait_for_letter(ui, order) || ui_look(ui, order))
        order->verb = ORDER_NONE;
}

static void resize(struct ui *ui, struct press press)
{
    ui->width = press.x < UI_WIDTH_MAX ? press.x : UI_WIDTH_MAX;
    ui->height = press.y < UI_HEIGHT_MAX ? press.y : UI_HEIGHT_MAX;
    if (ui->width < 1)
        ui->width = 1;
    if (ui->height < 1)
        ui->height = 1;
}

static bool is_inside(struct box box, struct press press)
{
    return press.x >= box.x && press.x < box.x + box.width && press.y >= box.y &&
           press.y < box.y + box.height;
}

/* The wheel steps, or scrolls the pane below it; a click gives a pane the keys
 * or, in a ladder, moves the cursor. */
static void mouse_press(struct ui *ui, struct press press, struct order *order)
{
    struct layout layout = layout_of(ui);
    int index = -1;

    for (int i = 0; i < layout.pane_count; i++)
        if (is_inside(layout.panes[i], press))
            index = ui->maximised ? ui->focus - 1 : ui->shown[i];
    if (press.key == K_CLICK && index >= 0) {
        ui_focus(ui, index + 1);
    } else if (press.key == K_CLICK) {
        ui_focus(ui, 0);
        order->verb = ORDER_POINT;
        snprintf(order->argument, sizeof(order->argument), "%d %d", press.x, press.y);
    } else if (index >= 0) {
        move_in_pane(ui, &panes[index], press.key == K_WHEEL_DOWN ? 1 : -1);
    } else {
        order->verb = press.key == K_WHEEL_DOWN ? ORDER_STEP : ORDER_BACK;
    }
}

static bool is_mouse(int key)
{
    return key == K_CLICK || key == K_WHEEL_UP || key == K_WHEEL_DOWN;
}

/* Whether KEY leaves the ladder playing. */
static bool plays_on(int key)
{
    return key == ' ' || key == '+' || key == '-' || key == '=' || key == '?';
}

void ui_update(struct ui *ui, struct press press, struct order *order)
{
    memset(order, 0, sizeof(*order));
    ui->prompt.sent = false;
    if (press.key == K_NONE)
        return;
    if (press.key == K_RESIZE) {
        resize(ui, press);
        return;
    }
    if (press.key == K_HANG_UP) {
        ui->quit = true;
        return;
    }
    if (press.key == K_TICK) {
        order->verb = ui->playing ? ORDER_TICK : ORDER_NONE;
        return;
    }
    memset(&ui->message, 0, sizeof(ui->message));
    ui->playing = ui->playing && plays_on(press.key);
    if (is_mouse(press.key)) {
        if (!ui->prompt.open && ui->overlay == OVERLAY_NONE)
            mouse_press(ui, press, order);
    } else if (ui->prompt.open) {
        if (prompt_press(ui, press.key, order) && ui_look(ui, order))
            order->verb = ORDER_NONE;
    } else if (ui->pending != 0) {
        finish_pending(ui, press.key, order);
    } else if (ui->overlay == OVERLAY_NONE || !overlay_press(ui, press.key, order)) {
        if (!pane_press(ui, press.key, UI_HEIGHT_MIN / 2))
            key_press(ui, press.key, order);
    }
}
