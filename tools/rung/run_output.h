/*
 * run_output.h - what `rung run` writes of a run, be it a lab's or a script's.
 */
#ifndef RUNG_TOOLS_RUNG_RUN_OUTPUT_H
#define RUNG_TOOLS_RUNG_RUN_OUTPUT_H

#include "tools/lib/output_file.h"
#include "tools/lib/run_view.h"
#include "tools/rung/run_options.h"

/* How many files were asked for on standard output, where the ladder and the
 * result of the run would spoil them. */
unsigned run_output_on_stdout(const struct run_options *options);

/* Whether a capture can be written to PATH, by its name's end. False: it has complained. */
bool capture_name_fits(const char *path);
/* PATH asks for a .pcapng. */
bool capture_is_ng(const char *path);

/* The terminal's columns, or what COLUMNS says; 0: unknown. */
int output_width(void);

/* Whether all that is asked for can be written. False: it has complained. */
bool run_output_fits(const struct run_options *options);

/* Writes one file by WRITE, whole or not at all. False: it has complained. */
bool run_output_file(const char *path, bool (*write)(struct output_file *, const void *),
                     const void *context);

/* --json, each -w and the drawings; AT: whose view a .pcap is (NODE_NONE: of the
 * wire). Not EXIT_DONE: it has complained. */
int run_output_files(const struct run_options *options, const struct run_view *view, uint16_t at);

/* The ladder, or the run in sentences, on standard output. False: it could not be written. */
bool run_output_ladder(const struct run_options *options, const struct run_view *view);

#endif
