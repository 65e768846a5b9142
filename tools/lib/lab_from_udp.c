#include "tools/lib/lab_from_udp.h"

#include <stdlib.h>
#include <string.h>

#include "layers/wire/bytes.h"
#include "layers/wire/dissect.h"
#include "layers/wire/ethernet_header.h"
#include "layers/wire/summary.h"
#include "sim/capture_link.h"
#include "tools/lib/capture_filter.h"
#include "tools/lib/lab_from_udp_parts.h"
#include "tools/lib/run_view.h"
#include "tools/lib/text.h"

#define DELAY_ASSUMED MS
#define DELAY_MOST SECONDS
#define LASTS_MOST (10 * 365 * 24 * HOURS)

/* ---- Reading ---- */

struct udp_reading {
    struct udp_plan *plan;
    int64_t first_ns;
    bool no_memory, too_many;
};

/* Ends of the datagram in D; false: it has none. */
static bool find_ends(const struct dissection *d, struct flow_end ends[2],
                      const struct udp_header **udp)
{
    const struct layer *layer = dissection_find(d, LAYER_UDP);
    const struct layer *ip = dissection_find(d, LAYER_IPV4);
    const struct layer *ip6 = dissection_find(d, LAYER_IPV6);

    memset(ends, 0, 2 * sizeof(ends[0]));
    if (layer == NULL || !layer->parsed || layer->as.udp.source_port == 0 ||
        layer->as.udp.destination_port == 0)
        return false;
    *udp = &layer->as.udp;
    if (ip != NULL && ip->parsed) {
        put_be32(ends[0].address + 12, ip->as.ipv4.source);
        put_be32(ends[1].address + 12, ip->as.ipv4.destination);
    } else if (ip6 != NULL && ip6->parsed) {
        memcpy(ends[0].address, ip6->as.ipv6.source.at, 16);
        memcpy(ends[1].address, ip6->as.ipv6.destination.at, 16);
    } else {
        return false;
    }
    ends[0].port = layer->as.udp.source_port;
    ends[1].port = layer->as.udp.destination_port;
    return true;
}

static bool add_port(struct udp_plan *plan, unsigned side, uint16_t port)
{
    for (unsigned i = 0; i < plan->port_count[side]; i++)
        if (plan->ports[side][i] == port)
            return true;
    if (plan->port_count[side] == UDP_PORTS_MOST)
        return false;
    plan->ports[side][plan->port_count[side]++] = port;
    return true;
}

static bool same_host(const struct flow_end *a, const struct flow_end *b)
{
    return memcmp(a->address, b->address, sizeof(a->address)) == 0;
}

/* A host has this address: it is not nobody's, everybody's or of many. */
static bool is_a_hosts(const struct flow_end *end, bool ipv6)
{
    ipv4 address = get_be32(end->address + 12);

    if (ipv6)
        return end->address[0] != 0xff;
    return address != 0 && address != IPV4_BROADCAST && !ipv4_is_multicast(address);
}

/* The side that sent, or -1: others did. The first datagram says who the two are. */
static int side_of(struct udp_reading *r, const struct flow_end ends[2], bool ipv6)
{
    struct talk_end *two = r->plan->ends.end;

    if (r->plan->datagrams.count == 0) {
        two[0].address = ends[0];
        two[1].address = ends[1];
        r->plan->ends.ipv6 = ipv6;
    }
    if (ipv6 != r->plan->ends.ipv6)
        return -1;
    if (same_host(&ends[0], &two[0].address) && same_host(&ends[1], &two[1].address))
        return 0;
    return same_host(&ends[0], &two[1].address) && same_host(&ends[1], &two[0].address) ? 1 : -1;
}

static void keep_text(struct from_datagram *to, struct span payload)
{
    to->is_text = to->len > 0 && to->len <= FROM_TEXT_MAX && payload.len >= to->len;
    for (uint32_t i = 0; i < to->len && to->is_text; i++) {
        to->is_text = payload.at[i] >= 0x20 && payload.at[i] <= 0x7e && payload.at[i] != '"' &&
                      payload.at[i] != '\\';
        to->text[i] = (char)payload.at[i];
    }
}

static void take_datagram(struct udp_reading *r, const struct capture_frame *frame,
                          const struct dissection *d)
{
    struct udp_plan *plan = r->plan;
    const struct udp_header *udp;
    struct flow_end ends[2];
    struct from_datagram *to;
    bool ipv6;
    int side;

    if (!find_ends(d, ends, &udp) || udp->length < UDP_HEADER_LEN)
        return;
    ipv6 = dissection_find(d, LAYER_IPV6) != NULL;
    side = is_a_hosts(&ends[0], ipv6) && is_a_hosts(&ends[1], ipv6) ? side_of(r, ends, ipv6) : -1;
    if (side < 0) {
        plan->left_out++;
        return;
    }
    if (plan->datagrams.count == UDP_DATAGRAMS_MOST ||
        !add_port(plan, (unsigned)side, ends[0].port) ||
        !add_port(plan, (unsigned)!side, ends[1].port)) {
        r->too_many = true;
        return;
    }
    to = capture_list_add(&plan->datagrams, sizeof(*to));
    r->no_memory = r->no_memory || to == NULL;
    if (to == NULL)
        return;
    if (plan->datagrams.count == 1)
        r->first_ns = frame->time_ns;
    if (__builtin_sub_overflow(frame->time_ns, r->first_ns, &to->at) || to->at < 0)
        to->at = 0;
    if (plan->datagrams.count > 1 && to->at < to[-1].at) /* time goes forth only */
        to->at = to[-1].at;
    to->frame = frame->number;
    to->side = (uint8_t)side;
    to->source = ends[0].port;
    to->destination = ends[1].port;
    to->len = udp->length - UDP_HEADER_LEN;
    plan->text[side] += to->len;
    keep_text(to, dissection_find(d, LAYER_UDP)->payload);
    if (dissection_application(d) != NULL)
        summary_format_carried(d, to->remark, sizeof(to->remark));
}

static void take_frame(struct udp_reading *r, const struct capture_frame *frame)
{
    struct dissection d;
    uint16_t ethertype;
    struct span packet;

    if (!capture_payload(frame->linktype, frame->bytes, &ethertype, &packet) ||
        (ethertype != ETHERTYPE_IPV4 && ethertype != ETHERTYPE_IPV6))
        return;
    dissect(&d, packet, packet.len + (frame->original_len - frame->bytes.len),
            ethertype == ETHERTYPE_IPV4 ? LAYER_IPV4 : LAYER_IPV6);
    take_datagram(r, frame, &d);
}

static size_t read_file(void *ctx, void *bytes, size_t len)
{
    return fread(bytes, 1, len, ctx);
}

static void read_frames(struct udp_reading *r, FILE *in, struct capture_filter *filter)
{
    struct capture_reader *reader = malloc(sizeof(*reader));
    uint8_t *memory = malloc(CAPTURE_BUFFER_BYTES);
    struct capture_frame frame;

    r->no_memory = reader == NULL || memory == NULL;
    if (!r->no_memory) {
        capture_reader_init(reader, (struct byte_source){ read_file, in }, memory);
        while (!r->no_memory && !r->too_many && capture_read(reader, &frame) == CAPTURE_GOT_FRAME)
            if (frame.has_time && capture_filter_matches(filter, &frame))
                take_frame(r, &frame);
    }
    free(memory);
    free(reader);
}

/* ---- Planning ---- */

/* Half of the shortest time in which an answer came: the wire is no slower. */
static void find_delay(struct udp_plan *plan)
{
    const struct from_datagram *all = plan->datagrams.items;
    vtime least = 2 * DELAY_MOST;

    for (uint32_t i = 1; i < plan->datagrams.count; i++)
        if (all[i - 1].side == 0 && all[i].side == 1 && all[i].at - all[i - 1].at < least) {
            least = all[i].at - all[i - 1].at;
            plan->delay_known = true;
        }
    plan->delay = plan->delay_known ? least / 2 : DELAY_ASSUMED;
    if (plan->delay < US)
        plan->delay = US;
    plan->delay -= plan->delay % US;
}

/* Who captured sits beside the first: what the other sends has left it a delay ago. */
static void find_causes(struct udp_plan *plan)
{
    struct from_datagram *all = plan->datagrams.items;
    uint64_t got[2] = { 0, 0 };
    vtime got_at[2] = { 0, 0 };

    for (uint32_t i = 0; i < plan->datagrams.count; i++) {
        struct from_datagram *d = &all[i];
        vtime left = d->at + plan->delay - (d->side == 1 ? plan->delay : 0);

        d->heard = got[d->side];
        d->after = left - (d->heard > 0 ? got_at[d->side] : 0);
        if (d->after < 0)
            d->after = 0;
        got[!d->side] += d->len;
        if (d->len > 0)
            got_at[!d->side] = left + plan->delay;
    }
}

/* ---- Trying ---- */

/* Whether frame NUMBER of RUN is datagram D, *IS_ONE: it is any. */
static bool is_sent_as(const struct simulation *run, uint32_t number, const struct from_datagram *d,
                       bool *is_one)
{
    const struct trace_frame *frame = trace_frame(&run->trace, number);
    const struct link *link = run->world->links[frame->link];
    struct dissection dissection;
    const struct layer *udp;

    run_dissect(&run->trace, number, &dissection);
    udp = dissection_find(&dissection, LAYER_UDP);
    *is_one = udp != NULL && udp->parsed;
    return *is_one && d != NULL && udp->as.udp.source_port == d->source &&
           udp->as.udp.destination_port == d->destination &&
           udp->as.udp.length == d->len + UDP_HEADER_LEN &&
           (link->ends[frame->end]->node->id == run->world->nodes[1]->id) == (d->side == 1);
}

/* How many datagrams RUN sends as in the capture, from the first on. */
static void compare(struct udp_plan *plan, const struct simulation *run)
{
    const struct from_datagram *all = plan->datagrams.items;
    bool is_one;

    plan->alike = 0;
    for (uint32_t n = 1; n <= run->trace.frames.count; n++) {
        const struct from_datagram *d =
            plan->alike < plan->datagrams.count ? &all[plan->alike] : NULL;

        if (is_sent_as(run, n, d, &is_one))
            plan->alike++;
        else if (is_one)
            return;
    }
}

static bool try_lab(struct udp_plan *plan, const char *text)
{
    const struct simulation_options options = { .until_given = false };
    struct diagnostics d;
    struct lab *lab = NULL;
    struct simulation run;
    bool done;

    diagnostics_init(&d);
    done = lab_parse(text, strlen(text), "lab.yaml", NULL, &simulation_hooks, &lab, &d);
    if (!done)
        diagnostics_print(&d, stderr);
    diagnostics_free(&d);
    done = done && simulation_open(&run, lab, &options);
    if (done) {
        simulation_run(&run, NULL);
        compare(plan, &run);
        simulation_close(&run);
    }
    lab_free(lab);
    return done;
}

static bool make(struct udp_plan *plan, struct lab_from *from)
{
    char *text;
    bool done;

    from_plan_addresses(&plan->hosts);
    find_delay(plan);
    find_causes(plan);
    for (unsigned side = 0; side < 2; side++)
        capture_talk_name(&plan->ends, side, from->names[side], sizeof(from->names[side]));
    from->udp = true;
    from->segments = plan->datagrams.count;
    text = udp_plan_write(plan, from);
    done = text != NULL && try_lab(plan, text);
    free(text);
    if (!done)
        return false;
    from->likeness =
        (struct course_likeness){ .steps = { plan->datagrams.count, plan->datagrams.count },
                                  .common = plan->alike,
                                  .alike = plan->alike };
    from->lab = udp_plan_write(plan, from);
    from->readme = udp_plan_readme(plan, from);
    return from->lab != NULL && from->readme != NULL;
}

/* ---- The whole ---- */

static enum lab_from_status judge(struct udp_reading *r, struct lab_from *from, char *why)
{
    struct udp_plan *plan = r->plan;
    const struct from_datagram *last;

    if (plan->datagrams.count == 0 && !r->no_memory) {
        why[0] = '\0';
        if (plan->left_out > 0)
            snprintf(why, LAB_FROM_WHY_SIZE, "%s",
                     _("all of its datagrams are for everybody, or from nobody (as DHCP's are), "
                       "and a lab needs two hosts with addresses"));
        return LAB_FROM_UNFIT;
    }
    snprintf(why, LAB_FROM_WHY_SIZE, "%s", _("out of memory"));
    if (r->no_memory)
        return LAB_FROM_FAILED;
    last = (const struct from_datagram *)plan->datagrams.items + plan->datagrams.count - 1;
    if (r->too_many)
        snprintf(why, LAB_FROM_WHY_SIZE,
                 _("two hosts exchange more than %d UDP datagrams, or by more than %d "
                   "ports: let a filter choose fewer"),
                 UDP_DATAGRAMS_MOST, UDP_PORTS_MOST);
    else if (last->at > LASTS_MOST)
        snprintf(why, LAB_FROM_WHY_SIZE, "%s",
                 _("its UDP datagrams last for more than ten years: its times must be wrong"));
    else
        return make(plan, from) ? LAB_FROM_MADE : LAB_FROM_FAILED;
    return LAB_FROM_UNFIT;
}

enum lab_from_status lab_from_udp(struct lab_from *from, FILE *in, const char *name,
                                  const char *filter, char *why)
{
    struct udp_plan plan = { .hosts = { .file = name, .talk = &plan.ends } };
    struct udp_reading r = { .plan = &plan };
    char error[FILTER_ERROR_BYTES];
    enum lab_from_status status;
    struct capture_filter f;
    size_t column;

    if (!capture_filter_open(&f, filter, error, &column))
        return LAB_FROM_USAGE;
    rewind(in);
    read_frames(&r, in, &f);
    capture_filter_close(&f);
    status = judge(&r, from, why);
    if (status != LAB_FROM_MADE)
        lab_from_free(from);
    free(plan.datagrams.items);
    return status;
}
