/*
 * replay_summary.c - `rung replay --summary`: a line a TCP connection.
 *
 * Whose side is whose: the client sent the SYN; where none was captured, the one
 * that sent the first segment. RTT is what this capture point saw: from a segment to
 * the ACK that ends where it does. Frames are not kept.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/vtime.h"
#include "tools/lib/capture_analysis.h"
#include "tools/lib/replay_parts.h"
#include "tools/lib/text.h"
#include "tools/lib/vtime_text.h"

enum { END_SIZE = REPLAY_HOST_SIZE + 8, END_COLUMN = 15 };

struct spread {
    int64_t first_ns, last_ns;
    uint64_t frames;
    bool timed;
};

static void format_end(const struct flow_slot *slot, unsigned side, char *out)
{
    const struct flow_end *end = &slot->key.end[side];
    char address[REPLAY_HOST_SIZE];
    bool ipv6 = slot->key.ipv6;

    inet_ntop(ipv6 ? AF_INET6 : AF_INET, end->address + (ipv6 ? 0 : 12), address, sizeof(address));
    snprintf(out, END_SIZE, ipv6 ? "[%s]:%u" : "%s:%u", address, end->port);
}

/* The side of FLOW that is the client. */
static unsigned client_of(const struct flow *flow)
{
    return flow->syn_seen ? flow->opener : 0;
}

static const char *end_of(const struct flow *flow)
{
    bool client = flow->closed_by == client_of(flow);

    if (flow->closer == FLOW_OPEN)
        return _("open");
    if (flow->closer == FLOW_RESET)
        return client ? _("client, RST") : _("server, RST");
    return client ? _("client, FIN") : _("server, FIN");
}

static uint64_t apart(int64_t from, int64_t to)
{
    return to > from ? (uint64_t)to - (uint64_t)from : 0;
}

static void put_seconds(FILE *out, int width, uint64_t ns)
{
    fprintf(out, "  %*" PRIu64 ".%06" PRIu64, width, ns / 1000000000, ns % 1000000000 / 1000);
}

/* Lowest, mean and highest, "-" without any. */
static void put_rtt(FILE *out, const struct flow_tally *tally)
{
    char text[3 * VTIME_TEXT_SIZE] = "-", *end = text;
    int64_t shown[3] = { tally->rtt_min_ns, 0, tally->rtt_max_ns };

    if (tally->acks > 0) {
        shown[1] = tally->rtt_sum_ns / tally->acks;
        for (int i = 0; i < 3; i++) {
            if (i > 0)
                *end++ = '/';
            end += snprintf(end, VTIME_TEXT_SIZE, "%.3f", (double)shown[i] / (double)MS);
        }
    }
    fprintf(out, "  %23s", text);
}

static void put_flow(FILE *out, const struct capture_analysis *all, uint32_t stream,
                     const struct spread *spread, int width)
{
    const struct flow *flow = capture_analysis_flow(all, stream);
    unsigned client = client_of(flow);
    const struct flow_tally *sent = &flow->tally[client], *got = &flow->tally[!client];
    char from[END_SIZE], to[END_SIZE];

    format_end(all->flows.slots[stream], client, from);
    format_end(all->flows.slots[stream], !client, to);
    fprintf(out, "%6" PRIu32 "  %-*s  %-*s", stream, width, from, width, to);
    put_seconds(out, 5, apart(spread->first_ns, flow->first_ns));
    put_seconds(out, 5, apart(flow->first_ns, flow->last_ns));
    fprintf(out, "  %7" PRIu64 "  %7" PRIu64 "  %10" PRIu64 "  %10" PRIu64, sent->frames,
            got->frames, sent->bytes, got->bytes);
    fprintf(out, "  %5" PRIu32 "  %5" PRIu32, sent->resent, got->resent);
    put_rtt(out, sent);
    put_rtt(out, got);
    fprintf(out, "  %s%s\n", end_of(flow), flow->syn_seen ? "" : _(" (began before)"));
}

static int end_width(const struct capture_analysis *all)
{
    int width = END_COLUMN;

    for (uint32_t i = 0; i < all->flows.count; i++)
        for (unsigned side = 0; side < 2; side++) {
            char text[END_SIZE];

            format_end(all->flows.slots[i], side, text);
            width = (int)strlen(text) > width ? (int)strlen(text) : width;
        }
    return width;
}

static void put_heading(FILE *out, int width)
{
    fprintf(out, "\n%6s  %-*s  %-*s  %12s  %12s  %7s  %7s  %10s  %10s  %5s  %5s  %23s  %23s  %s\n",
            _("stream"), width, _("client >"), width, _("< server"), _("begins, s"), _("lasts, s"),
            _("frames>"), _("<frames"), _("bytes>"), _("<bytes"), _("again>"), _("<again"),
            _("RTT> min/mean/max, ms"), _("<RTT"), _("ended by"));
}

static void put_totals(FILE *out, const char *name, const struct capture_analysis *all,
                       const struct spread *spread)
{
    uint64_t ns = apart(spread->first_ns, spread->last_ns);

    fprintf(out,
            _("%s: %" PRIu64 " frames in %" PRIu64 ".%06" PRIu64 " s; TCP: %" PRIu64
              " segments, %" PRIu32 " connections\n"),
            name, spread->frames, ns / 1000000000, ns % 1000000000 / 1000, all->segments,
            all->flows.count);
    if (all->forgotten > 0)
        fprintf(out, _("no memory for %" PRIu32 " of the segments\n"), all->forgotten);
}

static void note_time(struct spread *spread, const struct capture_frame *captured)
{
    spread->frames++;
    if (!captured->has_time)
        return;
    if (!spread->timed || captured->time_ns < spread->first_ns)
        spread->first_ns = captured->time_ns;
    if (!spread->timed || captured->time_ns > spread->last_ns)
        spread->last_ns = captured->time_ns;
    spread->timed = true;
}

bool replay_summary(struct replay *replay, const struct replay_options *options, FILE *out)
{
    struct spread spread = { 0 };
    struct capture_analysis all;
    struct capture_frame captured;
    int width;

    ASSERT(capture_analysis_open(&all));
    while (replay_next(replay, &captured)) {
        note_time(&spread, &captured);
        capture_analysis_add(&all, &captured);
    }
    capture_analysis_settle(&all);
    put_totals(out, options->name, &all, &spread);
    width = end_width(&all);
    if (all.flows.count > 0)
        put_heading(out, width);
    for (uint32_t i = 0; i < all.flows.count && !ferror(out); i++)
        put_flow(out, &all, i, &spread, width);
    capture_analysis_close(&all);
    return fflush(out) == 0;
}
