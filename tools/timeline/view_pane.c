#include "tools/timeline/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tools/lib/text.h"
#include "tools/timeline/why_not.h"

/* ---- Sheets ---- */

/* The first row to show so that the rows from Y to LAST, or at least Y, are to be
 * seen, HEIGHT rows being shown from TOP on, and no emptiness below the end. */
static int scroll(int top, int y, int last, int height, int rows)
{
    if (y >= 0 && last >= top + height)
        top = last - height + 1;
    if (y >= 0 && y < top)
        top = y;
    if (top > rows - height)
        top = rows - height;
    return top < 0 ? 0 : top;
}

/* The selected item, or NULL. */
static const struct sheet_item *selected_item(const struct sheet *sheet,
                                              const struct pane_state *state)
{
    int last = sheet->item_count - 1;

    if (last < 0 || !sheet->focused)
        return NULL;
    return &sheet->items[state->item < last ? state->item : last];
}

/* The first row of SHEET that is shown, where HEIGHT are. */
static int top_row(const struct sheet *sheet, const struct pane_state *state, int height)
{
    const struct sheet_item *item = selected_item(sheet, state);
    int y = item != NULL ? item->y : -1;

    return scroll(state->top, y, y >= 0 ? y + item->height - 1 : -1, height, sheet->rows);
}

/* Shows SHEET in BOX, below its title. */
static struct spot show_sheet(const struct sheet *sheet, const struct pane_state *state,
                              struct box box, struct canvas *canvas)
{
    const struct sheet_item *item = selected_item(sheet, state);
    int y = item != NULL ? item->y : -1, top = top_row(sheet, state, box.height);

    canvas_copy(canvas, box.x, box.y, &sheet->canvas, 0, top, box.width, box.height);
    if (y < 0)
        return (struct spot){ box.x, box.y };
    canvas_emphasise(canvas, box.x + item->x, box.y + y - top, item->width, EMPHASIS_SELECTED);
    return (struct spot){ box.x + item->x, box.y + y - top };
}

/* More above or below: said in words, at the end of the title's row. */
static void show_more(const struct sheet *sheet, const struct pane_state *state, struct box box,
                      struct canvas *canvas)
{
    int left = sheet->rows - (box.height - 1);
    char text[40];

    if (left <= 0)
        return;
    snprintf(text, sizeof(text), state->top > 0 ? _(" %d more, up and down ") : _(" %d more "),
             left);
    canvas_text(canvas, box.x + box.width - canvas_text_width(text) - 2, box.y, text, 40,
                MEANING_BORDER);
}

/* Writes pane INDEX, as large as INSIDE, onto the scratch sheet. False: no memory. */
static bool write_pane(const struct ui *ui, int index, struct box inside)
{
    struct sheet *sheet = ui->sheet;

    if (!sheet_begin(sheet, inside.width, inside.height))
        return false;
    sheet->focused = ui->focus == index + 1;
    sheet->selected = ui->states[index].item;
    panes[index].write(&ui->moment, &ui->states[index], sheet);
    return true;
}

static struct box inside_of(struct box box)
{
    return (struct box){ box.x, box.y + 1, box.width, box.height - 1 };
}

struct spot view_pane(const struct ui *ui, int index, struct box box, struct canvas *canvas)
{
    const struct pane_state *state = &ui->states[index];
    char title[120];

    if (!write_pane(ui, index, inside_of(box)))
        return (struct spot){ box.x, box.y };
    snprintf(title, sizeof(title), "%d %s", index + 1, _(panes[index].title));
    show_more(ui->sheet, state, box, canvas);
    view_rule(canvas, box, title, ui->focus == index + 1);
    return show_sheet(ui->sheet, state, inside_of(box), canvas);
}

static int last_of(const struct sheet *sheet, int height, bool *has_items)
{
    int last = sheet->item_count > 0 ? sheet->item_count - 1 : sheet->rows - height;

    *has_items = sheet->item_count > 0;
    return last > 0 ? last : 0;
}

int view_pane_last(const struct ui *ui, int index, bool *has_items)
{
    struct layout layout = layout_of(ui);
    struct box box = { 0, 0, ui->width, ui->height };

    *has_items = false;
    for (int i = 0; i < layout.pane_count; i++)
        if (ui->maximised || ui->shown[i] == index)
            box = inside_of(layout.panes[i]);
    return write_pane(ui, index, box) ? last_of(ui->sheet, box.height, has_items) : 0;
}

int64_t view_pane_value(const struct ui *ui, int index)
{
    struct layout layout = layout_of(ui);
    int item = ui->states[index].item;

    if (layout.pane_count == 0 || !write_pane(ui, index, inside_of(layout.panes[0])) ||
        ui->sheet->item_count == 0)
        return -1;
    if (item >= ui->sheet->item_count)
        item = ui->sheet->item_count - 1;
    return ui->sheet->items[item].what;
}

/* ---- Lists and pages over the screen ---- */

static int write_verbs(const enum verb *verbs, size_t count, int y, struct sheet *sheet)
{
    for (size_t i = 0; i < count; i++) {
        const struct order_help *help = order_help_of(verbs[i]);

        sheet_say(sheet, 2, y++, MEANING_KEY, ":%s %s", help->name, help->argument);
        y = sheet_wrap(sheet, 10, y, MEANING_PLAIN, _(help->help));
    }
    return y;
}

/* What has no key, and is looked for in the help all the same. */
static void write_commands(const struct ui *ui, struct sheet *sheet)
{
    static const enum verb verbs[] = { ORDER_THEME, ORDER_MOUSE, ORDER_SAVE, ORDER_ONLY,
                                       ORDER_SHOW };
    static const enum verb asked[] = { ORDER_ANSWER, ORDER_HINT, ORDER_PASS, ORDER_SCORE,
                                       ORDER_SUBMIT };
    int y = sheet->rows;

    sheet_text(sheet, 1, y++, MEANING_TITLE, _("Commands"));
    y = write_verbs(verbs, ARRAY_LEN(verbs), y, sheet);
    if (ui->gates != NULL)
        y = write_verbs(asked, ARRAY_LEN(asked), y, sheet);
    sheet_wrap(sheet, 2, y, MEANING_DETAIL,
               _("All of them: Tab after the colon, or rung help keys."));
}

static void write_keys(const struct ui *ui, struct sheet *sheet)
{
    const struct pane *pane = ui_pane(ui);
    const struct key_help *help;
    int y = 0;

    if (pane != NULL) {
        y = sheet_wrap(sheet, 1, y, MEANING_TITLE, _(pane->help));
        if (pane->keys != NULL && pane->keys[0] != '\0')
            y = sheet_wrap(sheet, 1, y, MEANING_KEY, _(pane->keys));
        y++;
    }
    for (int group = 0; group < KEYS_GROUPS; group++) {
        sheet_text(sheet, 1, y++, MEANING_TITLE, key_group_name((enum key_group)group));
        for (size_t i = 0; (help = key_at(i)) != NULL; i++) {
            if ((int)help->group != group)
                continue;
            sheet_text(sheet, 2, y, MEANING_KEY, help->name);
            y = sheet_wrap(sheet, 10, y, key_is_valid(ui, help) ? MEANING_PLAIN : MEANING_DETAIL,
                           _(help->help));
        }
    }
    write_commands(ui, sheet);
}

/* What can be done with the frame under the cursor. */
static void write_menu(const struct ui *ui, struct sheet *sheet)
{
    static const int keys[] = { 'd', 'D', 'u', 'x', 'w', 'i', 'b', 'm', ':' };
    int y = 1;

    if (ui->moment.frame != 0)
        sheet_say(sheet, 1, 0, MEANING_TITLE, _("Frame %" PRIu32), ui->moment.frame);
    else
        sheet_text(sheet, 1, 0, MEANING_TITLE, _("No frame here yet"));
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        const struct key_help *help = key_find(keys[i]);

        if (!key_is_valid(ui, help))
            continue;
        sheet_text(sheet, 2, y, MEANING_KEY, help->name);
        y = sheet_wrap(sheet, 6, y, MEANING_PLAIN, _(help->help));
    }
}

static void write_log(const struct ui *ui, struct sheet *sheet)
{
    int y = 0;

    for (size_t i = 0; i < ui->log_count; i++, y++) {
        sheet_text(sheet, 1, y, MEANING_PLAIN, ui->log[i]);
        sheet_item(sheet, 0, y, sheet->width, (int64_t)i);
    }
    if (ui->log_count == 0)
        sheet_wrap(sheet, 1, 0, MEANING_DETAIL, _("Nothing was done yet."));
}

static void write_deeds(const struct ui *ui, struct sheet *sheet)
{
    size_t count = session_deed_count(ui->session);
    char text[DEED_TEXT_SIZE + 80];
    int y = 0;

    for (size_t i = 0; i < count; i++, y++) {
        const struct deed *deed = session_deed(ui->session, i);

        deed_format(deed, text, sizeof(text));
        sheet_say(sheet, 1, y, deed->off ? MEANING_DETAIL : MEANING_PLAIN, "%2zu  %s  %s", i + 1,
                  deed->off ? _("off") : _("on "), text);
        sheet_item(sheet, 0, y, sheet->width, (int64_t)i);
    }
    sheet_wrap(sheet, 1, y + (y > 0), MEANING_DETAIL,
               count > 0 ? _("Enter switches one off or on, z takes the last one back.")
                         : _("Nothing was done to this run."));
}

static void write_breaks(const struct ui *ui, struct sheet *sheet)
{
    int y = 0;

    for (size_t i = 0; i < ui->stops.count; i++, y++) {
        sheet_say(sheet, 1, y, MEANING_PLAIN, "%2zu  %s", i + 1, ui->stops.at[i]->text);
        sheet_item(sheet, 0, y, sheet->width, (int64_t)i);
    }
    sheet_wrap(sheet, 1, y + (y > 0), MEANING_DETAIL,
               ui->stops.count > 0 ? _("Enter forgets one; c and C run to the nearest.")
                                   : _("No breakpoint: b makes one."));
}

/* Why the end of a connection that STATUS is of does not send, from row Y on;
 * the row behind it. */
static int write_wait(const struct ui *ui, const struct tcp_status *status, const char *name, int y,
                      struct sheet *sheet)
{
    char citation[120];
    struct why_not why;

    why_not_sending(status, ui->moment.now, &why);
    why_not_citation(&why, citation, sizeof(citation));
    y = sheet_wrap(sheet, 1, y, MEANING_TITLE, name);
    y = sheet_wrap(sheet, 3, y, MEANING_PLAIN, why.reason);
    if (why.ends[0] != '\0')
        y = sheet_wrap(sheet, 3, y, MEANING_WHY, why.ends);
    return sheet_wrap(sheet, 3, y, MEANING_CITATION, citation) + 1;
}

static void write_why_not(const struct ui *ui, struct sheet *sheet)
{
    struct tcp_status status, peer;
    char name[200];
    int y;

    if (ui->moment.view->capture != NULL) {
        sheet_wrap(sheet, 1, 0, MEANING_DETAIL,
                   _("A capture shows what was sent, not what a program wanted to send: nobody can "
                     "say. The pane window shows the window that the peer offers, and how much of "
                     "it is in flight."));
        return;
    }
    if (moment_connection(&ui->moment, &status) == NULL) {
        sheet_wrap(sheet, 1, 0, MEANING_DETAIL,
                   _("There is no TCP connection here at this moment; step on, or s shows "
                     "another host."));
        return;
    }
    moment_connection_name(&ui->moment, name, sizeof(name));
    y = write_wait(ui, &status, name, 0, sheet);
    if (moment_peer(&ui->moment, &status, &peer) != NULL)
        write_wait(ui, &peer, _("The other end"), y, sheet);
}

/* Line by line, as the lab is written. */
/* Whether the line at AT goes on with what the line before it says: it is not
 * empty, nor indented, nor an item of a list. */
static bool goes_on(const char *at)
{
    return *at != '\0' && strchr("\n -*", *at) == NULL;
}

/* The paragraph at AT in one line, for a box narrower than the file's lines;
 * returns where the next one begins. */
static const char *join_lines(const char *at, char *out, size_t size)
{
    size_t used = 0;

    out[0] = '\0';
    for (;;) {
        size_t len = strcspn(at, "\n");

        used += (size_t)snprintf(out + used, size - used, "%s%.*s", used > 0 ? " " : "", (int)len,
                                 at);
        at += len + (at[len] == '\n');
        if (len == 0 || used + 1 >= size || !goes_on(at))
            return at;
    }
}

static void write_about(const struct ui *ui, struct sheet *sheet)
{
    const char *at = session_about(ui->session);
    int y = sheet_wrap(sheet, 1, 0, MEANING_TITLE, session_title(ui->session)) + 1;

    while (*at != '\0') {
        char paragraph[4000];

        at = join_lines(at, paragraph, sizeof(paragraph));
        y = paragraph[0] == '\0' ? y + 1 : sheet_wrap(sheet, 1, y, MEANING_PLAIN, paragraph);
    }
    sheet_wrap(sheet, 1, y + 1, MEANING_DETAIL,
               ui->moment.view->capture != NULL
                   ? _("Right steps forward, Left back, Tab goes to the panes, q quits.")
               : gates_hide(ui->gates)
                   ? _("Right steps forward, up to a page or a question; Left back, w says why, q "
                       "quits.")
                   : _("Right steps forward, Left back, d drops a frame, w says why, q quits."));
    if (ui->offer != NULL && ui->gates == NULL)
        sheet_wrap(sheet, 1, y + 2, MEANING_TITLE,
                   _("A asks what this lab asks: what lies behind a question is hidden until it is "
                     "answered."));
}

static const struct {
    const char *title;
    void (*write)(const struct ui *ui, struct sheet *sheet);
} overlays[] = {
    [OVERLAY_HELP] = { N_("Keys (Esc closes)"), write_keys },
    [OVERLAY_MENU] = { N_("What can be done here (Esc closes)"), write_menu },
    [OVERLAY_LOG] = { N_("What was done, as commands (Esc closes)"), write_log },
    [OVERLAY_DEEDS] = { N_("What was done to this run (Esc closes)"), write_deeds },
    [OVERLAY_BREAKS] = { N_("Breakpoints (Esc closes)"), write_breaks },
    [OVERLAY_ABOUT] = { N_("The lab (any key goes on)"), write_about },
    [OVERLAY_WHYNOT] = { N_("Why is it not sending? (Esc closes)"), write_why_not },
    [OVERLAY_GATE] = { NULL, view_write_gate },
    [OVERLAY_TASK] = { NULL, view_write_task },
    [OVERLAY_SCORE] = { N_("Your sheet (Esc closes)"), view_write_score },
};

static void draw_sides(struct canvas *canvas, struct box box)
{
    canvas_column(canvas, box.x, box.y + 1, box.height - 1, 0x2502, MEANING_BORDER);
    canvas_column(canvas, box.x + box.width - 1, box.y + 1, box.height - 1, 0x2502, MEANING_BORDER);
    canvas_line(canvas, box.x, box.y + box.height - 1, box.width, 0x2500, MEANING_BORDER);
}

static void empty(struct canvas *canvas, struct box box)
{
    for (int y = 0; y < box.height; y++)
        for (int x = 0; x < box.width; x++)
            canvas_put(canvas, box.x + x, box.y + y, CANVAS_EMPTY, MEANING_PLAIN);
}

/* What is asked is about the ladder, and stands beside it: over the panes. */
static bool stands_beside(const struct ui *ui)
{
    return ui->overlay == OVERLAY_GATE || ui->overlay == OVERLAY_TASK;
}

static void place_overlay(const struct ui *ui, struct box *box, int most)
{
    struct layout layout = layout_of(ui);

    box->x = (ui->width - box->width) / 2;
    box->y = 1 + (most - box->height) / 2;
    if (!stands_beside(ui))
        return;
    if (layout.beside)
        box->x = ui->width - box->width;
    else
        box->y = ui->height - 2 - box->height;
}

/* Writes it onto the scratch sheet; the box that it takes, with its frame. */
static bool write_overlay(const struct ui *ui, struct box *box)
{
    int width = ui->width < 84 ? ui->width - 4 : 80, most = ui->height - 4;
    struct layout layout = layout_of(ui);
    struct sheet *sheet = ui->sheet;

    if (stands_beside(ui) && layout.beside && layout.panes[0].width < width)
        width = layout.panes[0].width;
    if (width < 3 || most < 3 || !sheet_begin(sheet, width - 2, most))
        return false;
    sheet->focused = true;
    sheet->selected = ui->overlay_state.item;
    overlays[ui->overlay].write(ui, sheet);
    box->width = width;
    box->height = sheet->rows + 2 < most ? sheet->rows + 2 : most;
    place_overlay(ui, box, most);
    return true;
}

int view_overlay_last(const struct ui *ui)
{
    struct box box;
    bool has_items;

    return write_overlay(ui, &box) ? last_of(ui->sheet, box.height - 2, &has_items) : 0;
}

/* In its lower edge, where the eye comes to the end of what is shown. */
static void say_what_is_below(const struct sheet *sheet, const struct pane_state *state,
                              struct box box, struct canvas *canvas)
{
    int height = box.height - 2, below = sheet->rows - height - top_row(sheet, state, height);
    char text[80];

    snprintf(text, sizeof(text), below > 0 ? _(" Down: %d lines more ") : _(" the end: Up "),
             below);
    canvas_text(canvas, box.x + box.width - canvas_text_width(text) - 2, box.y + box.height - 1,
                text, canvas_text_width(text), MEANING_KEY);
}

static void overlay_title(const struct ui *ui, char *out, size_t size)
{
    if (ui->overlay == OVERLAY_GATE)
        view_gate_title(ui, out, size);
    else if (ui->overlay == OVERLAY_TASK)
        view_task_title(ui, out, size);
    else if (ui->overlay == OVERLAY_ABOUT && ui->moment.view->capture != NULL)
        snprintf(out, size, "%s", _("The capture (any key goes on)"));
    else
        snprintf(out, size, "%s", _(overlays[ui->overlay].title));
}

struct spot view_overlay(const struct ui *ui, struct canvas *canvas)
{
    char title[200];
    struct sheet *sheet = ui->sheet;
    struct pane_state state = ui->overlay_state;
    struct box box, inside;

    if (!write_overlay(ui, &box))
        return (struct spot){ 0, 0 };
    if (sheet->item_count == 0)
        state.top = state.item;
    inside = (struct box){ box.x + 1, box.y + 1, box.width - 2, box.height - 2 };
    empty(canvas, box);
    if (sheet->rows > inside.height)
        say_what_is_below(sheet, &state, box, canvas);
    overlay_title(ui, title, sizeof(title));
    view_rule(canvas, box, title, true);
    draw_sides(canvas, box);
    view_clear(canvas, inside);
    return show_sheet(sheet, &state, inside, canvas);
}
