#include "tools/lib/run_comments.h"

#include <stdio.h>
#include <string.h>

#include "layers/names.h"
#include "layers/rule.h"
#include "layers/state.h"

static void add(struct run_comments *comments, const char *label, const struct record *record)
{
    char sentence[512], citation[128];
    size_t cited;

    if (comments->count == RUN_COMMENTS_MAX)
        return;
    rule_sentence(record->rule, record->a, record->b, sentence, sizeof(sentence));
    cited = rule_citation(record->rule, citation, sizeof(citation));
    snprintf(comments->text[comments->count], RUN_COMMENT_SIZE, "%s: %s%s%s%s", label, sentence,
             cited > 0 ? " (" : "", citation, cited > 0 ? ")" : "");
    comments->at[comments->count] = comments->text[comments->count];
    comments->count++;
}

/* A decision, or an arrow of TCP's diagram: "CLOSE-WAIT: the peer's FIN ...". */
static void add_reason(struct run_comments *comments, const struct record *record)
{
    if (record->kind == RECORD_WHY)
        add(comments, "why", record);
    else if (record->kind == RECORD_STATE && record->what == MACHINE_TCP)
        add(comments, state_name((int)record->b), record);
}

/* Index of the first record of the event that record INDEX belongs to. */
static uint32_t event_start(const struct trace *trace, uint32_t index)
{
    return trace_event_begin(trace, trace_record(trace, index)->event);
}

/* Copies of one flood that carry its reasons; those of further ports do not. */
enum { FLOOD_COPIES_MAX = 64 };

static bool same_bytes(const struct trace *trace, uint32_t a, uint32_t b)
{
    struct span x = trace_frame_bytes(trace, a), y = trace_frame_bytes(trace, b);

    return x.len == y.len && memcmp(x.at, y.at, x.len) == 0;
}

/* Where the sender's reasons for the TX record INDEX begin: behind the frame
 * before, unless that was the same, flooded out of another port. */
static uint32_t reasons_start(const struct trace *trace, uint32_t index)
{
    uint32_t frame = trace_record(trace, index)->frame;
    uint32_t start = event_start(trace, index), from = index;
    unsigned copies = 0;

    for (; from > start; from--) {
        const struct record *before = trace_record(trace, from - 1);

        if (before->kind != RECORD_TX)
            continue;
        if (++copies == FLOOD_COPIES_MAX || !same_bytes(trace, before->frame, frame))
            break;
    }
    return from;
}

static void collect_sent(struct run_comments *comments, const struct run_view *view,
                         uint32_t index, const struct record *lost)
{
    const struct trace *trace = view->trace;
    const struct record *tx = trace_record(trace, index);

    for (uint32_t i = reasons_start(trace, index); i < index; i++) {
        const struct record *record = trace_record(trace, i);

        if (record->node == tx->node)
            add_reason(comments, record);
    }
    for (uint32_t i = index + 1; i < trace->records.count; i++) {
        const struct record *record = trace_record(trace, i);

        if (record->event != tx->event || record->frame != tx->frame)
            break;
        if (record->kind == RECORD_FATE)
            add(comments, "wire", record);
    }
    if (lost != NULL)
        add(comments, "lost", lost);
}

/* What the receiver made of the frame at once. */
static void collect_received(struct run_comments *comments, const struct run_view *view,
                             uint32_t index)
{
    const struct trace *trace = view->trace;
    const struct record *rx = trace_record(trace, index);

    for (uint32_t i = index + 1; i < trace->records.count; i++) {
        const struct record *record = trace_record(trace, i);

        if (record->event != rx->event)
            break;
        if (record->frame != rx->frame || record->node != rx->node)
            continue;
        add_reason(comments, record);
        if (record->kind == RECORD_LOST)
            add(comments, "dropped", record);
    }
}

void run_comments_collect(struct run_comments *comments, const struct run_view *view,
                          uint32_t index, const struct record *lost)
{
    comments->count = 0;
    if (trace_record(view->trace, index)->kind == RECORD_TX)
        collect_sent(comments, view, index, lost);
    else
        collect_received(comments, view, index);
}
