#include "tools/lib/coverage.h"

#include <string.h>

#include "layers/rule.h"
#include "layers/tcp/requirement.h"
#include "tools/lib/canvas.h"
#include "tools/lib/text.h"

enum { COLUMNS = 80, INDENT = 4, LINE_SIZE = 512 };

/* What became of a requirement, and the line that counts it. */
enum outcome { TESTED, UNTESTED, NOT_APPLICABLE, NOT_DONE, OUTCOMES };

static const char *const outcome_names[OUTCOMES] = {
    N_("implemented and tested"),
    N_("implemented, but no test"),
    N_("not applicable"),
    N_("optional, not done"),
};

struct report {
    const struct requirement_test *tests;
    const char *word;
    FILE *out;
};

const struct requirement_test *coverage_test(const struct requirement_test *row,
                                             const char *label)
{
    for (; row->label != NULL; row++)
        if (strcmp(row->label, label) == 0)
            return row;
    return NULL;
}

/* The first rule after ID that carries LABEL, RULE_NONE if there is none. */
static rule_id next_rule(rule_id id, const char *label)
{
    while (++id < RULE_COUNT)
        if (strcmp(rule_get(id)->label, label) == 0)
            return id;
    return RULE_NONE;
}

static enum outcome outcome_of(const struct report *report, const struct requirement *asked)
{
    if (asked->status == REQUIREMENT_NOT_APPLICABLE)
        return NOT_APPLICABLE;
    if (asked->status == REQUIREMENT_OPTIONAL_NOT_DONE)
        return NOT_DONE;
    return coverage_test(report->tests, asked->label) != NULL ? TESTED : UNTESTED;
}

/* "MUST-1" is not asked for by who asks for "MUST-14", nor the reverse. */
static bool mentions(const struct requirement *asked, const char *word)
{
    if (strcasecmp(asked->label, word) == 0 || strcasestr(asked->sentence, word) != NULL)
        return true;
    return strcmp(asked->section, word) == 0 || strcasestr(asked->remark, word) != NULL;
}

/* TEXT in lines of at most COLUMNS, each below the other. */
static void print_wrapped(const char *text, FILE *out)
{
    while (*text != '\0') {
        size_t len = canvas_text_break(text, COLUMNS - INDENT);

        fprintf(out, "%*s%.*s\n", INDENT, "", (int)len, text);
        text += len;
        text += strspn(text, " ");
    }
}

static void print_sentence(const struct requirement *asked, FILE *out)
{
    const char *remark = _(asked->remark);
    char line[LINE_SIZE];

    if (asked->status != REQUIREMENT_IMPLEMENTED)
        snprintf(line, sizeof line, _("%s; why not: %s"), _(asked->sentence), remark);
    else
        snprintf(line, sizeof line, remark[0] != '\0' ? "%s (%s)" : "%s", _(asked->sentence),
                 remark);
    print_wrapped(line, out);
}

static void print_requirement(const struct report *report, const struct requirement *asked)
{
    const struct requirement_test *test = report->tests;
    FILE *out = report->out;

    fprintf(out, "%-8s %-10s %s\n", asked->label, asked->section,
            _(outcome_names[outcome_of(report, asked)]));
    print_sentence(asked, out);
    for (rule_id id = RULE_NONE; (id = next_rule(id, asked->label)) != RULE_NONE;)
        fprintf(out, _("    rule  %s\n"), rule_get(id)->name);
    for (; (test = coverage_test(test, asked->label)) != NULL; test++)
        fprintf(out, _("    test  %s: %s\n"), test->program, test->function);
}

static bool is_untested(const struct report *report, const struct requirement *asked)
{
    return outcome_of(report, asked) == UNTESTED;
}

static bool is_without_rule(const struct report *report, const struct requirement *asked)
{
    (void)report;
    return asked->status == REQUIREMENT_IMPLEMENTED &&
           next_rule(RULE_NONE, asked->label) == RULE_NONE;
}

/* HEADING and the labels of all that DOES; nothing if none does. */
static void print_labels(const struct report *report, const char *heading,
                         bool (*does)(const struct report *, const struct requirement *))
{
    const struct requirement *asked;
    int column = 0;

    for (size_t i = 0; (asked = requirement_at(i)) != NULL; i++) {
        if (!mentions(asked, report->word) || !does(report, asked))
            continue;
        if (column == 0)
            fprintf(report->out, "\n%s\n", heading);
        if (column + 1 + (int)strlen(asked->label) > COLUMNS) {
            fputc('\n', report->out);
            column = 0;
        }
        if (column == 0)
            column = fprintf(report->out, "%*s%s", INDENT, "", asked->label);
        else
            column += fprintf(report->out, " %s", asked->label);
    }
    if (column > 0)
        fputc('\n', report->out);
}

static void print_unknown(const struct report *report)
{
    for (const struct requirement_test *test = report->tests; test->label != NULL; test++)
        if (requirement_find(test->label) == NULL)
            fprintf(report->out, _("\n%s in %s names %s, which RFC 9293 does not have\n"),
                    test->function, test->program, test->label);
}

static void print_end(const struct report *report, const unsigned counts[OUTCOMES])
{
    fputs(_("\nOf the requirements of RFC 9293:\n"), report->out);
    for (int i = 0; i < OUTCOMES; i++)
        fprintf(report->out, "%*s%3u  %s\n", INDENT, "", counts[i], _(outcome_names[i]));
    if (report->tests->label == NULL)
        fputs(_("\nThis program was built without its tests' sources: what they show is not\n"
                "known here.\n"), report->out);
    print_labels(report, _("Implemented, but no test shows it:"), is_untested);
    print_labels(report, _("Implemented, but no rule names it (it forbids something, or holds "
                           "everywhere):"), is_without_rule);
    print_unknown(report);
}

bool coverage_print(const struct requirement_test *tests, const char *word, FILE *out)
{
    struct report report = { tests, word, out };
    unsigned counts[OUTCOMES] = { 0 }, shown = 0;
    const struct requirement *asked;

    for (size_t i = 0; (asked = requirement_at(i)) != NULL; i++) {
        if (!mentions(asked, word))
            continue;
        print_requirement(&report, asked);
        counts[outcome_of(&report, asked)]++;
        shown++;
    }
    if (shown > 0)
        print_end(&report, counts);
    return shown > 0;
}
