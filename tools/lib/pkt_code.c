#include "tools/lib/pkt_code.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/text.h"

enum { DEPTH_MAX = 50, NAME_SIZE = 64 };

struct code {
    const char *at;
    pkt_code_lookup *lookup;
    void *ctx;
    unsigned depth;
    unsigned brackets; /* that are open: the line goes on */
    bool broken; /* not understood: WHY is written */
    char *why;
    size_t size;
    int64_t left, right; /* of the comparison that failed last */
    bool compared;
};

static int64_t parse_or(struct code *c);

static int64_t refuse(struct code *c, const char *format, const char *what)
{
    if (!c->broken)
        snprintf(c->why, c->size, format, what);
    c->broken = true;
    return 0;
}

static bool line_goes_on(const char *at)
{
    return at[0] == '\\' && at[1] == '\n';
}

static void skip_space(struct code *c)
{
    while (*c->at == ' ' || *c->at == '\t' || line_goes_on(c->at) ||
           (c->brackets > 0 && *c->at == '\n'))
        c->at += *c->at == '\\' ? 2 : 1;
}

static bool is_name_char(char ch)
{
    return isalnum((unsigned char)ch) || ch == '_';
}

static bool take(struct code *c, const char *token)
{
    size_t len = strlen(token);

    skip_space(c);
    if (strncmp(c->at, token, len) != 0)
        return false;
    if (isalpha((unsigned char)token[0]) && is_name_char(c->at[len]))
        return false;
    c->at += len;
    return true;
}

/* ---- Values ---- */

static int64_t wrap(uint64_t value)
{
    return (int64_t)value;
}

static int64_t parse_name(struct code *c)
{
    char name[NAME_SIZE];
    size_t len = 0;
    int64_t value = 0;

    for (; is_name_char(*c->at); c->at++)
        if (len < NAME_SIZE - 1)
            name[len++] = *c->at;
    name[len] = '\0';
    if (strcmp(name, "True") == 0 || strcmp(name, "False") == 0)
        return name[0] == 'T';
    if (!c->lookup(c->ctx, name, &value))
        return refuse(c, _("%.60s is not known"), name);
    return value;
}

static int64_t parse_atom(struct code *c)
{
    int64_t value;
    char *end;

    if (take(c, "(")) {
        bool closed;

        c->brackets++;
        value = parse_or(c);
        closed = take(c, ")");
        c->brackets--;
        return closed ? value : refuse(c, _("a \")\" is missing before \"%.20s\""), c->at);
    }
    skip_space(c);
    if (isdigit((unsigned char)*c->at)) {
        value = strtoll(c->at, &end, 0);
        c->at = end;
        return value;
    }
    if (take(c, "abs")) {
        skip_space(c);
        if (*c->at != '(')
            return refuse(c, "%s", _("abs needs a \"(\" behind it"));
        value = parse_atom(c);
        return value < 0 ? wrap(0 - (uint64_t)value) : value;
    }
    if (!is_name_char(*c->at))
        return refuse(c, _("a value is missing before \"%.20s\""), c->at);
    return parse_name(c);
}

static int64_t parse_unary(struct code *c)
{
    bool negative = false;

    while (take(c, "-"))
        negative = !negative;
    return negative ? -parse_atom(c) : parse_atom(c);
}

static int64_t divide(struct code *c, int64_t left, int64_t right, bool remainder)
{
    if (right == 0)
        return refuse(c, "%s", _("a division by zero"));
    if (right == -1)
        return remainder ? 0 : wrap(0 - (uint64_t)left);
    return remainder ? left % right : left / right;
}

static int64_t parse_product(struct code *c)
{
    int64_t value = parse_unary(c);

    for (;;) {
        if (take(c, "*"))
            value = wrap((uint64_t)value * (uint64_t)parse_unary(c));
        else if (take(c, "//") || take(c, "/"))
            value = divide(c, value, parse_unary(c), false);
        else if (take(c, "%"))
            value = divide(c, value, parse_unary(c), true);
        else
            return value;
    }
}

static int64_t parse_sum(struct code *c)
{
    int64_t value = parse_product(c);

    for (;;) {
        if (take(c, "+"))
            value = wrap((uint64_t)value + (uint64_t)parse_product(c));
        else if (take(c, "-"))
            value = wrap((uint64_t)value - (uint64_t)parse_product(c));
        else
            return value;
    }
}

static int64_t parse_bits(struct code *c)
{
    int64_t value = parse_sum(c);

    for (;;) {
        if (take(c, "&"))
            value &= parse_sum(c);
        else if (take(c, "|"))
            value |= parse_sum(c);
        else
            return value;
    }
}

/* ---- Truth ---- */

static bool compare(const char *how, int64_t left, int64_t right)
{
    if (strcmp(how, "==") == 0)
        return left == right;
    if (strcmp(how, "!=") == 0)
        return left != right;
    if (strcmp(how, "<=") == 0)
        return left <= right;
    if (strcmp(how, ">=") == 0)
        return left >= right;
    return how[0] == '<' ? left < right : left > right;
}

/* x in (1, 2), or in [1, 2]; the opening is behind us. */
static int64_t parse_members(struct code *c, int64_t value, const char *closing)
{
    bool found = false;

    c->brackets++;
    do {
        int64_t member = parse_or(c);

        found = found || member == value;
    } while (!c->broken && take(c, ","));
    if (!take(c, closing))
        refuse(c, _("a \")\" is missing before \"%.20s\""), c->at);
    c->brackets--;
    return found;
}

/* Chains as Python's do: 1 <= x <= 3. */
static int64_t parse_comparison(struct code *c)
{
    static const char *const all[] = { "==", "!=", "<=", ">=", "<", ">" };
    int64_t left = parse_bits(c), right;
    bool held = true, chained = false;

    if (take(c, "in"))
        return take(c, "[")   ? parse_members(c, left, "]")
               : take(c, "(") ? parse_members(c, left, ")")
                              : refuse(c, "%s", _("write: in (1, 2)"));
    for (size_t i = 0; i < ARRAY_LEN(all);) {
        if (!take(c, all[i])) {
            i++;
            continue;
        }
        right = parse_bits(c);
        if (!compare(all[i], left, right) && held) {
            held = false;
            c->left = left;
            c->right = right;
            c->compared = true;
        }
        left = right;
        chained = true;
        i = 0;
    }
    return chained ? held : left;
}

static int64_t parse_not(struct code *c)
{
    bool odd = false;

    while (take(c, "not"))
        odd = !odd;
    return odd ? !parse_comparison(c) : parse_comparison(c);
}

static int64_t parse_and(struct code *c)
{
    int64_t value = parse_not(c);

    while (take(c, "and")) {
        int64_t right = parse_not(c);

        value = value != 0 && right != 0;
    }
    return value;
}

static int64_t parse_or(struct code *c)
{
    int64_t value;

    if (++c->depth > DEPTH_MAX)
        return refuse(c, "%s", _("too many parentheses"));
    value = parse_and(c);
    while (take(c, "or")) {
        int64_t right = parse_and(c);

        value = value != 0 || right != 0;
    }
    c->depth--;
    return value;
}

/* ---- Statements ---- */

static void skip_statement(struct code *c)
{
    char quote = '\0';

    for (; *c->at != '\0' && *c->at != '\n'; c->at++) {
        if (line_goes_on(c->at)) {
            c->at++;
            continue;
        }
        if (quote == '\0' && *c->at == ';')
            return;
        if (*c->at == '"' || *c->at == '\'')
            quote = quote == *c->at ? '\0' : quote == '\0' ? *c->at : quote;
    }
}

static enum pkt_code_result fails(struct code *c, const char *from, const char *to)
{
    int len = (int)min_size((size_t)(to - from), 100);

    if (c->compared)
        snprintf(c->why, c->size, _("%.*s: the sides are %lld and %lld"), len, from,
                 (long long)c->left, (long long)c->right);
    else
        snprintf(c->why, c->size, _("%.*s: does not hold"), len, from);
    return PKT_CODE_FAILS;
}

static enum pkt_code_result check_statement(struct code *c)
{
    const char *from;
    int64_t value;

    if (*c->at == '#' || take(c, "print") || take(c, "import") || take(c, "pass")) {
        skip_statement(c);
        return PKT_CODE_HOLDS;
    }
    if (!take(c, "assert")) {
        refuse(c, _("\"%.40s\" is no assertion"), c->at);
        return PKT_CODE_UNKNOWN;
    }
    skip_space(c);
    from = c->at;
    c->compared = false;
    c->depth = c->brackets = 0;
    value = parse_or(c);
    skip_space(c);
    if (!c->broken && strchr(",;\n\r#", *c->at) == NULL && *c->at != '\0')
        refuse(c, _("\"%.40s\" is not understood"), c->at);
    if (c->broken)
        return PKT_CODE_UNKNOWN;
    if (value == 0)
        return fails(c, from, c->at);
    skip_statement(c);
    return PKT_CODE_HOLDS;
}

enum pkt_code_result pkt_code_check(const char *text, pkt_code_lookup *lookup, void *ctx,
                                    char *why, size_t size)
{
    struct code c = { .at = text, .lookup = lookup, .ctx = ctx, .why = why, .size = size };

    for (;;) {
        enum pkt_code_result result;

        while (line_goes_on(c.at) || (*c.at != '\0' && strchr(" \t\r\n;", *c.at) != NULL))
            c.at += *c.at == '\\' ? 2 : 1;
        if (*c.at == '\0')
            return PKT_CODE_HOLDS;
        result = check_statement(&c);
        if (result != PKT_CODE_HOLDS)
            return result;
    }
}
