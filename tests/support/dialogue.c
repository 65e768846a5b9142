#include "tests/support/dialogue.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tools/lib/lab_path.h"

static bool begin(struct dialogue *d, struct diagnostics *diagnostics)
{
    char why[EXERCISE_WHY_SIZE];

    diagnostics_print(diagnostics, stdout);
    diagnostics_free(diagnostics);
    d->said = NULL;
    d->keeps = 0;
    if (!EXPECT(d->lab != NULL))
        return false;
    d->e = exercise_open(d->lab, NULL, why, sizeof(why));
    ASSERT(d->e != NULL);
    d->a = attempt_open(d->e);
    ASSERT(d->a != NULL);
    return true;
}

bool dialogue_open_text(struct dialogue *d, const char *text)
{
    struct diagnostics diagnostics;

    diagnostics_init(&diagnostics);
    lab_parse(text, strlen(text), "t", NULL, &simulation_hooks, &d->lab, &diagnostics);
    return begin(d, &diagnostics);
}

bool dialogue_open(struct dialogue *d, const char *name)
{
    struct diagnostics diagnostics;
    char path[LAB_PATH_LIMIT];

    if (!EXPECT(lab_find(name, path, sizeof(path))))
        return false;
    diagnostics_init(&diagnostics);
    lab_load(path, NULL, &simulation_hooks, &d->lab, &diagnostics);
    return begin(d, &diagnostics);
}

void dialogue_close(struct dialogue *d)
{
    free(d->said);
    attempt_close(d->a);
    exercise_close(d->e);
    lab_free(d->lab);
}

static enum quiz_read read_line(void *context, const char *name, char *line, size_t size)
{
    const char **at = context;
    size_t len = strcspn(*at, "\n");

    (void)name;
    line[0] = '\0';
    if (**at == '\0')
        return QUIZ_READ_END;
    if (len < size)
        snprintf(line, size, "%.*s", (int)len, *at);
    *at += len + ((*at)[len] == '\n');
    return len < size ? QUIZ_READ_LINE : QUIZ_READ_TOO_LONG;
}

static void count_keep(void *context)
{
    struct dialogue *d = context;

    d->keeps++;
}

const char *dialogue_hold_with(struct dialogue *d, struct quiz_input input, bool narrate)
{
    struct quiz_options options = { .input = input,
                                    .narrate = narrate,
                                    .ladder = { .width = 80 },
                                    .changed = count_keep,
                                    .context = d };
    size_t len = 0;

    free(d->said);
    d->said = NULL;
    options.out = open_memstream(&d->said, &len);
    ASSERT(options.out != NULL);
    d->end = quiz_run(d->e, d->a, &options);
    fclose(options.out);
    return d->said;
}

const char *dialogue_hold(struct dialogue *d, const char *lines, bool narrate)
{
    const struct quiz_input input = { .read = read_line, .context = &lines, .echo = true };

    return dialogue_hold_with(d, input, narrate);
}
