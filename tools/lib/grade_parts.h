/*
 * grade_parts.h - what the files of grade.h share.
 */
#ifndef RUNG_TOOLS_GRADE_PARTS_H
#define RUNG_TOOLS_GRADE_PARTS_H

#include "tools/lib/grade.h"
#include "tools/lib/submission.h"

/* How many variants are kept open, with their whole run. */
enum { GRADE_OPEN_MAX = 8 };

/* The right answer to a question in a variant, as far as it is a value. */
struct grade_right {
    bool known;
    enum value_type type;
    int64_t value;
};

/* The lab as some students have it. Answers and hash stay; the run is closed
 * when others are wanted. */
struct grade_variant {
    uint64_t key; /* hash of its overrides: grade_key */
    uint64_t run;
    uint64_t used; /* when, to close the one not used for longest */
    struct grade_right *rights;
    struct lab *lab; /* NULL: closed */
    struct exercise *e;
    char why[EXERCISE_WHY_SIZE]; /* it could not be opened */
};

/* A wrong try, to be compared with the right answers of others. */
struct grade_wrong {
    size_t question;
    char *text;
};

struct grade_trace {
    uint64_t own;     /* key of the variant that this was judged by, the student's */
    uint64_t claimed; /* key of the one that the submission says */
    uint64_t run;     /* hash that it says */
    uint64_t acts;    /* hash of all that was done to questions */
    bool replayed;
    bool besides; /* the variant is right, but more was changed: --set, --seed */
    bool wrote;   /* a text of some length: it is the student's own words */
    bool guessed; /* a wrong value that the lab does not foresee, so not everybody's */
    struct grade_wrong *wrongs; /* values only */
    size_t wrong_count;
};

/* Adds a remark to ROW. */
void grade_say(struct grade_row *row, enum grade_remark_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Hash of COUNT overrides, in their order. */
uint64_t grade_key(const char *const *overrides, size_t count);

/* The name of S is that of the lab, its text is not. */
bool grade_is_other_version(const struct grade *g, const struct submission *s);

/* The lab as the student of S (NULL, or nobody's: as it is) has it, open. Of
 * another version: as S says, as far as `vary` still has it, since a changed
 * title or vary-key deals anew. NULL: *WHY says why it is none. */
struct grade_variant *grade_variant(struct grade *g, const struct submission *s, const char **why);
void grade_variants_close(struct grade *g);

/* Does S again to V, its student's variant, and writes what it is worth to ROW. */
void grade_submission(const struct grade *g, const struct grade_variant *v,
                      const struct submission *s, struct grade_row *row);

/* Compares the rows, which are sorted, with one another. */
void grade_compare(struct grade *g);

/* Status of ROW, by its remarks. */
enum grade_status grade_status_of(const struct grade_row *row);

#endif
