/*
 * variant.h - a lab as one student gets it.
 *
 *   vary: entries + "anna" --variant_of--> "links.wire.delay=20ms", ...
 *
 * For each entry one of its values, chosen by a hash of the lab's vary-key (its
 * title, if it has none), the student's ID and the entry's first path: the same
 * ID always gets the same lab, and an entry that is added later changes no
 * other. What is chosen is done as by --set, so that every check of a lab holds
 * for it, too.
 */
#ifndef RUNG_TOOLS_VARIANT_H
#define RUNG_TOOLS_VARIANT_H

#include "tools/lib/lab.h"

enum { VARIANT_STUDENT_MAX = 64 }; /* bytes of an ID */

struct variant {
    char *student;
    char **overrides; /* "PATH=VALUE" */
    size_t count;     /* 0: the lab does not vary */
};

/* Whether ID is fit to be one: 1 to 64 bytes, no control characters, no blanks
 * at its ends. If not, WHY says so. */
bool variant_student_is_good(const char *id, char *why, size_t size);

/* What STUDENT's variant of LAB is; the caller's to free. */
void variant_of(const struct lab *lab, const char *student, struct variant *variant);
/* The same where VALUES[i], if not NULL, stands in place of what is chosen for
 * entry i of vary. */
void variant_with(const struct lab *lab, const char *student, const char *const *values,
                  struct variant *variant);
void variant_free(struct variant *variant);

/* "links.wire.delay=20ms, hosts.a.tcp.mss=500", or ""; as snprintf. */
size_t variant_format(const struct variant *variant, char *out, size_t size);

/*
 * LAB, which has been read with the options that it knows, read again as
 * STUDENT's. What it knows from --set counts more than the variant. NULL, and an
 * error in D at the entry of vary, if a value does not fit. VARIANT (or NULL) is
 * filled in.
 */
struct lab *variant_lab(const struct lab *lab, const char *student, const struct lab_hooks *hooks,
                        struct variant *variant, struct diagnostics *d);
/* The same of a variant that is known. */
struct lab *variant_read(const struct lab *lab, const struct variant *variant,
                         const struct lab_hooks *hooks, struct diagnostics *d);

#endif
