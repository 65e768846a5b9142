#include "tools/lib/expression.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/names.h"
#include "layers/nearest.h"
#include "layers/rule.h"
#include "layers/state.h"
#include "layers/units.h"
#include "sim/world.h"
#include "tools/lib/answer.h"
#include "tools/lib/expression_parts.h"
#include "tools/lib/text.h"

enum { NAME_SIZE = 80 };

static const char TOO_LONG[] = N_("the expression is too long: write several checks");

struct parser {
    const char *text;
    const char *at;
    const struct lab *lab;
    struct expression *out;
    unsigned depth;
    char *why;
    size_t why_size;
    const char *failed_at; /* NULL: all well so far */
};

static bool parse_or(struct parser *p);

static bool fail(struct parser *p, const char *at, const char *why)
{
    if (p->failed_at == NULL) {
        p->failed_at = at;
        snprintf(p->why, p->why_size, "%s", why);
    }
    return false;
}

static bool emit(struct parser *p, struct expression_step step)
{
    if (p->out->count == EXPRESSION_STEPS)
        return fail(p, p->at, _(TOO_LONG));
    p->out->steps[p->out->count++] = step;
    return true;
}

static bool emit_op(struct parser *p, enum expression_op op)
{
    return emit(p, (struct expression_step){ .op = op });
}

static void skip_space(struct parser *p)
{
    while (*p->at == ' ' || *p->at == '\t' || *p->at == '\n')
        p->at++;
}

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '.' || c == '-' || c == '_';
}

/* The length of the word at the parser's place. A "-" ends a word before a
 * blank, so that "a.x - b.x" subtracts. */
static size_t word_length(const struct parser *p)
{
    size_t len = 0;

    while (is_word_char(p->at[len]))
        len++;
    while (len > 0 && (p->at[len - 1] == '-' || p->at[len - 1] == '.'))
        len--;
    return len;
}

static bool take(struct parser *p, const char *token)
{
    size_t len = strlen(token);

    skip_space(p);
    if (strncmp(p->at, token, len) != 0)
        return false;
    if (isalpha((unsigned char)token[0]) && word_length(p) != len)
        return false;
    p->at += len;
    return true;
}

/* A number with a unit: what is wrong is told of the kind that was meant. */
static bool read_quantity(const char *word, int64_t *number, enum value_type *type, char *why,
                          size_t size)
{
    const char *unit = word + strspn(word, "0123456789.");

    *type = unit_is_known(unit, UNIT_OF_TIME) ? VALUE_TIME : VALUE_BYTES;
    if (*type == VALUE_TIME)
        return unit_parse_time(word, number, why, size);
    if (unit_is_known(unit, UNIT_OF_SIZE))
        return unit_parse_size(word, number, why, size);
    return unit_refuse(why, size, "%s", _("not a number: write 3, 8kB or 20ms"));
}

/* "0x0806": digits behind the 0x, and no more than 63 bits. */
static bool read_hexadecimal(const char *word, int64_t *number)
{
    size_t digits = strspn(word + 2, "0123456789abcdefABCDEF");

    if (digits == 0 || digits > 15 || word[2 + digits] != '\0')
        return false;
    *number = (int64_t)strtoull(word + 2, NULL, 16);
    return true;
}

static bool parse_number(struct parser *p)
{
    size_t len = min_size(word_length(p), strcspn(p->at, "-")); /* 3-2 subtracts */
    char word[64], why[UNIT_WHY_SIZE];
    enum value_type type = VALUE_NUMBER;
    int64_t number;

    if (len >= sizeof(word))
        return fail(p, p->at, _("this number is too long"));
    memcpy(word, p->at, len);
    word[len] = '\0';
    if (strspn(word, "0123456789") == len) {
        if (!unit_parse_count(word, 0, INT64_MAX, &number, why, sizeof(why)))
            return fail(p, p->at, why);
    } else if (strncmp(word, "0x", 2) == 0) {
        if (!read_hexadecimal(word, &number))
            return fail(p, p->at, _("not a hexadecimal number: write 0x0806"));
    } else if (!read_quantity(word, &number, &type, why, sizeof(why))) {
        return fail(p, p->at, why);
    }
    p->at += len;
    return emit(p, (struct expression_step){ .op = OP_NUMBER, .number = number, .type = type,
                                             .at = p->at - len });
}

/* "a.udp.received-1": names have dashes, so that this is one name. */
static bool is_difference(enum value_owner owner, const char *name, size_t len)
{
    uint16_t port;

    for (size_t i = 1; i < len; i++)
        if (name[i] == '-' && (value_find(owner, name, i) != NULL ||
                               (owner == VALUE_HOST && value_find_tcp(name, i, &port) != NULL)))
            return true;
    return false;
}

enum { TCP_NAMES_SIZE = 1024 };

/* Names that are to be offered must stay: they are written to NAMES. */
static void offer_tcp(struct nearest *near, enum value_owner owner, char *names, size_t size)
{
    size_t used = 0;

    for (const struct value_tcp *value = values_tcp; value->name != NULL; value++) {
        size_t len = strlen(value->name) + sizeof("tcp.");

        if (owner != VALUE_HOST || used + len > size)
            return;
        snprintf(names + used, size - used, "tcp.%s", value->name);
        nearest_offer(near, names + used);
        used += len;
    }
}

static bool unknown_value(struct parser *p, enum value_owner owner, const char *name, size_t len)
{
    char word[NEAREST_WORD_MAX + 1], clause[NEAREST_CLAUSE_SIZE], why[200];
    char names[TCP_NAMES_SIZE];
    struct nearest near;

    if (is_difference(owner, name, len))
        return fail(p, name, _("to subtract, put blanks around the \"-\""));
    snprintf(word, sizeof(word), "%.*s", (int)min_size(len, NEAREST_WORD_MAX), name);
    nearest_begin(&near, word);
    for (const struct value *value = values; value->name != NULL; value++)
        if (value->owner == owner)
            nearest_offer(&near, value->name);
    offer_tcp(&near, owner, names, sizeof(names));
    nearest_clause(&near, clause, sizeof(clause));
    snprintf(why, sizeof(why), _("unknown value \"%s\"%s"), word,
             clause[0] != '\0' ? clause : _(": rung help values lists them all"));
    return fail(p, name, why);
}

static bool emit_node_value(struct parser *p, size_t node, const char *name, size_t len)
{
    enum lab_node_kind kind = p->lab->nodes[node].kind;
    enum value_owner owner = kind == LAB_SWITCH ? VALUE_SWITCH : VALUE_HOST;
    const struct value *value = value_find(owner, name, len);
    uint16_t port;
    const struct value_tcp *tcp = value_find_tcp(name, len, &port);

    if (owner == VALUE_HOST && tcp != NULL && kind != LAB_HUB)
        return emit(p, (struct expression_step){ .op = OP_VALUE_TCP, .index = node, .tcp = tcp,
                                                 .port = port });
    if (kind == LAB_HUB)
        return fail(p, name, _("a hub has no values; ask a link or a host"));
    if (value == NULL)
        return unknown_value(p, owner, name, len);
    return emit(p, (struct expression_step){ .op = OP_VALUE_NODE, .index = node, .value = value });
}

/* As a student may type it: in a lab a name is written in one way. */
static bool fail_state(struct parser *p, const char *word, int state)
{
    char why[200];

    snprintf(why, sizeof(why), _("no host, switch or link is called so; the state is %s"),
             state_name(state));
    return fail(p, word, why);
}

/* A word that is nobody's name: the name of a state? Or meant to be one? */
static bool parse_state(struct parser *p, const char *word, size_t len)
{
    char name[NEAREST_WORD_MAX + 1], clause[NEAREST_CLAUSE_SIZE], why[200];
    struct nearest near;
    int64_t known;
    int state;

    snprintf(name, sizeof(name), "%.*s", (int)min_size(len, NEAREST_WORD_MAX), word);
    state = state_find(name);
    if (state > STATE_NONE)
        return emit(p, (struct expression_step){ .op = OP_NUMBER, .number = state,
                                                 .is_state = true });
    nearest_begin(&near, name);
    for (int id = STATE_NONE + 1; id < STATE_COUNT; id++)
        nearest_offer(&near, state_name(id));
    if (answer_read(VALUE_STATE, name, &known, why, sizeof(why)))
        return fail_state(p, word, (int)known);
    if (near.best == NULL)
        return fail(p, word, _("no host, switch or link has this name"));
    snprintf(why, sizeof(why), _("unknown state \"%s\"%s"), name,
             nearest_clause(&near, clause, sizeof(clause)));
    return fail(p, word, why);
}

/* ---- frame.FACT, deeds.KIND, end.time ---- */

static bool unknown_fact(struct parser *p, const char *name, size_t len)
{
    char word[NEAREST_WORD_MAX + 1], clause[NEAREST_CLAUSE_SIZE], why[200];
    struct frame_fact fact;
    struct nearest near;
    const char *known, *help;

    for (size_t i = 1; i < len; i++)
        if (name[i] == '-' && frame_fact_find(name, i, &fact))
            return fail(p, name, _("to subtract, put blanks around the \"-\""));
    snprintf(word, sizeof(word), "%.*s", (int)min_size(len, NEAREST_WORD_MAX), name);
    nearest_begin(&near, word);
    for (size_t i = 0; (known = frame_fact_name(i, &help)) != NULL; i++)
        nearest_offer(&near, known);
    nearest_clause(&near, clause, sizeof(clause));
    snprintf(why, sizeof(why), _("a frame has no \"%s\"%s"), word,
             clause[0] != '\0' ? clause : _(": rung help values lists what it has"));
    return fail(p, name, why);
}

/* WORD is FIRST, or begins with it and a dot. */
static bool begins(const char *word, size_t len, const char *first)
{
    size_t first_len = strlen(first);

    return len >= first_len && memcmp(word, first, first_len) == 0 &&
           (len == first_len || word[first_len] == '.');
}

/* "frame.FACT"; of moment number MOMENT, from 1, or of the moment of the question. */
static bool parse_fact(struct parser *p, const char *word, size_t len, size_t moment)
{
    struct expression_step step = { .op = OP_FRAME, .index = moment, .at = word };

    if (p->out->frame_at == NULL && moment == 0)
        p->out->frame_at = word;
    if (len <= sizeof("frame"))
        return fail(p, word + len, _("which field of the frame? write for example frame.tcp.ack"));
    if (!frame_fact_find(word + sizeof("frame"), len - sizeof("frame"), &step.fact))
        return unknown_fact(p, word + sizeof("frame"), len - sizeof("frame"));
    return emit(p, step);
}

/* Behind the name of moment INDEX: "time", or "frame.FACT". */
static bool parse_moment(struct parser *p, size_t index, const char *word, size_t len)
{
    size_t name = strlen(p->lab->moments[index].name) + 1;

    if (p->out->moment_at == NULL)
        p->out->moment_at = word;
    if (len > name && begins(word + name, len - name, "frame"))
        return parse_fact(p, word + name, len - name, index + 1);
    if (len == name + strlen("time") && begins(word + name, len - name, "time"))
        return emit(p, (struct expression_step){ .op = OP_MOMENT, .index = index + 1, .at = word });
    return fail(p, word, _("what of this moment? write its .time, or .frame.tcp.ack"));
}

static bool parse_deeds(struct parser *p, const char *word, size_t len)
{
    struct expression_step step = { .op = OP_DEEDS, .index = DEED_KINDS };

    if (len == sizeof("deeds") - 1)
        return emit(p, step);
    word += sizeof("deeds");
    len -= sizeof("deeds");
    for (step.index = 0; step.index < DEED_KINDS; step.index++) {
        const char *name = deed_kind_name((enum deed_kind)step.index);

        if (strlen(name) == len && memcmp(name, word, len) == 0)
            return emit(p, step);
    }
    return fail(p, word, _("which deeds? write drop, delay, duplicate, corrupt or command"));
}

/* A word that is none of the lab's names. */
static bool parse_word(struct parser *p, const char *word, size_t len)
{
    size_t moment = lab_find_moment(p->lab, word, min_size(len, strcspn(word, ".")));

    if (moment != LAB_NONE)
        return parse_moment(p, moment, word, len);
    if (begins(word, len, "frame"))
        return parse_fact(p, word, len, 0);
    if (begins(word, len, "deeds"))
        return parse_deeds(p, word, len);
    if (len == sizeof("end.time") - 1 && begins(word, len, "end.time"))
        return emit(p, (struct expression_step){ .op = OP_END_TIME, .at = word });
    if (memchr(word, '.', len) == NULL)
        return parse_state(p, word, len);
    return fail(p, word, _("no host, switch or link has this name"));
}

static bool parse_path(struct parser *p)
{
    const char *word = p->at;
    size_t len = word_length(p), name_len = 0;
    size_t node, link;

    while (name_len < len && word[name_len] != '.')
        name_len++;
    node = lab_find_node(p->lab, word, name_len);
    link = lab_find_link(p->lab, word, name_len);
    p->at += len;
    if (len == 4 && memcmp(word, "time", 4) == 0)
        return emit_op(p, OP_TIME);
    if (len > 5 && memcmp(word, "time-", 5) == 0 && node == LAB_NONE && link == LAB_NONE)
        return fail(p, word, _("to subtract, put blanks around the \"-\""));
    if (node == LAB_NONE && link == LAB_NONE)
        return parse_word(p, word, len);
    if (name_len == len)
        return fail(p, word + len, _("which value of it? write for example a.udp.received"));
    if (node != LAB_NONE)
        return emit_node_value(p, node, word + name_len + 1, len - name_len - 1);
    {
        const struct value *value =
            value_find(VALUE_LINK, word + name_len + 1, len - name_len - 1);

        if (value == NULL)
            return unknown_value(p, VALUE_LINK, word + name_len + 1, len - name_len - 1);
        return emit(p, (struct expression_step){ .op = OP_VALUE_LINK, .index = link,
                                                 .value = value });
    }
}

static bool parse_count(struct parser *p)
{
    struct expression_count count = { .node = NODE_NONE, .rule = RULE_NONE, .kind = RECORD_KINDS };
    unsigned marks;
    const char *word, *dot;
    char name[NAME_SIZE];
    size_t len;

    if (!take(p, "("))
        return fail(p, p->at, _("expected ( after count"));
    skip_space(p);
    word = p->at;
    len = word_length(p);
    dot = memchr(word, '.', len);
    if (dot != NULL) {
        size_t node = lab_find_node(p->lab, word, (size_t)(dot - word));

        if (node == LAB_NONE)
            return fail(p, word, _("no host or switch has this name"));
        count.node = (uint16_t)node;
        len -= (size_t)(dot + 1 - word);
        word = dot + 1;
    }
    snprintf(name, sizeof(name), "%.*s", (int)min_size(len, sizeof(name) - 1), word);
    marks = frame_mark_find(name);
    if (marks == 0 && !expression_find_count(name, &count))
        return fail(p, word, _("count what? write tx, rx, lost, why, retransmission, a rule's "
                               "name as `rung rules` lists them, or what an application does, as "
                               "`rung help values` does"));
    p->at = word + len;
    if (!take(p, ")"))
        return fail(p, p->at, _("expected )"));
    return emit(p, (struct expression_step){ .op = marks != 0 ? OP_COUNT_MARKS : OP_COUNT,
                                             .count = count, .marks = marks });
}

static bool parse_unary(struct parser *p)
{
    bool ok;

    skip_space(p);
    if (*p->at == '-') {
        p->at++;
        return parse_unary(p) && emit_op(p, OP_NEGATE);
    }
    if (*p->at == '(') {
        if (++p->depth > EXPRESSION_DEPTH)
            return fail(p, p->at, _("too many parentheses"));
        p->at++;
        ok = parse_or(p) && (take(p, ")") || fail(p, p->at, _("expected )")));
        p->depth--;
        return ok;
    }
    if (isdigit((unsigned char)*p->at))
        return parse_number(p);
    if (take(p, "count"))
        return parse_count(p);
    if (isalpha((unsigned char)*p->at))
        return parse_path(p);
    return fail(p, p->at,
                *p->at == '\0' ? _("the expression ends too early")
                               : _("expected a value such as a.udp.received, or a number"));
}

struct operator {
    const char *token;
    enum expression_op op;
};

/* The right side of OP, and OP; before that of an "and" or "or" a step that
 * may leave both out. */
static bool parse_right(struct parser *p, enum expression_op op,
                        bool (*operand)(struct parser *))
{
    unsigned skip = p->out->count;

    if (op != OP_AND && op != OP_OR)
        return operand(p) && emit_op(p, op);
    if (!emit_op(p, op == OP_AND ? OP_SKIP_AND : OP_SKIP_OR) || !operand(p) || !emit_op(p, op))
        return false;
    p->out->steps[skip].index = p->out->count;
    return true;
}

/* operand { operator operand }, for one row of precedence. */
static bool parse_chain(struct parser *p, const struct operator *operators,
                        bool (*operand)(struct parser *), bool repeats)
{
    if (!operand(p))
        return false;
    for (;;) {
        const struct operator *found = operators;

        while (found->token != NULL && !take(p, found->token))
            found++;
        if (found->token == NULL)
            return true;
        if (!parse_right(p, found->op, operand))
            return false;
        if (!repeats)
            return true;
    }
}

static bool parse_product(struct parser *p)
{
    static const struct operator operators[] = {
        { "*", OP_MULTIPLY }, { "/", OP_DIVIDE }, { "%", OP_REMAINDER }, { NULL, OP_ADD },
    };
    return parse_chain(p, operators, parse_unary, true);
}

static bool parse_sum(struct parser *p)
{
    static const struct operator operators[] = {
        { "+", OP_ADD }, { "-", OP_SUBTRACT }, { NULL, OP_ADD },
    };
    return parse_chain(p, operators, parse_product, true);
}

static bool parse_comparison(struct parser *p)
{
    static const struct operator operators[] = {
        { "==", OP_EQUAL }, { "!=", OP_NOT_EQUAL }, { "<=", OP_LESS_EQUAL },
        { ">=", OP_GREATER_EQUAL }, { "<", OP_LESS }, { ">", OP_GREATER }, { NULL, OP_ADD },
    };
    return parse_chain(p, operators, parse_sum, false);
}

static bool parse_not(struct parser *p)
{
    if (take(p, "not"))
        return parse_not(p) && emit_op(p, OP_NOT);
    return parse_comparison(p);
}

static bool parse_and(struct parser *p)
{
    static const struct operator operators[] = { { "and", OP_AND }, { NULL, OP_ADD } };
    return parse_chain(p, operators, parse_not, true);
}

static bool parse_or(struct parser *p)
{
    static const struct operator operators[] = { { "or", OP_OR }, { NULL, OP_ADD } };
    return parse_chain(p, operators, parse_and, true);
}

/* "time > 5": 5 what? */
static bool check_units(struct parser *p)
{
    const struct expression_step *bare = expression_bare_number(p->out);
    char why[UNIT_WHY_SIZE];

    if (bare == NULL)
        return true;
    snprintf(why, sizeof(why), _("%" PRId64 " what? write %" PRId64 "ms"), bare->number,
             bare->number);
    return fail(p, bare->at, why);
}

bool expression_parse(const char *text, const struct lab *lab, struct expression *expression,
                      char *why, size_t size, size_t *column)
{
    struct parser p = { .text = text, .at = text, .lab = lab, .out = expression, .why = why,
                        .why_size = size };
    bool ok;

    /* "not not not ..." nests too; no text this short can nest deep. */
    if (strlen(text) > 1000) {
        snprintf(why, size, "%s", _(TOO_LONG));
        *column = 0;
        return false;
    }
    expression->count = 0;
    expression->compared = false;
    expression->states = false;
    expression->frame_at = NULL;
    expression->moment_at = NULL;
    ok = parse_or(&p);
    skip_space(&p);
    if (ok && *p.at == '=')
        ok = fail(&p, p.at, _("a comparison is written =="));
    if (ok && *p.at != '\0')
        ok = fail(&p, p.at, _("expected an operator such as ==, and, or +"));
    ok = ok && check_units(&p);
    if (!ok)
        *column = (size_t)(p.failed_at - text);
    return ok;
}
