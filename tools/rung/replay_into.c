#include "tools/rung/replay_into.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/lib/colour.h"
#include "tools/lib/gunzip.h"
#include "tools/lib/into.h"
#include "tools/lib/text.h"
#include "tools/rung/lab_argument.h"
#include "tools/rung/rung.h"
#include "tools/timeline/timeline.h"

enum { LAB_TEXT_SIZE = LAB_PATH_LIMIT };

/* Which lab, and which host of it. */
struct into_lab_choice {
    char text[LAB_TEXT_SIZE];                      /* LAB, without :HOST */
    const char *host;                              /* or "" */
    char said[INTO_NAME_SIZE + LAB_NAME_MAX + 16]; /* for the heading */
    struct lab *lab;
};

static size_t read_file(void *ctx, void *bytes, size_t len)
{
    return (fread_unlocked)(bytes, 1, len, ctx);
}

/* ---- The lab ---- */

/* LAB:HOST, unless all of it is a file. */
static bool split(struct into_lab_choice *choice, const char *text)
{
    char path[LAB_PATH_LIMIT];
    char *colon;

    choice->host = "";
    if (snprintf(choice->text, sizeof(choice->text), "%s", text) >= (int)sizeof(choice->text))
        return false;
    colon = strrchr(choice->text, ':');
    if (colon == NULL || lab_find(text, path, sizeof(path)))
        return true;
    *colon = '\0';
    choice->host = colon + 1;
    return true;
}

/* EXIT_DONE, or another status after complaining. */
static int load_lab(const struct replay_into *asked, struct into_lab_choice *choice)
{
    struct lab_overrides overrides = { asked->sets, asked->set_count };
    char path[LAB_PATH_LIMIT];

    if (!split(choice, asked->lab)) {
        complain("%s", _("the name of the lab is too long"));
        return EXIT_USAGE;
    }
    return lab_argument_load(choice->text, &overrides, path, &choice->lab);
}

static int choose_host(struct into_lab_choice *choice, const struct replay_into *asked,
                       const struct capture_talk *talk, struct into_options *options)
{
    char why[TALK_WHY_SIZE];
    const char *name = strrchr(choice->text, '/');

    options->lab = choice->lab;
    options->node = into_choose_host(choice->lab, talk, asked->as, choice->host, why);
    if (options->node == LAB_NONE) {
        complain("%s: %s", choice->text, why);
        return EXIT_USAGE;
    }
    snprintf(choice->said, sizeof(choice->said), _("%s of %.*s"),
             choice->lab->nodes[options->node].name, INTO_NAME_SIZE,
             name != NULL && name[1] != '\0' ? name + 1 : choice->text);
    return EXIT_DONE;
}

/* ---- The capture ---- */

/* NULL after complaining. */
static FILE *open_input(const char *name)
{
    FILE *in = strcmp(name, "-") == 0 ? stdin : fopen(name, "rb");
    struct stat about;

    if (in != NULL && fstat(fileno(in), &about) == 0 && S_ISDIR(about.st_mode)) {
        if (in != stdin)
            fclose(in);
        in = NULL;
        errno = EISDIR;
    }
    if (in == NULL) {
        fprintf(stderr, _("%s: error: cannot be opened: %s\n"), name, strerror(errno));
        return NULL;
    }
    in = gunzip_open(in);
    if (in == NULL)
        complain("%s", _("out of memory"));
    return in;
}

/* EXIT_DONE, or another status after complaining. */
static int read_talk(const struct replay_command *command, const char *name,
                     struct capture_talk *talk)
{
    struct capture_talk_choice choice = { .filter = command->filter,
                                          .by_stream = command->into.by_stream,
                                          .stream = command->into.stream };
    FILE *in = open_input(command->options.name);
    char why[TALK_WHY_SIZE];
    bool found;

    if (in == NULL)
        return EXIT_UNREADABLE;
    found = capture_talk_open(talk, (struct byte_source){ read_file, in }, &choice, why);
    if (in != stdin)
        fclose(in);
    if (found)
        return EXIT_DONE;
    fprintf(stderr, _("%s: error: %s\n"), name, talk->trouble[0] != '\0' ? talk->trouble : why);
    return talk->trouble[0] != '\0' ? EXIT_UNREADABLE : EXIT_USAGE;
}

/* ---- Both ---- */

static int report(const struct replay_command *command, const char *name, const struct into *into,
                  const char *host)
{
    const struct into_print_options how = {
        .width = command->options.width, .ascii = command->options.ascii, .file = name, .host = host
    };
    const struct capture_talk *talk = into->options.talk;
    int status;

    if (command->options.form == REPLAY_JSON)
        into_print_json(into, &how, stdout);
    else
        into_print(into, &how, stdout);
    status = close_output(into->agree ? EXIT_DONE : EXIT_CHECK);
    if (talk->trouble[0] == '\0')
        return status;
    fprintf(stderr, _("%s: error: %s\n"), name, talk->trouble);
    return EXIT_UNREADABLE;
}

/* A person sits at a terminal, or asks for a screen of it. */
static bool wants_timeline(const struct replay_command *command)
{
    if (command->options.form != REPLAY_LADDER || strcmp(command->options.name, "-") == 0)
        return false;
    if (command->dump != NULL)
        return true;
    return isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && !command->text;
}

/* The exit status, or -1: it can only be printed. */
static int open_timeline(const struct replay_command *command, const char *name, struct into *into)
{
    const struct timeline_options options = {
        .session = { .path = name, .into = into },
        .ascii = command->options.ascii || !colour_locale_is_utf8(),
        .colour = colour_wanted(COLOUR_AUTO, stdout),
        .mouse = true,
        .theme = command->theme,
        .dump = command->dump,
    };
    char error[TALK_WHY_SIZE];

    switch (timeline_run(&options, error, sizeof(error))) {
    case TIMELINE_DONE: return close_output(into->agree ? EXIT_DONE : EXIT_CHECK);
    case TIMELINE_FAILED: complain("%s", error); return EXIT_USAGE;
    default: return -1;
    }
}

static int run(const struct replay_command *command, const char *name,
               const struct capture_talk *talk, struct into_lab_choice *choice)
{
    struct into_options options = { .talk = talk,
                                    .as = command->into.as,
                                    .keep_history = wants_timeline(command),
                                    .times = command->into.times_kept ? INTO_KEPT : INTO_ANSWERS };
    char why[TALK_WHY_SIZE];
    struct into into;
    int status = EXIT_DONE;

    if (choice->lab != NULL)
        status = choose_host(choice, &command->into, talk, &options);
    if (status != EXIT_DONE)
        return status;
    if (!into_open(&into, &options, why)) {
        fprintf(stderr, _("%s: error: %s\n"), name, why);
        return EXIT_USAGE;
    }
    status = wants_timeline(command) ? open_timeline(command, name, &into) : -1;
    if (status < 0)
        status = report(command, name, &into, choice->lab != NULL ? choice->said : NULL);
    into_close(&into);
    return status;
}

int replay_into(const struct replay_command *command)
{
    const char *name =
        strcmp(command->options.name, "-") == 0 ? _("standard input") : command->options.name;
    struct into_lab_choice choice = { .lab = NULL };
    struct capture_talk talk;
    int status = EXIT_DONE;

    if (command->into.lab != NULL)
        status = load_lab(&command->into, &choice);
    if (status == EXIT_DONE)
        status = read_talk(command, name, &talk);
    if (status == EXIT_DONE) {
        status = run(command, name, &talk, &choice);
        capture_talk_close(&talk);
    }
    lab_free(choice.lab);
    return status;
}
