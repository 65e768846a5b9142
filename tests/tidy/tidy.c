#include "tests/tidy/tidy.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_SIZE = 4096 };

bool has_prefix(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool has_suffix(const char *text, const char *suffix)
{
    size_t len = strlen(text), tail = strlen(suffix);

    return len >= tail && strcmp(text + len - tail, suffix) == 0;
}

bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

void tidy_add(struct tree *tree, const char *path, size_t line, const char *message)
{
    struct violations *found = &tree->found;
    size_t size = strlen(path) + strlen(message) + 32;

    found->lines = realloc(found->lines, (found->count + 1) * sizeof(*found->lines));
    ASSERT(found->lines != NULL);
    found->lines[found->count] = malloc(size);
    ASSERT(found->lines[found->count] != NULL);
    snprintf(found->lines[found->count], size, "%s:%zu: %s", path, line, message);
    found->count++;
}

void report(const struct source *source, size_t offset, const char *format, ...)
{
    char message[512];
    size_t line = 1;
    va_list values;

    for (size_t i = 0; i < offset && i < source->len; i++)
        line += source->text[i] == '\n';
    va_start(values, format);
    vsnprintf(message, sizeof(message), format, values);
    va_end(values);
    tidy_add(source->tree, source->path, line, message);
}

static void full_path(const struct tree *tree, const char *path, char *out)
{
    int len = snprintf(out, PATH_SIZE, "%s/%s", tree->root, path);

    ASSERT(len > 0 && len < PATH_SIZE);
}

bool tree_has(const struct tree *tree, const char *path)
{
    char full[PATH_SIZE];
    struct stat info;

    full_path(tree, path, full);
    return stat(full, &info) == 0;
}

char *tree_read(const struct tree *tree, const char *path, size_t *len)
{
    char full[PATH_SIZE];
    struct stat info;
    char *text;
    FILE *file;

    full_path(tree, path, full);
    if (stat(full, &info) != 0 || !S_ISREG(info.st_mode))
        return NULL;
    file = fopen(full, "rb");
    if (file == NULL)
        return NULL;
    text = malloc((size_t)info.st_size + 1);
    ASSERT(text != NULL);
    *len = fread(text, 1, (size_t)info.st_size, file);
    text[*len] = '\0';
    fclose(file);
    return text;
}

static bool is_c(const char *path)
{
    return has_suffix(path, ".c") || has_suffix(path, ".h");
}

static bool is_library(const char *path)
{
    return !has_prefix(path, "tools/") && !has_prefix(path, "tests/");
}

static void check_c(const struct source *source)
{
    check_lines(source);
    check_includes(source);
    check_shape(source);
    if (is_library(source->path))
        check_calls(source);
    if (has_prefix(source->path, "tests/"))
        check_registered(source);
}

static void check_source(const struct source *source)
{
    check_text(source);
    if (is_c(source->path))
        check_c(source);
    if (has_suffix(source->path, ".def") || has_suffix(source->path, ".sh"))
        check_lines(source);
    if (has_suffix(source->path, ".md"))
        check_links(source);
}

static void check_file(struct tree *tree, const char *path)
{
    struct source source = { .tree = tree, .path = path };

    source.text = tree_read(tree, path, &source.len);
    if (source.text == NULL) {
        tidy_add(tree, path, 0, "cannot be read");
        return;
    }
    source.code = malloc(source.len + 1);
    source.bare = malloc(source.len + 1);
    ASSERT(source.code != NULL && source.bare != NULL);
    write_code(source.text, source.len, source.code);
    write_bare(source.code, source.len, source.bare);
    check_source(&source);
    free(source.text);
    free(source.code);
    free(source.bare);
}

/* What a person writes here, as opposed to data that tests compare with. */
static bool is_text(const char *path)
{
    static const char *const suffixes[] = {
        ".c", ".h", ".def", ".md", ".sh", ".yaml", ".txt", ".1", ".5", "/start", "/test", ".in",
    };

    if (strstr(path, "/golden/") != NULL && !is_c(path) && !has_suffix(path, ".md"))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(suffixes); i++)
        if (has_suffix(path, suffixes[i]))
            return true;
    return false;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && strcmp(entry->d_name, "corpus") != 0;
}

/* Folders with programs or a lab in them open with a README. */
static bool wants_readme(const char *path)
{
    return is_c(path) || has_suffix(path, "/lab.yaml");
}

static void walk(struct tree *tree, const char *folder, bool readme);

static bool visit_entry(struct tree *tree, const char *folder, const char *name)
{
    char path[PATH_SIZE], full[PATH_SIZE];
    struct stat info;
    int len = snprintf(path, sizeof(path), "%s/%s", folder, name);

    ASSERT(len > 0 && len < PATH_SIZE);
    full_path(tree, path, full);
    if (stat(full, &info) != 0)
        return false;
    if (S_ISDIR(info.st_mode)) {
        walk(tree, path, false);
        return false;
    }
    if (is_text(path))
        check_file(tree, path);
    return wants_readme(path);
}

static void walk(struct tree *tree, const char *folder, bool readme)
{
    char full[PATH_SIZE], path[PATH_SIZE];
    struct dirent **entries;
    int count;

    full_path(tree, folder, full);
    count = scandir(full, &entries, is_visible, alphasort);
    for (int i = 0; i < count; i++) {
        if (visit_entry(tree, folder, entries[i]->d_name))
            readme = true;
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    if (snprintf(path, sizeof(path), "%s/README.md", folder) >= PATH_SIZE)
        return;
    if (readme && !tree_has(tree, path))
        tidy_add(tree, path, 0, "is missing: each folder opens with a README.md");
}

void tidy_tree(struct tree *tree)
{
    static const char *const folders[] = { "sim", "layers", "tools", "tests", "labs" };
    static const char *const files[] = { "README.md", "CMakeLists.txt" };

    check_names(tree);
    for (size_t i = 0; i < ARRAY_LEN(folders); i++)
        if (tree_has(tree, folders[i]))
            walk(tree, folders[i], true);
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        if (tree_has(tree, files[i]))
            check_file(tree, files[i]);
}

void tidy_free(struct tree *tree)
{
    for (size_t i = 0; i < tree->found.count; i++)
        free(tree->found.lines[i]);
    free(tree->found.lines);
    tree->found = (struct violations){ 0 };
}

int main(int argc, char **argv)
{
    struct tree tree = { 0 };
    int status;

    if (argc != 2) {
        fprintf(stderr, "usage: tidy FOLDER | --selftest\n");
        return 2;
    }
    if (strcmp(argv[1], "--selftest") == 0)
        return selftest();
    tree.root = argv[1];
    if (!tree_has(&tree, "sim") || !tree_has(&tree, "CMakeLists.txt")) {
        fprintf(stderr, "%s: no tree of Rung\n", argv[1]);
        return 2;
    }
    tidy_tree(&tree);
    for (size_t i = 0; i < tree.found.count; i++)
        printf("%s\n", tree.found.lines[i]);
    printf("%zu violations\n", tree.found.count);
    status = tree.found.count > 0;
    tidy_free(&tree);
    return status;
}
