#include "tools/lib/lab_path.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

#include "layers/nearest.h"
#include "tools/lib/text.h"

/* A root too long to write is a root without labs, so it is left out. */
__attribute__((format(printf, 3, 4))) static bool write_path(char *out, size_t size,
                                                             const char *format, ...)
{
    va_list values;
    int len;

    va_start(values, format);
    len = vsnprintf(out, size, format, values);
    va_end(values);
    if (len >= 0 && (size_t)len < size)
        return true;
    out[0] = '\0';
    return false;
}

static bool is_file(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && !S_ISDIR(info.st_mode);
}

static bool program_path(char *out, size_t size)
{
#ifdef __APPLE__
    uint32_t room = (uint32_t)size;

    return _NSGetExecutablePath(out, &room) == 0;
#else
    ssize_t len = readlink("/proc/self/exe", out, size - 1);

    if (len <= 0)
        return false;
    out[len] = '\0';
    return true;
#endif
}

static bool root_of_environment(char *out, size_t size)
{
    const char *set = getenv("RUNG_LABS");

    return set != NULL && set[0] != '\0' && write_path(out, size, "%s", set);
}

static bool root_of_user(char *out, size_t size)
{
    const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");

    if (data != NULL && data[0] == '/')
        return write_path(out, size, "%s/rung/labs", data);
    return home != NULL && write_path(out, size, "%s/.local/share/rung/labs", home);
}

/* The path is that of the program: tests run from folders in the build tree. */
static bool root_of_source(char *out, size_t size)
{
    char program[LAB_PATH_LIMIT];

    if (!program_path(program, sizeof(program)))
        return false;
    if (strncmp(program, RUNG_BUILD_DIR "/", strlen(RUNG_BUILD_DIR "/")) != 0)
        return false;
    return write_path(out, size, "%s", RUNG_SOURCE_LAB_DIR);
}

static bool root_beside_program(char *out, size_t size)
{
    char program[LAB_PATH_LIMIT];
    char *slash;

    if (!program_path(program, sizeof(program)))
        return false;
    slash = strrchr(program, '/');
    if (slash == NULL)
        return false;
    *slash = '\0';
    return write_path(out, size, "%s/../share/rung/labs", program);
}

static bool root_of_install(char *out, size_t size)
{
    return write_path(out, size, "%s", RUNG_LAB_DIR);
}

static bool (*const roots[])(char *out, size_t size) = {
    root_of_environment, root_of_user, root_of_source, root_beside_program, root_of_install,
};

/* A name is one folder: nothing that could climb out of its root. */
static bool is_lab_name(const char *name)
{
    size_t len = strlen(name);

    return len > 0 && len < LAB_NAME_LIMIT && name[0] != '.' && strchr(name, '/') == NULL;
}

static bool lab_in_root(const char *root, const char *name, char *path, size_t size)
{
    return is_lab_name(name) && write_path(path, size, "%s/%s/lab.yaml", root, name) &&
           is_file(path);
}

bool lab_find(const char *name, char *path, size_t size)
{
    char root[LAB_PATH_LIMIT];

    if (name[0] == '\0') {
        path[0] = '\0';
        return false;
    }
    if (is_file(name))
        return write_path(path, size, "%s", name);
    if (write_path(path, size, "%s%slab.yaml", name, name[strlen(name) - 1] == '/' ? "" : "/") &&
        is_file(path))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(roots); i++)
        if (roots[i](root, sizeof(root)) && lab_in_root(root, name, path, size))
            return true;
    path[0] = '\0';
    return false;
}

/* The LEN bytes at PATH from behind their last slash on. */
static size_t last_part(const char *path, size_t *len)
{
    size_t start = *len;

    while (start > 0 && path[start - 1] != '/')
        start--;
    *len -= start;
    return start;
}

void lab_path_name(const char *path, char *out, size_t size)
{
    char *whole = realpath(path, NULL); /* what "." is called */
    size_t len, start;

    path = whole != NULL ? whole : path;
    len = strlen(path);
    start = last_part(path, &len);
    if (strcmp(path + start, "lab.yaml") == 0 && start > 1) {
        len = start - 1;
        start = last_part(path, &len);
    } else if (len > 5 && strcmp(path + start + len - 5, ".yaml") == 0) {
        len -= 5;
    }
    snprintf(out, size, "%.*s", (int)len, path + start);
    free(whole);
}

static bool is_folder(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

enum { MISSING_OFFERED = 200 };

struct offered {
    struct nearest near;
    char names[MISSING_OFFERED][LAB_NAME_LIMIT]; /* nearest keeps no copy */
    size_t count;
};

static bool offer(void *context, const char *name, const char *path)
{
    struct offered *offered = context;

    (void)path;
    if (offered->count == MISSING_OFFERED)
        return false;
    snprintf(offered->names[offered->count], LAB_NAME_LIMIT, "%s", name);
    nearest_offer(&offered->near, offered->names[offered->count++]);
    return true;
}

/* Which bundled lab NAME was probably meant to be. */
static void say_nearest(const char *name, char *why, size_t size)
{
    struct offered *offered = calloc(1, sizeof(*offered));
    char clause[NEAREST_CLAUSE_SIZE];

    ASSERT(offered != NULL);
    nearest_begin(&offered->near, name);
    lab_bundled(offer, offered);
    snprintf(why, size, _("there is no lab \"%.400s\"%s (`rung labs` lists them)"), name,
             nearest_clause(&offered->near, clause, sizeof(clause)));
    free(offered);
}

void lab_missing(const char *name, char *why, size_t size)
{
    char path[LAB_PATH_LIMIT];

    if (is_folder(name) && write_path(path, sizeof(path), "%s/lab.yaml", name) && is_folder(path))
        snprintf(why, size, _("\"%.400s/lab.yaml\" is a folder: a lab is a file"), name);
    else if (is_folder(name))
        snprintf(why, size, _("\"%.400s\" has no lab.yaml: name a folder that has one, or a file"),
                 name);
    else
        say_nearest(name, why, size);
}

struct listing {
    char names[LAB_COUNT_LIMIT][LAB_NAME_LIMIT];
    size_t count;
    bool (*visit)(void *context, const char *name, const char *path);
    void *context;
    bool ended;
};

static bool is_listed(const struct listing *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->names[i], name) == 0)
            return true;
    return false;
}

static void list_lab(struct listing *list, const char *root, const char *name)
{
    char path[LAB_PATH_LIMIT];

    if (list->ended || list->count == LAB_COUNT_LIMIT)
        return;
    if (!lab_in_root(root, name, path, sizeof(path)) || is_listed(list, name))
        return;
    write_path(list->names[list->count], LAB_NAME_LIMIT, "%s", name);
    list->count++;
    list->ended = !list->visit(list->context, name, path);
}

static void list_ordered(struct listing *list, const char *root)
{
    char path[LAB_PATH_LIMIT], line[256];
    FILE *file;

    if (!write_path(path, sizeof(path), "%s/ORDER", root))
        return;
    file = fopen(path, "r");
    if (file == NULL)
        return;
    while (fgets(line, sizeof(line), file) != NULL) {
        line[strcspn(line, " \t\r\n#")] = '\0';
        list_lab(list, root, line);
    }
    fclose(file);
}

static void list_rest(struct listing *list, const char *root)
{
    struct dirent **entries;
    int count = scandir(root, &entries, NULL, alphasort);

    if (count < 0)
        return;
    for (int i = 0; i < count; i++) {
        list_lab(list, root, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
}

void lab_bundled(bool (*visit)(void *context, const char *name, const char *path), void *context)
{
    struct listing list = { .visit = visit, .context = context };
    char root[LAB_PATH_LIMIT];

    for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
        if (!roots[i](root, sizeof(root)))
            continue;
        list_ordered(&list, root);
        list_rest(&list, root);
    }
}
