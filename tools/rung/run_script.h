/*
 * run_script.h - packet scripts in `rung run`: one that is run, one that is made.
 */
#ifndef RUNG_TOOLS_RUNG_RUN_SCRIPT_H
#define RUNG_TOOLS_RUNG_RUN_SCRIPT_H

#include "tools/rung/run_options.h"

/* `rung run LAB --to-script HOST[:PORT]`: prints the script. The exit status. */
int run_to_script(const struct run_options *options, const struct lab *lab);

/* `rung run NAME.pkt` without a terminal: its ladder, then its verdict. The exit
 * status is that of `rung script`. */
int run_script(const struct run_options *options);

#endif
