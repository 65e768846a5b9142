/*
 * cmd_replay.c - `rung replay`: a capture in the timeline, or printed.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tools/lib/colour.h"
#include "tools/lib/replay.h"
#include "tools/lib/text.h"
#include "tools/rung/replay_into.h"
#include "tools/rung/rung.h"
#include "tools/timeline/timeline.h"

enum { TROUBLE_SIZE = 600 };

/* A person sits at a terminal, and no option asks for something else; or one
 * asks for a screen. Keys come from standard input: the capture cannot, too. */
static bool wants_timeline(const struct replay_command *command)
{
    if (strcmp(command->options.name, "-") == 0)
        return false;
    if (command->dump != NULL)
        return true;
    return isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && !command->text;
}

static bool progress_shown;

static void show_progress(vtime done, vtime of)
{
    if (of > 0 && done <= of)
        fprintf(stderr, "\r%3d %%", (int)(done / (of / 100 + 1)));
    progress_shown = true;
}

static void clear_progress(void)
{
    if (progress_shown)
        fputs("\r     \r", stderr);
    progress_shown = false;
}

/* The exit status, or -1: it can only be printed. */
static int open_timeline(const struct replay_command *command)
{
    char error[TROUBLE_SIZE], trouble[TROUBLE_SIZE] = "";
    const struct timeline_options options = {
        .session = { .path = command->options.name,
                     .capture = true,
                     .filter = command->filter,
                     .progress = isatty(STDERR_FILENO) == 1 ? show_progress : NULL },
        .ascii = command->options.ascii || !colour_locale_is_utf8(),
        .colour = colour_wanted(COLOUR_AUTO, stdout),
        .mouse = true,
        .theme = command->theme,
        .trouble = trouble,
        .trouble_size = sizeof(trouble),
        .dump = command->dump,
    };
    enum timeline_end end = timeline_run(&options, error, sizeof(error));

    clear_progress();
    switch (end) {
    case TIMELINE_NO_TERMINAL:
    case TIMELINE_NOT_OPENED: return -1; /* printing will say what is wrong */
    case TIMELINE_FAILED: complain("%s", error); return EXIT_USAGE;
    case TIMELINE_DONE: break;
    }
    if (trouble[0] == '\0')
        return close_output(EXIT_DONE);
    close_output(EXIT_DONE);
    fprintf(stderr, _("%s: error: %s\n"), command->options.name, trouble);
    return EXIT_UNREADABLE;
}

int cmd_replay(int argc, char **argv)
{
    struct replay_command command;
    int status = replay_command_read(argc, argv, &command);

    if (status < 0 && command.into.wanted)
        return replay_into(&command);
    if (status < 0 && wants_timeline(&command))
        status = open_timeline(&command);
    return status >= 0 ? status : replay_command_print(&command);
}
