#include "tests/tidy/tidy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Columns as a person counts them: continuation bytes of UTF-8 take none. */
static size_t columns(const char *line, size_t len)
{
    size_t count = 0;

    for (size_t i = 0; i < len; i++)
        count += ((unsigned char)line[i] & 0xc0) != 0x80;
    return count;
}

static void check_line(const struct source *source, size_t at, size_t len)
{
    const char *line = source->text + at;
    bool is_table = has_suffix(source->path, ".def");

    /* A row of a table is one line, however long its sentence. */
    if (!is_table && columns(line, len) > COLUMNS)
        report(source, at, "line has %zu columns, the limit is %d", columns(line, len), COLUMNS);
    if (memchr(line, '\t', len) != NULL)
        report(source, at, "tab: indent by spaces");
    if (memchr(line, '\r', len) != NULL)
        report(source, at, "carriage return");
    if (len > 0 && line[len - 1] == ' ')
        report(source, at, "trailing blanks");
}

void check_lines(const struct source *source)
{
    size_t lines = 0, at = 0;

    while (at < source->len) {
        size_t len = strcspn(source->text + at, "\n");

        check_line(source, at, len);
        at += len + 1;
        lines++;
    }
    if (source->len > 0 && source->text[source->len - 1] != '\n')
        report(source, source->len, "file does not end with a line end");
    if (lines > LINES_OF_FILE)
        report(source, source->len, "file has %zu lines, the limit is %d", lines, LINES_OF_FILE);
}

/* Each is written in two halves, so that this file does not hold it. */
static const char *const forbidden_words[][2] = {
    { "TO", "DO" }, { "FIX", "ME" }, { "X", "XX" },
};
static const char *const forbidden_paths[][2] = {
    { "/wo", "rk/" }, { "/tmp/", "brief" }, { "/shared", "/rfcs" }, { "/shared", "/pcaps" },
};

static bool is_whole_word(const char *text, const char *at, size_t len)
{
    return (at == text || !is_word_byte(at[-1])) && !is_word_byte(at[len]);
}

/* The shared texts may be named where they stand beside the tree. */
static bool is_relative(const char *text, const char *at)
{
    return at >= text + 2 && at[-1] == '.' && at[-2] == '.';
}

void check_text(const struct source *source)
{
    char needle[32];

    for (size_t i = 0; i < ARRAY_LEN(forbidden_words); i++) {
        snprintf(needle, sizeof(needle), "%s%s", forbidden_words[i][0], forbidden_words[i][1]);
        for (char *at = strstr(source->text, needle); at != NULL; at = strstr(at + 1, needle))
            if (is_whole_word(source->text, at, strlen(needle)))
                report(source, (size_t)(at - source->text), "%s: do it or leave it", needle);
    }
    for (size_t i = 0; i < ARRAY_LEN(forbidden_paths); i++) {
        snprintf(needle, sizeof(needle), "%s%s", forbidden_paths[i][0], forbidden_paths[i][1]);
        for (char *at = strstr(source->text, needle); at != NULL; at = strstr(at + 1, needle))
            if (!is_relative(source->text, at))
                report(source, (size_t)(at - source->text), "%s is a path of one machine", needle);
    }
}

/* What the files below PREFIX may include; the first prefix that fits rules. */
static const struct {
    const char *prefix;
    const char *may[7];
} directions[] = {
    { "sim/", { "sim/" } },
    { "layers/wire/", { "layers/wire/", "layers/rule.h", "layers/state.h", "sim/base.h",
                        "sim/sim_rules.h" } },
    { "layers/", { "layers/", "sim/" } },
    { "labs/", { "layers/", "sim/" } },
    { "tools/", { "tools/", "layers/", "sim/" } },
    { "tests/", { "tests/", "tools/", "layers/", "sim/" } },
};

static bool may_include(const char *path, const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(directions); i++) {
        if (!has_prefix(path, directions[i].prefix))
            continue;
        for (size_t j = 0; directions[i].may[j] != NULL; j++)
            if (has_prefix(name, directions[i].may[j]))
                return true;
        return false;
    }
    return true;
}

static void check_project_include(const struct source *source, size_t at, const char *name)
{
    if (!may_include(source->path, name))
        report(source, at, "may not include \"%s\" (tools -> layers -> sim)", name);
    else if (!tree_has(source->tree, name))
        report(source, at, "\"%s\" does not exist; paths start at the root", name);
}

static void check_system_include(const struct source *source, size_t at, const char *name)
{
    struct tree *tree = source->tree;

    if (strcmp(name, "pthread.h") == 0 || strcmp(name, "threads.h") == 0)
        report(source, at, "<%s>: there are no threads here", name);
    if (!has_suffix(name, "curses.h"))
        return;
    if (tree->curses_file[0] == '\0')
        snprintf(tree->curses_file, sizeof(tree->curses_file), "%s", source->path);
    else
        report(source, at, "only one file may include <%s>, and %s does", name,
               tree->curses_file);
}

/* X.c opens with the X.h beside it, so that X.h is seen to stand alone. */
static void check_first_include(const struct source *source, size_t at, const char *name)
{
    char header[256];
    int len = snprintf(header, sizeof(header), "%s", source->path);

    if (!has_suffix(header, ".c") || len >= (int)sizeof(header))
        return;
    header[len - 1] = 'h';
    if (strcmp(header, name) != 0 && tree_has(source->tree, header))
        report(source, at, "own header \"%s\" comes first", header);
}

/* Reads the name from an include's line; false if it is no such line. */
static bool read_include(const char *line, char *name, size_t size, bool *system)
{
    char open;
    size_t len;

    line += strspn(line, " \t");
    if (*line != '#')
        return false;
    line += 1 + strspn(line + 1, " \t");
    if (!has_prefix(line, "include"))
        return false;
    line += 7 + strspn(line + 7, " \t");
    open = *line;
    if (open != '"' && open != '<')
        return false;
    len = strcspn(line + 1, "\">\n");
    if (len >= size)
        return false;
    memcpy(name, line + 1, len);
    name[len] = '\0';
    *system = open == '<';
    return true;
}

void check_includes(const struct source *source)
{
    char name[256];
    bool system, first = true;

    for (size_t at = 0; at < source->len; at += strcspn(source->text + at, "\n") + 1) {
        /* A comment may show an include; there the code view is blank. */
        if (source->code[at + strspn(source->code + at, " \t")] != '#' ||
            !read_include(source->text + at, name, sizeof(name), &system))
            continue;
        if (first)
            check_first_include(source, at, name);
        first = false;
        if (system)
            check_system_include(source, at, name);
        else
            check_project_include(source, at, name);
    }
}

static const char *const forbidden_calls[] = {
    "time", "gettimeofday", "clock_gettime", "clock", "localtime", "gmtime", "sleep", "usleep",
    "nanosleep", "alarm", "rand", "srand", "random", "srandom", "rand_r", "drand48", "getrandom",
    "malloc", "calloc", "realloc", "free", "strdup", "strndup", "aligned_alloc", "posix_memalign",
    "alloca", "fopen", "fdopen", "fclose", "fread", "fwrite", "fputs", "fputc", "fgets", "putc",
    "printf", "fprintf", "vprintf", "vfprintf", "dprintf", "sprintf", "vsprintf", "puts",
    "putchar", "perror", "scanf", "sscanf", "fscanf", "getenv", "setenv", "system", "popen",
    "fork", "strtok", "pthread_create", "mmap", "munmap", "mprotect", "madvise", "setlocale",
};

/* The one place that gets memory from the system, for all the others. */
static bool is_exempt(const char *path, const char *call)
{
    return strcmp(path, "sim/arena.c") == 0 &&
           (call[0] == 'm' && (strcmp(call, "mmap") == 0 || strcmp(call, "munmap") == 0 ||
                               strcmp(call, "mprotect") == 0 || strcmp(call, "madvise") == 0));
}

static void check_word(const struct source *source, size_t at, size_t len)
{
    const char *word = source->code + at;
    bool member = (at > 0 && word[-1] == '.') || (at > 1 && word[-1] == '>' && word[-2] == '-');

    if (len == 4 && has_prefix(word, "FILE"))
        report(source, at, "FILE: files are for tools/");
    if (member || word[len + strspn(word + len, " ")] != '(')
        return;
    for (size_t i = 0; i < ARRAY_LEN(forbidden_calls); i++)
        if (strlen(forbidden_calls[i]) == len && has_prefix(word, forbidden_calls[i]) &&
            !is_exempt(source->path, forbidden_calls[i]))
            report(source, at, "%s() is forbidden outside tools/", forbidden_calls[i]);
}

void check_calls(const struct source *source)
{
    size_t at = 0;

    while (at < source->len) {
        size_t len = 0;

        while (is_word_byte(source->code[at + len]))
            len++;
        if (len > 0)
            check_word(source, at, len);
        at += len > 0 ? len : 1;
    }
}

static size_t count_word(const char *text, const char *word, size_t len)
{
    size_t count = 0;

    for (const char *at = text; *at != '\0'; at++)
        if (strncmp(at, word, len) == 0 && is_whole_word(text, at, len))
            count++;
    return count;
}

void check_registered(const struct source *source)
{
    const char *bare = source->bare, *opening = "void test_";

    for (const char *at = strstr(bare, opening); at != NULL; at = strstr(at + 1, opening)) {
        const char *name = at + strlen("void ");
        size_t len = strcspn(name, "( \n");

        if (name[len] == '(' && count_word(bare, name, len) < 2)
            report(source, (size_t)(at - bare), "%.*s is not in the table of tests", (int)len,
                   name);
    }
}
