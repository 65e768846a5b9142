#include "tools/lib/options.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "layers/nearest.h"
#include "tools/lib/text.h"
#include "tools/lib/utf8.h"

enum { NAME_SIZE = 80, ERROR_SIZE = 400 };

/* "rung: error: run: ... (rung run --help)" */
__attribute__((format(printf, 2, 3)))
static void tell(const char *subcommand, const char *format, ...)
{
    char text[ERROR_SIZE];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    fprintf(stderr, "rung: error: %s: ", subcommand);
    utf8_print_clean(stderr, text, false);
    fprintf(stderr, " (rung %s --help)\n", subcommand);
}

static void tell_unknown(const char *subcommand, const char *name, const struct option *options)
{
    struct nearest near;

    nearest_begin(&near, name);
    for (const struct option *o = options; o->name != NULL; o++)
        nearest_offer(&near, o->name);
    if (near.best != NULL)
        tell(subcommand, _("unknown option \"--%s\", did you mean \"--%s\"?"), name, near.best);
    else
        tell(subcommand, _("unknown option \"--%s\""), name);
}

/* WORD, "--seed" or "--seed=1", is no option or the beginning of several. */
static void tell_long(const char *subcommand, const char *word, const struct option *options)
{
    const struct option *first = NULL, *second = NULL;
    char name[NAME_SIZE];

    snprintf(name, sizeof name, "%.*s", (int)min_size(strcspn(word + 2, "="), NAME_SIZE - 1),
             word + 2);
    for (const struct option *o = options; o->name != NULL; o++) {
        if (strncmp(o->name, name, strlen(name)) != 0)
            continue;
        if (first == NULL)
            first = o;
        else if (second == NULL)
            second = o;
    }
    if (second != NULL)
        tell(subcommand, _("\"--%s\" may be \"--%s\" or \"--%s\": write one of them"), name,
             first->name, second->name);
    else
        tell_unknown(subcommand, name, options);
}

/* The option that has value VALUE, or NULL. */
static const struct option *option_of(const struct option *options, int value)
{
    for (const struct option *o = options; o->name != NULL; o++) {
        if (o->val == value)
            return o;
    }
    return NULL;
}

/* WORD is the one that getopt was at, where it is a long option. */
static void tell_wrong(const char *subcommand, const char *word, const char *letters,
                       const struct option *options)
{
    const struct option *known = option_of(options, optopt);
    bool letter = optopt > 0 && optopt < 0x80;

    if (optopt == 0)
        tell_long(subcommand, word, options);
    else if (known != NULL)
        tell(subcommand, _("\"--%s\" takes no value"), known->name);
    else if (letter && strchr(letters, optopt) == NULL)
        tell(subcommand, _("unknown option \"-%c\""), optopt);
    else
        tell(subcommand, _("unknown option"));
}

void options_begin(void)
{
    opterr = 0; /* we tell ourselves */
#ifdef __GLIBC__
    optind = 0; /* forgets the word that an argv before was left in */
#else
    optind = 1;
#endif
}

int options_next(int argc, char **argv, const char *letters, const struct option *options)
{
    int option = getopt_long(argc, argv, letters, options, NULL);
    const char *word = optind > 0 && optind <= argc ? argv[optind - 1] : "--";

    if (option == ':') {
        const struct option *known = option_of(options, optopt);

        if (known != NULL)
            tell(argv[0], _("\"--%s\" needs a value"), known->name);
        else
            tell(argv[0], _("\"-%c\" needs a value"), optopt);
        return '?';
    }
    if (option == '?')
        tell_wrong(argv[0], word, letters, options);
    return option;
}

bool options_no_more(int argc, char **argv)
{
    if (optind >= argc)
        return true;
    tell(argv[0], _("\"%.80s\" is too much: leave it out"), argv[optind]);
    return false;
}

bool options_join(char *const *words, char *out, size_t size)
{
    size_t used = 0;

    out[0] = '\0';
    for (; *words != NULL; words++) {
        int len = snprintf(out + used, size - used, "%s%s", used > 0 ? " " : "", *words);

        if (len < 0 || (size_t)len >= size - used)
            return false;
        used += (size_t)len;
    }
    return true;
}
