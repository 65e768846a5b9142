/*
 * yaml_cut.h - texts that YAML cuts in two.
 *
 *   - { at: 1s, a: udp send b:9 "hello, b" }
 *               ^  ^           ^     ^
 *             key  value       text  YAML ends the value here
 *
 * A command holds a text in quotes, and who writes one believes that these
 * protect what is in it. YAML sees quotes only where a value begins: inside
 * of one, a comma in { }, a bracket, ": " or " #" ends it. That is YAML, and
 * Rung's labs are YAML; so this stays an error, but one which shows the line
 * to write.
 *
 * Called by yaml_tree.c when it has read a value whose text has no end, and
 * by yaml_problem.c when libyaml gave up on a line. Works on one line of the
 * source; a text over several lines gets libyaml's own errors.
 */
#ifndef RUNG_TOOLS_YAML_CUT_H
#define RUNG_TOOLS_YAML_CUT_H

#include "tools/lib/diagnostic.h"

/* What was meant, as one value, in the bytes of its line. */
struct yaml_cut {
    struct span value;
    uint32_t end_column; /* just behind it */
};

/* Whether a text begins in the LEN bytes at VALUE and does not end there. */
bool yaml_cut_is_open(const char *value, size_t len);

/*
 * Whether the plain value of KEY that begins at MARK, inside { } if IN_FLOW,
 * is cut within a text; if so, adds the error to D and fills in CUT.
 */
bool yaml_cut_report_value(struct mark mark, struct span key, bool in_flow,
                           struct diagnostics *d, struct yaml_cut *cut);

/* The same for the first such value of line LINE of S. */
bool yaml_cut_report_line(const struct source *s, uint32_t line, struct diagnostics *d);

#endif
