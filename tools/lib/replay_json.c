/*
 * replay_json.c - `rung replay --json`: JSON Lines, an object a frame.
 *
 *   {"schema":"rung-replay","version":1,"capture":"trace.pcap"}
 *   {"frame.number":1,"frame.time_epoch":"1.000000000","frame.len":74, ...
 *    "ip.src":"10.0.0.1", ... "tcp.stream":0,"tcp.seq":0, ...
 *    "tcp.analysis.flags":["retransmission"]}
 *   {... "dns.qry.name":"www.example.com", "dns.a":["192.0.2.1"], "rung.answers":3}
 *
 * Names are Wireshark's. Numbers of TCP are relative, as Wireshark shows them, and
 * stand beside those that were sent (tcp.seq_raw); times are texts, since a
 * double has not digits enough. `--quiz` leaves tcp.analysis.* and rung.* out.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tools/lib/capture_analysis.h"
#include "tools/lib/json_parts.h"
#include "tools/lib/replay_parts.h"

static void put_time(struct json_writer *w, const char *key, int64_t ns)
{
    bool negative = ns < 0;
    uint64_t size = negative ? -(uint64_t)ns : (uint64_t)ns;
    char text[48];

    snprintf(text, sizeof(text), "%s%" PRIu64 ".%09" PRIu64, negative ? "-" : "", size / 1000000000,
             size % 1000000000);
    json_put_string(w, key, text);
}

static void put_frame(struct json_writer *w, const struct capture_frame *captured)
{
    json_put_unsigned(w, "frame.number", captured->number);
    if (captured->has_time)
        put_time(w, "frame.time_epoch", captured->time_ns);
    json_put_unsigned(w, "frame.len", captured->original_len);
    json_put_unsigned(w, "frame.cap_len", captured->bytes.len);
    json_put_unsigned(w, "frame.interface_id", captured->interface);
}

static void put_analysis(struct json_writer *w, const struct tcp_facts *tcp)
{
    if (tcp->flags != 0) {
        json_open(w, "tcp.analysis.flags", '[');
        for (unsigned i = 0; i < TCP_FLAG_COUNT; i++)
            if ((tcp->flags >> i & 1) != 0)
                json_put_string(w, NULL, tcp_flag_name(i));
        json_close(w, ']');
    }
    if (tcp->duplicate != 0)
        json_put_unsigned(w, "tcp.analysis.duplicate_ack_num", tcp->duplicate);
    if (tcp->acked_frame != 0) {
        json_put_unsigned(w, "tcp.analysis.acks_frame", tcp->acked_frame);
        if (tcp->rtt_ns != 0)
            put_time(w, "tcp.analysis.ack_rtt", tcp->rtt_ns);
    }
    if (tcp->in_flight != 0)
        json_put_unsigned(w, "tcp.analysis.bytes_in_flight", tcp->in_flight);
}

static void put_tcp(struct json_writer *w, const struct capture_facts *facts, bool quiz)
{
    const struct tcp_seen *seen = &facts->segment.seen;

    json_put_unsigned(w, "tcp.stream", facts->stream);
    json_put_unsigned(w, "tcp.seq", facts->tcp.sequence);
    json_put_unsigned(w, "tcp.ack", facts->tcp.acknowledgment);
    if (seen->whole)
        json_put_unsigned(w, "tcp.len", seen->len);
    json_put_unsigned(w, "tcp.window_size", facts->tcp.window);
    json_put_integer(w, "tcp.window_size_scalefactor",
                     facts->tcp.scale < 0 ? facts->tcp.scale : 1 << facts->tcp.scale);
    if (!quiz)
        put_analysis(w, &facts->tcp);
    if (!quiz && facts->cwnd != 0)
        json_put_unsigned(w, "rung.cwnd_inferred", facts->cwnd);
}

/* "rung.answers":12 - what it belongs to (capture_thread.h). */
static void put_thread(struct json_writer *w, struct capture_threads *threads,
                       const struct dissection *d, uint64_t number)
{
    static const char *const names[] = {
        [THREAD_NONE] = NULL,           [THREAD_ANSWER] = "rung.answers",
        [THREAD_AGAIN] = "rung.repeats", [THREAD_ABOUT] = "rung.about",
        [THREAD_PIECE] = "rung.fragment_of", [THREAD_WHOLE] = "rung.completes",
    };
    struct capture_thread thread;

    capture_threads_take(threads, d, number, &thread);
    if (thread.kind != THREAD_NONE)
        json_put_unsigned(w, names[thread.kind], thread.frame);
}

/* The object of one break. */
static void put_break(struct json_writer *w, const struct capture_break *broken)
{
    const struct rule *rule = rule_get(broken->rule);
    char sentence[512], citation[96];

    rule_sentence(broken->rule, broken->a, broken->b, sentence, sizeof(sentence));
    rule_citation(broken->rule, citation, sizeof(citation));
    json_open(w, NULL, '{');
    json_put_string(w, "rule", rule->name);
    json_put_string(w, "sentence", sentence);
    if (citation[0] != '\0')
        json_put_string(w, "section", citation);
    if (rule->label[0] != '\0')
        json_put_string(w, "label", rule->label);
    if (capture_break_is_note(broken->rule))
        json_put_bool(w, "note", true);
    json_put_unsigned(w, "frame", broken->frame);
    if (broken->other != 0)
        json_put_unsigned(w, "other_frame", broken->other);
    json_close(w, '}');
}

/* Of a pipe the frames before may have some, too, which show only now. */
static void put_breaks(struct json_writer *w, struct replay_breaks *breaks, uint64_t frame)
{
    uint32_t count;
    const struct capture_break *list = replay_breaks_of(breaks, frame, &count);
    bool any = false;

    for (uint32_t i = 0; i < count; i++) {
        if (!replay_break_is_told(breaks, &list[i]))
            continue;
        if (!any)
            json_open(w, "rung.breaks", '[');
        any = true;
        put_break(w, &list[i]);
    }
    if (any)
        json_close(w, ']');
}

/* What only the end of a pipe tells: one more object, without a frame's number. */
static void put_late_breaks(struct json_writer *w, struct replay_breaks *breaks)
{
    uint32_t count;
    const struct capture_break *list = replay_breaks_of(breaks, 0, &count);

    if (count == 0)
        return;
    json_begin(w, w->out);
    json_open(w, "rung.breaks", '[');
    for (uint32_t i = 0; i < count; i++)
        put_break(w, &list[i]);
    json_close(w, ']');
    json_end(w);
}

bool replay_json(struct replay *replay, const struct replay_options *options, FILE *out)
{
    struct capture_analysis all;
    struct capture_frame captured;
    struct capture_facts facts;
    struct json_writer w;
    struct capture_threads *threads = capture_threads_open();
    struct replay_breaks *breaks = replay_look_through(replay);

    ASSERT(capture_analysis_open(&all) && threads != NULL);
    json_begin(&w, out);
    json_put_string(&w, "schema", "rung-replay");
    json_put_integer(&w, "version", 1);
    json_put_string(&w, "capture", options->name);
    json_end(&w);
    while (!ferror(out) && replay_next(replay, &captured)) {
        bool is_tcp = capture_analysis_take(&all, &captured, &facts);
        struct replay_frame line;
        struct dissection d;

        replay_breaks_take(breaks, &captured);
        json_begin(&w, out);
        put_frame(&w, &captured);
        replay_understand(&line, &captured, NULL);
        json_put_string(&w, "source", line.from);
        json_put_string(&w, "destination", line.to);
        json_put_string(&w, "info", line.facts);
        if (replay_dissect(&d, &captured)) {
            json_put_dissection_fields(&w, &d);
            if (!options->quiz)
                put_thread(&w, threads, &d, captured.number);
        }
        if (is_tcp)
            put_tcp(&w, &facts, options->quiz);
        put_breaks(&w, breaks, captured.number);
        json_end(&w);
    }
    capture_threads_close(threads);
    replay_breaks_end(breaks);
    put_late_breaks(&w, breaks);
    capture_analysis_close(&all);
    return fflush(out) == 0;
}
