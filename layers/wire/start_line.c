#include "layers/wire/start_line.h"

#include <string.h>

#include "layers/wire/span.h"

enum {
    LINE_MAX = 8192, /* nobody reads further for its end */
    TARGET_SHOWN = 70,
    TARGET_SHOWN_SHORT = 24,
    REASON_SHOWN = 30,
};

static const char *const protocols[] = { "HTTP", "RTSP", "SIP" };

static const char *const methods[] = {
    "GET",           "POST",    "HEAD",      "PUT",         "DELETE",    "OPTIONS",
    "CONNECT",       "TRACE",   "PATCH",     "PROPFIND",    "PROPPATCH", "MKCOL",
    "COPY",          "MOVE",    "LOCK",      "UNLOCK",      "SEARCH",    "REPORT",
    "M-SEARCH",      "NOTIFY",  "SUBSCRIBE", "UNSUBSCRIBE", "DESCRIBE",  "SETUP",
    "PLAY",          "PAUSE",   "TEARDOWN",  "ANNOUNCE",    "RECORD",    "GET_PARAMETER",
    "SET_PARAMETER", "INVITE",  "ACK",       "BYE",         "CANCEL",    "REGISTER",
    "INFO",          "MESSAGE", "REFER",     "UPDATE",
};

static bool is_word(struct span word, const char *string)
{
    return strlen(string) == word.len && memcmp(word.at, string, word.len) == 0;
}

/* "HTTP/1.1": which of the protocols WORD is a version of, or NULL. */
static const char *version_of(struct span word)
{
    for (size_t i = 0; i < ARRAY_LEN(protocols); i++) {
        size_t len = strlen(protocols[i]);

        if (word.len > len + 1 && memcmp(word.at, protocols[i], len) == 0 && word.at[len] == '/' &&
            word.at[len + 1] >= '0' && word.at[len + 1] <= '9')
            return protocols[i];
    }
    return NULL;
}

static bool is_method(struct span word)
{
    for (size_t i = 0; i < ARRAY_LEN(methods); i++)
        if (is_word(word, methods[i]))
            return true;
    return false;
}

static bool is_status(struct span word)
{
    for (size_t i = 0; i < word.len; i++)
        if (word.at[i] < '0' || word.at[i] > '9')
            return false;
    return word.len == 3;
}

/* Takes what comes before the next blank, and the blank. */
static struct span take_word(struct span *left)
{
    struct span word = *left;

    for (size_t i = 0; i < left->len; i++)
        if (left->at[i] == ' ') {
            word.len = i;
            *left = span_after(*left, i + 1);
            return word;
        }
    *left = span_after(*left, left->len);
    return word;
}

/* Cuts the line at its end; false where its end is not to be seen. */
static bool find_end(struct span in, struct span *line)
{
    size_t most = min_size(in.len, LINE_MAX);

    *line = span_first(in, most);
    for (size_t i = 0; i < most; i++)
        if (in.at[i] == '\r' || in.at[i] == '\n') {
            line->len = i;
            return true;
        }
    return false;
}

/* The last word of a request: what may come before it are blanks of the target. */
static void split_request(struct start_line *line, struct span rest)
{
    size_t end = rest.len;

    while (end > 0 && rest.at[end - 1] != ' ')
        end--;
    line->second = span_first(rest, end > 0 ? end - 1 : rest.len);
    line->third = end > 0 ? span_after(rest, end) : span_after(rest, rest.len);
}

bool start_line_parse(struct start_line *line, struct span in)
{
    struct span rest;

    if (in.len < 5 || in.at[0] < 'A' || in.at[0] > 'Z')
        return false;
    memset(line, 0, sizeof(*line));
    line->cut = !find_end(in, &line->line);
    rest = line->line;
    line->first = take_word(&rest);
    if (line->first.len == line->line.len)
        return false;
    line->response = version_of(line->first) != NULL;
    if (line->response) {
        line->second = take_word(&rest);
        line->third = rest;
        return is_status(line->second);
    }
    if (!is_method(line->first) || rest.len == 0)
        return false;
    split_request(line, rest);
    return line->cut || version_of(line->third) != NULL;
}

const char *start_line_protocol(const struct start_line *line)
{
    const char *protocol = version_of(line->response ? line->first : line->third);

    return protocol != NULL ? protocol : protocols[0];
}

static void put_word(struct text *t, struct span word, size_t most)
{
    for (size_t i = 0; i < min_size(word.len, most); i++)
        text_char(t, word.at[i] >= ' ' && word.at[i] <= '~' ? (char)word.at[i] : '?');
    if (word.len > most)
        text_put(t, "...");
}

void start_line_put(struct text *t, const struct start_line *line)
{
    put_word(t, line->first, TARGET_SHOWN_SHORT);
    text_char(t, ' ');
    put_word(t, line->second, TARGET_SHOWN);
    if (line->third.len > 0) {
        text_char(t, ' ');
        put_word(t, line->third, REASON_SHOWN);
    }
}

void start_line_put_short(struct text *t, const struct start_line *line)
{
    if (!line->response) {
        put_word(t, line->first, TARGET_SHOWN_SHORT);
        text_char(t, ' ');
    }
    put_word(t, line->second, TARGET_SHOWN_SHORT);
    if (line->response && line->third.len > 0) {
        text_char(t, ' ');
        put_word(t, line->third, TARGET_SHOWN_SHORT);
    }
}
