#include "tools/lib/lab_amend.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/lab_reader.h"
#include "tools/lib/text.h"
#include "tools/lib/utf8.h"
#include "tools/lib/yaml_write.h"

#define SET_PREFIX "--set "

static FILE *open_text(char **text, size_t *size)
{
    FILE *out = open_memstream(text, size);

    ASSERT(out != NULL);
    return out;
}

/* ---- entries ---- */

static void write_fault(FILE *out, const struct intervention *fault)
{
    static const char *const verbs[] = {
        [FAULT_KIND_DROP] = "drop",
        [FAULT_KIND_DELAY] = "delay",
        [FAULT_KIND_DUPLICATE] = "duplicate",
        [FAULT_KIND_CORRUPT] = "corrupt",
    };
    char by[40];

    fprintf(out, "{ %s: frame %" PRIu32, verbs[fault->kind], fault->frame);
    if (fault->kind == FAULT_KIND_DELAY) {
        unit_format_time(fault->by, by, sizeof by);
        fprintf(out, ", by: %s", by);
    }
    if (fault->kind == FAULT_KIND_CORRUPT && fault->bit >= 0)
        fprintf(out, ", bit: %" PRId64, fault->bit);
    fputs(" }", out);
}

static void write_command(FILE *out, const struct lab_amendment *amendment)
{
    char at[40];

    unit_format_time(amendment->at, at, sizeof at);
    fprintf(out, "{ at: %s, ", at);
    yaml_write_scalar(out, amendment->name);
    fputs(": ", out);
    yaml_write_scalar(out, amendment->command);
    fputs(" }", out);
}

static char *entry_text(const struct lab_amendment *amendment)
{
    char *text;
    size_t size;
    FILE *out = open_text(&text, &size);

    if (amendment->kind == LAB_AMEND_FAULT)
        write_fault(out, &amendment->fault);
    else
        write_command(out, amendment);
    fclose(out);
    return text;
}

/* TEXT, which is used up, with the amendments of KIND under KEY; or NULL. */
static char *add_entries(char *text, const char *key, enum lab_amendment_kind kind,
                         const struct lab_amendment *amendments, size_t count)
{
    char **entries, *result = text;
    size_t used = 0;

    if (text == NULL || count == 0)
        return text;
    entries = calloc(count, sizeof *entries);
    ASSERT(entries != NULL);
    for (size_t i = 0; i < count; i++)
        if (amendments[i].kind == kind)
            entries[used++] = entry_text(&amendments[i]);
    if (used > 0) {
        result = yaml_add_entries(text, key, (const char *const *)entries, used);
        free(text);
    }
    for (size_t i = 0; i < used; i++)
        free(entries[i]);
    free(entries);
    return result;
}

/* ---- the values of --set ---- */

static const char *override_of(const struct source *s)
{
    return s->text + strlen(SET_PREFIX);
}

/* The value of a --set as it stands in a file; the caller's to free. */
static char *value_text(const char *value)
{
    char *text;
    size_t size;
    FILE *out = open_text(&text, &size);

    if (value[0] == '\0' || strcmp(value, "null") == 0)
        putc('~', out);
    else if (lab_override_is_yaml(value) || strcmp(value, "~") == 0)
        fputs(value, out);
    else
        yaml_write_scalar(out, value);
    fclose(out);
    return text;
}

/* TEXT with the value of PATH_VALUE in its place, or NULL if it has none. */
static char *put_override(const char *text, const char *path_value)
{
    const char *equals = strchr(path_value, '=');
    struct lab_memory *memory = lab_memory_new();
    char *value = value_text(equals + 1), *result = NULL;
    const struct yaml_node *node = NULL;
    struct yaml_node *root;
    struct diagnostics d;
    struct source s;

    diagnostics_init(&d);
    source_init(&s, "", text, strlen(text));
    root = yaml_tree_parse(&s, memory, &d);
    if (root != NULL && d.total == 0)
        node = lab_override_target(memory, root, path_value);
    if (node != NULL) {
        result = yaml_replace(&s, node, value);
    } else if (root != NULL && d.total == 0 &&
               memchr(path_value, '.', (size_t)(equals - path_value)) == NULL) {
        char *key = lab_memory_text(memory, path_value, (size_t)(equals - path_value));

        result = yaml_add_key(text, key, value);
    }
    source_free(&s);
    diagnostics_free(&d);
    lab_memory_free(memory);
    free(value);
    return result;
}

static char *copy_of(const char *text)
{
    char *copy = strdup(text);

    ASSERT(copy != NULL);
    return copy;
}

/* All values put in their places; NULL if one has none. */
static char *text_with_overrides(const struct lab *lab)
{
    char *text = copy_of(lab->source->text);

    for (size_t i = 1; i < lab->source_count && text != NULL; i++) {
        char *next = put_override(text, override_of(&lab->sources[i]));

        free(text);
        text = next;
    }
    return text;
}

static void write_header(FILE *out, const struct lab *lab)
{
    fputs(_("# Written anew by Rung, without the comments of the file that it was, with\n"), out);
    for (size_t i = 1; i < lab->source_count; i++) {
        fputs("#   ", out);
        utf8_print_clean(out, lab->sources[i].text, false);
        putc('\n', out);
    }
}

/* The tree, with its values, as a text of its own. */
static char *text_anew(const struct lab *lab)
{
    struct lab_memory *memory = lab_memory_new();
    struct diagnostics d;
    struct lab_reader r = { .memory = memory, .d = &d };
    struct yaml_node *root;
    char *text;
    size_t size;
    FILE *out = open_text(&text, &size);

    diagnostics_init(&d);
    root = yaml_tree_parse(lab->source, memory, &d);
    for (size_t i = 1; i < lab->source_count && root != NULL; i++)
        lab_override_apply(&r, root, &lab->sources[i], override_of(&lab->sources[i]));
    write_header(out, lab);
    if (root != NULL)
        yaml_write_tree(out, root);
    fclose(out);
    diagnostics_free(&d);
    lab_memory_free(memory);
    return text;
}

/* ---- the whole ---- */

static bool has_fault(const struct lab_fault *fault, const struct intervention *wanted)
{
    static const enum lab_fault_action actions[] = {
        [FAULT_KIND_DROP] = LAB_DROP,
        [FAULT_KIND_DELAY] = LAB_DELAY,
        [FAULT_KIND_DUPLICATE] = LAB_DUPLICATE,
        [FAULT_KIND_CORRUPT] = LAB_CORRUPT,
    };

    return fault->action == actions[wanted->kind] && fault->frame == wanted->frame &&
           (wanted->kind != FAULT_KIND_DELAY || fault->by == wanted->by) &&
           (wanted->kind != FAULT_KIND_CORRUPT || fault->bit == wanted->bit);
}

static bool has_command(const struct lab *lab, const struct lab_command *command,
                        const struct lab_amendment *wanted)
{
    const char *name = command->target == LAB_TARGET_NODE ? lab->nodes[command->index].name
                                                          : lab->links[command->index].name;

    return command->start == LAB_AT && command->time == wanted->at &&
           strcmp(name, wanted->name) == 0 && strcmp(command->text, wanted->command) == 0;
}

/* Whether AMENDED is LAB with the amendments as its last entries, in order. */
static bool has_all(const struct lab *amended, const struct lab *lab,
                    const struct lab_amendment *amendments, size_t count)
{
    size_t command = lab->command_count, fault = lab->fault_count;

    for (size_t i = 0; i < count; i++) {
        const struct lab_amendment *wanted = &amendments[i];

        if (wanted->kind == LAB_AMEND_FAULT
                ? fault == amended->fault_count ||
                      !has_fault(&amended->faults[fault++], &wanted->fault)
                : command == amended->command_count ||
                      !has_command(amended, &amended->commands[command++], wanted))
            return false;
    }
    return command == amended->command_count && fault == amended->fault_count;
}

/* Whether TEXT can be read and is what it should be; else an error in D. */
static bool check(const char *text, const struct lab *lab, const struct lab_amendment *amendments,
                  size_t count, const struct lab_hooks *hooks, struct diagnostics *d)
{
    struct lab *amended;
    bool good;

    if (!lab_parse(text, strlen(text), lab->source->name, NULL, hooks, &amended, d))
        return false;
    good = has_all(amended, lab, amendments, count);
    lab_free(amended);
    if (!good)
        diagnostic_name_error(d, lab->source->name,
                              _("what was done cannot be written into this file: a bug of Rung"));
    return good;
}

char *lab_amend(const struct lab *lab, const struct lab_amendment *amendments, size_t count,
                const struct lab_hooks *hooks, struct diagnostics *d)
{
    char *text = text_with_overrides(lab);

    if (text == NULL)
        text = text_anew(lab);
    text = add_entries(text, "script", LAB_AMEND_COMMAND, amendments, count);
    text = add_entries(text, "faults", LAB_AMEND_FAULT, amendments, count);
    if (text == NULL) {
        diagnostic_name_error(d, lab->source->name,
                              _("what was done cannot be written into this file: a bug of Rung"));
        return NULL;
    }
    if (check(text, lab, amendments, count, hooks, d))
        return text;
    free(text);
    return NULL;
}
