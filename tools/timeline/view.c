#include "tools/timeline/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tools/lib/text.h"
#include "tools/lib/vtime_text.h"
#include "tools/timeline/obey.h"
#include "tools/timeline/rest.h"

enum { FOOTER_KEYS_MAX = 16 };

/* ---- Tools ---- */

void view_text(struct canvas *canvas, int x, int y, int width, enum meaning meaning,
               const char *text)
{
    if (width <= 0)
        return;
    if (canvas_text_width(text) <= width) {
        canvas_text(canvas, x, y, text, width, meaning);
        return;
    }
    canvas_put(canvas, x + canvas_text(canvas, x, y, text, width - 1, meaning), y, 0x2026, meaning);
}

void view_clear(struct canvas *canvas, struct box box)
{
    for (int y = 0; y < box.height; y++)
        for (int x = 0; x < box.width; x++)
            canvas_put(canvas, box.x + x, box.y + y, ' ', MEANING_PLAIN);
}

void view_rule(struct canvas *canvas, struct box box, const char *title, bool focused)
{
    int used = canvas_text_width(title);

    view_text(canvas, box.x + 3, box.y, box.width - 4, focused ? MEANING_TITLE : MEANING_NODE,
              title);
    canvas_put(canvas, box.x + 2, box.y, ' ', MEANING_BORDER);
    if (used + 3 < box.width)
        canvas_put(canvas, box.x + 3 + used, box.y, ' ', MEANING_BORDER);
    canvas_line(canvas, box.x, box.y, box.width, focused ? 0x2550 : 0x2500, MEANING_BORDER);
    if (focused)
        canvas_emphasise(canvas, box.x + 2, box.y, used + 2 < box.width - 2 ? used + 2 : 0,
                         EMPHASIS_SELECTED);
}

/* ---- Bars ---- */

static void draw_header(const struct ui *ui, struct canvas *canvas)
{
    const struct session_run *run = session_run(ui->session, ui->side);
    char place[200], length[VTIME_TEXT_SIZE], far[100];
    int width;

    vtime_format(vtime_scale_for(ui_last_time(ui)), ui->moment.now, length, sizeof(length));
    if (run->part) {
        rest_format(ui, far, sizeof(far));
        snprintf(place, sizeof(place), _("%s  event %" PRIu32 " of %" PRIu32 " so far, %s"), length,
                 ui->moment.event, run->events, far);
    } else if (run->limited)
        snprintf(place, sizeof(place), _("%s  event %" PRIu32 " of ?"), length, ui->moment.event);
    else
        snprintf(place, sizeof(place), _("%s  event %" PRIu32 " of %" PRIu32 "  %s %08" PRIx64),
                 length, ui->moment.event, run->events,
                 ui->side == SESSION_OTHER ? _("what if") : _("run"), run->hash >> 32);
    width = canvas_text_width(place);
    view_text(canvas, ui->width - width, 0, width, MEANING_TIME, place);
    view_text(canvas, 0, 0, ui->width - width - 2, MEANING_TITLE,
              session_title(ui->session)[0] != '\0' ? session_title(ui->session) : "Rung");
    canvas_emphasise(canvas, 0, 0, ui->width, EMPHASIS_SELECTED);
}

static int key_width(const char *name, const char *label)
{
    return canvas_text_width(name) + 1 + canvas_text_width(label) + 2;
}

/* One key of the footer; the columns it takes, or 0 where it does not fit. */
static int draw_key(const struct ui *ui, struct canvas *canvas, int x, const char *name,
                    const char *label)
{
    int name_width = canvas_text_width(name), width = name_width + 1 + canvas_text_width(label);
    int y = ui->height - 1;

    if (x + width > ui->width)
        return 0;
    canvas_text(canvas, x, y, name, name_width, MEANING_KEY);
    canvas_emphasise(canvas, x, y, name_width, EMPHASIS_SELECTED);
    canvas_text(canvas, x + name_width + 1, y, label, ui->width, MEANING_LABEL);
    return width + 2;
}

static bool is_of_playing(int key)
{
    return key == ' ' || key == '+' || key == '-';
}

static bool must_be_seen(int key)
{
    return key == '?' || key == 'q';
}

/* While it plays: how it stops, and how fast it is. */
static int draw_playing(const struct ui *ui, struct canvas *canvas, int x)
{
    char speed[60];

    x += draw_key(ui, canvas, x, key_find(' ')->name, _("stop"));
    snprintf(speed, sizeof(speed), _("speed %d of %d"), ui->speed + 1, UI_SPEEDS);
    return x + draw_key(ui, canvas, x, "+ -", speed);
}

/* The first keys of the table that mean something now; whoever wants to leave
 * finds the way out, however little room there is. */
static void draw_keys(const struct ui *ui, struct canvas *canvas, int x)
{
    const struct key_help *help;
    int kept = 0; /* for those of them that are not drawn yet */

    for (size_t i = 0; (help = key_at(i)) != NULL; i++)
        kept += must_be_seen(help->key) ? key_width(help->name, _(help->label)) : 0;
    for (size_t i = 0; (help = key_at(i)) != NULL; i++) {
        if (help->label[0] == '\0' || !key_is_valid(ui, help) ||
            (ui->playing && is_of_playing(help->key)))
            continue;
        if (must_be_seen(help->key))
            kept -= key_width(help->name, _(help->label));
        if (x + key_width(help->name, _(help->label)) - 2 + kept <= ui->width)
            x += draw_key(ui, canvas, x, help->name, _(help->label));
    }
}

/* Of the page or question in the box. */
static void draw_gate_footer(const struct ui *ui, struct canvas *canvas)
{
    int x = 0;

    if (gates_is_settled(ui->gates, ui->exercise.gate) ||
        ui->gates->exercise->gates[ui->exercise.gate].is_page) {
        x += draw_key(ui, canvas, x, _("Enter"), _("go on"));
    } else {
        view_text(canvas, 0, ui->height - 1, ui->width, MEANING_KEY, _("Type the answer"));
        x = canvas_text_width(_("Type the answer")) + 2;
        x += draw_key(ui, canvas, x, "?", _("hint"));
        x += draw_key(ui, canvas, x, ":pass", _("give it up"));
    }
    x += draw_key(ui, canvas, x, _("Up Down"), _("move"));
    draw_key(ui, canvas, x, "Esc", _("to the ladder"));
}

static void draw_footer(const struct ui *ui, struct canvas *canvas)
{
    const struct pane *pane = ui_pane(ui);
    int x = 0;

    if (ui->overlay == OVERLAY_GATE) {
        draw_gate_footer(ui, canvas);
        return;
    }
    if (ui->overlay != OVERLAY_NONE && ui->overlay != OVERLAY_ABOUT) {
        x += draw_key(ui, canvas, x, _("Up Down"), _("move"));
        if (ui->overlay == OVERLAY_DEEDS || ui->overlay == OVERLAY_BREAKS)
            x += draw_key(ui, canvas, x, _("Enter"),
                          ui->overlay == OVERLAY_DEEDS ? _("on or off") : _("forget"));
        draw_key(ui, canvas, x, "Esc", _("close"));
        return;
    }
    if (pane != NULL && pane->keys != NULL && pane->keys[0] != '\0') {
        view_text(canvas, 0, ui->height - 1, ui->width / 2, MEANING_KEY, _(pane->keys));
        x = canvas_text_width(_(pane->keys)) + 2;
        x = x < ui->width / 2 ? x : ui->width / 2 + 2;
    }
    if (ui->playing)
        x = draw_playing(ui, canvas, x);
    draw_keys(ui, canvas, x);
}

/* What is marked begins, or ends, at the caret, which stands AT. */
static void draw_marked(const struct prompt *prompt, struct canvas *canvas, struct spot at)
{
    char marked[ORDER_TEXT_SIZE];
    int width;

    if (prompt->marked >= prompt->marked_end)
        return;
    snprintf(marked, sizeof(marked), "%.*s", (int)(prompt->marked_end - prompt->marked),
             prompt->text + prompt->marked);
    width = canvas_text_width(marked);
    canvas_emphasise(canvas, prompt->caret == prompt->marked ? at.x : at.x - width, at.y, width,
                     EMPHASIS_SELECTED);
}

static void draw_prompt(const struct ui *ui, struct canvas *canvas, struct spot *spot)
{
    const struct prompt *prompt = &ui->prompt;
    int y = ui->height - 1, width = ui->width - 1, caret;
    const char *text = prompt->text;
    char before[ORDER_TEXT_SIZE];

    snprintf(before, sizeof(before), "%.*s", (int)prompt->caret, text);
    caret = canvas_text_width(before);
    /* Scrolls so that the caret can be seen: whole characters. */
    while (caret >= width && *text != '\0') {
        snprintf(before, sizeof(before), "%.*s", (int)canvas_text_break(text, 1), text);
        caret -= canvas_text_width(before);
        text += strlen(before);
    }
    canvas_put(canvas, 0, y, ':', MEANING_KEY);
    canvas_text(canvas, 1, y, text, width, MEANING_PLAIN);
    draw_marked(prompt, canvas, (struct spot){ 1 + caret, y });
    *spot = (struct spot){ 1 + caret, y };
}

/* What may follow the command that is being typed. */
static bool say_syntax(const struct ui *ui, struct canvas *canvas)
{
    char why[200], text[ORDER_TEXT_SIZE], head[ORDER_TEXT_SIZE];
    const struct order_help *help;
    struct order order;
    size_t column;

    snprintf(head, sizeof(head), "%s", ui->prompt.text);
    head[strspn(head, " ") + strcspn(head + strspn(head, " "), " ")] = '\0';
    (void)order_read(head, &order, why, sizeof(why), &column);
    help = order_help_of(order.verb);
    if (help == NULL)
        return false;
    snprintf(text, sizeof(text), "%s%s%s: %s", help->name, help->argument[0] != '\0' ? " " : "",
             help->argument, _(help->help));
    view_text(canvas, 0, ui->height - 2, ui->width, MEANING_DETAIL, text);
    return true;
}

/* The row above the footer: a message, else what is under the cursor. */
static void draw_says(const struct ui *ui, struct canvas *canvas)
{
    char words[1200];

    if (ui->message.text[0] != '\0') {
        view_text(canvas, 0, ui->height - 2, ui->width,
                  ui->message.is_error ? MEANING_ERROR : MEANING_WHY, ui->message.text);
        return;
    }
    if (ui->prompt.open && say_syntax(ui, canvas))
        return;
    if (ui->moment.record == MOMENT_BEFORE) {
        view_text(canvas, 0, ui->height - 2, ui->width, MEANING_DETAIL,
                  ui->moment.view->capture != NULL
                      ? _("A capture; the states of its hosts are inferred. Right steps forward, "
                          "Left back.")
                  : ui->gates != NULL
                      ? _("Right steps forward, to what the lab tells and asks; Left back.")
                      : _("Nothing has happened yet. Right steps forward, Left back; d drops a "
                          "frame."));
        return;
    }
    view_words(ui, words, sizeof(words));
    view_text(canvas, 0, ui->height - 2, ui->width, MEANING_PLAIN, words);
}

/* ---- The whole ---- */

static void draw_refusal(const struct ui *ui, struct canvas *canvas)
{
    char text[200];
    const char *rest = text;

    snprintf(text, sizeof(text),
             _("Rung needs %d x %d cells, and here are %d x %d. Enlarge the window, or press q."),
             UI_WIDTH_MIN, UI_HEIGHT_MIN, ui->width, ui->height);
    for (int y = 0; *rest != '\0'; y++) {
        char line[sizeof(text)];
        size_t len = canvas_text_break(rest, ui->width);

        snprintf(line, sizeof(line), "%.*s", (int)len, rest);
        canvas_text(canvas, 0, y, line, ui->width, MEANING_PLAIN);
        for (rest += len; *rest == ' ';)
            rest++;
    }
}

static struct spot draw_body(const struct ui *ui, const struct layout *layout,
                             struct canvas *canvas)
{
    struct spot spot = { 0, 0 };

    for (int side = 0; side < SESSION_SIDES; side++) {
        struct box box = layout->ladders[side];
        struct spot at;

        if (box.width == 0 || ui->pictures[side] == NULL)
            continue;
        at = view_ladder(ui, (enum session_side)side, box, canvas);
        if (side == (int)ui->side && ui->focus == 0)
            spot = at;
    }
    for (int i = 0; i < layout->pane_count; i++) {
        int index = ui->maximised ? ui->focus - 1 : ui->shown[i];
        struct spot at = view_pane(ui, index, layout->panes[i], canvas);

        if (index == ui->focus - 1)
            spot = at;
        if (layout->beside)
            canvas_column(canvas, layout->panes[i].x - 1, layout->panes[i].y,
                          layout->panes[i].height, 0x2502, MEANING_BORDER);
    }
    if (layout->summary.height > 0)
        view_summary(ui, layout->summary, canvas);
    return spot;
}

struct spot view(const struct ui *ui, struct canvas *canvas)
{
    struct layout layout = layout_of(ui);
    struct spot spot = { 0, 0 };

    if (layout.too_small || ui->session == NULL) {
        draw_refusal(ui, canvas);
        return spot;
    }
    draw_header(ui, canvas);
    spot = draw_body(ui, &layout, canvas);
    draw_says(ui, canvas);
    if (ui->overlay != OVERLAY_NONE)
        spot = view_overlay(ui, canvas);
    if (ui->prompt.open)
        draw_prompt(ui, canvas, &spot);
    else
        draw_footer(ui, canvas);
    return spot;
}
