/*
 * Any text as a packet script: it is read, or errors say what is wrong with
 * it; what was read can be walked, and run by any profile to some verdict.
 */
#include <stdlib.h>

#include "tools/lib/pkt_run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t count_values(const struct pkt_value *value)
{
    size_t count = 0;

    for (; value != NULL; value = value->next) {
        ASSERT(value->mark.line > 0);
        count += 1 + count_values(value->items);
    }
    return count;
}

static void run(const struct pkt_script *script, enum pkt_profile profile)
{
    static struct pkt_run run;

    if (!pkt_run(&run, script, profile))
        return;
    ASSERT(run.result.judgement == PKT_PASS || run.result.why[0] != '\0');
    pkt_run_close(&run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = { "BUGS" };
    static const struct pkt_defines defines = { names, ARRAY_LEN(names) };
    struct diagnostics d;
    struct pkt_script *script;
    size_t events = 0, values = 0;

    if (size > 1 << 16)
        return 0;
    diagnostics_init(&d);
    script = pkt_script_parse((const char *)data, size, "fuzz.pkt", &defines, &d);
    ASSERT((script == NULL) == (d.total > 0));
    if (script != NULL) {
        for (const struct pkt_event *event = script->events; event != NULL; event = event->next) {
            events++;
            ASSERT(event->mark.line > 0 && event->mark.column > 0);
            if (event->kind == PKT_EVENT_CALL)
                values += count_values(event->call->arguments);
        }
        ASSERT(events == script->event_count && values <= size);
        run(script, (enum pkt_profile)(size % PKT_PROFILES));
    }
    pkt_script_free(script);
    diagnostics_free(&d);
    return 0;
}
