/*
 * tell.h - what fuzz targets do with a trace in the end.
 */
#ifndef RUNG_TESTS_FUZZ_TELL_H
#define RUNG_TESTS_FUZZ_TELL_H

#include "layers/rule.h"
#include "sim/trace.h"

/* Every record can be told, whatever its integers have become. */
static inline void fuzz_tell(const struct trace *trace)
{
    char sentence[400];

    for (uint32_t i = 0; i < trace->records.count; i++) {
        const struct record *record = trace_record(trace, i);

        ASSERT(record->rule < RULE_COUNT);
        rule_sentence(record->rule, record->a, record->b, sentence, sizeof(sentence));
    }
}

#endif
