#include "tests/support/tcp_tell.h"

#include <inttypes.h>
#include <stdio.h>

#include "layers/names.h"
#include "layers/rule.h"
#include "layers/state.h"
#include "layers/wire/summary.h"

static void tell_frame(const struct trace *trace, const struct record *record, const char *how)
{
    struct span bytes = trace_frame_bytes(trace, record->frame);
    struct dissection d;
    char line[SUMMARY_SIZE];

    dissect(&d, bytes, bytes.len, LAYER_ETHERNET);
    summary_format(&d, line, sizeof(line));
    printf("%s %u: %s\n", how, record->frame, line);
}

static void tell_record(const struct trace *trace, const struct record *record)
{
    char sentence[400];

    switch (record->kind) {
    case RECORD_TX: tell_frame(trace, record, "sends"); break;
    case RECORD_RX: tell_frame(trace, record, "gets"); break;
    case RECORD_VALUE:
        printf("/%u %s %" PRId64 " -> %" PRId64 "\n", record->subject,
               variable_name(record->what)->name, record->a, record->b);
        break;
    case RECORD_TIMER:
        printf("/%u timer %s %s, due %.6f\n", record->subject, timer_name(record->what)->name,
               record->b == TIMER_SET     ? "set"
               : record->b == TIMER_FIRED ? "fires"
                                          : "stopped",
               (double)record->a / SECONDS);
        break;
    default:
        rule_sentence(record->rule, record->a, record->b, sentence, sizeof(sentence));
        printf("/%u %s (frame %u)\n", record->subject, sentence, record->frame);
        break;
    }
}

void tcp_tell(const struct net *net)
{
    for (uint32_t i = 0; i < net->trace.records.count; i++) {
        const struct record *record = trace_record(&net->trace, i);

        printf("%12.6f %s ", (double)trace_time(&net->trace, record) / SECONDS,
               net->world->nodes[record->node]->name);
        tell_record(&net->trace, record);
    }
}
