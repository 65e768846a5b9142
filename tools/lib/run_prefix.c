#include "tools/lib/run_prefix.h"

#include "tools/lib/run_connection.h"

void run_prefix_cut(struct trace *cut, const struct trace *whole, uint32_t events)
{
    uint32_t until = events < whole->events.count ? events : whole->events.count;
    uint32_t records = trace_event_end(whole, until);

    *cut = *whole;
    cut->events.count = until;
    cut->records.count = records;
    cut->frames.count = trace_frames_before(whole, records);
}

void run_prefix_take(struct run_prefix *prefix, const struct run_view *whole, uint32_t events)
{
    struct run_gist gist = { .taken = 0 };

    run_prefix_cut(&prefix->trace, whole->trace, events);
    prefix->view = *whole;
    prefix->view.trace = &prefix->trace;
    prefix->view.goes_on = prefix->trace.events.count < whole->trace->events.count;
    prefix->view.joins = NULL; /* these know how frames go on, and curves the rest */
    prefix->view.curves = NULL;
    run_gist_follow(&gist, &prefix->trace, prefix->trace.records.count);
    run_view_judge(&prefix->view, &gist);
}
