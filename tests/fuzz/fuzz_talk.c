/*
 * Any bytes as a capture file: its first connections are taken out, with what their
 * programs did, and joined where they began before the capture. Nothing may crash, hang
 * or grow beyond what the frames pay for; what is put in front must be of a beginning, and
 * the numbers of the rest must fit behind it. Short ones of every eighth input are fed to a
 * simulated host: a world is dear.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/input.h"
#include "tools/lib/capture_talk.h"
#include "tools/lib/into.h"

enum {
    STREAMS = 2,
    SEGMENTS_FED = 16,
    TEXT_FED = 1 << 18,
    MADE_UP_MOST = 2 * ((1 << 22) + (1 << 17)) / 536 + 10
};

#define LASTS_MOST MINUTES

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_segments(const struct capture_talk *talk)
{
    vtime last = 0;

    ASSERT(talk->before <= MADE_UP_MOST && talk->before < talk->count);
    ASSERT(talk->join.joined == (talk->before > 0));
    for (uint32_t i = 0; i < talk->count; i++) {
        const struct talk_segment *s = &talk->segments[i];

        ASSERT(s->made_up == (i < talk->before) && s->made_up == (s->frame == 0));
        ASSERT(s->at >= last && s->captured <= s->len);
        ASSERT(!s->made_up || (!s->stray && !s->twice));
        last = s->at;
    }
}

static void check_deeds(const struct capture_talk *talk, unsigned side)
{
    for (enum talk_grain grain = TALK_BY_SEGMENT; grain <= TALK_BY_WRITE; grain++) {
        uint32_t count = 0;
        uint64_t written = 0;
        struct talk_deed *deeds = capture_talk_deeds(talk, side, grain, &count);

        ASSERT(deeds != NULL);
        for (uint32_t i = 0; i < count; i++)
            written += deeds[i].kind == TALK_WRITES ? deeds[i].len : 0;
        ASSERT(written <= talk->end[side].text + 1);
        free(deeds);
    }
}

static void feed(const struct capture_talk *talk, unsigned as)
{
    const struct into_options options = { .talk = talk, .as = as };
    char why[TALK_WHY_SIZE];
    struct into into;

    if (!into_open(&into, &options, why))
        return;
    ASSERT(into.tally.before <= talk->before);
    into_close(&into);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (uint32_t stream = 0; stream < STREAMS; stream++) {
        const struct capture_talk_choice choice = { .filter = "",
                                                    .by_stream = true,
                                                    .stream = stream };
        struct span input = { data, size };
        struct capture_talk talk;
        char line[240], why[TALK_WHY_SIZE];

        if (!capture_talk_open(&talk, fuzz_source(&input), &choice, why))
            break;
        check_segments(&talk);
        for (unsigned i = 0; i < 5; i++)
            ASSERT((capture_talk_assumed(&talk, i, line, sizeof(line)) > 0) == talk.join.joined);
        for (unsigned side = 0; side < 2; side++) {
            check_deeds(&talk, side);
            if (data[size / 2] % 8 == 0 && talk.count - talk.before <= SEGMENTS_FED &&
                talk.end[0].text + talk.end[1].text <= TEXT_FED &&
                talk.segments[talk.count - 1].at <= LASTS_MOST)
                feed(&talk, side);
        }
        capture_talk_close(&talk);
    }
    return 0;
}
