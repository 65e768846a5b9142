#include "tools/lib/lab_format.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/text.h"
#include "tools/lib/yaml_tree.h"

enum { LEVELS_MAX = 64, STEP = 2, COLUMN_MAX = 200 };

/* A map or list in block style: where its entries stood, and where they go. */
struct level {
    int from, to;
    bool list;
};

struct line {
    const char *at; /* without the blanks at both ends */
    size_t len;
    int column; /* where it stood */
    int to;     /* of a comment: where it goes, unless what follows stands beside it */
};

struct formatter {
    FILE *out;
    struct level levels[LEVELS_MAX];
    int count;
    int shift;                     /* of the last entry: for the lines that it goes on in */
    int column;                    /* where its value's key stood: deeper lines go on */
    char quote;                    /* that is open at the end of the last line, or 0 */
    int depth;                     /* of open braces and brackets */
    bool valued;                   /* the last entry has a value on its line */
    bool block;                    /* a block scalar goes on */
    int block_column, block_shift; /* of its key; INT_MAX: not known yet */
    bool begun;
    struct line *comments; /* that wait for what they stand above */
    size_t comment_count;
};

/* ---- Inside a line ---- */

/* Whether a value may begin at AT of LINE: else a quote is an apostrophe. */
static bool begins_value(const struct formatter *f, const struct line *line, size_t at)
{
    while (at > 0 && line->at[at - 1] == ' ')
        at--;
    if (at == 0)
        return true;
    if (strchr(f->depth > 0 ? ":,[{" : ":-", line->at[at - 1]) == NULL)
        return strchr("[{", line->at[at - 1]) != NULL && f->depth > 0;
    return true;
}

static bool is_comment(const struct line *line, size_t at)
{
    return line->at[at] == '#' && (at == 0 || line->at[at - 1] == ' ');
}

/* Goes over the end of a quoted text, or stays inside it; returns the next byte. */
static size_t put_quoted(struct formatter *f, const struct line *line, size_t at)
{
    while (at < line->len) {
        char c = line->at[at++];

        fputc(c, f->out);
        if (c == '\\' && f->quote == '"' && at < line->len) {
            fputc(line->at[at++], f->out);
        } else if (c == f->quote) {
            f->quote = 0;
            break;
        }
    }
    return at;
}

static void put_blank_unless(struct formatter *f, const struct line *line, size_t at,
                             const char *others)
{
    if (at < line->len && line->at[at] != ' ' && strchr(others, line->at[at]) == NULL)
        fputc(' ', f->out);
}

/* One byte of YAML's own. */
static void put_byte(struct formatter *f, const struct line *line, size_t at)
{
    char c = line->at[at], before = at > 0 ? line->at[at - 1] : ' ';
    bool opens = (c == '{' || c == '[') && (f->depth > 0 || begins_value(f, line, at));

    if (f->depth > 0 && c == '}' && before != ' ' && before != '{')
        fputc(' ', f->out);
    fputc(c, f->out);
    if (opens) {
        f->depth++;
        if (c == '{')
            put_blank_unless(f, line, at + 1, "}");
    } else if (f->depth > 0 && (c == '}' || c == ']')) {
        f->depth--;
    } else if (f->depth > 0 && c == ',') {
        put_blank_unless(f, line, at + 1, "");
    }
}

static void put_content(struct formatter *f, const struct line *line)
{
    size_t at = 0;

    if (f->quote != 0)
        at = put_quoted(f, line, 0);
    while (at < line->len) {
        if (is_comment(line, at)) {
            fwrite(line->at + at, 1, line->len - at, f->out);
            break;
        }
        if ((line->at[at] == '"' || line->at[at] == '\'') && begins_value(f, line, at)) {
            f->quote = line->at[at];
            fputc(f->quote, f->out);
            at = put_quoted(f, line, at + 1);
            continue;
        }
        put_byte(f, line, at++);
    }
    fputc('\n', f->out);
}

/* ---- What a line is ---- */

/* LINE without a comment at its end, and the blanks before that. */
static struct line without_comment(const struct line *line)
{
    struct line bare = *line;
    char quote = 0;

    for (size_t at = 0; at < line->len; at++) {
        char c = line->at[at];

        if (quote == 0 && is_comment(line, at)) {
            bare.len = at;
            break;
        }
        if (quote != 0)
            quote = c == quote ? 0 : quote;
        else if ((c == '"' || c == '\'') && at > 0 && strchr(" [{,", line->at[at - 1]) != NULL)
            quote = c;
    }
    while (bare.len > 0 && bare.at[bare.len - 1] == ' ')
        bare.len--;
    return bare;
}

static bool is_entry(const struct line *line)
{
    return line->at[0] == '-' && (line->len == 1 || line->at[1] == ' ');
}

/* "key: ..." and not a text that stands for itself. */
static bool has_key(const struct line *bare)
{
    size_t at = 0;

    while (at < bare->len && bare->at[at] != ' ' && strchr("{[\"'", bare->at[at]) == NULL) {
        if (bare->at[at] == ':' && (at + 1 == bare->len || bare->at[at + 1] == ' '))
            return true;
        at++;
    }
    return false;
}

/* "text: |": a block of text follows. */
static bool begins_block(const struct line *bare)
{
    size_t len = bare->len;

    while (len > 0 && strchr("+-123456789", bare->at[len - 1]) != NULL)
        len--;
    return len >= 2 && (bare->at[len - 1] == '|' || bare->at[len - 1] == '>') &&
           bare->at[len - 2] == ' ';
}

/* ---- Levels ---- */

static void push(struct formatter *f, int from, int to, bool list)
{
    if (f->count < LEVELS_MAX)
        f->levels[f->count++] = (struct level){ from, to, list };
}

/* Where an entry that stood at COLUMN goes. */
static int place(struct formatter *f, int column, bool list)
{
    while (f->count > 0 &&
           (f->levels[f->count - 1].from > column ||
            (f->levels[f->count - 1].from == column && f->levels[f->count - 1].list && !list)))
        f->count--;
    if (f->count == 0)
        push(f, column, 0, list);
    else if (f->levels[f->count - 1].from < column || f->levels[f->count - 1].list != list)
        push(f, column, f->levels[f->count - 1].to + STEP, list);
    return f->levels[f->count - 1].to;
}

static void put_indent(struct formatter *f, int columns)
{
    for (int i = 0; i < columns && i < COLUMN_MAX; i++)
        fputc(' ', f->out);
}

/* ---- Lines ---- */

static void put_comments(struct formatter *f, const struct line *next, int to)
{
    for (size_t i = 0; i < f->comment_count; i++) {
        const struct line *line = &f->comments[i];

        if (line->len == 0) {
            fputc('\n', f->out);
            continue;
        }
        put_indent(f, next != NULL && line->column == next->column ? to : line->to);
        fwrite(line->at, 1, line->len, f->out);
        fputc('\n', f->out);
    }
    f->comment_count = 0;
}

/* A comment at COLUMN belongs to the innermost map or list that is not to the right. */
static int comment_place(const struct formatter *f, int column)
{
    if (f->depth > 0 || f->quote != 0)
        return column + f->shift;
    if (column == 0)
        return 0;
    for (int i = f->count - 1; i >= 0; i--)
        if (f->levels[i].from <= column)
            return f->levels[i].to;
    return 0;
}

/* Keeps a comment, or an empty line, one of each run. */
static void keep_comment(struct formatter *f, const struct line *line)
{
    if (line->len == 0 &&
        (!f->begun || (f->comment_count > 0 && f->comments[f->comment_count - 1].len == 0)))
        return;
    f->begun = true;
    f->comments[f->comment_count] = *line;
    f->comments[f->comment_count++].to = comment_place(f, line->column);
}

/* An empty line above a part of the file, and the comments that belong to it. */
static void part_from_before(struct formatter *f, const struct line *line, bool opens)
{
    struct line none = { "", 0, 0, 0 };

    for (size_t i = 0; i < f->comment_count; i++)
        if (f->comments[i].len == 0)
            return;
    if (f->begun && f->count > 0 && line->column == 0 && opens && !is_entry(line)) {
        memmove(f->comments + 1, f->comments, f->comment_count * sizeof(*f->comments));
        f->comments[0] = none;
        f->comment_count++;
    }
}

/* The first "- " of LINE, and what stands behind it. */
static struct line put_dash(struct formatter *f, const struct line *line)
{
    struct line rest = *line;
    size_t skip = 1;

    while (skip < line->len && line->at[skip] == ' ')
        skip++;
    rest.at += skip;
    rest.len -= skip;
    rest.column += (int)skip;
    fputs(rest.len > 0 ? "- " : "-", f->out);
    return rest;
}

static void put_entry(struct formatter *f, const struct line *whole)
{
    struct line line = *whole, bare = without_comment(whole);
    int to = place(f, line.column, is_entry(&line));

    put_comments(f, whole, to);
    put_indent(f, to);
    f->column = line.column;
    while (line.len > 0 && is_entry(&line)) {
        struct line item = put_dash(f, &line);
        bool inside = item.len > 0 && (is_entry(&item) || has_key(&item));

        f->column = inside ? item.column : line.column;
        to = inside ? place(f, item.column, is_entry(&item)) : to + STEP;
        line = item;
    }
    f->shift = to - line.column;
    f->block = begins_block(&bare);
    f->block_column = whole->column;
    f->block_shift = COLUMN_MAX;
    f->valued = bare.len > 0 && bare.at[bare.len - 1] != ':' && bare.at[bare.len - 1] != '-';
    put_content(f, &line);
    f->begun = true;
}

/* A line of a text in block style; false: it has ended. Its own blanks stay. */
static bool put_block(struct formatter *f, const struct line *line, const char *end)
{
    if (line->len == 0) {
        keep_comment(f, line);
        return true;
    }
    if (line->column <= f->block_column)
        return false;
    if (f->block_shift == COLUMN_MAX)
        f->block_shift = f->levels[f->count - 1].to + STEP - line->column;
    for (size_t i = 0; i < f->comment_count; i++)
        fputc('\n', f->out);
    f->comment_count = 0;
    put_indent(f, line->column + f->block_shift);
    fwrite(line->at, 1, (size_t)(end - line->at), f->out);
    fputc('\n', f->out);
    return true;
}

/* A line that the last entry goes on in. */
static void put_more(struct formatter *f, const struct line *line)
{
    int column = line->column + f->shift;

    put_comments(f, NULL, 0);
    put_indent(f, column > 0 ? column : 0);
    put_content(f, line);
}

static void take_line(struct formatter *f, const char *at, size_t len)
{
    struct line line = { at, len, 0, 0 };
    bool goes_on;

    if (line.len > 0 && at[line.len - 1] == '\r')
        line.len--;
    const char *end = at + line.len;
    while (line.len > 0 && line.at[line.len - 1] == ' ')
        line.len--;
    while (line.len > 0 && line.at[0] == ' ') {
        line.at++;
        line.len--;
        line.column++;
    }
    if (f->block && put_block(f, &line, end))
        return;
    f->block = false;
    goes_on = f->quote != 0 || f->depth > 0;
    if (line.len == 0 || (line.at[0] == '#' && f->quote == 0)) {
        keep_comment(f, &line);
    } else if (goes_on || (f->valued && line.column > f->column)) {
        put_more(f, &line);
    } else {
        struct line bare = without_comment(&line);
        part_from_before(f, &line, bare.at[bare.len - 1] == ':');
        put_entry(f, &line);
    }
}

static char *lay_out(const char *text, size_t len)
{
    struct formatter f = { .begun = false };
    const char *end = text + len;
    char *made = NULL;
    size_t size = 0, lines = 2;

    for (const char *at = text; at < end; at++)
        lines += *at == '\n';
    f.comments = calloc(lines + 1, sizeof(*f.comments));
    f.out = open_memstream(&made, &size);
    for (const char *at = text; f.comments != NULL && f.out != NULL && at < end;) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));

        if (line_end == NULL)
            line_end = end;
        take_line(&f, at, (size_t)(line_end - at));
        at = line_end + 1;
    }
    while (f.comment_count > 0 && f.comments[f.comment_count - 1].len == 0)
        f.comment_count--;
    if (f.out != NULL) {
        put_comments(&f, NULL, 0);
        fclose(f.out);
    }
    free(f.comments);
    return made;
}

/* ---- Is it the same? ---- */

static bool same_tree(const struct yaml_node *a, const struct yaml_node *b)
{
    const struct yaml_node *x = a->first, *y = b->first;

    if (a->kind != b->kind || a->count != b->count || a->plain != b->plain || a->len != b->len ||
        memcmp(a->text, b->text, a->len) != 0 || (a->key == NULL) != (b->key == NULL) ||
        (a->key != NULL && strcmp(a->key->text, b->key->text) != 0))
        return false;
    for (; x != NULL && y != NULL; x = x->next, y = y->next)
        if (!same_tree(x, y))
            return false;
    return true;
}

/* The same bytes in the same order, but for blanks: so all comments are there. */
static bool same_but_blanks(const char *a, size_t len, const char *b)
{
    const char *end = a + len;

    while (true) {
        while (a < end && isspace((unsigned char)*a))
            a++;
        while (isspace((unsigned char)*b))
            b++;
        if (a == end || *b == '\0')
            return a == end && *b == '\0';
        if (*a++ != *b++)
            return false;
    }
}

char *lab_format(const char *text, size_t len, const char *name, struct diagnostics *d)
{
    struct lab_memory *memory = lab_memory_new();
    struct source before, after;
    struct diagnostics ignored;
    struct yaml_node *tree, *again = NULL;
    char *made = NULL;

    source_init(&before, name, text, len);
    tree = yaml_tree_parse(&before, memory, d);
    if (tree != NULL && d->total == 0)
        made = lay_out(text, len);
    if (made != NULL) {
        diagnostics_init(&ignored);
        source_init(&after, name, made, strlen(made));
        again = yaml_tree_parse(&after, memory, &ignored);
        if (again == NULL || ignored.total > 0 || !same_tree(tree, again) ||
            !same_but_blanks(text, len, made)) {
            diagnostic_error(d, tree->mark,
                             _("this cannot be laid out anew without changing what "
                               "it means: nothing was done"));
            free(made);
            made = NULL;
        }
        source_free(&after);
        diagnostics_free(&ignored);
    }
    if (tree == NULL && d->total == 0)
        diagnostic_error(d, (struct mark){ .source = &before }, _("there is nothing in this file"));
    source_free(&before);
    lab_memory_free(memory);
    return made;
}
