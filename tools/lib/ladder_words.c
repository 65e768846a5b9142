#include "tools/lib/ladder_words.h"

#include <stdio.h>
#include <string.h>

#include "layers/names.h"
#include "layers/rule.h"
#include "layers/state.h"
#include "layers/wire/summary.h"
#include "tools/lib/text.h"

static enum meaning meaning_of(const struct dissection *d)
{
    enum meaning meaning = MEANING_OTHER;

    for (size_t i = 0; i < d->count; i++) {
        if (d->layers[i].quoted)
            break;
        switch (d->layers[i].kind) {
        case LAYER_ARP: return MEANING_ARP;
        case LAYER_ICMP: return MEANING_ICMP;
        case LAYER_UDP: return MEANING_UDP;
        case LAYER_TCP: return MEANING_TCP;
        case LAYER_IPV4: meaning = MEANING_IP; break;
        case LAYER_ETHERNET:
        case LAYER_VLAN:
        case LAYER_DATA: break;
        }
    }
    return meaning;
}

void ladder_facts(const struct run_view *view, uint32_t frame, struct ladder_facts *facts)
{
    struct span bytes = trace_frame_bytes(view->trace, frame);
    struct dissection d;

    dissect(&d, bytes, bytes.len, LAYER_ETHERNET);
    summary_format(&d, facts->full, sizeof(facts->full));
    summary_format_short(&d, facts->brief, sizeof(facts->brief));
    facts->meaning = meaning_of(&d);
}

static void say_state(const struct run_view *view, const struct record *record,
                      struct ladder_note *note)
{
    char subject[IPV4_TEXT_SIZE];
    const char *new = state_name((int)record->b);

    note->meaning = MEANING_STATE;
    if (record->what == MACHINE_ARP_ENTRY) {
        ipv4_format(record->subject, subject, sizeof(subject));
        snprintf(note->text, sizeof(note->text), "ARP %s %s", subject, new);
    } else if (record->what == MACHINE_LINK && record->subject < view->world->link_count) {
        snprintf(note->text, sizeof(note->text), "%s %s",
                 view->world->links[record->subject]->name, new);
    } else {
        snprintf(note->text, sizeof(note->text), "%s %s", machine_name(record->what)->name, new);
    }
}

static void say_rule(const struct record *record, struct ladder_note *note)
{
    rule_sentence(record->rule, record->a, record->b, note->text, sizeof(note->text));
}

static void say_why(const struct record *record, struct ladder_note *note)
{
    char citation[LADDER_TEXT_SIZE];
    size_t len;

    note->meaning = MEANING_WHY;
    note->mark = 0x25e6; /* white bullet */
    say_rule(record, note);
    if (rule_citation(record->rule, citation, sizeof(citation)) == 0)
        return;
    len = strlen(note->text);
    snprintf(note->text + len, sizeof(note->text) - len, " (%s)", citation);
}

void ladder_note(const struct run_view *view, const struct record *record,
                 struct ladder_note *note)
{
    note->text[0] = '\0';
    note->mark = 0x25cf; /* black circle */
    note->meaning = MEANING_PLAIN;
    switch ((enum record_kind)record->kind) {
    case RECORD_LOST:
        note->meaning = MEANING_LOST;
        note->mark = 'x';
        say_rule(record, note);
        break;
    case RECORD_FATE:
        note->meaning = MEANING_FATE;
        note->mark = '~';
        say_rule(record, note);
        break;
    case RECORD_WHY:
        say_why(record, note);
        break;
    case RECORD_STATE:
        say_state(view, record, note);
        break;
    case RECORD_APP:
        note->meaning = MEANING_APP;
        sentence_format(app_name(record->what)->text, record->a, record->b, note->text,
                        sizeof(note->text));
        break;
    case RECORD_TX:
    case RECORD_RX:
    case RECORD_VALUE:
    case RECORD_TIMER:
    case RECORD_KINDS:
        break;
    }
}
