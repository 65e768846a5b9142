#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "layers/units.h"
#include "tools/lib/lab_from_udp_parts.h"
#include "tools/lib/text.h"
#include "tools/lib/yaml_write.h"

enum { TIME_SIZE = 40 };

#define LAB_UNTIL HOURS /* of a lab that does not say */

static const struct from_datagram *datagram(const struct udp_plan *plan, uint32_t index)
{
    return (const struct from_datagram *)plan->datagrams.items + index;
}

static vtime last_at(const struct udp_plan *plan)
{
    return datagram(plan, plan->datagrams.count - 1)->at;
}

/* ---- What stands above it ---- */

static void put_likeness(FILE *out, const struct udp_plan *plan, const struct lab_from *result)
{
    if (result->likeness.steps[0] == 0)
        return;
    if (plan->alike == plan->datagrams.count)
        fprintf(
            out,
            _("# Run, it does the same: each datagram of %u, by direction, ports and length, in "
              "this order.\n"),
            plan->alike);
    else
        fprintf(
            out,
            _("# Run, it does nearly the same: %u of %u datagrams are as they were (direction,\n"
              "# ports, length, order); the first that is not is frame %" PRIu64 ".\n"),
            plan->alike, plan->datagrams.count, datagram(plan, plan->alike)->frame);
}

static void put_inferred(FILE *out, const struct udp_plan *plan)
{
    fprintf(
        out,
        plan->delay_known
            ? _("# - Where it was captured: beside the client; the wire's delay is half of the\n"
                "#   shortest time in which an answer came.\n")
            : _("# - Where it was captured: beside the client; nothing was answered, so the\n"
                "#   wire's delay is an assumption.\n"));
    if (plan->hosts.host[0].address_made_up)
        fputs(_("# - Addresses: a lab's hosts cannot have those of the capture, so they are "
                "others.\n"),
              out);
    if (!plan->hosts.shares_wire)
        fprintf(out,
                _("# - The path: one wire stands for all networks and routers between the two, "
                  "with a\n#   prefix (/%d) that makes them neighbours.\n"),
                plan->hosts.prefix_len);
    fputs(_("# - Programs: a datagram waits for what its sender had received by then. What they\n"
            "#   said is sent again where it is short and printable; else as many bytes are.\n"
            "# - Losses: none, for UDP does not show them.\n"),
          out);
    if (plan->left_out > 0)
        fprintf(out, _("# - Left out: %u datagrams of others, or for everybody.\n"),
                plan->left_out);
}

static void put_head(FILE *out, const struct udp_plan *plan, const struct lab_from *result)
{
    vtime last = last_at(plan);
    char until[TIME_SIZE];

    fprintf(out,
            _("# Made from a capture by `rung new --from`: what two hosts said over UDP, to be "
              "changed.\n#\n"
              "# %s: client %s, server %s\n"
              "# datagrams: %u, in %" PRId64 ".%06" PRId64 " s\n"),
            plan->hosts.file, result->names[0], result->names[1], plan->datagrams.count,
            last / SECONDS, last % SECONDS / US);
    if (result->trouble[0] != '\0')
        fprintf(out, _("# The capture could not be read to its end: %s\n"), result->trouble);
    fputs("#\n", out);
    put_likeness(out, plan, result);
    fputs(_("#\n"
            "# What if one had been lost? Add a fault below, or press d on it in the timeline.\n"
            "# What was not to be seen in the capture, and was inferred:\n"),
          out);
    put_inferred(out, plan);
    fprintf(out, "title: '%s > %s, as captured'\n", result->names[0], result->names[1]);
    fputs(_("about: |\n"
            "  Datagrams out of a capture, sent again: the same lengths at the same times, and a\n"
            "  reply waits for its request. Lose one, and see what does not happen then.\n"
            "seed: 1\n"),
          out);
    if (last >= LAB_UNTIL - MINUTES) {
        unit_format_time(last + MINUTES, until, sizeof(until));
        fprintf(out, _("until: %s # here the capture ends\n"), until);
    }
}

/* ---- The lab ---- */

static void put_hosts(FILE *out, const struct udp_plan *plan)
{
    char address[IPV4_TEXT_SIZE], delay[TIME_SIZE];

    fputs("\ndefaults:\n  arp: { known: on }\n\nhosts:\n", out);
    for (unsigned side = 0; side < 2; side++) {
        ipv4_format(plan->hosts.host[side].address, address, sizeof(address));
        fprintf(out, "  %s: { ip: %s/%d }\n", plan->hosts.host[side].name, address,
                plan->hosts.prefix_len);
    }
    unit_format_time(plan->delay, delay, sizeof(delay));
    fprintf(out, "\nlinks:\n  wire: { ends: [client, server], delay: %s }\n", delay);
}

static void put_datagram(FILE *out, const struct udp_plan *plan, const struct from_datagram *d)
{
    const char *name = plan->hosts.host[d->side].name, *other = plan->hosts.host[!d->side].name;
    char after[TIME_SIZE], size[TIME_SIZE], command[FROM_COMMAND_SIZE];

    unit_format_time(d->after, after, sizeof(after));
    unit_format_size((int64_t)d->len, size, sizeof(size));
    snprintf(command, sizeof(command), "udp send %s:%u %s%s%s from %u", other, d->destination,
             d->is_text ? "\"" : "", d->is_text ? d->text : size, d->is_text ? "\"" : "",
             d->source);
    if (d->heard > 0) {
        unit_format_size((int64_t)d->heard, size, sizeof(size));
        fprintf(out, "  - { when: %s received %s, after: %s, %s: ", name, size, after, name);
    } else {
        fprintf(out, "  - { at: %s, %s: ", after, name);
    }
    yaml_write_scalar(out, command);
    fprintf(out, _(" } # frame %" PRIu64 "%s%s\n"), d->frame, d->remark[0] != '\0' ? ": " : "",
            d->remark);
}

static void put_script(FILE *out, const struct udp_plan *plan)
{
    fputs("\nscript:\n", out);
    for (unsigned side = 0; side < 2; side++)
        for (unsigned i = 0; i < plan->port_count[side]; i++)
            fprintf(out, "  - { at: 0s, %s: udp bind %u }\n", plan->hosts.host[side].name,
                    plan->ports[side][i]);
    for (uint32_t i = 0; i < plan->datagrams.count; i++)
        put_datagram(out, plan, datagram(plan, i));
}

char *udp_plan_write(const struct udp_plan *plan, const struct lab_from *result)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out == NULL)
        return NULL;
    put_head(out, plan, result);
    put_hosts(out, plan);
    put_script(out, plan);
    fputs(_("\nfaults: [] # the capture shows no loss\n"), out);
    if (plan->alike == plan->datagrams.count)
        fprintf(out,
                _("\nchecks: # what the capture shows, and a run does\n"
                  "  - { check: client.udp.delivered == %" PRIu64 " }\n"
                  "  - { check: server.udp.delivered == %" PRIu64 " }\n"),
                plan->text[1], plan->text[0]);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

char *udp_plan_readme(const struct udp_plan *plan, const struct lab_from *result)
{
    char *text = NULL;
    int len = asprintf(&text,
                       _("# %s > %s\n\n## The idea\n\n"
                         "What two hosts said over UDP when somebody captured it (%s), as a lab:\n"
                         "what happened once can now happen otherwise.\n\n"
                         "## What to look for\n\n"
                         "The client sends %" PRIu64 " bytes, the server %" PRIu64 ".\n"
                         "Run `rung run .` beside `rung replay %s`.\n\n"
                         "## Questions\n\n"
                         "1. What if the first datagram is lost (`rung run . --drop 1`)? Who "
                         "notices?\n"
                         "2. What if one comes twice (`rung run . --duplicate 1`)?\n\n"
                         "## In the real world\n\n"
                         "It is from there. What a capture does not show, a lab has to assume: see "
                         "lab.yaml.\n"),
                       result->names[0], result->names[1], plan->hosts.file, plan->text[0],
                       plan->text[1], plan->hosts.file);

    return len >= 0 ? text : NULL;
}
