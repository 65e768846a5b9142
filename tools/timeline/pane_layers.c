/*
 * pane_layers.c - what happens inside a host during one event, layer by layer
 * and in order: headers that come off and go on, and each layer's decision.
 *
 *      wire  frame 1 arrives
 *      link  the Ethernet header (14 bytes) comes off: 60 -> 46 bytes
 *    > IP    the destination 10.0.0.2 is this host's own address
 *      TCP   LISTEN -> SYN-RECEIVED
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "layers/names.h"
#include "layers/rule.h"
#include "tools/lib/run_connection.h"
#include "tools/lib/text.h"
#include "tools/timeline/pane.h"

enum { WORDS_SIZE = 640, LAYER_COLUMN = 2, WORDS_COLUMN = 8 };

static const char *layer_of(const struct moment *moment, const struct record *record)
{
    switch ((enum record_kind)record->kind) {
    case RECORD_TX:
    case RECORD_RX:
    case RECORD_FATE: return _("wire");
    case RECORD_STATE:
        if (record->what == MACHINE_TCP)
            return "TCP";
        return record->what == MACHINE_ARP_ENTRY ? "ARP" : _("link");
    case RECORD_APP: return _("app");
    case RECORD_VALUE:
    case RECORD_TIMER: return run_connection_of(moment->view, record) ? "TCP" : _("timer");
    case RECORD_LOST:
    case RECORD_WHY:
    case RECORD_KINDS: break;
    }
    switch (rule_layer(record->rule)) {
    case RULE_OF_LINK: return _("link");
    case RULE_OF_ARP: return "ARP";
    case RULE_OF_IP: return "IP";
    case RULE_OF_ICMP: return "ICMP";
    case RULE_OF_UDP: return "UDP";
    case RULE_OF_TCP: return "TCP";
    case RULE_OF_APP: return _("app");
    case RULE_OF_SIM: return _("wire");
    case RULE_OF_NONE:
    case RULE_LAYERS: break;
    }
    return "";
}

/* Values are the connection's pane; a timer that is only set says little. */
static bool is_shown(const struct record *record)
{
    return record->kind != RECORD_VALUE &&
           (record->kind != RECORD_TIMER || record->b == TIMER_FIRED);
}

/* The words without "a: ", for all of it happens in one place. */
static const char *without_node(const struct moment *moment, const struct record *record,
                                const char *words)
{
    const char *name;
    size_t len;

    if (record->node == NODE_NONE)
        return words;
    name = run_node(moment->view, record->node)->name;
    len = strlen(name);
    if (strncmp(words, name, len) != 0)
        return words;
    words += len;
    return words + strspn(words, ": ");
}

static int write_record(const struct moment *moment, struct sheet *sheet, int y, uint32_t index,
                        const struct record *record)
{
    bool here = index == moment->record;
    char words[WORDS_SIZE];
    int start = y;

    moment_words(moment, index, words, sizeof(words));
    sheet_item(sheet, LAYER_COLUMN, y, sheet->width - LAYER_COLUMN, index);
    sheet_text(sheet, 0, y, MEANING_KEY, here ? ">" : "");
    sheet_text(sheet, LAYER_COLUMN, y, MEANING_LABEL, layer_of(moment, record));
    y = sheet_wrap(sheet, WORDS_COLUMN, y, record->kind == RECORD_WHY ? MEANING_WHY : MEANING_PLAIN,
                   without_node(moment, record, words));
    if (here)
        for (int row = start; row < y; row++)
            canvas_emphasise(&sheet->canvas, LAYER_COLUMN, row, sheet->width - LAYER_COLUMN,
                             EMPHASIS_MARKED);
    return y > start ? y : start + 1;
}

void pane_layers_write(const struct moment *moment, const struct pane_state *state,
                       struct sheet *sheet)
{
    const struct trace *trace = moment->view->trace;
    uint16_t node = NODE_NONE;
    int y = 0;

    (void)state;
    if (moment->record == MOMENT_BEFORE || moment->event == 0) {
        sheet_wrap(sheet, 0, 0, MEANING_PLAIN, _("nothing has happened yet: step with Right"));
        return;
    }
    for (uint32_t i = trace_event(trace, moment->event)->first_record;
         i < trace->records.count && y < SHEET_ROWS_MAX - 2; i++) {
        struct record record = trace_read(trace, i);

        if (record.event != moment->event)
            break;
        if (!is_shown(&record))
            continue;
        if (record.node != node && record.node != NODE_NONE) {
            node = record.node;
            sheet_say(sheet, 0, y++, MEANING_NODE, _("inside %s, in this order"),
                      run_node(moment->view, node)->name);
        }
        y = write_record(moment, sheet, y, i, &record);
    }
}
