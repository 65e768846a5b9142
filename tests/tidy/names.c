/*
 * What stands where: the entries of the top level, and what a file may be called.
 */
#include "tests/tidy/tidy.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 4096 };

static const char *const top_entries[] = {
    ".ci",     ".clang-format", ".gitignore", "CMakeLists.txt", "CMakePresets.json",
    "LICENSE", "labs",          "layers",     "README.md",      "sim",
    "tests",   "tools",
};

/* As .gitignore has it: what is there, but is no part of the tree. */
static bool is_ignored(const char *name)
{
    return strcmp(name, ".git") == 0 || strcmp(name, "build") == 0 || has_prefix(name, "build-") ||
           strcmp(name, ".cache") == 0 || strcmp(name, "compile_commands.json") == 0;
}

static bool is_top_entry(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(top_entries); i++)
        if (strcmp(name, top_entries[i]) == 0)
            return true;
    return false;
}

/* A name that need not be quoted in a shell: no blanks, quotes or signs of its
 * own, and nothing beyond ASCII. */
static bool is_plain(const char *name)
{
    for (const char *at = name; *at != '\0'; at++)
        if (*at <= ' ' || *at > '~' || strchr("\"'`\\*?|&;<>()$!", *at) != NULL)
            return false;
    return true;
}

static int is_named(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static void check_below(struct tree *tree, const char *folder)
{
    char full[PATH_SIZE], path[PATH_SIZE];
    struct dirent **entries;
    int count;

    if (snprintf(full, sizeof(full), "%s/%s", tree->root, folder) >= PATH_SIZE)
        return;
    count = scandir(full, &entries, is_named, alphasort); /* -1: it is a file */
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;

        if (snprintf(path, sizeof(path), "%s/%s", folder, name) < PATH_SIZE) {
            if (!is_plain(name))
                tidy_add(tree, path, 0, "a name has neither blanks nor quotes");
            check_below(tree, path);
        }
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

void check_names(struct tree *tree)
{
    struct dirent **entries;
    int count = scandir(tree->root, &entries, is_named, alphasort);

    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;

        if (is_top_entry(name))
            check_below(tree, name);
        else if (!is_ignored(name))
            tidy_add(tree, name, 0, "does not belong to the top level");
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}
