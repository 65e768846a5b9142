#include "tools/lib/into.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/link/arp.h"
#include "layers/names.h"
#include "layers/net/route.h"
#include "layers/state.h"
#include "layers/tcp/tcp_fsm.h"
#include "layers/wire/ethernet_header.h"
#include "layers/wire/tcp_option.h"
#include "tools/lib/capture_list.h"
#include "tools/lib/into_parts.h"
#include "tools/lib/run_view.h"
#include "tools/lib/text.h"

/* The last answers are waited for so long. */
#define SETTLE (1 * SECONDS)
/* What comes so much sooner than the capture's first frame was not there to be seen. */
#define SLACK (10 * MS)
#define FOR_EVER (100 * 365 * 24 * HOURS)

enum { TRACE_MAX = 1 << 30 };

/* ---- Can it be? ---- */

static bool is_possible(const struct into_options *options, char *why)
{
    static const char *const names[] = { N_("client"), N_("server") };
    const struct capture_talk *talk = options->talk;
    const struct talk_end *fed = &talk->end[options->as];
    uint32_t said = 0;

    for (uint32_t i = 0; i < talk->count; i++)
        said += talk->segments[i].side != options->as && !talk->segments[i].stray &&
                !talk->segments[i].made_up;
    if (!fed->opened)
        snprintf(why, TALK_WHY_SIZE,
                 _("the %s's SYN of stream %u is not in the capture, and nothing shows its "
                   "numbers; choose another with --stream (--summary lists them)"),
                 _(names[options->as]), talk->stream);
    else if (said == 0)
        snprintf(why, TALK_WHY_SIZE,
                 _("the %s of stream %u says nothing in the capture: there is nothing to hold a "
                   "simulated host against"),
                 _(names[!options->as]), talk->stream);
    else
        return true;
    return false;
}

/* ---- Building ---- */

/* Both know each other, whatever networks their addresses are of. */
static void introduce(struct host *one, struct host *other)
{
    struct interface *interface = &one->interfaces[0], *there = &other->interfaces[0];

    route_add(one, there->address, 32, 0, interface);
    arp_know(interface, there->address, there->mac);
}

static bool build(struct into *into)
{
    struct simulation_options how = { .until_given = true,
                                      .until = FOR_EVER,
                                      .trace_limit = TRACE_MAX };
    struct world *world;

    if (!simulation_open(&into->simulation, into->lab, &how))
        return false;
    world = into->simulation.world;
    introduce(host_of(world->nodes[0]), host_of(world->nodes[1]));
    introduce(host_of(world->nodes[1]), host_of(world->nodes[0]));
    /* The player first: who opens does so before anything is fed at that moment. */
    into_play_attach(into->run, host_of(world->nodes[1]));
    into_feed_attach(into->run, host_of(world->nodes[0]), host_of(world->nodes[1]));
    world_start(world);
    return true;
}

/* ---- Running ---- */

/* When it is over: all is fed, and what the capture saw after that has had its time. */
static vtime end_of_run(const struct into *into)
{
    const struct into_run *run = into->run;
    const struct capture_talk *talk = run->talk;
    vtime last = talk->segments[talk->count - 1].at, rest = 0;

    if (!run->feeder->done)
        return VTIME_MAX;
    if (run->frame_count > 0)
        rest = last - run->frames[run->frame_count - 1].s.at;
    return run->feeder->done_at + rest + 2 * (run->near + run->delay) + SETTLE;
}

static void run_to_end(struct into *into)
{
    struct simulation *s = &into->simulation;
    struct world *world = s->world;

    if (into->options.keep_history) {
        history_open(&s->history, world);
        s->keeps_history = true;
    }
    while (event_next_at(&world->queue) <= end_of_run(into) && trace_size(&s->trace) < TRACE_MAX)
        if (!(into->options.keep_history ? history_step(&s->history) : world_step(world)))
            break;
    into->end = world->now;
}

/* ---- What was answered ---- */

static struct into_answer *add_answer(struct capture_list *list)
{
    return capture_list_add(list, sizeof(struct into_answer));
}

static bool list_real(struct into *into)
{
    const struct capture_talk *talk = into->options.talk;
    const struct talk_end *fed = &talk->end[into->options.as],
                          *peer = &talk->end[!into->options.as];
    struct capture_list list = { NULL, 0, 0 };
    uint32_t after = 0;

    for (uint32_t i = 0; i < talk->count; i++) {
        const struct talk_segment *s = &talk->segments[i];
        bool answers = s->side != into->options.as;
        struct into_answer *a;

        while (after < into->run->frame_count && into->run->frames[after].segment <= i)
            after++;
        if (!answers || s->stray || s->twice || s->made_up)
            continue;
        a = add_answer(&list);
        if (a == NULL)
            return false;
        a->at = s->at;
        a->frame = (uint32_t)s->frame;
        a->seq = peer->opened ? s->seq - peer->iss : s->seq;
        a->ack = (s->flags & TCP_ACK) != 0 ? s->ack - fed->iss : 0;
        a->len = s->len;
        a->window = capture_talk_window(talk, s);
        a->after = after;
        a->flags = s->flags;
    }
    into->answers[0] = list.items;
    into->answer_count[0] = list.count;
    return true;
}

/* Of the SYN that the host sent. */
static int scale_in(const struct tcp_header *h)
{
    struct tcp_option_reader reader;
    struct tcp_option option;

    tcp_option_begin(&reader, h->options);
    while (tcp_option_next(&reader, &option))
        if (option.kind == TCP_OPTION_WINDOW_SCALE)
            return option.data.at[0];
    return 0;
}

static bool read_frame(const struct into *into, uint32_t number, struct tcp_header *h,
                       uint32_t *len)
{
    struct span bytes = trace_frame_bytes(&into->simulation.trace, number), transport, payload;
    struct ipv4_header ip;

    if (bytes.len <= ETHERNET_HEADER_LEN)
        return false;
    bytes.at += ETHERNET_HEADER_LEN;
    bytes.len -= ETHERNET_HEADER_LEN;
    if (ipv4_header_parse(&ip, bytes, &transport) != RULE_NONE || ip.protocol != IP_PROTOCOL_TCP ||
        ip.source != into->run->address || tcp_header_parse(h, transport, &payload) != RULE_NONE)
        return false;
    *len = (uint32_t)payload.len;
    return true;
}

static void fill_simulated(const struct into *into, struct into_answer *a,
                           const struct tcp_header *h, uint32_t len, int scale)
{
    const struct into_run *run = into->run;
    const struct talk_end *fed = &run->talk->end[run->as];

    a->seq = run->feeder->syn_seen ? h->sequence - run->feeder->iss : h->sequence;
    a->ack = (h->flags & TCP_ACK) != 0 ? h->acknowledgment - fed->iss : 0;
    a->len = len;
    a->window = (h->flags & TCP_SYN) != 0 ? h->window : (uint32_t)h->window << scale;
    a->flags = h->flags;
}

static bool list_simulated(struct into *into)
{
    const struct trace *trace = &into->simulation.trace;
    const struct into_run *run = into->run;
    struct capture_list list = { NULL, 0, 0 };
    uint32_t after = 0, len;
    struct tcp_header h;
    int scale = 0;

    for (uint32_t n = 1; n <= trace->frames.count; n++) {
        struct into_answer *a;

        while (after < run->frame_count && run->feeder->fed[after].frame != 0 &&
               run->feeder->fed[after].frame <= n)
            after++;
        if (trace_frame(trace, n)->end == 0 || !read_frame(into, n, &h, &len))
            continue;
        a = add_answer(&list);
        if (a == NULL)
            return false;
        if ((h.flags & TCP_SYN) != 0 && run->fed_scaled)
            scale = scale_in(&h);
        fill_simulated(into, a, &h, len, scale);
        a->at = trace_frame(trace, n)->sent + run->delay - run->start;
        a->frame = n;
        a->after = after;
    }
    into->answers[1] = list.items;
    into->answer_count[1] = list.count;
    return true;
}

/* A, simulated, answers what the capture is too late to show, or is text that was under way
 * when it began. */
static bool is_before(const struct into *into, const struct into_answer *a)
{
    const struct capture_talk *talk = into->options.talk;
    uint32_t end = a->seq + a->len + ((a->flags & TCP_FIN) != 0);

    if (!talk->join.joined || (a->flags & TCP_RST) != 0)
        return false;
    if ((a->flags & TCP_SYN) != 0 || talk->join.half)
        return (a->flags & TCP_SYN) != 0 && !(talk->join.half && (a->flags & TCP_ACK) != 0);
    if (end != a->seq)
        return end - 1 <= talk->join.sent[!into->options.as];
    return a->at + talk->end[into->options.as].rtt / 2 + SLACK < talk->segments[talk->before].at;
}

static void count_before(struct into *into)
{
    while (into->before < into->answer_count[1] && is_before(into, &into->answers[1][into->before]))
        into->before++;
}

/* ---- What became of it ---- */

/* Of the connection with the fed side, also if it is gone; and whether it WAITED. */
static int simulated_state(const struct into *into, bool *waited)
{
    const struct host *host = into->run->player->host;
    const struct trace *trace = &into->simulation.trace;
    uint16_t port = into->options.talk->end[into->options.as].address.port;
    struct tcp_endpoint local, remote;
    uint32_t subject = 0;
    int state = STATE_TCP_CLOSED;

    for (uint32_t n = 1; tcp_name(host, n, &local, &remote); n++)
        if (remote.address == into->run->fed_address && remote.port == port)
            subject = n;
    for (uint32_t i = 0; subject != 0 && i < trace->records.count; i++) {
        struct record record = trace_read(trace, i);

        if (record.kind == RECORD_STATE && record.node == host->node.id &&
            record.what == MACHINE_TCP && record.subject == subject) {
            state = (int)record.b;
            *waited = *waited || state == STATE_TCP_TIME_WAIT;
        }
    }
    return state;
}

/* The last thing that passed is a SYN,ACK: what it did the capture ends too early to show. */
static bool ends_with_syn_ack(const struct into *into)
{
    const struct capture_talk *talk = into->options.talk;
    const struct talk_segment *last = &talk->segments[talk->count - 1];

    return last->side == into->options.as && !last->stray &&
           (last->flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK) &&
           talk->until - last->at <= talk->end[!into->options.as].rtt + SETTLE;
}

/* The state of the real host if it has taken what nothing shows it to have taken: a FIN, or the
 * very last segment. */
static int real_next(const struct into *into)
{
    const struct capture_talk *talk = into->options.talk;
    unsigned as = into->options.as;
    int state = into->real_state;
    const struct tcp_arrow *arrow = NULL;

    if (state == STATE_TCP_SYN_SENT && ends_with_syn_ack(into))
        arrow = tcp_arrow_find(state, TCP_RCV_SYN_ACK);
    else if (talk->end[as].fin && !talk->inference.end[!as].fin_taken)
        arrow = tcp_arrow_find(state, TCP_RCV_FIN);
    return arrow != NULL ? arrow->to : state;
}

static void judge(struct into *into)
{
    bool waited = false;

    into->real_state = into->options.talk->end[!into->options.as].state;
    into->real_next = real_next(into);
    into->simulated_state = simulated_state(into, &waited);
    into->starved = into->run->feeder->starved;
    into->agree = !into->starved && (into->simulated_state == into->real_state ||
                                     into->simulated_state == into->real_next ||
                                     (into->real_state == STATE_TCP_TIME_WAIT && waited &&
                                      into->simulated_state == STATE_TCP_CLOSED));
}

/* ---- All of it ---- */

static struct into_run *make_run(const struct into_options *options)
{
    struct into_run *run = calloc(1, sizeof(*run));

    if (run == NULL)
        return NULL;
    run->talk = options->talk;
    run->as = options->as;
    run->times = options->times;
    run->near = options->talk->end[options->as].rtt / 2;
    run->delay = options->talk->end[!options->as].rtt / 2;
    run->start = run->near > run->delay ? run->near : run->delay;
    if (into_plan(run))
        return run;
    into_plan_free(run);
    free(run);
    return NULL;
}

bool into_open(struct into *into, const struct into_options *options, char *why)
{
    bool made;

    memset(into, 0, sizeof(*into));
    into->options = *options;
    if (!is_possible(options, why))
        return false;
    snprintf(why, TALK_WHY_SIZE, "%s", _("out of memory"));
    into->run = make_run(options);
    into->lab = into->run != NULL ? into_lab(options, into->run) : NULL;
    made = into->lab != NULL && build(into);
    if (made) {
        run_to_end(into);
        made = list_real(into) && list_simulated(into);
        count_before(into);
        made = made && into_compare(into);
    }
    if (made)
        judge(into);
    else
        into_close(into);
    return made;
}

void into_close(struct into *into)
{
    if (into->simulation.world != NULL)
        simulation_close(&into->simulation);
    lab_free(into->lab);
    if (into->run != NULL)
        into_plan_free(into->run);
    free(into->run);
    free(into->answers[0]);
    free(into->answers[1]);
    free(into->rows);
    memset(into, 0, sizeof(*into));
}
