#include "tools/lib/progress.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/hash.h"
#include "tools/lib/output_file.h"

/* ---- Where ---- */

enum { PART_SIZE = 100 }; /* of a file's name */

/* NAME as part of a file's name: "a/b" is "a%2Fb"; a long one is its hash. */
static void encode(const char *name, char out[PART_SIZE])
{
    size_t len = 0;

    for (const char *at = name; *at != '\0'; at++) {
        bool plain =
            isalnum((unsigned char)*at) || *at == '-' || *at == '_' || (*at == '.' && at > name);

        if (len + 4 > PART_SIZE) {
            snprintf(out, PART_SIZE, "%016" PRIx64, hash_bytes(0, name, strlen(name)));
            return;
        }
        len += (size_t)snprintf(out + len, PART_SIZE - len, plain ? "%c" : "%%%02X",
                                (unsigned char)*at);
    }
    out[len] = '\0';
}

bool progress_path(const char *lab, const char *student, char *path, size_t size)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    bool given = state != NULL && state[0] == '/';
    char first[PART_SIZE], second[PART_SIZE] = "";
    int len;

    if (!given && (home == NULL || home[0] == '\0'))
        return false;
    encode(lab, first);
    if (student != NULL)
        encode(student, second);
    len = snprintf(path, size, "%s%s/rung/%s%s%s.yaml", given ? state : home,
                   given ? "" : "/.local/state", first, second[0] != '\0' ? "@" : "", second);
    return len > 0 && (size_t)len < size;
}

/* Makes the folders above PATH that are not there. */
static bool make_folders(const char *path)
{
    char folder[PROGRESS_PATH_SIZE];
    size_t len = strlen(path);

    if (len >= sizeof(folder)) {
        errno = ENAMETOOLONG;
        return false;
    }
    for (size_t i = 1; i < len; i++) {
        if (path[i] != '/')
            continue;
        memcpy(folder, path, i);
        folder[i] = '\0';
        if (mkdir(folder, 0700) != 0 && errno != EEXIST && access(folder, F_OK) != 0)
            return false;
    }
    return true;
}

/* ---- What ---- */

static bool is_of_same_lab(const struct submission *s, const struct exercise *e,
                           const struct submission_head *head)
{
    if (s->lab_hash != submission_lab_hash(e->lab) || s->override_count != head->override_count)
        return false;
    for (size_t i = 0; i < head->override_count; i++) {
        char own[SUBMISSION_OVERRIDE_MAX + 1];

        submission_override(head->overrides[i], own, sizeof(own));
        if (strcmp(s->overrides[i], own) != 0)
            return false;
    }
    return true;
}

static void put_aside(const char *path)
{
    char aside[PROGRESS_PATH_SIZE + 2];

    snprintf(aside, sizeof(aside), "%s~", path);
    rename(path, aside); /* if it cannot be, it is overwritten later */
}

/* A with what the file tells of. False: it tells of something else. */
static bool restore(const char *path, const struct submission_head *head, struct attempt *a)
{
    struct diagnostics d; /* a file of our own: who else wrote into it gets no lecture */
    struct submission *s;
    bool good;

    diagnostics_init(&d);
    s = submission_load(path, &d);
    good = s != NULL && is_of_same_lab(s, a->exercise, head) && submission_replay(s, a, NULL, &d);
    submission_free(s);
    diagnostics_free(&d);
    return good;
}

struct attempt *progress_open(const char *path, const struct exercise *e,
                              const struct submission_head *head, enum progress_found *found)
{
    struct attempt *a = attempt_open(e);

    *found = PROGRESS_NONE;
    if (a == NULL || path == NULL || access(path, F_OK) != 0)
        return a;
    *found = PROGRESS_GOES_ON;
    if (restore(path, head, a))
        return a;
    *found = PROGRESS_OTHER;
    put_aside(path);
    attempt_close(a);
    return attempt_open(e);
}

bool progress_save(const char *path, const struct submission_head *head, const struct attempt *a)
{
    struct output_file file;

    if (!make_folders(path) || !output_open(&file, path))
        return false;
    submission_write(a, head, file.stream);
    return output_commit(&file);
}
