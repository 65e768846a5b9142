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

enum { OWN = -1, BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE };

static const struct colour_style styles[MEANING_COUNT] = {
    [MEANING_PLAIN] = { OWN, false, false },
    [MEANING_TITLE] = { OWN, true, false },
    [MEANING_NODE] = { OWN, true, false },
    [MEANING_DETAIL] = { OWN, false, true },
    [MEANING_TIME] = { OWN, false, true },
    [MEANING_NUMBER] = { OWN, true, false },
    [MEANING_COLUMN] = { OWN, false, true },
    [MEANING_ARP] = { YELLOW, false, false },
    [MEANING_IP] = { GREEN, false, false },
    [MEANING_ICMP] = { CYAN, false, false },
    [MEANING_UDP] = { BLUE, false, false },
    [MEANING_TCP] = { MAGENTA, false, false },
    [MEANING_OTHER] = { OWN, false, false },
    [MEANING_LOST] = { RED, true, false },
    [MEANING_FATE] = { RED, false, false },
    [MEANING_STATE] = { GREEN, false, false },
    [MEANING_APP] = { OWN, true, false },
    [MEANING_WHY] = { OWN, false, true },
    [MEANING_IDLE] = { OWN, false, true },
    [MEANING_BORDER] = { OWN, false, true },
    [MEANING_LABEL] = { OWN, false, false },
    [MEANING_VALUE] = { OWN, false, false },
    [MEANING_CHANGED] = { YELLOW, true, false },
    [MEANING_KEY] = { OWN, true, false },
    [MEANING_ERROR] = { RED, true, false },
    [MEANING_CITATION] = { CYAN, false, false },
    [MEANING_ACKED] = { GREEN, false, false },
    [MEANING_FLIGHT] = { YELLOW, false, false },
    [MEANING_USABLE] = { CYAN, false, false },
    [MEANING_BLOCKED] = { RED, false, false },
    [MEANING_CURVE_1] = { GREEN, false, false },
    [MEANING_CURVE_2] = { YELLOW, false, false },
    [MEANING_CURVE_3] = { CYAN, false, false },
    [MEANING_CURVE_4] = { MAGENTA, false, false },
};

bool colour_theme_parse(const char *text, enum colour_theme *theme)
{
    static const char *const names[] = { "dark", "light", "contrast" };

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (strcmp(text, names[i]) != 0)
            continue;
        *theme = (enum colour_theme)i;
        return true;
    }
    return false;
}

struct colour_style colour_style(enum colour_theme theme, enum meaning meaning)
{
    struct colour_style style = styles[meaning];

    if (theme == COLOUR_LIGHT && (style.colour == YELLOW || style.colour == CYAN))
        style.colour = style.colour == YELLOW ? RED : BLUE; /* pale on white */
    if (theme == COLOUR_CONTRAST) {
        style.bold = style.bold || style.colour != OWN;
        style.dim = false;
        if (style.colour != RED)
            style.colour = OWN;
    }
    return style;
}

/* Each begins with a reset, so that none must know what came before. */
#define START(colour) { "\033[0" colour "m", "\033[0;2" colour "m", "\033[0;1" colour "m" }
static const char *const starts[][3] = {
    START(""),    START(";30"), START(";31"), START(";32"), START(";33"),
    START(";34"), START(";35"), START(";36"), START(";37"),
};

const char *colour_change(enum meaning from, enum meaning to)
{
    const struct colour_style *style = &styles[to];

    ASSERT(to < MEANING_COUNT);
    return from == to ? "" : starts[style->colour + 1][style->bold ? 2 : style->dim];
}

bool colour_locale_is_utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}
