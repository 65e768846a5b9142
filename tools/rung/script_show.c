#include "tools/rung/script_show.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "layers/rule.h"
#include "layers/units.h"
#include "tools/lib/json_writer.h"
#include "tools/lib/output_file.h"
#include "tools/lib/run_capture.h"
#include "tools/lib/text.h"
#include "tools/lib/utf8.h"
#include "tools/rung/run_output.h"
#include "tools/rung/rung.h"

static const char *const words[] = { [PKT_PASS] = "pass", [PKT_FAIL] = "FAIL",
                                     [PKT_SKIP] = "skip" };

/* ---- Reading ---- */

int script_load(const char *path, const struct pkt_defines *defines, struct pkt_script **script)
{
    int status = EXIT_DONE;
    struct diagnostics d;

    diagnostics_init(&d);
    *script = pkt_script_load(path, defines, &d);
    if (*script == NULL) {
        fflush(stdout);
        diagnostics_print(&d, stderr);
        status = d.unreadable ? EXIT_UNREADABLE : EXIT_USAGE;
    }
    diagnostics_free(&d);
    return status;
}

/* ---- Words ---- */

static void print_clean(const char *label, const char *text)
{
    if (text[0] == '\0')
        return;
    fputs(label, stdout);
    utf8_print_clean(stdout, text, false);
    putchar('\n');
}

static void print_place(const struct pkt_run *run)
{
    const struct pkt_event *event = run->result.event;

    utf8_print_clean(stdout, run->script->name, false);
    if (event != NULL)
        printf(":%u:%u", event->mark.line, event->mark.column);
}

void script_show_verdict(const struct pkt_run *run)
{
    const struct pkt_result *r = &run->result;
    char at[64];

    printf("%s  ", words[r->judgement]);
    print_place(run);
    if (r->judgement == PKT_PASS) {
        putchar('\n');
        return;
    }
    fputs(": ", stdout);
    utf8_print_clean(stdout, r->why, false);
    if (r->judgement == PKT_FAIL) {
        unit_format_time(r->at, at, sizeof(at));
        printf(_(", at %s"), at);
    }
    putchar('\n');
    if (r->judgement == PKT_FAIL && r->expected[0] == '\0' && r->event != NULL)
        print_clean(_("      line      "), r->event->said);
    print_clean(_("      expected  "), r->expected);
    print_clean(_("      came      "), r->came);
}

void script_show_json(const struct pkt_run *run)
{
    static const char *const verdicts[] = { [PKT_PASS] = "pass", [PKT_FAIL] = "fail",
                                            [PKT_SKIP] = "skip" };
    const struct pkt_result *r = &run->result;
    struct json_writer w;

    json_begin(&w, stdout);
    json_put_string(&w, "script", run->script->name);
    json_put_string(&w, "verdict", verdicts[r->judgement]);
    if (r->event != NULL) {
        json_put_integer(&w, "line", r->event->mark.line);
        json_put_integer(&w, "column", r->event->mark.column);
        json_put_integer(&w, "t", r->at);
        json_put_string(&w, "event", r->event->said);
    }
    if (r->why[0] != '\0')
        json_put_string(&w, "why", r->why);
    if (r->expected[0] != '\0')
        json_put_string(&w, "expected", r->expected);
    if (r->came[0] != '\0')
        json_put_string(&w, "came", r->came);
    json_end(&w);
}

void script_show_json_error(const char *path, bool unreadable)
{
    struct json_writer w;

    json_begin(&w, stdout);
    json_put_string(&w, "script", path);
    json_put_string(&w, "verdict", "error");
    json_put_string(&w, "why", unreadable ? _("it cannot be read") : _("it has errors"));
    json_end(&w);
}

/* ---- Pictures ---- */

bool script_show_open(const struct pkt_run *run, struct run_view *view)
{
    if (!run_view_open(view, run->world.world, &run->world.trace, NULL)) {
        complain(_("out of memory"));
        return false;
    }
    view->commands = run->said;
    view->command_count = (uint32_t)run->script->event_count;
    return true;
}

bool script_show_ladder(const struct pkt_run *run, const struct ladder_options *options)
{
    struct run_view view;
    bool ok;

    if (!script_show_open(run, &view))
        return false;
    ok = ladder_print(&view, options, stdout) || errno == EPIPE;
    run_view_close(&view);
    return ok;
}

/* Reasons of TCP that say more than that a header came off. */
static bool is_of_tcp(const struct record *record)
{
    const char *name = rule_get(record->rule)->name;

    return (record->kind == RECORD_WHY || record->kind == RECORD_STATE) &&
           record->rule != RULE_TCP_HEADER_OFF &&
           (strncmp(name, "TCP_", 4) == 0 || strncmp(name, "CC_", 3) == 0);
}

void script_show_whys(const struct pkt_run *run)
{
    enum { SHOWN = 8 };
    const struct trace *trace = &run->world.trace;
    uint32_t first = trace->records.count, found = 0;

    while (first > 0 && found < SHOWN) {
        struct record record = trace_read(trace, --first);

        found += is_of_tcp(&record);
    }
    if (found > 0)
        puts(_("\nwhy, the last reasons of TCP:"));
    for (uint32_t i = first; i < trace->records.count; i++) {
        struct record record = trace_read(trace, i);
        char sentence[512], citation[100], at[64];

        if (!is_of_tcp(&record))
            continue;
        rule_sentence(record.rule, record.a, record.b, sentence, sizeof(sentence));
        rule_citation(record.rule, citation, sizeof(citation));
        unit_format_time(trace_event(trace, record.event)->at, at, sizeof(at));
        printf(citation[0] != '\0' ? "%12s  %s (%s)\n" : "%12s  %s\n", at, sentence, citation);
    }
}

bool script_write_capture(const struct pkt_run *run, const char *path)
{
    struct run_capture_options options = {
        .at = NODE_NONE, .format = capture_is_ng(path) ? CAPTURE_PCAPNG : CAPTURE_PCAP
    };
    struct output_file file;
    struct run_view view;
    bool ok;

    if (!script_show_open(run, &view))
        return false;
    ok = output_open(&file, path);
    if (ok && !run_capture_write(&view, &options, output_sink(&file))) {
        output_abandon(&file);
        ok = false;
    } else if (ok) {
        ok = output_commit(&file);
    }
    if (!ok)
        complain("%s: %s", path, strerror(errno));
    run_view_close(&view);
    return ok;
}
