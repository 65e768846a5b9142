#include "tools/lib/pkt_run.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/names.h"
#include "tools/lib/text.h"

/* ---- How it ends ---- */

static void end_run(struct pkt_run *run, enum pkt_judgement judgement,
                    const struct pkt_event *event, const char *format, va_list args)
{
    if (pkt_run_is_over(run))
        return;
    run->result.judgement = judgement;
    run->result.event = event;
    run->result.at = run->world.world->now;
    vsnprintf(run->result.why, sizeof(run->result.why), format, args);
}

void pkt_run_fails(struct pkt_run *run, const struct pkt_event *event, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    end_run(run, PKT_FAIL, event, format, args);
    va_end(args);
}

void pkt_run_skips(struct pkt_run *run, const struct pkt_event *event, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    end_run(run, PKT_SKIP, event, format, args);
    va_end(args);
}

/* ---- What it did ---- */

/* A record between two events of the world belongs to the one before. */
void pkt_run_note(struct pkt_run *run, bool inbound)
{
    struct host *host = inbound ? run->world.remote : run->world.local;

    node_app(&host->node, APP_COMMAND, run->event_number, run->event_number, LINK_NONE);
}

/* ---- Time ---- */

static void retry_now(void *ctx)
{
    pkt_run_retry(ctx);
}

/* A call with a time limit of its own must be asked at its time, too. */
static bool is_due_first(const struct pkt_run *run, vtime limit)
{
    const struct world *world = run->world.world;

    return run->waits && run->due <= limit && world->now < run->due &&
           run->due < event_next_at(&world->queue);
}

bool pkt_run_pass(struct pkt_run *run, vtime limit)
{
    if (pkt_world_stands(&run->world))
        return false;
    if (is_due_first(run, limit)) {
        pkt_world_do(&run->world, run->due, retry_now, run);
        return true;
    }
    if (!pkt_world_pass(&run->world, limit))
        return false;
    if (run->waits)
        pkt_run_retry(run);
    return true;
}

void pkt_run_until(struct pkt_run *run, vtime at)
{
    while (!pkt_run_is_over(run) && pkt_run_pass(run, at))
        continue;
}

/* When this event happens: +t counts from the end of the one before. */
static void set_time(struct pkt_run *run)
{
    const struct pkt_time *time = &run->event->time;
    vtime base = time->kind == PKT_TIME_AFTER ? run->end : 0;

    run->from =
        time->kind == PKT_TIME_AT || time->kind == PKT_TIME_AFTER ? base + time->from : run->end;
    run->to = time->is_range ? base + time->to : run->from;
    run->tolerance = max_i64(run->settings.tolerance, (run->from - run->end) / 8);
}

/* ---- The events ---- */

static void run_event(struct pkt_run *run)
{
    bool inbound = run->event->kind == PKT_EVENT_PACKET && run->event->packet->inbound;

    set_time(run);
    if (run->event->kind == PKT_EVENT_PACKET && !inbound) {
        pkt_run_outbound(run);
        return;
    }
    if (run->from < run->world.world->now) {
        pkt_run_fails(run, run->event, _("its time lies before the event above"));
        return;
    }
    if (run->event->kind == PKT_EVENT_CALL && run->waits)
        pkt_run_finish_call(run);
    pkt_run_until(run, run->from);
    if (pkt_run_is_over(run))
        return;
    if (inbound)
        pkt_run_inbound(run);
    else if (run->event->kind == PKT_EVENT_CALL)
        pkt_run_call(run);
    else if (run->event->kind == PKT_EVENT_SHELL)
        pkt_run_shell(run);
    else
        pkt_run_code(run);
    run->end = run->from;
}

static void run_events(struct pkt_run *run)
{
    for (run->event = run->script->events; run->event != NULL && !pkt_run_is_over(run);
         run->event = run->event->next) {
        if (pkt_world_stands(&run->world))
            return;
        run_event(run);
        run->event_number++;
    }
    if (run->waits && !pkt_run_is_over(run))
        pkt_run_finish_call(run);
    if (!pkt_run_is_over(run) && run->settings.nothing_left)
        pkt_run_nothing_left(run);
}

/* ---- Set-up ---- */

static void remember_said(struct pkt_run *run)
{
    size_t i = 0;

    run->said = calloc(run->script->event_count + 1, sizeof(*run->said));
    for (const struct pkt_event *e = run->script->events; run->said != NULL && e != NULL;
         e = e->next)
        run->said[i++] = e->said;
}

/* Nothing of a script is worth much of which a part cannot be judged. */
static void skip_unmodelled(struct pkt_run *run)
{
    for (const struct pkt_event *e = run->script->events; e != NULL; e = e->next)
        if (e->kind == PKT_EVENT_PACKET && e->packet->protocol == PKT_TCP &&
            e->packet->tcp.unmodelled != NULL) {
            pkt_run_skips(run, e, _("the option %s is not modelled"), e->packet->tcp.unmodelled);
            return;
        }
}

static bool run_limited(struct pkt_run *run, const struct pkt_script *script,
                        enum pkt_profile profile, uint32_t limit)
{
    char why[PKT_WHY_SIZE] = "";
    bool known;

    memset(run, 0, sizeof(*run));
    run->script = script;
    profile = pkt_profile_of(script, profile);
    pkt_settings_begin(&run->settings, profile == PKT_PROFILES ? PKT_STRICT : profile);
    known = pkt_settings_options(&run->settings, script, why, sizeof(why));
    run->settings.host.tcp.ecn = run->settings.ecn != 0;
    if (!pkt_world_open(&run->world, &run->settings.host, run->settings.mtu))
        return false;
    run->world.limit = limit;
    pkt_sockets_begin(&run->sockets, run->world.local, &run->settings);
    run->sockets.wake = pkt_run_wake;
    run->sockets.wake_ctx = run;
    remember_said(run);
    run->datagram = malloc(PKT_DATAGRAM_MAX + 1);
    if (run->said == NULL || run->datagram == NULL) {
        pkt_run_close(run);
        return false;
    }
    if (!known)
        pkt_run_skips(run, NULL, "%s", why);
    else
        skip_unmodelled(run);
    if (!pkt_run_is_over(run))
        run_events(run);
    return true;
}

bool pkt_run(struct pkt_run *run, const struct pkt_script *script, enum pkt_profile profile)
{
    return run_limited(run, script, profile, UINT32_MAX);
}

bool pkt_run_to(struct pkt_run *run, const struct pkt_script *script, enum pkt_profile profile,
                uint32_t events)
{
    return run_limited(run, script, profile, events);
}

void pkt_run_close(struct pkt_run *run)
{
    pkt_world_close(&run->world);
    free(run->said);
    free(run->datagram);
}
