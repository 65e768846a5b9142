#include "tests/support/expect.h"

#include <CUnit/CUnit.h>
#include <CUnit/TestRun.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SHOWN_BYTES = 16 };

/* CUnit copies the text of a failure, so a buffer on the caller's stack will do. */
static bool count_assertion(bool held, const char *text, const char *file, int line)
{
    CU_assertImplementation(held ? CU_TRUE : CU_FALSE, (unsigned)line, text, file, "", CU_FALSE);
    return held;
}

static void write_label(char *out, size_t size, const char *label)
{
    if (label == NULL)
        out[0] = '\0';
    else
        snprintf(out, size, "[%s] ", label);
}

bool expect_true(bool held, const char *what, const char *label, const char *file, int line)
{
    char row[200], text[600];

    write_label(row, sizeof(row), label);
    snprintf(text, sizeof(text), "%s%s", row, what);
    return count_assertion(held, text, file, line);
}

bool expect_eq(int64_t got, int64_t want, const char *what, const char *label, const char *file,
               int line)
{
    char row[200], text[600];

    write_label(row, sizeof(row), label);
    snprintf(text, sizeof(text),
             "%s%s: got %" PRId64 " (0x%" PRIx64 "), wanted %" PRId64 " (0x%" PRIx64 ")", row, what,
             got, (uint64_t)got, want, (uint64_t)want);
    return count_assertion(got == want, text, file, line);
}

/* The first difference, for long texts that look alike. */
static size_t first_difference(const char *got, const char *want)
{
    size_t at = 0;

    while (got[at] != '\0' && got[at] == want[at])
        at++;
    return at;
}

bool expect_str(const char *got, const char *want, const char *what, const char *label,
                const char *file, int line)
{
    char row[200], text[1600];
    bool held;

    if (got == NULL || want == NULL)
        held = got == want;
    else
        held = strcmp(got, want) == 0;
    write_label(row, sizeof(row), label);
    if (held || got == NULL || want == NULL)
        snprintf(text, sizeof(text), "%s%s: got %s, wanted %s", row, what,
                 got == NULL ? "NULL" : "a text", want == NULL ? "NULL" : "a text");
    else
        snprintf(text, sizeof(text), "%s%s:\n    got    \"%.600s\"\n    wanted \"%.600s\"\n"
                 "    they differ from character %zu on", row, what, got, want,
                 first_difference(got, want));
    return count_assertion(held, text, file, line);
}

static void write_hex(char *out, size_t size, const uint8_t *at, size_t len)
{
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < len && used + 4 < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%02x ", at[i]);
}

bool expect_bytes(const void *got, const void *want, size_t len, const char *what,
                  const char *label, const char *file, int line)
{
    const uint8_t *left = got, *right = want;
    char row[200], text[600], hex_left[64], hex_right[64];
    size_t at = 0, start;

    while (at < len && left[at] == right[at])
        at++;
    if (at == len)
        return count_assertion(true, what, file, line);
    start = at < SHOWN_BYTES / 2 ? 0 : at - SHOWN_BYTES / 2;
    write_label(row, sizeof(row), label);
    write_hex(hex_left, sizeof(hex_left), left + start, min_size(SHOWN_BYTES, len - start));
    write_hex(hex_right, sizeof(hex_right), right + start, min_size(SHOWN_BYTES, len - start));
    snprintf(text, sizeof(text), "%s%s: byte %zu of %zu differs; from byte %zu on\n"
             "    got    %s\n    wanted %s", row, what, at, len, start, hex_left, hex_right);
    return count_assertion(false, text, file, line);
}
