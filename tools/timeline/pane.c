#include "tools/timeline/pane.h"

#include <string.h>

#include "tools/lib/text.h"

const struct pane panes[] = {
    { "connection", N_("Connection"), N_("its state, its TCB, and what this event changed"),
      pane_connection_write, NULL, "" },
    { "window", N_("Window"), N_("both send windows over the byte stream, and what limits them"),
      pane_window_write, NULL, "" },
    { "packet", N_("Packet"), N_("its headers field by field, its bytes, its checksums"),
      pane_packet_write, pane_packet_key, N_("k checksum, Enter next one") },
    { "layers", N_("Layers"), N_("what each layer did in this event, in order"), pane_layers_write,
      NULL, "" },
    { "tables", N_("Tables"), N_("ARP caches, routes, sockets, MAC tables, reassembly"),
      pane_tables_write, NULL, "" },
    { "why", N_("Why"), N_("the rules behind this, and the chain of causes"), pane_why_write, NULL,
      "" },
    { "plot", N_("Plot"), N_("windows, round-trip times and sequence numbers over time"),
      pane_plot_write, pane_plot_key, N_("Enter other curves, [ ] zoom") },
    { NULL, NULL, NULL, NULL, NULL, NULL },
};

const struct pane *pane_find(const char *name)
{
    for (const struct pane *pane = panes; pane->name != NULL; pane++)
        if (strcmp(pane->name, name) == 0)
            return pane;
    return NULL;
}
