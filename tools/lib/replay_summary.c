/*
 * replay_summary.c - `rung replay --summary`: the connections of TCP, who else
 * talked, what broke a rule.
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
#include "tools/lib/conversations.h"
#include "tools/lib/replay_summary_parts.h"
#include "tools/lib/text.h"
#include "tools/lib/vtime_text.h"

enum { END_SIZE = REPLAY_HOST_SIZE + 8, END_COLUMN = 15, TABLE_WIDTH = 213, RTT_SIZE = 64 };

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

void replay_put_seconds(FILE *out, int width, uint64_t ns)
{
    fprintf(out, "  %*" PRIu64 ".%06" PRIu64, width, ns / 1000000000, ns % 1000000000 / 1000);
}

/* Lowest, mean and highest, "-" without any. */
static void format_rtt(const struct flow_tally *tally, char *out)
{
    int64_t shown[3] = { tally->rtt_min_ns, 0, tally->rtt_max_ns };
    char *end = out;

    snprintf(out, RTT_SIZE, "-");
    if (tally->acks == 0)
        return;
    shown[1] = tally->rtt_sum_ns / tally->acks;
    for (int i = 0; i < 3; i++)
        end += snprintf(end, (size_t)(out + RTT_SIZE - end), i > 0 ? "/%.3f" : "%.3f",
                        (double)shown[i] / (double)MS);
}

/* ---- A line a connection, where there is room ---- */

struct flow_line {
    const struct flow *flow;
    const struct flow_tally *sent, *got; /* of the client, of the server */
    char from[END_SIZE], to[END_SIZE];
    uint32_t stream;
    uint64_t begins, lasts;
};

static struct flow_line line_of(const struct capture_analysis *all, uint32_t stream,
                                const struct replay_spread *spread)
{
    struct flow_line line = { .flow = capture_analysis_flow(all, stream), .stream = stream };
    unsigned client = client_of(line.flow);

    line.sent = &line.flow->tally[client];
    line.got = &line.flow->tally[!client];
    line.begins = replay_apart(spread->first_ns, line.flow->first_ns);
    line.lasts = replay_apart(line.flow->first_ns, line.flow->last_ns);
    format_end(all->flows.slots[stream], client, line.from);
    format_end(all->flows.slots[stream], !client, line.to);
    return line;
}

/* The largest congestion window that was inferred, or nothing. */
static void put_largest(FILE *out, const struct cwnd_estimate *cwnd)
{
    if (cwnd->largest != 0)
        fprintf(out, "  %10" PRIu32, cwnd->largest);
    else
        fprintf(out, "  %10s", "-");
}

static void put_row(FILE *out, const struct flow_line *line, int width)
{
    const struct flow_tally *sent = line->sent, *got = line->got;
    char rtt[RTT_SIZE];

    fprintf(out, "%6" PRIu32 "  %-*s  %-*s", line->stream, width, line->from, width, line->to);
    replay_put_seconds(out, 5, line->begins);
    replay_put_seconds(out, 5, line->lasts);
    fprintf(out, "  %7" PRIu64 "  %7" PRIu64 "  %10" PRIu64 "  %10" PRIu64, sent->frames,
            got->frames, sent->bytes, got->bytes);
    fprintf(out, "  %5" PRIu32 "  %5" PRIu32, sent->resent, got->resent);
    format_rtt(sent, rtt);
    fprintf(out, "  %23s", rtt);
    format_rtt(got, rtt);
    fprintf(out, "  %23s", rtt);
    put_largest(out, &line->flow->cwnd[client_of(line->flow)]);
    put_largest(out, &line->flow->cwnd[!client_of(line->flow)]);
    fprintf(out, "  %s%s\n", end_of(line->flow), line->flow->syn_seen ? "" : _(" (began before)"));
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
    fprintf(out,
            "\n%6s  %-*s  %-*s  %12s  %12s  %7s  %7s  %10s  %10s  %5s  %5s  %23s  %23s  %10s  %10s "
            " %s\n",
            _("stream"), width, _("client >"), width, _("< server"), _("begins, s"), _("lasts, s"),
            _("frames>"), _("<frames"), _("bytes>"), _("<bytes"), _("again>"), _("<again"),
            _("RTT> min/mean/max, ms"), _("<RTT"), _("cwnd> ?"), _("<cwnd ?"), _("ended by"));
}

/* ---- Four lines a connection: 80 columns are enough ---- */

static void put_side(FILE *out, char arrow, const struct flow_tally *tally)
{
    char rtt[RTT_SIZE];

    format_rtt(tally, rtt);
    fprintf(out, "  %c %9" PRIu64 " %11" PRIu64 "  %6" PRIu32 "  %s\n", arrow, tally->frames,
            tally->bytes, tally->resent, rtt);
}

/* Where the capture shows anything of it. */
static void put_cwnd(FILE *out, const struct flow_line *line)
{
    unsigned client = client_of(line->flow);

    for (unsigned i = 0; i < 2; i++) {
        const struct cwnd_estimate *cwnd = &line->flow->cwnd[i == 0 ? client : !client];

        if (cwnd->last != 0)
            fprintf(out, _("  %c cwnd, inferred: %" PRIu32 " at last, %" PRIu32 " at most\n"),
                    i == 0 ? '>' : '<', cwnd->last, cwnd->largest);
    }
}

static void put_block(FILE *out, const struct flow_line *line)
{
    bool long_names = strlen(line->from) + strlen(line->to) > 50;

    fprintf(out, "%" PRIu32 "  %s%s> %s\n", line->stream, line->from, long_names ? "\n   " : " ",
            line->to);
    replay_put_when(out, line->begins, line->lasts);
    fprintf(out, _(", ended by: %s%s\n"), end_of(line->flow),
            line->flow->syn_seen ? "" : _(" (began before)"));
    put_side(out, '>', line->sent);
    put_side(out, '<', line->got);
    put_cwnd(out, line);
}

void replay_put_when(FILE *out, uint64_t begins, uint64_t lasts)
{
    fprintf(out, _("  begins %" PRIu64 ".%06" PRIu64 " s, lasts %" PRIu64 ".%06" PRIu64 " s"),
            begins / 1000000000, begins % 1000000000 / 1000, lasts / 1000000000,
            lasts % 1000000000 / 1000);
}

static void put_block_heading(FILE *out)
{
    fprintf(out, "\n%s\n", _("TCP connections: client > server"));
    fprintf(out, "    %9s %11s  %6s  %s\n", _("frames"), _("bytes"), _("again"),
            _("RTT min/mean/max, ms"));
}

/* ---- All of it ---- */

static void put_flows(FILE *out, const struct capture_analysis *all,
                      const struct replay_spread *spread, int columns)
{
    int width = end_width(all);
    bool table = columns >= TABLE_WIDTH + 2 * width;

    if (all->flows.count > 0 && table)
        put_heading(out, width);
    else if (all->flows.count > 0)
        put_block_heading(out);
    for (uint32_t i = 0; i < all->flows.count && !ferror(out); i++) {
        struct flow_line line = line_of(all, i, spread);

        if (table)
            put_row(out, &line, width);
        else
            put_block(out, &line);
    }
}

static void put_totals(FILE *out, const char *name, const struct capture_analysis *all,
                       const struct replay_spread *spread)
{
    uint64_t ns = replay_apart(spread->first_ns, spread->last_ns);

    fprintf(out,
            _("%s: %" PRIu64 " frames in %" PRIu64 ".%06" PRIu64 " s; TCP: %" PRIu64
              " segments, %" PRIu32 " connections\n"),
            name, spread->frames, ns / 1000000000, ns % 1000000000 / 1000, all->segments,
            all->flows.count);
    if (all->forgotten > 0)
        fprintf(out,
                _("%" PRIu32 " segments are of connections beyond the first %" PRIu32
                  ", which are not followed\n"),
                all->forgotten, all->flows.count);
}

static void note_time(struct replay_spread *spread, const struct capture_frame *captured)
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
    struct replay_spread spread = { 0 };
    struct capture_analysis all;
    struct conversations others;
    struct capture_frame captured;

    ASSERT(capture_analysis_open(&all) && conversations_open(&others));
    if (!options->quiz)
        all.rules = capture_rules_open();
    while (replay_next(replay, &captured)) {
        note_time(&spread, &captured);
        if (!capture_analysis_add(&all, &captured))
            conversations_take(&others, &captured);
    }
    capture_analysis_settle(&all);
    put_totals(out, options->name, &all, &spread);
    put_flows(out, &all, &spread, options->width);
    replay_put_conversations(out, &others, &spread, options->width);
    if (all.rules != NULL) {
        capture_rules_finish(all.rules);
        replay_put_breaks(out, capture_rules_breaks(all.rules), options->width);
    }
    capture_rules_close(all.rules);
    conversations_close(&others);
    capture_analysis_close(&all);
    return fflush(out) == 0;
}
