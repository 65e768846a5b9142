#include "tools/lib/yaml_tree.h"

#include <string.h>

#include <yaml.h>

#include "tools/lib/text.h"
#include "tools/lib/yaml_cut.h"

/* What libyaml says (the beginning of it), and what we say instead. Where
 * AT_CONTEXT is set, the place to show is where the construct began. */
static const struct {
    const char *problem;
    bool at_context;
    const char *sentence;
} TRANSLATIONS[] = {
    { "mapping values are not allowed", false,
      "a \":\" cannot stand here: put a value with \": \" in it in quotes" },
    { "could not find expected ':'", true,
      "this needs a \":\" after it: write name: value" },
    { "found unexpected end of stream", true,
      "this quote is not closed: write another at its end" },
    { "found unexpected document indicator", true,
      "this quote is not closed: write another at its end" },
    { "found unknown escape", false,
      "no such escape in double quotes: write \\\\ for a backslash" },
    { "did not find expected hexdecimal", false,
      "hexadecimal digits must follow here: write \\\\ for a backslash" },
    { "block sequence entries are not allowed", false,
      "a list cannot begin here: write its first \"- \" in a new line" },
    { "mapping keys are not allowed", false, "a \"?\" cannot stand here: put it in quotes" },
    { "found undefined tag handle", false,
      "a tag is not allowed here: put a value that begins with \"!\" in quotes" },
    { "did not find expected <document start>", false,
      "nothing can follow here: a lab is one map of name: value, not indented" },
    { "did not find expected node content", false,
      "a value must stand here: write one, or \"\" for none" },
    { "found character that cannot start any token", false,
      "a value cannot begin with this character: put it in quotes" },
};

/* Where libyaml points; if that is past the last word, just behind it. */
static struct mark mark_at(const struct source *s, yaml_mark_t at)
{
    struct mark mark = { s, (uint32_t)at.line + 1, (uint32_t)at.column + 1, 1 };
    struct span line = source_line(s, mark.line);

    if (mark.line < s->line_count || line.len > 0)
        return mark;
    do
        line = source_line(s, --mark.line);
    while (mark.line > 1 && line.len == 0);
    mark.column = 1;
    for (size_t i = 0; i < line.len; i++)
        mark.column += (line.at[i] & 0xc0) != 0x80;
    return mark;
}

/* The byte at MARK, 0 past the end: ASCII is all that is asked for. */
static char byte_at(const struct source *s, struct mark mark)
{
    struct span line = source_line(s, mark.line);
    size_t at = 0;

    for (uint32_t column = 1; column < mark.column && at < line.len; column++) {
        do
            at++;
        while (at < line.len && (line.at[at] & 0xc0) == 0x80);
    }
    return at < line.len ? (char)line.at[at] : '\0';
}

/* A tab where indentation is looked for, also one that libyaml has skipped
 * when it complains of the next character. */
static bool is_tab(const struct source *s, const char *problem, struct mark *mark)
{
    struct span line = source_line(s, mark->line);
    uint32_t blanks = 0;

    if (byte_at(s, *mark) == '\t' || strstr(problem, "tab character") != NULL)
        return true;
    while (blanks < line.len && line.at[blanks] == ' ')
        blanks++;
    if (blanks >= line.len || line.at[blanks] != '\t' || mark->column < blanks + 1)
        return false;
    mark->column = blanks + 1;
    return true;
}

/* "did not find expected ..." in a list or map that began at BEGIN. */
static bool report_unfinished(const char *problem, struct mark mark, struct mark begin,
                              struct diagnostics *d)
{
    const char *sentence;

    if (strstr(problem, "',' or '}'") != NULL && mark.line == begin.line
        && byte_at(mark.source, mark) == ':')
        sentence = _("a text with \": \" in it needs quotes; or close the \"{\" of line %u before");
    else if (strstr(problem, "',' or '}'") != NULL)
        sentence = _("expected \",\" or \"}\" here: close the \"{\" of line %u");
    else if (strstr(problem, "',' or ']'") != NULL)
        sentence = _("expected \",\" or \"]\" here: close the \"[\" of line %u");
    else if (strstr(problem, "expected key") != NULL)
        sentence = _("expected a key here: write name: value, indented like line %u");
    else if (strstr(problem, "expected '-'") != NULL)
        sentence = _("expected \"- \" here: write it, indented like line %u");
    else
        return false;
    diagnostic_error(d, mark, sentence, begin.line);
    return true;
}

void yaml_problem_report(const struct yaml_parser_s *parser, const struct source *s,
                         struct diagnostics *d)
{
    const char *problem = parser->problem != NULL ? parser->problem : "unknown";
    struct mark mark = mark_at(s, parser->problem_mark);
    struct mark begin = mark_at(s, parser->context_mark);

    if (is_tab(s, problem, &mark)) {
        diagnostic_error(d, mark, _("indent with spaces: a tab is not allowed here"));
        return;
    }
    if (yaml_cut_report_line(s, begin.line, d)
        || (mark.line != begin.line && yaml_cut_report_line(s, mark.line, d)))
        return;
    if (report_unfinished(problem, mark, begin, d))
        return;
    for (size_t i = 0; i < ARRAY_LEN(TRANSLATIONS); i++) {
        if (strncmp(problem, TRANSLATIONS[i].problem, strlen(TRANSLATIONS[i].problem)) != 0)
            continue;
        diagnostic_error(d, TRANSLATIONS[i].at_context ? begin : mark, "%s",
                         _(TRANSLATIONS[i].sentence));
        return;
    }
    diagnostic_error(d, mark, _("this is not YAML (%s): see the example in \"rung help lab\""),
                     problem);
}
