/*
 * The last words of a ladder: when it ended, what the wires carried and
 * what was lost, and why.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/rule.h"
#include "tools/lib/ladder_core.h"
#include "tools/lib/text.h"

enum { TALLY_LINKS_SHOWN = 20 };

bool ladder_tally_open(struct ladder_tally *tally, const struct run_view *view)
{
    size_t links = (size_t)view->world->link_count + 1;

    memset(tally, 0, sizeof(*tally));
    tally->carried = calloc(links, sizeof(tally->carried[0]));
    tally->lost = calloc(links, sizeof(tally->lost[0]));
    tally->causes = calloc(RULE_COUNT, sizeof(tally->causes[0]));
    return tally->carried != NULL && tally->lost != NULL && tally->causes != NULL;
}

void ladder_tally_close(struct ladder_tally *tally)
{
    free(tally->carried);
    free(tally->lost);
    free(tally->causes);
    memset(tally, 0, sizeof(*tally));
}

void ladder_tally_add(struct ladder_tally *tally, const struct record *record)
{
    if (record->kind == RECORD_TX) {
        tally->carried[record->what]++;
        tally->frames++;
    }
    if (record->kind != RECORD_LOST)
        return;
    tally->causes[record->rule]++;
    if (run_loss_place(record) != RUN_LOST_IN_NODE)
        tally->lost[record->what]++;
}

static void print_line(struct ladder *l, const char *label, const char *text, enum meaning meaning)
{
    struct canvas *canvas = &l->rows.canvas;
    int indent = canvas_text_width(label);

    canvas_text(canvas, 0, 0, label, l->layout.width, MEANING_DETAIL);
    do {
        char line[2 * LADDER_TEXT_SIZE];
        size_t len = canvas_text_break(text, l->layout.width - indent);

        snprintf(line, sizeof(line), "%.*s", (int)len, text);
        canvas_text(canvas, indent, 0, line, l->layout.width, meaning);
        canvas_print_row(canvas, 0, l->how, l->out);
        canvas_clear(canvas, 0, 1);
        for (text += len; *text == ' ';)
            text++;
    } while (*text != '\0');
}

static const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

static void print_links(struct ladder *l)
{
    const struct world *world = l->view->world;
    uint32_t shown = 0, used = 0;
    char text[LADDER_TEXT_SIZE];

    for (uint32_t i = 0; i < world->link_count; i++) {
        uint32_t carried = l->tally.carried[i], lost = l->tally.lost[i];

        if (carried == 0 && lost == 0)
            continue;
        if (used++ >= TALLY_LINKS_SHOWN)
            continue;
        snprintf(text, sizeof(text), _("%s: %" PRIu32 " frame%s, %" PRIu32 " lost"),
                 world->links[i]->name, carried, plural(carried), lost);
        print_line(l, shown++ == 0 ? _("carried  ") : "         ", text, MEANING_PLAIN);
    }
    if (used > shown) {
        snprintf(text, sizeof(text), _("... and %" PRIu32 " more links"), used - shown);
        print_line(l, "         ", text, MEANING_PLAIN);
    }
}

/* A rule's sentence as it holds for all its cases: without their integers. */
static void common_sentence(rule_id rule, char *out, size_t size)
{
    const char *at = rule_get(rule)->sentence;
    size_t len = 0;

    while (*at != '\0' && len + 2 < size) {
        size_t group = strcspn(at, ")");

        if (at[0] == ' ' && at[1] == '(' && memchr(at, '{', group) != NULL && at[group] == ')') {
            at += group + 1;
        } else if (*at == '{') {
            out[len++] = 'N';
            at += strcspn(at, "}");
            at += *at == '}';
        } else {
            out[len++] = *at++;
        }
    }
    out[len] = '\0';
}

static void print_causes(struct ladder *l)
{
    char sentence[LADDER_TEXT_SIZE], text[LADDER_TEXT_SIZE + 32];
    bool first = true;

    for (rule_id rule = 0; rule < RULE_COUNT; rule++) {
        if (l->tally.causes[rule] == 0)
            continue;
        common_sentence(rule, sentence, sizeof(sentence));
        snprintf(text, sizeof(text), "%" PRIu32 "  %s", l->tally.causes[rule], sentence);
        print_line(l, first ? _("lost     ") : "         ", text, MEANING_LOST);
        first = false;
    }
}

void ladder_tally_print(struct ladder *l)
{
    char time[VTIME_TEXT_SIZE], text[LADDER_TEXT_SIZE], flying[64] = "";
    uint64_t frames = l->tally.frames;

    vtime_format(l->layout.scale, l->now, time, sizeof(time));
    if (l->flights.live > 0)
        snprintf(flying, sizeof(flying), _(", %zu still in flight"), l->flights.live);
    snprintf(text, sizeof(text), _("%s, %" PRIu64 " frame%s%s"), time, frames, plural(frames),
             flying);
    putc('\n', l->out);
    print_line(l, _("end      "), text, MEANING_PLAIN);
    print_links(l);
    print_causes(l);
}
