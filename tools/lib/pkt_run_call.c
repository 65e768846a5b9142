#include <stdio.h>
#include <string.h>

#include "layers/names.h"
#include "layers/state.h"
#include "tools/lib/pkt_code.h"
#include "tools/lib/pkt_run.h"
#include "tools/lib/pkt_sockstat.h"
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
    enum pkt_progress progress;

    run->attempt.now = run->world.world->now;
    run->trying = true;
    progress = pkt_call_try(&run->attempt);
    run->trying = false;
    switch (progress) {
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

    pkt_run_note(run, false);
    try_call(run, run->event);
}

void pkt_run_retry(struct pkt_run *run)
{
    if (run->waits && !pkt_run_is_over(run))
        try_call(run, run->called);
}

/* Calls that move bytes, one that is being tried right now excepted. */
void pkt_run_wake(struct pkt_socket *s, void *ctx)
{
    static const char *const movers[] = { "read", "recv", "readv", "recvfrom", "recvmsg",
                                          "write", "send", "writev", "sendto", "sendmsg" };
    struct pkt_run *run = ctx;

    if (!run->waits || run->trying || s != pkt_argument_socket(&run->attempt, 0))
        return;
    for (size_t i = 0; i < ARRAY_LEN(movers); i++)
        if (strcmp(run->called->call->name, movers[i]) == 0) {
            pkt_run_retry(run);
            return;
        }
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

/* Stricter than the real ones, a question for LISTEN is answered yes only as long as
 * the connection under test has not left it. */
static bool is_listed(const struct pkt_run *run, const struct tcp_status *status)
{
    struct tcb *t = pkt_run_tcb(run);
    struct tcp_status tested;

    if (status->state != STATE_TCP_LISTEN || t == NULL)
        return true;
    tcp_status(t, &tested);
    return tested.state == STATE_TCP_SYN_RECEIVED || tested.local.port != status->local.port;
}

/* The TCBs, whether a socket still belongs to them or not; then the sockets that have
 * none. */
static bool line_of(void *ctx, unsigned i, struct pkt_line *line)
{
    const struct pkt_run *run = ctx;
    struct tcp_status status;
    unsigned count = 0;
    struct tcb *t;

    for (unsigned k = 0; (t = tcp_at(run->world.local, k)) != NULL; k++) {
        tcp_status(t, &status);
        if (!is_listed(run, &status) || count++ != i)
            continue;
        *line = (struct pkt_line){ status.local, status.remote, status.state };
        return true;
    }
    for (size_t k = 0; k < PKT_SOCKETS_MAX; k++) {
        const struct pkt_socket *s = &run->sockets.at[k];

        if (!s->open || s->is_udp || s->tcb != NULL || count++ != i)
            continue;
        *line = (struct pkt_line){ s->local, s->remote, STATE_TCP_CLOSED };
        return true;
    }
    return false;
}

/* "CLOSE_WAIT, LISTEN": what the sockets are in. */
static void say_states(struct pkt_run *run)
{
    struct pkt_result *r = &run->result;
    struct pkt_line line;
    size_t len = 0;

    snprintf(r->expected, sizeof(r->expected), "%s", run->event->said);
    snprintf(r->came, sizeof(r->came), "%s", _("no socket"));
    for (unsigned i = 0; len < sizeof(r->came) && line_of(run, i, &line); i++)
        len += (size_t)snprintf(r->came + len, sizeof(r->came) - len, "%s%s", i > 0 ? ", " : "",
                                pkt_state_name(line.state));
}

void pkt_run_shell(struct pkt_run *run)
{
    const struct pkt_lister lister = { line_of, run };
    char why[PKT_WHY_SIZE] = "";

    pkt_world_do(&run->world, run->from, NULL, NULL);
    pkt_run_note(run, false);
    switch (pkt_settings_shell(&run->settings, run->event->text, &lister, why, sizeof(why))) {
    case PKT_SHELL_DONE:
        run->settings.host.tcp.ecn = run->settings.ecn != 0;
        run->world.local->config.tcp = run->settings.host.tcp;
        break;
    case PKT_SHELL_FAILS:
        say_states(run);
        pkt_run_fails(run, run->event, "%s", why);
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
    pkt_run_note(run, false);
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
