/*
 * lab_schema.h - the lab format as a JSON schema, for editors.
 *
 *   lab_keys.h, layers/config.h  --lab_schema_write-->  { "$defs": { "host": ... } }
 *
 * Draft 2020-12. Every key with its help, its example and, where that can be
 * said, its values: units as patterns, choices as enums, limits of counts, all
 * from the tables that the reader works off. It tells what may stand where.
 * What must stand there, and what names, filters and expressions mean, is for
 * `rung check`.
 */
#ifndef RUNG_TOOLS_LAB_SCHEMA_H
#define RUNG_TOOLS_LAB_SCHEMA_H

#include <stdbool.h>
#include <stdio.h>

#include "tools/lib/lab_keys.h"

void lab_schema_write(FILE *out);

/* Whether the schema says what stands inside the value of KEY of GROUP, for a
 * value that may be a list or a map. */
bool lab_schema_knows(const struct lab_key_group *group, const struct lab_key *key);

#endif
