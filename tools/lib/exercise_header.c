#include "tools/lib/exercise_header.h"

#include <stdio.h>
#include <string.h>

#include "tools/lib/run_field.h"
#include "tools/lib/text.h"

uint32_t exercise_frame(const struct exercise *e, size_t index)
{
    const struct exercise_question *q = &e->questions[index];

    return q->evaluated.frame != 0 ? q->evaluated.frame : q->gate.frame;
}

/* The layer of D that ASKED, "tcp.ack", is of; or NULL. */
static const struct layer *layer_of(const struct dissection *d, const char *asked)
{
    size_t len = strcspn(asked, ".");

    for (size_t i = 0; i < d->count; i++) {
        const char *name = layer_kind_name(d->layers[i].kind);

        if (!d->layers[i].quoted && strlen(name) == len && memcmp(name, asked, len) == 0)
            return &d->layers[i];
    }
    return NULL;
}

/* Whether the field called NAME would give ASKED away: it is it, as it is sent
 * ("tcp.seq_raw"), or a part of it ("tcp.flags.syn"). */
static bool is_about(const char *name, const char *asked)
{
    size_t len = strlen(asked);

    return strncmp(name, asked, len) == 0 && strchr("_.", name[len]) != NULL;
}

/* ... of several: none of them is called as the whole. */
static bool is_part(const char *name, const char *asked)
{
    return name[strlen(asked)] == '.';
}

/* The name under which the ladder's number is known: "tcp.seq" for "tcp.seq_raw". */
static void known_name(const char *name, char *out, size_t size)
{
    size_t len = strlen(name);
    struct frame_fact fact;

    snprintf(out, size, "%s", name);
    if (len < 4 || len >= size || strcmp(name + len - 4, "_raw") != 0)
        return;
    out[len - 4] = '\0';
    if (!frame_fact_find(out, len - 4, &fact))
        snprintf(out, size, "%s", name);
}

/* The value of the field called NAME; false: it has none. */
static bool read_value(struct exercise *e, uint32_t frame, const char *name, char *out, size_t size)
{
    struct simulation *s = &e->simulation;
    struct frame_fact fact;
    int64_t value;

    if (!frame_fact_find(name, strlen(name), &fact) ||
        !frame_facts_follow(&s->facts, &s->trace, frame) ||
        !frame_fact_read(&s->facts, &s->trace, frame, &fact, &value))
        return false;
    answer_format(fact.type, value, out, size);
    return true;
}

/* What is asked. ROW, if not NULL, is the field of the header that it is. */
static struct exercise_field blank(const char *asked, const struct field *row)
{
    struct exercise_field field = { .label = row != NULL ? row->label : "", .is_blank = true };

    snprintf(field.name, sizeof(field.name), "%s", asked);
    return field;
}

size_t exercise_header(struct exercise *e, size_t index,
                       struct exercise_field fields[EXERCISE_FIELDS_MAX])
{
    const char *asked = e->questions[index].asked->field;
    uint32_t frame = exercise_frame(e, index);
    struct run_fields rows = { .count = 0 };
    const struct layer *layer;
    struct dissection d;
    size_t count = 0;
    bool begun = false;

    run_dissect(&e->simulation.trace, frame, &d);
    layer = layer_of(&d, asked);
    if (layer != NULL)
        rows = run_fields_of(layer->kind);
    for (size_t i = 0; i < rows.count && count + 1 < EXERCISE_FIELDS_MAX; i++) {
        struct exercise_field *to = &fields[count];
        bool about = is_about(rows.at[i].name, asked);

        *to = blank(asked, &rows.at[i]);
        if (about) {
            if (is_part(rows.at[i].name, asked))
                to->label = "";
            count += !begun;
            begun = true;
            continue;
        }
        to->is_blank = false;
        known_name(rows.at[i].name, to->name, sizeof(to->name));
        count += run_field_applies(layer, &rows.at[i]) &&
                 read_value(e, frame, to->name, to->value, sizeof(to->value));
    }
    if (!begun)
        fields[count++] = blank(asked, NULL);
    return count;
}

static bool row_tells(const char *row, const char *asked, const char *name)
{
    char known[sizeof(((struct exercise_field *)0)->name)];

    known_name(row, known, sizeof(known));
    return !is_about(row, asked) && strcmp(known, name) == 0;
}

bool exercise_header_tells(const char *asked, const struct frame_fact *fact)
{
    size_t len = strcspn(asked, ".");
    const char *name = frame_fact_word(fact);

    if (strcmp(name, "number") == 0)
        return true;
    for (int kind = LAYER_ETHERNET; kind < LAYER_DATA; kind++) {
        struct run_fields rows = run_fields_of((enum layer_kind)kind);
        const char *layer = layer_kind_name((enum layer_kind)kind);

        if (strlen(layer) != len || memcmp(layer, asked, len) != 0)
            continue;
        for (size_t i = 0; i < rows.count; i++)
            if (row_tells(rows.at[i].name, asked, name))
                return true;
    }
    return false;
}
