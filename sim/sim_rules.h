/*
 * sim_rules.h - the reasons that the engine itself can give.
 *
 * The engine names its reasons by number; layers/rule.h goes on counting
 * where this enum ends, so that one number names one rule everywhere.
 */
#ifndef RUNG_SIM_SIM_RULES_H
#define RUNG_SIM_SIM_RULES_H

#include <stdint.h>

typedef uint16_t rule_id;

enum sim_rule {
    RULE_NONE,
#define RULE(name, kind, rfc, section, label, sentence) RULE_##name,
#include "sim/rules_sim.def"
#undef RULE
    RULE_SIM_COUNT
};

#endif
