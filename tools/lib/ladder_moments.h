/*
 * ladder_moments.h - decisions of TCP that turn a run, named in the ladder
 * although nobody has asked for every reason: "3 duplicate ACKs: fast
 * retransmit" is what a class looks for, and no segment says it.
 */
#ifndef RUNG_TOOLS_LADDER_MOMENTS_H
#define RUNG_TOOLS_LADDER_MOMENTS_H

#include "layers/rule.h"

/* The sentence (for sentence_format), or NULL if RULE is no such decision. */
const char *ladder_moment(rule_id rule);

/* RULE may decide so very often that a long run would be nothing else. */
bool ladder_moment_is_frequent(rule_id rule);

#endif
