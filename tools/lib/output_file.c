#include "tools/lib/output_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
    free(file->temporary);
    file->temporary = NULL;
    return ok;
}

void output_abandon(struct output_file *file)
{
    if (file->stream != NULL)
        close_stream(file);
    if (file->temporary != NULL)
        unlink(file->temporary);
    free(file->temporary);
    file->temporary = NULL;
}

static bool write_bytes(void *context, const void *bytes, size_t len)
{
    return fwrite(bytes, 1, len, context) == len;
}

struct byte_sink output_sink(struct output_file *file)
{
    return (struct byte_sink){ .write = write_bytes, .ctx = file->stream };
}
