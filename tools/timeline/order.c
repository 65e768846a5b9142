#include "tools/timeline/order.h"

#include <stdio.h>
#include <string.h>

#include "layers/nearest.h"
#include "tools/lib/text.h"

static const struct order_help table[] = {
#define ORDER(id, name, argument, help) { name, argument, help },
#include "tools/timeline/orders.def"
#undef ORDER
};

enum { FIRST = ORDER_POINT + 1 };

const struct order_help *order_at(size_t index)
{
    return index < ARRAY_LEN(table) ? &table[index] : NULL;
}

const struct order_help *order_help_of(enum verb verb)
{
    return (int)verb < FIRST ? NULL : order_at((size_t)(verb - FIRST));
}

/* vi's :q and the like: any beginning that is one command's alone, and these. */
static enum verb verb_called(const char *name, size_t len)
{
    enum verb found = ORDER_NONE;

    if (len == 1 && name[0] == 'q')
        return ORDER_QUIT;
    for (size_t i = 0; len > 0 && i < ARRAY_LEN(table); i++) {
        if (strncmp(table[i].name, name, len) != 0)
            continue;
        if (table[i].name[len] == '\0')
            return (enum verb)(i + FIRST);
        if (strchr(table[i].name, '!') != NULL) /* what destroys is written in full */
            continue;
        if (found != ORDER_NONE)
            found = ORDERS;
        else
            found = (enum verb)(i + FIRST);
    }
    return found == ORDERS ? ORDER_NONE : found;
}

static bool refuse_name(const char *name, size_t len, char *why, size_t size)
{
    char word[NEAREST_WORD_MAX + 1], clause[NEAREST_CLAUSE_SIZE];
    struct nearest near;

    snprintf(word, sizeof(word), "%.*s", (int)len, name);
    nearest_begin(&near, word);
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        nearest_offer(&near, table[i].name);
    snprintf(why, size, _("there is no command \"%s\"%s (NAME: ... tells a host or link)"), word,
             nearest_clause(&near, clause, sizeof(clause)));
    return false;
}

/* "a: close": the name of a host or link, then a colon before any space. */
static bool read_told(const char *text, size_t len, struct order *order)
{
    const char *rest = text + len + 1;

    if (text[len] != ':' || len == 0 || len >= sizeof(order->target))
        return false;
    order->verb = ORDER_TELL;
    memcpy(order->target, text, len);
    snprintf(order->argument, sizeof(order->argument), "%s", rest + strspn(rest, " "));
    return true;
}

bool order_read(const char *text, struct order *order, char *why, size_t size, size_t *column)
{
    const char *at = text + strspn(text, " "), *rest;
    size_t len = strcspn(at, " :");
    const struct order_help *help;

    *column = (size_t)(at - text);
    memset(order, 0, sizeof(*order));
    if (at[0] == '\0' || read_told(at, len, order))
        return true;
    order->verb = verb_called(at, len);
    if (order->verb == ORDER_NONE)
        return refuse_name(at, len, why, size);
    rest = at + len + strspn(at + len, " ");
    help = order_help_of(order->verb);
    snprintf(order->argument, sizeof(order->argument), "%s", rest);
    *column = (size_t)(rest - text);
    if (rest[0] != '\0' && help->argument[0] == '\0') {
        snprintf(why, size, _("\"%s\" stands alone"), help->name);
        return false;
    }
    if (rest[0] == '\0' && help->argument[0] != '\0' && help->argument[0] != '[') {
        snprintf(why, size, _("%s what? write: %s %s"), help->name, help->name, help->argument);
        return false;
    }
    return true;
}

void order_format(const struct order *order, char *out, size_t size)
{
    const struct order_help *help = order_help_of(order->verb);

    if (order->verb == ORDER_TELL)
        snprintf(out, size, "%s: %s", order->target, order->argument);
    else
        snprintf(out, size, "%s%s%s", help != NULL ? help->name : "",
                 order->argument[0] != '\0' ? " " : "", order->argument);
}
