/*
 * obey_find.c - search, marks, breakpoints.
 */
#include "tools/timeline/obey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/text.h"
#include "tools/timeline/rest.h"

enum { ROW_TEXT_SIZE = 4 * LADDER_WIDTH_MAX + 1 };

/* ---- Search ---- */

bool ui_matches(const struct ui *ui, struct picture *picture, int64_t row)
{
    char words[ROW_TEXT_SIZE];

    if (ui->search[0] == '\0')
        return false;
    picture_text(picture, row, words, sizeof(words));
    return strcasestr(words, ui->search) != NULL;
}

/* The next item in whose row it stands, around the end. */
static void search_on(struct ui *ui, bool back)
{
    struct picture *picture = ui->pictures[ui->side];
    uint32_t count = picture_items(picture), record = ui->cursors[ui->side].record;
    uint32_t here = record == MOMENT_BEFORE ? PICTURE_NONE : picture_find(picture, record);
    uint32_t from = here == PICTURE_NONE ? (back ? 0 : count - 1) : here;
    int64_t last = here == PICTURE_NONE ? -1 : picture_row(picture, here);

    for (uint32_t i = 1; i <= count; i++) {
        uint32_t item = (back ? from + count - i : from + i) % count;
        int64_t row = picture_row(picture, item);
        bool around =
            back ? here == PICTURE_NONE || i > from : here != PICTURE_NONE && i >= count - from;

        if (around && session_is_part(ui->session))
            break; /* that end is not there yet */
        if (row == last || !ui_matches(ui, picture, row)) {
            last = row;
            continue;
        }
        if (here != PICTURE_NONE && (back ? item >= here : item <= here))
            ui_say(ui, "%s", back ? _("searched on from the end") : _("searched on from the top"));
        cursor_to_record(ui, picture_record(picture, item));
        return;
    }
    if (rest_brings_more(ui))
        search_on(ui, back);
    else if (session_is_part(ui->session)) /* it was told why there is no more */
        return;
    else if (here == PICTURE_NONE || !ui_matches(ui, picture, picture_row(picture, here)))
        ui_refuse(ui, 0, _("nothing in the ladder says \"%s\""), ui->search);
    else
        ui_say(ui, "%s", _("there is no other"));
}

static void search(struct ui *ui, const char *words)
{
    snprintf(ui->search, sizeof(ui->search), "%s", words);
    for (size_t len = strlen(ui->search); len > 0 && ui->search[len - 1] == ' '; len--)
        ui->search[len - 1] = '\0';
    search_on(ui, false);
}

/* ---- Marks ---- */

static int mark_index(const char *letter)
{
    if (letter[0] >= 'a' && letter[0] <= 'z' && letter[1] == '\0')
        return letter[0] - 'a';
    return strcmp(letter, "'") == 0 ? UI_MARKS - 1 : -1;
}

static void mark(struct ui *ui, const char *letter)
{
    int index = mark_index(letter);

    if (index < 0) {
        ui_refuse(ui, 0, "%s", _("a mark is a letter from a to z"));
        return;
    }
    ui->marks[index] = ui->cursors[ui->side];
    ui->marked[index] = true;
    ui_say(ui, _("' %s comes back here"), letter);
}

static void jump(struct ui *ui, const char *letter)
{
    int index = mark_index(letter);
    struct cursor from = ui->cursors[ui->side], to;

    if (index < 0 || !ui->marked[index]) {
        ui_refuse(ui, 0, _("there is no mark %s"), letter);
        return;
    }
    to = ui->marks[index];
    ui->marks[UI_MARKS - 1] = from;
    ui->marked[UI_MARKS - 1] = true;
    cursor_set(ui, to.event, to.record);
}

/* ---- Breakpoints ---- */

static void add_stop(struct ui *ui, const char *text)
{
    char why[300];
    size_t column;

    if (!stop_add(&ui->stops, ui->session, text, why, sizeof(why), &column))
        ui_refuse(ui, column, "%s", why);
    else
        ui_say(ui, _("breakpoint %zu; c continues to it, C back to it"), ui->stops.count);
}

static void remove_stop(struct ui *ui, const char *which)
{
    size_t number = strtoul(which, NULL, 10);

    if (strcmp(which, "all") == 0) {
        stop_clear(&ui->stops);
        return;
    }
    if (number == 0 || number > ui->stops.count) {
        ui_refuse(ui, 0, _("there is no breakpoint %s"), which);
        return;
    }
    stop_remove(&ui->stops, number - 1);
    ui_say(ui, _("breakpoint %zu is forgotten"), number);
}

static void run_to_stop(struct ui *ui, bool back)
{
    struct cursor at = ui->cursors[ui->side];
    struct stop_hit hit;

    if (ui->stops.count == 0) {
        ui_refuse(ui, 0, "%s", _("there is no breakpoint: b makes one"));
    } else if (stop_find(&ui->stops, ui->session, ui->side, at.event, at.record, back, &hit)) {
        cursor_set(ui, hit.event, hit.record);
        ui_say(ui, _("stopped: %s"), hit.stop->text);
    } else if (!back && rest_brings_more(ui)) {
        run_to_stop(ui, back);
    } else if (!back && session_is_part(ui->session)) {
        cursor_set(ui, at.event, at.record); /* a message tells why there is no more */
    } else {
        cursor_set(ui, at.event, at.record);
        ui_refuse(ui, 0, "%s",
                  back                  ? _("no breakpoint strikes before this moment")
                  : ui_run(ui)->limited ? _("no breakpoint strikes before what waits for you")
                                        : _("no breakpoint strikes after this moment"));
    }
}

/* ---- Hiding ---- */

/* The cursor stays where it is; the ladder is laid out anew around it. */
static void hidden(struct ui *ui)
{
    char what[HIDE_TEXT_SIZE];

    if (!ui_lay_out(ui)) {
        ui_refuse(ui, 0, "%s", _("out of memory"));
        return;
    }
    hide_format(&ui->hiding, ui->moment.view, what, sizeof(what));
    if (hide_anything(&ui->hiding))
        ui_say(ui, _("shown: %s (:show shows all)"), what);
    else
        ui_say(ui, "%s", _("all is shown"));
}

static void filter(struct ui *ui, const char *text)
{
    char why[300];
    size_t column;

    if (hide_filter(&ui->hiding, text, why, sizeof(why), &column))
        hidden(ui);
    else
        ui_refuse(ui, column, "%s", why);
}

static void connection(struct ui *ui, bool only)
{
    if (hide_connection(&ui->hiding, ui->moment.view, ui->moment.frame, only))
        hidden(ui);
    else
        ui_refuse(ui, 0, "%s", _("the frame here belongs to no connection"));
}

static void only(struct ui *ui, const char *what)
{
    if (strcmp(what, "connection") == 0)
        connection(ui, true);
    else
        ui_refuse(ui, 0, "%s", _("write only connection; f takes a filter, such as host 10.0.0.1"));
}

static void hide(struct ui *ui, const char *name, bool hide)
{
    if (strcmp(name, "connection") == 0) {
        if (hide) {
            connection(ui, false);
            return;
        }
        hide_no_connection(&ui->hiding);
    } else if (name[0] == '\0') {
        hide_clear(&ui->hiding);
    } else if (!hide_named(&ui->hiding, ui->moment.view, name, hide) &&
               !(rest_brings_more(ui) && hide_named(&ui->hiding, ui->moment.view, name, hide))) {
        if (session_is_part(ui->session)) /* a message tells why there is no more */
            return;
        ui_refuse(ui, 0, _("there is no host and no protocol \"%s\""), name);
        return;
    }
    hidden(ui);
}

bool obey_find(struct ui *ui, const struct order *order)
{
    switch (order->verb) {
    case ORDER_SEARCH: search(ui, order->argument); return true;
    case ORDER_NEXT: search_on(ui, false); return true;
    case ORDER_PREVIOUS: search_on(ui, true); return true;
    case ORDER_MARK: mark(ui, order->argument); return true;
    case ORDER_JUMP: jump(ui, order->argument); return true;
    case ORDER_BREAK: add_stop(ui, order->argument); return true;
    case ORDER_UNBREAK: remove_stop(ui, order->argument); return true;
    case ORDER_CONTINUE: run_to_stop(ui, false); return true;
    case ORDER_REVERSE: run_to_stop(ui, true); return true;
    case ORDER_FILTER: filter(ui, order->argument); return true;
    case ORDER_HIDE: hide(ui, order->argument, true); return true;
    case ORDER_ONLY: only(ui, order->argument); return true;
    case ORDER_SHOW: hide(ui, order->argument, false); return true;
    default: return false;
    }
}
