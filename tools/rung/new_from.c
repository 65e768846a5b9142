#include "tools/rung/new_from.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "layers/units.h"
#include "tools/lib/diagnostic.h"
#include "tools/lib/gunzip.h"
#include "tools/lib/text.h"
#include "tools/rung/rung.h"

enum { COPY_BLOCK = 65536 };
#define COPY_MOST (INT64_C(4) << 30) /* bytes of a stream */

/* A capture is read twice, so what can be read only once is copied. NULL after complaining. */
static FILE *copy_stream(FILE *in, const char *name)
{
    FILE *copy = tmpfile();
    char block[COPY_BLOCK];
    int64_t copied = 0;
    size_t len;

    while (copy != NULL && copied <= COPY_MOST && (len = fread(block, 1, sizeof(block), in)) > 0) {
        copied += (int64_t)len;
        if (fwrite(block, 1, len, copy) == len)
            continue;
        fclose(copy);
        copy = NULL;
    }
    if (copy != NULL && copied <= COPY_MOST && !ferror(in) && fflush(copy) == 0) {
        rewind(copy);
        return copy;
    }
    if (copied > COPY_MOST)
        complain(_("%s is longer than 4 GiB: write a part of it into a file"), name);
    else
        complain("%s: %s", name, strerror(errno));
    if (copy != NULL)
        fclose(copy);
    return NULL;
}

static const char *shown_name(const char *path)
{
    return strcmp(path, "-") == 0 ? _("standard input") : path;
}

static FILE *open_capture(const char *path)
{
    bool standard = strcmp(path, "-") == 0;
    const char *name = shown_name(path);
    FILE *in = standard ? stdin : fopen(path, "rb"), *copy;
    struct stat info = { .st_mode = 0 };

    if (in == NULL || fstat(fileno(in), &info) != 0 || S_ISDIR(info.st_mode)) {
        complain("%s: %s", name, strerror(S_ISDIR(info.st_mode) ? EISDIR : errno));
        if (in != NULL && !standard)
            fclose(in);
        return NULL;
    }
    if (standard || !S_ISREG(info.st_mode)) {
        copy = copy_stream(in, name);
        if (!standard)
            fclose(in);
        if (copy == NULL)
            return NULL;
        in = copy;
    }
    in = gunzip_open(in);
    if (in == NULL)
        complain("%s: %s", name, strerror(ENOMEM));
    return in;
}

static bool read_choice(const struct new_from *asked, struct capture_talk_choice *choice)
{
    char why[UNIT_WHY_SIZE];
    int64_t stream = 0;

    choice->filter = asked->filter;
    choice->by_stream = asked->stream != NULL;
    if (asked->stream != NULL &&
        !unit_parse_count(asked->stream, 0, UINT32_MAX, &stream, why, sizeof(why))) {
        complain(_("--stream %s: %s"), asked->stream, why);
        return false;
    }
    choice->stream = (uint32_t)stream;
    return true;
}

/* The capture itself is at fault, if it could not be read. */
static int status_of(enum lab_from_status status)
{
    switch (status) {
    case LAB_FROM_MADE: return EXIT_DONE;
    case LAB_FROM_USAGE: return EXIT_USAGE;
    case LAB_FROM_UNFIT: return EXIT_UNREADABLE;
    case LAB_FROM_FAILED: return EXIT_INTERNAL;
    }
    return EXIT_INTERNAL;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (strcmp(path, "-") == 0)
        return _("standard input");
    return slash != NULL ? slash + 1 : path;
}

int new_from_capture(const struct new_from *asked, struct lab_from *from)
{
    struct capture_talk_choice choice;
    char why[LAB_FROM_WHY_SIZE] = "";
    enum lab_from_status status;
    FILE *in;

    if (!read_choice(asked, &choice))
        return EXIT_USAGE;
    in = open_capture(asked->path);
    if (in == NULL)
        return EXIT_UNREADABLE;
    status = lab_from_capture(from, in, last_part(asked->path), &choice, why);
    fclose(in);
    if (status == LAB_FROM_MADE)
        return EXIT_DONE;
    if (from->trouble[0] != '\0')
        fprintf(stderr, _("%s: error: %s\n"), shown_name(asked->path), from->trouble);
    fprintf(stderr, _("%s: error: no lab can be made of it: %s\n"), shown_name(asked->path), why);
    if (status == LAB_FROM_UNFIT)
        fprintf(stderr, _("`rung replay %s --summary` shows which connections are there\n"),
                asked->path);
    return status_of(status);
}

/* Its beginning was not in the capture. */
static void tell_beginning(const struct lab_from *from)
{
    const char *line = from->assumed;

    for (size_t len; *line != '\0'; line += len + (line[len] != '\0')) {
        len = strcspn(line, "\n");
        printf(line == from->assumed ? _("joined within the connection: %.*s\n") : "  %.*s\n",
               (int)len, line);
    }
}

/* What could not be read of a capture that gave a lab all the same. */
static int tell_trouble(const struct new_from *asked, const struct lab_from *from)
{
    if (from->trouble[0] == '\0')
        return EXIT_DONE;
    fprintf(stderr, _("%s: error: %s\n"), shown_name(asked->path), from->trouble);
    return EXIT_UNREADABLE;
}

static int tell_datagrams(const struct new_from *asked, const struct lab_from *from)
{
    const struct course_likeness *l = &from->likeness;

    printf(_("UDP: %s > %s, datagrams: %u\n"), from->names[0], from->names[1], from->segments);
    if (l->alike == from->segments)
        printf(_("run, it does the same: each datagram of %u\n"), l->alike);
    else
        printf(_("run, it does nearly the same: the first %u of %u datagrams are as they were\n"),
               l->alike, from->segments);
    return tell_trouble(asked, from);
}

int new_from_tell(const struct new_from *asked, const struct lab_from *from)
{
    const struct course_likeness *l = &from->likeness;
    unsigned permille = course_permille(l);

    if (from->udp)
        return tell_datagrams(asked, from);
    printf(_("stream %u of %u: %s > %s, %u segments\n"), from->stream, from->connections,
           from->names[0], from->names[1], from->segments);
    if (from->connections > 1)
        printf(_("  (`rung replay %s --summary` lists all %u; --stream N or a filter chooses "
                 "another)\n"),
               asked->path, from->connections);
    tell_beginning(from);
    if (permille == 1000)
        printf(_("run, it does the same: all %u segments with SYN, text, FIN or RST\n"),
               l->steps[0]);
    else
        printf(
            _("run, it does nearly the same: %u of %u segments with SYN, text, FIN or RST, %u in "
              "all (%u.%u %%)\n  first difference: %s\n"),
            l->common, l->steps[0], l->steps[1], permille / 10, permille % 10, from->differs);
    return tell_trouble(asked, from);
}
