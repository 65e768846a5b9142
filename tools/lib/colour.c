#include "tools/lib/colour.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool colour_parse(const char *text, enum colour_choice *choice)
{
    static const char *const names[] = { "auto", "always", "never" };

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (strcmp(text, names[i]) != 0)
            continue;
        *choice = (enum colour_choice)i;
        return true;
    }
    return false;
}

bool colour_wanted(enum colour_choice choice, FILE *out)
{
    const char *no_colour = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");

    if (choice != COLOUR_AUTO)
        return choice == COLOUR_ALWAYS;
    if (no_colour != NULL && no_colour[0] != '\0')
        return false;
    if (terminal == NULL || strcmp(terminal, "dumb") == 0)
        return false;
    return isatty(fileno(out)) == 1;
}

/* Each begins with a reset, so that none must know what came before. */
static const char *const starts[MEANING_COUNT] = {
    [MEANING_PLAIN] = "\033[0m",
    [MEANING_TITLE] = "\033[0;1m",
    [MEANING_NODE] = "\033[0;1m",
    [MEANING_DETAIL] = "\033[0;2m",
    [MEANING_TIME] = "\033[0;2m",
    [MEANING_NUMBER] = "\033[0;1m",
    [MEANING_COLUMN] = "\033[0;2m",
    [MEANING_ARP] = "\033[0;33m",
    [MEANING_IP] = "\033[0;32m",
    [MEANING_ICMP] = "\033[0;36m",
    [MEANING_UDP] = "\033[0;34m",
    [MEANING_TCP] = "\033[0;35m",
    [MEANING_OTHER] = "\033[0m",
    [MEANING_LOST] = "\033[0;1;31m",
    [MEANING_FATE] = "\033[0;31m",
    [MEANING_STATE] = "\033[0;32m",
    [MEANING_APP] = "\033[0;1m",
    [MEANING_WHY] = "\033[0;2m",
    [MEANING_IDLE] = "\033[0;2m",
    [MEANING_BORDER] = "\033[0;2m",
    [MEANING_LABEL] = "\033[0m",
    [MEANING_VALUE] = "\033[0m",
    [MEANING_CHANGED] = "\033[0;1;33m",
    [MEANING_KEY] = "\033[0;1m",
    [MEANING_ERROR] = "\033[0;1;31m",
    [MEANING_CITATION] = "\033[0;36m",
    [MEANING_ACKED] = "\033[0;32m",
    [MEANING_FLIGHT] = "\033[0;33m",
    [MEANING_USABLE] = "\033[0;36m",
    [MEANING_BLOCKED] = "\033[0;31m",
    [MEANING_CURVE_1] = "\033[0;32m",
    [MEANING_CURVE_2] = "\033[0;33m",
    [MEANING_CURVE_3] = "\033[0;36m",
    [MEANING_CURVE_4] = "\033[0;35m",
};

const char *colour_change(enum meaning from, enum meaning to)
{
    ASSERT(to < MEANING_COUNT);
    return from == to ? "" : starts[to];
}

bool colour_locale_is_utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}
