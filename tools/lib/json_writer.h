/*
 * json_writer.h - JSON objects, one a line, as fast as they can be printed.
 *
 * A trace has millions of records; building a tree of each only to print and
 * free it takes ten times as long as the printing, so this writes straight
 * to the file. What it writes is RFC 8259: strings are escaped where 7
 * demands it, bytes that are no UTF-8 become U+FFFD, keys keep the order of
 * the calls. The tests read it back with jansson.
 *
 *   json_begin(&w, out);
 *   json_put_string(&w, "kind", "tx");
 *   json_open(&w, "links", '[');  json_put_string(&w, NULL, "wire");  json_close(&w, ']');
 *   json_end(&w);                        {"kind":"tx","links":["wire"]}
 *
 * KEY is NULL inside an array. Keys are ours and are not escaped.
 */
#ifndef RUNG_TOOLS_JSON_WRITER_H
#define RUNG_TOOLS_JSON_WRITER_H

#include "sim/base.h"

#include <stdio.h>

struct json_writer {
    FILE *out;
    bool comma; /* something stands before in this object or array */
};

void json_begin(struct json_writer *w, FILE *out);
void json_end(struct json_writer *w); /* and a line feed */

/* An object or array inside: '{' and '}', '[' and ']'. */
void json_open(struct json_writer *w, const char *key, char bracket);
void json_close(struct json_writer *w, char bracket);

void json_put_integer(struct json_writer *w, const char *key, int64_t value);
/* A number up to INT64_MAX; beyond, where readers give up, a string of digits. */
void json_put_unsigned(struct json_writer *w, const char *key, uint64_t value);
void json_put_bool(struct json_writer *w, const char *key, bool value);
void json_put_string(struct json_writer *w, const char *key, const char *text);

#endif
