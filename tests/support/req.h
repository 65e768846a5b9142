/*
 * req.h - REQ("MUST-14"): this test shows that requirement of RFC 9293.
 *
 * It opens the test function, one line a requirement. At run time it checks
 * only that there is such a requirement; `rung rules --coverage` lists who
 * says what, from the sources, so the label is written out, as here.
 */
#ifndef RUNG_TESTS_SUPPORT_REQ_H
#define RUNG_TESTS_SUPPORT_REQ_H

#include "layers/tcp/requirement.h"
#include "tests/support/expect.h"

#define REQ(label) EXPECT_ROW(label, requirement_find(label) != NULL)

#endif
