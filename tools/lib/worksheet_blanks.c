/*
 * What a question's answer is to be read from is blank on its sheet.
 */
#include "tools/lib/ladder_blanks.h"
#include "tools/lib/worksheet.h"

#include <ctype.h>
#include <string.h>

struct sheet {
    struct exercise *e;
    const struct run_view *view;
    struct ladder_blanks *blanks;
    const struct exercise_gate *gate; /* of the question */
    const struct exercise_question *question;
};

static bool read_fact(const struct sheet *s, uint32_t frame, const char *name, int64_t *value)
{
    struct frame_fact fact;

    return frame_fact_find(name, strlen(name), &fact) &&
           frame_fact_read(&s->e->simulation.facts, s->view->trace, frame, &fact, value);
}

/* FRAME is FIRST once more: on its next wire, or sent again. */
static bool is_copy(const struct sheet *s, uint32_t first, uint32_t frame)
{
    static const char *const names[] = { "ip.src", "tcp.srcport", "tcp.seq_raw", "tcp.len" };
    int64_t value, other;

    if (trace_frame(s->view->trace, first)->identity ==
        trace_frame(s->view->trace, frame)->identity)
        return true;
    if (!read_fact(s, first, "tcp.len", &value) || value == 0)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (!read_fact(s, first, names[i], &value) || !read_fact(s, frame, names[i], &other) ||
            value != other)
            return false;
    return true;
}

/* BITS of FRAME and of what is the same frame again. */
static void blank_frame(const struct sheet *s, uint32_t frame, unsigned bits)
{
    for (uint32_t i = frame; i > 0 && i <= s->view->trace->frames.count; i++)
        if (i == frame || is_copy(s, frame, i))
            ladder_blanks_frame(s->blanks, i, bits);
}

/* ---- Values ---- */

/* From which field of the ladder one reads the LEN bytes at NAME, "tcp.ack". */
static unsigned bits_of(const char *name, size_t len)
{
    static const struct {
        const char *prefix;
        unsigned bits;
    } fields[] = {
        { "tcp.seq", BLANK_SEQ }, { "tcp.nxtseq", BLANK_SEQ | BLANK_LEN },
        { "tcp.ack", BLANK_ACK }, { "tcp.window_size", BLANK_WIN },
        { "tcp.len", BLANK_LEN }, { "tcp.flags", BLANK_FLAGS },
    };

    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        if (len >= strlen(fields[i].prefix) &&
            strncmp(name, fields[i].prefix, strlen(fields[i].prefix)) == 0)
            return fields[i].bits;
    return 0;
}

static bool is_name_byte(char c)
{
    return isalnum((unsigned char)c) || c == '.' || c == '_';
}

/* The fields of its own frame that the answer names: "frame.tcp.ack - 1". */
static unsigned named_fields(const char *answer)
{
    static const char PREFIX[] = "frame.";
    unsigned bits = 0;

    for (const char *at = strstr(answer, PREFIX); at != NULL; at = strstr(at, PREFIX)) {
        size_t len = 0;

        at += strlen(PREFIX);
        while (is_name_byte(at[len]))
            len++;
        bits |= bits_of(at, len);
        at += len;
    }
    return bits;
}

/* A value is blank in the frame that is asked about, before which the question
 * stands, and wherever it is told again later. */
static void blank_value(const struct sheet *s)
{
    const struct exercise_question *q = s->question;
    uint32_t frame = s->gate->moment.frame;
    struct ladder_secret secret = { q->type, q->right, s->gate->shown, 0 };

    ladder_blanks_secret(s->blanks, &secret);
    if (!q->asked->gate.before || frame == 0)
        return;
    blank_frame(s, frame, named_fields(q->asked->answer));
    secret.frame = frame; /* ports, options, what is no segment */
    ladder_blanks_secret(s->blanks, &secret);
}

/* ---- What happens ---- */

static void blank_moment(const struct sheet *s, const struct exercise_moment *moment,
                         enum lab_moment_kind kind)
{
    if (!moment->comes)
        return;
    if (kind == LAB_MOMENT_FRAME)
        blank_frame(s, moment->frame, BLANK_WHOLE);
    else if (kind == LAB_MOMENT_STATE || kind == LAB_MOMENT_RULE)
        ladder_blanks_record(s->blanks, moment->record);
}

/* What is to be foreseen, and what is to be put in order. */
static void blank_events(const struct sheet *s)
{
    const struct exercise_question *q = s->question;

    if (q->asked->kind == LAB_ASK_ORDER)
        for (size_t i = 0; i < q->asked->item_count; i++)
            blank_moment(s, &q->happens[i], q->asked->items[i].moment.kind);
    else if (q->asked->gate.before)
        blank_moment(s, &s->gate->moment, q->asked->gate.moment.kind);
}

static void blank_question(const struct sheet *s)
{
    switch (s->question->asked->kind) {
    case LAB_ASK_NUMBER:
    case LAB_ASK_STATE:
    case LAB_ASK_FIELD: blank_value(s); break;
    case LAB_ASK_CHOICE:
    case LAB_ASK_CHOICES:
    case LAB_ASK_ORDER:
    case LAB_ASK_TEXT: blank_events(s); break;
    }
}

bool worksheet_blanks(struct exercise *e, const struct run_view *view, unsigned everywhere,
                      struct ladder_blanks *blanks)
{
    struct sheet s = { .e = e, .view = view, .blanks = blanks };

    if (!ladder_blanks_open(blanks, view->trace) ||
        !frame_facts_follow(&e->simulation.facts, view->trace, view->trace->frames.count))
        return false;
    blanks->everywhere = everywhere;
    for (size_t i = 0; i < e->gate_count; i++) {
        s.gate = &e->gates[i];
        if (s.gate->is_page)
            continue;
        s.question = &e->questions[s.gate->index];
        blank_question(&s);
    }
    return true;
}
