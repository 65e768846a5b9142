#include "tools/lib/ladder_once.h"

#include <inttypes.h>
#include <stdio.h>

#include "layers/names.h"
#include "layers/rule.h"
#include "layers/wire/text.h"
#include "tools/lib/ladder.h"
#include "tools/lib/text.h"

enum { SHARERS_NAMED = 8, LOOK_BACK = 20000 /* records */ };

/* A loss inside a node, for the same reason in the same words. */
static bool same_loss(const struct record *x, const struct record *y)
{
    return y->kind == RECORD_LOST && y->rule == x->rule && y->node == x->node &&
           y->what == LINK_NONE && y->a == x->a && y->b == x->b;
}

static bool is_loss_in_node(const struct record *record)
{
    return record->kind == RECORD_LOST && run_loss_place(record) == RUN_LOST_IN_NODE;
}

static bool loss_is_told(const struct run_view *view, uint32_t index, const struct record *record)
{
    for (uint32_t i = index; i > 0; i--) {
        struct record before = trace_read(view->trace, i - 1);

        if (before.event != record->event)
            break;
        if (same_loss(record, &before))
            return true;
    }
    return false;
}

/* The first message that a command sends: the command stands in the row above. */
static bool message_is_told(const struct run_view *view, uint32_t index,
                            const struct record *record)
{
    for (uint32_t i = index; i > 0; i--) {
        struct record before = trace_read(view->trace, i - 1);

        if (before.event != record->event)
            break;
        if (before.kind != RECORD_APP || before.node != record->node)
            continue;
        return run_command_text(view, &before) != NULL &&
               run_command_link(view, &before) == LINK_NONE;
    }
    return false;
}

/* What the command that does it says already. */
static bool command_tells(uint16_t what)
{
    return what == APP_UDP_SENT || what == APP_TCP_SENT || what == APP_TCP_LISTENS ||
           what == APP_TCP_NOT_LISTENING || what == APP_TCP_CLOSED || what == APP_TCP_SHUT_DOWN ||
           what == APP_TCP_ABORTED;
}

/* Karn's rule holds for every ACK of a repair; it is told of the first after a
 * timeout, whose answer nobody can tell from the one that was late. */
static bool is_first_since_timeout(const struct run_view *view, uint32_t index,
                                   const struct record *record)
{
    for (uint32_t i = index; i > 0 && index - i < LOOK_BACK; i--) {
        struct record before = trace_read(view->trace, i - 1);

        if (before.node != record->node || before.subject != record->subject)
            continue;
        if (before.kind == RECORD_TIMER && before.b == TIMER_FIRED &&
            before.what == TIMER_TCP_RETRANSMISSION)
            return true;
        if (before.kind == RECORD_WHY &&
            (before.rule == record->rule || before.rule == RULE_TCP_FAST_RETRANSMIT ||
             before.rule == RULE_TCP_RECOVERY_BEGINS))
            return false;
    }
    return false;
}

bool ladder_is_told(const struct run_view *view, uint32_t index, unsigned why)
{
    struct record record = trace_read(view->trace, index);

    if (record.kind == RECORD_WHY && record.rule == RULE_TCP_KARN &&
        (why & LADDER_WHY(RULE_OF_TCP)) == 0)
        return !is_first_since_timeout(view, index, &record);
    if (record.kind == RECORD_APP && command_tells(record.what))
        return message_is_told(view, index, &record);
    return is_loss_in_node(&record) && loss_is_told(view, index, &record);
}

bool ladder_sharers(const struct run_view *view, uint32_t index, char *out, size_t size)
{
    const struct trace *trace = view->trace;
    struct record record = trace_read(trace, index);
    struct text frames = text_begin(out, size);
    uint32_t count = 0;
    bool numbered = true;

    for (uint32_t i = index; is_loss_in_node(&record) && i < trace->records.count; i++) {
        struct record other = trace_read(trace, i);

        if (other.event != record.event)
            break;
        if (!same_loss(&record, &other))
            continue;
        count++;
        numbered = numbered && other.frame != 0;
        if (count <= SHARERS_NAMED)
            text_format(&frames, "%s%" PRIu32, count == 1 ? _(" (frames ") : ", ", other.frame);
    }
    if (count < 2)
        out[0] = '\0';
    else if (!numbered)
        snprintf(out, size, _(" (%" PRIu32 " packets)"), count);
    else
        text_put(&frames, count > SHARERS_NAMED ? ", ...)" : ")");
    return count >= 2;
}
