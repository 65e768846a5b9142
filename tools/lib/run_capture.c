#include "tools/lib/run_capture.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/run_comments.h"
#include "tools/lib/run_message.h"

#ifndef RUNG_VERSION
#define RUNG_VERSION ""
#endif

enum { NAME_SIZE = 128 };

struct capture {
    const struct run_view *view;
    struct run_capture_options options;
    struct capture_writer writer;
    uint32_t *interfaces; /* by node: the number of its port 0 */
    uint32_t *lost;       /* by frame: 1 + index of its loss on the wire; pcapng */
    uint8_t *damaged;     /* room for the bytes of one frame */
    struct run_comments comments;
};

static bool is_at(const struct capture *c, uint16_t node)
{
    return c->options.at == NODE_NONE || c->options.at == node;
}

static bool write_header(struct capture *c, struct byte_sink sink)
{
    char comment[512];
    struct capture_about about = { .application = "rung " RUNG_VERSION, .hardware = "simulated",
                                   .comment = comment };

    snprintf(comment, sizeof(comment), "%s%sseed %" PRIu64,
             c->view->title == NULL ? "" : c->view->title,
             c->view->title == NULL || c->view->title[0] == '\0' ? "" : ", ",
             c->view->world->seed);
    return capture_write_header(&c->writer, sink, c->options.format, &about);
}

static bool write_interfaces(struct capture *c)
{
    const struct world *world = c->view->world;
    char name[NAME_SIZE], address[64];

    for (uint32_t i = 0; i < world->node_count; i++) {
        const struct node *node = world->nodes[i];

        c->interfaces[i] = c->writer.interfaces;
        if (!is_at(c, node->id))
            continue;
        for (unsigned port = 0; port < node->port_count; port++) {
            run_port_format(c->view, &node->ports[port], name, sizeof(name));
            run_address_format(c->view, node->id, port, address, sizeof(address));
            if (!capture_write_interface(&c->writer, name, address[0] == '\0' ? NULL : address))
                return false;
        }
    }
    return true;
}

static bool write_hosts(struct capture *c)
{
    const struct world *world = c->view->world;

    for (uint32_t i = 0; i < world->node_count; i++) {
        const struct node *node = world->nodes[i];
        const struct run_port *ports = c->view->nodes[i].ports;

        for (unsigned port = 0; ports != NULL && port < node->port_count; port++) {
            char name[NAME_SIZE];
            struct capture_host host = { .ip = ports[port].address, .name = name };

            run_port_format(c->view, &node->ports[port], name, sizeof(name));
            if (ports[port].has_address && !capture_write_hosts(&c->writer, &host, 1))
                return false;
        }
    }
    return true;
}

static bool write_frame(struct capture *c, uint32_t index, const struct record *record)
{
    bool pcapng = c->options.format == CAPTURE_PCAPNG;
    struct capture_record out = {
        .at = trace_time(c->view->trace, record),
        .direction = record->kind == RECORD_TX ? CAPTURE_OUTBOUND : CAPTURE_INBOUND,
    };

    if (record->kind == RECORD_TX)
        out.frame = trace_frame_bytes(c->view->trace, record->frame);
    else
        out.frame = run_frame_arrived(c->view, record->frame, c->damaged);
    if (pcapng) {
        uint32_t lost = c->lost[record->frame];

        out.interface = c->interfaces[record->node] + record->port;
        run_comments_collect(&c->comments, c->view, index,
                             lost == 0 ? NULL : trace_record(c->view->trace, lost - 1));
        out.comments = c->comments.at;
        out.comment_count = c->comments.count;
    }
    return capture_write_frame(&c->writer, &out);
}

static bool is_wanted(const struct capture *c, const struct record *record)
{
    if (record->kind == RECORD_TX)
        return is_at(c, record->node);
    if (record->kind != RECORD_RX)
        return false;
    /* A pcap of everywhere has each frame once. */
    return is_at(c, record->node) &&
           (c->options.format == CAPTURE_PCAPNG || c->options.at != NODE_NONE);
}

static void find_losses(struct capture *c)
{
    const struct trace *trace = c->view->trace;

    for (uint32_t i = 0; i < trace->records.count; i++) {
        struct record record = trace_read(trace, i);

        if (record.kind == RECORD_LOST && run_loss_place(&record) == RUN_LOST_ON_WIRE)
            c->lost[record.frame] = i + 1;
    }
}

static bool write_all(struct capture *c, struct byte_sink sink)
{
    const struct trace *trace = c->view->trace;

    if (!write_header(c, sink) || !write_hosts(c) || !write_interfaces(c))
        return false;
    find_losses(c);
    for (uint32_t i = 0; i < trace->records.count; i++) {
        struct record record = trace_read(trace, i);

        if (is_wanted(c, &record) && !write_frame(c, i, &record))
            return false;
    }
    return true;
}

bool run_capture_write(const struct run_view *view, const struct run_capture_options *options,
                       struct byte_sink sink)
{
    struct capture *c = calloc(1, sizeof(*c));
    bool done = false;

    if (c == NULL)
        return false;
    c->view = view;
    c->options = *options;
    c->interfaces = calloc((size_t)view->world->node_count + 1, sizeof(c->interfaces[0]));
    c->lost = calloc((size_t)view->trace->frames.count + 1, sizeof(c->lost[0]));
    c->damaged = malloc(RUN_FRAME_MAX);
    if (c->interfaces != NULL && c->lost != NULL && c->damaged != NULL)
        done = write_all(c, sink);
    free(c->interfaces);
    free(c->lost);
    free(c->damaged);
    free(c);
    return done;
}
