#include "tools/lib/yaml_write.h"

#include <stdlib.h>
#include <string.h>

#include "tools/lib/text.h"
#include "tools/lib/utf8.h"

/* ---- scalars ---- */

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Fewer than YAML lets stand without quotes, but for sure. */
static bool is_plain(const char *text)
{
    size_t len = strlen(text);

    if (len == 0 || strcmp(text, "null") == 0 || text[len - 1] == ' ' ||
        (!is_letter_or_digit(text[0]) && text[0] != '/' && text[0] != '_'))
        return false;
    for (size_t i = 0; i < len; i++) {
        if (!is_letter_or_digit(text[i]) && strchr(" ./_:-+%=<>&|!*()@", text[i]) == NULL)
            return false;
        if (text[i] == ':' && (text[i + 1] == ' ' || text[i + 1] == '\0'))
            return false;
    }
    return true;
}

/* As yaml_tree.c: what a file may not hold but in an escape. */
static bool needs_escape(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x2028 || code == 0x2029 ||
           code == 0xfeff || (code & 0xfffe) == 0xfffe;
}

static bool has_escapes(const char *text)
{
    size_t len = strlen(text), used;
    uint32_t code;

    for (size_t at = 0; at<len; at += used> 0 ? used : 1) {
        used = utf8_decode(text + at, len - at, &code);
        if (used > 0 && needs_escape(code))
            return true;
    }
    return false;
}

static void write_single_quoted(FILE *out, const char *text)
{
    putc('\'', out);
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            putc('\'', out);
        putc(*text, out);
    }
    putc('\'', out);
}

static void write_double_quoted(FILE *out, const char *text)
{
    size_t len = strlen(text), used;
    uint32_t code;

    putc('"', out);
    for (size_t at = 0; at < len; at += used) {
        used = utf8_decode(text + at, len - at, &code);
        if (used > 0 && needs_escape(code)) {
            fprintf(out, "\\U%08X", (unsigned)code);
            continue;
        }
        used += used == 0; /* no character: whoever reads it will say so */
        if (text[at] == '"' || text[at] == '\\')
            putc('\\', out);
        fwrite(text + at, 1, used, out);
    }
    putc('"', out);
}

void yaml_write_scalar(FILE *out, const char *text)
{
    if (is_plain(text))
        fputs(text, out);
    else if (has_escapes(text))
        write_double_quoted(out, text);
    else
        write_single_quoted(out, text);
}

/* ---- trees ---- */

void yaml_write_flow(FILE *out, const struct yaml_node *node)
{
    bool is_map = node->kind == YAML_MAP;

    if (node->kind == YAML_SCALAR && yaml_node_is_empty(node)) {
        putc('~', out);
        return;
    }
    if (node->kind == YAML_SCALAR) {
        yaml_write_scalar(out, node->text);
        return;
    }
    fputs(!is_map ? "[" : node->first != NULL ? "{ " : "{", out);
    for (const struct yaml_node *child = node->first; child != NULL; child = child->next) {
        if (is_map) {
            yaml_write_scalar(out, child->key->text);
            fputs(": ", out);
        }
        yaml_write_flow(out, child);
        if (child->next != NULL)
            fputs(", ", out);
    }
    fputs(!is_map ? "]" : node->first != NULL ? " }" : "}", out);
}

/* A text of several lines that can stand as such, indented. */
static bool is_literal(const struct yaml_node *node)
{
    const char *text = node->text;

    if (node->kind != YAML_SCALAR || strchr(text, '\n') == NULL || text[0] == ' ' ||
        text[0] == '\n' || node->len < 2 || text[node->len - 1] != '\n' ||
        text[node->len - 2] == '\n')
        return false;
    for (; *text != '\0'; text++)
        if ((uint8_t)*text >= 0x7f || ((uint8_t)*text < 0x20 && *text != '\n'))
            return false;
    return true;
}

static void write_literal(FILE *out, const char *text)
{
    fputs(" |\n", out);
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");

        fprintf(out, "%s%.*s\n", len > 0 ? "  " : "", (int)len, text);
        text += len + 1;
    }
}

/* What stands under a key of the root: a line for each of its children. */
static void write_part(FILE *out, const struct yaml_node *part)
{
    if (part->kind == YAML_SCALAR || part->first == NULL) {
        putc(' ', out);
        yaml_write_flow(out, part);
        putc('\n', out);
        return;
    }
    putc('\n', out);
    for (const struct yaml_node *child = part->first; child != NULL; child = child->next) {
        fputs(part->kind == YAML_LIST ? "  - " : "  ", out);
        if (part->kind == YAML_MAP) {
            yaml_write_scalar(out, child->key->text);
            fputs(": ", out);
        }
        yaml_write_flow(out, child);
        putc('\n', out);
    }
}

void yaml_write_tree(FILE *out, const struct yaml_node *root)
{
    for (const struct yaml_node *part = root->first; part != NULL; part = part->next) {
        yaml_write_scalar(out, part->key->text);
        putc(':', out);
        if (is_literal(part))
            write_literal(out, part->text);
        else
            write_part(out, part);
    }
}
