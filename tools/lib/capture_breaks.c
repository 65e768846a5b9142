#include "tools/lib/capture_breaks.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/text.h"

enum { ROOM_FIRST = 64, TOLD_IN_FULL = 3 };

void capture_breaks_init(struct capture_breaks *all)
{
    memset(all, 0, sizeof(*all));
}

void capture_breaks_free(struct capture_breaks *all)
{
    free(all->list);
}

static bool make_room(struct capture_breaks *all)
{
    uint32_t room = all->room == 0 ? ROOM_FIRST : all->room * 2;
    struct capture_break *list;

    if (all->count < all->room)
        return true;
    list = realloc(all->list, room * sizeof(*list));
    if (list == NULL) {
        all->memory_is_short = true;
        return false;
    }
    all->list = list;
    all->room = room;
    return true;
}

void capture_breaks_add(struct capture_breaks *all, const struct capture_break *broken)
{
    all->counts[broken->rule]++;
    if (all->kept[broken->rule] == CAPTURE_BREAKS_OF_RULE || !make_room(all))
        return;
    all->kept[broken->rule]++;
    all->list[all->count++] = *broken;
}

static int by_frame(const void *left, const void *right)
{
    const struct capture_break *a = left, *b = right;

    if (a->frame != b->frame)
        return a->frame < b->frame ? -1 : 1;
    return (a->rule > b->rule) - (a->rule < b->rule);
}

void capture_breaks_sort(struct capture_breaks *all)
{
    if (all->count > 1)
        qsort(all->list, all->count, sizeof(*all->list), by_frame);
}

const struct capture_break *capture_breaks_of(const struct capture_breaks *all, uint64_t frame,
                                              uint32_t *count)
{
    uint32_t low = 0, high = all->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (all->list[middle].frame < frame)
            low = middle + 1;
        else
            high = middle;
    }
    for (high = low; high < all->count && all->list[high].frame == frame; high++)
        continue;
    *count = high - low;
    return all->list + low;
}

bool capture_break_is_note(rule_id rule)
{
    return rule == RULE_SEEN_CHECKSUM_OFFLOAD || rule == RULE_SEEN_SEGMENT_OFFLOAD ||
           rule == RULE_SEEN_ARP_GRATUITOUS || rule == RULE_SEEN_CUT_BEFORE;
}

size_t capture_break_format(const struct capture_break *broken, char *out, size_t size)
{
    char sentence[512], citation[96], see[48] = "";
    const char *label = rule_get(broken->rule)->label;
    const char *between;

    rule_sentence(broken->rule, broken->a, broken->b, sentence, sizeof(sentence));
    rule_citation(broken->rule, citation, sizeof(citation));
    if (broken->other != 0)
        snprintf(see, sizeof(see), _("see frame %" PRIu64), broken->other);
    if (citation[0] == '\0' && see[0] == '\0')
        return (size_t)snprintf(out, size, "%s", sentence);
    between = citation[0] != '\0' && see[0] != '\0' ? "; " : "";
    return (size_t)snprintf(out, size, "%s (%s%s%s%s%s)", sentence, citation,
                            label[0] != '\0' ? ", " : "", label, between, see);
}

size_t capture_break_tell(const struct capture_breaks *all, const struct capture_break *broken,
                          char *out, size_t size)
{
    unsigned before = 0;

    for (const struct capture_break *at = all->list; at < broken && before < TOLD_IN_FULL; at++)
        before += at->rule == broken->rule;
    if (before < TOLD_IN_FULL)
        return capture_break_format(broken, out, size);
    return rule_sentence(broken->rule, broken->a, broken->b, out, size);
}
