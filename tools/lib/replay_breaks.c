/*
 * The breaks of rules beside the frames that make them, for the ladder and JSON.
 *
 * What can be read twice is: only who has seen all frames knows which checksums
 * offload explains, and which datagrams are never completed. Of a pipe is told what
 * is known by then, and at its end what is left.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/canvas.h"
#include "tools/lib/replay_parts.h"
#include "tools/lib/text.h"

enum { WORDS_SIZE = 700, INDENT_MAX = 24, OFFLOAD_MAX = 256 };

struct replay_breaks {
    struct capture_watch *watch;
    bool looked_ahead;         /* all frames were taken before the first is shown */
    uint32_t told;             /* of a pipe: so many of the list */
    ipv4 offload[OFFLOAD_MAX]; /* hosts whose checksums their network cards put in */
    uint32_t offload_count;
};

struct replay_breaks *replay_breaks_open(void)
{
    struct replay_breaks *all = calloc(1, sizeof(*all));

    if (all != NULL)
        all->watch = capture_watch_open();
    if (all != NULL && all->watch != NULL)
        return all;
    free(all);
    return NULL;
}

void replay_breaks_close(struct replay_breaks *all)
{
    if (all != NULL)
        capture_watch_close(all->watch);
    free(all);
}

void replay_breaks_take(struct replay_breaks *all, const struct capture_frame *captured)
{
    struct tcp_facts facts;

    if (all != NULL && !all->looked_ahead)
        capture_watch_take(all->watch, captured, &facts);
}

void replay_breaks_looked_ahead(struct replay_breaks *all)
{
    const struct capture_breaks *breaks;

    if (all == NULL)
        return;
    capture_watch_finish(all->watch);
    all->looked_ahead = true;
    breaks = capture_watch_breaks(all->watch);
    for (uint32_t i = 0; i < breaks->count && all->offload_count < OFFLOAD_MAX; i++)
        if (breaks->list[i].rule == RULE_SEEN_CHECKSUM_OFFLOAD)
            all->offload[all->offload_count++] = (ipv4)breaks->list[i].a;
}

/* What is new in the list, of a pipe. */
static const struct capture_break *news(struct replay_breaks *all, uint32_t *count)
{
    const struct capture_breaks *breaks = capture_watch_breaks(all->watch);
    const struct capture_break *list = breaks->list + all->told;

    *count = breaks->count - all->told;
    all->told = breaks->count;
    return list;
}

const struct capture_break *replay_breaks_of(struct replay_breaks *all, uint64_t frame,
                                             uint32_t *count)
{
    *count = 0;
    if (all == NULL)
        return NULL;
    if (all->looked_ahead)
        return capture_breaks_of(capture_watch_breaks(all->watch), frame, count);
    return news(all, count);
}

static bool is_checksum(rule_id rule)
{
    return rule == RULE_IP_BAD_CHECKSUM || rule == RULE_ICMP_BAD_CHECKSUM ||
           rule == RULE_UDP_BAD_CHECKSUM || rule == RULE_TCP_BAD_CHECKSUM;
}

bool replay_breaks_excuse(const struct replay_breaks *all, uint64_t frame, const char *host)
{
    const struct capture_break *list;
    char name[IPV4_TEXT_SIZE];
    uint32_t count;

    if (all == NULL || !all->looked_ahead)
        return false;
    list = capture_breaks_of(capture_watch_breaks(all->watch), frame, &count);
    for (uint32_t i = 0; i < count; i++)
        if (is_checksum(list[i].rule) || list[i].rule == RULE_SEEN_CHECKSUM_OFFLOAD)
            return false;
    for (uint32_t i = 0; i < all->offload_count; i++) {
        ipv4_format(all->offload[i], name, sizeof(name));
        if (strcmp(name, host) == 0)
            return true;
    }
    return false;
}

bool replay_break_is_told(const struct replay_breaks *all, const struct capture_break *broken)
{
    return all->looked_ahead || !capture_watch_explains(all->watch, broken);
}

void replay_breaks_end(struct replay_breaks *all)
{
    if (all != NULL && !all->looked_ahead)
        capture_watch_end(all->watch);
}

/* ---- Below the line of a frame ---- */

static void put_note(const struct replay_layout *layout, const char *words, uint64_t number,
                     FILE *out)
{
    char place[40] = "";
    int indent = INDENT_MAX < layout->width / 3 ? INDENT_MAX : layout->width / 3;
    bool first = true;

    if (number != 0)
        snprintf(place, sizeof(place), _("frame %" PRIu64 ": "), number);
    while (*words != '\0') {
        size_t len = canvas_text_break(words, layout->width - indent - (int)strlen(place));

        fprintf(out, "%*s%s%.*s\n", indent, first ? "! " : "", first ? place : "", (int)len, words);
        words += len;
        words += strspn(words, " ");
        first = false;
    }
}

void replay_print_breaks(struct replay_breaks *all, const struct replay_layout *layout,
                         uint64_t frame, FILE *out)
{
    uint32_t count;
    const struct capture_break *list = replay_breaks_of(all, frame, &count);

    for (uint32_t i = 0; i < count; i++) {
        char words[WORDS_SIZE];

        if (!replay_break_is_told(all, &list[i]))
            continue;
        capture_break_tell(capture_watch_breaks(all->watch), &list[i], words, sizeof(words));
        put_note(layout, words, list[i].frame != frame ? list[i].frame : 0, out);
    }
}
