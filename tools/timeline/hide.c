#include "tools/timeline/hide.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "layers/wire/dissect.h"
#include "sim/filter.h"
#include "tools/lib/text.h"

static const struct {
    const char *name;
    enum layer_kind layer;
} kinds[HIDE_KINDS] = {
    [HIDE_ARP] = { "arp", LAYER_ARP },
    [HIDE_ICMP] = { "icmp", LAYER_ICMP },
    [HIDE_UDP] = { "udp", LAYER_UDP },
    [HIDE_TCP] = { "tcp", LAYER_TCP },
};

static void changed(struct hiding *hiding)
{
    hiding->version++;
}

void hide_clear(struct hiding *hiding)
{
    uint64_t version = hiding->version;

    filter_free(hiding->filter);
    filter_free(hiding->connection);
    memset(hiding, 0, sizeof(*hiding));
    hiding->version = version;
    changed(hiding);
}

bool hide_anything(const struct hiding *hiding)
{
    bool any = hiding->filter != NULL || hiding->connection != NULL || hiding->node_count > 0;

    for (int kind = 0; kind < HIDE_KINDS; kind++)
        any = any || hiding->kinds[kind];
    return any;
}

bool hide_filter(struct hiding *hiding, const char *text, char *why, size_t size, size_t *column)
{
    struct filter *filter = NULL;

    *column = 0;
    if (text[0] != '\0') {
        filter = filter_compile(text, FILTER_ETHERNET, why, size, column);
        if (filter == NULL)
            return false;
    }
    filter_free(hiding->filter);
    hiding->filter = filter;
    snprintf(hiding->text, sizeof(hiding->text), "%s", text);
    changed(hiding);
    return true;
}

static bool hide_node(struct hiding *hiding, uint16_t node, bool hide)
{
    for (unsigned i = 0; i < hiding->node_count; i++)
        if (hiding->nodes[i] == node)
            hiding->nodes[i--] = hiding->nodes[--hiding->node_count];
    if (hide && hiding->node_count == HIDE_NODES_MAX)
        return false;
    if (hide)
        hiding->nodes[hiding->node_count++] = node;
    changed(hiding);
    return true;
}

bool hide_named(struct hiding *hiding, const struct run_view *view, const char *name, bool hide)
{
    for (uint32_t i = 0; i < view->world->node_count; i++)
        if (strcmp(run_node(view, i)->name, name) == 0)
            return hide_node(hiding, (uint16_t)i, hide);
    for (int kind = 0; kind < HIDE_KINDS; kind++) {
        if (strcasecmp(kinds[kind].name, name) != 0)
            continue;
        hiding->kinds[kind] = hide;
        changed(hiding);
        return true;
    }
    return false;
}

bool hide_hides_node(const struct hiding *hiding, uint16_t node)
{
    for (unsigned i = 0; i < hiding->node_count; i++)
        if (hiding->nodes[i] == node)
            return true;
    return false;
}

static bool shows_kind(const struct hiding *hiding, const struct trace *trace, uint32_t number)
{
    struct dissection d;

    run_dissect(trace, number, &d);
    for (int kind = 0; kind < HIDE_KINDS; kind++)
        if (hiding->kinds[kind] && dissection_find(&d, kinds[kind].layer) != NULL)
            return false;
    return true;
}

bool hide_shows_frame(const struct hiding *hiding, const struct trace *trace, uint32_t number)
{
    struct span bytes = trace_frame_bytes(trace, number);
    size_t wire_len = run_frame_length(trace, number);
    bool by_kind = false;

    for (int kind = 0; kind < HIDE_KINDS; kind++)
        by_kind = by_kind || hiding->kinds[kind];
    if (hiding->filter != NULL && !filter_matches(hiding->filter, bytes, wire_len))
        return false;
    if (hiding->connection != NULL &&
        filter_matches(hiding->connection, bytes, wire_len) != hiding->only_connection)
        return false;
    return !by_kind || shows_kind(hiding, trace, number);
}

/* ---- One connection ---- */

/* Writes the filter that chooses what has the addresses and ports of D. False:
 * it has none. */
static bool connection_filter(const struct dissection *d, char *out, size_t size)
{
    const struct layer *ip = dissection_find(d, LAYER_IPV4);
    const struct layer *tcp = dissection_find(d, LAYER_TCP);
    const struct layer *udp = dissection_find(d, LAYER_UDP);
    char source[IPV4_TEXT_SIZE], destination[IPV4_TEXT_SIZE];
    bool known = (tcp != NULL && tcp->parsed) || (udp != NULL && udp->parsed);

    if (ip == NULL || !ip->parsed || !known)
        return false;
    ipv4_format(ip->as.ipv4.source, source, sizeof(source));
    ipv4_format(ip->as.ipv4.destination, destination, sizeof(destination));
    snprintf(out, size, "%s and host %s and host %s and port %u and port %u",
             tcp != NULL ? "tcp" : "udp", source, destination,
             tcp != NULL ? tcp->as.tcp.source_port : udp->as.udp.source_port,
             tcp != NULL ? tcp->as.tcp.destination_port : udp->as.udp.destination_port);
    return true;
}

void hide_no_connection(struct hiding *hiding)
{
    filter_free(hiding->connection);
    hiding->connection = NULL;
    changed(hiding);
}

bool hide_connection(struct hiding *hiding, const struct run_view *view, uint32_t frame, bool only)
{
    char text[300], why[FILTER_ERROR_BYTES];
    struct dissection d;
    struct filter *filter;

    if (frame == 0)
        return false;
    run_dissect(view->trace, frame, &d);
    if (!connection_filter(&d, text, sizeof(text)))
        return false;
    filter = filter_compile(text, FILTER_ETHERNET, why, sizeof(why), NULL);
    if (filter == NULL)
        return false;
    filter_free(hiding->connection);
    hiding->connection = filter;
    hiding->only_connection = only;
    changed(hiding);
    return true;
}

void hide_format(const struct hiding *hiding, const struct run_view *view, char *out, size_t size)
{
    size_t used = (size_t)snprintf(out, size, "%s", hiding->text);

    if (hiding->connection != NULL && used < size)
        used += (size_t)snprintf(out + used, size - used, "%s%s", used > 0 ? ", " : "",
                                 hiding->only_connection ? _("one connection")
                                                         : _("without one connection"));
    for (int kind = 0; kind < HIDE_KINDS; kind++)
        if (hiding->kinds[kind] && used < size)
            used += (size_t)snprintf(out + used, size - used, "%s%s %s", used > 0 ? ", " : "",
                                     _("without"), kinds[kind].name);
    for (unsigned i = 0; i < hiding->node_count && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%s %s", used > 0 ? ", " : "",
                                 _("without"), run_node(view, hiding->nodes[i])->name);
}
