/*
 * The words of the ladder without what is to be filled in.
 */
#include <stdio.h>

#include "tools/lib/ladder_blanks.h"
#include "tools/lib/ladder_words.h"

unsigned ladder_hidden_fields(const struct run_view *view, uint32_t frame,
                              const struct tcp_segment *s)
{
    const struct {
        int64_t value;
        unsigned bit;
    } fields[] = {
        { s->header->sequence - s->base, BLANK_SEQ },
        { s->header->acknowledgment - s->acked_base, BLANK_ACK },
        { s->window, BLANK_WIN },
        { s->len, BLANK_LEN },
    };
    uint32_t event = trace_frame(view->trace, frame)->event;
    unsigned bits = ladder_blanks_of_frame(view->blanks, frame);

    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        if (ladder_blanks_hides_number(view->blanks, event, fields[i].value))
            bits |= fields[i].bit;
    return bits;
}

/* The colour of what is blank would tell, too. */
void ladder_blank_facts(const struct run_view *view, uint32_t frame, struct ladder_facts *facts,
                        char *text, size_t size)
{
    if (view->blanks == NULL)
        return;
    ladder_blanks_clean(view->blanks, frame, trace_frame(view->trace, frame)->event, text, size);
    if ((ladder_blanks_of_frame(view->blanks, frame) & BLANK_WHOLE) == 0)
        return;
    snprintf(text, size, "%s", LADDER_BLANK);
    facts->meaning = MEANING_OTHER;
    facts->damaged = false;
}

void ladder_blank_note(const struct run_view *view, uint32_t index, const struct record *record,
                       struct ladder_note *note)
{
    bool command = record->kind == RECORD_APP && run_command_text(view, record) != NULL;

    if (view->blanks == NULL || note->text[0] == '\0' || command)
        return;
    ladder_blanks_clean(view->blanks, 0, record->event, note->text, sizeof(note->text));
    ladder_blanks_clean(view->blanks, 0, record->event, note->brief, sizeof(note->brief));
    if (!ladder_blanks_hides(view->blanks, view->trace, index))
        return;
    snprintf(note->text, sizeof(note->text), "%s", LADDER_BLANK);
    note->brief[0] = '\0';
    note->quote.text[0] = '\0';
}
