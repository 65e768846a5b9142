/*
 * lab_question_parts.h - what lab_questions.c and lab_question_kinds.c share:
 * a question as its map has it. Private to them.
 */
#ifndef RUNG_TOOLS_LAB_QUESTION_PARTS_H
#define RUNG_TOOLS_LAB_QUESTION_PARTS_H

#include "tools/lib/lab_reader.h"

struct lab_question_nodes {
    const struct yaml_node *kind, *answer, *within, *field, *evaluate, *choices, *items, *mistakes,
        *hints, *explain, *points, *penalty, *shuffle;
};

/* Reads what belongs to the question's kind, and refuses what does not. */
void lab_read_question_kind(struct lab_reader *r, const struct yaml_node *entry,
                            const struct lab_question_nodes *nodes, struct lab_question *question);

#endif
