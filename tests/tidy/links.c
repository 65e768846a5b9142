#include "tests/tidy/tidy.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TARGET_SIZE = 512 };

/* Turns a path as a README in FOLDER writes it into one from the root. */
static bool resolve(const char *readme, const char *target, char *out)
{
    char path[TARGET_SIZE];
    size_t folder = strrchr(readme, '/') == NULL ? 0 : (size_t)(strrchr(readme, '/') - readme) + 1;
    size_t len = 0;

    if (snprintf(path, sizeof(path), "%.*s%s", (int)folder, readme, target) >= TARGET_SIZE)
        return false;
    out[0] = '\0';
    for (char *part = strtok(path, "/"); part != NULL; part = strtok(NULL, "/")) {
        if (strcmp(part, ".") == 0)
            continue;
        if (strcmp(part, "..") == 0) {
            if (len == 0)
                return false;
            while (len > 0 && out[--len] != '/')
                ;
            out[len] = '\0';
            continue;
        }
        len += (size_t)sprintf(out + len, "%s%s", len > 0 ? "/" : "", part);
    }
    return true;
}

static void check_link(const struct source *source, size_t at, const char *target)
{
    char path[TARGET_SIZE];

    if (has_prefix(target, "http:") || has_prefix(target, "https:") ||
        has_prefix(target, "mailto:") || target[0] == '#')
        return;
    if (!resolve(source->path, target, path) || !tree_has(source->tree, path))
        report(source, at, "link leads nowhere: %s", target);
}

static void find_links(const struct source *source)
{
    char target[TARGET_SIZE];

    for (char *at = strstr(source->text, "]("); at != NULL; at = strstr(at + 1, "](")) {
        size_t len = strcspn(at + 2, ")# \n");

        if (len >= sizeof(target))
            continue;
        memcpy(target, at + 2, len);
        target[len] = '\0';
        if (len > 0)
            check_link(source, (size_t)(at - source->text), target);
    }
}

static bool has_line(const char *text, const char *pattern)
{
    regex_t compiled;
    bool found;

    if (regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB | REG_NEWLINE) != 0)
        return false;
    found = regexec(&compiled, text, 0, NULL, 0) == 0;
    regfree(&compiled);
    return found;
}

/* ANCHOR is path:/regex/ without the backquotes. */
static void check_anchor(const struct source *source, size_t at, char *anchor)
{
    char *colon = strstr(anchor, ":/"), *text;
    size_t len;

    anchor[strlen(anchor) - 1] = '\0';
    *colon = '\0';
    text = tree_read(source->tree, anchor, &len);
    if (text == NULL)
        report(source, at, "anchor leads nowhere: no file %s", anchor);
    else if (!has_line(text, colon + 2))
        report(source, at, "anchor leads nowhere: %s has no line like /%s/", anchor, colon + 2);
    free(text);
}

static bool is_anchor(const char *text)
{
    const char *colon = strstr(text, ":/");

    return colon != NULL && colon > text && strlen(colon) > 3 && has_suffix(text, "/") &&
           strcspn(text, " ") > (size_t)(colon - text) && strchr(text, '\n') == NULL;
}

static void find_anchors(const struct source *source)
{
    char anchor[TARGET_SIZE];

    for (char *at = strchr(source->text, '`'); at != NULL; at = strchr(at + 1, '`')) {
        size_t len = strcspn(at + 1, "`\n");

        if (len == 0 || len >= sizeof(anchor) || at[1 + len] != '`')
            continue;
        memcpy(anchor, at + 1, len);
        anchor[len] = '\0';
        if (is_anchor(anchor))
            check_anchor(source, (size_t)(at - source->text), anchor);
        at += 1 + len;
    }
}

void check_links(const struct source *source)
{
    find_links(source);
    find_anchors(source);
}
