#include "tests/support/xml_check.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "tools/lib/utf8.h"

enum { DEPTH_MAX = 64, NAME_SIZE = 32 };

struct reader {
    const char *at;
    const char *fault;
    char open[DEPTH_MAX][NAME_SIZE];
    int depth;
    unsigned roots;
};

static void fail(struct reader *r, const char *fault)
{
    if (r->fault == NULL)
        r->fault = fault;
}

static void check_characters(struct reader *r, const char *text)
{
    size_t len = strlen(text);

    while (len > 0) {
        uint32_t code;
        size_t used = utf8_decode(text, len, &code);

        if (used == 0 || (code < 0x20 && code != '\n' && code != '\t') || code == 0xfffe ||
            code == 0xffff) {
            fail(r, "a byte that is no character of XML");
            return;
        }
        text += used;
        len -= used;
    }
}

static void take_entity(struct reader *r)
{
    static const char *const entities[] = { "&lt;", "&gt;", "&amp;", "&quot;", "&apos;" };

    for (size_t i = 0; i < ARRAY_LEN(entities); i++)
        if (strncmp(r->at, entities[i], strlen(entities[i])) == 0) {
            r->at += strlen(entities[i]);
            return;
        }
    fail(r, "an & that begins no entity");
}

static void take_name(struct reader *r, char *name)
{
    size_t len = 0;

    while (isalnum((unsigned char)*r->at) || (*r->at != '\0' && strchr("-_:", *r->at) != NULL)) {
        if (len + 1 < NAME_SIZE)
            name[len++] = *r->at;
        r->at++;
    }
    name[len] = '\0';
    if (len == 0)
        fail(r, "a tag or attribute without a name");
}

static void take_attribute(struct reader *r)
{
    char name[NAME_SIZE];

    take_name(r, name);
    if (strncmp(r->at, "=\"", 2) != 0) {
        fail(r, "an attribute without a value in quotes");
        return;
    }
    for (r->at += 2; *r->at != '"' && r->fault == NULL;) {
        if (*r->at == '\0' || *r->at == '<')
            fail(r, "an attribute that does not end");
        else if (*r->at == '&')
            take_entity(r);
        else
            r->at++;
    }
    if (r->fault == NULL)
        r->at++;
}

static void take_end(struct reader *r)
{
    char name[NAME_SIZE];

    r->at += 2;
    take_name(r, name);
    if (r->depth == 0 || strcmp(r->open[r->depth - 1], name) != 0 || *r->at != '>')
        fail(r, "an end tag that nothing fits");
    if (r->fault != NULL)
        return;
    r->depth--;
    r->at++;
}

static void take_tag(struct reader *r)
{
    r->at++;
    if (r->depth == DEPTH_MAX) {
        fail(r, "too deep");
        return;
    }
    r->roots += r->depth == 0;
    take_name(r, r->open[r->depth]);
    while (*r->at == ' ' && r->fault == NULL) {
        r->at++;
        take_attribute(r);
    }
    if (strncmp(r->at, "/>", 2) == 0) {
        r->at += 2;
        return;
    }
    if (*r->at != '>')
        fail(r, "a tag that does not end");
    if (r->fault != NULL)
        return;
    r->at++;
    r->depth++;
}

const char *xml_fault(const char *text)
{
    static const char head[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    struct reader r = { .at = text };

    check_characters(&r, text);
    if (strncmp(text, head, strlen(head)) == 0)
        r.at += strlen(head);
    while (*r.at != '\0' && r.fault == NULL) {
        if (strncmp(r.at, "</", 2) == 0)
            take_end(&r);
        else if (*r.at == '<')
            take_tag(&r);
        else if (*r.at == '&')
            take_entity(&r);
        else if (*r.at == '>' || (r.depth == 0 && !isspace((unsigned char)*r.at)))
            fail(&r, "character data that must not stand here");
        else
            r.at++;
    }
    if (r.depth != 0 || r.roots != 1)
        fail(&r, "not one element that begins and ends");
    return r.fault;
}
