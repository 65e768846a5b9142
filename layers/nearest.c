#include "layers/nearest.h"

#include <stdio.h>
#include <string.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t least(size_t a, size_t b, size_t c)
{
    return min_size(a, min_size(b, c));
}

/* Damerau-Levenshtein with neighbours swapped; both at most NEAREST_WORD_MAX. */
static size_t distance(const char *a, const char *b)
{
    size_t cost[NEAREST_WORD_MAX + 1][NEAREST_WORD_MAX + 1];
    size_t a_len = strlen(a), b_len = strlen(b);

    for (size_t i = 0; i <= a_len; i++)
        cost[i][0] = i;
    for (size_t j = 0; j <= b_len; j++)
        cost[0][j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        for (size_t j = 1; j <= b_len; j++) {
            char x = lower(a[i - 1]), y = lower(b[j - 1]);
            cost[i][j] =
                least(cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + (x != y));
            if (i > 1 && j > 1 && x == lower(b[j - 2]) && y == lower(a[i - 2]))
                cost[i][j] = min_size(cost[i][j], cost[i - 2][j - 2] + 1);
        }
    }
    return cost[a_len][b_len];
}

void nearest_begin(struct nearest *near, const char *word)
{
    size_t len = strlen(word);

    near->word = word;
    near->best = NULL;
    near->limit = len < 2 || len > NEAREST_WORD_MAX ? 0 : (len + 2) / 3 + 1;
}

enum { PART_MIN = 3 }; /* bytes: "ip" is a part of too much */

static bool ends_part(char c)
{
    return c == '.' || c == '-' || c == '\0';
}

/* WORD stands in CANDIDATE between dots, hyphens and its ends. */
static bool is_part_of(const char *word, const char *candidate)
{
    size_t len = strlen(word);
    const char *at = len < PART_MIN ? NULL : strstr(candidate, word);

    for (; at != NULL; at = strstr(at + 1, word))
        if ((at == candidate || ends_part(at[-1])) && ends_part(at[len]))
            return true;
    return false;
}

void nearest_offer(struct nearest *near, const char *candidate)
{
    size_t len = strlen(near->word), other = strlen(candidate);
    size_t apart = len > other ? len - other : other - len;
    bool is_part = near->best == NULL && near->limit > 0 && other <= NEAREST_WORD_MAX &&
                   is_part_of(near->word, candidate);

    if (is_part)
        near->best = candidate;
    /* The distance is at least the difference in length: a cheap first test
     * for labs with thousands of names. */
    if (near->limit == 0 || other > NEAREST_WORD_MAX || apart >= near->limit)
        return;
    size_t d = distance(near->word, candidate);
    if (d < near->limit) {
        near->limit = d;
        near->best = candidate;
    }
}

const char *nearest_clause(const struct nearest *near, char *out, size_t size)
{
    if (near->best == NULL)
        snprintf(out, size, "%s", "");
    else
        snprintf(out, size, ", did you mean \"%s\"?", near->best);
    return out;
}
