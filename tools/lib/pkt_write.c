#include "tools/lib/pkt_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/state.h"
#include "tools/lib/pkt_run.h"
#include "tools/lib/pkt_write_parts.h"
#include "tools/lib/text.h"

/* ---- Times ---- */

/* Seconds, without zeros at the end: "0.02". */
static void put_seconds(FILE *out, vtime time)
{
    char digits[32];
    size_t len = (size_t)snprintf(digits, sizeof(digits), "%lld.%09lld",
                                  (long long)(time / SECONDS), (long long)(time % SECONDS));

    while (digits[len - 1] == '0')
        len--;
    len -= digits[len - 1] == '.';
    fprintf(out, "%.*s", (int)len, digits);
}

void pkt_write_time(struct pkt_writer *w, vtime at)
{
    at -= w->early;
    fputc('+', w->out);
    put_seconds(w->out, at - w->last);
    fputc(' ', w->out);
    w->last = at;
}

void pkt_write_blocks(struct pkt_writer *w, vtime at, vtime back)
{
    at -= w->early;
    back -= w->early;
    fputc('+', w->out);
    put_seconds(w->out, at - w->last);
    fputs("...", w->out);
    put_seconds(w->out, back - w->last);
    fputc(' ', w->out);
    w->last = at;
}

/* ---- Close calls ---- */

/* Timer WHAT of connection SUBJECT, which record INDEX stops, was due at that moment. */
static bool was_due(const struct pkt_writer *w, uint32_t index, const struct record *stop)
{
    while (index-- > 0) {
        struct record r = trace_read(&w->simulation.trace, index);

        if (r.kind == RECORD_TIMER && r.node == stop->node && r.subject == stop->subject &&
            r.what == stop->what)
            return r.b == TIMER_SET && r.a == stop->a;
    }
    return false;
}

/* T came at the very moment at which a timer would have run out, and stopped it. In a
 * script what is due comes before what comes in. */
static bool is_close_call(const struct pkt_writer *w, const struct pkt_tapped *t)
{
    const struct trace *trace = &w->simulation.trace;

    for (uint32_t i = t->record; t->inbound && i < trace->records.count; i++) {
        struct record r = trace_read(trace, i);

        if (r.event != t->event)
            return false;
        if (r.kind == RECORD_TIMER && r.b == TIMER_STOPPED && r.node == w->host->node.id &&
            was_due(w, i, &r))
            return true;
    }
    return false;
}

/* ---- All of it, in order ---- */

static void write_records(struct pkt_writer *w, uint32_t limit)
{
    for (; w->next_record < limit; w->next_record++) {
        struct record record = trace_read(&w->simulation.trace, w->next_record);

        if (record.event != w->early_event)
            w->early = 0;
        pkt_write_record(w, w->next_record);
    }
}

/* What is left at the end, so that time passes and nothing else may come. */
static void write_last_line(struct pkt_writer *w)
{
    uint32_t number = w->lives[w->life_count - 1].number;
    struct tcp_status status = { .state = STATE_TCP_CLOSED };
    struct tcb *t;

    for (unsigned i = 0; (t = tcp_at(w->host, i)) != NULL; i++)
        if (tcp_number(t) == number)
            tcp_status(t, &status);
    pkt_write_time(w, max_i64(w->simulation.world->now, w->last));
    fprintf(w->out, "%%{ assert tcpi_state == %s }%%\n", pkt_info_state(status.state));
}

static void write_all(struct pkt_writer *w)
{
    w->next_fd = 3;
    w->skip = UINT32_MAX;
    pkt_write_take_back(w);
    pkt_write_head(w);
    for (size_t i = 0; i < w->tap.count; i++) {
        const struct pkt_tapped *t = &w->tap.at[i];

        write_records(w, t->record);
        if (t->event != w->early_event)
            w->early = 0;
        if (is_close_call(w, t)) {
            w->early = 1;
            w->early_event = t->event;
        }
        if (t->inbound && pkt_write_is_ours(w, t))
            pkt_write_sleeper(w, t);
        pkt_write_packet(w, t);
    }
    write_records(w, w->simulation.trace.records.count);
    write_last_line(w);
}

/* ---- Whether it holds ---- */

static void refuse(const struct pkt_writer *w, const struct pkt_run *run, char *why)
{
    const struct pkt_result *r = &run->result;

    snprintf(
        why, PKT_WRITE_WHY,
        _("this run of %s cannot be written as a script: at %.6f s %.200s%s%.200s; what a script "
          "has no word for has a part in it%s"),
        w->host->node.name, (double)r->at / (double)SECONDS, r->why,
        r->expected[0] != '\0' ? ": " : "", r->expected,
        w->host->bugs != 0 ? _(" (the host's bugs)")
        : w->flaw != NULL  ? w->flaw
                           : _(" (another connection of the host, or a program that answers "
                                "while a segment is being received)"));
}

static bool holds(const struct pkt_writer *w, const char *text, size_t len, char *why)
{
    struct pkt_run *run = malloc(sizeof(*run));
    struct diagnostics d;
    struct pkt_script *script;
    bool ok = false;

    diagnostics_init(&d);
    script = pkt_script_parse(text, len, "script", NULL, &d);
    ASSERT(script != NULL || d.total == 0); /* what is written here can be read */
    snprintf(why, PKT_WRITE_WHY, "%s", _("out of memory"));
    if (script != NULL && run != NULL && pkt_run(run, script, PKT_STRICT)) {
        ok = run->result.judgement == PKT_PASS;
        if (!ok)
            refuse(w, run, why);
        pkt_run_close(run);
    }
    free(run);
    pkt_script_free(script);
    diagnostics_free(&d);
    return ok;
}

static char *write_text(struct pkt_writer *w, char *why)
{
    char *text = NULL;
    size_t len = 0;

    w->out = open_memstream(&text, &len);
    if (w->out == NULL) {
        snprintf(why, PKT_WRITE_WHY, "%s", _("out of memory"));
        return NULL;
    }
    write_all(w);
    if (fclose(w->out) != 0 || !holds(w, text, len, why)) {
        free(text);
        return NULL;
    }
    why[0] = '\0';
    return text;
}

/* ---- Running the lab ---- */

static char *write_run(struct pkt_writer *w, char *why)
{
    simulation_run(&w->simulation, NULL);
    if (w->simulation.overflowed || w->simulation.world->stuck || w->tap.overflowed) {
        snprintf(why, PKT_WRITE_WHY, "%s",
                 _("this run is too long for a script: stop it earlier "
                   "with --until"));
        return NULL;
    }
    return pkt_write_choose(w, why) ? write_text(w, why) : NULL;
}

char *pkt_write(const struct pkt_write_order *order, char *why)
{
    struct pkt_writer *w = calloc(1, sizeof(*w));
    char *text = NULL;

    snprintf(why, PKT_WRITE_WHY, "%s", _("out of memory"));
    if (w == NULL)
        return NULL;
    w->order = order;
    if (order->lab->nodes[order->node].kind != LAB_HOST) {
        snprintf(why, PKT_WRITE_WHY, _("%s is no host: a packet script is about a host's TCP"),
                 order->lab->nodes[order->node].name);
    } else if (simulation_open(&w->simulation, order->lab, &order->options)) {
        w->host = host_of(w->simulation.world->nodes[order->node]);
        w->config = w->host->config;
        pkt_tap_open(&w->tap, w->host);
        why[0] = '\0';
        text = write_run(w, why);
        pkt_tap_close(&w->tap);
        simulation_close(&w->simulation);
    }
    free(w);
    return text;
}
