#include "tools/lib/variant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/units.h"
#include "sim/hash.h"
#include "tools/lib/text.h"

#define SET_PREFIX "--set "

bool variant_student_is_good(const char *id, char *why, size_t size)
{
    size_t len = strlen(id);

    if (len == 0 || len > VARIANT_STUDENT_MAX)
        return unit_refuse(why, size, _("a student's ID has 1 to %d characters"),
                           VARIANT_STUDENT_MAX);
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)id[i] < 0x20 || id[i] == 0x7f)
            return unit_refuse(why, size, _("a student's ID has no control characters"));
    if (id[0] == ' ' || id[len - 1] == ' ')
        return unit_refuse(why, size, _("a student's ID neither begins nor ends with a blank"));
    return true;
}

static char *join(const char *path, const char *value)
{
    size_t size = strlen(path) + strlen(value) + 2;
    char *text = malloc(size);

    ASSERT(text != NULL);
    snprintf(text, size, "%s=%s", path, value);
    return text;
}

/* Ends with a zero, so that "ab", "c" is not "a", "bc". */
static uint64_t hash_text(uint64_t hash, const char *text)
{
    return hash_bytes(hash, text, strlen(text) + 1);
}

static const char *chosen_value(const struct lab *lab, const struct lab_vary *vary,
                                const char *student)
{
    uint64_t hash = hash_text(0, lab->vary_key);

    hash = hash_text(hash, student);
    hash = hash_text(hash, vary->paths[0]);
    return vary->values[hash_mix(hash) % vary->value_count];
}

void variant_of(const struct lab *lab, const char *student, struct variant *variant)
{
    static const char *const as_drawn[LAB_VARY_MAX];

    variant_with(lab, student, as_drawn, variant);
}

void variant_with(const struct lab *lab, const char *student, const char *const *values,
                  struct variant *variant)
{
    size_t room = 0;

    for (size_t i = 0; i < lab->vary_count; i++)
        room += lab->vary[i].path_count;
    variant->student = strdup(student);
    variant->overrides = calloc(room + 1, sizeof(*variant->overrides));
    variant->count = 0;
    ASSERT(variant->student != NULL && variant->overrides != NULL);
    for (size_t i = 0; i < lab->vary_count; i++) {
        const struct lab_vary *vary = &lab->vary[i];
        const char *value = values[i] != NULL ? values[i] : chosen_value(lab, vary, student);

        for (size_t p = 0; p < vary->path_count; p++)
            variant->overrides[variant->count++] = join(vary->paths[p], value);
    }
}

void variant_free(struct variant *variant)
{
    for (size_t i = 0; i < variant->count; i++)
        free(variant->overrides[i]);
    free(variant->overrides);
    free(variant->student);
    memset(variant, 0, sizeof(*variant));
}

size_t variant_format(const struct variant *variant, char *out, size_t size)
{
    size_t len = 0;

    if (size > 0)
        out[0] = '\0';
    for (size_t i = 0; i < variant->count; i++)
        len += (size_t)snprintf(out + min_size(len, size), size - min_size(len, size), "%s%s",
                                i > 0 ? ", " : "", variant->overrides[i]);
    return len;
}

/* LAB read again with COUNT overrides OWN, then what it knows from --set. */
static struct lab *read_with(const struct lab *lab, char *const *own, size_t count,
                             const struct lab_hooks *hooks, struct diagnostics *d)
{
    const struct source *file = lab->source;
    const char **all = calloc(count + lab->source_count, sizeof(*all));
    struct lab_overrides overrides = { .at = all };
    struct lab *result;

    ASSERT(all != NULL);
    for (size_t i = 0; i < count; i++)
        all[overrides.count++] = own[i];
    for (size_t i = 1; i < lab->source_count; i++)
        all[overrides.count++] = lab->sources[i].text + strlen(SET_PREFIX);
    lab_parse(file->text, file->len, file->name, &overrides, hooks, &result, d);
    free(all);
    return result;
}

/* Whether COUNT of the overrides OWN make a lab; if not, WHY has the first error,
 * without the place, which is no line of the file. */
static bool makes_lab(const struct lab *lab, char *const *own, size_t count,
                      const struct lab_hooks *hooks, char *why, size_t size)
{
    static const char BEFORE[] = ": error: ";
    struct diagnostics d;
    struct lab *read;
    char first[600];
    const char *text;

    diagnostics_init(&d);
    read = read_with(lab, own, count, hooks, &d);
    diagnostics_first(&d, first, sizeof(first));
    diagnostics_free(&d);
    text = strstr(first, BEFORE);
    snprintf(why, size, "%s", text != NULL ? text + strlen(BEFORE) : first);
    lab_free(read);
    return read != NULL;
}

/* Tells at the entry of vary that is to blame what is wrong with VARIANT: at the
 * first with which it makes no lab. */
static void blame(const struct lab *lab, const struct variant *variant,
                  const struct lab_hooks *hooks, struct diagnostics *d)
{
    char why[600];
    size_t count = 0;

    for (size_t i = 0; i < lab->vary_count; i++) {
        const char *first = variant->overrides[count];

        count += lab->vary[i].path_count;
        if (makes_lab(lab, variant->overrides, count, hooks, why, sizeof(why)))
            continue;
        diagnostic_error(d, lab->vary[i].mark, _("%.200s (student %s): %s"), first,
                         variant->student, why);
        return;
    }
}

struct lab *variant_read(const struct lab *lab, const struct variant *variant,
                         const struct lab_hooks *hooks, struct diagnostics *d)
{
    struct diagnostics own;
    struct lab *result;

    diagnostics_init(&own);
    result = read_with(lab, variant->overrides, variant->count, hooks, &own);
    diagnostics_free(&own);
    if (result == NULL)
        blame(lab, variant, hooks, d);
    return result;
}

struct lab *variant_lab(const struct lab *lab, const char *student, const struct lab_hooks *hooks,
                        struct variant *variant, struct diagnostics *d)
{
    struct variant own;
    struct lab *result;

    variant_of(lab, student, &own);
    result = variant_read(lab, &own, hooks, d);
    if (variant != NULL)
        *variant = own;
    else
        variant_free(&own);
    return result;
}
