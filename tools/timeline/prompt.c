/*
 * prompt.c - the command line: typing, history. Completion: complete.c.
 */
#include "tools/timeline/ui.h"

#include <stdio.h>
#include <string.h>

#include "tools/lib/text.h"
#include "tools/lib/utf8.h"

static void set_text(struct prompt *prompt, const char *text)
{
    if (text != prompt->text)
        snprintf(prompt->text, sizeof(prompt->text), "%s", text);
    prompt->caret = strlen(prompt->text);
}

void prompt_ask(struct ui *ui, const char *text, const char *offered)
{
    struct prompt *prompt = &ui->prompt;
    char whole[ORDER_TEXT_SIZE];

    memset(prompt, 0, sizeof(*prompt));
    prompt->open = true;
    snprintf(whole, sizeof(whole), "%s%s", text, offered);
    set_text(prompt, whole);
    prompt->marked = strlen(text);
    prompt->marked_end = prompt->caret;
}

void prompt_correct(struct ui *ui, size_t at)
{
    struct prompt *prompt = &ui->prompt;
    size_t len = strlen(prompt->text);

    prompt->open = true;
    prompt->caret = at < len ? at : len;
    prompt->marked = prompt->caret;
    prompt->marked_end = prompt->caret + strcspn(prompt->text + prompt->caret, " ");
}

/* The byte where the character before, or after, the caret begins. */
static size_t before_caret(const struct prompt *prompt)
{
    size_t at = prompt->caret;

    while (at > 0 && ((uint8_t)prompt->text[--at] & 0xc0) == 0x80)
        ;
    return at;
}

static size_t after_caret(const struct prompt *prompt)
{
    size_t at = prompt->caret;

    if (prompt->text[at] == '\0')
        return at;
    while (((uint8_t)prompt->text[++at] & 0xc0) == 0x80)
        ;
    return at;
}

static void erase(struct prompt *prompt, size_t from, size_t to)
{
    memmove(prompt->text + from, prompt->text + to, strlen(prompt->text + to) + 1);
    prompt->caret = from;
}

static void erase_word(struct prompt *prompt)
{
    size_t at = prompt->caret;

    while (at > 0 && prompt->text[at - 1] == ' ')
        at--;
    while (at > 0 && prompt->text[at - 1] != ' ')
        at--;
    erase(prompt, at, prompt->caret);
}

static bool is_character(int key)
{
    return key < K_LEFT && utf8_is_printable((uint32_t)key); /* from there on they are names */
}

static void insert(struct prompt *prompt, int key)
{
    char bytes[5];
    size_t len = utf8_encode((uint32_t)key, bytes), rest = strlen(prompt->text + prompt->caret);

    if (!is_character(key) || prompt->caret + rest + len >= sizeof(prompt->text))
        return;
    memmove(prompt->text + prompt->caret + len, prompt->text + prompt->caret, rest + 1);
    memcpy(prompt->text + prompt->caret, bytes, len);
    prompt->caret += len;
}

/* ---- History ---- */

static void recall(struct ui *ui, bool older)
{
    struct prompt *prompt = &ui->prompt;
    size_t at = prompt->from_history;

    if (older ? at >= ui->history_count : at == 0)
        return;
    if (at == 0)
        snprintf(prompt->typed, sizeof(prompt->typed), "%s", prompt->text);
    at = older ? at + 1 : at - 1;
    prompt->from_history = at;
    set_text(prompt, at == 0 ? prompt->typed : ui->history[ui->history_count - at]);
}

static void remember(struct ui *ui, const char *text)
{
    if (ui->history_count > 0 && strcmp(ui->history[ui->history_count - 1], text) == 0)
        return;
    if (ui->history_count == UI_HISTORY_MAX) {
        memmove(ui->history[0], ui->history[1], sizeof(ui->history) - sizeof(ui->history[0]));
        ui->history_count--;
    }
    snprintf(ui->history[ui->history_count++], ORDER_TEXT_SIZE, "%s", text);
}

/* ---- Keys ---- */

static bool enter(struct ui *ui, struct order *order)
{
    struct prompt *prompt = &ui->prompt;
    char why[200];
    size_t column;

    prompt->open = false;
    if (prompt->text[strspn(prompt->text, " ")] == '\0')
        return false;
    remember(ui, prompt->text);
    if (order_read(prompt->text, order, why, sizeof(why), &column)) {
        prompt->sent = true;
        return true;
    }
    order->verb = ORDER_NONE;
    ui_refuse(ui, 0, "%s", why);
    prompt_correct(ui, column);
    return false;
}

static void complete(struct ui *ui)
{
    char list[ORDER_TEXT_SIZE];

    prompt_complete(ui, list, sizeof(list));
    if (list[0] != '\0')
        ui_say(ui, "%s", list);
}

/* What is marked goes, if KEY types or erases; any other key lets it be a part
 * of the line as all else. True: that is all that KEY does. */
static bool press_marked(struct prompt *prompt, int key)
{
    size_t from = prompt->marked, to = prompt->marked_end;
    bool erases = key == K_BACKSPACE || key == K_DELETE || key == K_CTRL_W;

    if (from >= to)
        return false;
    prompt->marked = prompt->marked_end = 0;
    if (!erases && key != K_CTRL_U && !is_character(key))
        return false;
    erase(prompt, from, to);
    return erases;
}

/* What the letters with Ctrl are in a shell's line, too. */
static int plain_key(int key)
{
    switch (key) {
    case K_CTRL_A: return K_HOME;
    case K_CTRL_B: return K_LEFT;
    case K_CTRL_D: return K_DELETE;
    case K_CTRL_E: return K_END;
    case K_CTRL_F: return K_RIGHT;
    case K_CTRL_G: return K_ESC;
    case K_CTRL_H: return K_BACKSPACE;
    case K_CTRL_N: return K_DOWN;
    case K_CTRL_P: return K_UP;
    default: return key;
    }
}

bool prompt_press(struct ui *ui, int key, struct order *order)
{
    struct prompt *prompt = &ui->prompt;

    key = plain_key(key);
    if (press_marked(prompt, key))
        return false;
    if (key != K_TAB)
        prompt->tabs = 0;
    switch (key) {
    case K_ENTER: return enter(ui, order);
    case K_ESC: prompt->open = false; break;
    case K_TAB: complete(ui); break;
    case K_UP: recall(ui, true); break;
    case K_DOWN: recall(ui, false); break;
    case K_LEFT: prompt->caret = before_caret(prompt); break;
    case K_RIGHT: prompt->caret = after_caret(prompt); break;
    case K_HOME: prompt->caret = 0; break;
    case K_END: prompt->caret = strlen(prompt->text); break;
    case K_DELETE: erase(prompt, prompt->caret, after_caret(prompt)); break;
    case K_CTRL_K: prompt->text[prompt->caret] = '\0'; break;
    case K_CTRL_L: ui->redraw = true; break;
    case K_CTRL_U: erase(prompt, 0, prompt->caret); break;
    case K_CTRL_W: erase_word(prompt); break;
    case K_BACKSPACE:
        if (prompt->text[0] == '\0')
            prompt->open = false;
        else
            erase(prompt, before_caret(prompt), prompt->caret);
        break;
    default: insert(prompt, key);
    }
    return false;
}
