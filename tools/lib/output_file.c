#include "tools/lib/output_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a signal handler has to remove: this many may be open at once. */
#define TEMPORARIES 16
static char *volatile temporaries[TEMPORARIES];

static void remember(char *path)
{
    for (unsigned i = 0; i < TEMPORARIES; i++)
        if (temporaries[i] == NULL) {
            temporaries[i] = path;
            return;
        }
}

static void forget(struct output_file *file)
{
    for (unsigned i = 0; i < TEMPORARIES; i++)
        if (temporaries[i] == file->temporary)
            temporaries[i] = NULL;
    free(file->temporary);
    file->temporary = NULL;
}

void output_remove_temporaries(void)
{
    for (unsigned i = 0; i < TEMPORARIES; i++)
        if (temporaries[i] != NULL)
            unlink(temporaries[i]);
}

static bool is_plain_or_absent(const char *path)
{
    struct stat st;

    return stat(path, &st) != 0 || S_ISREG(st.st_mode);
}

static bool open_temporary(struct output_file *file)
{
    size_t size = strlen(file->path) + sizeof(".XXXXXX");
    mode_t mask;
    int fd;

    file->temporary = malloc(size);
    if (file->temporary == NULL)
        return false;
    snprintf(file->temporary, size, "%s.XXXXXX", file->path);
    fd = mkstemp(file->temporary);
    if (fd < 0) {
        free(file->temporary);
        file->temporary = NULL;
        return false;
    }
    remember(file->temporary);
    /* mkstemp is private; an output file is as open as the user's umask. */
    mask = umask(0);
    umask(mask);
    if (fchmod(fd, 0666 & ~mask) != 0)
        errno = 0;
    file->stream = fdopen(fd, "wb");
    return file->stream != NULL;
}

bool output_open(struct output_file *file, const char *path)
{
    memset(file, 0, sizeof(*file));
    file->path = path;
    if (strcmp(path, "-") == 0) {
        file->stream = stdout;
        return true;
    }
    if (is_plain_or_absent(path))
        return open_temporary(file);
    file->stream = fopen(path, "wb");
    return file->stream != NULL;
}

static bool close_stream(struct output_file *file)
{
    bool ok = ferror(file->stream) == 0;

    if (file->stream == stdout)
        ok = fflush(stdout) == 0 && ok;
    else
        ok = fclose(file->stream) == 0 && ok;
    file->stream = NULL;
    return ok;
}

bool output_commit(struct output_file *file)
{
    bool ok = close_stream(file);

    if (file->temporary == NULL)
        return ok || errno == EPIPE;
    if (ok && rename(file->temporary, file->path) != 0)
        ok = false;
    if (!ok) {
        int why = errno;

        unlink(file->temporary);
        errno = why;
    }
    forget(file);
    return ok;
}

void output_abandon(struct output_file *file)
{
    if (file->stream != NULL)
        close_stream(file);
    if (file->temporary == NULL)
        return;
    unlink(file->temporary);
    forget(file);
}

static bool write_bytes(void *context, const void *bytes, size_t len)
{
    return fwrite(bytes, 1, len, context) == len;
}

struct byte_sink output_sink(struct output_file *file)
{
    return (struct byte_sink){ .write = write_bytes, .ctx = file->stream };
}
