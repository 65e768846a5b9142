#include <string.h>

#include "layers/names.h"
#include "layers/units.h"
#include "tools/lib/plot_svg.h"
#include "tools/lib/run_connection.h"
#include "tools/lib/text.h"

/* Whom NAME means. */
struct wanted {
    const char *name; /* NULL: everybody */
    size_t len;       /* of the host's */
    int64_t port;     /* 0: any */
};

static bool is_host(const struct wanted *wanted, const char *name)
{
    return wanted->name == NULL ||
           (strlen(name) == wanted->len && strncmp(name, wanted->name, wanted->len) == 0);
}

static bool read_name(const struct run_view *view, const char *name, struct wanted *wanted,
                      char *why)
{
    const char *colon = name != NULL ? strchr(name, ':') : NULL;
    char number_why[UNIT_WHY_SIZE];

    *wanted = (struct wanted){ .name = name };
    if (name == NULL)
        return true;
    wanted->len = colon != NULL ? (size_t)(colon - name) : strlen(name);
    if (colon != NULL && !unit_parse_count(colon + 1, 1, UINT16_MAX, &wanted->port, number_why,
                                           sizeof(number_why))) {
        snprintf(why, PLOT_SVG_WHY_SIZE, "%s", number_why);
        return false;
    }
    for (uint32_t i = 0; i < view->world->node_count; i++)
        if (run_node_is_host(view->world->nodes[i]) && is_host(wanted, view->world->nodes[i]->name))
            return true;
    snprintf(why, PLOT_SVG_WHY_SIZE, "%s", _("no host has this name"));
    return false;
}

static bool is_meant(const struct run_view *view, const struct wanted *wanted,
                     const struct record *record)
{
    const struct run_node *node = &view->nodes[record->node];
    const struct run_ends *ends;

    if (!is_host(wanted, run_node(view, record->node)->name) || record->subject > node->ends_count)
        return false;
    ends = &node->ends[record->subject - 1];
    return wanted->port == 0 || ends->local.port == wanted->port ||
           ends->remote.port == wanted->port;
}

/* Numbers that END has sent: from its first SND.NXT to the last. */
static uint32_t sent_by(const struct run_view *view, const struct plot_svg_end *end)
{
    uint32_t sent = 0;

    for (uint32_t i = 0; i < view->trace->records.count; i++) {
        struct record record = trace_read(view->trace, i);

        if (record.kind == RECORD_VALUE && record.what == VARIABLE_TCP_SND_NXT &&
            record.node == end->node && record.subject == end->subject && record.a != 0)
            sent += (uint32_t)record.b - (uint32_t)record.a;
    }
    return sent;
}

enum { LOOKED_AT = 64 }; /* ends of connections that are compared */

/* The ends that are meant, each once, as they appear. */
static unsigned find_meant(const struct run_view *view, const struct wanted *wanted,
                           struct plot_svg_end *ends)
{
    unsigned count = 0;

    for (uint32_t i = 0; i < view->trace->records.count && count < LOOKED_AT; i++) {
        struct record record = trace_read(view->trace, i);
        unsigned known = 0;

        if (record.kind != RECORD_VALUE || record.what != VARIABLE_TCP_SND_NXT ||
            !run_connection_of(view, &record) || !is_meant(view, wanted, &record))
            continue;
        while (known < count &&
               (ends[known].node != record.node || ends[known].subject != record.subject))
            known++;
        if (known == count)
            ends[count++] = (struct plot_svg_end){ record.node, record.subject };
    }
    return count;
}

bool plot_svg_choose(const struct run_view *view, const char *name, struct plot_svg_end *end,
                     char *why)
{
    struct plot_svg_end ends[LOOKED_AT];
    uint32_t most = 0;
    struct wanted wanted;
    unsigned count;

    if (!read_name(view, name, &wanted, why))
        return false;
    count = find_meant(view, &wanted, ends);
    for (unsigned i = 0; i < count; i++) {
        uint32_t sent = sent_by(view, &ends[i]);

        if (i == 0 || sent > most || (sent == most && ends[i].node == end->node)) {
            *end = ends[i];
            most = sent;
        }
    }
    if (count == 0)
        snprintf(why, PLOT_SVG_WHY_SIZE, "%s",
                 wanted.port != 0      ? _("this host has no TCP connection at this port")
                 : wanted.name != NULL ? _("this host has no TCP connection")
                                       : _("there is no TCP connection in this run"));
    return count > 0;
}
