/*
 * lab_amend.h - a lab, and what was done in a run of it, as the text of a lab.
 *
 *   lab.yaml + --set ... + "drop frame 5" + "a: close at 1.2s"  ->  another lab.yaml
 *
 * The timeline lets a student meddle with a run; this writes it down, so that
 * it can be run, handed in and graded as any other lab. What the file says
 * stays as it is written, comments and all; entries are added to `script:` and
 * `faults:`, and the values of --set are put in their places. Only where such a
 * value has no place in the text yet, all of it is written anew, without
 * comments, and says so on top.
 *
 * A command that is to come after what happened at time T belongs at T + 1 ns.
 */
#ifndef RUNG_TOOLS_LAB_AMEND_H
#define RUNG_TOOLS_LAB_AMEND_H

#include "sim/fault.h"
#include "tools/lib/lab.h"

enum lab_amendment_kind { LAB_AMEND_FAULT, LAB_AMEND_COMMAND };

struct lab_amendment {
    enum lab_amendment_kind kind;
    struct intervention fault; /* LAB_AMEND_FAULT */
    vtime at;                  /* LAB_AMEND_COMMAND: ns from the start */
    const char *name;          /* of a node or link of the lab */
    const char *command;       /* "send 8kB" */
};

/*
 * The text of LAB, which was read with the options that it knows, and of COUNT
 * AMENDMENTS; the caller's to free. It has been read again with HOOKS (or
 * NULL) and is a lab that has them. NULL, and errors in D, if it is none: a
 * time after the lab's end, an unknown name, a command that is not one.
 */
char *lab_amend(const struct lab *lab, const struct lab_amendment *amendments, size_t count,
                const struct lab_hooks *hooks, struct diagnostics *d);

#endif
