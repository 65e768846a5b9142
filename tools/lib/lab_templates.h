/*
 * lab_templates.h - labs to begin with, for `rung new`.
 *
 * Each runs at once, with a page and three questions of different kinds, and
 * says in comments what is what.
 */
#ifndef RUNG_TOOLS_LAB_TEMPLATES_H
#define RUNG_TOOLS_LAB_TEMPLATES_H

#include <stddef.h>

enum { LAB_TEMPLATE_QUESTIONS = 3 };

struct lab_template {
    const char *name; /* "two-hosts" */
    const char *help; /* one line */
    const char *text; /* all behind the title */
};

/* All of them; ends with a NULL name. The first is for who does not choose. */
extern const struct lab_template lab_templates[];

/* The one called NAME, or NULL. */
const struct lab_template *lab_template_find(const char *name);

/* A lab file called TITLE, made of OF with its first QUESTIONS questions; the
 * caller's to free. NULL: no memory. */
char *lab_template_make(const struct lab_template *of, const char *title, unsigned questions);

#endif
