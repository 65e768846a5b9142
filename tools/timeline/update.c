/*
 * update.c - what a key does. Orders about the screen alone are done here.
 */
#include "tools/timeline/ui.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/run_field.h"
#include "tools/lib/text.h"
#include "tools/timeline/view.h"

bool key_is_valid(const struct ui *ui, const struct key_help *help)
{
    bool frame =
        ui->moment.frame != 0 && ui->session != NULL && session_kind(ui->session) == SESSION_LAB;

    switch (help->when) {
    case WHEN_ALWAYS: return true;
    case WHEN_FRAME: return frame;
    case WHEN_DEED: return ui->session != NULL && session_deed_count(ui->session) > 0;
    case WHEN_UNDONE: return ui->redoable > 0;
    case WHEN_OTHER: return ui->has_other;
    case WHEN_STOP: return ui->stops.count > 0;
    case WHEN_SEARCH: return ui->search[0] != '\0';
    case WHEN_PLAYING: return ui->playing;
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

static void focus_next(struct ui *ui, int by)
{
    int count = ui_pane_count() + 1;

    ui_focus(ui, (ui->focus + by + count) % count);
}

/* ---- Orders about the screen ---- */

static void open_overlay(struct ui *ui, enum overlay overlay)
{
    ui->overlay = ui->overlay == overlay ? OVERLAY_NONE : overlay;
    memset(&ui->overlay_state, 0, sizeof(ui->overlay_state));
    if (overlay == OVERLAY_LOG && ui->log_count > 0)
        ui->overlay_state.item = (int)ui->log_count - 1;
}

static void back_out(struct ui *ui)
{
    if (ui->maximised)
        ui->maximised = false;
    else if (ui->focus > 0)
        ui_focus(ui, 0);
    else
        ui_say(ui, "%s", _("q quits, ? helps"));
}

static void show_pane(struct ui *ui, const char *name)
{
    const struct pane *pane = pane_find(name);
    char *end;
    long number = strtol(name, &end, 10);

    if (strcmp(name, "ladder") == 0)
        number = 0;
    else if (pane != NULL)
        number = pane - panes + 1;
    else if (*end != '\0' || number < 0 || number > ui_pane_count()) {
        ui_refuse(ui, 0, _("there is no pane \"%s\""), name);
        return;
    }
    ui_focus(ui, (int)number);
}

static void change_speed(struct ui *ui, int by)
{
    int speed = ui->speed + by;

    if (speed < 0 || speed >= UI_SPEEDS)
        return;
    ui->speed = speed;
    ui_say(ui, _("speed %d of %d"), speed + 1, UI_SPEEDS);
}

static void play(struct ui *ui)
{
    ui->playing = !ui->playing;
    ui_log(ui, "play");
}

static void set_theme(struct ui *ui, const char *name)
{
    enum colour_theme theme = ui->theme;
    bool plain = strcmp(name, "plain") == 0;

    if (!plain && !colour_theme_parse(name, &theme)) {
        ui_refuse(ui, 0, "%s", _("themes are: dark, light, contrast, plain"));
        return;
    }
    ui->colour = !plain;
    ui->theme = theme;
    ui_say(ui, plain ? _("no colours") : _("the theme is %s"), name);
}

static void set_mouse(struct ui *ui, const char *text)
{
    ui->mouse = strcmp(text, "off") != 0;
    ui_say(ui, "%s",
           ui->mouse ? _("the mouse moves the cursor; Shift selects text")
                     : _("the mouse is the terminal's again"));
}

/* Orders that open, close or choose something. True: it was one. */
static bool apply_look(struct ui *ui, const struct order *order)
{
    switch (order->verb) {
    case ORDER_PANE: show_pane(ui, order->argument); return true;
    case ORDER_FOCUS: focus_next(ui, strcmp(order->argument, "back") == 0 ? -1 : 1); return true;
    case ORDER_MAXIMISE: ui->maximised = !ui->maximised; return true;
    case ORDER_FUTURE: ui->future_hidden = !ui->future_hidden; return true;
    case ORDER_HELP: open_overlay(ui, OVERLAY_HELP); return true;
    case ORDER_ABOUT: open_overlay(ui, OVERLAY_ABOUT); return true;
    case ORDER_MENU: open_overlay(ui, OVERLAY_MENU); return true;
    case ORDER_LOG: open_overlay(ui, OVERLAY_LOG); return true;
    case ORDER_DEEDS: open_overlay(ui, OVERLAY_DEEDS); return true;
    case ORDER_BREAKS: open_overlay(ui, OVERLAY_BREAKS); return true;
    case ORDER_WHYNOT: open_overlay(ui, OVERLAY_WHYNOT); return true;
    case ORDER_ESCAPE: back_out(ui); return true;
    default: return false;
    }
}

/* The bit that the packet pane has selected, if it is to be seen, or -1. Of its
 * first item, which is none yet, nobody has chosen it. */
static int64_t bit_in_pane(const struct ui *ui)
{
    int index = (int)(pane_find("packet") - panes);
    struct layout layout = layout_of(ui);
    bool shown = false;

    for (int i = 0; i < layout.pane_count; i++)
        shown = shown || (ui->maximised ? ui->focus - 1 : ui->shown[i]) == index;
    return shown && ui->states[index].item > 0 ? view_pane_value(ui, index) : -1;
}

/* What is worth flipping: the field that is looked at, else one of the innermost
 * header. By name, where it has one. */
static void offer_field(const struct ui *ui, char *out, size_t size)
{
    static const char *const names[] = { "tcp.seq_raw", "udp.length", "icmp.type", "arp.opcode",
                                         "ip.ttl" };
    int64_t bit = bit_in_pane(ui), first;
    struct span bytes;
    const char *name;

    if (ui->moment.frame == 0)
        return;
    bytes = trace_frame_bytes(ui->moment.view->trace, ui->moment.frame);
    name = run_field_at(bytes, bit);
    if (name != NULL && run_field_find(bytes, name, &first))
        snprintf(out, size, "%s", name);
    else if (bit >= 0)
        snprintf(out, size, "bit %" PRId64, bit);
    for (size_t i = 0; i < ARRAY_LEN(names) && out[0] == '\0'; i++)
        if (run_field_find(bytes, names[i], &first))
            snprintf(out, size, "%s", names[i]);
}

/* Opens the command line; where a frame is meant, with its number and what is
 * likely to be wanted. */
static void ask(struct ui *ui, const char *what)
{
    char text[80], offered[80] = "";

    if (strcmp(what, "delay") == 0) {
        snprintf(text, sizeof(text), "delay %" PRIu32 " ", ui->moment.frame);
        snprintf(offered, sizeof(offered), "50ms");
    } else if (strcmp(what, "corrupt") == 0) {
        snprintf(text, sizeof(text), "corrupt %" PRIu32 " ", ui->moment.frame);
        offer_field(ui, offered, sizeof(offered));
    } else {
        snprintf(text, sizeof(text), "%.70s%s", what, what[0] != '\0' ? " " : "");
    }
    prompt_ask(ui, text, offered);
}

static bool apply(struct ui *ui, const struct order *order)
{
    switch (order->verb) {
    case ORDER_ASK: ask(ui, order->argument); return true;
    case ORDER_PLAY: play(ui); return true;
    case ORDER_FASTER: change_speed(ui, 1); return true;
    case ORDER_SLOWER: change_speed(ui, -1); return true;
    case ORDER_THEME: set_theme(ui, order->argument); return true;
    case ORDER_MOUSE: set_mouse(ui, order->argument); return true;
    case ORDER_REDRAW: ui->redraw = true; return true;
    case ORDER_QUIT: ui->quit = true; return true;
    default: return apply_look(ui, order);
    }
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
    else
        ui->overlay = OVERLAY_NONE;
    snprintf(order->argument, sizeof(order->argument), "%d", ui->overlay_state.item + 1);
}

/* Moves in an overlay; any key that means nothing there closes it and, unless
 * it is one that closes, does what it does elsewhere. */
static bool overlay_press(struct ui *ui, int key, struct order *order)
{
    if (ui->overlay == OVERLAY_ABOUT)
        return about_press(ui, key);
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

    if (when == WHEN_FRAME && kind == SESSION_SCRIPT)
        return _("a packet script cannot be changed");
    if (when == WHEN_FRAME && kind == SESSION_CAPTURE)
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
        wait_for_letter(ui, order) || apply(ui, order))
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
        if (prompt_press(ui, press.key, order) && apply(ui, order))
            order->verb = ORDER_NONE;
    } else if (ui->pending != 0) {
        finish_pending(ui, press.key, order);
    } else if (ui->overlay == OVERLAY_NONE || !overlay_press(ui, press.key, order)) {
        if (!pane_press(ui, press.key, UI_HEIGHT_MIN / 2))
            key_press(ui, press.key, order);
    }
}
