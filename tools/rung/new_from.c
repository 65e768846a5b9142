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

static FILE *open_capture(const char *path)
{
    struct stat info;
    FILE *in;

    if (strcmp(path, "-") == 0) {
        complain(_("--from needs a file: a capture is read more than once"));
        return NULL;
    }
    in = fopen(path, "rb");
    if (in == NULL || fstat(fileno(in), &info) != 0) {
        complain("%s: %s", path, strerror(errno));
    } else if (!S_ISREG(info.st_mode)) {
        complain(_("%s is no file: a capture is read more than once"), path);
    } else {
        in = gunzip_open(in);
        if (in == NULL)
            complain("%s: %s", path, strerror(ENOMEM));
        return in;
    }
    if (in != NULL)
        fclose(in);
    return NULL;
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
        fprintf(stderr, _("%s: error: %s\n"), asked->path, from->trouble);
    fprintf(stderr, _("%s: error: no lab can be made of it: %s\n"), asked->path, why);
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

int new_from_tell(const struct new_from *asked, const struct lab_from *from)
{
    const struct course_likeness *l = &from->likeness;
    unsigned permille = course_permille(l);

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
    if (from->trouble[0] == '\0')
        return EXIT_DONE;
    fprintf(stderr, _("%s: error: %s\n"), asked->path, from->trouble);
    return EXIT_UNREADABLE;
}
