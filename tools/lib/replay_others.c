#include <inttypes.h>
#include <string.h>

#include "tools/lib/canvas.h"
#include "tools/lib/replay_summary_parts.h"
#include "tools/lib/text.h"

enum {
    END_SIZE = REPLAY_HOST_SIZE + 8,
    NAMES_SIZE = 2 * END_SIZE + 40,
    NUMBERS_WIDTH = 76, /* columns of a row without its names */
    FIRST_FRAMES = 4,
    NOTES_MAX = 8,
    BREAK_INDENT = 9,
    WORDS_SIZE = 700,
    LINE_SIZE = 80,
};

/* ---- Conversations ---- */

/* "UDP 10.0.0.1:4000 > 10.0.0.2:53"; where the port is a protocol, it is told. */
static void format_names(enum conversation_kind kind, const struct flow_key *key, char *out)
{
    char from[END_SIZE], to[END_SIZE], number[24] = "";

    conversation_format_end(kind, key, 0, from, sizeof(from));
    conversation_format_end(kind, key, 1, to, sizeof(to));
    if (kind == TALK_IP)
        snprintf(number, sizeof(number), _(" protocol %u"), key->end[0].port);
    else if (kind == TALK_ETHERNET && key->end[0].port != 0)
        snprintf(number, sizeof(number), " 0x%04x", key->end[0].port);
    snprintf(out, NAMES_SIZE, "%s%s %s > %s", conversation_kind_name(kind), number, from, to);
}

static void put_row(FILE *out, const char *names, int width, const struct conversation *c,
                    const struct replay_spread *spread)
{
    fprintf(out, "%-*s", width, names);
    replay_put_seconds(out, 5, replay_apart(spread->first_ns, c->first_ns));
    replay_put_seconds(out, 5, replay_apart(c->first_ns, c->last_ns));
    fprintf(out, "  %7" PRIu64 "  %7" PRIu64 "  %12" PRIu64 "  %12" PRIu64 "\n", c->frames[0],
            c->frames[1], c->bytes[0], c->bytes[1]);
}

static void put_block(FILE *out, const char *names, const struct conversation *c,
                      const struct replay_spread *spread, int columns)
{
    char sent[2][LINE_SIZE];

    for (int side = 0; side < 2; side++)
        sentence_format("{a:frames}, {b:bytes}", (int64_t)c->frames[side], (int64_t)c->bytes[side],
                        sent[side], LINE_SIZE);
    replay_put_wrapped(out, names, 2, columns);
    replay_put_when(out, replay_apart(spread->first_ns, c->first_ns),
                    replay_apart(c->first_ns, c->last_ns));
    fprintf(out, "\n  > %s;  < %s\n", sent[0], sent[1]);
}

/* The longest name of all. */
static int names_width(const struct conversations *all)
{
    char names[NAMES_SIZE];
    int width = 0;

    for (unsigned kind = 0; kind < TALK_KINDS; kind++)
        for (uint32_t i = 0; i < all->tables[kind].count; i++) {
            format_names((enum conversation_kind)kind, &all->tables[kind].slots[i]->key, names);
            width = (int)strlen(names) > width ? (int)strlen(names) : width;
        }
    return width;
}

void replay_put_conversations(FILE *out, const struct conversations *all,
                              const struct replay_spread *spread, int columns)
{
    int width = names_width(all);
    bool table = columns >= NUMBERS_WIDTH + width;
    char names[NAMES_SIZE];

    if (all->count == 0)
        return;
    fprintf(out, "\n%s\n",
            _("Other conversations: who began > who was spoken to; bytes of frames"));
    if (table)
        fprintf(out, "%*s  %12s  %12s  %7s  %7s  %12s  %12s\n", width, "", _("begins, s"),
                _("lasts, s"), _("frames>"), _("<frames"), _("bytes>"), _("<bytes"));
    for (unsigned kind = 0; kind < TALK_KINDS; kind++)
        for (uint32_t i = 0; i < all->tables[kind].count && !ferror(out); i++) {
            const struct conversation *c = flow_table_flow(&all->tables[kind], i);

            format_names((enum conversation_kind)kind, &all->tables[kind].slots[i]->key, names);
            if (table)
                put_row(out, names, width, c, spread);
            else
                put_block(out, names, c, spread, columns);
        }
    if (all->rest.frames[0] > 0)
        fprintf(out, _("and %" PRIu64 " frames of others, %" PRIu64 " bytes\n"),
                all->rest.frames[0], all->rest.bytes[0]);
}

/* ---- Breaks of rules ---- */

void replay_put_wrapped(FILE *out, const char *text, int indent, int columns)
{
    bool first = true;

    while (*text != '\0') {
        size_t len = canvas_text_break(text, columns - indent);

        fprintf(out, "%*s%.*s\n", first ? 0 : indent, "", (int)len, text);
        text += len;
        text += strspn(text, " ");
        first = false;
    }
}

/* The first break of RULE that was kept, and the frames of the first few. */
static const struct capture_break *first_of(const struct capture_breaks *breaks, rule_id rule,
                                            char *frames, size_t size)
{
    const struct capture_break *first = NULL;
    size_t len = 0;
    unsigned told = 0;

    for (uint32_t i = 0; i < breaks->count && told < FIRST_FRAMES; i++)
        if (breaks->list[i].rule == rule && len < size) {
            len += (size_t)snprintf(frames + len, size - len, "%s%" PRIu64, told > 0 ? ", " : "",
                                    breaks->list[i].frame);
            first = first == NULL ? &breaks->list[i] : first;
            told++;
        }
    return first;
}

static void put_break(FILE *out, const struct capture_breaks *breaks, rule_id rule, int columns)
{
    char words[WORDS_SIZE], frames[128];
    const struct capture_break *first = first_of(breaks, rule, frames, sizeof(frames));
    size_t len;

    if (first == NULL)
        return;
    len = capture_break_format(first, words, sizeof(words));
    if (len < sizeof(words))
        snprintf(words + len, sizeof(words) - len, "%s%s%s",
                 breaks->counts[rule] == 1 ? _("; frame ") : _("; frames "), frames,
                 breaks->counts[rule] > FIRST_FRAMES ? " ..." : "");
    fprintf(out, "%7" PRIu64 "  ", breaks->counts[rule]);
    replay_put_wrapped(out, words, BREAK_INDENT, columns);
}

/* Each host's own, up to a limit. */
static void put_notes(FILE *out, const struct capture_breaks *breaks, rule_id rule, int columns)
{
    char words[WORDS_SIZE];
    unsigned told = 0;

    for (uint32_t i = 0; i < breaks->count && told < NOTES_MAX; i++)
        if (breaks->list[i].rule == rule) {
            size_t len = capture_break_format(&breaks->list[i], words, sizeof(words));

            if (len < sizeof(words))
                snprintf(words + len, sizeof(words) - len, _("; frame %" PRIu64),
                         breaks->list[i].frame);
            fputs("  ", out);
            replay_put_wrapped(out, words, 2, columns);
            told++;
        }
    if (breaks->counts[rule] > told)
        fprintf(out, _("  and %" PRIu64 " more of this\n"), breaks->counts[rule] - told);
}

static void put_section(FILE *out, const struct capture_breaks *breaks, bool notes,
                        const char *heading, int columns)
{
    bool any = false;

    for (rule_id rule = 0; rule < RULE_COUNT; rule++) {
        if (breaks->counts[rule] == 0 || capture_break_is_note(rule) != notes)
            continue;
        if (!any)
            fprintf(out, "\n%s\n", heading);
        any = true;
        (notes ? put_notes : put_break)(out, breaks, rule, columns);
    }
}

void replay_put_breaks(FILE *out, const struct capture_breaks *breaks, int columns)
{
    put_section(out, breaks, false, _("Breaks of rules: how many, what, and the first frames"),
                columns);
    put_section(out, breaks, true, _("Worth knowing"), columns);
}
