/*
 * pane.h - one view of the moment under the cursor.
 *
 *   moment --pane->write--> sheet --view--> the pane's part of the screen
 *
 * A pane keeps nothing but its struct pane_state, which belongs to the ui: so
 * a test can write any pane of any moment onto a sheet. It never moves the
 * cursor: a key of its own changes its state alone.
 */
#ifndef RUNG_TIMELINE_PANE_H
#define RUNG_TIMELINE_PANE_H

#include "tools/timeline/moment.h"
#include "tools/timeline/sheet.h"

struct pane_state {
    int item; /* the selected one */
    int top;  /* the first row shown */
    int mode; /* the pane's own: which of its pages ... */
    int64_t place, zoom; /* the pane's own */
};

struct pane {
    const char *name;  /* "packet": of `:pane packet` */
    const char *title; /* as its frame says */
    const char *help;  /* one sentence: what it shows */
    /* Writes what it has to say of MOMENT. Must not fail: what is not there
     * is said in words ("no connection here"). */
    void (*write)(const struct moment *moment, const struct pane_state *state,
                  struct sheet *sheet);
    /* KEY, pressed while the pane is focused, changed STATE; false: it means
     * nothing here. NULL: it has no keys of its own. */
    bool (*key)(const struct moment *moment, struct pane_state *state, int key);
    const char *keys; /* for footer and help: "Enter open, p pseudo-header"; or "" */
};

/* All panes, in the order of Tab; ends with a NULL name. */
extern const struct pane panes[];

const struct pane *pane_find(const char *name); /* or NULL */

/* The panes themselves, each in its pane_NAME.c. */
void pane_connection_write(const struct moment *, const struct pane_state *, struct sheet *);
void pane_packet_write(const struct moment *, const struct pane_state *, struct sheet *);
bool pane_packet_key(const struct moment *, struct pane_state *, int key);
void pane_window_write(const struct moment *, const struct pane_state *, struct sheet *);
void pane_layers_write(const struct moment *, const struct pane_state *, struct sheet *);
void pane_tables_write(const struct moment *, const struct pane_state *, struct sheet *);
void pane_why_write(const struct moment *, const struct pane_state *, struct sheet *);
void pane_plot_write(const struct moment *, const struct pane_state *, struct sheet *);
bool pane_plot_key(const struct moment *, struct pane_state *, int key);

#endif
