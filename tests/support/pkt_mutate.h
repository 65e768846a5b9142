/*
 * pkt_mutate.h - packet scripts judged: changed in one thing, they must fail.
 */
#ifndef RUNG_TESTS_SUPPORT_PKT_MUTATE_H
#define RUNG_TESTS_SUPPORT_PKT_MUTATE_H

#include "tools/lib/pkt_run.h"

/* Runs SCRIPT. */
enum pkt_judgement pkt_judge(const struct pkt_script *script, enum pkt_profile profile);

/*
 * SCRIPT, which passes, with each packet that it expects (about MOST of them; 0:
 * all) changed in one thing or left out: expects that it fails. Returns how many
 * changes there were.
 */
unsigned pkt_mutate(struct pkt_script *script, enum pkt_profile profile, unsigned most);

#endif
