/*
 * A file of its own, so that tests which know no rules need not link the
 * rule book.
 */
#include "tests/support/expect.h"

#include <stdio.h>

#include "layers/rule.h"

static const char *rule_name(unsigned id)
{
    if (id == RULE_NONE)
        return "NONE";
    if (id >= RULE_COUNT)
        return "no rule at all";
    return rule_get((rule_id)id)->name;
}

bool expect_rule(unsigned got, unsigned want, const char *what, const char *label,
                 const char *file, int line)
{
    char text[300];

    if (got == want)
        return expect_true(true, what, label, file, line);
    snprintf(text, sizeof(text), "%s: got %s (%u), wanted %s (%u)", what, rule_name(got), got,
             rule_name(want), want);
    return expect_true(false, text, label, file, line);
}
