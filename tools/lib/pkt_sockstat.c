#include "tools/lib/pkt_sockstat.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/state.h"
#include "layers/wire/address.h"
#include "tools/lib/text.h"

enum { LINES_MAX = 80, LINE_SIZE = 160, STARS_MAX = 2 };

/* What goes through the pipe, and whether the command before has succeeded. */
struct pipe {
    char lines[LINES_MAX][LINE_SIZE];
    unsigned count;
    bool succeeded;
    char *why;
    size_t size;
};

static enum pkt_shell unknown(struct pipe *pipe, const char *format, const char *what)
{
    snprintf(pipe->why, pipe->size, format, what);
    return PKT_SHELL_UNKNOWN;
}

/* ---- Names of states ---- */

static const struct {
    int state;
    const char *name;
} names[] = {
    { STATE_TCP_CLOSED, "CLOSED" },           { STATE_TCP_LISTEN, "LISTEN" },
    { STATE_TCP_SYN_SENT, "SYN_SENT" },       { STATE_TCP_SYN_RECEIVED, "SYN_RCVD" },
    { STATE_TCP_ESTABLISHED, "ESTABLISHED" }, { STATE_TCP_CLOSE_WAIT, "CLOSE_WAIT" },
    { STATE_TCP_FIN_WAIT_1, "FIN_WAIT_1" },   { STATE_TCP_CLOSING, "CLOSING" },
    { STATE_TCP_LAST_ACK, "LAST_ACK" },       { STATE_TCP_FIN_WAIT_2, "FIN_WAIT_2" },
    { STATE_TCP_TIME_WAIT, "TIME_WAIT" },
};

const char *pkt_state_name(int state)
{
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (names[i].state == state)
            return names[i].name;
    return "?";
}

/* SYN_RECEIVED and FIN-WAIT-1 are states, too. */
static void spell_state(char *pattern)
{
    char name[PKT_WORD_SIZE];
    int state;

    snprintf(name, sizeof(name), "%s", pattern);
    for (char *c = name; *c != '\0'; c++)
        *c = *c == '_' ? '-' : *c;
    state = state_find(name);
    if (state >= 0 && strcmp(pkt_state_name(state), "?") != 0)
        snprintf(pattern, PKT_WORD_SIZE, "%s", pkt_state_name(state));
}

/* ---- sockstat and netstat ---- */

struct question {
    bool heading, listening, connected, dots;
    bool tcp, v4;
    const char *ports; /* "8080,9000"; NULL: all */
};

static bool has_port(const char *ports, uint16_t port)
{
    while (ports != NULL && *ports != '\0') {
        if (strtol(ports, NULL, 10) == port)
            return true;
        ports += strcspn(ports, ",");
        ports += *ports == ',';
    }
    return ports == NULL;
}

static void say_end(const struct tcp_endpoint *end, bool dots, char *out, size_t size)
{
    char address[IPV4_TEXT_SIZE] = "*", port[8] = "*";

    if (end->address != 0)
        ipv4_format(end->address, address, sizeof(address));
    if (end->port != 0)
        snprintf(port, sizeof(port), "%u", end->port);
    snprintf(out, size, "%s%s%s", address, dots ? "." : ":", port);
}

static bool is_asked_for(const struct question *q, const struct pkt_line *line)
{
    bool connected = line->remote.port != 0;

    return q->tcp && q->v4 &&
           (has_port(q->ports, line->local.port) ||
            (connected && has_port(q->ports, line->remote.port))) &&
           (q->listening == q->connected || q->connected == connected);
}

static void print_sockets(struct pipe *pipe, const struct question *q,
                          const struct pkt_lister *lister)
{
    struct pkt_line line;

    if (q->heading)
        snprintf(pipe->lines[pipe->count++], LINE_SIZE, "%s",
                 q->dots ? "Proto Recv-Q Send-Q Local Address          Foreign Address  (state)"
                         : "USER     COMMAND    PID   FD  PROTO  LOCAL ADDRESS         "
                           "FOREIGN ADDRESS       CONN STATE");
    for (unsigned i = 0; pipe->count < LINES_MAX && lister->line(lister->ctx, i, &line); i++) {
        char local[40], remote[40];

        if (!is_asked_for(q, &line))
            continue;
        say_end(&line.local, q->dots, local, sizeof(local));
        say_end(&line.remote, q->dots, remote, sizeof(remote));
        snprintf(pipe->lines[pipe->count++], LINE_SIZE, "%s%-21s %-21s %s",
                 q->dots ? "tcp4       0      0 " : "root     packetdril 900   3   tcp4   ", local,
                 remote, pkt_state_name(line.state));
    }
}

/* One word of options, as -4lq; MORE is the one that follows. Returns how many were
 * read, or 0 if there is no such option. */
static unsigned read_letters(struct question *q, const char *word, const char *more)
{
    for (const char *c = word + 1; *c != '\0'; c++) {
        const char *value = c[1] != '\0' ? c + 1 : more;

        if (*c == 'p' && !q->dots)
            q->ports = value;
        else if (*c == 'P' || *c == 'p' || *c == 'f')
            q->tcp = q->tcp && (strstr(value, "tcp") != NULL || strstr(value, "inet") != NULL);
        else if (*c == '6')
            q->v4 = q->v4 && strchr(word, '4') != NULL;
        else if (strchr("4lcqsnaLSiUCvWxu", *c) == NULL)
            return 0;
        q->listening = q->listening || (*c == 'l' && !q->dots);
        q->connected = q->connected || (*c == 'c' && !q->dots);
        q->heading = q->heading && *c != 'q';
        if (strchr("pPf", *c) != NULL)
            return value == more ? 2 : 1;
    }
    return 1;
}

static enum pkt_shell ask_sockets(struct pipe *pipe, const struct pkt_words *words, unsigned from,
                                  unsigned to, const struct pkt_lister *lister)
{
    struct question q = {
        .heading = true, .tcp = true, .v4 = true, .dots = strstr(words->at[from], "netstat") != NULL
    };
    unsigned read;

    for (unsigned i = from + 1; i < to; i += read) {
        read = words->at[i][0] == '-'
                   ? read_letters(&q, words->at[i], i + 1 < to ? words->at[i + 1] : "")
                   : 0;
        if (read == 0)
            return unknown(pipe, _("\"%.40s\" of sockstat is not known"), words->at[i]);
    }
    print_sockets(pipe, &q, lister);
    pipe->succeeded = true;
    return PKT_SHELL_DONE;
}

/* ---- grep ---- */

struct grep {
    bool extended, fixed, upside_down, any_case, whole_word, counts;
    char pattern[PKT_WORD_SIZE];
};

static bool same(const struct grep *grep, char a, char b)
{
    if (grep->any_case)
        return tolower((unsigned char)a) == tolower((unsigned char)b);
    return a == b;
}

/* The letter at P, and how long it is written; '.' is any unless escaped. */
static bool fits_letter(const struct grep *grep, const char *p, char c, size_t *len)
{
    bool escaped = !grep->fixed && *p == '\\' && p[1] != '\0';

    *len = escaped ? 2 : 1;
    if (c == '\0')
        return false;
    return (!grep->fixed && *p == '.') || same(grep, escaped ? p[1] : *p, c);
}

/* Whether TEXT begins with what stands from P to END; *LEN: with how much. */
static bool fits_here(const struct grep *grep, const char *p, const char *end, const char *text,
                      size_t *len)
{
    const char *from = text;

    while (p < end) {
        size_t letter;
        bool fits = fits_letter(grep, p, *text, &letter);

        if (!grep->fixed && *p == '$' && p + 1 == end) {
            *len = (size_t)(text - from);
            return *text == '\0';
        }
        if (!grep->fixed && p + letter < end && p[letter] == '*') {
            size_t rest;

            for (;; text++) {
                if (fits_here(grep, p + letter + 1, end, text, &rest)) {
                    *len = (size_t)(text - from) + rest;
                    return true;
                }
                if (!fits_letter(grep, p, *text, &letter))
                    return false;
            }
        }
        if (!fits)
            return false;
        p += letter;
        text++;
    }
    *len = (size_t)(text - from);
    return true;
}

static bool is_word_letter(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool finds(const struct grep *grep, const char *p, const char *end, const char *line)
{
    bool anchored = !grep->fixed && p < end && *p == '^';
    size_t len;

    for (const char *at = line;; at++) {
        bool alone = fits_here(grep, p + anchored, end, at, &len);

        if (alone && grep->whole_word)
            alone = (at == line || !is_word_letter(at[-1])) && !is_word_letter(at[len]);
        if (alone)
            return true;
        if (anchored || *at == '\0')
            return false;
    }
}

/* a|b of grep -E, a\|b of plain grep. */
static bool matches(const struct grep *grep, const char *line)
{
    const char *bar = grep->extended ? "|" : "\\|";
    const char *p = grep->pattern, *end;

    while (!grep->fixed && (end = strstr(p, bar)) != NULL) {
        if (finds(grep, p, end, line))
            return true;
        p = end + strlen(bar);
    }
    return finds(grep, p, p + strlen(p), line);
}

/* Brackets, braces and the like are not read here. */
static bool is_plain(const struct grep *grep)
{
    const char *strange = grep->extended ? "[](){}+?" : "[]";
    unsigned stars = 0;

    if (grep->fixed)
        return true;
    for (const char *c = grep->pattern; *c != '\0'; c++) {
        stars += *c == '*';
        if (strchr(strange, *c) != NULL ||
            (*c == '\\' && c[1] != '\0' && strchr("(){}+?<>bBwWsS", c[1]) != NULL))
            return false;
    }
    return stars <= STARS_MAX && grep->pattern[0] != '*';
}

static bool read_flag(struct grep *grep, char flag)
{
    grep->extended = grep->extended || flag == 'E';
    grep->fixed = grep->fixed || flag == 'F';
    grep->upside_down = grep->upside_down || flag == 'v';
    grep->any_case = grep->any_case || flag == 'i';
    grep->whole_word = grep->whole_word || flag == 'w';
    grep->counts = grep->counts || flag == 'c';
    return strchr("EFviwcqsea", flag) != NULL;
}

static bool read_grep(struct grep *grep, const struct pkt_words *words, unsigned from, unsigned to)
{
    const char *pattern = NULL;

    memset(grep, 0, sizeof(*grep));
    grep->extended = strstr(words->at[from], "egrep") != NULL;
    grep->fixed = strstr(words->at[from], "fgrep") != NULL;
    for (unsigned i = from + 1; i < to; i++) {
        const char *word = words->at[i];

        if (word[0] != '-' || word[1] == '\0') {
            if (pattern != NULL)
                return false;
            pattern = word;
            continue;
        }
        for (const char *c = word + 1; *c != '\0'; c++)
            if (!read_flag(grep, *c))
                return false;
    }
    if (pattern == NULL)
        return false;
    snprintf(grep->pattern, sizeof(grep->pattern), "%s", pattern);
    spell_state(grep->pattern);
    return is_plain(grep);
}

static enum pkt_shell run_grep(struct pipe *pipe, const struct pkt_words *words, unsigned from,
                               unsigned to)
{
    struct grep grep;
    unsigned kept = 0;

    if (!read_grep(&grep, words, from, to))
        return unknown(pipe, _("this %.20s is not known: only plain patterns are"),
                       words->at[from]);
    for (unsigned i = 0; i < pipe->count; i++)
        if (matches(&grep, pipe->lines[i]) != grep.upside_down && kept++ != i)
            memcpy(pipe->lines[kept - 1], pipe->lines[i], LINE_SIZE);
    pipe->count = kept;
    pipe->succeeded = kept > 0;
    if (!pipe->succeeded)
        snprintf(pipe->why, pipe->size, _("no line for grep %.60s"), grep.pattern);
    if (grep.counts) {
        snprintf(pipe->lines[0], LINE_SIZE, "%u", kept);
        pipe->count = 1;
    }
    return PKT_SHELL_DONE;
}

static enum pkt_shell run_count(struct pipe *pipe)
{
    unsigned count = pipe->count;

    snprintf(pipe->lines[0], LINE_SIZE, "%8u", count);
    pipe->count = 1;
    pipe->succeeded = true;
    return PKT_SHELL_DONE;
}

/* ---- The pipeline ---- */

static bool is_command(const char *word, const char *name)
{
    size_t len = strlen(word), tail = strlen(name);

    return len >= tail && strcmp(word + len - tail, name) == 0 &&
           (len == tail || word[len - tail - 1] == '/');
}

static bool is_lister(const char *word)
{
    return is_command(word, "sockstat") || is_command(word, "netstat");
}

static unsigned first_word(const struct pkt_words *words)
{
    return words->count > 0 && strcmp(words->at[0], "!") == 0 ? 1 : 0;
}

bool pkt_sockstat_is(const struct pkt_words *words)
{
    unsigned first = first_word(words);

    return first < words->count && is_lister(words->at[first]);
}

static enum pkt_shell run_stage(struct pipe *pipe, const struct pkt_words *words, unsigned from,
                                unsigned to, const struct pkt_lister *lister)
{
    const char *name = from < to ? words->at[from] : "";

    if (is_lister(name))
        return ask_sockets(pipe, words, from, to, lister);
    if (is_command(name, "grep") || is_command(name, "egrep") || is_command(name, "fgrep"))
        return run_grep(pipe, words, from, to);
    if (is_command(name, "wc") && to == from + 2 && strcmp(words->at[from + 1], "-l") == 0)
        return run_count(pipe);
    return unknown(pipe, _("\"%.40s\" behind sockstat is not known"), name);
}

enum pkt_shell pkt_sockstat_ask(const struct pkt_words *words, const struct pkt_lister *lister,
                                char *why, size_t size)
{
    struct pipe pipe = { .why = why, .size = size };
    bool refused = first_word(words) == 1; /* ! sockstat ... */
    unsigned to;

    for (unsigned from = refused; from <= words->count; from = to + 1) {
        for (to = from; to < words->count && strcmp(words->at[to], PKT_PIPE) != 0; to++)
            continue;
        if (run_stage(&pipe, words, from, to, lister) == PKT_SHELL_UNKNOWN)
            return PKT_SHELL_UNKNOWN;
    }
    if (refused && pipe.succeeded)
        snprintf(why, size, _("there is such a line: %.100s"), pipe.lines[0]);
    return pipe.succeeded != refused ? PKT_SHELL_DONE : PKT_SHELL_FAILS;
}
