/*
 * look.c - orders about the screen alone: what is shown, over what, and how.
 */
#include "tools/timeline/ui.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/run_field.h"
#include "tools/lib/text.h"
#include "tools/timeline/view.h"

static void focus_next(struct ui *ui, int by)
{
    int count = ui_pane_count() + 1;

    ui_focus(ui, (ui->focus + by + count) % count);
}

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

bool ui_look(struct ui *ui, const struct order *order)
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
