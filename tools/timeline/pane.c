#include "tools/timeline/pane.h"

#include <string.h>

const struct pane panes[] = {
    { NULL, NULL, NULL, NULL, NULL, NULL },
};

const struct pane *pane_find(const char *name)
{
    for (const struct pane *pane = panes; pane->name != NULL; pane++)
        if (strcmp(pane->name, name) == 0)
            return pane;
    return NULL;
}
