#include "sim/base.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void say(const char *text)
{
    /* Nothing can be done about a failing write on the way to abort(). */
    if (write(STDERR_FILENO, text, strlen(text)) < 0)
        return;
}

_Noreturn void assert_failed(const char *condition, const char *file, int line)
{
    char digits[12];
    size_t at = sizeof(digits);

    digits[--at] = '\0';
    do {
        digits[--at] = (char)('0' + line % 10);
        line /= 10;
    } while (line > 0 && at > 0);
    say("rung: internal error: ");
    say(file);
    say(":");
    say(digits + at);
    say(": ");
    say(condition);
    say("\n");
    abort();
}
