#include "tools/timeline/pane.h"

#include <string.h>

#include "tools/lib/text.h"

const struct pane panes[] = {
    { "connection", N_("Connection"), N_("its state, its TCB, and what this event changed"),
      pane_connection_write, NULL, "" },
    { "window", N_("Window"), N_("both send windows over the byte stream, and what limits them"),
      pane_window_write, NULL, "" },
    { "why", N_("Why"), N_("the rules behind this, and the chain of causes"), pane_why_write, NULL,
      "" },
    { NULL, NULL, NULL, NULL, NULL, NULL },
};

const struct pane *pane_find(const char *name)
{
    for (const struct pane *pane = panes; pane->name != NULL; pane++)
        if (strcmp(pane->name, name) == 0)
            return pane;
    return NULL;
}
