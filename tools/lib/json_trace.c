#include "tools/lib/json_trace.h"

#include <string.h>

#include "layers/names.h"
#include "layers/rule.h"
#include "layers/state.h"
#include "tools/lib/json_parts.h"
#include "tools/lib/run_connection.h"
#include "tools/lib/run_field.h"

enum { SENTENCE_SIZE = 512, VANTAGE_SIZE = 128 };

static void put_addresses(struct json_writer *w, const struct run_view *view,
                          const struct node *node)
{
    char address[64];

    json_open(w, "addresses", '[');
    for (unsigned port = 0; port < node->port_count; port++)
        if (run_address_format(view, node->id, port, address, sizeof(address)) > 0)
            json_put_string(w, NULL, address);
    json_close(w, ']');
}

static void put_link(struct json_writer *w, const struct run_view *view, const struct link *link)
{
    char vantage[VANTAGE_SIZE];

    json_open(w, NULL, '{');
    json_put_string(w, "name", link->name);
    json_open(w, "ends", '[');
    for (unsigned end = 0; end < 2; end++) {
        run_port_format(view, link->ends[end], vantage, sizeof(vantage));
        json_put_string(w, NULL, vantage);
    }
    json_close(w, ']');
    json_close(w, '}');
}

static void write_head(const struct run_view *view, FILE *out)
{
    const struct world *world = view->world;
    struct json_writer w;

    json_begin(&w, out);
    json_put_string(&w, "schema", "rung.trace/1");
    json_put_string(&w, "title", view->title == NULL ? "" : view->title);
    json_put_unsigned(&w, "seed", world->seed);
    json_open(&w, "nodes", '[');
    for (uint32_t i = 0; i < world->node_count; i++) {
        json_open(&w, NULL, '{');
        json_put_string(&w, "name", world->nodes[i]->name);
        json_put_string(&w, "kind", world->nodes[i]->ops->kind);
        put_addresses(&w, view, world->nodes[i]);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    json_open(&w, "links", '[');
    for (uint32_t i = 0; i < world->link_count; i++)
        put_link(&w, view, world->links[i]);
    json_close(&w, ']');
    json_end(&w);
}

static void put_frame_number(struct json_writer *w, const struct record *record)
{
    if (record->frame != 0)
        json_put_integer(w, "frame", record->frame);
}

static void put_link_name(struct json_writer *w, const struct run_view *view, uint16_t link)
{
    json_put_string(w, "link", view->world->links[link]->name);
}

static void put_tx(struct json_writer *w, const struct run_view *view, const struct record *record)
{
    struct span bytes = trace_frame_bytes(view->trace, record->frame);
    const struct trace_frame *frame = trace_frame(view->trace, record->frame);

    json_put_integer(w, "frame", record->frame);
    put_link_name(w, view, record->what);
    json_put_string(w, "to", run_frame_to(view, frame)->node->name);
    json_put_integer(w, "len", frame->len);
    json_put_frame_fields(w, bytes);
}

static void put_rule(struct json_writer *w, const struct record *record)
{
    const struct rule *rule = rule_get(record->rule);
    char sentence[SENTENCE_SIZE];

    rule_sentence(record->rule, record->a, record->b, sentence, sizeof(sentence));
    json_put_string(w, "rule", rule->name);
    json_put_string(w, "sentence", sentence);
    if (rule->rfc == 0)
        return;
    json_put_integer(w, "rfc", rule->rfc);
    json_put_string(w, "section", rule->section);
    if (rule->label[0] != '\0')
        json_put_string(w, "label", rule->label);
}

static void put_lost(struct json_writer *w, const struct run_view *view,
                     const struct record *record)
{
    put_rule(w, record);
    put_frame_number(w, record);
    if (record->what != LINK_NONE)
        put_link_name(w, view, record->what);
}

static void put_fate(struct json_writer *w, const struct run_view *view,
                     const struct record *record)
{
    struct run_damage damage = run_fate_damage(view, record);

    put_lost(w, view, record);
    if (damage.field != NULL)
        json_put_string(w, "field", damage.field);
    if (damage.second != NULL)
        json_put_string(w, "second_field", damage.second);
}

static void put_address(struct json_writer *w, const struct record *record)
{
    char address[IPV4_TEXT_SIZE];

    ipv4_format(record->subject, address, sizeof(address));
    json_put_string(w, "address", address);
}

/* Whose state, value, timer, reason or doing it is. */
static void put_subject(struct json_writer *w, const struct run_view *view,
                        const struct record *record, bool is_address)
{
    char name[RUN_CONNECTION_NAME_SIZE];

    if (run_connection_of(view, record) &&
        run_connection_name(view, run_node(view, record->node), record->subject, name,
                            sizeof(name)))
        json_put_string(w, "conn", name);
    if (is_address)
        put_address(w, record);
    else if (record->subject != 0)
        json_put_integer(w, "subject", record->subject);
}

static void put_state(struct json_writer *w, const struct run_view *view,
                      const struct record *record)
{
    json_put_string(w, "machine", machine_name(record->what)->name);
    if (record->what == MACHINE_LINK && record->subject < view->world->link_count)
        put_link_name(w, view, (uint16_t)record->subject);
    else
        put_subject(w, view, record, record->what == MACHINE_ARP_ENTRY);
    json_put_string(w, "old", state_name((int)record->a));
    json_put_string(w, "new", state_name((int)record->b));
    if (record->rule != RULE_NONE)
        json_put_string(w, "rule", rule_get(record->rule)->name);
    put_frame_number(w, record);
}

static void put_value(struct json_writer *w, const struct run_view *view,
                      const struct record *record)
{
    json_put_string(w, "var", variable_name(record->what)->name);
    put_subject(w, view, record, record->what == VARIABLE_IP_PATH_MTU);
    json_put_integer(w, "old", record->a);
    json_put_integer(w, "new", record->b);
    put_frame_number(w, record);
}

static void put_timer(struct json_writer *w, const struct run_view *view,
                      const struct record *record)
{
    static const char *const changes[] = { "set", "fired", "stopped" };
    bool of_address = record->what == TIMER_ARP_RETRY || record->what == TIMER_ARP_AGEING ||
                      record->what == TIMER_ARP_ANNOUNCE || record->what == TIMER_PATH_MTU;

    ASSERT(record->b >= 0 && (size_t)record->b < ARRAY_LEN(changes));
    json_put_string(w, "timer", timer_name(record->what)->name);
    put_subject(w, view, record, of_address);
    json_put_string(w, "change", changes[record->b]);
    json_put_integer(w, "due", record->a);
    put_frame_number(w, record);
}

static void put_command(struct json_writer *w, const struct run_view *view,
                        const struct record *record, const char *text)
{
    uint16_t link = run_command_link(view, record);

    json_put_string(w, "app", app_name(APP_COMMAND)->name);
    json_put_integer(w, "subject", record->subject);
    if (link != LINK_NONE)
        put_link_name(w, view, link);
    json_put_string(w, "sentence", text);
}

static void put_app(struct json_writer *w, const struct run_view *view,
                    const struct record *record)
{
    const struct name *name = app_name(record->what);
    const char *command = run_command_text(view, record);
    char sentence[SENTENCE_SIZE];

    if (command != NULL) {
        put_command(w, view, record, command);
        return;
    }
    sentence_format(name->text, record->a, record->b, sentence, sizeof(sentence));
    json_put_string(w, "app", name->name);
    if (run_connection_of(view, record))
        put_subject(w, view, record, false);
    else
        json_put_integer(w, "subject", record->subject);
    json_put_integer(w, "a", record->a);
    json_put_integer(w, "b", record->b);
    json_put_string(w, "sentence", sentence);
    put_frame_number(w, record);
}

static void put_rest(struct json_writer *w, const struct run_view *view,
                     const struct record *record)
{
    switch ((enum record_kind)record->kind) {
    case RECORD_TX:
        put_tx(w, view, record);
        break;
    case RECORD_RX:
        put_frame_number(w, record);
        put_link_name(w, view, record->what);
        break;
    case RECORD_LOST:
        put_lost(w, view, record);
        break;
    case RECORD_FATE:
        put_fate(w, view, record);
        break;
    case RECORD_STATE:
        put_state(w, view, record);
        break;
    case RECORD_VALUE:
        put_value(w, view, record);
        break;
    case RECORD_TIMER:
        put_timer(w, view, record);
        break;
    case RECORD_WHY:
        if (run_connection_of(view, record))
            put_subject(w, view, record, false);
        put_rule(w, record);
        put_frame_number(w, record);
        break;
    case RECORD_APP:
        put_app(w, view, record);
        break;
    case RECORD_KINDS:
        break;
    }
}

/* Nobody's are the commands to a link, though one of its ends records them. */
static bool is_of_node(const struct run_view *view, const struct record *record)
{
    if (record->node == NODE_NONE)
        return false;
    return run_command_text(view, record) == NULL || run_command_link(view, record) == LINK_NONE;
}

static void write_record(const struct run_view *view, uint32_t index, FILE *out)
{
    static const char *const kinds[RECORD_KINDS] = { "tx",    "rx",    "lost", "fate", "state",
                                                     "value", "timer", "why",  "app" };
    const struct record *record = trace_record(view->trace, index);
    struct json_writer w;

    ASSERT(record->kind < RECORD_KINDS);
    json_begin(&w, out);
    json_put_integer(&w, "n", (int64_t)index + 1);
    json_put_integer(&w, "t", trace_time(view->trace, record));
    json_put_integer(&w, "event", record->event);
    if (is_of_node(view, record))
        json_put_string(&w, "node", run_node(view, record->node)->name);
    json_put_string(&w, "kind", kinds[record->kind]);
    put_rest(&w, view, record);
    json_end(&w);
}

static void write_end(const struct run_view *view, const struct json_totals *totals, FILE *out)
{
    const struct trace *trace = view->trace;
    struct json_writer w;

    json_begin(&w, out);
    json_put_integer(&w, "n", (int64_t)trace->records.count + 1);
    json_put_integer(&w, "t",
                 trace->events.count == 0 ? 0 : trace_event(trace, trace->events.count)->at);
    json_put_end(&w, view, totals);
    json_end(&w);
}

bool json_trace_write(const struct run_view *view, FILE *out)
{
    struct json_totals totals = { .links = NULL };
    bool has_memory = json_totals_open(&totals, view);

    if (has_memory) {
        write_head(view, out);
        for (uint32_t i = 0; i < view->trace->records.count && !ferror(out); i++) {
            json_totals_add(&totals, view, trace_record(view->trace, i));
            write_record(view, i, out);
        }
        write_end(view, &totals, out);
    }
    json_totals_close(&totals);
    return has_memory && fflush(out) == 0 && !ferror(out);
}
