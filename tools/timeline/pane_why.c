/*
 * pane_why.c - why this happened: what was decided, by which rule, and the
 * chain of causes back to what somebody typed.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "layers/names.h"
#include "layers/rule.h"
#include "layers/wire/dissect.h"
#include "sim/world.h"
#include "tools/lib/capture_run.h"
#include "tools/lib/text.h"
#include "tools/timeline/pane.h"

enum { WORDS_SIZE = 640, CHAIN_MAX = 100, INDENT = 2 };

/* A header that goes on or comes off is the layers' own pane. */
static bool is_of_layers(rule_id rule)
{
    const char *name = rule_get(rule)->name;

    return strstr(name, "_HEADER_ON") != NULL || strstr(name, "_HEADER_OFF") != NULL ||
           strstr(name, "PADD") != NULL;
}

static bool is_checksum(rule_id rule)
{
    return strstr(rule_get(rule)->name, "BAD_CHECKSUM") != NULL;
}

/* Where the reasons for record INDEX begin: behind the frame sent before it in
 * the same event. */
static uint32_t reasons_start(const struct moment *moment, uint32_t index)
{
    const struct trace *trace = moment->view->trace;
    uint32_t start = trace_event_begin(moment->view->trace, trace_read(trace, index).event),
             from = index;

    while (from > start && trace_read(trace, from - 1).kind != RECORD_TX)
        from--;
    return from;
}

static int write_rule(struct sheet *sheet, int y, const struct record *record)
{
    char words[WORDS_SIZE], citation[WORDS_SIZE];
    const char *label = rule_get(record->rule)->label;

    rule_sentence(record->rule, record->a, record->b, words, sizeof(words));
    sheet_item(sheet, INDENT, y, sheet->width - INDENT, 0);
    y = sheet_wrap(sheet, INDENT, y, MEANING_WHY, words);
    if (rule_citation(record->rule, citation, sizeof(citation)) > 0) {
        size_t len = strlen(citation);

        if (label[0] != '\0')
            snprintf(citation + len, sizeof(citation) - len, " (%s)", label);
        y = sheet_wrap(sheet, 2 * INDENT, y, MEANING_CITATION, citation);
    }
    return y;
}

/* A state's change carries its rule, but not that rule's numbers. */
static bool has_reason(const struct record *record)
{
    if (record->rule == RULE_NONE)
        return false;
    return record->kind == RECORD_WHY || record->kind == RECORD_STATE ||
           record->kind == RECORD_LOST || record->kind == RECORD_FATE;
}

/* The layers whose business it is; then those that only carry it. */
static bool carries(rule_id rule)
{
    enum rule_layer layer = rule_layer(rule);

    return layer == RULE_OF_IP || layer == RULE_OF_ARP || layer == RULE_OF_LINK;
}

/* The decisions of the record's host from record FROM to before TO, those of
 * the carriers or those of the others. */
static int write_decisions(const struct moment *moment, struct sheet *sheet, int y, uint32_t from,
                           uint32_t to, bool carriers)
{
    const struct trace *trace = moment->view->trace;
    struct record here = trace_read(trace, moment->record);

    for (uint32_t i = from; i < to; i++) {
        struct record record = trace_read(trace, i);

        if (record.event != here.event)
            break;
        if (record.node == here.node && has_reason(&record) && record.kind != RECORD_FATE &&
            !is_of_layers(record.rule) && carries(record.rule) == carriers)
            y = write_rule(sheet, y, &record);
    }
    return y;
}

static int write_reasons(const struct moment *moment, struct sheet *sheet, int y)
{
    const struct trace *trace = moment->view->trace;
    struct record here = trace_read(trace, moment->record);
    uint32_t from = reasons_start(moment, moment->record), to = moment->record;
    int start;

    /* What arrives was decided elsewhere: here is what it led to. */
    if (here.kind == RECORD_RX) {
        from = moment->record + 1;
        to = trace->records.count;
    }
    sheet_text(sheet, 0, y++, MEANING_LABEL, here.kind == RECORD_RX ? _("and so") : _("because"));
    start = y;
    if (has_reason(&here))
        y = write_rule(sheet, y, &here);
    y = write_decisions(moment, sheet, y, from, to, false);
    y = write_decisions(moment, sheet, y, from, to, true);
    if (y == start)
        y = sheet_wrap(sheet, INDENT, y, MEANING_WHY,
                       moment->view->capture != NULL
                           ? _("a capture tells what was sent, not why")
                           : _("no rule had to decide; see the cause below"));
    return y;
}

/* The frame's checksum, if all frames of its sender are like it. */
static int write_offload(const struct moment *moment, struct sheet *sheet, int y)
{
    struct dissection d;

    run_dissect(moment->view->trace, moment->frame, &d);
    if (d.refused == RULE_NONE || !is_checksum(d.refused))
        return y;
    return sheet_wrap(sheet, INDENT, y, MEANING_IDLE,
                      _("Its checksum is not right, and nobody's fault: the network card puts it "
                        "in behind the capture (offload)."));
}

/* What is against the captured frame, whoever gets it. */
static int write_breaks(const struct moment *moment, struct sheet *sheet, int y)
{
    const struct capture_break *list;
    bool checksum = false;
    uint32_t count;

    if (moment->frame == 0)
        return y;
    list = capture_run_breaks(moment->view->capture, moment->frame, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0)
            sheet_text(sheet, 0, y++, MEANING_LABEL, _("the rules say of this frame"));
        y = write_rule(sheet, y, &(struct record){ .rule = list[i].rule, .a = list[i].a,
                                                   .b = list[i].b });
        if (list[i].other != 0)
            sheet_say(sheet, 2 * INDENT, y++, MEANING_CITATION,
                      _("see frame %" PRIu64 " of the file"), list[i].other);
        checksum = checksum || is_checksum(list[i].rule);
    }
    return checksum ? y : write_offload(moment, sheet, y);
}

static int write_changes(const struct moment *moment, struct sheet *sheet, int y)
{
    const struct trace *trace = moment->view->trace;
    struct record here = trace_read(trace, moment->record);
    char words[WORDS_SIZE];
    bool any = false;

    for (uint32_t i = trace_event_begin(moment->view->trace, here.event); i < trace->records.count;
         i++) {
        struct record record = trace_read(trace, i);

        if (record.event != here.event)
            break;
        if (record.kind != RECORD_VALUE)
            continue;
        if (!any)
            sheet_text(sheet, 0, y++, MEANING_LABEL, _("this event changed"));
        any = true;
        moment_words(moment, i, words, sizeof(words));
        sheet_item(sheet, INDENT, y, sheet->width - INDENT, 0);
        y = sheet_wrap(sheet, INDENT, y, MEANING_CHANGED, words);
    }
    return y;
}

/* What EVENT was, by its first record: an arrival, a timer, a command. */
static int write_cause(const struct moment *moment, struct sheet *sheet, int y, uint32_t event)
{
    const struct trace *trace = moment->view->trace;
    uint32_t first = trace_event_begin(moment->view->trace, event);
    char words[WORDS_SIZE], at[40];
    int x;

    moment_time(trace_event(trace, event)->at, at, sizeof(at));
    sheet_item(sheet, INDENT, y, sheet->width - INDENT, event);
    x = INDENT + sheet_say(sheet, INDENT, y, MEANING_TIME, "%s ", at);
    if (first < trace->records.count && trace_read(trace, first).event == event)
        moment_words(moment, first, words, sizeof(words));
    else
        snprintf(words, sizeof(words), "%s", _("a timer ran out, and nothing was to do"));
    return sheet_wrap(sheet, x, y, MEANING_PLAIN, words);
}

static int write_chain(const struct moment *moment, struct sheet *sheet, int y)
{
    const struct trace *trace = moment->view->trace;
    uint32_t event = trace_read(trace, moment->record).event;

    sheet_text(sheet, 0, y++, MEANING_LABEL, _("caused by"));
    for (unsigned i = 0; event != 0 && i < CHAIN_MAX && y < SHEET_ROWS_MAX - 4; i++) {
        y = write_cause(moment, sheet, y, event);
        event = trace_event(trace, event)->cause;
    }
    if (event != 0)
        sheet_text(sheet, INDENT, y++, MEANING_IDLE, _("... and so on"));
    else
        y = sheet_wrap(sheet, INDENT, y, MEANING_IDLE, _("as the lab's script says"));
    return y;
}

void pane_why_write(const struct moment *moment, const struct pane_state *state,
                    struct sheet *sheet)
{
    char words[WORDS_SIZE];
    int y = 0;

    (void)state;
    if (moment->record == MOMENT_BEFORE) {
        sheet_wrap(sheet, 0, 0, MEANING_PLAIN, _("nothing has happened yet: step with Right"));
        return;
    }
    moment_words(moment, moment->record, words, sizeof(words));
    sheet_item(sheet, 0, y, sheet->width, 0); /* a pane opens where its first item is */
    y = sheet_wrap(sheet, 0, y, MEANING_TITLE, words);
    y = write_reasons(moment, sheet, y);
    y = write_changes(moment, sheet, y);
    if (moment->view->capture != NULL)
        write_breaks(moment, sheet, y);
    else
        write_chain(moment, sheet, y);
}
