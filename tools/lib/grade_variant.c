#include "tools/lib/grade_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/hash.h"
#include "tools/lib/grow.h"
#include "tools/lib/text.h"
#include "tools/lib/variant.h"

uint64_t grade_key(const char *const *overrides, size_t count)
{
    uint64_t hash = 0;

    for (size_t i = 0; i < count; i++) {
        char text[SUBMISSION_OVERRIDE_MAX + 1]; /* as a submission says it */

        submission_override(overrides[i], text, sizeof(text));
        hash = hash_bytes(hash, text, strlen(text) + 1);
    }
    return hash;
}

static void close_run(struct grade *g, struct grade_variant *v)
{
    if (v->lab == NULL)
        return;
    exercise_close(v->e);
    lab_free(v->lab);
    v->e = NULL;
    v->lab = NULL;
    g->opened--;
}

static void close_oldest(struct grade *g)
{
    struct grade_variant *oldest = NULL;

    for (size_t i = 0; i < g->variant_count; i++)
        if (g->variants[i].lab != NULL && (oldest == NULL || g->variants[i].used < oldest->used))
            oldest = &g->variants[i];
    if (oldest != NULL)
        close_run(g, oldest);
}

static struct lab *read_lab(const struct grade *g, const struct variant *variant, char *why,
                            size_t size)
{
    struct diagnostics d;
    struct lab *lab = NULL;

    diagnostics_init(&d);
    if (variant->student != NULL)
        lab = variant_read(g->lab, variant, &simulation_hooks, &d);
    else
        lab_parse(g->lab->source->text, g->lab->source->len, g->lab->source->name, NULL,
                  &simulation_hooks, &lab, &d);
    diagnostics_first(&d, why, size);
    diagnostics_free(&d);
    return lab;
}

static void remember(struct grade_variant *v)
{
    const struct exercise *e = v->e;

    v->run = e->hash;
    if (v->rights == NULL)
        v->rights = calloc(e->lab->question_count + 1, sizeof(*v->rights));
    ASSERT(v->rights != NULL);
    for (size_t i = 0; i < e->lab->question_count; i++)
        v->rights[i] = (struct grade_right){
            .known = !e->questions[i].is_void && e->questions[i].asked->answer != NULL,
            .type = e->questions[i].type,
            .value = e->questions[i].right,
        };
}

static bool open_run(struct grade *g, struct grade_variant *v, const struct variant *variant)
{
    if (g->opened == GRADE_OPEN_MAX)
        close_oldest(g);
    v->lab = read_lab(g, variant, v->why, sizeof(v->why));
    if (v->lab == NULL)
        return false;
    g->opened++;
    v->e = exercise_open(v->lab, NULL, v->why, sizeof(v->why));
    if (v->e == NULL) {
        close_run(g, v);
        return false;
    }
    v->why[0] = '\0'; /* scratch of exercise_open */
    remember(v);
    return true;
}

/* Where the variant of KEY is remembered, or is going to be. */
static struct grade_variant *find(struct grade *g, uint64_t key)
{
    for (size_t i = 0; i < g->variant_count; i++)
        if (g->variants[i].key == key)
            return &g->variants[i];
    ASSERT(grow(&g->variants, g->variant_count + 1, &g->variant_room, sizeof(*g->variants)));
    g->variants[g->variant_count] = (struct grade_variant){ .key = key };
    return &g->variants[g->variant_count++];
}

/* ---- Of another version ---- */

bool grade_is_other_version(const struct grade *g, const struct submission *s)
{
    return strcmp(s->lab, g->name) == 0 && s->lab_hash != g->lab_hash;
}

/* The override of S that sets PATH, or NULL. */
static const char *find_override(const struct submission *s, const char *path)
{
    size_t len = strlen(path);

    for (size_t i = 0; i < s->override_count; i++)
        if (strncmp(s->overrides[i], path, len) == 0 && s->overrides[i][len] == '=')
            return s->overrides[i];
    return NULL;
}

/* VALUE at PATH is what S says with OVERRIDE, which may be a hash of it. */
static bool says(const char *override, const char *path, const char *value)
{
    char set[SUBMISSION_OVERRIDE_MAX + 1], text[SUBMISSION_OVERRIDE_MAX + 1];

    if (override == NULL || snprintf(set, sizeof(set), "%s=%s", path, value) >= (int)sizeof(set))
        return false;
    submission_override(set, text, sizeof(text));
    return strcmp(override, text) == 0;
}

/* Which of its values VARY has where S was made; NULL: none of them. */
static const char *said_value(const struct lab_vary *vary, const struct submission *s)
{
    const char *overrides[LAB_VARY_PATHS_MAX];

    for (size_t p = 0; p < vary->path_count; p++)
        overrides[p] = find_override(s, vary->paths[p]);
    for (size_t i = 0; i < vary->value_count; i++) {
        size_t p = 0;

        while (p < vary->path_count && says(overrides[p], vary->paths[p], vary->values[i]))
            p++;
        if (p == vary->path_count)
            return vary->values[i];
    }
    return NULL;
}

/* ---- Whose ---- */

static void choose_variant(const struct grade *g, const struct submission *s,
                           struct variant *variant)
{
    const char *said[LAB_VARY_MAX] = { NULL };

    if (s == NULL || s->student[0] == '\0')
        return;
    if (grade_is_other_version(g, s))
        for (size_t i = 0; i < g->lab->vary_count; i++)
            said[i] = said_value(&g->lab->vary[i], s);
    variant_with(g->lab, s->student, said, variant);
}

struct grade_variant *grade_variant(struct grade *g, const struct submission *s, const char **why)
{
    struct variant variant = { .student = NULL };
    struct grade_variant *v;

    choose_variant(g, s, &variant);
    v = find(g, grade_key((const char *const *)variant.overrides, variant.count));
    v->used = ++g->uses;
    *why = v->why;
    if (v->lab == NULL && (v->why[0] != '\0' || !open_run(g, v, &variant)))
        v = NULL;
    variant_free(&variant);
    return v;
}

void grade_variants_close(struct grade *g)
{
    for (size_t i = 0; i < g->variant_count; i++) {
        close_run(g, &g->variants[i]);
        free(g->variants[i].rights);
    }
    free(g->variants);
}
