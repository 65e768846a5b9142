/*
 * Any bytes as a capture that becomes a run: world, trace, what is inferred,
 * and the ladder of it. Nothing may crash or hang, and memory stays within
 * what capture_run.h states.
 */
#include <stdio.h>
#include <string.h>

#include "layers/state.h"
#include "tests/fuzz/input.h"
#include "tools/lib/capture_run.h"
#include "tools/lib/ladder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(const struct capture_run *run)
{
    const struct run_view *view = capture_run_view(run);
    struct tcp_inferred end[2];

    for (uint16_t node = 0; node < view->world->node_count; node++)
        for (uint32_t subject = 1; subject <= view->nodes[node].ends_count; subject++)
            for (uint32_t event = 0; event <= view->trace->events.count; event += 1 + event / 4)
                if (capture_run_connection(run, event, node, subject, end))
                    ASSERT(state_name(end[0].state) != NULL && state_name(end[1].state) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static FILE *out;
    struct span input = { data, size };
    const struct capture_run_options options = { .source = fuzz_source(&input),
                                                 .filter = "",
                                                 .title = "fuzz" };
    const struct ladder_options how = { .width = 80, .ascii = true };
    struct capture_run *run;
    const struct trace *trace;
    char error[200];

    if (out == NULL)
        out = fopen("/dev/null", "w");
    run = capture_run_open(&options, error, sizeof(error));
    ASSERT(run != NULL);
    trace = capture_run_view(run)->trace;
    ASSERT(trace->events.count == trace->frames.count);
    ASSERT(trace_size(trace) <= size + (size_t)trace->frames.count * CAPTURE_FRAME_BYTES);
    ask(run);
    ASSERT(ladder_print(capture_run_view(run), &how, out));
    capture_run_close(run);
    return 0;
}
