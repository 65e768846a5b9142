/*
 * pane_tables.c - what each node knows at this moment: ARP cache, routes,
 * sockets, holes in reassembly, a switch's MAC table; the node looked at first.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/capture_run.h"
#include "tools/lib/tables.h"
#include "tools/lib/text.h"
#include "tools/timeline/pane.h"

/* The lines of TEXT; a line at the margin is a table's title. */
static int write_lines(struct sheet *sheet, int y, char *text)
{
    char *place = NULL;

    for (char *line = strtok_r(text, "\n", &place); line != NULL && y < SHEET_ROWS_MAX;
         line = strtok_r(NULL, "\n", &place)) {
        bool title = line[0] != ' ';

        sheet_item(sheet, 0, y, sheet->width, y);
        sheet_text(sheet, 0, y++, title ? MEANING_TITLE : MEANING_VALUE, line);
    }
    return y;
}

static int write_node(const struct moment *moment, struct sheet *sheet, int y, uint32_t id)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    if (out == NULL)
        return y;
    tables_print_node(moment->view->world->nodes[id], out);
    fclose(out);
    y = write_lines(sheet, y, text);
    free(text);
    return y;
}

void pane_tables_write(const struct moment *moment, const struct pane_state *state,
                       struct sheet *sheet)
{
    const struct world *world = moment->view->world;
    int y = 0;

    (void)state;
    if (moment->view->capture != NULL) {
        y = sheet_wrap(sheet, 0, y, MEANING_PLAIN,
                       _("A capture shows frames. What the hosts keep (ARP cache, routes, sockets, "
                         "reassembly) and what programs asked for cannot be known."));
        sheet_wrap(sheet, 0, y + 1, MEANING_DETAIL, capture_run_about(moment->view->capture));
        return;
    }
    if (moment->node < world->node_count)
        y = write_node(moment, sheet, y, moment->node);
    for (uint32_t i = 0; i < world->node_count && y < SHEET_ROWS_MAX; i++)
        if (i != moment->node)
            y = write_node(moment, sheet, y, i);
    if (y == 0)
        sheet_wrap(sheet, 0, 0, MEANING_PLAIN, _("no tables yet"));
}
