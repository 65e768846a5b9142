/*
 * The last words of a ladder: when it ended, what the wires carried and
 * what was lost, and why.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/rule.h"
#include "layers/wire/text.h"
#include "tools/lib/ladder_core.h"
#include "tools/lib/text.h"

enum { TALLY_LINKS_SHOWN = 20 };

bool ladder_tally_open(struct ladder_tally *tally, const struct run_view *view)
{
    size_t links = (size_t)view->world->link_count + 1;

    memset(tally, 0, sizeof(*tally));
    tally->carried = calloc(links, sizeof(tally->carried[0]));
    tally->lost = calloc(links, sizeof(tally->lost[0]));
    tally->refused = calloc(links, sizeof(tally->refused[0]));
    tally->causes = calloc(RULE_COUNT, sizeof(tally->causes[0]));
    return tally->carried != NULL && tally->lost != NULL && tally->refused != NULL &&
           tally->causes != NULL;
}

void ladder_tally_close(struct ladder_tally *tally)
{
    free(tally->carried);
    free(tally->lost);
    free(tally->refused);
    free(tally->causes);
    memset(tally, 0, sizeof(*tally));
}

static void add_cause(struct ladder_cause *cause, const struct record *record)
{
    if (cause->count++ == 0) {
        cause->a = record->a;
        cause->b = record->b;
        return;
    }
    cause->a_differs = cause->a_differs || cause->a != record->a;
    cause->b_differs = cause->b_differs || cause->b != record->b;
}

void ladder_tally_add(struct ladder_tally *tally, const struct trace *trace, uint32_t index)
{
    struct record record = trace_read(trace, index);

    if (record.kind == RECORD_TX) {
        tally->carried[record.what]++;
        tally->frames++;
    }
    if (record.kind != RECORD_LOST)
        return;
    add_cause(&tally->causes[record.rule], &record);
    if (run_loss_place(&record) == RUN_LOST_ON_WIRE)
        tally->lost[record.what]++;
    else if (run_loss_place(&record) == RUN_LOST_BEFORE_WIRE)
        tally->refused[record.what]++;
}

static void draw_line(struct ladder *l, const char *label, const char *text, enum meaning meaning)
{
    struct canvas *canvas = &l->rows.canvas;
    int indent = canvas_text_width(label);

    canvas_text(canvas, 0, 0, label, l->layout.width, MEANING_DETAIL);
    do {
        char line[2 * LADDER_TEXT_SIZE];
        size_t len = canvas_text_break(text, l->layout.width - indent);

        snprintf(line, sizeof(line), "%.*s", (int)len, text);
        canvas_text(canvas, indent, 0, line, l->layout.width, meaning);
        ladder_put_row(l, 0);
        for (text += len; *text == ' ';)
            text++;
    } while (*text != '\0');
}

static const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

static void draw_links(struct ladder *l)
{
    const struct world *world = l->view->world;
    uint32_t shown = 0, used = 0;
    char text[LADDER_TEXT_SIZE];

    for (uint32_t i = 0; i < world->link_count; i++) {
        uint32_t carried = l->tally.carried[i], lost = l->tally.lost[i];
        uint32_t refused = l->tally.refused[i];

        if (carried == 0 && lost == 0 && refused == 0)
            continue;
        if (used++ >= TALLY_LINKS_SHOWN)
            continue;
        snprintf(text, sizeof(text), _("%s: %" PRIu32 " frame%s, %" PRIu32 " lost on it"),
                 world->links[i]->name, carried, plural(carried), lost);
        if (refused > 0)
            snprintf(text + strlen(text), sizeof(text) - strlen(text),
                     _(", %" PRIu32 " lost in front of it"), refused);
        draw_line(l, shown++ == 0 ? _("carried  ") : "         ", text, MEANING_PLAIN);
    }
    if (used > shown) {
        snprintf(text, sizeof(text), _("... and %" PRIu32 " more links"), used - shown);
        draw_line(l, "         ", text, MEANING_PLAIN);
    }
}

/* The placeholder at AT is of an integer that was not always the same. */
static bool differs(const struct ladder_cause *cause, const char *at)
{
    return (at[1] == 'a' && cause->a_differs) || (at[1] == 'b' && cause->b_differs);
}

/* "...", or "... bytes" for what is counted, in place of {a:bytes}. */
static void put_unknown(struct text *t, const char *at)
{
    const char *form = strpbrk(at, ":}") + 1;

    text_put(t, "...");
    if (sentence_form_counts(form))
        text_format(t, " %.*s", (int)strcspn(form, "}"), form);
}

/* Characters of " (3 messages waiting)" at AT, if not all cases have the same
 * integers there; else 0. */
static size_t differing_group(const struct ladder_cause *cause, const char *at)
{
    size_t len = strcspn(at, ")");

    if (at[0] != ' ' || at[1] != '(' || at[len] != ')')
        return 0;
    for (size_t i = 0; i < len; i++)
        if (at[i] == '{' && differs(cause, at + i))
            return len + 1;
    return 0;
}

/* A rule's sentence as it holds for all its cases. */
static void common_sentence(rule_id rule, const struct ladder_cause *cause, char *out, size_t size)
{
    const char *at = rule_get(rule)->sentence;
    char pattern[LADDER_TEXT_SIZE];
    struct text t = text_begin(pattern, sizeof(pattern));

    while (*at != '\0') {
        size_t group = differing_group(cause, at);

        if (group > 0) {
            at += group;
        } else if (*at == '{' && differs(cause, at) && strchr(at, '}') != NULL) {
            put_unknown(&t, at);
            at = strchr(at, '}') + 1;
        } else {
            text_char(&t, *at++);
        }
    }
    sentence_format(pattern, cause->a, cause->b, out, size);
}

/* A second copy of what is here already is no loss. */
static bool is_harmless(rule_id rule)
{
    return rule == RULE_REASSEMBLY_DUPLICATE;
}

static void draw_causes(struct ladder *l, bool harmless, const char *label)
{
    char sentence[LADDER_TEXT_SIZE], start[64];

    for (rule_id rule = 0; rule < RULE_COUNT; rule++) {
        const struct ladder_cause *cause = &l->tally.causes[rule];

        if (cause->count == 0 || is_harmless(rule) != harmless)
            continue;
        common_sentence(rule, cause, sentence, sizeof(sentence));
        snprintf(start, sizeof(start), "%s%" PRIu32 "  ", label, cause->count);
        draw_line(l, start, sentence, harmless ? MEANING_FATE : MEANING_LOST);
        label = "         ";
    }
}

void ladder_tally_draw(struct ladder *l)
{
    char time[VTIME_TEXT_SIZE], text[LADDER_TEXT_SIZE], flying[64] = "";
    uint64_t frames = l->tally.frames;

    if (l->view->blanks != NULL)
        return; /* they would be told here */
    vtime_format(l->layout.scale, l->now, time, sizeof(time));
    if (l->flights.live > 0)
        snprintf(flying, sizeof(flying), _(", %zu still in flight"), l->flights.live);
    snprintf(text, sizeof(text), _("%s, %" PRIu64 " frame%s%s"), time, frames, plural(frames),
             flying);
    ladder_put_row(l, 0);
    draw_line(l, l->view->goes_on ? _("so far   ") : _("end      "), text, MEANING_PLAIN);
    draw_links(l);
    draw_causes(l, false, _("lost     "));
    draw_causes(l, true, _("ignored  "));
}
