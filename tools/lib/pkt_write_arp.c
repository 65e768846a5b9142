#include <stdlib.h>

#include "layers/rule.h"
#include "tools/lib/pkt_write_parts.h"

/* A script's world knows no ARP: what waited for an answer there left TCP when it
 * began to wait. */

static bool is_why(const struct pkt_writer *w, const struct record *record, rule_id rule)
{
    return record->kind == RECORD_WHY && record->node == w->host->node.id && record->rule == rule;
}

/* The record in T's event that tells of what is released, before T itself. */
static bool find_release(const struct pkt_writer *w, const struct pkt_tapped *t,
                         struct record *release, uint32_t *index)
{
    for (*index = t->record; (*index)-- > 0;) {
        *release = trace_read(&w->simulation.trace, *index);
        if (release->event != t->event)
            return false;
        if (is_why(w, release, RULE_ARP_RELEASES))
            return true;
    }
    return false;
}

/* When the one began to wait behind which NEWER ones have come up to record INDEX. */
static bool find_wait(const struct pkt_writer *w, uint32_t index, int64_t address, int64_t newer,
                      struct record *wait, uint32_t *found)
{
    while (index-- > 0) {
        *wait = trace_read(&w->simulation.trace, index);
        /* KEPT: the first one, for which somebody was asked. */
        if ((is_why(w, wait, RULE_ARP_WAITS) || is_why(w, wait, RULE_ARP_KEPT)) &&
            wait->a == address && newer-- == 0) {
            *found = index;
            return true;
        }
    }
    return false;
}

/* T is number ORDER of what is released in its event. */
static void take_back(struct pkt_writer *w, struct pkt_tapped *t, int64_t order)
{
    struct record release, wait;
    uint32_t index, found;

    if (!find_release(w, t, &release, &index) || order >= release.b ||
        !find_wait(w, index, release.a, release.b - 1 - order, &wait, &found))
        return;
    t->at = trace_event(&w->simulation.trace, wait.event)->at;
    t->event = wait.event;
    t->record = found;
}

static int earlier(const void *a, const void *b)
{
    const struct pkt_tapped *left = a, *right = b;

    if (left->record != right->record)
        return left->record < right->record ? -1 : 1;
    return left->offset < right->offset ? -1 : left->offset > right->offset;
}

void pkt_write_take_back(struct pkt_writer *w)
{
    uint32_t event = 0;
    int64_t order = 0;

    for (size_t i = 0; i < w->tap.count; i++) {
        struct pkt_tapped *t = &w->tap.at[i];

        order = t->event == event ? order : 0;
        event = t->event;
        if (!t->inbound)
            take_back(w, t, order++);
    }
    qsort(w->tap.at, w->tap.count, sizeof(*w->tap.at), earlier);
}
