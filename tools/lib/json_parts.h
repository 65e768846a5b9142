/* json_parts.h - shared by json_trace.c, json_fields.c and json_end.c. */
#ifndef RUNG_TOOLS_JSON_PARTS_H
#define RUNG_TOOLS_JSON_PARTS_H

#include "tools/lib/json_writer.h"
#include "tools/lib/run_view.h"
#include "tools/lib/tcp_view.h"

/* The decoded headers of a frame, as members of the present object. */
void json_put_frame_fields(struct json_writer *w, struct span bytes);
void json_put_dissection_fields(struct json_writer *w, const struct dissection *d);

/* json_connections.c: of TCP's connections, each end by itself. */
struct json_connections {
    struct json_connection *at;
    size_t count, capacity, last;
    struct tcp_view *tcp;
};
void json_connections_open(struct json_connections *all);
void json_connections_close(struct json_connections *all);
void json_connections_add(struct json_connections *all, const struct run_view *view,
                          const struct record *record);
void json_put_connections(struct json_writer *w, const struct run_view *view,
                          const struct json_connections *all);

/* What the last record tells, counted on the way. */
struct json_totals {
    struct json_link_totals {
        uint64_t carried, bytes, lost;
    } *links;
    struct json_node_totals {
        uint64_t sent, received, lost;
    } *nodes;
    struct json_connections connections;
};
bool json_totals_open(struct json_totals *totals, const struct run_view *view);
void json_totals_close(struct json_totals *totals);
void json_totals_add(struct json_totals *totals, const struct run_view *view,
                     const struct record *record);
void json_put_end(struct json_writer *w, const struct run_view *view,
                  const struct json_totals *totals);

#endif
