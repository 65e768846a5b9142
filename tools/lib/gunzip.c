#include "tools/lib/gunzip.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "sim/base.h"

enum { GZIP_FIRST_BYTE = 0x1f, ROOM = 1 << 16, GZIP_ONLY = 16 + MAX_WBITS };

struct gunzip {
    FILE *in;
    long start; /* where the compressed bytes begin; -1: nobody can go back there */
    z_stream z;
    bool at_end; /* of the last member, or of what can be read */
    uint8_t room[ROOM];
};

/* More compressed bytes. False: there are none. */
static bool fill(struct gunzip *g)
{
    g->z.next_in = g->room;
    g->z.avail_in = (uInt)fread(g->room, 1, ROOM, g->in);
    return g->z.avail_in > 0;
}

/* A member is over: gzip files may be put one behind the other. */
static bool next_member(struct gunzip *g)
{
    if (g->z.avail_in == 0 && !fill(g))
        return false;
    return inflateReset(&g->z) == Z_OK;
}

static ssize_t read_some(void *cookie, char *out, size_t len)
{
    struct gunzip *g = cookie;

    g->z.next_out = (Bytef *)out;
    g->z.avail_out = (uInt)min_size(len, ROOM);
    while (!g->at_end && g->z.avail_out > 0) {
        int status;

        if (g->z.avail_in == 0 && !fill(g)) {
            g->at_end = true;
            break;
        }
        status = inflate(&g->z, Z_NO_FLUSH);
        if (status == Z_STREAM_END)
            g->at_end = !next_member(g);
        else if (status != Z_OK)
            g->at_end = true; /* what is broken ends here; its reader says so */
    }
    return (ssize_t)(min_size(len, ROOM) - g->z.avail_out);
}

/* Only back to the beginning. */
static int seek(void *cookie, off64_t *offset, int whence)
{
    struct gunzip *g = cookie;

    if (whence == SEEK_CUR && *offset == 0 && g->z.total_out == 0)
        return 0; /* asks where it is: at the beginning */
    if (whence != SEEK_SET || *offset != 0 || g->start < 0 ||
        fseek(g->in, g->start, SEEK_SET) != 0) {
        errno = ESPIPE;
        return -1;
    }
    clearerr(g->in);
    inflateReset(&g->z);
    g->z.avail_in = 0;
    g->at_end = false;
    return 0;
}

static int close_all(void *cookie)
{
    struct gunzip *g = cookie;

    inflateEnd(&g->z);
    fclose(g->in);
    free(g);
    return 0;
}

FILE *gunzip_open(FILE *in)
{
    const cookie_io_functions_t functions = { .read = read_some, .seek = seek, .close = close_all };
    int first = getc(in);
    struct gunzip *g;
    FILE *out;

    if (first != EOF)
        ungetc(first, in);
    if (first != GZIP_FIRST_BYTE)
        return in;
    g = calloc(1, sizeof(*g));
    if (g == NULL || inflateInit2(&g->z, GZIP_ONLY) != Z_OK) {
        free(g);
        fclose(in);
        return NULL;
    }
    g->in = in;
    g->start = ftell(in);
    out = fopencookie(g, "rb", functions);
    if (out == NULL)
        close_all(g);
    return out;
}
