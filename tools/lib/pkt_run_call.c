#include <stdio.h>
#include <string.h>

#include "layers/names.h"
#include "layers/state.h"
#include "tools/lib/pkt_code.h"
#include "tools/lib/pkt_run.h"
#include "tools/lib/text.h"

/* System calls, shell lines and code. */

/* ---- What a call gave back ---- */

static bool result_fits(const struct pkt_attempt *a)
{
    const struct pkt_value *want = a->call->result;

    if (want->kind == PKT_VALUE_ANY)
        return true;
    if (want->kind != PKT_VALUE_NUMBER || want->number != a->result)
        return false;
    return a->call->error == NULL || pkt_errno_is(a->error, a->call->error);
}

static void say_result(struct pkt_run *run, const struct pkt_event *event)
{
    const struct pkt_attempt *a = &run->attempt;
    struct pkt_result *r = &run->result;

    snprintf(r->expected, sizeof(r->expected), "%s", event->said);
    if (a->result < 0)
        snprintf(r->came, sizeof(r->came), "%lld %s", (long long)a->result,
                 pkt_errno_name(a->error));
    else
        snprintf(r->came, sizeof(r->came), "%lld", (long long)a->result);
}

static void judge_result(struct pkt_run *run, const struct pkt_event *event)
{
    vtime now = run->world.world->now;

    if (!result_fits(&run->attempt)) {
        say_result(run, event);
        pkt_run_fails(run, event, _("the result differs"));
        return;
    }
    if (!event->call->blocks)
        return;
    if (now < run->due - run->due_tolerance)
        pkt_run_fails(run, event, _("it returned %.3f ms too early"),
                      (double)(run->due - now) / (double)MS);
    if (now > run->due + run->due_tolerance)
        pkt_run_fails(run, event, _("it returned %.3f ms too late"),
                      (double)(now - run->due) / (double)MS);
}

static void try_call(struct pkt_run *run, const struct pkt_event *event)
{
    run->attempt.now = run->world.world->now;
    switch (pkt_call_try(&run->attempt)) {
    case PKT_CALL_DONE:
        run->waits = false;
        judge_result(run, event);
        break;
    case PKT_CALL_WAITS:
        run->waits = event->call->blocks;
        if (!run->waits)
            pkt_run_fails(run, event, _("it blocks"));
        break;
    case PKT_CALL_UNKNOWN:
        pkt_run_skips(run, event, "%s", run->attempt.why);
        break;
    case PKT_CALL_WRONG:
        snprintf(run->result.expected, sizeof(run->result.expected), "%s", event->said);
        pkt_run_fails(run, event, "%s", run->attempt.why);
        break;
    }
}

/* ---- Calls ---- */

static void call_now(void *ctx)
{
    struct pkt_run *run = ctx;

    node_app(&run->world.local->node, APP_COMMAND, run->event_number, run->event_number,
             LINK_NONE);
    try_call(run, run->event);
}

void pkt_run_retry(struct pkt_run *run)
{
    if (run->waits && !pkt_run_is_over(run))
        try_call(run, run->called);
}

void pkt_run_call(struct pkt_run *run)
{
    const struct pkt_call *call = run->event->call;
    vtime base = run->event->time.kind == PKT_TIME_AFTER ? run->end : 0;

    run->called = run->event;
    run->due = base + call->until;
    run->due_tolerance = max_i64(run->settings.tolerance, (run->due - run->from) / 8);
    run->attempt = (struct pkt_attempt){ .sockets = &run->sockets, .call = call,
                                         .began = run->from };
    pkt_world_do(&run->world, run->from, call_now, run);
    pkt_run_retry(run);
}

void pkt_run_finish_call(struct pkt_run *run)
{
    vtime limit = run->due + run->due_tolerance;

    while (run->waits && !pkt_run_is_over(run) && pkt_run_pass(run, limit))
        continue;
    if (run->waits)
        pkt_run_fails(run, run->called, _("it did not return in time"));
}

/* ---- Shell lines ---- */

static int state_now(const struct pkt_run *run)
{
    struct tcb *t = pkt_run_tcb(run);
    struct tcp_status status;

    if (t == NULL)
        t = run->sockets.bound_port != 0
                ? tcp_find_listener(run->world.local, run->sockets.bound_port)
                : NULL;
    if (t == NULL)
        return STATE_TCP_CLOSED;
    tcp_status(t, &status);
    return status.state;
}

void pkt_run_shell(struct pkt_run *run)
{
    char why[PKT_WHY_SIZE] = "";
    int state = -1;

    pkt_world_do(&run->world, run->from, NULL, NULL);
    switch (pkt_settings_shell(&run->settings, run->event->text, &state, why, sizeof(why))) {
    case PKT_SHELL_DONE:
        run->settings.host.tcp.ecn = run->settings.ecn != 0;
        run->world.local->config.tcp = run->settings.host.tcp;
        break;
    case PKT_SHELL_STATE:
        if (state != state_now(run))
            pkt_run_fails(run, run->event, _("the connection is in %s, not in %s"),
                          state_name(state_now(run)), state_name(state));
        break;
    case PKT_SHELL_UNKNOWN:
        pkt_run_skips(run, run->event, "%s", why);
        break;
    }
}

/* ---- Code ---- */

static bool look_up(void *ctx, const char *name, int64_t *value)
{
    const struct pkt_run *run = ctx;

    return pkt_info_name(name, value) ||
           pkt_info_value(&run->settings, pkt_run_tcb(run), name, value);
}

void pkt_run_code(struct pkt_run *run)
{
    char why[PKT_TEXT_SIZE] = "";

    pkt_world_do(&run->world, run->from, NULL, NULL);
    switch (pkt_code_check(run->event->text, look_up, run, why, sizeof(why))) {
    case PKT_CODE_HOLDS:
        break;
    case PKT_CODE_FAILS:
        pkt_run_fails(run, run->event, "%s", why);
        break;
    case PKT_CODE_UNKNOWN:
        pkt_run_skips(run, run->event, "%s", why);
        break;
    }
}
