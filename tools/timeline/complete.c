/*
 * complete.c - Tab on the command line: which words may stand here.
 */
#include "tools/timeline/ui.h"

#include <stdio.h>
#include <string.h>

#include "layers/command.h"
#include "layers/state.h"
#include "tools/lib/lab.h"
#include "tools/lib/simulation_names.h"

/* What has been offered so far for the word at WORD, of LEN bytes. */
struct offers {
    const char *word;
    size_t len;
    char common[ORDER_TEXT_SIZE]; /* what all that fit begin with */
    size_t count, wanted;         /* of those that fit, the one to put in; 0: what is certain */
    char pick[ORDER_TEXT_SIZE];
    char *list;
    size_t size, used;
};

static void offer(struct offers *o, const char *text)
{
    size_t same = 0;

    if (strncmp(text, o->word, o->len) != 0)
        return;
    while (o->count > 0 && text[same] != '\0' && text[same] == o->common[same])
        same++;
    if (o->count + 1 == o->wanted)
        snprintf(o->pick, sizeof(o->pick), "%s", text);
    if (o->count++ == 0)
        snprintf(o->common, sizeof(o->common), "%s", text);
    else
        o->common[same] = '\0';
    if (o->used < o->size)
        o->used += (size_t)snprintf(o->list + o->used, o->size - o->used, "%s%s",
                                    o->used > 0 ? "  " : "", text);
}

static void offer_names(struct offers *o, const struct ui *ui, bool nodes, bool links,
                        const char *end)
{
    const struct world *world = ui->moment.view->world;
    char name[ORDER_TARGET_SIZE];

    for (uint32_t i = 0; nodes && i < world->node_count; i++) {
        snprintf(name, sizeof(name), "%s%s", world->nodes[i]->name, end);
        offer(o, name);
    }
    for (uint32_t i = 0; links && i < world->link_count; i++) {
        snprintf(name, sizeof(name), "%s%s", world->links[i]->name, end);
        offer(o, name);
    }
}

/* The commands that the host or link called by the LEN bytes at NAME takes. */
static void offer_commands(struct offers *o, const struct ui *ui, const char *name, size_t len)
{
    const struct lab *lab = session_run(ui->session, ui->side)->lab;
    const struct command_help *help;
    struct simulation_target target = { .lab = lab };

    if (lab == NULL || !simulation_find_target(&target, name, len))
        return;
    for (size_t i = 0; (help = command_at(i)) != NULL; i++)
        if (help->targets & 1u << simulation_scope(&target).target)
            offer(o, help->name);
    if (target.kind == LAB_TARGET_NODE)
        offer_names(o, ui, true, false, "");
}

static void offer_arguments(struct offers *o, const struct ui *ui, enum verb verb)
{
    static const char *const themes[] = { "dark", "light", "contrast", "plain" };
    static const char *const kinds[] = { "arp", "icmp", "udp", "tcp" };

    if (verb == ORDER_PANE)
        for (int i = 0; i < ui_pane_count(); i++)
            offer(o, panes[i].name);
    for (size_t i = 0; verb == ORDER_THEME && i < ARRAY_LEN(themes); i++)
        offer(o, themes[i]);
    for (size_t i = 0; (verb == ORDER_HIDE || verb == ORDER_SHOW) && i < ARRAY_LEN(kinds); i++)
        offer(o, kinds[i]);
    if (verb == ORDER_HIDE || verb == ORDER_SHOW || verb == ORDER_ONLY)
        offer(o, "connection");
    if (verb == ORDER_MOUSE || verb == ORDER_FOCUS) {
        offer(o, verb == ORDER_MOUSE ? "on" : "next");
        offer(o, verb == ORDER_MOUSE ? "off" : "back");
    }
    if (verb == ORDER_GO) {
        offer(o, "event");
        offer(o, "frame");
        for (int state = STATE_TCP_LISTEN; state <= STATE_TCP_CLOSED; state++)
            offer(o, state_name(state));
    }
    if (verb == ORDER_GO || verb == ORDER_HIDE || verb == ORDER_SHOW || verb == ORDER_HOST)
        offer_names(o, ui, true, false, "");
    for (size_t i = 0; verb == ORDER_TASK && ui->gates != NULL &&
                       i < ui->gates->exercise->lab->task_count;
         i++)
        offer(o, ui->gates->exercise->lab->tasks[i].name);
    if (verb == ORDER_BREAK)
        offer_names(o, ui, true, true, ".");
}

static void offer_first(struct offers *o, const struct ui *ui)
{
    for (size_t i = 0; order_at(i) != NULL; i++)
        offer(o, order_at(i)->name);
    offer_names(o, ui, true, true, ":");
}

/* Puts WORD, and a space behind the only one, in the place of the LEN bytes before
 * the caret. */
static void put(struct prompt *prompt, size_t len, const char *word, bool only)
{
    char rest[ORDER_TEXT_SIZE];
    size_t from = prompt->caret - len;

    snprintf(rest, sizeof(rest), "%s", prompt->text + prompt->caret);
    only = only && rest[0] == '\0';
    snprintf(prompt->text + from, sizeof(prompt->text) - from, "%s%s%s", word, only ? " " : "",
             rest);
    prompt->caret = from + strlen(word) + only;
    if (prompt->caret > strlen(prompt->text))
        prompt->caret = strlen(prompt->text);
}

/* Tab again: the word of before in the place of what was put in. */
static void go_round(struct prompt *prompt)
{
    if (prompt->tabs > 0)
        put(prompt, prompt->caret - prompt->stem_at, prompt->stem, false);
}

/* What becomes of the word: the whole of the only one, what all have in common,
 * or at each Tab more another of them. */
static void settle(struct prompt *prompt, struct offers *o)
{
    if (o->count == 0)
        return;
    if (o->wanted == 0)
        snprintf(prompt->stem, sizeof(prompt->stem), "%s", o->common);
    prompt->stem_at = prompt->caret - o->len;
    put(prompt, o->len, o->wanted > 0 ? o->pick : o->common, o->count == 1);
    prompt->tabs = o->count > 1 ? o->wanted % o->count + 1 : 0;
    if (o->count == 1)
        o->list[0] = '\0';
}

void prompt_complete(struct ui *ui, char *list, size_t size)
{
    struct prompt *prompt = &ui->prompt;
    struct offers o = { .list = list, .size = size };
    char why[200], head[ORDER_TEXT_SIZE];
    size_t start, at, first, column;
    struct order order;

    list[0] = '\0';
    go_round(prompt);
    at = prompt->caret;
    start = strspn(prompt->text, " ");
    first = start + strcspn(prompt->text + start, " :");
    if (ui->moment.view == NULL || at < start)
        return;
    if (at > first && prompt->text[first] == ':' && at > first + 1)
        start = first + 1 + strspn(prompt->text + first + 1, " ");
    while (at > start && prompt->text[at - 1] != ' ')
        at--;
    o.wanted = prompt->tabs;
    o.word = prompt->text + at;
    o.len = prompt->caret - at;
    if (prompt->text[first] == ':' && prompt->caret > first) {
        offer_commands(&o, ui, prompt->text + strspn(prompt->text, " "),
                       first - strspn(prompt->text, " "));
    } else if (prompt->caret <= first) {
        offer_first(&o, ui);
    } else {
        snprintf(head, sizeof(head), "%.*s x", (int)first, prompt->text);
        if (order_read(head, &order, why, sizeof(why), &column))
            offer_arguments(&o, ui, order.verb);
    }
    settle(prompt, &o);
}
