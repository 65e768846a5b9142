#include "tools/timeline/moment.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "layers/host.h"
#include "layers/names.h"
#include "layers/rule.h"
#include "layers/state.h"
#include "layers/tcp/cc.h"
#include "layers/tcp/tcp.h"
#include "layers/wire/summary.h"
#include "tools/lib/capture_run.h"
#include "tools/lib/run_connection.h"
#include "tools/lib/text.h"
#include "tools/lib/vtime_text.h"
#include "tools/timeline/packet_words.h"

enum { WORDS_SIZE = 512 };

void moment_time(vtime time, char *out, size_t size)
{
    if (time == VTIME_NEVER)
        snprintf(out, size, "%s", _("never"));
    else if (time > 1 * MINUTES && time % MINUTES != 0) /* "1 min" would hide the rest */
        snprintf(out, size, _("%g s"), (double)(time / MS) / 1000.0);
    else
        vtime_format_length(time, out, size);
}

static const char *name_of(const struct moment *moment, uint16_t node)
{
    return node == NODE_NONE ? _("the wire") : run_node(moment->view, node)->name;
}

static void frame_words(const struct moment *moment, uint32_t frame, char *out, size_t size)
{
    struct dissection d;

    run_dissect(moment->view->trace, frame, &d);
    if (!packet_segment_words(moment, &d, out, size))
        summary_format(&d, out, size);
}

/* "20 ms" for what is counted in ns, else the number. */
static void value_words(uint16_t variable, int64_t value, char *out, size_t size)
{
    const char *help = variable_name(variable)->text;

    if (variable == VARIABLE_TCP_SSTHRESH && value >= CC_WINDOW_MAX)
        snprintf(out, size, "%s", _("as high as can be"));
    else if (strstr(help, "in ns") != NULL)
        vtime_format_length(value, out, size);
    else
        snprintf(out, size, "%" PRId64, value);
}

static void say_frame(const struct moment *moment, const struct record *record, char *out,
                      size_t size)
{
    const struct trace_frame *frame = trace_frame(moment->view->trace, record->frame);
    bool sent = record->kind == RECORD_TX;
    const struct port *other =
        sent ? run_frame_to(moment->view, frame) : run_frame_from(moment->view, frame);
    char facts[WORDS_SIZE];

    frame_words(moment, record->frame, facts, sizeof(facts));
    snprintf(out, size, sent ? _("%s sends frame %u to %s: %s") : _("%s gets frame %u from %s: %s"),
             name_of(moment, record->node), record->frame, other->node->name, facts);
}

static void say_state(const struct moment *moment, const struct record *record, char *out,
                      size_t size)
{
    char subject[RUN_CONNECTION_NAME_SIZE] = "";

    if (record->what == MACHINE_TCP)
        run_connection_name(moment->view, run_node(moment->view, record->node), record->subject,
                            subject, sizeof(subject));
    else if (record->what == MACHINE_ARP_ENTRY)
        ipv4_format(record->subject, subject, sizeof(subject));
    else if (record->what == MACHINE_LINK && record->subject < moment->view->world->link_count)
        snprintf(subject, sizeof(subject), "%s", moment->view->world->links[record->subject]->name);
    if (record->what == MACHINE_TCP && subject[0] != '\0')
        snprintf(out, size, "%s: %s -> %s%s", subject, state_name((int)record->a),
                 state_name((int)record->b),
                 moment->view->capture != NULL ? _(" (inferred)") : "");
    else
        snprintf(out, size, "%s: %s%s%s -> %s", name_of(moment, record->node), subject,
                 subject[0] != '\0' ? " " : "", state_name((int)record->a),
                 state_name((int)record->b));
}

static void say_timer(const struct moment *moment, const struct record *record, char *out,
                      size_t size)
{
    const char *name = timer_name(record->what)->name, *host = name_of(moment, record->node);
    char in[VTIME_TEXT_SIZE];

    if (record->b == TIMER_SET) {
        moment_time(record->a - trace_time(moment->view->trace, record), in, sizeof(in));
        snprintf(out, size, _("%s: %s timer set, in %s"), host, name, in);
    } else {
        snprintf(out, size,
                 record->b == TIMER_FIRED ? _("%s: %s timer runs out") : _("%s: %s timer stopped"),
                 host, name);
    }
}

/* Sequence numbers count from the ISN of their connection, as in the ladder,
 * while it exists. */
static int64_t base_of(const struct moment *moment, const struct record *record)
{
    struct moment other = *moment;
    struct tcp_status status;

    other.node = record->node;
    other.subject = record->subject;
    if (record->what != VARIABLE_TCP_SND_UNA && record->what != VARIABLE_TCP_SND_NXT &&
        record->what != VARIABLE_TCP_RCV_NXT)
        return 0;
    if (moment_connection(&other, &status) == NULL && !moment_inferred(&other, &status, NULL))
        return 0;
    return record->what == VARIABLE_TCP_RCV_NXT ? status.irs : status.iss;
}

static void say_value(const struct moment *moment, const struct record *record, char *out,
                      size_t size)
{
    char old[VTIME_TEXT_SIZE], new[VTIME_TEXT_SIZE];
    const char *name = variable_name(record->what)->name;
    int64_t base = base_of(moment, record);

    value_words(record->what, base != 0 ? (uint32_t)(record->b - base) : record->b, new,
                sizeof(new));
    if (record->a == 0) { /* nothing was known before */
        snprintf(out, size, "%s: %s %s", name_of(moment, record->node), name, new);
        return;
    }
    value_words(record->what, base != 0 ? (uint32_t)(record->a - base) : record->a, old,
                sizeof(old));
    snprintf(out, size, "%s: %s %s -> %s", name_of(moment, record->node), name, old, new);
}

static void say_app(const struct moment *moment, const struct record *record, char *out,
                    size_t size)
{
    const char *command = run_command_text(moment->view, record);
    uint16_t link = run_command_link(moment->view, record);
    char sentence[WORDS_SIZE];

    if (record->what == APP_COMMAND) {
        snprintf(out, size, _("%s is told: %s"),
                 link != LINK_NONE ? moment->view->world->links[link]->name
                                   : name_of(moment, record->node),
                 command != NULL ? command : _("a command"));
        return;
    }
    sentence_format(app_name(record->what)->text, record->a, record->b, sentence, sizeof(sentence));
    snprintf(out, size, "%s %s", name_of(moment, record->node), sentence);
}

static void say_rule(const struct moment *moment, const struct record *record, char *out,
                     size_t size)
{
    char sentence[WORDS_SIZE];

    rule_sentence(record->rule, record->a, record->b, sentence, sizeof(sentence));
    if (record->kind == RECORD_WHY) {
        snprintf(out, size, "%s: %s", name_of(moment, record->node), sentence);
        return;
    }
    if (record->kind == RECORD_LOST && record->frame != 0) {
        frame_words(moment, record->frame, sentence, sizeof(sentence));
        snprintf(out, size, _("frame %u is lost: %s"), record->frame, sentence);
        return;
    }
    if (record->frame != 0)
        snprintf(out, size, _("frame %u: %s"), record->frame, sentence);
    else
        snprintf(out, size, _("a packet of %s: %s"), name_of(moment, record->node), sentence);
}

void moment_words(const struct moment *moment, uint32_t index, char *out, size_t size)
{
    struct record record = trace_read(moment->view->trace, index);

    switch ((enum record_kind)record.kind) {
    case RECORD_TX:
    case RECORD_RX: say_frame(moment, &record, out, size); return;
    case RECORD_LOST:
    case RECORD_FATE:
    case RECORD_WHY: say_rule(moment, &record, out, size); return;
    case RECORD_STATE: say_state(moment, &record, out, size); return;
    case RECORD_VALUE: say_value(moment, &record, out, size); return;
    case RECORD_TIMER: say_timer(moment, &record, out, size); return;
    case RECORD_APP: say_app(moment, &record, out, size); return;
    case RECORD_KINDS: break;
    }
    snprintf(out, size, "%s", "?");
}

/* ---- Connections ---- */

struct tcb *moment_connection(const struct moment *moment, struct tcp_status *status)
{
    struct node *node = moment->node < moment->view->world->node_count
                            ? moment->view->world->nodes[moment->node]
                            : NULL;
    struct tcb *t;

    if (node == NULL || !run_node_is_host(node) || host_of(node)->tcp == NULL ||
        moment->subject == 0)
        return NULL;
    t = tcp_numbered(host_of(node), moment->subject);
    if (t != NULL)
        tcp_status(t, status);
    return t;
}

static void fill_inferred(const struct tcp_inferred *end, const struct tcp_inferred *other,
                          struct tcp_status *status)
{
    *status = (struct tcp_status){ .state = end->state,
                                   .local = { end->address, end->port },
                                   .remote = { other->address, other->port },
                                   .iss = end->iss,
                                   .irs = other->iss,
                                   .snd = { .una = end->una, .nxt = end->nxt, .end = end->nxt },
                                   .rcv = { .nxt = end->acked ? end->rcv_nxt : other->iss },
                                   .send_window = other->window,
                                   .receive_window = end->window,
                                   .in_flight = tcp_infer_flight(end),
                                   .mss = other->mss,
                                   .advertised_mss = end->mss,
                                   .cwnd = UINT32_MAX, /* it limits nothing that is known */
                                   .srtt = end->rtt };
}

bool moment_inferred(const struct moment *moment, struct tcp_status *own, struct tcp_status *peer)
{
    struct tcp_inferred end[2];

    if (moment->view->capture == NULL ||
        !capture_run_connection(moment->view->capture, moment->event, moment->node,
                                moment->subject, end))
        return false;
    fill_inferred(&end[0], &end[1], own);
    if (peer != NULL)
        fill_inferred(&end[1], &end[0], peer);
    return true;
}

struct tcb *moment_peer(const struct moment *moment, const struct tcp_status *status,
                        struct tcp_status *peer)
{
    const struct world *world = moment->view->world;

    for (uint32_t i = 0; i < world->node_count; i++) {
        struct node *node = world->nodes[i];
        struct tcb *t;

        if (!run_node_is_host(node) || host_of(node)->tcp == NULL ||
            host_interface(host_of(node), status->remote.address) == NULL)
            continue;
        t = tcp_between(host_of(node), &status->remote, &status->local);
        if (t != NULL) {
            tcp_status(t, peer);
            return t;
        }
    }
    return NULL;
}

void moment_connection_name(const struct moment *moment, char *out, size_t size)
{
    snprintf(out, size, "%s", "");
    if (moment->node < moment->view->world->node_count && moment->subject != 0)
        run_connection_name(moment->view, run_node(moment->view, moment->node), moment->subject,
                            out, size);
}

bool moment_changed(const struct moment *moment, uint16_t variable, int64_t *old)
{
    const struct trace *trace = moment->view->trace;
    bool found = false;

    if (moment->event == 0 || moment->event > trace->events.count)
        return false;
    for (uint32_t i = trace_event(trace, moment->event)->first_record; i < trace->records.count;
         i++) {
        struct record record = trace_read(trace, i);

        if (record.event != moment->event)
            break;
        if (record.kind != RECORD_VALUE || record.what != variable || record.node != moment->node ||
            record.subject != moment->subject)
            continue;
        if (!found)
            *old = record.a;
        found = true;
    }
    return found;
}
