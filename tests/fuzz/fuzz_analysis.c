/*
 * Any bytes as a capture file: through the analysis of its TCP, both ways that there
 * are of asking for it, which must find the same. Nothing may crash, hang, grow beyond
 * what the frames pay for, or be said of more bytes than a connection can have. Then
 * each frame is anonymised, in a piece of memory that ends where it does.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/input.h"
#include "tools/lib/capture_analysis.h"
#include "tools/lib/capture_anonymise.h"
#include "tools/lib/capture_rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_facts(const struct capture_facts *facts, const struct capture_analysis *all)
{
    ASSERT(facts->stream < all->flows.count && facts->sender < 2);
    ASSERT(facts->tcp.flags < 1u << TCP_FLAG_COUNT);
    ASSERT(facts->tcp.acked_frame < facts->segment.seen.frame);
    ASSERT((facts->tcp.duplicate != 0) == ((facts->tcp.flags & TCP_IS_DUPLICATE_ACK) != 0));
    ASSERT(facts->segment.payload.len <= facts->segment.seen.len || !facts->segment.seen.whole);
}

static void check_flows(const struct capture_analysis *all, const struct capture_analysis *ahead)
{
    ASSERT(all->flows.count <= all->segments && all->flows.count == ahead->flows.count);
    for (uint32_t i = 0; i < all->flows.count; i++) {
        const struct flow *a = capture_analysis_flow(all, i), *b = capture_analysis_flow(ahead, i);

        ASSERT(memcmp(a->tally, b->tally, sizeof(a->tally)) == 0);
        ASSERT(a->closer == b->closer && a->fins == b->fins && a->opener == b->opener);
    }
}

/* Each break can be said, and is of a frame that there was. */
static void check_breaks(struct capture_rules *rules, uint64_t frames)
{
    const struct capture_breaks *breaks = capture_rules_breaks(rules);
    uint64_t kept[RULE_COUNT] = { 0 };
    char said[512];

    capture_rules_finish(rules);
    for (uint32_t i = 0; i < breaks->count; i++) {
        const struct capture_break *broken = &breaks->list[i];

        ASSERT(broken->frame <= frames && broken->other <= frames);
        kept[broken->rule]++;
        ASSERT(capture_break_format(broken, said, sizeof(said)) > 0);
    }
    for (int rule = 0; rule < RULE_COUNT; rule++)
        ASSERT(kept[rule] == breaks->kept[rule] && kept[rule] <= breaks->counts[rule]);
}

static void hide(struct anonymiser *a, struct span bytes)
{
    uint8_t *frame = malloc(bytes.len + 1);

    ASSERT(frame != NULL);
    memcpy(frame + 1, bytes.at, bytes.len); /* unaligned, as behind a header */
    anonymise(a, frame + 1, bytes.len);
    free(frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct anonymiser *hider = anonymiser_open();
    struct capture_rules *rules = capture_rules_open();
    static uint8_t memory[CAPTURE_BUFFER_BYTES];
    static struct capture_reader reader;
    static struct capture_analysis all, ahead;
    struct capture_frame captured;
    struct capture_facts facts;
    struct span input = { data, size };

    ASSERT(hider != NULL && rules != NULL && capture_analysis_open(&all) &&
           capture_analysis_open(&ahead));
    all.rules = rules;
    capture_reader_init(&reader, fuzz_source(&input), memory);
    while (capture_read(&reader, &captured) == CAPTURE_GOT_FRAME) {
        capture_analysis_add(&ahead, &captured);
        if (capture_analysis_take(&all, &captured, &facts))
            check_facts(&facts, &all);
        hide(hider, captured.bytes);
    }
    capture_analysis_settle(&ahead);
    check_flows(&all, &ahead);
    check_breaks(rules, all.frames);
    capture_analysis_close(&all);
    capture_analysis_close(&ahead);
    capture_rules_close(rules);
    anonymiser_close(hider);
    return 0;
}
