/*
 * requirement.h - what RFC 9293 asks for, label by label.
 *
 * The table is requirements.def, which says what its columns hold. A rule of
 * the rule book names the requirement that it fulfils (struct rule, label), a
 * test the ones that it shows (REQ, tests/support/req.h); `rung rules
 * --coverage` lays the three side by side.
 */
#ifndef RUNG_LAYERS_TCP_REQUIREMENT_H
#define RUNG_LAYERS_TCP_REQUIREMENT_H

#include <stddef.h>

enum requirement_status {
    REQUIREMENT_IMPLEMENTED,
    REQUIREMENT_NOT_APPLICABLE,
    REQUIREMENT_OPTIONAL_NOT_DONE,
    REQUIREMENT_STATUS_COUNT
};

struct requirement {
    const char *label, *section, *sentence;
    enum requirement_status status;
    const char *remark;
};

/* Row INDEX of the table, NULL past the last. */
const struct requirement *requirement_at(size_t index);

/* The requirement with LABEL, in this spelling ("MUST-14"), or NULL. */
const struct requirement *requirement_find(const char *label);

#endif
