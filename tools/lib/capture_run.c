#include "tools/lib/capture_run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/hash.h"
#include "tools/lib/capture_run_parts.h"
#include "tools/lib/text.h"

enum {
    OTHERS = CAPTURE_NODES_MAX - 2, /* two last nodes, so that they can talk to each other */
};

void capture_run_record(struct capture_run *run, uint16_t node, struct record record)
{
    record.event = run->trace.events.count;
    record.frame = record.event; /* one event a frame */
    record.node = node;
    trace_add(&run->trace, &record);
}

/* ---- Who it is ---- */

static uint16_t find_host(const struct capture_run *run, const char *name)
{
    for (unsigned i = 0; i < run->host_count; i++)
        if (strcmp(run->hosts[i].name, name) == 0)
            return (uint16_t)i;
    return NODE_NONE;
}

static uint16_t new_host(struct capture_run *run, const char *name)
{
    struct capture_end_host *host = &run->hosts[run->host_count];

    snprintf(host->name, sizeof(host->name), "%s", name);
    return (uint16_t)run->host_count++;
}

/* The node of NAME; if there are too many, that of the others. */
static uint16_t host_named(struct capture_run *run, const char *name)
{
    uint16_t host = find_host(run, name);

    if (host != NODE_NONE)
        return host;
    if (run->host_count < OTHERS)
        return new_host(run, name);
    if (!run->folded) {
        new_host(run, _("others"));
        new_host(run, _("others'"));
    }
    run->folded = true;
    return OTHERS;
}

/* Its second node, for what a host says to itself. */
static uint16_t itself(struct capture_run *run, uint16_t host)
{
    char name[CAPTURE_HOST_NAME_SIZE];

    if (host >= OTHERS)
        return OTHERS + 1;
    snprintf(name, sizeof(name), "%.*s'", REPLAY_HOST_SIZE - 1, run->hosts[host].name);
    return host_named(run, name);
}

/* Whether who sends D to its own address has the lower port, or answers. */
static bool is_second(const struct dissection *d)
{
    const struct layer *tcp = dissection_find(d, LAYER_TCP), *udp = dissection_find(d, LAYER_UDP);
    const struct layer *icmp = dissection_find(d, LAYER_ICMP);

    if (tcp != NULL && tcp->parsed)
        return tcp->as.tcp.source_port < tcp->as.tcp.destination_port;
    if (udp != NULL && udp->parsed)
        return udp->as.udp.source_port < udp->as.udp.destination_port;
    return icmp != NULL && icmp->parsed && icmp->as.icmp.type == ICMP_ECHO_REPLY;
}

/* The node of ADDRESS, mostly without writing its name. */
static uint16_t host_at(struct capture_run *run, ipv4 address)
{
    struct capture_near *near = &run->near[hash_mix(address) % CAPTURE_NEAR];
    char name[IPV4_TEXT_SIZE];

    if (!near->known || near->address != address) {
        ipv4_format(address, name, sizeof(name));
        *near = (struct capture_near){ address, host_named(run, name), true };
    }
    return near->host;
}

/* The IP header of a frame from one host to another; NULL: who it is between
 * is harder to say. */
static const struct ipv4_header *plain_ip(const struct dissection *d)
{
    const struct layer *ip = dissection_find(d, LAYER_IPV4);
    const struct layer *ethernet = dissection_find(d, LAYER_ETHERNET);

    if (ip == NULL || !ip->parsed || ip->as.ipv4.destination == IPV4_BROADCAST ||
        ipv4_is_multicast(ip->as.ipv4.destination) || ethernet == NULL || !ethernet->parsed ||
        mac_is_broadcast(ethernet->as.ethernet.destination))
        return NULL;
    return &ip->as.ipv4;
}

static void name_hosts(struct capture_run *run, const struct replay_packet *packet, uint16_t *from,
                       uint16_t *to)
{
    bool arp = packet->ethertype == ETHERTYPE_ARP;
    struct replay_frame names;

    replay_name_hosts(&names, packet);
    *from = host_named(run, names.from[0] != '\0' ? names.from : "?");
    if (names.to_group || names.to[0] == '\0' || (arp && strcmp(names.from, names.to) == 0))
        *to = host_named(run, _("all"));
    else
        *to = host_named(run, names.to);
}

static void find_hosts(struct capture_run *run, const struct replay_packet *packet, uint16_t *from,
                       uint16_t *to)
{
    const struct ipv4_header *ip = plain_ip(&packet->d);

    if (ip != NULL) {
        *from = host_at(run, ip->source);
        *to = host_at(run, ip->destination);
    } else {
        name_hosts(run, packet, from, to);
    }
    if (*from != *to)
        return;
    *to = itself(run, *from);
    if (is_second(&packet->d)) {
        uint16_t second = *to;

        *to = *from;
        *from = second;
    }
}

/* The wire between FROM and TO, and at which end of it FROM is. False: no memory. */
static bool find_wire(struct capture_run *run, uint16_t from, uint16_t to, uint16_t *link,
                      uint8_t *end)
{
    uint16_t low = from < to ? from : to, high = from < to ? to : from;
    struct capture_wire *wire;

    *link = run->wire_of[low][high];
    *end = from != low;
    if (*link != LINK_NONE)
        return true;
    wire = capture_list_add(&run->wires, sizeof(*wire));
    if (wire == NULL)
        return false;
    *wire = (struct capture_wire){ { low, high },
                                   { run->hosts[low].ports++, run->hosts[high].ports++ } };
    *link = run->wire_of[low][high] = (uint16_t)(run->wires.count - 1);
    return true;
}

/* ---- One frame ---- */

/* The time of CAPTURED from the first one on; it never goes back. */
static vtime time_of(struct capture_run *run, const struct capture_frame *captured)
{
    uint32_t events = run->trace.events.count;
    vtime last = events == 0 ? 0 : trace_event(&run->trace, events)->at;
    int64_t passed;

    if (!captured->has_time)
        return last;
    if (!run->started)
        run->start_ns = captured->time_ns;
    run->started = true;
    if (__builtin_sub_overflow(captured->time_ns, run->start_ns, &passed))
        passed = captured->time_ns < run->start_ns ? 0 : VTIME_MAX;
    if (passed < last)
        run->went_back = true;
    return passed < last ? last : passed > VTIME_MAX ? VTIME_MAX : passed;
}

/* The bytes of D, where they can stay: in the file, unless they have got another header. */
static struct span bytes_that_stay(const struct capture_run *run, const struct dissection *d)
{
    struct span file = run->reading.options.file;
    uint64_t offset = run->reading.bytes_offset;

    if (!run->reading.is_as_captured || offset > file.len || d->bytes.len > file.len - offset)
        return d->bytes;
    return (struct span){ file.at + offset, d->bytes.len };
}

static void add_frame(struct capture_run *run, const struct dissection *d, vtime at, uint16_t link,
                      uint8_t end)
{
    struct span bytes = bytes_that_stay(run, d);
    struct span kept = { bytes.at, min_size(bytes.len, CAPTURE_KEPT_BYTES) };
    struct trace_frame frame = { .identity = replay_identity(d),
                                 .sent = at,
                                 .len = (uint32_t)kept.len,
                                 .event = run->trace.events.count,
                                 .link = link,
                                 .end = end };

    frame.missing = (uint32_t)min_size(d->wire_len - kept.len, UINT32_MAX - kept.len);
    trace_add_frame(&run->trace, &frame, kept, 0);
}

/* What happens to FRAME, which DISSECTION is of, on the wire LINK. */
static bool tell_frame(struct capture_run *run, const struct dissection *d, uint16_t from,
                       uint16_t to, bool lost)
{
    uint32_t number = run->trace.events.count;
    vtime at = trace_event(&run->trace, number)->at;
    struct capture_segment segment;
    const struct capture_wire *wire;
    struct record record;
    uint16_t link;
    uint8_t end;

    if (!find_wire(run, from, to, &link, &end) ||
        !capture_tcp_find(run, d, number, from, to, &segment))
        return false;
    wire = (const struct capture_wire *)run->wires.items + link;
    capture_tcp_sent(run, &segment, at);
    add_frame(run, d, at, link, end);
    record = (struct record){ .kind = RECORD_TX,
                              .what = link,
                              .a = (int64_t)d->wire_len,
                              .b = end,
                              .port = wire->port[end] };
    capture_run_record(run, from, record);
    if (lost) {
        record.kind = RECORD_LOST;
        record.rule = RULE_CAPTURE_LOST;
        record.a = record.b = record.port = 0;
        capture_run_record(run, NODE_NONE, record);
    } else {
        record.kind = RECORD_RX;
        record.port = wire->port[!end];
        capture_run_record(run, to, record);
        capture_tcp_arrives(run, &segment, at);
    }
    return capture_tcp_keep(run, &segment, number);
}

/* The frame of the run that has NUMBER in the file; 0: none. */
static uint32_t frame_of_file(const struct capture_run *run, uint64_t number)
{
    uint32_t low = 0, high = run->facts.count;

    if (number <= high && capture_run_file_number(run, (uint32_t)number) == number)
        return (uint32_t)number; /* nothing was left out */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (capture_run_file_number(run, middle + 1) < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < run->facts.count && capture_run_file_number(run, low + 1) == number ? low + 1 : 0;
}

static void note_since(const struct capture_run *run, struct capture_fact *fact,
                       const struct tcp_facts *facts)
{
    struct capture_since since = capture_since_of(facts);

    if (since.kind == SINCE_NOTHING)
        return;
    fact->since = frame_of_file(run, since.frame);
    fact->since_kind = (uint8_t)(fact->since != 0 ? since.kind : SINCE_NOTHING);
}

bool capture_run_take(struct capture_run *run, const struct capture_frame *captured)
{
    struct capture_fact *fact = capture_list_add(&run->facts, sizeof(*fact));
    bool lost = replay_lost_cause(captured).at != NULL;
    struct capture_thread thread;
    struct replay_packet packet;
    struct tcp_facts facts;
    uint16_t from, to;
    bool found;

    if (fact == NULL)
        return false;
    found = capture_watch_take(run->watch, captured, &facts); /* while the link header is its own */
    replay_take_apart(&packet, captured);
    fact->number = (uint32_t)min_size((size_t)captured->number, UINT32_MAX);
    fact->made_up = packet.made_up;
    run->reading.is_as_captured = !packet.made_up;
    run->reading.bytes_offset = captured->bytes_offset;
    fact->lost = lost;
    capture_threads_take(run->threads, &packet.d, run->facts.count, &thread);
    fact->thread = (uint32_t)thread.frame;
    fact->thread_kind = (uint8_t)thread.kind;
    if (found)
        note_since(run, fact, &facts);
    run->made_up = run->made_up || packet.made_up;
    find_hosts(run, &packet, &from, &to);
    trace_begin_event(&run->trace, time_of(run, captured), 0);
    return tell_frame(run, &packet.d, from, to, lost);
}

/* ---- Questions ---- */

uint64_t capture_run_frames(const struct capture_run *run)
{
    return run->frames;
}
const char *capture_run_trouble(const struct capture_run *run)
{
    return run->trouble;
}
const char *capture_run_about(const struct capture_run *run)
{
    return run->about;
}

bool capture_run_header_made_up(const struct capture_run *run, uint32_t number)
{
    return capture_fact_of(run, number)->made_up;
}

void capture_run_thread(const struct capture_run *run, uint32_t number,
                        struct capture_thread *thread)
{
    const struct capture_fact *fact = capture_fact_of(run, number);

    *thread = (struct capture_thread){ .kind = fact->thread_kind, .frame = fact->thread };
}

void capture_run_since(const struct capture_run *run, uint32_t number, struct capture_since *since)
{
    const struct capture_fact *fact = capture_fact_of(run, number);

    *since = (struct capture_since){ .kind = fact->since_kind, .frame = fact->since };
    if (fact->since_kind != SINCE_NOTHING)
        since->ns =
            trace_frame(&run->trace, number)->sent - trace_frame(&run->trace, fact->since)->sent;
}

bool capture_run_stream(const struct capture_run *run, uint32_t number, uint32_t *stream)
{
    *stream = capture_fact_of(run, number)->connection - 1;
    return capture_fact_of(run, number)->connection != 0;
}

const struct capture_break *capture_run_breaks(const struct capture_run *run, uint32_t number,
                                               uint32_t *count)
{
    return capture_breaks_of(capture_watch_breaks(run->watch), capture_run_file_number(run, number),
                             count);
}

size_t capture_run_tell_break(const struct capture_run *run, const struct capture_break *broken,
                              char *out, size_t size)
{
    return capture_break_tell(capture_watch_breaks(run->watch), broken, out, size);
}

uint64_t capture_run_file_number(const struct capture_run *run, uint32_t number)
{
    return capture_fact_of(run, number)->number;
}
