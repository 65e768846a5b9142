#include "tools/lib/replay.h"

#include <errno.h>
#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/lib/capture_talk.h"
#include "tools/lib/gunzip.h"
#include "tools/lib/options.h"
#include "tools/lib/text.h"
#include "tools/lib/utf8.h"

enum { WIDTH_DEFAULT = 80 };

/* Options that have no letter. */
enum { OPTION_WIDTH = 256, OPTION_ASCII, OPTION_COMMENTS, OPTION_TEXT, OPTION_ABSOLUTE,
       OPTION_DUMP, OPTION_THEME, OPTION_SUMMARY, OPTION_JSON,
       OPTION_QUIZ, OPTION_ANONYMISE, OPTION_SVG, OPTION_AS, OPTION_INTO, OPTION_TIMES,
       OPTION_STREAM, OPTION_SET };

static const struct option long_options[] = {
    { "read", required_argument, NULL, 'r' },
    { "count", required_argument, NULL, 'c' },
    { "width", required_argument, NULL, OPTION_WIDTH },
    { "ascii", no_argument, NULL, OPTION_ASCII },
    { "comments", no_argument, NULL, OPTION_COMMENTS },
    { "text", no_argument, NULL, OPTION_TEXT },
    { "absolute", no_argument, NULL, OPTION_ABSOLUTE },
    { "dump", required_argument, NULL, OPTION_DUMP },
    { "theme", required_argument, NULL, OPTION_THEME },
    { "summary", no_argument, NULL, OPTION_SUMMARY },
    { "json", no_argument, NULL, OPTION_JSON },
    { "write", required_argument, NULL, 'w' },
    { "anonymise", no_argument, NULL, OPTION_ANONYMISE },
    { "quiz", no_argument, NULL, OPTION_QUIZ },
    { "svg", required_argument, NULL, OPTION_SVG },
    { "quiet", no_argument, NULL, 'q' },
    { "as", required_argument, NULL, OPTION_AS },
    { "into", required_argument, NULL, OPTION_INTO },
    { "times", required_argument, NULL, OPTION_TIMES },
    { "stream", required_argument, NULL, OPTION_STREAM },
    { "set", required_argument, NULL, OPTION_SET },
    { "help", no_argument, NULL, 'h' },
    { NULL, 0, NULL, 0 },
};

static void print_help(FILE *out)
{
    fputs(_("Examples\n"
            "  rung replay capture.pcap                 the capture as a ladder\n"
            "  rung replay capture.pcap udp port 53     only what the filter chooses\n"
            "  rung replay -c 10 capture.pcap arp       the first ten of these\n"
            "  rung replay --summary capture.pcap       who talked with whom, and how well\n"
            "  rung replay --as client --into teardown capture.pcap\n"
            "                                           the client against a simulated server\n"
            "  tcpdump -w - | rung replay -             from a pipe\n"
            "\n"
            "usage: rung replay [OPTION...] FILE [FILTER...]\n"
            "\n"
            "Opens a pcap or pcapng file in the timeline, if a person sits at a terminal;\n"
            "else prints it, one line a frame. FILE - is standard input, printed too.\n"
            "FILTER is a tcpdump filter; see pcap-filter(7).\n"
            "\n"
            "  -r, --read FILE    read FILE (then every argument belongs to the filter)\n"
            "  -c, --count N      stop after N frames\n"
            "  -n                 for your fingers: names are never looked up\n"
            "      --width N      columns of a line (else the terminal's, else 80)\n"
            "      --ascii        draw with ASCII only\n"
            "      --absolute     TCP's sequence numbers as they were sent, not from 0\n"
            "      --comments     show the comments that frames carry in a pcapng\n"
            "      --summary      each TCP connection: times, bytes, what was sent again,\n"
            "                     round trip times, who ended it; who else talked; which\n"
            "                     rules were broken, with their sections\n"
            "      --json         an object of JSON a line and frame, Wireshark's field names\n"
            "      --svg OUT      the ladder as a drawing\n"
            "      --quiz         leave out what Rung thinks of each segment: say it yourself\n"
            "  -w, --write OUT    write the chosen frames to OUT, a pcap; a pcapng if its name\n"
            "                     ends so, which holds frames of several links\n"
            "      --anonymise    with -w: other addresses, zeros for data, checksums right again\n"
            "      --as SIDE      feed what one side, client or server, of a TCP connection sent\n"
            "                     to a simulated host, and show its answers beside the real ones\n"
            "      --into LAB     that host is one of LAB's: LAB:HOST, or who listens on the\n"
            "                     port; without it, one with the options of the real peer\n"
            "      --stream N     which connection: number N of --summary, from 0\n"
            "      --times HOW    answers: each waits until the peer is as far as it was (so it\n"
            "                     is without this option); kept: each at its own time\n"
            "      --set PATH=VALUE  another value of LAB's file, as for rung run\n"
            "  -q, --quiet        tell nothing on the way: no progress of a long file\n"
            "      --text         print, even if the timeline could open\n"
            "      --dump WxH:KEYS  print the timeline's screen after these keys\n"
            "      --theme NAME   dark, light or contrast\n"
            "  -h, --help         this\n"
            "\n"
            "Exit status: 0 done; 1 with --as, the two hosts end in different states; 2 usage,\n"
            "filter or lab; 3 the input is not readable to its end.\n"),
          out);
}

static int usage_error(const char *message, const char *what)
{
    fprintf(stderr, "rung: error: replay: %s", message);
    if (what[0] != '\0') {
        fputs(" \"", stderr);
        utf8_print_clean(stderr, what, false);
        fputc('"', stderr);
    }
    fputs(" (rung replay --help)\n", stderr);
    return REPLAY_USAGE;
}

/* The number that TEXT is all of, if it is from LOW to HIGH. */
static bool parse_number(const char *text, uint64_t low, uint64_t high, uint64_t *value)
{
    uint64_t number = 0;
    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9' || number > (UINT64_MAX - 9) / 10)
            return false;
        number = number * 10 + (uint64_t)(*text - '0');
    }
    *value = number;
    return number >= low && number <= high;
}

static int terminal_width(void)
{
    struct winsize size;
    const char *columns = getenv("COLUMNS");
    uint64_t width = WIDTH_DEFAULT;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        width = size.ws_col;
    else if (columns == NULL ||
             !parse_number(columns, REPLAY_WIDTH_MIN, REPLAY_WIDTH_MAX, &width))
        width = WIDTH_DEFAULT;
    if (width < REPLAY_WIDTH_MIN)
        return REPLAY_WIDTH_MIN;
    return width > REPLAY_WIDTH_MAX ? REPLAY_WIDTH_MAX : (int)width;
}

/* What is printed or written in the place of a ladder. False: another option. */
static bool take_form(int option, struct replay_command *command)
{
    struct replay_options *options = &command->options;

    switch (option) {
    case OPTION_SUMMARY:
        options->form = REPLAY_SUMMARY;
        break;
    case OPTION_JSON:
        options->form = REPLAY_JSON;
        break;
    case 'w':
        options->form = REPLAY_WRITE;
        options->write = optarg;
        break;
    case OPTION_SVG:
        options->form = REPLAY_SVG;
        options->svg = optarg;
        break;
    case OPTION_ANONYMISE:
        options->anonymise = true;
        break;
    case OPTION_QUIZ:
        options->quiz = true;
        break;
    default:
        return false;
    }
    command->text = true;
    return true;
}

static bool take_as(struct replay_into *into, const char *side)
{
    into->wanted = true;
    into->as = strcmp(side, "server") == 0 ? TALK_SERVER : TALK_CLIENT;
    return strcmp(side, "server") == 0 || strcmp(side, "client") == 0;
}

static bool take_times(struct replay_into *into, const char *how)
{
    into->for_it = true;
    into->times_kept = strcmp(how, "kept") == 0;
    return into->times_kept || strcmp(how, "answers") == 0;
}

/* What is for --into; a status to leave with, -1, or -2: it is another option. */
static int take_into(int option, struct replay_into *into)
{
    uint64_t number;

    switch (option) {
    case OPTION_AS:
        return take_as(into, optarg)
                   ? -1
                   : usage_error(_("--as wants the side to feed, client or server, not"), optarg);
    case OPTION_INTO:
        into->wanted = true;
        into->lab = optarg;
        return -1;
    case OPTION_TIMES:
        return take_times(into, optarg)
                   ? -1
                   : usage_error(_("--times wants answers or kept, not"), optarg);
    case OPTION_STREAM:
        into->for_it = into->by_stream = true;
        if (!parse_number(optarg, 0, UINT32_MAX - 1, &number))
            return usage_error(_("--stream wants the number of a connection, from 0, not"), optarg);
        into->stream = (uint32_t)number;
        return -1;
    case OPTION_SET:
        into->for_it = true;
        if (into->set_count == REPLAY_SETS_MAX)
            return usage_error(_("too many --set"), "");
        into->sets[into->set_count++] = optarg;
        return -1;
    default: return -2;
    }
}

/* Takes one option; a status to leave with, or -1. */
static int take_option(int option, struct replay_command *command)
{
    struct replay_options *options = &command->options;
    uint64_t width;
    int status = take_into(option, &command->into);

    if (status != -2)
        return status;
    if (take_form(option, command))
        return -1;
    switch (option) {
    case 'r':
        options->name = optarg;
        return -1;
    case 'c':
        command->text = true;
        if (parse_number(optarg, 1, UINT64_MAX, &options->count))
            return -1;
        return usage_error(_("-c wants a number of frames, from 1, not"), optarg);
    case OPTION_WIDTH:
        if (!parse_number(optarg, REPLAY_WIDTH_MIN, REPLAY_WIDTH_MAX, &width))
            return usage_error(_("--width wants a number from 40 to 1000, not"), optarg);
        options->width = (int)width;
        options->width_given = true;
        command->text = true;
        return -1;
    case OPTION_ASCII:
        options->ascii = true;
        return -1;
    case OPTION_COMMENTS:
        options->comments = command->text = true;
        return -1;
    case OPTION_ABSOLUTE:
        options->absolute = command->text = true;
        return -1;
    case OPTION_TEXT:
        command->text = true;
        return -1;
    case OPTION_DUMP:
        command->dump = optarg;
        return -1;
    case OPTION_THEME:
        command->theme = optarg;
        return -1;
    case 'n':
        return -1;
    case 'q':
        command->quiet = true;
        return -1;
    case 'h':
        print_help(stdout);
        return REPLAY_DONE;
    default:
        return REPLAY_USAGE; /* options_next has said what is wrong */
    }
}

/* Progress is for a person who waits: not where lines of the capture tell it, too. */
static void note_progress(struct replay_command *command, FILE *in, bool compressed)
{
    struct replay_options *options = &command->options;
    bool prints_on = options->form == REPLAY_JSON || options->form == REPLAY_WRITE;
    struct stat about;
    long at = ftell(in);

    options->progress = !command->quiet && isatty(STDERR_FILENO) == 1 &&
                        !(prints_on && isatty(STDOUT_FILENO) == 1);
    if (at == 0 && !compressed && fstat(fileno(in), &about) == 0 && S_ISREG(about.st_mode))
        options->size = (uint64_t)about.st_size;
}

int replay_command_print(struct replay_command *command)
{
    struct replay_options *options = &command->options;
    struct stat about;
    FILE *in = stdin, *opened;
    int status;
    if (strcmp(options->name, "-") == 0)
        options->name = _("standard input");
    else
        in = fopen(options->name, "rb");
    if (in != NULL && fstat(fileno(in), &about) == 0 && S_ISDIR(about.st_mode)) {
        if (in != stdin)
            fclose(in);
        in = NULL;
        errno = EISDIR;
    }
    if (in == NULL) {
        fprintf(stderr, _("%s: error: cannot be opened: %s\n"), options->name, strerror(errno));
        return REPLAY_UNREADABLE;
    }
    opened = gunzip_open(in);
    if (opened != NULL)
        note_progress(command, opened, opened != in);
    in = opened;
    if (in == NULL) {
        fprintf(stderr, "%s\n", _("rung: error: out of memory"));
        return REPLAY_UNREADABLE;
    }
    status = replay_capture(options, in, stdout, stderr);
    if (in != stdin)
        fclose(in);
    return status;
}

/* Options that do not go together; a status to leave with, or -1. */
static int check_into(const struct replay_command *command)
{
    const struct replay_into *into = &command->into;
    enum replay_form form = command->options.form;

    if (!into->wanted && into->for_it)
        return usage_error(_("--stream, --times and --set are for --as and --into"), "");
    if (into->wanted && form != REPLAY_LADDER && form != REPLAY_JSON)
        return usage_error(_("--as and --into print their own report, or --json"), "");
    if (into->wanted && command->options.count > 0)
        return usage_error(_("-c counts frames; with --as, choose a connection by --stream"), "");
    if (into->set_count > 0 && into->lab == NULL)
        return usage_error(_("--set changes a lab: which? write --into LAB"), "");
    return -1;
}

int replay_command_read(int argc, char **argv, struct replay_command *command)
{
    struct replay_options *options = &command->options;
    int option, status;

    *command = (struct replay_command){ .options = { .filter = command->filter } };
    setlocale(LC_CTYPE, "");
    signal(SIGPIPE, SIG_IGN);
    options->width = terminal_width();
    options->ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    options_begin();
    while ((option = options_next(argc, argv, ":r:c:nqw:h", long_options)) != -1) {
        status = take_option(option, command);
        if (status >= 0)
            return status;
    }
    if (options->anonymise && options->form != REPLAY_WRITE)
        return usage_error(_("--anonymise is for what -w writes"), "");
    status = check_into(command);
    if (status >= 0)
        return status;
    if (options->name == NULL && optind == argc)
        return usage_error(_("which capture? write: rung replay FILE"), "");
    if (options->name == NULL)
        options->name = argv[optind++];
    if (!options_join(argv + optind, command->filter, sizeof(command->filter)))
        return usage_error(_("the filter is too long"), "");
    return -1;
}

int replay_main(int argc, char **argv)
{
    struct replay_command command;
    int status = replay_command_read(argc, argv, &command);

    return status >= 0 ? status : replay_command_print(&command);
}
