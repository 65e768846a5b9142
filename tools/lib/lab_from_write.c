#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/state.h"
#include "layers/units.h"
#include "tools/lib/lab_from_parts.h"
#include "tools/lib/text.h"
#include "tools/lib/yaml_write.h"

enum { REMARK_COLUMN = 34, TIME_SIZE = 40, SECOND_DIGITS = 6 };

/* Writes "KEY: VALUE", and behind it, at a column of its own, REMARK (or NULL). */
static void put(FILE *out, int indent, const char *text, const char *remark)
{
    int width = remark != NULL ? REMARK_COLUMN - indent : 0;

    fprintf(out, "%*s%-*s%s%s\n", indent, "", width, text, remark != NULL ? " # " : "",
            remark != NULL ? remark : "");
}

static void put_size(FILE *out, const char *key, uint64_t bytes, const char *remark)
{
    char size[TIME_SIZE], text[2 * TIME_SIZE];

    unit_format_size((int64_t)bytes, size, sizeof(size));
    snprintf(text, sizeof(text), "%s: %s", key, size);
    put(out, 6, text, remark);
}

static void put_time(FILE *out, const char *key, vtime time, const char *remark)
{
    char when[TIME_SIZE], text[2 * TIME_SIZE];

    unit_format_time(time, when, sizeof(when));
    snprintf(text, sizeof(text), "%s: %s", key, when);
    put(out, 6, text, remark);
}

static void put_number(FILE *out, const char *key, int64_t number, const char *remark)
{
    char text[2 * TIME_SIZE];

    snprintf(text, sizeof(text), "%s: %" PRId64, key, number);
    put(out, 6, text, remark);
}

static void put_switch(FILE *out, const char *key, bool on, const char *remark)
{
    char text[2 * TIME_SIZE];

    snprintf(text, sizeof(text), "%s: %s", key, on ? "on" : "off");
    put(out, 6, text, remark);
}

/* ---- What stands above it ---- */

static void put_likeness(FILE *out, const struct lab_from *result)
{
    const struct course_likeness *l = &result->likeness;

    if (course_permille(l) == 1000) {
        fprintf(out,
                _("# Run, it does the same: all %u segments with SYN, text, FIN or RST, by "
                  "direction, flags,\n"
                  "# number and length, in this order.\n"),
                l->steps[0]);
        return;
    }
    fprintf(
        out,
        _("# Run, it does nearly the same: of %u segments with SYN, text, FIN or RST (direction,\n"
          "# flags, number, length) it sends %u in the same order, %u in all (%u.%u %%). First\n"
          "# difference: %s\n"),
        l->steps[0], l->common, l->steps[1], course_permille(l) / 10, course_permille(l) % 10,
        result->differs);
}

static void put_head(FILE *out, const struct from_plan *plan, const struct lab_from *result)
{
    const struct talk_segment *segments = plan->talk->segments;
    vtime last = segments[plan->talk->count - 1].at - segments[plan->talk->before].at;

    fprintf(out,
            _("# Made from a capture by `rung new --from`: what a connection did, to be changed.\n"
              "#\n"
              "# %s, stream %u of its %u TCP connections, counted from 0\n"
              "# client %s, server %s\n"
              "# %u segments in %" PRId64 ".%06" PRId64 " s\n"),
            plan->file, result->stream, result->connections, result->names[0], result->names[1],
            result->segments, last / SECONDS, last % SECONDS / US);
    if (result->trouble[0] != '\0')
        fprintf(out, _("# The capture could not be read to its end: %s\n"), result->trouble);
    fputs("#\n", out);
    if (result->likeness.steps[0] > 0)
        put_likeness(out, result);
    fputs(_("#\n"
            "# What if another segment had been lost? Add it to the faults below, or press d on it "
            "in\n"
            "# the timeline. What was not to be seen in the capture, and was inferred:\n"),
          out);
}

static void put_inferred_path(FILE *out, const struct from_plan *plan)
{
    char near[2][TIME_SIZE];

    for (unsigned side = 0; side < 2; side++)
        snprintf(near[side], sizeof(near[side]), "%.3f", (double)plan->distance[side] / (double)MS);
    if (plan->distance_known)
        fprintf(
            out,
            _("# - Where it was captured: %s ms from the client, %s ms from the server, by\n"
              "#   half of the shortest round trips from there; the wire's delay is their sum.\n"),
            near[0], near[1]);
    else
        fputs(_("# - The delay: nothing was answered, so it is an assumption.\n"), out);
    if (plan->host[0].address_made_up)
        fputs(_("# - Addresses: a lab's hosts cannot have those of the capture, so they are "
                "others.\n"),
              out);
    if (!plan->shares_wire)
        fprintf(
            out,
            _("# - The path: one wire stands for all networks and routers between the two, with a\n"
              "#   prefix (/%d) that makes them neighbours.\n"),
            plan->prefix_len);
}

/* Of a connection that began before the capture. */
static void put_assumed(FILE *out, const struct from_plan *plan)
{
    char line[240];

    if (!plan->talk->join.joined)
        return;
    fputs(_("# - Its beginning: the capture joined within the connection, so what comes before\n"
            "#   its first frame, the handshake at least, is made up. Assumed:\n"),
          out);
    for (unsigned i = 0; capture_talk_assumed(plan->talk, i, line, sizeof(line)) > 0; i++)
        fprintf(out, "#     %s\n", line);
}

static void put_inferred(FILE *out, const struct from_plan *plan)
{
    put_assumed(out, plan);
    put_inferred_path(out, plan);
    fputs(_("# - Congestion control, recovery and buffers: Rung's own, but for what is set below.\n"
            "# - Programs: what is in one segment, or follows at once, is taken as written at "
            "once; a\n"
            "#   deed waits for what its program had received by then.\n"),
          out);
    if (plan->talk->twice > 0)
        fprintf(out,
                _("# - %u frames are in the capture more than once, as they passed by; each is\n"
                  "#   taken once.\n"),
                plan->talk->twice);
    if (plan->talk->cut > 0)
        fprintf(out, _("# - %u segments were not captured in full.\n"), plan->talk->cut);
    if (plan->faults_left_out)
        fprintf(out, _("# - More was lost than the %d faults tell.\n"), FROM_FAULTS_MAX);
}

static void put_beginning(FILE *out, const struct from_plan *plan)
{
    char time[TIME_SIZE];

    unit_format_time(plan->talk->segments[plan->talk->before].at, time, sizeof(time));
    fprintf(out,
            _("  The capture began within the connection, here at %s: the handshake, and what\n"
              "  else is sent before that, is not in the capture, but inferred.\n"),
            time);
}

static void put_about(FILE *out, const struct from_plan *plan, const struct lab_from *result)
{
    char title[300];

    snprintf(title, sizeof(title), _("%s > %s, as captured"), result->names[0], result->names[1]);
    fputs("title: ", out);
    yaml_write_scalar(out, title);
    fprintf(out,
            _("\nabout: |\n"
              "  A connection out of a capture, done again: the same text at either end, and what\n"
              "  the network did to it. Lose another segment, and see what would have become of "
              "it.\n"));
    if (plan->talk->join.joined)
        put_beginning(out, plan);
    fputs("seed: 1\n", out);
    if (plan->until > 0) {
        char until[TIME_SIZE];

        unit_format_time(plan->until, until, sizeof(until));
        fprintf(out, _("until: %s # here the capture ends\n"), until);
    }
    fputs("\ndefaults:\n"
          "  arp: { known: on }\n\n",
          out);
}

/* ---- Hosts and wire ---- */

static void put_options(FILE *out, const struct from_host *host)
{
    put_number(out, "mss", host->mss, _("as its SYN says, or as its segments show"));
    if (host->initial_window > 0)
        put_number(out, "initial-window", host->initial_window,
                   _("so many were under way when the capture began"));
    if (host->scale >= 0)
        put_number(out, "window-scale", host->scale, NULL);
    else
        put_switch(out, "window-scale", false, NULL);
    put_switch(out, "sack", host->sack, NULL);
    put_switch(out, "timestamps", host->timestamps, NULL);
    if (host->ecn)
        put_switch(out, "ecn", true, NULL);
    put_number(out, "isn", host->isn,
               host->isn == 0 ? _("so that numbers are those that one reads")
                              : _("the real one: its numbers wrap"));
    put_size(out, "rcvbuf", host->rcvbuf, _("the largest window that it offered"));
    put_size(out, "sndbuf", host->sndbuf, _("assumed"));
}

static void put_habits(FILE *out, const struct from_host *host)
{
    put_switch(out, "nagle", host->nagle && !host->at_once,
               !host->nagle    ? _("it sent small segments while text was under way")
               : host->at_once ? _("assumed: what follows was written as it was sent")
                               : _("nothing speaks against it"));
    if (host->unlimited)
        put(out, 6, "cc: none", _("assumed: it was not limited by what Rung's would allow"));
    if (host->goes_back)
        put(out, 6, "recovery: go-back-n",
            _("assumed: all was sent again, not only what was lost"));
    if (host->acks_all)
        put_switch(out, "delayed-ack", false, _("it acknowledged each segment at once"));
    else if (host->delayed_ack > 0)
        put_time(out, "delayed-ack", host->delayed_ack,
                 _("its longest wait, or less than the other waits before it sends again"));
    if (host->initial_rto > 0)
        put_time(out, "initial-rto", host->initial_rto, _("as its SYN came again"));
    if (host->min_rto > 0)
        put_time(out, "min-rto", host->hasty ? host->min_rto : host->calm_rto,
                 host->hasty || host->calm_rto == host->min_rto
                     ? _("its shortest wait before it sent again")
                     : _("assumed: longer than an ACK may be delayed here"));
    else if (host->probe_wait >= MS)
        put_time(out, "min-rto", host->probe_wait / MS * MS,
                 _("its wait before it asked a closed window"));
    if (host->keepalive > 0)
        put_time(out, "keepalive", host->keepalive, NULL);
    if (host->keepalive_interval > 0)
        put_time(out, "keepalive-interval", host->keepalive_interval, NULL);
    if (host->empty_probes)
        put(out, 6, "window-probe: empty", NULL);
    if (host->reset_with_ack)
        put_switch(out, "reset-with-ack", true, NULL);
}

static void put_host(FILE *out, const struct from_plan *plan, unsigned side)
{
    const struct from_host *host = &plan->host[side];
    char address[IPV4_TEXT_SIZE], mac[MAC_TEXT_SIZE], text[100];

    ipv4_format(host->address, address, sizeof(address));
    fprintf(out, "  %s:\n", host->name);
    snprintf(text, sizeof(text), "ip: %s/%d", address, plan->prefix_len);
    put(out, 4, text, host->address_made_up ? _("not the capture's") : NULL);
    if (host->has_mac) {
        mac_format(host->mac, mac, sizeof(mac));
        snprintf(text, sizeof(text), "mac: %s", mac);
        put(out, 4, text, _("its own, or its router's, as captured"));
    }
    if (plan->mtu > 1500) {
        snprintf(text, sizeof(text), "mtu: %d", plan->mtu);
        put(out, 4, text, NULL);
    }
    fputs("    tcp:\n", out);
    put_options(out, host);
    put_habits(out, host);
}

static void put_link(FILE *out, const struct from_plan *plan)
{
    vtime delay = plan->distance[0] + plan->distance[1];
    char text[TIME_SIZE];

    unit_format_time(delay, text, sizeof(text));
    fprintf(out, "\nlinks:\n  wire:\n    ends: [client, server]\n    delay: %s\n", text);
    if (plan->mtu > 1500)
        fprintf(out, "    mtu: %d\n", plan->mtu);
    if (plan->host[0].rate == 0 && plan->host[1].rate == 0)
        return;
    fputs("    queue: 100000 packets         # nothing is lost by being too many\n"
          "    toward:                       # as fast as segments followed each other\n",
          out);
    for (unsigned side = 0; side < 2; side++)
        if (plan->host[side].rate > 0)
            fprintf(out, "      %s: { rate: %" PRId64 "bit }\n", plan->host[!side].name,
                    plan->host[side].rate);
}

/* ---- Script ---- */

static void put_entry(FILE *out, const struct from_plan *plan, const struct from_entry *entry)
{
    const char *name = plan->host[entry->side].name;
    char time[TIME_SIZE], size[TIME_SIZE];

    unit_format_time(entry->time, time, sizeof(time));
    if (entry->start == LAB_AT) {
        fprintf(out, "  - { at: %s", time);
    } else if (entry->received > 0) {
        unit_format_size(entry->received, size, sizeof(size));
        fprintf(out, "  - { when: %s received %s", name, size);
    } else {
        fprintf(out, "  - { when: %s %s", name, entry->state);
    }
    if (entry->start == LAB_WHEN && entry->time > 0)
        fprintf(out, ", after: %s", time);
    fprintf(out, ", %s: ", name);
    yaml_write_scalar(out, entry->command);
    fputs(" }", out);
    if (entry->frame > 0)
        fprintf(out, _(" # frame %" PRIu64 "%s%s"), entry->frame,
                entry->remark[0] != '\0' ? ": " : "", entry->remark);
    else if (entry->made_up)
        fputs(_(" # not in the capture: inferred"), out);
    putc('\n', out);
}

static void put_script(FILE *out, const struct from_plan *plan)
{
    const struct from_entry *entries = plan->entries.items;

    fputs("\nscript:\n", out);
    for (uint32_t i = 0; i < plan->entries.count; i++)
        put_entry(out, plan, &entries[i]);
}

/* ---- Faults ---- */

/* The expression for a number field, relative if it does not count from 0. */
static void put_field(FILE *out, const char *field, uint32_t isn, uint32_t value)
{
    if (isn == 0)
        fprintf(out, "%s = %u", field, value);
    else
        fprintf(out, "%s - %u = %u", field, isn, value);
}

static void put_filter(FILE *out, const struct from_plan *plan, const struct from_fault *fault)
{
    switch (fault->kind) {
    case COURSE_SYN: fputs("tcp[tcpflags] & tcp-syn != 0", out); break;
    case COURSE_FIN: fputs("tcp[tcpflags] & tcp-fin != 0", out); break;
    case COURSE_TEXT:
        put_field(out, "tcp[4:4]", plan->host[fault->side].isn, fault->seq);
        fputs(" and ip[2:2] - (tcp[12] >> 4) * 4 > 20", out); /* it has text */
        break;
    case COURSE_RST:
        put_field(out, "tcp[8:4]", plan->host[!fault->side].isn, fault->ack);
        fputs(" and tcp[tcpflags] = tcp-ack and ip[2:2] - (tcp[12] >> 4) * 4 = 20", out);
        break;
    }
}

static void put_what(FILE *out, const struct from_fault *fault)
{
    if (fault->kind == COURSE_TEXT)
        fprintf(out, _("seq %u, %u bytes"), fault->seq, fault->len);
    else if (fault->kind == COURSE_RST)
        fprintf(out, _("an ACK of %u"), fault->ack);
    else
        fputs(fault->kind == COURSE_SYN ? _("a SYN") : _("a FIN"), out);
}

static void put_remark(FILE *out, const struct from_fault *fault)
{
    fprintf(out, "  # ");
    put_what(out, fault);
    if (fault->action == LAB_DROP && fault->unseen)
        fprintf(out, _(": lost before it was captured, for frame %" PRIu64 " is late\n"),
                fault->frame);
    else if (fault->action == LAB_DROP && fault->frame == 0)
        fputs(_(": under way when the capture began, but it did not arrive\n"), out);
    else if (fault->action == LAB_DROP)
        fprintf(out, _(": frame %" PRIu64 " is in the capture, but did not arrive\n"),
                fault->frame);
    else if (fault->action == LAB_DELAY)
        fprintf(out, _(": late, as frame %" PRIu64 " shows\n"), fault->frame);
    else
        fprintf(out, _(": arrived twice, as frame %" PRIu64 " shows\n"), fault->frame);
}

static void put_fault(FILE *out, const struct from_plan *plan, const struct from_fault *fault)
{
    static const char *const names[] = {
        [LAB_DROP] = "drop", [LAB_DELAY] = "delay", [LAB_DUPLICATE] = "duplicate"
    };
    char by[TIME_SIZE];

    put_remark(out, fault);
    fprintf(out, "  - { %s: \"", names[fault->action]);
    put_filter(out, plan, fault);
    fprintf(out, "\", from: %s, nth: ", plan->host[fault->side].name);
    fputs(fault->count > 1 ? "[" : "", out);
    for (uint32_t i = 0; i < fault->count; i++)
        fprintf(out, "%s%u", i > 0 ? ", " : "", fault->nth[i]);
    fputs(fault->count > 1 ? "]" : "", out);
    if (fault->action == LAB_DELAY) {
        unit_format_time(fault->by, by, sizeof(by));
        fprintf(out, ", by: %s", by);
    }
    fputs(" }\n", out);
}

static void put_faults(FILE *out, const struct from_plan *plan)
{
    const struct from_fault *faults = plan->faults.items;

    if (plan->faults.count == 0) {
        fputs(_("\nfaults: [] # the capture shows no loss\n"), out);
        return;
    }
    fputs("\nfaults:\n", out);
    for (uint32_t i = 0; i < plan->faults.count; i++)
        put_fault(out, plan, &faults[i]);
}

/* ---- Checks ---- */

static uint32_t sent_again(const struct from_plan *plan, unsigned side)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < plan->course.steps.count; i++) {
        const struct course_step *step = course_step(&plan->course, i);

        count += step->side == side && step->times > 1 && course_kind_of(step) != COURSE_RST &&
                 !step->keep_alive;
    }
    return count;
}

static void put_check(FILE *out, const struct from_plan *plan, unsigned number)
{
    const struct talk_end *end = &plan->talk->end[number % 2],
                          *other = &plan->talk->end[!(number % 2)];
    const char *name = plan->host[number % 2].name;
    vtime last = plan->talk->segments[plan->talk->count - 1].at;
    char within[TIME_SIZE];

    if (number < 2)
        fprintf(out, "  - { check: %s.tcp.delivered == %" PRIu64 " }\n", name, other->text);
    else if (number < 4)
        fprintf(out, "  - { check: %s.tcp.retransmissions == %u }\n", name,
                sent_again(plan, number % 2));
    else if (end->state > STATE_NONE) {
        unit_format_time((last + 2 * (plan->distance[0] + plan->distance[1])) / MS * MS + SECONDS,
                         within, sizeof(within));
        fprintf(out, "  - { check: %s.tcp.state == %s, within: %s }\n", name,
                state_name(end->state), within);
    } else {
        fprintf(out, "  - { check: %s.tcp.listeners >= 0 }\n", name);
    }
}

static void put_checks(FILE *out, const struct from_plan *plan)
{
    bool any = false;

    for (unsigned i = 0; i < FROM_CHECKS; i++) {
        if (plan->check_fails[i])
            continue;
        if (!any)
            fputs(_("\nchecks: # what the capture shows, and a run does\n"), out);
        any = true;
        put_check(out, plan, i);
    }
}

/* ---- The whole ---- */

char *from_plan_write(const struct from_plan *plan, const struct lab_from *result)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out == NULL)
        return NULL;
    put_head(out, plan, result);
    put_inferred(out, plan);
    put_about(out, plan, result);
    fputs("hosts:\n", out);
    put_host(out, plan, 0);
    put_host(out, plan, 1);
    put_link(out, plan);
    put_script(out, plan);
    put_faults(out, plan);
    put_checks(out, plan);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}
