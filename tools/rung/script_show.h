/*
 * script_show.h - what `rung script` prints about one script.
 */
#ifndef RUNG_TOOLS_RUNG_SCRIPT_SHOW_H
#define RUNG_TOOLS_RUNG_SCRIPT_SHOW_H

#include "tools/lib/colour.h"
#include "tools/lib/ladder.h"
#include "tools/lib/pkt_run.h"

/* "pass  NAME", or why not, with what was expected and what came. */
void script_show_verdict(const struct pkt_run *run);
/* The same as one JSON object. */
void script_show_json(const struct pkt_run *run);
/* The same of the script at PATH, which has errors or cannot be read. */
void script_show_json_error(const char *path, bool unreadable);
/* A view on the run. False: it has complained. */
bool script_show_open(const struct pkt_run *run, struct run_view *view);
/* The ladder up to where the run ended. */
bool script_show_ladder(const struct pkt_run *run, const struct ladder_options *options);
/* TCP's last reasons, with their RFC, one a line. */
void script_show_whys(const struct pkt_run *run);
/* What was on the wire, as PATH (.pcap or .pcapng). False: it has complained. */
bool script_write_capture(const struct pkt_run *run, const char *path);

/* Reads the script at PATH into *SCRIPT. EXIT_DONE, or another status (*SCRIPT is NULL)
 * after its errors have been printed. */
int script_load(const char *path, const struct pkt_defines *defines, struct pkt_script **script);

#endif
