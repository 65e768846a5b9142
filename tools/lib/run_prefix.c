#include "tools/lib/run_prefix.h"

#include "tools/lib/run_connection.h"

void run_prefix_take(struct run_prefix *prefix, const struct run_view *whole, uint32_t events)
{
    const struct trace *trace = whole->trace;
    uint32_t until = events < trace->events.count ? events : trace->events.count;
    uint32_t records = trace_event_end(trace, until);

    prefix->trace = *trace;
    prefix->trace.events.count = until;
    prefix->trace.records.count = records;
    prefix->trace.frames.count = trace_frames_before(trace, records);
    prefix->view = *whole;
    prefix->view.trace = &prefix->trace;
    prefix->view.goes_on = until < trace->events.count;
    prefix->view.joins = NULL; /* these know how frames go on, and curves the rest */
    prefix->view.curves = NULL;
    prefix->view.several_connections = run_has_several_connections(&prefix->view);
    prefix->view.many_reads = run_has_many_reads(&prefix->view);
}
