/*
 * What happens besides the sending of frames: the ladder's notes, made
 * sentences.
 */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "layers/names.h"
#include "layers/rule.h"
#include "layers/state.h"
#include "layers/tcp/tcp.h"
#include "layers/wire/text.h"
#include "tools/lib/narrate_parts.h"
#include "tools/lib/run_connection.h"
#include "tools/lib/text.h"

static const char *name_of(const struct narrator *n, uint16_t node)
{
    return node == NODE_NONE ? _("the wire") : run_node(n->view, node)->name;
}

struct narrate_connection *narrate_connection(const struct narrator *n, const struct record *record)
{
    if (!run_connection_of(n->view, record) || n->connections[record->node] == NULL ||
        record->subject > n->view->nodes[record->node].ends_count)
        return NULL;
    return &n->connections[record->node][record->subject];
}

void narrate_who(const struct narrator *n, const struct record *record, char *out, size_t size)
{
    char ports[RUN_CONNECTION_NAME_SIZE], spoken[2 * RUN_CONNECTION_NAME_SIZE];

    snprintf(out, size, "%s", name_of(n, record->node));
    if (!n->several || !run_connection_of(n->view, record) ||
        !run_connection_ports(n->view, run_node(n->view, record->node), record->subject, ports,
                              sizeof(ports)))
        return;
    narrate_speak(ports, spoken, sizeof(spoken));
    snprintf(out, size, strchr(ports, '>') != NULL ? "%s (%s)" : _("%s (port %s)"),
             name_of(n, record->node), spoken);
}

/* "sends ...", "could ...": the words go on where a name has begun. */
static bool begins_with_verb(const char *text)
{
    size_t len = strcspn(text, " ");

    return len > 1 && islower((unsigned char)text[0]) &&
           (text[len - 1] == 's' || strncmp(text, "could", len) == 0);
}

/* Without arrows: "24 -> 44 bytes". */
static void put_spoken(const char *text, char *out, size_t size)
{
    struct text t = text_begin(out, size);

    while (*text != '\0') {
        bool arrow = strncmp(text, " -> ", 4) == 0;

        if (arrow)
            text_put(&t, _(" to "));
        else
            text_char(&t, *text);
        text += arrow ? 4 : 1;
    }
}

static void tell(struct narrator *n, const struct record *record, const char *words)
{
    char who[NARRATE_NAME_SIZE], text[2 * LADDER_TEXT_SIZE];

    put_spoken(words, text, sizeof(text));

    narrate_who(n, record, who, sizeof(who));
    narrate_line(n, begins_with_verb(text) ? "%s %s." : "%s: %s.", who, text);
}

/* ---- States ---- */

static void tell_tcp_state(struct narrator *n, const struct record *record)
{
    struct narrate_connection *c = narrate_connection(n, record);
    char sentence[LADDER_TEXT_SIZE], citation[LADDER_TEXT_SIZE] = "", who[NARRATE_NAME_SIZE];
    bool cited = rule_citation(record->rule, citation, sizeof(citation)) > 0;

    if (c != NULL)
        c->state = (int)record->b;
    narrate_who(n, record, who, sizeof(who));
    rule_sentence(record->rule, 0, 0, sentence, sizeof(sentence));
    narrate_line(
        n, _("%s goes from %s to %s: %s%s%s%s."), who,
        record->a == STATE_NONE ? state_name(STATE_TCP_CLOSED) : state_name((int)record->a),
        state_name((int)record->b), sentence, cited ? " (" : "", citation, cited ? ")" : "");
}

static void tell_arp_state(struct narrator *n, const struct record *record)
{
    const char *name = name_of(n, record->node), *new = state_name((int)record->b);
    char address[IPV4_TEXT_SIZE];

    ipv4_format(record->subject, address, sizeof(address));
    if (record->b == STATE_NONE)
        narrate_line(n, _("%s forgets its ARP entry of %s."), name, address);
    else if (record->a == STATE_NONE)
        narrate_line(n, _("%s makes an ARP entry of %s, which is %s."), name, address, new);
    else
        narrate_line(n, _("%s has an ARP entry of %s that goes from %s to %s."), name, address,
                     state_name((int)record->a), new);
}

static void tell_state(struct narrator *n, uint32_t index, const struct record *record)
{
    struct ladder_note note;

    if (record->what == MACHINE_TCP) {
        tell_tcp_state(n, record);
    } else if (record->what == MACHINE_ARP_ENTRY) {
        tell_arp_state(n, record);
    } else if (record->what == MACHINE_LINK && record->subject < n->view->world->link_count) {
        narrate_line(n, _("%s sees the link %s go from %s to %s."), name_of(n, record->node),
                     n->view->world->links[record->subject]->name, state_name((int)record->a),
                     state_name((int)record->b));
    } else {
        ladder_note(n->view, n->tcp, index, 0, &note);
        tell(n, record, note.text);
    }
}

/* ---- Losses ---- */

static void tell_lost(struct narrator *n, uint32_t index, const struct record *record)
{
    const char *name = name_of(n, record->node), *does;
    char spoken[2 * LADDER_TEXT_SIZE];
    struct ladder_note note;

    ladder_note(n->view, n->tcp, index, 0, &note);
    does = note.meaning == MEANING_LOST ? _("drops") : _("ignores");
    n->losses += note.meaning == MEANING_LOST;
    if (run_loss_place(record) == RUN_LOST_BEFORE_WIRE) {
        narrate_speak(note.text, spoken, sizeof(spoken));
        narrate_line(n, _("%s cannot put a frame on the link %s, so it is lost: %s."), name,
                     n->view->world->links[record->what]->name, spoken);
    } else if (run_loss_place(record) == RUN_LOST_ON_WIRE) {
        n->flying--;
        narrate_line(n, _("Frame %" PRIu32 " is lost on its way: %s."), record->frame, note.text);
    } else if (note.shared) {
        narrate_line(n, _("%s %s what has come in several: %s."), name, does, note.text);
    } else if (record->frame != 0) {
        narrate_line(n, _("%s %s frame %" PRIu32 ": %s."), name, does, record->frame, note.text);
    } else {
        narrate_line(n, _("%s %s a packet: %s."), name, does, note.text);
    }
}

/* ---- Windows ---- */

/* What holds a sender back, as in the timeline's `W`; NULL: nothing to be told. */
static const char *limit_words(int64_t limit)
{
    switch ((enum tcp_limit)limit) {
    case TCP_LIMIT_CWND: return _("the congestion window is full (RFC 5681, 3.1)");
    case TCP_LIMIT_PEER_WINDOW: return _("the peer's window is full (RFC 9293, 3.8.6)");
    case TCP_LIMIT_NAGLE:
        return _("Nagle: little is left to send, and an ACK is to come (RFC 9293, 3.7.4)");
    case TCP_LIMIT_SILLY_WINDOW:
        return _("the peer's window has no room for a whole segment (RFC 9293, 3.8.6.2.1)");
    case TCP_LIMIT_STOP_AND_WAIT: return _("stop-and-wait: one segment at a time");
    case TCP_LIMIT_CORK: return _("corked: what there is does not fill a segment");
    case TCP_LIMIT_NOTHING_TO_SEND:
    case TCP_LIMIT_STATE: break;
    }
    return NULL;
}

/* Of a long transfer, only what is new. */
static void tell_limit(struct narrator *n, const struct record *record,
                       struct narrate_connection *c)
{
    const char *words = limit_words(record->b);
    char who[NARRATE_NAME_SIZE];

    if (words == NULL || (n->view->many_reads && c->limit == record->b))
        return;
    if (record->b == TCP_LIMIT_NAGLE && !n->view->many_reads)
        return; /* the ladder's words tell it, each time (ladder_moments.h) */
    c->limit = (int)record->b;
    narrate_go_to(n, record);
    narrate_who(n, record, who, sizeof(who));
    narrate_line(n, _("%s stops sending: %s."), who, words);
}

static void tell_window(struct narrator *n, const struct record *record,
                        struct narrate_connection *c)
{
    bool shuts = record->b == 0 && record->a > 0;
    char who[NARRATE_NAME_SIZE];

    if (!shuts && !(c->shut && record->a == 0 && record->b > 0))
        return;
    c->shut = shuts;
    narrate_go_to(n, record);
    narrate_who(n, record, who, sizeof(who));
    if (shuts)
        narrate_line(n, _("%s learns that the peer's window is closed."), who);
    else
        narrate_line(n, _("%s learns that the peer's window is open again, for %" PRId64 " bytes."),
                     who, record->b);
}

void narrate_value(struct narrator *n, const struct record *record)
{
    struct narrate_connection *c = narrate_connection(n, record);

    if (c == NULL)
        return;
    if (record->what == VARIABLE_TCP_LIMIT)
        tell_limit(n, record, c);
    else if (record->what == VARIABLE_TCP_SND_WND)
        tell_window(n, record, c);
}

/* ---- The rest ---- */

static void tell_note(struct narrator *n, uint32_t index, const struct record *record)
{
    char text[2 * LADDER_TEXT_SIZE];
    struct ladder_note note;

    ladder_note(n->view, n->tcp, index, n->options->why, &note);
    if (note.mark == LADDER_COMMAND_MARK && note.link != LINK_NONE) {
        narrate_line(n, _("The link %s is told: %s."), n->view->world->links[note.link]->name,
                     note.text);
    } else if (note.mark == LADDER_COMMAND_MARK) {
        narrate_line(n, _("%s is told: %s."), name_of(n, record->node), note.text);
    } else {
        ladder_note_line(&note, true, sizeof(text), "", text, sizeof(text));
        tell(n, record, text);
    }
}

void narrate_record(struct narrator *n, uint32_t index, const struct record *record)
{
    switch ((enum record_kind)record->kind) {
    case RECORD_LOST: tell_lost(n, index, record); break;
    case RECORD_STATE: tell_state(n, index, record); break;
    case RECORD_FATE:
    case RECORD_WHY:
    case RECORD_APP:
    case RECORD_TIMER:
    case RECORD_VALUE: tell_note(n, index, record); break;
    case RECORD_TX:
    case RECORD_RX:
    case RECORD_KINDS: break;
    }
}
