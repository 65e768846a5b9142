/*
 * lab_text.h - values of the run within a lab's texts.
 *
 *   "Frame {frame.number} acknowledges {{1}} with {frame.tcp.flags:number}."
 *
 *   text  = { letters | "{{" | "}}" | "{" expression [ ":" form ] "}" }
 *   form  = "number" | "hex" | "time" | "bytes"
 *
 * The expression (expression.h) is computed in the run, at the moment that the
 * student has come to, and printed as its kind of value is; a form says it
 * otherwise. A doubled brace is one that stands for itself, and so is a "}"
 * alone. Here texts are only taken apart: exercise_tell.c puts in the values.
 */
#ifndef RUNG_TOOLS_LAB_TEXT_H
#define RUNG_TOOLS_LAB_TEXT_H

#include "sim/base.h"

enum {
    LAB_TEXT_VALUES_MAX = 50,     /* values in one text */
    LAB_TEXT_EXPRESSION_MAX = 300 /* bytes of one expression */
};

enum lab_text_kind {
    LAB_TEXT_END,
    LAB_TEXT_LETTERS, /* they stand for themselves */
    LAB_TEXT_VALUE,
    LAB_TEXT_BROKEN, /* a brace without its other, an unknown form ... */
};

enum lab_text_form {
    LAB_FORM_OWN, /* of its kind of value */
    LAB_FORM_NUMBER,
    LAB_FORM_HEX,
    LAB_FORM_TIME,
    LAB_FORM_BYTES,
};

struct lab_text_piece {
    size_t at, len; /* which bytes of the text; of a VALUE with its braces */
    char expression[LAB_TEXT_EXPRESSION_MAX + 1];
    size_t expression_at; /* in the text */
    enum lab_text_form form;
    size_t wrong_at; /* BROKEN: where in the text; */
    const char *why; /* what is wrong, and what to write */
};

/* Whether TEXT is anything but letters: most are not. */
bool lab_text_has_braces(const char *text);

/* The piece of TEXT from byte *AT on, which moves behind it. After BROKEN, what
 * is left of TEXT cannot be read. */
enum lab_text_kind lab_text_next(const char *text, size_t *at, struct lab_text_piece *piece);

#endif
