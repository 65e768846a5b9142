#include "tools/lib/ladder_words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "layers/names.h"
#include "layers/rule.h"
#include "layers/state.h"
#include "layers/tcp/cc.h"
#include "layers/wire/summary.h"
#include "tools/lib/capture_run.h"
#include "tools/lib/ladder.h"
#include "tools/lib/ladder_moments.h"
#include "tools/lib/ladder_once.h"
#include "tools/lib/run_connection.h"
#include "tools/lib/run_field.h"
#include "tools/lib/run_join.h"
#include "tools/lib/text.h"

static enum meaning meaning_of(const struct dissection *d)
{
    const struct layer *ip = dissection_find(d, LAYER_IPV4);
    enum meaning meaning = MEANING_OTHER;

    if (ip != NULL && ip->parsed && ipv4_header_is_fragment(&ip->as.ipv4))
        return MEANING_IP;
    for (size_t i = 0; i < d->count; i++) {
        if (d->layers[i].quoted)
            break;
        switch (d->layers[i].kind) {
        case LAYER_ARP: return MEANING_ARP;
        case LAYER_ICMP:
        case LAYER_ICMPV6: return MEANING_ICMP;
        case LAYER_UDP: return MEANING_UDP;
        case LAYER_TCP: return MEANING_TCP;
        case LAYER_IPV4:
        case LAYER_IPV6: meaning = MEANING_IP; break;
        default: break;
        }
    }
    return meaning;
}

static void say_facts(const struct dissection *d, const struct tcp_view *tcp,
                      struct ladder_facts *facts)
{
    if (facts->is_tcp)
        tcp_view_format(tcp, d, &facts->segment, TCP_IN_FULL, facts->full, sizeof(facts->full));
    else
        summary_format(d, facts->full, sizeof(facts->full));
    facts->brief[0] = '\0';
    facts->meaning = meaning_of(d);
    facts->damaged = d->refused != RULE_NONE;
}

/* As much of it as fits into ROOM columns, if there is a form of it that does. */
static void say_in_short(const struct dissection *d, const struct tcp_view *tcp, int room,
                         struct ladder_facts *facts)
{
    if (!facts->is_tcp) {
        summary_format_short(d, facts->brief, sizeof(facts->brief));
        return;
    }
    for (int detail = TCP_CLOSER; detail < TCP_DETAILS; detail++)
        if (tcp_view_format(tcp, d, &facts->segment, (enum tcp_detail)detail, facts->brief,
                            sizeof(facts->brief)) <= (size_t)max_i64(room, 0))
            return;
}

struct tcp_view *ladder_open_tcp(const struct run_view *view, bool absolute)
{
    return tcp_view_open((absolute ? TCP_VIEW_ABSOLUTE : 0u) |
                         (view->capture != NULL ? TCP_VIEW_CAPTURE : 0u));
}

void ladder_follow(const struct run_view *view, struct tcp_view *tcp, uint32_t frame)
{
    struct tcp_segment segment;
    struct dissection d;

    run_dissect(view->trace, frame, &d);
    tcp_view_take(tcp, &d, tcp_sight_of(view->trace, frame), &segment);
}

/* In a capture: which frame this one answers, repeats or completes; "" if none. */
static void say_thread(const struct run_view *view, uint32_t frame, bool in_short, char *out,
                       size_t size)
{
    struct capture_thread thread;

    out[0] = '\0';
    if (view->capture == NULL)
        return;
    capture_run_thread(view->capture, frame, &thread);
    capture_thread_format(&thread, in_short, out, size);
}

/* It stands before what is wrong with the frame. */
static void add_thread(const struct run_view *view, uint32_t frame, struct ladder_facts *facts)
{
    size_t end = summary_problems_at(facts->full);
    char words[THREAD_LINE_SIZE], problems[LADDER_TEXT_SIZE];

    say_thread(view, frame, false, words, sizeof(words));
    if (words[0] == '\0')
        return;
    snprintf(problems, sizeof(problems), "%s", facts->full + end);
    snprintf(facts->full + end, sizeof(facts->full) - end, "%s%s", words, problems);
}

/* In a capture: which frame this one acknowledges or sends again, and how long after. */
static bool say_since(const struct run_view *view, uint32_t frame, bool in_short, char *out,
                      size_t size)
{
    struct capture_since since;

    out[0] = '\0';
    if (view->capture == NULL)
        return false;
    capture_run_since(view->capture, frame, &since);
    capture_since_format(&since, in_short, out, size);
    return since.kind == SINCE_SENT;
}

void ladder_facts(const struct run_view *view, struct tcp_view *tcp, uint32_t frame,
                  struct ladder_facts *facts)
{
    struct dissection d;

    run_dissect(view->trace, frame, &d);
    facts->is_tcp = tcp_view_take(tcp, &d, tcp_sight_of(view->trace, frame), &facts->segment);
    if (view->blanks != NULL && facts->is_tcp)
        facts->segment.hidden = ladder_hidden_fields(view, frame, &facts->segment);
    say_facts(&d, tcp, facts);
    add_thread(view, frame, facts);
    facts->resends = say_since(view, frame, false, facts->since, sizeof(facts->since));
    ladder_blank_facts(view, frame, facts, facts->full, sizeof(facts->full));
}

void ladder_facts_add_since(struct ladder_facts *facts)
{
    size_t len = strlen(facts->full);

    snprintf(facts->full + len, sizeof(facts->full) - len, "%s", facts->since);
}

void ladder_facts_in_short(const struct run_view *view, const struct tcp_view *tcp, uint32_t frame,
                           int room, struct ladder_facts *facts)
{
    char words[THREAD_LINE_SIZE], since[SINCE_SIZE];
    struct dissection d;
    size_t end;
    uint32_t len;

    run_dissect(view->trace, frame, &d);
    facts->segment.header = tcp_view_segment(&d, &len);
    say_thread(view, frame, true, words, sizeof(words));
    say_since(view, frame, true, since, sizeof(since));
    end = strlen(words) + (facts->resends ? strlen(since) : 0);
    say_in_short(&d, tcp, room - (int)end, facts);
    end = strlen(facts->brief);
    if ((int)(end + strlen(words) + strlen(since)) > room)
        since[0] = '\0';
    snprintf(facts->brief + end, sizeof(facts->brief) - end, "%s%s", words, since);
    ladder_blank_facts(view, frame, facts, facts->brief, sizeof(facts->brief));
}

bool ladder_break(const struct run_view *view, uint32_t frame, uint32_t index, char *out,
                  size_t size)
{
    const struct capture_break *list;
    uint32_t count;

    if (view->capture == NULL || view->goes_on) /* more may yet be found, and explained */
        return false;
    list = capture_run_breaks(view->capture, frame, &count);
    if (index >= count)
        return false;
    snprintf(out, size, "! ");
    capture_run_tell_break(view->capture, &list[index], out + 2, size - 2);
    return true;
}

static void unsent_facts(const struct trace_unsent *unsent, struct tcp_view *tcp,
                         struct ladder_facts *facts)
{
    struct span kept = { unsent->bytes, min_size(unsent->len, TRACE_UNSENT_BYTES) };
    struct dissection d;

    dissect(&d, kept, unsent->len, LAYER_ETHERNET);
    d.truncated = false; /* it was not: the trace keeps no more of it */
    facts->is_tcp =
        tcp_view_peek(tcp, &d, (struct tcp_sight){ .identity = unsent->identity }, &facts->segment);
    say_facts(&d, tcp, facts);
    say_in_short(&d, tcp, 0, facts);
}

/* A command that could not be done, for somebody who waits in vain. */
static bool is_refusal(rule_id rule)
{
    static const char APP[] = "APP_", ECHO[] = "APP_ECHO_";
    const char *name = rule_get(rule)->name;

    return strncmp(name, APP, strlen(APP)) == 0 && strncmp(name, ECHO, strlen(ECHO)) != 0;
}

/* The congestion window, which changes too often to be told unasked. */
static bool is_window(const struct record *record)
{
    const char *name = variable_name(record->what)->name;

    return strcmp(name, "tcp.cwnd") == 0 || strcmp(name, "tcp.ssthresh") == 0;
}

static bool is_asked(unsigned why, enum rule_layer layer)
{
    return (why & LADDER_WHY(layer)) != 0;
}

/* A decision that is told unasked. */
static bool is_moment(const struct run_view *view, const struct record *record)
{
    return ladder_moment(record->rule) != NULL &&
           !(view->many_reads && ladder_moment_is_frequent(record->rule));
}

static bool is_of_ladder(const struct run_view *view, const struct record *record, unsigned why)
{
    switch ((enum record_kind)record->kind) {
    case RECORD_TX:
    case RECORD_RX:
    case RECORD_LOST:
    case RECORD_FATE:
    case RECORD_STATE: return true;
    case RECORD_APP:
        if (!is_asked(why, RULE_OF_APP) && view->many_reads && run_is_bulk(record))
            return false;
        return record->what != APP_COMMAND || run_command_text(view, record) != NULL;
    case RECORD_WHY:
        return is_asked(why, rule_layer(record->rule)) || is_refusal(record->rule) ||
               record->rule == RULE_SWITCH_LEARNS || record->rule == RULE_SWITCH_MOVED ||
               is_moment(view, record);
    case RECORD_VALUE: return is_asked(why, RULE_OF_TCP) && is_window(record);
    case RECORD_TIMER: return record->b == TIMER_FIRED && run_timer_is_of_tcp(record->what);
    case RECORD_KINDS: break;
    }
    return false;
}

bool ladder_befalls_flight(const struct record *record)
{
    return record->kind == RECORD_RX || record->kind == RECORD_FATE ||
           (record->kind == RECORD_LOST && run_loss_place(record) == RUN_LOST_ON_WIRE);
}

bool ladder_shows(const struct run_view *view, const struct record *record,
                  const struct ladder_options *options)
{
    return is_of_ladder(view, record, options->why) &&
           (options->shows == NULL || ladder_befalls_flight(record) ||
            options->shows(options->context, record));
}

__attribute__((format(printf, 2, 3))) static void add_words(struct ladder_note *note,
                                                            const char *format, ...)
{
    size_t len = strlen(note->text);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(note->text + len, sizeof(note->text) - len, format, arguments);
    va_end(arguments);
}

/* Which of several connections, "49152>80 ", before what is said of it. */
static void say_whose(const struct run_view *view, const struct record *record,
                      struct ladder_note *note)
{
    char ports[RUN_CONNECTION_NAME_SIZE];

    if (view->several_connections && run_connection_of(view, record) &&
        run_connection_ports(view, run_node(view, record->node), record->subject, ports,
                             sizeof(ports)))
        snprintf(note->text, sizeof(note->text), "%s ", ports);
}

static void add_citation(rule_id rule, struct ladder_note *note)
{
    char citation[LADDER_TEXT_SIZE];

    if (rule_citation(rule, citation, sizeof(citation)) > 0)
        add_words(note, " (%s)", citation);
}

/* Why: the arrow of TCP's diagram that was taken. */
static void say_tcp_state(const struct run_view *view, const struct record *record, unsigned why,
                          struct ladder_note *note)
{
    char sentence[LADDER_TEXT_SIZE];

    say_whose(view, record, note);
    add_words(note, "%s", state_name((int)record->b));
    if (view->capture != NULL)
        add_words(note, "%s", _(" (inferred)"));
    if (!is_asked(why, RULE_OF_TCP))
        return;
    rule_sentence(record->rule, 0, 0, sentence, sizeof(sentence));
    add_words(note, ": %s", sentence);
    add_citation(record->rule, note);
}

static void say_state(const struct run_view *view, const struct record *record, unsigned why,
                      struct ladder_note *note)
{
    char subject[IPV4_TEXT_SIZE];
    const char *new = state_name((int)record->b);

    note->meaning = MEANING_STATE;
    if (record->what == MACHINE_ARP_ENTRY) {
        ipv4_format(record->subject, subject, sizeof(subject));
        snprintf(note->text, sizeof(note->text), "ARP %s %s", subject,
                 record->b == STATE_NONE ? _("forgotten") : new);
    } else if (record->what == MACHINE_LINK && record->subject < view->world->link_count) {
        snprintf(note->text, sizeof(note->text), "%s %s", view->world->links[record->subject]->name,
                 new);
    } else if (record->what == MACHINE_TCP) {
        say_tcp_state(view, record, why, note);
    } else {
        snprintf(note->text, sizeof(note->text), "%s %s", machine_name(record->what)->name, new);
    }
}

/* "RTO expires (1 s)". */
static void say_timer(const struct run_view *view, uint32_t index, const struct record *record,
                      struct ladder_note *note)
{
    char length[LADDER_TEXT_SIZE];
    vtime set_for = run_timer_length(view, index);

    note->meaning = MEANING_STATE;
    say_whose(view, record, note);
    if (record->what == TIMER_TCP_RETRANSMISSION)
        add_words(note, _("RTO expires"));
    else
        add_words(note, _("%s timer expires"), timer_name(record->what)->name);
    /* Set anew with each ACK, it runs for the rest of the user's patience. */
    if (set_for <= 0 || record->what == TIMER_TCP_USER_TIMEOUT)
        return;
    sentence_format(" ({a:time})", set_for, 0, length, sizeof(length));
    add_words(note, "%s", length);
}

enum { WINDOW_TEXT_SIZE = 40 };

static void window_format(int64_t bytes, char *out, size_t size)
{
    if (bytes >= CC_WINDOW_MAX)
        snprintf(out, size, "%s", _("as high as can be"));
    else
        sentence_format("{a:bytes}", bytes, 0, out, size);
}

static void say_value(const struct run_view *view, const struct record *record,
                      struct ladder_note *note)
{
    char old[WINDOW_TEXT_SIZE], new[WINDOW_TEXT_SIZE];

    note->meaning = MEANING_WHY;
    note->mark = 0x25e6; /* white bullet */
    say_whose(view, record, note);
    window_format(record->a, old, sizeof(old));
    window_format(record->b, new, sizeof(new));
    add_words(note, "%s: %s", variable_name(record->what)->name, new);
    if (record->a != 0)
        add_words(note, _(", was %s"), old);
}

static void say_rule(const struct record *record, struct ladder_note *note)
{
    rule_sentence(record->rule, record->a, record->b, note->text, sizeof(note->text));
}

static void say_why(const struct run_view *view, const struct record *record,
                    struct ladder_note *note)
{
    char sentence[LADDER_TEXT_SIZE];

    note->meaning = MEANING_WHY;
    note->mark = 0x25e6; /* white bullet */
    say_whose(view, record, note);
    rule_sentence(record->rule, record->a, record->b, sentence, sizeof(sentence));
    add_words(note, "%s", sentence);
    add_citation(record->rule, note);
}

static void say_moment(const struct run_view *view, const struct record *record,
                       struct ladder_note *note)
{
    char sentence[LADDER_TEXT_SIZE];

    note->meaning = MEANING_STATE;
    say_whose(view, record, note);
    sentence_format(ladder_moment(record->rule), record->a, record->b, sentence, sizeof(sentence));
    add_words(note, "%s", sentence);
}

/* A switch's own words are those of a state that changes: short. */
static void say_learnt(const struct run_view *view, const struct record *record,
                       struct ladder_note *note)
{
    const struct node *node = run_node(view, record->node);
    bool moved = record->rule == RULE_SWITCH_MOVED;
    const char *to = "?";
    char mac[MAC_TEXT_SIZE];

    if (record->b >= 1 && record->b <= node->port_count &&
        node->ports[record->b - 1].link != NULL) {
        const struct link *link = node->ports[record->b - 1].link;
        bool other = link->ends[0] == &node->ports[record->b - 1];

        to = link->ends[other]->node->name;
    }
    note->meaning = MEANING_STATE;
    mac_format(mac_from_int64(record->a), mac, sizeof(mac));
    snprintf(note->text, sizeof(note->text),
             moved ? _("%s moves to port %d (to %s)") : _("learns %s at port %d (to %s)"), mac,
             (int)record->b, to);
    snprintf(note->brief, sizeof(note->brief),
             moved ? _("..%02x moves, port %d (%s)") : _("learns ..%02x, port %d (%s)"),
             (unsigned)(record->a & 0xff), (int)record->b, to);
}

/* The same in less room, or "". */
static void say_cause_short(const struct record *record, char *out, size_t size)
{
    out[0] = '\0';
    if (record->rule == RULE_LINK_QUEUE_FULL)
        snprintf(out, size, _("queue full (%lld)"), (long long)record->a);
}

/* What it was that no wire took: it has no number, and nobody has seen it. */
static void say_unsent(const struct run_view *view, struct tcp_view *tcp,
                       const struct record *record, struct ladder_note *note)
{
    struct ladder_facts facts;
    char cause[LADDER_TEXT_SIZE];

    say_cause_short(record, note->brief, sizeof(note->brief));
    if (record->subject == 0)
        return;
    snprintf(cause, sizeof(cause), "%s", note->brief[0] != '\0' ? note->brief : note->text);
    unsent_facts(trace_unsent(view->trace, record->subject), tcp, &facts);
    add_words(note, ": %s", facts.full);
    snprintf(note->brief, sizeof(note->brief), "%.128s: %.255s", cause, facts.brief);
}

static void say_lost(const struct run_view *view, struct tcp_view *tcp, uint32_t index,
                     const struct record *record, struct ladder_note *note)
{
    char frames[128];

    /* What is here already is no loss. */
    note->meaning = record->rule == RULE_REASSEMBLY_DUPLICATE ? MEANING_FATE : MEANING_LOST;
    note->mark = record->rule == RULE_REASSEMBLY_DUPLICATE ? '~' : 'x';
    say_rule(record, note);
    note->shared = ladder_sharers(view, index, frames, sizeof(frames));
    if (note->shared)
        add_words(note, "%s", frames);
    if (run_loss_place(record) == RUN_LOST_BEFORE_WIRE)
        say_unsent(view, tcp, record, note);
}

static void say_fate(const struct run_view *view, const struct record *record,
                     struct ladder_note *note)
{
    struct run_damage damage = run_fate_damage(view, record);

    note->meaning = MEANING_FATE;
    note->mark = '~';
    say_rule(record, note);
    if (damage.field != NULL)
        add_words(note, " (%s%s%s)", damage.field, damage.second != NULL ? ", " : "",
                  damage.second != NULL ? damage.second : "");
}

static void say_app(const struct run_view *view, uint32_t index, const struct record *record,
                    struct ladder_note *note)
{
    const char *command = run_command_text(view, record);

    note->meaning = MEANING_APP;
    if (command == NULL) {
        char sentence[LADDER_TEXT_SIZE];

        sentence_format(app_name(record->what)->text, record->a, record->b, sentence,
                        sizeof(sentence));
        say_whose(view, record, note);
        add_words(note, "%s", sentence);
        run_message_quote(view, index, &note->quote);
        return;
    }
    note->mark = LADDER_COMMAND_MARK;
    note->link = run_command_link(view, record);
    add_words(note, "%s", command);
}

bool ladder_tells_passing(const struct run_view *view, uint32_t frame)
{
    const struct trace_frame *sent = trace_frame(view->trace, frame);

    return run_join_before(view->joins, frame) != 0 &&
           run_node_is_host(run_frame_from(view, sent)->node);
}

/* A router's new frame around the old packet: what of it is another than before. */
static void say_passing(const struct run_view *view, const struct record *record,
                        struct ladder_note *note)
{
    char source[MAC_TEXT_SIZE], destination[MAC_TEXT_SIZE];
    const struct layer *ethernet, *before, *ip;
    struct dissection in, out;

    if (!ladder_tells_passing(view, record->frame))
        return;
    run_dissect(view->trace, run_join_before(view->joins, record->frame), &in);
    run_dissect(view->trace, record->frame, &out);
    before = dissection_find(&in, LAYER_IPV4);
    ip = dissection_find(&out, LAYER_IPV4);
    ethernet = dissection_find(&out, LAYER_ETHERNET);
    note->meaning = MEANING_STATE;
    if (before == NULL || ip == NULL || ethernet == NULL || !ethernet->parsed)
        return;
    mac_format(ethernet->as.ethernet.source, source, sizeof(source));
    mac_format(ethernet->as.ethernet.destination, destination, sizeof(destination));
    snprintf(note->text, sizeof(note->text), _("TTL %u -> %u, now from %s to %s"),
             before->as.ipv4.ttl, ip->as.ipv4.ttl, source, destination);
    snprintf(note->brief, sizeof(note->brief), _("TTL %u -> %u, ..%02x to ..%02x"),
             before->as.ipv4.ttl, ip->as.ipv4.ttl, ethernet->as.ethernet.source.at[MAC_LEN - 1],
             ethernet->as.ethernet.destination.at[MAC_LEN - 1]);
}

void ladder_note(const struct run_view *view, struct tcp_view *tcp, uint32_t index, unsigned why,
                 struct ladder_note *note)
{
    struct record read = trace_read(view->trace, index);
    const struct record *record = &read;

    memset(note, 0, sizeof(*note));
    note->mark = 0x25cf; /* black circle */
    note->link = LINK_NONE;
    switch ((enum record_kind)record->kind) {
    case RECORD_LOST: say_lost(view, tcp, index, record, note); break;
    case RECORD_FATE: say_fate(view, record, note); break;
    case RECORD_WHY:
        if (is_asked(why, rule_layer(record->rule)) || is_refusal(record->rule))
            say_why(view, record, note);
        else if (ladder_moment(record->rule) != NULL)
            say_moment(view, record, note);
        else
            say_learnt(view, record, note);
        break;
    case RECORD_STATE: say_state(view, record, why, note); break;
    case RECORD_APP: say_app(view, index, record, note); break;
    case RECORD_TIMER: say_timer(view, index, record, note); break;
    case RECORD_VALUE: say_value(view, record, note); break;
    case RECORD_TX: say_passing(view, record, note); break;
    case RECORD_RX:
    case RECORD_KINDS: break;
    }
    ladder_blank_note(view, index, record, note);
}

enum { QUOTE_WORTH = 6 }; /* characters of a message; fewer tell nothing */

void ladder_note_line(const struct ladder_note *note, bool ascii, int room, const char *before,
                      char *out, size_t size)
{
    const char *dots = ascii ? "..." : "…", *text = note->text;
    int left = room - canvas_text_width(before) - canvas_text_width(text);
    int shown = (int)strlen(note->quote.text);
    bool goes_on = note->quote.goes_on;

    if (left < 0 && note->brief[0] != '\0')
        text = note->brief;
    left -= 3; /* a space and two quotation marks */
    if (shown + (goes_on ? canvas_text_width(dots) : 0) > left) {
        goes_on = true;
        shown = left - canvas_text_width(dots);
    }
    if (note->quote.text[0] == '\0' || (goes_on && shown < QUOTE_WORTH))
        snprintf(out, size, "%s%s", before, text);
    else
        snprintf(out, size, "%s%s \"%.*s%s\"", before, text, shown, note->quote.text,
                 goes_on ? dots : "");
}
