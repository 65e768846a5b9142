#include "tests/support/pkt_mutate.h"

#include <stdio.h>

#include "tests/support/expect.h"
#include "tools/lib/pkt_run.h"

static bool nothing_left; /* of the run before: what comes after the end is judged */

enum pkt_judgement pkt_judge(const struct pkt_script *script, enum pkt_profile profile)
{
    static struct pkt_run run;
    enum pkt_judgement judgement;

    EXPECT(pkt_run(&run, script, profile));
    judgement = run.result.judgement;
    nothing_left = run.settings.nothing_left;
    pkt_run_close(&run);
    return judgement;
}

typedef bool mutation(struct pkt_event *event); /* false: it does not apply */

/* Numbers count from a SYN's: which it has itself says nothing, unless something
 * counts from it before the next SYN. */
static bool is_counted_from(const struct pkt_event *event)
{
    if ((event->packet->tcp.flags & TCP_SYN) == 0)
        return true;
    for (event = event->next; event != NULL; event = event->next) {
        if (event->kind != PKT_EVENT_PACKET)
            continue;
        if (event->packet->inbound ? event->packet->tcp.has_ack
                                   : (event->packet->tcp.flags & TCP_SYN) == 0)
            return true;
        if (!event->packet->inbound)
            return false;
    }
    return false;
}

static bool shift_sequence(struct pkt_event *event)
{
    if (!is_counted_from(event))
        return false;
    event->packet->tcp.range.first++;
    event->packet->tcp.range.last++;
    return event->packet->protocol == PKT_TCP;
}

static bool shift_acknowledgment(struct pkt_event *event)
{
    event->packet->tcp.ack++;
    return event->packet->protocol == PKT_TCP && event->packet->tcp.has_ack;
}

static bool flip_flag(struct pkt_event *event)
{
    event->packet->tcp.flags ^= TCP_FIN;
    return event->packet->protocol == PKT_TCP;
}

/* What is expected after a longer time has a tolerance of an eighth of that. */
static bool come_later(struct pkt_event *event)
{
    bool exact =
        event->time.kind == PKT_TIME_AFTER && !event->time.is_range && event->time.from < 390 * MS;

    event->time.from += 50 * MS;
    return exact;
}

/* With other systems' habits, what comes after a script's end is not judged. */
static bool leave_out(struct pkt_event *event)
{
    if (event->next == NULL && !nothing_left)
        return false;
    event->kind = PKT_EVENT_CODE; /* which asserts nothing */
    event->text = "";
    return true;
}

static const struct {
    const char *name;
    mutation *mutate;
} mutations[] = {
    { "sequence number + 1", shift_sequence },
    { "acknowledgment + 1", shift_acknowledgment },
    { "FIN flipped", flip_flag },
    { "50 ms later", come_later },
    { "left out", leave_out },
};

/* Expected packet NUMBER of SCRIPT, or NULL. */
static struct pkt_event *expected(struct pkt_script *script, unsigned number)
{
    for (struct pkt_event *event = script->events; event != NULL; event = event->next)
        if (event->kind == PKT_EVENT_PACKET && !event->packet->inbound && number-- == 0)
            return event;
    return NULL;
}

/* Mutates EVENT; judges; puts it back. False: the mutation does not apply. */
static bool mutate_one(struct pkt_script *script, enum pkt_profile profile, struct pkt_event *event,
                       size_t mutation_number)
{
    struct pkt_packet packet = *event->packet;
    struct pkt_event before = *event;
    char label[700];
    bool applies = mutations[mutation_number].mutate(event);

    snprintf(label, sizeof(label), "%.500s:%u, %s", script->name, event->mark.line,
             mutations[mutation_number].name);
    if (applies)
        EXPECT_EQ_ROW(label, pkt_judge(script, profile), PKT_FAIL);
    *event = before;
    *event->packet = packet;
    return applies;
}

unsigned pkt_mutate(struct pkt_script *script, enum pkt_profile profile, unsigned most)
{
    unsigned count = 0, applied = 0;

    while (expected(script, count) != NULL)
        count++;
    for (unsigned number = 0; number < count; number += 1 + (most > 0 ? count / most : 0))
        for (size_t m = 0; m < ARRAY_LEN(mutations); m++)
            applied += mutate_one(script, profile, expected(script, number), m);
    return applied;
}
